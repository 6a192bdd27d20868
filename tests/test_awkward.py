"""A repository in which everything stands at 1.2.3, most of it not ours: ``fixtures/awkward/in``, and by hand in ``out`` each file that 2.0.0 changes."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.commands import committed, contents, git, repository, versync
from tests.trees import put

HERE = Path(__file__).parent.parent / "fixtures" / "awkward"
BEFORE = contents(HERE / "in")
CHANGED = contents(HERE / "out")
AFTER = BEFORE | CHANGED


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as a git repository; only to be copied."""
    folder = put(tmp_path_factory.mktemp("awkward") / "tally", BEFORE)
    (folder / "VERSION").chmod(0o755)
    return repository(folder)


@pytest.fixture
def tally(original: Path, tmp_path: Path) -> Path:
    """The test's own copy of it."""
    return Path(shutil.copytree(original, tmp_path / "tally"))


def test_every_awkward_shape_is_in_the_tree() -> None:
    """An editor or a git that mends the fixture's line ends would leave the other tests green, and worth nothing."""
    assert BEFORE["VERSION"] == b"1.2.3"
    assert BEFORE["dotnet/src/Tally.csproj"].startswith(b"\xef\xbb\xbf<Project")
    assert BEFORE["dotnet/src/Tally.csproj"].count(b"\n") == BEFORE["dotnet/src/Tally.csproj"].count(b"\r\n") == 19
    assert b"\n\x0c\n" in BEFORE["python/core/src/tally/__init__.py"]
    assert b"\r\n" in BEFORE["python/core/src/tally/__init__.py"].partition(b"\x0c\n")[2]
    assert BEFORE["docs/install.md"].endswith(b"\r")
    assert not BEFORE["crates/tally/Cargo.toml"].endswith(b"\n")
    assert b"11.2.3 and 1.2.30" in BEFORE["README.md"]
    assert len(BEFORE) == 40
    assert len(CHANGED) == 33


def test_it_is_in_sync_before(tally: Path) -> None:
    ran = versync(tally, "check", "--require-all")
    assert (ran.code, ran.out) == (0, "in sync\n")


def test_a_bump_changes_what_the_other_tree_says_and_nothing_else(tally: Path) -> None:
    ran = versync(tally, "bump", "2.0.0")
    assert ran.code == 0, ran.err
    assert contents(tally) == AFTER
    assert sorted(git(tally, "-c", "core.quotePath=false", "diff", "--name-only").splitlines()) == sorted(CHANGED)
    assert stat.S_IMODE((tally / "VERSION").stat().st_mode) == 0o755
    assert "33 files written to the work tree" in ran.out


def test_nothing_is_stale_after_it(tally: Path) -> None:
    versync(tally, "bump", "2.0.0")
    assert versync(tally, "check", "--require-all").out == "in sync\n"
    assert versync(tally, "diff", "2.0.0").raw == b""
    assert [line for line in versync(tally, "sites").out.splitlines() if line.endswith(" sites") or "1.2.3" in line or "v3" in line] == ["90 sites"]


def test_undo_gives_every_byte_back(tally: Path) -> None:
    versync(tally, "bump", "2.0.0")
    ran = versync(tally, "undo")
    assert ran.code == 0
    assert contents(tally) == BEFORE
    assert git(tally, "status", "--porcelain", "--ignored") == ""
    assert stat.S_IMODE((tally / "VERSION").stat().st_mode) == 0o755


def test_a_bump_there_and_back_gives_every_byte_back(tally: Path) -> None:
    versync(tally, "bump", "9.0.0")
    assert versync(tally, "check").code == 0
    assert versync(tally, "bump", "1.2.3", "--allow-downgrade").code == 0
    assert contents(tally) == BEFORE


@pytest.mark.parametrize("target", ["1.2.4", "1.3.0", "2.0.0-rc.1", "10.20.30"])
def test_any_other_number_is_in_sync_too_and_undone_too(tally: Path, target: str) -> None:
    assert versync(tally, "bump", target).code == 0
    ran = versync(tally, "check")
    assert (ran.code, ran.out) == (0, "in sync\n")
    assert versync(tally, "undo").code == 0
    assert contents(tally) == BEFORE


def test_git_apply_makes_the_same_tree_of_the_diff(tally: Path, tmp_path: Path) -> None:
    patch = tmp_path / "all.patch"
    assert versync(tally, "diff", "2.0.0", "--output", str(patch)).code == 0
    assert contents(tally) == BEFORE
    git(tally, "apply", "--whitespace=error-all", "--check", str(patch))
    git(tally, "apply", str(patch))
    assert contents(tally) == AFTER
    git(tally, "apply", "-R", str(patch))
    assert contents(tally) == BEFORE


