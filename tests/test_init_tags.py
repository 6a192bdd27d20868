"""Whose number the tags of a repository say: `init` asks the tagged commits, and says so where it is nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.init import tags
from sync.init.follows import _together
from sync.manifest import read
from sync.manifest.model import Manifest
from sync.version import Version
from tests.commands import committed, git, repository, versync

V = Version.of


def crate(name: str, version: str, *requires: str) -> str:
    """A Cargo.toml; ``requires`` are names of crates beside it."""
    return f'[package]\nname = "{name}"\nversion = "{version}"\n[dependencies]\n' + "".join(f'{one} = {{ path = "../{one}" }}\n' for one in requires)


def history(folder: Path, *releases: tuple[dict[str, str], tuple[str, ...]]) -> Path:
    """A repository with a commit for each release, and the tags of each."""
    repository(folder, {"README.md": "bricks\n"})
    for files, names in releases:
        committed(folder, {f"{name}/Cargo.toml": crate(name, version) for name, version in files.items()})
        for name in names:
            git(folder, "tag", name)
    return folder


def written(folder: Path) -> Manifest:
    return read.read("versync.toml", (folder / "versync.toml").read_bytes())


def test_the_template_in_use_counts_though_an_older_one_has_more_tags(tmp_path: Path) -> None:
    old = [({"kiln": f"0.4.{at}"}, (f"v0.4.{at}",)) for at in range(5)]
    new = [({"kiln": f"0.16.{at}"}, (f"0.16.{at}",)) for at in range(3)]
    folder = history(tmp_path / "kiln", *old, *new)
    ran = versync(folder, "init")
    assert "  kiln: tags {version}" in ran.out.splitlines()
    assert written(folder).repos["kiln"].tag == "{version}"


def test_a_lonely_tag_of_the_plainest_form_says_no_number_of_the_leader(tmp_path: Path) -> None:
    rows = [({"core": f"0.{30 + at}.0", "wheel": wheel}, (f"rust-v0.{30 + at}.0", f"python-v{wheel}")) for at, wheel in enumerate(("1.0.0", "1.0.1", "1.2.0", "1.2.3"))]
    folder = history(tmp_path / "clay", ({"core": "0.1.0"}, ("v0.1.1",)), *rows, ({"core": "1.0.0", "wheel": "1.4.0"}, ("python-v1.4.0",)))
    assert versync(folder, "init", "--leader", "pkg:cargo/core").code == 0
    assert written(folder).repos["clay"].tag == "rust-v{version}", "its number is a major further since"
    assert versync(folder, "init", "--leader", "pkg:cargo/wheel", "--force").code == 0
    assert written(folder).repos["clay"].tag == "python-v{version}"


def test_what_the_tags_follow_leads_though_another_has_the_newest_number_today(tmp_path: Path) -> None:
    numbers = (("1.0.0", "1.0.0"), ("1.1.0", "1.0.5"), ("1.2.0", "1.0.5"), ("1.3.0", "1.1.0"), ("1.4.0", "1.1.1"), ("1.5.0", "1.5.0"))
    folder = history(tmp_path / "bricks", *(({"aa": aa, "bb": bb}, (f"v{aa}",)) for aa, bb in numbers))
    assert versync(folder, "init").code == 0
    assert written(folder).lead.packages == ("pkg:cargo/aa",)
    assert written(folder).lead.ignore_packages == ("pkg:cargo/bb",), "they differ in four of six releases"


@pytest.mark.parametrize(
    ("pairs", "exact"),
    [
        ([("1.0.0", "1.0.0"), ("1.1.0", "1.0.5"), ("1.2.0", "1.0.5"), ("1.3.0", "1.1.0"), ("1.4.0", "1.4.0")], False),
        ([("1.0.0", "1.0.0"), ("1.1.0", "1.0.5"), ("1.2.0", "1.2.0"), ("1.3.0", "1.2.0"), ("1.4.0", "1.4.0")], True),
        ([("1.0.0", "0.3.0"), ("1.1.0", "0.4.0"), ("1.2.0", "0.5.0"), ("1.3.0", "1.3.0"), ("1.4.0", "1.4.0")], True),
        ([("1.0.0", "0.3.0"), ("1.1.0", "0.4.0"), ("1.2.0", "0.5.0"), ("1.4.0", "1.4.0"), ("1.4.0", "1.4.0")], False),
        ([("1.0.0", "1.4.0"), ("1.1.0", "1.4.0"), ("1.2.0", "1.4.0"), ("1.4.0", "1.4.0")], False),
    ],
    ids=["chance", "half", "since lately", "once", "never moved"],
)
def test_numbers_that_are_the_same_today_must_have_been_so_before(pairs: list[tuple[str, str]], exact: bool) -> None:
    assert _together([(V(then), V(own)) for then, own in pairs]) is exact


def test_where_no_tag_says_the_number_of_the_leader_it_is_said(tmp_path: Path) -> None:
    rows = [({"tool": f"0.5{at}.0", "core": f"0.6{at}.1"}, (f"0.5{at}.0",)) for at in range(4)]
    folder = history(tmp_path / "bricks", *rows)
    ran = versync(folder, "init", "--leader", "pkg:cargo/core")
    assert "  bricks: no tag of the last 4 says the number of pkg:cargo/core; assumed: tags {version}" in ran.out.splitlines()
    assert '\ntag = "{version}" # no tag of the last 4 says the number of pkg:cargo/core\n' in (folder / "versync.toml").read_text("utf-8")
    ran = versync(folder, "init", "--force")
    assert "  bricks: tags {version}" in ran.out.splitlines()
    assert written(folder).lead.packages[0] == "pkg:cargo/tool"


def test_a_number_that_stands_in_no_tagged_tree_is_believed_where_a_tag_is_near(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kiln", {"README.md": "bricks\n"}, tag="kiln-1.1.0")
    git(folder, "tag", "ash-7.0.0")
    committed(folder, {"Cargo.toml": crate("kiln", "1.2.0-dev")})
    ran = versync(folder, "init")
    assert "  kiln: tags kiln-{version}" in ran.out.splitlines()


def seen(*pairs: tuple[str, str]) -> tags.Numbers:
    """What a package called `kiln` was at tags."""
    return {V(tag): {"kiln": V(own)} for tag, own in pairs}


@pytest.mark.parametrize(
    ("pairs", "wanted"),
    [
        ([("1.0.0", "1.0.0"), ("1.1.0", "1.1.0")], (2, 2)),
        ([("1.0.0", "0.3.0"), ("1.1.0", "1.1.0")], (1, 2)),
        ([("1.0.0", "0.3.0"), ("1.1.0", "0.4.0"), ("1.2.0", "1.2.0")], None),
        ([*((f"1.{at}.0", "0.3.0") for at in range(5)), ("2.0.0", "2.0.0"), ("2.1.0-rc.1", "2.1.0"), ("2.1.0-rc.2", "2.1.0-rc.2")], (3, 8)),
        ([], None),
    ],
)
def test_tags_are_a_packages_where_half_of_them_say_its_number_or_the_newest(pairs: list[tuple[str, str]], wanted: tuple[int, int] | None) -> None:
    found = tags.follows({"v{version}": seen(*pairs)}, "kiln", (), {}, lossy=False)
    assert (None if found is None else (found.held, found.of)) == wanted


def test_of_templates_that_say_the_same_that_wins_which_is_called_like_it() -> None:
    same = seen(("1.0.0", "1.0.0"), ("1.1.0", "1.1.0"))
    found = tags.follows({"pre@{version}": same, "kiln@{version}": same}, "kiln", ("bricks", "kiln"), {"pre@{version}": 9}, lossy=False)
    assert found is not None
    assert found.template == "kiln@{version}"
    other = tags.follows({"pre@{version}": same, "kiln@{version}": same}, "kiln", (), {"pre@{version}": 9}, lossy=False)
    assert other is not None
    assert other.template == "pre@{version}"


def test_the_newest_candidates_are_looked_at_beside_the_newest_releases() -> None:
    assert tags.sampled(map(V, ("1.0.0", "1.1.0", "2.0.0", "1.9.0-rc.1", "2.1.0-rc.1")), 2) == [V("1.1.0"), V("2.0.0"), V("2.1.0-rc.1")]
