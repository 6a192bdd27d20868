"""Carrying a proved plan out: files on disk, or commits on branches; all repositories or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sync import template, transaction
from sync.cli.options import Opened
from sync.change import TreeChange
from sync.errors import Problem, RefusedError, problem
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.transaction import Commit, RefChange
from sync.version import Version


class Carried(NamedTuple):
    """What was done, by repository: how many files, and where (``the work tree``, ``branch x``); ``notes`` say what was passed over."""

    files: Mapping[str, int]
    where: Mapping[str, str]
    refs: tuple[RefChange, ...]
    notes: tuple[Problem, ...]


def out(opened: Opened, outcome: Outcome, *, branch: str | None, commit: bool, tag: bool, line: int | None) -> Carried:
    """Writes the plan. Raises RefusedError where nothing was changed, InterruptedError_ where recovery is needed."""
    from sync import git

    manifest = opened.manifest
    changes = []
    refs: list[RefChange] = []
    commits = []
    where = {}
    wrong: list[Problem] = []
    for name, files in outcome.changes.items():
        tree = opened.trees[name]
        version = version_of(manifest, outcome, name)
        message = template.compile(manifest.repos[name].commit).render(version)
        label = template.compile(manifest.repos[name].tag).render(version) if tag else ""
        target = branch
        if target is None and tree.revision:
            target = _line_branch(manifest, name, line)
            if not target:
                wrong.append(problem(f"{name} is read at a revision, which cannot be written", repo=name, hint="add --branch NAME"))
                continue
        if git.git_dir(tree.root) is None and (target or commit):
            wrong.append(problem(f"{name} is no git repository, so nothing can be committed there", repo=name, hint="leave out --branch, --commit and --tag, or git init"))
        elif target:
            filtered = tree.filtered([change.path for change in files])
            wrong += (problem("has a clean filter or is an LFS pointer; its bytes in git are not those on disk", repo=name, path=path, hint="bump the work tree instead, without --branch") for path in sorted(filtered))
            if not filtered:
                refs += transaction.branch_commit(TreeChange(name, tree.root, files), base=tree.revision or "HEAD", branch=target, message=message, tag=label, existing=branch is None)
            where[name] = f"branch {target}"
        else:
            changes.append(TreeChange(name, tree.root, files))
            where[name] = "the work tree"
            if commit:
                commits.append(Commit(name, tree.root, message, label))
    if wrong:
        raise RefusedError(wrong)
    done = transaction.apply(changes, refs=refs, commits=commits, verify=None)
    return Carried({name: len(files) for name, files in outcome.changes.items()}, where, done.refs, ())


def version_of(manifest: Manifest, outcome: Outcome, repo: str) -> Version:
    """The version that a repository's templates mean: that of its first component that has one."""
    for component in manifest.components:
        target = outcome.targets.standings[component.name].target
        if component.repo == repo and target is not None:
            return target
    project = outcome.targets.project
    assert project is not None
    return project


def _line_branch(manifest: Manifest, name: str, line: int | None) -> str:
    repo = manifest.repos[name]
    return template.compile(repo.line).render(Version((line, 0, 0))) if line is not None and repo.line else ""
