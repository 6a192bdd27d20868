"""package.json: an npm package. https://docs.npmjs.com/cli/configuring-npm/package-json"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sync.adapter import Packages, Site, purl
from sync.formats import json, npm_range
from sync.source import Source

ECOSYSTEM = "npm"
DECLARES = True
NEEDS: tuple[bytes, ...] = ()

_TABLES: Final = frozenset({"dependencies", "devDependencies", "peerDependencies", "optionalDependencies"})
_OVERRIDES: Final = frozenset({"overrides", "resolutions"})


def declarations(source: Source) -> Iterator[Site]:
    """The version, of a package that has a name."""
    document = source.document(json.read)
    name, version = document.get(("name",)), document.get(("version",))
    if name is not None and version is not None:
        yield Site(version.span, source.text(version.span), purl(ECOSYSTEM, name.value), "declares", "semver")


def references(source: Source, known: Packages) -> Iterator[Site]:
    """Every version in the four dependency tables, and in the overrides of npm, yarn and pnpm."""
    for leaf in source.document(json.read).leaves:
        path = leaf.path
        if len(path) == 2 and path[0] in _TABLES:
            yield from npm_range.sites(source, leaf, str(path[1]), known, peer=path[0] == "peerDependencies")
        elif len(path) > 1 and (path[0] in _OVERRIDES or path[:2] == ("pnpm", "overrides")):
            yield from npm_range.sites(source, leaf, npm_range.overridden(str(path[-2] if path[-1] == "." else path[-1])), known)
