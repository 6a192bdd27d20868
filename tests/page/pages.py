"""A page with something in every part of it, and an independent reader of what is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

from sync.report.page.model import Calendar, Finding, Line, Page, Phase, Row, Rules, Table

DAY = date(2026, 11, 27)
HTML = "{http://www.w3.org/1999/xhtml}"


def line(name: str, start: date, end: date | None, **fields: Any) -> Line:
    """A line in one phase; out, unless ``fields`` say otherwise."""
    lts = fields.get("lts", False)
    phase = "lts" if lts else "supported"
    return Line(name, f"{name}.0.0", f"{name}.0.3", lts, True, phase, None, start, start, end, "", (Phase(phase, start, end),), ("security", "bug"))._replace(**fields)


def planned(name: str, start: date, end: date, **fields: Any) -> Line:
    """A line to come."""
    return line(name, start, end, **{"out": False, "newest": "", "state": "planned", "fixes": (), "cut": date(start.year, start.month, 5), **fields})


LINES = (
    line("36", date(2025, 8, 20), date(2027, 8, 20), lts=True),
    line("46", date(2026, 6, 22), date(2026, 8, 20), state="end of life", fixes=()),
    line("47", date(2026, 7, 20), date(2026, 12, 21), ends_with="49"),
    line("48", date(2026, 8, 20), None, lts=True),
    planned("49", date(2026, 12, 21), date(2027, 2, 22)),
    planned("60", date(2027, 10, 20), date(2029, 10, 20), lts=True),
)

ROWS = (
    Row("core", 1, "core", "https://registry.example/core", "49.0.0-dev", "v48.0.0", date(2026, 8, 20), "", "", None, "in sync"),
    Row("py", 3, "py", "https://registry.example/py", "46.0.1", "46.0.1", date(2026, 6, 29), "core", "46.0.1", 130, "out of sync"),
    Row("go", 3, "go", "git@registry.example:go", "47.0.0", "", None, "core", "", 1, "behind"),
    Row("rb", None, "rb", "", "", "", None, "core", "", None, "not checked", "no checkout of its repository was at hand"),
    Row("old", None, "core", "", "", "", None, "", "", None, "not managed", "at 49.0.0-dev"),
    Row("cpp", 3, "cpp", "", "30.0.0", "", None, "", "", None, "retired", "since 30.0.0"),
)

FINDINGS = (
    Finding("error", "py/VERSION:1:1", "py is at 46.0.1, core is released at 48.0.0", "versync bump py=48.0.0", True),
    Finding("warning", "go/go.mod:1:1", "go is a patch behind", "", False),
    Finding("note", "versync.toml:9:9", "cpp is retired", "", False),
    Finding("not-checked", "rb", "rb is not checked", "--repo rb=PATH", False),
)

PAGE = Page(
    "Demo",
    DAY,
    "core",
    "49.0.0-dev",
    "48.0.0",
    "out of sync",
    "1 out of sync; 1 not checked",
    ROWS,
    Calendar(LINES, Rules("Monthly, with LTS", date(2026, 8, 11), "docs/release.md")),
    FINDINGS,
    Table(("Tier", "Promise", "Components"), (("1", "tested on every commit", "core"), ("3", "", "py, go")), "What has no tier is internal."),
    Table(("Feature", "Stage"), (("threads", "on by default"),)),
)


def parsed(raw: bytes) -> Element:
    """The document as html5lib reads it, which raises at the first error in its syntax."""
    found = html5lib.HTMLParser(strict=True).parse(raw, transport_encoding="utf-8")
    assert isinstance(found, Element)
    return found


def tags(root: Element) -> Iterator[tuple[str, Element]]:
    """Every element with its name, in document order."""
    for one in root.iter():
        if isinstance(one.tag, str):
            yield one.tag.rpartition("}")[2], one


def text_of(one: Element) -> str:
    """The text of an element, in one line."""
    return " ".join("".join(one.itertext()).split())


def rows_of(root: Element, caption: str) -> list[list[str]]:
    """The cells of the table with that caption, row by row."""
    for name, table in tags(root):
        if name == "table" and (found := table.find(f"{HTML}caption")) is not None and text_of(found) == caption:
            return [[text_of(cell) for cell in row] for kind, row in tags(table) if kind == "tr"]
    raise AssertionError(f"no table is called {caption}")
