"""What a person names a place by, as a repository, a path in it and a line; and why what is there is not read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sync.cli.options import Opened
from sync.errors import UnreadableError, UsageError, counted, problem
from sync.explain import asked
from sync.folder import is_utf8, leaves
from sync.shell import words
from sync.tree import Tree


def target(opened: Opened, text: str) -> tuple[str, str, int]:
    """Repository, path in it and line (0: none) of what a person, or `versync sites`, names a place by. Raises UsageError where nothing is of that name."""
    if not text:
        raise UsageError(problem("an empty PATH names nothing", hint="is a variable unset?"))
    whole, line = (text, 0) if os.path.lexists(text) else asked(text)
    repo, path = _within(opened, whole)
    tree = opened.trees[repo]
    if not leaves(path) and (_holds(tree, path) or (not tree.revision and os.path.lexists(tree.root / path))):
        _long_enough(tree, path, line)
        return repo, path, line
    where = f"{repo} at {tree.revision[:12]}" if tree.revision else ", ".join(opened.trees)
    message = f"{whole} is a whole repository" if path == "." else f"{whole} is neither a file nor a folder of {where}"
    raise UsageError(problem(message, hint="name a path in it, PATH:LINE, REPO/PATH:LINE:COLUMN or a package URL, as versync sites prints them"))


def _long_enough(tree: Tree, path: str, line: int) -> None:
    """Raises UsageError where a file has no such line."""
    with suppress(UnreadableError):
        raw = tree.read(path) if line and tree.has(path) else b""
        count = raw.count(b"\n") + (raw[-1:] not in (b"", b"\n"))
        if raw and line > count:
            raise UsageError(problem(f"there is no line {line}: it has {counted(count, 'line')}", repo=tree.name, path=path, hint=words(("versync", "explain", f"{tree.name}/{path}"))))


def unread(tree: Tree, path: str) -> tuple[str, str]:
    """Why a path that is there is no file of the tree, and the command that mends it ("" for none); ("", "") where it is one."""
    full = tree.root / path
    if _holds(tree, path) or tree.revision:
        return "", ""
    if full.is_symlink():
        return "it is a link; a file is read where it stands", ""
    if full.is_dir():
        return "a folder in which git tracks no file of this repository (a submodule is a repository of its own)", ""
    if not is_utf8(path):
        return "its name is no UTF-8: a manifest cannot name it, and no command looks at it", ""
    return "it is there, but git does not track it", words(("git", "-C", tree.root, "add", path))


def _within(opened: Opened, whole: str) -> tuple[str, str]:
    """Repository and path in it; the path as it is where it is in none."""
    name, _, rest = whole.partition("/")
    if name in opened.trees and rest and (opened.trees[name].has(rest) or not os.path.lexists(whole)):
        return name, rest
    here = Path(os.path.abspath(whole))
    for repo, tree in opened.trees.items():
        if here.is_relative_to(tree.root):
            return repo, here.relative_to(tree.root).as_posix()
    return next((repo for repo, tree in opened.trees.items() if tree.has(whole)), next(iter(opened.trees))), whole


def _holds(tree: Tree, path: str) -> bool:
    """Whether it is one of the tree's files, or a folder with such."""
    return tree.has(path) or any(one.startswith(path.rstrip("/") + "/") for one in tree.paths())
