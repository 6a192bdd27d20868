"""pnpm-workspace.yaml: the requirements that a whole workspace shares. https://pnpm.io/pnpm-workspace_yaml"""

from __future__ import annotations

from collections.abc import Iterator

from sync.adapter import Packages, Site
from sync.formats import npm_range, yaml
from sync.source import Source

ECOSYSTEM = "npm"
DECLARES = False
NEEDS: tuple[bytes, ...] = (b"catalog", b"overrides")


def declarations(source: Source) -> Iterator[Site]:  # noqa: ARG001  # the protocol's argument
    """None: it names folders, whose package.json declare."""
    yield from ()


def references(source: Source, known: Packages) -> Iterator[Site]:
    """Every version in the catalogs, named or not, and in the overrides."""
    for leaf in source.document(yaml.read):
        match leaf.path:
            case ("catalog", str(name)) | ("catalogs", _, str(name)):
                yield from npm_range.sites(source, leaf, name, known)
            case ("overrides", str(key)):
                yield from npm_range.sites(source, leaf, npm_range.overridden(key), known)
            case _:
                pass
