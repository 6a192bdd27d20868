"""The audit judged by leaving one out: each place and each package of a shipped manifest is taken away in turn, and must be found again.

``nox -s history -- CLONES``, where CLONES is a clone or a folder of them (see `tests.clones`). Its table goes to docs/replay.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import adapters
from sync import git, history, inventory
from sync.audit.finding import Finding
from sync.audit.repository import audit
from sync.catfile import CatFile
from sync.cli.options import Tags
from sync.history import Bump
from sync.inventory import Inventory, Placed
from sync.manifest import read
from sync.manifest.match import matches
from sync.manifest.model import Manifest, Place
from sync.registry import Registry
from sync.scan import Kept
from sync.tree import RevTree
from tests.clones import clone_of

pytestmark = pytest.mark.history

FIRST = 5
"""Findings that a person looks at."""

SHARE = 0.9
"""Of what was left out, how much must be among them."""

LATEST, EVERY = 6, 5
"""The last releases that are tried, and which of those before: what was left out is judged at the newest in which it moved."""

REGISTRY = Registry(adapters.TABLE, adapters.load)


class Left(NamedTuple):
    """A package or a place that was left out, and the manifest without it."""

    component: str
    shown: str
    manifest: Manifest
    package: str = ""
    place: Place | None = None

    def covers(self, one: Placed) -> bool:
        """Whether a site may have been there because of it."""
        return one.place == self.place if self.place is not None else bool(self.package) and matches(self.package, one.site.package)


class Judged(NamedTuple):
    """At which release it was judged, and on which rank it was found (0: not at all)."""

    left: Left
    version: str
    rank: int
    lost: int


def without(manifest: Manifest, repo: str) -> Iterator[Left]:
    """Each package and each place of the components in one repository, left out in turn. A package takes the places along that declare it."""
    for at, component in enumerate(manifest.components):
        if component.repo != repo or component.retired is not None:
            continue
        for package in component.packages:
            less = component._replace(packages=tuple(one for one in component.packages if one != package), places=tuple(one for one in component.places if one.declares != package))
            yield Left(component.name, package, manifest._replace(components=(*manifest.components[:at], less, *manifest.components[at + 1 :])), package)
        for place in component.places:
            less = component._replace(places=tuple(one for one in component.places if one is not place))
            value = ".".join(map(str, place.value)) if isinstance(place.value, tuple) else place.value
            shown = f"{', '.join(place.files)}: {place.kind} {value!r}"
            yield Left(component.name, shown, manifest._replace(components=(*manifest.components[:at], less, *manifest.components[at + 1 :])), place=place)


def tried(found: list[Bump]) -> list[Bump]:
    """The releases that are looked at, newest first."""
    newest = found[::-1]
    return newest[:LATEST] + newest[LATEST::EVERY]


def sites(found: Inventory) -> dict[tuple[str, int], Placed]:
    """Every site by its place."""
    return {(one.path, one.site.span.start): one for one in found.placed}


def rank(rows: list[Finding], lost: list[Placed]) -> int:
    """The place of the first finding that covers something of what was lost, from 1; 0 where none does."""
    for at, row in enumerate(rows, 1):
        if any(spot.path == one.path and spot.start < one.site.span.end and one.site.span.start < spot.end for spot in row.spots for one in lost):
            return at
    return 0


def judge(manifest: Manifest, repo: str, root: Path) -> tuple[list[Judged], list[Left], list[Left]]:
    """What was judged; what another line of the manifest covers as well; what moved in none of the releases."""
    kept: Kept = {}
    judged: list[Judged] = []
    double: dict[str, Left] = {}
    rest = list(without(manifest, repo))
    with CatFile(root, keep=1 << 20) as objects:
        for one in tried(list(history.bumps(manifest, repo, root, "HEAD", REGISTRY, objects))):
            tree = RevTree(repo, root, one.parent, objects)
            full = inventory.look(manifest, {repo: tree}, REGISTRY, kept=kept)
            after = inventory.look(manifest, {repo: RevTree(repo, root, one.commit, objects)}, REGISTRY, kept=kept)
            said = {(each.path, each.site.package, each.place and each.place.at, each.site.text) for each in after.placed}
            changed = set(git.changed(root, one.parent, one.commit))
            moving = [each for each in full.placed if each.path in changed and (each.path, each.site.package, each.place and each.place.at, each.site.text) not in said]
            tags = Tags(manifest, {repo: tree})
            for left in list(rest):
                mine = [each for each in moving if left.covers(each)]
                if not mine:
                    continue
                less = inventory.look(left.manifest, {repo: tree}, REGISTRY, kept=kept)
                have = sites(less)
                lost = [each for each in mine if (each.path, each.site.span.start) not in have]
                if not lost:
                    double[left.shown] = left
                    continue
                rest.remove(left)
                judged.append(Judged(left, str(one.new), rank(audit(left.manifest, less, tags), lost), len(lost)))
    names = {each.left.shown for each in judged}
    return judged, [left for name, left in double.items() if name not in names], [left for left in rest if left.shown not in double]


def test_what_is_left_out_of_a_manifest_is_among_the_first_findings(clones: Path) -> None:
    rows, missed = [], []
    total = first = 0
    for name in read.names():
        path = read.shipped(name)
        assert path is not None
        manifest = read.read(f"manifests/{name}.toml", path.read_bytes())
        for repo in manifest.repos.values():
            root = clone_of(clones, repo.url)
            if root is None or not any(one.repo == repo.name and one.retired is None for one in manifest.components):
                continue
            judged, double, still = judge(manifest, repo.name, root)
            if not judged:
                continue
            among = sum(0 < one.rank <= FIRST for one in judged)
            total, first = total + len(judged), first + among
            rows.append(f"| {name} | {repo.name} | {len(judged)} | {among} | {sum(one.rank == 1 for one in judged)} | {len(double)} | {len(still)} |")
            missed += [f"| {repo.name} | {one.version} | {one.left.component}: {one.left.shown} | {one.rank or 'not found'} |" for one in judged if not 0 < one.rank <= FIRST]
    print("\n| manifest | repository | left out and judged | among the first five | the very first | covered by another line too | did not move |\n|---|---|---|---|---|---|---|")
    print("\n".join(rows))
    print(f"\n{first} of {total} among the first {FIRST}: {first / max(total, 1):.1%}\n\n| repository | before | left out | rank |\n|---|---|---|---|")
    print("\n".join(missed))
    if not total:
        pytest.skip("none of the clones is of a repository of a shipped manifest")
    assert first >= SHARE * total
