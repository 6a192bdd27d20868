"""Replayed releases as a table, and their differences as diffs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import unified_diff
from typing import NamedTuple

from sync.replay import Difference, Replayed


class Row(NamedTuple):
    """One release: the repository, the commit ("" for a case folder), its versions as text, and what came of it (None: ``error`` says why not)."""

    repo: str
    commit: str
    release: str
    result: Replayed | None
    error: str = ""


def render(rows: Sequence[Row], style: str, *, diffs: bool) -> str:
    """A table of all releases, a diff for each difference (``diffs``), and one line that sums up."""
    if style == "json":
        return json.dumps([_data(row) for row in rows], indent=2) + "\n"
    cells = [("repository", "commit", "release", "verdict", "files", "differ", "extra", "missed places"), *(_cells(row) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    lines = ["  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    for row in rows:
        if row.error:
            lines.append(f"{row.repo} {row.release}: {row.error}")
        elif row.result is not None and diffs:
            lines += [line for one in (*row.result.different, *row.result.extra) for line in _diff(row, one)]
            lines += [f"{row.repo} {row.release}: {one.path}:{one.line}: missed: {one.text}" for one in row.result.places]
    return "".join(f"{line}\n" for line in (*lines, summary(rows)))


def summary(rows: Sequence[Row]) -> str:
    """``47 of 48 releases reproduced; 1 with other bytes``."""
    verdicts = [row.result.verdict if row.result is not None else "not replayed" for row in rows]
    parts = [f"{verdicts.count('reproduced')} of {len(rows)} releases reproduced"]
    named = (("other bytes", "with other bytes"), ("other versions", "with other versions"), ("not replayed", "not replayed"))
    parts += [f"{verdicts.count(word)} {shown}" for word, shown in named if word in verdicts]
    return "; ".join(parts)


def _cells(row: Row) -> tuple[str, ...]:
    if row.result is None:
        return (row.repo, row.commit[:10], row.release, "not replayed", "", "", "", "")
    one = row.result
    return (row.repo, row.commit[:10], row.release, one.verdict, str(len(one.reproduced)), str(len(one.different)), str(len(one.extra)), str(len(one.places)))


def _diff(row: Row, one: Difference) -> list[str]:
    """From what versync wrote to what was released."""
    ours, theirs = (raw.decode("utf-8", "replace").splitlines() for raw in (one.ours, one.theirs))
    return list(unified_diff(ours, theirs, f"versync/{one.path}", f"{row.release}/{one.path}", lineterm="", n=1))


def _data(row: Row) -> dict[str, object]:
    data: dict[str, object] = {"repository": row.repo, "commit": row.commit, "release": row.release}
    if row.result is None:
        return {**data, "verdict": "not replayed", "error": row.error}
    one = row.result
    return {
        **data,
        "verdict": one.verdict,
        "reproduced": one.reproduced,
        "different": [each.path for each in one.different],
        "extra": [each.path for each in one.extra],
        "missedPlaces": [each._asdict() for each in one.places],
        "otherFiles": one.missed,
        "taken": one.taken,
    }
