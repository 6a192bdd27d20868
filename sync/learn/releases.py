"""The releases that a repository has made: the commits that bumped it, and its tags, each with the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from sync import git, history, template
from sync.catfile import CatFile
from sync.gitwrite import fetch_blobs
from sync.manifest.model import Manifest
from sync.registry import Registry
from sync.version import Version

WIDE: Final = 400
"""Changed files. What lies between two tags beyond that is work, not a release, where a bump commit shows the release."""

WIDEST: Final = 4000

LARGEST: Final = 1 << 20
"""Bytes of a blob that is looked into."""


class Step(NamedTuple):
    """From one version to the next: the commits before and after, and the blobs of each file that changed, by path."""

    old: Version
    new: Version
    before: str
    after: str
    changed: Mapping[str, tuple[str, str]]


class Release(NamedTuple):
    """A version and the commit that shipped it: its tag's, else the one that bumped it."""

    version: Version
    commit: str


class Past(NamedTuple):
    """All releases, the oldest version first, and the steps that led to them."""

    releases: tuple[Release, ...]
    steps: tuple[Step, ...]


def past(manifest: Manifest, repo: str, root: Path, rev: str, registry: Registry, objects: CatFile, last: int = 0) -> Past:
    """What a repository has released, seen from ``rev``; ``last``: the newest so many releases alone.

    Steps between tags that changed more than `WIDE` files are left out where a commit bumped that version, and beyond `WIDEST` in any case.
    """
    bumps = list(history.bumps(manifest, repo, root, rev, registry, objects))
    shape = template.compile(manifest.repos[repo].tag)
    tagged = {version: tag.sha for tag in git.tags(root) if (version := shape.read(tag.name)) is not None}
    commits = {one.new: one.commit for one in bumps if one.new > one.old} | tagged
    releases = [Release(version, commits[version]) for version in sorted(commits)][-last:]
    kept = {one.version for one in releases}
    wanted = [(one.old, one.new, one.parent, one.commit) for one in bumps if one.new in kept]
    own = {(one.old, one.new) for one in bumps}
    ordered = sorted(tagged)
    between = [(old, new, tagged[old], tagged[new]) for old, new in pairwise(ordered) if new in kept]
    bumped = {one.new for one in bumps}
    steps = []
    for at, (pair, changed) in enumerate(zip([*wanted, *between], _changes(root, [one[2:] for one in (*wanted, *between)]), strict=True)):
        old, new, before, after = pair
        if at >= len(wanted) and (len(changed) > (WIDE if new in bumped or (old, new) in own else WIDEST)):
            continue
        steps.append(Step(old, new, before, after, changed))
    return Past(tuple(releases), tuple(sorted(steps, key=lambda one: (one.new, one.old))))


def _changes(root: Path, pairs: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, tuple[str, str]]]:
    """The blobs before and after of each file that two commits have in common and that differs, in one process for all pairs."""
    if not pairs:
        return
    asked = "".join(f"{after} {before}\n" for before, after in pairs).encode("ascii")
    answer = git.run(root, "diff-tree", "--stdin", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--diff-filter=M", "--always", "--root", stdin=asked)
    fields = iter(answer.split(b"\0"))
    found: list[dict[str, tuple[str, str]]] = []
    for field in fields:
        if not field.startswith(b":"):
            if field.strip():
                found.append({})
            continue
        mode, _, old, new, _ = field.decode("ascii").split(" ")
        path = next(fields).decode("utf-8", "surrogateescape")
        if found and mode.startswith(":100") and path.isprintable():
            found[-1][path] = (old, new)
    yield from found


def blobs_at(root: Path, commits: Sequence[str], paths: Sequence[str]) -> dict[tuple[str, str], str]:
    """(commit, path) -> the blob's id, for each path that a commit has as a file; in one process."""
    asked = [(commit, path) for commit in commits for path in paths if "\n" not in path]
    if git.promisor(root):  # what is asked about a blob that is absent, git would fetch at once, one by one
        known = {commit: {entry.path: entry.sha for entry in git.ls_tree(root, commit) if entry.mode.startswith("100")} for commit in commits}
        found = {(commit, path): known[commit][path] for commit, path in asked if path in known[commit]}
        for commit in commits:
            fetch_blobs(root, commit, [sha for (one, _), sha in found.items() if one == commit])
        return found
    lines = "".join(f"{commit}:{path}\n" for commit, path in asked).encode("utf-8", "surrogateescape")
    answer = git.run(root, "cat-file", _ASKED, stdin=lines).decode("utf-8", "replace").splitlines()
    rows = {key: line.split(" ") for key, line in zip(asked, answer, strict=True)}
    return {key: words[0] for key, words in rows.items() if _small(words)}


def readable(root: Path, steps: Sequence[Step], wanted: Callable[[str], bool]) -> frozenset[str]:
    """The blobs of the steps' wanted files that are at hand (in a partial clone they are fetched first) and no larger than `LARGEST`."""
    shas: set[str] = set()
    partial = bool(git.promisor(root))
    for step in steps:
        some = [pair for path, pair in step.changed.items() if wanted(path)]
        for at, commit in enumerate((step.before, step.after) if partial else ()):
            fetch_blobs(root, commit, [pair[at] for pair in some])
        shas.update(sha for pair in some for sha in pair)
    answer = git.run(root, "cat-file", _ASKED, stdin="".join(f"{sha}\n" for sha in sorted(shas)).encode("ascii"))
    return frozenset(words[0] for line in answer.decode("ascii").splitlines() if _small(words := line.split(" ")))


_ASKED: Final = "--batch-check=%(objectname) %(objecttype) %(objectsize)"


def _small(words: Sequence[str]) -> bool:
    """Whether an answer to `_ASKED` is a blob of at most `LARGEST` bytes."""
    return len(words) == 3 and words[1] == "blob" and int(words[2]) <= LARGEST
