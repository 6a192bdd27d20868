"""The geometry of the timeline, against places that were worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.report.page.model import Line, Phase
from sync.report.page.timeline import NARROW, WIDE, Style, lay_out, month, reach, text, ticks
from tests.page.pages import DAY, LINES, line, planned

PLAIN = Style(0, 40, 30, 10, 5, 20)
YEAR = (line("1", date(2026, 1, 1), date(2026, 12, 5)),)
"""With it the axis is the year 2026, of 365 days, plus nothing."""


def test_the_axis_reaches_from_the_first_of_a_month_to_the_first_of_one() -> None:
    assert reach(YEAR, date(2026, 7, 2)) == (date(2026, 1, 1), date(2027, 1, 1))
    assert reach((), date(2026, 7, 2)) == (date(2026, 7, 1), date(2026, 8, 1))
    assert reach(LINES, DAY) == (date(2025, 8, 1), month(DAY, 36)), "36 began then; 48 has no end, so it reaches as far as the page does"
    assert reach((line("1", date(2019, 1, 1), date(2040, 1, 1)),), DAY) == (date(2025, 8, 1), date(2029, 11, 1))


def test_a_line_to_come_does_not_stretch_the_axis_by_its_end() -> None:
    assert reach((planned("60", date(2027, 10, 20), date(2029, 10, 20)),), DAY)[1] == date(2028, 3, 1)
    assert reach((planned("49", date(2026, 12, 21), date(2027, 2, 22)),), DAY)[1] == date(2027, 3, 1)


@pytest.mark.parametrize(("day", "percent"), [(date(2026, 1, 1), 0), (date(2026, 3, 15), 20), (date(2026, 5, 27), 40), (date(2026, 10, 20), 80)])
def test_a_day_lies_where_its_share_of_the_axis_is(day: date, percent: float) -> None:
    """Of 365 days: 73 are 20 %, 146 are 40 %, 292 are 80 %."""
    drawn = lay_out(YEAR, day, PLAIN)
    assert drawn.today == pytest.approx(percent)
    assert lay_out(YEAR, day, PLAIN._replace(gutter=10)).today == pytest.approx(10 + percent * 0.9)


def test_phases_follow_one_another_without_a_gap() -> None:
    phases = (Phase("active", date(2026, 1, 1), date(2026, 3, 15)), Phase("maintenance", date(2026, 3, 15), date(2026, 12, 31)))
    drawn = lay_out((YEAR[0]._replace(phases=phases),), DAY, PLAIN)
    first, second = drawn.tracks[0].bars
    assert (first.at, first.width, second.at, second.width) == pytest.approx((0, 20, 20, 364 / 3.65 - 20))
    assert (first.style, second.style, first.title) == (0, 1, "1: active from 1 Jan 2026 to 15 Mar 2026")
    assert drawn.phases == ("active", "maintenance")


def test_what_has_no_end_reaches_to_the_edge_and_says_so() -> None:
    bar = lay_out(LINES, DAY, PLAIN).tracks[3].bars[0]
    assert bar.at + bar.width == pytest.approx(100)
    assert bar.title == "48: lts from 20 Aug 2026, with no end stated"


def test_what_lies_before_the_axis_is_cut_off() -> None:
    drawn = lay_out((line("1", date(2020, 1, 1), date(2021, 1, 1)), line("2", date(2021, 1, 1), date(2027, 1, 1))), DAY, PLAIN)
    assert [len(one.bars) for one in drawn.tracks] == [0, 1]
    assert drawn.tracks[1].bars[0].at == 0


def test_long_term_support_has_a_pattern_of_its_own_whichever_line_comes_first() -> None:
    assert lay_out(LINES, DAY, PLAIN).phases == ("supported", "lts")
    assert [one.bars[0].style for one in lay_out(LINES, DAY, PLAIN).tracks] == [1, 0, 0, 1, 0, 1]
    assert [(one.name, one.lts, one.look) for one in lay_out(LINES, DAY, PLAIN).tracks] == [
        ("36", True, "out"),
        ("46", False, "ended"),
        ("47", False, "out"),
        ("48", True, "out"),
        ("49", False, "planned"),
        ("60", True, "planned"),
    ]


def test_labels_say_what_matters_of_a_line() -> None:
    assert [one.label for one in lay_out(LINES, DAY, WIDE).tracks] == [
        "until 20 Aug 2027",
        "ended 20 Aug 2026",
        "until 49 is out",
        "no end stated",
        "from 21 Dec 2026",
        "from 20 Oct 2027",
    ]


def test_a_label_stands_after_its_bar_or_before_it_or_at_the_edge() -> None:
    style = PLAIN._replace(gutter=10)
    early, late, long = line("1", date(2026, 1, 1), date(2026, 3, 15)), line("2", date(2026, 9, 1), date(2026, 12, 31)), line("3", date(2026, 1, 5), date(2026, 12, 31))
    placed = [(one.label_at, one.shift, one.anchor) for one in lay_out((early, late, long), date(2026, 5, 5), style).tracks]
    assert placed == [(pytest.approx(28), 8, "start"), (pytest.approx(10 + 90 * 243 / 365), -8, "end"), (100, -8, "end")]
    assert {(one.label_at, one.anchor) for one in lay_out((early, late, long), date(2026, 5, 5), NARROW).tracks} == {(100, "end")}


def test_rows_are_below_one_another_and_all_within_the_height() -> None:
    for style in (WIDE, NARROW):
        drawn = lay_out(LINES, DAY, style)
        assert [one.top for one in drawn.tracks] == [style.head + style.row * at for at in range(6)]
        assert drawn.tracks[-1].top + style.row <= drawn.height
        assert style.above + style.bar < style.row


@pytest.mark.parametrize(("today", "anchor"), [(date(2026, 1, 3), "start"), (date(2026, 6, 1), "middle"), (date(2026, 12, 30), "end")])
def test_the_day_is_written_within_the_drawing(today: date, anchor: str) -> None:
    assert lay_out(YEAR, today, PLAIN).today_anchor == anchor


def test_ticks_are_months_or_quarters_or_years_as_there_is_room() -> None:
    months = ticks(date(2026, 2, 1), date(2026, 6, 1))
    assert months == [(date(2026, at, 1), label, at == 2) for at, label in ((2, "Feb 2026"), (3, "Mar"), (4, "Apr"), (5, "May"), (6, "Jun"))]
    quarters = ticks(date(2025, 8, 1), date(2028, 9, 1))
    assert [label for _, label, _ in quarters] == ["Oct", "2026", "Apr", "Jul", "Oct", "2027", "Apr", "Jul", "Oct", "2028", "Apr", "Jul"]
    assert [day for day, _, year in quarters if year] == [date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)]
    assert [label for _, label, _ in ticks(date(2020, 5, 1), date(2030, 5, 1))] == [str(year) for year in range(2021, 2031)]
    assert len(ticks(date(1900, 1, 1), date(2100, 1, 1))) < 25


def test_days_are_written_without_ambiguity() -> None:
    assert text(date(2026, 3, 4)) == "4 Mar 2026"


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(st.lists(st.tuples(DAYS, st.integers(1, 3000), st.booleans()), max_size=8), DAYS, st.sampled_from([WIDE, NARROW]))
def test_whatever_the_lines_the_drawing_stays_within_its_frame(some: list[tuple[date, int, bool]], day: date, style: Style) -> None:
    lines: list[Line] = [line(str(at), start, start + timedelta(days=span), out=out) for at, (start, span, out) in enumerate(some)]
    drawn = lay_out(lines, day, style)
    assert style.gutter <= drawn.today <= 100
    for one in drawn.tracks:
        assert all(style.gutter <= bar.at and bar.width > 0 and bar.at + bar.width <= 100 + 1e-9 for bar in one.bars)
        assert 0 <= one.label_at <= 100
    starts = [(lines[at].release, one.bars[0].at) for at, one in enumerate(drawn.tracks) if one.bars]
    assert [at for _, at in sorted(starts)] == sorted(at for _, at in starts), "what begins later is never drawn farther to the left"
    assert [one.at for one in drawn.ticks] == sorted(one.at for one in drawn.ticks)
