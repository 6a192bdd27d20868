"""The JSON Schema of policies: committed as it is generated, and of one mind with the reader."""

from __future__ import annotations

import json
import tomllib
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sync.errors import UsageError
from sync.policy.read import names, read
from sync.policy.schema import policy_schema
from tests.policy.tables import ROOT, policy

SCHEMA: Final = policy_schema()
VALIDATOR: Final = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
SHIPPED: Final = ("demo", "django", "kubernetes", "node", "rust", "wasmtime")

HEAD: Final = '[policy]\nname = "demo"\n'
TRAINS: Final = 'cadence = { months = 1, day = 20 }\nversions = { bumps = "major" }\n'
LIFE: Final = 'phases = [{ name = "current", for = { releases = 1 }, fixes = ["bug"] }]\nfixes.bug.when = "next train"\n'
RULES: Final = '[[rules]]\nid = "one"\neffective = 2024-02-29\n'
WHOLE: Final = HEAD + RULES + TRAINS + LIFE

# Pieces of the table of one rule set, each good or bad by its shape alone: what follows WHOLE, or RULES.
GOOD: Final = [
    WHOLE,
    WHOLE + 'title = "One"\nsource = "a page"\ndraft = true\nlines-from = "2"\ncompatibility = "semver"\nrelease-day = "after"\n',
    WHOLE + 'lines-from = "3"\nafter = "2"\n',
    WHOLE + 'embeddings = { grace-days = 0, patches = "error" }\n',
    WHOLE + "cut = { day = 5 }\n",
    WHOLE + "cut = { days-before = 0, shifted = false }\n",
    WHOLE + 'cut = { weekday = "monday", nth = 1 }\n',
    WHOLE + '[[rules]]\nid = "two"\neffective = 2024-03-01\ninherits = "one"\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "minor", minors = 3, candidates = "rc", development = "dev" }\ncadence = { in = [4, 10], weekday = "tuesday", nth = "last" }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { weeks = 6, weekday = "thursday", anchor = { version = "1.1.0", day = 2015-06-25 } }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, day = "last", off = ["weekends", "holidays"], countries = ["US", "DE-BY"], shift = "nearest" }\n',
    HEAD
    + RULES
    + TRAINS
    + """
lts = { first = "4", divisible-by = 2, also = ["5"], except = ["8"], active = 3, branches = ["a", "b"] }
fixes.security = { when = "at once", older = "discretion" }
fixes.bug = { when = "volunteers", requires = ["suitable", "on-by-default"], serious = "security" }
phases = [
  { name = "current", for = { month = 10, weekday = "tuesday", since = 24 }, fixes = ["security", "bug"] },
  { name = "active", lines = "lts", for = { months = 12, day = "last", from-release = true }, fixes = ["security"] },
  { name = "maintenance", lines = "lts", for = { month = 4, day = 30, count = 2 }, fixes = [] },
  { name = "rest", lines = "ordinary", for = { weeks = 2 }, fixes = [] },
]
""",
]
"""What both accept."""

