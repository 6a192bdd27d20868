"""Marks in a file -> literal patterns that hit just these and nothing else in it, each with as much of what stands around as that takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from sync import template
from sync.importers.model import Mark
from sync.importers.search import escaped
from sync.source import Source

_TOKEN: Final = re.compile(r"\w+|[^\w\s]+")
_MOST: Final = 12
"""Tokens to the left of a version that are tried one after another; then the whole line."""


class Texts(NamedTuple):
    """The patterns, each with the marks that it hits, and the marks that no pattern tells apart from what must stay."""

    found: list[tuple[str, list[Mark]]]
    lost: list[Mark]


def of(source: Source, marks: Sequence[Mark], spelling: str, above: int = 0) -> Texts:
    """The patterns for all marks of one file; ``above`` is how many of the lines before its own may be taken to tell a version from others."""
    wanted = {mark.start: mark for mark in sorted(set(marks), key=lambda one: (one.start, -one.end))}
    left = dict(wanted)
    found: dict[str, list[Mark]] = {}
    lost = []
    while left:
        mark = left[min(left)]
        for candidate in _candidates(source, mark, wanted, above):
            hit = _hit(source, candidate, wanted, spelling)
            if hit is not None and mark in hit:
                found[candidate] = hit
                for one in hit:
                    left.pop(one.start, None)
                break
        else:
            lost.append(left.pop(mark.start))
    for candidate in list(found):  # what a later, longer text hits as well
        others = {one for text, hit in found.items() if text != candidate for one in hit}
        if others.issuperset(found[candidate]):
            del found[candidate]
    return Texts(list(found.items()), lost)


def _hit(source: Source, candidate: str, wanted: dict[int, Mark], spelling: str) -> list[Mark] | None:
    """The marks that a pattern hits; None where it hits anything else, or nothing."""
    try:
        compiled = template.compile(candidate)
    except ValueError:
        return None
    hit = []
    for start, end, inner in compiled.find(source.body, spelling):
        inside = [mark for mark in wanted.values() if start <= mark.start and mark.end <= end]
        if not inside or inside[0].start != start or max(mark.end for mark in inside) != end or _templated(source, start, end, inside) != inner:
            return None
        hit += inside
    return hit or None


def _templated(source: Source, start: int, end: int, marks: Sequence[Mark]) -> str:
    """A stretch of the file with the marks in it as templates."""
    text, at = "", start
    for mark in sorted(marks):
        if start <= mark.start and mark.end <= end and mark.start >= at:
            text += escaped(source.body[at : mark.start].decode()) + mark.template
            at = mark.end
    return text + escaped(source.body[at:end].decode())


def _candidates(source: Source, mark: Mark, wanted: dict[int, Mark], above: int) -> Iterator[str]:
    """The tool's own pattern; then what stands to the left of the version, word by word; then what stands to the right."""
    if mark.pattern and mark.pattern != mark.template:
        yield mark.pattern
    first = source.body.rfind(b"\n", 0, mark.start) + 1
    last = source.body.find(b"\n", mark.end)
    last = len(source.body) if last < 0 else last
    last -= source.body[first:last].endswith(b"\r")
    marks = [one for one in wanted.values() if first <= one.start and one.end <= last]
    before, after = source.body[first : mark.start].decode(), source.body[mark.end : last].decode()
    starts = [first + len(before[: token.start()].encode()) for token in _TOKEN.finditer(before)]
    ends = [mark.end + len(after[: token.end()].encode()) for token in _TOKEN.finditer(after)]
    closed = mark.end + 1 if before[-1:] in ("'", '"', "`") and after[:1] == before[-1:] else mark.end
    words = [at for at in reversed(starts) if re.search(r"[^\W\d_]{2}", source.body[at : mark.start].decode())][:_MOST]
    for start in words or ([first] if before.strip() else [mark.start]):
        yield _templated(source, _whole(start, marks, left=True), closed, marks)
    for start in [*words[:1], first]:
        for end in ends:
            yield _templated(source, _whole(start, marks, left=True), _whole(end, marks, left=False), marks)
    yield _templated(source, first, last, marks)
    for _ in range(above):
        first = source.body.rfind(b"\n", 0, max(first - 1, 0)) + 1
        yield _templated(source, first, closed, [one for one in wanted.values() if first <= one.start and one.end <= last])


def _whole(at: int, marks: Sequence[Mark], *, left: bool) -> int:
    """The place, moved out of a mark that it would cut in two."""
    for mark in marks:
        if mark.start < at < mark.end:
            return mark.start if left else mark.end
    return at
