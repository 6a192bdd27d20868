"""The way back: from a journal to the bytes and refs before its run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from sync import git, journal
from sync.change import FileChange, TreeChange
from sync.disk import Disk
from sync.errors import CutOffError, Problem, UnreadableError, problem
from sync.folder import FolderTree, leaves
from sync.journal import Journal, Kept
from sync.shell import words


def backwards(kept: Journal, *, force: bool) -> tuple[list[TreeChange], list[Problem]]:
    """The changes that take a finished run back, and what stands against it: files changed or gone since, a later run.

    A file that is as it was before the run needs none.
    """
    changes: list[TreeChange] = []
    wrong: list[Problem] = []
    for number, (root, name) in enumerate(zip(kept.roots, kept.names, strict=True)):
        if not journal.is_part(kept, number):
            wrong.append(problem("a later run of versync wrote there", repo=name, hint="undo is one run deep, and all or nothing; what came before is git's to take back"))
            continue
        reader = FolderTree(name, root)
        files = []
        for one in kept.files:
            if one.root != number:
                continue
            path = one.to or one.path
            try:
                if _as_before(kept, one, reader):
                    continue
                now = reader.read(path)
            except UnreadableError as error:
                wrong += (each._replace(hint=each.hint or f"{words(('git', '-C', root, 'checkout', '--', path))}, then versync undo --force") for each in error.problems)
                continue
            if journal.digest(now) != one.after and not force:
                wrong.append(problem("was changed since", repo=name, path=path, hint="versync undo --force overwrites it"))
            files.append(FileChange(path, now, one.before, one.path if one.to else ""))
        changes.append(TreeChange(name, root, tuple(files)))
    return changes, wrong


def _as_before(kept: Journal, one: Kept, reader: FolderTree) -> bool:
    """Whether somebody took a file back already. Raises UnreadableError."""
    if not os.path.lexists(kept.full(one.root, one.path)) or (one.to and os.path.lexists(kept.full(one.root, one.to))):
        return False
    return reader.read(one.path) == one.before


def take_back(kept: Journal, disk: Disk, *, force: bool = False) -> None:
    """Everything is as it was before a run that was not finished. It may be cut off and done again.

    The locks are held. Raises CutOffError, before anything is changed, for files that hold neither the old nor the
    new bytes and refs that stand elsewhere, unless ``force``; and OSError or GitError, after which it can be tried again.
    """
    keeper = journal.state(kept.roots[0])
    if not (keeper / "pending").exists():  # it had not begun
        _sweep(keeper, disk)
        return
    parts = [number for number in range(len(kept.roots)) if journal.is_part(kept, number)]
    states: list[tuple[int, bool, bool]] = []
    wrong: list[Problem] = []
    for number, one in enumerate(kept.files):
        if one.root in parts:
            states.append((number, *_look(kept, one, wrong)))
    back: dict[int, list[tuple[str, str, str]]] = {}
    for ref in kept.refs:
        if ref.root in parts:
            at = git.ref(kept.roots[ref.root], ref.ref)
            if at not in (ref.old, ref.new):
                wrong.append(problem(f"{ref.ref} was moved since", repo=kept.names[ref.root], hint="move it back, or: versync recover --force"))
            if at != ref.old:
                back.setdefault(ref.root, []).append((ref.ref, ref.old, at))
    if wrong and not force:
        raise CutOffError(wrong)
    for root, moves in back.items():
        disk.move_refs(kept.roots[root], moves)
    for number, restore, remove in states:
        _put_back(kept, number, disk, restore=restore, remove=remove)
    for root, folder in reversed(kept.folders):
        if root in parts and kept.kind == "bump":
            with suppress(FileNotFoundError, NotADirectoryError):
                disk.rmdir(kept.full(root, folder))
    for root, paths in kept.indexed:
        if root in parts and any(ref.root == root for ref in kept.refs):  # not only those in `back`: this may be the second try
            disk.reset_index(kept.roots[root], paths)
    disk.sync()
    _forget(kept, parts, disk)


def _look(kept: Journal, one: Kept, wrong: list[Problem]) -> tuple[bool, bool]:
    """Whether the old bytes have to be put back, and whether the file under the new name has to go."""
    name = kept.names[one.root]
    if leaves(one.path) or (one.to and leaves(one.to)):
        raise CutOffError(problem("leaves the repository", repo=name, path=one.path))
    old = _bytes(kept, one, one.path, wrong)
    restore = old != one.before
    if old is not None and restore and (one.to or not _ours(old, one.after)):
        wrong.append(problem("holds neither the old nor the new bytes", repo=name, path=one.path, hint="versync recover --force puts the old ones back"))
    new = _bytes(kept, one, one.to, wrong) if one.to else None
    if new is not None and not _ours(new, one.after):
        wrong.append(problem("is not what versync wrote", repo=name, path=one.to, hint="versync recover --force removes it"))
    return restore, new is not None


def _bytes(kept: Journal, one: Kept, path: str, wrong: list[Problem]) -> bytes | None:
    if not os.path.lexists(kept.full(one.root, path)):
        return None
    try:
        return FolderTree(kept.names[one.root], kept.roots[one.root]).read(path)
    except UnreadableError as error:
        wrong += error.problems
        return None


def _ours(now: bytes, after: str) -> bool:
    """Whether versync wrote it. After a loss of power a file can be empty or hold NUL bytes where its blocks never reached the disk."""
    return journal.digest(now) == after or not now or b"\0" in now


def _put_back(kept: Journal, number: int, disk: Disk, *, restore: bool, remove: bool) -> None:
    one = kept.files[number]
    for spare in (kept.spare(number), kept.old_spare(number)):
        if os.path.lexists(spare):
            disk.unlink(spare)
    if restore:
        disk.write(kept.old_spare(number), one.before, one.mode)
        disk.replace(kept.old_spare(number), kept.full(one.root, one.path))
    if remove:
        disk.unlink(kept.full(one.root, one.to))


def _forget(kept: Journal, parts: Sequence[int], disk: Disk) -> None:
    """The pointers go first: while the journal is there, the run counts as cut off."""
    keeper = journal.state(kept.roots[0])
    for number in parts[1:]:
        here = journal.state(kept.roots[number])
        to = journal.pointer(here / "pointer.new")
        if to is not None and to.id == kept.id:
            disk.unlink(str(here / "pointer.new"))
        _sweep(here, disk)
    disk.unlink(str(keeper / "pending"))
    _sweep(keeper, disk)


def _sweep(here: os.PathLike[str], disk: Disk) -> None:
    """What a run that was cut off left of its own files. Where that fails it is no harm: the next run does it again."""
    for name in ("pending.tmp", "pointer.new.tmp", "written.tmp", "renamed.tmp"):
        if os.path.lexists(os.path.join(here, name)):
            with suppress(OSError):
                disk.unlink(os.path.join(here, name))
