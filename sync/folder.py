"""The files of a plain folder as they stand on disk, and what all trees share. `sync.tree` says what a tree is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from sync.attributes import NAME as ATTRIBUTES
from sync.errors import UnreadableError, problem
from sync.journal import STATE
from sync.source import LARGEST

LFS: Final = b"version https://git-lfs.github.com/spec/"

Bad = Callable[[UnreadableError], None]

_LEAVING: Final = re.compile(r"(?:\A|/)(?:\.{0,2}|\.git|git~1)(?:/|\Z)", re.ASCII | re.IGNORECASE).search

_SUSPECT: Final = ("//", "/./", "/../", "/.git/", "/git~1/")
"""The same, of many paths in one text in small letters, each between ``/\n/``: literals are quick to find nothing."""


def leaves(path: str) -> bool:
    """Whether a path is anything but a plain relative one: absolute, with ``..``, with an empty name, or into a git directory."""
    if "\0" in path or (os.sep != "/" and os.sep in path):
        return True
    return _LEAVING(path) is not None


def _staying(paths: Sequence[str]) -> Iterable[str]:
    """Those that do not leave. All are tried at once first, as they hardly ever do."""
    text = "/\n/".join(("", *paths, "")).lower()
    if "\0" not in text and os.sep == "/" and not any(name in text for name in _SUSPECT):
        return paths
    return (path for path in paths if not leaves(path))


class _Marked:
    """What .gitattributes say, read on first need; most repositories say nothing that matters here."""

    def __init__(self, tree: Base) -> None:
        self._tree = tree
        self._texts: list[tuple[str, bytes]] | None = None

    def by(self, word: bytes, names: Sequence[str], paths: Iterable[str]) -> Iterator[tuple[str, dict[str, str | bool | None]]]:
        """``(path, what is said of it)`` for those of ``paths`` of which something is said; ``word`` occurs wherever it can be."""
        if self._texts is None:
            named = (path for path in self._tree.listed() if path.endswith(ATTRIBUTES) and path.rpartition("/")[2] == ATTRIBUTES)
            self._texts = list(self._tree.read_many(path for path in named if self._tree.has(path)))
        if not any(word in text for _, text in self._texts):
            return
        from sync import attributes

        rules = attributes.rules(self._texts, names)
        for path in paths:
            said = attributes.of(path, rules)
            if said:
                yield path, said


_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _why(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"


def is_utf8(name: str) -> bool:
    """Whether a file's name, as Python has it from the system, is UTF-8."""
    return name.isascii() or not any("\udc80" <= char <= "\udcff" for char in name)


class Base:
    """What all trees share. A kind of tree finds its files, and reads one."""

    def __init__(self, name: str, root: Path) -> None:
        self._name = name
        self._root = root
        self._listed: tuple[str, ...] | None = None
        self._known: frozenset[str] | None = None
        self._marked: _Marked | None = None

    @property
    def name(self) -> str:
        """See `sync.tree.Tree`."""
        return self._name

    @property
    def root(self) -> Path:
        """See `sync.tree.Tree`."""
        return self._root

    @property
    def revision(self) -> str:
        """See `sync.tree.Tree`."""
        return ""

    def _find(self) -> Iterable[str]:
        raise NotImplementedError

    def listed(self) -> Sequence[str]:
        """See `sync.tree.Tree`."""
        if self._listed is None:
            self._listed = tuple(sorted(_staying(tuple(self._find()))))
        return self._listed

    def paths(self) -> Sequence[str]:
        """See `sync.tree.Tree`."""
        return self.listed()

    def has(self, path: str) -> bool:
        """See `sync.tree.Tree`."""
        if self._known is None:
            self._known = frozenset(self.listed())
        return path in self._known

    def identity(self, path: str) -> str:  # noqa: ARG002  # files on disk have none
        """See `sync.tree.Tree`."""
        return ""

    def read(self, path: str) -> bytes:
        """See `sync.tree.Tree`."""
        raise NotImplementedError

    def read_many(self, paths: Iterable[str], bad: Bad | None = None) -> Iterator[tuple[str, bytes]]:
        """See `sync.tree.Tree`."""
        for path in paths:
            try:
                body = self.read(path)
            except UnreadableError as error:
                if bad is None:
                    raise
                bad(error)
                continue
            yield path, body

    def _said(self, word: bytes, names: Sequence[str], paths: Iterable[str]) -> Iterator[tuple[str, dict[str, str | bool | None]]]:
        if self._marked is None:
            self._marked = _Marked(self)
        return self._marked.by(word, names, paths)

    def skipped(self, keep: Iterable[str] = (), among: Iterable[str] | None = None) -> frozenset[str]:
        """See `sync.tree.Tree`."""
        kept = frozenset(keep)
        found = set()
        for path, said in self._said(b"linguist-", ("linguist-vendored", "linguist-generated"), self.paths() if among is None else among):
            generated = _true(said.get("linguist-generated")) and path.rpartition("/")[2] not in kept
            if generated or _true(said.get("linguist-vendored")):
                found.add(path)
        return frozenset(found)

    def filtered(self, paths: Iterable[str]) -> frozenset[str]:
        """See `sync.tree.Tree`."""
        wanted = list(paths)
        marked = {path for path, said in self._said(b"filter", ("filter",), wanted) if said.get("filter")}
        return frozenset(marked).union(path for path, body in self.read_many(wanted) if body.startswith(LFS))


