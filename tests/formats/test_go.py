"""The Go reader: imports, and constants by name."""

from __future__ import annotations

import pytest

from sync import formats
from sync.adapter import Selector
from sync.errors import UnreadableError
from sync.formats import go
from sync.source import Document, Source


def read(text: str | bytes) -> Document:
    source = Source.of("a.go", text if isinstance(text, bytes) else text.encode())
    document = go.read(source)
    assert all(source.text(leaf.span) == leaf.value for leaf in document)
    assert [leaf for leaf in document if leaf.path[0] == "import"] == list(go.imports(source))
    return document


def values(text: str) -> dict[str, str]:
    return {str(leaf.path[0]): leaf.value for leaf in read(text) if len(leaf.path) == 1}


def imported(text: str | bytes) -> list[str]:
    return [leaf.value for leaf in read(text) if leaf.path[0] == "import"]


def test_imports_are_read_in_every_form_and_in_order() -> None:
    text = 'package a\nimport "b"\nimport (\n\t. "c" // x\n\t_ `d`\n\n\te "f/v2"; g "h"\n)\nimport ("i")\nimport ()\nfunc main() {}\n'
    assert imported(text) == ["b", "c", "d", "f/v2", "h", "i"]


def test_what_only_looks_like_an_import_is_none() -> None:
    text = 'package a // import "no"\n/*\nimport "no"\nfunc no()\n*/\nimport "yes"\n//go:generate run "no"\nconst x = "no"\nvar y = `\nimport "no"\n`\n'
    assert imported(text) == ["yes"]


def test_a_comment_with_code_in_it_does_not_cut_the_imports_short() -> None:
    assert imported('package a\n/*\nfunc x() {}\nvar y\n*/\nimport "b"\n') == ["b"]


def test_crlf_and_a_missing_newline_change_nothing() -> None:
    assert imported(b'package a\r\nimport (\r\n\t"b"\r\n\t"c"\r\n)') == ["b", "c"]


def test_constants_and_variables_of_the_top_level_are_read_by_name() -> None:
    text = """package a
const Version = "1.2.3" // "9"
const typed string = `1.2.4`
const (
	Major, Minor = 1, "2"
	Computed = "v" + Version
	Patch = 3
)
var (
	Var string = "v1"
	Empty string
)
var Expression = f("no")
func f(Local string) string {
	const Inner = "no"
	Short := "no"
	return Local + Inner + Short
}
"""
    assert values(text) == {"Version": "1.2.3", "typed": "1.2.4", "Major": "1", "Minor": "2", "Patch": "3", "Var": "v1"}


def test_a_function_that_only_returns_a_literal_is_a_constant() -> None:
    text = """package a
func Version() string {
	// the version
	return "1.45.0"
}
func Short() string { return "2" }
func (m M) Method() string { return "no" }
func Two() (string, error) { return "no", nil }
func Computed() string { return "no" + x }
func Conditional() string {
	if x { return "no" }
	return "no"
}
func Nothing() {}
"""
    assert values(text) == {"Version": "1.45.0", "Short": "2"}


def test_a_place_by_name_finds_the_constant() -> None:
    source = Source.of("version.go", b'package a\nconst Version = "1.2.3"\n')
    assert [source.text(leaf.span) for leaf in formats.select(source, Selector("name", "Version"))] == ["1.2.3"]


def test_an_error_below_what_is_wanted_is_no_obstacle() -> None:
    assert imported('package a\nimport "b"\nfunc broken( {\n') == ["b"]
    assert values('package a\nconst Version = "1"\nfunc broken( {\n') == {"Version": "1"}


@pytest.mark.parametrize(
    "text",
    [
        'package a\nimport (\n\t"b\n\t"c"\n)\n',
        'package a\nimport (\n\t"b"\n\nfunc main() {}\n',
        'package a\n/* import "b"\n',
        'package a\n/* import "b"\nfunc main() {}\n',
        'package a\nconst Version = "1.2.3\nvar x = 1\n',
        'package a\nconst Version = "1.2.3" )\n',
    ],
    ids=["string", "parenthesis", "comment", "comment before code", "constant", "stray"],
)
def test_an_error_that_overlaps_a_leaf_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        go.read(Source.of("a.go", text.encode()))
    (found,) = caught.value.problems
    assert found.path == "a.go"
    assert found.line >= 2
