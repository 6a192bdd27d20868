"""The literal pattern that would find a version again where it stands: ``text`` of a place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sync import template
from sync.literals import bare

_LEFT, _RIGHT = 80, 24
"""Bytes of a line that a pattern takes along, at most, before and after the version."""

_NUMBERS: Final = re.compile(rb".*(?<![A-Za-z])[0-9][0-9.]*[0-9](?:[A-Za-z0-9]*)")
"""What ends with another number, which may change by itself."""

_CLOSE: Final = re.compile(rb"</[A-Za-z][\w.:-]{0,40}>|[\"'`\])>},;]{1,3}|[-./_](?:[A-Za-z]{1,12}|[0-9](?![0-9.]))?")
"""What closes a version."""


Spans = Sequence[tuple[int, int]]
"""Sorted and disjoint."""


def surroundings(body: bytes, start: int, end: int, inner: str, spelling: str, moving: Spans = ()) -> str:
    """The literal pattern for a span: what stands before it in its line, ``inner``, and what closes it.

    A file that holds nothing else has ``inner`` alone. Numbers that may change by themselves are cut off, and so are the ``moving`` spans: a text with
    another version in it would match no more once that one moved. What a place matches, a bump writes: where the pattern would match another number of the
    file as well, it takes the one or two lines above along.
    """
    head = body.rfind(b"\n", 0, start) + 1
    text = within = narrow(body, start, end, inner, moving)
    behind = inner + within.rpartition(inner)[2]
    present = body[start:end]
    for _ in range(2):
        if head == 0 or start - head > 3 * _LEFT or (not bare(text) and _only(text, spelling, body, present)):
            return text
        head = body.rfind(b"\n", 0, head - 1) + 1
        if _bounds(moving, head, start, end)[0] > head:
            return within
        above = body[head:start].lstrip()
        text = escaped(above) + behind
        if escaped(above).encode() != above.replace(b"{", b"{{").replace(b"}", b"}}"):
            return within  # it is no UTF-8
    return text if _only(text, spelling, body, present) else within


@lru_cache(maxsize=16)
def _only(text: str, spelling: str, body: bytes, present: bytes) -> bool:
    """Whether a pattern matches nothing else in a file."""
    return all(body[start:end] == present for start, end, _ in template.compile(text).each(body, spelling))


def narrow(body: bytes, start: int, end: int, inner: str, moving: Spans = ()) -> str:
    """The pattern within the line."""
    head, tail = body.rfind(b"\n", 0, start) + 1, body.find(b"\n", end)
    left, right = _bounds(moving, head, start, len(body) if tail < 0 else tail)
    before, after = body[max(left, start - _LEFT) : start], body[end:right]
    if match := _NUMBERS.match(before):
        before = before[match.end() :]
    if not before.isascii():
        said = before.decode("utf-8", "surrogateescape")  # what is no UTF-8 no manifest can say
        before = said[max((at + 1 for at, char in enumerate(said) if "\udc80" <= char <= "\udcff"), default=0) :].encode()
    close = _CLOSE.match(after[:_RIGHT])
    return escaped(before.lstrip()) + inner + escaped(close[0] if close is not None else b"")


def _bounds(moving: Spans, head: int, start: int, tail: int) -> tuple[int, int]:
    """How far a text around ``start`` reaches within ``head`` and ``tail`` without one of those spans; the one at ``start`` is its own."""
    at = bisect_left(moving, (start, 0))
    after = at + 1 if at < len(moving) and moving[at][0] == start else at
    return max(head, moving[at - 1][1]) if at else head, min(tail, moving[after][0]) if after < len(moving) else tail


def values(text: str, spelling: str, body: bytes) -> list[str]:
    """What stands for the placeholders of a pattern, at every match in a file."""
    return [body[start:end].decode("utf-8", "replace") for start, end, _ in template.compile(text).find(body, spelling)]


def escaped(raw: bytes) -> str:
    """Bytes as the literal text of a template."""
    return raw.decode("utf-8", "replace").replace("{", "{{").replace("}", "}}")
