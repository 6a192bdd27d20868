"""Everything that was found, by component."""

from __future__ import annotations

import json

from sync.errors import counted
from sync.inventory import Inventory, Placed
from sync.manifest.model import Component, Manifest
from sync.report.plain import plain


def render(manifest: Manifest, found: Inventory, style: str) -> str:
    """Every site, by component in the manifest's order: place, role, text as written, package."""
    rows = []
    for component in manifest.components:
        for one in found.placed:
            if _whose(one).name != component.name:
                continue
            line, column = found.at(one)
            rows.append((component.name, one.repo, one.path, line, column, one.site.role, one.site.operator + one.site.text, one.site.package, one.carrier.name if one.carrier is not None else ""))
    if style == "json":
        keys = ("component", "repo", "path", "line", "column", "role", "text", "package", "carrier")
        return json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2) + "\n"
    lines = []
    last = ""
    for name, repo, path, line, column, role, text, package, carrier in rows:
        if name != last:
            component = manifest.component(name)
            tier = f"tier {component.tier}" if component.tier is not None else "unclassified"
            lines.append(f"{name} ({tier}, {component.repo})")
            last = name
        of = f"in {carrier}" if carrier and carrier != name else ""
        lines.append("  " + plain("  ".join(filter(None, (f"{repo}/{path}:{line}:{column}", role, text or "(none)", package, of)))))
    return "".join(f"{one}\n" for one in (*lines, counted(len(rows), "site")))


def _whose(one: Placed) -> Component:
    """The component that a site is listed under: the one whose number it declares, also where that is the runtime's as well."""
    return one.carrier if one.carrier is not None and one.place is not None and one.place.declares else one.component
