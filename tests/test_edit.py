"""Manifests changed by `add`, `remove` and `audit`: the author's comments and layout stay, and what comes out reads as it should."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sync import edit
from sync.errors import UsageError
from sync.manifest import read

SHIPPED = sorted(read.folder().glob("*.toml"))

SMALL = b"""# one
[project]
name = "one"
leader = "one"

# where
[repos.one]
tag = "v{version}"   # as ever

# ---- what

[[components]]
name = "one"           # the leader
repo = "one"
packages = ["pkg:cargo/one"]   # exactly

# ---- more

[[components]]
name = "two"
repo = "one"
packages = [
  "pkg:cargo/two",     # the second
  "pkg:cargo/three",
]
places = [
  { file = "README.md", text = "two {version}" },   # said to users
]
"""


def added(old: bytes, new: bytes) -> list[str]:
    """The lines that are new; no line of the old may be gone."""
    lines = list(difflib.ndiff(old.decode().splitlines(keepends=True), new.decode().splitlines(keepends=True)))
    assert not [line for line in lines if line.startswith("- ")], "".join(line for line in lines if line[0] in "+-")
    return [line[2:] for line in lines if line.startswith("+ ")]


def data(raw: bytes) -> dict[str, Any]:
    return tomllib.loads(raw.decode())


IGNORING = SMALL.replace(
    b'# exactly\n',
    b"""# exactly
