"""The options that every command takes, and what they open: the manifest, the repositories, the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import click

from sync.cli.hints import WORKSPACE, complete
from sync.errors import CutOffError, Problem, RefusedError, SyncError, UsageError, problem
from sync.manifest.model import Manifest, Repo
from sync.registry import Registry
from sync.targets import Release
from sync.tree import Tree

F = TypeVar("F", bound=Callable[..., Any])


OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


def writable(_context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """The file that is written at the end; its folder is looked at now, before anything is changed."""
    if value is not None and not value.parent.is_dir():
        raise click.BadParameter(f"there is no folder '{value.parent}'.")
    return value


def sought(command: F) -> F:
    """The options that say where the manifest and the repositories are, as one keyword argument each. The hints of what stops the command are completed with them."""
    command = _hinted(command)
    for option in reversed(
        (
            click.option("--manifest", "-m", metavar="FILE", help="A manifest, or the name of a shipped one. Default: versync.toml, searched upward."),
            click.option("--workspace", metavar="DIR", default=WORKSPACE, show_default=True, help="Where clones of the repositories are kept."),
            click.option("--clone", is_flag=True, help="Clone into the workspace what is not at hand, without blobs."),
            click.option("--repo", "repos", metavar="NAME=PATH", multiple=True, help="Where a repository is; repeatable."),
        )
    ):
        command = option(command)
    return command


def located(command: F) -> F:
    """`sought`, and where the command writes."""
    return sought(click.option("--output", metavar="FILE", type=OUTPUT, callback=writable, help="Write to FILE instead of standard output.")(command))


def common(command: F) -> F:
    """`located`, what of the repositories is looked at, and how findings are written."""
    for option in reversed(
        (
            click.option("--line", metavar="N", type=click.IntRange(min=0), help="Look at release line N: each repository's branch, else its newest tag of that major."),
            click.option("--at", "revisions", metavar="[REPO=]REV", multiple=True, help="Look at a revision instead of the work tree; repeatable."),
            click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", show_default=True, help="How findings are written."),
        )
    ):
        command = option(command)
    return located(command)


def _hinted(command: F) -> F:
    @wraps(command)
    def run(**options: Any) -> Any:
        try:
            return command(**options)
        except SyncError as error:
            error.problems = tuple(complete(one, options) for one in error.problems)
            raise

    return cast("F", run)


class Opened(NamedTuple):
    """What the options open. ``notes`` say what was passed over, and why; ``line`` is the release line that is looked at, if it is one."""

    manifest: Manifest
    trees: Mapping[str, Tree]
    registry: Registry
    notes: tuple[Problem, ...]
    line: int | None = None


def open_manifest(name: str | None) -> Manifest:
    """The manifest of that path or shipped name; without one, the versync.toml nearest above the current folder. Raises UsageError."""
    from sync.manifest import read

    if name is None:
        found = read.find(Path.cwd())
        if found is None:
            raise UsageError(problem("no versync.toml here or in a folder above", hint="--manifest FILE, or the name of a shipped one: " + ", ".join(read.names())))
        path = found
    elif (path := Path(name)).is_file():
        pass
    else:
        shipped = read.shipped(name) if "/" not in name else None
        if shipped is None:
            raise UsageError(problem(f"there is no manifest {name}", hint="shipped ones: " + ", ".join(read.names())))
        path = shipped
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(problem(f"{path} cannot be read: {error.strerror}")) from None
    return read.read(shown(path), raw)


def shown(path: Path) -> str:
    """A path as messages name it: from the current folder, where it lies below that."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def open_for(options: Mapping[str, Any], known: Manifest | None = None) -> Opened:
    """What the common options of a command open; ``known`` is the manifest, if it has been read. A repository that is not at hand is left out.

    Raises UsageError for what the options name wrongly, a line that no repository has among it.
    """
    from sync.cli import locate, plugins
    from sync.tree import open_tree

    read, line = known or open_manifest(options["manifest"]), options.get("line")
    registry = plugins.registry(read)
    paths = folders(read, options, clone=options["clone"])
    at = _revisions(options.get("revisions", ()), read, paths)
    whole(paths)
    trees, notes = {}, []
    for name, path in paths.items():
        rev = at.get(name, "")
        if line is not None and not rev:
            rev = locate.line(read.repos[name], path, line)
            if not rev:
                if all(one.retired is not None for one in read.components if one.repo == name):
                    continue
                there = ", ".join(map(str, locate.lines(read.repos[name], path)))
                hint = f"its lines: {there}" if there else ""
                notes.append(problem(f"{name} has no line {line}: neither a branch nor a tag", repo=name, hint=hint, severity="note", rule="not-checked"))
                continue
        trees[name] = open_tree(name, path, rev)
    if notes and not trees:
        raise UsageError(one._replace(severity="error") for one in notes)
    return Opened(read, trees, registry, tuple(notes), line)


