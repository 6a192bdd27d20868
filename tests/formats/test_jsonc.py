"""JSON with comments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import jsonc
from sync.source import KeyPath, Source

SETTINGS = """\
// version 9.9.9
{
  /* "version": "9.9.9", **/ "version": "1.2.3", // , "b": 1
  "url": "https://a.example/*not a comment*/", "list": [1, /* 2, */ 3,], /**/
  "last": {"deep": "// 4",},
}
// end"""


def read(text: str) -> dict[KeyPath, str]:
    return {leaf.path: leaf.value for leaf in jsonc.read(Source.of("tsconfig.json", text.encode()))}


def refused(text: str) -> tuple[int, int]:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    (found,) = caught.value.problems
    return found.line, found.column


def test_comments_and_spare_commas_are_passed_over() -> None:
    source = Source.of("tsconfig.json", SETTINGS.encode())
    expected = {("version",): "1.2.3", ("url",): "https://a.example/*not a comment*/", ("list", 0): "1", ("list", 1): "3", ("last", "deep"): "// 4"}
    assert read(SETTINGS) == jsonc.reread(source) == expected
    assert [source.text(leaf.span) for leaf in source.document(jsonc.read)] == list(expected.values())


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("{,}", 1, 2), ("[1,,2]", 1, 4), ("{} // ok\nx", 2, 1), ("{ /* no end", 1, 3), ('{"a": 1, "a": 2}', 1, 10), ("[1] / 2", 1, 5), ("", 1, 1), ("// only", 1, 8), ("1,", 1, 2)],
)
def test_what_is_still_no_json_is_refused(text: str, line: int, column: int) -> None:
    assert refused(text) == (line, column)


@given(st.lists(st.sampled_from(["{", "}", "[", "]", ",", '"a"', '"b":', '"//":', "1", " ", "\n", "//x\n", "/*y*/", "/*", "*/", '"c\\""']), max_size=9))
def test_both_readers_agree(pieces: list[str]) -> None:
    results: list[dict[KeyPath, str] | str] = []
    text = "".join(pieces)
    for reader in (read, lambda text: jsonc.reread(Source.of("a.jsonc", text.encode()))):
        try:
            results.append(reader(text))
        except UnreadableError:
            results.append("refused")
    assert results[0] == results[1]
