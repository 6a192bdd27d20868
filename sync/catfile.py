"""Many blobs of one repository through one process."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from sync import git
from sync.errors import UnreadableError, problem
from sync.source import LARGEST

if TYPE_CHECKING:
    from subprocess import Popen


class CatFile:
    """One ``git cat-file --batch`` for a repository. Close it, or use it as a context. With ``keep`` blobs up to that many bytes each are kept."""

    def __init__(self, root: Path, keep: int = 0) -> None:
        self.root = root
        self._keep = keep
        self._kept: dict[str, bytes] = {}
        self._process: Popen[bytes] | None = None
        self._owner = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process; the next question starts another."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():  # a forked child leaves its parent's git alone
            process.kill()
            process.communicate()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process, self._owner = git.start(self.root, "cat-file", "--batch"), os.getpid()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def __del__(self) -> None:
        with suppress(OSError, ValueError):  # at exit the pipes may be gone already
            self.close()

    def read(self, sha: str) -> bytes:
        """One blob. Raises UnreadableError where it is absent or over 64 MiB."""
        body = next(self.read_many((sha,)))
        if isinstance(body, str):
            raise UnreadableError(problem(body, hint="the repository was cloned in part: git fetch --refetch" if "is not in" in body else ""))
        return body

    def read_many(self, shas: Iterable[str]) -> Iterator[bytes | str]:
        """The blobs of full ids, in their order; for one that is absent or over 64 MiB a sentence that says so."""
        wanted = list(shas)
        for start in range(0, len(wanted), git.MANY):
            yield from self._some(wanted[start : start + git.MANY])

    def _some(self, wanted: Sequence[str]) -> list[bytes | str]:
        # All of a chunk's questions fit into the pipe, so that neither side waits for the other.
        asked = list(dict.fromkeys(sha for sha in wanted if sha not in self._kept))
        if any(len(sha) not in (40, 64) or not sha.isalnum() for sha in asked):
            raise ValueError("not a full object id")
        fresh: dict[str, bytes | str] = {}
        if asked:
            into, out = self._pipes()
            try:
                into.write("".join(f"{sha}\n" for sha in asked).encode("ascii"))
                into.flush()
                for sha in asked:
                    fresh[sha] = self._one(out, sha)
            except BaseException:
                self.close()  # what is still in the pipe would be taken for the next answer
                raise
        got = [self._kept[sha] if sha in self._kept else fresh[sha] for sha in wanted]
        if self._keep:
            self._kept.update((sha, body) for sha, body in fresh.items() if isinstance(body, bytes) and len(body) <= self._keep)
        return got

    def _one(self, out: IO[bytes], sha: str) -> bytes | str:
        head = out.readline().split()
        if not head:
            raise UnreadableError(problem(f"git cat-file ended at object {sha} of {git.shown(self.root)}", hint="git fsck"))
        if len(head) != 3:
            return f"object {sha} is not in {git.shown(self.root)}"
        size = int(head[2])
        if size <= LARGEST:
            return out.read(size + 1)[:-1]
        left = size + 1
        while left:
            left -= len(out.read(min(left, 1 << 20)))
        return f"{size} bytes are more than the {LARGEST} that are read"
