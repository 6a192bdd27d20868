"""``versync backport plan`` and ``versync which``: who gets a fix, and what somebody is on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from sync import errors
from sync.cli.printing import write
from sync.cli.ruled import Ruled, open_ruled, ruled
from sync.errors import Problem, UsageError, problem
from sync.manifest.model import Component
from sync.policy.advisories import Advisory
from sync.policy.model import FIXES
from sync.version import Version


@click.group()
def backport() -> None:
    """Which release lines get a fix."""


@backport.command()
@ruled
@click.option("--kind", type=click.Choice(FIXES), required=True, help="What kind of fix it is.")
@click.option("--affected", metavar="RANGE", multiple=True, help='Which versions need it: ">=24, <36.0.3"; repeatable. Left out: all, since unknown means affected.')
@click.option("--off-by-default", is_flag=True, help="What it fixes is off by default.")
@click.option("--unsuitable", is_flag=True, help="It is not suitable for a backport: too large, too risky.")
@click.option("--serious", is_flag=True, help="Serious enough to leave at once.")
@click.option("--component", metavar="NAME", help="It is a fix of that embedding alone.")
@click.option("--all", "everything", is_flag=True, help="Also the lines that ended long ago, one by one.")
@click.option("--format", "style", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="How the plan is written.")
def plan(
    kind: str, affected: tuple[str, ...], off_by_default: bool, unsuitable: bool, serious: bool, component: str | None, everything: bool, style: str, **options: Any
) -> int:
    """For each line and each embedding on it: whether it gets the fix, in which version and when, with the rule that says so."""
    from sync import requirement
    from sync.policy import backports
    from sync.policy.lines import in_force
    from sync.report import backported

    wrong = [problem(f'--affected "{one}" is no range', hint='write it as ">=24, <36.0.3"') for one in affected if not requirement.readable(one, "cargo")]
    if wrong:
        raise UsageError(wrong)
    opened = open_ruled(options)
    only = _component(opened, component)
    rules = in_force(opened.policy, opened.day, opened.rules)

    def affects(version: Version) -> bool:
        return not affected or any(requirement.satisfies(one, version, "cargo") for one in affected)

    change = backports.Change(kind, not off_by_default, not unsuitable, serious, affects)
    made = backports.plan(opened.schedule(), rules, change)
    bumps = rules.versions.bumps
    notes = list(opened.notes)
    if only is not None:
        releases = _own_releases(opened, only)
        if releases is None:
            raise UsageError(problem(f"the releases of {only.name} are not at hand", repo=only.repo, hint=f"--repo {only.repo}=PATH"))
        rows = [backports.alone(only, one, releases, bumps=bumps) for one in made.decisions]
    else:
        embeddings = [one for one in opened.manifest.components if one.bundles == opened.manifest.leader and one.retired is None and one.repo != opened.manifest.lead.repo]
        rows = [backports.carried(one, decision, _own_releases(opened, one), rules, bumps=bumps) for decision in made.decisions for one in embeddings]
        absent = [one.repo for one in embeddings if _own_releases(opened, one) is None]
        notes += [problem(f"{repo} is not at hand: its releases are not checked", repo=repo, hint=f"--repo {repo}=PATH", severity="note") for repo in absent]
    page = backported.Page(opened.manifest.lead.name, only.name if only is not None else "", opened.day, rules, made, tuple(rows), opened.policy.path)
    _tell(notes)
    write(backported.render(page, style, everything=everything), options["output"])
    return errors.IN_SYNC


@click.command()
@ruled
@click.argument("package", metavar="PURL@VERSION")
@click.option("--advisories", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Known advisories. Default: the manifest's file.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How the answer is written.")
def which(package: str, advisories: Path | None, style: str, **options: Any) -> int:
    """What am I on? pkg:pypi/wasmtime@43.0.0: the runtime inside, its line and until when it is supported, the fixes it lacks, what to upgrade to."""
    from sync.cli import bundled
    from sync.policy import which as asking
    from sync.report import answered

    opened = open_ruled(options)
    name, version = _asked(package)
    component = bundled.owner(opened.manifest, name)
    inside = bundled.runtime(opened, component, version)
    known = _advisories(opened, advisories)
    offered = bundled.offers(opened, component)
    found = asking.answer(opened.schedule(), inside.version, known, offered, version if offered is not asking.core else None)
    notes = [*opened.notes, *inside.notes]
    if known is None:
        notes.append(problem("no advisories are at hand: known fixes are not checked", hint="--advisories FILE, or `advisories` in the manifest's [project]", severity="note"))
    _tell(notes)
    write(answered.render(answered.Page(f"{name}@{version}", component.name, opened.manifest.lead.name, inside.said, opened.day, found), style), options["output"])
    return errors.IN_SYNC


def _tell(notes: list[Problem]) -> None:
    from sync.report.plain import printable

    for one in notes:
        click.echo(str(printable(one)), err=True)


def _component(opened: Ruled, name: str | None) -> Component | None:
    """The embedding that a fix is of; None for one of the core, or of what is released with it from its repository."""
    if name is None:
        return None
    try:
        found = opened.manifest.component(name)
    except KeyError:
        from sync.manifest.shape import nearest

        raise UsageError(problem(f"the manifest has no component {name}", path=opened.manifest.path, hint=nearest(name, [one.name for one in opened.manifest.components]))) from None
    return found if found.bundles else None


def _own_releases(opened: Ruled, component: Component) -> list[Version] | None:
    return [one.version for one in opened.tags[component.repo]] if component.repo in opened.tags else None


def _asked(package: str) -> tuple[str, Version]:
    """The package URL and the version of ``pkg:TYPE/NAME@VERSION``. Raises UsageError."""
    from urllib.parse import unquote

    from sync.adapter import purl
    from sync.manifest.shape import fits

    name, mark, text = package.partition("?")[0].rpartition("@")
    try:
        if not mark or not fits("package", name):
            raise ValueError(f'"{package}" should be a package URL with a version')
        ecosystem, rest = unquote(name).removeprefix("pkg:").split("/", 1)
        if ecosystem == "golang":
            rest = re.sub(r"/v[0-9]+$", "", rest)  # as the module is spelled; a package of ours is named without its major
        return purl(ecosystem, rest), Version.of(unquote(text))
    except ValueError as error:
        raise UsageError(problem(str(error), hint="versync which pkg:pypi/wasmtime@43.0.0")) from None


def _advisories(opened: Ruled, named: Path | None) -> tuple[Advisory, ...] | None:
    from sync.cli.options import shown
    from sync.policy.advisories import read

    path = named if named is not None else Path(opened.manifest.path).parent / opened.manifest.advisories if opened.manifest.advisories else None
    if path is None:
        return None
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(problem(f"the advisories cannot be read: {error.strerror}", path=shown(path), hint="--advisories FILE")) from None
    return tuple(one for one in read(shown(path), raw) if one.day <= opened.day)
