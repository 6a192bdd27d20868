"""Laws of the release policy, over generated rule sets and releases: late ones, burned numbers, patches in any order."""

from __future__ import annotations

import ast
import time
from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync.policy import calendar
from sync.policy.lines import Schedule, is_lts, next_number, number_of, schedule
from sync.policy.model import LAST, Cadence, Cut, Line, Lts, Number, On, Phase, Policy, Released, Rules, Shift, Span, Versions
from sync.version import Version

DAY: Final = timedelta(days=1)
FIRST: Final = date(2015, 1, 1)
FIXES: Final = ("security", "bug")
POLICY: Final = Path(__file__).parents[2] / "sync" / "policy"

days = st.dates(FIRST, date(2035, 12, 31))
countries = st.sampled_from(["US", "DE", "DE-BY", "CN", "JP", "GB", "IL"])
lasting = st.one_of(st.integers(1, 31), st.just(LAST))
weekdays = st.integers(0, 6)
ons = st.one_of(
    lasting.map(lambda day: On(day=day)),
    st.tuples(weekdays, st.one_of(st.integers(1, 5), st.just(LAST))).map(lambda one: On(weekday=one[0], nth=one[1])),
    st.tuples(weekdays, st.integers(1, 31)).map(lambda one: On(weekday=one[0], since=one[1])),
)
directions: st.SearchStrategy[Literal["later", "earlier", "nearest"]] = st.sampled_from(["later", "earlier", "nearest"])
whose: st.SearchStrategy[Literal["all", "lts", "ordinary"]] = st.sampled_from(["all", "lts", "ordinary"])
off = st.one_of(
    st.tuples(st.just(False), st.just(False), st.just(())),
    st.tuples(st.just(True), st.just(False), st.just(())),
    st.tuples(st.booleans(), st.just(True), st.lists(countries, min_size=1, max_size=3, unique=True).map(tuple)),
)
shifts = st.tuples(directions, off).map(lambda one: Shift(one[0], *one[1]))


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    """Every kind of cadence, with an anchor on its grid."""
    version = Version.of("4.0.0")
    kind, shift = draw(st.sampled_from(["weeks", "months", "year"])), draw(shifts)
    if kind == "weeks":
        anchor = draw(st.dates(FIRST, date(2018, 12, 31)))
        return Cadence(weeks=draw(st.sampled_from([1, 1, 1, 2, 4, 6, 12])), on=On(weekday=anchor.weekday()), shift=shift, anchor=(version, anchor))
    on = draw(ons)
    year = tuple(sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=4)))) if kind == "year" else ()
    month = draw(st.sampled_from(year)) if year else draw(st.integers(1, 12))
    anchor = calendar.in_month(on, draw(st.integers(2015, 2018)), month)
    if not year:
        assume(anchor.month == month)  # a weekday since the 31st may lie in the next month, and then is no month to count from
        on = draw(st.sampled_from([on, On()])) if on.day in (anchor.day, LAST) else on
    return Cadence(months=0 if year else draw(st.integers(1, 12)), year=year, on=on, shift=shift, anchor=(version, anchor))


spans = st.one_of(
    st.integers(1, 6).map(lambda releases: Span(releases=releases)),
    st.tuples(st.integers(1, 36), st.one_of(st.just(On()), ons), st.booleans()).map(lambda one: Span(months=one[0], on=one[1], whole=one[2])),
    st.tuples(st.integers(1, 60), st.booleans()).map(lambda one: Span(weeks=one[0], whole=one[1])),
    st.tuples(st.integers(1, 12), ons, st.integers(1, 3)).map(lambda one: Span(month=one[0], on=one[1], times=one[2])),
)
cuts = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 60), st.booleans()).map(lambda one: Cut(days=one[0], shifted=one[1])),
    st.tuples(ons, st.booleans()).map(lambda one: Cut(on=one[0], shifted=one[1])),
)


