"""The reader of Python literals: ast held against libcst, and against Python itself."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import python
from sync.source import KeyPath, Source

MODULE = '''\
#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""X = "0.0.0" in a docstring."""
import setuptools
X = "1.2.3"
Y: str = '1.2.3'
raw = r"1\\.2"; tail = "ünï"; after = "1.2.3"
long = """1.2
3"""
escaped = "1\\x2e2"
version_info = (1, 2, 3, "rc", 4.5)
nested = {"a": ["b", {"c": "d"}], 'e': 1, **{}, f: "no"}
left, right = "l", "r"
p = q = "both"
paren = ("1.2.3")
\x0cfeed = "after a form feed"
joined = "1." "2"
bytes_ = b"1.2.3"
formatted = f"1.2.{3}"
computed = X + "1"
minus = -1
truth, nothing = True, None
name = X
twice = "first"
twice = "last"
kept = "literal"
kept = str(1)
if True:
    inner = "1.2.3"
    setuptools.setup(name=NAME, version="1.2.3", install_requires=["a==1", b, *c], **more)
def function():
    inside = "1.2.3"
class Class:
    attribute = "1.2.3"
'''
EXPECTED: dict[KeyPath, str] = {
    ("X",): "1.2.3",
    ("Y",): "1.2.3",
    ("raw",): "1\\.2",
    ("tail",): "ünï",
    ("after",): "1.2.3",
    ("long",): "1.2\n3",
    ("escaped",): "1.2",
    ("version_info", 0): "1",
    ("version_info", 1): "2",
    ("version_info", 2): "3",
    ("version_info", 3): "rc",
    ("version_info", 4): "4.5",
    ("nested", "a", 0): "b",
    ("nested", "a", 1, "c"): "d",
    ("nested", "e"): "1",
    ("left",): "l",
    ("right",): "r",
    ("p",): "both",
    ("q",): "both",
    ("paren",): "1.2.3",
    ("feed",): "after a form feed",
    ("twice",): "last",
    ("kept",): "literal",
    ("setup()", "name"): "NAME",
    ("setup()", "version"): "1.2.3",
    ("setup()", "install_requires", 0): "a==1",
    ("setup()", "install_requires", 1): "b",
}


def source(text: str | bytes) -> Source:
    return Source.of("a.py", text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes) -> dict[KeyPath, str]:
    return {leaf.path: leaf.value for leaf in python.read(source(text))}


CHANGES = [
    pytest.param(lambda text: text, id="as it is"),
    pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
    pytest.param(lambda text: "\ufeff" + text, id="a BOM"),
    pytest.param(lambda text: text.rstrip("\n"), id="no last newline"),
    pytest.param(lambda text: text.replace("= ", "=\t "), id="tabs"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_literals_stand_under_the_names_that_they_are_assigned_to(change: Any) -> None:
    assert read(change(MODULE)) == EXPECTED


@pytest.mark.parametrize("change", CHANGES)
def test_libcst_sees_the_same(change: Any) -> None:
    assert python.reread(source(change(MODULE))) == EXPECTED


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_span_is_what_stands_between_the_quotes(end: str) -> None:
    one = source(MODULE.replace("\n", end))
    for leaf in python.read(one):
        written = one.text(leaf.span)
        if leaf.path in (("long",), ("escaped",)):
            assert written in (f"1.2{end}3", "1\\x2e2")
        else:
            assert written == leaf.value


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_syntax_of_a_newer_interpreter_is_read_by_libcst(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parse = ast.parse

    def fails(text: Any, *rest: Any, **named: Any) -> Any:
        if isinstance(text, bytes):
            raise SyntaxError("too new")
        return parse(text, *rest, **named)

    text = MODULE.replace("\x0c", "").replace("\n", end)
    by_ast = python.read(source(text)).leaves
    monkeypatch.setattr(ast, "parse", fails)
    assert python.read(source(text)).leaves == by_ast
    with pytest.raises(UnreadableError):  # libcst drops a form feed before a statement, so all of its positions after it would be wrong
        python.read(source(MODULE))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a = 1\nb = (\n", 2, 5), ("print 'x'\n", 1, 1), ('ü = "x" "', 1, 9), ("if x:\npass\n", 2, 1), ("(" * 5000, 1, 200)],
)
def test_a_syntax_error_is_refused_at_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        python.read(source(text))
    (found,) = caught.value.problems
    assert found.line == line
    assert abs(found.column - column) <= 1, "interpreters differ in where they point"
    assert found.message.startswith("not valid Python: ")


@pytest.mark.parametrize("text", ["x = " + "-" * 50_000 + "1", "x = a" + ".a" * 50_000, "(" * 200_000, "x = (" + "[" * 200_000, "x = 1 if" + "(1,#\n" * 50_000])
def test_a_file_that_would_exhaust_the_stack_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        python.read(source(text))


def test_libcst_is_spared_chains_without_end() -> None:
    with pytest.raises(UnreadableError):
        python.reread(source("x = 1" + " and 1" * 50_000))


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (b"# -*- coding: latin-1 -*-\n", 1),
        (b"#!/bin/sh\n# vim: set fileencoding=cp1252 :\n", 2),
        (b"# coding: no-such-codec\n", 1),
        (b"\xef\xbb\xbf# coding=utf-16\r\n", 1),
        (b"\n# coding: ascii\n", 2),
    ],
)
def test_another_encoding_than_utf8_is_refused(head: bytes, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        python.read(source(head + b'X = "1"\n'))
    assert caught.value.problems[0].line == line


@pytest.mark.parametrize("head", [b"# coding: utf8\n", b"# -*- coding: UTF-8 -*-\r\n", b"x = 1\n# coding: latin-1\n", b"\n\n# coding: latin-1\n", b'"""\ncoding: latin-1"""\n'])
def test_utf8_by_any_name_is_read(head: bytes) -> None:
    assert read(head + b'X = "1"\n')["X",] == "1"


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(UnreadableError):
        python.read(source(b'X = "\xff"\n'))


def test_a_bad_escape_in_the_file_makes_no_noise(recwarn: pytest.WarningsRecorder) -> None:
    assert read('X = "\\d"\n') == {("X",): "\\d"}
    assert not recwarn.list


def test_the_paths_of_a_module_begin_with_the_folder_of_its_project() -> None:
    assert python.module_files("", "a.b", ["src", ""]) == ("src/a/b/__init__.py", "src/a/b.py", "a/b/__init__.py", "a/b.py")
    assert python.module_files("py", "a", ["."]) == ("py/a/__init__.py", "py/a.py")


values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.text(max_size=8), st.integers(0, 99)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.tuples(inner, inner), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)


def leaves(path: KeyPath, value: Any) -> dict[KeyPath, str]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else None
    if pairs is None:
        return {path: str(value)}
    return {at: text for key, inner in pairs for at, text in leaves((*path, key), inner).items()}


@given(values)
def test_any_literal_is_read_as_python_evaluates_it(value: Any) -> None:
    text = f"X = {value!r}\n"
    assert read(text) == leaves(("X",), value)
    assert python.reread(source(text)) == read(text)
