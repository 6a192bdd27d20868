"""``versync site``: the status page, as one file that any web server can serve."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sync import errors
from sync.cli.options import Opened, Tags, open_for, open_manifest, sought, today
from sync.cli.ruled import dated, grace, open_ruled
from sync.cli.tiering import reports
from sync.errors import RefusedError, UsageError, problem
from sync.lag import NO_GRACE

if TYPE_CHECKING:
    from datetime import date

    from sync.lag import Grace
    from sync.policy.lines import Schedule
    from sync.report.tiered import Report
    from sync.targets import Releases

NAME = "index.html"


@click.command()
@sought
@dated
@click.option("--output", "folder", metavar="DIR", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder for index.html; it is made where it is missing.")
@click.option("--force", is_flag=True, help="Also over an index.html that versync has not written.")
def site(folder: Path, force: bool, **options: Any) -> int:
    """Writes the status page: one static file, for any web server."""
    from sync import inventory, pipeline
    from sync.report.page import html, view

    target = folder / NAME
    _ours(target, force)
    seen = _see(options)
    manifest = seen.opened.manifest
    found = inventory.look(manifest, seen.opened.trees, seen.opened.registry)
    outcome = pipeline.check(manifest, found, seen.releases, seen.day, seen.grace)
    tables = [view.judged(one) for one in seen.judged]
    page = view.page(manifest, outcome, seen.releases, seen.day, seen.schedule, missing=seen.missing, **dict(zip(("tiers", "features"), tables, strict=False)))
    raw = html.render(page)
    _write(target, raw)
    click.echo(f"{target}: {len(raw) / 1000:.0f} kB, {page.summary}")
    return errors.IN_SYNC


class _Seen(NamedTuple):
    """What the options open. ``releases`` are those until the day; without a ``schedule``, ``missing`` says why; ``judged`` are tiers and features, or nothing."""

    opened: Opened
    releases: Releases
    day: date
    schedule: Schedule | None
    missing: str
    grace: Grace
    judged: tuple[Report, ...] = ()


def _see(options: Mapping[str, Any]) -> _Seen:
    """Raises UsageError as `open_ruled` does.

    There is no calendar where the manifest names no policy, where the rules have nothing to count from, and where trains have left on paper
    of which no release is known: which lines are out is then anybody's guess.
    """
    from sync.report.page.view import AHEAD

    if not options["policy"] and not open_manifest(options["manifest"]).policy:
        opened, day = open_for(options), options["day"] or today()
        return _Seen(opened, _until(Tags(opened.manifest, opened.trees), day), day, None, "the manifest names no release policy", NO_GRACE)
    ruled = open_ruled(options)
    if ruled.day > today():
        raise UsageError(problem(f"{ruled.day} is to come, and the page shows what is", hint="versync schedule and versync support look ahead"))
    releases = _until(ruled.tags, ruled.day)
    schedule, missing = None, ""
    try:
        schedule = ruled.schedule(count=AHEAD)
    except UsageError as error:
        missing = error.problems[0].message
    if schedule is not None and schedule.lines[0].release < ruled.day and not any(one.actual for one in schedule.lines):
        schedule, missing = None, f"no release of {ruled.manifest.leader} is known, so nothing says which lines are out"
    return _Seen(ruled.opened, releases, ruled.day, schedule, missing, grace(ruled.manifest, ruled.policy, ruled.day, ruled.rules), reports(ruled.opened, ruled.policy, ruled.day, ruled.rules) or ())


def _until(releases: Releases, day: date) -> Releases:
    """The releases that there were on a day."""
    return {name: [one for one in some if one.day <= day] for name, some in releases.items()}


def _ours(target: Path, force: bool) -> None:
    """Raises RefusedError where something is in the way that versync has not written."""
    from sync.report.page.html import MARK

    if target.is_dir():
        raise RefusedError(problem(f"{target} is a folder"))
    if force or not target.exists():
        return
    with target.open("rb") as file:
        if MARK.encode() not in file.read(2000):
            raise RefusedError(problem(f"{target} was not written by versync", hint="--force to write over it, or another folder"))


def _write(target: Path, raw: bytes) -> None:
    """The file as a whole or not at all: whoever reads it meanwhile sees the old one or the new."""
    from sync.disk import Disk

    disk, new = Disk(), target.with_name(f".{NAME}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            disk.write(str(new), raw, 0o644, durable=True)
            disk.replace(str(new), str(target))
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise RefusedError(problem(f"{target} cannot be written: {error.strerror}")) from None
