"""The demo family: made the same everywhere, moved as its manifest says, and understood by the ecosystems' own tools."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import family

ROOT = Path(__file__).parent.parent
REPOS = ("core", "demo-dotnet", "demo-go", "demo-node", "demo-py", "demo-rb")

MOVED: dict[str, list[tuple[str, str]]] = {
    "core/Cargo.toml": [
        ('version = "7.0.0"          # the one', 'version = "8.0.0"          # the one'),
        ('demo", version = "7.0.0" }', 'demo", version = "8.0.0" }'),
        ('version = "=7.0.0"', 'version = "=8.0.0"'),
        ('version = "0.94.0"', 'version = "0.95.0"'),
    ],
    "core/Cargo.lock": [
        ('name = "demo"\nversion = "7.0.0"', 'name = "demo"\nversion = "8.0.0"'),
        ('name = "demo-c-api"\nversion = "7.0.0"', 'name = "demo-c-api"\nversion = "8.0.0"'),
        ('name = "demo-environ"\nversion = "7.0.0"', 'name = "demo-environ"\nversion = "8.0.0"'),
        ('name = "lantern"\nversion = "0.94.0"', 'name = "lantern"\nversion = "0.95.0"'),
    ],
    "core/lantern/Cargo.toml": [('version = "0.94.0"', 'version = "0.95.0"')],
    "core/crates/c-api/CMakeLists.txt": [("  VERSION 7.0.0  ", "  VERSION 8.0.0  ")],
    "core/crates/c-api/include/demo.h": [('DEMO_VERSION "7.0.0"', 'DEMO_VERSION "8.0.0"'), ("DEMO_VERSION_MAJOR 7", "DEMO_VERSION_MAJOR 8")],
    "demo-py/VERSION": [("7.0.0\n", "8.0.0\n")],
    "demo-py/demo_py/__init__.py": [('__version__ = "7.0.0"', '__version__ = "8.0.0"')],
    "demo-py/ci/download_core.py": [('CORE_VERSION = "v7.0.0"', 'CORE_VERSION = "v8.0.0"')],
    "demo-go/go.mod": [("demo-go/v7\n", "demo-go/v8\n")],
    "demo-go/demo.go": [("demo-go/v7/internal", "demo-go/v8/internal")],
    "demo-go/cli/go.mod": [("cli/v7\n", "cli/v8\n"), ("demo-go/v7 v7.0.0", "demo-go/v8 v8.0.0"), ("demo-go/v7 => ../", "demo-go/v8 => ../")],
    "demo-go/cli/main.go": [('demo-go/v7"', 'demo-go/v8"')],
    "demo-go/README.md": [("demo-go/v7@v7.0.0", "demo-go/v8@v8.0.0"), ('demo-go/v7"', 'demo-go/v8"')],
    "demo-dotnet/Directory.Build.props": [("<DemoVersion>7.0.0<", "<DemoVersion>8.0.0<")],
    "demo-dotnet/src/Demo.csproj": [("Update the core to 7.0.0.", "Update the core to 8.0.0.")],
    "demo-dotnet/src/Properties/AssemblyInfo.cs": [
        ('AssemblyVersion("7.0.0.0")', 'AssemblyVersion("8.0.0.0")'),
        ('FileVersion("7.0.0.0")', 'FileVersion("8.0.0.0")'),
        ('InformationalVersion("7.0.0")', 'InformationalVersion("8.0.0")'),
    ],
    "demo-dotnet/json/Demo.Json.csproj": [("<Version>[7.0.0]<", "<Version>[8.0.0]<")],
    "demo-node/packages/types/package.json": [('"version": "7.0.0"', '"version": "8.0.0"')],
    "demo-node/packages/runtime/package.json": [('"version": "7.0.0"', '"version": "8.0.0"'), ('"@demo/types": "7.0.0"', '"@demo/types": "8.0.0"')],
    "demo-node/packages/cli/package.json": [
        ('"version": "7.0.0"', '"version": "8.0.0"'),
        ('"@demo/runtime": "^7.0.0"', '"@demo/runtime": "^8.0.0"'),
        ('"@demo/types": "~7.0.0"', '"@demo/types": "~8.0.0"'),
    ],
    "demo-node/package-lock.json": [("7.0.0", "8.0.0")],
    "demo-rb/lib/demo/version.rb": [('VERSION = "7.0.0"', 'VERSION = "8.0.0"')],
    "demo-rb/Gemfile.lock": [("demo-rb (7.0.0)", "demo-rb (8.0.0)")],
    "demo-rb/ext/Cargo.toml": [('demo = "=7.0.0"', 'demo = "=8.0.0"')],
}
"""Written by hand: every file that 8.0.0 moves, and what in it. All else stays, Lamps.Json and demo-py-cli too."""


class Ran(NamedTuple):
    """What a command of versync did: its exit code, and what it printed."""

    code: int
    out: str
    err: str


Versync = Callable[..., Ran]


@pytest.fixture
def versync(demo: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Versync:
    """Runs the command line on the test's own family."""
    from sync.cli import main

    monkeypatch.chdir(demo.parent)

    def run(command: str, *arguments: str) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([command, "--manifest", str(family.MANIFEST), "--workspace", str(demo), *arguments])
        out, err = capfd.readouterr()
        return Ran(int(stop.value.code or 0), out, err)

    return run


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a family, without what git keeps."""
    found = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and ".git" not in relative.parts:
            found[relative.as_posix()] = path.read_bytes()
    return found


def at_eight(before: dict[str, bytes]) -> dict[str, bytes]:
    """The family at 8.0.0, as `MOVED` says."""
    after = dict(before)
    for path, changes in MOVED.items():
        for old, new in changes:
            assert old.encode() in after[path], f"{path} has no {old!r}"
            after[path] = after[path].replace(old.encode(), new.encode())
    return after


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout.strip()


def test_the_family_is_the_same_to_the_last_commit_id_wherever_it_is_made(pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("TZ", "Pacific/Chatham")
    mask = os.umask(0o077)
    try:
        other = family.make(tmp_path / "other")
    finally:
        os.umask(mask)
    monkeypatch.delenv("GIT_DIR")
    assert {name: git(other / name, "rev-parse", "HEAD", "HEAD^{tree}") for name in REPOS} == {name: git(pristine / name, "rev-parse", "HEAD", "HEAD^{tree}") for name in REPOS}


def test_each_repository_is_clean_and_tagged_as_the_manifest_says(pristine: Path) -> None:
    assert {name: git(pristine / name, "tag", "--points-at", "HEAD") for name in REPOS} == {**dict.fromkeys(REPOS, "v7.0.0"), "demo-py": "7.0.0"}
    assert {name: git(pristine / name, "status", "--porcelain", "--ignored") for name in REPOS} == dict.fromkeys(REPOS, "")


def test_a_repository_holds_the_bytes_of_its_fixture(pristine: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "-z", "fixtures/demo"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\0")
    names = [name.removeprefix("fixtures/demo/") for name in tracked if name] or list(files(family.DEMO))
    assert files(pristine) == {name: (family.DEMO / name).read_bytes() for name in names}


def test_what_is_there_already_stays_as_it_is(demo: Path) -> None:
    (demo / "demo-py" / "VERSION").write_text("9.0.0\n", encoding="utf-8")
    assert family.make(demo) == demo
    assert (demo / "demo-py" / "VERSION").read_text(encoding="utf-8") == "9.0.0\n"


def test_a_making_that_fails_leaves_no_family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        family.make(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()


def test_every_repository_of_the_manifest_has_its_fixture() -> None:
    manifest = tomllib.loads(family.MANIFEST.read_text(encoding="utf-8"))
    assert set(manifest["repos"]) == set(REPOS) == {path.name for path in family.DEMO.iterdir()}
    assert {component["repo"] for component in manifest["components"]} == set(REPOS)


def test_a_family_as_it_is_made_is_in_sync(versync: Versync) -> None:
    assert versync("check", "--require-all").code == 0


def test_a_bump_moves_what_the_hand_written_table_says_and_nothing_else(versync: Versync, demo: Path) -> None:
    before = files(demo)
    ran = versync("bump", "8.0.0")
    assert ran.code == 0, ran.err
    assert files(demo) == at_eight(before)
    assert versync("check").code == 0


def test_undo_gives_every_byte_back(versync: Versync, demo: Path) -> None:
    before = files(demo)
    versync("bump", "8.0.0")
    assert versync("undo").code == 0
    assert files(demo) == before


def test_a_second_bump_right_after_a_first_is_not_refused_and_leads_back(versync: Versync, demo: Path) -> None:
    before = files(demo)
    assert [versync("bump", "9.0.0").code, versync("bump", "7.0.0", "--allow-downgrade").code] == [0, 0]
    assert files(demo) == before


def test_a_patch_leaves_alone_what_still_holds(versync: Versync, demo: Path) -> None:
    versync("bump", "7.0.1")
    cargo = tomllib.loads((demo / "core" / "Cargo.toml").read_text(encoding="utf-8"))
    wanted = cargo["workspace"]["dependencies"]
    assert cargo["workspace"]["package"]["version"] == "7.0.1"
    assert wanted["demo-environ"]["version"] == "=7.0.1"
    assert wanted["lantern"]["version"] == "0.94.1", "a path: it resolves inside the tree"
    cli = json.loads((demo / "demo-node" / "packages" / "cli" / "package.json").read_bytes())
    assert cli["dependencies"]["@demo/runtime"] == "^7.0.1", "its component says that ranges follow"
    assert (demo / "demo-go" / "go.mod").read_bytes() == (family.DEMO / "demo-go" / "go.mod").read_bytes(), "it holds the major alone"


def test_the_dry_run_is_what_git_apply_turns_into_the_bump(versync: Versync, demo: Path, tmp_path: Path) -> None:
    before = files(demo)
    assert versync("diff", "8.0.0", "--patches", str(tmp_path / "patches")).code == 0
    assert files(demo) == before
    for patch in sorted((tmp_path / "patches").iterdir()):
        git(demo / patch.stem, "apply", str(patch))
    assert files(demo) == at_eight(before)


def test_an_embedding_left_behind_is_named_with_both_places(versync: Versync, demo: Path) -> None:
    versync("bump", "8.0.0")
    (demo / "demo-py" / "ci" / "download_core.py").write_bytes((family.DEMO / "demo-py" / "ci" / "download_core.py").read_bytes())
    ran = versync("check")
    assert ran.code == 1
    finding = next(line for line in ran.out.splitlines() if "download_core.py" in line)
    assert "download_core.py:5:17: error: " in finding
    assert "7.0.0" in finding
    assert "8.0.0" in finding


# ---- What the ecosystems' own tools say, of the family as it is made and after a bump.

Tool = Callable[..., str]


@pytest.fixture(params=["7.0.0", "8.0.0"])
def version(request: pytest.FixtureRequest, demo: Path) -> str:
    """The version that the tools must report; the test's own family stands at it."""
    wanted = str(request.param)
    if wanted != family.VERSION:
        from sync.cli import main

        with pytest.raises(SystemExit) as stop:
            main(["bump", wanted, "--manifest", str(family.MANIFEST), "--workspace", str(demo)])
        assert not stop.value.code
    return wanted


