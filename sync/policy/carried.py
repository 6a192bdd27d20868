"""The release that carries what lands on a day. Pure; `sync.cli.carrying` asks a repository about a commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from sync.policy.coming import carrier
from sync.policy.lines import Schedule
from sync.policy.model import Line, Number
from sync.version import Version


class Carried(NamedTuple):
    """The release that carries something. ``day`` is None for a patch release that is still to come: no rule says when.

    ``ref`` is the tag or the branch that says so, "" where the rules do; ``landed`` the day that was counted from; ``note`` what is assumed.
    """

    version: Version
    line: Line | None
    day: date | None
    released: bool
    ref: str = ""
    landed: date | None = None
    note: str = ""


Seen = Callable[[date], Schedule]
"""The schedule with all lines that are cut until some time after a day."""


def by_day(seen: Seen, day: date, after: Number = ()) -> Carried | None:
    """What lands on the main branch on a day, before the branch is cut if that is the day of the cut."""
    line = carrier(seen(day), day, after)
    if line is None:
        return None
    moment = "the branch is cut" if line.cut is not None else "the release"
    note = f"if it lands before {moment}, on the same day" if (line.cut or line.release) == day else ""
    return Carried(line.version, line, line.release, line.actual, landed=day, note=note)
