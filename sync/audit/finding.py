"""What is found, put together: one finding for all that one line of the manifest would cover."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sync.audit import weigh
from sync.audit.uncovered import Found
from sync.inventory import Inventory, Placed
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


def grouped(manifest: Manifest, repo: str, candidates: Sequence[Candidate], aims: Targets, placed: Sequence[Placed]) -> Iterator[Finding]:
    """Findings for one pattern in files of one name, then for the patterns of one file that moved alike."""
    by_text: dict[tuple[object, ...], list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: -one.score):
        found = one.found
        same = ("split",) if found.kind == "split" else (found.text, posixpath.basename(one.source.path))
        by_text.setdefault((found.wanted.version, found.spelling, one.source.path if found.kind == "split" else "", *same), []).append(one)
    by_files: dict[tuple[object, ...], list[Candidate]] = {}
    for ones in by_text.values():
        files = tuple(dict.fromkeys(one.source.path for one in ones))
        best = ones[0].found
        by_files.setdefault((files, best.wanted.version, best.spelling, ones[0].score >= weigh.LIKELY), []).extend(ones)
    for ones in by_files.values():
        first = ones[0]
        why = [one.why for one in sorted(first.points, key=lambda one: -abs(one.points)) if one.why]
        yield Finding(
            first.score,
            repo,
            tuple(dict.fromkeys(_spot(one.source, one.found.start, one.found.end) for one in ones)),
            _shown(first.source, first.found.start),
            _whose(manifest, first, aims, placed),
            first.source.body[first.found.start : first.found.end].decode("utf-8", "replace"),
            tuple(dict.fromkeys(one.found.text for one in ones)),
            first.found.spelling,
            (),
            tuple(dict.fromkeys(why)),
        )


def _whose(manifest: Manifest, one: Candidate, aims: Targets, placed: Sequence[Placed]) -> str:
    wanted = one.found.wanted
    if one.found.kind == "beside":
        return ""
    return (_owner(manifest, wanted.version, one.source.path, aims, placed) if not wanted.modules else "") or wanted.component.name


def _owner(manifest: Manifest, version: Version, path: str, aims: Targets, placed: Sequence[Placed]) -> str:
    """Of the repository's components at that version the one with a site in the same file, else in the nearest folder; "" where none has a site.

    Where several are as near, the folder does not tell: it is the leader, or the first in the manifest.
    """
    near: dict[str, int] = {}
    for name, site in {(one.component.name, one.path) for one in placed if one.component.repo == one.repo}:
        if aims.standings[name].own == version:
            near[name] = max(near.get(name, 0), len(posixpath.commonpath((f"/{site}", f"/{path}"))))
    most = max(near.values(), default=0)
    best = [one.name for one in manifest.components if near.get(one.name, -1) == most]
    return manifest.leader if len(best) > 1 and manifest.leader in near else next(iter(best), "")


def unlisted(manifest: Manifest, found: Inventory, aims: Targets, scan: Scan) -> Iterator[Finding]:
    """The packages that files declare and no component lists: one finding for those of one ecosystem at one version."""
    elsewhere = {name: frozenset(site.package for _, site in other.declared) for name, other in found.scans.items()}
    member = Membership(manifest, scan.repo.name, aims.project, elsewhere)
    placed = [one for one in found.placed if one.repo == scan.repo.name]
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
            _owner(manifest, version, first.path, aims, placed) if version is not None else "",
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
