"""The geometry of the timeline: lines on an axis of days. Across in percent of the width, so that it stretches while its text does not; down in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from sync.report.page.model import Line, Phase

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

STEPS: Final = (1, 3, 6, 12, 24, 60, 120)
"""Months between two ticks; the first with which there are few enough."""

TICKS: Final = 13

PAST, FUTURE = 15, 36
"""How many months before and after the day are shown at most; a line that reaches farther is cut off there."""


class Style(NamedTuple):
    """How lines are laid out: ``gutter`` in percent, for the names on the left (0: they stand above their bars); the rest in pixels.

    ``room`` is what a label needs beside its bar, in percent.
    """

    gutter: float
    head: int
    row: int
    bar: int
    above: int
    room: float


WIDE: Final = Style(13, 48, 36, 18, 9, 20)
NARROW: Final = Style(0, 48, 46, 14, 24, 0)


class Tick(NamedTuple):
    """A mark on the axis: the first of a month, or of a ``year``."""

    at: float
    label: str
    year: bool


class Bar(NamedTuple):
    """One phase. ``style`` counts the phases that the timeline has; ``title`` says it in words."""

    at: float
    width: float
    style: int
    title: str


class Track(NamedTuple):
    """One line: its name, its bars, and the label beside them. ``look`` is ``ended``, ``out`` or ``planned``; ``anchor`` as in SVG."""

    name: str
    lts: bool
    look: str
    top: int
    bars: tuple[Bar, ...]
    label: str
    label_at: float
    shift: int
    anchor: str


class Timeline(NamedTuple):
    """Everything that is drawn, in order from the top. ``phases`` are the names that `Bar.style` counts."""

    style: Style
    height: int
    today: float
    today_anchor: str
    ticks: tuple[Tick, ...]
    tracks: tuple[Track, ...]
    phases: tuple[str, ...]


def text(day: date) -> str:
    """A day as everybody reads it, in any language: 27 Nov 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month(day: date, months: int = 0) -> date:
    """The first of the month so many months after a day's."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def reach(lines: Sequence[Line], day: date) -> tuple[date, date]:
    """The first days of the months between which everything lies, as far as `PAST` and `FUTURE` allow.

    A line that is planned does not stretch the axis with its end: its beginning is what it is shown for.
    """
    ends = [month(day)]
    for one in lines:
        end = (one.phases[-1].end or month(day, FUTURE)) if one.phases else one.release
        ends.append(end if one.out else min(end, month(one.release, 4)))
    first = min([one.release for one in lines] + [day])
    return max(month(first), month(day, -PAST)), min(month(max(ends), 1), month(day, FUTURE))


def ticks(start: date, end: date) -> list[tuple[date, str, bool]]:
    """Marks on the first of months: the year in January and on the first of them, else the month."""
    months = (end.year - start.year) * 12 + end.month - start.month
    step = next((one for one in STEPS if months // one < TICKS), STEPS[-1])
    count = start.year * 12 + start.month - 1
    at = [date(one // 12, one % 12 + 1, 1) for one in range(-(-count // step) * step, count + months + 1, step)]
    found = []
    for one in at:
        january = one.month == 1
        lone = not any(other.month == 1 for other in at) and one == at[0]
        found.append((one, str(one.year) if january else f"{MONTHS[one.month - 1]} {one.year}" if lone else MONTHS[one.month - 1], january or lone))
    return found


def phases(lines: Iterable[Line]) -> tuple[str, ...]:
    """The names of all phases, each once, those of ordinary lines first."""
    return tuple(dict.fromkeys(each.name for one in sorted(lines, key=lambda one: one.lts) for each in one.phases))


def lay_out(lines: Sequence[Line], day: date, style: Style) -> Timeline:
    """The timeline of these lines, the first on top."""
    start, end = reach(lines, day)
    span = (end - start).days

    def at(when: date) -> float:
        return style.gutter + (100 - style.gutter) * min(max((when - start).days / span, 0), 1)

    names = phases(lines)
    tracks = []
    for index, one in enumerate(lines):
        bars = []
        for each in one.phases:
            left, right = at(each.start), at(each.end or end)
            if right > left:
                bars.append(Bar(left, right - left, names.index(each.name), _said(one, each)))
        where = (bars[0].at, bars[-1].at + bars[-1].width) if bars else (at(one.release), at(one.release))
        tracks.append(Track(one.name, one.lts, "planned" if not one.out else "out" if one.supported(day) else "ended", style.head + index * style.row, tuple(bars), *_label(one, day, where, style)))
    today = at(day)
    anchor = "start" if today < style.gutter + 6 else "end" if today > 94 else "middle"
    marks = tuple(Tick(at(when), label, year) for when, label, year in ticks(start, end))
    return Timeline(style, style.head + len(lines) * style.row + 4, today, anchor, marks, tuple(tracks), names)


def _said(one: Line, each: Phase) -> str:
    return f"{one.name}: {each.name} from {text(each.start)}" + (f" to {text(each.end)}" if each.end is not None else ", with no end stated")


def _label(one: Line, day: date, bars: tuple[float, float], style: Style) -> tuple[str, float, int, str]:
    """What stands beside a bar, and where: after it, before it where there is no room, else at the right edge (text, percent, pixels, anchor)."""
    if not one.out:
        said = f"from {text(one.release)}"
    elif one.ends is None:
        said = "no end stated"
    elif one.ends_with:
        said = f"until {one.ends_with} is out"
    else:
        said = f"{'until' if one.ends > day else 'ended'} {text(one.ends)}"
    left, right = bars
    if not style.gutter:
        return said, 100, 0, "end"
    if 100 - right >= style.room:
        return said, right, 8, "start"
    if left - style.gutter >= style.room:
        return said, left, -8, "end"
    return said, 100, -8, "end"
