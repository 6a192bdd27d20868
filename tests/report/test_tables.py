"""Tables for a terminal and for Markdown: aligned, and harmless whatever stands in a cell."""

from __future__ import annotations

from sync.report.tables import aligned, markdown


def test_columns_are_as_wide_as_their_widest_cell_and_lines_end_without_blanks() -> None:
    assert aligned(("line", "newest"), [("48", "48.0.0"), ("0.36", "")]) == "line  newest\n48    48.0.0\n0.36"


def test_a_cell_cannot_move_the_cursor_or_start_a_line() -> None:
    assert aligned(("a",), [("\x1b[2J\n",)]) == "a\n\\x1b[2J\\n"


def test_a_cell_cannot_end_itself_in_markdown_or_be_read_as_html() -> None:
    assert markdown(("a", "b"), [("x|y", "<b>*z*`\n")]) == "| a | b |\n|---|---|\n| x\\|y | \\<b\\>\\*z\\*\\`\\\\n |"
