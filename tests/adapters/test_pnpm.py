"""pnpm-lock.yaml beside the package.json that it copies from: after every bump the two must agree, as pnpm's --frozen-lockfile demands."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from adapters import pnpm_lock
from sync.adapter import Left, Packages, Site
from sync.errors import UnreadableError
from sync.source import Source, Span
from tests.commands import contents, repository, versync

EVERY = Packages({}, lambda _: True)

MANIFEST = """[project]
name = "bed"
leader = "bed"
[repos.bed]
ignore = ["examples/**"]
[[components]]
name = "bed"
repo = "bed"
packages = ["pkg:npm/bed-*"]
ranges = "{ranges}"
"""

WORKSPACE = """packages:
  - packages/*
  - examples/*
linkWorkspacePackages: true
catalog:
  bed-post: 1.2.3
  bed-sheet: ^1.2.3
overrides:
  bed-cover: '>=1.2.3 <2'
  bed-post>bed-linux: ^1.2.3
"""

PACKAGES: dict[str, dict[str, object]] = {
    "package.json": {"name": "root", "private": True, "devDependencies": {"bed-sheet": "workspace:*"}},
    "packages/sheet/package.json": {"name": "bed-sheet", "version": "1.2.3"},
    "packages/cover/package.json": {"name": "bed-cover", "version": "1.2.3", "peerDependencies": {"bed-sheet": "^1.2.3"}},
    "packages/frame/package.json": {
        "name": "bed-frame",
        "version": "1.2.3",
        "dependencies": {"bed-sheet": "^1.2.3", "bed-cover": "1.2.3"},
        "optionalDependencies": {"bed-linux": "1.2.3"},
        "devDependencies": {"bed-post": "catalog:"},
    },
    "packages/linux/package.json": {"name": "bed-linux", "version": "1.2.3", "devDependencies": {"bed-sheet": "workspace:~1.2.3"}, "peerDependencies": {"bed-sheet": ">=1.2.3"}},
    "packages/post/package.json": {"name": "bed-post", "version": "1.2.3", "dependencies": {"bed-sheet": "catalog:"}},
    "examples/bunk/package.json": {"name": "bunk", "private": True, "dependencies": {"bed-sheet": "1.2.3", "bed-linux": "^1.2.3"}},
}
"""Every way in which one asks for another: alone (cover, as a peer that pnpm installs by itself), from the catalog, overridden, and in a folder that the manifest ignores."""

LOCK = """lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

catalogs:
  default:
    bed-post:
      specifier: 1.2.3
      version: 1.2.3
    bed-sheet:
      specifier: ^1.2.3
      version: 1.2.3

overrides:
  bed-cover: '>=1.2.3 <2'
  bed-post>bed-linux: ^1.2.3

importers:

  .:
    devDependencies:
      bed-sheet:
        specifier: workspace:*
        version: link:packages/sheet

  examples/bunk:
    dependencies:
      bed-linux:
        specifier: ^1.2.3
        version: link:../../packages/linux
      bed-sheet:
        specifier: 1.2.3
        version: link:../../packages/sheet

  packages/cover:
    dependencies:
      bed-sheet:
        specifier: ^1.2.3
        version: link:../sheet

  packages/frame:
    dependencies:
      bed-cover:
        specifier: '>=1.2.3 <2'
        version: link:../cover
      bed-sheet:
        specifier: ^1.2.3
        version: link:../sheet
    optionalDependencies:
      bed-linux:
        specifier: 1.2.3
        version: link:../linux
    devDependencies:
      bed-post:
        specifier: 'catalog:'
        version: link:../post

  packages/linux:
    devDependencies:
      bed-sheet:
        specifier: workspace:~1.2.3
        version: link:../sheet

  packages/post:
    dependencies:
      bed-sheet:
        specifier: 'catalog:'
        version: link:../sheet

  packages/sheet: {}
"""


def workspace(tmp_path: Path, ranges: str = "keep") -> Path:
    """A workspace whose packages ask for each other in every way, with its lock, in sync."""
    files = {path: json.dumps(package, indent=2) + "\n" for path, package in PACKAGES.items()}
    folder = repository(tmp_path / "bed", {**files, "pnpm-workspace.yaml": WORKSPACE, "pnpm-lock.yaml": LOCK, "versync.toml": MANIFEST.format(ranges=ranges)})
    assert versync(folder, "check").code == 0
    return folder


def read(folder: Path, path: str) -> Any:
    return YAML(typ="safe").load((folder / path).read_text(encoding="utf-8"))


def asked(folder: Path) -> dict[tuple[str, str], str]:
    """What pnpm would write as specifiers: of each folder, what its package.json asks for, where nothing overrides it."""
    found = {}
    overrides = read(folder, "pnpm-workspace.yaml")["overrides"]
    for path in PACKAGES:
        package = json.loads((folder / path).read_text(encoding="utf-8"))
        for table in ("peerDependencies", "devDependencies", "dependencies", "optionalDependencies"):
            found.update({(path.removesuffix("package.json").rstrip("/") or ".", name): overrides.get(name, text) for name, text in package.get(table, {}).items()})
    return found


def locked(folder: Path) -> dict[tuple[str, str], str]:
    """The specifiers that the lock holds."""
    importers = read(folder, "pnpm-lock.yaml")["importers"]
    return {(where, name): entry["specifier"] for where, tables in importers.items() for table in tables.values() for name, entry in table.items()}


@pytest.mark.parametrize("ranges", ["keep", "follow", "leave"])
@pytest.mark.parametrize("version", ["1.2.4", "1.3.0", "2.0.0", "1.3.0-rc.1"])
def test_the_lock_asks_for_what_the_packages_ask_for_after_every_bump(tmp_path: Path, version: str, ranges: str) -> None:
    folder = workspace(tmp_path, ranges)
    before = contents(folder)
    assert asked(folder) == locked(folder)
    bumped = versync(folder, "bump", version)
    assert (bumped.code, "left for" in bumped.out) == (0, False), bumped
    assert asked(folder) == locked(folder)
    lock, shared = read(folder, "pnpm-lock.yaml"), read(folder, "pnpm-workspace.yaml")
    assert {name: one["specifier"] for name, one in lock["catalogs"]["default"].items()} == shared["catalog"] == {"bed-post": version, "bed-sheet": f"^{version}"}
    assert {one["version"] for one in lock["catalogs"]["default"].values()} == {version}
    assert lock["overrides"] == shared["overrides"]
    assert locked(folder)["packages/frame", "bed-linux"] == version
    assert locked(folder)["packages/linux", "bed-sheet"] == f"workspace:~{version}"
    assert versync(folder, "check").code == 0
    assert versync(folder, "bump", "1.2.3", "--allow-downgrade").code == 0
    assert contents(folder) == before


def test_a_peer_that_pnpm_installs_stays_where_its_range_still_holds(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    versync(folder, "bump", "1.3.0")
    assert (locked(folder)["packages/cover", "bed-sheet"], locked(folder)["packages/frame", "bed-sheet"]) == ("^1.2.3", "^1.3.0")
    versync(folder, "bump", "2.0.0")
    assert (locked(folder)["packages/cover", "bed-sheet"], locked(folder)["packages/frame", "bed-sheet"]) == ("^2.0.0", "^2.0.0")


def test_what_an_ignored_package_asks_for_stays_in_the_lock_too(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    versync(folder, "bump", "2.0.0")
    assert {name: text for (where, name), text in locked(folder).items() if where == "examples/bunk"} == {"bed-linux": "^1.2.3", "bed-sheet": "1.2.3"}


def test_a_stale_lock_is_an_error_at_its_line(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    path = folder / "pnpm-lock.yaml"
    path.write_text(LOCK.replace("      bed-linux:\n        specifier: 1.2.3", "      bed-linux:\n        specifier: 1.2.2"), encoding="utf-8")
    checked = versync(folder, "check")
    line = LOCK[: LOCK.index("specifier: 1.2.3\n        version: link:../linux")].count("\n") + 1
    assert checked.code == 1
    assert f"pnpm-lock.yaml:{line}:20: error:" in checked.out + checked.err


def test_what_came_from_a_registry_is_left_with_the_command_that_moves_it(tmp_path: Path) -> None:
    package = {"name": "bed-sheet", "version": "1.2.3", "dependencies": {"@bed/pad": "^1.2.3", "old-pad": "npm:@bed/pad@1.2.3"}}
    lock = """lockfileVersion: '6.0'
dependencies:
  '@bed/pad':
    specifier: ^1.2.3
    version: 1.2.3(react@18.2.0)
  old-pad:
    specifier: npm:@bed/pad@1.2.3
    version: /@bed/pad@1.2.3
"""
    manifest = MANIFEST.format(ranges="keep").replace('"pkg:npm/bed-*"', '"pkg:npm/bed-*", "pkg:npm/%40bed/pad"')
    pad = json.dumps({"name": "@bed/pad", "version": "1.2.3"})
    folder = repository(tmp_path / "bed", {"js/package.json": json.dumps(package), "js/pnpm-lock.yaml": lock, "pad/package.json": pad, "versync.toml": manifest})
    bumped = versync(folder, "bump", "2.0.0")
    assert "cd js && pnpm update -r --lockfile-only --no-save @bed/pad@2.0.0" in bumped.out
    after = lock.replace("^1.2.3", "^2.0.0").replace("npm:@bed/pad@1.2.3", "npm:@bed/pad@2.0.0")
    assert (folder / "js/pnpm-lock.yaml").read_text(encoding="utf-8") == after, "the versions are pnpm's to write"
    checked = versync(folder, "check")
    assert (checked.code, checked.out.count("pkg:npm/%40bed/pad is locked at 1.2.3; 2.0.0 is expected")) == (1, 2), checked


def found(text: str, known: Packages = EVERY) -> list[tuple[str, str]]:
    return [(type(one).__name__, one.text) for one in pnpm_lock.references(Source.of("pnpm-lock.yaml", text.encode()), known)]


@pytest.mark.parametrize(
    ("version", "left"),
    [
        ("1.2.3", "1.2.3"),
        ("1.2.3-rc.1+build.5", "1.2.3-rc.1+build.5"),
        ("1.2.3(react@18.2.0(scheduler@1.0.0))", "1.2.3"),
        ("1.2.3_react@18.2.0", "1.2.3"),
        ("'@acme/b@1.2.3(react@18.2.0)'", "1.2.3"),
        ("/b/1.2.3", "1.2.3"),
        *((none, "") for none in ("link:../a", "file:../a-1.2.3", "file:a.tgz", "1.2", "'$(x)@1.2.3'", "https://git.example/a/1.2.3", "a@https://git.example/a-1.2.3.tgz", "1.2.3 4", "[1.2.3]")),
    ],
)
def test_a_version_of_a_registry_is_left_and_nothing_else(version: str, left: str) -> None:
    text = f"importers:\n  .:\n    dependencies:\n      a:\n        specifier: latest\n        version: {version}\n"
    assert found(text) == ([("Left", left)] if left else [])


def test_the_second_document_of_a_lock_is_read_too() -> None:
    first = "importers:\n  .:\n    packageManagerDependencies:\n      pnpm: {specifier: 1.2.3, version: 1.2.3}\n"
    lock = f"---\n{first}---\nimporters:\n  .:\n    dependencies:\n      a: {{specifier: 1.2.4, version: link:a}}\n"
    assert found(lock) == [("Site", "1.2.4")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("importers: &a\n  .: *a\n  dependencies: {a: {specifier: *a}}\n", ""),
        ("importers:\n  .:\n    dependencies: &d\n      a: {specifier: &s 1.2.3, version: *s}\n    devDependencies: *d\n", "Site 1.2.3"),
        ("importers:\n  .: {dependencies: {a: {specifier: 1.2.3, specifier: 1.2.4}}}\n", "occurs twice"),
        ("importers:\n  .: {specifiers: {a: 1.2.3}\n", ""),
        ("version: link:a\nspecifiers: [1.2.3]\ncatalogs: 1.2.3\noverrides: [a]\nimporters: {a: 1.2.3}\n", ""),
        ("specifiers: {a: " + "[" * 2000 + "]" * 2000 + "}\n", "inside one another"),
        ("1.2.3 # specifier\n", ""),
    ],
    ids=["circle", "alias", "twice", "cut", "shapes", "deep", "scalar"],
)
def test_a_hostile_lock_gives_an_error_or_nothing(text: str, message: str) -> None:
    said = ""
    try:
        said = " ".join(f"{kind} {version}" for kind, version in found(text))
    except UnreadableError as error:
        said = error.problems[0].message
    assert (message in said) if message else "Site" not in said


def test_a_copy_is_as_local_as_what_it_is_copied_from() -> None:
    known = Packages({"pkg:npm/a": "a/package.json"}, None, {})
    peer = Site(Span(0, 5), "1.2.3", "pkg:npm/a", "requires", "semver", requirement="1.2.3")
    known.hear("b/package.json", peer)
    known.hear("c/package.json", Left(peer.span, "1.2.3", "pkg:npm/a", "semver", ""))
    copy = peer._replace(local=True)
    assert [one.local for one in known.copied("b/package.json", copy)] == [False]
    known.hear("b/package.json", peer._replace(local=True))
    assert [one.local for one in known.copied("b/package.json", copy)] == [True], "a dependency goes before a peer"
    assert list(known.copied("c/package.json", copy)) == []
    assert [one.local for one in known.copied("b/package.json", peer)] == [False], "an alias beside it comes from a registry"
    assert list(EVERY.copied("c/package.json", copy)) == [copy]


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["1.2.4", "1.3.0", "2.0.0"])
def test_pnpm_accepts_the_lock_after_a_bump_and_refuses_it_stale(tmp_path: Path, version: str) -> None:
    program = shutil.which("pnpm")
    if program is None:
        pytest.skip("pnpm is not installed")
    folder = workspace(tmp_path)

    def frozen() -> subprocess.CompletedProcess[str]:
        command = [program, "install", "--frozen-lockfile", "--offline", "--ignore-scripts", "--store-dir", str(tmp_path / "store")]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)

    assert frozen().returncode == 0, "the lock that the test was written with is pnpm's own"
    assert versync(folder, "bump", version).code == 0
    bumped = frozen()
    assert bumped.returncode == 0, bumped.stdout
    (folder / "pnpm-lock.yaml").write_text(LOCK, encoding="utf-8")
    assert "ERR_PNPM" in frozen().stdout, "which is what would have come of a bump that leaves the lock alone"
