"""Replayed releases as a table with the cause of each miss, and their differences hunk by hunk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sync.cause import CAUSES, Hunk
from sync.replay import Replayed
from sync.report.tables import aligned


class Row(NamedTuple):
    """One release: the repository, the commit ("" for a case folder), its versions as text, and what came of it (None: ``error`` says why not)."""

    repo: str
    commit: str
    release: str
    result: Replayed | None
    error: str = ""

    @property
    def verdict(self) -> str:
        """``reproduced``, the worst cause, or ``not replayed``."""
        return self.result.verdict if self.result is not None else "not replayed"


def render(rows: Sequence[Row], style: str, *, diffs: bool) -> str:
    """A table of all releases, each with the hunk that decided, every hunk with its lines (``diffs``), and one line that sums up."""
    if style == "json":
        return json.dumps([_data(row) for row in rows], indent=2) + "\n"
    lines = [aligned(("repository", "commit", "release", "verdict", "files", "differ", "extra", "because"), [_cells(row) for row in rows])]
    for row in rows:
        if row.result is not None and diffs:
            for one in row.result.hunks:
                lines += [f"{row.repo} {row.release}: {one.path}:{one.line}: {one.cause}{f': {one.why}' if one.why else ''}", *_lines(one)]
    return "".join(f"{line}\n" for line in (*lines, summary(rows)))


def summary(rows: Sequence[Row]) -> str:
    """``46 of 48 releases reproduced; 1 unrelated edit; 1 re-locked``, and what the verdicts do not count."""
    verdicts = [row.verdict for row in rows]
    parts = [f"{verdicts.count('reproduced')} of {len(rows)} releases reproduced"]
    parts += [f"{verdicts.count(word)} {word}" for word in ("not replayed", *CAUSES) if word in verdicts]
    results = [row.result for row in rows if row.result is not None]
    stopped, taken = sum(bool(one.stopping) for one in results), sum(bool(one.taken) for one in results)
    parts += [f"a bump would have stopped in {stopped} of them"] if stopped else []
    parts += [f"{taken} with a number that was taken from the release"] if taken else []
    return "; ".join(parts)


def why(one: Replayed) -> str:
    """Why a release is not reproduced, or under which conditions it is: one line, "" where there is nothing to say."""
    if one.deciding is not None:
        return because(one.deciding)
    if not one.reproduced:
        return "versync writes no file that the release changed"
    said = [f"a bump would have stopped: {one.stopping[0].message}"] if one.stopping else []
    said += [f"taken from the release: {', '.join(one.taken)}"] if one.taken else []
    return _short("; ".join(said))


def because(one: Hunk) -> str:
    """Where a hunk is, and what differs in it: one line."""
    lines = [line for line in _lines(one) if line[1:].strip()]
    first = [next((f"{sign}{' '.join(line[1:].split())}" for line in lines if line[0] == sign), "") for sign in "-+"]
    return _short(f"{one.path}:{one.line}: {one.why or ' '.join(filter(None, first)) or 'a blank line, or the last newline'}")


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:159]}…"


def _cells(row: Row) -> tuple[str, ...]:
    one = row.result
    if one is None:
        return (row.repo, row.commit[:10], row.release, row.verdict, "", "", "", _short(row.error))
    return (row.repo, row.commit[:10], row.release, row.verdict, str(len(one.reproduced)), str(len(one.different)), str(len(one.extra)), why(one))


def _lines(one: Hunk) -> list[str]:
    """From what versync wrote to what was released, as a diff has it."""
    return [f"{sign}{line.decode('utf-8', 'replace')}" for sign, lines in (("-", one.ours), ("+", one.theirs)) for line in lines]


def _data(row: Row) -> dict[str, object]:
    data: dict[str, object] = {"repository": row.repo, "commit": row.commit, "release": row.release, "verdict": row.verdict}
    one = row.result
    if one is None:
        return {**data, "error": row.error}
    return {
        **data,
        "because": why(one),
        "reproduced": one.reproduced,
        "different": [each.path for each in one.different],
        "extra": [each.path for each in one.extra],
        "hunks": [{"path": each.path, "line": each.line, "cause": each.cause, "why": each.why, "diff": _lines(each)} for each in one.hunks],
        "otherFiles": one.missed,
        "taken": one.taken,
        "stopping": [str(each) for each in one.stopping],
    }
