"""Rows as a table: aligned for a terminal, or in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from sync.report.plain import plain


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks between them; control characters in cells are made visible."""
    cells = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of GitHub's Markdown; what could end a cell, or be read as HTML, is escaped."""
    lines = ["| " + " | ".join(map(_escaped, row)) + " |" for row in (head, *rows)]
    return "\n".join((lines[0], "|" + "---|" * len(head), *lines[1:]))


def _escaped(cell: str) -> str:
    text = plain(cell)
    for character in "\\|<>[]*_`":
        text = text.replace(character, "\\" + character)
    return text
