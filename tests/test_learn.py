"""Learning from a history: what moved with the releases and is not in the manifest, what has drifted, and what is added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import adapters
from sync.learn import proposals
from sync.learn.accept import accept
from sync.learn.model import Learnt
from sync.manifest import read
from sync.registry import Registry
from sync.tree import open_tree
from tests.commands import committed, git, repository, versync
from tests.trees import put

MANIFEST = """\
# what belongs together
[project]
name = "kiln"
leader = "kiln"

[repos.kiln]

[[components]]
name = "kiln"   # the core
repo = "kiln"
packages = ["pkg:cargo/kiln"]
"""


def files(major: int, patch: int = 0, readme: str = "") -> dict[str, str]:
    """The tree at major.0.patch; ``readme`` is the number that the README says, where it says another."""
    return {
        "Cargo.toml": f'[workspace]\nmembers = ["core", "clay"]\n[workspace.dependencies]\nkiln-clay = {{ path = "clay", version = "0.{major + 87}.{patch}" }}\n',
        "core/Cargo.toml": f'[package]\nname = "kiln"\nversion = "{major}.0.{patch}"\n[dependencies]\nserde = "1.{major}.{patch}"\n',
        "clay/Cargo.toml": f'[package]\nname = "kiln-clay"\nversion = "0.{major + 87}.{patch}"\n',
        "include/kiln.h": f'#define KILN_VERSION "{major}.0.{patch}"\n#define KILN_VERSION_MAJOR {major}\n#define KILN_VERSION_MINOR 0\n#define KILN_VERSION_PATCH {patch}\n'
        f"#define KILN_PACKED {major}00{patch:02}\n#define KILN_PAGES 4{major}6\n",
        "README.md": f"# Kiln\n\nget kiln@v{readme or f'{major}.0.{patch}'} now; needs clay 3.1\n",
        "CHANGELOG.md": f"## {major}.0.{patch}\n",
        "ci/get.py": f"version = 'v{major}.0.{patch}'\n",
        "conf.yaml": f"image:\n  tag: kiln-{major}\n",
        "docs/years.md": f"Copyright {2000 + major}\n",
    }


@pytest.fixture(scope="module")
def kiln(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven releases, each its own commit with a tag; at the last one the README is forgotten."""
    folder = repository(tmp_path_factory.mktemp("learn") / "kiln", {**files(10), "versync.toml": MANIFEST}, tag="v10.0.0")
    for major, patch in ((11, 0), (11, 1), (12, 0), (13, 0), (14, 0)):
        committed(folder, files(major, patch), tag=f"v{major}.0.{patch}")
    return committed(folder, files(15, readme="14.0.0"), tag="v15.0.0")


@pytest.fixture(scope="module")
def learnt(kiln: Path) -> tuple[Learnt, ...]:
    """All proposals for it."""
    manifest = read.read("versync.toml", MANIFEST.encode())
    rows, past = proposals.learn(manifest, "kiln", open_tree("kiln", kiln, "HEAD"), Registry(adapters.TABLE, adapters.load))
    assert [str(one.version) for one in past.releases] == ["10.0.0", "11.0.0", "11.0.1", "12.0.0", "13.0.0", "14.0.0", "15.0.0"]
    return rows


def places(rows: tuple[Learnt, ...]) -> Iterator[tuple[str, str, object, str]]:
    """File, kind, value and template of the places among them."""
    for one in rows:
        if one.place is not None:
            yield one.path, one.place.kind, one.place.value, one.place.template


def test_every_place_that_moved_is_found_by_the_name_that_its_file_has_for_it(learnt: tuple[Learnt, ...]) -> None:
    assert set(places(learnt)) == {
        ("include/kiln.h", "macro", "KILN_VERSION", "{version}"),
        ("include/kiln.h", "macro", "KILN_VERSION_MAJOR", "{major}"),
        ("include/kiln.h", "macro", "KILN_VERSION_MINOR", "{minor}"),
        ("include/kiln.h", "macro", "KILN_VERSION_PATCH", "{patch}"),
        ("include/kiln.h", "macro", "KILN_PACKED", "{major}{minor:02}{patch:02}"),
        ("README.md", "text", "kiln@v{version}", "{version}"),
        ("ci/get.py", "name", "version", "v{version}"),
        ("conf.yaml", "key", ("image", "tag"), "kiln-{major}"),
    }


