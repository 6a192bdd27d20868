"""The scanner of CMake's command syntax, held against cmake itself."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import formats
from sync.adapter import Selector
from sync.errors import UnreadableError
from sync.formats import cmake
from sync.source import KeyPath, Source

AWKWARD = r"""# call(no)
#[==[ call(no)
]] ]=]
call(no) ]==]
call(plain "quoted two" [=[bracket ]] "]=] [[]])
CALL ( a#no
  #[[no]] b(c (d) e)	"es\"c\\aped \${x}" # no)
  un\ quoted
)
call()
call("semi;colon" a;b
"two
lines" "joined \
line" [[
dropped]] "#no" ${VAR}/x -Dx="a b")
"""


def read(text: str | bytes) -> dict[KeyPath, str]:
    source = Source.of("CMakeLists.txt", text if isinstance(text, bytes) else text.encode())
    return {leaf.path: leaf.value for leaf in cmake.read(source)}


def calls(text: str) -> list[list[str]]:
    """The arguments of each call(), parentheses left out."""
    found: dict[int, list[str]] = {}
    for (command, index, _), value in read(text).items():
        assert command == "call"
        found.setdefault(int(index), []).append(value)
    return list(found.values())


def test_arguments_are_read_in_all_three_forms_and_comments_passed_over() -> None:
    assert calls(AWKWARD) == [
        ["plain", "quoted two", 'bracket ]] "', ""],
        ["a", "b", "c", "d", "e", 'es"c\\aped ${x}', "un quoted"],
        ["semi;colon", "a", "b", "two\nlines", "joined line", "dropped", "#no", "${VAR}/x", '-Dx="a b"'],
    ]


def test_a_parenthesis_inside_takes_a_place_among_the_arguments() -> None:
    assert read("if((A AND B) OR C)\nendif()\n") == {("if", 0, 1): "A", ("if", 0, 2): "AND", ("if", 0, 3): "B", ("if", 0, 5): "OR", ("if", 0, 6): "C"}


def test_commands_are_counted_by_their_name_in_lower_case() -> None:
    assert read("Project(a)\nproject(b VERSION 1.2)\n") == {("project", 0, 0): "a", ("project", 1, 0): "b", ("project", 1, 1): "VERSION", ("project", 1, 2): "1.2"}


def test_a_variable_is_found_by_its_name() -> None:
    source = Source.of("v.cmake", b'SET(A_VERSION "1.2.3" CACHE STRING "x")\nset(B 46)\nset(A_VERSION 1.2.4)\nset(C)\nset(D 1 2)\n')
    assert [leaf.value for leaf in formats.select(source, Selector("name", "A_VERSION"))] == ["1.2.3", "1.2.4"]
    assert [source.text(leaf.span) for leaf in formats.select(source, Selector("name", "B"))] == ["46"]
    assert formats.select(source, Selector("name", "C")) == []
    assert [leaf.value for leaf in formats.select(source, Selector("name", "D"))] == ["1"]


@pytest.mark.parametrize("change", [lambda raw: raw.replace(b"\n", b"\r\n"), lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.rstrip(b"\n")], ids=["CRLF", "BOM", "no newline"])
def test_line_endings_and_a_bom_change_no_value(change: object) -> None:
    assert callable(change)
    changed = {path: value.replace("\r\n", "\n") for path, value in read(change(AWKWARD.encode())).items()}
    assert changed == read(AWKWARD)


@pytest.mark.parametrize(("variable", "expected"), [("A", ("STRINGS", "V")), ("B", ("GET", "A")), ("C", ("STRIP", "${B}")), ("D", ("REGEX", "MATCH")), ("E", ("EXPR", "E")), ("F", ("", ""))])
def test_a_computed_variable_is_told_from_one_that_is_set(variable: str, expected: tuple[str, str]) -> None:
    text = b'file(STRINGS V A)\nlist(GET A 0 B)\nstring(STRIP "${B}" C)\nstring(REGEX MATCH x D "${C}")\nmath(EXPR E 1+1)\nset(F 1)\nmessage(F)\n'
    assert cmake.computed(cmake.read(Source.of("a.cmake", text)), variable) == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a()\nset(V 1\n", 2, 1, "a parenthesis that is not closed"),
        ('a()\n set(V "1)\n', 2, 8, "a string that is not closed"),
        ("a()\n#[[ open ]\n", 2, 1, "a bracket that is not closed"),
        ("set(V [==[ x ]=] )\n", 1, 7, "a bracket that is not closed"),
        ("V = 1\n", 1, 1, "a command should stand here"),
        ("a())\n", 1, 4, "a command should stand here"),
        ("a\n(b)\n", 1, 1, "a command should stand here"),
    ],
)
def test_what_is_not_closed_is_refused_with_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    (found,) = caught.value.problems
    assert (found.line, found.column) == (line, column)
    assert message in found.message


@given(st.text(alphabet=st.sampled_from(list('ab()"[]=#\\;$ \n\r\t')), max_size=60))
def test_any_text_is_read_or_refused_and_spans_are_in_order(text: str) -> None:
    try:
        document = cmake.read(Source.of("CMakeLists.txt", text.encode()))
    except UnreadableError as error:
        places = [one.line for one in error.problems]
    else:
        places = []
        assert all(one.span.end <= other.span.start for one, other in pairwise(document))
    assert 0 not in places


@pytest.mark.oracle
def test_cmake_itself_reads_the_same_arguments(tmp_path: Path) -> None:
    tool = shutil.which("cmake")
    if tool is None:
        pytest.skip("cmake is not installed")
    text = AWKWARD.replace("${VAR}", "VAR").replace("(c (d) e)", " c d e ")
    script = tmp_path / "a.cmake"
    script.write_text(
        f"""function(call)
  set(line "")
  math(EXPR last "${{ARGC}} - 1")
  if(ARGC)
    foreach(at RANGE ${{last}})
      string(APPEND line "<${{ARGV${{at}}}}>")
    endforeach()
    message("${{line}}")
  endif()
endfunction()
{text}"""
    )
    done = subprocess.run([tool, "-P", str(script)], capture_output=True, text=True, check=True)
    assert done.stderr.rstrip("\n") == "\n".join("".join(f"<{value}>" for value in call) for call in calls(text))
