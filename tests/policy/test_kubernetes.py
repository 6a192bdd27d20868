"""Kubernetes: maintenance and end of life since 1.19, but for the days that are listed here with their cause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sync.policy.lines import Schedule, schedule
from tests.policy.tables import ends, policy, starts, table

DAY = date(2026, 8, 22)

AS_ENTERED = "entered as the 27th where the rule, and every other line, has the 28th"
DIFFERENT: dict[tuple[str, str], tuple[date, date, str]] = {
    ("1.25", "maintenance"): (date(2023, 8, 28), date(2023, 8, 27), f"{AS_ENTERED}; the project's own schedule was set right later (kubernetes/website#42732)"),
    ("1.25", "end"): (date(2023, 10, 28), date(2023, 10, 27), f"{AS_ENTERED}; the project's own schedule was set right later (kubernetes/website#42732)"),
    ("1.30", "end"): (date(2025, 6, 28), date(2025, 7, 15), "one more patch release, 1.30.14, after the day that was planned (endoflife.date#10521)"),
    ("1.31", "end"): (date(2025, 10, 28), date(2025, 11, 11), "one more patch release, 1.31.14, after the day that was planned (endoflife.date#10521)"),
    ("1.34", "maintenance"): (date(2026, 8, 28), date(2026, 8, 27), AS_ENTERED),
    ("1.34", "end"): (date(2026, 10, 28), date(2026, 10, 27), AS_ENTERED),
}
"""(line, what): by the rules, as published, and why."""


def seen() -> Schedule:
    return schedule(policy("kubernetes"), starts("kubernetes", DAY), DAY, count=4)


def test_support_since_1_19_but_for_six_days() -> None:
    rows = table("kubernetes")["lines"]
    computed = {line.name: {"maintenance": ends(line)["standard"], "end": line.end} for line in seen().lines if line.actual}
    assert list(computed) == [f"1.{minor}" for minor in range(19, 37)]
    assert {(name, what): (day, rows[name][what]) for name, days in computed.items() for what, day in days.items() if day != rows[name][what]} == {
        place: one[:2] for place, one in DIFFERENT.items()
    }


def test_since_1_22_a_release_is_at_most_two_weeks_from_its_third_wednesday() -> None:
    away = {one.name: abs(one.release - one.due) for one in seen().lines if one.actual and one.due is not None and one.number >= (1, 22)}
    assert len(away) == 15
    assert max(away.values()) == timedelta(days=14)
    assert [name for name, days in away.items() if days == timedelta()] == ["1.30", "1.35"]


def test_since_1_22_there_are_three_a_year() -> None:
    due = [one.due for one in seen().lines if one.due is not None and one.number >= (1, 22)]
    assert [one.month for one in due] == [8, 12, *(4, 8, 12) * 5, 4, 8][: len(due)]


@pytest.mark.parametrize(
    ("day", "states"),
    [
        (date(2025, 1, 15), {"1.32": "standard", "1.31": "standard", "1.30": "standard", "1.29": "maintenance"}),
        (date(2026, 5, 1), {"1.36": "standard", "1.35": "standard", "1.34": "standard", "1.33": "maintenance"}),
    ],
)
def test_three_lines_are_in_standard_support_and_one_in_maintenance(day: date, states: dict[str, str]) -> None:
    there = schedule(policy("kubernetes"), starts("kubernetes", day), day)
    assert {one.name: one.state(day) for one in there.supported(day)} == states


def test_the_next_one_is_a_candidate_two_weeks_before() -> None:
    line = next(seen().coming())
    assert (line.name, line.due, line.cut, line.release) == ("1.37", date(2026, 8, 19), date(2026, 8, 5), date(2026, 8, 23))
    assert line.state(DAY) == "candidate"
