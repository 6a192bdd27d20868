"""Rust: every release since 1.1 is on the grid of six weeks, but for two that came a day early."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from sync.policy.lines import Schedule, schedule
from sync.policy.model import Released
from sync.version import Version
from tests.policy.tables import policy, table

DAY = date(2026, 8, 22)

EARLY: dict[str, tuple[date, date, str]] = {
    "1.7": (date(2016, 3, 3), date(2016, 3, 2), "announced a day before the one that its release notes say, the 3rd"),
    "1.22": (date(2017, 11, 23), date(2017, 11, 22), "the 23rd was Thanksgiving; the release notes were written for it and corrected (rust-lang/rust#46190)"),
}
"""By the rules, the real day, and why. At most three may be here."""


def releases() -> tuple[Released, ...]:
    return tuple(Released(Version.of(version), day) for version, day in table("rust")["releases"].items())


def seen() -> Schedule:
    return schedule(policy("rust"), releases(), DAY, count=3)


def test_every_release_since_1_1_but_two_left_on_its_thursday() -> None:
    lines = [one for one in seen().lines if one.actual]
    assert [one.name for one in lines] == [f"1.{minor}" for minor in range(1, 99)]
    assert {one.name: (one.due, one.release) for one in lines if one.due != one.release} == {name: one[:2] for name, one in EARLY.items()}
    assert len(EARLY) <= 3


def test_no_train_left_empty() -> None:
    due = [one.due for one in seen().lines if one.due is not None]
    assert {later - earlier for earlier, later in pairwise(due)} == {timedelta(weeks=6)}


def test_one_release_is_supported_and_the_next_three_are_known() -> None:
    there = seen()
    assert [one.name for one in there.supported(DAY)] == ["1.98"]
    assert [(one.name, one.release) for one in there.coming()] == [("1.99", date(2026, 10, 1)), ("1.100", date(2026, 11, 12)), ("1.101", date(2026, 12, 24))]


def test_a_branch_is_forked_on_the_friday_before_the_release_before() -> None:
    first, second = list(seen().coming())[:2]
    assert second.cut is not None
    assert (second.cut, f"{second.cut:%A}") == (date(2026, 9, 25), "Friday")
    assert first.release - second.cut == timedelta(days=6)


def test_a_point_release_belongs_to_its_line() -> None:
    there = schedule(policy("rust"), (*releases(), Released(Version.of("1.97.1"), date(2026, 7, 16))), DAY)
    line = there.line((1, 97))
    assert line is not None
    assert (line.release, line.newest, line.end) == (date(2026, 7, 9), Version.of("1.97.1"), date(2026, 8, 20))