@st.composite
def rule_sets(draw: st.DrawFn) -> Rules:
    """A rule set of any kind; its phases may be foolish."""
    bumps = draw(st.sampled_from(["major", "minor"]))
    versions = Versions("major" if bumps == "major" else "minor", draw(st.sampled_from([0, 3])) if bumps == "minor" else 0)
    kinds = draw(st.lists(st.tuples(whose, spans), min_size=1, max_size=4))
    lts = None
    if draw(st.booleans()):
        first: Number = (4,) if bumps == "major" else (4, draw(st.integers(0, 2)))
        every = draw(st.integers(1, 4))
        exclude = draw(st.sampled_from([(), ((8,) if bumps == "major" else (4, 2),)]))
        counted = draw(st.booleans())
        lts = Lts(first, every if counted else 0, 0 if counted else every, (), exclude, draw(st.integers(0, 3)))
    cut = draw(cuts)
    phases = tuple(Phase(f"p{at}", kind, span, FIXES) for at, (kind, span) in enumerate(kinds))
    return Rules("one", "One", FIRST, draw(cadences()), versions, cut, lts, phases)


class Project(NamedTuple):
    """A policy of one rule set, and releases: some late or early, some lines that begin with .1, patches on any day, candidates."""

    policy: Policy
    releases: tuple[Released, ...]

    @property
    def rules(self) -> Rules:
        return self.policy.rules[0]

    def on(self, day: date, count: int = 2) -> Schedule:
        return schedule(self.policy, self.releases, day, count=count)


def policy_of(*rules: Rules) -> Policy:
    return Policy("p.toml", "demo", "Demo", rules)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    rules = draw(rule_sets())
    assert rules.cadence.anchor is not None
    released, number = [], number_of(rules.cadence.anchor[0], rules.versions.bumps)
    train = calendar.index(rules.cadence, rules.cadence.anchor[1])
    for _ in range(draw(st.integers(0, 8))):
        day = calendar.leaves(rules.cadence, train) + draw(st.sampled_from([0, 0, 0, -1, 1, 5, 40])) * DAY
        burned = draw(st.sampled_from([0, 0, 0, 1]))
        patches = [0, *draw(st.lists(st.integers(0, 90), max_size=3))]
        for at, later in enumerate(patches, burned):
            parts = (*number, 0, at)[:3] if len(number) == 1 else (*number, at)
            released.append(Released(Version(parts), day + later * DAY))
        released.append(Released(Version.of(f"{'.'.join(map(str, (*number, 0, 0)[:3]))}-rc.1"), day - 10 * DAY))
        train += draw(st.sampled_from([1, 1, 1, 2]))
        number = next_number(number, rules.versions)
    return Project(policy_of(rules), tuple(draw(st.permutations(released))))


def events(seen: Schedule) -> list[date]:
    """Every day on which anything changes, with the days before and after it."""
    found = {day + side * DAY for line in seen.lines for day in (line.cut, line.release, line.due, *(one.end for one in line.windows)) if day is not None for side in (-1, 0, 1)}
    return sorted({*found, seen.day})


# ---- the calendar


@given(cadences(), st.integers(0, 200))
def test_index_is_the_inverse_of_slot_and_the_grid_increases(cadence: Cadence, further: int) -> None:
    assert cadence.anchor is not None
    at = calendar.index(cadence, cadence.anchor[1]) + further
    assert calendar.slot(cadence, at - further) == cadence.anchor[1]
    assert calendar.index(cadence, calendar.slot(cadence, at)) == at
    assert calendar.slot(cadence, at) < calendar.slot(cadence, at + 1)


@given(cadences(), st.integers(-3, 60))
def test_train_is_the_inverse_of_leaves(cadence: Cadence, further: int) -> None:
    """Two trains that a holiday puts on one day are the earlier of them."""
    assert cadence.anchor is not None
    at = calendar.index(cadence, cadence.anchor[1]) + further
    leaves = calendar.leaves(cadence, at)
    train = calendar.train(cadence, leaves)
    assert train <= at
    assert calendar.leaves(cadence, train) == leaves
    assert calendar.leaves(cadence, train - 1) < leaves


@given(cadences(), days)
def test_index_is_the_nearest_of_the_whole_grid(cadence: Cadence, day: date) -> None:
    at = calendar.index(cadence, day)
    away = [abs((calendar.slot(cadence, at + further) - day).days) for further in range(-4, 5)]
    assert min(away) == away[4]


@given(shifts, days, st.integers(0, 20))
def test_a_shift_never_reorders(shift: Shift, day: date, later: int) -> None:
    assert calendar.shifted(shift, day) <= calendar.shifted(shift, day + later * DAY)


