"""The first manifest: what `init` decides from files, tags and branches, and that `check` accepts it at once."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sync.families import patterns
from sync.init.survey import _line, _tag, aside
from sync.manifest import read
from sync.manifest.model import Manifest
from sync.version import Version
from tests.commands import committed, contents, git, repository, versync
from tests.trees import put

V = Version.of


def workspace(major: int, patch: int = 0) -> dict[str, str]:
    """A Cargo workspace whose packages inherit their version, one at a rule of its own, with Python and npm beside it and examples that are nobody's."""
    own = f"{major}.0.{patch}"
    return {
        "Cargo.toml": f'[workspace]\nmembers = ["core", "wire", "clay"]\n[workspace.package]\nversion = "{own}"\n[workspace.dependencies]\nkiln = {{ path = "core", version = "{own}" }}\n'
        f'kiln-wire = {{ path = "wire", version = "={own}" }}\nclay = {{ path = "clay", version = "0.{major + 87}.{patch}" }}\n',
        "core/Cargo.toml": '[package]\nname = "kiln"\nversion.workspace = true\n[dependencies]\nkiln-wire.workspace = true\n',
        "wire/Cargo.toml": '[package]\nname = "kiln-wire"\nversion.workspace = true\n',
        "clay/Cargo.toml": f'[package]\nname = "clay"\nversion = "0.{major + 87}.{patch}"\n',
        "python/pyproject.toml": f'[project]\nname = "kiln"\nversion = "{own}"\n',
        "js/package.json": f'{{ "name": "@kiln/kiln", "version": "{own}" }}\n',
        "examples/hello/package.json": '{ "name": "hello", "version": "1.2.3" }\n',
        "tools/Cargo.toml": '[package]\nname = "glaze"\nversion = "0.0.0"\n',
    }


@pytest.fixture
def kiln(tmp_path: Path) -> Path:
    """Four tagged releases, with two release branches."""
    folder = repository(tmp_path / "kiln", workspace(10), tag="v10.0.0")
    for major, patch in ((11, 0), (11, 1), (12, 0)):
        committed(folder, workspace(major, patch), tag=f"v{major}.0.{patch}")
    git(folder, "branch", "release-11.0.0")
    git(folder, "branch", "release-12.0.0")
    return folder


def written(folder: Path) -> Manifest:
    """The manifest that was written there."""
    return read.read("versync.toml", (folder / "versync.toml").read_bytes())


def test_check_accepts_the_manifest_at_once(kiln: Path) -> None:
    ran = versync(kiln, "init")
    assert (ran.code, ran.err) == (0, "")
    assert "in sync" in ran.out.splitlines()
    assert versync(kiln, "check").code == 0


def test_components_follow_ecosystem_rule_and_requirement_style(kiln: Path) -> None:
    versync(kiln, "init")
    found = {one.name: (set(one.packages), one.version[0].rule, one.requirement) for one in written(kiln).components}
    assert found == {
        "kiln": ({"pkg:cargo/kiln"}, "exact", "^"),
        "kiln-internals": ({"pkg:cargo/kiln-wire"}, "exact", "="),
        "clay": ({"pkg:cargo/clay"}, "0.{major + 87}.{patch}", "^"),
        "kiln-js": ({"pkg:npm/%40kiln/kiln"}, "exact", ""),
        "kiln-python": ({"pkg:pypi/kiln"}, "exact", ""),
    }


def test_tags_branches_and_what_is_not_of_the_family(kiln: Path) -> None:
    versync(kiln, "init")
    repo = written(kiln).repos["kiln"]
    assert (repo.tag, repo.line, repo.ignore) == ("v{version}", "release-{major}.0.0", ("examples/**",))


def test_tiers_are_left_open_and_no_version_is_written(kiln: Path) -> None:
    versync(kiln, "init")
    text = (kiln / "versync.toml").read_text(encoding="utf-8")
    assert text.count("# tier = 1") == text.count("[[components]]") == 5
    assert "12.0.0" not in text
    assert all(one.tier is None for one in written(kiln).components)


def test_the_next_bump_moves_what_the_manifest_found(kiln: Path) -> None:
    versync(kiln, "init", "--output", str(kiln.parent / "versync.toml"))
    ran = versync(kiln, "bump", "13.0.0", "--manifest", str(kiln.parent / "versync.toml"), "--repo", f"kiln={kiln}")
    assert ran.code == 0, ran.err
    assert {path: text.decode() for path, text in contents(kiln).items()} == workspace(13)


def test_a_manifest_that_is_there_is_not_overwritten(kiln: Path) -> None:
    (kiln / "versync.toml").write_text("mine", encoding="utf-8")
    ran = versync(kiln, "init")
    assert ran.code == 2
    assert "--force" in ran.err
    assert (kiln / "versync.toml").read_text(encoding="utf-8") == "mine"
    assert versync(kiln, "init", "--force").code == 0


