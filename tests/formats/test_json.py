"""The JSON reader, held against json and tree-sitter-json."""

from __future__ import annotations

import json as standard
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import json
from sync.source import KeyPath, Leaf, Source, Span


def source(text: str | bytes) -> Source:
    return Source.of("package.json", text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes) -> dict[KeyPath, str]:
    found = source(text).document(json.read)
    values = {leaf.path: leaf.value for leaf in found}
    assert len(values) == len(found.leaves)
    return values


def refused(text: str | bytes) -> tuple[int, int, str]:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    (found,) = caught.value.problems
    assert found.path == "package.json"
    return found.line, found.column, found.message


def flattened(value: Any, path: KeyPath = ()) -> dict[KeyPath, str]:
    if isinstance(value, dict):
        return {at: text for key, inner in value.items() for at, text in flattened(inner, (*path, key)).items()}
    if isinstance(value, list):
        return {at: text for index, inner in enumerate(value) for at, text in flattened(inner, (*path, index)).items()}
    return {path: value if isinstance(value, str) else standard.dumps(value)}


CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WITHOUT_FLOATS = st.none() | st.booleans() | st.integers() | st.text(CHARACTERS)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(CHARACTERS)


def containers(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS), inner, max_size=3), max_leaves=12)


VALUES = containers(SCALARS)
PIECES = ("{", "}", "[", "]", ",", ":", '"a"', '"b"', "1", "-0.5e3", "01", "true", "nul", " ", "\n", '"', "\\", "//", '"\\u00e9"', "é", "\t", "\x01", "NaN")


def test_leaves_come_in_the_order_of_the_file_with_their_spans() -> None:
    text = '{ "b" : "1.2.3",\n  "a":[true, {"c":-1.5e3}], "e":{}, "f":[] }'
    found = source(text).document(json.read).leaves
    assert [(leaf.path, leaf.value) for leaf in found] == [(("b",), "1.2.3"), (("a", 0), "true"), (("a", 1, "c"), "-1.5e3")]
    assert [text[leaf.span.start : leaf.span.end] for leaf in found] == ["1.2.3", "true", "-1.5e3"]


def test_a_span_counts_bytes_and_keeps_escapes_as_written() -> None:
    found = source('{"é": "é\\u00e9\\n"}').document(json.read).leaves
    assert found == (Leaf(("é",), Span(8, 18), "éé\n"),)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\"\\\/\b\f\n\r\t"', '"\\/\b\f\n\r\t'),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\ud83d!"', "\ufffd!"),
        (r'"\ude00\ud83d"', "\ufffd\ufffd"),
        (r'"\\u0041"', "\\u0041"),
        (r'"\u0041B"', "AB"),
        ('""', ""),
    ],
)
def test_escapes_are_resolved(text: str, value: str) -> None:
    assert read(text) == json.reread(source(text)) == {(): value}


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "the file ends where a value should be"),
        ("{", 1, 2, "the file ends where a name in double quotes should be"),
        ('{\n "a": {\n  "b": "c"', 3, 11, "the file ends where a comma or a closing bracket should be"),
        ('{"a"\n 1}', 2, 2, "'1}' stands where a colon should be"),
        ('{"a": 1,}', 1, 9, "a closing bracket where a name in double quotes should be"),
        ("[1, ]", 1, 5, "a closing bracket where a value should be"),
        ("[1 2]", 1, 4, "'2]' stands where a comma or a closing bracket should be"),
        ("[1}", 1, 3, "a closing bracket where a comma or a closing bracket should be"),
        ("{} {}", 1, 4, "text after the end of the JSON value"),
        ("1,", 1, 2, "text after the end of the JSON value"),
        ('{\n  // no\n  "a": 1}', 2, 3, "a comment, which JSON does not have"),
        ('{"a": 1 /* no */}', 1, 9, "a comment, which JSON does not have"),
        ('{"a": {"b": 1, "b": 2}}', 1, 16, "a.b occurs twice in one object"),
        ('{"a": 1, "\\u0061": 2}', 1, 10, "a occurs twice in one object"),
        ('{"a": {}, "a": []}', 1, 11, "a occurs twice in one object"),
        ('{"a": "x\n"}', 1, 7, "a string without its closing quote"),
        ('{"a": "x\t"}', 1, 9, "a control character (U+0009) in a string"),
        ('{"a": "\\q"}', 1, 8, "an escape that JSON does not have"),
        ('{"a": "\\u12G4"}', 1, 8, "an escape that JSON does not have"),
        ("[01]", 1, 2, "'01]' stands where a value should be"),
        ("[1.]", 1, 2, "'1.]' stands where a value should be"),
        ("[NaN]", 1, 2, "'NaN]' stands where a value should be"),
        ("{'a': 1}", 1, 2, "\"'a': 1}\" stands where a name in double quotes should be"),
        (b'{"\xe9": 1}', 1, 3, "not UTF-8: invalid continuation byte"),
        ("é", 1, 1, "'é' stands where a value should be"),
    ],
)
def test_broken_json_is_refused_where_it_breaks(text: str | bytes, line: int, column: int, message: str) -> None:
    assert refused(text) == (line, column, message)


def test_too_many_brackets_are_refused_before_the_stack_or_the_memory_ends() -> None:
    assert refused("[" * 100_000) == (1, 201, "more than 200 containers inside one another")
    assert read("[" * 200 + "1" + "]" * 200) == {(0,) * 200: "1"}


def test_long_broken_text_costs_no_more_than_its_length() -> None:
    assert refused('{"a": "' + "\\\\" * 500_000)[2] == "a string without its closing quote"
    assert refused("[" + "1" * 1_000_000 + "x")[:2] == (1, 2)
    assert refused("[" + " " * 1_000_000)[:2] == (1, 1_000_002)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_both_readers_give_what_was_written(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = standard.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert read(text) == json.reread(source(text)) == flattened(value)


@given(VALUES, st.data())
def test_both_readers_refuse_the_same_texts(value: Any, data: st.DataObject) -> None:
    text = standard.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 2)) :]
    results: list[dict[KeyPath, str] | str] = []
    for reader in (read, lambda text: json.reread(source(text))):
        try:
            results.append(reader(text))
        except UnreadableError:
            results.append("refused")
    assert results[0] == results[1]


@given(containers(WITHOUT_FLOATS))  # tree-sitter-json 0.24 does not know 1e+16
def test_the_spans_are_those_of_tree_sitter(value: Any) -> None:
    import tree_sitter
    import tree_sitter_json

    text = standard.dumps(value, indent=1, ensure_ascii=False).encode()
    stack = [tree_sitter.Parser(tree_sitter.Language(tree_sitter_json.language())).parse(text).root_node]
    spans = set()
    while stack:
        node = stack.pop()
        if node.type in ("number", "true", "false", "null"):
            spans.add((node.start_byte, node.end_byte))
        elif node.type == "string":
            spans.add((node.start_byte + 1, node.end_byte - 1))
        elif node.type == "pair":
            stack.append(node.named_children[1])
        else:
            stack.extend(node.named_children)
    assert {tuple(leaf.span) for leaf in source(text).document(json.read)} == spans
