"""``versync init`` and ``versync learn``: the first manifest, and what the history adds to it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync import errors
from sync.cli.editing import own, replace
from sync.cli.hints import WORKSPACE, asked, complete, next_command
from sync.cli.options import Tags, at_hand, common, folders, open_for, shown, today
from sync.cli.printing import write
from sync.errors import UsageError, problem
from sync.manifest.shape import fits
from sync.registry import Registry
from sync.url import is_local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync.learn.model import Learnt
    from sync.manifest.model import Manifest
    from sync.pipeline import Outcome


SETTLED = 3
"""Releases on which a proposal must have held to be no coincidence."""


def asking() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@click.command()
@common
@click.option("--accept", "least", metavar="MIN", type=click.IntRange(min=1), help="Add what held on at least MIN releases to the manifest, without asking.")
@click.option("--last", metavar="N", type=click.IntRange(min=2), help="Learn from the last N releases of each repository alone.")
def learn(least: int | None, last: int | None, **options: Any) -> int:
    """Finds places, rules and styles that moved with past releases and are not in the manifest.

    Exits with 1 where there is no release at all to learn from.
    """
    from sync import git, history
    from sync.learn import proposals
    from sync.learn.accept import accept, writable
    from sync.report import learnt
    from sync.report.plain import printable

    opened = at_hand(open_for(options))
    rows: list[Learnt] = []
    unread = list(opened.notes)
    count = 0
    for name, tree in opened.trees.items():
        if all(one.retired is not None for one in opened.manifest.components if one.repo == name):
            continue
        if git.git_dir(tree.root) is None:
            unread.append(history.none(name, tree.root))
            continue
        some, past = proposals.learn(opened.manifest, name, tree, opened.registry, last or 0)
        rows += some
        count += len(past.releases)
        if not past.releases:
            unread.append(history.none(name, tree.root))
        elif git.is_shallow(tree.root):
            unread.append(problem("the history is cut off: older releases were not read", repo=name, hint="git fetch --unshallow --tags", severity="note"))
    for each in unread:
        click.echo(str(printable(each)), err=True)
    wanted = [one for one in rows if one.place is None or writable(one.place)]
    if least is not None:
        added = [one for one in wanted if one.held >= least]
    elif asking() and options["style"] == "text" and options["output"] is None:
        added = _chosen(wanted)
    else:
        added = []
    if added:
        path = own(options["manifest"], opened.manifest)
        replace(path, accept(opened.manifest.path, path.read_bytes(), added))
    said = learnt.render(rows, count, options["style"], added)
    if wanted and least is None and not added and options["style"] == "text":
        enough = _enough(wanted)
        takes = sum(one.held >= enough for one in wanted)
        since = ["--last", str(last)] if last else []
        said += f"to add {'it' if takes == len(rows) == 1 else 'all' if takes == len(rows) else f'{takes} of {len(rows)}'}: {next_command('learn', ['--accept', str(enough), *since], options)}\n"
    write(said, options["output"])
    return errors.IN_SYNC if rows or count else errors.OUT_OF_SYNC


def _enough(rows: Sequence[Learnt]) -> int:
    """On how many releases a proposal must have held to be taken: on more than those that have drifted, and no coincidence, if there are such; else as the best."""
    floor = max((one.held + 1 for one in rows if one.drifted), default=SETTLED)
    solid = [one.held for one in rows if one.held == one.of and not one.drifted]
    return min((held for held in solid if held >= max(floor, SETTLED)), default=min(solid, default=max(one.held for one in rows)))


def _chosen(rows: list[Learnt]) -> list[Learnt]:
    """What the person takes: each is shown with its evidence, and asked for."""
    from sync.report import learnt

    chosen: list[Learnt] = []
    for one in rows:
        click.echo(f"{learnt.title(one)}\n  {learnt.evidence(one)}")
        answer = click.prompt("add it?", type=click.Choice(["y", "n", "all", "quit"]), default="n" if one.drifted else "y")
        if answer == "quit":
            break
        if answer == "all":
            return [*chosen, *rows[rows.index(one) :]]
        if answer == "y":
            chosen.append(one)
    return chosen


@click.command()
@click.argument("places", metavar="[PATH|URL ...]", nargs=-1)
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="The manifest to write; - for standard output. By default versync.toml, at the top of the checkout.")
@click.option("--force", is_flag=True, help="Over a manifest that is there.")
@click.option("--leader", metavar="PACKAGE", help="The package that leads, such as pkg:cargo/wasmtime, instead of the one that is found.")
@click.option("--workspace", metavar="DIR", default=WORKSPACE, show_default=True, help="Where clones of URLs are kept.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
def init(places: tuple[str, ...], output: Path | None, force: bool, leader: str | None, workspace: str, yes: bool) -> int:
    """Writes a first manifest for the repositories at PATH or URL (default: the current checkout; NAME=PATH names one)."""
    from sync.init import found
    from sync.init.propose import able, leading
    from sync.report import drafted

    output = _output(places) if output is None else output
    _no_git_directory(output)
    if os.path.lexists(output) and not force:
        raise UsageError(problem(f"{output} is there already", hint="--force writes over it; --output FILE writes elsewhere"))
    surveys = found.surveys(_repositories(places, Path(workspace)), _registry())
    heads = [head.name for one in surveys if (head := leading(one)) is not None]
    known = sorted({name for one in surveys for name in one.packages})
    if leader is not None and leader not in known:
        raise UsageError(problem(f"--leader {leader}: no repository declares it", hint=f"declared here: {', '.join(known[:20])}"))
    ask = asking() and not yes
    leaders = sorted({name for one in surveys for name, package in one.packages.items() if able(package)})
    if ask and leader is None and len(leaders) > 1 and heads:
        leader = click.prompt("which package leads?", default=found.head(surveys), type=click.Choice(leaders), show_choices=len(leaders) < 20)
    draft = found.draft(surveys, leader or "")
    draft, manifest, raw, outcome = found.checked(draft, str(output), surveys, _registry(), Tags, today())
    if ask:
        click.echo(raw.decode())
        if not click.confirm(f"write {output}?", default=True):
            raise click.Abort
    if output == Path("-"):
        write(raw, None)
        return errors.OUT_OF_SYNC if any(one.severity == "error" for one in outcome.findings) else errors.IN_SYNC
    replace(output, raw)
    again = _again(manifest, output, workspace, {one.name: one.tree.root for one in surveys})
    outcome = outcome._replace(findings=tuple(complete(one, again) for one in outcome.findings))
    write(drafted.render(draft, manifest, outcome, str(output), asked(again), _uncovered(manifest, outcome)), None)
    return errors.OUT_OF_SYNC if any(one.severity == "error" for one in outcome.findings) else errors.IN_SYNC


def _output(places: tuple[str, ...]) -> Path:
    """Where the manifest goes if nobody says: to the top of the current checkout, for which its folder stands; where places are given, into the current folder."""
    from sync import git

    top = None if places else git.toplevel(Path.cwd())
    return Path("versync.toml") if top is None else Path(os.path.relpath(top / "versync.toml"))


def _no_git_directory(output: Path) -> None:
    """Raises UsageError for a manifest within a bare repository, or within another git directory: no commit would hold it."""
    from sync import git

    folder = next((one for one in Path(os.path.abspath(output)).parents if one.name == ".git" or git.is_bare(one)), None)
    if folder is not None and output != Path("-"):
        raise UsageError(problem(f"{git.shown(folder)} is a git directory, and no place for a manifest", hint="--output FILE writes elsewhere"))


def _again(manifest: Manifest, output: Path, workspace: str, roots: Mapping[str, Path]) -> dict[str, Any]:
    """The options with which a command in the current folder finds that manifest and those repositories."""
    from sync.manifest.read import find

    named = None if (near := find(Path.cwd())) is not None and near.resolve() == output.resolve() else str(output)
    given = {"manifest": named, "workspace": workspace, "repos": ()}
    known = folders(manifest, given)
    away = [f"{name}={shown(root)}" for name, root in roots.items() if known.get(name) != root.resolve()]
    return given | {"repos": away}


def _uncovered(manifest: Manifest, outcome: Outcome) -> int:
    """How many likely places `audit` finds."""
    from sync.audit.repository import audit

    tags = Tags(manifest, {name: scan.tree for name, scan in outcome.inventory.scans.items()})
    return sum(one.likely for one in audit(manifest, outcome.inventory, tags))


def _registry() -> Registry:
    import adapters

    return Registry(adapters.TABLE, adapters.load)


def _repositories(places: tuple[str, ...], workspace: Path) -> dict[str, tuple[str, Path]]:
    """Name -> (url, folder). What is no folder is a URL, and is cloned; without any it is the current checkout, or the current folder."""
    from sync import git
    from sync.url import check_url

    found: dict[str, tuple[str, Path]] = {}
    for place in places or (str(git.toplevel(Path.cwd()) or Path.cwd()),):
        named, mark, rest = place.partition("=")
        named, place = (named, rest) if mark and fits("name", named) else ("", place)
        path = Path(place).expanduser()
        if path.is_dir():
            path = path.resolve()
            remotes = git.remotes(path) if git.git_dir(path) is not None else []
            url = next((clean for one in remotes if fits("url", clean := without_credentials(one))), "")
        elif is_local(place):
            raise UsageError(problem(f"there is no folder {git.shown(path)}", hint="a path of a checkout, or the URL of a repository"))
        else:
            url, path = without_credentials(check_url(place)), workspace / _called(named or place)
            if not path.is_dir():
                from sync import gitwrite

                gitwrite.clone(place, path)
            path = path.resolve()
        name = named or _called(url or str(path if not git.is_bare(path) or path.name != "repo" else path.parent))
        name = next(one for one in (name, *(f"{name}-{at}" for at in range(2, 1000))) if one not in found)
        found[name] = (url, path)
    return found


def without_credentials(url: str) -> str:
    """A URL as a manifest may hold it."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}" if mark and scheme != "ssh" else url


def _called(place: str) -> str:
    """What a repository is called, by its URL or its folder."""
    base = place.rstrip("/").removesuffix("/.git").removesuffix(".git").replace(":", "/").rpartition("/")[2]
    clean = "".join(char if char.isascii() and char.isalnum() or char in "._-" else "-" for char in base).lstrip("-.")
    return clean or "repository"
