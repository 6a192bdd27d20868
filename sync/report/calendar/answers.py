"""What `versync next` and `versync when` answer, for people and as JSON. Loads as little as can be: a prompt may ask at every line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sync.policy.carried import Carried
from sync.policy.coming import Next
from sync.report.plain import plain


def upcoming(one: Next, style: str) -> str:
    """The next release: its day, its branch cut, its candidate, and what ends with it."""
    line = one.line
    if style == "json":
        return _written({
            "version": str(line.version),
            "line": line.name,
            "day": str(line.release),
            "days": (line.release - one.day).days,
            "due": _day(line.due),
            "overdue": one.overdue,
            "missed": one.missed,
            "cut": _day(line.cut),
            "candidate": str(one.candidate) if one.candidate is not None else None,
            "candidate-is-out": one.tagged,
            "lts": line.lts,
            "end": _day(line.end),
            "ends": [each.name for each in one.ends],
        })
    when = f"was due on {line.due}, {_days(one.overdue)} ago" if one.overdue else f"on {line.release}, {_away(line.release, one.day)}"
    rows = [f"{line.version} {when}"]
    if line.cut is not None:
        rows.append(f"branch cut  {line.cut}, {_away(line.cut, one.day)}")
    if one.candidate is not None:
        rows.append(f"candidate   {one.candidate}" + (" is out" if one.tagged else ""))
    if line.lts:
        rows.append(f"LTS         until {line.end or 'further notice'}")
    if one.ends:
        rows.append(f"ends        {', '.join(each.name for each in one.ends)}")
    return "".join(f"{plain(row)}\n" for row in rows)


def carried(one: Carried, style: str) -> str:
    """The release that carries a commit or a day's work, its day, its branch cut, and what that rests on."""
    cut = one.line.cut if one.line is not None else None
    if style == "json":
        row = {"version": str(one.version), "line": one.line.name if one.line is not None else None, "released": one.released, "day": _day(one.day)}
        return _written(row | {"cut": _day(cut), "ref": one.ref or None, "landed": _day(one.landed), "note": one.note or None})
    rows = [f"{one.version}{f' on {one.day}' if one.day is not None else ''}" + (f", {one.ref} has it" if one.ref else "")]
    if one.line is not None and one.line.due is not None and not one.released and one.day is not None and one.line.due < one.day:
        rows[0] += f", was due on {one.line.due}"
    if cut is not None and not one.ref:
        rows.append(f"branch cut  {cut}")
    if one.landed is not None:
        rows.append(f"landed      {one.landed}")
    if one.note:
        rows.append(f"note        {one.note}")
    return "".join(f"{plain(row)}\n" for row in rows)


def _written(data: Mapping[str, object]) -> str:
    import json

    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _day(day: date | None) -> str | None:
    return str(day) if day is not None else None


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _away(day: date, today: date) -> str:
    """``in 3 days``, ``today``, ``3 days ago``."""
    away = (day - today).days
    return "today" if not away else f"in {_days(away)}" if away > 0 else f"{_days(-away)} ago"
