"""The scanner of #define lines, held against a C preprocessor."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import formats
from sync.adapter import Selector
from sync.formats import cdefine
from sync.source import Source

AWKWARD = r"""
#define STRING "1.2.3" /* trailing */
# define SPACED 46 // trailing
  #	define PARENTHESES ((46))
#define SUFFIX 46UL
#define SMALL 1u
#define HEX 0x0102
#define WIDE L"1.2.3"
#define CONTINUED \
    "1.2.3"
#define LATE "1.2.3" /* a comment
#define NO_COMMENTED "1"
*/
#define /* a */ BETWEEN /* ( */ "1.2.3"
/* #define NO_COMMENT "1"
#define NO_COMMENT_2 "1" */
// #define NO_LINE "1" \
#define NO_LINE_2 "1"
#define NO_FUNCTION(x) "1"
#define NO_EXPRESSION (SPACED + 1)
#define NO_SUM 1 + 2
#define NO_JOINED "1" "2"
#define NO_NAME STRING
#define NO_VALUE
static const char *a = "/*", b = '"', *c = "\" /*";
#define AFTER "1.2.3"
static const char *d = "\
#define NO_STRING \"1\"";
#define LAST "1.2.3"
"""

VALUES = {
    "STRING": "1.2.3",
    "SPACED": "46",
    "PARENTHESES": "46",
    "SUFFIX": "46",
    "SMALL": "1",
    "HEX": "0x0102",
    "WIDE": "1.2.3",
    "CONTINUED": "1.2.3",
    "LATE": "1.2.3",
    "BETWEEN": "1.2.3",
    "AFTER": "1.2.3",
    "LAST": "1.2.3",
}


def read(text: str | bytes) -> dict[str, str]:
    source = Source.of("a.h", text if isinstance(text, bytes) else text.encode())
    document = cdefine.read(source)
    assert all(source.text(leaf.span) == leaf.value for leaf in document)
    return {str(leaf.path[0]): leaf.value for leaf in document}


def test_a_macro_whose_whole_value_is_a_literal_is_read() -> None:
    assert read(AWKWARD) == VALUES


def test_crlf_and_a_missing_newline_change_nothing() -> None:
    assert read(AWKWARD.replace("\n", "\r\n").rstrip()) == VALUES


def test_numbers_of_resource_files_are_read() -> None:
    assert read("#define FILEVERSION 3,10, 349,0\n#define PRODUCTVERSION 3.10.349-rc.1\n") == {"FILEVERSION": "3,10, 349,0", "PRODUCTVERSION": "3.10.349-rc.1"}


def test_all_branches_of_a_condition_count() -> None:
    source = Source.of("a.h", b'#if X\n#define V "1"\n#else\n#define V "2"\n#endif\n')
    assert [leaf.value for leaf in formats.select(source, Selector("macro", "V"))] == ["1", "2"]


def test_a_raw_string_of_cpp_hides_its_lines() -> None:
    assert read('auto a = R"x(\n#define NO "1"\n)" /* )x";\n#define V "1"\n') == {"V": "1"}


def test_a_quote_that_is_not_closed_hides_only_its_line() -> None:
    assert read("#error don't\n#define V 1'000\n#define W \"1\n#define X 2\n") == {"X": "2"}


@given(st.text(alphabet=st.sampled_from(list("#define V\"1.2'/*\\()\n\r\t ,")), max_size=80))
def test_any_text_is_read(text: str) -> None:
    read(text)


def test_a_comment_that_never_ends_costs_no_more_than_its_length() -> None:
    assert read("#define A /*" * 20000 + "\n#define B \\\n" * 20000) == {}


@pytest.mark.oracle
def test_the_preprocessor_reads_the_same() -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler is installed")
    done = subprocess.run([compiler, "-E", "-dM", "-undef", "-x", "c", "-"], input=AWKWARD, capture_output=True, text=True, check=True)
    found = dict(re.findall(r'^#define (\w+) \(*L?"?(0x[0-9]+|[0-9.]+)[UuLl]*"?\)*$', done.stdout, re.M))
    assert {name: value for name, value in found.items() if not name.startswith("_")} == VALUES
