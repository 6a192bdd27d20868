"""The rows of the version matrix: what each component states, is tagged, carries, and how far it lags."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sync import lag, template
from sync.errors import Problem
from sync.inventory import LeftBehind, Placed
from sync.manifest.model import Component, Manifest
from sync.pipeline import Outcome
from sync.report.page.model import Row, State
from sync.targets import Releases
from sync.version import Version


def rows(manifest: Manifest, outcome: Outcome, releases: Releases, day: date) -> Iterator[Row]:
    """A row for each component, in the manifest's order; what is not at hand is "not checked", never "in sync"."""
    told = blamed(manifest, outcome)
    for component in manifest.components:
        standing = outcome.targets.standings[component.name]
        tags = releases.get(component.repo, ())
        declared = str(standing.own) if standing.own is not None else ""
        state, why = _state(manifest, outcome, component, standing.own, told.get(component.name, ""))
        if component.retired is not None:
            declared = str(component.retired)
        yield Row(
            component.name,
            component.tier,
            component.repo,
            manifest.repos[component.repo].url,
            declared,
            tags[0].tag if tags else "",
            tags[0].day if tags else None,
            component.bundles,
            _carried(outcome, component) if component.bundles else "",
            None if component.retired is not None else _lag(manifest, outcome, component, standing.own, releases, day),
            state,
            why,
        )


def blamed(manifest: Manifest, outcome: Outcome) -> dict[str, str]:
    """The worst severity of the findings about each component: those at one of its sites, or at its table in the manifest.

    A finding about a file as a whole (it cannot be read) is about every component of the repository; packages that nobody lists are about none.
    """
    found = outcome.inventory
    at: dict[tuple[str, str, int, int], set[str]] = {}
    spots: list[Placed | LeftBehind] = [*found.placed, *found.left]
    for spot in spots:
        named = {(spot.carrier or spot.component).name}
        if spot.carrier is None and spot.component.repo != spot.repo:
            named = {component.name for component in manifest.components if component.repo == spot.repo}  # whoever requires it is behind, not what is required
        at.setdefault((spot.repo, spot.path, *found.at(spot)), set()).update(named)
    worst: dict[str, str] = {}
    for one in outcome.findings:
        for name in at.get((one.repo, one.path, one.line, one.column)) or _about(manifest, one):
            if one.severity == "error" or one.severity == "warning" and worst.get(name) != "error":
                worst[name] = one.severity
    return worst


def _about(manifest: Manifest, one: Problem) -> list[str]:
    """The components that a finding away from all sites is about."""
    if one.rule == "unlisted":
        return []
    if one.path == manifest.path:
        return [component.name for component in manifest.components if component.at.line <= one.line][-1:]
    return [component.name for component in manifest.components if component.repo == one.repo]


def _state(manifest: Manifest, outcome: Outcome, component: Component, own: Version | None, severity: str) -> tuple[State, str]:
    if component.retired is not None:
        return "retired", f"since {component.retired}"
    if component.repo not in outcome.inventory.scans:
        return "not checked", "no checkout of its repository was at hand"
    if severity == "error":
        return "out of sync", ""
    if severity == "warning":
        return "behind", ""
    if own is None:
        project = outcome.targets.project
        if project is not None and all(any(package in one.packages and project in one.holds for one in component.unmanaged) for package in component.packages):
            return "not managed", f"at {project}"
        return "not checked", "nothing states its version"
    lone = component.follows(outcome.targets.project or own) == "independent"
    if component.repo != manifest.lead.repo and manifest.lead.repo not in outcome.inventory.scans and not lone:
        return "not checked", f"no checkout of {manifest.lead.repo} was at hand to hold it against"
    return "in sync", "a number of its own" if lone else ""


def _carried(outcome: Outcome, component: Component) -> str:
    """What a component's files say of the runtime inside it, each value once: whole versions, else a word such as ``dev``; "" where nothing does."""
    versions: dict[str, None] = {}
    words: dict[str, None] = {}
    for one in outcome.inventory.placed:
        if one.carrier is None or one.carrier.name != component.name or one.component.name != component.bundles or one.repo != component.repo:
            continue
        shape = template.compile(one.site.template)
        version = shape.read(one.site.text, one.site.spelling) if shape.full else None
        if version is not None:
            versions[str(version)] = None
        elif one.place is not None and one.site.text in one.place.words:
            words[one.site.text] = None
    return ", ".join(versions or words)


def _lag(manifest: Manifest, outcome: Outcome, component: Component, own: Version | None, releases: Releases, day: date) -> int | None:
    """Days since the first of the leader's releases that a component in another repository lacks; 0 where it has them all."""
    released = [one for one in releases.get(manifest.lead.repo, ()) if not one.version.is_prerelease]
    if own is None or not released or component.repo == manifest.lead.repo or component.repo not in outcome.inventory.scans:
        return None
    if component.follows(released[0].version) in ("independent", "step"):
        return None
    first = lag.missed(component, own, released)
    return (day - first).days if first is not None else 0
