"""The history of Wasmtime, replayed from a clone's objects: ``nox -s history -- CLONE``. Its table goes to docs/replay.md."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import adapters
from sync import git, history, replay, template
from sync.catfile import CatFile
from sync.manifest import read
from sync.registry import Registry
from sync.scan import Kept
from sync.tree import RevTree
from sync.version import Version

pytestmark = pytest.mark.history

MISSED = {
    "4.0.0": "an unrelated edit: the release gave crates/jit-icache-coherence/Cargo.toml its missing final newline",
    "32.0.0": "re-locked: a newer cargo wrote `version = 4` into Cargo.lock",
}
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


def test_the_major_bumps_of_wasmtime_are_reproduced(clone: Path) -> None:
    path = read.shipped("wasmtime")
    assert path is not None
    manifest = read.read("manifests/wasmtime.toml", path.read_bytes())
    registry = Registry(adapters.TABLE, adapters.load)
    started = time.perf_counter()
    rows, found, untouched = [], {}, {}
    kept: Kept = {}
    with CatFile(clone, keep=1 << 20) as objects:
        for one in history.bumps(manifest, "wasmtime", clone, "HEAD", registry, objects):
            if one.new.major == one.old.major or one.new.is_prerelease:
                continue
            before, after = (RevTree("wasmtime", clone, rev, objects) for rev in (one.parent, one.commit))
            result = replay.release(manifest, "wasmtime", before, after, git.changed(clone, one.parent, one.commit), registry, kept=kept)
            left = [name for name in result.missed if not name.startswith(OTHERS)]
            unlike = sorted(each.path for each in (*result.different, *result.extra))
            found[str(one.new)] = result.whole
            if left:
                untouched[str(one.new)] = tuple(left)
            cause = MISSED.get(str(one.new)) or ("an unrelated edit: no version in it changed" if left else "")
            rows.append(f"| {one.old} -> {one.new} | {one.commit[:10]} | {len(result.reproduced)} | {', '.join(unlike) or 'none'} | {', '.join(left) or 'none'} | {cause} |")
    took = time.perf_counter() - started
    print("\n| release | commit | files reproduced | files that differ | other files of the commit | cause |\n|---|---|---|---|---|---|")
    print("\n".join(rows))
    print(f"\n{sum(found.values())} of {len(found)} reproduced, in {took:.1f} s with proof")
    assert len(found) >= 47
    assert {version for version, whole in found.items() if not whole} == set(MISSED)
    assert untouched == UNTOUCHED

BRANCHES = {
    "4.0.0": MISSED["4.0.0"],
    "6.0.2": "re-locked: registry packages moved in the same commit",
    "7.0.1": "re-locked: registry packages moved in the same commit",
    "23.0.1": "an unrelated edit: the release took `readme` out of cranelift/bitset/Cargo.toml",
    "26.0.1": "drift before the bump: winch was put on the project's number, and pulley beside it",
    "32.0.0": MISSED["32.0.0"],
}
"""The releases since 1.0, majors and patches on their branches, that do not come out byte for byte, and why."""


def test_the_releases_on_branches_are_reproduced(clone: Path) -> None:
    path = read.shipped("wasmtime")
    assert path is not None
    manifest = read.read("manifests/wasmtime.toml", path.read_bytes())
    registry = Registry(adapters.TABLE, adapters.load)
    shape = template.compile(manifest.repos["wasmtime"].tag)
    newest: dict[int, tuple[Version, str]] = {}
    for tag in git.tags(clone):
        version = shape.read(tag.name)
        if version is not None and version.major and not version.is_prerelease:
            newest[version.major] = max(newest.get(version.major, (version, tag.name)), (version, tag.name))
    found: dict[str, str] = {}
    kept: Kept = {}
    with CatFile(clone, keep=1 << 20) as objects:
        seen = set()
        for _, (_, name) in sorted(newest.items()):
            for one in history.bumps(manifest, "wasmtime", clone, f"refs/tags/{name}", registry, objects):
                if one.commit in seen or not one.new.major or one.new.is_prerelease:
                    continue
                seen.add(one.commit)
                before, after = (RevTree("wasmtime", clone, rev, objects) for rev in (one.parent, one.commit))
                result = replay.release(manifest, "wasmtime", before, after, git.changed(clone, one.parent, one.commit), registry, kept=kept)
                found[str(one.new)] = result.verdict
    missed = {version for version, verdict in found.items() if verdict != "reproduced"}
    print(f"\n{len(found) - len(missed)} of {len(found)} releases since 1.0 reproduced; the others:")
    print("\n".join(f"- {version}: {BRANCHES.get(version, '')}" for version in sorted(missed, key=Version.of)))
    assert len(found) > 160
    assert missed == set(BRANCHES)
