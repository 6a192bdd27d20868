"""The schedule and the support of its lines as plain text, aligned, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sync.policy.model import Fix, Line
from sync.report.calendar import View
from sync.report.plain import plain
from sync.report.tables import aligned, markdown

_WHEN = {"at once": "at once", "next train": "by the next train", "volunteers": "by volunteers"}


def schedule(view: View, style: str) -> str:
    """One row for each line: the newest version, branch cut, release, end of life, state on the day, and what is out of the ordinary."""
    head = ("version", "branch cut", "release", "end of life", "state", "")
    rows = [(str(view.newest(one).version), str(one.cut or ""), str(one.release), str(one.end or "open"), view.state(one), ", ".join(_notes(view, one))) for one in view.lines]
    return _render(view.title, head, rows, style)


def support(view: View, style: str) -> str:
    """One row for each line in support, the newest first: its phase, until when, and what it still gets; then what older lines get."""
    rows: list[tuple[str, ...]] = []
    for one in reversed(view.lines):
        window = one.window(view.day)
        if window is not None and not view.coming(one):
            rows.append((one.name, str(view.newest(one).version), window.phase.name, *(str(end or "open") for end in (window.end, one.end)), gets(one.rules.fixes, window.phase.fixes)))
    same = all(row[3] == row[4] for row in rows)
    rows = [(*row[:4], "" if same else row[4], row[5]) for row in rows]
    older = sorted({kind for one in view.lines for kind, fix in one.rules.fixes.items() if fix.older == "discretion"})
    tail = f"older lines: {', '.join(older)} fixes at discretion\n" if older and rows else ""
    if not rows:
        return f"{plain(view.title)}: no line is in support\n"
    return _render(view.title, ("line", "newest", "phase", "until", "end of life", "gets"), rows, style) + ("\n" + tail if tail and style == "markdown" else tail)


def gets(fixes: Mapping[str, Fix], kinds: Iterable[str]) -> str:
    """``security at once, bug by volunteers``."""
    return ", ".join(f"{kind} {_WHEN[fixes[kind].when]}" for kind in kinds if kind in fixes) or "nothing"


def _notes(view: View, line: Line) -> Iterable[str]:
    if line.lts:
        yield "LTS"
    if not line.actual:
        if line.release < view.day:
            yield "expected"
        elif line.due is not None and line.due < line.release:
            yield f"was due on {line.due}"
    elif line.due is not None and line.due != line.release:
        late = (line.release - line.due).days
        yield f"{abs(late)} {'day' if abs(late) == 1 else 'days'} {'late' if late > 0 else 'early'}"


def _render(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], style: str) -> str:
    """A table without the columns that are empty throughout."""
    kept = [at for at in range(len(head)) if any(row[at] for row in rows)]
    top, *below = [[row[at] for at in kept] for row in (head, *rows)]
    body = "\n" + markdown(top, below) if style == "markdown" else aligned(top, below)
    return f"{plain(title)}\n{body}\n"
