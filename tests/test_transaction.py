"""What a run does when all goes well, what it refuses, and what undo gives back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import journal, transaction
from sync.change import FileChange, TreeChange
from sync.disk import Disk, Lock
from sync.errors import CutOffError, RefusedError
from sync.journal import Journal, Kept, Moved
from sync.transaction import Commit, RefChange
from sync.tree import open_tree
from sync.written import written


def sh(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True).stdout.strip()


def make(root: Path, files: dict[str, bytes]) -> Path:
    for path, body in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    sh(root, "init", "-q", "-b", "main")
    sh(root, "config", "user.name", "A")
    sh(root, "config", "user.email", "a@registry.example")
    sh(root, "add", ".")
    sh(root, "commit", "-qm", "one")
    return root


@pytest.fixture
def core(tmp_path: Path) -> Path:
    return make(tmp_path / "core", {"VERSION": b"1\n", "other": b"1\n"})


@pytest.fixture
def binding(tmp_path: Path) -> Path:
    return make(tmp_path / "binding", {"VERSION": b"1\n", "rock-1.spec": b"1"})


def change(root: Path, old: str, new: str) -> TreeChange:
    return TreeChange(root.name, root, (FileChange("VERSION", f"{old}\n".encode(), f"{new}\n".encode()),))


def rename(root: Path, old: str, new: str) -> TreeChange:
    return TreeChange(root.name, root, (FileChange(f"rock-{old}.spec", old.encode(), new.encode(), f"rock-{new}.spec"),))


def test_a_second_run_right_after_a_first_is_not_refused(core: Path) -> None:
    transaction.apply([change(core, "1", "2")])
    done = transaction.apply([change(core, "2", "3")])
    assert (done.files, (core / "VERSION").read_bytes()) == (1, b"3\n")
    transaction.apply([change(core, "3", "1")])
    assert sh(core, "status", "--porcelain") == ""


def test_a_run_that_wrote_elsewhere_is_not_forgotten(core: Path) -> None:
    transaction.apply([change(core, "1", "2")])
    transaction.apply([TreeChange("core", core, (FileChange("other", b"1\n", b"2\n"),))])
    transaction.apply([change(core, "2", "3")])
    assert (core / "VERSION").read_bytes() == b"3\n"


def test_a_renamed_file_is_seen_by_the_next_run_and_can_go_back(binding: Path) -> None:
    transaction.apply([rename(binding, "1", "2")])
    assert open_tree("x", binding).paths() == ("VERSION", "rock-2.spec")
    transaction.apply([rename(binding, "2", "3")])
    assert open_tree("x", binding).paths() == ("VERSION", "rock-3.spec")
    transaction.apply([rename(binding, "3", "1")])
    assert open_tree("x", binding).paths() == ("VERSION", "rock-1.spec")
    assert sh(binding, "status", "--porcelain") == ""


@pytest.mark.parametrize("staged", [False, True])
def test_a_file_with_uncommitted_changes_is_refused_with_its_name(core: Path, binding: Path, staged: bool) -> None:
    (core / "VERSION").write_bytes(b"9\n")
    if staged:
        sh(core, "add", "VERSION")
    with pytest.raises(RefusedError, match=r"core/VERSION: error: has changes that are not committed\n  hint: git -C .* stash push -- VERSION"):
        transaction.apply([change(binding, "1", "2"), change(core, "9", "2")])
    assert (binding / "VERSION").read_bytes() == b"1\n"
    assert [one.path for one in transaction.dirty(change(core, "9", "2"))] == ["VERSION"]
    transaction.apply([change(core, "9", "2")], allow_dirty=True)
    assert (core / "VERSION").read_bytes() == b"2\n"


def test_a_change_made_after_versyncs_own_is_refused(core: Path) -> None:
    transaction.apply([change(core, "1", "2")])
    (core / "VERSION").write_bytes(b"mine\n")
    with pytest.raises(RefusedError, match="not committed"):
        transaction.apply([change(core, "mine", "3")])


def test_another_dirty_file_does_not_matter(core: Path) -> None:
    (core / "other").write_bytes(b"mine\n")
    transaction.apply([change(core, "1", "2")])
    assert (core / "other").read_bytes() == b"mine\n"


def test_a_file_that_changed_under_the_plan_is_refused(core: Path) -> None:
    with pytest.raises(RefusedError, match="was changed while versync was at work"):
        transaction.apply([change(core, "0", "2")])


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (FileChange("../x", b"", b"1"), "leaves the repository"),
        (FileChange("/etc/passwd", b"", b"1"), "leaves the repository"),
        (FileChange(".git/config", b"", b"1"), "leaves the repository"),
        (FileChange("VERSION", b"1\n", b"2\n", "../x"), "leaves the repository"),
        (FileChange("VERSION", b"1\n", b"2\n", ".git/hooks/x"), "leaves the repository"),
        (FileChange("link", b"1\n", b"2\n"), "a symbolic link is not followed"),
        (FileChange("folder/VERSION", b"1\n", b"2\n"), "folder is a symbolic link"),
        (FileChange("VERSION", b"1\n", b"2\n", "folder/x"), "folder is a symbolic link"),
        (FileChange("VERSION", b"1\n", b"2\n", "other"), "cannot be renamed to other: it is there already"),
        (FileChange("VERSION", b"1\n", b"2\n", "other/x"), "other is no folder"),
        (FileChange("nothing", b"", b"2"), "cannot be read"),
    ],
)
def test_a_path_out_of_the_repository_or_in_the_way_is_refused(core: Path, tmp_path: Path, file: FileChange, said: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "VERSION").write_bytes(b"1\n")
    (core / "folder").symlink_to(tmp_path / "outside")
    (core / "link").symlink_to(tmp_path / "outside" / "VERSION")
    with pytest.raises(RefusedError, match=said):
        transaction.apply([TreeChange("core", core, (file,))])
    assert (tmp_path / "outside" / "VERSION").read_bytes() == b"1\n"
    assert sorted(os.listdir(tmp_path / "outside")) == ["VERSION"]
    assert (core / "VERSION").read_bytes() == b"1\n"


def test_all_that_stands_against_a_run_is_said_at_once(core: Path, binding: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        transaction.apply([change(core, "0", "2"), change(binding, "0", "2"), rename(binding, "7", "8")])
    assert [one.place for one in caught.value.problems] == ["binding/VERSION", "binding/rock-7.spec", "core/VERSION"]


def test_a_file_that_may_not_be_written_is_refused_before_anything_is(core: Path, binding: Path) -> None:
    class ReadOnly(Disk):
        def may_write(self, path: str) -> bool:
            return not path.endswith(("binding/VERSION", "core/"))

    with pytest.raises(RefusedError, match="binding/VERSION: error: is not writable") as caught:
        transaction.apply([change(core, "1", "2"), change(binding, "1", "2")], disk=ReadOnly())
    assert "core/VERSION: error: its folder . is not writable" in str(caught.value)
    assert (core / "VERSION").read_bytes() == b"1\n"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(core: Path) -> None:
    core.chmod(0o555)
    with pytest.raises(RefusedError, match="not writable"):
        transaction.apply([change(core, "1", "2")])
    core.chmod(0o755)


def test_a_lock_held_by_another_run_names_its_process(core: Path, binding: Path) -> None:
    hold = f"import sys, time; sys.path.insert(0, {str(Path(__file__).parent.parent)!r}); from sync.disk import Lock; lock = Lock(sys.argv[1]); print('held', flush=True); time.sleep(60)"
    journal.state(core).mkdir()
    with subprocess.Popen([sys.executable, "-c", hold, str(journal.state(core) / "lock")], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(RefusedError, match=rf"another run of versync \(process {other.pid}\) is at work in .*core"):
            transaction.apply([change(binding, "1", "2"), change(core, "1", "2")])
        assert (binding / "VERSION").read_bytes() == b"1\n"
        other.kill()
    transaction.apply([change(binding, "1", "2"), change(core, "1", "2")])
    assert (binding / "VERSION").read_bytes() == b"2\n"


def test_locks_are_taken_in_sorted_order(core: Path, binding: Path) -> None:
    taken = []

    class Watching(Disk):
        def lock(self, path: str) -> Lock:
            taken.append(Path(path).parent.parent.parent.name)
            return super().lock(path)

    transaction.apply([change(core, "1", "2"), change(binding, "1", "2")], disk=Watching())
    assert taken == ["binding", "core"]


def test_nothing_to_do_leaves_no_trace(core: Path) -> None:
    assert transaction.apply([TreeChange("core", core, (FileChange("VERSION", b"1\n", b"1\n"),))]) == transaction.Done(0, ())
    assert not journal.state(core).exists()


# ---- undo


def test_undo_from_any_of_its_repositories_takes_the_whole_run_back(core: Path, binding: Path) -> None:
    (core / "VERSION").chmod(0o755)
    sh(core, "commit", "-qam", "mode")
    transaction.apply([change(core, "1", "2"), rename(binding, "1", "2")])
    assert transaction.undo([binding]).files == 2
    assert (sh(core, "status", "--porcelain"), sh(binding, "status", "--porcelain")) == ("", "")
    assert (core / "VERSION").stat().st_mode & 0o777 == 0o755
    with pytest.raises(RefusedError, match="nothing to undo"):
        transaction.undo([core, binding])


def test_undo_gives_back_uncommitted_bytes_and_the_next_run_may_go_on(core: Path) -> None:
    transaction.apply([change(core, "1", "2")])
    transaction.apply([change(core, "2", "3")])
    transaction.undo([core])
    assert (core / "VERSION").read_bytes() == b"2\n"
    transaction.apply([change(core, "2", "4")])
    assert (core / "VERSION").read_bytes() == b"4\n"


def test_undo_refuses_files_changed_since_unless_forced(core: Path, binding: Path) -> None:
    transaction.apply([change(core, "1", "2"), change(binding, "1", "2")])
    (core / "VERSION").write_bytes(b"mine\n")
    with pytest.raises(RefusedError, match="core/VERSION: error: was changed since"):
        transaction.undo([core])
    assert (binding / "VERSION").read_bytes() == b"2\n"
    transaction.undo([core], force=True)
    assert ((core / "VERSION").read_bytes(), (binding / "VERSION").read_bytes()) == (b"1\n", b"1\n")


def test_undo_of_a_run_over_which_a_later_one_wrote_is_refused(core: Path, binding: Path) -> None:
    transaction.apply([change(core, "1", "2"), change(binding, "1", "2")])
    transaction.apply([change(binding, "2", "3")])
    with pytest.raises(RefusedError, match="binding: error: a later run of versync wrote there"):
        transaction.undo([core])
    assert transaction.undo([core, binding]).files == 1
    assert ((core / "VERSION").read_bytes(), (binding / "VERSION").read_bytes()) == (b"2\n", b"2\n")


def test_undo_takes_commits_tags_and_branches_back(core: Path, binding: Path) -> None:
    heads = (sh(core, "rev-parse", "HEAD"), sh(binding, "rev-parse", "HEAD"))
    refs = transaction.branch_commit(change(binding, "1", "2"), base="HEAD", branch="next", message="x", tag="v2")
    done = transaction.apply([change(core, "1", "2")], refs=refs, commits=[Commit("core", core, "Release 2", "v2")])
    assert sh(core, "log", "--format=%s") == "Release 2\none"
    assert sh(core, "status", "--porcelain") == ""
    assert [one.ref for one in done.refs] == ["refs/heads/next", "refs/tags/v2", "refs/heads/main", "refs/tags/v2"]
    transaction.undo([binding])
    assert (sh(core, "for-each-ref"), sh(binding, "for-each-ref")) == (f"{heads[0]} commit\trefs/heads/main", f"{heads[1]} commit\trefs/heads/main")
    assert sh(core, "status", "--porcelain") == ""
    assert (core / "VERSION").read_bytes() == b"1\n"


def test_undo_refuses_a_branch_that_moved_on(core: Path) -> None:
    transaction.apply([change(core, "1", "2")], commits=[Commit("core", core, "Release 2")])
    sh(core, "commit", "-q", "--allow-empty", "-m", "more")
    with pytest.raises(RefusedError, match="refs/heads/main was moved since"):
        transaction.undo([core])
    assert (core / "VERSION").read_bytes() == b"2\n"


def test_a_commit_holds_nothing_else_that_is_staged(core: Path) -> None:
    (core / "other").write_bytes(b"mine\n")
    sh(core, "add", "other")
    transaction.apply([change(core, "1", "2")], commits=[Commit("core", core, "Release 2")])
    assert sh(core, "diff-tree", "--no-commit-id", "--name-only", "-r", "HEAD") == "VERSION"
    assert sh(core, "status", "--porcelain") == "M  other"


def test_an_earlier_uncommitted_bump_can_still_be_committed(core: Path) -> None:
    transaction.apply([change(core, "1", "2")])
    transaction.apply([], commits=[Commit("core", core, "Release 2", paths=("VERSION",))])
    assert sh(core, "show", "HEAD:VERSION") == "2"
    assert sh(core, "status", "--porcelain") == ""


def test_a_commit_on_a_detached_head_is_refused(core: Path, tmp_path: Path) -> None:
    sh(core, "checkout", "-q", "--detach")
    with pytest.raises(RefusedError, match=r"core: error: HEAD is detached in .*\n  hint: git -C .* switch BRANCH"):
        transaction.apply([change(core, "1", "2")], commits=[Commit("core", core, "x")])
    transaction.apply([change(core, "1", "2")])
    (tmp_path / "plain").mkdir()
    with pytest.raises(RefusedError, match="is no checkout"):
        transaction.apply([], commits=[Commit("plain", tmp_path / "plain", "x")])


def test_a_tag_that_exists_is_refused_before_anything_is_written(core: Path) -> None:
    sh(core, "tag", "v2")
    with pytest.raises(RefusedError, match="tag v2 exists"):
        transaction.apply([change(core, "1", "2")], commits=[Commit("core", core, "x", "v2")])
    assert (core / "VERSION").read_bytes() == b"1\n"


def test_a_ref_that_moved_under_the_plan_is_refused(core: Path) -> None:
    head = sh(core, "rev-parse", "HEAD")
    with pytest.raises(RefusedError, match=r"refs/heads/main stands at .*, not at 1111"):
        transaction.apply([], refs=[RefChange("core", core, "refs/heads/main", "1" * 40, head)])


def test_a_commit_hook_that_would_fail_is_not_run(core: Path) -> None:
    hook = core / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    transaction.apply([change(core, "1", "2")], commits=[Commit("core", core, "Release 2")])
    assert sh(core, "log", "-1", "--format=%s") == "Release 2"


# ---- recovery


def cut(changes: list[TreeChange]) -> None:
    """A run whose process ends when all files are written."""
    child = os.fork()
    if child == 0:
        try:
            transaction.apply(changes, verify=lambda: os._exit(9))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_recover_does_not_write_over_what_a_person_wrote_since(core: Path, binding: Path) -> None:
    cut([change(core, "1", "2"), rename(binding, "1", "2")])
    (core / "VERSION").write_bytes(b"mine\n")
    with pytest.raises(CutOffError, match="core/VERSION: error: holds neither the old nor the new bytes"):
        transaction.recover([binding])
    assert (core / "VERSION").read_bytes() == b"mine\n"
    assert transaction.pending(core)
    assert transaction.pending(binding)
    assert transaction.recover([core, binding], force=True) == 1
    assert (core / "VERSION").read_bytes() == b"1\n"
    assert sh(binding, "status", "--porcelain") == ""


@pytest.mark.parametrize("torn", [b"", b"\0\0", b"2\0\0\0"])
def test_recover_mends_files_whose_blocks_never_reached_the_disk(core: Path, torn: bytes) -> None:
    cut([change(core, "1", "2")])
    (core / "VERSION").write_bytes(torn)
    assert transaction.recover([core]) == 1
    assert (core / "VERSION").read_bytes() == b"1\n"


def test_a_failed_run_leaves_the_undo_of_the_one_before_it(core: Path) -> None:
    transaction.apply([change(core, "1", "2")])
    cut([change(core, "2", "3")])
    transaction.recover([core])
    assert (core / "VERSION").read_bytes() == b"2\n"
    transaction.undo([core])
    assert (core / "VERSION").read_bytes() == b"1\n"


def test_a_journal_in_a_strangers_folder_reaches_no_other(core: Path, tmp_path: Path) -> None:
    """A plain folder brings its own .versync with it: what that says of other roots counts only if they agree."""
    plain = tmp_path / "plain"
    (plain / ".versync").mkdir(parents=True)
    new = journal.digest(b"1\n")
    planted = Journal("00000000000000000001-1", "bump", [plain, core], ["plain", "core"], [Kept(1, "VERSION", "", 0o644, b"owned\n", new)])
    for name in ("pending", "journal"):
        (plain / ".versync" / name).write_bytes(journal.encode(planted))
        if name == "pending":
            assert transaction.recover([plain]) == 1
        else:
            with pytest.raises(RefusedError, match="later run"):
                transaction.undo([plain], force=True)
        assert (core / "VERSION").read_bytes() == b"1\n"
    planted.roots = [plain]
    planted.files = [Kept(0, "../core/VERSION", "", 0o644, b"owned\n", new)]
    (plain / ".versync" / "pending").write_bytes(journal.encode(planted))
    with pytest.raises(CutOffError, match="leaves the repository"):
        transaction.recover([plain], force=True)
    assert (core / "VERSION").read_bytes() == b"1\n"


def test_a_state_folder_that_is_a_link_is_refused(tmp_path: Path, core: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "VERSION").write_bytes(b"1\n")
    (tmp_path / "plain" / ".versync").symlink_to(core)
    with pytest.raises(RefusedError, match=r"\.versync is a symbolic link"):
        transaction.apply([change(tmp_path / "plain", "1", "2")])


@pytest.mark.parametrize("damage", [lambda raw: raw[:-70], lambda raw: raw.replace(b"1\n", b"7\n"), lambda raw: b"x" + raw, bytes.upper])
def test_a_damaged_journal_is_said_and_nothing_is_written(core: Path, damage: Callable[[bytes], bytes]) -> None:
    transaction.apply([change(core, "1", "2")])
    file = journal.state(core) / "journal"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(RefusedError, match="journal is damaged"):
        transaction.undo([core])
    assert (core / "VERSION").read_bytes() == b"2\n"


KEPT = st.builds(Kept, st.integers(0, 1), st.text(min_size=1), st.text(), st.integers(0, 0o7777), st.binary(), st.text("0123456789abcdef", min_size=64, max_size=64))
MOVED = st.builds(Moved, st.integers(0, 1), st.text(), st.text(), st.text())


@given(files=st.lists(KEPT), refs=st.lists(MOVED), late=st.lists(MOVED), torn=st.integers(0, 80))
def test_a_journal_reads_back_as_it_was_written(files: list[Kept], refs: list[Moved], late: list[Moved], torn: int) -> None:
    written_one = Journal("1-1", "bump", [Path("/a"), Path("/b")], ["a", "b"], files, refs, [(0, "x/y")], [(1, ["p", "q"])])
    raw = journal.encode(written_one)
    assert journal.decode(raw) == written_one
    whole = journal.decode(raw + journal.later(late))
    assert whole.refs == refs + late
    assert journal.decode(raw + journal.later(late) + journal.later(late)[: -1 - torn]).refs == refs + late


def test_what_versync_wrote_is_remembered_by_file_and_ref(core: Path) -> None:
    transaction.apply([change(core, "1", "2")], commits=[Commit("core", core, "Release 2")])
    assert written(core).files == {"VERSION": journal.digest(b"2\n")}
    assert written(core).refs == {"refs/heads/main": sh(core, "rev-parse", "HEAD")}


def test_a_linked_checkout_and_a_path_through_a_link_are_the_same_run(core: Path, tmp_path: Path) -> None:
    sh(core, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
    (tmp_path / "alias").symlink_to(tmp_path / "linked")
    transaction.apply([TreeChange("x", tmp_path / "alias", (FileChange("VERSION", b"1\n", b"2\n"),))])
    assert (core / "VERSION").read_bytes() == b"1\n"
    assert journal.state(tmp_path / "linked") == core / ".git" / "worktrees" / "linked" / "versync"
    transaction.undo([tmp_path / "linked"])
    assert (tmp_path / "linked" / "VERSION").read_bytes() == b"1\n"
