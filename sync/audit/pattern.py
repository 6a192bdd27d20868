"""The literal pattern that would find a version again where it stands: ``text`` of a place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sync import template

_LEFT, _RIGHT = 80, 24
"""Bytes of a line that a pattern takes along, at most, before and after the version."""

_NUMBERS: Final = re.compile(rb".*(?<![A-Za-z])[0-9][0-9.]*[0-9](?:[A-Za-z0-9]*)")
"""What ends with another number, which may change by itself."""

_CLOSE: Final = re.compile(rb"</[A-Za-z][\w.:-]{0,40}>|[\"'`\])>},;]{1,3}|[-./_](?:[A-Za-z]{1,12}|[0-9](?![0-9.]))?")
"""What closes a version."""


def surroundings(body: bytes, start: int, end: int, inner: str, spelling: str) -> str:
    """The literal pattern for a span: what stands before it in its line, ``inner``, and what closes it.

    A file that holds nothing else has ``inner`` alone. Numbers that may change by themselves are cut off. What a place matches, a bump
    writes: where the pattern would match another number of the file as well, it takes the one or two lines above along.
    """
    head = body.rfind(b"\n", 0, start) + 1
    text = within = narrow(body, start, end, inner)
    behind = inner + within.rpartition(inner)[2]
    present = body[start:end]
    for _ in range(2):
        if head == 0 or start - head > 3 * _LEFT or _only(text, spelling, body, present):
            return text
        head = body.rfind(b"\n", 0, head - 1) + 1
        text = _escaped(body[head:start].lstrip()) + behind
    return text if _only(text, spelling, body, present) else within


@lru_cache(maxsize=16)
def _only(text: str, spelling: str, body: bytes, present: bytes) -> bool:
    """Whether a pattern matches nothing else in a file."""
    return all(body[start:end] == present for start, end, _ in template.compile(text).each(body, spelling))


def narrow(body: bytes, start: int, end: int, inner: str) -> str:
    """The pattern within the line."""
    head, tail = body.rfind(b"\n", 0, start) + 1, body.find(b"\n", end)
    before, after = body[max(head, start - _LEFT) : start], body[end : len(body) if tail < 0 else tail]
    if match := _NUMBERS.match(before):
        before = before[match.end() :]
    close = _CLOSE.match(after[:_RIGHT])
    return _escaped(before.lstrip()) + inner + _escaped(close[0] if close is not None else b"")


def values(text: str, spelling: str, body: bytes) -> list[str]:
    """What stands for the placeholders of a pattern, at every match in a file."""
    return [body[start:end].decode("utf-8", "replace") for start, end, _ in template.compile(text).find(body, spelling)]


def _escaped(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("{", "{{").replace("}", "}}")
