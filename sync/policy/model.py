"""The types of a release policy. `sync.policy.read` fills them; nothing here reads a clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from sync.manifest.model import At
from sync.policy.claims import Claims
from sync.version import Version

Number = tuple[int, ...]
"""What tells one release line from another: ``(47,)``, ``(0, 36)``, ``(1, 27)``."""

LAST: Final = -1
"""The last day of a month, or the last such weekday in it."""

FIXES: Final = ("security", "bug", "performance", "feature")
"""The kinds of change that a policy speaks of."""


class On(NamedTuple):
    """A day of a month: the ``day``-th (that month's last where it is shorter), the ``nth`` such weekday, or the first such weekday ``since`` a day.

    ``weekday`` counts from 0, Monday; ``day`` and ``nth`` may be LAST. Without any of them: the day of the month that was counted from.
    """

    day: int = 0
    weekday: int | None = None
    nth: int = 0
    since: int = 0


class Shift(NamedTuple):
    """Which days are off, and which way a date moves off them. ``countries`` are ISO 3166 codes, with a subdivision after a dash (``DE-BY``)."""

    direction: Literal["later", "earlier", "nearest"] = "later"
    weekends: bool = False
    holidays: bool = False
    countries: tuple[str, ...] = ()
    at: At = At()


class Cadence(NamedTuple):
    """When trains leave: every ``weeks`` weeks, every ``months`` months, or in those months of the ``year`` (1 to 12); exactly one of them is set.

    ``anchor`` is a day on the grid and the version that left then. Days are before the shift.
    """

    weeks: int = 0
    months: int = 0
    year: tuple[int, ...] = ()
    on: On = On()
    shift: Shift = Shift()
    anchor: tuple[Version, date] | None = None


class Cut(NamedTuple):
    """When a release's branch is cut: ``days`` before the release's day by the grid, or ``on`` a day of that month. The shift is the cadence's, if at all."""

    days: int = 0
    on: On | None = None
    shifted: bool = False


class Lts(NamedTuple):
    """Which lines are supported longer: from ``first`` on every ``every``-th, or those that ``divisible`` divides; ``also`` and ``exclude`` by name.

    At most ``active`` of them (0: any number) are supported at a time. ``branches`` are their names, newest line first, in the leader's repository alone.
    """

    first: Number
    every: int = 0
    divisible: int = 0
    also: tuple[Number, ...] = ()
    exclude: tuple[Number, ...] = ()
    active: int = 0
    branches: tuple[str, ...] = ()


class Span(NamedTuple):
    """How long a phase lasts: until the n-th line after it (``releases``), so many ``months`` or ``weeks``, or until the ``times``-th such day of a year.

    ``months`` with ``on``: that day of the month so many months later. ``month`` (1 to 12) with ``on``: that day, counted from the phase's start.
    ``whole``: counted from the line's release, not from the phase before. All of them 0: it does not end.
    """

    releases: int = 0
    months: int = 0
    weeks: int = 0
    month: int = 0
    on: On = On()
    times: int = 1
    whole: bool = False


class Phase(NamedTuple):
    """A part of a line's life, in order: ``current``, ``active``, ``maintenance`` ... and the kinds of fix that a line gets in it."""

    name: str
    lines: Literal["all", "lts", "ordinary"]
    span: Span
    fixes: tuple[str, ...]
    at: At = At()


class Fix(NamedTuple):
    """What becomes of one kind of fix on the lines whose phase gets it.

    ``when``: ``at once`` as patch releases, with the ``next train``, or by ``volunteers``. ``requires``: what the fix must be.
    ``older``: what lines get whose support has ended. ``serious``: as what kind a serious one counts.
    """

    when: Literal["at once", "next train", "volunteers"] = "next train"
    requires: tuple[str, ...] = ()
    older: Literal["discretion", "nothing"] = "nothing"
    serious: str = ""
    at: At = At()


class Versions(NamedTuple):
    """What a release raises. ``minors`` is how many minors a major has (3: X.0, X.1, X.2); 0 is any number. ``candidates`` and ``development`` name the pre-releases."""

    bumps: Literal["major", "minor"] = "major"
    minors: int = 0
    candidates: str = ""
    development: str = ""


class Embeddings(NamedTuple):
    """How soon the embeddings follow: ``grace`` in days for a new line; ``patches`` says what a patch behind is."""

    grace: int = 0
    patches: Literal["error", "warning"] = "warning"


class Rules(NamedTuple):
    """One rule set. On a day the last one counts that is ``effective`` by then, is not a ``draft``, and speaks of the line (``lines_from``).

    ``after``: the line after which numbers jump to ``lines_from``, as from 6.2 to 2028.
    """

    id: str
    title: str
    effective: date
    cadence: Cadence
    versions: Versions
    cut: Cut | None = None
    lts: Lts | None = None
    phases: tuple[Phase, ...] = ()
    fixes: Mapping[str, Fix] = MappingProxyType({})
    release_day: Literal["both", "before", "after"] = "both"
    compatibility: str = ""
    embeddings: Embeddings = Embeddings()
    lines_from: Number | None = None
    draft: bool = False
    source: str = ""
    at: At = At()
    after: Number | None = None


class Policy(NamedTuple):
    """All rule sets of a project, by the day on which they come into force, and what it claims of tiers and features."""

    path: str
    name: str
    title: str
    rules: tuple[Rules, ...]
    claims: Claims = Claims()

    def on(self, day: date, line: Number | None = None, name: str = "") -> Rules | None:
        """The rule set in force on a day (for a line), or the one of that ``name``; None before the first."""
        if name:
            return next((one for one in self.rules if one.id == name), None)
        fitting = [one for one in self.rules if not one.draft and one.effective <= day and (one.lines_from is None or line is None or line >= one.lines_from)]
        return fitting[-1] if fitting else None


class Released(NamedTuple):
    """A release that there is: a tag's version, and its day in UTC."""

    version: Version
    day: date


class Window(NamedTuple):
    """A phase of one line with its days: from ``start``, to the day before ``end`` (None: open)."""

    phase: Phase
    start: date
    end: date | None


class Line(NamedTuple):
    """A release line as seen on a day. ``due`` is the day by the rules, ``release`` the real one where there is one; ``newest`` its newest release."""

    number: Number
    version: Version
    cut: date | None
    due: date | None
    release: date
    actual: bool
    lts: bool
    windows: tuple[Window, ...]
    newest: Version
    rules: Rules

    @property
    def name(self) -> str:
        """``47``, ``0.36``."""
        return ".".join(map(str, self.number))

    @property
    def end(self) -> date | None:
        """The first day on which it is no longer supported; None where no rule says so."""
        return self.windows[-1].end if self.windows else self.release

    def window(self, day: date) -> Window | None:
        """The phase that it is in on a day."""
        return next((one for one in self.windows if one.start <= day and (one.end is None or day < one.end)), None)

    def state(self, day: date) -> str:
        """``planned``, ``candidate`` (from the branch cut), the phase's name, or ``end of life``: exactly one on every day."""
        if day < self.release:
            return "candidate" if self.cut is not None and self.cut <= day else "planned"
        window = self.window(day)
        return window.phase.name if window is not None else "end of life"