@given(shifts, days)
def test_a_shift_ends_on_a_working_day_the_right_way_and_stays_there(shift: Shift, day: date) -> None:
    to = calendar.shifted(shift, day)
    assert not calendar.is_off(shift, to)
    assert calendar.shifted(shift, to) == to
    between = [day + further * DAY for further in range(1, (to - day).days)] + [to + further * DAY for further in range(1, (day - to).days)]
    assert all(calendar.is_off(shift, one) for one in between)
    assert to == day or calendar.is_off(shift, day)
    assert (to >= day, to <= day) in {"later": [(True, False), (True, True)], "earlier": [(False, True), (True, True)]}.get(shift.direction, [(to >= day, to <= day)])


@pytest.mark.parametrize(("direction", "wanted"), [("later", date(2027, 3, 1)), ("earlier", date(2025, 12, 31)), ("nearest", date(2025, 12, 31))])
def test_a_holiday_of_fourteen_months_is_got_over(monkeypatch: pytest.MonkeyPatch, direction: str, wanted: date) -> None:
    long = frozenset(date(2026, 1, 1) + further * DAY for further in range(424))
    monkeypatch.setattr(calendar, "_holidays", lambda *_: long)
    shift = Shift(direction, False, True, ("US",))  # type: ignore[arg-type]  # one of the three
    assert calendar.shifted(shift, date(2026, 7, 1)) == wanted


@given(ons, st.integers(1904, 2096), st.integers(-24, 36))
def test_a_day_of_a_month_is_in_it_or_runs_over_by_its_own_words(on: On, year: int, month: int) -> None:
    day = calendar.in_month(on, year, month)
    begins = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    if on.since:
        assert 0 <= (day - begins).days - (on.since - 1) < 7
    else:
        assert (day.year, day.month) == (begins.year, begins.month)
    if on.weekday is not None:
        assert day.weekday() == on.weekday
    if on.day > 0:
        assert day.day == on.day or day.day < on.day and (day + DAY).day == 1
    if LAST in (on.day, on.nth):
        assert (day + (7 if on.weekday is not None else 1) * DAY).month != day.month
    elif on.nth:
        assert (day.day - 1) // 7 + 1 == on.nth or on.nth == 5 and (day.day - 1) // 7 == 3 and (day + 7 * DAY).month != day.month


@pytest.mark.parametrize("months", [1, 2, 3, 4, 6, 12, 48])
def test_a_grid_from_a_leap_day_has_every_leap_day_that_it_can(months: int) -> None:
    cadence = Cadence(months=months, anchor=(Version.of("1"), date(2024, 2, 29)))
    first = calendar.index(cadence, date(2024, 2, 29))
    found = [calendar.slot(cadence, first + at) for at in range(1 + 1200 // months)]
    assert found[0] == date(2024, 2, 29)
    assert all(one.day == (29 if one.month != 2 or isleap(one.year) else 28) for one in found)
    assert [calendar.index(cadence, one) for one in found] == list(range(first, first + len(found)))


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        (Span(months=12), date(2024, 2, 29), date(2025, 2, 28)),
        (Span(months=48), date(2024, 2, 29), date(2028, 2, 29)),
        (Span(months=12, on=On(day=LAST)), date(2027, 2, 28), date(2028, 2, 29)),
        (Span(months=1), date(2024, 1, 31), date(2024, 2, 29)),
        (Span(months=24, on=On(day=28)), date(2024, 2, 29), date(2026, 2, 28)),
        (Span(month=2, on=On(day=29)), date(2024, 2, 29), date(2025, 2, 28)),
        (Span(month=2, on=On(day=29), times=4), date(2024, 3, 1), date(2028, 2, 29)),
        (Span(weeks=52), date(2024, 2, 29), date(2025, 2, 27)),
    ],
)
def test_spans_over_leap_days(span: Span, start: date, end: date) -> None:
    assert calendar.after(span, start) == end


@given(spans, days)
def test_a_span_ends_after_its_start(span: Span, start: date) -> None:
    end = calendar.after(span, start)
    assert end is None if span.releases else end is not None
    if end is not None and not (span.months == 1 or span.on.since):
        assert end > start


