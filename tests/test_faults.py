"""A run that is cut off, or fails, at any system call by which it changes something: the old family or the new, never a mix.

The kills are real: a child process ends itself with ``os._exit`` at the n-th call, and this process then recovers.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import pytest

from sync import gitwrite, signals, transaction
from sync.change import FileChange, TreeChange
from sync.disk import Disk
from sync.errors import CutOffError, RefusedError
from sync.transaction import Commit, RefChange
from tests.commands import repository, versync

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="ends processes in the middle of a call, which needs fork")

CALLS = ("open", "put", "chmod", "fsync", "replace", "unlink", "mkdir", "rmdir", "sync", "move_refs", "reset_index", "lock")
OLD, NEW = "1.2.3", "1.3.0"
KILLED = 77


class Faulty(Disk):
    """Does ``fail`` at the call with number ``at`` (from 0), and at all later ones if ``ever``; counts calls."""

    def __init__(self, at: int, fail: Callable[[str], None], *, ever: bool = False) -> None:
        self.at, self.fail, self.ever, self.calls = at, fail, ever, 0
        self.names: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        method = super().__getattribute__(name)
        if name not in CALLS:
            return method

        def call(*words: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            self.names.append(name)
            if number == self.at or (self.ever and number > self.at):
                if name == "put":  # half of it gets through
                    method(words[0], words[1][: len(words[1]) // 2])
                self.fail(name)
            return method(*words)

        return call


def end(_: str) -> NoReturn:
    os._exit(KILLED)


def raising(code: int) -> Callable[[str], None]:
    def fail(_: str) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True).stdout


class Family:
    """Two repositories and a plain folder at 1.2.3: a file to rename into a new folder, a branch to write, a commit with a tag."""

    def __init__(self, folder: Path) -> None:
        self.roots = [folder / name for name in ("core", "binding", "plain")]
        for root in self.roots:
            (root / "sub").mkdir(parents=True)
            (root / "VERSION").write_text(f"{OLD}\n")
            (root / "VERSION").chmod(0o640)
            (root / "sub" / "run").write_text(f"run {OLD}\n")
            (root / "sub" / "run").chmod(0o755)
        for root in self.roots[:2]:
            git(root, "init", "-q", "-b", "main")
            git(root, "config", "user.name", "A")
            git(root, "config", "user.email", "a@registry.example")
            git(root, "add", ".")
            git(root, "commit", "-qm", "one")
        core = self.roots[0]
        files = (FileChange("VERSION", f"{OLD}\n".encode(), f"{NEW}\n".encode()),)
        self.branch = RefChange("core", core, "refs/heads/release", "", gitwrite.commit_of_bytes(core, "main", "Release", files))

    def changes(self) -> list[TreeChange]:
        files = (
            FileChange("VERSION", f"{OLD}\n".encode(), f"{NEW}\n".encode()),
            FileChange("sub/run", f"run {OLD}\n".encode(), f"run {NEW}\n".encode(), f"sub/{NEW}/run"),
        )
        return [TreeChange(root.name, root, files) for root in self.roots]

    def bump(self, disk: Disk) -> None:
        commits = [Commit("binding", self.roots[1], "Release", "v1.3.0")]
        transaction.apply(self.changes(), refs=[self.branch], commits=commits, disk=disk)

    def facts(self) -> dict[str, object]:
        """Everything that a person could see of the three, less what versync and git keep for themselves."""
        found: dict[str, object] = {}
        for root in self.roots:
            for path in sorted(root.rglob("*")):
                inner = path.relative_to(root)
                if inner.parts[0] not in (".git", ".versync"):
                    found[f"{root.name}/{inner}"] = (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
            if (root / ".git").exists():
                found[f"{root.name} refs"] = git(root, "for-each-ref", "--format=%(refname) %(tree) %(objecttype) %(*tree) %(contents:subject)")
                found[f"{root.name} status"] = git(root, "status", "--porcelain")
        return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], dict[str, object], list[str]]:
    """How the family looks before and after, and the calls of an undisturbed run."""
    family = Family(tmp_path_factory.mktemp("whole"))
    old = family.facts()
    disk = Faulty(-1, end)
    family.bump(disk)
    new = family.facts()
    assert new["core/VERSION"] == (0o100640, f"{NEW}\n".encode())
    assert new["plain/sub/1.3.0/run"] == (0o100755, f"run {NEW}\n".encode())
    assert "core/sub/run" not in new
    assert "refs/heads/release" in str(new["core refs"])
    assert "refs/tags/v1.3.0" in str(new["binding refs"])
    assert new["binding status"] == ""
    return old, new, disk.names


def test_the_run_makes_calls_of_every_kind(outcomes: tuple[dict[str, object], dict[str, object], list[str]]) -> None:
    assert set(CALLS) - set(outcomes[2]) == {"rmdir"}


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Family]:
    """Makes one family after the other: copies, since git takes its time."""
    numbers = iter(range(10_000))
    first = Family(tmp_path / "first")

    def make() -> Family:
        folder = tmp_path / str(next(numbers))
        subprocess.run(["cp", "-a", str(tmp_path / "first"), str(folder)], check=True)
        family = Family.__new__(Family)
        family.roots = [folder / name for name in ("core", "binding", "plain")]
        family.branch = first.branch._replace(root=family.roots[0])
        return family

    return make


def in_a_child(work: Callable[[], object]) -> int:
    """The exit code of a child process that does it; 0 where it came to its end, 1 where it raised."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def free(roots: Sequence[Path]) -> bool:
    """Whether nobody holds a lock there, and no run counts as cut off."""
    from sync import journal

    for root in roots:
        file = journal.state(root) / "lock"
        if file.exists():
            Disk().lock(str(file)).release()
    return not any(transaction.pending(root) for root in roots)


