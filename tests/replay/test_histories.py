"""Every release of every project that has a shipped manifest, replayed: ``nox -s history -- CLONES``, where CLONES is a folder of clones.

`histories.toml` beside this holds what came of them, up to the release that was the newest then; docs/replay.md shows it. Nothing in it may get worse, or better, silently.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import adapters
from sync import cause, git, history, replay
from sync.catfile import CatFile
from sync.errors import SyncError
from sync.manifest import read
from sync.manifest.model import Manifest
from sync.registry import Registry
from sync.replay import Replayed
from sync.report.replayed import because
from sync.scan import Kept
from sync.tree import RevTree
from tests.clones import clone_of

HERE = Path(__file__).parent
COMMITTED: dict[str, Any] = tomllib.loads((HERE / "histories.toml").read_text("utf-8"))
PAGE = (HERE.parents[1] / "docs" / "replay.md").read_text("utf-8")
REGISTRY = Registry(adapters.TABLE, adapters.load)

COLUMNS: Final = ("reproduced", *reversed(cause.CAUSES))
"""The verdicts, in the order of the table."""


def shipped() -> Iterator[tuple[Manifest, str, str]]:
    """Every shipped manifest with each of its repositories that still has something to replay, and where that is cloned from."""
    for name in read.names():
        path = read.shipped(name)
        assert path is not None
        manifest = read.read(f"manifests/{name}.toml", path.read_bytes())
        for repo in manifest.repos.values():
            if repo.name in COMMITTED["repository"]:
                yield manifest, repo.name, repo.url


def replayed(manifest: Manifest, repo: str, root: Path, until: str) -> Iterator[tuple[str, Replayed]]:
    """Every release on the first-parent line of ``until``, oldest first: the version, and what came of it."""
    kept: Kept = {}
    with CatFile(root, keep=1 << 20) as objects:
        for one in history.bumps(manifest, repo, root, until, REGISTRY, objects):
            before, after = (RevTree(repo, root, rev, objects) for rev in (one.parent, one.commit))
            yield str(one.new), replay.release(manifest, repo, before, after, git.changed(root, one.parent, one.commit), REGISTRY, kept=kept)


def table() -> str:
    """What `histories.toml` holds, as docs/replay.md shows it."""
    lines = ["| repository | tried | reproduced | re-locked | date | unrelated edit | drift before | other | and of these, out of step themselves |", "|---|---|---|---|---|---|---|---|---|"]
    sums = [0] * 8
    for repo, one in COMMITTED["repository"].items():
        numbers = [sum(one[word] for word in COLUMNS), *(one[word] for word in COLUMNS), one["torn"]]
        sums = [total + number for total, number in zip(sums, numbers, strict=True)]
        lines.append(f"| {repo} | {' | '.join(map(str, numbers))} |")
    lines.append(f"| together | {' | '.join(map(str, sums))} |")
    return "\n".join(lines)


def others() -> str:
    """Every kind of `other`, as docs/replay.md shows it."""
    rows = [f"| {one['repository']} | {len(one['releases'])} | {one['why']} | `{one['hunk']}` |" for one in COMMITTED["other"]]
    return "\n".join(("| repository | releases | what the release did | a hunk, versync's line first |", "|---|---|---|---|", *rows))


def test_the_page_shows_what_is_committed() -> None:
    assert f"\n{table()}\n" in PAGE
    assert f"\n{others()}\n" in PAGE


def test_every_other_has_its_reason() -> None:
    for repo, one in COMMITTED["repository"].items():
        told = [version for kind in COMMITTED["other"] if kind["repository"] == repo for version in kind["releases"]]
        assert len(told) == len(set(told)) == one["other"], repo
        assert one["torn"] == sum(len(kind["releases"]) for kind in COMMITTED["other"] if kind["repository"] == repo and kind["torn"]), repo
    assert {kind["repository"] for kind in COMMITTED["other"]} <= set(COMMITTED["repository"])


@pytest.mark.history
@pytest.mark.parametrize("repo", COMMITTED["repository"])
def test_a_history_comes_out_as_committed(clones: Path, repo: str) -> None:
    manifest, url = next((manifest, url) for manifest, name, url in shipped() if name == repo)
    root = clone_of(clones, url)
    if root is None:
        pytest.skip(f"no clone of {repo} is there")
    said = COMMITTED["repository"][repo]
    try:
        git.resolve(root, said["until"])
    except SyncError:
        pytest.skip(f"the clone of {repo} does not reach {said['until'][:10]}")
    found = list(replayed(manifest, repo, root, said["until"]))
    verdicts = [result.verdict for _, result in found]
    counts = {word: verdicts.count(word) for word in COLUMNS}
    other = {version: result.deciding for version, result in found if result.deciding is not None and result.verdict == "other"}
    torn = {version for version, hunk in other.items() if hunk.torn}
    print(f"\n[repository.{repo}]\nuntil = \"{said['until']}\"")
    print("".join(f'"{word}" = {count}\n' if " " in word else f"{word} = {count}\n" for word, count in counts.items()) + f"torn = {len(torn)}")
    if os.environ.get("VERSYNC_HUNKS"):
        print("\n".join(f"  {version}: {result.deciding.cause}: {because(result.deciding)}" for version, result in found if result.deciding is not None))
    told = {version: kind["torn"] for kind in COMMITTED["other"] if kind["repository"] == repo for version in kind["releases"]}
    assert {version: version in torn for version in other} == told, {version: because(hunk) for version, hunk in other.items() if version not in told}
    assert counts == {word: said[word] for word in COLUMNS}