def test_what_is_out_of_step_today_is_said_with_its_place(kiln: Path) -> None:
    files = workspace(12)
    committed(kiln, {"python/pyproject.toml": files["python/pyproject.toml"].replace("12.0.0", "11.0.1")})
    ran = versync(kiln, "init")
    assert ran.code == 1
    assert "kiln/python/pyproject.toml:3:12: error: version is 11.0.1" in ran.out
    assert "1 out of sync today" in ran.out
    assert written(kiln).component("kiln-python").version[0].rule == "exact", "the releases say what it should be"


def test_a_number_that_no_rule_explains_is_independent_where_the_family_requires_it(tmp_path: Path) -> None:
    def files(version: str, own: str) -> dict[str, str]:
        return {
            "package.json": f'{{ "name": "kiln", "version": "{version}", "dependencies": {{ "ash": "^{own}" }} }}\n',
            "ash/package.json": f'{{ "name": "ash", "version": "{own}" }}\n',
            "ember/package.json": '{ "name": "ember", "version": "0.3.1" }\n',
        }

    folder = repository(tmp_path / "kiln", files("1.0.0", "4.2.0"), tag="1.0.0")
    for version, own in (("2.0.0", "4.3.0"), ("3.0.0", "7.0.0"), ("3.1.0", "7.0.9")):
        committed(folder, files(version, own), tag=version)
    assert versync(folder, "init").code == 0
    manifest = written(folder)
    assert manifest.repos["kiln"].tag == "{version}"
    assert manifest.component("ash").version[0].rule == "independent"
    assert manifest.component("kiln").ignore_packages == ("pkg:npm/ember",), "neither requires it, nor is it required"


