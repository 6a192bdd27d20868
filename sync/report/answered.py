"""What somebody is on, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sync.policy.advisories import Advisory
from sync.policy.model import Line
from sync.policy.which import Answer, Upgrade
from sync.report.plain import plain


class Page(NamedTuple):
    """An answer and what was asked. ``said`` is how the version inside is known."""

    asked: str
    component: str
    core: str
    said: str
    day: date
    answer: Answer


def render(page: Page, style: str) -> str:
    """``text`` or ``json``."""
    return json.dumps(_json(page), indent=2) + "\n" if style == "json" else "\n".join(_text(page)) + "\n"


def _text(page: Page) -> Iterator[str]:
    found = page.answer
    bundled = page.component != page.core
    yield f"{page.asked} is {page.component}" + (f", with {page.core} {found.version} inside ({page.said})" if bundled else f" {found.version}")
    if found.line is None:
        yield f"line: none that {page.core} has released"
    else:
        yield f"line {found.line.name}{' (LTS)' if found.line.lts else ''}: {found.state}{_until(page, found.line)}"
    if found.lacks:
        yield f"lacks {len(found.lacks)} known fix{'' if len(found.lacks) == 1 else 'es'}: " + ", ".join(_name(one) for one in found.lacks)
    elif found.lacks is not None:
        newest = f", the newest of {found.known[-1].day}" if found.known else ""
        yield f"lacks no known fix (of {len(found.known)} advisor{'y' if len(found.known) == 1 else 'ies'}{newest})"
    for one in found.upgrades:
        yield _upgrade(page, one)
    if not found.upgrades:
        yield "nothing newer to upgrade to"


def _until(page: Page, line: Line) -> str:
    """Until when the phase lasts, and the line; since when it has ended."""
    window = line.window(page.day)
    if window is None:
        return f" since {line.end}" if line.end is not None and line.end <= page.day else ""
    phase = f" until {window.end}" if window.end is not None else ""
    return phase + (f", end of life {line.end}" if line.end is not None and line.end != window.end else "")


def _upgrade(page: Page, one: Upgrade) -> str:
    until = f", supported until {one.until}" if one.until is not None else ""
    if one.offer is None:
        return f"{page.component} has not released {one.line.newest} ({one.why}{until})"
    inside = f", with {page.core} {one.offer.inside} inside" if one.offer.inside != one.offer.version else ""
    lacks = f", which still lacks {len(one.lacks)}" if one.lacks else ""
    return f"upgrade to {one.offer.version}: {one.why}{until}{inside}{lacks}"


def _name(one: Advisory) -> str:
    return plain(f"{one.id} ({one.day})")


def _json(page: Page) -> dict[str, Any]:
    found = page.answer
    line = found.line
    return {
        "asked": page.asked,
        "component": page.component,
        "core": str(found.version),
        "known": page.said,
        "day": page.day.isoformat(),
        "line": _line(page, line) if line is not None else None,
        "state": found.state,
        "lacks": [{"id": one.id, "cve": one.cve, "day": one.day.isoformat()} for one in found.lacks] if found.lacks is not None else None,
        "advisories": {"count": len(found.known), "newest": found.known[-1].day.isoformat() if found.known else None},
        "upgrades": [
            {
                "line": one.line.name,
                "version": str(one.offer.version) if one.offer is not None else None,
                "core": str(one.offer.inside) if one.offer is not None else None,
                "why": one.why,
                "until": one.until.isoformat() if one.until is not None else None,
                "lacks": [each.id for each in one.lacks],
            }
            for one in found.upgrades
        ],
    }


def _line(page: Page, line: Line) -> dict[str, Any]:
    window = line.window(page.day)
    until = window.end if window is not None else None
    return {"name": line.name, "lts": line.lts, "until": until.isoformat() if until is not None else None, "endOfLife": line.end.isoformat() if line.end is not None else None}
