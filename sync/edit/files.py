"""All places of one file at once, and what to say where a place or a package is not in the component that was named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sync.edit import layout
from sync.errors import SyncError, UsageError, problem
from sync.manifest.match import glob, matches
from sync.manifest.model import Component, Manifest
from sync.shell import words


def named(manifest: Manifest, file: str, component: str = "") -> Iterator[tuple[Component, str]]:
    """The components (or that one) with a place that names just that file, and the file as it names it; ``REPO/FILE`` is one of that repository."""
    for one in manifest.components:
        if component not in ("", one.name):
            continue
        for name in (file, file.removeprefix(f"{one.repo}/")):
            if any(name in place.files for place in one.places):
                yield one, name
                break


def told(manifest: Manifest, file: str, component: str = "") -> list[str]:
    """The places of that file, one line each, for people."""
    return [f"no longer a place of {one.name}: {_said(place.kind, place.value)} in {name}" for one, name in named(manifest, file, component) for place in one.places if name in place.files]


def drop(table: Any, file: str) -> None:
    """Takes that file out of every place of a component; a place without a file goes."""
    places: Any = table.get("places", [])
    if not isinstance(places, list):
        del places[file]
        if not places:
            del table["places"]
        return
    for at in reversed(range(len(places))):
        files = places[at]["file"]
        if files == file or files == [file]:
            layout.drop(table, "places", at)
        elif isinstance(files, list) and file in files:
            files.remove(file)


def missing(manifest: Manifest, file: str, component: str = "") -> UsageError:
    """That no place names a file; the hint is the command for the glob that covers it, or the name that is near."""
    whose = f"{component} has no place" if component else "there is no component and no place"
    own = [(one, name) for one in manifest.components if component in ("", one.name) for place in one.places for name in place.files]
    there = [(one, name) for one, name in own if glob((name,))(file)] or ([*named(manifest, file)] if component else [])
    if there:
        hint = f"versync {words(('remove', there[0][0].name, '--file', there[0][1]))}"
    else:
        from difflib import get_close_matches

        components = () if component else [one.name for one in manifest.components]
        near = get_close_matches(file, [*components, *(name for _, name in own)], 1)
        hint = f"did you mean {near[0]}?" if near else f"components: {', '.join(components)}" if components else ""
    return UsageError(problem(f"{whose} {'in' if component else 'in a file that is called'} {file}", path=manifest.path, hint=hint))


def elsewhere(manifest: Manifest, component: str, file: str, kind: str, value: str) -> str:
    """The hint for a place that a component does not have: whose it is, else what the component has in that file, else the command that says what is known of the file."""
    for one, name in named(manifest, file):
        if one.name != component and any(name in place.files and place.kind == kind and value == _value(place.value) for place in one.places):
            return f"versync {words(('remove', one.name, '--file', name, f'--{kind}', value))}"
    own = [_said(place.kind, place.value) for one in manifest.components if one.name == component for place in one.places if file in place.files]
    return f"its places there: {', '.join(own)}" if own else f"versync {words(('explain', file))}"


def listing(manifest: Manifest, component: str, package: str) -> str:
    """The other component that lists a package; "" for none."""
    return next((one.name for one in manifest.components if one.name != component and package in one.packages), "")


def unignore(path: str, components: Iterable[Any], repo: str, package: str) -> None:
    """Takes a package out of every ``ignore-packages`` of a repository: what is ignored there, nothing manages. Raises UsageError where a pattern ignores it along with others."""
    for table in components:
        ignored = table.get("ignore-packages", []) if table["repo"] == repo else []
        if package in ignored:
            layout.drop(table, "ignore-packages", ignored.index(package))
        for pattern in table.get("ignore-packages", []) if ignored else []:
            if matches(pattern, package):
                name = str(table["name"])
                raise UsageError(problem(f"{name} ignores {package}, by {pattern}", path=path, hint=f"{words(('versync', 'remove', name, str(pattern)))}, and list what else it ignores"))


def working(hint: str, change: Callable[[], object]) -> str:
    """The hint where what it says can be done, else ""."""
    try:
        change()
    except SyncError:
        return ""
    return hint


def _value(value: str | tuple[str | int, ...]) -> str:
    return value if isinstance(value, str) else ".".join(map(str, value))


def _said(kind: str, value: str | tuple[str | int, ...]) -> str:
    return f'{kind} "{_value(value)}"'
