"""Diffs as git writes and takes them, annotations as GitHub reads them, and text that a terminal cannot be tricked with."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.change import FileChange
from sync.errors import problem
from sync.pipeline import Outcome
from sync.report import findings
from sync.report.diff import unified
from sync.report.plain import plain
from tests.commands import contents, git, versync
from tests.trees import Family, put

# ---- diffs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty git repository."""
    git(tmp_path, "init", "--quiet", "--template=", "work")
    git(tmp_path / "work", "config", "core.autocrlf", "false")
    return tmp_path / "work"


def theirs(folder: Path, files: Sequence[FileChange]) -> bytes:
    """What git says of the change, without the ids of blobs and the functions in which hunks stand."""
    put(folder, {one.path: one.before for one in files})
    git(folder, "add", "--all")
    before = git(folder, "write-tree")
    for one in files:
        (folder / one.path).unlink()
        put(folder, {one.to or one.path: one.after})
    git(folder, "add", "--all")
    raw = subprocess.run(["git", "-C", folder, "diff", "--cached", "--no-ext-diff", "--no-color", "--find-renames", before], check=True, capture_output=True).stdout
    return re.sub(rb"(?m)^(@@ .* @@).*", rb"\1", re.sub(rb"(?m)^(index|similarity index) .*\n", b"", raw))