# ---- lines


@given(projects(), days)
def test_windows_follow_each_other_from_the_release_on(project: Project, day: date) -> None:
    for line in project.on(day).lines:
        assert line.cut is None or line.cut <= line.release
        if line.windows:
            assert line.windows[0].start == line.release
        assert all(before.end == after.start for before, after in pairwise(line.windows))
        assert all(one.end is None or one.start < one.end for one in line.windows)
        order = [project.rules.phases.index(one.phase) for one in line.windows]
        assert order == sorted(set(order))
        assert all(one.phase.lines != ("ordinary" if line.lts else "lts") for one in line.windows)


@given(projects(), days)
def test_never_more_lts_lines_than_allowed(project: Project, day: date) -> None:
    lts = project.rules.lts
    assume(lts is not None and lts.active)
    assert lts is not None
    seen = project.on(day, 9)
    for one in events(seen):
        active = [line.name for line in seen.supported(one) if line.lts]
        assert len(active) <= lts.active, (one, active)


@given(projects(), days)
def test_every_line_is_in_exactly_one_state_on_every_day_and_never_goes_back(project: Project, day: date) -> None:
    seen = project.on(day)
    order = ["planned", "candidate", *(phase.name for phase in project.rules.phases), "end of life"]
    for line in seen.lines:
        states = [line.state(one) for one in events(seen)]
        assert [order.index(state) for state in states] == sorted(order.index(state) for state in states)
        for one, state in zip(events(seen), states, strict=True):
            inside = [window.phase.name for window in line.windows if window.start <= one and (window.end is None or one < window.end)]
            before = ["candidate" if line.cut is not None and line.cut <= one else "planned"] if one < line.release else []
            ended = ["end of life"] if one >= line.release and (line.end is not None and one >= line.end) else []
            assert [*before, *inside, *ended] == [state]


@given(projects(), days)
def test_every_release_belongs_to_one_line(project: Project, day: date) -> None:
    seen = project.on(day)
    out: dict[Number, list[Released]] = {}
    for one in project.releases:
        if not one.version.is_prerelease and one.day <= day:
            out.setdefault(number_of(one.version, project.rules.versions.bumps), []).append(one)
    actual = {line.number: line for line in seen.lines if line.actual}
    assert actual.keys() == out.keys()
    for number, line in actual.items():
        assert line.release == min(one.day for one in out[number])
        assert line.newest == max(one.version for one in out[number])
        assert Released(line.version, line.release) in out[number]
        assert line.lts == is_lts(project.rules.lts, number, project.rules.versions)


@given(projects(), days)
def test_the_days_of_coming_lines_increase_and_none_lies_behind(project: Project, day: date) -> None:
    seen = project.on(day, 6)
    coming = [line for line in seen.lines if not line.actual]
    assert len(coming) >= 6
    due = [line.due for line in coming if line.due is not None]
    assert len(due) == len(coming)
    assert all(before < after for before, after in pairwise(due))
    assert all(before.release <= after.release and before.number < after.number for before, after in pairwise(seen.lines[-len(coming) :]))
    if project.on(day).lines[0].actual:
        assert all(line.release >= day for line in coming)


@given(rule_sets(), st.integers(1, 30))
def test_on_paper_no_train_is_lost_and_none_leaves_on_a_day_off(rules: Rules, count: int) -> None:
    cadence = rules.cadence
    assert cadence.anchor is not None
    day = calendar.shifted(cadence.shift, cadence.anchor[1])
    assume(day >= FIRST)
    seen = schedule(policy_of(rules), (), day, count=count)
    first = calendar.index(cadence, cadence.anchor[1])
    grid = sorted({calendar.leaves(cadence, first + at) for at in range(3 * count + 40)})
    found = [line.release for line in seen.lines]
    assert found == grid[: len(found)]
    assert len(found) >= count
    assert not any(calendar.is_off(cadence.shift, one) for one in found)


@given(projects(), days, st.integers(0, 400))
def test_two_days_agree_on_what_was_out_on_the_earlier(project: Project, day: date, later: int) -> None:
    first, second = project.on(day), project.on(day + later * DAY)
    for line in first.lines:
        if line.actual:
            same = second.line(line.number)
            assert same is not None
            assert (same.actual, same.version, same.release, same.due, same.cut, same.lts) == (True, line.version, line.release, line.due, line.cut, line.lts)
            assert [same.state(one) for one in events(first) if one < day] == [line.state(one) for one in events(first) if one < day]


