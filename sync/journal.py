"""What a run leaves behind: its journal, pointers to it from the other repositories, and what versync wrote last.

All of it lives in ``versync/`` in the git directory, or in ``.versync/`` where there is none:

    lock          held while a run is at work (`sync.disk.Lock`)
    pending       the journal of a run that is at work, or was cut off
    journal       the journal of the last run that was finished: what undo takes back
    pointer.new   in the other repositories of a pending run: where its journal is
    pointer       in the other repositories of a finished run
    written       path -> sha256 of what versync wrote there; ref -> the id that it wrote
    renamed       paths that versync gave to files by renaming them

A journal is one file: a line of magic, one line of JSON, the old bytes of all files one after another, a digest of
all that; then lines of JSON for what became known only later. A name is its state, so that one rename is the
moment at which a run is done.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from sync import git
from sync.disk import Disk
from sync.errors import RefusedError, problem

STATE: Final = ".versync"
"""The state's folder where there is no git directory; never read as content."""

MAGIC: Final = b"versync journal 1\n"


class Moved(NamedTuple):
    """A ref of the root with that number: where it stood ("": it was not there) and where it was moved."""

    root: int
    ref: str
    old: str
    new: str


class Kept(NamedTuple):
    """A file of the root with that number: where it was and (``to``, else "") went, its mode and bytes before, the sha256 of what was written."""

    root: int
    path: str
    to: str
    mode: int
    before: bytes
    after: str


class Journal:
    """All that is needed to take a run back. ``roots[0]`` keeps it. ``indexed`` are the roots whose index follows a commit, with its paths."""

    def __init__(
        self,
        id: str,  # noqa: A002  # what it is called in the file, too
        kind: str,
        roots: list[Path],
        names: list[str],
        files: Sequence[Kept] = (),
        refs: Sequence[Moved] = (),
        folders: Sequence[tuple[int, str]] = (),
        indexed: Sequence[tuple[int, list[str]]] = (),
    ) -> None:
        self.id = id
        self.kind = kind
        self.roots = roots
        self.names = names
        self.files = list(files)
        self.refs = list(refs)
        self.folders = list(folders)
        self.indexed = list(indexed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Journal) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def full(self, root: int, path: str) -> str:
        """Where a path of a root is on this machine."""
        return f"{self.roots[root]}{os.sep}{path}"

    def spare(self, number: int) -> str:
        """The temporary file for the file with that number, in the folder in which it ends."""
        one = self.files[number]
        path = one.to or one.path
        return self.full(one.root, f"{path[: path.rfind('/') + 1]}.versync-{self.id}-{number}")

    def old_spare(self, number: int) -> str:
        """The temporary file from which the old bytes of that file are put back."""
        one = self.files[number]
        return self.full(one.root, f"{one.path[: one.path.rfind('/') + 1]}.versync-{self.id}-{number}-old")


def state(root: Path) -> Path:
    """The folder of the state of the repository, or plain folder, at ``root``. It need not be there."""
    directory = git.git_dir(root)
    return root / STATE if directory is None else directory / "versync"


def digest(body: bytes) -> str:
    """The sha256, in hex."""
    from hashlib import sha256

    return sha256(body).hexdigest()


# ---- the journal's file


def encode(journal: Journal) -> bytes:
    """A journal as bytes."""
    import json

    head = {
        "id": journal.id,
        "kind": journal.kind,
        "roots": [os.fsencode(root).decode("utf-8", "surrogateescape") for root in journal.roots],
        "names": journal.names,
        "files": [[one.root, one.path, one.to, one.mode, len(one.before), one.after] for one in journal.files],
        "refs": journal.refs,
        "folders": journal.folders,
        "indexed": journal.indexed,
    }
    body = b"".join([MAGIC, json.dumps(head).encode(), b"\n", *(one.before for one in journal.files)])
    return b"".join([body, digest(body).encode(), b"\n"])


def later(refs: Sequence[Moved]) -> bytes:
    """Refs that became known after the journal was written, as a line for its end."""
    import json

    line = json.dumps(refs).encode()
    return digest(line).encode() + b" " + line + b"\n"


