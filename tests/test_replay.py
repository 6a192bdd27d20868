"""`versync replay` on a small history: a clean release, one with an unrelated edit, one with a place that nobody knew."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from sync.cli import main
from tests.trees import put

MANIFEST = '[project]\nname = "x"\nleader = "x"\n[repos.x]\n[[components]]\nname = "x"\nrepo = "x"\npackages = ["pkg:cargo/x"]\n'
AUTHOR = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@registry.example"), ("DATE", "2026-01-01T00:00:00Z"))}


def cargo(version: str, edition: str = "2021") -> str:
    return f'[package]\nname = "x"\nversion = "{version}"\nedition = "{edition}"\n'


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """1.0.0, then 1.1.0 (clean), 1.2.0 (with a new edition), 1.3.0 (its README moves, too)."""
    releases = (
        {"Cargo.toml": cargo("1.0.0"), "README.md": "x 1.0.0\n"},
        {"Cargo.toml": cargo("1.1.0")},
        {"Cargo.toml": cargo("1.2.0", "2024")},
        {"Cargo.toml": cargo("1.3.0", "2024"), "README.md": "x 1.3.0\n"},
    )
    put(tmp_path, {"versync.toml": MANIFEST})
    git(tmp_path, "init", "--quiet")
    for files in releases:
        put(tmp_path, files)
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "release")
    return tmp_path


def git(folder: Path, *args: str) -> None:
    subprocess.run(["git", *args], cwd=folder, check=True, env={**os.environ, **AUTHOR})


def run(folder: Path, capfdbinary: pytest.CaptureFixture[bytes], *args: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as done:
        main(["replay", "--manifest", str(folder / "versync.toml"), *args])
    assert isinstance(done.value.code, int)
    return done.value.code, capfdbinary.readouterr().out.decode()


def test_every_release_has_its_verdict(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out = run(history, capfdbinary, "--format", "json")
    rows = {row["release"]: row for row in json.loads(out)}
    assert {release: row["verdict"] for release, row in rows.items()} == {"1.0.0 -> 1.1.0": "reproduced", "1.1.0 -> 1.2.0": "unrelated edit", "1.2.0 -> 1.3.0": "other"}
    hunk = {"path": "README.md", "line": 1, "cause": "other", "why": "the manifest does not know this place: x 1.3.0", "diff": ["-x 1.0.0", "+x 1.3.0"]}
    assert rows["1.2.0 -> 1.3.0"]["hunks"] == [hunk]
    assert rows["1.1.0 -> 1.2.0"]["because"] == 'Cargo.toml:4: -edition = "2021" +edition = "2024"'
    assert code == 1


def test_the_last_releases_and_those_since_a_version_can_be_asked_for(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(history, capfdbinary, "--last", "1")[1].endswith("0 of 1 releases reproduced; 1 other\n")
    assert run(history, capfdbinary, "--since", "1.2.0")[1].endswith("0 of 2 releases reproduced; 1 other; 1 unrelated edit\n")


def test_a_difference_is_shown_with_its_cause_from_ours_to_theirs(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    out = run(history, capfdbinary, "--since", "1.2.0", "--diff")[1]
    assert 'x 1.1.0 -> 1.2.0: Cargo.toml:4: unrelated edit\n-edition = "2021"\n+edition = "2024"\n' in out
    assert "x 1.2.0 -> 1.3.0: README.md:1: other: the manifest does not know this place: x 1.3.0\n-x 1.0.0\n+x 1.3.0\n" in out


def test_a_rule_that_the_release_did_not_keep_is_red(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    put(history, {"versync.toml": MANIFEST + 'places = [{ file = "README.md", text = "x {version}" }]\n'})
    code, out = run(history, capfdbinary, "--format", "json")
    assert code == 1
    first, second, last = json.loads(out)
    assert (first["verdict"], first["because"]) == ("other", "README.md:1: x {version}: versync has 1.1.0, the release 1.0.0; `check` of the release finds it, too")
    assert second["verdict"] == "drift before the bump", "what 1.1.0 left behind is known from the tree before 1.2.0"
    assert last["verdict"] == "reproduced"


def test_the_work_tree_is_not_looked_at(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    put(history, {"Cargo.toml": "broken ["})
    assert run(history, capfdbinary, "--last", "1")[1].endswith("0 of 1 releases reproduced; 1 other\n")


def test_a_version_that_is_none_is_a_usage_error(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(history, capfdbinary, "--since", "soon")[0] == 2
