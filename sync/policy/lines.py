"""The release lines of a project as seen on a day: those that there are, from its releases, and those to come, from its rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sync.errors import UsageError, problem
from sync.manifest.model import At
from sync.policy import calendar
from sync.policy.calendar import UnknownCountryError
from sync.policy.model import Line, Lts, Number, Phase, Policy, Released, Rules, Versions, Window
from sync.version import Version


class Start(NamedTuple):
    """A line before its support is known: its number, the version and the day with which it begins, and the train that it is.

    The rules of the day ``by`` count for it: of a line that is out, today's; of one to come, those that will be in force once its turn comes.
    """

    number: Number
    version: Version
    due: date | None
    release: date
    actual: bool
    newest: Version
    by: date


class Schedule(NamedTuple):
    """All lines, oldest first, as seen on ``day``. ``policy`` and ``rules`` (the name of a rule set, or "") are what it was made by."""

    policy: Policy
    day: date
    rules: str
    lines: tuple[Line, ...]

    @property
    def paper(self) -> bool:
        """Whether it is by the rules alone, without any release."""
        return not any(one.actual for one in self.lines)

    def line(self, number: Number) -> Line | None:
        """The line of that number, if it is on the schedule."""
        return next((one for one in self.lines if one.number == number), None)

    def coming(self) -> Iterator[Line]:
        """The lines that are not out yet, the next one first."""
        return (one for one in self.lines if not one.actual)

    def supported(self, day: date) -> list[Line]:
        """The lines that are in a phase of support on a day, newest first."""
        return [one for one in reversed(self.lines) if one.release <= day and one.window(day) is not None]


def number_of(version: Version, bumps: str) -> Number:
    """The line of a version: its major, and its minor where releases raise that, or where the major is 0 (https://semver.org, 4)."""
    return (version.major,) if bumps == "major" and version.major else (version.major, version.minor)


def next_number(number: Number, versions: Versions) -> Number:
    """The line after one: 47 -> 48, 0.36 -> 0.37, 5.2 -> 6.0 where a major has three minors."""
    if len(number) == 1:
        return (number[0] + 1,)
    if versions.bumps == "minor" and versions.minors and number[1] + 1 >= versions.minors:
        return (number[0] + 1, 0)
    return (number[0], number[1] + 1)


def is_lts(lts: Lts | None, number: Number, versions: Versions) -> bool:
    """Whether a line has long-term support by the rule."""
    if lts is None or number in lts.exclude:
        return False
    if number in lts.also or number == lts.first:
        return True
    if number < lts.first or len(number) != len(lts.first):
        return False
    if lts.divisible:
        return number[-1] % lts.divisible == 0
    if len(number) == 1:
        return (number[0] - lts.first[0]) % lts.every == 0
    if not versions.minors:
        return number[0] == lts.first[0] and (number[1] - lts.first[1]) % lts.every == 0
    return ((number[0] - lts.first[0]) * versions.minors + number[1] - lts.first[1]) % lts.every == 0


def in_force(policy: Policy, day: date, rules: str = "") -> Rules:
    """The rule set that counts on a day, or the one of that name. Raises UsageError where there is none."""
    found = policy.on(day, name=rules)
    if found is None:
        known = ", ".join(one.id for one in policy.rules)
        said = f'no rule set is called "{rules}"' if rules else f"no rule set is in force on {day}; the first is so from {policy.rules[0].effective}"
        raise UsageError(problem(said, path=policy.path, hint=f"--rules ID, one of {known}"))
    return found


def for_line(policy: Policy, day: date, number: Number, rules: str = "") -> Rules:
    """The rule set that counts for a line on a day: where none speaks of it, the one in force. Raises UsageError as `in_force` does."""
    return policy.on(day, number, rules) or in_force(policy, day, rules)


def schedule(policy: Policy, releases: Iterable[Released], day: date, *, rules: str = "", until: date | None = None, count: int = 1) -> Schedule:
    """The lines that are out by ``day``, and those to come: ``count`` of them, and all that are due by ``until``.

    Real days beat computed ones; a train that is overdue leaves on the next day that is not off, at the earliest. Without any release the lines are those on paper, from
    the cadence's anchor on. ``rules`` picks a rule set by its name.

    Raises UsageError where there is no such rule set, none in force on that day, nothing to count from, or a country whose holidays nobody knows.
    """
    try:
        starts = _actual(policy, releases, day, rules)
        known = len(starts)
        shown = ahead = 0  # of those without a release, and of those that leave after the day
        for start in _coming(policy, starts, day, rules):
            wanted = ahead < count or start.release <= max(until or day, day)
            if wanted and len(starts) == known + shown:
                shown += 1
                ahead += start.release > day
            elif len(starts) - known - shown >= _reach(policy, day, rules):
                break
            starts.append(start)
        ends = _Ends(starts)
        return Schedule(policy, day, rules, tuple(ends.line(for_line(policy, one.by, one.number, rules), at) for at, one in enumerate(starts[: known + shown])))
    except UnknownCountryError as error:
        at = next((one.cadence.shift.at for one in policy.rules if error.country in one.cadence.shift.countries), At())
        raise UnknownCountryError(error.country, policy.path, *at) from None
    except (OverflowError, ValueError):  # of datetime: beyond the years 1 to 9999
        here = in_force(policy, day, rules)
        raise UsageError(problem(f"the rules of {here.id} lead beyond the year 9999", path=policy.path, line=here.at.line, column=here.at.column, hint="a nearer day, or fewer releases")) from None


def _actual(policy: Policy, releases: Iterable[Released], day: date, rules: str) -> list[Start]:
    """The lines that have begun, by number. A line begins with its first release that is no candidate, whatever that is called: ``38.0.0`` was never tagged."""
    in_force(policy, day, rules)
    found: dict[Number, Start] = {}
    for at, version in sorted((one.day, one.version) for one in releases if one.day <= day and not one.version.is_prerelease):
        then = policy.on(at, (version.major, version.minor), rules) or policy.rules[0]  # the form of a number is that of the rules of its day
        number = number_of(version, then.versions.bumps)
        known = found.get(number) or Start(number, version, None, at, True, version, day)
        found[number] = known._replace(newest=max(version, known.newest))
    return [found[number]._replace(due=_due(policy.on(found[number].release, number, rules), found[number].release)) for number in sorted(found)]


def _due(rules: Rules | None, release: date) -> date | None:
    """The day of the train that a release was, by the rules of its own day; None where there were none yet."""
    return calendar.leaves(rules.cadence, calendar.train(rules.cadence, release)) if rules is not None else None


def _coming(policy: Policy, starts: Sequence[Start], day: date, rules: str) -> Iterator[Start]:
    """The lines after those that have begun, without end. An overdue one is due since the first train that it missed; the others that have passed are skipped."""
    last = starts[-1] if starts else None
    paper = last is None
    if last is None:
        first = in_force(policy, day, rules)
        if first.cadence.anchor is None:
            hint = "name the repository that has the tags (--repo NAME=PATH), or give the cadence an anchor"
            raise UsageError(problem("there is no release to count from", path=policy.path, line=first.at.line, column=first.at.column, hint=hint))
        version, at = first.cadence.anchor
        due = calendar.shifted(first.cadence.shift, at)
        last = Start(number_of(version, first.versions.bumps), version, due, due, False, version, day)
        yield last
    number, at = last.number, max((one.due or one.release for one in starts), default=last.release)
    while True:
        by = max(day, at)
        number = _following(policy, by, number, rules)
        cadence = for_line(policy, by, number, rules).cadence
        train = calendar.train(cadence, at) + 1
        while (due := calendar.leaves(cadence, train)) <= at:
            train += 1
        while not paper and calendar.leaves(cadence, train + 1) <= day:
            train += 1
        version = Version((*number, 0, 0)[:3])
        soonest = due if paper or due >= day else calendar.shifted(cadence.shift._replace(direction="later"), day + calendar.DAY)
        yield Start(number, version, due, soonest, False, version, by)
        at = calendar.leaves(cadence, train)


def _following(policy: Policy, day: date, number: Number, rules: str) -> Number:
    """The line after one by the rules of a day: `next_number`, unless numbers jump there."""
    jumps = [one.lines_from for one in policy.rules if one.after == number and (one.id == rules if rules else not one.draft and one.effective <= day)]
    return jumps[-1] or number if jumps else next_number(number, for_line(policy, day, number, rules).versions)


def _reach(policy: Policy, day: date, rules: str) -> int:
    """How many lines after it the end of a line may depend on."""
    most = 0
    for one in policy.rules if not rules else (in_force(policy, day, rules),):
        most = max(most, *(phase.span.releases for phase in one.phases), 0)
        if one.lts is not None and one.lts.active:
            most = max(most, (one.lts.active + len(one.lts.exclude)) * (one.lts.divisible or one.lts.every))
    return most


class _Ends:
    """The windows of lines whose beginnings are known."""

    def __init__(self, starts: Sequence[Start]) -> None:
        self.starts = starts
        self._lts: dict[str, list[int]] = {}

    def line(self, rules: Rules, at: int) -> Line:
        start = self.starts[at]
        lts = is_lts(rules.lts, start.number, rules.versions)
        grid = calendar.slot(rules.cadence, calendar.train(rules.cadence, start.due or start.release))
        cut = calendar.cut(rules.cut, rules.cadence.shift, grid)
        cut = min(cut, start.release) if cut is not None else None
        return Line(start.number, start.version, cut, start.due, start.release, start.actual, lts, tuple(self.windows(rules, at, lts)), start.newest, rules)

    def windows(self, rules: Rules, at: int, lts: bool) -> Iterator[Window]:
        """The phases of a line, one after the other; an end that lies before its start is its start. LTS lines end when too many are newer."""
        release = begin = self.starts[at].release
        last = self.superseded(rules, at) if lts else None
        for phase in rules.phases:
            if phase.lines == ("ordinary" if lts else "lts"):
                continue
            end = self.end(phase, at, release if phase.span.whole else begin)
            end = last if end is None or last is not None and last < end else max(end, begin)
            if end is None or end > begin:
                yield Window(phase, begin, end)
            if end is None:
                return
            begin = end

    def end(self, phase: Phase, at: int, start: date) -> date | None:
        if not phase.span.releases:
            return calendar.after(phase.span, start)
        return self.out(range(at + 1, len(self.starts)), phase.span.releases)

    def superseded(self, rules: Rules, at: int) -> date | None:
        """The day on which so many newer LTS lines are out that this one is none of the active ones."""
        assert rules.lts is not None, "asked for LTS lines alone"
        if not rules.lts.active:
            return None
        if rules.id not in self._lts:
            self._lts[rules.id] = [index for index, one in enumerate(self.starts) if is_lts(rules.lts, one.number, rules.versions)]
        return self.out([one for one in self._lts[rules.id] if one > at], rules.lts.active)

    def out(self, newer: Iterable[int], count: int) -> date | None:
        """The day on which ``count`` of these lines are out, in whichever order they came."""
        days = sorted(self.starts[one].release for one in newer)
        return days[count - 1] if len(days) >= count else None
