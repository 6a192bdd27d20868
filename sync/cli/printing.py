"""What commands print: bytes to a file or to standard output, and paths as a person in the current folder writes them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sync import git
from sync.cli.options import Opened
from sync.errors import RefusedError, problem


def write(text: str | bytes, output: Path | None) -> None:
    """To the file, or to standard output as the bytes that they are."""
    raw = text if isinstance(text, bytes) else text.encode()
    if output is not None:
        try:
            output.write_bytes(raw)
        except OSError as error:
            raise RefusedError(problem(f"{output} cannot be written: {error.strerror}")) from None
    else:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()


class Roots:
    """Paths as a person in the current folder would write them."""

    def __init__(self, opened: Opened, *, github: bool = False) -> None:
        """``github``: from the top of the current checkout, which is what annotations are relative to."""
        self._start = (git.toplevel(Path.cwd()) if github else None) or Path.cwd()
        self._roots = {name: tree.root for name, tree in opened.trees.items()}

    def local(self, repo: str, path: str) -> str:
        """The path of a file of a repository, relative to the current folder where that is shorter."""
        root = self._roots.get(repo)
        if root is None or not path:
            return f"{repo}/{path}" if repo and path else repo or path
        relative = os.path.relpath(root / path, self._start)
        return relative if not relative.startswith("..") else f"{repo}/{path}"
