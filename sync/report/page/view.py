"""What was found and what the rules say -> the page's facts. Pure: the day is given, and the same facts make the same page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import PurePath

from sync import pipeline
from sync.errors import Problem
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.policy.lines import Schedule, in_force
from sync.policy.model import Line as Planned
from sync.report.findings import together
from sync.report.page import matrix
from sync.report.page.model import WORST, Calendar, Finding, Line, Page, Phase, Row, Rules, State, Table
from sync.report.tiered import Report
from sync.targets import Releases

BACK = timedelta(days=190)
"""How long a line that has ended stays on the page."""

ENDED, COMING = 3, 4
"""How many lines that have ended are shown, and how many that are to come: these, and the next one with long-term support."""

AHEAD = 40
"""How many lines ahead the next one with long-term support is looked for."""


NONE = Table()


def page(manifest: Manifest, outcome: Outcome, releases: Releases, day: date, schedule: Schedule | None, *, missing: str = "", tiers: Table = NONE, features: Table = NONE) -> Page:
    """The facts of one page. ``schedule`` reaches `AHEAD` lines into the future; without one ``missing`` says why there is no calendar."""
    rows = tuple(sorted(matrix.rows(manifest, outcome, releases, day), key=lambda one: (one.name != manifest.leader, WORST.index(one.state))))
    newest = next((one for one in releases.get(manifest.lead.repo, ()) if not one.version.is_prerelease), None)
    title = schedule.policy.title if schedule is not None and schedule.policy.name == manifest.policy else manifest.name
    return Page(
        title,
        day,
        manifest.leader,
        str(outcome.targets.project) if outcome.targets.project is not None else "",
        str(newest.version) if newest is not None else "",
        _verdict(outcome, rows),
        pipeline.summary(outcome),
        rows,
        calendar(schedule) if schedule is not None else None,
        tuple(_finding(one, manifest.path) for one in (*outcome.findings, *together(outcome.unchecked))),
        tiers,
        features,
        missing,
    )


def judged(report: Report) -> Table:
    """Tiers or features as the page's table: the standard by which, and the line that sums up, stand above it."""
    note = f"By {report.standard.title}, in force from {report.standard.effective}. {report.summary}."
    return Table(tuple(one[:1].upper() + one[1:] for one in report.headings), tuple(row.cells for row in report.rows), note)


def _verdict(outcome: Outcome, rows: Sequence[Row]) -> State:
    """The one state of everything: "in sync" may leave some unchecked, which the summary says, but never all."""
    severities = {one.severity for one in outcome.findings}
    if "error" in severities:
        return "out of sync"
    if not any(one.state in ("in sync", "behind") for one in rows):
        return "not checked"
    return "behind" if "warning" in severities else "in sync"


def _finding(one: Problem, manifest: str) -> Finding:
    """Where the manifest lies is said from the current folder, or from the machine's root: the page says its name alone, so that it is the same wherever it is made."""
    name = PurePath(manifest).name
    path = name if one.path == manifest else one.path
    one = one._replace(path=path, message=one.message.replace(manifest, name), hint=one.hint.replace(manifest, name))
    kind = "not-checked" if one.rule == "not-checked" else one.severity
    return Finding(kind, one.place, one.message, one.hint, one.hint.startswith("versync "))


def calendar(schedule: Schedule) -> Calendar:
    """The lines worth showing: supported ones, the last that have ended, the next to come, and the next with long-term support."""
    day = schedule.day
    coming = list(schedule.coming())
    shown = coming[:COMING] + [one for one in coming[COMING:] if one.lts][:1]
    out = [one for one in schedule.lines if one.actual]
    ended = [one for one in out if one.window(day) is None and one.end is not None and one.end >= day - BACK][-ENDED:]
    rules = in_force(schedule.policy, day, schedule.rules)
    return Calendar(
        tuple(_line(one, schedule) for one in schedule.lines if one in shown or one in ended or one.actual and one.window(day) is not None),
        Rules(rules.title, rules.effective, rules.source),
    )


def _line(one: Planned, schedule: Schedule) -> Line:
    day = schedule.day
    window = one.window(day)
    ends = one.end
    return Line(
        one.name,
        str(one.version),
        str(one.newest) if one.actual else "",
        one.lts,
        one.actual,
        one.state(day) if one.actual or one.due is None or one.due >= day else "overdue",
        one.cut,
        one.due,
        one.release,
        ends,
        _ender(one, schedule),
        tuple(Phase(each.phase.name, each.start, each.end) for each in one.windows),
        window.phase.fixes if window is not None and one.actual else (),
    )


def _ender(one: Planned, schedule: Schedule) -> str:
    """The line whose release ends this one, where it ends by a count of releases and that one is not out yet."""
    counted = one.windows and one.windows[-1].phase.span.releases and one.windows[-1].end is not None
    return next((other.name for other in schedule.coming() if other.release == one.end), "") if counted else ""
