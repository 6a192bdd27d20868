"""What a rule set cannot mean: support longer than can be, LTS that is never due, a cut after its release. Each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sync.policy import calendar
from sync.policy.lines import is_lts, next_number
from sync.policy.model import Lts, Number, On, Rules
from sync.source import KeyPath


class Contradiction(NamedTuple):
    """What is wrong, and the key that it stands at, within the rule set's table."""

    path: KeyPath
    message: str
    hint: str = ""


def contradictions(rules: Rules) -> Iterator[Contradiction]:
    """Everything in a rule set that cannot be meant."""
    yield from _cadence(rules)
    yield from _cut(rules)
    yield from _lts(rules)
    yield from _phases(rules)
    yield from _fixes(rules)


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
        elif cadence.on.weekday is not None and cadence.anchor[1].weekday() != cadence.on.weekday:
            yield Contradiction((*path, "anchor", "day"), f"{cadence.anchor[1]} is a {cadence.anchor[1]:%A}, and every release is on another weekday")
        if cadence.on.day or cadence.on.nth or cadence.on.since:
            yield Contradiction(path, "a cadence of weeks takes a weekday alone, no day of the month")
    elif cadence.on == On():
        yield Contradiction(path, "a cadence of months names no day", 'day = 20, or weekday = "tuesday" with nth or since')
    elif cadence.months > 1 and cadence.anchor is None:
        yield Contradiction((*path, "months"), f"every {cadence.months} months from which on? there is no anchor", "anchor = { version = ..., day = ... }")
    if cadence.shift.holidays and not cadence.shift.countries:
        yield Contradiction((*path, "off"), "holidays of which countries?", 'countries = ["US"]')
    if cadence.shift.countries and not cadence.shift.holidays:
        yield Contradiction((*path, "countries"), "countries are named, but their holidays are not among the days off", 'off = ["weekends", "holidays"]')


def _cut(rules: Rules) -> Iterator[Contradiction]:
    cut = rules.cut
    if cut is None:
        return
    cadence = rules.cadence
    if cut.on is not None:
        if cadence.weeks:
            yield Contradiction(("cut",), "a cut on a day of the month goes with a cadence of months", "days-before = 14")
            return
        start = cadence.anchor[1] if cadence.anchor else date(2024, 1, 1)
        for at in range(calendar.index(cadence, start), calendar.index(cadence, start) + 48):
            release = calendar.slot(cadence, at)
            when = calendar.cut(cut, cadence.shift, release)
            if when is not None and when > release:
                yield Contradiction(("cut",), f"a branch would be cut on {when}, after the release of {release}", "the cut is counted in the month of the release; days-before reaches further back")
                return
    elif cut.days and (between := _interval(rules)) and cut.days > 4 * between:
        yield Contradiction(("cut", "days-before"), f"a branch would be cut {cut.days} days before its release, and releases are {between} days apart")


def _interval(rules: Rules) -> int:
    """Days from one release to the next, about; 0 where the cadence is broken."""
    cadence = rules.cadence
    if cadence.weeks:
        return cadence.weeks * 7
    return cadence.months * 30 or 365 // (len(cadence.year) or 365)


def _numbers(rules: Rules, lts: Lts) -> Iterator[Number]:
    """The lines from the first LTS one on, as many as could matter."""
    number = lts.first
    for _ in range(2 * (lts.divisible or lts.every) + 2):
        yield number
        number = next_number(number, rules.versions)


