"""The tools of PyPI and npm and versync, on two copies of one tree: both must arrive at the same versions.

Where their bytes differ, the test says how and why. Each tool is skipped where it is not installed; ``nox -s oracles`` installs them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.importers.both import CASES, copies, differences, laid_out, lines, modules, ours, run, tool

pytestmark = pytest.mark.oracle


def test_bump_my_version_and_versync_write_the_same_bytes(tmp_path: Path) -> None:
    theirs, own = copies(tmp_path, "bump-my-version/toml")
    run(theirs, tool("bump-my-version"), "bump", "--no-commit", "--no-tag", "--allow-dirty", "minor")
    ours(own, "bump-my-version", "1.5.0")
    assert differences(theirs, own) == {}


def test_bump2version_and_versync_write_the_same_versions_where_bump2version_is_right(tmp_path: Path) -> None:
    program = tool("bump2version")
    if subprocess.run([program, "--help"], capture_output=True, check=False).returncode:
        pytest.skip("bump2version is not usable: bump-my-version is installed over it")
    theirs, own = copies(tmp_path, "bump-my-version/cfg")
    run(theirs, program, "--no-commit", "--no-tag", "--allow-dirty", "--new-version", "0.10.0", "minor")
    ours(own, "bump-my-version", "0.10.0")
    different = differences(theirs, own)
    config = different.pop(".bumpversion.cfg")
    assert [line.split() for line in config[0].splitlines()] == [line.split() for line in config[1].splitlines()], "theirs has written its own file anew: the white space is lost"
    assert different == {
        "pkg/b.spec": ("Version: 0.10.0\nRequires: libc >= 10.10.0\n", "Version: 0.10.0\nRequires: libc >= 10.9.2\n"),  # 0.9.2 is a part of 10.9.2, and was replaced in it
        "src/main.c": (  # where "api 0.9.2" is not found, theirs replaces the bare version, wherever it stands, by "api 0"
            '/* needs libc api 0 or later */\n#define VERSION "0.10.0"\n/* api 0 */\n',
            '/* needs libc 0.9.2 or later */\n#define VERSION "0.10.0"\n/* api 0 */\n',
        ),
    }


def test_tbump_and_versync_write_the_same_bytes(tmp_path: Path) -> None:
    theirs, own = copies(tmp_path, "tbump/toml")
    run(theirs, tool("tbump"), "2.2.0", "--only-patch", "--non-interactive")
    ours(own, "tbump", "2.2.0")
    assert differences(theirs, own) == {}


@pytest.mark.parametrize(("case", "how", "target"), [("toml", "--minor", "3.3.0"), ("cfg", "--set-version=v2026.0005", "2026.5")])
def test_bumpver_and_versync_write_the_same_bytes(tmp_path: Path, case: str, how: str, target: str) -> None:
    theirs, own = copies(tmp_path, f"bumpver/{case}")
    run(theirs, tool("bumpver"), "update", "--no-fetch", "--no-commit", "--allow-dirty", how)
    ours(own, "bumpver", target)
    assert differences(theirs, own) == {}


@pytest.mark.parametrize(("case", "target"), [("toml", "0.4.0"), ("yaml", "5.0.0")])
def test_commitizen_and_versync_write_the_same_bytes(tmp_path: Path, case: str, target: str) -> None:
    theirs, own = copies(tmp_path, f"commitizen/{case}")
    run(theirs, tool("cz"), "bump", "--yes", "--version-files-only", target)
    ours(own, "commitizen", target)
    assert differences(theirs, own) == {}


def test_changesets_and_versync_write_the_same_values(tmp_path: Path) -> None:
    theirs, own = copies(tmp_path, "changesets/groups")
    (theirs / ".changeset" / "one.md").write_text('---\n"@demo/bed": minor\n"@demo/sheet-a": minor\n"@demo/sheet-b": minor\n"@demo/cover": patch\n---\n\nWarmer.\n')
    run(theirs, tool("changeset"), "version")
    ours(own, "changesets", "4.1.0", "demo-sheet-a=1.2.0", "demo-cover=2.5.1")
    different = differences(theirs, own)
    assert different.keys() - laid_out(different) == set(), "the versions are the same; theirs has spread inline objects over lines"


def test_lerna_and_versync_write_the_same_values(tmp_path: Path) -> None:
    theirs, own = copies(tmp_path, "lerna/fixed")
    run(theirs, tool("lerna"), "version", "6.2.0", "--no-git-tag-version", "--no-push", "--yes")
    ours(own, "lerna", "6.2.0")
    different = differences(theirs, own)
    assert "packages/ink/package.json" not in different
    assert different.keys() - laid_out(different) == set(), "theirs has spread inline objects over lines, and lost lerna.json's last line break"


def test_nx_and_versync_write_the_same_values_in_what_is_kept_in_the_repository(tmp_path: Path) -> None:
    installed = modules(tool("nx"))
    if not (installed / "@nx" / "js").is_dir():
        pytest.skip("@nx/js, which writes package.json for nx, is not installed")
    built = {f"dist/{name}/package.json": (CASES / "nx/groups/in/packages" / name / "package.json").read_text(encoding="utf-8") for name in ("sun", "moon")}
    theirs, own = copies(tmp_path, "nx/groups", more=built)
    (theirs / "node_modules").symlink_to(installed, target_is_directory=True)
    for group, target in (("core", "1.1.0"), ("odd", "9.0.0")):
        run(theirs, tool("nx"), "release", target, f"--groups={group}", "--skip-publish")
    ours(own, "nx", "1.1.0", "star=9.0.0", "halley=9.0.0")
    different = differences(theirs, own)
    alike = laid_out(different)
    assert {path for path in alike if path.startswith(("packages/", "comets/"))} == alike, "theirs has spread inline objects over lines"
    assert different.keys() - alike == {
        "dist/sun/package.json",  # built, and ignored by git: a manifestRootsToUpdate that import says it does not carry over
        "dist/moon/package.json",
        "package-lock.json",  # theirs has made one where there was none
    }


GENERIC = """
const {Generic} = require('release-please/build/src/updaters/generic');
const {Version} = require('release-please/build/src/version');
const fs = require('fs');
const [version, ...paths] = process.argv.slice(1);
const silent = {warn() {}, error() {}, info() {}, debug() {}, trace() {}};
for (const path of paths) {
  fs.writeFileSync(path, new Generic({version: Version.parse(version)}).updateContent(fs.readFileSync(path, 'utf8'), silent));
}
"""


def test_release_please_and_versync_write_the_same_bytes_where_a_file_is_marked_but_for_the_date(tmp_path: Path) -> None:
    node, program = tool("node"), tool("release-please")
    theirs, own = copies(tmp_path, "release-please/monorepo")
    marked = ["packages/cup/src/version.ts", "packages/cup/docs/start.md"]
    run(theirs, node, "-e", GENERIC, "2.0.0", *marked, NODE_PATH=str(modules(program)))
    ours(own, "release-please", "2.0.0")
    different = differences(theirs, own)
    assert "packages/cup/src/version.ts" not in different
    [(theirs_line, _)] = lines(different["packages/cup/docs/start.md"])
    assert "x-release-please-date" in theirs_line, "versync writes versions and no dates, and import says so"
