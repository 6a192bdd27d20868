"""go.mod: a module's major version in its path, and its requirements. https://go.dev/ref/mod#go-mod-file

``exclude`` and ``retract`` name versions of the past, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sync.adapter import Packages, Site, purl
from sync.formats import gomod
from sync.source import Source, Span

ECOSYSTEM = "golang"
PLACEHOLDER = "0.0.0"  # what is written where a replace decides
NEEDS: tuple[bytes, ...] = (b"module",)
DECLARES = True

VERSION = re.compile(r"v((\d+)\.\d+\.\d+(-[0-9A-Za-z.-]+)?)(\+incompatible)?\Z")
PSEUDO = re.compile(r"-(?:.*\.)?\d{14}-[0-9a-f]{12}\Z")
"""A version that names a commit; one of the year 1 is a placeholder for what is replaced."""


def declarations(source: Source) -> Iterator[Site]:
    """The major in the module's path, below 2 an empty span behind it."""
    module = source.document(gomod.read).get(("module",))
    if module is not None:
        name, suffix = gomod.split(module.value)
        yield Site(Span(module.span.end - len(suffix), module.span.end), suffix, purl(ECOSYSTEM, name), "declares", "go")


def references(source: Source, known: Packages) -> Iterator[Site]:
    """Path and version of every require and replace of a known module, and the paths of tools."""
    doc = source.document(gomod.read)
    entries = gomod.entries(doc)
    folders = [entry.version is None for entry in entries if entry.verb == "new"]
    replaced = {entry.path.value for entry, folder in zip((entry for entry in entries if entry.verb == "old"), folders, strict=True) if folder}
    incompatible = {entry.path.value for entry in entries if entry.version is not None and entry.version.value.endswith("+incompatible")}
    for verb, path, version in entries:
        name, suffix = gomod.split(path.value)
        package, local = purl(ECOSYSTEM, name), verb != "new" and path.value in replaced
        if verb == "exclude" or (verb == "new" and version is None) or package not in known:
            continue
        if path.value not in incompatible:
            yield Site(Span(path.span.end - len(suffix), path.span.end), suffix, package, "requires", "go", local=local)
        found = VERSION.match(version.value) if version is not None else None
        if version is not None and found is not None and (local or not found[1].startswith(PLACEHOLDER)):
            part, template = (2, "{major}") if local and PSEUDO.search(found[1]) and not found[1].startswith(PLACEHOLDER) else (1, "{version}")
            span = Span(version.span.start + found.start(part), version.span.start + found.end(part))
            yield Site(span, found[part], package, "requires", "semver", local=local, template=template, requirement=found[part])
    for leaf in doc:
        for name, suffix, length in gomod.holders(leaf.value) if leaf.path[0] == "tool" else ():
            if (package := purl(ECOSYSTEM, name)) in known:
                end = leaf.span.start + length
                yield Site(Span(end - len(suffix), end), suffix, package, "requires", "go", local=name + suffix in replaced)
                break
