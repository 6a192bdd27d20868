"""Scans x manifest -> every site that is managed, resolved to components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from sync import places, spelling, template
from sync.adapter import Left, Packages, Site
from sync.errors import Problem, UnreadableError, problem
from sync.manifest.match import Membership, glob
from sync.manifest.model import Component, Manifest, Place
from sync.scan import Scan
from sync.source import Source
from sync.version import Version


class Placed(NamedTuple):
    """A site in its file, and the component whose version stands there.

    ``carrier`` is the component on whose behalf it stands there: the one that states the place, or
    that bundles ``component``; None where nobody does.
    """

    repo: str
    path: str
    site: Site
    component: Component
    carrier: Component | None = None
    place: Place | None = None


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
        stated = list(self._places(scan))
        told = {one.place.declares for one in stated if one.place is not None and one.place.declares}
        own = [component for component in self.manifest.components if component.repo == repo and component.retired is None]
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
        names = frozenset(site.package for _, site in scan.declared) | told
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

    def _places(self, scan: Scan) -> Iterator[Placed]:
        repo = scan.repo.name
        ignored = glob(scan.repo.ignore)
        for component in self.manifest.components:
            if component.repo != repo or component.retired is not None:
                continue
            for place in component.places:
                yield from self._place(scan, component, place, ignored)

    def _place(self, scan: Scan, component: Component, place: Place, ignored: object) -> Iterator[Placed]:
        matches = glob(place.files)
        files = [path for path in place.files if path in scan.paths] or sorted(path for path in scan.paths if matches(path) and not ignored(path))  # type: ignore[operator]
        wanted = self.manifest.component(place.of) if place.of else component
        total = 0
        for path in files:
            try:
                source = scan.source(path)
                found = list(places.sites(place, source)) if source is not None else []
            except UnreadableError as error:
                scan.complain(error)
                continue
            total += len(found)
            if place.count is not None and not (place.count.least <= len(found) and (place.count.most is None or len(found) <= place.count.most)):
                self.problems.append(self._miscounted(scan, place, path, len(found)))
            for site in found:
                yield Placed(scan.repo.name, path, site, wanted, component, place)
        named = ", ".join(place.files)
        if not files:
            if place.count is None or place.count.least:
                self.absent.append(self._complaint(place, f"{scan.repo.name} has no file {named}{_why_not(scan, place)}", "absent"))
        elif not total and place.count is None and not any(one.path in files for one in scan.problems):
            self.problems.append(
                problem(
                    f"{_shown(place)} matches nothing",
                    repo=scan.repo.name,
                    path=files[0],
                    hint=f"mend the place at {self.manifest.path}:{place.at.line}, or the file",
                    rule="place",
                )
            )

    def _miscounted(self, scan: Scan, place: Place, path: str, count: int) -> Problem:
        assert place.count is not None
        least, most = place.count
        wanted = str(least) if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        return problem(
            f"{_shown(place)} matches {count} times, {wanted} expected",
            repo=scan.repo.name,
            path=path,
            hint=f"mend the place at {self.manifest.path}:{place.at.line}, or its count",
            rule="place",
        )

    def _complaint(self, place: Place, message: str, rule: str) -> Problem:
        return problem(message, path=self.manifest.path, line=place.at.line, column=place.at.column, hint="mend the place, or take it out", rule=rule)

    def _unlisted(self, scan: Scan, left_over: list[tuple[str, Site]]) -> None:
        """One finding for all packages that no component lists, at the first of them."""
        if not left_over:
            return
        path, site = left_over[0]
        line, column = scan.sources[path].position(site.span.start)
        names = sorted({site.package for _, site in left_over})
        lines = ", ".join(f'"{name}"' for name in names)
        self.problems.append(
            Problem(
                scan.repo.name,
                path,
                line,
                column,
                f"{len(names)} declared package{'s' if len(names) > 1 else ''} that no component lists: {', '.join(names[:5])}{' ...' if len(names) > 5 else ''}",
                f"add to a component of {self.manifest.path}: packages = [{lines}], or ignore-packages = [{lines}]",
                "error",
                "unlisted",
            )
        )

    def _nowhere(self, scan: Scan, component: Component, names: frozenset[str]) -> None:
        broken = scan.broken
        for pattern in component.packages:
            if pattern[4 : pattern.index("/")] in broken:
                continue  # it may stand in a file that could not be read, which is said already
            if pattern in names or self.members[component.repo].reason(pattern) in ("unmanaged", "ignored") or any(fnmatchcase(name, pattern) for name in names):
                continue
            at = component.at
            if pattern[4 : pattern.index("/")] not in scan.registry.ecosystems:
                message = f"{component.name} lists {pattern}, of an ecosystem that no adapter reads: not checked"
                hint = "say where its version stands with a place that declares it"
                self.unread.append(problem(message, path=self.manifest.path, line=at.line, column=at.column, hint=hint, severity="note", rule="not-checked"))
                continue
            message = f"{component.name} lists {pattern}, which no file of {scan.repo.name} declares"
            hint = "take it out of packages, or say where it stands with a place that declares it"
            self.absent.append(problem(message, path=self.manifest.path, line=at.line, column=at.column, hint=hint, rule="nowhere"))

    def references(self, scan: Scan) -> None:
        """The requirements on, and lock entries of, managed packages."""
        repo = scan.repo.name
        member = self.members[repo]
        own = self.paths[repo]

        def owner(package: str) -> Component | None:
            if (repo, package) in self.unversioned:
                return None
            return self.adopted.get((repo, package)) or member.component_of(package, package in own)

        known = Packages(own, lambda package: owner(package) is not None)
        kinds = frozenset(package[4 : package.index("/")] for package in self._names())
        for declaring in (True, False):
            for source, adapter in scan.read(declaring=declaring, ecosystems=kinds):
                try:
                    for one in adapter.references(source, known):
                        component = owner(one.package)
                        if component is None or component.retired is not None:
                            continue
                        carrier = self.bundlers.get((repo, component.repo)) if component.repo != repo else None
                        if isinstance(one, Left):
                            self.left.append(LeftBehind(repo, source.path, one, component, carrier))
                        else:
                            self.placed.append(Placed(repo, source.path, one, component, carrier))
                except UnreadableError as error:
                    scan.complain(error)

    def _names(self) -> Iterator[str]:
        for component in self.manifest.components:
            yield from component.packages
            for place in component.places:
                if place.declares:
                    yield place.declares

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
            found = _first(component, carried + own)
            if found is not None:
                primary[component.name] = found
        for name in self.scans:
            self.problems.extend(self.scans[name].problems)
        return Inventory(self.scans, tuple(self.placed), tuple(self._behind()), primary, tuple(sorted(self.problems)), tuple(sorted(self.absent)), tuple(sorted(self.unread)))


def _first(component: Component, sites: list[Placed]) -> Placed | None:
    """The first site of the first package listed that holds a whole version; else the first that holds a part."""
    whole = [one for one in sites if template.compile(one.site.template).full and one.site.spelling != "go"]
    own = [one for one in whole if one.site.spelling != "assembly"]
    for candidates in (own, whole, sites):
        for pattern in component.packages:
            for one in candidates:
                if one.site.package == pattern or fnmatchcase(one.site.package, pattern):
                    return one
        if candidates:
            return candidates[0]
    return None


def _unversioned(site: Site) -> bool:
    """Whether a site states no version: 0.0.0, or a Go module without /vN."""
    if site.spelling == "go":
        return not site.text
    version = spelling.parse(site.text, site.spelling) if site.template == "{version}" else None
    return version is not None and not any(version.release)


def _why_not(scan: Scan, place: Place) -> str:
    """What is at the place's path where no file of the tree is: a link, or something that git does not track."""
    for path in place.files:
        try:
            scan.tree.read(path)
        except UnreadableError as error:
            said = error.problems[0].message
            if "symbolic link" in said:
                return f": {said}"
        else:
            return ": git does not track the one that is there"
    return ""


def _shown(place: Place) -> str:
    value = ".".join(map(str, place.value)) if isinstance(place.value, tuple) else place.value
    return f'{place.kind} "{value}"'
