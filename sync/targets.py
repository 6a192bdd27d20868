"""The truth, the lockstep rules and the refusal to downgrade -> a version for each component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import NamedTuple

from sync import spelling, template
from sync.errors import Problem, UsageError, problem
from sync.inventory import Inventory, LeftBehind, Placed
from sync.manifest.model import Component, Manifest
from sync.version import WORDS, Version, by_step, increment


class Release(NamedTuple):
    """A release tag of a repository, and the day of the commit that it names."""

    version: Version
    day: date
    tag: str


class Standing(NamedTuple):
    """Where a component stands: ``own`` is what it states now, ``target`` what it should state (None: nothing can be said)."""

    component: Component
    own: Version | None
    target: Version | None
    site: Placed | None


class Targets(NamedTuple):
    """A target for each component. ``project`` is the leader's version, None where its repository is not at hand."""

    standings: Mapping[str, Standing]
    old: Version | None
    project: Version | None
    bumping: bool
    problems: tuple[Problem, ...]

    def expected(self, placed: Placed | LeftBehind) -> Version | None:
        """The version that should stand at a site, or in a lock's entry; None where nothing can be said, or where it is not this run's matter."""
        component, carrier = placed.component, placed.carrier
        if carrier is not None and carrier.name != component.name:
            if carrier.bundles and component.repo != carrier.repo:
                target = self.standings[carrier.name].target
                return None if target is None else carried(component, runtime_of(target))
            if carrier.repo == component.repo:
                return self.standings[component.name].target
        if component.repo != placed.repo and not self.bumping:
            return None
        return self.standings[component.name].target


Releases = Mapping[str, Sequence[Release]]
"""By repository, newest version first."""


def standing(manifest: Manifest, inventory: Inventory, releases: Releases) -> Targets:
    """What `check` holds the tree against: the versions that it already has."""
    own = _own(manifest, inventory, releases)
    project = own.get(manifest.leader)
    targets = {}
    problems: list[Problem] = []
    for component in manifest.components:
        base = project if component.repo == manifest.lead.repo else _base(manifest, component.repo, own)
        mine = own.get(component.name)
        if component.retired is not None or component.repo not in inventory.scans:
            target = None
        elif component.repo != manifest.lead.repo and component.follows(base or Version((0,))) in ("exact", "major", "step", "independent"):
            target = mine if mine is not None else base
        else:
            target = mine if base is None else _followed(manifest, component, base, base, mine, problems)
        targets[component.name] = Standing(component, mine, target, inventory.primary.get(component.name))
    if manifest.lead.repo in inventory.scans and project is None:
        problems += _leaderless(manifest, inventory)
    return Targets(targets, project, project, False, tuple(problems))


