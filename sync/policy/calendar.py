"""The grid of days on which trains leave: from a cadence and a number to a day, and back. Days are dates of the Gregorian calendar, without a time zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from sync.errors import UsageError, problem
from sync.policy.model import LAST, Cadence, Cut, On, Shift, Span

DAY = timedelta(days=1)


class UnknownCountryError(UsageError):
    """Nothing is known of the public holidays of ``country``."""

    def __init__(self, country: str, path: str = "", line: int = 0, column: int = 0) -> None:
        said = f'nothing is known of public holidays in "{country}"'
        super().__init__(problem(said, path=path, line=line, column=column, hint="an ISO 3166 code, such as US or DE-BY"))
        self.country = country


def in_month(on: On, year: int, month: int, otherwise: int = 1) -> date:
    """That day of a month; ``otherwise`` where ``on`` names none. Months beyond 12 count on into the next years.

    A fifth weekday that a month does not have is its last one.
    """
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    first, length = monthrange(year, month)
    if on.weekday is None:
        day = on.day or otherwise
        return date(year, month, length if day == LAST else min(day, length))
    if on.nth == LAST:
        return date(year, month, length - (first + length - 1 - on.weekday) % 7)
    day = max(on.since, 1) if not on.nth else 1
    day += (on.weekday - first - day + 1) % 7 + 7 * max(on.nth - 1, 0)
    if day > length and on.nth:
        day -= 7
    return date(year, month, 1) + timedelta(days=day - 1)


def slot(cadence: Cadence, index: int) -> date:
    """The day of the index-th train on the grid, before any shift."""
    if cadence.weeks:
        assert cadence.anchor is not None, "the reader refuses a cadence of weeks without an anchor"
        return cadence.anchor[1] + timedelta(weeks=cadence.weeks * index)
    if cadence.year:
        return in_month(cadence.on, index // len(cadence.year), cadence.year[index % len(cadence.year)])
    return in_month(cadence.on, 0, _origin(cadence) + index * cadence.months + 1, cadence.anchor[1].day if cadence.anchor else 1)


def index(cadence: Cadence, day: date) -> int:
    """The train on the grid that is nearest to a day; the earlier of two."""
    if cadence.weeks:
        assert cadence.anchor is not None, "the reader refuses a cadence of weeks without an anchor"
        near = (day - cadence.anchor[1]).days // (7 * cadence.weeks)
    elif cadence.year:
        near = day.year * len(cadence.year) + sum(month < day.month for month in cadence.year)
    else:
        near = (day.year * 12 + day.month - 1 - _origin(cadence)) // cadence.months
    return min((near - 1, near, near + 1, near + 2), key=lambda one: abs((slot(cadence, one) - day).days))


def train(cadence: Cadence, day: date) -> int:
    """The train that leaves, after the shift, nearest to a day: the inverse of ``leaves``. The earlier of two that are equally near, or that leave on one day."""
    near = index(cadence, day)
    return min(range(near - 2, near + 3), key=lambda one: abs((leaves(cadence, one) - day).days))


def leaves(cadence: Cadence, index: int) -> date:
    """The day on which the index-th train leaves: that of the grid, moved off the days on which nothing is released."""
    return shifted(cadence.shift, slot(cadence, index))


def _origin(cadence: Cadence) -> int:
    """The month, counted from year 0, that every so many months are counted from."""
    return cadence.anchor[1].year * 12 + cadence.anchor[1].month - 1 if cadence.anchor else 0


def shifted(shift: Shift, day: date) -> date:
    """The day that a date moves to: itself where it is not off. It never reorders two dates; the earlier of two that are equally near.

    Raises UnknownCountryError.
    """
    if not shift.weekends and not shift.holidays:
        return day
    later = earlier = day
    while is_off(shift, later):
        later += DAY
    while is_off(shift, earlier):
        earlier -= DAY
    if shift.direction == "later":
        return later
    if shift.direction == "earlier":
        return earlier
    return later if later - day < day - earlier else earlier


def is_off(shift: Shift, day: date) -> bool:
    """Whether nothing is released on a day."""
    return shift.weekends and day.weekday() > 4 or shift.holidays and any(day in _holidays(country, day.year) for country in shift.countries)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country, by PyPI's ``holidays``, which is loaded when a rule set asks for them."""
    import holidays

    code, _, part = country.partition("-")
    try:
        return frozenset(holidays.country_holidays(code, subdiv=part or None, years=year))
    except NotImplementedError:
        raise UnknownCountryError(country) from None


def cut(rule: Cut | None, shift: Shift, day: date) -> date | None:
    """The day on which the branch of the release that is due on ``day`` (by the grid, before the shift) is cut; None without a rule: there is no branch before the release."""
    if rule is None:
        return None
    at = in_month(rule.on, day.year, day.month) if rule.on is not None else day - timedelta(days=rule.days)
    return shifted(shift, at) if rule.shifted else at


def after(span: Span, start: date) -> date | None:
    """The first day after a span that begins on ``start``; None where it counts releases, or does not end."""
    if span.months:
        named = span.on != On()
        return in_month(span.on if named else On(day=start.day), start.year, start.month + span.months)
    if span.weeks:
        return start + timedelta(weeks=span.weeks)
    if not span.month:
        return None
    first = in_month(span.on, start.year, span.month)
    return in_month(span.on, start.year + span.times - (first > start), span.month)
