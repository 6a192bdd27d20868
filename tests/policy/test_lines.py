"""Lines as seen on a day: small examples whose days are worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sync.policy import calendar
from sync.policy.lines import Schedule, schedule
from sync.policy.model import Cadence, Cut, Lts, On, Phase, Policy, Released, Rules, Shift, Span, Versions
from sync.version import Version

MONTHLY = Cadence(months=1, on=On(day=20), anchor=(Version.of("1"), date(2024, 1, 20)))
MAJOR = Versions("major")
TWO = (Phase("supported", "all", Span(releases=2), ("bug",)),)


def rules(cadence: Cadence = MONTHLY, phases: tuple[Phase, ...] = TWO, lts: Lts | None = None, cut: Cut | None = None, versions: Versions = MAJOR) -> Rules:
    return Rules("one", "One", date(2015, 1, 1), cadence, versions, cut, lts, phases)


def policy(*sets: Rules) -> Policy:
    return Policy("p.toml", "demo", "Demo", sets)


def released(**days: date) -> tuple[Released, ...]:
    return tuple(Released(Version.of(name.removeprefix("v").replace("_", ".")), day) for name, day in days.items())


def weekly(anchor: date, *off: str, direction: str = "later") -> Cadence:
    shift = Shift(direction, True, bool(off), off)  # type: ignore[arg-type]  # one of the three
    return Cadence(weeks=1, on=On(weekday=anchor.weekday()), shift=shift, anchor=(Version.of("1"), anchor))


def due(seen: Schedule) -> dict[str, date | None]:
    return {one.name: one.due for one in seen.lines}


# ---- trains that are moved


def test_a_train_that_is_moved_nearer_to_the_next_one_is_not_taken_for_it() -> None:
    """Good Friday 2024 and Easter Monday are off in Germany: that train leaves on Tuesday, three days before the next, which leaves all the same."""
    seen = schedule(policy(rules(weekly(date(2024, 3, 22), "DE"))), (), date(2024, 3, 22), count=3)
    assert list(due(seen).values()) == [date(2024, 3, 22), date(2024, 4, 2), date(2024, 4, 5), date(2024, 4, 12)]


def test_a_release_on_the_day_to_which_its_train_was_moved_was_not_late() -> None:
    seen = schedule(policy(rules(weekly(date(2024, 3, 22), "DE"))), released(v1=date(2024, 3, 22), v2=date(2024, 4, 2)), date(2024, 4, 3), count=1)
    assert due(seen) == {"1": date(2024, 3, 22), "2": date(2024, 4, 2), "3": date(2024, 4, 5)}


def test_two_trains_that_are_moved_to_one_day_are_one_release() -> None:
    """China, October 2026: the first seven days are off, and the eighth is a Thursday."""
    cadence = weekly(date(2026, 9, 24), "CN")
    assert [calendar.leaves(cadence, at) for at in range(4)] == [date(2026, 9, 24), date(2026, 10, 8), date(2026, 10, 8), date(2026, 10, 15)]
    seen = schedule(policy(rules(cadence)), (), date(2026, 9, 24), count=2)
    assert list(due(seen).values()) == [date(2026, 9, 24), date(2026, 10, 8), date(2026, 10, 15)]


def test_a_cut_belongs_to_the_day_of_the_grid_and_not_to_the_one_to_which_it_is_moved() -> None:
    """Friday a week before Good Friday is the 22nd; not ten days before the Tuesday."""
    seen = schedule(policy(rules(weekly(date(2024, 3, 22), "DE"), cut=Cut(days=7))), (), date(2024, 3, 22), count=2)
    assert [one.cut for one in seen.lines] == [date(2024, 3, 15), date(2024, 3, 22), date(2024, 3, 29)]


def test_a_cut_may_be_moved_itself_and_is_never_after_the_release() -> None:
    late = rules(weekly(date(2024, 3, 25), "DE"), cut=Cut(days=3, shifted=True))
    seen = schedule(policy(late), (), date(2024, 3, 25), count=1)
    assert [(one.cut, one.release) for one in seen.lines] == [(date(2024, 3, 22), date(2024, 3, 25)), (date(2024, 4, 2), date(2024, 4, 2))]


@pytest.mark.parametrize(
    ("direction", "days"),
    [
        ("later", [date(2024, 12, 27), date(2024, 12, 30), date(2025, 1, 2)]),
        ("earlier", [date(2024, 12, 24), date(2024, 12, 27), date(2024, 12, 31)]),
        ("nearest", [date(2024, 12, 24), date(2024, 12, 27), date(2024, 12, 31)]),
    ],
)
def test_christmas_a_saturday_and_new_year_in_germany(direction: str, days: list[date]) -> None:
    shift = Shift(direction, True, True, ("DE",))  # type: ignore[arg-type]  # one of the three
    assert [calendar.shifted(shift, one) for one in (date(2024, 12, 25), date(2024, 12, 28), date(2025, 1, 1))] == days


def test_the_holidays_of_several_countries_add_up() -> None:
    """2026-07-03: the day off for the fourth in the US; no holiday in Germany, but a Friday."""
    assert [calendar.shifted(Shift("later", True, True, off), date(2026, 7, 3)) for off in (("DE",), ("US",), ("DE", "US"))] == [date(2026, 7, 3), date(2026, 7, 6), date(2026, 7, 6)]


def test_a_fifth_weekday_that_a_month_does_not_have_is_its_last() -> None:
    assert [calendar.in_month(On(weekday=0, nth=5), 2026, month) for month in (2, 3)] == [date(2026, 2, 23), date(2026, 3, 30)]


# ---- lines


def test_support_ends_with_the_second_line_that_is_out_in_whichever_order() -> None:
    """3 was late, and came after 4: so 1 ends with 3, and 2 with 3 as well."""
    tags = released(v1=date(2024, 1, 20), v2=date(2024, 2, 20), v4=date(2024, 4, 20), v3=date(2024, 4, 25), v5=date(2024, 5, 20))
    seen = schedule(policy(rules()), tags, date(2024, 5, 21))
    assert {one.name: one.end for one in seen.lines if one.number <= (4,)} == {"1": date(2024, 4, 20), "2": date(2024, 4, 25), "3": date(2024, 5, 20), "4": date(2024, 6, 20)}


def test_after_a_late_line_the_next_train_is_the_one_after_the_newest() -> None:
    tags = released(v1=date(2024, 1, 20), v3=date(2024, 2, 20), v2=date(2024, 3, 20))
    assert [(one.name, one.due) for one in schedule(policy(rules()), tags, date(2024, 3, 21)).coming()] == [("4", date(2024, 4, 20))]
    tags = released(v1=date(2024, 1, 20), v2=date(2024, 3, 20), v3=date(2024, 2, 20))
    assert [(one.name, one.due) for one in schedule(policy(rules()), tags, date(2024, 3, 21)).coming()] == [("4", date(2024, 4, 20))]


def test_a_line_begins_with_the_first_release_that_there_is() -> None:
    """5.0.0 was burned; 5.0.2 was tagged before 5.0.1."""
    tags = (*released(v5_0_2=date(2024, 5, 20), v5_0_1=date(2024, 5, 22)), Released(Version.of("5.0.0-rc.1"), date(2024, 5, 5)))
    line = schedule(policy(rules()), tags, date(2024, 5, 23)).line((5,))
    assert line is not None
    assert (line.version, line.release, line.newest) == (Version.of("5.0.2"), date(2024, 5, 20), Version.of("5.0.2"))


def test_a_train_that_is_late_is_expected_tomorrow_and_due_since_the_day_that_it_missed() -> None:
    tags = released(v1=date(2024, 1, 20))
    seen = {day: next(schedule(policy(rules()), tags, day).coming()) for day in (date(2024, 2, 20), date(2024, 2, 25), date(2024, 3, 19), date(2024, 3, 20))}
    assert [(one.name, one.due, one.release) for one in seen.values()] == [
        ("2", date(2024, 2, 20), date(2024, 2, 20)),
        ("2", date(2024, 2, 20), date(2024, 2, 26)),
        ("2", date(2024, 2, 20), date(2024, 3, 20)),
        ("2", date(2024, 2, 20), date(2024, 3, 21)),
    ]


def test_lts_lines_beyond_the_exceptions_are_known_soon_enough() -> None:
    """1 and 13 are long-term, 5 and 9 would be: so 1 ends a year after its release with 13, and 13 is twelve lines away."""
    lts = Lts((1,), every=4, exclude=((5,), (9,)), active=1)
    long = (Phase("lts", "lts", Span(), ("bug",)), Phase("rest", "ordinary", Span(releases=1), ("bug",)))
    line = schedule(policy(rules(lts=lts, phases=long)), released(v1=date(2024, 1, 20)), date(2024, 1, 21)).lines[0]
    assert (line.lts, line.end) == (True, date(2025, 1, 20))


def test_a_line_keeps_the_rules_that_speak_of_it() -> None:
    older = rules()
    newer = rules(phases=(Phase("supported", "all", Span(releases=3), ("bug",)),))._replace(id="two", effective=date(2024, 3, 1), lines_from=(3,))
    tags = released(v1=date(2024, 1, 20), v2=date(2024, 2, 20), v3=date(2024, 3, 20))
    seen = schedule(policy(older, newer), tags, date(2024, 3, 21), count=3)
    assert [(one.name, one.rules.id, one.end) for one in seen.lines[:3]] == [("1", "one", date(2024, 3, 20)), ("2", "one", date(2024, 4, 20)), ("3", "two", date(2024, 6, 20))]
    assert [one.rules.id for one in schedule(policy(older, newer), tags, date(2024, 3, 21), rules="one", count=3).lines] == ["one"] * 6


def test_a_rule_set_that_comes_into_force_speaks_of_the_lines_whose_turn_comes_after() -> None:
    newer = rules(Cadence(weeks=2, on=On(weekday=1), anchor=(Version.of("4"), date(2024, 4, 2))))._replace(id="two", effective=date(2024, 4, 1))
    seen = schedule(policy(rules(), newer), released(v1=date(2024, 1, 20)), date(2024, 1, 21), count=5)
    assert [(one.name, one.due, one.rules.id) for one in seen.coming()] == [
        ("2", date(2024, 2, 20), "one"),
        ("3", date(2024, 3, 20), "one"),
        ("4", date(2024, 4, 20), "one"),
        ("5", date(2024, 4, 30), "two"),
        ("6", date(2024, 5, 14), "two"),
    ]


def test_numbers_are_read_by_the_rules_of_their_day() -> None:
    """From minors to majors: 1.9.3 came after 2 and is still of the line 1.9."""
    minor = rules(versions=Versions("minor"))
    major = rules()._replace(id="two", effective=date(2024, 3, 1), lines_from=(2,), after=(1, 9))
    tags = released(v1_8_0=date(2024, 1, 20), v1_9_0=date(2024, 2, 20), v2_0_0=date(2024, 3, 20), v2_1_0=date(2024, 3, 25), v1_9_3=date(2024, 3, 27))
    seen = schedule(policy(minor, major), tags, date(2024, 3, 28))
    assert [(one.name, str(one.newest)) for one in seen.lines if one.actual] == [("1.8", "1.8.0"), ("1.9", "1.9.3"), ("2", "2.1.0")]
    assert [one.name for one in schedule(policy(minor, major), tags[:2], date(2024, 2, 21), count=2).coming()] == ["1.10", "1.11"]
    assert [one.name for one in schedule(policy(minor, major), tags[:2], date(2024, 3, 2), count=2).coming()] == ["2", "3"]


def test_a_hundred_years_without_a_release_are_looked_through() -> None:
    seen = schedule(policy(rules()), released(v1=date(2024, 1, 20)), date(2124, 1, 21))
    assert [(one.name, one.due, one.release) for one in seen.coming()] == [("2", date(2024, 2, 20), date(2124, 1, 22))]
    assert seen.lines[0].state(seen.day - timedelta(days=1)) == "supported"
