"""One run, step by step; `sync.transaction` says in which order, and what happens when one fails."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sync import git, journal, restore
from sync.change import FileChange, TreeChange
from sync.disk import Disk
from sync.errors import CutOffError, Problem, RefusedError, SyncError, problem
from sync.journal import Journal, Moved
from sync.preflight import check_commit, check_files, dirty
from sync.signals import Held
from sync.written import note


class RefChange(NamedTuple):
    """One ref of one repository: from ``old`` ("" where it is not there) to ``new``, both full ids."""

    repo: str
    root: Path
    ref: str
    old: str
    new: str


class Commit(NamedTuple):
    """A commit, on the branch that is checked out in ``root``, of the files that are changed there and of ``paths``, and of nothing else.

    ``tag``: the name of an annotated tag on it, "" for none.
    """

    repo: str
    root: Path
    message: str
    tag: str = ""
    paths: tuple[str, ...] = ()


class Done(NamedTuple):
    """What a run did: how many files it wrote, and the refs that it moved."""

    files: int
    refs: tuple[RefChange, ...]


class Run:
    """One run, step by step. ``roots`` is empty where there is nothing to do."""

    def __init__(self, kind: str, changes: Sequence[TreeChange], refs: Sequence[RefChange], commits: Sequence[Commit], disk: Disk) -> None:
        self.disk = disk
        self.held = Held()
        self.roots: list[Path] = []
        self.names: list[str] = []
        self.files: list[tuple[int, FileChange]] = []
        for tree in changes:
            files = [file for file in tree.files if file.before != file.after or file.to]
            if files:
                number = self._number(tree.repo, tree.root)
                self.files += [(number, file) for file in files]
        self.refs = [Moved(self._number(one.repo, one.root), one.ref, one.old, one.new) for one in refs if one.old != one.new]
        self.commits = [(self._number(one.repo, one.root), one) for one in commits]
        self.journal = Journal(f"{time.time_ns():020d}-{os.getpid()}", kind, self.roots, self.names)

    def _number(self, repo: str, root: Path) -> int:
        root = Path(os.path.realpath(root))
        if root not in self.roots:
            self.roots.append(root)
            self.names.append(repo)
        return self.roots.index(root)

    @property
    def state(self) -> Path:
        """The folder that keeps the journal."""
        return journal.state(self.roots[0])

    def _paths(self, root: int) -> list[str]:
        """The paths in the root with that number whose content or presence changes."""
        found = dict.fromkeys(path for number, file in self.files if number == root for path in (file.path, file.to) if path)
        return list(found | dict.fromkeys(path for number, one in self.commits if number == root for path in one.paths))

    def check(self, *, allow_dirty: bool) -> None:
        """Everything that can be refused before anything is changed, all at once. Fills the journal."""
        for root in self.roots:
            if journal.pending(root):
                raise CutOffError(problem(f"a run of versync was cut off in {git.shown(root)}", hint="versync recover"))
        wrong: list[Problem] = []
        for number, (root, name) in enumerate(zip(self.roots, self.names, strict=True)):
            tree = TreeChange(name, root, tuple(file for one, file in self.files if one == number))
            wrong += check_files(self.journal, number, tree, self.disk)
            if not wrong and not allow_dirty:
                wrong += dirty(tree)
        for number, commit in self.commits:
            wrong += check_commit(self.roots[number], commit.repo, commit.tag)
        for ref in self.refs:
            at = git.ref(self.roots[ref.root], ref.ref)
            if at != ref.old:
                wrong.append(problem(f"{ref.ref} stands at {at[:12] or 'nothing'}, not at {ref.old[:12] or 'nothing'}", repo=self.names[ref.root], hint="run it again"))
        if wrong:
            raise RefusedError(wrong)
        self.journal.refs += self.refs
        self.journal.indexed += [(number, self._paths(number)) for number, _ in self.commits]

    def begin(self, undone: Journal | None) -> None:
        """The journal, then the pointers to it: durable."""
        if undone is not None:
            number = {place: self.roots.index(root) for place, root in enumerate(undone.roots) if root in self.roots}
            self.journal.folders += [(number[place], folder) for place, folder in undone.folders if place in number]
            self.journal.indexed += [(number[place], paths) for place, paths in undone.indexed if place in number]
        for root in self.roots:
            here = journal.state(root)
            if (here / "pointer.new").exists():  # of a run that was done, and cut off while it tidied up
                self.disk.replace(str(here / "pointer.new"), str(here / "pointer"))
        journal.put(self.disk, self.state / "pending", journal.encode(self.journal), durable=True)
        for root in self.roots[1:]:
            journal.put(self.disk, journal.state(root) / "pointer.new", journal.point(self.state, self.journal.id), durable=True)

    def write(self) -> None:
        """First all new bytes, and one sync of them all: no name ever stands for bytes that a loss of power takes away. Then all renames, and one more."""
        disk, kept = self.disk, self.journal
        for root, folder in kept.folders:
            if not os.path.isdir(kept.full(root, folder)):
                disk.mkdir(kept.full(root, folder))
        for number, (_, file) in enumerate(self.files):
            self.held.check()
            disk.write(kept.spare(number), file.after, kept.files[number].mode)
        disk.sync()
        for number, one in enumerate(kept.files):
            self.held.check()
            disk.replace(kept.spare(number), kept.full(one.root, one.to or one.path))
            if one.to:
                disk.unlink(kept.full(one.root, one.path))
        disk.sync()

    def move(self) -> None:
        """The commits, and then every ref."""
        late: list[Moved] = []
        for number, commit in self.commits:
            self.held.check()
            late += _commit(number, self.roots[number], commit, self._paths(number))
        if late:
            self.journal.refs += late
            self.disk.write(str(self.state / "pending"), journal.later(late), 0o600, durable=True, append=True)
        for number, root in enumerate(self.roots):
            self.held.check()
            moves = [(one.ref, one.new, one.old) for one in self.journal.refs if one.root == number]
            if moves:
                self.disk.move_refs(root, moves)
        for number, paths in self.journal.indexed:
            self.disk.reset_index(self.roots[number], paths)
        if self.journal.refs:
            self.disk.sync()

    def note(self) -> None:
        """What versync wrote, so that the next run may write over it."""
        for number, root in enumerate(self.roots):
            files = {one.to or one.path: one.after for one in self.journal.files if one.root == number}
            refs = {one.ref: one.new for one in self.journal.refs if one.root == number}
            note(self.disk, root, files, refs, [(one.path, one.to) for one in self.journal.files if one.root == number and one.to])

    def take_back(self, error: BaseException) -> None:
        """After a failure. Raises CutOffError where that fails as well."""
        try:
            restore.take_back(self.journal, self.disk)
        except (OSError, SyncError) as second:
            stuck = cut_off(self.journal, second)
            raise CutOffError([*stuck.problems, problem(f"it was stopped by: {error}")]) from error

    def end(self, undone: Journal | None) -> None:
        """Tidies up after a run that is done."""
        self.disk.settle(str(self.state))
        for root in self.roots[1:]:
            here = journal.state(root)
            self.disk.replace(str(here / "pointer.new"), str(here / "pointer"))
            if (here / "journal").exists():
                self.disk.unlink(str(here / "journal"))
        if (self.state / "pointer").exists():
            self.disk.unlink(str(self.state / "pointer"))
        for number, folder in reversed(self.journal.folders) if undone is not None else ():
            with suppress(OSError):  # it holds something else by now
                self.disk.rmdir(self.journal.full(number, folder))


def _commit(number: int, root: Path, commit: Commit, paths: Sequence[str]) -> Iterator[Moved]:
    """The refs that a commit moves; its objects are written now."""
    from sync.gitwrite import annotated_tag, commit_of_work_tree

    head = git.resolve(root, "HEAD")
    new = commit_of_work_tree(root, commit.message, paths)
    yield Moved(number, git.current_branch(root), head, new)
    if commit.tag:
        yield Moved(number, f"refs/tags/{commit.tag}", "", annotated_tag(root, commit.tag, new, commit.message))


def cut_off(kept: Journal, error: BaseException) -> CutOffError:
    """The error for a run that was cut off, and whose taking back failed."""
    said = error.problems if isinstance(error, SyncError) else (problem(str(error)),)
    return CutOffError([problem(f"a run of versync was cut off in {git.shown(kept.roots[0])} and could not be taken back yet", hint="versync recover, once what follows is mended"), *said])