def test_the_rule_of_a_package_is_fitted(learnt: tuple[Learnt, ...]) -> None:
    (one,) = [each for each in learnt if each.packages]
    assert (one.component, one.packages, one.rule, one.style) == ("kiln-clay", ("pkg:cargo/kiln-clay",), "0.{major + 87}.{patch}", "^")


def test_a_part_that_never_moved_is_found_beside_those_that_did(learnt: tuple[Learnt, ...]) -> None:
    (one,) = [each for each in learnt if each.place is not None and each.place.value == "KILN_VERSION_MINOR"]
    assert (one.moved, one.held, one.of) == (0, 7, 7)


def test_what_was_forgotten_at_the_last_release_is_reported_as_drifted(learnt: tuple[Learnt, ...]) -> None:
    (one,) = [each for each in learnt if each.drifted]
    assert (one.path, one.line, one.text, one.expected, one.held, one.of) == ("README.md", 3, "14.0.0", "15.0.0", 6, 7)


def test_the_snapshot_after_a_release_is_no_drift(tmp_path: Path) -> None:
    def pom(version: str) -> dict[str, str]:
        others = "".join(f"  <dependency>\n    <artifactId>{name}</artifactId>\n    <version>{at}.3</version>\n  </dependency>\n" for at, name in enumerate(("oven", "lamp", "bell", "cork", "reed")))
        cargo = f'[package]\nname = "kiln"\nversion = "{version[:6]}"\n'
        return {"core/Cargo.toml": cargo, "pom.xml": f"<project>\n  <artifactId>kiln</artifactId>\n  <version>{version}</version>\n{others}</project>\n"}

    folder = repository(tmp_path / "kiln", pom("10.0.0"), tag="v10.0.0")
    for major in (11, 12, 13):
        committed(folder, pom(f"{major}.0.0"), tag=f"v{major}.0.0")
    committed(folder, {"pom.xml": pom("13.0.1-SNAPSHOT")["pom.xml"]})
    rows, _ = proposals.learn(read.read("versync.toml", MANIFEST.encode()), "kiln", open_tree("kiln", folder, "HEAD"), Registry(adapters.TABLE, adapters.load))
    [one] = [one for one in rows if one.path == "pom.xml"]
    assert one.place is not None
    assert (one.place.value, one.place.spelling) == ("<artifactId>kiln</artifactId>\n  <version>{version}</version>", "maven")
    assert (one.text, one.expected, one.held, one.of) == ("13.0.1-SNAPSHOT", "", 4, 4)


def taught(folder: Path, *releases: tuple[str, dict[str, str]], today: str = "", more: str = "") -> tuple[Path, tuple[Learnt, ...]]:
    """What is learnt from those releases, the version and the other files of each: the last is untagged where it is ``today``."""
    for at, (version, others) in enumerate(releases):
        tree = {"core/Cargo.toml": f'[package]\nname = "kiln"\nversion = "{version}"\n', **others}
        tag = "" if version == today else f"v{version}"
        repository(folder, {**tree, "versync.toml": MANIFEST + more}, tag=tag) if not at else committed(folder, tree, tag=tag)
    manifest = read.read("versync.toml", (MANIFEST + more).encode())
    return folder, proposals.learn(manifest, "kiln", open_tree("kiln", folder, "HEAD"), Registry(adapters.TABLE, adapters.load))[0]


def described(version: str, last: int) -> tuple[str, dict[str, str]]:
    """A release with R's description, in which a number of its own follows the version."""
    return version, {"r/DESCRIPTION": f"Package: kiln\nVersion: {version.partition('-')[0]}.{last}\nDepends: R (>= 4.3.0)\n"}


