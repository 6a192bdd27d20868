"""release-please's marks in files: ``x-release-please-version`` and its like on a line, and blocks between ``x-release-please-start-...`` and ``-end``.

https://github.com/googleapis/release-please/blob/main/docs/customizing.md#updating-arbitrary-files
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from sync.importers.model import Mark
from sync.importers.search import escaped
from sync.source import Source

WORD: Final = b"x-release-please-"

_INLINE: Final = re.compile(rb"x-release-please-(major|minor|patch|version-date|version|date)")
_START: Final = re.compile(rb"x-release-please-start-(major|minor|patch|version-date|version|date)")
_END: Final = re.compile(rb"x-release-please-end")
_VERSION: Final = re.compile(rb"\d+\.\d+\.\d+(?:-[\w.]+)?(?:\+[-\w.]+)?")
_MAJOR: Final = re.compile(rb"\d+\b")
_NUMBER: Final = re.compile(rb"\b\d+\b")


class Marked(NamedTuple):
    """What the marks of one file say: versions, and lines (from 1) of which a date is rewritten, or in which there is nothing to rewrite."""

    marks: list[Mark]
    dates: list[int]
    empty: list[int]


def find(source: Source) -> Marked:
    """The first version, or number, on every marked line."""
    found = Marked([], [], [])
    for line, start, scope, at in _lines(source.body):
        text = source.body[start : source.body.find(b"\n", start) if b"\n" in source.body[start:] else len(source.body)]
        if "date" in scope:
            found.dates.append(line)
        if scope == "date":
            continue
        kind = scope.removesuffix("-date")
        match = (_VERSION if kind == "version" else _MAJOR if kind == "major" else _NUMBER).search(text)
        if match is None:
            if at is not None:
                found.empty.append(line)
            continue
        template = f"{{{kind}}}"
        found.marks.append(Mark(source.path, start + match.start(), start + match.end(), template, _pattern(text, match, at, template)))
    return found


def _lines(body: bytes) -> Iterator[tuple[int, int, str, tuple[int, int] | None]]:
    """Line number, first byte, scope, and where in the line its own mark stands; None within a block."""
    block, start = "", 0
    for number, line in enumerate(body.split(b"\n"), 1):
        inline = _INLINE.search(line)
        if inline:
            yield number, start, inline[1].decode(), inline.span()
        elif block:
            yield number, start, block, None
            block = "" if _END.search(line) else block
        elif opened := _START.search(line):
            block = opened[1].decode()
        start += len(line) + 1


def _pattern(line: bytes, version: re.Match[bytes], at: tuple[int, int] | None, template: str) -> str:
    """From the version to its mark, or the other way round: no other line reads so."""
    if at is None:
        return ""
    if version.end() <= at[0]:
        return template + escaped(line[version.end() : at[1]].decode())
    return escaped(line[at[0] : version.start()].decode()) + template
