"""``versync schedule``, ``support``, ``when`` and ``next``: the release calendar of a project, from its rules and its tags."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from sync import errors
from sync.cli.printing import write
from sync.cli.ruled import Day, Ruled, distinct, open_ruled, ruled
from sync.errors import RefusedError, UsageError, problem

if TYPE_CHECKING:
    from sync.policy.lines import Schedule
    from sync.policy.model import Number
    from sync.report.calendar import View, Wanted

FORMATS = ("table", "json", "markdown", "icalendar", "node", "kubernetes", "endoflife")


@click.command()
@ruled
@click.option("--format", "style", type=click.Choice(FORMATS), default="table", show_default=True, help="How it is written.")
@click.option("--count", metavar="N", type=click.IntRange(min=0), default=6, show_default=True, help="So many releases that are still to come.")
@click.option("--since", metavar="VERSION", help="Past releases from that line on.")
@click.option("--from", "start", metavar="DAY", type=Day(), help="Past releases from that day on.")
@click.option("--until", metavar="DAY", type=Day(), help="Releases until that day, instead of --count.")
@click.option("--all", "everything", is_flag=True, help="All past releases. Default of a table: those in support, and the last three that are not.")
def schedule(style: str, count: int, since: str | None, start: date | None, until: date | None, everything: bool, **options: Any) -> int:
    """Lists past and coming releases: branch cut, release, LTS, end of life."""
    from sync.report.calendar import Wanted

    at = _opened(options)
    short = style in {"table", "markdown"}
    ended = 3 if short else 0
    wanted = Wanted(count, everything or not short and style != "kubernetes", _number(since), start, until, ended)
    write(_rendered(_view(at, wanted), style), options["output"])
    return errors.IN_SYNC


@click.command()
@ruled
@click.option("--format", "style", type=click.Choice(("table", "json", "markdown")), default="table", show_default=True, help="How it is written.")
def support(style: str, **options: Any) -> int:
    """Lists the lines in support: until when, and what each still gets."""
    from sync.report.calendar import Wanted, records, text

    seen = _view(_opened(options), Wanted(0, ended=0))
    write(records.support(seen) if style == "json" else text.support(seen, style), options["output"])
    return errors.IN_SYNC


@click.command()
@ruled
@click.option("--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True, help="How it is written.")
def next_(style: str, **options: Any) -> int:
    """Says what is released next, and when."""
    from sync.policy.coming import upcoming
    from sync.report.calendar import answers

    at = _opened(options)
    found = upcoming(at.schedule(), at.releases)
    if found is None:
        raise RefusedError(problem("the rules have no release to come", path=at.policy.path))
    if found.missed and found.last is not None:
        late = f"{found.missed} {'train has' if found.missed == 1 else 'trains have'} passed without a release since {found.last.version} of {found.last.release}"
        _tell(errors.Problem("", "", 0, 0, late, "git fetch --tags, if the clone is behind", "note"))
    write(answers.upcoming(found, style), options["output"])
    return errors.IN_SYNC


@click.command()
@click.argument("what", metavar="COMMIT|DAY")
@ruled
@click.option("--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True, help="How it is written.")
def when(what: str, style: str, **options: Any) -> int:
    """Says which release carries a commit of the leader's repository, or what lands on a day (2026-11-26)."""
    from sync.cli import carrying
    from sync.policy import carried
    from sync.report.calendar import answers

    at = _opened(options)
    day = _day(what)
    lead = at.manifest.lead.repo

    def seen(until: date) -> Schedule:
        return at.schedule(until=at.near(until) + timedelta(days=366))

    if day is not None:
        found = carried.by_day(seen, day)
        if found is not None and lead in at.opened.trees:
            found = carrying.uncut(found, seen, at.manifest.repos[lead], at.opened.trees[lead].root, day, at.day)
    else:
        if lead not in at.opened.trees:
            raise RefusedError(problem(f"{lead} is not at hand, so nothing is known of its commits", repo=lead, hint=f"--repo {lead}=PATH; or name the day on which it landed"))
        found = carrying.by_commit(seen, at.manifest.repos[lead], at.opened.trees[lead].root, what, distinct(at.tags[lead]), at.day)
    if found is None:
        raise RefusedError(problem(f"no release of the rules is cut on {what} or later", path=at.policy.path))
    write(answers.carried(found, style), options["output"])
    return errors.IN_SYNC


def _opened(options: dict[str, Any]) -> Ruled:
    """What `ruled` opens; what is not at hand is told."""
    at = open_ruled(options)
    for one in at.notes:
        _tell(one)
    return at


def _tell(one: errors.Problem) -> None:
    from sync.report.plain import printable

    click.echo(str(printable(one)), err=True)


def _view(at: Ruled, wanted: Wanted) -> View:
    from sync.report.calendar import view

    until = at.near(wanted.until) if wanted.until is not None else None
    return view(at.schedule(until=until, count=wanted.coming), at.releases, wanted)


def _rendered(seen: View, style: str) -> str | bytes:
    if style == "icalendar":
        from sync.report.calendar import ics

        return ics.render(seen)
    if style in {"json", "node"}:
        from sync.report.calendar import records

        return records.node(seen) if style == "node" else records.schedule(seen)
    if style in {"kubernetes", "endoflife"}:
        from sync.report.calendar import yaml

        return yaml.kubernetes(seen) if style == "kubernetes" else yaml.endoflife(seen)
    from sync.report.calendar import text

    return text.schedule(seen, style)


def _day(text: str) -> date | None:
    """The day that a text is, or None for what must be a revision. Raises UsageError for a day that there is not."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not text.replace("-", "").isdecimal():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(problem(f"there is no day {text}", hint="write it as 2026-11-26; a commit by its id or its ref")) from None


def _number(text: str | None) -> Number:
    """The line of ``47``, ``v47.0.1`` or ``0.36``. Raises UsageError."""
    if text is None:
        return ()
    parts = text.removeprefix("v").split(".")
    if not all(part.isdecimal() and part.isascii() for part in parts):
        raise UsageError(problem(f"--since {text} is no version", hint="write 47 or 47.0.0"))
    return tuple(int(part) for part in parts[:2])
