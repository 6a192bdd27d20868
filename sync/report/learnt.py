"""What the history taught, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sync.errors import counted
from sync.learn.model import Learnt
from sync.report.plain import plain


def title(one: Learnt) -> str:
    """One proposal in one line: what would be added, and to which component."""
    if one.place is not None:
        early = f', a pre-release as "{one.place.early}"' if one.place.early else ""
        return plain(f"{one.component}: place {one.place.shown}{early}")
    style = f"required with {one.style}" if one.style else ""
    if not one.packages:
        return plain(f"{one.component}: {style}")
    names = ", ".join(name.removeprefix("pkg:") for name in one.packages[:4]) + (f" and {len(one.packages) - 4} more" if len(one.packages) > 4 else "")
    rule = "at the project's version" if one.rule == "exact" else f"at {one.rule}" + (f" since {one.since}" if one.since else "")
    return plain(f"{one.component}: a component of {names}, {rule}" + (f", {style}" if style else ""))


def evidence(one: Learnt) -> str:
    """Where it stands, on how many releases it held, and what it should say where it has drifted."""
    place = f"{one.repo}/{one.path}:{one.line}"
    moved = f", moved with {one.moved}" if one.moved else ", beside one that moved"
    drift = f"; it has drifted: {one.text} is there today, {one.expected} expected" if one.drifted else f"; {one.text} today"
    return plain(f"{place}: held on {one.held} of {one.of} releases{moved}{drift}")


def render(rows: Sequence[Learnt], releases: int, style: str, added: Sequence[Learnt] = ()) -> str:
    """All proposals, in ``text`` (or ``github``) or as ``json``."""
    if style == "json":
        return json.dumps([_plain(one, one in added) for one in rows], indent=2) + "\n"
    if not rows:
        return f"nothing that moved with {counted(releases, 'release')} is missing from the manifest\n" if releases else "there is no release to learn from\n"
    lines = []
    for one in rows:
        lines += [("added  " if one in added else "found  ") + title(one), "       " + evidence(one)]
    drifted = sum(one.drifted for one in rows)
    tail = f", {drifted} of which {'has' if drifted == 1 else 'have'} drifted" if drifted else ""
    lines.append(f"{len(rows)} from {counted(releases, 'release')}{tail}; {len(added)} added")
    return "\n".join(lines) + "\n"


def _plain(one: Learnt, added: bool) -> dict[str, object]:
    place = None
    if one.place is not None:
        value = list(one.place.value) if isinstance(one.place.value, tuple) else one.place.value
        place = {"file": one.place.files[0], one.place.kind: value, "as": one.place.template, "spelling": one.place.spelling or "semver"}
        if one.place.kind == "text":
            del place["as"]
        if one.place.words:
            place["or"] = list(one.place.words)
    return {
        "component": one.component,
        "repo": one.repo,
        "path": one.path,
        "line": one.line,
        "place": place,
        "packages": list(one.packages),
        "version": one.rule or None,
        "since": str(one.since) if one.since else None,
        "requirement": one.style or None,
        "moved": one.moved,
        "held": one.held,
        "of": one.of,
        "text": one.text,
        "expected": one.expected or None,
        "added": added,
    }
