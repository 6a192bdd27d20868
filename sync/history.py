"""The releases in a repository's history: the commits that change its version, read from git's objects alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sync import git, inventory, targets
from sync.catfile import CatFile
from sync.errors import Problem, SyncError, problem
from sync.manifest.model import Component, Manifest
from sync.registry import Registry
from sync.tree import HeldTree, RevTree, Tree
from sync.version import Version


class Bump(NamedTuple):
    """A commit that changed the version, from that of its first parent; ``time`` is its committer date in Unix seconds."""

    commit: str
    parent: str
    old: Version
    new: Version
    time: int


def bumps(manifest: Manifest, repo: str, root: Path, rev: str, registry: Registry, objects: CatFile, notes: list[Problem] | None = None) -> Iterator[Bump]:
    """Every commit on the first-parent line of ``rev`` that changed the repository's version, oldest first.

    The version is that of the leader, or of the first component that states one there. It is looked for in the files
    that say it at ``rev``: a version that moved to another file is seen from then on, and ``notes`` get what was not looked at.
    """
    component, paths = _where(manifest, repo, root, rev, registry, objects)
    if component is None:
        return
    now: dict[str, str] = {}
    known: dict[tuple[str, ...], Version | None] = {}
    last: Version | None = None
    said: Version | None = None
    before: list[str] = []
    touched = git.touched(root, rev, paths)
    if notes is not None and touched and touched[0].parents:
        notes += _earlier(manifest, component, RevTree(repo, root, touched[0].parents[0], objects), registry)
    for one in touched:
        now.update(one.blobs)
        held = [path for path in paths if now.get(path, "").strip("0")]
        key = tuple(now.get(path, "") for path in paths)
        if key not in known:
            bodies = objects.read_many([now[path] for path in held])
            files = {path: body for path, body in zip(held, bodies, strict=True) if isinstance(body, bytes)}
            known[key] = _version(manifest, component, HeldTree(repo, root, files), registry)
        new = known[key]
        if last is not None and new is not None and last != new and one.parents:
            old = last
            if said is None or held != before:  # meanwhile another file may have said it
                old = _version(manifest, component, RevTree(repo, root, one.parents[0], objects), registry) or last
            if old != new:
                yield Bump(one.sha, one.parents[0], old, new, one.time)
        last, said, before = new or last, new, held


def _earlier(manifest: Manifest, component: Component, tree: RevTree, registry: Registry) -> Iterator[Problem]:
    """What is said of the history before a tree, where another file says the version."""
    version = _version(manifest, component, tree, registry)
    if version is not None:
        at = tree.revision[:10]
        yield problem(f"releases up to {version} are not looked at: at {at} another file said the version", repo=component.repo, severity="note", hint=f"versync replay --at {component.repo}={at}")


def none(repo: str, root: Path) -> Problem:
    """Why a repository has no release to look at: no history, one that is cut off, or one in which no version changed."""
    if git.git_dir(root) is None:
        return problem("the folder is no git repository, so it has no releases", repo=repo, severity="note", hint="a checkout with its history")
    cut = git.is_shallow(root)
    message = f"no commit on the first-parent line of {repo} changed its version{', as far as this shallow clone goes' if cut else ''}"
    return problem(message, repo=repo, severity="note", hint="git fetch --unshallow" if cut else "")


def _where(manifest: Manifest, repo: str, root: Path, rev: str, registry: Registry, objects: CatFile) -> tuple[Component | None, list[str]]:
    """The component whose version is the repository's, and the files that say it at ``rev``: where it stands, and what points there."""
    found = inventory.look(manifest, {repo: RevTree(repo, root, rev, objects)}, registry)
    component = next((one for one in (manifest.lead, *manifest.components) if one.repo == repo and one.name in found.primary), None)
    if component is None:
        return None, []
    primary = found.primary[component.name]
    stating = found.scans[repo].stating(primary.site.package)
    return component, sorted({primary.path, *stating})


def _version(manifest: Manifest, component: Component, tree: Tree, registry: Registry) -> Version | None:
    try:
        found = inventory.look(manifest, {component.repo: tree}, registry, declared_only=True)
    except SyncError:
        return None
    return targets.standing(manifest, found, {}).standings[component.name].own
