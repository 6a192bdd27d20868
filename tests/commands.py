"""The command line as a person meets it: arguments in; exit code and bytes out. Run in this process, for speed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from tests.trees import put


class Ran(NamedTuple):
    """What a command did: its exit code, the bytes that it printed, what it said on standard error."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """What it printed, as text."""
        return self.raw.decode()


def versync(folder: Path, *arguments: str) -> Ran:
    """Runs ``versync`` in that folder. An exception other than SystemExit is a traceback, and so the test's failure.

    Nothing is waited for until it is on the disk: that is for tests/test_faults.py to see.
    """
    from sync.cli import main
    from sync.disk import Disk

    out, err = BytesIO(), BytesIO()
    code: object = 0
    with patch.object(Disk, "sync"), chdir(folder), redirect_stdout(TextIOWrapper(out, "utf-8", newline="")) as told, redirect_stderr(TextIOWrapper(err, "utf-8", newline="")) as complained:
        try:
            main(list(arguments))
        except SystemExit as stop:
            code = stop.code
        finally:
            told.flush()
            complained.flush()
            raw, said = out.getvalue(), err.getvalue().decode()
    assert isinstance(code, int)
    assert "Traceback" not in said
    return Ran(code, raw, said)


def git(folder: Path, *arguments: str) -> str:
    """What git prints there; it must succeed."""
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout.rstrip("\n")


def repository(folder: Path, files: Mapping[str, str | bytes] | None = None, tag: str = "") -> Path:
    """That folder, with those files put into it, as a git repository with one commit on ``main``."""
    put(folder, files or {})
    git(folder.parent, "init", "--quiet", "--initial-branch=main", "--template=", str(folder))
    for key, value in (("user.name", "Somebody"), ("user.email", "somebody@registry.example"), ("core.autocrlf", "false"), ("core.quotePath", "false")):
        git(folder, "config", key, value)
    return committed(folder, tag=tag)


def committed(folder: Path, files: Mapping[str, str | bytes] | None = None, tag: str = "") -> Path:
    """One more commit, of everything that is there."""
    put(folder, files or {})
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-gpg-sign", "--message=Work")
    if tag:
        git(folder, "tag", tag)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, without what git and versync keep there."""
    kept = {".git", ".versync"}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and not kept & set(path.relative_to(folder).parts)}


def released(folder: Path, days: Mapping[str, str], files: Mapping[str, Mapping[str, str]] | None = None) -> Path:
    """A commit and a tag for each release, on its day (``2026-11-26``) at noon UTC; ``files`` are put into the release's commit."""
    for tag, day in days.items():
        put(folder, (files or {}).get(tag, {}))
        git(folder, "add", "--all")
        when = f"{day}T12:00:00+00:00"
        env = {**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", "-C", str(folder), "commit", "--quiet", "--allow-empty", "--no-gpg-sign", f"--message={tag}"], check=True, env=env)
        git(folder, "tag", tag)
    return folder
