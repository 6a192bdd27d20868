"""A past release as a test: today's manifest, applied to the tree before it, must give the tree that was released."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from sync import cause, inventory, literals, pipeline, plan, targets
from sync.adapter import ecosystem_of
from sync.cause import Hunk, Move
from sync.cause.lines import Spot
from sync.errors import Problem, SyncError
from sync.inventory import Inventory, LeftBehind, Placed
from sync.literals import Wanted
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.plan import Edit
from sync.registry import Registry
from sync.scan import Kept, Scan
from sync.source import BOM, Span
from sync.tree import Tree
from sync.version import Version


class Difference(NamedTuple):
    """A file that came out otherwise: what versync wrote, and what was released (b"" where the release took the file away)."""

    path: str
    ours: bytes
    theirs: bytes


class Replayed(NamedTuple):
    """One release replayed. ``missed`` changed in the release and not here; ``extra`` changed here and not in the release.

    ``hunks`` are all differences in files that were written here, and in the others those that move a version of the family, each
    with its cause. ``taken`` are the components whose number was taken from the release, because no rule can give it;
    ``findings`` are those of the bump.
    """

    version: Version | None
    reproduced: tuple[str, ...]
    different: tuple[Difference, ...]
    missed: tuple[str, ...]
    extra: tuple[Difference, ...]
    taken: tuple[str, ...]
    findings: tuple[Problem, ...]
    hunks: tuple[Hunk, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing differs in any file that was touched here."""
        return not self.different and not self.extra

    @property
    def stopping(self) -> tuple[Problem, ...]:
        """What `bump` would have stopped at: mostly lines of today's manifest that match nothing in the tree of then."""
        return pipeline.stopping(self.findings)

    @property
    def deciding(self) -> Hunk | None:
        """The first hunk with the worst cause; None where the release is reproduced."""
        return cause.worst(self.hunks)

    @property
    def verdict(self) -> str:
        """``reproduced``, or the worst of the causes; a release in which nothing comes out is none."""
        if self.deciding is not None:
            return self.deciding.cause
        return "reproduced" if self.reproduced else "other"


def release(
    manifest: Manifest,
    repo: str,
    before: Tree,
    after: Tree,
    changed: Iterable[str],
    registry: Registry,
    version: Version | None = None,
    kept: Kept | None = None,
) -> Replayed:
    """Bumps ``before`` to the version that ``after`` declares, and compares the files.

    ``changed`` are the paths that the release changed; ``version`` is needed only where no file of the release declares one. Raises SyncError where the tree before cannot be planned at all.
    """
    old = inventory.look(manifest, {repo: before}, registry, kept=kept)
    new = inventory.look(manifest, {repo: after}, registry, declared_only=True, kept=kept)
    wanted = _versions(manifest, new)
    lead = _lead(manifest, repo, wanted)
    project = version or (wanted.get(lead) if lead else None)
    if project is None:
        raise SyncError(Problem(repo, "", 0, 0, "the release declares no version"))
    aims = targets.bumped(manifest, old, {}, str(project), allow_downgrade=True)
    named = {name: str(version) for name, version in wanted.items() if name != manifest.leader and _free(manifest, name, project, aims) and version != aims.standings[name].target}
    if named:
        aims = targets.bumped(manifest, old, {}, str(project), named, allow_downgrade=True)
    outcome = pipeline.bump(manifest, old, aims)
    ours = {change.path: change.after for change in outcome.changes.get(repo, ())}
    touched = set(changed)
    theirs = dict(after.read_many(sorted(touched & set(after.paths())), lambda _: None))
    reproduced = tuple(sorted(path for path in ours if ours[path] == theirs.get(path)))
    different = tuple(Difference(path, ours[path], theirs.get(path, b"")) for path in sorted(ours) if path in touched and ours[path] != theirs.get(path))
    extra = tuple(Difference(path, ours[path], old.source(repo, path).raw) for path in sorted(set(ours) - touched))
    missed = tuple(sorted(touched - set(ours)))
    beside = dict(before.read_many([path for path in missed if path in theirs and before.has(path)], lambda _: None))
    compared = [*different, *extra, *(Difference(path, body, theirs[path]) for path, body in beside.items())]
    found = tuple(_hunks(manifest, repo, outcome, after, compared, set(ours), registry, kept))
    return Replayed(project, reproduced, different, missed, extra, tuple(sorted(named)), outcome.findings, found)


