"""The first manifest: what `init` decides from files, tags and branches, and that `check` accepts it at once."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from sync.families import patterns
from sync.init import tags as init_tags
from sync.init.survey import aside
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
    assert (repo.tag, repo.line, repo.ignore) == ("v{version}", "release-{major}.0.0", ("examples/hello/package.json",))


def test_only_the_files_of_packages_are_left_out_of_a_folder(kiln: Path) -> None:
    """What else lies there may hold a version of ours: a page beside a package of the site's own."""
    site = {"docs/package.json": '{ "name": "site", "version": "1.0.0" }\n', "docs/a/package.json": '{ "name": "page", "version": "1.0.0" }\n'}
    demo = {"demo/Demo.csproj": "<Project><PropertyGroup><PackageId>Demo</PackageId><Version>1.0.0</Version></PropertyGroup></Project>\n", "demo/package.json": site["docs/package.json"]}
    committed(kiln, {**site, **demo, "docs/java.md": "```xml\n<version>12.0.0</version>\n```\n"})
    ran = versync(kiln, "init")
    assert ran.code == 0, ran.out
    assert written(kiln).repos["kiln"].ignore == ("demo/**/{*.csproj,package.json}", "docs/**/package.json", "examples/hello/package.json")
    assert "  kiln: docs/**/package.json is not read: packages at numbers of their own" in ran.out.splitlines()
    assert "docs/java.md:2:10" in versync(kiln, "audit", "--all").out


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


def test_what_moved_with_a_member_at_every_release_is_one_itself(tmp_path: Path) -> None:
    """`wasm` has always had npm's number; today both are ahead of the leader. `sdk` likewise, at numbers that follow nothing, and `lamp` has a number of `sdk` by chance."""

    def files(version: str, npm: str, sdk: str, lamp: str) -> dict[str, str]:
        found = {"package.json": f'{{ "name": "kiln", "version": "{version}" }}\n', "js/package.json": f'{{ "name": "kiln-js", "version": "{npm}", "dependencies": {{ "sdk": "^{sdk}" }} }}\n'}
        found["sdk/package.json"] = f'{{ "name": "sdk", "version": "{sdk}" }}\n'
        return found | {f"rust/{name}/Cargo.toml": f'[package]\nname = "{name}"\nversion = "{own}"\n' for name, own in (("wasm", npm), ("sdk-wasm", sdk), ("lamp", lamp))}

    folder = repository(tmp_path / "kiln", files("1.0.0", "1.0.0", "4.2.0", "0.1.0"), tag="1.0.0")
    for version, sdk, lamp in (("2.0.0", "4.3.0", "0.1.1"), ("2.1.0", "7.0.0", "0.1.1"), ("3.1.0", "7.0.9", "0.2.0")):
        committed(folder, files(version, version, sdk, lamp), tag=version)
    committed(folder, files("3.1.0", "3.1.1", "7.1.0", "7.1.0"))
    versync(folder, "init")
    manifest = written(folder)
    assert manifest.lead.ignore_packages == ("pkg:cargo/lamp",)
    found = {one.packages: one.version[0].rule for one in manifest.components}
    assert found == {("pkg:npm/kiln", "pkg:npm/kiln-js"): "exact", ("pkg:cargo/wasm",): "exact", ("pkg:cargo/sdk-wasm", "pkg:npm/sdk"): "independent"}


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
    assert (ran.code, ran.err) == (2, f"error: my js/package.json is there, but git does not track it\n  hint: git -C {folder} add 'my js/package.json'\n")
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
    assert init_tags.usual(init_tags.templates(tags), "kiln", [V(versions)]) == wanted


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
    assert init_tags.line(branches) == wanted


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


# ---- what it says, and what comes next


