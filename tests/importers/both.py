"""Two copies of one tree: one for the tool that is imported from, one for versync; and how they differ afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.commands import committed, repository, versync

CASES = Path(__file__).parents[2] / "fixtures" / "importers"

ALONE = {"PYTHONUTF8": "1", "GIT_TERMINAL_PROMPT": "0", "CI": "1", "NX_DAEMON": "false", "NX_NO_CLOUD": "true", "CARGO_NET_OFFLINE": "true"}
"""The environment of every tool: no questions, no daemons, and nothing is asked of a network."""

PASSED_OVER = frozenset({".git", ".versync", "versync.toml", "CHANGELOG.md", "node_modules", ".nx", "target"})
"""What belongs to git, to versync, and to the tool: its log and what it has cached."""


def tool(name: str) -> str:
    """Its path; the test is skipped where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def modules(program: str) -> Path:
    """The node_modules that a program of npm is in."""
    return next(folder for folder in Path(program).resolve().parents if folder.name == "node_modules")


def copies(tmp_path: Path, case: str, edits: Mapping[str, tuple[str, str]] | None = None, more: Mapping[str, str] | None = None) -> tuple[Path, Path]:
    """The case's tree twice, each as a git repository that is clean; ``edits`` are texts that are replaced in a file, ``more`` further files."""
    trees = tmp_path / "theirs" / "demo", tmp_path / "ours" / "demo"
    for tree in trees:
        shutil.copytree(CASES / case / "in", tree)
        for path, (old, new) in (edits or {}).items():
            text = (tree / path).read_text(encoding="utf-8")
            assert old in text, f"{old} is not in {path}"
            (tree / path).write_text(text.replace(old, new), encoding="utf-8")
        repository(tree, more)
    return trees


def edited(tree: Path, path: str, *pairs: tuple[str, str]) -> None:
    """What a person does by hand before the tool runs, committed."""
    text = (tree / path).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    committed(tree, {path: text})


def run(tree: Path, *words: str, **environment: str) -> None:
    """The tool, there; it must succeed."""
    done = subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False, env=os.environ | ALONE | environment)
    assert done.returncode == 0, done.stdout + done.stderr


def ours(tree: Path, name: str, *targets: str) -> None:
    """Import, then bump."""
    imported = versync(tree, "import", "--from", name)
    assert imported.code == 0, imported.out + imported.err
    bumped = versync(tree, "bump", *targets)
    assert bumped.code == 0, bumped.out + bumped.err


def differences(theirs: Path, own: Path) -> dict[str, tuple[str, str]]:
    """The files that are not alike, each as both have it; what belongs to git, to versync and to the tool's log is left out."""

    def files(tree: Path) -> Mapping[str, str]:
        inside = {path: path.relative_to(tree) for folder, _, names in os.walk(tree) if not PASSED_OVER & set(Path(folder).relative_to(tree).parts) for path in (Path(folder, name) for name in names)}
        return {short.as_posix(): path.read_bytes().decode() for path, short in inside.items() if short.name not in PASSED_OVER}

    one, other = files(theirs), files(own)
    return {path: (one.get(path, ""), other.get(path, "")) for path in sorted({*one, *other}) if one.get(path) != other.get(path)}


def value(path: str, text: str) -> object:
    """What a data file says, without how it is laid out: JSON and TOML as their values in their order, XML without white space between its elements."""
    if path.endswith(".json"):
        return list(json.loads(text).items())
    if path.endswith((".toml", "Cargo.lock")):
        return tomllib.loads(text)
    if path.endswith(".xml"):
        return [(one.tag, (one.text or "").strip()) for one in ET.fromstring(text).iter()]
    return text


def laid_out(different: Mapping[str, tuple[str, str]]) -> set[str]:
    """Those of the files that say the same, and are only laid out in another way."""
    return {path for path, both in different.items() if all(both) and value(path, both[0]) == value(path, both[1])}


def lines(both: tuple[str, str]) -> list[tuple[str, str]]:
    """The lines of a file that are not alike: (theirs, ours)."""
    one, other = (text.splitlines() for text in both)
    return [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
