"""The TOML reader, held against tomllib and tomlkit."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import toml
from sync.source import KeyPath, Source, Span


def read(text: str | bytes) -> dict[KeyPath, str]:
    source = Source.of("a.toml", text if isinstance(text, bytes) else text.encode())
    return {leaf.path: leaf.value for leaf in toml.read(source)}


def refused(text: str | bytes) -> tuple[int, int, str]:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    (found,) = caught.value.problems
    return found.line, found.column, found.message


def leaves(value: Any, path: KeyPath = ()) -> dict[KeyPath, str]:
    """What tomllib gives, as key paths; only for strings, booleans and decimal integers."""
    if isinstance(value, dict):
        return {at: text for key, inner in value.items() for at, text in leaves(inner, (*path, key)).items()}
    if isinstance(value, list):
        return {at: text for index, inner in enumerate(value) for at, text in leaves(inner, (*path, index)).items()}
    return {path: str(value).lower() if isinstance(value, bool) else str(value)}


AWKWARD = """\
# name = "no"
name = "a" # "b"
'lit' = 'C:\\n'   \t
"quo\\"ted" = "tab\\there \\u00e9 \\U0001F600"
multi = \"\"\"
one
  "two" ""three\"\"\"
raw = '''
it's
'''
empty = ""
empties = [\"\"\"\"\"\", '''''']
quotes = \"\"\"\"q\"\"\"\"
joined = \"\"\"\\
   a \\
   b\"\"\"
yes = true
n = 12
dotted . "key" . x = "d"
array = [ # comment
  1, "two", # three
  ["n", { a.b = "deep", c = [] }],
]
inline = { version = "1", "path" = '../x' }
[package]
version = "1.2.3"
[ target . 'cfg(unix)' . dependencies ]
foo = { version = "1" }
[[bin]]
name = "one"
[bin.sub]
x = "1"
[[bin]]
name = "two"
[bin.sub]
x = "2"
[[bin.more]]
y = "3"
[[bin.more]]
y = "4"
[package.metadata]
k = "v"
"""


@pytest.mark.parametrize("change", [str, lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text, lambda text: text.rstrip("\n")], ids=["as it is", "CRLF", "a BOM", "no last newline"])
def test_it_reads_what_tomllib_reads(change: Any) -> None:
    text = change(AWKWARD)
    expected = leaves(tomllib.loads(text.removeprefix("\ufeff")))
    assert read(text) == expected


def test_a_span_holds_the_characters_between_the_quotes() -> None:
    source = Source.of("a.toml", AWKWARD.encode())
    document = toml.read(source)
    assert [source.text(leaf.span) for leaf in document if leaf.path[0] in ("lit", 'quo"ted', "multi", "raw", "empty", "quotes", "yes")] == [
        "C:\\n",
        "tab\\there \\u00e9 \\U0001F600",
        'one\n  "two" ""three',
        "it's\n",
        "",
        '"q"',
        "true",
    ]
    assert source.body[document.leaves[0].span.start - 1 : document.leaves[0].span.end + 1] == b'"a"'


def test_spans_count_bytes_where_the_text_is_not_ascii() -> None:
    source = Source.of("a.toml", 'a = ["Ünï", "1.2.3"]'.encode())
    leaf = toml.read(source).get(("a", 1))
    assert leaf is not None
    assert leaf.span == Span(15, 20)
    assert source.text(leaf.span) == "1.2.3"


def test_numbers_and_dates_stay_as_they_are_written() -> None:
    text = "a = 0x1F\nb = 1_000\nc = 1e5\nd = 1979-05-27 07:32:00Z\ne = +inf\nf = 07:32:00.5\n"
    expected = {("a",): "0x1F", ("b",): "1_000", ("c",): "1e5", ("d",): "1979-05-27 07:32:00Z", ("e",): "+inf", ("f",): "07:32:00.5"}
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a = 1\na = 2", "a"),
        ("[a]\nb = 1\n[a]", "a"),
        ("[a]\n[[a]]", "a"),
        ("[[a]]\n[a]", "a"),
        ("a = 1\na.b = 2", "a"),
        ("a.b = 1\na = 2", "a"),
        ("a.b = 1\n[a]", "a"),
        ("[a.b]\n[a]\nb.c = 1", "a.b"),
        ("a = {b = 1}\na.c = 2", "a"),
        ("a = {b = 1}\n[a.c]", "a"),
        ("a = {b = 1, b = 2}", "a.b"),
        ("a = [{b.c = 1, b = 2}]", "a[0].b"),
        ("a = []\n[[a]]", "a"),
        ("[a]\nb.c = 1\n[[a.b]]", "a.b"),
        ('[a]\nb = 1\n"b" = 2', "a.b"),
        ("[[a]]\n[a.b]\n[a.b]", "a[0].b"),
    ],
)
def test_what_is_defined_twice_is_refused_as_tomllib_refuses_it(text: str, key: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    _, _, message = refused(text)
    assert message == f"{key} is defined a second time"


@pytest.mark.parametrize(
    "text",
    ["[a.b]\n[a]\nx = 1", "[a]\nb.c = 1\n[a.b.d]\ne = 2", "[[a.b]]\n[a]\nx = 1", "a.b = 1\na.c = 2", "[[a]]\n[a.b]\nx = 1\n[[a]]\n[a.b]\nx = 2", "a = {b.c = 1, b.d = 2}", "[a.b.c]\n[a]\nb.d = 1"],
)
def test_what_only_looks_like_a_second_definition_is_read(text: str) -> None:
    assert read(text) == leaves(tomllib.loads(text))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('a = "x" b = 1', 1, 9),
        ('a = 1\n\nb = "open\n', 3, 10),
        ("a = 1\n[b\n", 2, 3),
        ("a = [1,,2]", 1, 8),
        ("a = 01", 1, 6),
        ("<<<<<<< HEAD\na = 1", 1, 1),
        ('a = "ü" ü', 1, 9),
        ('[a]\nb = "\\q"', 2, 8),
        ("a", 1, 2),
        ("a =", 1, 4),
        ("a = 1\rb = 2", 1, 6),
        ('a = "\x01"', 1, 6),
    ],
)
def test_a_syntax_error_is_refused_at_its_place(text: str, line: int, column: int) -> None:
    assert refused(text)[:2] == (line, column)
    assert refused(text)[2].startswith("not valid TOML")


def test_bytes_that_are_no_utf8_are_refused_at_the_first() -> None:
    assert refused(b'a = 1\nb = "\xfcn"')[:2] == (2, 6)


def test_an_escape_that_names_no_character_is_refused() -> None:
    assert refused('\na = "\\ud800"') == (2, 6, "an escape in this string names no character")


@pytest.mark.parametrize("text", ["a = " + "[" * 101 + "]" * 101, "a" + ".a" * 101 + " = 1", "[" + "a." * 101 + "a]", "a = " + "{a = " * 101 + "1" + "}" * 101])
def test_nesting_without_end_is_refused(text: str) -> None:
    assert "100" in refused(text)[2]


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "{a=" * 50_000, "[" * 100_000, '"' * 100_001])
def test_hostile_text_is_refused_and_nothing_worse(text: str) -> None:
    refused(text)
    with pytest.raises(UnreadableError):
        toml.reread(Source.of("a.toml", text.encode()))


@pytest.mark.parametrize("end", [" = 1", " = 1\n[", " 1"])
def test_a_key_of_endless_parts_is_refused_before_tomllib_spends_minutes_on_it(end: str) -> None:
    refused("a." * 50_000 + "a" + end)


def test_tomlkit_a_third_reader_sees_the_same_values() -> None:
    assert flat(tomlkit.parse(AWKWARD)) == read(AWKWARD)


def flat(value: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], str]:
    """Key paths and values of tomlkit's document, as they are written."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {key: each for name, inner in items for key, each in flat(inner, (*path, name)).items()}
    return {path: str(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else value.as_string()}


keys = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=6)
scalars = st.one_of(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12), st.booleans(), st.integers(-(10**9), 10**9))
values: st.SearchStrategy[Any] = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=12)


@given(st.dictionaries(keys, values, max_size=4))
def test_whatever_tomlkit_writes_is_read_as_tomllib_reads_it(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    assert read(text) == leaves(tomllib.loads(text))


@given(st.lists(st.sampled_from(['"', "'", "=", "[", "]", "{", "}", ".", ",", "#", "\n", "\r\n", " ", "\\", "a", "b", "1", "-", '"""', "'''", "é", "true"]), max_size=14).map("".join))
def test_any_text_is_read_as_tomllib_reads_it_or_refused(text: str) -> None:
    try:
        found = read(text)
    except UnreadableError:
        return  # TOML 1.1 is refused too, where the interpreter's tomllib may accept it
    expected = leaves(tomllib.loads(text))
    assert {path: value.lstrip("+").replace("-0", "0") if value.lstrip("+-").isdigit() else value for path, value in found.items()} == expected or set(found) == set(expected)
