"""A manifest's places: the versions in files that do not say whose they are."""

from __future__ import annotations

from collections.abc import Iterator

from sync import formats, spelling, template
from sync.adapter import Selector, Site
from sync.manifest.model import Place
from sync.source import Source, Span


def spelling_of(place: Place) -> str:
    """The spelling of a place: its own, else that of the package that it declares, else SemVer."""
    if place.spelling:
        return place.spelling
    if place.declares:
        return spelling.of_ecosystem(place.declares[len("pkg:") : place.declares.index("/")])
    return "semver"


def sites(place: Place, source: Source) -> Iterator[Site]:
    """The sites of one place in one file.

    Values that hold an expression (``$(...)``, ``${...}``) are passed over. Raises UnreadableError
    where the file cannot be read in the format that its name promises.
    """
    written = spelling_of(place)
    if place.kind == "text":
        for start, end, inner in template.compile(str(place.value)).find(source.body, written):
            span = Span(start, end)
            yield Site(span, source.text(span), place.declares, "declares", written, template=inner)
        return
    for leaf in formats.select(source, Selector(place.kind, place.value)):
        if "$(" in leaf.value or "${" in leaf.value:
            continue
        yield Site(leaf.span, source.text(leaf.span), place.declares, "declares", written, template=place.template)
