"""What stands against a run: found, all at once, before anything is changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sync import git, journal
from sync.change import FileChange, TreeChange
from sync.disk import Disk
from sync.errors import Problem, UnreadableError, problem
from sync.folder import FolderTree, leaves
from sync.journal import Journal, Kept
from sync.shell import word, words
from sync.written import written


def dirty(change: TreeChange) -> list[Problem]:
    """The files with uncommitted changes that the plan would write, except those whose bytes versync's runs wrote."""
    if git.git_dir(change.root) is None or git.is_bare(change.root) or not change.files:
        return []
    found = git.dirty_paths(change.root, [one.path for one in change.files])
    known = written(change.root).files if found else {}
    return [
        problem("has changes that are not committed", repo=change.repo, path=one.path, hint=f"{words(('git', '-C', change.root, 'stash', 'push', '--', one.path))}, or commit them")
        for one in change.files
        if one.path in found and known.get(one.path) != journal.digest(one.before)
    ]


def check_files(kept: Journal, number: int, tree: TreeChange, disk: Disk) -> Iterator[Problem]:
    """What stands against writing a tree's files. Those that nothing stands against are noted in the journal, with the folders to be made."""
    if tree.files and git.is_bare(tree.root):
        yield problem(f"{git.shown(tree.root)} has no work tree", repo=tree.repo, hint="versync bump --branch NAME")
        return
    reader = FolderTree(tree.repo, tree.root)
    seen: set[str] = set()
    folders: set[str] = set()
    for file in tree.files:
        said = _file(kept, number, reader, file, folders, disk)
        if not said and (file.path in seen or file.to in seen):
            said = "is changed twice by one plan"
        if said:
            yield problem(said, repo=tree.repo, path=file.path)
        seen.update(path for path in (file.path, file.to) if path)


def _file(kept: Journal, number: int, reader: FolderTree, file: FileChange, folders: set[str], disk: Disk) -> str:
    if leaves(file.path) or (file.to and leaves(file.to)):
        return "leaves the repository"
    try:
        now, mode = reader.read_mode(file.path)
    except UnreadableError as error:
        return error.problems[0].message
    full = os.path.join(reader.root, file.path)
    if now != file.before:
        return "was changed while versync was at work"
    if not disk.may_write(full):
        return "is not writable"
    if file.to and os.path.lexists(os.path.join(reader.root, file.to)):
        return f"cannot be renamed to {file.to}: it is there already"
    for path in (file.path, file.to):
        folder = path.rpartition("/")[0]
        if path and folder not in folders:
            said = _folder(kept, number, reader, folder, disk)
            if said:
                return said
            folders.add(folder)
    kept.files.append(Kept(number, file.path, file.to, mode & 0o7777, file.before, journal.digest(file.after)))
    return ""


def _folder(kept: Journal, number: int, reader: FolderTree, folder: str, disk: Disk) -> str:
    """Notes those that have to be made, the upper before the lower."""
    full = os.path.join(reader.root, folder)
    try:
        mode = stat.S_IFDIR if reader.is_plain(folder) else os.lstat(full).st_mode
    except OSError:
        mode = 0
    if stat.S_ISLNK(mode):
        return f"{folder} is a symbolic link, which is not followed"
    if stat.S_ISDIR(mode):
        return "" if disk.may_write(full) else f"its folder {folder or '.'} is not writable"
    if mode:
        return f"{folder} is no folder"
    said = _folder(kept, number, reader, folder.rpartition("/")[0], disk)
    if not said and (number, folder) not in kept.folders:
        kept.folders.append((number, folder))
    return said


def check_commit(root: Path, repo: str, tag: str) -> Iterator[Problem]:
    """What stands against a commit, and a tag ("" for none) on it."""
    if git.git_dir(root) is None or git.is_bare(root):
        yield problem(f"{git.shown(root)} is no checkout, so nothing can be committed there", repo=repo, hint="leave --commit out")
        return
    from sync.gitwrite import check_identity

    check_identity(root)
    if not git.current_branch(root):
        yield problem(f"HEAD is detached in {git.shown(root)}", repo=repo, hint=f"git -C {word(root)} switch BRANCH, or use --branch")
    if tag and git.ref(root, git.check_ref(root, f"refs/tags/{tag}")):
        yield problem(f"tag {tag} exists in {git.shown(root)}", repo=repo, hint=f"git -C {word(root)} tag -d {word(tag)}, if it is wrong")
