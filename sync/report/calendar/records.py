"""The schedule as JSON: versync's own, and Node's schedule.json."""

from __future__ import annotations

import json
from datetime import date

from sync.policy.lines import in_force
from sync.policy.model import Line
from sync.report.calendar import View, lts_from, maintenance


def schedule(view: View) -> str:
    """All that is known of each line. Days are ISO 8601; ``end`` of a line and of a phase is the first day after it."""
    rules = in_force(view.schedule.policy, view.day, view.schedule.rules)
    return _written({"project": view.schedule.policy.name, "day": str(view.day), "rules": rules.id, "lines": [line(view, one) for one in view.lines]})


def line(view: View, one: Line) -> dict[str, object]:
    """One line: its days, its phases with what it gets in each, and its releases."""
    return {
        "line": one.name,
        "version": str(one.version),
        "lts": one.lts,
        "state": view.state(one),
        "released": one.actual,
        "cut": _day(one.cut),
        "due": _day(one.due),
        "release": _day(one.release),
        "end": _day(one.end),
        "phases": [{"name": each.phase.name, "start": _day(each.start), "end": _day(each.end), "fixes": list(each.phase.fixes)} for each in one.windows],
        "releases": [{"version": str(each.version), "day": _day(each.day)} for each in view.releases.get(one.number, ())],
        "rules": one.rules.id,
    }


def support(view: View) -> str:
    """The lines that are in support on the day, the newest first, each with its phase and when the fixes that it gets are released."""
    rows = []
    for one in reversed(view.lines):
        window = one.window(view.day)
        if window is None or view.coming(one):
            continue
        gets = [{"kind": kind, "when": one.rules.fixes[kind].when, "requires": list(one.rules.fixes[kind].requires)} for kind in window.phase.fixes if kind in one.rules.fixes]
        newest = view.newest(one)
        rows.append({"line": one.name, "newest": str(newest.version), "lts": one.lts, "phase": window.phase.name, "until": _day(window.end), "end": _day(one.end), "gets": gets})
    return _written({"project": view.schedule.policy.name, "day": str(view.day), "lines": rows})


def node(view: View) -> str:
    """schedule.json of nodejs/Release: ``v48`` to the days on which it starts, becomes LTS, goes into maintenance, and ends; a day that no rule gives is left out."""
    rows = {}
    for one in view.lines:
        days = {"start": one.release, "lts": lts_from(one), "maintenance": maintenance(one), "end": one.end}
        rows[f"v{one.name}"] = {key: str(day) for key, day in days.items() if day is not None}
    return _written(rows)


def _day(day: date | None) -> str | None:
    return str(day) if day is not None else None


def _written(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