def test_a_kill_at_any_call_leaves_the_old_family_or_the_new(outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    old, new, calls = outcomes
    seen = []
    for at in range(len(calls)):
        family = fresh()
        assert in_a_child(lambda family=family, at=at: family.bump(Faulty(at, end))) == KILLED  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
        cut = [transaction.pending(root) for root in family.roots]
        if any(cut):
            with pytest.raises(CutOffError, match="versync recover"):
                family.bump(Disk())
        recovered = transaction.recover(reversed(family.roots))
        assert recovered == (1 if any(cut) else 0)
        facts = family.facts()
        assert facts in (old, new), f"a mix after a kill at call {at}, {calls[at]}"
        assert free(family.roots)
        seen.append(facts == new)
        if at % 8 == 0 or facts == new:
            if facts == old:
                family.bump(Disk())
                assert family.facts() == new
            transaction.undo([family.roots[2]])
            assert family.facts() == old
    assert seen == sorted(seen), "there is one moment at which a run is done"
    assert {False, True} == set(seen)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_call_that_fails_takes_everything_back_or_comes_too_late_to_matter(
    code: int, outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]
) -> None:
    old, new, calls = outcomes
    family = fresh()
    for at in range(0, len(calls), 1 if code == errno.ENOSPC else 4):
        try:
            family.bump(Faulty(at, raising(code)))
        except RefusedError as error:
            said = str(error)
            assert os.strerror(code) in said
            assert family.facts() == old, f"call {at}, {calls[at]}"
        else:
            assert family.facts() == new, f"call {at}, {calls[at]}"
            transaction.undo(family.roots)
            family.roots[0].joinpath("VERSION").chmod(0o640)
        assert free(family.roots)


