"""What the status page says, as plain values: nothing of HTML, and nothing that has to be looked up."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple

State = Literal["in sync", "behind", "out of sync", "not checked", "not managed", "retired"]

WORST: Final[tuple[State, ...]] = ("out of sync", "behind", "not checked", "in sync", "not managed", "retired")
"""All states, the one that wants somebody's attention most first."""

SEVERITIES: Final = {"error": "Out of sync", "warning": "Behind", "note": "Notes", "not-checked": "Not checked"}
"""The groups of findings, and their headings, in order."""


class Row(NamedTuple):
    """One component. Texts are "" where there is nothing to say; ``lag`` is in days, None where it does not apply or is not known.

    ``runtime`` is what its files say of the component that it ``bundles``. ``why`` is a sentence that goes with the state.
    """

    name: str
    tier: int | None
    repo: str
    url: str
    declared: str
    tag: str
    tagged: date | None
    bundles: str
    runtime: str
    lag: int | None
    state: State
    why: str = ""


class Phase(NamedTuple):
    """A part of a line's life, from ``start`` to the day before ``end`` (None: open)."""

    name: str
    start: date
    end: date | None


class Line(NamedTuple):
    """A release line. ``state`` is its phase on the day, or ``planned``, ``candidate``, ``end of life``; ``ends`` is the first day without support.

    ``ends_with`` names the line whose release ends it, where that is not out yet. ``fixes`` are what it gets today.
    """

    name: str
    version: str
    newest: str
    lts: bool
    out: bool
    state: str
    cut: date | None
    due: date | None
    release: date
    ends: date | None
    ends_with: str
    phases: tuple[Phase, ...]
    fixes: tuple[str, ...]

    def supported(self, day: date) -> bool:
        """Whether it is out, and not yet at the end of its life."""
        return self.out and any(one.start <= day and (one.end is None or day < one.end) for one in self.phases)


class Rules(NamedTuple):
    """The rule set that the calendar was made by."""

    title: str
    effective: date
    source: str


class Calendar(NamedTuple):
    """The lines to show, the oldest first, and the rules that they follow."""

    lines: tuple[Line, ...]
    rules: Rules

    def coming(self) -> list[Line]:
        """What is not out yet, the next one first."""
        return [one for one in self.lines if not one.out]


class Finding(NamedTuple):
    """What `check` found. ``kind`` is a key of `SEVERITIES`; ``command`` says that the hint is one of versync's commands."""

    kind: str
    place: str
    message: str
    hint: str
    command: bool


class Table(NamedTuple):
    """A table of plain texts, of which the first column names the rows; ``note`` stands above it. Shown where it has rows."""

    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


class Page(NamedTuple):
    """Everything, as of ``day``. ``summary`` is the last line of `check`; ``calendar`` is None without a policy, and ``missing`` then says why."""

    title: str
    day: date
    leader: str
    version: str
    released: str
    state: State
    summary: str
    rows: tuple[Row, ...]
    calendar: Calendar | None
    findings: tuple[Finding, ...]
    tiers: Table = Table()
    features: Table = Table()
    missing: str = ""
