"""Making things in git: clones, commits, tags. GitPython, loaded on first use, does what it has an API for; plain git the rest.

A commit is made of objects alone (a temporary index, no checkout); a ref moves only by `sync.git.move_refs`, which
checks where it stood. Objects that no ref reaches are harmless, so a run that is cut off here has changed nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sync import git
from sync.catfile import CatFile
from sync.change import FileChange
from sync.errors import RefusedError, problem
from sync.url import check_url, is_local, redact

if TYPE_CHECKING:
    from git import RemoteProgress, Repo

Progress = Callable[[str, float], None]
"""Called with what git is at (``Receiving objects``) and how far (0 to 1)."""


@contextmanager
def _gitpython() -> Iterator[None]:
    """GitPython's errors as ours. It copies our environment, so what a calling git said about its own repository goes first."""
    for name in git.LOCAL:
        os.environ.pop(name, None)
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git import exc

    try:
        yield
    except exc.GitCommandNotFound:
        raise RefusedError(problem("git was not found", hint="install git, or put it on PATH")) from None
    except exc.GitCommandError as error:
        said = str(error.stderr).partition("stderr: '")[2].rstrip("' \n") or str(error.stderr)
        raise git.GitError("git failed", redact(" ".join(said.split()))) from None
    except exc.GitError as error:
        raise git.GitError("git failed", redact(str(error))) from None


def _repo(root: Path) -> Repo:
    from git import Repo

    directory = git.git_dir(root)
    if directory is None:
        raise RefusedError(problem(f"{git.shown(root)} is no git repository"))
    repo = Repo(root)
    work_tree = {} if directory == root else {"GIT_WORK_TREE": str(root)}
    repo.git.update_environment(GIT_DIR=str(directory), **work_tree, **git.SAFE)
    repo.git.set_persistent_git_options(c=list(git.SETTINGS))
    return repo


def _progress(tell: Progress | None) -> RemoteProgress:
    """What listens to git's progress, and so to its complaints: GitPython hands its standard error to nobody else."""
    from git import RemoteProgress

    stages = {4: "Counting objects", 8: "Compressing objects", 16: "Writing objects", 32: "Receiving objects", 64: "Resolving deltas", 128: "Finding sources", 256: "Checking out files"}

    class Telling(RemoteProgress):
        def update(self, op_code: int, cur_count: str | float, max_count: str | float | None = None, message: str = "") -> None:  # noqa: ARG002  # GitPython's
            if tell is not None:
                tell(stages.get(op_code & ~3, ""), float(cur_count) / float(max_count) if max_count else 0.0)

    return Telling()


# ---- clones


def clone(url: str, to: Path, *, tell: Progress | None = None) -> None:
    """A clone without the blobs of its history; those of its newest tree are fetched and written out.

    It appears at ``to`` when it is complete, or not at all. Submodules, hooks and templates are left out. Raises
    UsageError for a URL that git is not handed, GitError where it fails.
    """
    check_url(url)
    to.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(to):
        raise RefusedError(problem(f"{git.shown(to)} is there already", hint="remove it, or leave --clone out"))
    part = Path(tempfile.mkdtemp(prefix=f".{to.name}.", dir=to.parent))
    options = ["--filter=blob:none", "--no-recurse-submodules", "--template=", *(f"--config={setting}" for setting in git.SETTINGS if setting.startswith("protocol."))]
    source = os.path.abspath(url) if is_local(url) else url
    try:
        with _gitpython():
            from git import Repo, exc

            heard = _progress(tell)
            # The one option that GitPython holds unsafe is --config, and its values are our own.
            try:
                repo = Repo.clone_from(
                    source,
                    part / "clone",
                    progress=heard,  # type: ignore[arg-type]  # its stub knows no RemoteProgress; to_progress_instance takes one as it is
                    env=git.SAFE,
                    multi_options=options,
                    allow_unsafe_options=True,
                )
            except exc.GitCommandError as error:
                error.stderr = "\n".join(heard.error_lines) or error.stderr
                raise
            repo.close()
        os.replace(part / "clone", to)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def fetch_blobs(root: Path, rev: str, shas: Iterable[str]) -> None:
    """Of ``shas`` what a partial clone does not hold of that revision's tree, in one request. Nothing to do for a full clone."""
    remote = git.promisor(root)
    wanted = sorted(git.missing(root, rev).intersection(shas)) if remote else []
    if not wanted:
        return
    for url in git.remotes(root):
        check_url(url)
    # What git does by itself for one absent object (promisor-remote.c), for all of them at once; GitPython's fetch takes no ids on stdin.
    flags = ("--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none", "--stdin")
    git.run(root, "-c", "fetch.negotiationAlgorithm=noop", "fetch", git.check_rev(remote), *flags, stdin="".join(f"{sha}\n" for sha in wanted).encode())


# ---- commits and tags


def check_identity(root: Path) -> None:
    """Raises GitError where git does not know who commits."""
    for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        git.run(root, "var", name)


