"""The tables on tiers and features: read as they are meant, and every mistake at once, at its place."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from sync.errors import UsageError
from sync.policy.claims import Criterion, Evidence, Lag
from sync.policy.claims_schema import CRITERION, EVIDENCE, FEATURE, STANDARD
from sync.policy.schema import policy_schema
from sync.policy.tiers import standard, strangers
from tests.policy.claimed import RULES, manifest, policy

WHOLE = """
[[criteria]]
id = "tested"
title = "has tests"
platforms = ["linux"]
[[criteria]]
id = "released"
title = "keeps up"
lag = { days = 14 }
[[standards]]
id = "first"
effective = 2020-01-01
tiers = [{ tier = 1, requires = ["tested"] }, { tier = 3, requires = [] }, { tier = 2, requires = ["released"] }]
[[standards]]
id = "second"
effective = 2024-01-01
features = { requires = ["tested"], quiet-months = 6 }
components = {}
[[components]]
name = "core"
evidence = [{ criteria = ["tested"], state = "met", workflow = ".github/workflows/main.yml" }]
[[features]]
name = "simd"
default = "off at run time"
"""


def wrong(text: str) -> list[str]:
    """What is said of a policy, as ``line:column message``; lines count from the text's first."""
    with pytest.raises(UsageError) as caught:
        policy(text)
    first = RULES.count("\n")
    return [f"{one.line - first}:{one.column} {one.message}" for one in caught.value.problems]


def test_every_table_is_read() -> None:
    claims = policy(WHOLE).claims
    assert claims.criteria["released"].lag == Lag(14, 3)
    assert claims.criteria["tested"].platforms == ("linux",)
    assert claims.components[0].evidence == (Evidence(("tested",), "met", workflow=".github/workflows/main.yml", at=claims.components[0].evidence[0].at),)
    assert claims.components[0].evidence[0].at == (RULES.count("\n") + 21, 47)
    assert (claims.features[0].name, claims.features[0].default, claims.standards[1].quiet) == ("simd", "off at run time", 6)
    assert claims.criteria["dependencies"] == Criterion("dependencies", "depends on no component of a lower tier")


def test_a_tier_has_the_criteria_of_those_below_it() -> None:
    first = policy(WHOLE).claims.standards[0]
    assert [first.required(tier) for tier in (3, 2, 1, None)] == [(), ("released",), ("released", "tested"), ()]
    assert [first.above(tier) for tier in (None, 3, 2, 1)] == [3, 2, 1, None]


@pytest.mark.parametrize(
    ("day", "name", "found"),
    [
        (date(2020, 1, 1), "", "first"),
        (date(2023, 12, 31), "", "first"),
        (date(2024, 1, 1), "", "second"),
        (date(2024, 1, 1), "first", "first"),
        (date(2024, 1, 1), "monthly", "first"),  # a rule set's name: the standard of the day on which it came into force
    ],
)
def test_the_day_or_a_name_picks_the_standard(day: date, name: str, found: str) -> None:
    assert standard(policy(WHOLE), day, name).id == found


@pytest.mark.parametrize(("day", "name", "said"), [(date(2019, 1, 1), "", "no standard is in force on 2019-01-01"), (date(2024, 1, 1), "third", 'no standard is called "third"')])
def test_a_standard_that_is_not_there_is_said(day: date, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        standard(policy(WHOLE), day, name)


CLAIM = '[[criteria]]\nid = "tested"\ntitle = "t"\n[[criteria]]\nid = "lagging"\ntitle = "l"\nlag = {{ days = 1 }}\n[[components]]\nname = "core"\nevidence = [\n{}\n]\n'


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ('{ criteria = ["tested"], state = "met" }', "tested: met, and nothing shows it"),
        ('{ criteria = ["tested"], state = "waived" }', "a waiver without a reason"),
        ('{ criteria = ["tsted"], state = "no" }', 'there is no criterion "tsted"'),
        ('{ criteria = ["tested"], state = "yes" }', 'should be "met", "in progress", "no" or "waived"'),
        ('{ criteria = ["tested"], state = "no" }, { criteria = ["tested"], state = "no" }', '"tested" is answered above already, for core'),
        ('{ criteria = ["tested"], state = "no", holds = ["x"] }', "which file holds it?"),
        ('{ criteria = ["tested"], state = "no", file = "../x" }', "should be a path inside the repository"),
        ('{ criteria = ["tested"], state = "met", workflow = "ci.yml" }', 'the criterion "tested" names no platforms'),
        ('{ criteria = ["dependencies"], state = "met", link = "https://registry.example" }', "dependencies are computed"),
        ('{ criteria = ["tested"], state = "waived", reason = "r", on = ["py"] }', "on goes with dependencies"),
    ],
)
def test_evidence_that_cannot_be_is_an_error_on_its_line(evidence: str, said: str) -> None:
    found = wrong(CLAIM.format(evidence))
    assert [one for one in found if said in one], found
    assert all(one.startswith("11:") for one in found)


