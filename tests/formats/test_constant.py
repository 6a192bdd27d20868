"""Assignments in languages that have no format of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import formats
from sync.adapter import Selector
from sync.formats import constant
from sync.source import Source


def read(text: str | bytes) -> list[tuple[str, str]]:
    source = Source.of("a.rs", text if isinstance(text, bytes) else text.encode())
    document = constant.read(source)
    assert all(source.text(leaf.span) == leaf.value for leaf in document)
    return [(str(leaf.path[0]), leaf.value) for leaf in document]


@pytest.mark.parametrize(
    "line",
    [
        'NAME = "1.2.3"',
        'export const NAME: &str = "1.2.3";',
        'pub const NAME: &\'static str = "1.2.3"; // Rust',
        "let NAME = '1.2.3'",
        'NAME := "1.2.3"',
        "NAME=1.2.3",
        "export NAME=1.2.3 # shell",
        "NAME ?= 1.2.3",
        "NAME ::= 1.2.3",
        'NAME <- "1.2.3"  # R',
        'const val NAME = "1.2.3" // Kotlin',
        '\tpublic static final String NAME = "1.2.3";',
        "'NAME' => \"1.2.3\",",
        '"NAME": "1.2.3",',
        '  ["NAME"] = "1.2.3", -- Lua',
        "our $NAME = '1.2.3';",
        "$Kite::NAME = '1.2.3';",
        "module.exports.NAME = '1.2.3'",
        '@NAME "1.2.3" # Elixir',
        'NAME: "1.2.3",',
        "define('NAME', '1.2.3');",
        '-define(NAME, "1.2.3"). % Erlang',
        'static const char* const NAME = "1.2.3";',
        'static const char NAME[] = "1.2.3";',
        'static char NAME[16] = "1.2.3"; /* C */',
        'public static let NAME: String? = "1.2.3"',
        'Public Const NAME As String = "1.2.3"',
        'const NAME* = "1.2.3"',
        'let [<Literal>] NAME = "1.2.3"',
        'Map<String, Text> NAME = "1.2.3";',
        '.NAME = "1.2.3",',
        "ARG NAME=1.2.3",
        'set NAME "1.2.3"',
        "export const NAME = '1.2.3' as const;",
        'std::string NAME = "1.2.3";',
        "NAME = `1.2.3`",
    ],
)
def test_an_assignment_of_one_literal_is_read_in_many_languages(line: str) -> None:
    assert read(line) == [("NAME", "1.2.3")]


@pytest.mark.parametrize(("line", "value"), [("pub const NAME: u32 = 46u32;", "46"), ("int NAME = 46UL;", "46"), ("NAME=v1.2.3-rc.1+b2", "v1.2.3-rc.1+b2"), ("NAME = ''", "")])
def test_the_span_is_the_value_alone(line: str, value: str) -> None:
    assert read(line) == [("NAME", value)]


@pytest.mark.parametrize(
    "line",
    [
        '# NAME = "1.2.3"',
        '// NAME = "1.2.3"',
        '-- NAME = "1.2.3"',
        ' * NAME = "1.2.3"',
        '; NAME = "1.2.3"',
        '/* NAME = "1.2.3" */',
        '\' NAME = "1.2.3"',
        'if NAME == "1.2.3"',
        'if (NAME = "1.2.3")',
        'NAME != "1.2.3"',
        "NAME >= 1",
        'NAME += "1.2.3"',
        'NAME = "1.2.3" + suffix',
        'NAME = "${major}.2.3"',
        'NAME = "#{major}.2.3"',
        'NAME = "1.2\\t3"',
        'NAME = call("1.2.3")',
        'call(NAME: "1.2.3")',
        "a, NAME = 1, 2",
        "NAME = a ? 1 : 2",
        '<kite NAME="1.2.3">',
        'return NAME = "1.2.3"',
        'NAME = "1.2.3',
        "NAME = 1.2.3 4",
        "gem 'kite', NAME: '1.2.3'",
    ],
)
def test_what_only_looks_like_one_is_none(line: str) -> None:
    assert [name for name, _ in read(line) if name == "NAME"] == []


def test_a_block_comment_hides_its_lines() -> None:
    assert read('/*\nA = "1"\n*/\nB = "2"\n/* never closed\nC = "3"\n') == [("B", "2"), ("C", "3")]


def test_crlf_a_bom_and_a_missing_newline_change_nothing() -> None:
    assert read(b"\xef\xbb\xbfA = \"1\"\r\nB=2\r\n\tC: '3'") == [("A", "1"), ("B", "2"), ("C", "3")]


def test_a_place_by_name_finds_it_in_a_file_of_any_language() -> None:
    source = Source.of("src/Version.kt", b'package a\n\nconst val VERSION = "1.2.3"\nconst val VERSIONS = "1.2.4"\n')
    assert [source.text(leaf.span) for leaf in formats.select(source, Selector("name", "VERSION"))] == ["1.2.3"]


@given(st.text(alphabet=st.sampled_from(list("NAME=:\"'` 1.2#/*<>-[]();,$\\\n\r\t")), max_size=80))
def test_any_text_is_read(text: str) -> None:
    read(text)


@pytest.mark.parametrize("text", ["a=" * 200_000, "/*\n" * 100_000, '"' * 400_000, 'x="' + "a" * 400_000, 'x = "' * 100_000, "x=1" + ".1" * 200_000, "<" * 199 + '="1"\n'])
def test_a_hostile_line_costs_no_more_than_its_length(text: str) -> None:
    assert len(read(text)) < 2