def applied(folder: Path, patch: bytes, *options: str) -> dict[str, bytes]:
    """The tree after ``git apply``."""
    done = subprocess.run(["git", "-C", folder, "apply", "--whitespace=nowarn", *options, "-"], input=patch, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return contents(folder)


LONG = b"".join(b"line %d\n" % number for number in range(40))
BODIES = {
    "one line": (b"1.2.3\n", b"2.0.0\n"),
    "no final newline": (b"1.2.3", b"2.0.0"),
    "a newline before the last line": (b"a\nb\nc\nd\n1.2.3", b"a\nb\nc\nd\n2.0.0"),
    "unchanged, without a final newline": (b"1.2.3\na\nb", b"2.0.0\na\nb"),
    "far from an end without newline": (b"1.2.3\na\nb\nc\nd", b"2.0.0\na\nb\nc\nd"),
    "crlf": (b"a\r\n1.2.3\r\nb\r\n", b"a\r\n2.0.0\r\nb\r\n"),
    "mixed ends, a form feed and a lone return": (b"a\r\n\x0c\n1.2.3 \r x\nb\t\r\n", b"a\r\n\x0c\n2.0.0 \r x\nb\t\r\n"),
    "a byte order mark": (b"\xef\xbb\xbf1.2.3\n", b"\xef\xbb\xbf2.0.0\n"),
    "no utf-8": (b"\xe4 1.2.3\n\xff\n", b"\xe4 2.0.0\n\xff\n"),
    "lines that look like a diff": (b"--- a\n+++ b\n@@ -1 +1 @@\n-1.2.3\n\\ No newline\n", b"--- a\n+++ b\n@@ -1 +1 @@\n-2.0.0\n\\ No newline\n"),
    "empty lines": (b"\n\n1.2.3\n\n\n", b"\n\n2.0.0\n\n\n"),
    "six lines between": (LONG, LONG.replace(b"line 10\n", b"x\n").replace(b"line 17\n", b"y\n")),
    "seven lines between": (LONG, LONG.replace(b"line 10\n", b"x\n").replace(b"line 18\n", b"y\n")),
    "both ends": (LONG, LONG.replace(b"line 0\n", b"x\n").replace(b"line 39\n", b"y\n")),
    "neighbours": (LONG, LONG.replace(b"line 20\nline 21\n", b"x\ny\n")),
    "neighbours but one": (LONG, LONG.replace(b"line 20\nline 21\nline 22\n", b"x\nline 21\ny\n")),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_diff_is_the_one_that_git_writes_and_takes(folder: Path, what: str) -> None:
    before, after = BODIES[what]
    change = [FileChange("file", before, after)]
    assert unified(change) == theirs(folder, change)
    put(folder, {"file": before})
    assert applied(folder, unified(change)) == {"file": after}
    assert applied(folder, unified(change), "-R") == {"file": before}


NAMES = [
    "with blank", " leading", "trailing ", "tab\tname", 'quo"te', "back\\slash", "größe.md", "日本語/版.txt", "new\nline",
    "bell\x07", "del\x7f", "a b/c d", "-x", "b/a", "'single'", 'both "and" blank', "a => b", "{a,b}",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_path_is_quoted_as_git_quotes_it(folder: Path, name: str) -> None:
    change = [FileChange(name, b"1.2.3\n", b"2.0.0\n")]
    assert unified(change) == theirs(folder, change)
    put(folder, {name: b"1.2.3\n"})
    assert applied(folder, unified(change)) == {name: b"2.0.0\n"}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("after", [LONG, LONG.replace(b"line 3\n", b"x\n")], ids=["as it is", "changed"])
def test_a_renamed_file_is_one_that_git_renames(folder: Path, name: str, after: bytes) -> None:
    change = [FileChange(name, LONG, after, f"to/{name}")]
    assert unified(change) == theirs(folder, change)
    (folder / "to" / name).unlink()
    put(folder, {name: LONG})
    assert applied(folder, unified(change)) == {f"to/{name}": after}


def test_a_prefix_is_one_more_folder_to_strip(folder: Path) -> None:
    changes = [FileChange("a b", b"1\n", b"2\n"), FileChange("ü", b"1\n", b"1\n", "ö"), FileChange("z", b"1", b"2")]
    put(folder, {"a b": "1\n", "ü": "1\n", "z": "1"})
    patch = unified(changes, "demo-py/")
    assert b"--- a/demo-py/a b\t\n+++ b/demo-py/a b\t\n" in patch
    assert b'rename from "demo-py/\\303\\274"\nrename to "demo-py/\\303\\266"\n' in patch
    assert applied(folder, patch, "-p2") == {"a b": b"2\n", "ö": b"1\n", "z": b"2"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.sampled_from([b"", b"a", b"1.2.3", b"\r", b" ", b"-", b"+", b"\\", b"@@ -1 +1 @@", b"\x0c", b"\xff"]), min_size=1, max_size=40),
    changed=st.sets(st.integers(0, 39), min_size=1, max_size=8),
    ended=st.booleans(),
)
def test_any_lines_that_change_are_what_git_apply_changes(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], changed: set[int], ended: bool) -> None:
    lines = [*lines, b"end"]
    before = b"\n".join(lines) + b"\n" * ended
    after = b"\n".join(b"2.0.0" if at in changed else line for at, line in enumerate(lines)) + b"\n" * ended
    if before == after:
        return
    folder = put(tmp_path_factory.mktemp("any"), {"file": before})
    assert applied(folder, unified([FileChange("file", before, after)])) == {"file": after}


def test_no_change_is_no_diff() -> None:
    assert unified([]) == b""


# ---- findings


@pytest.fixture
def outcome(tmp_path: Path) -> Outcome:
    """What check says of a small tree; each test gives it findings of its own."""
    manifest = '[project]\nname = "a"\nleader = "a"\n[repos.a]\n[[components]]\nname = "a"\nrepo = "a"\ntier = 1\npackages = ["pkg:cargo/a"]\n'
    return Family(tmp_path, manifest, {"a": {"Cargo.toml": '[package]\nname = "a"\nversion = "1.2.3"\n'}}).check()


def place(repo: str, path: str) -> str:
    return f"{repo}/{path}" if path else repo


def test_an_annotation_escapes_what_github_would_read_as_its_own(outcome: Outcome) -> None:
    """As in `@actions/core`: % CR LF in messages, and : and , too in properties."""
    found = outcome._replace(
        findings=(
            problem("100% wrong\n::stop-commands::x\r", repo="a", path="b:c,d%\n.toml", line=3, column=7, hint="write 2, not 1", rule="differs"),
            problem("late", severity="warning", repo="a", path="x y"),
        ),
        unchecked=(problem("not here", repo="b", severity="note", rule="not-checked"),),
    )
    assert findings.render(found, "github", place) == (
        "::error file=a/b%3Ac%2Cd%25%0A.toml,line=3,col=7,title=versync%3A differs::100%25 wrong%0A::stop-commands::x%0D%0Awrite 2, not 1\n"
        "::warning file=a/x y,title=versync%3A warning::late\n"
        "::notice title=versync%3A not-checked::not here\n"
        "1 out of sync; 1 behind; 1 not checked\n"
    )


def test_text_shows_what_would_steer_a_terminal_or_a_log(outcome: Outcome) -> None:
    found = outcome._replace(findings=(problem("is \x1b[31mred\u202e", repo="a", path="x\n::error::y", line=1, column=2, hint="rm\r"), problem("no", path="::error::z")))
    assert findings.render(found, "text", lambda _, path: path) == (
        "x\\n::error::y:1:2: error: is \\x1b[31mred\\u202e\n  hint: rm\\r\n./::error::z: error: no\n2 out of sync\n"
    )


def test_json_says_all_that_is_known(outcome: Outcome) -> None:
    found = outcome._replace(findings=(problem("ü\x1b", repo="a", path="b", line=1, column=2, hint="h", rule="differs"),))
    assert json.loads(findings.render(found, "json", place)) == {
        "summary": "1 out of sync",
        "project": "1.2.3",
        "components": [{"name": "a", "tier": 1, "repo": "a", "version": "1.2.3", "target": "1.2.3"}],
        "findings": [{"repo": "a", "path": "b", "line": 1, "column": 2, "message": "ü\x1b", "hint": "h", "severity": "error", "rule": "differs"}],
        "notChecked": [],
    }


@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    assert plain(text).isprintable()
    assert plain(text) == text or not text.isprintable()


def test_a_hostile_name_reaches_no_output_as_it_is(tmp_path: Path) -> None:
    name = "x\n::error::\x1b[2J.csproj"
    put(
        tmp_path,
        {
            "versync.toml": '[project]\nname = "a"\nleader = "a"\n[repos.a]\n[[components]]\nname = "a"\nrepo = "a"\npackages = ["pkg:cargo/a", "pkg:nuget/*"]\n',
            "Cargo.toml": '[package]\nname = "a"\nversion = "1.2.3"\n',
            name: "<Project><PropertyGroup><Version>1.2.4</Version></PropertyGroup></Project>",
        },
    )
    for arguments in (["check"], ["check", "--format", "github"], ["check", "--format", "json"], ["sites"], ["bump", "2.0.0", "--dry-run"], ["bump", "1.0.0"]):
        ran = versync(tmp_path, *arguments)
        assert "csproj" in ran.out + ran.err or "downgrade" in ran.err
        assert "\x1b" not in ran.out + ran.err
        assert not any(line.startswith("::error::") for line in (ran.out + ran.err).splitlines())
