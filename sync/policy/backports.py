"""Who gets a fix: each line and each embedding on it, in which version and when, with the rule that says so. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from sync.adapter import ecosystem_of
from sync.errors import counted
from sync.manifest.model import Component
from sync.policy.lines import Schedule, number_of
from sync.policy.model import Fix, Line, Rules
from sync.version import Version

Verdict = Literal["gets it", "discretion", "volunteers", "no", "not affected"]

DAY: Final = timedelta(days=1)


class Change(NamedTuple):
    """What is to be fixed. ``affects`` says of a line's newest version whether it needs the fix; by default, and wherever that is unknown, it does."""

    kind: str
    on_by_default: bool = True
    suitable: bool = True
    serious: bool = False
    affects: Callable[[Version], bool] = lambda _: True


class Decision(NamedTuple):
    """What one line gets: ``version`` on ``day`` where it gets the fix (None where nobody can say). ``why`` is the rule, in words; ``rule`` names it."""

    line: Line
    verdict: Verdict
    version: Version | None
    day: date | None
    why: str
    rule: str


class Carried(NamedTuple):
    """What one embedding gets on one line."""

    component: str
    decision: Decision
    verdict: Verdict
    version: Version | None
    day: date | None
    why: str


class Plan(NamedTuple):
    """The decisions, newest line first. ``main`` is the coming line that carries the change in any case, as everything on the main branch."""

    main: Line | None
    kind: str
    decisions: tuple[Decision, ...]

    @property
    def patched(self) -> tuple[Decision, ...]:
        """Those that get it."""
        return tuple(one for one in self.decisions if one.verdict == "gets it")


def plan(schedule: Schedule, rules: Rules, change: Change) -> Plan:
    """What becomes of a change that is ready on the schedule's day, for every line that is out by then or comes with the train that carries it."""
    day = schedule.day
    main = next((one for one in schedule.lines if one.release > day), None)
    kind, fix, why = _fix(rules, change)
    if fix is None:
        decisions = [Decision(one, "no", None, None, why, f"{rules.id}: fixes") for one in reversed(schedule.lines) if one.release <= day]
        return Plan(main, kind, tuple(decisions))
    waits = fix.when == "next train" and main is not None
    leaves = main.release if waits and main is not None else day
    decisions = []
    for line in reversed(schedule.lines):
        if line.release <= leaves and (line.release <= day or waits):
            decisions.append(_decide(line, rules, kind, fix, change, leaves, waits=waits, why=why))
    return Plan(main, kind, tuple(decisions))


def _fix(rules: Rules, change: Change) -> tuple[str, Fix | None, str]:
    """The kind that a change counts as, the rule for it (None: it goes to the main branch alone), and why."""
    kind = change.kind
    fix = rules.fixes.get(kind)
    if fix is not None and change.serious and fix.serious:
        kind, why = fix.serious, f"a serious {kind} fix counts as {fix.serious}"
        return kind, rules.fixes[kind], why
    if fix is None:
        return kind, None, f"no rule sends {kind} changes anywhere but to the main branch"
    if "on-by-default" in fix.requires and not change.on_by_default:
        return kind, None, f"a {kind} fix of what is off by default goes to the main branch alone"
    if "suitable" in fix.requires and not change.suitable:
        return kind, None, f"a {kind} fix that is not suitable for a backport goes to the main branch alone"
    return kind, fix, ""


