"""A past release as a test: today's manifest, applied to the tree before it, must give the tree that was released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from sync import pipeline, targets
from sync.errors import Problem, SyncError
from sync.inventory import Inventory
from sync.manifest.model import Manifest
from sync.registry import Registry
from sync.scan import Kept
from sync.targets import Releases
from sync.tree import Tree
from sync.version import Version


class Difference(NamedTuple):
    """A file that came out otherwise: what versync wrote, and what was released."""

    path: str
    ours: bytes
    theirs: bytes
    before: bytes = b""

    @property
    def wrong(self) -> bool:
        """Whether a line that versync wrote is not in what was released."""
        written = Counter(self.ours.split(b"\n")) - Counter(self.before.split(b"\n"))
        return bool(written - Counter(self.theirs.split(b"\n")))


class Line(NamedTuple):
    """A line of the release that holds a new version and did not come out so: a place that the manifest does not know."""

    path: str
    line: int
    text: str


class Replayed(NamedTuple):
    """One release replayed. ``missed`` changed in the release and not here; ``extra`` changed here and not in the release.

    ``places`` are the lines with a new version that did not come out. ``taken`` are the components whose number was taken from the release, because no rule can give it; ``absent`` and
    ``problems`` are what the inventory of the tree before had to say.
    """

    version: Version | None
    reproduced: tuple[str, ...]
    different: tuple[Difference, ...]
    missed: tuple[str, ...]
    extra: tuple[Difference, ...]
    taken: tuple[str, ...]
    absent: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    places: tuple[Line, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing differs in any file that was touched here."""
        return not self.different and not self.extra

    @property
    def verdict(self) -> str:
        """``reproduced``; ``other bytes`` (every version of ours came out, other lines differ); ``other versions``."""
        if self.whole:
            return "reproduced"
        missed = {one.path for one in self.places}.intersection(one.path for one in self.different)
        return "other versions" if self.extra or missed or any(one.wrong for one in self.different) else "other bytes"


def release(
    manifest: Manifest,
    repo: str,
    before: Tree,
    after: Tree,
    changed: Iterable[str],
    registry: Registry,
    releases: Releases | None = None,
    version: Version | None = None,
    kept: Kept | None = None,
) -> Replayed:
    """Bumps ``before`` to the version that ``after`` declares, and compares the files.

    ``changed`` are the paths that the release changed; ``version`` is needed only where no file of the release declares one. Raises SyncError where the tree before cannot be planned at all.
    """
    tags = releases or {}
    old = pipeline.look(manifest, {repo: before}, registry, kept=kept)
    new = pipeline.look(manifest, {repo: after}, registry, declared_only=True, kept=kept)
    wanted = _versions(manifest, new, tags)
    lead = _lead(manifest, repo, wanted)
    project = version or (wanted.get(lead) if lead else None)
    if project is None:
        raise SyncError(Problem(repo, "", 0, 0, "the release declares no version"))
    aims = targets.bumped(manifest, old, tags, str(project), allow_downgrade=True)
    named = {name: str(version) for name, version in wanted.items() if name != lead and _free(manifest, name, project, aims) and version != aims.standings[name].own}
    if named:
        aims = targets.bumped(manifest, old, tags, str(project), named, allow_downgrade=True)
    outcome = pipeline.bump(manifest, old, aims)
    ours = {change.path: change.after for change in outcome.changes.get(repo, ())}
    touched = set(changed)
    theirs = dict(after.read_many(sorted(touched & set(after.paths()))))
    reproduced = tuple(sorted(path for path in ours if ours[path] == theirs.get(path)))
    different = tuple(Difference(path, ours[path], theirs[path], old.source(repo, path).raw) for path in sorted(ours) if path in theirs and ours[path] != theirs[path])
    extra = tuple(Difference(path, ours[path], old.source(repo, path).raw) for path in sorted(set(ours) - touched))
    missed = tuple(sorted(touched - set(ours)))
    words = {str(one.target).encode() for one in aims.standings.values() if one.target is not None and one.target != one.own}
    places = tuple(_places(missed, different, before, theirs, words))
    return Replayed(project, reproduced, different, missed, extra, tuple(sorted(named)), old.absent, old.problems + aims.problems, places)


def _places(missed: Iterable[str], different: Iterable[Difference], before: Tree, theirs: Mapping[str, bytes], words: Collection[bytes]) -> Iterator[Line]:
    """The lines of the release that hold one of ``words`` and stand neither in the tree before nor in what versync wrote."""
    known = [path for path in missed if path in theirs and before.has(path)]
    ours = dict(before.read_many(known, lambda _: None))
    ours.update((one.path, one.ours) for one in different)
    for path, body in sorted(ours.items()):
        there = Counter(body.split(b"\n"))
        for number, line in enumerate(theirs[path].split(b"\n"), 1):
            if line in there:
                continue
            if any(word in line for word in words):
                yield Line(path, number, line.decode("utf-8", "replace").strip())


def _versions(manifest: Manifest, found: Inventory, releases: Releases) -> Mapping[str, Version]:
    return {name: one.own for name, one in targets.standing(manifest, found, releases).standings.items() if one.own is not None}


def _lead(manifest: Manifest, repo: str, wanted: Mapping[str, Version]) -> str:
    """The leader, or in a repository without it the first component that follows exactly."""
    if manifest.leader in wanted:
        return manifest.leader
    exact = [component.name for component in manifest.components if component.repo == repo and component.name in wanted and component.version[0].rule == "exact"]
    return exact[0] if exact else next((component.name for component in manifest.components if component.name in wanted), "")


def _free(manifest: Manifest, name: str, project: Version, aims: targets.Targets) -> bool:
    """Whether a component's number is its own matter: independent, by steps, or by a rule that cannot be followed."""
    component = manifest.component(name)
    return component.follows(project) in ("independent", "step", "major") or any(one.rule == "rule" and one.message.startswith(f"{name}:") for one in aims.problems)
