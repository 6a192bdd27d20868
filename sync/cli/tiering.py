"""``versync tiers`` and ``features``: what the policy asks of components and features, what is claimed, and whether it is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from sync import errors
from sync.cli.options import Opened, Tags, open_for, today
from sync.cli.printing import write
from sync.cli.ruled import open_policy, ruled
from sync.errors import Problem, UsageError, problem
from sync.manifest.shape import nearest
from sync.policy.claims import Standard
from sync.policy.facts import Facts
from sync.policy.model import Policy

if TYPE_CHECKING:
    from sync.report.tiered import Report

F = TypeVar("F", bound=Callable[..., Any])


def _judging(command: F) -> F:
    """`ruled`, and the options that both commands share."""
    for option in reversed(
        (
            click.option("--check", "checked", is_flag=True, help="Exit with 1 where something is not as it should be."),
            click.option("--require-all", is_flag=True, help="With --check: what could not be looked at counts as not so."),
            click.option("--at", "revisions", metavar="[REPO=]REV", multiple=True, help="Look at a revision instead of the work tree; repeatable."),
            click.option("--format", "style", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="How it is written."),
        )
    ):
        command = option(command)
    return ruled(command)


@click.command()
@click.argument("names", metavar="[COMPONENT ...]", nargs=-1)
@_judging
def tiers(names: tuple[str, ...], checked: bool, require_all: bool, style: str, **options: Any) -> int:
    """Says where each component stands, and what is missing for the next tier up; of those that are named, also why."""
    from sync import inventory
    from sync.policy import depends
    from sync.policy import tiers as judged
    from sync.report import tiered

    basis = _open(options)
    manifest = basis.opened.manifest
    rows = judged.standings(basis.policy.claims, basis.standard, manifest, basis.facts)
    lower: list[depends.Lower] = []
    if checked:
        found = inventory.look(manifest, basis.opened.trees, basis.opened.registry)
        lower = depends.lower(manifest, {one.name: judged.tier_of(basis.standard, one) for one in manifest.components}, found)
    if names:
        _known(names, [row.component.name for row in rows], "component with a tier or a claim")
        rows = [row for row in rows if row.component.name in names]
        lower = [one for one in lower if one.component in names]
    problems = [*basis.opened.notes, *judged.findings(basis.policy, rows, lower)]
    write(tiered.render(tiered.tiers(basis.standard, rows, problems), style, details=bool(names)), options["output"])
    return _code(checked, require_all, problems)


@click.command()
@click.argument("names", metavar="[FEATURE ...]", nargs=-1)
@_judging
def features(names: tuple[str, ...], checked: bool, require_all: bool, style: str, **options: Any) -> int:
    """Says of each feature whether it may be on by default, and which are up for removal; of those that are named, also why."""
    from sync.policy import features as judged
    from sync.report import tiered

    basis = _open(options)
    if not basis.policy.claims.features:
        raise UsageError(problem("the policy has no [[features]]", path=basis.policy.path, hint="docs/tiers.md says what they are"))
    rows = judged.rated(basis.policy.claims, basis.standard, basis.opened.manifest.lead.repo, basis.facts)
    if names:
        _known(names, [row.feature.name for row in rows], "feature")
        rows = [row for row in rows if row.feature.name in names]
    problems = [*basis.opened.notes, *judged.findings(basis.policy, basis.standard, rows)]
    write(tiered.render(tiered.features(basis.standard, rows, problems), style, details=bool(names)), options["output"])
    return _code(checked, require_all, problems)


class Basis(NamedTuple):
    """What both commands judge by."""

    opened: Opened
    policy: Policy
    standard: Standard
    facts: Facts


def _open(options: Mapping[str, Any]) -> Basis:
    """Raises UsageError for a policy that cannot be read, that does not have the standard, or that speaks of what the manifest does not have."""
    from sync.cli.gathering import gather
    from sync.cli.options import open_manifest
    from sync.policy import tiers as judged

    manifest = open_manifest(options["manifest"])
    policy = open_policy(manifest, options["policy"])
    day: date = options["day"] or today()
    standard = judged.standard(policy, day, options["rules"])
    strange = judged.strangers(policy, manifest)
    if strange:
        raise UsageError(strange)
    opened = open_for(options)
    return Basis(opened, policy, standard, gather(manifest, policy, opened.trees, Tags(manifest, opened.trees), day))


def reports(opened: Opened, policy: Policy, day: date, rules: str) -> tuple[Report, Report] | None:
    """The tables of tiers and of features for the status page; None where the policy has no standard for that day, or speaks of what the manifest does not have."""
    from sync.cli.gathering import gather
    from sync.policy import features as rated
    from sync.policy import tiers as judged
    from sync.report import tiered

    manifest = opened.manifest
    if not policy.claims.standards or judged.strangers(policy, manifest):
        return None
    try:
        standard = judged.standard(policy, day, rules)
    except UsageError:
        return None
    facts = gather(manifest, policy, opened.trees, Tags(manifest, opened.trees), day)
    rows = judged.standings(policy.claims, standard, manifest, facts)
    features = rated.rated(policy.claims, standard, manifest.lead.repo, facts)
    return tiered.tiers(standard, rows, ()), tiered.features(standard, features, ())


def _known(names: Sequence[str], known: Sequence[str], what: str) -> None:
    strange = [problem(f"no {what} is called {name}", hint=nearest(name, known)) for name in names if name not in known]
    if strange:
        raise UsageError(strange)


def _code(checked: bool, require_all: bool, problems: Sequence[Problem]) -> int:
    red = any(one.severity == "error" or require_all and one.rule == "not-checked" for one in problems)
    return errors.OUT_OF_SYNC if checked and red else errors.IN_SYNC
