"""Why a file of a release came out otherwise than it was released: hunk by hunk, from the bytes and the sites in them. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

Cause = Literal["other", "drift before the bump", "unrelated edit", "date", "re-locked"]

CAUSES: Final[tuple[Cause, ...]] = ("other", "drift before the bump", "unrelated edit", "date", "re-locked")
"""The worst first. Only ``other`` counts against versync or its manifest: a release has the worst cause of its hunks."""


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


class Hunk(NamedTuple):
    """Lines that differ: in the tree before, as versync wrote them, as they were released. ``line`` is the first of them, from 1, in the first two.

    ``why`` says for ``other`` and for drift what differs; ``known`` that a site does, and ``torn`` that `check` of the release finds an
    error there as well: the release left its own family out of step.
    """

    path: str
    line: int
    before: tuple[bytes, ...]
    ours: tuple[bytes, ...]
    theirs: tuple[bytes, ...]
    cause: Cause
    why: str = ""
    known: bool = False
    torn: bool = False


class Words(NamedTuple):
    """The versions that the bump moves, as they may be written: from ``old`` to ``new``."""

    old: frozenset[bytes]
    new: frozenset[bytes]


class Told(NamedTuple):
    """What one site or line of a hunk says."""

    cause: Cause
    why: str = ""
    torn: bool = False


_LOCK: Final = re.compile(r"(?:^|/)(?:[^/]+\.lock|[^/]*-lock\.(?:json|ya?ml)|npm-shrinkwrap\.json|packages\.lock\.json|go\.sum)\Z")
"""Files that a package manager writes from what others publish."""

_NOTES: Final = re.compile(r"(?i)(?:^|/)(?:change(?:s|log)?|history|news|releases?|release[-_]?notes)(?:[-_.][^/]*)?\Z|(?:^|/)(?:supply-chain|\.changeset|changelog|release[-_]?notes)/")
"""Files that tell of releases, or audit them, and so hold versions of the past."""

_NUMBER: Final = re.compile(rb"\d[0-9A-Za-z.+_-]*")

_MONTH: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"

_DATE: Final = re.compile(
    rb"\b\d{4}([-/.])\d{2}\1\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?\b"
    rb"|\b\d{1,2}(?:st|nd|rd|th)?[ -]" + _MONTH + rb",?[ -]\d{4}\b|\b" + _MONTH + rb" \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b|(?i:(?<=timestamp>)|(?<=epoch=))1\d{9}\b"
)


def worst(hunks: Sequence[Hunk]) -> Hunk | None:
    """The hunk that decides: the first with the worst cause, one that the release is to blame for after the others."""
    return min(hunks, key=lambda one: (CAUSES.index(one.cause), one.torn), default=None)


def hunks(path: str, before: bytes, ours: bytes, theirs: bytes, own: Sequence[Spot], released: Sequence[Spot], words: Words) -> tuple[Hunk, ...]:
    """Every difference between what versync wrote and what was released, with its cause.

    ``own`` are the spots in ``ours`` (written or not), ``released`` those in ``theirs``; a bump changes no number of lines, so ``before`` has those of ``ours``.

    A site whose version differs is ``other``, or drift where the tree before was out of step there already; so is one that only the release moved.
    A line outside all sites that went from an old version of the family to a new one is ``other``, except in release notes: the manifest misses a place. What is left holds no version of
    the family: in a lock file it was locked again, else it is a date, or an unrelated edit.
    """
    work = _File(path, before, ours, theirs, own, released, words)
    return tuple(work.result())


class _Lines:
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

    def bare(self, at: int) -> bytes:
        """A line without the texts of its spots."""
        line = bytearray(self.lines[at])
        for spot in self.spots.get(at, ()):
            start, end = spot.start - self.starts[at], spot.end - self.starts[at]
            line[start:end] = b" " * (min(end, len(line)) - start)
        return bytes(line)

    def shape(self, at: int, lock: bool) -> tuple[bytes, ...]:
        """A line without its numbers; in a lock, where all entries look alike, with the line before it as it is."""
        shape = _NUMBER.sub(b"#", self.lines[at])
        return (self.lines[at - 1], shape) if lock and at else (shape,)


class _File:
    def __init__(self, path: str, before: bytes, ours: bytes, theirs: bytes, own: Sequence[Spot], released: Sequence[Spot], words: Words) -> None:
        self.path, self.words, self.lock, self.notes = path, words, _LOCK.search(path) is not None, _NOTES.search(path) is not None
        self.before, self.ours, self.theirs = _Lines(before, ()), _Lines(ours, own), _Lines(theirs, released)
        self.parts = list(_different(self.ours.lines, self.theirs.lines))
        self.why: dict[int, list[Told]] = {}

    def result(self) -> Iterator[Hunk]:
        self.sites()
        for at, (i, j, k, m) in enumerate(self.parts):
            found = list(self.why.get(at, ()))
            line = None if self.notes else self.missed(at)
            if line is not None:
                found.append(Told("other", f"the manifest does not know this place: {_shown(line)}"))
            told = min(found, key=lambda one: (CAUSES.index(one.cause), one.torn), default=Told(self.harmless(at)))
            lines = tuple(self.before.lines[i:j]), tuple(self.ours.lines[i:j]), tuple(self.theirs.lines[k:m])
            yield Hunk(self.path, i + 1, *lines, told.cause, told.why, at in self.why, told.torn)

    def sites(self) -> None:
        """Holds the spots of all hunks against each other, first within each: what has one text on both sides came out, wherever it stands now."""
        own = [(at, line, spot) for at, (i, j, _, _) in enumerate(self.parts) for line in range(i, j) for spot in self.ours.spots.get(line, ())]
        released = [(at, line, spot) for at, (_, _, k, m) in enumerate(self.parts) for line in range(k, m) for spot in self.theirs.spots.get(line, ())]
        for key in (_here, _anywhere):
            both = Counter(map(key, own)) & Counter(map(key, released))
            own, released = _without(own, both, key), _without(released, both, key)
        theirs: dict[str, list[Spot]] = {}
        for _, _, spot in released:
            theirs.setdefault(spot.what, []).append(spot)
        for at, line, spot in own:
            others = theirs.get(spot.what, [])
            said = others[0].text if others else self.alike(at, line)
            if said is not None:
                torn = bool(others) and others[0].drifted
                also = "; `check` of the release finds it, too" if torn else ""
                self.tell(at, spot, f"{spot.name}: versync has {spot.text or 'none'}, the release {said or 'none'}{also}", torn)
            if len(others) > 1:
                others.pop(0)
        mine = {spot.what for _, _, spot in own}
        for at, line, spot in released:
            if spot.what not in mine and not spot.left and self.moved(at, line):
                self.tell(at, spot, f"{spot.name}: not managed before, {spot.text} in the release")

    def tell(self, at: int, spot: Spot, why: str, torn: bool = False) -> None:
        cause: Cause = "re-locked" if spot.left and spot.told else "drift before the bump" if spot.drifted else "other"
        self.why.setdefault(at, []).append(Told(cause, why, torn))

    def alike(self, at: int, line: int) -> str | None:
        """The released line that differs from one of ours in nothing but numbers, where no site stands any more."""
        _, _, k, m = self.parts[at]
        shape = self.ours.shape(line, self.lock)
        return next((_shown(self.theirs.lines[other]) for other in range(k, m) if self.theirs.shape(other, self.lock) == shape), None)

    def moved(self, at: int, line: int) -> bool:
        """Whether the tree before has a released line with other numbers."""
        i, j, _, _ = self.parts[at]
        return self.theirs.shape(line, self.lock) in [self.before.shape(other, self.lock) for other in range(i, j)]

    def missed(self, at: int) -> bytes | None:
        """A released line that holds a new version in no site, where an old one stood or other numbers did."""
        i, j, k, m = self.parts[at]
        old = not self.lock and any(_holds(self.ours.bare(line), self.words.old) for line in range(i, j))
        for line in range(k, m):
            if _holds(self.theirs.bare(line), self.words.new) and (old or self.moved(at, line)) and not (self.lock and self.ours.spots):
                return self.theirs.lines[line]
        return None

    def harmless(self, at: int) -> Cause:
        if self.lock:
            return "re-locked"
        i, j, k, m = self.parts[at]
        ours, theirs = ([_DATE.sub(b"#", line) for line in lines] for lines in (self.ours.lines[i:j], self.theirs.lines[k:m]))
        return "date" if ours == theirs else "unrelated edit"


Found = tuple[int, int, Spot]
"""The number of a hunk, that of a line, and a spot in it."""


def _here(one: Found) -> tuple[object, ...]:
    return one[0], one[2].what, one[2].text


def _anywhere(one: Found) -> tuple[object, ...]:
    return one[2].what, one[2].text


def _without(ones: Sequence[Found], both: Counter[tuple[object, ...]], key: Callable[[Found], tuple[object, ...]]) -> list[Found]:
    """Those that are more than ``both`` counts."""
    rest, spent = [], Counter(both)
    for one in ones:
        if spent[key(one)]:
            spent[key(one)] -= 1
        else:
            rest.append(one)
    return rest


def _different(ours: Sequence[bytes], theirs: Sequence[bytes]) -> Iterator[tuple[int, int, int, int]]:
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


def _holds(line: bytes, words: Collection[bytes]) -> bool:
    return any(re.search(rb"(?<![\w.])" + re.escape(word) + rb"(?!\w|\.\d)", line) for word in words if word in line)


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return text if len(text) <= 100 else f"{text[:99]}…"
