"""The policy's reference: every example is read, and no key is left out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.manifest.kinds import Field, Kind, Many, Named, Record
from sync.policy import read
from sync.policy.schema import RULES, WEEKDAYS

TEXT = (Path(__file__).parent.parent / "docs" / "policy.md").read_text(encoding="utf-8")
RULED = re.split(r"^## (?!Days|\[)", TEXT, maxsplit=1, flags=re.M)[0]  # what is told of rule sets, before anything else that the page may tell
BLOCKS: list[str] = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.M | re.S)


def fields(kind: Kind) -> Iterator[Field]:
    """Every key of a kind, at any depth."""
    if isinstance(kind, Record):
        for field in kind.fields:
            yield field
            yield from fields(field.kind)
    elif isinstance(kind, Many):
        yield from fields(kind.item)
    elif isinstance(kind, Named):
        yield from fields(kind.value)


def choices(field: Field) -> tuple[str, ...]:
    """The words among which a key chooses."""
    found: object = getattr(field.kind, "values", getattr(getattr(field.kind, "item", None), "values", ()))
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, tuple) else ()


def test_there_are_examples() -> None:
    assert len(BLOCKS) == TEXT.count("```toml") > 0


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_is_a_policy(block: str) -> None:
    assert read.read("demo.toml", block.encode()).name == "demo"


def test_every_key_has_its_row() -> None:
    rows = {key for line in RULED.splitlines() if line.startswith("| `") for key in re.findall(r"`([^`]+)`", line.split("|")[1])}
    assert {field.name for field in fields(RULES)} - {"version"} - rows == set()
    assert rows - {field.name for field in fields(RULES)} == set()


def test_every_table_has_its_keys_below_its_heading() -> None:
    """A key that several tables have, such as ``fixes``, is told for each."""
    for name in ("cadence", "cut", "versions", "lts", "embeddings"):
        (heading,) = re.findall(rf"^## \[rules\.{name}\]\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
        table = next(field.kind for field in RULES.fields if field.name == name)
        assert isinstance(table, Record)
        assert [field.name for field in table.fields if f"`{field.name}`" not in heading and field.name not in ("day", "weekday", "nth", "since")] == []


def test_every_word_of_a_choice_is_named() -> None:
    missing = {word for field in fields(RULES) for word in choices(field) if f"`{word}`" not in TEXT and f'`"{word}"`' not in TEXT}
    assert missing - set(WEEKDAYS) == set()


def test_every_key_has_an_example() -> None:
    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    shipped = [path.read_text("utf-8") for path in (Path(__file__).parent.parent / "manifests" / "policies").glob("*.toml")]
    shown = set().union(*(keys(tomllib.loads(text)) for text in (*BLOCKS, *shipped)))
    assert {field.name for field in fields(RULES)} - shown == set()


def test_every_policy_that_comes_with_versync_is_named() -> None:
    assert [name for name in read.names() if name not in TEXT.lower().replace(".js", "")] == []
