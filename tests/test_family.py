"""A release manager's evening: a family of repositories, what `check` says of it, and that its hints do what they say when they are pasted."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from sync.cli import hints
from sync.errors import problem
from tests.commands import Ran, committed, contents, git, repository, versync
from tests.trees import Family, put, said

MANIFEST = """
[project]
name = "demo"
leader = "core"

[repos.core]
url = "https://registry.example/core"
line = "release-{major}.0.0"
[repos.go]
url = "https://registry.example/go"
[repos.rb]
url = "https://registry.example/rb"
[repos.cpp]
url = "https://registry.example/cpp"

[[components]]
name = "core"
tier = 1
repo = "core"
packages = ["pkg:cargo/core"]

[[components]]
name = "engine"
repo = "core"
packages = ["pkg:cargo/engine"]
version = "0.{major + 87}.{patch}"

[[components]]
name = "go"
tier = 3
repo = "go"
packages = ["pkg:golang/registry.example/go"]
bundles = "core"
places = [
  { file = "download.py", name = "version", as = "v{version}", of = "core" },
  { file = "README.md", text = "@v{version}" },
]

[[components]]
name = "rb"
tier = 3
repo = "rb"
packages = ["pkg:gem/rb"]
bundles = "core"
places = [{ file = "VERSION", text = "{version}", declares = "pkg:gem/rb" }]
ignore-packages = ["pkg:cargo/rb"]

