"""Asking git: the only module that starts it, one process per question (`sync.catfile` goes through it; `sync.gitwrite` uses GitPython besides).

Repositories are untrusted. Reading runs none of their code (no hooks, no fsmonitor, no textconv), nothing that
git could read as an option or as a remote helper reaches it, and what it says is redacted before it is shown.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from sync import signals
from sync.errors import RefusedError, UsageError, problem
from sync.shell import word
from sync.url import redact

LOCAL: Final = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_ATTR_SOURCE",
    "GIT_EXTERNAL_DIFF",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
"""What a git that started us (a hook, an alias) says about *its* repository: `git rev-parse --local-env-vars` and kin."""

SAFE: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}

SETTINGS: Final = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.quotePath=false",
    "core.commitGraph=true",
    "protocol.ext.allow=never",
    "protocol.fd.allow=never",
    "log.showSignature=false",
    "i18n.commitEncoding=utf-8",
    "i18n.logOutputEncoding=utf-8",
    "gc.auto=0",
    "maintenance.auto=false",
)
"""Settings that no repository can override: its own configuration names programs that git would start."""

MANY: Final = 256
"""Pathspecs, or ids written to a pipe, at a time: far under ARG_MAX, and under the 64 KiB that a pipe holds."""


PIPE: Final = 1 << 20
"""Bytes that a pipe is asked to hold, so that git need not wait for us."""


EARLY: Final = 1 << 15
"""Bytes of a question that any pipe holds, so that we need not wait for git."""


STRETCH: Final = 1 << 16
"""Bytes of an answer that are looked at in one go."""

REMOTES: Final = ("config", "-z", "--get-regexp", r"^remote\..*\.url$")
LS_FILES: Final = ("ls-files", "-z")
BLOBS: Final = ("cat-file", "--batch")
TAGS: Final = (
    "for-each-ref",
    "--format=%(refname:strip=2)%00%(objectname)%00%(objecttype)%00%(committerdate:unix)%00%(*objectname)%00%(*objecttype)%00%(*committerdate:unix)",
    "refs/tags",
)

_asked: Final[dict[tuple[Path, tuple[str, ...]], subprocess.Popen[bytes]]] = {}
"""The gits of `ahead` whose answers nobody has taken yet."""


class GitError(RefusedError):
    """git said no. ``said`` is its own message, redacted."""

    def __init__(self, message: str, said: str = "", hint: str = "") -> None:
        self.said = said
        super().__init__(problem(f"{message}: {said}" if said else message, hint=hint))


class Entry(NamedTuple):
    """One file of a tree: the mode as git writes it (``100644``), the blob's id, the path."""

    mode: str
    sha: str
    path: str


class Tag(NamedTuple):
    """A tag: its short name, the full id of the commit that it stands for, and that commit's committer date in Unix seconds."""

    name: str
    sha: str
    time: int


class Touched(NamedTuple):
    """One commit that touched given paths: full ids, committer date in Unix seconds, and path -> new blob id (zeros: removed)."""

    sha: str
    parents: tuple[str, ...]
    time: int
    blobs: Mapping[str, str]


# ---- starting git


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's environment, less what it says about another repository, plus what keeps git quiet."""
    kept = {key: value for key, value in os.environ.items() if key not in LOCAL}
    kept.update(SAFE)
    if extra:
        kept.update(extra)
    return kept


def command(root: Path, *, owned: bool = False) -> list[str]:
    """The beginning of every command line. ``owned``: git itself looks for the repository, and so checks who owns it."""
    options = ["git", "--no-pager"]
    for setting in SETTINGS:
        options += ("-c", setting)
    directory = git_dir(root)
    if directory is None:
        raise RefusedError(problem(f"{shown(root)} is no git repository"))
    if directory == root:
        return [*options, f"--git-dir={root}"]
    # Naming the directory skips git's search upwards, so that a broken .git never stands for another repository.
    return [*options, "-C", str(root)] if owned else [*options, "-C", str(root), f"--git-dir={directory}"]


