"""Where the manifest's repositories are on this machine, and fetching those that are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sync.errors import Problem, SyncError, UsageError, problem
from sync.manifest.model import Manifest, Repo

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def paths(manifest: Manifest, workspace: Path, given: Mapping[str, str], *, clone: bool) -> dict[str, Path]:
    """By repository: ``--repo``; else the current checkout if one of its remotes is its url; else ``WORKSPACE/NAME``.

    A repository without a url is the folder that the manifest lies in. What is nowhere is left out, unless ``clone``.
    Raises UsageError for a path that does not exist.
    """
    found: dict[str, Path] = {}
    wrong = []
    for name, path in given.items():
        folder = Path(path).expanduser()
        if folder.is_dir():
            found[name] = folder.resolve()
        else:
            wrong.append(problem(f"--repo {name}={path}: there is no such folder", hint="name a checkout, a bare repository or a plain folder"))
    if wrong:
        raise UsageError(wrong)
    here = _here(manifest, given)
    missing = []
    for name, repo in manifest.repos.items():
        if name in found:
            continue
        kept = workspace / name
        if name in here:
            found[name] = here[name]
        elif not repo.url and len(manifest.repos) == 1:
            found[name] = Path(manifest.path).resolve().parent
        elif kept.is_dir():
            found[name] = kept.resolve()
        elif clone and repo.url:
            missing.append(repo)
    if missing:
        _check_urls(manifest, missing)
        found.update(_clone(missing, workspace))
    return {name: found[name] for name in manifest.repos if name in found}


def _here(manifest: Manifest, given: Mapping[str, str]) -> dict[str, Path]:
    """The current checkout, if one of its remotes is the url of a repository that was not given.

    A fork, or a checkout without a remote, in which the manifest lies counts as the repository of its name, or as the only one.
    """
    from sync import git
    from sync.url import same_url

    wanted = {name: repo.url for name, repo in manifest.repos.items() if repo.url and name not in given}
    top = git.toplevel(Path.cwd()) if wanted else None
    if top is None:
        return {}
    remotes = git.remotes(top)
    found = {name: top for name, url in wanted.items() if any(same_url(url, remote) for remote in remotes)}
    if found or not Path(manifest.path).resolve().is_relative_to(top.resolve()):
        return found
    called = {_base(remote) for remote in remotes} or {top.name}
    alike = [name for name, url in wanted.items() if _base(url) in called or len(manifest.repos) == 1]
    return {alike[0]: top} if len(alike) == 1 else {}


def _base(url: str) -> str:
    return url.rstrip("/").removesuffix(".git").replace(":", "/").rpartition("/")[2].casefold()


def _check_urls(manifest: Manifest, repos: list[Repo]) -> None:
    """Raises UsageError for the URLs that git is not handed, before any of the others is cloned."""
    from sync.url import check_url

    wrong = []
    for repo in repos:
        try:
            check_url(repo.url)
        except UsageError as error:
            wrong += [one._replace(path=manifest.path, line=repo.at.line, column=repo.at.column) for one in error.problems]
    if wrong:
        raise UsageError(wrong)


def _clone(repos: list[Repo], workspace: Path) -> dict[str, Path]:
    """All of them at once, with a progress bar on a terminal; what could not be cloned is told together."""
    from concurrent.futures import ThreadPoolExecutor

    from rich.console import Console
    from rich.progress import Progress

    from sync import gitwrite

    failed: list[Problem] = []
    found = {}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress, ThreadPoolExecutor(max_workers=8) as pool:
        jobs = {}
        for repo in repos:
            task = progress.add_task(repo.name, total=1.0)
            jobs[repo.name] = pool.submit(gitwrite.clone, repo.url, workspace / repo.name, tell=_teller(progress, task))
        for name, job in jobs.items():
            try:
                job.result()
                found[name] = (workspace / name).resolve()
            except SyncError as error:
                failed += [one._replace(repo=name, message=f"could not be cloned: {one.message}") for one in error.problems]
    if failed:
        raise SyncError(failed)
    return found


def _teller(progress: Progress, task: TaskID) -> Callable[[str, float], None]:
    def tell(_stage: str, part: float) -> None:
        progress.update(task, completed=part)

    return tell


def line(repo: Repo, path: Path, major: int) -> str:
    """The revision of release line ``major``: the repository's branch for it (also a remote's), else its newest tag of that major; "" for neither."""
    from sync import git, template
    from sync.version import Version

    if git.git_dir(path) is None:
        return ""
    if repo.line:
        name = template.compile(repo.line).render(Version((major, 0, 0)))
        for prefix in ("refs/heads/", "refs/remotes/origin/"):
            if git.ref(path, prefix + name):
                return prefix + name
    shape = template.compile(repo.tag)
    tagged = [(version, tag.name) for tag in git.tags(path) if (version := shape.read(tag.name)) is not None and version.major == major]
    return f"refs/tags/{max(tagged)[1]}" if tagged else ""


def lines(repo: Repo, path: Path) -> list[int]:
    """The release lines that `line` finds, in order."""
    from sync import git, template
    from sync.version import Version

    if git.git_dir(path) is None:
        return []
    shape, branch = template.compile(repo.tag), template.compile(repo.line) if repo.line else None
    found = {version.major for tag in git.tags(path) if (version := shape.read(tag.name)) is not None}
    for prefix in ("refs/heads/", "refs/remotes/origin/") if branch is not None else ():
        for name in (ref.removeprefix(prefix) for ref in git.branches(path, prefix)):
            version = branch.read(name) if branch is not None else None
            if version is not None and branch is not None and branch.render(Version((version.major, 0, 0))) == name:
                found.add(version.major)
    return sorted(found)
