"""What `check` found: for people, for programs, for GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Callable

from sync import pipeline
from sync.errors import Problem
from sync.pipeline import Outcome
from sync.report.plain import plain, printable

Place = Callable[[str, str], str]
"""How a file of a repository is shown: (repository, path) -> text."""


def render(outcome: Outcome, style: str, place: Place) -> str:
    """All findings in the style ``text``, ``json`` or ``github``, with a summary."""
    if style == "json":
        return as_json(outcome)
    if style == "github":
        return as_github(outcome, place)
    return as_text(outcome, place)


def as_text(outcome: Outcome, place: Place) -> str:
    """One finding after the other, each with its hint, one hint for all errors that stand together and have the same; then one line that sums up."""
    rows = [*outcome.findings, *together(outcome.unchecked)]
    hints = [*(one.hint for one in rows), ""]
    found = [_line(one._replace(hint="") if one.hint == hints[at + 1] and one.severity == "error" else one, place) for at, one in enumerate(rows)]
    return "".join(f"{one}\n" for one in (*found, pipeline.summary(outcome)))


def _line(one: Problem, place: Place) -> str:
    where = plain(place(one.repo, one.path))
    if where.startswith(("::", "##[")):
        where = f"./{where}"  # or a log of GitHub's would take it for a command
    one = printable(one)
    at = f"{where}:{one.line}:{one.column}" if one.line else where
    hint = f"\n  hint: {one.hint}" if one.hint else ""
    return f"{at}: {one.severity}: {one.message}{hint}" if at else f"{one.severity}: {one.message}{hint}"


def together(unchecked: tuple[Problem, ...]) -> list[Problem]:
    """What was not checked, with one line for all repositories that are nowhere: in the CI of an embedding that is all but one."""
    absent = [one for one in unchecked if one.repo and not one.path and "--repo" in one.hint]
    if len(absent) < 2:
        return list(unchecked)
    clone = ", or --clone to fetch them" if any("--clone" in one.hint for one in absent) else ""
    both = absent[0]._replace(repo="", message=f"not checked, because no checkout is at hand: {', '.join(one.repo for one in absent)}", hint=f"--repo NAME=PATH for each{clone}")
    return [both, *(one for one in unchecked if one not in absent)]


def as_json(outcome: Outcome) -> str:
    """One object: ``summary``, ``findings`` and ``notChecked`` (lists of the fields of a Problem), ``components``."""
    components = [
        {
            "name": one.component.name,
            "tier": one.component.tier,
            "repo": one.component.repo,
            "version": str(one.own) if one.own else None,
            "target": str(one.target) if one.target else None,
        }
        for one in outcome.targets.standings.values()
    ]
    return (
        json.dumps(
            {
                "summary": pipeline.summary(outcome),
                "project": str(outcome.targets.project) if outcome.targets.project else None,
                "components": components,
                "findings": [one._asdict() for one in outcome.findings],
                "notChecked": [one._asdict() for one in outcome.unchecked],
            },
            indent=2,
        )
        + "\n"
    )


def as_github(outcome: Outcome, place: Place) -> str:
    """Workflow commands, one line a finding (GitHub's "Workflow commands for GitHub Actions")."""
    kinds = {"error": "error", "warning": "warning", "note": "notice"}
    lines = []
    for one in (*outcome.findings, *together(outcome.unchecked)):
        where = [f"file={_property(place(one.repo, one.path))}"] if one.path else []
        where += [f"line={one.line}", f"col={one.column}"] if one.line else []
        where.append(f"title={_property('versync: ' + (one.rule or one.severity))}")
        text = one.message + (f"\n{one.hint}" if one.hint else "")
        lines.append(f"::{kinds[one.severity]} {','.join(where)}::{_data(text)}\n")
    return "".join(lines) + pipeline.summary(outcome) + "\n"


def _data(text: str) -> str:
    return plain(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
