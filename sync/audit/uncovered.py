"""A literal that nothing covers, and the pattern that would."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sync import literals, template
from sync.audit.pattern import narrow, surroundings
from sync.literals import Kind, Wanted


class Found(NamedTuple):
    """One literal: its span in the file's body, the pattern with its surroundings (``text`` of a place), and the spelling.

    ``line`` is the pattern within its line, which may match other numbers of the file as well.
    """

    start: int
    end: int
    wanted: Wanted
    kind: Kind
    text: str
    spelling: str
    line: str


def find(body: bytes, wanted: Sequence[Wanted], covered: Iterable[tuple[int, int]] = ()) -> Iterator[Found]:
    """Every literal in a file that none of the ``covered`` spans touches, each once: the first of ``wanted`` that it says."""
    taken = _merged(covered)
    found = []
    for one, number in literals.every(body, wanted):
        if not _touched(taken, number.start, number.end):
            insort(taken, (number.start, number.end))
            found.append((one, number))
    for one, (start, end, kind, inner, spelling) in found:
        yield Found(start, end, one, kind, surroundings(body, start, end, inner, spelling, taken), spelling, narrow(body, start, end, inner, taken))


def beside(body: bytes, managed: Sequence[tuple[int, int, str, str]], wanted: Wanted) -> Iterator[Found]:
    """Numbers that stand in a file as managed ones do (their spans, templates and spellings are given), where those are the most of them."""
    moving = _merged((start, end) for start, end, *_ in managed)
    for start, end, inner, spelling in managed:
        text = narrow(body, start, end, inner)
        if not text.startswith("{"):
            spans = [(left, right) for left, right, _ in template.compile(text).find(body, spelling)]
            others = [span for span in spans if not any(span[0] < stop and begin < span[1] for begin, stop, *_ in managed)]
            if len(spans) > 1 and 2 * len(others) <= len(spans):
                yield from (Found(left, right, wanted, "beside", surroundings(body, left, right, inner, spelling, moving), spelling, text) for left, right in others)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted, and those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _touched(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the spans, which are sorted and disjoint, overlaps that one."""
    at = bisect_left(taken, (end, 0))
    return at > 0 and taken[at - 1][1] > start
