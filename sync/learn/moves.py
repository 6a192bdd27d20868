"""Lines that changed with a version: what stood in them before a release and after it, for every release."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from sync import fit
from sync.learn.releases import Step
from sync.version import Version

LONGEST: Final = 400
"""Characters. A longer line is generated, or prose without line breaks: neither is a place to keep."""

_TAIL: Final = r"(?:[-._~]?(?:alpha|beta|preview|pre|rc|cr|dev|post|snapshot|a|b|c)(?:[-._]?[0-9]{1,9})?(?![A-Za-z])){0,3}"
TOKEN: Final = re.compile(rf"[0-9]{{1,9}}(?:[._][0-9]{{1,9}}){{0,3}}(?![0-9])(?:{_TAIL})", re.IGNORECASE)
"""What may be a version, or a part of one."""

NOTES: Final = re.compile(
    r"(?:^|/)(?:change(?:s|log)|releases?|release[-_]?notes|news|history|authors|contributors)(?:[.\-_][^/]*)?$|(?:^|/)(?:changelogs?|release[-_]?notes|releases)/",
    re.IGNORECASE,
)
"""Files that tell of past versions: what they say of a version stays true."""

LOCKS: Final = re.compile(r"(?:\.lock|\.lock\.json|-lock\.json|-lock\.yaml|go\.sum|npm-shrinkwrap\.json|\.snap|\.svg|\.min\.js|\.map|imports\.lock)$")
"""Files that a tool writes whole."""


class Line(NamedTuple):
    """A line as it stands in a file: its skeleton, its number, and the spans of its tokens in bytes."""

    skeleton: str
    number: int
    spans: tuple[tuple[int, int], ...]


class Seen(NamedTuple):
    """What a token was at a version; ``moved`` where it came to be that in the step to this version."""

    version: Version
    text: str
    moved: bool


Moves = dict[tuple[str, str], dict[int, list[Seen]]]
"""(path, skeleton) -> index of the token in it -> what it was at each version, oldest first."""


def lines(body: bytes) -> Iterator[Line]:
    """Every line that holds a token."""
    at = 0
    for number, raw in enumerate(body.split(b"\n"), 1):
        if line := _text(raw):
            wide = len(raw) != len(line)
            spans = [match.span() for match in TOKEN.finditer(line)]
            if wide:
                spans = [(len(line[:start].encode()), len(line[:end].encode())) for start, end in spans]
            yield Line(skeleton(line), number, tuple((at + start, at + end) for start, end in spans))
        at += len(raw) + 1


def skeleton(line: str) -> str:
    """A line without the space around it and without its tokens."""
    return TOKEN.sub("\0", line.strip())


def moves(steps: Iterable[Step], read: Callable[[list[str]], Mapping[str, bytes]], wanted: Callable[[str], bool]) -> Moves:
    """What moved in the files that are ``wanted``; ``read`` gives the blobs of ids, without those that are absent or too large."""
    found: Moves = {}
    for step in steps:
        some = {path: pair for path, pair in step.changed.items() if wanted(path)}
        bodies = read([sha for pair in some.values() for sha in pair])
        for path, (old, new) in some.items():
            if old in bodies and new in bodies:
                for index, key, before, after in _moved(bodies[old], bodies[new], step):
                    seen = found.setdefault((path, key), {}).setdefault(index, [])
                    seen += [Seen(step.old, before, False), Seen(step.new, after, True)]
    return found


def _moved(old: bytes, new: bytes, step: Step) -> Iterator[tuple[int, str, str, str]]:
    """(token's index, skeleton, before, after) of each token that went from one text to another as the version did."""
    before, after = old.split(b"\n"), new.split(b"\n")
    gone, come = set(before) - set(after), set(after) - set(before)
    if not gone or not come or len(gone) > 20_000:
        return
    left: dict[str, list[str]] = {}
    for raw in before:
        if raw in gone and (line := _text(raw)):
            left.setdefault(skeleton(line), []).append(line)
    for raw in after:
        if raw in come and (line := _text(raw)):
            key = skeleton(line)
            if left.get(key):
                pairs = zip(TOKEN.findall(left[key].pop(0)), TOKEN.findall(line), strict=True)
                yield from ((index, key, one, two) for index, (one, two) in enumerate(pairs) if one != two and _alike(one, two, step.old, step.new))


_DIGIT: Final = re.compile(rb"[0-9]").search


def _text(raw: bytes) -> str:
    """A line as text; "" for one that cannot hold a place."""
    if len(raw) > LONGEST or _DIGIT(raw) is None:
        return ""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ""


_GROUPS: Final = re.compile("[0-9]+")


@lru_cache(maxsize=1 << 14)
def _alike(before: str, after: str, old: Version, new: Version) -> bool:
    """Whether a token may have moved because the version did: it said both, or some of its numbers moved by the same step."""
    if fit.shapes([(old, before), (new, after)]):
        return True
    one, two = ([int(group) for group in _GROUPS.findall(text)] for text in (before, after))
    if len(one) != len(two):
        return False
    steps = {getattr(new, name) - getattr(old, name) for name in fit.FIELDS} - {0}
    return all(b - a in steps or b == new.patch for a, b in zip(one, two, strict=True) if a != b)
