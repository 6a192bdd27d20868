"""What the commands of the release policy open: the manifest, its policy, the releases in the leader's repository, and the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from sync.cli.options import Opened, Tags, located, open_for, open_manifest, today
from sync.errors import Problem, UsageError, problem
from sync.lag import NO_GRACE, Grace
from sync.manifest.model import Manifest
from sync.policy.lines import Schedule, schedule
from sync.policy.model import Policy, Released
from sync.targets import Release
from sync.version import Version

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day, as 2026-11-26."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date. Fails with a message for the person who typed it."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-11-26", param, ctx)


def dated(command: F) -> F:
    """The options that pick a policy, a rule set and a day."""
    for option in reversed(
        (
            click.option("--policy", metavar="FILE", help="A policy file, or the name of a shipped policy. Default: the manifest's."),
            click.option("--rules", metavar="ID", default="", help="This rule set, instead of the one in force."),
            click.option("--on", "day", metavar="DAY", type=Day(), help="As of that day (2026-11-26). Default: today, in UTC."),
        )
    ):
        command = option(command)
    return command


def ruled(command: F) -> F:
    """`located`, and `dated`."""
    return located(dated(command))


FARTHEST = timedelta(days=36525)
"""How far ahead a day may lie: a century of trains is reckoned in a blink, and a slip of the finger is caught."""


class Ruled(NamedTuple):
    """What the options of `ruled` open. ``releases`` are the leader's, read from tags; ``notes`` say what is not at hand."""

    opened: Opened
    policy: Policy
    tags: Tags
    releases: tuple[Released, ...]
    day: date
    rules: str
    notes: tuple[Problem, ...]

    @property
    def manifest(self) -> Manifest:
        """The manifest."""
        return self.opened.manifest

    def schedule(self, *, until: date | None = None, count: int = 1) -> Schedule:
        """The lines on the day, with ``count`` to come. A day that is still to come is seen from today: the trains until then leave as the rules say."""
        seen = min(self.day, today()) if self.releases else self.day
        found = schedule(self.policy, self.releases, seen, rules=self.rules, until=max(until or self.day, self.day), count=count)
        between = sum(seen < one.release <= self.day for one in found.lines)
        if between and count and until is None:
            found = schedule(self.policy, self.releases, seen, rules=self.rules, count=between + count)
        return found._replace(day=self.day)

    def near(self, day: date) -> date:
        """The day. Raises UsageError where it is too far ahead to be meant."""
        if day > max(today(), self.policy.rules[0].effective) + FARTHEST:
            raise UsageError(problem(f"{day} is more than a century ahead", hint="a nearer day, as 2026-11-26"))
        return day


def open_ruled(options: Mapping[str, Any]) -> Ruled:
    """Raises UsageError for a manifest without a policy, a policy that is not there or cannot be read, and a rule set that it does not have."""
    from sync.policy.lines import in_force

    manifest = open_manifest(options["manifest"])
    policy = open_policy(manifest, options["policy"])
    day = options["day"] or today()
    in_force(policy, day, options["rules"])
    opened = open_for(options, manifest)
    tags = Tags(manifest, opened.trees, ever=True)  # a bare repository is looked at at its HEAD, and a patch may be younger
    repo = manifest.lead.repo
    releases = tuple(Released(one.version, one.day) for one in distinct(tags[repo])) if repo in tags else ()
    notes = list(opened.notes)
    if not releases:
        why = f"{repo} has no release tags" if repo in tags else f"{repo} is not at hand"
        notes.append(problem(f"{why}: days are by the rules alone", repo=repo, hint=f"--repo {repo}=PATH", severity="note", rule="not-checked"))
    elif day > today():
        notes.append(problem(f"{day} is to come: what is released until then is by the rules", severity="note"))
    made = Ruled(opened, policy, tags, releases, day, options["rules"], tuple(notes))
    made.near(day)
    return made


def distinct(tags: Iterable[Release]) -> list[Release]:
    """One tag for each version: the one that writes most of its numbers, since ``v5`` beside ``v5.0.0`` is a tag that moves; else the earliest."""
    found: dict[Version, Release] = {}
    for one in tags:
        known = found.get(one.version)
        if known is None or (-len(one.version.release), one.day) < (-len(known.version.release), known.day):
            found[one.version] = one
    return list(found.values())


def open_policy(manifest: Manifest, named: str | None) -> Policy:
    """The policy of that path or name, else the manifest's: beside it in ``policies/``, or shipped. Raises UsageError."""
    from sync.cli.options import shown
    from sync.policy import read

    name = named or manifest.policy
    if not name:
        hint = f'policy = "NAME" in [project], for policies/NAME.toml beside it; or --policy, with one of {", ".join(read.names())}'
        raise UsageError(problem("the manifest names no policy", path=manifest.path, hint=hint))
    path = Path(name) if named and Path(name).is_file() else read.find(Path(manifest.path).parent, name)
    if path is None:
        where = f" (nor policies/{name}.toml beside the manifest)" if "/" not in name else ""
        raise UsageError(problem(f"there is no policy {name}{where}", hint=f"shipped ones: {', '.join(read.names())}"))
    return read.read(shown(path), path.read_bytes())


def grace(manifest: Manifest, policy: Policy | None = None, day: date | None = None, rules: str = "") -> Grace:
    """What the rule set in force (today, by the manifest's policy) allows an embedding; nothing where there is no policy, or all is in one repository."""
    from sync.policy.lines import in_force

    if len(manifest.repos) == 1 or policy is None and not manifest.policy:
        return NO_GRACE
    allowed = in_force(policy or open_policy(manifest, None), day or today(), rules).embeddings
    return Grace(allowed.grace, allowed.patches == "error")