def bumped(
    manifest: Manifest,
    inventory: Inventory,
    releases: Releases,
    target: str,
    named: Mapping[str, str] | None = None,
    *,
    allow_downgrade: bool = False,
) -> Targets:
    """What `bump TARGET [COMPONENT=TARGET ...]` asks for; a target is a version or a word of `sync.version.WORDS`.

    Where TARGET is "" only the components that are named move (the leader's name is as good as TARGET); those beside
    them in a repository stay at what they are, and other repositories are left alone.
    Raises UsageError for a target that is none, and for a component that the manifest does not have.
    """
    named = named or {}
    unknown = sorted(set(named) - {component.name for component in manifest.components})
    if unknown:
        names = ", ".join(component.name for component in manifest.components)
        raise UsageError(problem(f"no component is called {', '.join(unknown)}", path=manifest.path, hint=f"components: {names}"))
    own = _own(manifest, inventory, releases)
    old = own.get(manifest.leader)
    if old is None and manifest.lead.repo not in inventory.scans:
        bases = [_base(manifest, repo, own) for repo in inventory.scans]
        old = next((base for base in bases if base is not None), None)
    target = target or named.get(manifest.leader, "")
    beside = frozenset(component.repo for component in manifest.components if component.name in named)
    project = _target(target, old, manifest.leader, inventory.primary.get(manifest.leader)) if target else old
    problems: list[Problem] = []
    if old is None and manifest.lead.repo in inventory.scans:
        problems += _leaderless(manifest, inventory)
    targets = {}
    for component in manifest.components:
        mine, site = own.get(component.name), inventory.primary.get(component.name)
        wanted: Version | None
        if component.retired is not None or component.repo not in inventory.scans:
            wanted = None
        elif component.name in named:
            wanted = _target(named[component.name], mine, component.name, site)
            if target and project is not None and component.bundles and not project.is_prerelease and runtime_of(wanted) != project.final:
                message = f"{component.name} bundles {component.bundles}, which goes to {project}: {wanted} would name another runtime"
                problems.append(problem(message, repo=component.repo, hint=f"leave {component.name}= out, or give it {project} with a suffix of its own", rule="bundle"))
        elif not target or project is None:
            wanted = mine if component.repo in beside else None
        elif component.repo != manifest.lead.repo and project.is_prerelease and not component.prereleases:
            wanted = mine
        else:
            wanted = _followed(manifest, component, old or project, project, mine, problems)
            if mine is not None and wanted is not None and wanted < mine and runtime_of(mine) == wanted:
                wanted = mine
        if mine is not None and wanted is not None and wanted < mine and not allow_downgrade:
            problems.append(_downgrade(inventory, component, mine, wanted, site))
        targets[component.name] = Standing(component, mine, wanted, site)
    aims = Targets(targets, old, project, True, tuple(problems))
    return aims if allow_downgrade else aims._replace(problems=(*problems, *_lowered(inventory, aims)))


def command(manifest: Manifest, inventory: Inventory, releases: Releases, component: Component, version: Version) -> str:
    """The command that gives a component that version, or another where that one is refused; ``version`` is the project's in the leader's repository.

    Where a component there is ahead, all of them go up to it; what cannot be mended so goes back on purpose.
    """
    leads = component.repo == manifest.lead.repo

    def refused(target: Version) -> bool:
        aims = bumped(manifest, inventory, releases, str(target)) if leads else bumped(manifest, inventory, releases, "", {component.name: str(target)})
        return any(one.rule == "downgrade" and one.repo == component.repo for one in aims.problems)

    words = "versync bump " if leads else f"versync bump {component.name}="
    if not refused(version):
        return f"{words}{version}"
    highest = max(_stating(manifest, inventory, releases, version), default=version) if leads else version
    return f"{words}{highest}" if highest > version and not refused(highest) else f"{words}{version} --allow-downgrade"


def _stating(manifest: Manifest, inventory: Inventory, releases: Releases, version: Version) -> Iterator[Version]:
    """What the components of the leader's repository that have its number say of themselves, file by file."""
    exact = {one.name for one in manifest.components if one.repo == manifest.lead.repo and one.retired is None and one.follows(version) == "exact"}
    yield from (own for name, own in _own(manifest, inventory, releases).items() if name in exact)
    for placed in inventory.placed:
        if placed.site.role == "declares" and placed.place is None and placed.component.name in exact and (states := _whole(placed)) is not None:
            yield states


def basis(manifest: Manifest, targets: Targets, component: Component) -> Standing | None:
    """What the rule of a component starts from: the leader in its own repository, elsewhere the first component that follows it exactly."""
    own = {name: one.own for name, one in targets.standings.items() if one.own is not None}
    name = manifest.leader if component.repo == manifest.lead.repo else _first(manifest, component.repo, own)
    return targets.standings[name] if name in own else None


def told(inventory: Inventory, standing: Standing, releases: Releases) -> str:
    """Where a component's version is said: a place in a file, or where that does not hold all of it, the tag; "" for nowhere."""
    site = standing.site
    if site is None:
        return ""
    if _whole(site) is None and _assembled(standing.component, inventory) is None:
        for one in releases.get(site.repo, ()):
            if one.version == standing.own:
                return f"tag {one.tag}"
        stated = _stated(standing.component, inventory, standing.own.major if standing.own is not None else 0)
        site = site if stated is None else stated[0]
    line, column = inventory.at(site)
    return f"{site.repo}/{site.path}:{line}:{column}"


