"""What a line that ``versync add`` writes covers in the repositories that are at hand; a line that matches nothing is not written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from sync.cli.options import Tags, open_for
from sync.cli.printing import Roots
from sync.errors import Problem, RefusedError, problem
from sync.inventory import Inventory, Placed
from sync.manifest.model import At, Component, Manifest, Place

MOST: Final = 10
"""Sites that are told one by one."""


def told(options: Mapping[str, Any], before: Manifest, after: Manifest, component: str, packages: Sequence[str], *, force: bool) -> list[str]:
    """What those packages, else the places that only ``after`` has, cover today, and what is wrong with them: one line each, for people.

    Raises RefusedError where one of them matches nothing, unless ``force`` is given. Nothing is told where the component's repository is not at hand.
    """
    from sync import inventory, plan, scan, targets
    from sync.report.plain import plain, printable

    opened = open_for(options, after)
    own = after.component(component)
    if own.repo not in opened.trees or own.retired is not None:
        return []
    scans = {name: scan.scan(after.repos[name], tree, opened.registry) for name, tree in opened.trees.items() if name in (own.repo, after.lead.repo)}
    then, now = inventory.take(before, scans), inventory.take(after, scans)
    known = {_same(one) for one in (*then.problems, *then.absent, *then.unread)}
    fresh = [one for one in (*now.problems, *now.absent, *now.unread) if _same(one) not in known]
    sites, empty = _packages(now, own, packages, fresh) if packages else _places(now, own, _new(before, own), fresh)
    if empty and not force:
        hint = "nothing was changed; --force adds it all the same"
        raise RefusedError(one._replace(path=one.path if one.repo else "", line=0, column=0, hint=hint) for one in empty)
    lines = [str(printable(one._replace(severity="warning", hint=""))) for one in dict.fromkeys((*empty, *fresh))]
    local = Roots(opened).local
    made = plan.make(now, targets.standing(after, now, Tags(after, opened.trees, opened.line)))
    expected = {(edit.placed.repo, edit.placed.path, edit.placed.site.span): edit.new for files in made.edits.values() for edits in files.values() for edit in edits}
    for one in sites[:MOST]:
        line, column = now.at(one)
        new = expected.get((one.repo, one.path, one.site.span))
        but = f", where check expects {new}" if new is not None else ""
        lines.append(plain(f"now covers {local(one.repo, one.path)}:{line}:{column} ({one.site.text or one.site.requirement}){but}"))
    return lines + ([f"and {len(sites) - MOST} more"] if len(sites) > MOST else [])


def _same(one: Problem) -> tuple[str, str, str, str]:
    """A finding without its line, which may have moved."""
    return one.repo, one.path, one.message, one.rule


def _new(before: Manifest, own: Component) -> list[Place]:
    had = {one._replace(at=At()) for each in before.components if each.name == own.name for one in each.places}
    return [one for one in own.places if one._replace(at=At()) not in had]


def _places(now: Inventory, own: Component, places: Iterable[Place], fresh: Sequence[Problem]) -> tuple[list[Placed], list[Problem]]:
    """The sites of places, and what to say of those that have none and must."""
    sites: list[Placed] = []
    empty: list[Problem] = []
    for place in places:
        found = [one for one in now.placed if one.place == place]
        sites += found
        if not found and (place.count is None or place.count.least):
            value = ".".join(map(str, place.value)) if isinstance(place.value, tuple) else place.value
            said = [one for one in fresh if one.rule == "place" and f'"{value}"' in one.message or one.rule == "absent" and ", ".join(place.files) in one.message]
            empty += said or [problem(f'{place.kind} "{value}" matches nothing in {", ".join(place.files)}', repo=own.repo)]
    return sites, empty


def _packages(now: Inventory, own: Component, packages: Sequence[str], fresh: Sequence[Problem]) -> tuple[list[Placed], list[Problem]]:
    """The sites of packages, and what is said of those that no file declares."""
    sites = [one for one in now.placed if one.component.name == own.name and any(fnmatchcase(one.site.package, pattern) for pattern in packages)]
    sites.sort(key=lambda one: one.site.role != "declares")
    return sites, [one for one in fresh if one.rule == "nowhere" and one.message.startswith(tuple(f"{own.name} lists {pattern}, " for pattern in packages))]
