"""Where each component stands: the criteria of its tier and of the next one up, and what is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from sync.errors import Problem, UsageError, problem
from sync.manifest.model import At, Component, Manifest
from sync.manifest.shape import nearest
from sync.policy.claims import DEPENDENCIES, Claims, Evidence, Standard
from sync.policy.depends import Lower
from sync.policy.facts import Facts
from sync.policy.model import Policy
from sync.policy.verify import Subject, Verdict, judge


class Standing(NamedTuple):
    """A component with its tier by the standard (None: unclassified), the next tier up (None: there is none), and a verdict on every criterion of both.

    ``claims`` are verdicts on what is claimed beyond that.
    """

    component: Component
    tier: int | None
    next: int | None
    own: tuple[Verdict, ...]
    further: tuple[Verdict, ...]
    claims: tuple[Verdict, ...] = ()

    @property
    def missing(self) -> tuple[Verdict, ...]:
        """What keeps it from the next tier up, what it lacks for its own included."""
        return tuple(one for one in (*self.own, *self.further) if not one.enough)

    @property
    def all(self) -> tuple[Verdict, ...]:
        """Every verdict on it."""
        return (*self.own, *self.further, *self.claims)


def standard(policy: Policy, day: date, name: str = "") -> Standard:
    """The standard in force on a day, or the one of that name; a rule set's name means the standard of the day on which that came into force.

    Raises UsageError where there is none.
    """
    claims = policy.claims
    if not claims.standards:
        raise UsageError(problem("the policy has no [[standards]]", path=policy.path, hint="docs/tiers.md says what they are"))
    rules = policy.on(day, name=name) if name else None
    named = next((one for one in claims.standards if one.id == name), None)
    found = named or claims.on(rules.effective if rules is not None else day)
    if name and named is None and rules is None:
        raise UsageError(problem(f'no standard is called "{name}"', path=policy.path, hint=f"--rules ID, one of {', '.join(one.id for one in claims.standards)}"))
    if found is None:
        first = claims.standards[0]
        raise UsageError(problem(f"no standard is in force on {rules.effective if rules else day}; the first is so from {first.effective}", path=policy.path, hint=f"--rules {first.id}"))
    return found


def strangers(policy: Policy, manifest: Manifest) -> list[Problem]:
    """Everything that the policy says of components and repositories that the manifest does not have."""
    names = [one.name for one in manifest.components]
    found = []

    def unless(known: Iterable[str], name: str, what: str, at: At) -> None:
        if name and name not in known:
            found.append(problem(f'{manifest.path} has no {what} "{name}"', path=policy.path, line=at.line, column=at.column, hint=nearest(name, known)))

    def evidence(some: Iterable[Evidence]) -> None:
        for one in some:
            unless(manifest.repos, one.repo, "repository", one.at)
            for name in one.on:
                unless(names, name, "component", one.at)

    for standard in policy.claims.standards:
        for name in standard.components:
            unless(names, name, "component", standard.at)
    for claimed in policy.claims.components:
        unless(names, claimed.name, "component", claimed.at)
        evidence(claimed.evidence)
    for feature in policy.claims.features:
        unless(manifest.repos, feature.repo, "repository", feature.at)
        evidence(feature.evidence)
    return found


def tier_of(standard: Standard, component: Component) -> int | None:
    """A component's tier: the standard's word for it, else the manifest's."""
    return standard.components.get(component.name, component.tier)


def standings(claims: Claims, standard: Standard, manifest: Manifest, facts: Facts) -> list[Standing]:
    """Every component that has a tier, or of which something is claimed, in the manifest's order; what is retired is left out."""
    told = {one.name: one for one in claims.components}
    found = []
    for component in manifest.components:
        tier = tier_of(standard, component)
        claimed = told.get(component.name)
        if component.retired is not None or tier is None and claimed is None:
            continue
        evidence = claimed.evidence if claimed is not None else ()
        at = claimed.at if claimed is not None else At()
        follows = all(follow.rule != "independent" for follow in component.version[-1:])
        subject = Subject(component.name, component.repo, follows)
        above = standard.above(tier)
        asked, more = standard.required(tier), standard.required(above)
        rest = [name for one in evidence for name in one.criteria if name not in (*asked, *more, DEPENDENCIES)]
        own, further, others = (
            tuple(judge(claims.criteria[name], evidence, subject, facts, at) for name in some) for some in (asked, [name for name in more if name not in asked], rest)
        )
        found.append(Standing(component, tier, above, own, further, others))
    return found


def findings(policy: Policy, rows: Iterable[Standing], depends: Iterable[Lower] = ()) -> list[Problem]:
    """What is not as it should be: a tier that is not met, a claim that is not so, and a dependency on a lower tier that nobody has waived."""
    return sorted([*(one for row in rows for one in _findings(policy, row)), *_dependencies(policy, depends)])


def about(policy: Policy, who: str, verdict: Verdict, why: str, severity: str = "error") -> Problem:
    """A problem at the claim that it is about."""
    at = verdict.at
    rule = "not-checked" if verdict.state == "not checked" else "claim" if verdict.state == "refuted" else "criterion"
    message = f"{who}: {why}{verdict.criterion.id} ({verdict.criterion.title}) is {_state(verdict)}"
    return Problem("", policy.path, at.line, at.column, message, "", "note" if severity == "note" else "error", rule)


def _state(verdict: Verdict) -> str:
    words = {"refuted": "claimed to be met, and is not", "unanswered": "unanswered", "not checked": "not checked"}.get(verdict.state, verdict.state)
    return f"{words}: {verdict.says}" if verdict.says else words


def _findings(policy: Policy, row: Standing) -> Iterator[Problem]:
    who = row.component.name
    for one in row.own:
        if not one.enough:
            yield about(policy, who, one, f"tier {row.tier} asks for more: " if one.state not in ("refuted", "not checked") else "", "note" if one.state == "not checked" else "error")
    for one in (*row.further, *row.claims):
        if one.state == "refuted":
            yield about(policy, who, one, "")


def _dependencies(policy: Policy, depends: Iterable[Lower]) -> Iterator[Problem]:
    told = {one.name: one for one in policy.claims.components}
    for one in depends:
        claimed = told.get(one.component)
        waivers = [each for each in (claimed.evidence if claimed is not None else ()) if DEPENDENCIES in each.criteria]
        if any(not each.on or one.on in each.on for each in waivers):
            continue
        at = claimed.at if claimed is not None else At()
        way = f": {' -> '.join(package.removeprefix('pkg:') for package in one.chain)}" if one.chain else ", which is inside it"
        message = f"{one.component} is in tier 1 and depends on {one.on}, in tier {one.tier}{way}"
        hint = f'evidence of [[components]] "{one.component}": {{ criteria = ["{DEPENDENCIES}"], state = "waived", on = ["{one.on}"], reason = ... }}'
        yield Problem("", policy.path, at.line, at.column, message, hint, "error", "dependency")