def _hunks(
    manifest: Manifest, repo: str, outcome: Outcome, after: Tree, compared: Sequence[Difference], written: Collection[str], registry: Registry, kept: Kept | None
) -> Iterator[Hunk]:
    """The hunks of all files that are compared; of those that versync did not write, the hunks that move a version of the family."""
    old = outcome.inventory
    moves = _moves(outcome)
    spots = _by_path(one for one in old.placed if one.repo == repo)
    left = _by_path(one for one in old.left if one.repo == repo)
    told = {one.left.path for one in outcome.plan.left if one.left.repo == repo}
    wanted = [one for one in compared if one.path in written or one.path in spots or one.path in left or cause.says(one.theirs, moves)]
    if not wanted:
        return
    new = inventory.look(manifest, {repo: after}, registry, kept=kept)
    drifted, torn = _drifted(manifest, repo, old), _drifted(manifest, repo, new)
    there, gone = _by_path(new.placed), _by_path(new.left)
    for one in wanted:
        edits = outcome.plan.edits.get(repo, {}).get(one.path, ())
        own = [*_moved(spots.get(one.path, ()), edits, one.ours.removeprefix(BOM), drifted), *(_spot_left(each, one.path in told) for each in left.get(one.path, ()))]
        theirs = [*(_spot(each)._replace(drifted=(one.path, each.site.span) in torn) for each in there.get(one.path, ())), *(_spot_left(each, one.path in told) for each in gone.get(one.path, ()))]
        before = old.source(repo, one.path).body if edits else one.ours.removeprefix(BOM)
        for hunk in cause.hunks(one.path, before, one.ours.removeprefix(BOM), one.theirs.removeprefix(BOM), own, theirs, moves, _kin(new.scans[repo], one.path)):
            if one.path in written or hunk.why:
                yield hunk


def _kin(scan: Scan, path: str) -> frozenset[str] | None:
    """The names of the repository's own packages that a file which an adapter reads may hold; None where none reads it."""
    name = scan.route(path)
    ecosystem = "" if name is None else scan.registry.adapter(name).ECOSYSTEM
    return None if name is None else frozenset(site.package.partition("/")[2] for _, site in scan.declared if ecosystem_of(site.package) == ecosystem)


def _drifted(manifest: Manifest, repo: str, found: Inventory) -> frozenset[tuple[str, Span]]:
    """The sites at which `check` finds an error: those that the bump to what the tree already is would write."""
    made = plan.make(found, targets.standing(manifest, found, {}))
    return frozenset((path, edit.placed.site.span) for path, edits in made.edits.get(repo, {}).items() for edit in edits)


Found = TypeVar("Found", Placed, LeftBehind)


def _by_path(found: Iterable[Found]) -> Mapping[str, list[Found]]:
    by_path: dict[str, list[Found]] = {}
    for one in found:
        by_path.setdefault(one.path, []).append(one)
    return by_path


def _spot(one: Placed) -> Spot:
    site, place = one.site, one.place
    what = f"{site.role} {site.package} {site.template}" if place is None else f"place {place.at.line}:{place.at.column}"
    return Spot(*site.span, what, f"{site.role} {site.package}" if place is None else f"place {place.shown}", site.text)


def _spot_left(one: LeftBehind, told: bool) -> Spot:
    left = one.left
    return Spot(*left.span, f"left {left.package}", f"locks {left.package}", left.text, left=True, told=told)


def _moved(found: Iterable[Placed], edits: Sequence[Edit], body: bytes, drifted: Collection[tuple[str, Span]]) -> Iterator[Spot]:
    """The sites of a file where they stand after its edits, with what they say then."""
    spans = [edit.placed.site.span for edit in edits]
    starts = [span.start for span in spans]
    grown = [0, *accumulate(len(edit.new.encode()) - (span.end - span.start) for edit, span in zip(edits, spans, strict=True))]
    for one in found:
        span = one.site.span
        start = span.start + grown[bisect_left(starts, span.start)]
        end = span.end + grown[bisect_left(starts, max(span.end, span.start + 1))]
        yield _spot(one)._replace(start=start, end=end, text=body[start:end].decode("utf-8", "replace"), drifted=(one.path, span) in drifted)


def _moves(outcome: Outcome) -> list[Move]:
    """The numbers of the components that move, each once."""
    found: dict[tuple[Version, Version, tuple[bytes, ...]], Move] = {}
    for one in outcome.targets.standings.values():
        if one.own is not None and one.target is not None and one.target != one.own:
            for names in ((), literals.modules(one.component)) if one.target.major > 1 else ((),):
                found.setdefault((one.own, one.target, names), Move(Wanted(one.component, one.own, names), Wanted(one.component, one.target, names)))
    return list(found.values())


def _versions(manifest: Manifest, found: Inventory) -> Mapping[str, Version]:
    return {name: one.own for name, one in targets.standing(manifest, found, {}).standings.items() if one.own is not None}


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
