"""Carrying a proved plan out: files on disk, or commits on branches; all repositories or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from sync import git, template, transaction
from sync.change import TreeChange
from sync.errors import Problem, RefusedError, problem
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.shell import words
from sync.transaction import Commit, RefChange
from sync.tree import Tree, open_tree
from sync.version import Version

_HEADS: Final = "refs/heads/"
_TAGS: Final = "refs/tags/"


class Made(NamedTuple):
    """A commit: its full id, its branch, its tag ("" for none), and the command that pushes both ("" where there is no remote)."""

    commit: str
    branch: str
    tag: str
    push: str


class Carried(NamedTuple):
    """What was done, by repository: how many files, and where (``the work tree``, ``branch x``); the refs that moved, what was passed over, and the commits."""

    files: Mapping[str, int]
    where: Mapping[str, str]
    refs: tuple[RefChange, ...]
    notes: tuple[Problem, ...]
    made: Mapping[str, Made]


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
    if wrong or (notes and not where):
        raise RefusedError(wrong or [one._replace(severity="error") for one in notes])
    refs: list[RefChange] = []
    for change, target, message, label in branches:
        base = trees[change.repo].revision or "HEAD"
        refs += transaction.branch_commit(change, base=base, branch=target, message=message, tag=label, existing=branch is None)
    done = transaction.apply(changes, refs=refs, commits=commits, verify=_second_look(changes))
    return Carried({name: len(outcome.changes[name]) for name in where}, where, done.refs, tuple(notes), _made(done.refs))


def _made(refs: Sequence[RefChange]) -> dict[str, Made]:
    """The commits that refs were moved to, by repository."""
    tags = {one.repo: one.ref.removeprefix(_TAGS) for one in refs if one.ref.startswith(_TAGS)}
    made = {}
    for one in refs:
        if one.ref.startswith(_HEADS):
            branch, tag, remote = one.ref.removeprefix(_HEADS), tags.get(one.repo, ""), git.push_remote(one.root, one.ref)
            push = words(("git", "-C", one.root, "push", remote, branch, *([tag] if tag else []))) if remote else ""
            made[one.repo] = Made(one.new, branch, tag, push)
    return made


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
