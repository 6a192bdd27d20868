"""Whether each feature may be what it is by default, and which are up for removal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sync.errors import Problem, counted
from sync.policy import calendar
from sync.policy.claims import Claims, Feature, Standard
from sync.policy.facts import Facts
from sync.policy.model import Policy, Span
from sync.policy.tiers import about
from sync.policy.verify import Subject, Verdict, judge


class Rated(NamedTuple):
    """A feature with a verdict on every criterion that is asked of its kind.

    ``active``: the day of its last activity; None where it is on by default or that was not looked at. ``quiet``: nothing has happened for as
    long as the standard says, so that it is up for removal; ``unseen`` says why that is not known, or "".
    """

    feature: Feature
    verdicts: tuple[Verdict, ...]
    claims: tuple[Verdict, ...] = ()
    active: date | None = None
    quiet: bool = False
    unseen: str = ""

    @property
    def missing(self) -> tuple[Verdict, ...]:
        """What keeps it from being on by default, or should."""
        return tuple(one for one in self.verdicts if not one.enough)


def rated(claims: Claims, standard: Standard, leader: str, facts: Facts) -> list[Rated]:
    """Every feature that was there on the day, in the order of the policy; ``leader`` is the repository of those that name none."""
    found = []
    for feature in claims.features:
        if feature.removed is not None and feature.removed <= facts.day:
            continue
        subject = Subject(feature.name, feature.repo or leader, platforms=feature.platforms)
        asked = [name for name in standard.features if not claims.criteria[name].only or feature.kind in claims.criteria[name].only]
        rest = [name for one in feature.evidence for name in one.criteria if name not in asked]
        verdicts, others = (tuple(judge(claims.criteria[name], feature.evidence, subject, facts, feature.at) for name in some) for some in (asked, rest))
        found.append(_activity(Rated(feature, verdicts, others), standard, facts))
    return found


def _activity(one: Rated, standard: Standard, facts: Facts) -> Rated:
    feature = one.feature
    if feature.default == "on" or not standard.quiet:
        return one
    if not feature.paths:
        return one._replace(unseen="names no paths")
    if feature.name not in facts.activity:
        return one._replace(unseen=f"the history of {feature.repo or facts.leader} is not at hand")
    active = facts.activity[feature.name]
    if active is None:
        return one._replace(unseen=f"no commit has touched {', '.join(feature.paths)} by {facts.day}")
    end = calendar.after(Span(months=standard.quiet), active)
    return one._replace(active=active, quiet=end is not None and end <= facts.day)


def findings(policy: Policy, standard: Standard, rows: Iterable[Rated]) -> list[Problem]:
    """What is on by default and misses a criterion, or claims what is not so: errors. What is off and quiet: a warning. What was not looked at: notes."""
    found = []
    for row in rows:
        feature = row.feature
        for one in row.verdicts if feature.default == "on" else ():
            if not one.enough:
                kept = one.state == "not checked"
                found.append(about(policy, feature.name, one, "" if kept or one.state == "refuted" else "is on by default, and ", "note" if kept else "error"))
        found += [about(policy, feature.name, one, "") for one in (*(row.verdicts if feature.default != "on" else ()), *row.claims) if one.state == "refuted"]
        at = feature.at
        if row.quiet:
            message = f"{feature.name} is {feature.default} and has had no activity in {', '.join(feature.paths)} since {row.active}, for {counted(standard.quiet, 'month')} or more: up for removal"
            found.append(Problem("", policy.path, at.line, at.column, message, "", "warning", "removal"))
        elif row.unseen:
            found.append(Problem("", policy.path, at.line, at.column, f"{feature.name}: its activity is not checked: {row.unseen}", "", "note", "not-checked"))
    return sorted(found)
