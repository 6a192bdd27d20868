"""manifest -> trees -> inventory -> targets -> plan -> proof: composed once, for every command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sync import lag, plan, proof, requirement, targets
from sync.adapter import ecosystem_of
from sync.change import FileChange
from sync.errors import Problem, RefusedError, problem
from sync.inventory import Inventory, Placed
from sync.lag import NO_GRACE, Grace
from sync.manifest.model import Manifest
from sync.plan import Edit, Plan
from sync.targets import Releases, Standing, Targets
from sync.url import redact


class Outcome(NamedTuple):
    """All that one run of the pipeline knows. ``findings`` are what `check` reports; ``unchecked`` what it could not look at.

    ``changes`` is proved: writing it makes every site say its target, and changes nothing else.
    """

    inventory: Inventory
    targets: Targets
    plan: Plan
    changes: Mapping[str, tuple[FileChange, ...]]
    findings: tuple[Problem, ...]
    unchecked: tuple[Problem, ...]


def check(manifest: Manifest, found: Inventory, releases: Releases, today: date, grace: Grace = NO_GRACE) -> Outcome:
    """The bump to the version that each component already has, and what it would have to change.

    Hints that are commands of versync name neither the manifest nor the repositories: only the command line knows them.
    """
    aims = targets.standing(manifest, found, releases)
    made = plan.make(found, aims)
    changes = made.changes(found)
    proof.prove(found, made, changes)
    findings = [*found.problems, *found.absent, *aims.problems, *made.problems, *_stale(found, made)]
    mends: dict[str, str] = {}
    findings += (_differs(manifest, found, aims, releases, edit, mends) for files in made.edits.values() for edits in files.values() for edit in edits)
    findings += _styles(found)
    findings += _retired(manifest, found)
    findings += lag.lag(manifest, found, aims, releases, today, grace)
    return Outcome(found, aims, made, changes, tuple(sorted(findings)), tuple(unchecked(manifest, found)))


def bump(manifest: Manifest, found: Inventory, aims: Targets) -> Outcome:
    """The plan that reaches the targets, proved. Its findings stand against carrying it out. Raises RefusedError for what cannot be proved."""
    made = plan.make(found, aims)
    swallowed = [one for one in made.problems if one.rule == "place"]
    if swallowed:
        raise RefusedError(swallowed)
    changes = made.changes(found)
    proof.prove(found, made, changes)
    findings = [*found.problems, *found.absent, *aims.problems, *made.problems]
    return Outcome(found, aims, made, changes, tuple(sorted(findings)), tuple(unchecked(manifest, found)))


def stopping(findings: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those at which a bump stops: all errors but a package that nobody lists, which it leaves alone."""
    return tuple(one for one in findings if one.severity == "error" and one.rule != "unlisted")


def unchecked(manifest: Manifest, found: Inventory) -> list[Problem]:
    """The repositories that are not at hand, and the packages that no adapter reads. "Not checked" never passes for "in sync"."""
    missing = list(found.unread)
    for name, repo in manifest.repos.items():
        if name not in found.scans and any(component.repo == name and component.retired is None for component in manifest.components):
            hint = f"--repo {name}=PATH" + (f", or --clone to fetch {redact(repo.url)}" if repo.url else "")
            missing.append(problem(f"{name} is not checked: no checkout of it is at hand", repo=name, hint=hint, severity="note", rule="not-checked"))
    return missing


def _differs(manifest: Manifest, found: Inventory, aims: Targets, releases: Releases, edit: Edit, mends: dict[str, str]) -> Problem:
    """A site that does not say what it is held against: both places, and the command; ``mends`` keeps the commands by component."""
    placed = edit.placed
    line, column = found.at(placed)
    site = placed.site
    what = {"declares": "version", "requires": f"requirement on {site.package}", "locks": f"locked {site.package}"}[site.role]
    held = aims.standings[(placed.carrier or placed.component).name]
    carried = placed.carrier is not None and placed.carrier.bundles and placed.component.repo != placed.carrier.repo
    bundled = f", so it must bundle {placed.component.name} {edit.version}" if carried else ""
    against = _against(manifest, found, aims, releases, held, f"{placed.repo}/{placed.path}:{line}:{column}")
    message = f"{what} is {site.operator}{site.text or 'none'}{against}{bundled}; expected {site.operator}{edit.new or 'none'}"
    leads = aims.project is not None and held.component.repo == manifest.lead.repo
    aim = aims.project if leads else held.target
    name = manifest.leader if leads else held.component.name
    if name not in mends and aim is not None:
        mends[name] = targets.command(manifest, found, releases, held.component, aim)
    return Problem(placed.repo, placed.path, line, column, message, mends.get(name, ""), "error", "differs")


def _against(manifest: Manifest, found: Inventory, aims: Targets, releases: Releases, held: Standing, here: str) -> str:
    """What a site is held against: its component, or where that is out of its rule itself, the one that the rule starts from."""
    told = targets.told(found, held, releases)
    base = targets.basis(manifest, aims, held.component)
    if base is not None and base is not held and (held.own != held.target or told == here):
        told = targets.told(found, base, releases)
        leader = ", the leader," if base.component.name == manifest.leader else ""
        return f"; {base.component.name}{leader} is at {base.own}" + (f" ({told})" if told else "")
    return f", {held.component.name} is at {held.own or held.target}" + (f" ({told})" if told and told != here else "")


def _retired(manifest: Manifest, found: Inventory) -> list[Problem]:
    """The components that are no longer released: reported, never red."""
    return [
        problem(f"{one.name} is retired since {one.retired}: not looked at, never written", path=manifest.path, line=one.at.line, column=one.at.column, severity="note", rule="retired")
        for one in manifest.components
        if one.retired is not None and (one.repo in found.scans or manifest.lead.repo in found.scans)
    ]


def _stale(found: Inventory, made: Plan) -> list[Problem]:
    """Lock entries that their requirement has left behind."""
    stale = []
    for command in made.left:
        line, column = found.at(command.left)
        left = command.left.left
        stale.append(Problem(command.left.repo, command.left.path, line, column, f"{left.package} is locked at {left.text}; {command.version} is expected", command.command, "error", "stale-lock"))
    return stale


def _styles(found: Inventory) -> list[Problem]:
    """Requirements inside the required component's own repository that are not written in its style."""
    wrong = []
    for placed in found.placed:
        site, wanted = placed.site, placed.component.requirement
        if site.role != "requires" or not wanted or placed.component.repo != placed.repo or placed.carrier is not None:
            continue
        written = requirement.style(site.operator, site.requirement or site.operator + site.text, ecosystem_of(site.package))
        if written != wanted:
            line, column = found.at(placed)
            right = f"{'' if wanted == '^' else wanted}{site.text}"
            message = f'{site.package} is required as "{site.requirement or site.operator + site.text}"; {placed.component.name} is required with {wanted}'
            wrong.append(Problem(placed.repo, placed.path, line, column, message, f'write "{right}"', "error", "style"))
    return wrong


def summary(outcome: Outcome) -> str:
    """One line: what is out of sync, and what was not checked."""
    errors = sum(one.severity == "error" for one in outcome.findings)
    warnings = sum(one.severity == "warning" for one in outcome.findings)
    looked = bool(outcome.inventory.scans)
    words = [f"{errors} out of sync" if errors else "in sync" if looked else "nothing was checked"]
    if warnings:
        words.append(f"{warnings} behind")
    if outcome.unchecked:
        words.append(f"{len(outcome.unchecked)} not checked")
    return "; ".join(words)


__all__ = ["Outcome", "Placed", "bump", "check", "stopping", "summary", "unchecked"]
