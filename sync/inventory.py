"""Scans x manifest -> every site that is managed, resolved to components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from sync import places, spelling, template
from sync.adapter import Left, Packages, Site, ecosystem_of
from sync.errors import Problem, UnreadableError, problem
from sync.manifest.match import Membership
from sync.manifest.model import Component, Manifest
from sync.places import Placed
from sync.registry import Registry
from sync.scan import Kept, Scan, scan
from sync.source import Source
from sync.tree import Tree
from sync.version import Version

__all__ = ["Inventory", "LeftBehind", "Placed", "look", "take"]


class LeftBehind(NamedTuple):
    """A lock entry of the family that only the ecosystem's own command may move."""

    repo: str
    path: str
    left: Left
    component: Component
    carrier: Component | None = None


class Inventory(NamedTuple):
    """All that was found. ``primary`` is each component's own number: its first site that declares it.

    ``absent`` are places and packages whose file is not in the tree: problems, unless only a part of
    the tree is at hand. ``unread`` are listed packages of an ecosystem that no adapter reads.
    """

    scans: Mapping[str, Scan]
    placed: tuple[Placed, ...]
    left: tuple[LeftBehind, ...]
    primary: Mapping[str, Placed]
    problems: tuple[Problem, ...]
    absent: tuple[Problem, ...]
    unread: tuple[Problem, ...] = ()

    def source(self, repo: str, path: str) -> Source:
        """A file that was read. Raises KeyError."""
        return self.scans[repo].sources[path]

    def at(self, one: Placed | LeftBehind) -> tuple[int, int]:
        """Line and column of a site, both from 1."""
        span = one.site.span if isinstance(one, Placed) else one.left.span
        return self.source(one.repo, one.path).position(span.start)


def look(manifest: Manifest, trees: Mapping[str, Tree], registry: Registry, *, declared_only: bool = False, kept: Kept | None = None) -> Inventory:
    """What the manifest finds in the trees that are at hand, by repository; ``kept`` as in `sync.scan.scan`."""
    return take(manifest, {name: scan(manifest.repos[name], tree, registry, kept) for name, tree in trees.items()}, declared_only=declared_only)


def take(manifest: Manifest, scans: Mapping[str, Scan], *, declared_only: bool = False) -> Inventory:
    """The inventory of the repositories that were scanned. The leader's, where it is among them, says which ranges hold.

    ``declared_only``: without requirements and locks.
    """
    work = _Work(manifest, scans)
    names = sorted(scans, key=lambda name: name != manifest.lead.repo)
    for name in names:
        work.declarations(scans[name])
    for name in names if not declared_only else ():
        work.references(scans[name])
    return work.result()