def run(root: Path, *args: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None, owned: bool = False, codes: Sequence[int] = (0,)) -> bytes:
    """What git prints. Raises GitError for an exit code that is not among ``codes``."""
    early = _asked.pop((root, args), None)
    if early is not None:
        with early:
            said = early.communicate()[0]
        if early.returncode in codes:
            return said
    line = [*command(root, owned=owned), *args]
    apart = 0 if signals.last.held else None  # a terminal sends its SIGINT to the whole group: what we hold back must not end git
    try:
        done = subprocess.run(line, input=stdin, capture_output=True, env=environment(extra), check=False, process_group=apart)
    except FileNotFoundError:
        raise _absent() from None
    if done.returncode not in codes:
        asked = next(word for word in args if not word.startswith("-") and "=" not in word)
        raise failure(root, asked, done.stderr.decode("utf-8", "replace"))
    return done.stdout


@contextmanager
def meanwhile(root: Path, *args: str, codes: Sequence[int] = (0,)) -> Iterator[Iterator[bytes]]:
    """Starts git, and yields what it prints, a stretch of whole lines at a time, as it comes: it has another processor to itself.

    Reading raises as `run` does. git is ended with the block.
    """
    process = _begun(root, args)
    with process:
        yield _stretches(process, partial(run, root, *args, codes=codes), codes)


