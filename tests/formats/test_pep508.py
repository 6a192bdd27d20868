"""Python requirement strings, held against the packaging library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from sync.formats import pep508
from sync.source import Source, Span


def read(text: str) -> tuple[str, str, list[tuple[str, str]]] | None:
    source = Source.of("a", text.encode())
    found = pep508.read(source, Span(0, len(source.body)))
    return None if found is None else (found.name, found.specifier, [(one.operator, source.text(one.span)) for one in found.clauses])


@pytest.mark.parametrize(
    ("text", "name", "specifier", "clauses"),
    [
        ("acme==1.2.3", "acme", "==1.2.3", [("==", "1.2.3")]),
        ("polars-runtime-32 == 1.40.1", "polars-runtime-32", "== 1.40.1", [("==", "1.40.1")]),
        ("Acme.Core_x[a, b]>=1,<2 ; python_version<'3.9'", "Acme.Core_x", ">=1,<2", [(">=", "1"), ("<", "2")]),
        ("acme (~= 1.2)", "acme", "~= 1.2", [("~=", "1.2")]),
        ("acme==1.2.*", "acme", "==1.2.*", [("==", "1.2")]),
        ("acme>=1.2,!=1.2.1", "acme", ">=1.2,!=1.2.1", [(">=", "1.2")]),
        ("acme===1.0+local.7", "acme", "===1.0+local.7", [("===", "1.0+local.7")]),
        ("acme==1.2.3rc1.post2.dev3", "acme", "==1.2.3rc1.post2.dev3", [("==", "1.2.3rc1.post2.dev3")]),
        ("acme2; sys_platform == '1.2.3'", "acme2", "", []),
        ("acme", "acme", "", []),
        ("  acme  ", "acme", "", []),
    ],
)
def test_a_requirement_gives_its_name_and_versions(text: str, name: str, specifier: str, clauses: list[tuple[str, str]]) -> None:
    assert read(text) == (name, specifier, clauses)


@pytest.mark.parametrize(
    "text",
    ["acme @ https://files.example/acme-1.2.3.zip", "acme[x]@ file:///1.2.3", "./acme-1.2.3", "-r acme==1.2.3", "git+https://git.example/acme@1.2.3", "", "acme 1.2.3", "acme==1.2\\x2e3"],
)
def test_what_holds_no_specifier_that_can_be_moved_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("^1.2.3", [("^", "1.2.3")]),
        ("~1.2 || 2.0", [("~", "1.2"), ("", "2.0")]),
        (">=1,<2", [(">=", "1"), ("<", "2")]),
        ("1.2.*", [("", "1.2")]),
        ("*", []),
        ("v1.2", [("", "1.2")]),
        ("^ 1", [("^", "1")]),
        ("dev-main2", []),
    ],
)
def test_poetry_has_operators_of_its_own(text: str, clauses: list[tuple[str, str]]) -> None:
    source = Source.of("a", text.encode())
    assert [(one.operator, source.text(one.span)) for one in pep508.clauses(source, Span(0, len(source.body)))] == clauses


names = st.sampled_from(["a", "A1", "acme-core", "acme.core_32", "v1", "x-1.2"])
parts = st.tuples(st.integers(0, 99), st.sampled_from(["", ".0", ".1.2", ".3.4.5"]), st.sampled_from(["", "a1", "rc2"]), st.sampled_from(["", ".post1"]), st.sampled_from(["", ".dev3"]))
versions = parts.map(lambda all_parts: "".join(map(str, all_parts)))
specifiers = st.lists(st.tuples(st.sampled_from(["==", ">=", "<=", "<", ">", "!="]), versions), max_size=3)


@given(names, st.sampled_from(["", "[a]", "[a,b-c]"]), specifiers, st.sampled_from(["", " "]), st.sampled_from(["", ' ; python_version >= "3.8"', ';os_name=="1.2.3"']))
def test_it_reads_what_packaging_reads(name: str, extras: str, specifier: list[tuple[str, str]], gap: str, marker: str) -> None:
    text = f"{name}{gap}{extras}{gap}" + f"{gap},{gap}".join(f"{operator}{gap}{version}" for operator, version in specifier) + marker
    try:
        expected = Requirement(text)
    except InvalidRequirement:
        return
    found = read(text)
    assert found is not None
    assert found[0] == expected.name
    assert {f"{operator}{version}" for operator, version in found[2]} == {str(one) for one in expected.specifier if one.operator != "!="}


@pytest.mark.parametrize("text", ["a" + " " * 50_000 + "x", "a>=" + "1." * 50_000 + "!", "a-" * 50_000, "a==" + "= " * 50_000, "a[" * 50_000])
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    read(text)  # a pattern that goes back would take hours here
