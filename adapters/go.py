"""Go source: the major version in the imports of a module's packages. https://go.dev/ref/mod#major-version-suffixes"""

from __future__ import annotations

from collections.abc import Iterator

from sync.adapter import Packages, Site, purl
from sync.formats import go, gomod
from sync.source import Source, Span

ECOSYSTEM = "golang"
NEEDS: tuple[bytes, ...] = (b"import",)
DECLARES = False


def declarations(source: Source) -> Iterator[Site]:  # noqa: ARG001  # the protocol's argument
    """None: the module is declared in go.mod."""
    yield from ()


def references(source: Source, known: Packages) -> Iterator[Site]:
    """The major in each import of a package of a known module, below 2 an empty span behind the module's path."""
    for leaf in source.document(go.imports):
        for name, suffix, length in gomod.holders(leaf.value):
            package = purl(ECOSYSTEM, name)
            if package in known:
                end = leaf.span.start + length
                yield Site(Span(end - len(suffix), end), suffix, package, "requires", "go", local=known.declared(package))
                break