def _own(manifest: Manifest, inventory: Inventory, releases: Releases) -> dict[str, Version]:
    """What each component states of itself."""
    own: dict[str, Version] = {}
    partial: list[tuple[Component, Version]] = []
    for component in manifest.components:
        site = inventory.primary.get(component.name)
        if site is None:
            continue
        shape = template.compile(site.site.template)
        version = shape.read(site.site.text, site.site.spelling)
        if version is not None and shape.full and site.site.spelling != "go":
            own[component.name] = version
            continue
        parts = _assembled(component, inventory)
        if parts is not None:
            own[component.name] = parts
        else:
            partial.append((component, version or Version((0,))))
    leader = own.get(manifest.leader)
    for component, version in partial:
        suffix = version.major
        tags = [one.version for one in releases.get(component.repo, ()) if one.version.major == suffix or suffix < 2 and one.version.major < 2]
        stated = _stated(component, inventory, suffix)
        if tags:
            own[component.name] = tags[0]
        elif stated is not None:
            own[component.name] = stated[1]
        elif leader is not None and (leader.major == suffix or suffix < 2 and leader.major < 2):
            own[component.name] = leader.final
        elif suffix:
            own[component.name] = Version((suffix, 0, 0))
    return own


def _stated(component: Component, inventory: Inventory, major: int) -> tuple[Placed, Version] | None:
    """The first place of a component that holds a whole version with that major: what it is without tags, as in a shallow checkout."""
    for one in inventory.placed:
        if one.carrier is not None and one.carrier.name == component.name and one.repo == component.repo and one.place is not None:
            shape = template.compile(one.site.template)
            version = shape.read(one.site.text, one.site.spelling) if shape.full else None
            if version is not None and (version.major == major or major < 2 and version.major < 2):
                return one, version
    return None


def _whole(placed: Placed) -> Version | None:
    """The version that a site states; None where it holds only a part of one, or none."""
    shape = template.compile(placed.site.template)
    return shape.read(placed.site.text, placed.site.spelling) if shape.full and placed.site.spelling != "go" else None


def _assembled(component: Component, inventory: Inventory) -> Version | None:
    """A version whose parts stand in sites of their own; None where major, minor or patch is missing."""
    parts: dict[str, int] = {}
    for one in inventory.placed:
        if one.component.name == component.name and one.site.role == "declares" and one.site.template in ("{major}", "{minor}", "{patch}") and one.site.text.isdigit():
            parts.setdefault(one.site.template, int(one.site.text))
    if len(parts) < 2 or "{major}" not in parts or "{minor}" not in parts:
        return None
    return Version((parts["{major}"], parts["{minor}"], parts.get("{patch}", 0)))


def _base(manifest: Manifest, repo: str, own: Mapping[str, Version]) -> Version | None:
    """What a repository that is looked at without the leader is held against."""
    return own.get(_first(manifest, repo, own))


def _first(manifest: Manifest, repo: str, own: Mapping[str, Version]) -> str:
    """The first component of a repository that follows the leader exactly and states a version; "" for none."""
    return next((one.name for one in manifest.components if one.repo == repo and one.name in own and one.version[0].rule == "exact"), "")


def _followed(manifest: Manifest, component: Component, old: Version, new: Version, own: Version | None, problems: list[Problem]) -> Version | None:
    """What the rule gives; its own version where the rule cannot follow, which is a problem for a component that states one."""
    try:
        return follow(component, old, new, own)
    except ValueError as error:
        if own is not None:
            at = component.at
            hint = f"name it: {component.name}=VERSION, or give its `version` a range"
            problems.append(problem(f"{component.name}: {error}", path=manifest.path, line=at.line, column=at.column, hint=hint, rule="rule"))
        return own


def follow(component: Component, old: Version, new: Version, own: Version | None) -> Version:
    """The version that a component's rule gives when the project goes from ``old`` to ``new``. Raises ValueError for a rule that gives none."""
    rule = component.follows(new)
    if rule == "exact":
        return new
    if rule == "major":
        return own if own is not None and own.major == new.major else Version((new.major, 0, 0))
    if rule == "step":
        return new if own is None else by_step(own, old, new)
    if rule == "independent":
        return new if own is None else own
    return template.compile(rule).rule(new)


