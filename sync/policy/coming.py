"""What leaves next, and which release carries a day's work: questions to a schedule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sync.policy import calendar
from sync.policy.lines import Schedule
from sync.policy.model import Line, Number, Released
from sync.version import Version


class Next(NamedTuple):
    """The release that leaves next, as seen on ``day``. ``candidate``: its newest candidate that there is, else the first one to come; None where the rules name none.

    ``missed`` is how many trains have passed since the release before it without one; ``ends`` are the lines whose support ends with it.
    """

    line: Line
    day: date
    last: Line | None
    candidate: Version | None
    tagged: bool
    missed: int
    ends: tuple[Line, ...]

    @property
    def overdue(self) -> int:
        """By how many days its train should have left; 0 where it is not late."""
        return max((self.day - self.line.due).days, 0) if self.line.due is not None else 0


def upcoming(seen: Schedule, releases: Iterable[Released]) -> Next | None:
    """The first line that is not out on the schedule's day; None where it holds none that is still to come."""
    line = next((one for one in seen.lines if not one.actual and one.release >= seen.day), None)
    if line is None:
        return None
    last = next((one for one in reversed(seen.lines) if one.number < line.number), None)
    kind = line.rules.versions.candidates
    made = [one.version for one in releases if one.day <= seen.day and one.version.is_prerelease and one.version.final == line.version and one.version.dev is None]
    candidate = max(made) if made else Version(line.version.release, (kind, 1)) if kind else None
    ends = tuple(one for one in seen.lines if one.end == line.release and one.release < line.release)
    return Next(line, seen.day, last, candidate, bool(made), _missed(line, last, seen.day), ends)


def _missed(line: Line, last: Line | None, day: date) -> int:
    """How many more trains have passed since the one that a line should have been."""
    if last is None or not last.actual or line.due is None:
        return 0
    train = first = calendar.train(line.rules.cadence, line.due)
    while calendar.leaves(line.rules.cadence, train + 1) <= day:
        train += 1
    return train - first


def carrier(seen: Schedule, day: date, after: Number) -> Line | None:
    """The first line after that number whose branch is cut on the day or later; without a rule for cuts, that is released then."""
    return next((one for one in seen.lines if one.number > after and (one.cut or one.release) >= day), None)
