"""``versync replay``: past releases as the proof that a manifest is right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from sync import errors
from sync.cli.hints import complete, next_command
from sync.cli.options import Opened, at_hand, common, open_for, open_manifest
from sync.cli.printing import write
from sync.errors import Problem, SyncError, UsageError, counted, problem
from sync.manifest.model import Manifest
from sync.registry import Registry
from sync.report.replayed import Row
from sync.tree import Tree
from sync.version import Version


@click.command()
@common
@click.option("--since", metavar="VERSION", help="Only releases from that version on.")
@click.option("--last", metavar="N", type=click.IntRange(min=1), help="Only the last N releases of each repository.")
@click.option("--case", "case", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A case folder (case.json, before/, after/) instead of the history.")
@click.option("--diff", "diffs", is_flag=True, help="Show every hunk that differs, with its cause.")
def replay(since: str | None, last: int | None, case: Path | None, diffs: bool, **options: Any) -> int:
    """Applies today's manifest to the tree before each past release, and compares; reads git's objects, never a checkout.

    Each miss has its cause: re-locked, date, unrelated edit, drift before the bump, or other. Only the last is red, and a replay of no release at all: that proves nothing.
    """
    from sync.report import replayed
    from sync.report.plain import printable

    try:
        start = Version.of(since) if since is not None else None
    except ValueError as error:
        raise UsageError(problem(f"--since: {error}")) from None
    notes: list[Problem] = []
    trees: Mapping[str, Tree] = {}
    if case is not None:
        rows = [_case(case, options)]
    else:
        at = at_hand(open_for(options))
        rows, trees = list(_releases(at, start, last, notes)), at.trees
    for one in notes:
        click.echo(str(printable(complete(one, options))), err=True)
    said = replayed.render(rows, options["style"], diffs=diffs)
    if options["style"] == "text" and not diffs and any(row.result is not None and row.result.hunks for row in rows):
        chosen = [*(("--since", since) if since else ()), *(("--last", str(last)) if last else ()), *(("--case", str(case)) if case else ())]
        said += f"every hunk: {next_command('replay', [*chosen, '--diff'], options)}\n"
        if any(_unknown(row, trees) for row in rows):
            said += f"places that the manifest does not know: {next_command('learn', [], options)}, then {next_command('audit', [], options)}\n"
    write(said, options["output"])
    return errors.IN_SYNC if rows and all(row.verdict not in ("other", "not replayed") for row in rows) else errors.OUT_OF_SYNC


def _unknown(row: Row, trees: Mapping[str, Tree]) -> bool:
    """Whether a release moved a place that the manifest does not know, in a file that is still there."""
    return row.result is not None and any(one.unknown and row.repo in trees and trees[row.repo].has(one.path) for one in row.result.hunks)


def _releases(at: Opened, start: Version | None, last: int | None, notes: list[Problem]) -> Iterator[Row]:
    """Every release on the line that each repository stands on, oldest first; ``notes`` say of a repository without any why that is."""
    from sync import git, history
    from sync.catfile import CatFile
    from sync.scan import Kept

    for name, tree in at.trees.items():
        if git.git_dir(tree.root) is None:
            notes.append(history.none(name, tree.root))
            continue
        kept: Kept = {}
        with CatFile(tree.root, keep=1 << 20) as objects:
            earlier: list[Problem] = []
            every = list(history.bumps(at.manifest, name, tree.root, tree.revision or "HEAD", at.registry, objects, earlier))
            if len(every) < (last or len(every) + 1) and (start is None or not every or start <= every[0].old):
                notes += earlier
            found = [one for one in every if start is None or one.new >= start]
            if not every:
                notes.append(history.none(name, tree.root))
            elif not found:
                newest = max(one.new for one in every)
                notes.append(problem(f"none of its {counted(len(every), 'release')} is {start} or later; the newest is {newest}", repo=name, severity="note"))
            for one in found[-last:] if last else found:
                yield _row(at.manifest, at.registry, name, tree.root, one, objects, kept)


def _row(manifest: Manifest, registry: Registry, name: str, root: Path, one: Any, objects: Any, kept: Any) -> Row:
    from sync import git
    from sync import replay as replaying
    from sync.tree import RevTree

    shown = f"{one.old} -> {one.new}"
    try:
        before, after = (RevTree(name, root, rev, objects) for rev in (one.parent, one.commit))
        changed = git.changed(root, one.parent, one.commit)
        return Row(name, one.commit, shown, replaying.release(manifest, name, before, after, changed, registry, kept=kept))
    except SyncError as error:
        return Row(name, one.commit, shown, None, "; ".join(each.message for each in error.problems))


def _case(case: Path, options: dict[str, Any]) -> Row:
    """One release kept as a folder: ``before/`` and ``after/`` (only what changed), described by ``case.json``."""
    import adapters
    from sync import replay as replaying
    from sync.tree import HeldTree, open_tree

    try:
        said = json.loads((case / "case.json").read_text("utf-8"))
        repository, old, changed = str(said["repository"]), said["old"], [str(one) for one in said["changed"]]
        new = Version.of(str(said["new"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(problem(f"{case / 'case.json'} does not describe a case: {error}", hint="it names repository, old, new and changed")) from None
    manifest = open_manifest(options["manifest"])
    repo = next((repo.name for repo in manifest.repos.values() if repo.url.rstrip("/").endswith(f"/{repository}") or repo.name == repository), None)
    if repo is None:
        raise UsageError(problem(f"no repository of the manifest is {repository}", path=manifest.path))
    before, laid = open_tree(repo, case / "before"), open_tree(repo, case / "after")
    after = HeldTree(repo, laid.root, dict([*before.read_many(before.paths()), *laid.read_many(laid.paths())]))
    registry = Registry(adapters.TABLE, adapters.load)
    result = replaying.release(manifest, repo, before, after, changed, registry, version=new)
    return Row(repo, "", f"{old} -> {new}", result)
