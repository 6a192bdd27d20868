"""``versync check``, ``bump``, ``diff``, ``sites``, ``undo``, ``recover`` and ``schema``: each composes the pipeline, prints, and returns the exit code.

`sync.cli` says in which module every other command is.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync import errors
from sync.cli.hints import asked, complete, spoken
from sync.cli.options import OUTPUT, Opened, Tags, at_hand, common, folders, located, open_for, open_manifest, today, whole, writable
from sync.cli.printing import Roots, write
from sync.errors import counted

if TYPE_CHECKING:
    from sync.pipeline import Outcome


@click.command()
@common
@click.option("--require-all", is_flag=True, help="A repository that is not at hand counts as out of sync.")
def check(require_all: bool, **options: Any) -> int:
    """Proves that every component is in lockstep; writes nothing."""
    from sync import inventory, pipeline
    from sync.cli.ruled import grace
    from sync.report import findings

    opened = open_for(options)
    tags = Tags(opened.manifest, opened.trees, opened.line)
    found = inventory.look(opened.manifest, opened.trees, opened.registry)
    outcome = pipeline.check(opened.manifest, found, tags, today(), grace(opened.manifest))
    said = {one.repo for one in opened.notes}
    outcome = outcome._replace(unchecked=tuple(sorted([*opened.notes, *(one for one in outcome.unchecked if one.repo not in said)])))
    if require_all:
        outcome = outcome._replace(findings=tuple(sorted([*outcome.findings, *(one._replace(severity="error") for one in outcome.unchecked)])), unchecked=())
    revisions = {name: tree.revision for name, tree in opened.trees.items()}
    outcome = outcome._replace(findings=tuple(complete(one, options, revisions) for one in outcome.findings))
    write(findings.render(outcome, options["style"], Roots(opened, github=options["style"] == "github").local), options["output"])
    red = any(one.severity == "error" for one in outcome.findings)
    return errors.OUT_OF_SYNC if red or not opened.trees else errors.IN_SYNC  # what checked nothing has proved nothing


def _split(targets: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """TARGET and COMPONENT=TARGET arguments; without a bare one the leader stays where it is."""
    from sync.errors import UsageError, problem

    if "" in targets:
        raise UsageError(problem("an empty TARGET says nothing", hint="is a variable unset?"))
    bare = [one for one in targets if "=" not in one]
    if len(bare) > 1:
        raise UsageError(problem(f"one TARGET is for the project, not {len(bare)}: {' '.join(bare)}", hint="name the others: COMPONENT=TARGET"))
    return (bare[0] if bare else ""), dict(one.split("=", 1) for one in targets if "=" in one)


def _planned(opened: Opened, targets: tuple[str, ...], allow_downgrade: bool) -> Outcome:
    from sync import inventory, pipeline
    from sync import targets as aims

    target, named = _split(targets)
    at_hand(opened)
    tags = Tags(opened.manifest, opened.trees, opened.line)
    found = inventory.look(opened.manifest, opened.trees, opened.registry)
    wanted = aims.bumped(opened.manifest, found, tags, target, named, allow_downgrade=allow_downgrade)
    return pipeline.bump(opened.manifest, found, wanted)


@click.command()
@click.argument("targets", metavar="TARGET [COMPONENT=TARGET ...]", nargs=-1, required=True)
@common
@click.option("--dry-run", is_flag=True, help="Print the diff that would be written; write nothing.")
@click.option("--allow-downgrade", is_flag=True, help="Let a component go back to a lower version.")
@click.option("--branch", metavar="NAME", help="Commit to that branch in every repository; checkouts stay as they are.")
@click.option("--commit", is_flag=True, help="Commit what was written, with each repository's message.")
@click.option("--tag", is_flag=True, help="Tag that commit, with each repository's template; implies --commit.")
def bump(targets: tuple[str, ...], dry_run: bool, allow_downgrade: bool, branch: str | None, commit: bool, tag: bool, **options: Any) -> int:
    """Moves every component to TARGET: a version, or major, minor, patch, rc, dev, release."""
    from sync import carry, pipeline
    from sync.report import summary

    if branch == "":
        raise errors.UsageError(errors.problem("--branch has no name", hint="is a variable unset?"))
    opened = open_for(options)
    outcome = _planned(opened, targets, allow_downgrade)
    stopping = pipeline.stopping(outcome.findings)
    if stopping:
        raise errors.RefusedError(stopping)
    if dry_run:
        write(summary.diff(outcome, prefixed=len(opened.manifest.repos) > 1), options["output"])
        return errors.IN_SYNC
    done = carry.out(opened.manifest, opened.trees, outcome, branch=branch, commit=commit or tag, tag=tag, line=options["line"])
    write(summary.bumped(outcome, done, opened.manifest, (*opened.notes, *done.notes), options["style"], spoken(shlex.join(["versync", "undo", *asked(options)]))), options["output"])
    return errors.IN_SYNC


@click.command()
@click.argument("targets", metavar="[TARGET] [COMPONENT=TARGET ...]", nargs=-1)
@common
@click.option("--allow-downgrade", is_flag=True, help="Let a component go back to a lower version.")
@click.option("--patches", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="One REPOSITORY.patch file each, for git apply.")
def diff(targets: tuple[str, ...], allow_downgrade: bool, patches: Path | None, **options: Any) -> int:
    """The dry run: the unified diff that a bump to TARGET would write (without one: what check wants changed)."""
    from sync import inventory, pipeline
    from sync.cli.ruled import grace
    from sync.report import summary
    from sync.report.diff import unified
    from sync.report.plain import printable

    opened = open_for(options)
    if targets:
        outcome = _planned(opened, targets, allow_downgrade)
    else:
        found = inventory.look(opened.manifest, opened.trees, opened.registry)
        outcome = pipeline.check(opened.manifest, found, Tags(opened.manifest, opened.trees, opened.line), today(), grace(opened.manifest))
    stopping = [one for one in outcome.findings if one.severity == "error" and one.rule not in ("unlisted", "differs", "lag", "stale-lock", "style")]
    if targets and stopping:
        pass  # what a bump refuses is no patch
    elif patches is None:
        write(summary.diff(outcome, prefixed=len(opened.manifest.repos) > 1), options["output"])
    else:
        patches.mkdir(parents=True, exist_ok=True)
        for name, files in outcome.changes.items():
            (patches / f"{name}.patch").write_bytes(unified(files))
            click.echo(f"{patches / f'{name}.patch'}: {counted(len(files), 'file')}")
    for one in stopping:
        click.echo(str(printable(one)), err=True)
    return errors.NOT_CARRIED_OUT if stopping else errors.IN_SYNC


@click.command()
@common
def sites(**options: Any) -> int:
    """Everything that was found, by component: file, line, version, role."""
    from sync import inventory
    from sync.report import listing

    opened = open_for(options)
    found = inventory.look(opened.manifest, opened.trees, opened.registry)
    write(listing.render(opened.manifest, found, options["style"]), options["output"])
    return errors.IN_SYNC


@click.command()
@located
@click.option("--force", is_flag=True, help="Also over files that were changed since.")
def undo(force: bool, **options: Any) -> int:
    """Takes the last bump back, in all its repositories."""
    from sync import transaction

    roots = folders(open_manifest(options["manifest"]), options)
    whole(roots)
    done = transaction.undo(list(roots.values()), force=force)
    back = " and ".join(counted(count, what) for count, what in ((done.files, "file"), (len(done.refs), "ref")) if count)
    said = f"{back} {'stands as it' if done.files + len(done.refs) == 1 else 'stand as they'} did" if back else "nothing to take back: everything stands as it did"
    write(f"{said} before the last bump\n", options["output"])
    return errors.IN_SYNC


@click.command()
@located
@click.option("--force", is_flag=True, help="Also over files that hold neither the old nor the new bytes.")
def recover(force: bool, **options: Any) -> int:
    """Takes back a run that was cut off."""
    from sync import transaction

    count = transaction.recover(list(folders(open_manifest(options["manifest"]), options).values()), force=force)
    write(f"{counted(count, 'interrupted run')} taken back\n" if count else "nothing to recover\n", options["output"])
    return errors.IN_SYNC


@click.command()
@click.argument("what", type=click.Choice(["manifest", "policy"]), default="manifest", metavar="[manifest|policy]")
@click.option("--output", metavar="FILE", type=OUTPUT, callback=writable, help="Write to FILE instead of standard output.")
def schema(what: str, output: Path | None) -> int:
    """The JSON Schema of manifests, or of policies."""
    import json

    from sync.manifest.schema import schema as of_manifest
    from sync.policy.schema import policy_schema as of_policy

    write(json.dumps(of_policy() if what == "policy" else of_manifest(), indent=2) + "\n", output)
    return errors.IN_SYNC