class _Work:
    def __init__(self, manifest: Manifest, scans: Mapping[str, Scan]) -> None:
        self.manifest = manifest
        self.scans = scans
        self.placed: list[Placed] = []
        self.left: list[LeftBehind] = []
        self.problems: list[Problem] = []
        self.absent: list[Problem] = []
        self.unread: list[Problem] = []
        self.members: dict[str, Membership] = {}
        self.unversioned: set[tuple[str, str]] = set()
        self.adopted: dict[tuple[str, str], Component] = {}
        self.paths: dict[str, dict[str, str]] = {}
        self.order = {component.name: at for at, component in enumerate(manifest.components)}
        self.elsewhere = {name: frozenset(site.package for _, site in scan.declared) for name, scan in scans.items()}
        self.project: Version | None = None
        self.bundlers: dict[tuple[str, str], Component] = {}
        for component in manifest.components:
            if component.bundles:
                self.bundlers.setdefault((component.repo, manifest.component(component.bundles).repo), component)

    def declarations(self, scan: Scan) -> None:
        """The sites that state a component's own version: the manifest's places first, then what adapters found."""
        repo = scan.repo.name
        own = [component for component in self.manifest.components if component.repo == repo and component.retired is None]
        project = self.project
        if project is None and any(place.holds != places.ALWAYS for component in own for place in component.places):
            project = self._project(repo, scan.declared, places.find(self.manifest, scan, None, [], []))  # which version places with a range are asked for
        stated = places.find(self.manifest, scan, project, self.problems, self.absent)
        told = {one.place.declares for one in stated if one.place is not None and one.place.declares}
        declared = [(path, site) for path, site in scan.declared if site.package not in told]
        if self.project is None:
            self.project = self._project(repo, declared, stated)
        member = self.members[repo] = Membership(self.manifest, repo, self.project, self.elsewhere)
        unlisted: list[tuple[str, Site]] = []
        shared: dict[tuple[str, int], list[Component]] = {}
        for one in stated:
            if one.place is not None and one.place.declares:
                shared.setdefault((one.path, one.site.span.start), []).append(one.component)
        self.paths[repo] = {}
        for path, site in declared:
            self.paths[repo].setdefault(site.package, path)
            component = member.component_of(site.package, True)
            if component is None:
                if member.reason(site.package) == "unlisted":
                    unlisted.append((path, site))
                continue
            if site.spelling != "go" and _unversioned(site):
                self.unversioned.add((repo, site.package))
                continue
            shared.setdefault((path, site.span.start), []).append(component)
            self.placed.append(Placed(repo, path, site, component))
        left_over = []
        for path, site in unlisted:
            owners = shared.get((path, site.span.start))
            if owners:
                owner = min(owners, key=lambda one: self.order[one.name])
                self.adopted[repo, site.package] = owner
                self.placed.append(Placed(repo, path, site, owner))
            elif not _unversioned(site):
                left_over.append((path, site))
        if own or all(component.repo != repo for component in self.manifest.components):  # a repository that is retired lists nothing
            self._unlisted(scan, left_over)
        self.placed.extend(stated)
        names = frozenset(site.package for _, site in scan.declared) | told | {place.declares for component in own for place in component.places if not place.holds.includes(self.project)}
        for component in own:
            self._nowhere(scan, component, names)

    def _project(self, repo: str, declared: list[tuple[str, Site]], stated: list[Placed]) -> Version | None:
        """The project's version, as far as this repository says: of the leader here, else of the first component that declares one."""
        for component in sorted((one for one in self.manifest.components if one.repo == repo), key=lambda one: one.name != self.manifest.leader):
            for pattern in component.packages:
                for place in stated:
                    if place.place is not None and place.place.declares == pattern:
                        version = template.compile(place.site.template).read(place.site.text, place.site.spelling)
                        if version is not None:
                            return version
                for _, site in declared:
                    if site.package == pattern or fnmatchcase(site.package, pattern):
                        version = template.compile(site.template).read(site.text, site.spelling)
                        if version is not None and not _unversioned(site):
                            return version
        return None

    def _unlisted(self, scan: Scan, left_over: list[tuple[str, Site]]) -> None:
        """One finding for all packages that no component lists, at the first of them."""
        if not left_over:
            return
        path, site = left_over[0]
        line, column = scan.sources[path].position(site.span.start)
        names = sorted({site.package for _, site in left_over})
        lines = ", ".join(f'"{name}"' for name in names)
        more = " ..." if len(names) > 5 else ""
        message = f"{len(names)} declared package{'s' if len(names) > 1 else ''} that no component lists: {', '.join(names[:5])}{more}"
        hint = f"add to a component of {self.manifest.path}: packages = [{lines}], or ignore-packages = [{lines}]"
        self.problems.append(Problem(scan.repo.name, path, line, column, message, hint, "error", "unlisted"))

    def _nowhere(self, scan: Scan, component: Component, names: frozenset[str]) -> None:
        broken = scan.broken
        for pattern in component.packages:
            if ecosystem_of(pattern) in broken:
                continue  # it may stand in a file that could not be read, which is said already
            if pattern in names or self.members[component.repo].reason(pattern) in ("unmanaged", "ignored") or any(fnmatchcase(name, pattern) for name in names):
                continue
            if ecosystem_of(pattern) in scan.registry.ecosystems:
                message, hint = f"which no file of {scan.repo.name} declares", "take it out of packages, or say where it stands with a place that declares it"
                self.absent.append(self._about(component, pattern, message, hint, "nowhere"))
            else:
                message, hint = "of an ecosystem that no adapter reads: not checked", "say where its version stands with a place that declares it"
                self.unread.append(self._about(component, pattern, message, hint, "not-checked")._replace(severity="note"))

    def _about(self, component: Component, pattern: str, message: str, hint: str, rule: str) -> Problem:
        return problem(f"{component.name} lists {pattern}, {message}", path=self.manifest.path, line=component.at.line, column=component.at.column, hint=hint, rule=rule)

    def references(self, scan: Scan) -> None:
        """The requirements on, and lock entries of, managed packages."""
        repo = scan.repo.name
        member, own = self.members[repo], self.paths[repo]

        def owner(package: str) -> Component | None:
            if (repo, package) in self.unversioned:
                return None
            return self.adopted.get((repo, package)) or member.component_of(package, package in own)

        known = Packages(own, lambda package: owner(package) is not None, {})
        named = (name for component in self.manifest.components for name in (*component.packages, *(place.declares for place in component.places)) if name)
        kinds = frozenset(map(ecosystem_of, named))
        for declaring in (True, False):
            for source, adapter in scan.read(declaring=declaring, ecosystems=kinds):
                try:
                    for one in adapter.references(source, known):
                        if declaring:
                            known.hear(source.path, one)
                        component = owner(one.package)
                        if component is None or component.retired is not None:
                            continue
                        carrier = self.bundlers.get((repo, component.repo)) if component.repo != repo else None
                        if component.ranges == "leave" and carrier is None and (isinstance(one, Left) or one.role == "requires" and not one.local):
                            continue
                        if isinstance(one, Left):
                            self.left.append(LeftBehind(repo, source.path, one, component, carrier))
                        else:
                            self.placed.append(Placed(repo, source.path, one, component, carrier))
                except UnreadableError as error:
                    scan.complain(error)

    def _behind(self) -> Iterator[LeftBehind]:
        """The locks' entries from a registry, without those beside an own entry that no requirement here can mean: a third party wants them."""
        own = {(one.repo, one.path, one.site.package) for one in self.placed if one.site.role == "locks"}
        outward = {(one.repo, one.site.package) for one in self.placed if one.site.role == "requires" and not one.site.local}
        for one in self.left:
            if (one.repo, one.path, one.left.package) not in own or (one.repo, one.left.package) in outward:
                yield one

    def result(self) -> Inventory:
        primary: dict[str, Placed] = {}
        for component in self.manifest.components:
            own = [one for one in self.placed if one.site.role == "declares" and one.component.name == component.name and (one.place is None or one.place.declares)]
            carried = [one for one in self.placed if one.place is not None and one.place.declares and one.carrier is component]
            found = places.primary(component, carried + own)
            if found is not None:
                primary[component.name] = found
        for name in self.scans:
            self.problems.extend(self.scans[name].problems)
        return Inventory(self.scans, tuple(self.placed), tuple(self._behind()), primary, tuple(sorted(self.problems)), tuple(sorted(self.absent)), tuple(sorted(self.unread)))


def _unversioned(site: Site) -> bool:
    """Whether a site states no version: 0.0.0, or a Go module without /vN."""
    if site.spelling == "go":
        return not site.text
    version = spelling.parse(site.text, site.spelling) if site.template == "{version}" else None
    return version is not None and not any(version.release)
