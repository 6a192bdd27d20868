"""Tiers and features as a release manager reads them: a table, what each verdict rests on, and one line that sums up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sync.errors import Problem, counted
from sync.policy.claims import Standard
from sync.policy.features import Rated
from sync.policy.tiers import Standing
from sync.policy.verify import Verdict
from sync.report.plain import plain, printable
from sync.report.tables import aligned, markdown


class Row(NamedTuple):
    """One subject: its cells, its verdicts, and the same as data."""

    cells: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    data: dict[str, object]


class Report(NamedTuple):
    """A table with its headings, its rows, what was found, and the line that sums up."""

    standard: Standard
    headings: tuple[str, ...]
    rows: Sequence[Row]
    problems: Sequence[Problem]
    summary: str


def tiers(standard: Standard, rows: Sequence[Standing], problems: Sequence[Problem]) -> Report:
    """The table of components."""
    made = []
    for row in rows:
        missing = f"tier {row.next}: {_named(row.missing)}" if row.next is not None and row.missing else f"nothing: ready for tier {row.next}" if row.next is not None else "-"
        if row.next is None and row.missing:
            missing = f"for its own: {_named(row.missing)}"
        cells = (row.component.name, str(row.tier or "-"), _count(row.own), missing)
        data: dict[str, object] = {"component": row.component.name, "tier": row.tier, "next": row.next, "meetsOwn": _meets(row.own), "missing": [one.criterion.id for one in row.missing]}
        made.append(Row(cells, row.all, data))
    below = sum(any(not one.enough and one.state != "not checked" for one in row.own) for row in rows)
    ready = [row.component.name for row in rows if row.next is not None and not row.missing]
    parts = [f"{counted(len(rows), 'component')}, {below} below the tier that it claims" if below == 1 else f"{counted(len(rows), 'component')}, {below} below the tier that they claim"]
    parts += [f"ready for the next tier up: {', '.join(ready)}"] if ready else []
    return Report(standard, ("component", "tier", "criteria", "missing for the next tier up"), made, problems, "; ".join([*parts, *_unchecked(made)]))


def features(standard: Standard, rows: Sequence[Rated], problems: Sequence[Problem]) -> Report:
    """The table of features, with a column for each platform that a matrix names."""
    platforms = tuple(dict.fromkeys(platform for row in rows for platform in row.feature.platforms))
    made = []
    for row in rows:
        one = row.feature
        active = "-" if one.default == "on" else f"{row.active}{', up for removal' if row.quiet else ''}" if row.active else "not checked" if row.unseen else "-"
        cells = (one.name, one.default, _count(row.verdicts), _named(row.missing) or "nothing", active, *(one.platforms.get(platform, "-") for platform in platforms))
        data: dict[str, object] = {
            "feature": one.name, "kind": one.kind or None, "default": one.default, "stable": _meets(row.verdicts), "missing": [each.criterion.id for each in row.missing],
            "lastActivity": str(row.active) if row.active else None, "upForRemoval": row.quiet, "platforms": dict(one.platforms),
        }  # fmt: skip
        made.append(Row(cells, (*row.verdicts, *row.claims), data))
    early = [row.feature.name for row in rows if row.feature.default == "on" and any(not one.enough and one.state != "not checked" for one in row.verdicts)]
    could = [row.feature.name for row in rows if row.feature.default != "on" and not row.missing]
    quiet = [row.feature.name for row in rows if row.quiet]
    parts = [f"{counted(len(rows), 'feature')}, {len(early)} on by default without meeting every criterion" + (f" ({', '.join(early)})" if early else "")]
    parts += [f"could be on by default: {', '.join(could)}"] if could else []
    parts += [f"up for removal: {', '.join(quiet)}"] if quiet else []
    return Report(standard, ("feature", "default", "criteria", "missing", "last activity", *platforms), made, problems, "; ".join([*parts, *_unchecked(made)]))


def render(report: Report, style: str, *, details: bool = False) -> str:
    """The report as ``text``, ``markdown`` or ``json``; ``details``: also what every verdict rests on."""
    if style == "json":
        standard = report.standard
        data = {
            "standard": {"id": standard.id, "title": standard.title, "effective": str(standard.effective), "source": standard.source},
            "summary": report.summary,
            "rows": [row.data | {"criteria": [_data(one) for one in row.verdicts]} for row in report.rows],
            "findings": [one._asdict() for one in report.problems if one.severity != "note"],
            "notChecked": [one._asdict() for one in report.problems if one.severity == "note"],
        }
        return json.dumps(data, indent=2) + "\n"
    cells = [row.cells for row in report.rows]
    if style == "markdown":
        lines = [f"By {plain(report.standard.title)}, in force from {report.standard.effective}.", "", markdown(report.headings, cells), ""]
        lines += [f"- {_about(one)}" for one in report.problems]
        return "".join(f"{line}\n" for line in (*lines, *([""] if report.problems else []), plain(report.summary)))
    lines = [f"by {plain(report.standard.title)} ({report.standard.id}, in force from {report.standard.effective})", ""]
    for at, line in enumerate(aligned(report.headings, cells).split("\n")):
        lines.append(line)
        lines += [f"  {plain(_detail(one))}" for one in report.rows[at - 1].verdicts] if details and at else []
    lines += ["", *(str(printable(one)) for one in report.problems)]
    return "".join(f"{line}\n" for line in (*lines, plain(report.summary)))


def _about(one: Problem) -> str:
    shown = printable(one)
    return f"`{shown.place}` **{shown.severity}**: {shown.message}"


def _detail(one: Verdict) -> str:
    kind = " (verified)" if one.verified and one.state == "met" else " (stated)" if one.state == "met" else ""
    return f"{one.criterion.id}: {one.state}{kind}{f': {one.says}' if one.says else ''}"


def _data(one: Verdict) -> dict[str, object]:
    return {"id": one.criterion.id, "title": one.criterion.title, "state": one.state, "verified": one.verified, "says": one.says, "line": one.at.line or None, "column": one.at.column or None}


def _named(missing: Iterable[Verdict]) -> str:
    return ", ".join(f"{one.criterion.id} ({one.state})" for one in missing)


def _count(verdicts: Sequence[Verdict]) -> str:
    """``4 of 5, 1 waived, 2 verified``."""
    if not verdicts:
        return "none asked"
    waived = sum(one.state == "waived" for one in verdicts)
    verified = sum(one.verified and one.state == "met" for one in verdicts)
    parts = [f"{sum(one.enough for one in verdicts)} of {len(verdicts)}"]
    parts += [f"{waived} waived"] if waived else []
    parts += [f"{verified} verified"] if verified else []
    return ", ".join(parts)


def _meets(verdicts: Sequence[Verdict]) -> bool | None:
    """Whether all is enough; None where that is not known, because something was not checked and the rest is enough."""
    if any(not one.enough and one.state != "not checked" for one in verdicts):
        return False
    return None if any(one.state == "not checked" for one in verdicts) else True


def _unchecked(rows: Iterable[Row]) -> list[str]:
    count = sum(one.state == "not checked" for row in rows for one in row.verdicts)
    return [f"{count} not checked"] if count else []
