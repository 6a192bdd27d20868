"""Why a file of a release came out otherwise than it was released: hunk by hunk, from the bytes and the sites in them. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from sync import literals
from sync.cause.lines import Lines, Said, Spot, different, shown
from sync.literals import Wanted

Cause = Literal["other", "drift before the bump", "unrelated edit", "date", "re-locked"]

CAUSES: Final[tuple[Cause, ...]] = ("other", "drift before the bump", "unrelated edit", "date", "re-locked")
"""The worst first. Only ``other`` counts against versync or its manifest: a release has the worst cause of its hunks."""


class Hunk(NamedTuple):
    """Lines that differ: in the tree before, as versync wrote them, as they were released. ``line`` is the first of them, from 1, in the first two.

    ``why`` says what differs where a version of the family does, ``torn`` that `check` of the release finds an error there as well: the
    release left its own family out of step, ``unknown`` that what moved is no site: the manifest does not know the place.
    """

    path: str
    line: int
    before: tuple[bytes, ...]
    ours: tuple[bytes, ...]
    theirs: tuple[bytes, ...]
    cause: Cause
    why: str = ""
    torn: bool = False
    unknown: bool = False


class Move(NamedTuple):
    """A number that the bump moves."""

    old: Wanted
    new: Wanted


class Told(NamedTuple):
    """What one site or line of a hunk says."""

    cause: Cause
    why: str = ""
    torn: bool = False
    unknown: bool = False


_LOCK: Final = re.compile(r"(?:^|/)(?:[^/]+\.lock|[^/]*-lock\.(?:json|ya?ml)|npm-shrinkwrap\.json|packages\.lock\.json|go\.sum)\Z")
"""Files that a package manager writes from what others publish."""

_NOTES: Final = re.compile(
    rf"(?i)\A{literals.NO_CODE}.*?(?<![^/])(?:change(?:s|log)?|history|news|releases?|release[-_]?notes)(?:[-_.][^/]*)?\Z"
    r"|(?:^|/)(?:supply-chain|\.changeset|changelog|release[-_]?notes)/"
)
"""Files that tell of releases, or audit them, and so hold versions of the past."""

_WORD: Final = re.compile(r"[\w@/.-]+")
"""What a package's name may be."""

_WHOLE: Final = ("full", "underscore")
"""Kinds of literals that are a version and not a part of one."""

_BINARY: Final = 8000
"""Bytes in which a NUL makes a file binary, as git has it: no place can be there."""

_MONTH: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"

_DATE: Final = re.compile(
    rb"\b\d{4}([-/.])\d{2}\1\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?\b"
    rb"|\b\d{1,2}(?:st|nd|rd|th)?[ -]" + _MONTH + rb",?[ -]\d{4}\b|\b" + _MONTH + rb" \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b|(?i:(?<=timestamp>)|(?<=epoch=))1\d{9}\b"
)


def worst(hunks: Sequence[Hunk]) -> Hunk | None:
    """The hunk that decides: the first with the worst cause, one that the release is to blame for after the others."""
    return min(hunks, key=lambda one: (CAUSES.index(one.cause), one.torn), default=None)


def hunks(
    path: str, before: bytes, ours: bytes, theirs: bytes, own: Sequence[Spot], released: Sequence[Spot], moves: Sequence[Move], kin: Collection[str] | None = None
) -> tuple[Hunk, ...]:
    """Every difference between what versync wrote and what was released, with its cause.

    ``own`` are the spots in ``ours`` (written or not), ``released`` those in ``theirs``; a bump changes no number of lines, so ``before`` has those of ``ours``.
    ``kin``: an adapter reads the file, so an entry of a lock that is no spot is a stranger's, unless it is of one of those names, which the repository itself declares.

    A site whose version differs is ``other``, or drift where the tree before was out of step there already; so is one that only the release moved.
    A line outside all sites that went from an old version of the family to a new one, in any spelling that `sync.literals` knows, is ``other``, except in release notes: the manifest
    misses a place. What is left holds no version of the family: in a lock file it was locked again, else it is a date, or an unrelated edit.
    """
    work = _File(path, before, ours, theirs, own, released, moves, kin)
    return tuple(work.result())


def says(body: bytes, moves: Iterable[Move]) -> bool:
    """Whether a text holds one of the new versions, in a site or not."""
    return b"\0" not in body[:_BINARY] and next(literals.every(body, [one.new for one in moves]), None) is not None