@given(projects(), days, st.data())
def test_patches_and_candidates_change_nothing_but_the_newest(project: Project, day: date, data: st.DataObject) -> None:
    lines = [line for line in project.on(day).lines if line.actual]
    assume(lines)
    line = data.draw(st.sampled_from(lines))
    patch = Version((*line.newest.release[:2], line.newest.patch + data.draw(st.integers(1, 3))))
    more = (Released(patch, line.release + data.draw(st.integers(0, 500)) * DAY), Released(Version.of("99.0.0-rc.1"), day))

    def shape(one: Line) -> Line:
        return one._replace(newest=one.version)

    assert [shape(one) for one in schedule(project.policy, (*project.releases, *more), day, count=2).lines] == [shape(one) for one in project.on(day).lines]


@given(projects(), days, st.data())
def test_the_order_in_which_releases_are_told_does_not_matter(project: Project, day: date, data: st.DataObject) -> None:
    assert schedule(project.policy, data.draw(st.permutations(project.releases)), day, count=2) == project.on(day)


@given(projects(), days, st.integers(1, 4))
def test_looking_further_ahead_changes_nothing_of_what_was_seen(project: Project, day: date, count: int) -> None:
    near, far = project.on(day, count), project.on(day, count + 3)
    assert far.lines[: len(near.lines)] == near.lines
    reached = schedule(project.policy, project.releases, day, count=1, until=far.lines[-1].release)
    assert reached.lines[: len(far.lines)] == far.lines


@given(projects(), cadences(), days, days)
def test_a_new_cadence_keeps_the_past_and_counts_on(project: Project, cadence: Cadence, change: date, day: date) -> None:
    """From a later rule set on trains leave by another grid; what is out stays as it was, and no number is left out."""
    assume(project.on(day).lines[0].actual)
    heir = project.rules._replace(id="two", effective=change, cadence=cadence)
    seen = schedule(policy_of(project.rules, heir), project.releases, day, count=4)
    numbers = [line.number for line in seen.lines if not line.actual]
    assert all(after == next_number(before, project.rules.versions) for before, after in pairwise(numbers))
    due = [line.due for line in seen.lines if not line.actual and line.due is not None]
    assert all(before < after for before, after in pairwise(due))
    past = {line.number: line.due for line in project.on(day).lines if line.actual and line.release < change}
    assert {line.number: line.due for line in seen.lines if line.number in past} == past


@given(projects(), days)
def test_no_time_zone_changes_anything(project: Project, day: date) -> None:
    wanted = project.on(day)
    with pytest.MonkeyPatch.context() as patch:
        for zone in ("Pacific/Kiritimati", "America/Anchorage", "UTC"):
            patch.setenv("TZ", zone)
            time.tzset()
            assert project.on(day) == wanted
    time.tzset()


# ---- no clock


CLOCKS: Final = frozenset({"today", "now", "utcnow", "fromtimestamp", "utcfromtimestamp", "time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter", "environ", "getenv"})
UNWANTED: Final = frozenset({"time", "datetime.datetime", "datetime.timezone", "zoneinfo", "os", "random", "subprocess", "socket"})


def asked(tree: ast.AST) -> Iterator[str]:
    """What a module asks of the world: clocks that it calls, and modules that have them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield node.attr
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.split(".")[0] in UNWANTED)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names if node.module in UNWANTED or f"{node.module}.{one.name}" in UNWANTED)


@pytest.mark.parametrize("name", sorted(path.name for path in POLICY.glob("*.py")))
def test_no_function_of_the_policy_reads_a_clock(name: str) -> None:
    assert list(asked(ast.parse((POLICY / name).read_bytes()))) == []


def test_a_clock_would_be_seen() -> None:
    text = "import time, datetime\nfrom os import environ\nfrom datetime import date, datetime as d\nx = date.today(), datetime.datetime.now()"
    assert sorted(asked(ast.parse(text))) == ["datetime.datetime", "now", "os.environ", "time", "today"]
