"""pnpm-lock.yaml, versions 5.4 to 9. https://github.com/pnpm/spec/tree/master/lockfile"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from sync.adapter import Left, Packages, Site, purl
from sync.formats import npm_range, yaml
from sync.source import Document, KeyPath, Leaf, Source, Span

ECOSYSTEM = "npm"
DECLARES = False
NEEDS: tuple[bytes, ...] = (b"specifier",)

_TABLES: Final = ("dependencies", "devDependencies", "optionalDependencies")
_LINKED: Final = ("link:", "file:")
_LOCKED: Final = re.compile(rb"/?(?:(?!\d+\.\d+\.)((?:@[\w.~-]+/)?[\w.~-]+)[@/])?(\d+\.\d+\.\d+(?:[+-][0-9A-Za-z.+-]+)?)(?=[(_]|\Z)")
_COMMAND: Final = "pnpm update -r --lockfile-only --no-save {name}@{version}"


def declarations(source: Source) -> Iterator[Site]:  # noqa: ARG001  # the protocol's argument
    """None: a lock repeats what package.json declares."""
    yield from ()


def references(source: Source, known: Packages) -> Iterator[Site | Left]:
    """Every copy of a requirement, which moves as that in the package.json of its folder does and not without it; what came from a registry is left for pnpm.

    What an override or a catalog says is copied from the workspace. A catalog has a version of its own, which is a package's here where one is linked.
    """
    document = source.document(yaml.read)
    leaves = [(leaf.path[1:] if isinstance(next(iter(leaf.path), ""), int) else leaf.path, leaf) for leaf in document]  # there may be several documents
    overrides = {(npm_range.overridden(str(path[1])), leaf.value) for path, leaf in leaves if len(path) == 2 and path[0] == "overrides" and ">" not in str(path[1])}
    linked = {path[-2] for path, leaf in leaves if len(path) > 1 and path[-1] == "version" and leaf.value.startswith(_LINKED)}
    for path, leaf in leaves:
        folder, rest = (str(path[1]), path[2:]) if path[:1] == ("importers",) and len(path) > 1 else ("", path)
        match rest:
            case ("overrides", str(key)):
                yield from npm_range.sites(source, leaf, npm_range.overridden(key), known)
            case ("catalogs", _, str(name), "specifier"):
                yield from npm_range.sites(source, leaf, name, known)
            case ("catalogs", _, str(name), "version") if name in linked and (package := purl(ECOSYSTEM, name)) in known:
                yield Site(leaf.span, source.text(leaf.span), package, "locks", "semver")
            case ("packages", str(), "peerDependencies", str(name)) if (place := document.get((*leaf.path[:-2], "resolution", "directory"))) is not None:
                yield from _copies(source, leaf, name, known, place.value)
            case ("specifiers", str(name)) | (_, str(name), "specifier") if rest[0] in ("specifiers", *_TABLES):
                written = [*npm_range.sites(source, leaf, name, known)]
                copies = written if (name, leaf.value) in overrides else [*_copies(source, leaf, name, known, folder)]
                yield from copies
                if copies or not written:
                    yield from _left(source, document, leaf, name, known)


def _copies(source: Source, leaf: Leaf, name: str, known: Packages, folder: str) -> Iterator[Site]:
    """The sites of a requirement that the package.json in that folder, seen from the lock, states as well."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), folder, "package.json"))
    for site in npm_range.sites(source, leaf, name, known):
        yield from known.copied(path, site)


def _left(source: Source, document: Document, leaf: Leaf, name: str, known: Packages) -> Iterator[Left]:
    """The version beside a specifier; before version 6 of the lock it stands in a table of its own. An alias says whose it is (``other@1.2.3``)."""
    versions: list[KeyPath] = [(*leaf.path[:-1], "version"), *((*leaf.path[:-2], table, name) for table in _TABLES)]
    for version in filter(None, map(document.get, versions)):
        locked = _LOCKED.match(source.body, *version.span)
        if locked is not None:
            yield from npm_range.left(source, Span(*locked.span(2)), locked[1].decode() if locked[1] else name, known, _COMMAND)
