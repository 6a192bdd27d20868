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
    """The major in each import of a package of a known module, below 2 an empty span behind the module's path.

    Of the modules that may hold the package it is the longest that a go.mod here names, as the go command has it.
    """
    for leaf in source.document(go.imports):
        holders = [(purl(ECOSYSTEM, name), suffix, length) for name, suffix, length in gomod.holders(leaf.value)]
        holders = [one for one in holders if known.met(one[0])] or [one for one in holders if one[0] in known]
        for package, suffix, length in holders[:1]:
            end = leaf.span.start + length
            yield Site(Span(end - len(suffix), end), suffix, package, "requires", "go", local=known.declared(package))
