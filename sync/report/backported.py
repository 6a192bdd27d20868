"""The plan of a backport as text, JSON or Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sync.errors import counted
from sync.policy.backports import Carried, Decision, Plan
from sync.policy.model import Rules
from sync.report.tables import aligned, markdown

OLD = ("no", "discretion", "not affected")
"""Verdicts on ended lines, which are told in one row unless all are asked for."""


class Page(NamedTuple):
    """A plan and what it was made from. ``component`` is the embedding that it is about alone, or ""."""

    core: str
    component: str
    day: date
    rules: Rules
    plan: Plan
    rows: tuple[Carried, ...]
    path: str


def render(page: Page, style: str, *, everything: bool = False) -> str:
    """``text``, ``json`` or ``markdown``. Lines that ended long ago are one row together, unless ``everything`` is asked for."""
    if style == "json":
        return json.dumps(_json(page), indent=2) + "\n"
    rows = list(_rows(page, everything))
    head = ("line", "component", "fix", "version", "day", "why")
    body = markdown(head, rows) if style == "markdown" else aligned(head, rows)
    return "\n".join([*_heading(page), "", body, *_footer(page)]) + "\n"


def _heading(page: Page) -> Iterator[str]:
    whose = page.component or page.core
    lines = len(page.plan.patched) if not page.component else len([one for one in page.rows if one.verdict == "gets it"])
    volunteers = sum(one.verdict == "volunteers" for one in (page.rows if page.component else page.plan.decisions))
    more = f", {volunteers} where somebody does the work" if volunteers else ""
    yield f"{page.plan.kind} fix of {whose} on {page.day}, by {page.rules.id} ({page.path}:{page.rules.at.line}): {counted(lines, 'line')} get{'s' if lines == 1 else ''} it{more}"


def _footer(page: Page) -> Iterator[str]:
    if page.plan.main is not None and not page.component:
        yield ""
        yield f"main carries it to {page.plan.main.version}, due {page.plan.main.release}"


def _rows(page: Page, everything: bool) -> Iterator[tuple[str, ...]]:
    ended: list[Decision] = []
    for decision in page.plan.decisions:
        if not everything and decision.verdict in OLD and decision.line.window(page.day) is None:
            ended.append(decision)
            continue
        if not page.component:
            yield _row(decision.line.name + (" LTS" if decision.line.lts else ""), page.core, decision)
        for one in page.rows:
            if one.decision is decision:
                yield _row(decision.line.name if page.component else "", one.component, one)
    if ended:
        names = f"{ended[-1].line.name} to {ended[0].line.name}" if len(ended) > 1 else ended[0].line.name
        verdict = "discretion" if any(one.verdict == "discretion" for one in ended) else "no"
        yield (names, page.component or page.core, verdict, "", "", f"{counted(len(ended), 'line')} whose support has ended (--all)")


def _row(line: str, component: str, one: Decision | Carried) -> tuple[str, ...]:
    return (line, component, one.verdict, str(one.version or ""), str(one.day or ""), one.why)


def _json(page: Page) -> dict[str, Any]:
    by_line: dict[int, list[Carried]] = {}
    for row in page.rows:
        by_line.setdefault(id(row.decision), []).append(row)
    main = page.plan.main
    return {
        "kind": page.plan.kind,
        "component": page.component or page.core,
        "day": page.day.isoformat(),
        "rules": page.rules.id,
        "main": {"version": str(main.version), "day": main.release.isoformat()} if main is not None else None,
        "lines": [
            {
                "line": one.line.name,
                "lts": one.line.lts,
                "newest": str(one.line.newest),
                "state": one.line.state(page.day),
                "until": one.line.end.isoformat() if one.line.end is not None else None,
                **_said(one),
                "rule": one.rule,
                "components": [{"component": each.component, **_said(each)} for each in by_line.get(id(one), ())],
            }
            for one in page.plan.decisions
        ],
    }


def _said(one: Decision | Carried) -> dict[str, Any]:
    return {"fix": one.verdict, "version": str(one.version) if one.version is not None else None, "day": one.day.isoformat() if one.day is not None else None, "why": one.why}