def test_it_ends_with_the_commands_that_come_next_and_they_can_be_pasted(kiln: Path, tmp_path: Path) -> None:
    put(kiln, {"NOTES.txt": "kiln-12.0.0.zip\n", "VERSION": "12.0.0\n"})
    git(kiln, "add", "--all")
    ran = versync(kiln, "init")
    assert ran.out.splitlines()[-5:] == ["next:", "  versync check", "  versync replay --last 10", "  versync learn", "  versync audit  # 2 places uncovered"]
    assert versync(kiln, "audit").out.splitlines()[-1].startswith("2 places that no line of the manifest covers")
    away = tmp_path / "my manifests"
    away.mkdir()
    ran = versync(away, "init", "../kiln", "--output", "it's.toml")
    options = f"--manifest 'it'\"'\"'s.toml' --repo kiln={kiln}"
    commands = ran.out.splitlines()[-4:]
    assert commands == [f"  versync {one} {options}{rest}" for one, rest in (("check", ""), ("replay --last 10", ""), ("learn", ""), ("audit", "  # 2 places uncovered"))]
    assert [versync(away, *shlex.split(one.partition("  # ")[0])[1:]).code for one in commands] == [0, 0, 0, 0]


def test_it_says_what_it_ignored_and_why(tmp_path: Path) -> None:
    others = {f"tools/{name}/package.json": f'{{ "name": "{name}", "version": "0.{at}.1" }}\n' for at, name in enumerate(("a", "b", "c", "d", "e", "f", "g"), 1)}
    folder = repository(tmp_path / "kiln", {"package.json": '{ "name": "kiln", "version": "2.0.0" }\n', **others}, tag="v2.0.0")
    ran = versync(folder, "init")
    assert "ignored: 7 packages of kiln: pkg:npm/a, pkg:npm/b, pkg:npm/c, pkg:npm/d, pkg:npm/e, pkg:npm/f and 1 more (at numbers of their own)" in ran.out.splitlines()
    assert versync(folder, "remove", "kiln", "pkg:npm/a").code == 0
    folder = repository(tmp_path / "ash", {"package.json": '{ "name": "ash", "version": "2.0.0" }\n'}, tag="v2.0.0")
    assert "ignored" not in versync(folder, "init").out


def test_it_says_what_it_left_out_as_unversioned(tmp_path: Path) -> None:
    crates = {f"{name}/Cargo.toml": f'[package]\nname = "{name}"\nversion = "0.0.0+replaced-by-ci"\n' for name in "abcdefg"}
    folder = repository(tmp_path / "kiln", {"package.json": '{ "name": "kiln", "version": "2.0.0" }\n', "x/package.json": '{ "name": "x", "version": "0.0.0" }\n', **crates}, tag="v2.0.0")
    said = ", ".join(f"pkg:cargo/{name}" for name in "abcdef")
    assert f"left out: 8 packages of kiln: {said} and 2 more (unversioned: at 0.0.0)" in versync(folder, "init").out.splitlines()
    bare = repository(tmp_path / "ash", {"package.json": '{ "name": "ash", "version": "2.0.0-0" }\n', "b/package.json": '{ "name": "b", "version": "0.0.1" }\n'}, tag="v2.0.0")
    assert "left out" not in versync(bare, "init").out


def test_it_says_that_no_tag_says_a_version(tmp_path: Path) -> None:
    folder = repository(tmp_path / "kiln", {"package.json": '{ "name": "kiln", "version": "2.0.0" }\n'}, tag="nightly")
    ran = versync(folder, "init")
    assert "  kiln: no tag says a version; assumed: tags v{version}" in ran.out.splitlines()
    assert '# tag = "v{version}"                      # no tag says a version yet: this is assumed\n' in (folder / "versync.toml").read_text("utf-8")
    git(folder, "tag", "v2.0.0")
    ran = versync(folder, "init", "--force")
    assert "  kiln: tags v{version}" in ran.out.splitlines()
    assert '\ntag = "v{version}"\n' in (folder / "versync.toml").read_text("utf-8")


