"""A manifest's places: the versions in files that do not say whose they are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from sync import formats, spelling, template
from sync.adapter import Selector, Site, ecosystem_of
from sync.errors import Problem, UnreadableError, counted, problem
from sync.manifest.match import glob
from sync.manifest.model import Component, Count, Manifest, Place, Range
from sync.scan import Scan
from sync.shell import words
from sync.source import Source, Span
from sync.version import Version

ALWAYS: Final = Range()


class Placed(NamedTuple):
    """A site in its file, and the component whose version stands there.

    ``carrier`` is the component on whose behalf it stands there: the one that states the place, or
    that bundles ``component``; None where nobody does.
    """

    repo: str
    path: str
    site: Site
    component: Component
    carrier: Component | None = None
    place: Place | None = None


def spelling_of(place: Place) -> str:
    """The spelling of a place: its own, else that of the package that it declares, else SemVer."""
    if place.spelling:
        return place.spelling
    if place.declares:
        return spelling.of_ecosystem(ecosystem_of(place.declares))
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


def find(manifest: Manifest, scan: Scan, project: Version | None, problems: list[Problem], absent: list[Problem]) -> list[Placed]:
    """The sites of all places of a repository that are looked for at that version of the project (None counts as the newest).

    What does not match as it should goes to ``problems``, what has no file to ``absent``.
    """
    ignored = glob(scan.repo.ignore)
    found: list[Placed] = []
    for component in manifest.components:
        if component.repo != scan.repo.name or component.retired is not None:
            continue
        for place in component.places:
            if not place.holds.includes(project):
                continue
            matches = glob(place.files)
            files = [path for path in place.files if scan.tree.has(path)] or [path for path in scan.tree.listed() if matches(path) and not ignored(path) and scan.tree.has(path)]
            if files:
                found += _in_files(manifest, scan, component, place, files, problems)
            elif place.count is None or place.count.least:
                message = f"{scan.repo.name} has no file {', '.join(place.files)}{_why_not(scan, place)}"
                at = place.at
                absent.append(problem(message, path=manifest.path, line=at.line, column=at.column, hint="mend the place, or take it out", rule="absent"))
    return found


def _in_files(manifest: Manifest, scan: Scan, component: Component, place: Place, files: list[str], problems: list[Problem]) -> Iterator[Placed]:
    repo = scan.repo.name
    wanted = manifest.component(place.of) if place.of else component
    mend = f"mend the place at {manifest.path}:{place.at.line}"
    total = 0
    for path in files:
        try:
            source = scan.source(path)
            found = list(sites(place, source)) if source is not None else []
        except UnreadableError as error:
            scan.complain(error)
            continue
        total += len(found)
        if place.count is not None and not (place.count.least <= len(found) and (place.count.most is None or len(found) <= place.count.most)):
            message = f"{_shown(place)} matches {counted(len(found), 'time')}, {_expected(place.count)} expected"
            problems.append(problem(message, repo=repo, path=path, hint=f"{mend}, or its count", rule="place"))
        for site in found:
            yield Placed(repo, path, site, wanted, component, place)
    if not total and place.count is None and not any(one.path in files for one in scan.problems):
        problems.append(problem(f"{_shown(place)} matches nothing", repo=repo, path=files[0], hint=f"{mend}, or the file", rule="place"))


def _expected(count: Count) -> str:
    least, most = count
    return str(least) if least == most else f"{least} or more" if most is None else f"{least} to {most}"


def swallowed(placed: Sequence[Placed], at: Callable[[Placed], tuple[int, int]]) -> Iterator[Problem]:
    """Places with another site in their literal text: as soon as that one moves, they match nothing any more. ``at`` gives line and column."""
    texts: dict[tuple[str, str], list[Placed]] = {}
    for one in placed:
        if one.place is not None and one.place.kind == "text":
            texts.setdefault((one.repo, one.path), []).append(one)
    beside: dict[tuple[str, str], list[Placed]] = {}
    for one in placed:
        if (one.repo, one.path) in texts:
            beside.setdefault((one.repo, one.path), []).append(one)
    for where, ones in texts.items():
        others = sorted(beside[where], key=lambda one: one.site.span)
        starts = [one.site.span.start for one in others]
        for one in ones:
            assert one.place is not None
            (start, end), (before, after) = one.site.span, template.compile(str(one.place.value)).around
            for other in others[max(bisect_left(starts, start - before) - 1, 0) : bisect_left(starts, end + after)]:
                left, right = other.site.span
                if left < right and (start - before < right <= start or end <= left < end + after):
                    line, column = at(other)
                    message = f"this moves, and the place {one.place.shown} has it in its literal text; a text without it is expected"
                    named = one.carrier or one.component
                    hint = f"versync remove {words((named.name, '--file', one.place.files[0], '--text', one.place.value))}"
                    yield Problem(other.repo, other.path, line, column, message, hint, "error", "place")


def primary(component: Component, sites: list[Placed]) -> Placed | None:
    """The site that states a component's own number: the first of the first package listed that holds a whole version; else of a part."""
    whole = [one for one in sites if template.compile(one.site.template).full and one.site.spelling != "go"]
    own = [one for one in whole if one.site.spelling != "assembly"]
    for candidates in (own, whole, sites):
        for pattern in component.packages:
            for one in candidates:
                if one.site.package == pattern or fnmatchcase(one.site.package, pattern):
                    return one
        if candidates:
            return candidates[0]
    return None


def _why_not(scan: Scan, place: Place) -> str:
    """What is at the place's path where no file of the tree is: a link, or something that git does not track."""
    for path in place.files:
        try:
            scan.tree.read(path)
        except UnreadableError as error:
            said = error.problems[0].message
            if "symbolic link" in said:
                return f": {said}"
        else:
            return ": git does not track the one that is there"
    return ""


def _shown(place: Place) -> str:
    value = ".".join(map(str, place.value)) if isinstance(place.value, tuple) else place.value
    return f'{place.kind} "{value}"'
