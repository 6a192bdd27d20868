"""The history of Wasmtime, replayed from a clone's objects: ``nox -s history -- CLONE``. Its table goes to docs/replay.md."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import adapters
from sync import git, history, replay, template
from sync.catfile import CatFile
from sync.history import Bump
from sync.manifest import read
from sync.manifest.model import Manifest
from sync.registry import Registry
from sync.replay import Replayed
from sync.report.replayed import because
from sync.scan import Kept
from sync.tree import RevTree
from sync.version import Version

pytestmark = pytest.mark.history

REGISTRY = Registry(adapters.TABLE, adapters.load)

MISSED = {"4.0.0": "unrelated edit", "32.0.0": "re-locked"}
"""The major bumps in which a file that holds a version does not come out byte for byte, and why."""

UNTOUCHED = {
    "2.0.0": ("scripts/publish.rs",),
    "7.0.0": ("crates/jit-icache-coherence/Cargo.toml",),
    "19.0.0": ("crates/wasi-common/Cargo.toml",),
    "40.0.0": ("crates/cli-flags/Cargo.toml",),
}
"""What else those commits changed: three times the script of the time gave a Cargo.toml without any change of version its missing final newline."""

OTHERS = ("RELEASES.md", "supply-chain/")
"""Files of a release that hold no version of ours: notes and audits."""

BRANCHES = {"4.0.0": "unrelated edit", "6.0.2": "re-locked", "7.0.1": "re-locked", "23.0.1": "unrelated edit", "32.0.0": "re-locked"}
"""The releases since 1.0, majors and patches on their branches, that do not come out byte for byte, and why."""


def replayed(manifest: Manifest, clone: Path, one: Bump, objects: CatFile, kept: Kept) -> Replayed:
    before, after = (RevTree("wasmtime", clone, rev, objects) for rev in (one.parent, one.commit))
    return replay.release(manifest, "wasmtime", before, after, git.changed(clone, one.parent, one.commit), REGISTRY, kept=kept)


def told(result: Replayed) -> str:
    """The cause of a miss, and its hunk."""
    return f"{result.deciding.cause}: `{because(result.deciding)}`" if result.deciding is not None else ""


def test_the_major_bumps_of_wasmtime_are_reproduced(clone: Path) -> None:
    path = read.shipped("wasmtime")
    assert path is not None
    manifest = read.read("manifests/wasmtime.toml", path.read_bytes())
    started = time.perf_counter()
    rows, found, untouched = [], {}, {}
    kept: Kept = {}
    with CatFile(clone, keep=1 << 20) as objects:
        for one in history.bumps(manifest, "wasmtime", clone, "HEAD", REGISTRY, objects):
            if one.new.major == one.old.major or one.new.is_prerelease:
                continue
            result = replayed(manifest, clone, one, objects, kept)
            left = [name for name in result.missed if not name.startswith(OTHERS)]
            unlike = sorted(each.path for each in (*result.different, *result.extra))
            found[str(one.new)] = result.verdict
            if left:
                untouched[str(one.new)] = tuple(left)
            cause = told(result) or ("unrelated edit: no version in it changed" if left else "")
            rows.append(f"| {one.old} -> {one.new} | {one.commit[:10]} | {len(result.reproduced)} | {', '.join(unlike) or 'none'} | {', '.join(left) or 'none'} | {cause} |")
    took = time.perf_counter() - started
    print("\n| release | commit | files reproduced | files that differ | other files of the commit | cause |\n|---|---|---|---|---|---|")
    print("\n".join(rows))
    print(f"\n{list(found.values()).count('reproduced')} of {len(found)} reproduced, in {took:.1f} s with proof")
    assert len(found) >= 47
    assert {version: verdict for version, verdict in found.items() if verdict != "reproduced"} == MISSED
    assert untouched == UNTOUCHED


def test_the_releases_on_branches_are_reproduced(clone: Path) -> None:
    path = read.shipped("wasmtime")
    assert path is not None
    manifest = read.read("manifests/wasmtime.toml", path.read_bytes())
    shape = template.compile(manifest.repos["wasmtime"].tag)
    newest: dict[int, tuple[Version, str]] = {}
    for tag in git.tags(clone):
        version = shape.read(tag.name)
        if version is not None and version.major and not version.is_prerelease:
            newest[version.major] = max(newest.get(version.major, (version, tag.name)), (version, tag.name))
    found: dict[str, tuple[str, str]] = {}
    kept: Kept = {}
    with CatFile(clone, keep=1 << 20) as objects:
        seen = set()
        for _, (_, name) in sorted(newest.items()):
            for one in history.bumps(manifest, "wasmtime", clone, f"refs/tags/{name}", REGISTRY, objects):
                if one.commit in seen or not one.new.major or one.new.is_prerelease:
                    continue
                seen.add(one.commit)
                result = replayed(manifest, clone, one, objects, kept)
                found[str(one.new)] = result.verdict, told(result)
    missed = {version: verdict for version, (verdict, _) in found.items() if verdict != "reproduced"}
    print(f"\n{len(found) - len(missed)} of {len(found)} releases since 1.0 reproduced; the others:")
    print("\n".join(f"- {version}: {found[version][1]}" for version in sorted(missed, key=Version.of)))
    assert len(found) > 160
    assert missed == BRANCHES
