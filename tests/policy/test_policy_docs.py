"""The policy's reference: its example is read, and no key of a rule set is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sync.manifest.kinds import Many, Named, Record
from sync.policy import read, schema

TEXT = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def records(kind: object) -> list[Record]:
    """A record and all that lie in it."""
    while isinstance(kind, Many | Named):
        kind = kind.item if isinstance(kind, Many) else kind.value
    return [kind, *(one for field in kind.fields for one in records(field.kind))] if isinstance(kind, Record) else []


def test_the_example_is_a_policy_with_both_of_its_rule_sets() -> None:
    assert [[one.id for one in read.read("demo.toml", block.encode()).rules] for block in BLOCKS] == [["first", "with-lts"]]


@pytest.mark.parametrize("name", sorted({field.name for record in records(schema.RULES) for field in record.fields}))
def test_every_key_of_a_rule_set_is_in_the_first_column_of_a_table(name: str) -> None:
    assert re.search(rf"^\|[^|]*`{re.escape(name)}`", TEXT, re.MULTILINE) or name == "version", "a row says what it means"