class _File:
    def __init__(self, path: str, before: bytes, ours: bytes, theirs: bytes, own: Sequence[Spot], released: Sequence[Spot], moves: Sequence[Move], kin: Collection[str] | None) -> None:
        self.path, self.lock, self.notes, self.sums = path, _LOCK.search(path) is not None, _NOTES.search(path) is not None, path.endswith("go.sum")
        self.before, self.ours, self.theirs = Lines(before, ()), Lines(ours, own), Lines(theirs, released)
        self.parts = list(different(self.ours.lines, self.theirs.lines))
        self.kin = kin
        self.moves = {(one.old[1:], one.new[1:]) for one in moves}
        self.old, self.new = self.ours.said(ours, [one.old for one in moves]), self.theirs.said(theirs, [one.new for one in moves])
        self.shapes: dict[tuple[Lines, int, int], dict[tuple[bytes, ...], list[int]]] = {}
        self.why: dict[int, list[Told]] = {}

    def result(self) -> Iterator[Hunk]:
        self.sites()
        for at, (i, j, k, m) in enumerate(self.parts):
            found = list(self.why.get(at, ()))
            line = None if self.notes else self.missed(at)
            if line is not None and self.sums:
                found.append(Told("re-locked", f"only go itself writes a checksum: {shown(line)}"))
            elif line is not None:
                found.append(Told("other", f"the manifest does not know this place: {shown(line)}", unknown=True))
            told = min(found, key=lambda one: (CAUSES.index(one.cause), one.torn), default=Told(self.harmless(at)))
            lines = tuple(self.before.lines[i:j]), tuple(self.ours.lines[i:j]), tuple(self.theirs.lines[k:m])
            yield Hunk(self.path, i + 1, *lines, told.cause, told.why, told.torn, told.unknown)

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
            if spot.what not in mine and not spot.left and self.before_alike(at, line):
                self.tell(at, spot, f"{spot.name}: not managed before, {spot.text} in the release")

    def tell(self, at: int, spot: Spot, why: str, torn: bool = False) -> None:
        cause: Cause = "re-locked" if spot.left and spot.told else "drift before the bump" if spot.drifted else "other"
        self.why.setdefault(at, []).append(Told(cause, why, torn))

    def alike(self, at: int, line: int) -> str | None:
        """The released line that differs from one of ours in nothing but numbers, where no site stands any more."""
        _, _, k, m = self.parts[at]
        return next((shown(self.theirs.lines[other]) for other in self.shaped(self.theirs, k, m, self.ours.shape(line, self.lock))), None)

    def before_alike(self, at: int, line: int) -> Sequence[int]:
        """The lines of the tree before, in the same hunk, from which a released line differs in nothing but numbers."""
        i, j, _, _ = self.parts[at]
        return self.shaped(self.before, i, j, self.theirs.shape(line, self.lock))

    def shaped(self, lines: Lines, start: int, end: int, shape: tuple[bytes, ...]) -> Sequence[int]:
        """Those of some lines that have a shape."""
        key = lines, start, end
        if key not in self.shapes:
            shapes = self.shapes[key] = {}
            for at in range(start, end):
                shapes.setdefault(lines.shape(at, self.lock), []).append(at)
        return self.shapes[key].get(shape, ())

    def missed(self, at: int) -> bytes | None:
        """A released line that says a new version in no site, where the old one stood or other numbers did.

        A part of a version is a number like any other: it must stand where that part of the old one did.
        """
        i, j, k, m = self.parts[at]
        olds = set() if self.lock and not self.sums else {one for line in range(i, j) for one in self.old.get(line, ()) if one.kind in _WHOLE}
        asked: set[tuple[tuple[bytes, ...], Said]] = set()
        for line in range(k, m):
            for new in self.new.get(line, ()) if self.kin is None or not self.lock or self.named(line, self.kin) else ():
                question = self.theirs.shape(line, self.lock), new
                if question in asked:
                    continue
                asked.add(question)
                alike = self.before_alike(at, line)
                if new.kind in _WHOLE:
                    missed = any(self.follows(old, new) for old in olds) or any(new.text not in self.before.lines[other] for other in alike)
                else:
                    missed = any(old.kind == new.kind and self.follows(old, new) for other in alike for old in self.old.get(other, ()))
                if missed:
                    return self.theirs.lines[line]
        return None

    def named(self, line: int, kin: Collection[str]) -> bool:
        """Whether the line before in a lock, which says whose entry it is, holds one of those names."""
        words = _WORD.findall(self.theirs.lines[line - 1].decode("utf-8", "replace")) if line else []
        return any(word.removeprefix("node_modules/") in kin for word in words)

    def follows(self, old: Said, new: Said) -> bool:
        """Whether a text is what a bump makes of another."""
        return (old.number, new.number) in self.moves and old.text != new.text

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
