"""The literals of today's versions that no site covers, the likeliest forgotten place first.

One search finds the files that may hold one (`git grep` where there is git), a closer look finds the literals, `weigh` and the past
releases (`moved`) rank them. What the manifest lists as ``audited`` is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Final

from sync import git, literals, targets, template
from sync.adapter import Packages
from sync.audit import moved, pattern, search, uncovered, weigh
from sync.audit.finding import Candidate, Finding, grouped, together, unlisted
from sync.audit.search import Begun
from sync.errors import UnreadableError
from sync.inventory import Inventory
from sync.literals import Wanted
from sync.manifest.match import glob, matches
from sync.manifest.model import Component, Manifest, Repo
from sync.scan import Scan
from sync.source import BOM, Source, Span
from sync.targets import Release, Releases, Targets
from sync.version import Version

CLOSELY: Final = 400
"""Literals of a repository whose history is looked at: the likeliest of them."""


def audit(manifest: Manifest, found: Inventory, releases: Releases, begun: Mapping[str, Begun] | None = None) -> list[Finding]:
    """Every finding in the repositories that are at hand, the likeliest first. ``begun`` are the searches of `sync.audit.search.ahead`."""
    aims = targets.standing(manifest, found, releases)
    rows: list[Finding] = []
    for name, scan in found.scans.items():
        one = _Audit(manifest, found, aims, scan, releases.get(name, ()), (begun or {}).get(name))
        rows += unlisted(manifest, found, aims, scan)
        rows += grouped(manifest, name, together(one.remembered()), aims, one.placed)
    return sorted(rows, key=lambda one: (-one.score, one.repo, one.spots))


def audited(repo: Repo, source: Source) -> Iterator[tuple[int, int]]:
    """The spans of a file that the manifest says are no places of ours."""
    for file, texts in repo.audited.items():
        if file != source.path and not glob((file,))(source.path):
            continue
        for text in texts:
            if text == "{version}":
                yield 0, len(source.body)
            else:
                for spelling in ("semver", "pep440", "maven", "underscore"):
                    yield from ((start, end) for start, end, _ in template.compile(text).find(source.body, spelling))


class _Audit:
    """One repository."""

    def __init__(self, manifest: Manifest, found: Inventory, aims: Targets, scan: Scan, releases: Sequence[Release], begun: Begun | None) -> None:
        self.manifest, self.found, self.aims, self.scan, self.releases = manifest, found, aims, scan, releases
        self.repo = scan.repo
        self.own = [one for one in manifest.components if one.repo == self.repo.name and one.retired is None]
        self.placed = [one for one in found.placed if one.repo == self.repo.name]
        self.names = list({manifest.name.lower().encode(), *(one.name.lower().encode() for one in self.own)})
        self.wanted = list(self._wanted())
        self.needles = literals.needles(self.wanted)
        self.begun = begun if begun is not None else Begun((), iter(()))
        self.covered: dict[str, list[tuple[int, int]]] = {}
        for one in self.placed:
            self.covered.setdefault(one.path, []).append(one.site.span)
        for left in found.left:
            if left.repo == self.repo.name:
                self.covered.setdefault(left.path, []).append(left.left.span)

    def _wanted(self) -> Iterator[Wanted]:
        """Each version that a component of the repository has, once; the newest release's where one that is managed today states none."""
        own = {one.name: self.aims.standings[one.name].own for one in self.own}
        project = self.aims.project
        unstated = next((one for one in self.own if own[one.name] is None and not any(each.holds.includes(project) for each in one.unmanaged)), None)
        found = list(search.numbers(self.own, {name: version for name, version in own.items() if version is not None}))
        for one in self.placed:
            shape = template.compile(one.site.template)
            told = shape.read(one.site.text, one.site.spelling) if one.place is not None and shape.full else None
            if told is not None and len(told.release) > 2:
                found.append(Wanted(one.carrier or one.component, told))
        if unstated is not None and self.releases:
            found.append(Wanted(unstated, self.releases[0].version))
        first: dict[tuple[Version, tuple[bytes, ...]], Wanted] = {}
        for wanted in found:
            first.setdefault((wanted.version, wanted.modules), wanted)
        yield from (wanted for wanted in first.values() if any(wanted.version.release))

    def _sources(self) -> Iterator[Source]:
        """The text files that may hold one of the literals, or have places, without those that are ignored; first, while git searches, those that were read already."""
        if not self.wanted:
            return
        ignored, read = glob((*self.repo.ignore, "**/go.sum")), self.scan.sources  # checksums are go's to write
        beside = {one.path for one in self.placed if one.place is not None}
        seen = set(read)
        for path, source in sorted(read.items()):
            if not ignored(path) and (path in beside or any(needle in source.body for needle in self.needles)):
                yield source
        for some in chain([beside], self._hits()):
            paths = sorted(path for path in some if path not in seen and not ignored(path) and self.scan.tree.has(path))
            seen.update(paths)
            for path, raw in self.scan.tree.read_many(paths, lambda _: None):
                with suppress(UnreadableError):
                    yield Source.of(path, raw)

    def _hits(self) -> Iterator[Collection[str]]:
        """The paths of the files that may hold one of the numbers, some at a time; one may come twice."""
        tree = self.scan.tree
        if not search.possible(tree) or "\n" in "".join(tree.listed()):  # a line break in a name cannot be told from one between lines
            yield tree.paths()
            return
        yield from (search.paths(lines, self.wanted, tree.revision) for lines in self.begun.lines)
        more = [needle for needle in self.needles if needle not in self.begun.needles]
        if more:
            with search.started(tree, more) as found:
                yield from (search.paths(lines, self.wanted, tree.revision) for lines in found)

    def _candidates(self, source: Source) -> Iterator[Candidate]:
        managed = [(*one.site.span, one.site.template, one.site.spelling) for one in self.placed if one.path == source.path and one.place is not None]
        covered = [*self.covered.get(source.path, ()), *audited(self.repo, source)]
        rows = list(uncovered.find(source.body, self.wanted, covered))
        rows += uncovered.beside(source.body, managed, self.wanted[0], [*covered, *((one.start, one.end) for one in rows)])
        about, foreign = (list(self._about(source)), list(self._foreign(source))) if rows else ([], [])
        for one in rows:
            others = [weigh.FOREIGN] if any(start < one.end and one.start < end for start, end in foreign) else []
            yield Candidate(one, source, (*weigh.line(one, source.body, self.names), *about, *others))

    def _foreign(self, source: Source) -> Iterator[Span]:
        """Where a file that declares packages requires some that are none of ours: their numbers are theirs."""
        name = self.scan.route(source.path)
        adapter = None if name is None or source.path not in self.scan.by_adapter.get(name, ()) else self.scan.registry.adapter(name)
        if adapter is None or not adapter.DECLARES:
            return
        ours = [*(pattern for one in self.manifest.components for pattern in one.packages), *(site.package for _, site in self.scan.declared)]
        known = Packages({}, lambda package: not any(matches(pattern, package) for pattern in ours))
        with suppress(UnreadableError):
            yield from (one.span for one in adapter.references(source, known))

    def _about(self, source: Source) -> Iterator[weigh.Weight]:
        """What is known of a file: an adapter that reads it knows its own packages, so a number there is another's."""
        path = source.path
        yield from weigh.file(source.body, path)
        name = self.scan.route(path)
        if name is not None and path in self.scan.by_adapter.get(name, ()):
            yield weigh.Weight(-30, "its own packages are read by an adapter")
        if self.scan.tree.skipped(self.scan.registry.files, (path,)):
            yield weigh.Weight(weigh.GENERATED, "marked as generated or vendored")

    def remembered(self) -> list[Candidate]:
        """All candidates, with what past releases say of the likeliest of them."""
        root = self.scan.tree.root
        now = next((own for one in self.own if (own := self.aims.standings[one.name].own) is not None and one.version[0].rule == "exact"), None)
        now = now or next((one.version for one in self.wanted), None)
        releases = moved.chosen(self.releases, now) if now is not None and git.git_dir(root) is not None else []
        if now is None or not releases:
            return self._ranked()
        stating = {one.path for one in self.found.primary.values() if one.repo == self.repo.name}
        with moved.past(root, releases, stating) as past:  # git reads while we look
            candidates = self._ranked()
            closely = [one for one in candidates[:CLOSELY] if one.score >= weigh.LIKELY - weigh.MOST]
            if not closely:
                return candidates
            then = past({one.source.path for one in closely})
        said: dict[str, list[tuple[moved.Past, frozenset[Version]]]] = {}
        earlier: dict[str, frozenset[Version]] = {}
        told = []
        for one in closely:
            component = one.found.wanted.component
            if component.name not in said:
                said[component.name] = [(past, frozenset(self._said(component, past))) for past in then]
                earlier[component.name] = frozenset(number for each in self.releases if each.version < now for number in self._followed(component, each.version))
            fared = moved.compare(one.found, one.source, said[component.name], earlier[component.name])
            told.append(one._replace(points=(*one.points, *weigh.history(fared))))
        return told + candidates[len(closely) :]

    def _ranked(self) -> list[Candidate]:
        return sorted((one for source in self._sources() for one in self._candidates(source)), key=lambda one: (-one.score, one.source.path))

    def _followed(self, component: Component, version: Version) -> Iterator[Version]:
        """A version of the project, and that of the component by its rule."""
        yield version
        rule = component.follows(version)
        if "{" in rule:
            with suppress(ValueError):
                yield template.compile(rule).rule(version)

    def _said(self, component: Component, past: moved.Past) -> Iterator[Version]:
        """The versions that a component may have had at a past release: the tag's, by its rule, and what its own file said."""
        yield from self._followed(component, past.version)
        primary = self.found.primary.get(component.name)
        body = past.files.get(primary.path) if primary is not None and primary.repo == self.repo.name else None
        if primary is not None and body is not None:
            site, now = primary.site, self.found.source(primary.repo, primary.path).body
            text = pattern.surroundings(now, *site.span, site.template, site.spelling)
            shape = template.compile(template.compile(text).inner)
            read = (shape.read(value, site.spelling) for value in pattern.values(text, site.spelling, body.removeprefix(BOM)))
            yield from (version for version in read if version is not None)
