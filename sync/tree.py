"""The files of one repository: on disk (`WorkTree`, `FolderTree`) or at any revision (`RevTree`). Reads only."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from sync import git
from sync.catfile import CatFile
from sync.errors import RefusedError, UnreadableError, problem
from sync.folder import Bad, Base, FolderTree, leaves
from sync.written import renamed

__all__ = ["Bad", "FolderTree", "RevTree", "Tree", "WorkTree", "leaves", "open_tree", "untracked"]

KEPT: Final = 1 << 20
"""Bytes. Blobs up to this size are kept between the revisions of one repository."""


class Tree(Protocol):
    """One repository's files, as versync reads them. Paths are relative to the root, with forward slashes."""

    @property
    def name(self) -> str:
        """The manifest's name of the repository."""
        ...

    @property
    def root(self) -> Path:
        """The work tree's root, or the repository that a revision is read from."""
        ...

    @property
    def revision(self) -> str:
        """The full id of the commit that is read; "" for what stands on disk."""
        ...

    def paths(self) -> Sequence[str]:
        """Regular files, sorted. Links, submodules and names that are no UTF-8 are left out."""
        ...

    def listed(self) -> Sequence[str]:
        """What `paths` are chosen from, sorted: in a checkout what git tracks, whether or not it is on disk. `has` tells, of one at a time."""
        ...

    def has(self, path: str) -> bool:
        """Whether ``path`` is one of `paths`."""
        ...

    def identity(self, path: str) -> str:
        """The blob's id at a revision, so that what was found in it can be kept for other revisions; "" on disk."""
        ...

    def read(self, path: str) -> bytes:
        """Raises UnreadableError: no such file, a link, too large, a path that leaves the root."""
        ...

    def read_many(self, paths: Iterable[str], bad: Bad | None = None) -> Iterator[tuple[str, bytes]]:
        """``(path, bytes)`` for each of ``paths``, in their order. Raises as `read` does; with ``bad`` that is called instead, and the file left out."""
        ...

    def skipped(self, keep: Iterable[str] = (), among: Iterable[str] | None = None) -> frozenset[str]:
        """Those of all paths, or ``among`` them, that .gitattributes mark as vendored or generated. ``keep``: file names (``Cargo.lock``) that are read although generated."""
        ...

    def filtered(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of ``paths`` whose bytes in git are not those of their content: a clean filter, or an LFS pointer."""
        ...


class WorkTree(FolderTree):
    """A checkout: what git tracks and is on disk, and the files that versync renamed there and git does not know yet."""

    def __init__(self, name: str, root: Path) -> None:
        super().__init__(name, root)
        self._there: dict[str, bool] = {}

    def _find(self) -> Iterable[str]:
        return dict.fromkeys((*git.ls_files(self._root), *renamed(self._root)))

    def paths(self) -> Sequence[str]:
        """See `sync.tree.Tree`."""
        return tuple(path for path in self.listed() if self.has(path))

    def has(self, path: str) -> bool:
        """See `sync.tree.Tree`."""
        found = self._there.get(path)
        if found is None:
            found = super().has(path)
            if found:
                try:
                    found = stat.S_ISREG(os.lstat(self._start + path).st_mode)
                except (OSError, ValueError):
                    found = False
            self._there[path] = found
        return found


class RevTree(Base):
    """A repository at a revision, bare or not, read from git's objects. Trees of one repository share a `CatFile` for speed."""

    def __init__(self, name: str, root: Path, rev: str, objects: CatFile | None = None) -> None:
        """Raises GitError where there is no such commit."""
        super().__init__(name, root)
        self._revision = git.resolve(root, rev)
        self._objects = objects if objects is not None else CatFile(root, keep=KEPT)
        self._shas: dict[str, str] | None = None
        self._whole: bool | None = None

    @property
    def revision(self) -> str:
        """See `sync.tree.Tree`."""
        return self._revision

    def _blobs(self) -> dict[str, str]:
        if self._shas is None:
            self._shas = {entry.path: entry.sha for entry in git.ls_tree(self._root, self._revision) if entry.mode.startswith("100")}
        return self._shas

    def _find(self) -> Iterable[str]:
        return self._blobs()

    def identity(self, path: str) -> str:
        """See `sync.tree.Tree`."""
        return self._blobs().get(path, "")

    def read(self, path: str) -> bytes:
        """See `sync.tree.Tree`."""
        return next(iter(self.read_many((path,))))[1]

    def read_many(self, paths: Iterable[str], bad: Bad | None = None) -> Iterator[tuple[str, bytes]]:
        """See `sync.tree.Tree`."""
        wanted = list(paths)
        blobs = self._blobs()
        if self._whole is None:
            self._whole = not git.promisor(self._root)
        if not self._whole:
            from sync.gitwrite import fetch_blobs

            fetch_blobs(self._root, self._revision, [blobs[path] for path in wanted if path in blobs])
        for start in range(0, len(wanted), git.MANY):
            some = wanted[start : start + git.MANY]
            bodies = self._objects.read_many([blobs[path] for path in some if path in blobs and not leaves(path)])
            for path in some:
                body = next(bodies) if path in blobs and not leaves(path) else f"is no file at {self._revision[:12]}"
                if isinstance(body, bytes):
                    yield path, body
                elif bad is None:
                    raise self._unreadable(path, body)
                else:
                    bad(self._unreadable(path, body))

    def _unreadable(self, path: str, message: str) -> UnreadableError:
        return UnreadableError(problem(message, repo=self._name, path=path))


class HeldTree(Base):
    """A tree whose files are at hand as bytes: a few of a revision, or one laid over another."""

    def __init__(self, name: str, root: Path, files: Mapping[str, bytes]) -> None:
        super().__init__(name, root)
        self._files = files

    def _find(self) -> Iterable[str]:
        return self._files

    def read(self, path: str) -> bytes:
        """See `sync.tree.Tree`."""
        if path not in self._files:
            raise UnreadableError(problem("is not there", repo=self._name, path=path))
        return self._files[path]


def open_tree(name: str, path: Path, rev: str = "") -> Tree:
    """``rev``: that revision; else a checkout's work tree, a bare repository's HEAD, or a plain folder.

    Raises RefusedError where there is nothing, or a revision of what is no repository is asked for.
    """
    if not path.is_dir():
        raise RefusedError(problem(f"there is no folder {git.shown(path)}", repo=name, hint="versync --repo NAME=PATH, or --clone"))
    directory = git.git_dir(path)
    if directory is None:
        if os.path.lexists(path / ".git"):
            raise RefusedError(problem(f"{git.shown(path / '.git')} is no git directory", repo=name, hint="clone it again"))
        if rev:
            raise RefusedError(problem(f"{git.shown(path)} is no git repository, so it has no revision {rev!r}", repo=name))
        return FolderTree(name, path)
    if rev or directory == path:
        return RevTree(name, path, rev or "HEAD")
    return WorkTree(name, path)


def untracked(tree: Tree, wanted: Callable[[str], bool]) -> HeldTree:
    """Of the files that lie in a checkout and that git neither tracks nor ignores those that are wanted, as a tree of their own; an empty one of what is no checkout."""
    lying = git.untracked(tree.root) if not tree.revision and git.git_dir(tree.root) is not None else []
    return HeldTree(tree.name, tree.root, dict(tree.read_many(filter(wanted, lying), lambda _: None)))
