"""What is found, put together: one finding for all that one line of the manifest would cover."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sync.audit import weigh
from sync.audit.uncovered import Found
from sync.inventory import Inventory, Placed
from sync.literals import NEAR
from sync.manifest.match import Membership
from sync.manifest.model import Manifest
from sync.scan import Scan
from sync.source import Source
from sync.targets import Targets
from sync.version import Version, read


class Spot(NamedTuple):
    """One literal: the file, its span there, line and column from 1."""

    path: str
    start: int
    end: int
    line: int
    column: int


class Finding(NamedTuple):
    """Literals that one line of the manifest would cover. ``score`` orders them; those that are ``likely`` are worth a look.

    ``shown`` is the line of the first. ``texts`` are the patterns of a place, or ``packages`` the packages that nobody lists;
    ``component`` is whose version it is, "" where none has that version.
    """

    score: int
    repo: str
    spots: tuple[Spot, ...]
    shown: str
    component: str
    version: str
    texts: tuple[str, ...]
    spelling: str
    packages: tuple[str, ...]
    why: tuple[str, ...]

    @property
    def likely(self) -> bool:
        """Whether it is reported without being asked for."""
        return self.score >= weigh.LIKELY

    @property
    def files(self) -> tuple[str, ...]:
        """The paths, each once."""
        return tuple(dict.fromkeys(one.path for one in self.spots))


class Candidate(NamedTuple):
    """A literal that no site covers, its file, and what it weighs."""

    found: Found
    source: Source
    points: tuple[weigh.Weight, ...]

    @property
    def score(self) -> int:
        """The sum of its weights."""
        return sum(one.points for one in self.points)


def grouped(manifest: Manifest, repo: str, candidates: Iterable[Candidate], aims: Targets, placed: Sequence[Placed]) -> Iterator[Finding]:
    """Findings for one pattern in files of one name, then for the patterns of one file that moved alike; what moves by itself is no other's."""
    homes = _homes(placed)
    apart = {one.name for one in manifest.components if one.follows(aims.project or Version((0,))) in ("step", "independent")}
    by_text: dict[tuple[object, ...], list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: -one.score):
        found = one.found
        whose = _whose(manifest, one, aims, homes)
        same = ("split",) if found.kind == "split" else (found.text, posixpath.basename(one.source.path))
        by_text.setdefault((found.wanted.version, found.spelling, one.source.path if found.kind == "split" else "", whose if whose in apart else "", *same), []).append(one)
    by_files: dict[tuple[object, ...], list[Candidate]] = {}
    for key, ones in by_text.items():
        files = tuple(dict.fromkeys(one.source.path for one in ones))
        best = ones[0].found
        by_files.setdefault((files, best.wanted.version, best.spelling, ones[0].score >= weigh.LIKELY, key[3]), []).extend(ones)
    for ones in by_files.values():
        first = ones[0]
        why = [one.why for one in sorted(first.points, key=lambda one: -abs(one.points)) if one.why]
        yield Finding(
            first.score,
            repo,
            tuple(dict.fromkeys(_spot(one.source, one.found.start, one.found.end) for one in ones)),
            _shown(first.source, first.found.start),
            _whose(manifest, first, aims, homes),
            first.source.body[first.found.start : first.found.end].decode("utf-8", "replace"),
            tuple(dict.fromkeys(one.found.text for one in ones)),
            first.found.spelling,
            (),
            tuple(dict.fromkeys(why)),
        )