def test_a_repository_without_tags_is_decided_by_today_alone(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kiln", workspace(3))
    assert versync(folder, "init").code == 0
    manifest = written(folder)
    assert manifest.component("kiln-python").version[0].rule == "exact"
    assert "pkg:cargo/clay" in manifest.component("clay").packages
    assert manifest.component("clay").version[0].rule == "independent"


def test_a_plain_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{ "name": "kiln", "version": "1.2.3" }\n', encoding="utf-8")
    assert versync(tmp_path, "init").code == 0
    assert versync(tmp_path, "check").code == 0


def test_a_version_file_that_no_package_points_to_becomes_a_place(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kiln", {"VERSION": "1.0.0\n", "setup.py": "from setuptools import setup\nsetup(name='Kiln_Py', version=open('VERSION').read())\n"}, tag="v1.0.0")
    committed(folder, {"VERSION": "1.1.0\n"}, tag="v1.1.0")
    ran = versync(folder, "init")
    assert ran.code == 0, ran.out + ran.err
    (one,) = written(folder).components
    assert one.packages == ("pkg:pypi/kiln-py",)


def test_a_repository_that_states_no_version_is_an_error(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kiln", {"README.md": "nothing here\n"})
    ran = versync(folder, "init")
    assert ran.code == 2
    assert "no file of kiln that is read states a version" in ran.err
    assert not (folder / "versync.toml").exists()


def test_a_file_that_git_does_not_track_yet_is_named(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kiln", {"README.md": "nothing here\n"})
    put(folder, {"a/README.md": "1.2.3\n", "my js/package.json": '{ "name": "kiln", "version": "1.2.3" }\n'})
    ran = versync(folder, "init")
    assert (ran.code, ran.err) == (2, "error: my js/package.json is there, but git does not track it\n  hint: git add 'my js/package.json'\n")
    git(folder, "add", "my js")
    assert versync(folder, "init").code == 0
    assert written(folder).lead.packages == ("pkg:npm/kiln",)


def test_a_file_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kiln", {"package.json": '{ "name": "kiln", "version": "1.2.3" }\n', "broken/package.json": "{ nothing"}, tag="v1.2.3")
    ran = versync(folder, "init")
    assert ran.code == 0
    assert "broken/package.json is not read" in ran.out
    assert written(folder).repos["kiln"].ignore == ("broken/package.json",)


def test_an_embedding_in_another_repository_carries_the_leader(kiln: Path, tmp_path: Path) -> None:
    ext = {
        "kiln-rb.gemspec": 'Gem::Specification.new do |spec|\n  spec.name = "kiln"\n  spec.version = "12.0.0"\nend\n',
        "ext/Cargo.toml": '[package]\nname = "ext"\nversion = "0.0.0"\n[dependencies]\nkiln = "=12.0.0"\n',
    }
    other = repository(tmp_path / "kiln-rb", ext, tag="v12.0.0")
    out = tmp_path / "family.toml"
    ran = versync(tmp_path, "init", str(kiln), str(other), "--output", str(out))
    assert ran.code == 0, ran.out + ran.err
    manifest = read.read("family.toml", out.read_bytes())
    assert manifest.leader == "kiln"
    assert (manifest.component("kiln-rb").repo, manifest.component("kiln-rb").bundles) == ("kiln-rb", "kiln")


def test_the_leader_may_be_named(kiln: Path) -> None:
    assert versync(kiln, "init", "--leader", "pkg:pypi/kiln").code == 0
    manifest = written(kiln)
    assert manifest.lead.packages[0] == "pkg:pypi/kiln"
    assert versync(kiln, "check").code == 0
    assert versync(kiln, "init", "--leader", "pkg:pypi/other", "--force").code == 2


def test_credentials_of_a_remote_are_not_written(kiln: Path) -> None:
    git(kiln, "remote", "add", "origin", "https://me:secret@registry.example/kiln.git")
    versync(kiln, "init")
    assert written(kiln).repos["kiln"].url == "https://registry.example/kiln.git"


def test_there_must_be_a_folder_at_a_path(tmp_path: Path) -> None:
    ran = versync(tmp_path, "init", "nowhere")
    assert ran.code == 2
    assert "there is no folder nowhere" in ran.err


@pytest.mark.parametrize(
    ("tags", "versions", "wanted"),
    [
        (["v1.0.0", "v1.1.0"], "1.1.0", "v{version}"),
        (["py-1.0.0", "py-1.1.0", "rs-0.3.0"], "1.1.0", "py-{version}"),
        (["kiln@1.0.0", "kiln@1.1.0", "ash@7.0.0"], "1.1.0", "kiln@{version}"),
        (["REL_9_0_0", "REL_9_1_0"], "9.1.0", "REL_{major}_{minor}_{patch}"),
        (["nightly", "latest"], "1.0.0", ""),
        (["v0.9.0", "1.0.0", "1.1.0"], "1.1.0", "{version}"),
    ],
)
def test_the_tag_template_is_that_of_the_newest_releases(tags: list[str], versions: str, wanted: str) -> None:
    assert _tag(tags, "kiln", [V(versions)])[0] == wanted


@pytest.mark.parametrize(
    ("branches", "wanted"),
    [
        (["refs/heads/main", "refs/heads/release-46.0.0", "refs/heads/release-47.0.0"], "release-{major}.0.0"),
        (["refs/remotes/origin/1.x", "refs/remotes/origin/2.x"], "{major}.x"),
        (["refs/heads/release-3.5", "refs/heads/release-3.6"], "release-{major}.{minor}"),
        (["refs/heads/fix-1", "refs/heads/fix-2", "refs/heads/dependabot/npm/a-1.2.3"], ""),
        (["refs/heads/v9"], ""),
    ],
)
def test_the_line_template_is_that_of_at_least_two_branches(branches: list[str], wanted: str) -> None:
    assert _line(branches) == wanted


def test_names_are_written_short_only_where_nothing_else_is_meant() -> None:
    names = [f"pkg:cargo/kiln-{one}" for one in ("a", "b", "c")]
    assert patterns(names) == ["pkg:cargo/kiln-*"]
    assert patterns(names, ["pkg:cargo/kiln-d"]) == names
    assert patterns([*names, "pkg:cargo/ash"]) == ["pkg:cargo/ash", "pkg:cargo/kiln-*"]


@pytest.mark.parametrize(("path", "folder"), [("examples/a/package.json", "examples"), ("lib/test/x/go.mod", "lib/test"), ("package.json", ""), ("latest/package.json", "")])
def test_examples_and_fixtures_stand_aside(path: str, folder: str) -> None:
    assert aside(path) == folder


def test_a_checkout_is_not_touched_but_for_the_manifest(kiln: Path) -> None:
    versync(kiln, "init")
    status = subprocess.run(["git", "-C", str(kiln), "status", "--porcelain"], check=True, capture_output=True, text=True).stdout
    assert status == "?? versync.toml\n"


def test_on_a_terminal_the_leader_is_asked_for_and_nothing_is_written_without_a_yes(kiln: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[object] = []

    def prompt(_: str, **options: object) -> object:
        offered.append(options["default"])
        return "pkg:npm/%40kiln/kiln"

    monkeypatch.setattr("sync.cli.starting.asking", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert versync(kiln, "init").code == 3
    assert not (kiln / "versync.toml").exists()
    monkeypatch.setattr("click.confirm", lambda *_, **__: True)
    assert versync(kiln, "init").code == 0
    assert offered == ["pkg:cargo/kiln", "pkg:cargo/kiln"]
    assert written(kiln).lead.packages == ("pkg:npm/%40kiln/kiln",)