[[components]]
name = "cpp"
repo = "cpp"
retired = "3.0.0"
"""

REGISTRY = 'source = "registry+https://registry.example/index"\nchecksum = "00"\n'


def core(version: str, engine: str) -> dict[str, str]:
    return {
        "Cargo.toml": '[workspace]\nmembers = ["core", "engine"]\n',
        "core/Cargo.toml": f'[package]\nname = "core"\nversion = "{version}"\n\n[dependencies]\nengine = {{ path = "../engine", version = "{engine}" }}\n',
        "engine/Cargo.toml": f'[package]\nname = "engine"\nversion = "{engine}"\n',
    }


def go(version: str, *, runtime: str = "", readme: str = "") -> dict[str, str]:
    return {
        "go.mod": f"module registry.example/go/v{version.partition('.')[0]}\n\ngo 1.23\n",
        "download.py": f"version = 'v{runtime or version}'\n",
        "README.md": f"go get registry.example/go@v{readme or version}\n",
    }


def rb(version: str, *, core: str = "", engine: str = "") -> dict[str, str]:
    return {
        "VERSION": f"{version}\n",
        "ext/Cargo.toml": f'[package]\nname = "rb"\nversion = "0.1.0"\n\n[dependencies]\ncore = "={version}"\n',
        "ext/Cargo.lock": "version = 4\n\n"
        f'[[package]]\nname = "core"\nversion = "{core or version}"\n{REGISTRY}dependencies = [\n "engine",\n]\n\n'
        f'[[package]]\nname = "engine"\nversion = "{engine}"\n{REGISTRY}\n'
        '[[package]]\nname = "rb"\nversion = "0.1.0"\ndependencies = [\n "core",\n]\n',
    }


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """Core has released 7.0.0 and 7.0.1; go carries it, with a README that is ahead; rb is a major behind."""
    put(tmp_path, {"versync.toml": MANIFEST})
    folder = repository(tmp_path / "core", core("7.0.0", "0.94.0"), tag="v7.0.0")
    committed(folder, core("7.0.1", "0.94.1"), tag="v7.0.1")
    repository(tmp_path / "go", go("7.0.1", readme="7.0.2"), tag="v7.0.1")
    repository(tmp_path / "rb", rb("6.0.0", engine="0.93.0"), tag="v6.0.0")
    repository(tmp_path / "cpp", {"CMakeLists.txt": "project(demo VERSION 3.0.0)\n"})
    return tmp_path


def run(family: Path, command: str, *arguments: str, repos: tuple[str, ...] = ("core", "go", "rb", "cpp")) -> Ran:
    return versync(family, command, *arguments, *(f"--repo={name}={name}" for name in repos))


def errors(ran: Ran) -> list[str]:
    return [line for line in ran.out.splitlines() if ": error: " in line or ": warning: " in line]


def hinted(ran: Ran) -> list[str]:
    return [line.removeprefix("  hint: ") for line in ran.out.splitlines() if line.startswith("  hint: versync ")]


def test_the_versync_commands_that_check_hints_at_bring_the_family_in_sync(family: Path) -> None:
    told = run(family, "check")
    assert [line.partition(";")[0] for line in errors(told)] == [
        "go/README.md:1:29: error: version is 7.0.2, go is at 7.0.1 (tag v7.0.1)",
        "rb/VERSION:1:1: error: rb is at 6.0.0, core is released at 7.0.1",
    ]
    assert hinted(told) == ["versync bump go=7.0.1 --repo go=go", "versync bump rb=7.0.1 --repo rb=rb"]
    for command in hinted(told):
        assert versync(family, *shlex.split(command)[1:]).code == 0
    assert (family / "go" / "README.md").read_text() == "go get registry.example/go@v7.0.1\n"
    assert errors(run(family, "check")) == ["rb/ext/Cargo.lock:5:12: error: pkg:cargo/core is locked at 6.0.0; 7.0.1 is expected"]


def test_a_named_component_moves_alone(family: Path) -> None:
    before = contents(family)
    assert run(family, "bump", "rb=7.0.1").code == 0
    assert {path for path, raw in contents(family).items() if raw != before[path]} == {"rb/VERSION", "rb/ext/Cargo.toml"}


def test_the_leaders_name_is_as_good_as_a_target(family: Path) -> None:
    assert run(family, "bump", "core=8.0.0", "--dry-run").raw == run(family, "bump", "8.0.0", "--dry-run").raw


def test_a_component_cannot_leave_a_number_that_it_shares(tmp_path: Path) -> None:
    manifest = '[project]\nname = "demo"\nleader = "core"\n[repos.core]\n'
    manifest += "".join(f'[[components]]\nname = "{name}"\nrepo = "core"\npackages = ["pkg:cargo/{name}"]\n' for name in ("core", "engine"))
    files = {"Cargo.toml": '[workspace]\n[workspace.package]\nversion = "7.0.0"\n'}
    files |= {f"{name}/Cargo.toml": f'[package]\nname = "{name}"\nversion.workspace = true\n' for name in ("core", "engine")}
    assert said(Family(tmp_path, manifest, {"core": files}).bump("", engine="7.0.1")) == ["core/Cargo.toml:3:12: core wants 7.0.0 here, engine wants 7.0.1"]


def test_an_embedding_whose_only_number_is_that_of_the_runtime_has_its_own_part_of_the_list(family: Path) -> None:
    put(family, {"versync.toml": MANIFEST.replace('declares = "pkg:gem/rb" }', 'declares = "pkg:gem/rb", of = "core" }')})
    told = run(family, "sites")
    assert "rb (tier 3, rb)\n  rb/VERSION:1:1  declares  6.0.0  pkg:gem/rb\n" in told.out


def test_undo_is_printed_with_the_options_that_find_the_same_repositories(family: Path) -> None:
    before = contents(family)
    command = next(line for line in run(family, "bump", "8.0.0").out.splitlines() if line.startswith("to take it back: ")).removeprefix("to take it back: ")
    assert command == "versync undo --repo core=core --repo go=go --repo rb=rb --repo cpp=cpp"
    assert versync(family, *shlex.split(command)[1:]).code == 0
    assert contents(family) == before


def test_a_bump_hint_names_its_own_repository_only_and_a_branch_where_a_revision_is_looked_at() -> None:
    options = {"manifest": "my family.toml", "workspace": "else where", "repos": ("go=a b", "rb=/rb"), "revisions": ("go=v7",)}
    one = hints.complete(problem("x", repo="go", hint="versync bump go=7.0.2"), options, {"go": "0123456789abcdef"})
    assert one.hint == "versync bump go=7.0.2 --manifest 'my family.toml' --workspace 'else where' --repo 'go=a b' --at go=v7 --branch sync-7.0.2"
    assert hints.complete(problem("x", hint="versync recover, once it is mended"), options).hint.endswith("--repo rb=/rb, once it is mended")
    assert hints.complete(problem("x", hint="versync recovered"), options).hint == "versync recovered"


def test_without_tags_a_go_module_is_what_its_first_whole_place_says(family: Path) -> None:
    subprocess.run(["git", "-C", str(family / "go"), "tag", "-d", "v7.0.1"], check=True, capture_output=True)
    assert [line.partition(";")[0] for line in errors(run(family, "check", repos=("go",)))] == ["go/README.md:1:29: error: version is 7.0.2, go is at 7.0.1 (go/download.py:1:12)"]


def test_a_runtime_other_than_the_number_is_found(family: Path) -> None:
    git(family / "go", "tag", "v7.0.2")
    assert errors(run(family, "check", repos=("go",))) == [
        "go/download.py:1:12: error: version is v7.0.1, go is at 7.0.2 (tag v7.0.2), so it must bundle core 7.0.2; expected v7.0.2",
    ]


def later(folder: Path, message: str, tag: str) -> None:
    git(folder, "add", "--all")
    when = "2099-01-01T00:00:00Z"
    subprocess.run(
        ["git", "-C", str(folder), "commit", "--quiet", "--no-gpg-sign", f"--message={message}"],
        check=True,
        env={**os.environ, "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when},
    )
    git(folder, "tag", tag)


def test_a_revision_is_held_against_the_releases_that_there_were_then(family: Path) -> None:
    put(family / "core", core("8.0.0", "0.95.0"))
    later(family / "core", "Release 8.0.0", "v8.0.0")
    assert any("core is released at 8.0.0" in line for line in errors(run(family, "check", "--at", "core=main")))
    told = errors(run(family, "check", "--at", "core=v7.0.1", "--at", "go=v7.0.1"))
    assert [line for line in told if line.startswith("go/go.mod")] == []
    assert not any("8.0.0" in line for line in told)


def test_a_release_line_is_held_against_its_own_releases(family: Path) -> None:
    git(family / "core", "branch", "release-7.0.0")
    put(family / "core", core("8.0.0", "0.95.0"))
    committed(family / "core", tag="v8.0.0")
    committed(family / "go", go("7.0.1"))
    git(family / "go", "tag", "-f", "v7.0.1")
    told = run(family, "check", "--line", "7", repos=("core", "go", "cpp"))
    assert errors(told) == []
    assert "cpp has no line" not in told.out


def test_a_bump_of_a_line_says_nothing_moved_where_nothing_was_written(family: Path) -> None:
    git(family / "core", "branch", "release-7.0.0")
    told = run(family, "bump", "7.0.2", "--line", "7", repos=("core", "go"))
    assert told.code == 0
    assert told.out.splitlines()[:3] == ["core    7.0.1 -> 7.0.2", "engine  0.94.1 -> 0.94.2", "core: 2 files written to branch release-7.0.0"]
    assert "go has no branch for line 7, so it is left alone" in told.out


def test_a_retired_repository_has_nothing_to_list(family: Path) -> None:
    assert "no component lists" not in run(family, "check").out


def test_repositories_that_are_nowhere_are_one_line(family: Path) -> None:
    told = run(family, "check", repos=("core",))
    assert "note: not checked, because no checkout is at hand: go, rb\n  hint: --repo NAME=PATH for each, or --clone to fetch them\n" in told.out
    assert told.out.endswith("in sync; 2 not checked\n")
    assert run(family, "check", "--format=github", repos=("core",)).out.count("not-checked") == 1


def lock_family(tmp_path: Path, **locked: str) -> Family:
    return Family(tmp_path, MANIFEST, {"core": core("7.0.0", "0.94.0"), "rb": rb("7.0.0", **locked)})


def test_a_patch_that_a_caret_allows_is_no_stale_lock(tmp_path: Path) -> None:
    assert said(lock_family(tmp_path, engine="0.94.3").check()) == []


def test_what_only_others_require_goes_along_with_what_is_required_here(tmp_path: Path) -> None:
    outcome = lock_family(tmp_path, core="6.0.0", engine="0.93.0").check()
    assert [one.command for one in outcome.plan.left] == ["cd ext && cargo update -p core --precise 7.0.0"]


def test_an_indirect_entry_alone_that_no_caret_allows_is_stale(tmp_path: Path) -> None:
    assert said(lock_family(tmp_path, engine="0.93.0").check()) == ["rb/ext/Cargo.lock:14:12: pkg:cargo/engine is locked at 0.93.0; 0.94.0 is expected"]


BAN = '[project]\nname = "ban"\nleader = "ban"\n[repos.ban]\n[[components]]\nname = "ban"\nrepo = "ban"\npackages = ["pkg:npm/ban"]\n'
BAN += '[[components]]\nname = "ban-rust"\nrepo = "ban"\npackages = ["pkg:cargo/ban*"]\n'


def ban(tmp_path: Path, npm: str, rust: str, *, helper: str = "", rule: str = "", tag: str = "") -> Path:
    files = {"versync.toml": BAN + rule, "package.json": f'{{\n  "name": "ban",\n  "version": "{npm}"\n}}\n'}
    files |= {"Cargo.toml": f'[package]\nname = "ban"\nversion = "{rust}"\n'}
    files |= {"helper/Cargo.toml": f'[package]\nname = "ban-helper"\nversion = "{helper}"\n'} if helper else {}
    return repository(tmp_path, files, tag=tag)


@pytest.mark.parametrize(
    ("npm", "rust", "helper", "rule", "hint"),
    [
        ("1.0.0", "1.1.0", "", "", "versync bump 1.1.0"),
        ("1.1.0", "1.0.0", "", "", "versync bump 1.1.0"),
        ("1.0.0", "1.1.0", "1.2.0", "", "versync bump 1.2.0"),
        ("1.1.0", "1.1.0", "1.2.0", "", "versync bump 1.2.0"),
        ("1.0.0", "0.8.0", "", 'version = "0.{major + 6}.{patch}"\n', "versync bump 1.0.0 --repo ban=. --allow-downgrade"),
    ],
)
def test_the_hint_where_a_component_is_ahead_is_a_command_that_mends_it(tmp_path: Path, npm: str, rust: str, helper: str, rule: str, hint: str) -> None:
    home = ban(tmp_path, npm, rust, helper=helper, rule=rule)
    commands = set(hinted(versync(home, "check", "--repo", "ban=.")))
    assert commands == {hint if " --repo " in hint else f"{hint} --repo ban=."}
    ran = versync(home, *shlex.split(commands.pop())[1:])
    assert ran.code == 0, ran.err
    assert versync(home, "check", "--repo", "ban=.").code == 0


def test_a_component_ahead_of_the_leader_is_held_against_the_leader(tmp_path: Path) -> None:
    told = versync(ban(tmp_path, "1.0.0", "1.1.0"), "check", "--repo", "ban=.")
    assert errors(told) == ["Cargo.toml:3:12: error: version is 1.1.0; ban, the leader, is at 1.0.0 (ban/package.json:3:15); expected 1.0.0"]


def test_a_version_that_nobody_can_read_is_held_against_the_tag(tmp_path: Path) -> None:
    told = versync(ban(tmp_path, "banana", "1.0.0", tag="v1.0.0"), "check", "--repo", "ban=.")
    assert errors(told) == ["package.json:3:15: error: version is banana, ban is at 1.0.0 (tag v1.0.0); expected 1.0.0"]


PLACES = """
[project]
name = "demo"
leader = "core"
[repos.core]
[[components]]
name = "core"
repo = "core"
packages = ["pkg:pypi/core", "pkg:maven/demo/core", "pkg:generic/core", "pkg:cran/core"]
places = [
  { file = "VERSION", text = "{version}", declares = "pkg:generic/core" },
  { file = "pom.xml", element = "/project/version", declares = "pkg:maven/demo/core" },
  { file = "DESCRIPTION", name = "Version", as = "{release}.1", or = ["{release}.0"], declares = "pkg:cran/core" },
]
"""


def places(tmp_path: Path, version: str, *, pom: str = "", r: str = "") -> Family:
    files = {
        "pyproject.toml": f'[project]\nname = "core"\nversion = "{version}"\n',
        "VERSION": f"{version}\n",
        "pom.xml": f"<project><version>{pom or version}</version></project>\n",
        "DESCRIPTION": f"Package: core\nVersion: {r or version + '.1'}\n",
        "CMakeLists.txt": 'file(STRINGS "VERSION" LINES)\nlist(GET LINES 0 VERSION)\nset(VERSION ${LINES})\nproject(core VERSION 7.0.0)\n',
    }
    return Family(tmp_path, PLACES.replace('"pkg:cran/core"]', '"pkg:cran/core"]\nignore-packages = ["pkg:cmake/core"]'), {"core": files})


def test_the_snapshot_of_the_next_version_is_how_maven_goes_on_after_a_release(tmp_path: Path) -> None:
    one = places(tmp_path, "7.0.0", pom="7.0.1-SNAPSHOT")
    assert said(one.check()) == []
    one.write(one.bump("7.0.1"))
    assert "<version>7.0.1</version>" in one.text("core", "pom.xml")


def test_a_snapshot_of_an_old_version_is_drift(tmp_path: Path) -> None:
    assert said(places(tmp_path, "7.0.0", pom="6.9.0-SNAPSHOT").check()) == ["core/pom.xml:1:19: version is 6.9.0-SNAPSHOT, core is at 7.0.0 (core/pyproject.toml:3:12); expected 7.0.0"]


def test_a_word_with_placeholders_is_how_a_place_writes_a_pre_release_and_nothing_else(tmp_path: Path) -> None:
    one = places(tmp_path, "7.0.0")
    one.write(one.bump("7.1.0-dev"))
    assert one.text("core", "DESCRIPTION") == "Package: core\nVersion: 7.1.0.0\n"
    assert said(one.check()) == []
    assert said(places(tmp_path / "release", "7.0.0", r="7.0.0.0").check()) == ["core/DESCRIPTION:2:10: version is 7.0.0.0, core is at 7.0.0 (core/pyproject.toml:3:12); expected 7.0.0.1"]


def test_a_package_whose_version_stands_in_a_place_belongs_to_that_place(tmp_path: Path) -> None:
    manifest = '[project]\nname = "demo"\nleader = "core"\n[repos.core]\n[[components]]\nname = "core"\nrepo = "core"\npackages = ["pkg:cmake/core"]\n'
    manifest += 'places = [{ file = "CMakeLists.txt", text = \'set(core_VERSION "{version}")\', declares = "pkg:cmake/core" }]\n'
    files = {"CMakeLists.txt": 'set(core_VERSION "7.0.0")\nproject(core VERSION ${core_VERSION})\n', "tool/CMakeLists.txt": 'set(tool 1)\nproject("core-tool" VERSION 7.0.0)\n'}
    outcome = Family(tmp_path, manifest, {"core": files}).check()
    assert said(outcome) == ["core/tool/CMakeLists.txt:2:29: 1 declared package that no component lists: pkg:cmake/core-tool"]
    shared = {"CMakeLists.txt": 'set(core_VERSION "7.0.0")\nproject(core-compiler VERSION ${core_VERSION})\n'}
    assert said(Family(tmp_path / "shared", manifest, {"core": shared}).check()) == []
