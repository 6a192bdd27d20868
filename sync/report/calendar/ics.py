"""The schedule as an iCalendar (RFC 5545) that can be subscribed to: one event of a whole day for each branch cut, release, phase and end of life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from sync.policy.model import Line
from sync.report.calendar import View, lts_from

_EPOCH: Final = date(1970, 1, 1)
_PLAIN: Final = re.compile(r"[\w .:/()+@-]+", re.ASCII)
"""A text of which nothing has to be escaped."""

_LONGEST: Final = 74
"""Bytes of a line that icalendar does not fold; RFC 5545, 3.1 allows one more."""

_HEAD: Final = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//versync//versync schedule//EN\r\nREFRESH-INTERVAL;VALUE=DURATION:P1D\r\n"


class Event(NamedTuple):
    """What happens to a line on a day. ``kind`` names it within the line, and so makes the UID, which stays when the day moves."""

    line: Line
    kind: str
    day: date
    summary: str


def events(view: View) -> Iterator[Event]:
    """Every event of every line, by line. A release with which LTS begins says so."""
    for one in view.lines:
        lts = ", LTS" if lts_from(one) == one.release else ""
        if one.cut is not None:
            yield Event(one, "branch-cut", one.cut, f"{one.version}: branch cut")
        yield Event(one, "release", one.release, f"{one.version}: release{lts}")
        for window in one.windows:
            if window.start > one.release:
                kind, said = ("lts", "LTS") if window.start == lts_from(one) else (f"phase-{_slug(window.phase.name)}", window.phase.name)
                yield Event(one, kind, window.start, f"{one.name}: {said} begins")
        if one.end is not None and one.end > one.release:
            yield Event(one, "end-of-life", one.end, f"{one.name}: end of life")


def render(view: View) -> bytes:
    """The calendar. The same schedule gives the same bytes on every day, unless a train is overdue.

    DTSTAMP is the day of the newest fact that an event's day could have come from: the event's own day once that has passed, else the newest
    release, the rules' coming into force, or today where a train is overdue. SEQUENCE counts it from 1970, and so never goes back.
    """
    name = view.schedule.policy.name
    stamp = _stamp(view)
    lines = [_HEAD, _line("X-WR-CALNAME", f"{view.schedule.policy.title} releases")]
    for one in events(view):
        at = min(one.day, stamp)
        lines.append(
            b"BEGIN:VEVENT\r\n%sDTSTAMP:%sT000000Z\r\nDTSTART;VALUE=DATE:%s\r\nSEQUENCE:%d\r\n%sTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"
            % (_line("UID", f"{one.kind}-{one.line.name}@{name}.versync"), _basic(at), _basic(one.day), (at - _EPOCH).days, _line("SUMMARY", f"{view.schedule.policy.title} {one.summary}"))
        )
    return b"".join((*lines, b"END:VCALENDAR\r\n"))


def _stamp(view: View) -> date:
    lines = view.schedule.lines
    if any(not one.actual and one.due is not None and one.due < one.release for one in lines):
        return view.day
    facts = [each.day for made in view.releases.values() for each in made]
    return max([*facts, *(one.release for one in lines if one.actual), *(one.rules.effective for one in lines if one.rules.effective <= view.day)], default=view.day)


def _basic(day: date) -> bytes:
    return b"%04d%02d%02d" % (day.year, day.month, day.day)


def _slug(name: str) -> str:
    return "-".join(name.lower().split())


def _line(key: str, text: str) -> bytes:
    """A property of type TEXT. What has to be escaped or folded, icalendar escapes and folds: it takes 130 ms to load, and 90 µs a line."""
    if len(key) + 1 + len(text) <= _LONGEST and _PLAIN.fullmatch(text):
        return f"{key}:{text}\r\n".encode()
    from icalendar import vText
    from icalendar.parser import Contentline, Parameters

    return bytes(Contentline.from_parts(key, Parameters(), vText(text)).to_ical()) + b"\r\n"