def test_in_a_subfolder_the_manifest_goes_to_the_top(kiln: Path) -> None:
    ran = versync(kiln / "core", "init")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "../versync.toml: 5 components; kiln leads")
    assert ran.out.splitlines()[-4:-2] == ["  versync check", "  versync replay --last 10"]
    assert not (kiln / "core" / "versync.toml").exists()
    assert [versync(folder, "check").code for folder in (kiln / "core", kiln)] == [0, 0]
    ran = versync(kiln / "core", "init")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: ../versync.toml is there already")
    assert versync(kiln / "core", "init", "--output", "own.toml").code == 0
    assert (kiln / "core" / "own.toml").is_file()


def test_a_git_directory_is_no_place_for_a_manifest(kiln: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", kiln, bare], check=True)
    before = contents(bare)
    hint = "  hint: --output FILE writes elsewhere"
    for folder in (bare, bare / "refs"):
        ran = versync(folder, "init", "--yes")
        assert (ran.code, ran.err.splitlines()) == (2, [f"error: {bare} is a git directory, and no place for a manifest", hint])
    assert versync(tmp_path, "init", "bare.git", "--output", "bare.git/versync.toml").code == 2
    assert versync(tmp_path, "init", "kiln", "--output", "kiln/.git/versync.toml").code == 2
    assert contents(bare) == before
    assert versync(bare, "init", "--output", "../versync.toml").code == 0
    assert versync(bare, "init", "--output", "-").out.startswith("# What belongs together")
    assert (written(tmp_path).leader, contents(bare)) == ("kiln", before)


def test_a_package_of_two_repositories_is_named_by_its_two_files(tmp_path: Path) -> None:
    one = repository(tmp_path / "one", {"package.json": '{ "name": "kiln", "version": "2.0.0" }\n'}, tag="v2.0.0")
    two = repository(tmp_path / "two", {"js/package.json": '{ "name": "kiln", "version": "2.0.0" }\n'}, tag="v2.0.0")
    ran = versync(tmp_path, "init", str(one), str(two))
    assert (ran.code, ran.err) == (2, "two/js/package.json: error: pkg:npm/kiln is declared here, and in one/package.json\n  hint: leave out one of the two repositories, one or two\n")
    assert not (tmp_path / "versync.toml").exists()


# ---- a leader that is named


def wares(rust: str, python: str, tool: str = "0.1.0") -> dict[str, str]:
    """Rust crates and Python packages of one repository, each at a number of their own; the wheel's crate has Python's. ``tool`` stands for itself."""
    return {
        "Cargo.toml": f'[package]\nname = "ware"\nversion = "{rust}"\n[dependencies]\nware-core = {{ path = "core", version = "{rust}" }}\n',
        "core/Cargo.toml": f'[package]\nname = "ware-core"\nversion = "{rust}"\n',
        "wheel/Cargo.toml": f'[package]\nname = "ware-wheel"\nversion = "{python}"\n',
        "py/pyproject.toml": f'[project]\nname = "ware"\nversion = "{python}"\ndependencies = ["ware-wheel=={python}"]\n',
        "py/wheel/pyproject.toml": f'[project]\nname = "ware-wheel"\nversion = "{python}"\n',
        "tool/Cargo.toml": f'[package]\nname = "tool"\nversion = "{tool}"\n',
        "none/Cargo.toml": '[package]\nname = "none"\nversion = "0.0.0"\n',
    }


@pytest.fixture
def ware(tmp_path: Path) -> Path:
    """Three releases of the wheels, two of the crates."""
    folder = repository(tmp_path / "ware", wares("0.53.0", "1.41.0"), tag="py-1.41.0")
    git(folder, "tag", "rs-0.53.0")
    committed(folder, wares("0.54.0", "1.42.0"), tag="py-1.42.0")
    git(folder, "tag", "rs-0.54.0")
    return committed(folder, wares("0.54.0", "1.43.0"), tag="py-1.43.0")


@pytest.mark.parametrize("leader", ["pkg:pypi/ware", "pkg:pypi/ware-wheel", "pkg:cargo/ware-wheel", "pkg:cargo/ware", "pkg:cargo/ware-core"])
def test_what_shares_a_number_of_the_family_is_not_ignored_whoever_leads(ware: Path, leader: str) -> None:
    tag = "rs-{version}" if leader in ("pkg:cargo/ware", "pkg:cargo/ware-core") else "py-{version}"
    assert versync(ware, "init", "--leader", leader).code == 0
    manifest = written(ware)
    assert manifest.lead.packages[0] == leader
    assert manifest.repos["ware"].tag == tag
    assert {name for one in manifest.components for name in one.ignore_packages} == {"pkg:cargo/tool"}
    exact = {name for one in manifest.components if one.version[0].rule == "exact" for name in one.packages}
    shared = {"pkg:cargo/ware", "pkg:cargo/ware-core"} if tag.startswith("rs") else {"pkg:pypi/ware", "pkg:pypi/ware-wheel", "pkg:cargo/ware-wheel"}
    assert exact == shared


def test_a_leader_must_state_a_version(ware: Path) -> None:
    ran = versync(ware, "init", "--leader", "pkg:cargo/none")
    assert (ran.code, ran.err) == (2, "ware/none/Cargo.toml: error: pkg:cargo/none states no version, so it cannot lead\n")


def test_a_leader_that_is_younger_than_the_tags_has_those_beside_it(tmp_path: Path) -> None:
    def files(version: str, young: bool) -> dict[str, str]:
        found = {"package.json": f'{{ "name": "kiln", "version": "{version}" }}\n', "a/package.json": '{ "name": "a", "version": "0.1.0" }\n'}
        return {**found, "b/package.json": '{ "name": "b", "version": "0.1.0" }\n'} if young else found

    folder = repository(tmp_path / "kiln", files("46.0.0", False), tag="v46.0.0")
    for major in (47, 48, 49):
        committed(folder, files(f"{major}.0.0", False), tag=f"v{major}.0.0")
    committed(folder, files("49.0.0", True))
    assert versync(folder, "init", "--leader", "pkg:npm/b").code == 0
    assert set(written(folder).lead.packages) == {"pkg:npm/a", "pkg:npm/b"}


def test_the_hints_of_its_first_check_can_be_pasted_too(kiln: Path, tmp_path: Path) -> None:
    committed(kiln, {"js/package.json": '{ "name": "@kiln/kiln", "version": "11.0.0" }\n'})
    ran = versync(tmp_path, "init", "kiln", "--output", "out.toml")
    assert ran.code == 1
    hint = next(line for line in ran.out.splitlines() if line.startswith("  hint: versync "))
    assert hint == f"  hint: versync bump 12.0.0 --manifest out.toml --repo kiln={kiln.relative_to(tmp_path)}"
    assert versync(tmp_path, *shlex.split(hint.removeprefix("  hint: versync "))).code == 0
    assert versync(tmp_path, "check", "--manifest", "out.toml", "--repo", "kiln=kiln").code == 0


def test_a_hostile_package_name_among_those_that_are_ignored_reaches_no_terminal(tmp_path: Path) -> None:
    names = [*(f"lamp-{at}" for at in range(9)), "lamp-\\n\\u001b[31m"]
    others = {f"tools/{at}/package.json": f'{{ "name": "{name}", "version": "0.{at}.1" }}\n' for at, name in enumerate(names, 1)}
    ran = versync(repository(tmp_path / "kiln", {"package.json": '{ "name": "kiln", "version": "2.0.0" }\n', **others}, tag="v2.0.0"), "init")
    assert [line for line in ran.out.splitlines() if line.startswith("ignored: ")]
    assert "\x1b" not in ran.out
    assert "\x1b" not in ran.err


@pytest.mark.parametrize("command", [("init", "--force"), ("add", "kiln", "--file", "README.md", "--text", "v{version}", "--force")], ids=["init", "add"])
def test_a_manifest_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    folder = repository(tmp_path / "kiln", {"package.json": '{ "name": "kiln", "version": "2.0.0" }\n'}, tag="v2.0.0")
    assert versync(folder, "init").code == 0
    before = contents(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    ran = versync(folder, *command)
    assert (ran.code, "versync.toml cannot be written: No space left on device" in ran.err) == (3, True)
    assert contents(folder) == before
