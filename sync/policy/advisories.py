"""Known security advisories, as a file of them says: which versions lack which fix."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sync import requirement
from sync.errors import UsageError, problem
from sync.version import Version


class Advisory(NamedTuple):
    """One advisory. ``patched`` and ``unaffected`` are requirements on versions, as RustSec writes them, any one of which frees a version of it."""

    id: str
    cve: str
    day: date
    patched: tuple[str, ...]
    unaffected: tuple[str, ...]

    def affects(self, version: Version) -> bool:
        """Whether a version lacks the fix. What nobody has ruled out is affected."""
        return not any(requirement.satisfies(one, version, "cargo") for one in (*self.patched, *self.unaffected))


def read(path: str, raw: bytes) -> tuple[Advisory, ...]:
    """The advisories of a JSON file, oldest first; ``path`` is its name in messages.

    ``{"advisories": [{"ghsa": ID, "cve": ID or null, "date": DAY, "rustsec_patched": [RANGE], "rustsec_unaffected": [RANGE]}]}``; other keys are passed over.
    Raises UsageError with all that is wrong.
    """
    try:
        rows = json.loads(raw)["advisories"]
        if not isinstance(rows, list):
            raise TypeError("advisories is no list")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(problem(f"not a file of advisories: {error}", path=path, hint='{"advisories": [{"ghsa": ..., "date": ..., "rustsec_patched": [...], "rustsec_unaffected": [...]}]}')) from None
    found, wrong = [], []
    for at, row in enumerate(rows):
        try:
            found.append(_advisory(row))
        except (ValueError, TypeError, KeyError) as error:
            said = f"has no {error}" if isinstance(error, KeyError) else str(error)
            wrong.append(problem(f"advisories[{at}]: {said}", path=path))
    if wrong:
        raise UsageError(wrong)
    return tuple(sorted(found, key=lambda one: (one.day, one.id)))


def _advisory(row: Any) -> Advisory:
    if not isinstance(row, dict):
        raise TypeError("is no object")
    ranges = {key: _ranges(row.get(key) or [], key) for key in ("rustsec_patched", "rustsec_unaffected")}
    return Advisory(str(row["ghsa"]), str(row.get("cve") or ""), date.fromisoformat(row["date"]), ranges["rustsec_patched"], ranges["rustsec_unaffected"])


def _ranges(given: Any, key: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise TypeError(f"{key} is no list of ranges")
    for one in given:
        if not requirement.readable(one, "cargo"):
            raise ValueError(f'{key}: "{one}" is no range such as ">= 24.0.2, < 25.0.0"')
    return tuple(dict.fromkeys(given))


def lacking(advisories: Sequence[Advisory], version: Version) -> list[Advisory]:
    """The advisories whose fix a version lacks, newest first."""
    return [one for one in reversed(advisories) if one.affects(version)]
