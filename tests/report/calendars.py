"""Two small projects for the tests of the calendar: one on a grid of months with LTS, one with minors and maintenance."""

from __future__ import annotations

from datetime import date

from sync.policy.lines import Schedule, schedule
from sync.policy.model import Policy, Released
from sync.policy.read import read
from sync.report.calendar import View, view
from sync.version import Version

LAMP = """
[policy]
name = "lamp"
title = "Lamp"

[[rules]]
id = "monthly"
effective = 2024-01-01
[rules.cadence]
months = 1
day = 20
off = ["weekends"]
anchor = { version = "1.0.0", day = 2024-01-20 }
[rules.cut]
day = 5
[rules.versions]
bumps = "major"
candidates = "rc"
[rules.lts]
first = "4"
divisible-by = 4
[[rules.phases]]
name = "supported"
lines = "ordinary"
for = { releases = 2 }
fixes = ["security", "bug"]
[[rules.phases]]
name = "lts"
lines = "lts"
for = { months = 12 }
fixes = ["security", "bug"]
[rules.fixes.security]
when = "at once"
older = "discretion"
[rules.fixes.bug]
when = "volunteers"
"""
"""Monthly on the 20th, weekends off; the latest two, and every fourth for a year."""

KNOT = """
[policy]
name = "knot"
title = "Knot: the \\"tie\\""

[[rules]]
id = "half-yearly"
effective = 2020-01-01
[rules.cadence]
in = [4, 10]
day = 15
anchor = { version = "1.28.0", day = 2024-04-15 }
[rules.versions]
bumps = "minor"
[rules.lts]
first = "1.28"
every = 2
[[rules.phases]]
name = "current"
lines = "ordinary"
for = { months = 6 }
fixes = ["security", "bug", "feature"]
[[rules.phases]]
name = "current"
lines = "lts"
for = { months = 6 }
fixes = ["security", "bug", "feature"]
[[rules.phases]]
name = "active"
lines = "lts"
for = { months = 12 }
fixes = ["security", "bug", "feature"]
[[rules.phases]]
name = "maintenance"
for = { months = 3 }
fixes = ["security"]
[rules.fixes.security]
when = "at once"
[rules.fixes.bug]
when = "next train"
[rules.fixes.feature]
when = "next train"
"""
"""In April and October; every second line is LTS after half a year, and all end in maintenance."""

MADE = {
    "1.0.0": date(2024, 1, 22),
    "2.0.0": date(2024, 2, 20),
    "2.0.1": date(2024, 3, 1),
    "3.0.1": date(2024, 3, 21),  # 3.0.0 was burned; and a day late
    "4.0.0-rc.1": date(2024, 4, 6),
    "4.0.0": date(2024, 4, 22),
    "5.0.0": date(2024, 5, 20),
    "6.0.0": date(2024, 6, 20),
    "4.0.1": date(2024, 6, 25),
    "7.0.0-rc.1": date(2024, 7, 6),
}
"""What Lamp released."""

DAY = date(2024, 7, 10)
"""7.0.0 is branched, and not out."""


def policy(text: str) -> Policy:
    return read("policy.toml", text.encode())


def released(made: dict[str, date]) -> list[Released]:
    return [Released(Version.of(version), day) for version, day in made.items()]


def lamp(day: date = DAY, count: int = 3, made: dict[str, date] | None = None) -> Schedule:
    return schedule(policy(LAMP), released(MADE if made is None else made), day, count=count)


def lamp_view(day: date = DAY, count: int = 3) -> View:
    return view(lamp(day, count), released(MADE))


def knot_view(day: date = date(2025, 5, 1)) -> View:
    made = released({"1.28.0": date(2024, 4, 15), "1.28.1": date(2024, 5, 2), "1.29.0": date(2024, 10, 15), "1.30.0": date(2025, 4, 16)})
    return view(schedule(policy(KNOT), made, day, count=1), made)
