"""Which components depend on which, by the packages that their files require; and which of a tier thereby stand on something lower."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from sync.formats import toml
from sync.inventory import Inventory
from sync.manifest.match import matches
from sync.manifest.model import Manifest
from sync.scan import Scan
from sync.source import KeyPath, Source

_FOR_WORK: Final = frozenset({"dev-dependencies", "dev_dependencies", "devDependencies", "dependency-groups", "optional-dependencies", "peerDependencies"})
"""Tables of what is needed only to work on a package, or by choice."""

_INHERITING: Final = frozenset({"dependencies", "build-dependencies", "build_dependencies"})
"""Tables of Cargo.toml in which an entry may take its version from the workspace's."""

_SHARED: Final[KeyPath] = ("workspace", "dependencies")


class Lower(NamedTuple):
    """A component that stands on one of a lower tier: the chain of packages that leads there, or () where it bundles it."""

    component: str
    on: str
    tier: int
    chain: tuple[str, ...] = ()


def lower(manifest: Manifest, tiers: Mapping[str, int | None], found: Inventory) -> list[Lower]:
    """Where a component of tier 1 depends on one of a lower tier: itself, or by way of components that have none."""
    owner = {one.site.package: one.component.name for one in found.placed if one.site.role == "requires"}
    owner |= {one.site.package: one.component.name for one in found.placed if one.site.role == "declares" and one.site.package}
    edges = requirements(found)
    result = []
    for component in manifest.components:
        if tiers.get(component.name) != 1 or component.retired is not None:
            continue
        inside = tiers.get(component.bundles)
        if inside is not None and inside > 1:
            result.append(Lower(component.name, component.bundles, inside))
        listed = [package for package, name in sorted(owner.items()) if name == component.name and any(matches(pattern, package) for pattern in component.packages)]
        chains: dict[str, tuple[str, ...]] = {package: (package,) for package in listed}  # not what is a member by its shared version alone: examples, tests
        told: set[str] = set()
        for package, chain in _walk(chains, edges, owner, tiers):
            name = owner[package]
            tier = tiers.get(name)
            if tier is not None and tier > 1 and name not in told:
                told.add(name)
                result.append(Lower(component.name, name, tier, chain))
    return result


def _walk(chains: dict[str, tuple[str, ...]], edges: Mapping[str, frozenset[str]], owner: Mapping[str, str], tiers: Mapping[str, int | None]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every package of the family that is reached, nearest first; those of a component with a tier of its own are not gone through."""
    begun = {owner[package] for package in chains}
    queue = list(chains)
    for package in queue:
        for needed in sorted(edges.get(package, ())):
            if needed in chains or needed not in owner:
                continue
            chains[needed] = (*chains[package], needed)
            yield needed, chains[needed]
            if tiers.get(owner[needed]) is None or owner[needed] in begun:
                queue.append(needed)


def requirements(found: Inventory) -> dict[str, frozenset[str]]:
    """Package -> the packages of the family that its own file requires; what is needed only for tests is left out."""
    edges: dict[str, set[str]] = {}
    shared: dict[tuple[str, str], dict[str, str]] = {}
    named = {repo: _named(scan) for repo, scan in found.scans.items()}
    for one in found.placed:
        if one.site.role != "requires":
            continue
        path = _key(found.source(one.repo, one.path), one.site.span.start)
        if path[:2] == _SHARED:
            shared.setdefault((one.repo, one.path), {})[str(path[2])] = one.site.package
        elif not _FOR_WORK & {str(key) for key in path} and path[:1] not in (("patch",), ("replace",)):
            for package in named[one.repo].get(one.path, ()):
                edges.setdefault(package, set()).add(one.site.package)
    for (repo, root), aliases in shared.items():
        folder = root.rpartition("/")[0]
        for file, packages in named[repo].items():
            if file.rpartition("/")[2] == "Cargo.toml" and _nearest(file, repo, shared) == folder:
                needed = {aliases[name] for name in _inherited(found.source(repo, file)) if name in aliases}
                for package in packages:
                    edges.setdefault(package, set()).update(needed)
    return {package: frozenset(needed - {package}) for package, needed in edges.items()}


def _named(scan: Scan) -> dict[str, set[str]]:
    """File -> the packages that it names as its own, wherever their version stands."""
    named: dict[str, set[str]] = {}
    for path, site in scan.declared:
        if (path, site) not in scan.pointed:
            named.setdefault(path, set()).add(site.package)
    for source, pointer in scan.pointers:
        named.setdefault(source.path, set()).add(pointer.package)
    return named


def _key(source: Source, offset: int) -> KeyPath:
    """The key path of what stands there, by a reader that has read the file already; () where none knows."""
    for reader in source.readers:
        for leaf in source.document(reader):
            if leaf.span.start <= offset < leaf.span.end:
                return leaf.path
    return ()


def _nearest(path: str, repo: str, shared: Mapping[tuple[str, str], object]) -> str | None:
    """The folder of the workspace that a Cargo.toml is in: the nearest one at or above it that shares dependencies."""
    above = [root.rpartition("/")[0] for name, root in shared if name == repo]
    return max((folder for folder in above if not folder or path.startswith(f"{folder}/")), key=len, default=None)


def _inherited(source: Source) -> Iterator[str]:
    """The dependencies of a Cargo.toml that take their version from the workspace, under its names for them."""
    for leaf in source.document(toml.read):
        if len(leaf.path) > 2 and leaf.path[-1] == "workspace" and leaf.value == "true" and leaf.path[-3] in _INHERITING:
            yield str(leaf.path[-2])
