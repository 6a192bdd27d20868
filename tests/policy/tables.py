"""The real days in tests/policy/data, and the shipped policies: what the tests of one project each compare."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sync.policy.model import Line, Policy, Released
from sync.policy.read import read
from sync.version import Version

ROOT = Path(__file__).parents[2]


@cache
def policy(name: str) -> Policy:
    """A policy that comes with versync."""
    path = ROOT / "manifests" / "policies" / f"{name}.toml"
    return read(path.name, path.read_bytes())


@cache
def table(name: str) -> dict[str, Any]:
    """A table of real days."""
    return tomllib.loads((Path(__file__).parent / "data" / f"{name}.toml").read_text("utf-8"))


def starts(name: str, until: date) -> tuple[Released, ...]:
    """The first release of every line in a table that had begun by a day."""
    return tuple(Released(Version.of(line), row["start"]) for line, row in table(name)["lines"].items() if row["start"] <= until)


def ends(line: Line) -> dict[str, date | None]:
    """The day on which each phase of a line ends, by the phase's name."""
    return {one.phase.name: one.end for one in line.windows}