def folders(manifest: Manifest, options: Mapping[str, Any], *, clone: bool = False) -> dict[str, Path]:
    """Where the repositories of a manifest are by ``--repo`` and ``--workspace``, whose default lies beside a manifest that was searched upward: every folder below sees the same clones.

    Raises UsageError for what the options name wrongly.
    """
    from sync.cli import locate

    beside = options["manifest"] is None and options["workspace"] == WORKSPACE
    workspace = Path(manifest.path).parent / WORKSPACE if beside else Path(options["workspace"])
    return locate.paths(manifest, workspace, _pairs(options["repos"], manifest), clone=clone)


def at_hand(opened: Opened) -> Opened:
    """What was opened, if it is anything at all. Raises RefusedError."""
    if not opened.trees:
        names = ", ".join(opened.manifest.repos)
        hint = "--repo NAME=PATH for each, --clone to fetch them, or run it in a checkout with one of their urls as a remote"
        raise RefusedError((*opened.notes, problem(f"no repository is at hand: {names}", hint=hint)))
    return opened


def whole(paths: Mapping[str, Path]) -> None:
    """Raises CutOffError where a run was cut off: what stands there is neither the old family nor the new."""
    from sync.journal import pending

    stuck = [name for name, path in paths.items() if pending(path)]
    if stuck:
        raise CutOffError(problem(f"a run of versync was cut off in {', '.join(stuck)}", hint="versync recover"))


def _pairs(values: Sequence[str], manifest: Manifest) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, mark, path = value.partition("=")
        if not mark or not path:
            raise UsageError(problem(f"--repo {value}: write NAME=PATH"))
        if name not in manifest.repos:
            raise UsageError(problem(f"--repo: the manifest has no repository {name!r}", path=manifest.path, hint=f"repositories: {', '.join(manifest.repos)}"))
        pairs[name] = path
    return pairs


def _revisions(values: Sequence[str], manifest: Manifest, paths: Mapping[str, Path]) -> dict[str, str]:
    """``REV`` is meant for the leader's repository if it is at hand, else for the only one that is."""
    found = {}
    for value in values:
        name, mark, rev = value.partition("=")
        if not mark or name not in manifest.repos:
            name, rev = (manifest.lead.repo if manifest.lead.repo in paths else next(iter(paths), manifest.lead.repo)), value
        if not rev:
            raise UsageError(problem(f'--at "{value}" names no revision', hint="is a variable unset?"))
        found[name] = rev
    return found


class Tags(Mapping[str, Sequence[Release]]):
    """The releases of each repository that is at hand, newest first, read from its tags when they are asked for.

    A repository that is looked at at a revision has the releases that there were then, unless those of ``ever`` are wanted, and on a release line only that line's.
    """

    def __init__(self, manifest: Manifest, trees: Mapping[str, Tree], line: int | None = None, *, ever: bool = False) -> None:
        self._line = line
        self._ever = ever
        self._repos: Mapping[str, Repo] = manifest.repos
        self._trees = trees
        self._known: dict[str, Sequence[Release]] = {}

    def __getitem__(self, name: str) -> Sequence[Release]:
        if name not in self._trees:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = _releases(self._repos[name], self._trees[name], self._line, ever=self._ever)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._trees)

    def __len__(self) -> int:
        return len(self._trees)


def _releases(repo: Repo, tree: Tree, line: int | None, *, ever: bool) -> Sequence[Release]:
    from sync import git, template

    if git.git_dir(tree.root) is None:
        return ()
    shape = template.compile(repo.tag)
    until = git.commit_time(tree.root, tree.revision) if tree.revision and not ever else None
    found = []
    for tag in git.tags(tree.root):
        version = shape.read(tag.name)
        if version is not None and (until is None or tag.time <= until) and line in (None, version.major):
            found.append(Release(version, datetime.fromtimestamp(tag.time, UTC).date(), tag.name))
    return sorted(found, key=lambda one: (one.version, one.tag), reverse=True)


def today() -> date:
    """The day in UTC, for the lag."""
    return datetime.now(UTC).date()