def _decide(line: Line, rules: Rules, kind: str, fix: Fix, change: Change, leaves: date, *, waits: bool, why: str) -> Decision:
    rule = f"{rules.id}: fixes.{kind}"
    if line.release == leaves:
        said = "the train that carries it" if waits else f"it is released on that day, with the fix (or else {patch(line.newest)})"
        return Decision(line, "gets it", line.version, leaves, _joined(why, said), rule)
    if not change.affects(line.newest):
        return Decision(line, "not affected", None, None, f"{line.newest} is outside the affected range", rule)
    before, after = line.window(leaves - DAY), line.window(leaves)
    asked = {"both": (before, after), "before": (before,), "after": (after,)}["after" if waits else rules.release_day]
    window = next((one for one in asked if one is not None and kind in one.phase.fixes), None)
    if window is not None:
        ending = after is None and window is before
        words = f"{window.phase.name}{f' until {window.end}' if window.end is not None else ''}: gets {kind} fixes"
        said = _joined(why, words + (f", and {leaves} is a day on which support changes: what was supported before it counts as well" if ending else ""))
        if fix.when == "volunteers":
            return Decision(line, "volunteers", patch(line.newest), None, _joined(said, "where somebody does the work"), rule)
        return Decision(line, "gets it", patch(line.newest), leaves, _joined(said, "leaves with the next train" if waits else "at once"), rule)
    if after is not None:
        return Decision(line, "no", None, None, f"{after.phase.name}: gets no {kind} fixes", rule)
    ended = f"its support ended on {line.end}" if line.end is None or line.end < leaves else f"its support ends on {line.end}, with the train"
    if fix.older == "discretion":
        return Decision(line, "discretion", patch(line.newest), None, f"{ended}; the maintainers may decide to patch it all the same", rule)
    return Decision(line, "no", None, None, ended, rule)


def _joined(*words: str) -> str:
    return "; ".join(one for one in words if one)


def patch(version: Version) -> Version:
    """The patch after a version."""
    major, minor, third = (*version.release, 0, 0)[:3]
    return Version((major, minor, third + 1))


SUFFIXES: Final[Mapping[str, str]] = {"pypi": "post", "nuget": "fourth", "gem": "fourth"}
"""How an ecosystem numbers a second release of one version: ``43.0.2.post1``, or a fourth part. The others have no way to say it."""


def carried(component: Component, decision: Decision, releases: Sequence[Version] | None, rules: Rules, *, bumps: str) -> Carried:
    """What an embedding gets by the core's decision: its number is that of the runtime inside it, so it follows each patch.

    ``releases`` are its own; None where its repository is not at hand.
    """
    verdict, version, day, why = decision.verdict, decision.version, decision.day, f"bundles {component.bundles}, and its number is the number inside"
    if verdict in ("no", "not affected"):
        return Carried(component.name, decision, verdict, None, None, "as the core")
    if releases is not None and (missing := _missing(decision.line, releases, bumps)):
        return Carried(component.name, decision, "no", None, None, missing)
    if day is not None and rules.embeddings.grace:
        day += timedelta(days=rules.embeddings.grace)
        why += f"; {counted(rules.embeddings.grace, 'day')} of grace"
    return Carried(component.name, decision, verdict, version, day, why)


def _missing(line: Line, releases: Sequence[Version], bumps: str) -> str:
    """That an embedding has no release of a line, in words; "" where it has one, or the line is not out yet."""
    numbers = [number_of(one, bumps) for one in releases if not one.is_prerelease]
    if line.number in numbers or not line.actual:
        return ""
    if not numbers or max(numbers) < line.number:
        return f"is behind: its newest line is {'.'.join(map(str, max(numbers)))}" if numbers else "has no release yet"
    return f"never released {line.name}: nobody has it"


def alone(component: Component, decision: Decision, releases: Sequence[Version], *, bumps: str) -> Carried:
    """What an embedding gets for a fix of its own: patch numbers are the core's, so it takes its ecosystem's suffix, or waits for the core's next patch."""
    if decision.verdict in ("no", "not affected"):
        return Carried(component.name, decision, decision.verdict, None, None, decision.why)
    number = number_of(decision.line.version, bumps)
    own = max((one for one in releases if number_of(one, bumps) == number and not one.is_prerelease), default=None)
    if own is None:
        return Carried(component.name, decision, "no", None, None, _missing(decision.line, releases, bumps))
    ecosystem = ecosystem_of(component.packages[0]) if component.packages else ""
    how = SUFFIXES.get(ecosystem)
    if how is None:
        why = f"{ecosystem or 'its ecosystem'} has no suffix for a fix of its own: waits for the core's next patch"
        return Carried(component.name, decision, decision.verdict, patch(decision.line.newest), None, why)
    version = Version(own.release, None, (own.post or 0) + 1) if how == "post" else Version((*(*own.release, 0, 0)[:3], own.fourth + 1))
    return Carried(component.name, decision, decision.verdict, version, decision.day, "a fix of its own: patch numbers are the core's")


