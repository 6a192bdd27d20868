"""The INI scanner, held against configparser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import ini
from sync.source import KeyPath, Source

SETUP = """\
# a comment
[metadata]
name = acme
Version: 1.2.3
url = https://acme.example/?a=b:c
empty =
percent = %(name)s %%
spaced   =   two words   # not a comment
; another
[options]
install_requires =
    acme-core == 1.2.3
    # a comment in between

\tother
  ; and another
\tlast
one = first
   second
[options.extras_require]
a b = c
[DEFAULT]
x = y
"""


def source(text: str | bytes) -> Source:
    return Source.of("setup.cfg", text if isinstance(text, bytes) else text.encode())


def read(text: str) -> dict[KeyPath, str]:
    return {leaf.path: leaf.value for leaf in ini.read(source(text))}


def test_options_stand_under_their_section_as_written() -> None:
    assert read(SETUP) == {
        ("metadata", "name"): "acme",
        ("metadata", "Version"): "1.2.3",
        ("metadata", "url"): "https://acme.example/?a=b:c",
        ("metadata", "empty"): "",
        ("metadata", "percent"): "%(name)s %%",
        ("metadata", "spaced"): "two words   # not a comment",
        ("options", "install_requires", 0): "acme-core == 1.2.3",
        ("options", "install_requires", 1): "other",
        ("options", "install_requires", 2): "last",
        ("options", "one", 0): "first",
        ("options", "one", 1): "second",
        ("options.extras_require", "a b"): "c",
        ("DEFAULT", "x"): "y",
    }


@pytest.mark.parametrize("text", [SETUP, SETUP.replace("\n", "\r\n"), "\ufeff" + SETUP, SETUP.rstrip("\n"), "", "\n\n", "[a]", "[a]\nb=1\n\n\n", "[a]\n  b = 1\n    c\n  d = 2"])
def test_configparser_sees_the_same(text: str) -> None:
    assert ini.reread(source(text)) == read(text)


def test_a_span_is_the_value_without_the_blanks_around_it() -> None:
    for text in (SETUP, SETUP.replace("\n", "\r\n"), SETUP.replace("acme", "Ünï")):
        one = source(text)
        assert [one.text(leaf.span) for leaf in ini.read(one)] == [leaf.value for leaf in ini.read(one)]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a = 1\n", 1, 1, "an option before the first [section]"),
        ("[a]\n  b\n", 2, 3, "neither a [section] nor an option (name = value)"),
        ("[a]\n= 1\n", 2, 1, "neither a [section] nor an option (name = value)"),
        ("[a]\nb = 1\n[a]\n", 3, 1, "a is defined a second time"),
        ("[a]\nb = 1\nc = 2\nb : 3\n", 4, 1, "a.b is defined a second time"),
    ],
)
def test_what_configparser_refuses_is_refused_at_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        ini.read(source(text))
    assert [(one.line, one.column, one.message) for one in caught.value.problems] == [(line, column, message)]
    with pytest.raises(UnreadableError):
        ini.reread(source(text))


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(UnreadableError) as caught:
        ini.read(source(b"[a]\nb = \xfc\n"))
    assert [(one.line, one.column) for one in caught.value.problems] == [(2, 5)]


@given(st.lists(st.sampled_from(["[a]", "[b c]", "k = v", "k: 1", "K=2", "l =", "  more", "\tmore", "    deeper", "# c", "  ; c", "", "   ", "x", "= y", "[", "m = = :"]), max_size=9).map("\n".join))
def test_any_text_is_read_as_configparser_reads_it_or_refused_by_both(text: str) -> None:
    try:
        expected = ini.reread(source(text))
    except UnreadableError:
        with pytest.raises(UnreadableError):
            ini.read(source(text))
    else:
        assert read(text) == expected
