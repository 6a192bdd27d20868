"""How far embeddings are behind what the leader has released."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from sync import targets
from sync.adapter import ecosystem_of
from sync.errors import Problem, counted
from sync.inventory import Inventory, Placed
from sync.manifest.model import Component, Manifest
from sync.targets import Release, Releases, Targets
from sync.version import Version


class Grace(NamedTuple):
    """How far an embedding may be behind: ``days`` without a new major before that is an error; whether ``patches`` that it lacks are errors."""

    days: int = 0
    patches: bool = False


NO_GRACE: Final = Grace()
"""What holds without a policy: another major is an error at once, a patch behind is a warning."""


def lag(manifest: Manifest, inventory: Inventory, aims: Targets, releases: Releases, today: date, grace: Grace) -> list[Problem]:
    """Components in other repositories held against the leader's newest release: another major is an error once ``grace`` has passed, less a warning.

    A release of the leader's tree counts as well, where it is looked at and is no pre-release. The lag is counted
    in days from the first release that the component lacks, to ``today``.
    """
    lead = manifest.lead
    if all(component.repo == lead.repo for component in manifest.components):
        return []
    released = [one for one in releases.get(lead.repo, ()) if not one.version.is_prerelease]
    newest = released[0].version if released else None
    if aims.old is not None and not aims.old.is_prerelease and (newest is None or aims.old > newest):
        newest = aims.old
    if newest is None:
        return []
    found = []
    for component in manifest.components:
        if component.repo == lead.repo or component.retired is not None or component.repo not in inventory.scans:
            continue
        mine, site = aims.standings[component.name].own, inventory.primary.get(component.name)
        if mine is None or site is None or component.follows(newest) == "independent":
            continue
        wanted = targets.follow(component, newest, newest, mine)
        if wanted in (mine, targets.runtime_of(mine)):
            continue
        first = missed(component, mine, released)
        days = f"; the first release that it lacks is {counted((today - first).days, 'day')} old" if first is not None else ""
        line, column = inventory.at(site)
        ahead = mine > wanted
        since = missed(component, mine, released, majors=True)
        late = grace.patches if mine.major == wanted.major else not grace.days or since is None or (today - since).days > grace.days
        found.append(
            Problem(
                site.repo,
                site.path,
                line,
                column,
                f"{component.name} is at {mine}, ahead of {lead.name}, which is released at {newest}" if ahead else f"{component.name} is at {mine}, {lead.name} is released at {newest}{days}",
                "" if ahead else targets.command(manifest, inventory, releases, component, wanted),
                "error" if ahead or late else "warning",
                "lag",
            )
        )
    for placed in inventory.placed:
        if placed.site.role == "requires" and placed.component.repo != placed.repo and placed.carrier is None:
            found.extend(_behind(inventory, aims, placed, newest))
    return found


def missed(component: Component, mine: Version, released: Iterable[Release], *, majors: bool = False) -> date | None:
    """The day of the first of the leader's releases (of those with another major) that a component at ``mine`` lacks; None where it has them all."""
    return min((one.day for one in released if (due := targets.carried(component, one.version)) is not None and due > mine and not (majors and due.major == mine.major)), default=None)


def _behind(inventory: Inventory, aims: Targets, placed: Placed, newest: Version) -> list[Problem]:
    """A requirement on a package of another repository, held against what that component is released at."""
    from sync import requirement

    wanted = targets.follow(placed.component, newest, newest, aims.standings[placed.component.name].own)
    if requirement.satisfies(placed.site.requirement or placed.site.text, wanted, ecosystem_of(placed.site.package)):
        return []
    line, column = inventory.at(placed)
    text = placed.site.requirement or placed.site.operator + placed.site.text
    return [Problem(placed.repo, placed.path, line, column, f"{placed.site.package} is required at {text}, {placed.component.name} is released at {wanted}", "", "warning", "lag")]
