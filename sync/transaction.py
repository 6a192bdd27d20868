"""All repositories or none: journal, write, verify, move refs, done; and the way back.

A run goes through these steps; its journal's name says how far it came (see `sync.journal`):

1. locks, in sorted order; everything that can be refused is refused now;
2. the journal is durable, then a pointer to it in every other repository;
3. all new bytes are in temporary files beside their targets, and on the disk, so that a full one shows before anything is changed;
4. the renames, then a second sync, which has little left to do;
5. ``verify``; then commits, then refs, one git transaction for each repository;
6. the journal is renamed: that is the moment at which the run is done.

Whatever fails before 6 takes everything back; what is cut off before 6 is taken back by `recover`. A signal that would
end this process counts as a failure between 2 and 6, and is held back on the way back and after 6 (see `sync.signals`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sync import git, journal, restore, signals
from sync.change import TreeChange
from sync.disk import REAL, Disk, Lock
from sync.errors import RefusedError, problem
from sync.journal import Journal, pending
from sync.preflight import dirty
from sync.run import Commit, Done, RefChange, Run, cut_off
from sync.shell import word, words
from sync.written import written

__all__ = ["Commit", "Done", "RefChange", "apply", "branch_commit", "dirty", "pending", "recover", "undo"]


def apply(
    changes: Sequence[TreeChange],
    *,
    refs: Sequence[RefChange] = (),
    commits: Sequence[Commit] = (),
    verify: Callable[[], None] | None = None,
    allow_dirty: bool = False,
    disk: Disk = REAL,
) -> Done:
    """Everything, or nothing. ``verify`` runs when all files are written (a second scan); what it raises takes everything back.

    Raises RefusedError where nothing was changed, what ``verify`` raised, KeyboardInterrupt where a signal
    came and everything is taken back, and CutOffError where ``versync recover`` is needed.
    """
    return _run("bump", changes, refs, commits, verify, disk, allow_dirty=allow_dirty)


def branch_commit(change: TreeChange, *, base: str, branch: str, message: str, tag: str = "", existing: bool = False) -> list[RefChange]:
    """The refs for a commit of a plan on ``branch``, on top of ``base``; its objects are written now, the refs move in `apply`. No checkout is touched.

    A branch that is there is written over only where versync wrote it, or, with ``existing`` (a release line), where it
    stands at ``base``. ``tag``: the name of an annotated tag on the commit. Raises RefusedError, UsageError, GitError.
    """
    from sync import gitwrite

    root, heads, known = change.root, f"refs/heads/{branch}", written(change.root).refs
    try:
        gitwrite.check_branch(root, heads)
        start = git.resolve(root, base)
        old = git.ref(root, heads)
        if old and old != (start if existing else known.get(heads)):
            said = f"stands at {old[:12]}, not at {start[:12]} which was read" if existing else "is there already, and versync did not write it"
            raise RefusedError(problem(f"branch {branch} {said}", hint=f"read it with --at {branch}" if existing else "name another branch"))
        label = f"refs/tags/{tag}"
        tagged = git.ref(root, git.check_ref(root, label)) if tag else ""
        if tagged and tagged != known.get(label):
            raise RefusedError(problem(f"tag {tag} is there already, and versync did not write it", hint=f"git -C {word(root)} tag -d {word(tag)}, if it is wrong"))
        new = gitwrite.commit_of_bytes(root, start, message, change.files)
        refs = [RefChange(change.repo, root, heads, old, new)]
        if tag:
            refs.append(RefChange(change.repo, root, label, tagged, gitwrite.annotated_tag(root, tag, new, message)))
    except RefusedError as error:
        raise RefusedError(one._replace(repo=change.repo) for one in error.problems) from None
    return refs


def undo(roots: Iterable[Path], *, force: bool = False, disk: Disk = REAL) -> Done:
    """Takes the newest run back that wrote to one of ``roots``, in all its repositories, and is itself a run: all or nothing.

    Raises RefusedError where there is none, and where files or refs were changed since (``force``: those are overwritten).
    """
    found = [one for root in roots if (one := journal.find(root, pending=False)) is not None]
    last = max((one for _, one in found if one.kind == "bump"), key=lambda one: one.id, default=None)
    if last is None:
        raise RefusedError(problem("there is nothing to undo", hint="versync undoes only its own last run"))
    changes, wrong = restore.backwards(last, force=force)
    moved = [RefChange(last.names[one.root], last.roots[one.root], one.ref, one.new, one.old) for one in reversed(last.refs)]
    refs = [one for one in moved if git.ref(one.root, one.ref) != one.new]
    written_to = {last.roots[one.root] for one in last.files}
    for ref in refs:
        if git.ref(ref.root, ref.ref) != ref.old:
            wrong.append(problem(f"{ref.ref} was moved since", repo=ref.repo, hint=words(("git", "-C", ref.root, "log", ref.ref))))
        elif ref.root not in written_to and ref.ref.startswith("refs/heads/") and git.checked_out(ref.root, ref.ref):
            wrong.append(problem(f"{ref.ref.removeprefix('refs/heads/')} was written as a branch and is checked out now", repo=ref.repo, hint="check out another branch first"))
    if wrong:
        raise RefusedError(wrong)
    return _run("undo", changes, refs, (), None, disk, allow_dirty=True, undone=last)


def recover(roots: Iterable[Path], *, force: bool = False, disk: Disk = REAL) -> int:
    """Takes back every run that was cut off in one of ``roots``, in all its repositories; how many there were.

    Raises CutOffError where a file holds neither the old nor the new bytes (``force``: it gets the old ones).
    """
    done = 0
    for root in roots:
        found = journal.find(root, pending=True)
        if found is None:
            continue
        with _locked([one for number, one in enumerate(found[1].roots) if journal.is_part(found[1], number)], disk):
            again = journal.find(root, pending=True)
            if again is not None:
                try:
                    with signals.Held():  # what comes is too late to stop anything
                        signals.last.told = signals.HALF
                        restore.take_back(again[1], disk, force=force)
                        signals.last.told = signals.BACK
                except OSError as error:
                    raise cut_off(again[1], error) from error
                done += 1
    return done


# ---- a run


def _run(
    kind: str,
    changes: Sequence[TreeChange],
    refs: Sequence[RefChange],
    commits: Sequence[Commit],
    verify: Callable[[], None] | None,
    disk: Disk,
    *,
    allow_dirty: bool,
    undone: Journal | None = None,
) -> Done:
    run = Run(kind, changes, refs, commits, disk)
    if not run.roots:
        return Done(0, ())
    try:
        with _locked(run.roots, disk):
            run.check(allow_dirty=allow_dirty)
            with run.held:
                _carry_out(run, verify, undone)
    except OSError as error:
        where = f" ({git.shown(Path(os.fsdecode(error.filename)))})" if error.filename else ""
        raise RefusedError(problem(f"could not be carried out: {error.strerror or error}{where}; nothing was changed", hint="mend that, then run it again")) from error
    return Done(len(run.journal.files), tuple(RefChange(run.journal.names[one.root], run.roots[one.root], one.ref, one.old, one.new) for one in run.journal.refs))


def _carry_out(run: Run, verify: Callable[[], None] | None, undone: Journal | None) -> None:
    """From the first write to the end, or back."""
    signals.last.told = signals.HALF
    try:
        run.begin(undone)
        run.write()
        if verify is not None:
            with run.held.let_through():
                verify()
        run.move()
        run.note()
        run.held.check()
        run.disk.replace(str(run.state / "pending"), str(run.state / "journal"))
    except BaseException as error:
        seen = run.held.seen
        run.take_back(error)
        signals.last.told = signals.BACK
        if seen and not isinstance(error, KeyboardInterrupt):  # what failed may have failed of it
            raise KeyboardInterrupt(seen) from error
        raise
    signals.last.told = signals.UNDONE if undone is not None else signals.DONE
    with suppress(OSError):  # done already: what is left over says so itself, by its run's id
        run.end(undone)


@contextmanager
def _locked(roots: Iterable[Path], disk: Disk) -> Iterator[None]:
    """Holds the lock of every root, taken in sorted order so that no two runs wait for each other."""
    held: list[Lock] = []
    try:
        for root in sorted(roots):
            here = journal.state(root)
            if here.is_symlink():
                raise RefusedError(problem(f"{git.shown(here)} is a symbolic link, which is not followed"))
            if not here.is_dir():
                disk.mkdir(str(here))
            held.append(disk.lock(str(here / "lock")))
        yield
    finally:
        for lock in held:
            lock.release()
