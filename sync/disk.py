"""Every system call by which a transaction changes something, in one place, so that tests can make each of them fail; and the lock."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sync import git
from sync.errors import RefusedError, problem

_FLAGS: Final = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Disk:
    """The real one. All of its methods raise OSError, those about git GitError."""

    def write(self, path: str, body: bytes, mode: int, *, durable: bool = False, append: bool = False) -> None:
        """``body`` as a new file (never through a link, never over one that is there) of that mode, or at the end of one."""
        handle = self.open(path, _FLAGS | (os.O_APPEND if append else os.O_CREAT | os.O_EXCL), mode)
        try:
            left = memoryview(body)
            while left:
                left = left[self.put(handle, left) :]
            if not append:
                self.chmod(handle, mode)
            if durable:
                self.fsync(handle)
        finally:
            os.close(handle)

    def open(self, path: str, flags: int, mode: int) -> int:
        """A file descriptor; ``mode`` for a new file, as narrow as its owner allows until it is written."""
        return os.open(path, flags, mode & 0o700)

    def put(self, handle: int, body: memoryview) -> int:
        """How many of the bytes were written."""
        return os.write(handle, body)

    def chmod(self, handle: int, mode: int) -> None:
        """The mode of an open file."""
        if hasattr(os, "fchmod"):
            os.fchmod(handle, stat.S_IMODE(mode))

    def fsync(self, handle: int) -> None:
        """What was written to an open file is durable."""
        os.fsync(handle)

    def settle(self, folder: str) -> None:
        """The names in a folder are durable."""
        if os.name == "nt":
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            self.fsync(handle)
        finally:
            os.close(handle)

    def replace(self, old: str, new: str) -> None:
        """A rename, over what is there."""
        os.replace(old, new)

    def unlink(self, path: str) -> None:
        """Removes a file."""
        os.unlink(path)

    def mkdir(self, path: str) -> None:
        """Makes a folder."""
        os.mkdir(path)

    def rmdir(self, path: str) -> None:
        """Removes an empty folder."""
        os.rmdir(path)

    def sync(self) -> None:
        """Everything that was written is durable: one call for all files (20 times faster than an fsync for each)."""
        if hasattr(os, "sync"):
            os.sync()

    def may_write(self, path: str) -> bool:
        """Whether this process may write to a file, or make names in a folder."""
        return os.access(path, os.W_OK)

    def move_refs(self, root: Path, moves: Sequence[tuple[str, str, str]]) -> None:
        """See `sync.git.move_refs`."""
        git.move_refs(root, moves)

    def reset_index(self, root: Path, paths: Sequence[str]) -> None:
        """See `sync.gitwrite.reset_index`."""
        from sync.gitwrite import reset_index

        reset_index(root, paths)

    def lock(self, path: str) -> Lock:
        """See `Lock`."""
        return Lock(path)


class Lock:
    """A lock that its process holds as long as it lives, however it ends; the file says who. Raises RefusedError, OSError."""

    def __init__(self, path: str) -> None:
        self._file = open(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0), 0o600), "r+b", buffering=0)  # noqa: SIM115  # held open
        try:
            _hold(self._file.fileno())
        except OSError:
            who = self._file.read(32).decode("ascii", "replace").strip()
            self._file.close()
            name = f"process {who}" if who.isdigit() else "another process"
            raise RefusedError(problem(f"another run of versync ({name}) is at work in {git.shown(Path(path).parent)}", hint="wait until it is done")) from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Lets go. The file stays, empty: to remove it would let two runs hold two files of one name."""
        if not self._file.closed:
            self._file.truncate(0)
            self._file.close()


def _hold(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # there only on Windows
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


REAL = Disk()
