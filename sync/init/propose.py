"""A draft from surveys: which package leads, which repository is whose, and the components of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sync import families
from sync.init.follows import own_of
from sync.init.model import Component, Draft
from sync.init.model import title as title_of
from sync.init.repository import Repository, relation
from sync.init.survey import LOSSY, Package, Survey
from sync.manifest.match import is_pattern
from sync.manifest.shape import fits
from sync.version import Version


def able(one: Package) -> bool:
    """Whether a package can lead: it has a number, or is a Go module, whose tag says it."""
    return (one.version is not None and not one.unversioned or one.site.spelling == "go") and fits("package", one.name) and not is_pattern(one.name)


def leading(survey: Survey) -> Package | None:
    """The package that leads a repository: named like it, required by the others, its number said by the tags, sharing it with most; None where none is declared.

    What the tags said of a number in the past counts, and only where they say nothing of any package it counts that one is at the newest tag's today.
    """
    candidates = [one for one in survey.packages.values() if able(one)]
    candidates = [one for one in candidates if not one.aside] or candidates
    if not candidates:
        return None
    newest = max(survey.templates.get(survey.usual, ()), default=None)
    said = {one.name: 3 * own.share + 2 * survey.uses.get(own.template, 0) / sum(survey.uses.values()) for one in candidates if (own := survey.follows.get(one.name)) is not None}
    ahead = max((one.version.final for one in candidates if one.name in said and one.version is not None), default=None)
    if any(one.version is not None and (newest is None or one.version.final >= newest) for one in candidates):
        candidates = [one for one in candidates if one.site.spelling != "go" or one.site.text]  # a Go module without /vN says nothing of its number
    wanted = {name: len({each.path for each in survey.required if each.site.package == name}) for name in survey.packages}
    most = max(wanted.values(), default=0) or 1
    shares: dict[Version, int] = {}
    for one in candidates:
        if one.version is not None:
            shares[one.version] = shares.get(one.version, 0) + 1

    def score(one: Package) -> tuple[float, int, int, str]:
        short = families.short(one.name).rpartition("/")[2]
        named = 1.0 if _plain(short) == _plain(survey.name) else 0.5 if short.lower() in re.split(r"[^a-z0-9]+", survey.name.lower()) else 0.0
        today = newest is not None and one.version is not None and (one.version == newest or one.version.final >= newest and one.version.major <= newest.major + 1)
        share = shares[one.version] / len(candidates) if one.version is not None else 0
        depth = one.home.count("/")
        lossy = one.site.spelling in LOSSY and any(
            other.version is not None and one.version is not None and other.version.final == one.version and other.version != one.version for other in candidates
        )
        first = one.version is not None and one.version.final == ahead  # where releases move only what changed, others lag
        return 3 * named + (said.get(one.name, 0) + first if said else 3 * today) + wanted[one.name] / most + 2 * share + (depth == 0) - 2 * lossy, -depth, -len(one.name), one.name

    return max(candidates, key=score)


def _plain(name: str) -> str:
    return "".join(char for char in name.lower().removeprefix("lib") if char.isalnum())


def draft(surveys: Sequence[Survey], leader: str, places: Mapping[str, Component] | None = None) -> Draft:
    """The whole draft. ``leader``: the package that leads, where somebody has said so; ``places``: by repository, the component of one that declares no package."""
    given = places or {}
    heads = {one.name: leading(one) for one in surveys}
    if leader:
        heads |= {one.name: one.packages[leader] for one in surveys if leader in one.packages}
    home = home_of(surveys, heads, leader)
    head = heads[home.name]
    first = home.name in given and head is None
    title = given[home.name].name if first else title_of(head.name if head else home.name)
    ignore: dict[str, tuple[tuple[str, str], ...]] = {}
    components: list[Component] = []
    project = own_of(home, head)
    for one in sorted(surveys, key=lambda each: each is not home):
        if heads[one.name] is None:
            if one.name in given:
                own = given[one.name]
                rule, bundles = relation(one, home, title, max(one.tagged, default=None), project)
                components.append(own if one is home else own._replace(rule=rule, bundles=bundles))
            continue
        some, ignore[one.name] = Repository(one, heads[one.name], home, title, project, {each.name for each in components}).components()
        components += some
    if not any(one.name == title for one in components):
        title = components[0].name if components else title
    return Draft(title, title, tuple(surveys), ignore, tuple(components))


def home_of(surveys: Sequence[Survey], heads: Mapping[str, Package | None], leader: str) -> Survey:
    """The repository of the leader: that whose packages the other repositories require most, else whose name begins the others'."""
    if leader:
        return next((one for one in surveys if leader in one.packages), surveys[0])

    def score(one: Survey) -> tuple[int, int, int]:
        wanted = sum(each.site.package in one.packages for other in surveys if other is not one for each in other.required)
        begins = sum(other.name.startswith(one.name) for other in surveys)
        return wanted, begins, int(heads[one.name] is not None)

    return max(surveys, key=score)
