"""Django: mainstream and security support since 2.0, but for the days that are listed here with their cause; and the change to one release a year."""

from __future__ import annotations

from datetime import date, timedelta

from sync.policy.lines import Schedule, schedule
from sync.policy.model import Line
from tests.policy.tables import ends, policy, starts, table

DAY = date(2026, 8, 22)

LAST = "what was published is the month; the table has the day of the last release of the line"
MONTH = "the table kept the first day of the month that was planned, the line went on until the release a few days later"
DIFFERENT: dict[tuple[str, str], tuple[date, date, str]] = {
    ("2.2", "end"): (date(2022, 4, 30), date(2022, 4, 11), LAST),
    ("3.0", "mainstream"): (date(2020, 8, 4), date(2020, 8, 3), "the table has the day of 3.0.9, which came out a day before 3.1"),
    ("3.2", "end"): (date(2024, 4, 30), date(2024, 4, 1), "what was published is the month; the table has its first day"),
    ("4.0", "end"): (date(2023, 4, 3), date(2023, 4, 1), MONTH),
    ("4.1", "mainstream"): (date(2023, 4, 3), date(2023, 4, 5), "the table has the day of 4.1.8, which came out two days after 4.2"),
    ("4.1", "end"): (date(2023, 12, 4), date(2023, 12, 1), MONTH),
    ("4.2", "end"): (date(2026, 4, 30), date(2026, 4, 7), LAST),
    ("6.0", "mainstream"): (date(2026, 8, 5), date(2026, 8, 4), "the table has the day of the last release of 6.0 with bug fixes, the day before 6.1"),
}
"""(line, what): by the rules, as published, and why."""

PLANNED = {("6.0", "end"), ("6.1", "mainstream"), ("6.1", "end")}
"""Ends that hang on releases which are not out: compared by their month alone."""


def seen(count: int = 4) -> Schedule:
    return schedule(policy("django"), starts("django", DAY), DAY, count=count)


def turns(line: Line) -> dict[str, date | None]:
    return {"mainstream": ends(line)["mainstream"], "end": line.end}


def test_support_since_2_0_but_for_eight_days() -> None:
    rows = table("django")["lines"]
    computed = {(line.name, what): day for line in seen().lines if line.actual for what, day in turns(line).items()}
    assert {place: (day, rows[place[0]][place[1]]) for place, day in computed.items() if place not in PLANNED and day != rows[place[0]][place[1]]} == {
        place: one[:2] for place, one in DIFFERENT.items()
    }
    assert len(computed) == 28


def test_what_is_planned_ends_in_the_month_that_is_published() -> None:
    """6.1 ends with 2028.0, in January; the table has the day before the year."""
    planned = {(line.name, what): day for line in seen().lines for what, day in turns(line).items() if (line.name, what) in PLANNED}
    assert planned == {("6.0", "end"): date(2027, 4, 1), ("6.1", "mainstream"): date(2027, 4, 1), ("6.1", "end"): date(2028, 1, 12)}
    rows = table("django")["lines"]
    assert [(rows[name][what] - day).days for (name, what), day in planned.items() if day is not None] == [29, 29, -12]


def test_a_release_comes_in_the_first_week_of_its_month() -> None:
    late = {one.name: one.release - one.due for one in seen().lines if one.actual and one.due is not None}
    assert len(late) == 14
    assert max(late.values()) == timedelta(days=6)
    assert min(late.values()) == timedelta()


def test_every_third_release_has_long_term_support() -> None:
    assert [one.name for one in seen().lines if one.lts] == ["2.2", "3.2", "4.2", "5.2", "6.2"]


def test_2028_comes_after_6_2() -> None:
    coming = list(seen().coming())
    assert [(one.name, one.release, one.rules.id) for one in coming] == [
        ("6.2", date(2027, 4, 1), "dep-4"),
        ("2028", date(2028, 1, 12), "dep-20"),
        ("2029", date(2029, 1, 10), "dep-20"),
        ("2030", date(2030, 1, 9), "dep-20"),
    ]
    assert [(one.name, one.lts, one.end) for one in coming] == [
        ("6.2", True, date(2030, 4, 30)),
        ("2028", False, date(2030, 12, 7)),
        ("2029", False, date(2031, 12, 7)),
        ("2030", False, date(2032, 12, 7)),
    ]


def test_by_the_rules_before_it_7_0_comes_after_6_2() -> None:
    there = schedule(policy("django"), starts("django", DAY), DAY, rules="dep-4", count=4)
    assert [(one.name, one.lts) for one in there.coming()] == [("6.2", True), ("7.0", False), ("7.1", False), ("7.2", True)]


def test_three_feature_releases_are_supported_at_a_time_from_2030_on() -> None:
    there = schedule(policy("django"), starts("django", DAY), DAY, until=date(2031, 12, 31))
    assert {one.name: one.state(date(2030, 6, 1)) for one in there.supported(date(2030, 6, 1))} == {"2030": "mainstream", "2029": "extended", "2028": "extended"}
