"""The proof refuses every file in which anything else than the plan would change."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync import proof
from sync.errors import RefusedError
from tests.bounds import ending
from tests.commands import versync
from tests.trees import Family, put

MANIFEST = """
[project]
name = "x"
leader = "x"
[repos.x]
[[components]]
name = "x"
repo = "x"
packages = ["pkg:cargo/x", "pkg:npm/x", "pkg:nuget/X", "pkg:pypi/x"]
places = [
  { file = "module.py", name = "VERSION" },
  { file = "notes.txt", text = "release {version}" },
  { file = "chart.yaml", key = "version" },
  { file = "version.h", macro = "X_VERSION" },
  { file = "setup.cfg", key = ["metadata", "version"], declares = "pkg:pypi/x" },
]
"""
FILES = {
    "Cargo.toml": '[package]\nname = "x"\nversion = "1.2.3" # 1.2.3\nother = "1.2.3"\n',
    "Cargo.lock": '[[package]]\nname = "a"\nversion = "1.2.3"\nsource = "registry"\n\n[[package]]\nname = "x"\nversion = "1.2.3"\n\n[[package]]\nname = "z"\nversion = "1.2.3"\n',
    "package.json": '{"name": "x", "version": "1.2.3", "other": "1.2.3"}\n',
    "X.csproj": "<Project><PropertyGroup><Version>1.2.3</Version><Other>1.2.3</Other></PropertyGroup></Project>\n",
    "module.py": 'VERSION = "1.2.3"\nOTHER = "1.2.3"\n',
    "notes.txt": "release 1.2.3\nother 1.2.3\n",
    "chart.yaml": "version: 1.2.3\nother: 1.2.3\n",
    "version.h": '#define X_VERSION "1.2.3"\n#define OTHER "1.2.3"\n',
    "setup.cfg": "[metadata]\nname = x\nversion = 1.2.3\nother = 1.2.3\n",
}


def test_what_the_plan_makes_passes(tmp_path: Path) -> None:
    outcome = Family(tmp_path, MANIFEST, {"x": FILES}).bump("2.0.0")
    assert sorted(change.path for change in outcome.changes["x"]) == sorted(FILES)
    proof.prove(outcome.inventory, outcome.plan, outcome.changes)


@pytest.mark.parametrize("path", FILES)
def test_a_second_value_that_changes_is_refused(tmp_path: Path, path: str) -> None:
    outcome = Family(tmp_path, MANIFEST, {"x": FILES}).bump("2.0.0")
    (change,) = (one for one in outcome.changes["x"] if one.path == path)
    spoiled = change._replace(after=change.before.replace(b"1.2.3", b"2.0.0"))
    with pytest.raises(RefusedError, match=f"{path}:.*the proof failed"):
        proof.prove(outcome.inventory, outcome.plan, {"x": (spoiled,)})


@pytest.mark.parametrize("path", FILES)
def test_a_value_that_does_not_change_is_refused(tmp_path: Path, path: str) -> None:
    outcome = Family(tmp_path, MANIFEST, {"x": FILES}).bump("2.0.0")
    (change,) = (one for one in outcome.changes["x"] if one.path == path)
    with pytest.raises(RefusedError, match=f"{path}:.*the proof failed"):
        proof.prove(outcome.inventory, outcome.plan, {"x": (change._replace(after=change.before),)})


@pytest.mark.parametrize("path", ["Cargo.toml", "package.json", "X.csproj", "chart.yaml"])
def test_a_file_that_would_be_broken_is_refused(tmp_path: Path, path: str) -> None:
    outcome = Family(tmp_path, MANIFEST, {"x": FILES}).bump("2.0.0")
    (change,) = (one for one in outcome.changes["x"] if one.path == path)
    with pytest.raises(RefusedError, match=path):
        proof.prove(outcome.inventory, outcome.plan, {"x": (change._replace(after=change.after[:-3] + b'"\t{<'),)})


@pytest.mark.parametrize("new", ['2.0.0"\nsource = "registry', '2.0.0\\n', '2.0.0"\n[[package]]\nname = "y'])
def test_a_text_that_would_be_more_than_a_value_of_its_entry_is_refused(tmp_path: Path, new: str) -> None:
    outcome = Family(tmp_path, MANIFEST, {"x": FILES}).bump("2.0.0")
    (edit,) = outcome.plan.edits["x"]["Cargo.lock"]
    plan = outcome.plan._replace(edits={"x": {"Cargo.lock": (edit._replace(new=new),)}})
    with pytest.raises(RefusedError, match=r"Cargo\.lock:.*the proof failed"):
        proof.prove(outcome.inventory, plan, plan.changes(outcome.inventory))


MANY = """
[project]
name = "demo"
leader = "demo"

[repos.demo]

[[components]]
name = "demo"
repo = "demo"
packages = ["pkg:cargo/demo"]
places = [{ file = "many.txt", text = "at {version}", count = "1..99999" }]
"""


def test_a_place_is_read_again_once_for_all_of_its_numbers(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": MANY, "Cargo.toml": '[package]\nname = "demo"\nversion = "1.0.0"\n', "many.txt": "at 1.0.0\n" * 20_000})
    with ending():
        assert versync(tmp_path, "bump", "1.1.0").code == 0
    assert (tmp_path / "many.txt").read_text() == "at 1.1.0\n" * 20_000