def _begun(root: Path, args: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen([*command(root), *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment())
    except FileNotFoundError:
        raise _absent() from None
    with suppress(ImportError, AttributeError, OSError):  # Linux has it; how much a user may have is limited
        from fcntl import F_SETPIPE_SZ, fcntl

        assert process.stdout is not None
        fcntl(process.stdout, F_SETPIPE_SZ, PIPE)
    return process


def _stretches(process: subprocess.Popen[bytes], again: Callable[[], bytes], codes: Sequence[int]) -> Iterator[bytes]:
    assert process.stdout is not None
    rest = b""
    while more := process.stdout.read(STRETCH):
        lines, end, rest = (rest + more).rpartition(b"\n")
        yield lines + end
    yield rest
    if process.wait() not in codes:
        again()  # says why


@contextmanager
def ahead(roots: Iterable[Path]) -> Iterator[None]:
    """Asks each repository's git already for what every look at it begins with (`ls_files`, `tags`), each in a process of its own, while we load what looks."""
    try:
        for root in roots:
            for args in (REMOTES, LS_FILES, TAGS):
                _asked[root, args] = _begun(root, args)
        yield
    finally:
        for process in _asked.values():
            with process:
                pass
        _asked.clear()


@contextmanager
def blobs(root: Path, early: Sequence[str] = ()) -> Iterator[Callable[[Sequence[str]], list[bytes | None]]]:
    """Starts a git that is asked once what names such as ``refs/tags/v1:PATH`` mean: for the ``early`` ones, while we do something else, and those of the question.

    The answer holds the blobs of all of them in their order, None for what is no blob or is not there. Asking raises ValueError for a line break in a name, and as `run` does.
    """
    with start(root, *BLOBS) as process:
        assert process.stdin is not None
        ahead = _asked_for(early)
        with suppress(BrokenPipeError):  # it is asked again, and says why
            process.stdin.write(ahead[:EARLY])
            process.stdin.flush()

        def ask(names: Sequence[str]) -> list[bytes | None]:
            more = _asked_for(names)
            text = process.communicate(ahead[EARLY:] + more)[0]
            return _blobs(text if process.returncode == 0 else run(root, *BLOBS, stdin=ahead + more), len(early) + len(names))

        yield ask


def _asked_for(names: Sequence[str]) -> bytes:
    if any("\n" in name for name in names):
        raise ValueError("a name with a line break")
    return "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")


def _blobs(text: bytes, count: int) -> list[bytes | None]:
    found: list[bytes | None] = []
    at = 0
    for _ in range(count):
        end = text.index(b"\n", at)
        head, at = text[at:end].split(b" "), end + 1
        if len(head) != 3 or head[0].startswith(b"refs/"):  # "NAME missing", with any number of spaces in it
            found.append(None)
            continue
        end = at + int(head[2])
        found.append(text[at:end] if head[1] == b"blob" else None)
        at = end + 1
    return found


def start(root: Path, *args: str) -> subprocess.Popen[bytes]:
    """A git that answers one question after the other, over pipes."""
    return subprocess.Popen([*command(root), *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment())


def _absent() -> RefusedError:
    return RefusedError(problem("git was not found", hint="install git, or put it on PATH"))


def failure(root: Path, asked: str, said: str) -> GitError:
    """The error for what git wrote to its standard error, with the way out where one is known."""
    text = redact(" ".join(said.split()))
    hint = ""
    if "dubious ownership" in text:
        hint = f"if you trust it: git config --global --add safe.directory {word(root)}"
    elif "tell me who you are" in text or "empty ident" in text:
        hint = 'git config --global user.name "..." and user.email'
    elif "index.lock" in text or "cannot lock ref" in text:
        hint = "another git is at work there; try again when it is done, or remove its .lock file if it was killed"
    elif "missing blob" in text or "promisor" in text:
        hint = "the repository was cloned in part: git fetch --refetch"
    return GitError(f"git {asked} failed in {shown(root)}", text, hint)


def shown(path: Path) -> str:
    """A path for a message: control characters and bytes that are no UTF-8 come out as question marks."""
    return "".join(char if char.isprintable() else "?" for char in os.fsencode(path).decode("utf-8", "replace"))


# ---- where a repository is


def git_dir(root: Path) -> Path | None:
    """The git directory of a work tree (also a linked one or a submodule's), or of a bare repository; no process. None: neither."""
    dot = root / ".git"
    try:
        if dot.is_dir():
            return dot if (dot / "HEAD").exists() else None
        if dot.is_file():
            text = dot.read_bytes()[:8192]
            if not text.startswith(b"gitdir:"):
                return None
            target = root / os.fsdecode(text[7:].strip())
            return Path(os.path.normpath(target)) if (target / "HEAD").exists() else None
        bare = (root / "HEAD").is_file() and (root / "objects").is_dir() and (root / "refs").is_dir()
    except (OSError, ValueError):
        return None
    return root if bare else None


def is_bare(root: Path) -> bool:
    """Whether ``root`` is itself a git directory."""
    return git_dir(root) == root


def toplevel(path: Path) -> Path | None:
    """The nearest folder at or above ``path`` that is a checkout (it holds ``.git``), or None; no process."""
    path = Path(os.path.abspath(path))
    for folder in (path, *path.parents):
        if os.path.lexists(folder / ".git"):
            return folder if git_dir(folder) is not None else None
    return None


# ---- names


def check_rev(rev: str) -> str:
    """``rev`` if it cannot be an option. Raises UsageError."""
    if not rev or rev.startswith("-") or not rev.isprintable():
        raise UsageError(problem(f"{rev!r} is no revision"))
    return rev


def check_ref(root: Path, ref: str) -> str:
    """A full ref name (``refs/heads/x``), if git takes it as one. Raises UsageError."""
    name = ref.split("/", 2)[-1]
    if not name.startswith("-") and ref.isprintable() and ref.startswith("refs/"):
        try:
            run(root, "check-ref-format", ref)
            return ref
        except GitError:
            pass
    raise UsageError(problem(f"{name!r} is no name for a branch or a tag", hint="see git help check-ref-format"))


# ---- questions


def remotes(root: Path) -> list[str]:
    """The URLs of a repository's remotes, as its configuration writes them."""
    text = run(root, *REMOTES, codes=(0, 1))
    return [item.partition("\n")[2] for item in _fields(text)]


def push_remote(root: Path, branch: str) -> str:
    """The name of the remote that a branch (a full ref name) is pushed to: what is set up, else origin, else the first; "" where there is none."""
    named = run(root, "for-each-ref", "--format=%(push:remotename)", check_rev(branch)).decode("utf-8", "replace").strip()
    every = run(root, "remote").decode("utf-8", "replace").split()
    return named if named in every else "origin" if "origin" in every else next(iter(every), "")


def resolve(root: Path, rev: str) -> str:
    """The full id of the commit that ``rev`` stands for. Raises GitError."""
    text = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{check_rev(rev)}^{{commit}}", codes=(0, 1, 128))
    if not text:
        raise GitError(f"{shown(root)} has no commit {rev!r}", hint="fetch it, or name another revision")
    return text.decode("ascii").strip()


def current_branch(root: Path) -> str:
    """The full name of the ref that HEAD stands on (it may be unborn); "" where HEAD is detached."""
    return run(root, "symbolic-ref", "--quiet", "HEAD", codes=(0, 1)).decode("utf-8", "replace").strip()


def ref(root: Path, name: str) -> str:
    """The id that a full ref name points to, or ""."""
    return run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", check_rev(name), codes=(0, 1)).decode("ascii").strip()


def checked_out(root: Path, name: str) -> str:
    """The folder in which that branch (a full ref name) is checked out, or ""."""
    if current_branch(root) == name and not is_bare(root):
        return str(root)
    return run(root, "for-each-ref", "--format=%(worktreepath)", name).decode("utf-8", "replace").split("\n")[0]


def tags(root: Path) -> list[Tag]:
    """All tags that stand for a commit, annotated or not, by name."""
    found = []
    for line in run(root, *TAGS).decode("utf-8", "replace").splitlines():
        name, sha, kind, time, inner, inner_kind, inner_time = line.split("\0")
        if kind == "commit":
            found.append(Tag(name, sha, int(time)))
        elif inner_kind == "commit":
            found.append(Tag(name, inner, int(inner_time)))
        elif inner_kind == "tag":  # a tag of a tag; older gits look one step deep
            commit = resolve(root, f"refs/tags/{name}")
            found.append(Tag(name, commit, commit_time(root, commit)))
    return found


def branches(root: Path, prefix: str = "refs/heads") -> dict[str, str]:
    """Full ref name -> commit id, for what stands under ``prefix``."""
    lines = run(root, "for-each-ref", "--format=%(refname)%00%(objectname)", prefix).decode("utf-8", "replace").splitlines()
    return {line.partition("\0")[0]: line.partition("\0")[2] for line in lines}


def containing(root: Path, commit: str, *prefixes: str) -> list[str]:
    """The full names of the refs under any of ``prefixes`` that contain a commit (its id)."""
    return run(root, "for-each-ref", f"--contains={check_rev(commit)}", "--format=%(refname)", *prefixes).decode("utf-8", "replace").splitlines()


def landing(root: Path, commit: str, tip: str) -> int | None:
    """The committer date, in Unix seconds, of the commit with which another came onto the first-parent line of ``tip`` (ids): itself, or the merge; None: not on it."""
    chain = run(root, "rev-list", "--first-parent", "--timestamp", check_rev(tip), f"^{check_rev(commit)}^@", "--").decode("ascii").split()
    rows = list(zip(chain[::2], chain[1::2], strict=True))
    if not rows or rows[-1][1] == commit:
        return int(rows[-1][0]) if rows else None
    since = set(run(root, "rev-list", "--ancestry-path", f"{commit}..{tip}", "--").decode("ascii").split())
    return next((int(time) for time, sha in reversed(rows) if sha in since), None)


def commit_time(root: Path, rev: str) -> int:
    """The committer date of a commit, in Unix seconds."""
    return int(run(root, "log", "-1", "--format=%ct", "--end-of-options", check_rev(rev), "--"))


def last_touched(root: Path, rev: str, paths: Sequence[str], until: int) -> int | None:
    """The committer date, in Unix seconds, of the last commit that leads to ``rev``, is no later than ``until``, and touches any of ``paths``; None where none does."""
    text = run(root, "log", "-1", "--format=%ct", f"--until=@{until}", "--end-of-options", check_rev(rev), "--", *paths)
    return int(text) if text else None


def is_shallow(root: Path) -> bool:
    """Whether a clone's history is cut off, so that its oldest commits seem to have made everything."""
    directory = git_dir(root)
    return directory is not None and (common(directory) / "shallow").exists()


def touched(root: Path, rev: str, paths: Sequence[str]) -> list[Touched]:
    """The commits on the first-parent line of ``rev`` that touch any of ``paths``, oldest first, with the blobs that they left."""
    options = ("--format=%x01%H%x00%P%x00%ct", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw", "--no-abbrev", "--no-renames")
    found = []
    for text in run(root, "log", *options, "--end-of-options", check_rev(rev), "--", *paths).decode("utf-8", "replace").split("\1")[1:]:
        head, _, rest = text.partition("\n")
        sha, parents, time = head.split("\0")
        rows = (line[1:].split("\t", 1) for line in rest.splitlines() if line.startswith(":"))
        found.append(Touched(sha, tuple(parents.split()), int(time), {path: fields.split(" ")[3] for fields, path in rows}))
    return found


def changed(root: Path, old: str, new: str) -> list[str]:
    """The paths that differ between two revisions, renames as two."""
    return _fields(run(root, "diff-tree", "-r", "-z", "--no-renames", "--name-only", "--end-of-options", check_rev(old), check_rev(new), "--"))


def ls_files(root: Path) -> list[str]:
    """The paths in the index of a work tree, in git's order, links and submodules among them; one in conflict stands there once. Names that are no UTF-8 are left out."""
    text = run(root, *LS_FILES).decode("utf-8", "surrogateescape")
    paths = list(dict.fromkeys(text.split("\0")[:-1]))
    return paths if text.isascii() else [path for path in paths if path.isascii() or not any("\udc80" <= char <= "\udcff" for char in path)]


def untracked(root: Path) -> list[str]:
    """The paths of the files of a work tree that git neither tracks nor ignores, in git's order. Names that are no UTF-8 are left out."""
    paths = run(root, "ls-files", "--others", "--exclude-standard", "-z").decode("utf-8", "surrogateescape").split("\0")[:-1]
    return [path for path in paths if not path.endswith("/") and not any("\udc80" <= char <= "\udcff" for char in path)]


def ls_tree(root: Path, rev: str) -> list[Entry]:
    """Everything that is no folder at a revision, in git's order; names that are no UTF-8 are left out."""
    text = run(root, "ls-tree", "-r", "-z", "--full-tree", check_rev(rev))
    found = []
    for item in text.split(b"\0"):
        head, _, raw = item.partition(b"\t")
        try:
            path = raw.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if path:
            mode, _, sha = head.decode("ascii").split(" ")
            found.append(Entry(mode, sha, path))
    return found


def _fields(text: bytes) -> list[str]:
    return [item.decode("utf-8", "surrogateescape") for item in text.split(b"\0") if item]


def dirty_paths(root: Path, paths: Sequence[str]) -> set[str]:
    """Those of ``paths`` that differ from HEAD on disk or in the index. git runs the clean filters that the user configured."""
    few = ["--", *paths] if len(paths) <= MANY else []
    text = run(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all", *few, owned=True)
    return {item[3:] for item in _fields(text)} & set(paths)


def move_refs(root: Path, moves: Iterable[tuple[str, str, str]]) -> None:
    """``(ref, new, old)``: all of them or none, each only if it is still at ``old`` ("": not there; as ``new``: deleted)."""
    lines = []
    for name, new, old in moves:
        verb, values = ("update", [new, old or "0" * len(new)]) if new else ("delete", [old])
        lines.append(f"{verb} {check_rev(name)}\0" + "".join(f"{value}\0" for value in values))
    run(root, "update-ref", "-m", "versync", "--no-deref", "--stdin", "-z", stdin="".join(lines).encode())


def promisor(root: Path) -> str:
    """The remote that a partial clone takes its missing objects from; "" where it is none. No process for a full clone."""
    directory = git_dir(root)
    if directory is None or not any((common(directory) / "objects" / "pack").glob("*.promisor")):
        return ""
    text = run(root, "config", "-z", "--get-regexp", r"^remote\..*\.promisor$", codes=(0, 1))
    names = [item.partition("\n")[0][len("remote.") : -len(".promisor")] for item in _fields(text)]
    return names[0] if names else ""


def common(directory: Path) -> Path:
    """The git directory that holds objects and refs, for that of a linked work tree."""
    try:
        return directory / os.fsdecode((directory / "commondir").read_bytes().strip())
    except OSError:
        return directory


def missing(root: Path, rev: str) -> set[str]:
    """The ids of the objects of a revision's tree that a partial clone does not hold."""
    text = run(root, "rev-list", "--objects", "--no-object-names", "--missing=print", "--no-walk", "--end-of-options", check_rev(rev), "--")
    return {line[1:] for line in text.decode("ascii").splitlines() if line.startswith("?")}
