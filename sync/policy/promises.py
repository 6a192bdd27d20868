"""What a rule set promises and cannot keep: support longer than can be, LTS that is never due, a phase that never begins. Each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from sync.errors import counted
from sync.policy.contradiction import Contradiction
from sync.policy.lines import is_lts, next_number
from sync.policy.model import Lts, Number, On, Phase, Rules, Span
from sync.source import KeyPath


def interval(rules: Rules) -> int:
    """Days from one release to the next, about; 0 where the cadence is broken."""
    cadence = rules.cadence
    if cadence.weeks:
        return cadence.weeks * 7
    return cadence.months * 30 or 365 // (len(cadence.year) or 365)


def long_term(rules: Rules) -> Iterator[Contradiction]:
    """What is wrong with the rule that says which lines are supported longer."""
    lts = rules.lts
    if lts is None:
        return
    bumps, path = rules.versions.bumps, ("lts",)
    parts = 1 if bumps == "major" else 2
    for key, numbers in (("first", (lts.first,)), ("also", lts.also), ("except", lts.exclude)):
        for at, number in enumerate(numbers):
            if len(number) != parts:
                place: KeyPath = (*path, key) if key == "first" else (*path, key, at)
                yield Contradiction(place, f"{_name(number)} is no line: releases raise the {bumps}, so a line is {'one number' if parts == 1 else 'two numbers, as in 5.2'}")
    if len(lts.first) != parts:
        return
    minors = rules.versions.minors if parts == 2 else 0
    if minors and lts.first[1] >= minors:
        yield Contradiction((*path, "first"), f"LTS is never due: {_name(lts.first)} is never released, a major has {minors} minors")
        return
    if lts.divisible and lts.first[-1] % lts.divisible and lts.first not in lts.also:
        fitting = lts.first[-1] + lts.divisible - lts.first[-1] % lts.divisible
        yield Contradiction((*path, "first"), f"the first LTS line {_name(lts.first)} is not divisible by {lts.divisible}", f"{fitting} is; or name it in also")
    if lts.first in lts.exclude:
        yield Contradiction((*path, "first"), "the first LTS line is among the exceptions")
    for at, number in enumerate(lts.also):
        if number in lts.exclude:
            yield Contradiction((*path, "also", at), f"{_name(number)} is in also and in except")
    if minors and lts.divisible >= minors:
        yield Contradiction((*path, "divisible-by"), f"LTS is never due after the first: no minor below {minors} but 0 is divisible by {lts.divisible}", "every = ... counts lines")
    if lts.active and len(lts.branches) > lts.active:
        yield Contradiction((*path, "branches"), f"{len(lts.branches)} branches for {lts.active} active lines")
    for at, name in enumerate(lts.branches):
        if name in lts.branches[:at]:
            yield Contradiction((*path, "branches", at), f'"{name}" is the branch of two lines')
    have = {one.lines for one in rules.phases}
    if have == {"all"}:
        yield Contradiction(path, "nothing sets LTS lines apart: every phase is for all lines", 'lines = "lts" in a phase')
    elif have == {"ordinary"}:
        yield Contradiction(path, "LTS lines have no phase of support", 'lines = "lts" in a phase')
    elif have == {"lts"} and lts.every != 1 and lts.divisible != 1:
        yield Contradiction(path, "lines that are no LTS have no phase: nobody supports them on their first day", 'lines = "ordinary" in a phase')


def phases(rules: Rules) -> Iterator[Contradiction]:
    """What is wrong with the life of a line."""
    names: dict[tuple[str, str], int] = {}
    for at, phase in enumerate(rules.phases):
        path: KeyPath = ("phases", at)
        if phase.lines == "lts" and rules.lts is None:
            yield Contradiction((*path, "lines"), f'the phase "{phase.name}" is for LTS lines, and there are none', "[rules.lts]")
        yield from _span(phase.span, (*path, "for"))
        for kind in _kinds(phase):
            if (phase.name, kind) in names:
                yield Contradiction((*path, "name"), f'"{phase.name}" is a phase of {kind} lines already')
            names[phase.name, kind] = at
    seen: set[KeyPath] = set()
    for kind in ("ordinary", "lts") if rules.lts is not None else ("ordinary",):
        for one in (*_never(rules, kind), *(_too_long(rules, rules.lts) if kind == "lts" and rules.lts is not None and rules.lts.active else ())):
            if one.path not in seen:
                yield one
            seen.add(one.path)


def fixes(rules: Rules) -> Iterator[Contradiction]:
    """What is wrong with what becomes of fixes."""
    got = {kind for phase in rules.phases for kind in phase.fixes}
    for kind, fix in rules.fixes.items():
        if kind not in got and fix.older == "nothing":
            yield Contradiction(("fixes", kind), f"no phase gets {kind} fixes, so this never holds", f'fixes = ["{kind}"] in a phase')
        if fix.serious == kind:
            yield Contradiction(("fixes", kind, "serious"), f"a serious {kind} fix counts as itself", "leave it out")
        elif fix.serious and fix.serious not in rules.fixes:
            yield Contradiction(("fixes", kind, "serious"), f"there is no rule for {fix.serious} fixes", f"[rules.fixes.{fix.serious}]")
        elif fix.serious and rules.fixes[fix.serious].serious == kind:
            yield Contradiction(("fixes", kind, "serious"), f"a serious {kind} fix counts as {fix.serious}, and a serious {fix.serious} fix as {kind}")
    for at, phase in enumerate(rules.phases):
        for place, kind in enumerate(phase.fixes):
            if kind not in rules.fixes:
                yield Contradiction(("phases", at, "fixes", place), f"no rule says when {kind} fixes are released", f"[rules.fixes.{kind}]")


def _span(span: Span, path: KeyPath) -> Iterator[Contradiction]:
    if span.month > 12:
        yield Contradiction((*path, "month"), f"{span.month} is no month, should be 1 to 12")
    if span.month and span.on == On():
        yield Contradiction(path, "until which day of that month?", 'day = 30, day = "last", or weekday = "tuesday" with nth or since')
    if span.times > 1 and not span.month:
        yield Contradiction((*path, "count"), "count goes with month", "for = { month = 4, day = 30, count = 2 }")
    if (span.releases or span.weeks) and span.on != On():
        yield Contradiction(path, f"a phase of {'releases' if span.releases else 'weeks'} takes no day")
    if span.releases and span.whole:
        yield Contradiction((*path, "from-release"), "releases are always counted from the line's own")


def _never(rules: Rules, kind: str) -> Iterator[Contradiction]:
    """Phases of one kind of line that an earlier one leaves no day."""
    endless: Phase | None = None
    most = Span()
    before: Phase | None = None
    for at, phase in enumerate(rules.phases):
        span = phase.span
        if kind not in _kinds(phase):
            continue
        if endless is not None:
            yield Contradiction(("phases", at, "name"), f'"{phase.name}" never begins: "{endless.name}" before it does not end', "for = { months = ... } there")
        elif before is not None and (0 < span.releases <= most.releases or span.whole and 0 < span.months <= most.months):
            key, said = ("releases", f"{_over(span.releases, 'release')} over") if span.releases else ("months", f"{_over(span.months, 'month', ' from its release')} over")
            yield Contradiction(("phases", at, "for", key), f'"{phase.name}" never begins: {said} when "{before.name}" ends')
        if not (span.releases or span.months or span.weeks or span.month):
            endless = phase
        before = phase
        months = span.months if span.whole else most.months + span.months
        most = Span(releases=max(most.releases, span.releases), months=months if not span.releases else most.months)


def _too_long(rules: Rules, lts: Lts) -> Iterator[Contradiction]:
    """The span that no LTS line can reach, because so many newer ones end it before."""
    numbers = list(_numbers(rules, lts))
    due = [index for index, number in enumerate(numbers) if is_lts(lts, number, rules.versions)]
    apart = due[-1] - due[-2] if len(due) > 1 else 0
    if not apart:
        return
    most = lts.active * apart
    ends = f"is longer than can be: with {lts.active} active, and an LTS line every {apart} releases, it ends after"
    days = 0
    for at, phase in enumerate(rules.phases):
        span, path = phase.span, ("phases", at, "for")
        if "lts" not in _kinds(phase):
            continue
        if span.releases > most:
            yield Contradiction((*path, "releases"), f"support of {span.releases} releases {ends} {most}", f"releases = {most}, or more active ones")
            return
        days = span.months * 30 + span.weeks * 7 + (0 if span.whole else days)
        if days > most * interval(rules) + 35 and (span.months or span.weeks):
            yield Contradiction((*path, "months" if span.months else "weeks"), f"support of {days} days {ends} {most * interval(rules)}", "less, or more active ones")
            return


def _numbers(rules: Rules, lts: Lts) -> Iterator[Number]:
    """The lines from the first LTS one on, as many as could matter."""
    number = lts.first
    for _ in range(2 * (lts.divisible or lts.every) + 2 * len(lts.exclude) + 2):
        yield number
        number = next_number(number, rules.versions)


def _kinds(phase: Phase) -> tuple[str, ...]:
    return ("ordinary", "lts") if phase.lines == "all" else (phase.lines,)


def _name(number: Number) -> str:
    return ".".join(map(str, number))


def _over(count: int, unit: str, since: str = "") -> str:
    return f"{counted(count, unit)}{since} {'is' if count == 1 else 'are'}"
