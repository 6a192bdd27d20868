"""Files that are nothing but a version."""

from __future__ import annotations

import pytest

from sync.errors import UnreadableError
from sync.formats import lines
from sync.source import Source, Span


@pytest.mark.parametrize(
    ("body", "span"),
    [
        (b"1.2.3", (0, 5)),
        (b"1.2.3\n", (0, 5)),
        (b"1.2.3\r\n", (0, 5)),
        (b"\n\n \t1.2.3 \t\n\n", (4, 9)),
        (b"# c\n# 9.9.9\n1.2.3\n", (12, 17)),
        (b"  # c\n1.2.3", (6, 11)),
        (b"\xef\xbb\xbf1.2.3", (0, 5)),
    ],
)
def test_the_one_line_is_the_leaf_without_the_blanks_around_it(body: bytes, span: tuple[int, int]) -> None:
    (leaf,) = lines.read(Source.of("VERSION", body))
    assert leaf == (("line", 0), Span(*span), "1.2.3")


def test_lines_are_counted_without_blank_ones_and_comments() -> None:
    assert [(leaf.path, leaf.value) for leaf in lines.read(Source.of("VERSION", b"one two\n\n# no\nthree # yes\n"))] == [(("line", 0), "one two"), (("line", 1), "three # yes")]


@pytest.mark.parametrize("body", [b"", b"\n \n", b"# only this"])
def test_a_file_without_a_line_has_no_leaf(body: bytes) -> None:
    assert lines.read(Source.of("VERSION", body)).leaves == ()


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(UnreadableError):
        lines.read(Source.of("VERSION", b"1.2.3\xff"))
