"""What a plan asks of the disk: whole files, old and new bytes. Made by `sync.plan`, proved by `sync.proof`, written by `sync.transaction`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class FileChange(NamedTuple):
    """One file: its bytes now and its bytes after; ``to`` is its new path where it is renamed, else ""."""

    path: str
    before: bytes
    after: bytes
    to: str = ""


class TreeChange(NamedTuple):
    """All changes of one repository. ``root`` is the work tree's root (or, for a branch, any path of the repository)."""

    repo: str
    root: Path
    files: tuple[FileChange, ...]