BAD: Final = [
    "",
    HEAD,
    HEAD + "rules = []\n",
    RULES + TRAINS + LIFE,
    WHOLE + "rule = 1\n",
    '[policy]\nname = "a b"\n' + RULES + TRAINS + LIFE,
    HEAD + '[[rules]]\nid = "one"\n' + TRAINS + LIFE,
    HEAD + "[[rules]]\neffective = 2024-01-01\n" + TRAINS + LIFE,
    HEAD + '[[rules]]\nid = "one"\neffective = "someday"\n' + TRAINS + LIFE,
    HEAD + '[[rules]]\nid = "one"\neffective = 7\n' + TRAINS + LIFE,
    WHOLE + 'draft = "yes"\n',
    WHOLE + "lines-from = 12\n",
    WHOLE + 'lines-from = "v12"\n',
    WHOLE + 'after = "six"\nlines-from = "7"\n',
    WHOLE + 'release-day = "never"\n',
    WHOLE + "cut = {}\n",
    WHOLE + "cut = { days-before = -1 }\n",
    WHOLE + "cut = { days-before = 1, day = 5 }\n",
    WHOLE + 'cut = { shifted = 1, day = 5 }\n',
    WHOLE + "embeddings = { grace-days = -1 }\n",
    WHOLE + 'embeddings = { patches = "note" }\n',
    WHOLE + 'lts = { every = 2 }\n',
    WHOLE + 'lts = { first = "4" }\n',
    WHOLE + 'lts = { first = "4", every = 2, divisible-by = 2 }\n',
    WHOLE + 'lts = { first = "4", every = 0 }\n',
    WHOLE + 'lts = { first = "4", every = 2, active = 0 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "patch" }\ncadence = { months = 1, day = 20 }\n',
    HEAD + RULES + LIFE + 'versions = { minors = 3 }\ncadence = { months = 1, day = 20 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { day = 20 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, weeks = 4, day = 20 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 0, day = 20 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, day = 0 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, day = "first" }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, weekday = "tue", nth = 1 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { in = [], day = 1 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { in = ["April"], day = 1 }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, day = 1, off = ["sundays"] }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, day = 1, off = ["holidays"], countries = ["us"] }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, day = 1, anchor = { version = "1" } }\n',
    HEAD + RULES + LIFE + 'versions = { bumps = "major" }\ncadence = { months = 1, day = 1, anchor = "1.0" }\n',
    HEAD + RULES + TRAINS + "phases = []\n",
    HEAD + RULES + TRAINS + 'phases = [{ name = "current" }]\n',
    HEAD + RULES + TRAINS + "phases = [{ fixes = [] }]\n",
    HEAD + RULES + TRAINS + 'phases = [{ name = "current", lines = "even", fixes = [] }]\n',
    HEAD + RULES + TRAINS + 'phases = [{ name = "current", fixes = ["features"] }]\n',
    HEAD + RULES + TRAINS + 'phases = [{ name = "current", for = {}, fixes = [] }]\n',
    HEAD + RULES + TRAINS + 'phases = [{ name = "current", for = { releases = 1, months = 1 }, fixes = [] }]\n',
    HEAD + RULES + TRAINS + 'phases = [{ name = "current", for = { releases = 0 }, fixes = [] }]\n',
    HEAD + RULES + TRAINS + 'phases = [{ name = "current", for = { months = 1, from-release = "yes" }, fixes = [] }]\n',
    WHOLE + 'fixes.chore.when = "at once"\n',
    WHOLE + 'fixes.security = {}\n',
    WHOLE + 'fixes.security.when = "soon"\n',
    WHOLE + 'fixes.security = { when = "at once", older = "maybe" }\n',
    WHOLE + 'fixes.security = { when = "at once", requires = ["tests"] }\n',
]
"""What both refuse."""


def plain(value: Any) -> Any:
    """TOML as JSON: an editor sees a date as its text."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def valid(text: str) -> bool:
    return VALIDATOR.is_valid(plain(tomllib.loads(text)))


def accepts(text: str) -> bool:
    try:
        read("p.toml", text.encode())
    except UsageError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_committed_schema_is_the_generated_one() -> None:
    assert (ROOT / "manifests" / "policies" / "schema.json").read_text("utf-8") == json.dumps(SCHEMA, indent=2) + "\n"


def test_every_key_has_a_description() -> None:
    def walk(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [name for name, one in value.get("properties", {}).items() if not one.get("description")]
            return own + [name for one in value.values() for name in walk(one)]
        return [name for one in value for name in walk(one)] if isinstance(value, list) else []

    assert walk(SCHEMA) == []


def test_these_are_the_policies_that_come_with_versync() -> None:
    assert names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_is_read_and_fits_the_schema(name: str) -> None:
    assert policy(name).name == name
    text = (ROOT / "manifests" / "policies" / f"{name}.toml").read_text("utf-8")
    assert [error.message for error in VALIDATOR.iter_errors(plain(tomllib.loads(text)))] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_rule_set_says_where_it_is_written_down(name: str) -> None:
    assert [one.id for one in policy(name).rules if not one.source or not one.title] == []


@pytest.mark.parametrize("text", GOOD)
def test_reader_and_schema_both_accept(text: str) -> None:
    assert accepts(text)
    assert valid(text)


@pytest.mark.parametrize("text", BAD)
def test_reader_and_schema_both_refuse(text: str) -> None:
    assert not accepts(text)
    assert not valid(text)


Place = tuple[str | int, ...]
VALUES: Final = st.one_of(st.integers(-1, 40), st.booleans(), st.text("0.9ax", max_size=4), st.dates(), st.sampled_from(["last", "lts", "major"]), st.just([]), st.just({}), st.none())


@cache
def places(name: str) -> tuple[Place, ...]:
    """The key path of everything in a shipped policy."""

    def walk(value: Any, above: Place) -> list[Place]:
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [place for key, one in inner for place in ((*above, key), *walk(one, (*above, key)))]

    return tuple(walk(data(name), ()))


@cache
def data(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(ROOT / "manifests" / "policies" / f"{name}.toml").read_text("utf-8"))


@given(st.sampled_from(SHIPPED).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(places(name)))), VALUES)
def test_whatever_is_put_into_a_policy_is_refused_in_words_or_fits_the_schema(chosen: tuple[str, Place], value: Any) -> None:
    """None takes the key away. A quoted day is the one thing that an editor takes and the reader does not."""
    import tomlkit

    name, place = chosen
    changed = deepcopy(data(name))
    inner: Any = changed
    for key in place[:-1]:
        inner = inner[key]
    if value is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    text = tomlkit.dumps(changed)
    if accepts(text):
        assert valid(text)
