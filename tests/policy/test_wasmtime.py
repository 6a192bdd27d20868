"""Wasmtime's rule sets against what the texts say, and against the real releases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sync.policy.lines import schedule
from sync.policy.model import Policy, Released
from sync.version import Version

RFC = "rfc-2021-09-09"


def on_paper(current: int) -> date:
    """The day on which that version is released by the RFC."""
    return date(2022, 9, 20) + timedelta(weeks=4 * (current - 1))


def test_the_long_term_lines_of_the_rfc_are_1_5_10_15(wasmtime: Policy) -> None:
    seen = schedule(wasmtime, (), on_paper(1), rules=RFC, count=26)
    assert [one.name for one in seen.lines if one.lts] == ["1", "5", "10", "15", "20", "25"]


def test_14_comes_a_year_after_1(wasmtime: Policy) -> None:
    seen = schedule(wasmtime, (), on_paper(1), rules=RFC, count=14)
    first, last = seen.lines[0], seen.lines[13]
    assert (first.name, first.release, last.name, last.release) == ("1", date(2022, 9, 20), "14", date(2023, 9, 19))
    assert last.release - first.release == timedelta(weeks=52)


@pytest.mark.parametrize(("current", "active"), [(1, ["1"]), (4, ["1"]), (5, ["5", "1"]), (9, ["5", "1"]), (10, ["10", "5"]), (14, ["10", "5"]), (15, ["15", "10"]), (20, ["20", "15"])])
def test_two_long_term_lines_are_active_from_5_on(wasmtime: Policy, current: int, active: list[str]) -> None:
    seen = schedule(wasmtime, (), on_paper(current), rules=RFC, count=current + 1)
    assert [one.name for one in seen.supported(on_paper(current)) if one.lts] == active


def test_the_first_long_term_line_ends_with_10_because_two_are_active(wasmtime: Policy) -> None:
    seen = schedule(wasmtime, (), on_paper(1), rules=RFC, count=16)
    assert {one.name: one.end for one in seen.lines if one.lts and one.name != "15"} == {"1": on_paper(10), "5": on_paper(15), "10": on_paper(20)}


def test_real_releases_differ_from_the_twentieth_by_eight(wasmtime: Policy, releases: tuple[Released, ...]) -> None:
    seen = schedule(wasmtime, releases, date(2026, 8, 21))
    assert [one.name for one in seen.lines if one.actual and one.release >= date(2022, 4, 1) and one.release != one.due] == ["0.38", "4", "17", "26", "35", "37", "42", "45"]


@pytest.mark.parametrize(("current", "supported"), [("39.0.0", ["39", "38", "36", "24"]), ("47.0.0", ["47", "46", "36", "24"])])
def test_the_rules_of_2025_support_the_current_the_one_before_and_two_long_term_lines(wasmtime: Policy, releases: tuple[Released, ...], current: str, supported: list[str]) -> None:
    day = next(one.day for one in releases if one.version == Version.of(current)) + timedelta(days=3)
    assert [one.name for one in schedule(wasmtime, releases, day, rules="docs-2025-03-31").supported(day)] == supported
    assert [one.name for one in schedule(wasmtime, releases, day).supported(day)] == supported


def test_a_number_that_was_never_tagged_is_no_hole(wasmtime: Policy, releases: tuple[Released, ...]) -> None:
    """38.0.0 was burned: the line begins with 38.0.1."""
    line = schedule(wasmtime, releases, date(2025, 11, 1)).line((38,))
    assert line is not None
    assert (line.version, line.release) == (Version.of("38.0.1"), date(2025, 10, 20))
