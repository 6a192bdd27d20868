"""Packages whose numbers followed the project's, with the rule; and the styles in which the family's packages are required."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sync import families, fit, spelling, template
from sync.adapter import Site, ecosystem_of
from sync.learn.model import TWICE, Learnt
from sync.learn.moves import Moves, Seen
from sync.learn.today import Today, last
from sync.manifest.match import Membership
from sync.version import Version


class _Row(NamedTuple):
    """A package that no component lists: where it is declared, how often it moved, its rule, the style in which it is required (None: it is not)."""

    path: str
    site: Site
    moved: int
    fitted: fit.Rule
    style: str | None


def packages(today: Today, moved: Moves) -> Iterator[Learnt]:
    """The packages that no component lists and whose numbers followed the project's, by rule."""
    managed = {(one.path, one.site.span, one.site.package) for one in today.found.placed}
    member = Membership(today.manifest, today.repo, today.version)
    rules: dict[str, list[_Row]] = {}
    styled = families.styles(today.requirements)
    for path, site in today.scan.declared:
        if (path, site.span, site.package) in managed or member.reason(site.package) != "unlisted" or site.template != "{version}":
            continue
        own = spelling.parse(site.text, site.spelling)
        seen = today.seen(moved, path, site.span)
        found = fit.rule([(one.version, _own(one, then, site)) for one in last(seen) if (then := spelling.parse(one.text, site.spelling)) is not None])
        count = len({one.version for one in seen if one.moved})
        if own is not None and any(own.release) and found.rule != "independent" and count >= TWICE:
            rules.setdefault(found.rule, []).append(_Row(path, site, count, found, styled.get(site.package)))
    taken = {row.site.package for rows in rules.values() for row in rows}
    for rule, rows in rules.items():
        since = max((row.fitted.since for row in rows if row.fitted.since is not None), default=None)
        for style, some in _by_style(rows).items():
            yield _component(today, rule, since, style, some, taken)


def _own(seen: Seen, said: Version, site: Site) -> Version:
    """The package's own number then: a pre-release where it says as much of it as its spelling can."""
    return seen.version if said == seen.version.final and spelling.lossy(seen.version, site.spelling) else said


def _component(today: Today, rule: str, since: Version | None, style: str, rows: Sequence[_Row], taken: set[str]) -> Learnt:
    """A component of packages that follow one rule and are required in one style."""
    names = {row.site.package for row in rows}
    others = {site.package for _, site in today.scan.declared if site.text.strip("0.")} - taken - names
    first = max(rows, key=lambda row: (row.moved, row.fitted.held))
    wanted = _render(rule, today.version)
    early = since is not None and today.version < since
    expected = "" if wanted is None or early else next((str(wanted) for row in rows if not spelling.same(row.site.text, wanted, row.site.spelling)), "")
    where = (today.repo, first.path, today.line(first.path, first.site.span), first.moved, first.fitted.held, first.fitted.of, first.site.text)
    title = families.short(min(names, key=len))
    return Learnt(title, *where, expected, packages=tuple(families.patterns(names, others)), rule=rule, since=since, style=style)


def _by_style(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    """Those that are required in one style together; those that nothing requires are with the most."""
    found: dict[str, list[_Row]] = {}
    for row in rows:
        if row.style is not None:
            found.setdefault(row.style, []).append(row)
    most = max(found, key=lambda style: len(found[style]), default="")
    for row in rows:
        if row.style is None:
            found.setdefault(most, []).append(row)
    return found


def _render(rule: str, version: Version) -> Version | None:
    if rule == "exact":
        return version
    if rule in ("major", "step", "independent"):
        return None
    try:
        return template.compile(rule).rule(version)
    except ValueError:
        return None


def styles(today: Today, moved: Moves) -> Iterator[Learnt]:
    """The style in which each component is required; packages of it that are required in another become a component of their own."""
    owner = {one.site.package: one.component for one in today.found.placed if one.site.role == "declares" and one.site.package}
    listed = Membership(today.manifest, today.repo, today.version)
    groups: dict[tuple[str, str], list[families.Required]] = {}
    for one in today.requirements:
        component = owner.get(one.site.package)
        if component is not None and component.repo == today.repo and ecosystem_of(one.site.package) != "golang":
            groups.setdefault((component.name, one.style), []).append(one)
    for name in dict.fromkeys(name for name, _ in groups):
        component = today.manifest.component(name)
        rows = {style: some for (whose, style), some in groups.items() if whose == name}
        by = {style: {one.site.package for one in some} for style, some in rows.items()}
        alone = {style: some - set().union(*(others for other, others in by.items() if other != style)) for style, some in by.items()}
        own = next((style for style, some in by.items() if any(listed.component_of(package, True) is component for package in some)), "")
        for style, some in rows.items():
            count = max(len({one.version for one in today.seen(moved, each.path, each.site.span) if one.moved}) for each in some)
            if style not in families.STYLES or not alone[style] or component.requirement == style or count < TWICE:
                continue
            first = some[0]
            where = (today.repo, first.path, today.line(first.path, first.site.span), count, count, count, f"{first.site.operator}{first.site.text}")
            if style == own and alone[style] == by[style] and not component.requirement:
                yield Learnt(name, *where, style=style)
            elif all(listed.component_of(package, True) is None for package in alone[style]):
                title = {"=": "pinned", "^": "compatible", "~": "close"}[style]
                kept = set(component.packages).union(*(others for other, others in by.items() if other != style))
                follow = component.follows(today.version)
                yield Learnt(f"{name}-{title}", *where, packages=tuple(families.patterns(alone[style], kept)), rule=follow, style=style)
