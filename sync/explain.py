"""Why a place is managed, or why it is not: who found it, whose version it is, which rule it follows."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from sync import spelling, template
from sync.adapter import Packages, Site, ecosystem_of
from sync.audit import uncovered
from sync.audit.repository import audited
from sync.errors import UnreadableError
from sync.inventory import Inventory, LeftBehind, Placed
from sync.literals import Wanted
from sync.manifest.match import Membership, glob, is_pattern, matches
from sync.manifest.model import Component, Manifest
from sync.scan import Scan
from sync.shell import word, words
from sync.source import Source
from sync.targets import Targets


class Reason(NamedTuple):
    """One thing to say of a place: where (line 0: of the file, or the package, as a whole), whether it is managed, and why."""

    repo: str
    path: str
    line: int
    column: int
    managed: bool
    says: str
    hint: str = ""


def asked(text: str) -> tuple[str, int]:
    """A path and a line (0: none) of ``path``, ``path:line`` or ``path:line:column``."""
    head, _, tail = text.rpartition(":")
    if head and tail.isdigit():
        above, _, line = head.rpartition(":")
        return (above, int(line)) if above and line.isdigit() else (head, int(tail))
    return text, 0


class Explainer:
    """All that is known of some repositories, to be asked of their places."""

    def __init__(self, manifest: Manifest, found: Inventory, aims: Targets) -> None:
        self.manifest, self.found, self.aims = manifest, found, aims
        self._elsewhere = {name: frozenset(site.package for _, site in scan.declared) for name, scan in found.scans.items()}

    def package(self, package: str) -> Iterator[Reason]:
        """Why a package is managed or not, and where its version stands, in every repository that is at hand."""
        for name, scan in self.found.scans.items():
            placed = [one for one in self.found.placed if one.repo == name and one.site.package == package]
            declared = [(path, site) for path, site in scan.declared if site.package == package]
            if placed or declared:
                yield from (self._site(one) for one in placed)
                yield from (self._unplaced(scan, path, site) for path, site in declared if not any(one.path == path and one.site.span == site.span for one in placed))
        if not any(site.package == package for scan in self.found.scans.values() for _, site in scan.declared) and not any(one.site.package == package for one in self.found.placed):
            said = sorted(one for scan in self.found.scans.values() for one in self._foreign(scan, package))
            nowhere = f"no file that is at hand declares {package}, or requires or locks a version of it ({', '.join(self.found.scans) or 'no repository'})"
            yield from said or [Reason("", "", 0, 0, False, nowhere)]

    def _foreign(self, scan: Scan, package: str) -> Iterator[Reason]:
        """Where a package that nothing here declares is required or locked, and why that is not managed."""
        component = Membership(self.manifest, scan.repo.name, self.aims.project, self._elsewhere).component_of(package, False)
        why = "no component lists it, so it is not ours" if component is None else f"component {self._component(component)} does not manage it here"
        for declaring in (True, False):
            for source, adapter in scan.read(declaring=declaring, ecosystems=frozenset([ecosystem_of(package)])):
                with suppress(UnreadableError):
                    for one in adapter.references(source, Packages({}, package.__eq__)):
                        what = f"{one.operator}{one.text} is a requirement on" if isinstance(one, Site) and one.role == "requires" else f"{one.text} is a lock's entry of"
                        yield Reason(scan.repo.name, source.path, *source.position(one.span.start), False, f"{what} {package}: {why}")

    def place(self, repo: str, path: str, line: int = 0, *, unread: tuple[str, str] = ("", "")) -> list[Reason]:
        """Why a file, or a line of it, is managed or not. ``unread``: why what is there is no file of the tree, and the command that mends it."""
        scan = self.found.scans[repo]
        if not scan.tree.has(path):
            return [self._absent(scan, path, *unread)]
        managed = [self._site(one) for one in self.found.placed if (one.repo, one.path) == (repo, path)]
        managed += [self._left(one) for one in self.found.left if (one.repo, one.path) == (repo, path)]
        others = [*self._of_file(scan, path, bool(managed)), *self._within(scan, path)]
        if not line:
            return sorted(managed) + others
        here = sorted(one for one in (*managed, *others) if one.line == line)
        return here or [*(one for one in others if not one.line), Reason(repo, path, line, 1, False, "nothing in this line is a version of ours")]

    # ---- what is managed

    def _site(self, one: Placed) -> Reason:
        line, column = self.found.at(one)
        site, component = one.site, one.component
        what = {"declares": "the version of", "requires": "a requirement on", "locks": "a lock's entry of"}[site.role]
        said = f"{site.operator}{site.text or 'no suffix'} is {what} {site.package or component.name}"
        expected = self.aims.expected(one)
        shape = template.compile(site.template)
        if expected is None:
            state = "nothing is at hand that it could be held against"
        elif shape.holds(site.text, expected, site.spelling, parts_only=site.role == "requires" or site.spelling == "go"):
            state = f"held against {expected}: in step"
        else:
            state = f"held against {expected}" + ("" if site.role == "declares" else ", as far as its requirement must follow")
        return Reason(one.repo, one.path, line, column, True, f"{said}; component {self._component(component)}, {self._finder(one)}; {self._rule(one)}; {state}")

    def _finder(self, one: Placed) -> str:
        if one.place is not None:
            return f"found by the place at {self.manifest.path}:{one.place.at.line} ({one.place.shown})"
        scan = self.found.scans[one.repo]
        pointing = [(source.path, pointer) for source, pointer in scan.pointers if pointer.package == one.site.package and source.path != one.path]
        if (one.path, one.site) in scan.pointed and pointing:
            return f"found by the adapter {self._adapter(scan, pointing[0][0])}: {pointing[0][0]} says that its version stands here"
        return f"found by the adapter {self._adapter(scan, one.path)}{self._listed(one)}"

    def _listed(self, one: Placed) -> str:
        names = [name for name in one.component.packages if name == one.site.package] or [name for name in one.component.packages if is_pattern(name) and matches(name, one.site.package)]
        return f", listed as {names[0]}" if names else ", which inherits that component's version"

    def _rule(self, one: Placed) -> str:
        component, carrier = one.component, one.carrier
        if carrier is not None and carrier.name != component.name and carrier.bundles:
            return f"{carrier.name} carries it and has its number"
        rule = component.follows(self.aims.project) if self.aims.project is not None else component.version[0].rule
        if component.name == self.manifest.leader:
            return f"it leads: its number is the project's ({self.aims.project})"
        lead = self.manifest.leader
        words = {"exact": f"it has {lead}'s number", "major": f"it has {lead}'s major", "step": "it moves by the project's steps", "independent": "it moves only when it is named"}
        return words.get(rule, f"it follows the rule {rule}")

    def _left(self, one: LeftBehind) -> Reason:
        line, column = self.found.at(one)
        command = one.left.command.replace("{version}", "VERSION")
        return Reason(one.repo, one.path, line, column, False, f"{one.left.text} of {one.left.package} came from a registry, with its checksum: only its own tool may move it", command)

    # ---- what is not

    def _absent(self, scan: Scan, path: str, why: str, hint: str) -> Reason:
        folder = path.rstrip("/") + "/"
        inside = sorted({one.path for one in self.found.placed if one.repo == scan.repo.name and one.path.startswith(folder)})
        if inside:
            return Reason(scan.repo.name, path, 0, 0, True, f"a folder with {len(inside)} managed file{'s' if len(inside) > 1 else ''}: {', '.join(inside[:5])}{' ...' if len(inside) > 5 else ''}")
        if any(one.startswith(folder) for one in scan.paths):
            return Reason(scan.repo.name, path, 0, 0, False, "a folder without a managed file")
        return Reason(scan.repo.name, path, 0, 0, False, f"not managed: {why or 'it is no file of this repository'}", hint)

    def _of_file(self, scan: Scan, path: str, managed: bool) -> Iterator[Reason]:
        """What holds for the file as a whole."""

        def no(says: str, hint: str = "") -> Reason:
            return Reason(scan.repo.name, path, 0, 0, False, says, hint)

        for one in scan.problems:
            if one.path == path:
                yield Reason(scan.repo.name, path, one.line, one.column, False, f"it cannot be read: {one.message}", one.hint)
        ignoring = next((pattern for pattern in scan.repo.ignore if glob((pattern,))(path)), "")
        if ignoring:
            yield no(f'ignored by "{ignoring}" of [repos.{scan.repo.name}] ({self.manifest.path}:{scan.repo.at.line})')
        elif path in scan.tree.skipped(keep=scan.registry.files, among=(path,)):
            yield no(".gitattributes marks it as vendored or generated, so no adapter reads it; a place may still name it")
        elif not managed:
            yield from self._unread(scan, path, no)
        for component in self.manifest.components:
            for place in component.places if component.repo == scan.repo.name and component.retired is None else ():
                looks = path in place.files or (not ignoring and glob(place.files)(path))
                if looks and not place.holds.includes(self.aims.project):
                    yield no(f"the place at {self.manifest.path}:{place.at.line} ({place.shown}, of {component.name}) is for other versions of the project")
                elif looks and not any(one.place is place and one.path == path for one in self.found.placed):
                    yield no(f"the place at {self.manifest.path}:{place.at.line} ({place.shown}, of {component.name}) looks at it, and matches nothing in it")

    def _unread(self, scan: Scan, path: str, no: Callable[..., Reason]) -> Iterator[Reason]:
        name = self._adapter(scan, path)
        if not name:
            yield no(f"no adapter reads files called {posixpath.basename(path)}, and no place names it", f"versync add COMPONENT {words(('--file', path, '--text', '...{version}...'))}")
            return
        adapter = scan.registry.adapter(name)
        body = self._source(scan, path)
        if body is not None and adapter.NEEDS and not any(word in body.body for word in adapter.NEEDS):
            yield no(f"the adapter {name} reads such files, and this one holds nothing of what it looks for")
        elif not any(one == path for one, _ in scan.declared):
            yield no(f"the adapter {name} reads it, and finds no version of a package that a component lists")

    def _within(self, scan: Scan, path: str) -> Iterator[Reason]:
        """Packages that it declares and nobody manages, and numbers that no site covers."""
        here = {one.site.span for one in self.found.placed if (one.repo, one.path) == (scan.repo.name, path)}
        yield from (self._unplaced(scan, path, site) for where, site in scan.declared if where == path and site.span not in here)
        source = self._source(scan, path)
        if source is None:
            return
        own = [(one.component, one.own) for one in self.aims.standings.values() if one.own is not None and one.component.repo == scan.repo.name]
        listed = list(audited(scan.repo, source))
        covered = [*here, *(site.span for where, site in scan.declared if where == path), *(left.left.span for left in self.found.left if left.path == path)]
        for one in uncovered.find(source.body, [Wanted(component, version) for component, version in own if any(version.release)], covered):
            line, column = source.position(one.start)
            text = source.body[one.start : one.end].decode("utf-8", "replace")
            known = any(start < one.end and one.start < end for start, end in listed)
            why = f"audited in [repos.{scan.repo.name}]: no place of ours" if known else f"{one.wanted.component.name} is at {one.wanted.version}, but no site covers this"
            yield Reason(scan.repo.name, path, line, column, False, f"{text}: {why}", "" if known else "versync audit, for how to accept or ignore it")

    def _unplaced(self, scan: Scan, path: str, site: Site) -> Reason:
        """A package that a file declares, and that is not managed there."""
        line, column = scan.sources[path].position(site.span.start)
        member = Membership(self.manifest, scan.repo.name, self.aims.project, self._elsewhere)
        component = member.component_of(site.package, True)
        told = [place for one in self.manifest.components if one.repo == scan.repo.name for place in one.places if place.declares == site.package]
        hint = ""
        if told:
            why = f"the place at {self.manifest.path}:{told[0].at.line} says where its version stands instead"
        elif component is None:
            why, hint = self._nobody(site.package, member)
        elif _unversioned(site):
            why = "it states no version, so it is not managed" if site.spelling == "go" else f"{site.text} is no version: such a package is not managed"
        elif component.retired is not None:
            why = f"component {self._component(component)} is retired since {component.retired}"
        else:
            why = f"component {self._component(component)} does not manage it here"
        return Reason(scan.repo.name, path, line, column, False, f"{site.text or 'no suffix'} is the version of {site.package}: {why}", hint)

    def _nobody(self, package: str, member: Membership) -> tuple[str, str]:
        reason = member.reason(package)
        for one in self.manifest.components:
            if reason == "ignored" and any(matches(pattern, package) for pattern in one.ignore_packages):
                return f"ignore-packages of {self._component(one)} names it", ""
            for range_ in one.unmanaged:
                if reason == "unmanaged" and any(matches(pattern, package) for pattern in range_.packages):
                    return f"unmanaged says so, at {self._component(one)}, for this version of the project", ""
        return "no component lists it", f"versync add COMPONENT {word(package)}"

    # ---- names

    def _component(self, component: Component) -> str:
        return f"{component.name} ({self.manifest.path}:{component.at.line})"

    def _adapter(self, scan: Scan, path: str) -> str:
        return scan.repo.read.get(path) or scan.registry.route(path) or ""

    def _source(self, scan: Scan, path: str) -> Source | None:
        try:
            return scan.source(path)
        except UnreadableError:
            return None


def _unversioned(site: Site) -> bool:
    if site.spelling == "go":
        return not site.text
    version = spelling.parse(site.text, site.spelling)
    return version is not None and not any(version.release)