def commit_of_bytes(root: Path, base: str, message: str, files: Sequence[FileChange]) -> str:
    """A commit on top of ``base`` in which those files have exactly those bytes; modes are kept. The id; no ref moves.

    Where git keeps a file with LF that a checkout has with CRLF, the commit keeps LF. Raises RefusedError where a file at
    ``base`` is not what the change was made from: the checkout holds something that is not committed.
    """
    base = git.resolve(root, base)
    at = {entry.path: entry for entry in git.ls_tree(root, base)}
    wrong = [problem(f"is no file at {base[:12]}", path=file.path) for file in files if file.path not in at or at[file.path].mode not in ("100644", "100755")]
    wrong += [problem(f"cannot be renamed to {file.to}: it is there already", path=file.path) for file in files if file.to in at]
    if wrong:
        raise RefusedError(wrong)
    fetch_blobs(root, base, [at[file.path].sha for file in files])
    with CatFile(root) as objects:
        bodies = [_as_committed(file, objects.read(at[file.path].sha)) for file in files]
    wrong = [problem(f"is not what is committed at {base[:12]}", path=file.path, hint="commit it first, or leave --branch out") for file, body in zip(files, bodies, strict=True) if body is None]
    if wrong:
        raise RefusedError(wrong)
    with tempfile.TemporaryDirectory(prefix="versync-") as folder:
        for number, body in enumerate(bodies):
            Path(folder, str(number)).write_bytes(body or b"")
        names = "".join(f"{folder}/{number}\n" for number in range(len(files)))
        shas = git.run(root, "hash-object", "-w", "--no-filters", "--stdin-paths", stdin=os.fsencode(names)).decode("ascii").split()
        lines = [f"0 {'0' * len(sha)}\t{file.path}\0" for file, sha in zip(files, shas, strict=True) if file.to]
        lines += [f"{at[file.path].mode} {sha}\t{file.to or file.path}\0" for file, sha in zip(files, shas, strict=True)]
        index = {"GIT_INDEX_FILE": f"{folder}/index"}
        git.run(root, "read-tree", base, extra=index)
        git.run(root, "update-index", "-z", "--index-info", stdin="".join(lines).encode(), extra=index)
        tree = git.run(root, "write-tree", extra=index).decode("ascii").strip()
    return _commit(root, tree, base, message)


def _as_committed(file: FileChange, blob: bytes) -> bytes | None:
    """The new bytes as git keeps them, or None where the change was not made from what git keeps."""
    if blob == file.before:
        return file.after
    if b"\r" not in blob and blob == file.before.replace(b"\r\n", b"\n"):
        return file.after.replace(b"\r\n", b"\n")
    return None


def commit_of_work_tree(root: Path, message: str, paths: Iterable[str]) -> str:
    """A commit on top of HEAD of how those paths stand on disk (gone, too), and of nothing else that is staged. The id; no ref moves."""
    base = git.resolve(root, "HEAD")
    with tempfile.TemporaryDirectory(prefix="versync-") as folder:
        index = {"GIT_INDEX_FILE": f"{folder}/index"}
        git.run(root, "read-tree", base, extra=index)
        listed = "".join(f"{path}\0" for path in paths).encode()
        git.run(root, "update-index", "--add", "--remove", "-z", "--stdin", stdin=listed, extra=index, owned=True)
        tree = git.run(root, "write-tree", extra=index).decode("ascii").strip()
    return _commit(root, tree, base, message)


def _commit(root: Path, tree: str, parent: str, message: str) -> str:
    sign = git.run(root, "config", "--type=bool", "--get", "commit.gpgSign", codes=(0, 1)).strip() == b"true"
    with _gitpython(), tempfile.TemporaryFile() as text:
        text.write(f"{message.rstrip()}\n".encode())
        text.seek(0)
        return str(_repo(root).git.commit_tree(*["-S"] * sign, "-p", parent, "-F", "-", tree, istream=text))


def annotated_tag(root: Path, name: str, commit: str, message: str) -> str:
    """An annotated, unsigned tag object for that commit. Its id; no ref moves."""
    git.check_ref(root, f"refs/tags/{name}")
    who = git.run(root, "var", "GIT_COMMITTER_IDENT").decode("utf-8", "replace").strip()
    with _gitpython(), tempfile.TemporaryFile() as text:
        text.write(f"object {commit}\ntype commit\ntag {name}\ntagger {who}\n\n{message.rstrip()}\n".encode())
        text.seek(0)
        return str(_repo(root).git.mktag(istream=text))


def reset_index(root: Path, paths: Iterable[str]) -> None:
    """Those paths stand in the index as in HEAD; the files stay. Needed when HEAD's branch was moved beneath a checkout."""
    listed = "".join(f"{path}\0" for path in paths).encode()
    git.run(root, "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul", stdin=listed, owned=True, extra={"GIT_OPTIONAL_LOCKS": "1"})


def check_branch(root: Path, ref: str) -> None:
    """Raises UsageError where ``ref`` is no name for a branch, RefusedError where it is checked out somewhere."""
    git.check_ref(root, ref)
    folder = git.checked_out(root, ref)
    if folder:
        short = ref.removeprefix("refs/heads/")
        raise RefusedError(problem(f"branch {short} is checked out in {git.shown(Path(folder))}", hint="name another branch, or check out another one there"))
