""".nuspec: a NuGet package that is packed by hand. https://learn.microsoft.com/nuget/reference/nuspec"""

from __future__ import annotations

from collections.abc import Iterator

from sync.adapter import Packages, Site, purl
from sync.formats import nuget_range, xml
from sync.source import Source

ECOSYSTEM = "nuget"
DECLARES = True
NEEDS: tuple[bytes, ...] = ()


def declarations(source: Source) -> Iterator[Site]:
    """The package's version; ``$version$`` is filled in from the project, and passed over."""
    document = source.document(xml.read)
    name = document.get(("package", 0, "metadata", 0, "id", 0))
    version = document.get(("package", 0, "metadata", 0, "version", 0))
    if name is not None and version is not None and "$" not in name.value + version.value:
        yield Site(version.span, source.text(version.span), purl(ECOSYSTEM, name.value), "declares", "nuget")


def references(source: Source, known: Packages) -> Iterator[Site]:
    """The ranges of its dependencies, in groups or not."""
    document = source.document(xml.read)
    for leaf in document.leaves:
        path = leaf.path
        if path[:3] == ("package", 0, "metadata") and path[-3] == "dependency" and path[-1] == "@version":
            name = document.get((*path[:-1], "@id"))
            if name is not None:
                yield from nuget_range.sites(source, leaf, purl(ECOSYSTEM, name.value), known)