def test_a_fourth_number_that_starts_anew_with_every_release_is_learnt_as_what_it_starts_with(tmp_path: Path) -> None:
    folder, _ = taught(tmp_path / "kiln", described("2.0.0", 1))
    for version in ("2.1.0", "2.1.1", "3.0.0"):
        committed(folder, {"core/Cargo.toml": f'[package]\nname = "kiln"\nversion = "{version}"\n', **described(version, 1)[1]}, tag=f"v{version}")
        committed(folder, described(version, int(version[0]))[1])  # sent in again
    rows, _ = proposals.learn(read.read("versync.toml", MANIFEST.encode()), "kiln", open_tree("kiln", folder, "HEAD"), Registry(adapters.TABLE, adapters.load))
    assert [*places(rows)] == [("r/DESCRIPTION", "name", "Version", "{release}.1")]
    assert (rows[0].held, rows[0].of, rows[0].text, rows[0].expected) == (4, 4, "3.0.0.3", "3.0.0.1"), "it is said that it is another today"


def test_a_number_behind_the_version_that_tells_pre_releases_from_releases_is_learnt_with_both(tmp_path: Path) -> None:
    early = [described("2.0.0", 1), described("2.1.0-dev", 0), described("2.1.0", 1), described("2.1.1", 1), described("3.0.0-dev", 0), described("3.0.0", 1), described("3.1.0-dev", 0)]
    folder, rows = taught(tmp_path / "kiln", *early, today="3.1.0-dev")
    [one] = rows
    assert one.place is not None
    assert (one.path, one.place.kind, one.place.value, one.place.template, one.place.words) == ("r/DESCRIPTION", "name", "Version", "{release}.1", ("{release}.0",))
    assert (one.held, one.of, one.text, one.drifted) == (7, 7, "3.1.0.0", False)
    ran = versync(folder, "learn", "--repo", f"kiln={folder}", "--accept", "7")
    assert 'place name \'Version\' as "{release}.1", a pre-release as "{release}.0"' in ran.out
    assert versync(folder, "check", "--repo", f"kiln={folder}").code == 0
    for target, wanted in (("3.1.0", "3.1.0.1"), ("3.2.0-dev", "3.2.0.0")):
        assert versync(folder, "bump", target, "--repo", f"kiln={folder}").code == 0
        assert f"Version: {wanted}\n" in (folder / "r/DESCRIPTION").read_text(encoding="utf-8")


def test_a_version_in_a_pom_is_never_proposed_bare(tmp_path: Path) -> None:
    releases = [(one, {"pom.xml": f"<project>\n  <artifactId>kiln</artifactId>\n  <version>{one}</version>\n</project>\n"}) for one in ("1.0.0", "1.1.0", "1.2.0")]
    _, rows = taught(tmp_path / "kiln", *releases)
    assert [one.place.value for one in rows if one.place is not None] == ["<artifactId>kiln</artifactId>\n  <version>{version}</version>"]


def test_the_parts_of_a_version_are_proposed_with_their_major_or_not_at_all(tmp_path: Path) -> None:
    def tree(version: str) -> dict[str, str]:
        _, minor, patch = version.split(".")
        return {"a.txt": f"MINOR of 1 is {minor}\nPATCH of 1 is {patch}\n", "b.txt": f"minor here: {minor}\n"}

    releases = [(one, tree(one)) for one in ("1.4.7", "1.5.8", "1.6.9", "1.7.11")]
    _, rows = taught(tmp_path / "kiln", *releases)
    assert [one.path for one in rows if one.place is not None] == []


