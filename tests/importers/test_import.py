"""``versync import`` as a person meets it, and configurations that are wrong, hostile or odd."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sync.manifest.read import read
from tests.commands import git, repository, versync
from tests.trees import put

TBUMP = '[version]\ncurrent = "1.2.3"\nregex = "(?P<major>\\\\d+)"\n[git]\nmessage_template = "{new_version}"\ntag_template = "{new_version}"\n[[file]]\nsrc = "VERSION"\n'


def test_a_manifest_is_written_and_what_was_lost_is_said(tmp_path: Path) -> None:
    put(tmp_path, {"tbump.toml": TBUMP + 'speed = 9\n[[file]]\nsrc = "none.txt"\n', "VERSION": "1.2.3\n"})
    ran = versync(tmp_path, "import")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "versync.toml: written from tbump; 2 lines of its configuration could not be carried over",
        "tbump.toml:3:1: note: version.regex: versync reads every version by its ecosystem's rule",
        "tbump.toml:9:1: warning: file[0].speed: is no key that versync import knows",
        "tbump.toml:11:1: warning: file[1].src: there is no text file none.txt",
        "check: in sync",
    ]
    written = (tmp_path / "versync.toml").read_text(encoding="utf-8")
    assert "# tbump.toml:11: file[1].src: there is no text file none.txt\n" in written
    assert read("versync.toml", written.encode()).lead.places[0].files == ("VERSION",)


def test_a_manifest_that_is_there_is_not_replaced_unless_asked(tmp_path: Path) -> None:
    put(tmp_path, {"tbump.toml": TBUMP, "VERSION": "1.2.3\n", "versync.toml": "mine"})
    ran = versync(tmp_path, "import")
    assert (ran.code, (tmp_path / "versync.toml").read_bytes()) == (2, b"mine")
    assert "--force" in ran.err
    assert versync(tmp_path, "import", "--force").code == 0
    assert (tmp_path / "versync.toml").read_bytes() != b"mine"


def test_to_standard_output_goes_the_manifest_alone(tmp_path: Path) -> None:
    put(tmp_path / "sub", {"tbump.toml": TBUMP, "VERSION": "1.2.3\n"})
    ran = versync(tmp_path, "import", "sub", "--output", "-")
    assert read("versync.toml", ran.raw).leader == "sub"
    assert "sub/tbump.toml:3:1: note: version.regex" in ran.err
    assert not (tmp_path / "sub" / "versync.toml").exists()


def test_where_nothing_is_configured_the_files_that_were_looked_for_are_named(tmp_path: Path) -> None:
    ran = versync(tmp_path, "import")
    assert ran.code == 2
    assert ".bumpversion.toml" in ran.err
    assert "versions.yaml" in ran.err
    assert versync(put(tmp_path, {"tbump.toml": TBUMP}), "import", "--from", "lerna").code == 2


def test_a_configuration_that_git_does_not_track_yet_is_named(tmp_path: Path) -> None:
    folder = repository(tmp_path / "own", {"VERSION": "1.2.3\n", ".gitignore": "lerna.json\n"})
    put(folder, {"lerna.json": '{"version": "1.2.3"}', "pyproject.toml": '[project]\nname = "own"\n', "nx.json": "{ broken", "tbump.toml": TBUMP})
    ran = versync(folder, "import")
    assert (ran.code, ran.err) == (2, f"error: tbump.toml is there, but git does not track it\n  hint: git -C {tmp_path / 'own'} add tbump.toml\n")
    assert "there is no configuration of lerna" in versync(folder, "import", "--from", "lerna").err, "git ignores it"
    git(folder, "add", "tbump.toml")
    assert versync(folder, "import").out.startswith("versync.toml: written from tbump")


def test_the_other_tools_that_are_configured_are_named(tmp_path: Path) -> None:
    put(tmp_path, {"tbump.toml": TBUMP, "VERSION": "1.2.3\n", "lerna.json": '{"version": "1.2.3"}'})
    assert "also configured here: lerna (versync import --from lerna)" in versync(tmp_path, "import").out


def test_a_broken_file_of_another_tool_does_not_stand_in_the_way_but_is_said(tmp_path: Path) -> None:
    put(tmp_path, {"tbump.toml": TBUMP, "VERSION": "1.2.3\n", "setup.cfg": "nonsense\n"})
    ran = versync(tmp_path, "import")
    assert (ran.code, "setup.cfg:1:1: error: neither a [section] nor an option" in ran.out) == (0, True)


def test_what_is_out_of_step_today_is_said_and_is_the_exit_code(tmp_path: Path) -> None:
    files = {"tbump.toml": TBUMP, "VERSION": "1.2.3\n", "package.json": '{"name": "a", "version": "1.2.4"}'}
    put(tmp_path, {**files, ".cz.json": '{"commitizen": {"version": "1.2.4", "version_provider": "commitizen", "version_files": ["package.json"]}}'})
    put(tmp_path, {".cz.json": '{"commitizen": {"version": "1.2.3", "version_provider": "npm"}}'})
    assert versync(tmp_path, "import", "--from", "commitizen").code == 0
    put(tmp_path, {"lerna.json": '{"version": "9.9.9"}'})
    ran = versync(tmp_path, "import", "--from", "lerna", "--force")
    assert ran.code == 1
    assert "lerna.json:1:14: error: version is 9.9.9, a is at 1.2.4" in ran.out


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"tbump.toml": "[version\n"}, "tbump.toml:1:"),
        ({"lerna.json": '{"version": }'}, "lerna.json:1:"),
        ({"versions.yaml": "module-sets: [\n"}, "versions.yaml:"),
        ({".bumpversion.cfg": "[bumpversion]\n[bumpversion]\n"}, ".bumpversion.cfg:2:"),
        ({"nx.json": "{" * 3000}, "nx.json:1:"),
    ],
)
def test_a_broken_configuration_is_an_error_with_its_place(tmp_path: Path, files: dict[str, str], said: str) -> None:
    ran = versync(put(tmp_path, files), "import")
    assert ran.code == 3
    assert said in ran.err


PACKAGE = {"package.json": '{"name": "a", "version": "1.2.3"}'}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"release-please-config.json": '{"packages": {".": {}}, "plugins": [{"type": "node-workspace", "speed": 9}]}'}, "plugins[0].speed: is no key"),
        ({"release-please-config.json": '{"extra-files": ["a"], "packages": {".": {"extra-files": []}}}'}, "extra-files: every package has its own"),
        ({".changeset/config.json": '{"privatePackages": {"version": true, "speed": 9}}'}, "privatePackages.speed: is no key"),
        ({"nx.json": '{"release": {"version": {"manifestRootsToUpdate": [{"path": ".", "speed": 9}]}}}'}, "release.version.manifestRootsToUpdate[0].speed: is no key"),
        ({"nx.json": '{"release": {"projects": ["a"], "groups": {"b": {"projects": ["a"]}}}}'}, "release.projects: groups name their own projects: nx refuses both"),
        ({"nx.json": '{"release": {"projects": ["a", "tag:none"]}}'}, "release.projects[1]: no project with a version is meant by tag:none"),
        ({"knope.toml": '[package]\nversioned_files = ["package.json", "deno.lock"]\n', "deno.lock": "{}\n"}, "package.versioned_files[1]: deno.lock: no version of it is found"),
        ({"knope.toml": '[package]\nversioned_files = ["package.json", { path = "package.json", dependency = "b" }]\n'}, "b in package.json: no adapter finds it there"),
    ],
)
def test_what_is_lost_inside_a_list_or_a_table_is_said_as_well(tmp_path: Path, files: dict[str, str], said: str) -> None:
    ran = versync(put(tmp_path / "a", files | PACKAGE), "import", "--output", "-")
    assert ran.code == 0
    assert said in ran.err


def test_the_first_component_of_nx_has_the_tag_of_its_own_group(tmp_path: Path) -> None:
    config = '{"release": {"releaseTag": {"pattern": "all-{version}"}, "groups": {"one": {"projects": ["a"], %s}, "two": {"projects": ["b"], "releaseTagPattern": "two-{version}"}}}}'
    put(tmp_path, {"a/package.json": PACKAGE["package.json"], "b/package.json": '{"name": "b", "version": "2.0.0"}'})
    for own, tag in (('"releaseTagPattern": "{releaseGroupName}/{projectName}-{version}"', "one/a-{version}"), ('"docker": true', "all-{version}")):
        assert versync(put(tmp_path, {"nx.json": config % own}), "import", "--force").code == 0
        assert tomllib.loads((tmp_path / "versync.toml").read_text(encoding="utf-8"))["repos"].popitem()[1]["tag"] == tag


def test_an_npm_workspace_that_knope_is_told_nothing_of_has_a_component_for_each_member(tmp_path: Path) -> None:
    files = {f"{name}/package.json": f'{{"name": "{name}", "version": "{version}"}}' for name, version in (("a", "1.2.3"), ("b", "2.0.0"))}
    put(tmp_path, files | {"knope.toml": "", "package.json": '{"name": "root", "version": "9.9.9", "workspaces": ["a", "b"]}'})
    assert versync(tmp_path, "import").code == 0
    manifest = read("versync.toml", (tmp_path / "versync.toml").read_bytes())
    assert [one.packages for one in manifest.components] == [("pkg:npm/a",), ("pkg:npm/b",)]


@pytest.mark.parametrize(
    "files",
    [
        {".bumpversion.toml": "[tool.bumpversion]\ncurrent_version = 1\nfiles = 3\nparts = 'x'\nserialize = [1]\n"},
        {".bumpversion.toml": "[tool.bumpversion]\ncurrent_version = '1.2.3'\n[[tool.bumpversion.files]]\nfilename = '../../etc/passwd'\n[[tool.bumpversion.files]]\nglob = '/**'\n"},
        {".bumpversion.toml": "[tool.bumpversion]\ncurrent_version = '1.2.3'\nsearch = '{'\n[[tool.bumpversion.files]]\nfilename = 'a'\n", "a": "1.2.3"},
        {".bumpversion.toml": "[tool.bumpversion]\ncurrent_version = '1.2.3'\nsearch = '{current_version.__class__}'\n[[tool.bumpversion.files]]\nfilename = 'a'\n", "a": "1.2.3"},
        {"tbump.toml": "version = 1\ngit = []\nfile = 'x'\n"},
        {"bumpver.toml": "[bumpver]\ncurrent_version = 'x'\nversion_pattern = '['\n[bumpver.file_patterns]\na = ['[', 3]\n"},
        {".cz.json": '{"commitizen": {"version_files": {"a": 1}, "tag_format": "${", "version": ["1"]}}'},
        {"release-please-config.json": '{"packages": {"..": {"extra-files": [3, {"path": "../x", "type": "json", "jsonpath": "$["}]}, "a": 3}, "plugins": [null]}'},
        {"knope.toml": "[packages.a]\nversioned_files = [{ path = '../x' }, 3, { regex = '(', path = 'a' }]\n", "a": "1.2.3"},
        {".changeset/config.json": '{"fixed": [3, ["*"], "x"], "linked": {}, "ignore": [1]}'},
        {"lerna.json": '{"version": 3, "packages": [1], "command": []}'},
        {"nx.json": '{"release": {"groups": {"a": 3}, "projects": {}, "version": [], "git": null}}'},
        {"release.toml": "shared-version = []\npre-release-replacements = [3, {}]\n", "Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n'},
        {"versions.yaml": "module-sets:\n  a: [1]\n  ? [x]\n  : y\nmodules: 3\nexcluded-modules: {a: b}\n"},
    ],
)
def test_a_configuration_of_other_types_than_it_should_have_is_no_traceback(tmp_path: Path, files: dict[str, str]) -> None:
    ran = versync(put(tmp_path / "a-b", files), "import", "--output", "-")
    assert ran.code in (0, 1, 2, 3)
    assert ran.err


def test_a_name_that_would_break_out_of_a_comment_stays_in_it(tmp_path: Path) -> None:
    put(tmp_path, {"tbump.toml": TBUMP + '"x\\n[project]\\u001b[2J" = 1\n', "VERSION": "1.2.3\n"})
    ran = versync(tmp_path, "import")
    assert ran.code == 0
    assert "\x1b" not in ran.out + (tmp_path / "versync.toml").read_text(encoding="utf-8")
    assert read("versync.toml", (tmp_path / "versync.toml").read_bytes()).leader


def test_a_path_with_brackets_is_the_file_of_that_name(tmp_path: Path) -> None:
    put(tmp_path, {"tbump.toml": TBUMP.replace('"VERSION"', '"a{b}[c].txt"'), "a{b}[c].txt": "1.2.3\n", "abc.txt": "1.2.3\n"})
    assert versync(tmp_path, "import").code == 0
    assert versync(tmp_path, "bump", "2.0.0").code == 0
    assert [(tmp_path / name).read_text() for name in ("a{b}[c].txt", "abc.txt")] == ["2.0.0\n", "1.2.3\n"]


def test_a_jsonpath_that_is_no_plain_path_is_said_once(tmp_path: Path) -> None:
    config = '{"packages": {".": {"extra-files": [{"type": "yaml", "path": "x.yaml", "jsonpath": "$..version"}]}}}'
    put(tmp_path, {"release-please-config.json": config, "package.json": '{"name": "a", "version": "2.0.0"}', "x.yaml": "a:\n  version: 2.0.0\n"})
    warned = [line for line in versync(tmp_path, "import").out.splitlines() if "warning" in line]
    assert [line.partition("extra-files[0]: ")[2] for line in warned] == ["x.yaml: $..version is no plain path to one value: name what it means with places"]


@pytest.mark.parametrize(
    ("path", "tool", "settings"),
    [
        ("weird {brace}.txt", "tbump.toml", TBUMP.replace("VERSION", "weird {brace}.txt")),
        ("d[1]/f {a}.txt", ".bumpversion.toml", '[tool.bumpversion]\ncurrent_version = "1.2.3"\n[[tool.bumpversion.files]]\nfilename = "d[1]/f {a}.txt"\n'),
    ],
)
def test_a_path_with_braces_is_the_file_of_that_name(tmp_path: Path, path: str, tool: str, settings: str) -> None:
    put(tmp_path, {tool: settings, path: "1.2.3\n"})
    assert versync(tmp_path, "import").code == 0
    assert versync(tmp_path, "bump", "2.0.0").code == 0
    assert (tmp_path / path).read_text() == "2.0.0\n"


@pytest.mark.parametrize(
    ("path", "settings", "said"),
    [
        ("tbump.toml", TBUMP.replace('current = "1.2.3"\n', ""), "tbump.toml:1:2: error: version.current is missing: nothing says which version it is today"),
        ("tbump.toml", TBUMP.replace("1.2.3", "new"), 'tbump.toml:2:1: error: version.current is "new", should be a version'),
        ("bumpver.toml", '[bumpver]\nversion_pattern = "MAJOR.MINOR.PATCH"\n', "bumpver.toml:1:2: error: bumpver.current_version is missing: nothing says which version it is today"),
        (".bumpversion.cfg", "[bumpversion]\ncommit = true\n", ".bumpversion.cfg:1:2: error: bumpversion.current_version is missing: nothing says which version it is today"),
        ("versions.yaml", "module-sets:\n  a:\n    modules: [x.example/a]\n", "versions.yaml:2:3: error: module-sets.a.version is missing: nothing says which version it is today"),
    ],
)
def test_a_configuration_without_a_version_is_refused_before_anything_is_written(tmp_path: Path, path: str, settings: str, said: str) -> None:
    put(tmp_path, {path: settings, "VERSION": "1.2.3\n", "go.mod": "module x.example/a\n"})
    ran = versync(tmp_path, "import")
    assert (ran.code, ran.err.splitlines()[0]) == (2, said)
    assert not (tmp_path / "versync.toml").exists()