def test_what_is_read_from_tags_needs_no_evidence() -> None:
    assert policy(CLAIM.format('{ criteria = ["lagging"], state = "met" }')).claims.components[0].evidence[0].criteria == ("lagging",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[criteria]]\nid = "a"\ntitle = "t"\n[[criteria]]\nid = "a"\ntitle = "t"\n', '5:7 "a" is in criteria already'),
        ('[[criteria]]\nid = "dependencies"\ntitle = "t"\n', "is computed, and there already"),
        ('[[criteria]]\nid = "a"\ntitle = "t"\nlag = { days = 1 }\nonly = ["x"]\n', "has neither platforms nor kinds"),
        ('[[standards]]\nid = "s"\neffective = 2020-01-01\ntiers = [{ tier = 1, requires = ["a"] }]\n', 'there is no criterion "a"'),
        ('[[standards]]\nid = "s"\neffective = 2020-01-01\ntiers = [{ tier = 4, requires = [] }]\n', "should be 1, 2 or 3"),
        ('[[standards]]\nid = "s"\neffective = 2020-01-01\ntiers = [{ tier = 1, requires = [] }, { tier = 1, requires = [] }]\n', '"1" is in tiers already'),
        ('[[standards]]\nid = "s"\neffective = 2020-01-01\ncomponents = { core = 1 }\n', "core is in tier 1, which this standard does not have"),
        ('[[standards]]\nid = "s"\neffective = 2021-01-01\n[[standards]]\nid = "t"\neffective = 2020-01-01\n', "in the order in which they came into force"),
        (
            '[[criteria]]\nid = "a"\ntitle = "t"\nlag = { days = 1 }\n[[standards]]\nid = "s"\neffective = 2020-01-01\nfeatures = { requires = ["a"] }\n',
            "about tags, which a feature does not have",
        ),
        ('[[features]]\nname = "simd"\ndefault = "maybe"\n', '"on", "off at run time" or "off at compile time"'),
        ('[[features]]\nname = "simd"\ndefault = "on"\nplatforms = { arm = "perhaps" }\n', '"yes", "in progress" or "no"'),
        ('[[features]]\nname = "simd"\n', "has no default"),
    ],
)
def test_a_table_that_cannot_be_is_an_error(text: str, said: str) -> None:
    found = wrong(text)
    assert [one for one in found if said in one], found


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = '[[criteria]]\nid = "a"\n[[features]]\nname = "x"\ndefault = "on"\nevidence = [{ criteria = ["b"], state = "met" }]\nunknown = 1\n'
    assert [one.partition(" ")[2] for one in wrong(text)] == [
        "criteria[0] has no title",
        'features[0].evidence[0].criteria: there is no criterion "b"',
        'unknown key "unknown" in features[0]',
    ]


def test_components_and_repositories_that_the_manifest_does_not_have_are_named() -> None:
    text = """
[[criteria]]
id = "a"
title = "t"
[[standards]]
id = "s"
effective = 2020-01-01
tiers = [{ tier = 1, requires = [] }]
components = { corre = 1 }
[[components]]
name = "pi"
evidence = [{ criteria = ["a"], state = "no", repo = "rb" }, { criteria = ["dependencies"], state = "waived", reason = "r", on = ["core", "go"] }]
[[features]]
name = "f"
default = "on"
repo = "core"
"""
    found = strangers(policy(text), manifest())
    assert [one.message for one in found] == [f'versync.toml has no {what} "{name}"' for what, name in (("component", "corre"), ("component", "pi"), ("repository", "rb"), ("component", "go"))]
    assert found[0].hint == 'did you mean "core"?'
    assert {one.path for one in found} == {"demo.toml"}


DOCS = Path(__file__).parents[2] / "docs" / "tiers.md"


def test_the_example_of_the_documentation_is_one_and_has_every_key() -> None:
    text = DOCS.read_text("utf-8")
    block = re.findall(r"^```toml\n(.*?)^```$", text, re.M | re.S)
    made = policy(block[0])
    assert [one.name for one in made.claims.features] == ["simd", "lightbeam"]
    for record in (CRITERION, STANDARD, FEATURE, EVIDENCE):
        names = [field.name for field in record.fields]
        assert [name for name in names if f"`{name}`" not in text or not re.search(rf"\b{name}\b", block[0])] == []


def test_the_committed_schema_is_the_one_of_the_tables(root: Path) -> None:
    assert json.loads((root / "manifests" / "policies" / "schema.json").read_text("utf-8")) == policy_schema()