def test_what_is_another_component_s_number_today_has_not_drifted(tmp_path: Path) -> None:
    def tree(version: str, other: str, said: str) -> dict[str, str]:
        return {"oven/Cargo.toml": f'[package]\nname = "oven"\nversion = "{other}"\n', "tools.txt": f"clay {said}\nkiln {version}\n"}

    own = '[[components]]\nname = "oven"\nrepo = "kiln"\npackages = ["pkg:cargo/oven"]\nversion = "independent"\n'
    releases = [(one, tree(one, "0.1.0", one)) for one in ("1.0.0", "1.1.0", "1.2.0")]
    folder = tmp_path / "kiln"
    for number, (said, drifted) in enumerate((("1.3.7", False), ("1.2.0", True))):
        _, rows = taught(folder.with_name(f"kiln{number}"), *releases, ("1.3.0", tree("1.3.0", "1.3.7", said)), more=own)
        texts = {str(one.place.value): one.drifted for one in rows if one.place is not None}
        assert texts.get("clay {version}") == (drifted or None)
        assert texts["kiln {version}"] is False


def test_history_tells_whether_candidates_keep_their_pre_release(tmp_path: Path) -> None:
    def tree(version: str, other: str = "") -> tuple[str, dict[str, str]]:
        number = version.partition("-")[0]
        once = number if version == "1.1.0-rc.1" else version
        return version, {"kept.md": f"kiln@{other or version} is out\n", "dropped.md": f"kiln@{other or number} is out\n", "both.md": f"get potter@{once} now\n"}

    releases = [tree("0.9.0"), tree("1.0.0", "0.9.9"), *map(tree, ("1.1.0-rc.1", "1.1.0", "1.2.0-rc.1", "1.2.0-rc.2", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0"))]
    _, rows = taught(tmp_path / "kiln", *releases)
    assert {(path, value) for path, _, value, _ in places(rows)} == {("kept.md", "kiln@{version} is out"), ("dropped.md", "kiln@{release} is out"), ("both.md", "potter@{version}")}
    assert {one.path: (one.held, one.of) for one in rows} == {"kept.md": (11, 12), "dropped.md": (11, 12), "both.md": (11, 12)}


def test_a_package_without_its_pre_releases_has_that_rule_unless_its_spelling_has_none(tmp_path: Path) -> None:
    def tree(version: str) -> tuple[str, dict[str, str]]:
        number = version.partition("-")[0]
        return version, {"clay/Cargo.toml": f'[package]\nname = "clay"\nversion = "{number}"\n', "CMakeLists.txt": f"project(kiln VERSION {number})\n"}

    _, rows = taught(tmp_path / "kiln", *map(tree, ("1.0.0", "1.1.0-rc.1", "1.1.0", "1.2.0", "1.3.0-rc.1")))
    assert {(one.packages, one.rule, one.drifted) for one in rows} == {(("pkg:cargo/clay",), "{release}", False), (("pkg:cmake/kiln",), "exact", False)}


def test_neither_changelogs_nor_requirements_on_others_are_places(learnt: tuple[Learnt, ...]) -> None:
    assert not {one.path for one in learnt} & {"CHANGELOG.md", "core/Cargo.toml"}


def test_what_is_accepted_is_written_and_the_rest_stays_as_it_is(learnt: tuple[Learnt, ...]) -> None:
    after = accept("versync.toml", MANIFEST.encode(), learnt).decode()
    assert after.startswith(MANIFEST.rstrip("\n")), "what was there stays"
    manifest = read.read("versync.toml", after.encode())
    assert [one.name for one in manifest.components] == ["kiln", "kiln-clay"]
    assert len(manifest.component("kiln").places) == len(list(places(learnt)))
    assert manifest.component("kiln-clay").version[0].rule == "0.{major + 87}.{patch}"


def test_line_ends_of_a_manifest_are_kept(learnt: tuple[Learnt, ...]) -> None:
    after = accept("versync.toml", MANIFEST.replace("\n", "\r\n").encode(), learnt)
    assert b"\n" not in after.replace(b"\r\n", b"")


def test_the_short_form_of_places_becomes_a_list_where_it_must(learnt: tuple[Learnt, ...]) -> None:
    short = MANIFEST + 'places = { "README.md" = ["Kiln {version}", "kiln {major}"] }\n'
    manifest = read.read("versync.toml", accept("versync.toml", short.encode(), learnt))
    assert [one.value for one in manifest.component("kiln").places][:2] == ["Kiln {version}", "kiln {major}"]


def test_without_accept_nothing_is_written(kiln: Path) -> None:
    before = (kiln / "versync.toml").read_bytes()
    ran = versync(kiln, "learn", "--repo", f"kiln={kiln}")
    assert ran.code == 0
    assert "README.md:3: held on 6 of 7 releases, moved with 5; it has drifted: 14.0.0 is there today, 15.0.0 expected" in ran.out
    assert (kiln / "versync.toml").read_bytes() == before


def test_nothing_at_hand_or_no_release_is_no_success(tmp_path: Path) -> None:
    manifest = '[project]\nname = "a"\nleader = "a"\n[repos.a]\nurl = "https://registry.example/a"\n[[components]]\nname = "a"\nrepo = "a"\npackages = ["pkg:npm/a"]\n'
    away = put(tmp_path / "away", {"versync.toml": manifest})
    ran = versync(away, "learn")
    assert (ran.code, ran.out, ran.err.splitlines()[0]) == (3, "", "error: no repository is at hand: a")
    put(away, {"a/package.json": '{"name": "a", "version": "1.2.3"}\n'})
    ran = versync(away, "learn", "--repo", "a=a")
    assert (ran.code, ran.out, ran.err.splitlines()[0]) == (1, "there is no release to learn from\n", "a: note: the folder is no git repository, so it has no releases")


def test_accept_takes_what_held_on_so_many_releases_and_check_then_says_what_drifted(kiln: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "versync.toml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    arguments = ("--manifest", str(manifest), "--repo", f"kiln={kiln}")
    ran = versync(kiln, "learn", *arguments, "--accept", "7", "--format", "json")
    rows = json.loads(ran.out)
    assert {one["path"] for one in rows if not one["added"]} == {"README.md"}
    assert versync(kiln, "check", *arguments).code == 0
    assert versync(kiln, "learn", *arguments, "--accept", "6").code == 0
    checked = versync(kiln, "check", *arguments)
    assert checked.code == 1
    assert "README.md:3:11" in checked.out
    assert versync(kiln, "learn", *arguments).out == "nothing that moved with 7 releases is missing from the manifest\n"


def test_a_shipped_manifest_is_not_written_into(kiln: Path) -> None:
    ran = versync(kiln, "learn", "--manifest", "wasmtime", "--repo", f"wasmtime={kiln}", "--accept", "1")
    assert ran.code == 3
    assert "the manifest wasmtime comes with versync and is not yours to change" in ran.err
    assert git(kiln, "status", "--porcelain") == ""


def test_on_a_terminal_each_proposal_is_shown_and_asked_for(kiln: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["y", "n", "y", "quit"])
    asked: list[str] = []

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return next(answers)

    monkeypatch.setattr("sync.cli.starting.asking", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    manifest = tmp_path / "versync.toml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    ran = versync(tmp_path, "learn", "--repo", f"kiln={kiln}")
    assert ran.code == 0, ran.err
    assert len(asked) == 4
    assert "; 2 added" in ran.out


def test_a_partial_clone_is_learnt_from_like_a_whole_one(kiln: Path, tmp_path: Path) -> None:
    git(kiln, "config", "uploadpack.allowFilter", "true")
    git(kiln, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{kiln}", "partial")
    git(tmp_path / "partial", "remote", "set-url", "origin", str(kiln))
    clone = ("--repo", f"kiln={tmp_path / 'partial'}", "--at", "HEAD", "--manifest", str(kiln / "versync.toml"))
    ran = versync(tmp_path, "learn", *clone)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[:-1] == versync(kiln, "learn", "--repo", f"kiln={kiln}", "--at", "HEAD").out.splitlines()[:-1]


def test_a_history_that_is_cut_off_is_said(kiln: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=2", "--branch=main", kiln.as_uri(), str(clone))
    ran = versync(clone, "learn", "--repo", f"kiln={clone}")
    assert ran.err == "kiln: note: the history is cut off: older releases were not read\n  hint: git fetch --unshallow --tags\n"