@cache
def runs(command: str) -> bool:
    """Whether a tool says its version: what a version switcher puts on PATH may have nothing behind it."""
    words = {"go": "version", "xbuild": "/version"}
    return subprocess.run([command, words.get(command, "--version")], capture_output=True, check=False).returncode == 0


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Runs a tool without a network, in a folder, and gives what it prints; skips the test where the tool is absent."""
    closed = {"CARGO_NET_OFFLINE": "true", "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOWORK": "off", "GOTOOLCHAIN": "local", "BUNDLE_FROZEN": "true", "npm_config_offline": "true"}

    def run(folder: Path, *command: str) -> str:
        if shutil.which(command[0]) is None or not runs(command[0]):
            pytest.skip(f"needs {command[0]}")
        done = subprocess.run(command, cwd=folder, env={**os.environ, **closed, "CARGO_TARGET_DIR": str(tmp_path / "target")}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.oracle
def test_cargo_reads_the_versions_and_finds_the_lock_up_to_date(version: str, demo: Path, tool: Tool) -> None:
    packages = json.loads(tool(demo / "core", "cargo", "metadata", "--locked", "--offline", "--format-version=1"))["packages"]
    lantern = "0.94.0" if version == "7.0.0" else "0.95.0"
    assert {one["name"]: one["version"] for one in packages} == {"demo": version, "demo-environ": version, "demo-c-api": version, "lantern": lantern}
    wanted = {(one["name"], dependency["name"]): dependency["req"] for one in packages for dependency in one["dependencies"]}
    assert wanted == {
        ("demo", "demo-environ"): f"={version}",
        ("demo", "lantern"): f"^{lantern}",
        ("demo-c-api", "demo"): f"^{version}",
        ("demo-c-api", "demo-environ"): f"={version}",
    }


@pytest.mark.oracle
def test_cmake_reads_the_version_of_the_c_interface(version: str, demo: Path, tool: Tool, tmp_path: Path) -> None:
    tool(demo, "cmake", "-S", str(demo / "core" / "crates" / "c-api"), "-B", str(tmp_path / "cmake"))
    cache = (tmp_path / "cmake" / "CMakeCache.txt").read_text(encoding="utf-8")
    assert f"CMAKE_PROJECT_VERSION:STATIC={version}\n" in cache


@pytest.mark.oracle
def test_a_c_compiler_reads_the_macros(version: str, demo: Path, tool: Tool) -> None:
    printed = tool(demo / "core" / "crates" / "c-api" / "include", "cc", "-dM", "-E", "demo.h").splitlines()
    major, minor, patch = version.split(".")
    expected = [f'#define DEMO_VERSION "{version}"', f"#define DEMO_VERSION_MAJOR {major}", f"#define DEMO_VERSION_MINOR {minor}", f"#define DEMO_VERSION_PATCH {patch}"]
    assert sorted(line for line in printed if line.startswith("#define DEMO_VERSION")) == sorted(expected)


@pytest.mark.oracle
def test_the_wheel_that_setuptools_builds_has_the_version(version: str, demo: Path, tool: Tool, tmp_path: Path) -> None:
    pytest.importorskip("setuptools", "70.1", reason="needs setuptools with bdist_wheel of its own")
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    tool(demo / "demo-py", sys.executable, "-c", build, str(tmp_path))
    wheel = tmp_path / f"demo_py-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        assert f"\nVersion: {version}\n" in archive.read(f"demo_py-{version}.dist-info/METADATA").decode()
    assert tool(tmp_path, sys.executable, "-c", f"import sys; sys.path.insert(0, {str(wheel)!r}); import demo_py; print(demo_py.__version__)") == f"{version}\n"
    assert tool(demo / "demo-py", sys.executable, "ci/download_core.py", "linux-x86_64") == f"demo-v{version}-linux-x86_64-c-api.tar.xz\n"


@pytest.mark.oracle
def test_npm_installs_from_the_lock_and_reads_the_versions(version: str, demo: Path, tool: Tool) -> None:
    tool(demo / "demo-node", "npm", "ci", "--offline")
    assert json.loads(tool(demo / "demo-node", "npm", "pkg", "get", "version", "--workspaces")) == {"@demo/cli": version, "@demo/runtime": version, "@demo/types": version}
    assert tool(demo / "demo-node", "node", "packages/cli/cli.js") == "warm\n"


@pytest.mark.oracle
def test_go_builds_and_lists_the_modules(version: str, demo: Path, tool: Tool) -> None:
    major = version.partition(".")[0]
    tool(demo / "demo-go", "go", "build", "./...")
    assert tool(demo / "demo-go", "go", "list", "-m").strip() == f"registry.example/demo-go/v{major}"
    listed = tool(demo / "demo-go" / "cli", "go", "list", "-m", "all").splitlines()
    assert listed == [f"registry.example/demo-go/cli/v{major}", f"registry.example/demo-go/v{major} v{version} => ../"]
    assert tool(demo / "demo-go" / "cli", "go", "run", ".") == "warm\n"
    assert git(demo / "demo-go", "diff", "--stat", "--", "cli/go.mod").count("\n") == (0 if version == "7.0.0" else 1)


WRAPPER = """<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003" DefaultTargets="Tell">
  <Import Project="{demo}/demo-dotnet/Directory.Build.props" />
  <Import Project="{demo}/demo-dotnet/{project}" />
  <Target Name="Tell">
    <Message Importance="high" Text="Version=$(Version);PackageVersion=$(PackageVersion);@(PackageReference->'%(Identity)=%(Version)')" />
  </Target>
