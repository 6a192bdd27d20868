"""Node.js: its published schedule by the policy, but for the days that are listed here with their cause."""

from __future__ import annotations

from datetime import date

import pytest

from sync.policy.lines import Schedule, schedule
from sync.policy.model import Line
from tests.policy.tables import policy, starts, table

TODAY = date(2026, 6, 1)  # the schedule's last change
TEN_YEARS = date(2016, 6, 1)

DIFFERENT: dict[tuple[str, str], tuple[date, date, str]] = {
    ("8", "maintenance"): (date(2019, 4, 30), date(2019, 1, 1), "nobody had time for backports to it; effort went to 10 (#376, f5d018c)"),
    ("8", "end"): (date(2020, 4, 30), date(2019, 12, 31), "OpenSSL 1.0.2 ended then (#186)"),
    ("10", "maintenance"): (date(2020, 4, 30), date(2020, 5, 19), "put off in the first weeks of the pandemic (#553, 9bc5275)"),
    ("11", "maintenance"): (date(2019, 4, 1), date(2019, 4, 22), "the day before 12, so that there was always a current line (#434)"),
    ("12", "lts"): (date(2019, 10, 29), date(2019, 10, 21), "the day before 13, so that there were not two current lines (#477)"),
    ("12", "maintenance"): (date(2020, 10, 20), date(2020, 11, 30), "one more minor release, delayed by security releases (#616, #618)"),
    ("16", "end"): (date(2024, 4, 30), date(2023, 9, 11), "OpenSSL 1.1.1 ended then (nodejs/TSC#1222, e7851ec)"),
    ("18", "maintenance"): (date(2023, 10, 17), date(2023, 10, 18), "a Wednesday since it was entered in 2021 (0e5751d): 16's day of the year before"),
}
"""(line, what): by the rules, as published, and why. In ten years at most eight may be here."""

EARLIER: dict[tuple[str, str], tuple[date, date, str]] = {
    ("4", "lts"): (date(2015, 10, 27), date(2015, 10, 12), "the first of its kind: released in September, under no plan yet (#51)"),
    ("4", "maintenance"): (date(2017, 4, 30), date(2017, 4, 1), "before 27a48ec it was the first day of April (#264)"),
    ("6", "lts"): (date(2016, 10, 25), date(2016, 10, 18), "a week before 7, not with it"),
}
"""The same for what began more than ten years ago."""


def seen(count: int = 1) -> Schedule:
    return schedule(policy("node"), starts("node", TODAY), TODAY, count=count)


def turns(line: Line) -> dict[str, date | None]:
    """The days on which a line changes its phase, by the names that the schedule has for them."""
    names = ("lts", "maintenance", "end") if line.lts and len(line.windows) == 3 else ("maintenance", "end")
    return dict(zip(names, (one.end for one in line.windows), strict=True))


def differing(since: date, before: date) -> dict[tuple[str, str], tuple[date | None, date]]:
    """What is not as published, of lines that began from one day on and before another."""
    rows = table("node")["lines"]
    return {
        (line.name, what): (day, rows[line.name][what])
        for line in seen().lines
        if line.actual and since <= line.release < before
        for what, day in turns(line).items()
        if day != rows[line.name][what]
    }


def test_ten_years_of_the_published_schedule_but_for_eight_days() -> None:
    assert differing(TEN_YEARS, TODAY) == {place: one[:2] for place, one in DIFFERENT.items()}
    assert len(DIFFERENT) <= 8


def test_the_ten_years_are_those_of_7_to_26_with_fifty_days() -> None:
    judged = [line for line in seen().lines if line.actual and line.release >= TEN_YEARS]
    assert [line.name for line in judged] == [str(number) for number in range(7, 27)]
    assert sum(len(turns(line)) for line in judged) == 50


def test_the_lines_before_differ_by_three_days() -> None:
    assert differing(date(2015, 1, 1), TEN_YEARS) == {place: one[:2] for place, one in EARLIER.items()}


def test_27_is_planned_as_published() -> None:
    row = table("node")["lines"]["27"]
    line = seen(count=2).line((27,))
    assert line is not None
    assert not line.actual
    assert (line.cut, line.release, line.windows[0].end, line.end) == (row["alpha"], row["start"], row["maintenance"], row["end"])


def test_every_line_from_27_on_has_long_term_support() -> None:
    assert [(one.name, one.lts, one.release.year) for one in seen(count=4).lines if not one.actual] == [(str(n), True, 2000 + n) for n in (27, 28, 29, 30)]


@pytest.mark.parametrize(
    ("day", "supported"),
    [
        (date(2018, 1, 1), {"9": "current", "8": "active", "6": "active", "4": "maintenance"}),
        (date(2021, 1, 1), {"15": "current", "14": "active", "12": "maintenance", "10": "maintenance"}),
        (date(2024, 6, 30), {"22": "current", "20": "active", "18": "maintenance"}),
        (date(2026, 11, 27), {"26": "active", "24": "maintenance", "22": "maintenance"}),
    ],
)
def test_the_supported_lines_of_a_day(day: date, supported: dict[str, str]) -> None:
    there = schedule(policy("node"), starts("node", day), day)
    assert {one.name: one.state(day) for one in there.supported(day)} == supported


def test_before_27_was_announced_an_odd_line_was_due_in_october() -> None:
    day = date(2026, 5, 31)
    line = schedule(policy("node"), starts("node", day), day).line((27,))
    assert line is not None
    assert (line.release, line.lts, line.rules.id) == (date(2026, 10, 22), False, "schedule-2025-06-26")
