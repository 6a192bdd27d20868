"""The lines of a file: which sites stand in them, which numbers outside of these, and which of them differ."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from sync import literals
from sync.literals import Kind, Wanted

_NUMBER: Final = re.compile(rb"\d[0-9A-Za-z.+_-]*")


class Spot(NamedTuple):
    """A version that the manifest knows, in one file: its bytes (of the body, without BOM), whose it is, and its text.

    ``what`` is the same for the same site in two versions of a file, ``name`` is for people. ``drifted``: `check` of the tree before
    (of the release, for what was released) finds an error there. ``left``: a lock's entry from a registry, which only the ecosystem's own command can write;
    ``told`` where that command was named.
    """

    start: int
    end: int
    what: str
    name: str
    text: str
    drifted: bool = False
    left: bool = False
    told: bool = False


class Said(NamedTuple):
    """One number in a line: which it is, how much of it is written, and its text."""

    number: tuple[object, ...]
    kind: Kind
    text: bytes


class Lines:
    """A file's lines, and which spots stand in which."""

    def __init__(self, body: bytes, spots: Sequence[Spot]) -> None:
        self.lines = body.split(b"\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.spots: dict[int, list[Spot]] = {}
        at = 0
        for spot in sorted(spots):
            while at + 1 < len(self.lines) and self.starts[at + 1] <= spot.start:
                at += 1
            self.spots.setdefault(at, []).append(spot)

    def said(self, body: bytes, wanted: Sequence[Wanted]) -> Mapping[int, list[Said]]:
        """What each line says of those numbers outside all spots."""
        bare = bytearray(body)
        for spot in (spot for spots in self.spots.values() for spot in spots):
            bare[spot.start : spot.end] = b" " * (spot.end - spot.start)
        found: dict[int, list[Said]] = {}
        for one, number in literals.every(bytes(bare), wanted):
            said = Said(one[1:], number.kind, body[number.start : number.end])
            found.setdefault(bisect_right(self.starts, number.start) - 1, []).append(said)
        return found

    def shape(self, at: int, lock: bool) -> tuple[bytes, ...]:
        """A line without its numbers; in a lock, where all entries look alike, with the line before it as it is."""
        shape = _NUMBER.sub(b"#", self.lines[at])
        return (self.lines[at - 1], shape) if lock and at else (shape,)


def different(ours: Sequence[bytes], theirs: Sequence[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of lines that differ; what is alike at both ends is not even compared."""
    head, most = 0, min(len(ours), len(theirs))
    while head < most and ours[head] == theirs[head]:
        head += 1
    tail = 0
    while tail < most - head and ours[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    matcher = SequenceMatcher(None, ours[head : len(ours) - tail], theirs[head : len(theirs) - tail])
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            yield head + i, head + j, head + k, head + m


def shown(line: bytes) -> str:
    """A line for people: at most 100 characters."""
    text = line.decode("utf-8", "replace").strip()
    return text if len(text) <= 100 else f"{text[:99]}…"
