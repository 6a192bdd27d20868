"""What ``versync init`` decided, and what is out of step today."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from sync import pipeline
from sync.init.model import Draft
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.report.plain import plain, printable

MOST = 20
"""Findings that are shown; `check` shows them all."""


def render(draft: Draft, manifest: Manifest, outcome: Outcome, path: str, roots: Mapping[str, str]) -> str:
    """The decisions, one a line; then check's findings; then the command that checks again."""
    lines = [f"{path}: {len(manifest.components)} component{'s' if len(manifest.components) > 1 else ''}; {draft.leader} leads"]
    for one in manifest.components:
        rule = one.version[-1].rule if not one.bundles else f"carries {one.bundles}"
        style = f", required with {one.requirement}" if one.requirement else ""
        size = f"{len(one.packages)} pattern{'s' if len(one.packages) > 1 else ''}"
        lines.append(f"  {one.name}: {size} in {one.repo}, {rule}{style}")
    for name, repo in manifest.repos.items():
        lines.append(f"  {name}: tags {repo.tag}" + (f", lines {repo.line}" if repo.line else ""))
        lines += [f"  {name}: {glob} is not read: {' '.join(why.split())}" for glob, why in draft.ignore.get(name, ()) if glob in repo.ignore]
    lines.append("tiers are open: what has none is internal")
    lines += [str(printable(one)) for one in outcome.findings[:MOST]]
    if len(outcome.findings) > MOST:
        lines.append(f"... and {len(outcome.findings) - MOST} more")
    lines.append(pipeline.summary(outcome) + (" today" if outcome.findings else ""))
    where = [word for name, root in roots.items() for word in ("--repo", f"{name}={root}")]
    lines.append("again: " + shlex.join(["versync", "check", "--manifest", path, *where]))
    return "".join(f"{plain(line) if not line.count(chr(10)) else line}\n" for line in lines)