def together(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """All of them; one beside a likely one of its line and version is as likely: a line that moves moves as a whole."""
    likely: dict[tuple[str, Version], list[int]] = {}
    for one in candidates:
        if one.score >= weigh.LIKELY:
            likely.setdefault((one.source.path, one.found.wanted.version), []).append(one.found.start)
    for starts in likely.values():
        starts.sort()
    for one in candidates:
        beside = one.score < weigh.LIKELY and _beside(one, likely.get((one.source.path, one.found.wanted.version), ()))
        yield one._replace(points=(*one.points, weigh.Weight(weigh.LIKELY - one.score, "a likely one stands beside it"))) if beside else one


def _beside(one: Candidate, starts: Sequence[int]) -> bool:
    """Whether the nearest of those places, before it or after it, is in its line and near."""
    start, body = one.found.start, one.source.body
    at = bisect_left(starts, start)
    return any(abs(other - start) < NEAR and b"\n" not in body[min(other, start) : max(other, start)] for other in starts[max(at - 1, 0) : at + 1])


Homes = Mapping[str, frozenset[str]]
"""By path, of files and of all folders above them, the components that have a site there."""


def _homes(placed: Sequence[Placed]) -> Homes:
    homes: dict[str, set[str]] = {}
    for name, path in {(one.component.name, one.path) for one in placed if one.component.repo == one.repo}:
        for place in _above(path):
            homes.setdefault(place, set()).add(name)
    return {place: frozenset(names) for place, names in homes.items()}


def _above(path: str) -> Iterator[str]:
    """A path, and the folders above it up to "", the root."""
    yield path
    while path:
        path = posixpath.dirname(path)
        yield path


def _whose(manifest: Manifest, one: Candidate, aims: Targets, homes: Homes) -> str:
    wanted = one.found.wanted
    if one.found.kind == "beside":
        return ""
    return (_owner(manifest, wanted.version, one.source.path, aims, homes) if not wanted.modules else "") or wanted.component.name


def _owner(manifest: Manifest, version: Version, path: str, aims: Targets, homes: Homes) -> str:
    """Of the repository's components at that version the one with a site in the same file, else in the nearest folder; "" where none has a site.

    Where several are as near, the folder does not tell: it is the leader, or the first in the manifest.
    """
    at = {name for name in homes.get("", ()) if aims.standings[name].own == version}
    near = next((names for place in _above(path) if (names := homes.get(place, frozenset()) & at)), frozenset())
    best = [one.name for one in manifest.components if one.name in near]
    return manifest.leader if len(best) > 1 and manifest.leader in at else next(iter(best), "")


def unlisted(manifest: Manifest, found: Inventory, aims: Targets, scan: Scan) -> Iterator[Finding]:
    """The packages that files declare and no component lists: one finding for those of one ecosystem at one version."""
    elsewhere = {name: frozenset(site.package for _, site in other.declared) for name, other in found.scans.items()}
    member = Membership(manifest, scan.repo.name, aims.project, elsewhere)
    placed = [one for one in found.placed if one.repo == scan.repo.name]
    homes = _homes(placed)
    here = {(one.path, one.site.span) for one in placed}
    groups: dict[tuple[str, str], list[tuple[Spot, str]]] = {}
    for path, site in scan.declared:
        if (path, site.span) not in here and any(char in "123456789" for char in site.text) and member.reason(site.package) == "unlisted":
            groups.setdefault((site.package.partition("/")[0], site.text), []).append((_spot(scan.sources[path], *site.span), site.package))
    for (_, text), rows in groups.items():
        rows.sort()
        first = rows[0][0]
        version = read(text)
        yield Finding(
            200,
            scan.repo.name,
            tuple(dict.fromkeys(spot for spot, _ in rows)),
            _shown(scan.sources[first.path], first.start),
            _owner(manifest, version, first.path, aims, homes) if version is not None else "",
            text,
            (),
            "",
            tuple(sorted({package for _, package in rows})),
            ("declared here, and listed by no component",),
        )


def _spot(source: Source, start: int, end: int) -> Spot:
    return Spot(source.path, start, end, *source.position(start))


def _shown(source: Source, start: int) -> str:
    head, tail = source.body.rfind(b"\n", 0, start) + 1, source.body.find(b"\n", start)
    return source.body[head : len(source.body) if tail < 0 else tail].decode("utf-8", "replace").strip()[:160]