def _target(text: str, own: Version | None, name: str, site: Placed | None) -> Version:
    try:
        if text in WORDS:
            if own is None:
                raise UsageError(problem(f"{name} states no version that {text} could raise", hint=f"name the version: bump {name}=1.2.3"))
            return increment(own, text)
        version = Version.of(text)
    except ValueError as error:
        raise UsageError(problem(str(error), hint=f"a version such as 8.0.0 or 8.0.0-rc.1, or one of {', '.join(WORDS)}")) from None
    if version.post is not None and site is not None and spelling.lossy(version, site.site.spelling):
        message = f"{name} cannot be {version}: {site.path} holds {site.site.spelling} versions, which have no .postN"
        raise UsageError(problem(message, hint="name the component that has a fix of its own: bump NAME=VERSION"))
    width = max(len(own.release) if own is not None else 3, len(version.release))
    release = version.release + (0,) * (width - len(version.release))
    return Version(release, version.pre, version.post, version.dev, version.build)


def carried(component: Component, runtime: Version) -> Version | None:
    """The version of a component that goes with a bundled runtime; None where its number is its own matter, or its rule cannot follow."""
    if component.follows(runtime) in ("step", "independent"):
        return None
    try:
        return follow(component, runtime, runtime, None)
    except ValueError:
        return None


def runtime_of(version: Version) -> Version:
    """The number of the runtime that an embedding carries: its own without the suffix for a fix of its own."""
    return Version(version.release[:3], version.pre, None, version.dev)


def _downgrade(inventory: Inventory, component: Component, own: Version, wanted: Version, site: Placed | None) -> Problem:
    line, column = inventory.at(site) if site is not None else (0, 0)
    where = (site.repo, site.path) if site is not None else (component.repo, "")
    return Problem(*where, line, column, f"{component.name} is at {own}; {wanted} would be a downgrade", "add --allow-downgrade to go back on purpose", "error", "downgrade")


def _lowered(inventory: Inventory, targets: Targets) -> Iterator[Problem]:
    """The files that would go back although their component does not: another package of that name, or one that is ahead of the rest."""
    for placed in inventory.placed:
        if placed.site.role != "declares" or placed.place is not None:
            continue
        site, held = placed.site, targets.standings[placed.component.name]
        states, wanted = _whole(placed), targets.expected(placed)
        if states is None or wanted is None or wanted >= states or site.spelling == "maven" and site.text.endswith("-SNAPSHOT"):
            continue
        if held.own is not None and held.target is not None and held.target < held.own:
            continue
        shape = template.compile(site.template)
        try:
            left = shape.read(shape.render(wanted, site.spelling, site.text), site.spelling)
        except ValueError:
            continue
        if left is None or left >= states:
            continue
        line, column = inventory.at(placed)
        message, first = f"{site.package} is at {states} here", held.site
        if first is not None and first.site.package == site.package and first.repo == placed.repo:
            at = ":".join(map(str, inventory.at(first)))
            message = f"two files declare {site.package}: {first.path}:{at} at {first.site.text}, {placed.path}:{line}:{column} at {states}"
        yield Problem(placed.repo, placed.path, line, column, f"{message}; {left} would be a downgrade", "add --allow-downgrade to go back on purpose", "error", "downgrade")


def _leaderless(manifest: Manifest, inventory: Inventory) -> list[Problem]:
    """Nothing, where the version may stand in a file that could not be read: that is said already."""
    lead = manifest.lead
    if inventory.scans[lead.repo].broken:
        return []
    at = lead.at
    for path, site in inventory.scans[lead.repo].declared:
        if any(site.package == name or fnmatchcase(site.package, name) for name in lead.packages) and site.text:
            line, column = inventory.scans[lead.repo].sources[path].position(site.span.start)
            message = f"{lead.name} is at {site.text}, which counts as no version yet"
            return [Problem(lead.repo, path, line, column, message, "write its first version by hand, such as 0.1.0", "error", "leader")]
    message = f"nothing in {lead.repo} declares a version of {lead.name}, the leader"
    return [problem(message, path=manifest.path, line=at.line, column=at.column, hint="list its package, or a place with `declares`", rule="leader")]
