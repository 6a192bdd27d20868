"""The literals of today's versions that no site covers, the likeliest forgotten place first.

One search finds the files that may hold one (`git grep` where there is git), a closer look finds the literals, `weigh` and the past
releases (`moved`) rank them. What the manifest lists as ``audited`` is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from itertools import chain
from typing import Final, NamedTuple

from sync import git, literals, targets, template
from sync.audit import moved, pattern, search, uncovered, weigh
from sync.audit.finding import Candidate, Finding, Spot, grouped, unlisted
from sync.errors import UnreadableError
from sync.inventory import Inventory
from sync.literals import Wanted
from sync.manifest.match import glob
from sync.manifest.model import Component, Manifest, Repo
from sync.scan import Scan
from sync.source import BOM, Source
from sync.targets import Release, Releases, Targets
from sync.version import Version

__all__ = ["Begun", "Finding", "Spot", "ahead", "audit", "audited"]

CLOSELY: Final = 400
"""Literals of a repository whose history is looked at: the likeliest of them."""


@contextmanager
def ahead(manifest: Manifest, declared: Inventory, releases: Releases) -> Iterator[Mapping[str, Begun]]:
    """Lets git search each repository for the versions that are declared, while we take the inventory of what refers to them."""
    aims = targets.standing(manifest, declared, releases)
    with ExitStack() as stack:
        begun = {}
        for name, scan in declared.scans.items():
            wanted = _Audit(manifest, declared, aims, scan, releases.get(name, ())).wanted
            if wanted:
                begun[name] = Begun(wanted, stack.enter_context(search.started(scan, wanted)))
        yield begun


def audit(manifest: Manifest, found: Inventory, releases: Releases, begun: Mapping[str, Begun] | None = None) -> list[Finding]:
    """Every finding in the repositories that are at hand, the likeliest first. ``begun`` are the searches of `ahead`."""
    aims = targets.standing(manifest, found, releases)
    rows: list[Finding] = []
    for name, scan in found.scans.items():
        one = _Audit(manifest, found, aims, scan, releases.get(name, ()), (begun or {}).get(name))
        rows += unlisted(manifest, found, aims, scan)
        rows += grouped(manifest, name, one.remembered(), aims, one.placed)
    return sorted(rows, key=lambda one: (-one.score, one.repo, one.spots))


def audited(repo: Repo, source: Source) -> Iterator[tuple[int, int]]:
    """The spans of a file that the manifest says are no places of ours."""
    for file, texts in repo.audited.items():
        if not glob((file,))(source.path):
            continue
        for text in texts:
            if text == "{version}":
                yield 0, len(source.body)
            else:
                for spelling in ("semver", "pep440", "maven", "underscore"):
                    yield from ((start, end) for start, end, _ in template.compile(text).find(source.body, spelling))


class Begun(NamedTuple):
    """A search that git is at: what for, and what it finds (see `sync.audit.search.started`)."""

    wanted: Sequence[Wanted]
    found: Iterator[Collection[str]]


class _Audit:
    """One repository."""

    def __init__(self, manifest: Manifest, found: Inventory, aims: Targets, scan: Scan, releases: Sequence[Release], begun: Begun | None = None) -> None:
        self.manifest, self.found, self.aims, self.scan, self.releases = manifest, found, aims, scan, releases
        self.repo = scan.repo
        self.own = [one for one in manifest.components if one.repo == self.repo.name and one.retired is None]
        self.placed = [one for one in found.placed if one.repo == self.repo.name]
        self.names = list({manifest.name.lower().encode(), *(one.name.lower().encode() for one in self.own)})
        self.wanted = list(self._wanted())
        self.begun = begun if begun is not None and begun.wanted == self.wanted else None
        self.covered: dict[str, list[tuple[int, int]]] = {}
        for one in self.placed:
            self.covered.setdefault(one.path, []).append(one.site.span)
        for left in found.left:
            if left.repo == self.repo.name:
                self.covered.setdefault(left.path, []).append(left.left.span)

    def _wanted(self) -> Iterator[Wanted]:
        """Each version that a component of the repository has, once; the newest release's where one states none."""
        by_version: dict[Version, Wanted] = {}
        for component in self.own:
            own = self.aims.standings[component.name].own
            for version in (own, Version(own.release[:3], own.pre, None, own.dev)) if own is not None else ():
                by_version.setdefault(version, Wanted(component, version))
        for one in self.placed:
            shape = template.compile(one.site.template)
            told = shape.read(one.site.text, one.site.spelling) if one.place is not None and shape.full else None
            if told is not None and len(told.release) > 2:
                by_version.setdefault(told, Wanted(one.carrier or one.component, told))
        unstated = next((one for one in self.own if self.aims.standings[one.name].own is None), None)
        if unstated is not None and self.releases:
            by_version.setdefault(self.releases[0].version, Wanted(unstated, self.releases[0].version))
        yield from (one for version, one in by_version.items() if any(version.release))
        for component in self.own:
            own = self.aims.standings[component.name].own
            modules = literals.modules(component)
            if own is not None and own.major > 1 and modules:
                yield Wanted(component, own, modules)

    def _sources(self) -> Iterator[Source]:
        """The text files that may hold one of the literals, without those that are ignored; first, while git searches, those that were read already."""
        if not self.wanted:
            return
        ignored, read = glob((*self.repo.ignore, "**/go.sum")), self.scan.sources  # checksums are go's to write
        beside = {one.path for one in self.placed if one.place is not None}
        seen = set(read)
        with search.started(self.scan, self.wanted) if self.begun is None else nullcontext(self.begun.found) as found:
            yield from (source for path, source in sorted(read.items()) if not ignored(path))
            for some in chain([beside], found):
                paths = sorted(path for path in some if path not in seen and not ignored(path) and self.scan.tree.has(path))
                seen.update(paths)
                for path, raw in self.scan.tree.read_many(paths, lambda _: None):
                    with suppress(UnreadableError):
                        yield Source.of(path, raw)

    def _candidates(self, source: Source) -> Iterator[Candidate]:
        managed = [(*one.site.span, one.site.template, one.site.spelling) for one in self.placed if one.path == source.path and one.place is not None]
        covered = [*self.covered.get(source.path, ()), *audited(self.repo, source)]
        rows = list(uncovered.find(source.body, self.wanted, covered))
        covered += ((one.start, one.end) for one in rows)
        for one in uncovered.beside(source.body, managed, self.wanted[0]) if managed else ():
            if not any(start < one.end and one.start < end for start, end in covered):
                covered.append((one.start, one.end))
                rows.append(one)
        about = list(self._about(source.path)) if rows else []
        return (Candidate(one, source, (*weigh.line(one, source.body, source.path, self.names), *about)) for one in rows)

    def _about(self, path: str) -> Iterator[weigh.Weight]:
        """What is known of a file: an adapter that reads it knows its own packages, so a number there is another's."""
        name = self.scan.registry.route(path)
        if name is not None and path in self.scan.by_adapter.get(name, ()):
            yield weigh.Weight(-30, "its own packages are read by an adapter")
        if self.scan.tree.skipped(self.scan.registry.files, (path,)):
            yield weigh.Weight(weigh.GENERATED, "marked as generated or vendored")

    def remembered(self) -> list[Candidate]:
        """All candidates, with what past releases say of the likeliest of them."""
        candidates = sorted((one for source in self._sources() for one in self._candidates(source)), key=lambda one: (-one.score, one.source.path))
        now = next((own for one in self.own if (own := self.aims.standings[one.name].own) is not None and one.version[0].rule == "exact"), None)
        if now is None and candidates:
            now = candidates[0].found.wanted.version
        if now is None or git.git_dir(self.scan.tree.root) is None:
            return candidates
        closely = [one for one in candidates[:CLOSELY] if one.score >= weigh.LIKELY - weigh.MOST]
        stating = {one.path for one in self.found.primary.values() if one.repo == self.repo.name}
        then = list(moved.past(self.scan.tree.root, moved.chosen(self.releases, now), sorted({one.source.path for one in closely} | stating)))
        said: dict[str, list[tuple[moved.Past, frozenset[Version]]]] = {}
        told = []
        for one in closely:
            component = one.found.wanted.component
            if component.name not in said:
                said[component.name] = [(past, frozenset(self._said(component, past))) for past in then]
            fared = moved.compare(one.found, one.source, said[component.name])
            told.append(one._replace(points=(*one.points, *weigh.history(fared))))
        return told + candidates[len(closely) :]

    def _said(self, component: Component, past: moved.Past) -> Iterator[Version]:
        """The versions that a component may have had at a past release: the tag's, by its rule, and what its own file said."""
        yield past.version
        rule = component.follows(past.version)
        if "{" in rule:
            with suppress(ValueError):
                yield template.compile(rule).rule(past.version)
        primary = self.found.primary.get(component.name)
        body = past.files.get(primary.path) if primary is not None and primary.repo == self.repo.name else None
        if primary is not None and body is not None:
            site, now = primary.site, self.found.source(primary.repo, primary.path).body
            text = pattern.surroundings(now, *site.span, site.template, site.spelling)
            shape = template.compile(template.compile(text).inner)
            read = (shape.read(value, site.spelling) for value in pattern.values(text, site.spelling, body.removeprefix(BOM)))
            yield from (version for version in read if version is not None)
