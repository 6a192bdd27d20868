"""Carrying a proved plan out: files on disk, or commits on branches; all repositories or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sync import git, template, transaction
from sync.change import TreeChange
from sync.errors import Problem, RefusedError, problem
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.transaction import Commit, RefChange
from sync.tree import Tree, open_tree
from sync.version import Version


class Carried(NamedTuple):
    """What was done, by repository: how many files, and where (``the work tree``, ``branch x``); the refs that moved; what was passed over."""

    files: Mapping[str, int]
    where: Mapping[str, str]
    refs: tuple[RefChange, ...]
    notes: tuple[Problem, ...]


def out(manifest: Manifest, trees: Mapping[str, Tree], outcome: Outcome, *, branch: str | None = None, commit: bool = False, tag: bool = False, line: int | None = None) -> Carried:
    """Writes the plan: to the work tree, or with ``branch`` (or ``line``: each repository's branch for it) as a commit that no checkout sees.

    Raises RefusedError where nothing was changed, CutOffError where ``versync recover`` is needed.
    """
    changes: list[TreeChange] = []
    branches: list[tuple[TreeChange, str, str, str]] = []
    commits: list[Commit] = []
    where: dict[str, str] = {}
    wrong: list[Problem] = []
    notes: list[Problem] = []
    for name, files in outcome.changes.items():
        tree, repo = trees[name], manifest.repos[name]
        version = version_of(manifest, outcome, name)
        message = template.compile(repo.commit).render(version)
        label = template.compile(repo.tag).render(version) if tag else ""
        target = branch
        if target is None and line is not None and tree.revision:
            if not repo.line:
                notes.append(problem(f"{name} has no branch for line {line}, so it is left alone", repo=name, hint=f"add --branch NAME, or `line` to [repos.{name}]", severity="note", rule="skipped"))
                continue
            target = template.compile(repo.line).render(Version((line, 0, 0)))
        change = TreeChange(name, tree.root, files)
        if target is None and tree.revision:
            wrong.append(problem(f"{name} is read at a revision, where nothing can be written", repo=name, hint="add --branch NAME"))
        elif (target or commit) and git.git_dir(tree.root) is None:
            wrong.append(problem(f"{name} is no git repository, so nothing can be committed there", repo=name, hint="leave out --branch, --commit and --tag"))
        elif target:
            wrong += (
                problem("goes through a clean filter, so its bytes in git are not those on disk", repo=name, path=path, hint="bump the work tree instead, without --branch")
                for path in sorted(tree.filtered([one.path for one in files]))
            )
            branches.append((change, target, message, label))
            where[name] = f"branch {target}"
        else:
            changes.append(change)
            where[name] = "the work tree"
            if commit:
                commits.append(Commit(name, tree.root, message, label))
    if wrong:
        raise RefusedError(wrong)
    refs: list[RefChange] = []
    for change, target, message, label in branches:
        base = trees[change.repo].revision or "HEAD"
        refs += transaction.branch_commit(change, base=base, branch=target, message=message, tag=label, existing=branch is None)
    done = transaction.apply(changes, refs=refs, commits=commits, verify=_second_look(changes))
    return Carried({name: len(outcome.changes[name]) for name in where}, where, done.refs, tuple(notes))


def _second_look(changes: list[TreeChange]) -> Callable[[], None]:
    """Reads every file again: what stands there must be the plan's bytes, to the last one."""

    def look() -> None:
        for change in changes:
            tree = open_tree(change.repo, change.root)
            planned = {one.to or one.path: one for one in change.files}
            wrong = [problem("does not hold what was written to it", repo=change.repo, path=path) for path, raw in tree.read_many(planned) if raw != planned[path].after]
            if wrong:
                raise RefusedError(wrong)

    return look


def version_of(manifest: Manifest, outcome: Outcome, repo: str) -> Version:
    """The version that a repository's templates mean: that of its first component that has one."""
    for component in manifest.components:
        target = outcome.targets.standings[component.name].target
        if component.repo == repo and target is not None:
            return target
    project = outcome.targets.project
    assert project is not None
    return project
