"""The manifest's reference: every example is read, and no key is left out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from sync.manifest import read
from sync.manifest.kinds import Record
from sync.manifest.schema import COMPONENT, FOLLOW, PLACE, PROJECT, RANGED, REPO
from sync.spelling import TABLE

TEXT = (Path(__file__).parent.parent / "docs" / "manifest.md").read_text(encoding="utf-8")
BLOCKS: list[str] = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.M | re.S)


def keys(value: object) -> set[str]:
    """Every key of a TOML value, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_there_are_examples() -> None:
    assert len(BLOCKS) == TEXT.count("```toml") > 0


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_is_a_manifest(block: str) -> None:
    assert read.read("versync.toml", block.encode()).lead.name == "demo"


@pytest.mark.parametrize("record", [PROJECT, REPO, COMPONENT, PLACE])
def test_every_key_has_its_row(record: Record) -> None:
    assert [field.name for field in record.fields if f"\n| `{field.name}` | " not in TEXT] == []


def test_every_key_has_an_example() -> None:
    shown = set().union(*(keys(tomllib.loads(block)) for block in BLOCKS))
    assert {field.name for record in (PROJECT, REPO, COMPONENT, PLACE, FOLLOW, RANGED) for field in record.fields} - shown == set()


def test_every_spelling_is_named() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| `spelling` |"))
    assert [name for name in TABLE if f"`{name}`" not in row] == []