ignore-packages = [   # for now
  "pkg:cargo/four",     # a try
  "pkg:cargo/five",
  "pkg:npm/five-*",
]
""",
)


@pytest.mark.parametrize(("component", "repo"), [("two", ""), ("one", ""), ("three", "one")], ids=["another", "the same", "a new one"])
def test_a_package_that_was_ignored_is_so_no_longer(component: str, repo: str) -> None:
    made = edit.add_packages("m.toml", IGNORING, component, ["pkg:cargo/four"], repo=repo)
    manifest = read.read("m.toml", made)
    assert "pkg:cargo/four" in manifest.component(component).packages
    assert manifest.component("one").ignore_packages == ("pkg:cargo/five", "pkg:npm/five-*")
    assert b"# for now" in made
    last = edit.add_packages("m.toml", IGNORING.replace(b'  "pkg:cargo/five",\n  "pkg:npm/five-*",\n', b""), component, ["pkg:cargo/four"], repo=repo)
    assert b"ignore-packages" not in last


def test_a_package_that_a_pattern_ignores_is_not_added() -> None:
    with pytest.raises(UsageError) as error:
        edit.add_packages("m.toml", IGNORING, "two", ["pkg:npm/five-linux"])
    (one,) = error.value.problems
    assert (one.message, one.hint) == ("one ignores pkg:npm/five-linux, by pkg:npm/five-*", "versync remove one 'pkg:npm/five-*', and list what else it ignores")
    made = edit.add_packages("m.toml", IGNORING, "two", ["pkg:npm/five-*"])
    assert read.read("m.toml", made).component("one").ignore_packages == ("pkg:cargo/four", "pkg:cargo/five")
    assert "pkg:cargo/*" in read.read("m.toml", edit.add_packages("m.toml", IGNORING, "two", ["pkg:cargo/*"])).component("two").packages, "all but those"


def test_what_another_repository_ignores_stays_so() -> None:
    other = IGNORING + b'[[components]]\nname = "away"\nrepo = "away"\npackages = ["pkg:cargo/away"]\n'
    made = edit.add_packages("m.toml", other.replace(b"# ---- what", b'[repos.away]\n'), "away", ["pkg:cargo/four"])
    assert "pkg:cargo/four" in read.read("m.toml", made).component("one").ignore_packages


def test_a_package_is_added_to_a_list_in_one_line() -> None:
    new = edit.add_packages("versync.toml", SMALL, "one", ["pkg:npm/one"])
    assert new == SMALL.replace(b'["pkg:cargo/one"]   # exactly', b'["pkg:cargo/one", "pkg:npm/one"]   # exactly')


def test_a_package_is_added_to_a_list_of_lines_as_one_more_line() -> None:
    assert added(SMALL, edit.add_packages("versync.toml", SMALL, "two", ["pkg:npm/two"])) == ['  "pkg:npm/two",\n']


def test_a_place_is_added_to_a_list_as_one_more_line() -> None:
    new = edit.add_places("versync.toml", SMALL, "two", [{"text": 'version = "{version}"', "file": "a.txt", "count": "0..1"}])
    assert added(SMALL, new) == ["""  { file = "a.txt", text = 'version = "{version}"', count = "0..1" },\n"""]


def test_the_first_place_of_a_component_stands_right_behind_its_last_key() -> None:
    new = edit.add_places("versync.toml", SMALL, "one", [{"file": "VERSION", "text": "{version}"}])
    assert b'# exactly\nplaces = [\n    { file = "VERSION", text = "{version}" },\n]\n\n# ---- more' in new
    assert added(SMALL, new)[0] == "places = [\n"


def test_a_new_component_comes_last() -> None:
    new = edit.add_packages("versync.toml", SMALL, "six", ["pkg:gem/six"], repo="one", version="independent")
    assert new == SMALL + b'\n[[components]]\nname = "six"\nrepo = "one"\npackages = ["pkg:gem/six"]\nversion = "independent"\n'


def test_what_audit_found_and_is_no_place_is_kept_in_a_table_of_its_repository() -> None:
    once = edit.audited("versync.toml", SMALL, "one", "docs/a.md", ["since {version}"])
    assert b'# as ever\n\n[repos.one.audited]\n"docs/a.md" = "since {version}"\n\n# ---- what' in once
    assert added(SMALL, once) == ["\n", "[repos.one.audited]\n", '"docs/a.md" = "since {version}"\n']
    twice = edit.audited("versync.toml", once, "one", "docs/a.md", ["until {version}"])
    thrice = edit.audited("versync.toml", twice, "one", "CHANGES.md", ["{version}"])
    assert data(thrice)["repos"]["one"]["audited"] == {"docs/a.md": ["since {version}", "until {version}"], "CHANGES.md": "{version}"}
    assert read.read("versync.toml", thrice).repos["one"].audited == {"docs/a.md": ("since {version}", "until {version}"), "CHANGES.md": ("{version}",)}


def test_a_package_that_goes_takes_its_line_along() -> None:
    new = edit.remove_packages("versync.toml", SMALL, "two", ["pkg:cargo/three"])
    assert new == SMALL.replace(b'  "pkg:cargo/three",\n', b"")


def test_a_package_that_goes_takes_the_places_along_that_declare_it() -> None:
    raw = edit.add_places("versync.toml", SMALL, "two", [{"file": "VERSION", "text": "{version}", "declares": "pkg:cargo/three"}])
    new = edit.remove_packages("versync.toml", raw, "two", ["pkg:cargo/three"])
    assert data(new) == data(edit.remove_packages("versync.toml", SMALL, "two", ["pkg:cargo/three"]))


def test_a_place_that_goes_leaves_the_others() -> None:
    raw = edit.add_places("versync.toml", SMALL, "two", [{"file": "a.txt", "macro": "V"}])
    assert edit.remove_place("versync.toml", raw, "two", "a.txt", "macro", "V") == SMALL
    assert "places" not in data(edit.remove_place("versync.toml", SMALL, "two", "README.md", "text", "two {version}"))["components"][1]


def test_one_text_of_several_goes_alone() -> None:
    raw = SMALL.replace(b'text = "two {version}"', b'text = ["two {version}", "v{version}"]')
    new = edit.remove_place("versync.toml", raw, "two", "README.md", "text", "v{version}")
    assert data(new)["components"][1]["places"] == [{"file": "README.md", "text": ["two {version}"]}]


def test_a_component_goes_whole() -> None:
    assert [one["name"] for one in data(edit.remove_component("versync.toml", SMALL, "two"))["components"]] == ["one"]


def test_the_short_form_takes_one_more_text() -> None:
    raw = SMALL.replace(b'places = [\n  { file = "README.md", text = "two {version}" },   # said to users\n]', b'places = { "README.md" = "two {version}" }')
    new = edit.add_places("versync.toml", raw, "two", [{"file": "README.md", "text": "v{version}"}])
    assert data(new)["components"][1]["places"] == {"README.md": ["two {version}", "v{version}"]}
    with pytest.raises(UsageError, match="cannot say more"):
        edit.add_places("versync.toml", raw, "two", [{"file": "a.h", "macro": "V"}])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda: edit.add_packages("m", SMALL, "one", ["pkg:cargo/one"]), "lists pkg:cargo/one already"),
        (lambda: edit.add_packages("m", SMALL, "on", ["pkg:npm/x"]), "no component is called on"),
        (lambda: edit.add_packages("m", SMALL, "one", ["npm:x"]), "package URL"),
        (lambda: edit.add_packages("m", SMALL, "one", ["pkg:cargo/two"]), "two lists pkg:cargo/two already"),
        (lambda: edit.add_places("m", SMALL, "one", [{"file": "../x", "text": "{version}"}]), "path inside|glob inside"),
        (lambda: edit.add_places("m", SMALL, "one", [{"file": "x", "text": "no placeholder"}]), "placeholder"),
        (lambda: edit.add_places("m", SMALL, "two", [{"file": "README.md", "text": "two {version}"}]), "has that place already"),
        (lambda: edit.remove_packages("m", SMALL, "one", ["pkg:cargo/one"]), "nothing would be left of one"),
        (lambda: edit.remove_packages("m", SMALL, "one", ["pkg:cargo/x"]), "does not list"),
        (lambda: edit.remove_place("m", SMALL, "two", "README.md", "text", "x"), "has no place"),
        (lambda: edit.remove_component("m", SMALL, "one"), "no component of this manifest"),
        (lambda: edit.audited("m", SMALL, "two", "x", ["{version}"]), "no repository"),
        (lambda: edit.audited("m", SMALL, "one", "x", ["1.2"]), "placeholder"),
    ],
)
def test_what_would_be_no_manifest_is_refused(change: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        change()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_adding_and_removing_gives_every_shipped_manifest_back(path: Path) -> None:
    raw = path.read_bytes()
    for component in read.read(path.name, raw).components:
        if component.packages:
            new = edit.add_packages(path.name, raw, component.name, ["pkg:generic/one-more"])
            assert edit.remove_packages(path.name, new, component.name, ["pkg:generic/one-more"]) == raw
        if component.places:
            new = edit.add_places(path.name, raw, component.name, [{"file": "one/more.txt", "text": "{version}"}])
            assert len(new) - len(raw) < 60, "and nothing else is written anew"
            assert edit.remove_place(path.name, new, component.name, "one/more.txt", "text", "{version}") == raw


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_windows_line_ends_and_a_mark_stay(path: Path) -> None:
    raw = path.read_bytes()
    lead = read.read(path.name, raw).leader
    new = edit.add_packages(path.name, raw, lead, ["pkg:generic/one-more"])
    dressed = b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")
    assert edit.add_packages(path.name, dressed, lead, ["pkg:generic/one-more"]) == b"\xef\xbb\xbf" + new.replace(b"\n", b"\r\n")