def _lts(rules: Rules) -> Iterator[Contradiction]:
    lts = rules.lts
    if lts is None:
        return
    bumps, path = rules.versions.bumps, ("lts",)
    parts = 1 if bumps == "major" else 2
    for key, numbers in (("first", (lts.first,)), ("also", lts.also), ("except", lts.exclude)):
        for at, number in enumerate(numbers):
            if len(number) != parts:
                place: KeyPath = (*path, key) if key == "first" else (*path, key, at)
                yield Contradiction(place, f"{'.'.join(map(str, number))} is no line: releases raise the {bumps}, so a line is {'a number' if parts == 1 else 'two numbers, as in 5.2'}")
    if len(lts.first) != parts:
        return
    if rules.versions.minors and parts == 2 and lts.first[1] >= rules.versions.minors:
        yield Contradiction((*path, "first"), f"LTS is never due: {'.'.join(map(str, lts.first))} is never released, a major has {rules.versions.minors} minors")
        return
    if lts.divisible and lts.first[-1] % lts.divisible and lts.first not in lts.also:
        fitting = lts.first[-1] + lts.divisible - lts.first[-1] % lts.divisible
        yield Contradiction((*path, "first"), f"the first LTS line {lts.first[-1]} is not divisible by {lts.divisible}", f"{fitting} is; or name it in also")
    if lts.first in lts.exclude:
        yield Contradiction((*path, "first"), "the first LTS line is among the exceptions")
    for at, number in enumerate(lts.also):
        if number in lts.exclude:
            yield Contradiction((*path, "also", at), f"{'.'.join(map(str, number))} is in also and in except")
    if lts.divisible and rules.versions.minors and parts == 2 and lts.divisible >= rules.versions.minors:
        yield Contradiction((*path, "divisible-by"), f"LTS is never due after the first: no minor below {rules.versions.minors} but 0 is divisible by {lts.divisible}", "every = ... counts lines")
    if len(lts.branches) > max(lts.active, 0) and lts.active:
        yield Contradiction((*path, "branches"), f"{len(lts.branches)} branches for {lts.active} active lines")


def _phases(rules: Rules) -> Iterator[Contradiction]:
    lts = rules.lts
    for at, phase in enumerate(rules.phases):
        path: KeyPath = ("phases", at)
        if phase.lines == "lts" and lts is None:
            yield Contradiction((*path, "lines"), f'the phase "{phase.name}" is for LTS lines, and there are none', "[rules.lts]")
        span = phase.span
        if span.month > 12:
            yield Contradiction((*path, "for", "month"), f"{span.month} is no month, should be 1 to 12")
        if span.month and span.on == On():
            yield Contradiction((*path, "for"), "until which day of that month?", 'day = 30, day = "last", or weekday = "tuesday" with nth or since')
        later = [one for one in rules.phases[at + 1 :] if "all" in (one.lines, phase.lines) or one.lines == phase.lines]
        if later and not (span.releases or span.months or span.weeks or span.month):
            yield Contradiction(path, f'"{phase.name}" does not end, so "{later[0].name}" never begins', "for = { months = ... }")
        if lts is not None and lts.active and phase.lines == "lts":
            yield from _too_long(rules, lts, at)
    names: dict[tuple[str, str], int] = {}
    for at, phase in enumerate(rules.phases):
        for kind in ("lts", "ordinary") if phase.lines == "all" else (phase.lines,):
            if (phase.name, kind) in names:
                yield Contradiction(("phases", at, "name"), f'"{phase.name}" is a phase of {kind} lines already')
            names[phase.name, kind] = at


def _too_long(rules: Rules, lts: Lts, at: int) -> Iterator[Contradiction]:
    """A span that no line can reach, because so many newer LTS lines end it before."""
    span = rules.phases[at].span
    numbers = list(_numbers(rules, lts))
    due = [index for index, number in enumerate(numbers) if is_lts(lts, number, rules.versions)]
    apart = due[-1] - due[-2] if len(due) > 1 else 0
    most = lts.active * apart
    path: KeyPath = ("phases", at, "for")
    ends = f"is longer than can be: with {lts.active} active, an LTS line every {apart} releases ends after"
    if apart and span.releases > most:
        yield Contradiction((*path, "releases"), f"support of {span.releases} releases {ends} {most}", f"releases = {most}, or more active ones")
    days = most * _interval(rules)
    long = span.months * 30 or span.weeks * 7
    if apart and long > days + 35:
        yield Contradiction((*path, "months" if span.months else "weeks"), f"support of {long} days {ends} {days}", "less, or more active ones")


def _fixes(rules: Rules) -> Iterator[Contradiction]:
    got = {kind for phase in rules.phases for kind in phase.fixes}
    for kind, fix in rules.fixes.items():
        if kind not in got and fix.older == "nothing":
            yield Contradiction(("fixes", kind), f"no phase gets {kind} fixes, so this never holds", f'fixes = ["{kind}"] in a phase')
        if fix.serious and fix.serious not in rules.fixes:
            yield Contradiction(("fixes", kind, "serious"), f"there is no rule for {fix.serious} fixes")
    for at, phase in enumerate(rules.phases):
        for place, kind in enumerate(phase.fixes):
            if kind not in rules.fixes:
                yield Contradiction(("phases", at, "fixes", place), f"no rule says when {kind} fixes are released", f"[rules.fixes.{kind}]")


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
