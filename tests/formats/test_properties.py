"""Java's .properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import properties
from sync.source import KeyPath, Source

GRADLE = b"""\
# version=9.9.9
  ! version=9.9.9
version=1.2.3
thrift.version = 1.2.3-SNAPSHOT
colon: 1.2.3\r
space 1.2.3\r
tab\t=\t1.2.3
long = 1.2,\\
    1.3
key\\ with\\:all = caf\\u00e9 \\\\ \\n
empty=
alone
url=https://a.example/?v=1.2.3#x
last=1.2.3"""


def source(raw: bytes) -> Source:
    return Source.of("gradle.properties", raw)


def read(raw: bytes) -> dict[KeyPath, str]:
    return {leaf.path: leaf.value for leaf in source(raw).document(properties.read)}


def test_values_are_read_as_java_reads_them() -> None:
    expected: dict[KeyPath, str] = {
        ("version",): "1.2.3",
        ("thrift.version",): "1.2.3-SNAPSHOT",
        ("colon",): "1.2.3",
        ("space",): "1.2.3",
        ("tab",): "1.2.3",
        ("long",): "1.2,1.3",
        ("key with:all",): "caf\u00e9 \\ \n",
        ("empty",): "",
        ("alone",): "",
        ("url",): "https://a.example/?v=1.2.3#x",
        ("last",): "1.2.3",
    }
    assert read(GRADLE) == properties.reread(source(GRADLE)) == expected


def test_a_span_is_the_value_as_written() -> None:
    found = source(GRADLE)
    texts = {leaf.path[0]: found.text(leaf.span) for leaf in found.document(properties.read)}
    assert texts["version"] == texts["colon"] == texts["space"] == texts["last"] == "1.2.3"
    assert (texts["long"], texts["empty"]) == ("1.2,\\\n    1.3", "")


@pytest.mark.parametrize(("raw", "line", "column"), [(b"a=1\nb=2\na:3\n", 3, 1), (b"a=1\n\\u0061=3\n", 2, 1), (b"a=\xe9\n", 1, 3)])
def test_a_key_that_occurs_twice_and_other_encodings_are_refused(raw: bytes, line: int, column: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(raw)
    (found,) = caught.value.problems
    assert (found.line, found.column) == (line, column)


@given(st.lists(st.sampled_from(["a", "b.c", "=", ":", " ", "\t", "\n", "\r\n", "\\", "#", "!", "1.2.3", "\\u0041", "\\\n", "\\ ", "é", "\f", "\r"]), max_size=14))
def test_both_readers_agree(pieces: list[str]) -> None:
    results: list[dict[KeyPath, str] | str] = []
    for reader in (read, lambda raw: properties.reread(source(raw))):
        try:
            results.append(reader("".join(pieces).encode()))
        except UnreadableError:
            results.append("refused")
    assert results[0] == results[1]