def test_the_diff_is_the_one_that_git_makes_of_the_bump(tally: Path) -> None:
    foretold = versync(tally, "diff", "2.0.0").raw
    assert versync(tally, "bump", "2.0.0", "--dry-run").raw == foretold
    assert contents(tally) == BEFORE
    versync(tally, "bump", "2.0.0")
    theirs = subprocess.run(["git", "-C", tally, "-c", "core.quotePath=true", "diff", "--no-ext-diff", "--no-color"], check=True, capture_output=True).stdout
    # git names the blobs, and the function that a hunk stands in; what else it says is the same.
    assert foretold == re.sub(rb"(?m)^(@@ .* @@).*", rb"\1", re.sub(rb"(?m)^index .*\n", b"", theirs))


def test_a_branch_gets_the_commit_and_the_checkout_sees_nothing_of_it(tally: Path) -> None:
    put(tally, {"notes.txt": "mine\n"})
    git(tally, "add", "notes.txt")
    before = git(tally, "rev-parse", "HEAD"), git(tally, "status", "--porcelain")
    ran = versync(tally, "bump", "2.0.0", "--branch", "release/2", "--tag")
    assert ran.code == 0, ran.err
    assert (git(tally, "rev-parse", "HEAD"), git(tally, "status", "--porcelain")) == before
    assert contents(tally) == BEFORE | {"notes.txt": b"mine\n"}
    assert git(tally, "log", "--format=%s %P", "main..release/2") == f"Tally 2.0.0 {before[0]}"
    assert git(tally, "rev-parse", "v2.0.0^{commit}") == git(tally, "rev-parse", "release/2")
    assert git(tally, "cat-file", "-t", "v2.0.0") == "tag"
    git(tally, "commit", "--quiet", "--no-gpg-sign", "--message=Mine")
    git(tally, "switch", "--quiet", "release/2")
    assert contents(tally) == AFTER
    assert stat.S_IMODE((tally / "VERSION").stat().st_mode) & 0o111


def test_undo_takes_branch_and_tag_away_again(tally: Path) -> None:
    versync(tally, "bump", "2.0.0", "--branch", "release/2", "--tag")
    assert versync(tally, "undo").code == 0
    assert git(tally, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_a_commit_holds_what_was_written_and_leaves_the_rest_of_the_index_alone(tally: Path) -> None:
    put(tally, {"notes.txt": "mine\n", "versync.toml": BEFORE["versync.toml"] + b"# mine too\n"})
    git(tally, "add", "notes.txt")
    head = git(tally, "rev-parse", "HEAD")
    ran = versync(tally, "bump", "2.0.0", "--commit")
    assert ran.code == 0, ran.err
    assert git(tally, "log", "--format=%s %P", "-1") == f"Tally 2.0.0 {head}"
    assert sorted(git(tally, "status", "--porcelain").splitlines()) == [" M versync.toml", "A  notes.txt"]
    assert sorted(git(tally, "-c", "core.quotePath=false", "diff", "--name-only", "HEAD^", "HEAD").splitlines()) == sorted(CHANGED)
    assert git(tally, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert versync(tally, "undo").code == 0
    assert git(tally, "rev-parse", "HEAD") == head
    assert git(tally, "diff", "--cached", "--name-only") == "notes.txt"
    assert contents(tally) == BEFORE | {"notes.txt": b"mine\n", "versync.toml": BEFORE["versync.toml"] + b"# mine too\n"}


def test_a_tag_brings_the_commit_along(tally: Path) -> None:
    ran = versync(tally, "bump", "2.0.0", "--tag")
    assert ran.code == 0, ran.err
    assert git(tally, "describe") == "v2.0.0"
    assert git(tally, "status", "--porcelain") == ""
    assert contents(tally) == AFTER
    assert versync(tally, "undo").code == 0
    assert git(tally, "tag") == ""
    assert git(tally, "status", "--porcelain") == ""


def test_a_folder_that_is_no_checkout_works_too(tmp_path: Path) -> None:
    folder = put(tmp_path / "plain", BEFORE)
    assert versync(folder, "bump", "2.0.0").code == 0
    assert contents(folder) == AFTER
    assert versync(folder, "check").out == "in sync\n"
    assert versync(folder, "undo").code == 0
    assert contents(folder) == BEFORE
    assert versync(folder, "check").out == "in sync\n", "what versync keeps there is not read as content"


def test_a_revision_is_read_as_the_work_tree_is(tally: Path) -> None:
    versync(tally, "bump", "2.0.0", "--commit")
    old = versync(tally, "diff", "2.0.0", "--at", "main^")
    assert old.code == 0
    assert old.raw.count(b"\ndiff --git ") + 1 == len(CHANGED)
    committed(tally, {"VERSION": "1.9.9"})
    assert versync(tally, "check").code == 1
    assert versync(tally, "check", "--at", "main^").code == 0
