"""What versync's runs wrote in a repository: the next run may write over it although it is not committed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sync.disk import Disk
from sync.journal import put, state


class Written(NamedTuple):
    """By path the sha256 of what versync wrote there, by ref the id that it wrote."""

    files: dict[str, str]
    refs: dict[str, str]


def written(root: Path) -> Written:
    """What versync's runs wrote in one repository. Empty where that is not known."""
    import json

    try:
        said = json.loads((state(root) / "written").read_bytes())
        return Written(dict(said["files"]), dict(said["refs"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Written({}, {})


def renamed(root: Path) -> list[str]:
    """The paths that versync gave to files of a checkout by renaming them: git does not know these until they are added."""
    try:
        raw = (state(root) / "renamed").read_bytes()
    except OSError:
        return []
    return [path for path in raw.decode("utf-8", "replace").split("\0") if path]


def note(disk: Disk, root: Path, files: dict[str, str], refs: dict[str, str], moves: Iterable[tuple[str, str]]) -> None:
    """Adds to what versync wrote in a repository. Written before a run is done: true also of bytes that are taken back. Raises OSError."""
    import json

    old, here = written(root), state(root)
    everything = {"files": old.files | files, "refs": old.refs | refs}
    put(disk, here / "written", json.dumps(everything).encode())
    before = renamed(root)
    after = dict.fromkeys(before)
    for path, to in moves:
        after.pop(path, None)
        after[to] = None
    if list(after) != before:
        put(disk, here / "renamed", "\0".join(after).encode())
