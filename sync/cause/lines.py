"""The lines of a file: which sites stand in them, which numbers outside of these, and which of them differ."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, NamedTuple

from sync import literals
from sync.literals import Kind, Wanted

_NUMBER: Final = re.compile(rb"\d[0-9A-Za-z.+_-]*")


FEW: Final = 1 << 26
"""Lines of ours times those of the release that are compared each with each: some seconds at the worst."""


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
        """A line without its numbers and Go's suffixes; in a lock, where all entries look alike, with the line before it as it is."""
        shape = _NUMBER.sub(b"#", self.lines[at]).replace(b"/v#", b"")
        return (self.lines[at - 1], shape) if lock and at else (shape,)


def different(ours: Sequence[bytes], theirs: Sequence[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of lines that differ; what is alike at both ends is not even compared.

    Many lines are compared between those that stand once on each side, in one order; what is still many there only line by line, or it differs as a whole.
    """
    head, most = 0, min(len(ours), len(theirs))
    while head < most and ours[head] == theirs[head]:
        head += 1
    tail = 0
    while tail < most - head and ours[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    ours, theirs = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    i = k = 0
    for j, m in (*(_shared(ours, theirs) if len(ours) * len(theirs) > FEW else ()), (len(ours), len(theirs))):
        for a, b, c, d in _between(ours[i:j], theirs[k:m]):
            yield head + i + a, head + i + b, head + k + c, head + k + d
        i, k = j + 1, m + 1


def _between(ours: Sequence[bytes], theirs: Sequence[bytes]) -> Iterator[tuple[int, int, int, int]]:
    if len(ours) * len(theirs) <= FEW:
        yield from ((i, j, k, m) for tag, i, j, k, m in SequenceMatcher(None, ours, theirs).get_opcodes() if tag != "equal")
    elif len(ours) == len(theirs):
        for same, run in groupby(range(len(ours)), lambda at: ours[at] == theirs[at]):
            if not same:
                ats = list(run)
                yield ats[0], ats[-1] + 1, ats[0], ats[-1] + 1
    else:
        yield 0, len(ours), 0, len(theirs)


def _shared(ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[tuple[int, int]]:
    """The lines that stand once on each side: as many of them as have the same order on both."""
    mine, other = Counter(ours), Counter(theirs)
    there = {line: at for at, line in enumerate(theirs) if other[line] == 1}
    pairs = [(at, there[line]) for at, line in enumerate(ours) if mine[line] == 1 and line in there]
    lasts: list[int] = []  # of all rows of so many pairs that are in order, where the one that ends first ends
    length = []
    for _, at in pairs:
        length.append(bisect_left(lasts, at))
        lasts[length[-1] : length[-1] + 1] = [at]
    found: list[tuple[int, int]] = []
    for pair, before in zip(reversed(pairs), reversed(length), strict=True):
        if before == len(lasts) - 1 - len(found) and (not found or pair[1] < found[-1][1]):
            found.append(pair)
    return found[::-1]


def shown(line: bytes) -> str:
    """A line for people: at most 100 characters."""
    text = line.decode("utf-8", "replace").strip()
    return text if len(text) <= 100 else f"{text[:99]}…"
