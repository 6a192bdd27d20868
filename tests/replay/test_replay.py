"""Real release commits: the tree before, bumped, is the tree after, byte for byte, but for what `differences.toml` states."""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import adapters
from sync import replay
from sync.manifest import read
from sync.manifest.model import Manifest
from sync.registry import Registry
from sync.tree import open_tree
from sync.version import Version

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "replay"
CASES = sorted(path.parent for path in SHARED.glob("*/case.json"))
STATED: list[dict[str, Any]] = tomllib.loads((HERE / "differences.toml").read_text("utf-8")).get("difference", [])

pytestmark = pytest.mark.skipif(not CASES, reason="the replay cases are not beside this checkout")


def manifest_for(repository: str) -> tuple[Manifest, str]:
    """The shipped manifest that knows a repository, and its name there."""
    for name in read.names():
        path = read.shipped(name)
        assert path is not None
        manifest = read.read(f"manifests/{name}.toml", path.read_bytes())
        for repo in manifest.repos.values():
            if repo.url.endswith(f"/{repository}"):
                return manifest, repo.name
    raise AssertionError(f"no manifest for {repository}")


def replayed(case: Path, tmp_path: Path) -> tuple[replay.Replayed, dict[str, Any]]:
    said = json.loads((case / "case.json").read_text("utf-8"))
    manifest, repo = manifest_for(said["repository"])
    for folder in ("before", "after"):
        for path in (case / folder).rglob("*"):
            if path.is_file():
                target = tmp_path / path.relative_to(case / folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    registry = Registry(adapters.TABLE, adapters.load)
    return replay.release(manifest, repo, open_tree(repo, case / "before"), open_tree(repo, tmp_path), said["changed"], registry, version=Version.of(said["new"])), said


def differing(ours: bytes, theirs: bytes) -> tuple[int, int, str, str]:
    """Lines removed and added from ours to theirs, those lines, and their digest."""
    old, new = (raw.decode("utf-8", "replace").splitlines(keepends=True) for raw in (ours, theirs))
    lines = [line for line in difflib.unified_diff(old, new, n=0) if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    text = "".join(lines)
    return sum(line[0] == "-" for line in lines), sum(line[0] == "+" for line in lines), text, hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_release_is_reproduced_byte_for_byte(case: Path, tmp_path: Path) -> None:
    result, said = replayed(case, tmp_path)
    unlike = {one.path: (one.ours, one.theirs) for one in result.different}
    for path in result.missed:
        before = case / "before" / path
        unlike[path] = (before.read_bytes() if before.is_file() else b"", (tmp_path / path).read_bytes())
    found = {}
    for path, (ours, theirs) in unlike.items():
        removed, added, _, digest = differing(ours, theirs)
        found[path] = (removed, added, digest)
    stated = {one["path"]: (one["removed"], one["added"], one["digest"]) for one in STATED if one["case"] == case.name}
    shown = "\n".join(f"{path}: {found[path]}\n{differing(*unlike[path])[2][:600]}" for path in sorted(found) if stated.get(path) != found[path])
    assert found == stated, shown
    assert [one.path for one in result.extra] == [], "no other file is touched"
    assert set(result.reproduced) | set(unlike) == set(said["changed"])
    assert [one for one in result.findings if one.severity == "error" and one.rule in ("unreadable", "overlap", "spelling", "place")] == []


def test_every_stated_difference_is_of_a_case_that_is_here() -> None:
    assert {one["case"] for one in STATED} <= {case.name for case in CASES}


def test_every_stated_difference_has_a_cause() -> None:
    assert all(len(one["cause"]) > 20 for one in STATED)
