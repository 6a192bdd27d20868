"""The facts that evidence is held against: read from the trees, the tags and the histories that are at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time

from sync import git
from sync.cli.options import Tags
from sync.errors import RefusedError, UnreadableError
from sync.manifest.model import Manifest
from sync.policy import owners
from sync.policy.claims import Claims, Evidence, Feature
from sync.policy.facts import Facts, Seen
from sync.policy.model import Policy, Released
from sync.tree import Tree


def gather(manifest: Manifest, policy: Policy, trees: Mapping[str, Tree], tags: Tags, day: date) -> Facts:
    """What the claims of a policy are about, as of a day, as far as it is at hand."""
    leader = manifest.lead.repo
    wanted: dict[str, set[str]] = {}
    for repo, path in _named(manifest, policy.claims, leader):
        wanted.setdefault(repo, set()).add(path)
    repos = {name: _seen(trees[name], paths) for name, paths in wanted.items() if name in trees}
    releases = {name: tuple(Released(one.version, one.day) for one in tags[name]) for name in tags}
    activity = {one.name: found[0] for one in policy.claims.features if (found := _activity(one, trees.get(one.repo or leader), day))}
    rules = policy.on(day) or policy.rules[0]
    return Facts(day, leader, repos, releases, activity, rules.versions.bumps)


def _named(manifest: Manifest, claims: Claims, leader: str) -> Iterator[tuple[str, str]]:
    """Every file that some evidence speaks of, by repository; "" for one of which it is enough that it is looked at."""
    homes = {one.name: one.repo for one in manifest.components}
    for claimed in claims.components:
        yield from _files(claimed.evidence, homes.get(claimed.name, leader))
    for feature in claims.features:
        yield from _files(feature.evidence, feature.repo or leader)


def _files(evidence: Iterable[Evidence], home: str) -> Iterator[tuple[str, str]]:
    for one in evidence:
        repo = one.repo or home
        yield repo, one.file if one.holds else ""
        yield repo, one.workflow
        yield from ((repo, place) for place in owners.PLACES if one.owners)


def _seen(tree: Tree, wanted: Iterable[str]) -> Seen:
    """A repository's paths, and the files among those wanted that are there and can be read."""
    paths = frozenset(tree.paths())
    texts = {}
    for path in sorted(paths.intersection(wanted)):
        with suppress(UnreadableError):
            texts[path] = tree.read(path)
    return Seen(paths, texts)


def _activity(feature: Feature, tree: Tree | None, day: date) -> tuple[date | None] | tuple[()]:
    """The day of the last commit in a feature's paths by the end of that day, in UTC; () where that was not, or cannot be, looked at."""
    if feature.default == "on" or not feature.paths or tree is None or git.git_dir(tree.root) is None or git.is_shallow(tree.root):
        return ()
    end = int(datetime.combine(day, time.max, UTC).timestamp())
    try:
        found = git.last_touched(tree.root, tree.revision or "HEAD", feature.paths, end)
    except RefusedError:  # a repository without a commit
        return ()
    return (datetime.fromtimestamp(found, UTC).date() if found is not None else None,)
