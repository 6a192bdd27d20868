"""The YAML reader: tree-sitter finds, ruamel.yaml proves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import yaml
from sync.source import KeyPath, Source

AWKWARD = """\
%YAML 1.2
---
# version: 9.9.9
name: acme   # version: 9.9.9
"version" : '1.2.3'
'it''s': "tab\\there \\u00e9 \\U0001F600"
minor: !!str 46.0
base: &base {x: [1, "two", *base], y: {z: 1.2.3}, alone}
copy: *base
<<: *base
empty:
none: ~
quoted: ""
text: |
  version: 9.9.9
    more
folded: >-
  one

  two
list:
- 1.2.3
- k: v
  l:
  - deep
-
  - "a
    b

    c \\
    d"
plain: several
  words

  in lines
? complex
: value
? [a, b]
: not a leaf
url: https://a.example:8080/#x
...
"""


def source(text: str | bytes) -> Source:
    return Source.of("a.yaml", text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes) -> dict[KeyPath, str]:
    return {leaf.path: leaf.value for leaf in source(text).document(yaml.read)}


def refused(text: str | bytes) -> tuple[int, int, str]:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    (found,) = caught.value.problems
    return found.line, found.column, found.message


def test_every_kind_of_scalar_is_a_leaf() -> None:
    expected: dict[KeyPath, str] = {
        ("name",): "acme",
        ("version",): "1.2.3",
        ("it's",): "tab\there \u00e9 \U0001f600",
        ("minor",): "46.0",
        ("base", "x", 0): "1",
        ("base", "x", 1): "two",
        ("base", "y", "z"): "1.2.3",
        ("none",): "~",
        ("quoted",): "",
        ("text",): "|\n  version: 9.9.9\n    more",
        ("folded",): ">-\n  one\n\n  two",
        ("list", 0): "1.2.3",
        ("list", 1, "k"): "v",
        ("list", 1, "l", 0): "deep",
        ("list", 2, 0): "a b\nc d",
        ("plain",): "several words\nin lines",
        ("complex",): "value",
        ("url",): "https://a.example:8080/#x",
    }
    assert read(AWKWARD) == yaml.reread(source(AWKWARD)) == expected


def test_a_span_is_the_value_without_its_quotes() -> None:
    found = source("é: \"1.2.3\"  # c\nb: '4'\nc: 5 \n")
    assert [found.text(leaf.span) for leaf in found.document(yaml.read)] == ["1.2.3", "4", "5"]


def test_several_documents_are_numbered_and_one_is_not() -> None:
    assert read("---\na: 1\n...\n") == {("a",): "1"}
    assert read("a: 1\n---\n---\n# nothing\n---\na: 2\n") == {(0, "a"): "1", (1, "a"): "2"}


def bomb(levels: int) -> str:
    """Each level holds the one below it nine times."""
    return "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, levels))


def test_aliases_are_not_followed() -> None:
    assert read(bomb(4)) == yaml.reread(source(bomb(4))) == {("a0", 0): "lol"}


def test_an_alias_bomb_is_refused_with_its_place() -> None:
    with pytest.raises(UnreadableError, match=r":7:\d+: error: an alias bomb"):
        read(bomb(40))


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", 2, 11, "b.c occurs twice in one mapping"),
        ("a: 1\n'a': 2\n", 2, 1, "a occurs twice in one mapping"),
        ("a:\n\tb: 1\n", 2, 1, "found character '\\t' that cannot start any token"),
        ("a: b: c\n", 1, 5, "mapping values are not allowed here"),
        ("a: [1, 2\n", 2, 1, "expected ',' or ']', but got '<stream end>'"),
        ('a: "x\n', 2, 1, "found unexpected end of stream"),
        ("a: 1\n  b: 2\n", 2, 4, "mapping values are not allowed here"),
        ("a: @b\n", 1, 4, "found character '@' that cannot start any token"),
        (b"a: \xe9\n", 1, 4, "not UTF-8: invalid continuation byte"),
        ("[" * 20_000, 1, 501, "more than 100 collections inside one another"),
        ("[" * 101 + "1" + "]" * 101, 1, 102, "more than 100 collections inside one another"),
        ("- " * 3000 + "x\n", 1, 1, "more than 100 collections inside one another"),
        ("".join(" " * (2 * n) + "- a:\n" for n in range(300)), 1, 1, "more than 100 collections inside one another"),
        ("a: " + "? " * 3000 + "x\n", 1, 4, "mapping keys are not allowed here"),
        ("- &a " * 3000 + "x\n", 1, 6, "sequence entries are not allowed here"),
    ],
)
def test_broken_and_hostile_yaml_is_refused_where_it_is(text: str | bytes, line: int, column: int, message: str) -> None:
    assert refused(text) == (line, column, message)


def test_what_looks_deep_but_is_not_is_read() -> None:
    assert read("a: {" + ", ".join(f"k{n}: {n}" for n in range(100)) + "}\n")["a", "k99"] == "99"
    assert read("a: |\n" + " " * 80 + "far\n") == {("a",): "|\n" + " " * 80 + "far"}


KEYS = st.lists(st.sampled_from(["k1", "k2", '"k 3"', "'k4'", "1", "<<", "k.6"]), min_size=1, max_size=3, unique=True)
SCALARS = st.sampled_from([
    "a", "1.2.3", '"q\\n\\u00e9"', "'it''s'", "*anc", "&x y", "!!str 46", "null", '""', "[]", "{}", "a b", "x:y", "a#b", '"a\\\n    b"', '"a\n\n    b  \n    c"', "'a\n    b'",
    "[a, {b: c}, 'd', ]", "{a: [b], 'c': d}", "|\n    t1\n     t2", ">-\n    f1\n\n    f2", "",
])  # fmt: skip
COMMENTS = st.sampled_from(["", "", "  # c"])


@st.composite
def blocks(draw: st.DrawFn, indent: int = 0) -> str:
    pad = " " * indent
    heads = [f"{pad}-"] * draw(st.integers(1, 3)) if draw(st.booleans()) else [f"{pad}{key}:" for key in draw(KEYS)]
    text = ""
    for head in heads:
        if indent < 6 and draw(st.integers(0, 2)) == 0:
            text += head + draw(st.sampled_from(["", " &anchor", " # c"])) + "\n" + draw(blocks(indent + draw(st.sampled_from([1, 2, 4]))))
        else:
            scalar = draw(SCALARS).replace("\n    ", "\n" + " " * (indent + 2))
            text += f"{head} {scalar}" + (draw(COMMENTS) if "\n" not in scalar else "") + "\n"
    return text


@given(st.lists(blocks(), min_size=1, max_size=2), st.booleans())
def test_both_readers_agree(documents: list[str], crlf: bool) -> None:
    text = "---\n".join(documents)
    text = text.replace("\n", "\r\n") if crlf else text
    assert read(text) == yaml.reread(source(text))
