"""The go.mod scanner, held against what Go itself reads."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import gomod
from sync.source import KeyPath, Source

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gomod"

AWKWARD = """\
// module example.com/no
module "example.com/kite/v2" // module example.com/no

go 1.22
toolchain go1.22.4
godebug default=go1.21

require example.com/one v1.0.0//close
require\texample.com/two\tv2.0.0+incompatible
require (

	// example.com/no v1.0.0
	example.com/three    v0.0.0-20260102030405-0123456789ab // indirect
	"example.com/four/v4" v4.0.0-rc.1
)
require ()
exclude example.com/one v1.0.1
replace example.com/one => ../one
replace example.com/two v2.0.0+incompatible => example.com/fork/two v1.2.3
replace (
	example.com/three => example.com/fork/three v0.1.0
	example.com/four/v4 v4.0.0-rc.1 => "./four"
)
retract v1.9.0 // a reason
retract [ v1.0.0 ,v1.1.0]
tool example.com/one/cmd/x
ignore (
	./a
	b/c
)
"""


def read(text: str | bytes) -> dict[KeyPath, str]:
    source = Source.of("go.mod", text if isinstance(text, bytes) else text.encode())
    document = gomod.read(source)
    assert all(source.text(leaf.span) == leaf.value for leaf in document)
    assert len({leaf.path for leaf in document}) == len(document.leaves)
    return {leaf.path: leaf.value for leaf in document}


def refused(text: str) -> tuple[int, int, str]:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    (found,) = caught.value.problems
    return found.line, found.column, found.message


def test_every_directive_is_read_in_blocks_and_out_of_them() -> None:
    found = read(AWKWARD)
    assert found == {
        ("module",): "example.com/kite/v2",
        ("go",): "1.22",
        ("toolchain",): "go1.22.4",
        ("require", 0, "path"): "example.com/one",
        ("require", 0, "version"): "v1.0.0",
        ("require", 1, "path"): "example.com/two",
        ("require", 1, "version"): "v2.0.0+incompatible",
        ("require", 2, "path"): "example.com/three",
        ("require", 2, "version"): "v0.0.0-20260102030405-0123456789ab",
        ("require", 3, "path"): "example.com/four/v4",
        ("require", 3, "version"): "v4.0.0-rc.1",
        ("exclude", 0, "path"): "example.com/one",
        ("exclude", 0, "version"): "v1.0.1",
        ("replace", 0, "old"): "example.com/one",
        ("replace", 0, "new"): "../one",
        ("replace", 1, "old"): "example.com/two",
        ("replace", 1, "old-version"): "v2.0.0+incompatible",
        ("replace", 1, "new"): "example.com/fork/two",
        ("replace", 1, "new-version"): "v1.2.3",
        ("replace", 2, "old"): "example.com/three",
        ("replace", 2, "new"): "example.com/fork/three",
        ("replace", 2, "new-version"): "v0.1.0",
        ("replace", 3, "old"): "example.com/four/v4",
        ("replace", 3, "old-version"): "v4.0.0-rc.1",
        ("replace", 3, "new"): "./four",
        ("retract", 0, "low"): "v1.9.0",
        ("retract", 1, "low"): "v1.0.0",
        ("retract", 1, "high"): "v1.1.0",
        ("tool", 0): "example.com/one/cmd/x",
        ("ignore", 0): "./a",
        ("ignore", 1): "b/c",
    }


@pytest.mark.parametrize("change", [lambda raw: raw.replace(b"\n", b"\r\n"), lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.rstrip(b"\n")], ids=["CRLF", "BOM", "no newline"])
def test_line_endings_and_a_bom_change_nothing(change: Any) -> None:
    assert read(change(AWKWARD.encode())) == read(AWKWARD)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("module a\nrequire (\n\tb v1.0.0\n", 2, 1, "the require block is not closed"),
        ("module a\n)\n", 2, 1, "closes no block"),
        ("module a b\n", 1, 1, "it should be: module PATH"),
        ("module a\nrequire (\n\tb\n)\n", 3, 2, "it should be: require PATH VERSION"),
        ("module a\n\n  require b v1.0.0 v1.0.1\n", 3, 3, "it should be: require PATH VERSION"),
        ("replace a b => c\nreplace a => \n", 2, 1, "it should be: replace PATH [VERSION] => PATH [VERSION]"),
        ("replace a => b => c\n", 1, 1, "malformed replace"),
        ("retract [v1.0.0 v1.1.0]\n", 1, 1, "malformed retract"),
        ("module a\nmodule b\n", 2, 1, "module is stated a second time"),
        ("go 1.21\ngo 1.22\n", 2, 1, "go is stated a second time"),
        ('module "a\n', 1, 8, "not closed on its line"),
        ("module a\nrequire `b\nv1.0.0`\n", 2, 9, "not closed on its line"),
        ("module a /* b */\n", 1, 10, "not /* */"),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(text: str, line: int, column: int, message: str) -> None:
    found = refused(text)
    assert found[:2] == (line, column)
    assert message in found[2]


def test_a_directive_that_go_may_add_some_day_is_passed_over() -> None:
    assert read("module a\nfuture b\nfuture (\n\tb v1 v2 v3\n)\ngo 1.22\n") == {("module",): "a", ("go",): "1.22"}


@pytest.mark.parametrize(
    ("path", "name", "suffix"),
    [
        ("a.b/c", "a.b/c", ""),
        ("a.b/c/v1", "a.b/c/v1", ""),
        ("a.b/c/v2", "a.b/c", "/v2"),
        ("a.b/c/v10", "a.b/c", "/v10"),
        ("a.b/c/v02", "a.b/c/v02", ""),
        ("a.b/c/v2x", "a.b/c/v2x", ""),
        ("a.b/cv2", "a.b/cv2", ""),
        ("a.b/c.v2", "a.b/c.v2", ""),
        ("a.b/v2/c/v3", "a.b/v2/c", "/v3"),
        ("gopkg.in/c.v0", "gopkg.in/c", ".v0"),
        ("gopkg.in/u/c.v3", "gopkg.in/u/c", ".v3"),
        ("gopkg.in/c", "gopkg.in/c", ""),
    ],
)
def test_a_module_path_is_parted_from_its_major(path: str, name: str, suffix: str) -> None:
    assert gomod.split(path) == (name, suffix)


def test_a_package_is_looked_for_in_the_longest_module_first() -> None:
    assert list(gomod.holders("a.b/\u00e9/v2/d")) == [("a.b/\u00e9/v2/d", "", 11), ("a.b/\u00e9", "/v2", 9), ("a.b/\u00e9", "", 6), ("a.b", "", 3)]


@given(st.text(alphabet=st.sampled_from(list('module require()"`/ =>\\\n\r\t,[]v1.0ab')), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    source = Source.of("go.mod", text.encode())
    try:
        document = gomod.read(source)
    except UnreadableError as error:
        places = [one.line for one in error.problems]
    else:
        places = []
        assert all(source.text(leaf.span) == leaf.value for leaf in document)
    assert 0 not in places


def _by_go(raw: dict[str, Any]) -> dict[KeyPath, str]:
    """``go mod edit -json``, as leaves."""
    found: dict[KeyPath, str] = {("module",): raw["Module"]["Path"]}
    found.update(((key.lower(),), raw[key]) for key in ("Go", "Toolchain") if key in raw)
    for verb in ("Require", "Exclude"):
        for index, one in enumerate(raw.get(verb) or ()):
            found[verb.lower(), index, "path"] = one["Path"]
            found[verb.lower(), index, "version"] = one["Version"]
    for index, one in enumerate(raw.get("Replace") or ()):
        for side in ("Old", "New"):
            found["replace", index, side.lower()] = one[side]["Path"]
            if "Version" in one[side]:
                found["replace", index, f"{side.lower()}-version"] = one[side]["Version"]
    for index, one in enumerate(raw.get("Retract") or ()):
        found["retract", index, "low"] = one["Low"]
        if one["High"] != one["Low"]:
            found["retract", index, "high"] = one["High"]
    for verb in ("Tool", "Ignore"):
        found.update(((verb.lower(), index), one["Path"]) for index, one in enumerate(raw.get(verb) or ()))
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("text", [pytest.param(AWKWARD, id="awkward"), *(pytest.param(path.read_bytes(), id=str(path.relative_to(FIXTURES))) for path in sorted(FIXTURES.glob("*/in/**/go.mod")))])
def test_go_itself_reads_the_same(text: str | bytes, tmp_path: Path) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    raw = (text.encode() if isinstance(text, str) else text).removeprefix(b"\xef\xbb\xbf")
    (tmp_path / "go.mod").write_bytes(raw)
    done = subprocess.run([go, "mod", "edit", "-json", "go.mod"], cwd=tmp_path, capture_output=True, check=True)
    assert read(raw) == _by_go(json.loads(done.stdout))
