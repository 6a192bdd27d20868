"""Which runtime a release of a package carries: read from its repository at the tag, else told from its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sync.cli.ruled import Ruled
from sync.errors import Problem, SyncError, UsageError, problem
from sync.manifest.match import is_pattern, matches
from sync.manifest.model import Component, Manifest
from sync.policy.lines import number_of
from sync.policy.model import Line
from sync.policy.which import Offer, core
from sync.targets import Release
from sync.version import Version


class Inside(NamedTuple):
    """The project's version inside a release, and how that is known."""

    version: Version
    said: str
    notes: tuple[Problem, ...] = ()


def owner(manifest: Manifest, package: str) -> Component:
    """The component that a package belongs to: by exact name, then by the longest pattern. Raises UsageError."""
    fold = str.casefold if package.startswith("pkg:nuget/") else str  # NuGet's ids have no case
    fitting = [(not is_pattern(pattern), len(pattern), one) for one in manifest.components for pattern in one.packages if matches(fold(pattern), fold(package))]
    if not fitting:
        from sync.manifest.shape import nearest

        names = [pattern for one in manifest.components for pattern in one.packages]
        raise UsageError(problem(f"{package} is no package of {manifest.name}", path=manifest.path, hint=nearest(package, names)))
    return max(fitting, key=lambda one: one[:2])[2]


def runtime(opened: Ruled, component: Component, version: Version) -> Inside:
    """The project's version in that release of a component. Raises UsageError where its number says nothing of it."""
    manifest = opened.manifest
    if component.name == manifest.leader:
        return Inside(version, "", _untagged(opened, component, version))
    if component.bundles == manifest.leader:
        return _bundled(opened, component, version)
    from sync.targets import carried

    for one in (*(release.version for release in opened.releases), version):
        if carried(component, one) == version:
            return Inside(one, f"released with {manifest.leader} {one}", () if any(each.version == one for each in opened.releases) else _untagged(opened, component, version))
    why = "has a number of its own" if component.follows(version) in ("independent", "step") else f"has no release {version}"
    raise UsageError(problem(f"{component.name} {why}: which {manifest.leader} it goes with cannot be told", path=manifest.path, line=component.at.line, column=component.at.column))


def offers(opened: Ruled, component: Component) -> Callable[[Line], Offer | None]:
    """What a component's own releases offer on a line; what the core offers, where they are not at hand or are the core's."""
    if component.bundles != opened.manifest.leader or component.repo not in opened.tags:
        return core

    def offered(line: Line) -> Offer | None:
        own = [one.version for one in opened.tags[component.repo] if number_of(one.version, line.rules.versions.bumps) == line.number and not one.version.is_prerelease]
        return Offer(max(own), _bundled(opened, component, max(own)).version) if own else None

    return offered


def _bundled(opened: Ruled, component: Component, version: Version) -> Inside:
    by_number = Version(version.release[:3], version.pre, None, version.dev)
    tag = next((one for one in opened.tags[component.repo] if one.version == version), None) if component.repo in opened.tags else None
    if tag is None:
        hint = f"--repo {component.repo}=PATH" if component.repo not in opened.tags else "git fetch --tags, if the clone is behind"
        why = f"{component.repo} is not at hand" if component.repo not in opened.tags else f"{component.repo} has no tag {version}"
        note = problem(f"{why}: the runtime inside is told from the number, not checked", repo=component.repo, hint=hint, severity="note", rule="not-checked")
        return Inside(by_number, "by its number", (note,))
    found = _read(opened, component, tag)
    if found is None:
        return Inside(by_number, "by its number: no place in it says which runtime it carries")
    return Inside(found, f"read at tag {tag.tag}" + ("" if found == by_number else f", though its number says {by_number}"))


def _read(opened: Ruled, component: Component, tag: Release) -> Version | None:
    """What the files at a tag say of the runtime inside; None where they say nothing that can be read."""
    from sync import inventory, template
    from sync.tree import RevTree

    tree = opened.opened.trees[component.repo]
    try:
        found = inventory.look(opened.manifest, {component.repo: RevTree(component.repo, tree.root, f"refs/tags/{tag.tag}")}, opened.opened.registry)
    except SyncError:
        return None
    for one in found.placed:
        if one.component.name == component.bundles and one.site.text:
            shape = template.compile(one.site.template)
            version = shape.read(one.site.text, one.site.spelling) if shape.full else None
            if version is not None and one.site.spelling != "go":
                return version
    return None


def _untagged(opened: Ruled, component: Component, version: Version) -> tuple[Problem, ...]:
    if not opened.releases or any(one.version == version for one in opened.releases):
        return ()
    return (problem(f"{component.name} {version} is no release that has a tag", repo=component.repo, severity="note", rule="not-checked"),)
