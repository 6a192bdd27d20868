"""The tools themselves and versync, on two copies of one tree: both must arrive at the same versions.

Where their bytes differ, the test says how and why. Each tool is skipped where it is not installed
(``pip install bump-my-version bump2version tbump bumpver commitizen``, ``npm install -g @changesets/cli lerna release-please``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.commands import repository, versync

pytestmark = pytest.mark.oracle

CASES = Path(__file__).parents[2] / "fixtures" / "importers"


def tool(name: str) -> str:
    """Its path; the test is skipped where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def copies(tmp_path: Path, case: str) -> tuple[Path, Path]:
    """The case's tree twice, each as a git repository that is clean."""
    trees = tmp_path / "theirs" / "demo", tmp_path / "ours" / "demo"
    for tree in trees:
        shutil.copytree(CASES / case / "in", tree)
        repository(tree)
    return trees


def run(tree: Path, *words: str) -> None:
    """The tool, there; it must succeed."""
    done = subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONUTF8": "1", "GIT_TERMINAL_PROMPT": "0"})
    assert done.returncode == 0, done.stdout + done.stderr


def ours(tree: Path, name: str, *targets: str) -> None:
    """Import, then bump."""
    imported = versync(tree, "import", "--from", name)
    assert imported.code == 0, imported.out + imported.err
    bumped = versync(tree, "bump", *targets)
    assert bumped.code == 0, bumped.out + bumped.err


def differences(theirs: Path, own: Path) -> dict[str, tuple[str, str]]:
    """The files that are not alike, each as both have it; what belongs to git, to versync and to the tool's log is left out."""

    def files(tree: Path) -> Mapping[str, str]:
        paths = (path for path in tree.rglob("*") if path.is_file() and not {".git", ".versync", "versync.toml", "CHANGELOG.md", "node_modules"} & set(path.relative_to(tree).parts))
        return {path.relative_to(tree).as_posix(): path.read_bytes().decode() for path in paths}

    one, other = files(theirs), files(own)
    return {path: (one.get(path, ""), other.get(path, "")) for path in sorted({*one, *other}) if one.get(path) != other.get(path)}


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
    assert {path: both for path, both in different.items() if not same_json(*both)} == {}, "the versions are the same; theirs has spread inline objects over lines"


def test_lerna_and_versync_write_the_same_values(tmp_path: Path) -> None:
    theirs, own = copies(tmp_path, "lerna/fixed")
    run(theirs, tool("lerna"), "version", "6.2.0", "--no-git-tag-version", "--no-push", "--yes")
    ours(own, "lerna", "6.2.0")
    different = differences(theirs, own)
    assert "packages/ink/package.json" not in different
    assert {path: both for path, both in different.items() if not same_json(*both)} == {}, "theirs has spread inline objects over lines, and lost lerna.json's last line break"


def same_json(one: str, other: str) -> bool:
    """Whether two texts are one value, in one order."""
    return bool(one and other) and list(json.loads(one).items()) == list(json.loads(other).items())


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
    node = tool("node")
    program = shutil.which("release-please")
    if program is None:
        pytest.skip("release-please is not installed")
    theirs, own = copies(tmp_path, "release-please/monorepo")
    marked = ["packages/cup/src/version.ts", "packages/cup/docs/start.md"]
    modules = next(str(folder) for folder in Path(program).resolve().parents if folder.name == "node_modules")
    done = subprocess.run([node, "-e", GENERIC, "2.0.0", *marked], cwd=theirs, capture_output=True, text=True, check=False, env=os.environ | {"NODE_PATH": modules})
    assert done.returncode == 0, done.stderr
    ours(own, "release-please", "2.0.0")
    different = differences(theirs, own)
    assert "packages/cup/src/version.ts" not in different
    both = [text.splitlines() for text in different["packages/cup/docs/start.md"]]
    unlike = [number for number, (one, other) in enumerate(zip(*both, strict=True), 1) if one != other]
    assert unlike == [6], "the line with x-release-please-date: versync writes versions and no dates, and import says so"