</Project>
"""
"""xbuild knows no SDK-style project; one that imports it evaluates it all the same."""


@pytest.mark.oracle
@pytest.mark.parametrize("project", ["src/Demo.csproj", "json/Demo.Json.csproj"])
def test_xbuild_evaluates_the_properties(version: str, demo: Path, tool: Tool, tmp_path: Path, project: str) -> None:
    (tmp_path / "wrapper.proj").write_text(WRAPPER.format(demo=demo, project=project), encoding="utf-8")
    told = tool(tmp_path, "xbuild", "/nologo", "/verbosity:minimal", "/property:DevBuild=true", "wrapper.proj").strip()
    references = f"Demo=[{version}];Lamps.Json=7.0.0" if "Json" in project else ""
    assert told == f"Version={version};PackageVersion={version}-dev;{references}"


@pytest.mark.oracle
def test_ruby_gems_and_bundler_agree(version: str, demo: Path, tool: Tool) -> None:
    assert tool(demo / "demo-rb", "ruby", "-e", 'puts Gem::Specification.load("demo-rb.gemspec").version') == f"{version}\n"
    tool(demo / "demo-rb", "gem", "build", "demo-rb.gemspec")
    assert tool(demo / "demo-rb", "gem", "specification", f"demo-rb-{version}.gem", "version").strip().endswith(f"version: {version}")
    tool(demo / "demo-rb", "bundle", "check")