def _true(value: str | bool | None) -> bool:
    """Linguist counts ``x``, ``x=true`` and ``x=1`` as set (linguist, docs/overrides.md)."""
    return value is True or (isinstance(value, str) and value not in ("false", "0"))


_INSTALLED: Final = frozenset((STATE, ".git", "node_modules", ".nox", ".tox", ".venv", ".eggs", ".bundle", "__pycache__"))
"""Folders that no project tracks: without a git that says so, their names do."""


class FolderTree(Base):
    """A folder that is no checkout: every file in it, following no link, without ``.git``, ``.versync``, checkouts and installed packages."""

    def __init__(self, name: str, root: Path) -> None:
        super().__init__(name, root)
        self._start = f"{os.path.abspath(root)}/"
        self._plain: set[str] = {""}

    def _find(self) -> Iterable[str]:
        start = len(self._start)
        for folder, folders, files in os.walk(self._start, onerror=self._stop):
            if folder != self._start and (".git" in folders or ".git" in files or "pyvenv.cfg" in files):
                folders.clear()
                continue
            folders[:] = [name for name in folders if name not in _INSTALLED]
            for name in files:
                full = os.path.join(folder, name)
                if stat.S_ISREG(os.lstat(full).st_mode) and is_utf8(full[start:]):
                    yield full[start:].replace(os.sep, "/")

    def _stop(self, error: OSError) -> None:
        raise self._unreadable(os.path.relpath(error.filename, self._start), _why(error))

    def read(self, path: str) -> bytes:
        """See `sync.tree.Tree`."""
        return self.read_mode(path)[0]

    def is_plain(self, folder: str) -> bool:
        """Whether a file in that folder was read, so that it and all above it are folders, and no links."""
        return folder in self._plain

    def read_mode(self, path: str) -> tuple[bytes, int]:
        """A file's bytes and its mode. Raises UnreadableError."""
        parent = path.rpartition("/")[0]
        if parent not in self._plain:
            self._check_folder(path, parent)
        elif leaves(path):
            raise self._unreadable(path, "a path may not leave the repository")
        try:
            handle = os.open(self._start + path, _FLAGS)
        except OSError as error:
            raise self._unreadable(path, "a symbolic link is not followed" if os.path.islink(self._start + path) else _why(error)) from None
        try:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise self._unreadable(path, "is no regular file")
            if facts.st_size > LARGEST:
                raise self._unreadable(path, f"{facts.st_size} bytes are more than the {LARGEST} that are read")
            body = os.read(handle, facts.st_size + 1)
            while len(body) > facts.st_size or len(body) < facts.st_size:  # it grows while it is read, or came in parts
                more = os.read(handle, LARGEST)
                if not more:
                    break
                body += more
            return body, facts.st_mode
        except OSError as error:
            raise self._unreadable(path, _why(error)) from None
        finally:
            os.close(handle)

    def _check_folder(self, path: str, parent: str) -> None:
        """Every folder on the way is a folder, not a link; each is looked at once."""
        if leaves(path):
            raise self._unreadable(path, "a path may not leave the repository")
        above = parent.rpartition("/")[0]
        if above not in self._plain:
            self._check_folder(path, above)
        try:
            mode = os.lstat(self._start + parent).st_mode
        except OSError as error:
            raise self._unreadable(path, _why(error)) from None
        if not stat.S_ISDIR(mode):
            raise self._unreadable(path, f"{parent} is a symbolic link, which is not followed" if stat.S_ISLNK(mode) else f"{parent} is no folder")
        self._plain.add(parent)

    def _unreadable(self, path: str, message: str) -> UnreadableError:
        return UnreadableError(problem(message, repo=self._name, path=path))
