"""Every key of the schema that a tool publishes is known to its importer: carried over, or said with its line.

The schema is read from the installed package. From it a configuration is made that has every key, and in each of its tables one more,
which must be said: so that a table which the importer passes over in silence is found out as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import adapters
from sync import importers
from sync.errors import Problem
from sync.importers.repository import Repository
from sync.registry import Registry
from sync.source import KeyPath, dotted
from sync.tree import open_tree
from tests.importers.both import modules
from tests.importers.both import tool as installed
from tests.trees import put

pytestmark = pytest.mark.oracle

STRANGE = "no-such-key"
UNKNOWN = "is no key that versync import knows"


class Published(NamedTuple):
    """Where a tool's package has its schema, which file that describes, and the one key of it that is the importer's (all of them where there is none)."""

    program: str
    schema: str
    file: str
    key: str = ""


PUBLISHED = {
    "release-please": Published("release-please", "release-please/schemas/config.json", "release-please-config.json"),
    "changesets": Published("changeset", "@changesets/config/schema.json", ".changeset/config.json"),
    "lerna": Published("lerna", "lerna/schemas/lerna-schema.json", "lerna.json"),
    "nx": Published("nx", "nx/schemas/nx-schema.json", "nx.json", "release"),
}
RICHEST = 8
"""No choice in any of the schemas has more alternatives."""


def read(tool: str) -> dict[str, Any]:
    """The schema; what it has from another file, which is not here, may be anything. The test is skipped where the tool is not installed."""
    path = modules(installed(PUBLISHED[tool].program)) / PUBLISHED[tool].schema
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), object_hook=lambda node: node if str(node.get("$ref", "#")).startswith("#") else {})
    return found


class Made:
    """One value that fits a schema, with all keys in it; where there is a choice, the alternative of that number."""

    def __init__(self, schema: dict[str, Any], choice: int, strange: bool) -> None:
        self.schema = schema
        self.choice = choice
        self.strange = strange
        self.tables: list[KeyPath] = []

    def whole(self, node: dict[str, Any]) -> dict[str, Any]:
        """A node with its references and alternatives resolved."""
        node = dict(node)
        while "$ref" in node:
            found: Any = self.schema
            for step in node.pop("$ref").removeprefix("#/").split("/"):
                found = found[step]
            node = found | node
        for several in ("oneOf", "anyOf"):
            if several in node:
                alternatives = node.pop(several)
                node = self.whole(node | alternatives[self.choice % len(alternatives)])
        for one in node.pop("allOf", ()):
            other = self.whole(one)
            own, others = node.get("properties", {}), other.get("properties", {})
            refused = {key: False for key, value in own.items() if value is False}
            refused |= {key: False for key in others if key not in own and node.get("additionalProperties") is False}
            node = other | node | {"properties": own | others | refused}
        return node

    def value(self, node: Any, path: KeyPath = ()) -> Any:
        """A value for one node of the schema."""
        node = self.whole(node) if isinstance(node, dict) else {}
        if "const" in node or "enum" in node:
            return node.get("const", node.get("enum", [None])[0])
        kinds = node.get("type", "object" if "properties" in node else "string")
        kind = kinds[self.choice % len(kinds)] if isinstance(kinds, list) else kinds
        if kind == "object":
            return self.table(node, path)
        if kind == "array":
            items = node.get("items", {})
            return [self.value(one, (*path, at)) for at, one in enumerate(items if isinstance(items, list) else [items])]
        return {"string": "x", "boolean": True, "number": 1, "integer": 1, "null": None}[kind]

    def table(self, node: dict[str, Any], path: KeyPath) -> dict[str, Any]:
        """Every property, and one more; where any name may stand, one of ours."""
        found = {key: self.value(one, (*path, key)) for key, one in node.get("properties", {}).items() if one is not False}
        other = node.get("additionalProperties")
        if isinstance(other, dict):
            found["one"] = self.value(other, (*path, "one"))
        elif found:
            self.tables.append(path)
            found |= {STRANGE: "x"} if self.strange else {}
        return found


def made(tool: str, schema: dict[str, Any], choice: int, strange: bool) -> tuple[dict[str, Any], list[KeyPath]]:
    """A configuration with every key, and the paths of its tables."""
    key = PUBLISHED[tool].key
    making = Made(schema, choice, strange)
    value = {key: making.value(schema["properties"][key], (key,))} if key else making.value(schema)
    return value, making.tables


def notes(tmp_path: Path, tool: str, value: object) -> list[Problem]:
    """What is said of a configuration."""
    put(tmp_path, {PUBLISHED[tool].file: json.dumps(value, indent=1)})
    repository = Repository(open_tree("demo", tmp_path), Registry(adapters.TABLE, adapters.load))
    importer = importers.load(tool)
    return importer.draft(repository, importer.find(repository)).notes


def above(path: KeyPath) -> Iterator[str]:
    """A key path and all that it lies in, as they are said."""
    yield from (dotted(path[:end]) for end in range(len(path), 0, -1))


@pytest.mark.parametrize("choice", range(RICHEST))
@pytest.mark.parametrize("tool", PUBLISHED)
def test_what_is_made_of_a_schema_is_a_configuration(tool: str, choice: int) -> None:
    from jsonschema import Draft7Validator

    schema = read(tool)
    value, tables = made(tool, schema, choice, strange=False)
    assert [error.message for error in Draft7Validator(schema).iter_errors(value)] == []
    assert tables


@pytest.mark.parametrize("choice", range(RICHEST))
@pytest.mark.parametrize("tool", PUBLISHED)
def test_every_key_of_the_schema_is_known_and_none_is_passed_over(tmp_path: Path, tool: str, choice: int) -> None:
    schema = read(tool)
    value, tables = made(tool, schema, choice, strange=True)
    said = [(key, why) for key, _, why in (one.message.partition(": ") for one in notes(tmp_path, tool, value))]
    assert [key for key, why in said if why == UNKNOWN and not key.endswith(STRANGE)] == []
    covered = {key for key, why in said if not re.search(r"one template for (its )?tags|to be found|no package|no project|no text file", why)}
    assert [dotted(table) for table in tables if not covered.intersection(above((*table, STRANGE)))] == []
    strange = {dotted((*table, STRANGE)) for table in tables}
    assert {key for key, why in said if why == UNKNOWN} <= strange
