"""manifest -> trees -> inventory -> targets -> plan -> proof: composed once, for every command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sync import inventory, plan, proof, requirement, scan, targets
from sync.change import FileChange
from sync.errors import Problem, problem
from sync.inventory import Inventory, Placed
from sync.manifest.model import Manifest
from sync.plan import Edit, Plan
from sync.registry import Registry
from sync.scan import Kept
from sync.targets import Grace, Releases, Targets
from sync.tree import Tree
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


def look(manifest: Manifest, trees: Mapping[str, Tree], registry: Registry, *, declared_only: bool = False, kept: Kept | None = None) -> Inventory:
    """What the manifest finds in the trees that are at hand, by repository; ``kept`` as in `sync.scan.scan`."""
    return inventory.take(manifest, {name: scan.scan(manifest.repos[name], tree, registry, kept) for name, tree in trees.items()}, declared_only=declared_only)


def check(manifest: Manifest, found: Inventory, releases: Releases, today: date, grace: Grace = targets.NO_GRACE) -> Outcome:
    """The bump to the version that each component already has, and what it would have to change.

    Hints that are commands of versync name neither the manifest nor the repositories: only the command line knows them.
    """
    aims = targets.standing(manifest, found, releases)
    made = plan.make(found, aims)
    changes = made.changes(found)
    proof.prove(found, made, changes)
    findings = [*found.problems, *found.absent, *aims.problems, *made.problems, *_stale(found, made)]
    findings += (_differs(manifest, found, aims, releases, edit) for files in made.edits.values() for edits in files.values() for edit in edits)
    findings += _styles(found)
    findings += _retired(manifest, found)
    findings += targets.lag(manifest, found, aims, releases, today, grace)
    return Outcome(found, aims, made, changes, tuple(sorted(findings)), tuple(unchecked(manifest, found)))


def bump(manifest: Manifest, found: Inventory, aims: Targets) -> Outcome:
    """The plan that reaches the targets, proved. Its findings stand against carrying it out."""
    made = plan.make(found, aims)
    changes = made.changes(found)
    proof.prove(found, made, changes)
    findings = [*found.problems, *found.absent, *aims.problems, *made.problems]
    return Outcome(found, aims, made, changes, tuple(sorted(findings)), tuple(unchecked(manifest, found)))


def unchecked(manifest: Manifest, found: Inventory) -> list[Problem]:
    """The repositories that are not at hand, and the packages that no adapter reads. "Not checked" never passes for "in sync"."""
    missing = list(found.unread)
    for name, repo in manifest.repos.items():
        if name not in found.scans and any(component.repo == name and component.retired is None for component in manifest.components):
            hint = f"--repo {name}=PATH" + (f", or --clone to fetch {redact(repo.url)}" if repo.url else "")
            missing.append(problem(f"{name} is not checked: no checkout of it is at hand", repo=name, hint=hint, severity="note", rule="not-checked"))
    return missing


def _differs(manifest: Manifest, found: Inventory, aims: Targets, releases: Releases, edit: Edit) -> Problem:
    """A site that does not say what it is held against: both places, and the command."""
    placed = edit.placed
    line, column = found.at(placed)
    site = placed.site
    what = {"declares": "version", "requires": f"requirement on {site.package}", "locks": f"locked {site.package}"}[site.role]
    held = aims.standings[(placed.carrier or placed.component).name]
    told = targets.told(found, held, releases)
    against = f" ({told})" if told else ""
    owner = held.component.name
    carried = placed.carrier is not None and placed.carrier.bundles and placed.component.repo != placed.carrier.repo
    bundled = f", so it must bundle {placed.component.name} {edit.version}" if carried else ""
    return Problem(
        placed.repo,
        placed.path,
        line,
        column,
        f"{what} is {site.operator}{site.text or 'none'}, {owner} is at {held.own or held.target}{against}{bundled}; expected {site.operator}{edit.new or 'none'}",
        targets.command(manifest, held.component, held.target if aims.project is None or held.component.repo != manifest.lead.repo else aims.project),
        "error",
        "differs",
    )


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
        ecosystem = site.package[4 : site.package.index("/")]
        written = requirement.style(site.operator, site.requirement or site.operator + site.text, ecosystem)
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


__all__ = ["Outcome", "Placed", "bump", "check", "look", "summary", "unchecked"]
