"""package-lock.json and npm-shrinkwrap.json, versions 1 to 3. https://docs.npmjs.com/cli/configuring-npm/package-lock-json"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from sync.adapter import Left, Packages, Site, purl
from sync.formats import json, npm_range
from sync.source import Document, Source

ECOSYSTEM = "npm"
DECLARES = False
NEEDS: tuple[bytes, ...] = ()

_TABLES: Final = frozenset({"dependencies", "devDependencies", "peerDependencies", "optionalDependencies"})
_MODULES: Final = "node_modules/"
_COMMAND: Final = "npm install {name}@{version} --package-lock-only"


def declarations(source: Source) -> Iterator[Site]:  # noqa: ARG001  # the protocol's argument
    """None: a lock repeats what package.json declares."""
    yield from ()


def references(source: Source, known: Packages) -> Iterator[Site | Left]:
    """Every copy of an own package's version and of its requirements; what came from a registry is left for npm.

    An own package is the root, a workspace, or what a ``file:`` requirement leads to. Version 1 has one tree
    of ``dependencies``, version 3 a table of ``packages`` by path, version 2 both.
    """
    document = source.document(json.read)
    by_path = b'"packages"' in source.body
    for leaf in document.leaves:
        path = leaf.path
        if len(path) < 3:
            if path == ("version",) and (package := _own(source, document, "", known)) in known:
                yield Site(leaf.span, source.text(leaf.span), package, "locks", "semver")
        elif path[0] == "packages":
            where = str(path[1])
            own = _MODULES not in where
            if path[2:] == ("version",):
                stated = document.get((*path[:2], "name"))
                if not own:
                    yield from npm_range.left(source, leaf.span, stated.value if stated else where.rpartition(_MODULES)[2], known, _COMMAND)
                elif (package := _own(source, document, where, known)) in known:
                    yield Site(leaf.span, source.text(leaf.span), package, "locks", "semver")
            elif own and len(path) == 4 and path[2] in _TABLES:
                yield from npm_range.sites(source, leaf, str(path[3]), known, peer=path[2] == "peerDependencies")
        elif path[0] == "dependencies" and path[-2:-1] == ("requires",):
            version = document.get((*path[:-2], "version"))
            if version is not None and version.value.startswith("file:"):
                yield from npm_range.sites(source, leaf, str(path[-1]), known)
        elif path[0] == "dependencies" and path[-1] == "version" and not by_path and leaf.value[:1].isdigit():
            yield from npm_range.left(source, leaf.span, str(path[-2]), known, _COMMAND)


def _own(source: Source, document: Document, where: str, known: Packages) -> str:
    """The own package at that path from the lock file. npm leaves its name out where the folder has the same."""
    stated = document.get(("packages", where, "name")) or (None if where else document.get(("name",)))
    if stated is not None:
        return purl(ECOSYSTEM, stated.value)
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), where))
    return known.at(posixpath.join(folder, "package.json").removeprefix("./")) or purl(ECOSYSTEM, posixpath.basename(folder))
