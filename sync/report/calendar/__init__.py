"""The schedule for people, for programs, and in the formats of other projects: pure functions of a view, which holds its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sync.policy.lines import Schedule, number_of
from sync.policy.model import Line, Number, Released


class View(NamedTuple):
    """A schedule, those of its lines that are asked for (oldest first), and the releases of each line without candidates, oldest first."""

    schedule: Schedule
    lines: tuple[Line, ...]
    releases: Mapping[Number, Sequence[Released]]

    @property
    def day(self) -> date:
        """The day as of which everything is said."""
        return self.schedule.day

    @property
    def title(self) -> str:
        """``wasmtime on 2026-11-27, by docs-2026-08-11``: by the rules of the newest line that is shown."""
        rules = self.schedule.rules or next((one.rules.id for one in reversed(self.schedule.lines) if one.release <= self.day), self.schedule.lines[0].rules.id)
        return f"{self.schedule.policy.name} on {self.day}, by {rules}"

    def coming(self, line: Line) -> bool:
        """Whether a line is not out on the day. One that is due that day, and has no tag, is not."""
        return line.release > self.day or line.release == self.day and not line.actual

    def newest(self, line: Line) -> Released:
        """The newest release of a line, or the first one to come."""
        made = self.releases.get(line.number)
        return made[-1] if made else Released(line.newest, line.release)

    def state(self, line: Line) -> str:
        """The line's state on the day; ``today`` where it is due and has no tag."""
        return "today" if not line.actual and line.release == self.day else line.state(self.day)


class Wanted(NamedTuple):
    """Which lines are shown. ``coming``: so many that are not out. ``past``: all that were released, from a line or a day on; else those in support and the last ``ended`` ones."""

    coming: int = 6
    past: bool = False
    since: Number = ()
    start: date | None = None
    until: date | None = None
    ended: int = 3


def view(schedule: Schedule, releases: Iterable[Released] = (), wanted: Wanted | None = None) -> View:
    """What is wanted of a schedule (default: all of it). ``releases`` are those that it was made of."""
    by_line: dict[Number, list[Released]] = {}
    bumps = schedule.lines[-1].rules.versions.bumps
    for one in sorted(one for one in releases if one.day <= schedule.day and not one.version.is_prerelease):
        by_line.setdefault(number_of(one.version, bumps), []).append(one)
    whole = View(schedule, schedule.lines, by_line)
    return whole._replace(lines=tuple(_selected(whole, wanted))) if wanted is not None else whole


def _selected(whole: View, wanted: Wanted) -> list[Line]:
    out = [one for one in whole.lines if not whole.coming(one)]
    if wanted.since or wanted.start is not None:
        out = [one for one in out if one.number >= wanted.since[: len(one.number)] and one.release >= (wanted.start or one.release)]
    elif not wanted.past:
        ended = [one.number for one in out if one.window(whole.day) is None]
        shown = set(ended[max(len(ended) - wanted.ended, 0) :])
        out = [one for one in out if one.number in shown or one.window(whole.day) is not None]
    coming = [one for one in whole.lines if whole.coming(one)]
    if wanted.until is not None:
        return [one for one in (*out, *coming) if one.release <= wanted.until]
    return out + coming[: wanted.coming]


def maintenance(line: Line) -> date | None:
    """The day on which a line gets less than before: its phase of that name begins, or a last one with fewer kinds of fix; None without such a phase."""
    named = next((one.start for one in line.windows if "maintenance" in one.phase.name.lower()), None)
    if named is None and len(line.windows) > 1 and set(line.windows[-1].phase.fixes) < set(line.windows[-2].phase.fixes):
        return line.windows[-1].start
    return named


def lts_from(line: Line) -> date | None:
    """The day from which a line is LTS: its first phase begins that ordinary lines do not have; without one, its release; None where it is no LTS line."""
    if not line.lts:
        return None
    ordinary = {phase.name for phase in line.rules.phases if phase.lines == "ordinary"}
    own = [phase.name for phase in line.rules.phases if phase.lines == "lts" and phase.name not in ordinary]
    return next((one.start for one in line.windows if one.phase.name in own), None) if own else line.release