def decode(raw: bytes) -> Journal:
    """The journal in ``raw``. Raises ValueError where it is damaged. A last line that was cut off does not count."""
    import json

    end = raw.index(b"\n", len(MAGIC)) + 1
    head: dict[str, Any] = json.loads(raw[len(MAGIC) : end])
    at = end
    files = []
    for root, path, to, mode, size, after in head["files"]:
        files.append(Kept(root, path, to, mode, raw[at : at + size], after))
        at += size
    if not raw.startswith(MAGIC) or raw[at : at + 65] != digest(raw[:at]).encode() + b"\n":
        raise ValueError("digest")
    refs = [Moved(*one) for one in head["refs"]]
    for line in raw[at + 65 :].split(b"\n")[:-1]:
        if line[:64] == digest(line[65:]).encode():
            refs += [Moved(*one) for one in json.loads(line[65:])]
    roots = [Path(root) for root in head["roots"]]
    return Journal(head["id"], head["kind"], roots, head["names"], files, refs, [(root, path) for root, path in head["folders"]], [(root, paths) for root, paths in head["indexed"]])


def load(path: Path) -> Journal | None:
    """The journal in that file, None where there is none. Raises RefusedError where it is damaged."""
    try:
        return decode(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError, IndexError):
        raise RefusedError(problem(f"{git.shown(path)} is damaged, so it says nothing of the files that versync wrote", hint="look at the repository with git diff, then remove that file")) from None


# ---- pointers


class Pointer(NamedTuple):
    """Where the journal of a run is that wrote here, too, and which run that is."""

    state: Path
    id: str


def pointer(path: Path) -> Pointer | None:
    """What that pointer file says; None where there is none, or none that makes sense."""
    try:
        where, _, run = path.read_bytes().rpartition(b"\n")
        return Pointer(Path(os.fsdecode(where)), run.decode("ascii"))
    except (OSError, ValueError):
        return None


def point(to: Path, run: str) -> bytes:
    """A pointer file's bytes."""
    return os.fsencode(to) + b"\n" + run.encode("ascii")


def find(root: Path, *, pending: bool) -> tuple[Path, Journal] | None:
    """The run that was cut off at ``root`` (``pending``), or the last that was finished; with the folder that holds its journal.

    A run in several repositories counts only where its journal names this one.
    """
    here = state(Path(os.path.realpath(root)))
    name = "pending" if pending else "journal"
    found = []
    own = load(here / name)
    if own is not None:
        found.append((here, own))
    for file in ("pointer.new",) if pending else ("pointer.new", "pointer"):
        to = pointer(here / file)
        there = load(to.state / name) if to is not None else None
        if to is not None and there is not None and there.id == to.id and any(state(one) == here for one in there.roots):
            found.append((to.state, there))
    return max(found, key=lambda item: item[1].id) if found else None


def pending(root: Path) -> bool:
    """Whether a run was cut off there. Two file look-ups where none was, and no process."""
    here = state(root)
    if not (here / "pending").exists() and not (here / "pointer.new").exists():
        return False
    return find(root, pending=True) is not None


def is_part(journal: Journal, number: int) -> bool:
    """Whether the root with that number agrees that it takes part: it holds the journal, or points to it.

    Pointers are written before the first file is, so in a root that does not agree nothing was written; and a journal
    from a stranger's folder reaches no other.
    """
    here, keeper = state(journal.roots[number]), state(journal.roots[0])
    if here == keeper:
        return True
    return any(to is not None and to.id == journal.id and to.state == keeper for to in (pointer(here / "pointer.new"), pointer(here / "pointer")))


# ---- writing any of them


def put(disk: Disk, path: Path, body: bytes, *, durable: bool = False) -> None:
    """A file of the state, whole or not at all. Raises OSError."""
    spare = f"{path}.tmp"
    if os.path.lexists(spare):
        disk.unlink(spare)
    disk.write(spare, body, 0o600, durable=durable)
    disk.replace(spare, str(path))
    if durable:
        disk.settle(str(path.parent))
