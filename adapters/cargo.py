"""Cargo.toml: a Rust package or workspace. https://doc.rust-lang.org/cargo/reference/manifest.html"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from sync.adapter import Packages, Pointer, Selector, Site, Upward, purl
from sync.formats import toml
from sync.source import Source, Span

ECOSYSTEM = "cargo"
DECLARES = True
NEEDS: tuple[bytes, ...] = ()

_SHARED: Final = Selector("key", ("workspace", "package", "version"))
_TABLES: Final = frozenset({"dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"})
_NAME_AT: Final = {"workspace": 2, "target": 3, "patch": 2, "replace": 1} | dict.fromkeys(_TABLES, 1)
"""The first key of a path that may hold a requirement, and where in the path the dependency's name stands."""

_COMPARATOR: Final = re.compile(rb"(?:([<>=^~]{1,2})[ \t]*+)?(\d+(?:\.\d+)*(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)")


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """package.version, or a pointer to the workspace's where it is inherited."""
    document = source.document(toml.read)
    name = document.get(("package", "name"))
    if name is None:
        return
    package = purl(ECOSYSTEM, name.value)
    if (version := document.get(("package", "version"))) is not None:
        yield Site(version.span, source.text(version.span), package, "declares", "semver")
    if (inherited := document.get(("package", "version", "workspace"))) is not None and inherited.value == "true":
        root = document.get(("package", "workspace"))
        here = () if root is None else (posixpath.normpath(posixpath.join(posixpath.dirname(source.path), root.value, "Cargo.toml")),)
        yield Pointer(package, (*here, Upward("Cargo.toml", _SHARED)), _SHARED, inherited.span, "semver")


def references(source: Source, known: Packages) -> Iterator[Site]:
    """Every version in every dependency table at the root, under workspace, target and patch; what is inherited is passed over."""
    document = source.document(toml.read)
    patched = {leaf.path[2] for leaf in document.leaves if leaf.path[0] == "patch" and leaf.path[3:] == ("path",)}
    for leaf in document.leaves:
        path = leaf.path
        at = _NAME_AT.get(str(path[0]))
        if at is None or not (len(path) == at + 1 or len(path) == at + 2 and path[-1] == "version"):
            continue
        if at > 1 and path[0] != "patch" and path[at - 1] not in _TABLES:
            continue
        renamed = document.get((*path[: at + 1], "package"))
        name = str(path[at]).partition(":")[0] if path[0] == "replace" else str(path[at])
        package = purl(ECOSYSTEM, name if renamed is None else renamed.value)
        if package not in known:
            continue
        local = document.get((*path[: at + 1], "path")) is not None or name in patched
        for match in _COMPARATOR.finditer(source.body, *leaf.span):
            span = Span(*match.span(2))
            yield Site(span, source.text(span), package, "requires", "semver", (match[1] or b"").decode(), local, requirement=source.text(leaf.span))