def test_a_disk_that_stays_full_says_recover_and_recover_mends_it(outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    old, new, calls = outcomes
    stuck = 0
    for at in range(0, len(calls), 3):
        family = fresh()
        try:
            family.bump(Faulty(at, raising(errno.ENOSPC), ever=True))
        except CutOffError:
            stuck += 1
            assert transaction.recover(family.roots) == 1
            assert family.facts() == old
        except RefusedError:
            assert family.facts() == old
        else:
            assert family.facts() == new
    assert stuck > 5
    assert CutOffError.exit_code == 4


@pytest.mark.parametrize("last", ["sync", "reset_index"])
def test_recover_may_be_killed_at_any_call_and_done_again(last: str, outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    old, _, calls = outcomes
    late = len(calls) - 1 - calls[::-1].index(last)
    at, code = 0, KILLED
    while code == KILLED:
        family = fresh()
        in_a_child(lambda family=family: family.bump(Faulty(late, end)))  # type: ignore[misc]  # see above
        code = in_a_child(lambda family=family, at=at: transaction.recover(family.roots, disk=Faulty(at, end)))  # type: ignore[misc]  # see above
        for root in family.roots:
            transaction.recover([root])
        assert family.facts() == old, f"recover killed at call {at}"
        assert free(family.roots)
        at += 1 if last == "sync" else 3
    assert code == 0
    assert at > 15


def test_undo_may_be_killed_at_any_call(outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    old, new, _ = outcomes
    at, code, seen = 0, KILLED, set()
    while code == KILLED:
        family = fresh()
        family.bump(Disk())
        code = in_a_child(lambda family=family, at=at: transaction.undo(family.roots, disk=Faulty(at, end)))  # type: ignore[misc]  # see above
        transaction.recover(family.roots)
        facts = {name: fact for name, fact in family.facts().items() if not str(name).endswith("sub/1.3.0")}
        assert facts in (old, {name: fact for name, fact in new.items() if not str(name).endswith("sub/1.3.0")}), f"undo killed at call {at}"
        seen.add(facts == old)
        at += 4
    assert seen == {True, False}


def test_a_failing_second_scan_takes_all_repositories_back(outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    family = fresh()
    seen: dict[str, object] = {}

    def verify() -> None:
        seen.update(family.facts())
        raise RuntimeError("the second scan differs")

    with pytest.raises(RuntimeError, match="second scan differs"):
        transaction.apply(family.changes(), refs=[family.branch], verify=verify)
    assert seen["plain/VERSION"] == (0o100640, f"{NEW}\n".encode())
    assert family.facts() == outcomes[0]


# ---- signals


class Struck(Disk):
    """This process gets a signal before the call with number ``at``, and one more before each of the next ``again``."""

    def __init__(self, at: int, number: int = signal.SIGINT, *, again: int = 0, after: bool = False) -> None:
        self.at, self.number, self.again, self.after, self.calls = at, number, again, after, 0

    def sync(self) -> None:
        """No time for that here."""

    def __getattribute__(self, name: str) -> Any:
        method = super().__getattribute__(name)
        if name not in CALLS:
            return method

        def call(*words: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            hit = self.at <= number <= self.at + self.again
            if hit and not self.after:
                os.kill(os.getpid(), self.number)
            done = method(*words)
            if hit and self.after:
                os.kill(os.getpid(), self.number)
            return done

        return call


@pytest.fixture
def handlers() -> Iterable[None]:
    """The handlers of this process stand after a test as they did before it. None is ignored, even where the tests run under nohup."""
    ours = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    given = [signal.getsignal(one) for one in ours]
    for one, handler in zip(ours, given, strict=True):
        if handler == signal.SIG_IGN:
            signal.signal(one, signal.default_int_handler if one == signal.SIGINT else signal.SIG_DFL)
    before = [signal.getsignal(one) for one in ours]
    yield
    after = [signal.getsignal(one) for one in ours]
    for one, handler in zip(ours, given, strict=True):
        signal.signal(one, handler)
    assert after == before
    assert not signals.last.held


def struck(family: Family, disk: Struck, old: dict[str, object], new: dict[str, object]) -> bool:
    """Whether the run was done; what was said of it must be so."""
    signals.last.forget()
    try:
        family.bump(disk)
    except KeyboardInterrupt:
        assert signals.last.told in (signals.BACK, signals.UNTOUCHED)
        assert family.facts() == old, f"call {disk.at}"
    else:
        assert signals.last.told == signals.DONE
        assert signals.last.late == (signal.Signals(disk.number).name if disk.at < disk.calls else "")
        assert family.facts() == new, f"call {disk.at}"
    assert free(family.roots)
    return signals.last.told == signals.DONE


@pytest.mark.parametrize(
    ("number", "again", "after", "first", "step"),
    [
        (signal.SIGINT, 0, False, 0, 1),
        (signal.SIGINT, 10_000, True, 6, 1),  # from the first call after the locks
        (signal.SIGTERM, 2, False, 7, 3),
        (signal.SIGHUP, 0, True, 8, 3),
    ],
)
@pytest.mark.usefixtures("handlers")
def test_signals_at_any_call_take_everything_back_or_come_too_late(
    number: int, again: int, after: bool, first: int, step: int, outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]
) -> None:
    old, new, calls = outcomes
    seen = []
    family = fresh()
    for at in range(first, len(calls), step):
        seen.append(struck(family, Struck(at, number, again=again, after=after), old, new))
        if seen[-1]:
            family = fresh()
    assert {False, True} == set(seen)


@pytest.mark.usefixtures("handlers")
def test_a_signal_during_the_second_scan_takes_everything_back_at_once(outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    family, came = fresh(), []

    def verify() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        came.append("further")

    with pytest.raises(KeyboardInterrupt, match="SIGTERM"):
        transaction.apply(family.changes(), refs=[family.branch], verify=verify)
    assert came == []
    assert family.facts() == outcomes[0]
    assert free(family.roots)


@pytest.mark.usefixtures("handlers")
def test_a_failure_is_said_as_such_when_signals_come_on_the_way_back(outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    family = fresh()

    class Late(Disk):
        failed = False

        def sync(self) -> None:
            if not self.failed:
                self.failed = True
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def unlink(self, path: str) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            super().unlink(path)

    with pytest.raises(RefusedError, match="No space left"):
        family.bump(Late())
    assert family.facts() == outcomes[0]
    assert signals.last.late == ""


@pytest.mark.usefixtures("handlers")
def test_recover_and_undo_hear_no_signal_half_way(outcomes: tuple[dict[str, object], dict[str, object], list[str]], fresh: Callable[[], Family]) -> None:
    old, new, calls = outcomes
    family = fresh()
    late = len(calls) - 1 - calls[::-1].index("reset_index")
    assert in_a_child(lambda: family.bump(Faulty(late, end))) == KILLED
    assert transaction.recover(family.roots, disk=Struck(len(family.roots), again=10_000)) == 1
    assert family.facts() == old
    family.bump(Disk())
    with pytest.raises(KeyboardInterrupt):
        transaction.undo(family.roots, disk=Struck(12, again=10_000))
    assert (family.facts(), signals.last.told) == (new, signals.BACK)
    assert free(family.roots)
    transaction.undo(family.roots)


@pytest.mark.usefixtures("handlers")
def test_a_signal_that_nobody_minds_stays_so(fresh: Callable[[], Family]) -> None:
    family = fresh()
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        family.bump(Struck(20, signal.SIGHUP))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert family.roots[0].joinpath("VERSION").read_text() == f"{NEW}\n"


@pytest.mark.parametrize(
    ("when", "count", "code", "said", "version"),
    [
        ("Cargo.toml", 1, 3, "interrupted; what was written is taken back", OLD),
        ("Cargo.toml", 3, 3, "interrupted; what was written is taken back", OLD),
        ("versync/journal", 1, 0, "SIGINT came too late: done; to take it back: versync undo", NEW),
        ("versync/journal", 3, 0, "SIGINT came too late: done; to take it back: versync undo", NEW),
        ("printing", 1, 0, "done; to take it back: versync undo", NEW),
        ("reading", 1, 3, "aborted; nothing was changed", OLD),
        ("stuck", 1, 4, "versync recover", ""),
    ],
)
@pytest.mark.usefixtures("handlers")
def test_the_command_says_what_a_signal_came_to(when: str, count: int, code: int, said: str, version: str, tmp_path: Path) -> None:
    manifest = '[project]\nname = "one"\nleader = "one"\n[repos.one]\n[[components]]\nname = "one"\nrepo = "one"\npackages = ["pkg:cargo/one"]\n'
    repository(tmp_path, {"versync.toml": manifest, "Cargo.toml": f'[package]\nname = "one"\nversion = "{OLD}"\n'})
    replace, unlink = Disk.replace, Disk.unlink

    def strike() -> None:
        for _ in range(count):
            os.kill(os.getpid(), signal.SIGINT)

    def replaced(disk: Disk, old: str, new: str) -> None:
        if when == "stuck" and old.endswith("-old"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        replace(disk, old, new)
        if new.endswith("Cargo.toml" if when == "stuck" else when):
            strike()

    def unlinked(disk: Disk, path: str) -> None:
        strike()
        unlink(disk, path)

    def hit(*_: object, **__: object) -> NoReturn:
        strike()
        raise AssertionError

    with patch.object(Disk, "replace", replaced), patch.object(Disk, "unlink", unlinked if count > 1 else unlink):
        if when in ("printing", "reading"):
            with patch("sync.cli.commands.write" if when == "printing" else "sync.inventory.look", hit):
                ran = versync(tmp_path, "bump", NEW)
        else:
            ran = versync(tmp_path, "bump", NEW)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert ("nothing was changed" in ran.err) == (when == "reading")
    if version:
        assert version in (tmp_path / "Cargo.toml").read_text()
        assert versync(tmp_path, "recover").out == "nothing to recover\n"
    else:
        assert versync(tmp_path, "recover").code == 0
        assert OLD in (tmp_path / "Cargo.toml").read_text()
