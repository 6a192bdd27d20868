"""The page as one HTML file, which loads nothing, runs nothing and believes nothing: every text is escaped, whoever wrote it."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from sync.report.page import timeline
from sync.report.page.model import SEVERITIES, WORST, Page, Row
from sync.report.plain import plain
from sync.url import redact

MARK: Final = '<meta name="generator" content="versync site">'
"""What stands in the head of every page that versync has written, and of no other."""

SYMBOLS: Final = {"in sync": "✓", "behind": "▲", "out of sync": "✕", "not checked": "?", "not managed": "–", "retired": "–"}  # noqa: RUF001  # a dash, not a hyphen
KINDS: Final = {"in sync": "ok", "behind": "warn", "out of sync": "bad", "not checked": "open", "not managed": "quiet", "retired": "quiet"}
"""A state is said by a word, a symbol and a colour: never by the colour alone."""

_FOLDER: Final = Path(__file__).parent
_ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5c8a"/>'
    '<path d="M7 10h12M7 16h18M7 22h9" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/></svg>'
)


def render(page: Page) -> bytes:
    """The HTML, in UTF-8: the same bytes for the same page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        return plain(value) if type(value) is str else value

    room = Environment(loader=FileSystemLoader(_FOLDER, encoding="utf-8"), autoescape=True, undefined=StrictUndefined, finalize=shown, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    room.filters.update(day=timeline.text, away=lambda when: away(when, page.day), link=link, sentence=sentence, percent=percent, weekday=weekday)
    css = (_FOLDER / "page.css").read_text("utf-8")
    text = room.get_template("page.html.jinja").render(
        page=page,
        mark=Markup(MARK),  # noqa: S704  # our own
        css=Markup(css),  # noqa: S704  # our own
        csp=f"default-src 'none'; style-src 'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'; img-src data:; base-uri 'none'; form-action 'none'",
        icon="data:image/svg+xml," + quote(_ICON),
        symbols=SYMBOLS,
        kinds=KINDS,
        severities=SEVERITIES,
        counts={state: count for state in WORST if (count := sum(one.state == state for one in page.rows))},
        lagging=lagging(page),
        drawings=[(name, timeline.lay_out(page.calendar.lines, page.day, style)) for name, style in (("wide", timeline.WIDE), ("narrow", timeline.NARROW))] if page.calendar is not None else [],
    )
    return text.encode()


def lagging(page: Page) -> list[Row]:
    """The components that lack a release of the leader's, the longest first."""
    return sorted((one for one in page.rows if one.lag), key=lambda one: (-(one.lag or 0), one.name))


def link(url: str) -> str:
    """The URL if a browser may be sent there: http or https, without the credentials in it; else ""."""
    if not url.isascii() or not url.isprintable() or any(char in url for char in " \"'<>\\`"):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return shown if redact(shown) == shown else ""


def percent(value: float) -> str:
    """``34.5%``: rounded, so that the bytes do not depend on the machine."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"


def sentence(text: str) -> str:
    """The text with a capital first."""
    return text[:1].upper() + text[1:]


def weekday(day: date) -> str:
    """``Friday``."""
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day.weekday()]


def away(when: date, day: date) -> str:
    """How far a day lies from another, in the unit in which people think of it: ``in 12 days``, ``21 months ago``."""
    days = (when - day).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if near:
        return near
    size = abs(days)
    count, unit = (size, "days") if size < 60 else (round(size / 30.44), "months") if size < 730 else (round(size / 365.25), "years")
    return f"in {count} {unit}" if days > 0 else f"{count} {unit} ago"
