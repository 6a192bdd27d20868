"""What a rule set cannot mean: an anchor off its own grid, days that there are not, a cut after its release. Each with its place.

`contradictions` gives these, and those of `sync.policy.promises`: what is promised of LTS, phases and fixes and cannot be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sync.errors import counted
from sync.policy import calendar
from sync.policy.contradiction import Contradiction
from sync.policy.lines import number_of
from sync.policy.model import On, Rules
from sync.policy.promises import fixes, interval, long_term, phases
from sync.source import KeyPath


def contradictions(rules: Rules) -> Iterator[Contradiction]:
    """Everything in a rule set that cannot be meant."""
    anchor = rules.cadence.anchor
    if anchor is not None and not 1950 <= anchor[1].year <= 2150:
        yield Contradiction(("cadence", "anchor", "day"), f"the anchor is a release of the year {anchor[1].year}, should be one of 1950 to 2150")
        return
    yield from _lines(rules)
    yield from _cadence(rules)
    yield from _anchor(rules)
    yield from _off(rules)
    yield from _versions(rules)
    yield from _cut(rules)
    yield from long_term(rules)
    yield from phases(rules)
    yield from fixes(rules)


def wrong_day(on: On) -> str:
    """What is wrong with a day of a month, or ""."""
    if on.weekday is None and (on.nth or on.since):
        return "nth and since go with a weekday"
    if on.weekday is not None and on.day:
        return "a day is named twice, as day and as weekday"
    if on.nth and on.since:
        return "nth and since are two ways to say one thing"
    if on.day > 31 or on.since > 31 or on.nth > 5:
        return "a month has 31 days and five weeks at the most"
    return ""


def _lines(rules: Rules) -> Iterator[Contradiction]:
    bumps, first = rules.versions.bumps, rules.lines_from
    if first is not None and len(first) != (1 if bumps == "major" else 2) and first[0]:
        yield Contradiction(("lines-from",), f"releases raise the {bumps}, so a line is {'one number' if bumps == 'major' else 'two numbers, as in 5.2'}")
    if rules.after is not None and first is None:
        yield Contradiction(("after",), "after names the line before lines-from, which is not there", 'lines-from = "2028"')
    elif rules.after is not None and first is not None and rules.after >= first:
        yield Contradiction(("after",), "the line before lines-from should be a smaller one")


def _cadence(rules: Rules) -> Iterator[Contradiction]:
    cadence = rules.cadence
    path: KeyPath = ("cadence",)
    for at, month in enumerate(cadence.year):
        if month > 12:
            yield Contradiction((*path, "in", at), f"{month} is no month, should be 1 to 12")
    if sorted(set(cadence.year)) != list(cadence.year):
        yield Contradiction((*path, "in"), "the months of the year should stand in their order, each once")
    if cadence.weeks:
        if cadence.anchor is None:
            yield Contradiction(path, "a cadence of weeks has no anchor to count them from", "anchor = { version = ..., day = ... }")
        if cadence.on.day or cadence.on.nth or cadence.on.since:
            yield Contradiction(path, "a cadence of weeks takes a weekday alone, no day of the month")
    elif cadence.on == On() and (cadence.year or cadence.anchor is None):
        yield Contradiction(path, "a cadence of months names no day", 'day = 20, or weekday = "tuesday" with nth or since')
    elif cadence.months > 1 and cadence.anchor is None:
        yield Contradiction((*path, "months"), f"every {cadence.months} months from which on? there is no anchor", "anchor = { version = ..., day = ... }")


def _anchor(rules: Rules) -> Iterator[Contradiction]:
    cadence = rules.cadence
    if cadence.anchor is None or max(cadence.year, default=1) > 12 or wrong_day(cadence.on):
        return
    version, day = cadence.anchor
    path: KeyPath = ("cadence", "anchor")
    minors = rules.versions.minors
    if version.is_prerelease:
        yield Contradiction((*path, "version"), f"the anchor {version} is a candidate, should be a release")
    elif minors and rules.versions.bumps == "minor" and number_of(version, "minor")[1] >= minors:
        yield Contradiction((*path, "version"), f"the anchor {version} is never released: a major has {minors} minors")
    if cadence.weeks:
        if cadence.on.weekday is not None and day.weekday() != cadence.on.weekday:
            yield Contradiction((*path, "day"), f"{day} is a {day:%A}, and every release is on another weekday")
    elif (near := calendar.slot(cadence, calendar.index(cadence, day))) != day:
        yield Contradiction((*path, "day"), f"{day} is no day of this cadence, before anything moves it", f"the nearest is {near}")


def _off(rules: Rules) -> Iterator[Contradiction]:
    shift = rules.cadence.shift
    none = not shift.weekends and not shift.holidays
    if shift.holidays and not shift.countries:
        yield Contradiction(("cadence", "off"), "holidays of which countries?", 'countries = ["US"]')
    if shift.countries and not shift.holidays:
        yield Contradiction(("cadence", "countries"), "countries are named, but their holidays are not among the days off", 'off = ["weekends", "holidays"]')
    if none and shift.direction != "later":
        yield Contradiction(("cadence", "shift"), "nothing is shifted: no days are off", 'off = ["weekends"]')
    if none and rules.cut is not None and rules.cut.shifted:
        yield Contradiction(("cut", "shifted"), "no cut is shifted: the cadence has no days off", 'off = ["weekends"] in the cadence')


def _versions(rules: Rules) -> Iterator[Contradiction]:
    versions = rules.versions
    if versions.minors and versions.bumps == "major":
        yield Contradiction(("versions", "minors"), "every release raises the major, so a major has one minor", 'bumps = "minor"')
    if versions.candidates and versions.candidates == versions.development:
        yield Contradiction(("versions", "development"), f'candidates and development versions are both called "{versions.candidates}"')


def _cut(rules: Rules) -> Iterator[Contradiction]:
    cut, cadence = rules.cut, rules.cadence
    if cut is None or max(cadence.year, default=1) > 12 or wrong_day(cadence.on):
        return
    if cut.on is not None:
        if cadence.weeks:
            yield Contradiction(("cut",), "a cut on a day of the month goes with a cadence of months", "days-before = 14")
            return
        first = calendar.index(cadence, cadence.anchor[1] if cadence.anchor else date(2024, 1, 1))
        for at in range(first, first + 48):
            release = calendar.slot(cadence, at)
            when = calendar.cut(cut._replace(shifted=False), cadence.shift, release)
            if when is not None and when > release:
                yield Contradiction(("cut",), f"a branch would be cut on {when}, after the release of {release}", "the cut is counted in the month of the release; days-before reaches further back")
                return
    elif (between := interval(rules)) and cut.days > 4 * between:
        said = f"a branch would be cut {cut.days} days before its release, and releases are {counted(between, 'day')} apart"
        yield Contradiction(("cut", "days-before"), said, "releases overlap by four at the most")
