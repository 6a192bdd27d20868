"""The repository as it stands today: what the manifest finds in it, and its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sync import families, inventory, targets
from sync.errors import UnreadableError
from sync.inventory import Inventory
from sync.learn import moves
from sync.learn.moves import Line, Moves, Seen
from sync.learn.releases import Past
from sync.manifest.model import Component, Manifest
from sync.registry import Registry
from sync.source import Source, Span
from sync.tree import Tree
from sync.version import Version

_DAY: Final = date(1970, 1, 1)
"""Standing asks tags for their version alone."""


class Today:
    """One repository and its manifest. ``version`` is what the component that the releases are of states today, ``others`` are the other numbers that components have."""

    def __init__(self, manifest: Manifest, repo: str, tree: Tree, registry: Registry) -> None:
        self.manifest, self.repo, self.tree, self.registry = manifest, repo, tree, registry
        self.found: Inventory = inventory.look(manifest, {repo: tree}, registry)
        self.scan = self.found.scans[repo]
        self.requirements = families.required(self.scan, {site.package for _, site in self.scan.declared})
        self.version = Version((0,))
        self.others: frozenset[Version] = frozenset()
        self._sources: dict[str, Source | None] = {}
        self._lines: dict[str, dict[str, list[Line]]] = {}

    def learnt_of(self, past: Past) -> None:
        """Takes the releases into account: a Go module's own version is its newest tag's."""
        releases_ = {self.repo: [targets.Release(one.version, _DAY, "") for one in reversed(past.releases)]}
        standings = targets.standing(self.manifest, self.found, releases_).standings
        self.version = standings[self.base.name].own or (past.releases[-1].version if past.releases else Version((0,)))
        self.others = frozenset(one.own for one in standings.values() if one.own is not None) - {self.version}

    @property
    def base(self) -> Component:
        """The component whose number the releases are: the leader, or the first of the repository."""
        own = [one for one in (self.manifest.lead, *self.manifest.components) if one.repo == self.repo]
        return next((one for one in own if one.name in self.found.primary), own[0])

    def wanted(self, path: str) -> bool:
        """Whether a file of the history is there today and may hold a place."""
        return path in self.scan.paths and not moves.NOTES.search(path) and not moves.LOCKS.search(path)

    def source(self, path: str) -> Source | None:
        """The file as it is today; None for one that cannot be read, or is not there."""
        if path not in self._sources:
            try:
                self._sources[path] = self.scan.source(path)
            except UnreadableError:
                self._sources[path] = None
        return self._sources[path]

    def lines(self, path: str) -> Mapping[str, list[Line]]:
        """The lines of a file today by their skeletons; the spans in bytes of the body."""
        if path not in self._lines:
            rows: dict[str, list[Line]] = {}
            source = self.source(path)
            for line in moves.lines(source.body) if source is not None else ():
                rows.setdefault(line.skeleton, []).append(line)
            self._lines[path] = rows
        return self._lines[path]

    def line(self, path: str, span: Span) -> int:
        """The number of the line in which a span begins; 0 where the file cannot be read."""
        source = self.source(path)
        return source.position(span.start)[0] if source is not None else 0

    def seen(self, moved: Moves, path: str, span: Span) -> list[Seen]:
        """What was seen of the token that stands at a span today."""
        source = self.source(path)
        if source is None:
            return []
        for key, rows in self.lines(path).items():
            for line in rows:
                for index, (start, end) in enumerate(line.spans):
                    if start <= span.start < end or span.start <= start < span.end:
                        return moved.get((path, key), {}).get(index, [])
        return []


def last(seen: Sequence[Seen]) -> list[Seen]:
    """One observation for each version, in the order of the versions."""
    return [one for _, one in sorted({one.version: one for one in seen}.items())]
