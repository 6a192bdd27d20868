"""Features: what is on by default and should not be, what is off and quiet, and a matrix that says otherwise; Wasmtime's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sync.policy.facts import Facts
from sync.policy.features import Rated, findings, rated
from sync.policy.model import Policy
from sync.policy.read import read
from tests.policy.claimed import DAY, facts, policy

ASKED = """
[[criteria]]
id = "ci"
title = "tested on the major platforms"
platforms = ["x86_64", "aarch64"]
[[criteria]]
id = "stage"
title = "at stage 4"
only = ["proposal"]
[[criteria]]
id = "fuzzed"
title = "fuzzed for a week"
[[standards]]
id = "first"
effective = 2020-01-01
features = { requires = ["ci", "stage", "fuzzed"], quiet-months = 6 }
"""

DONE = '{ criteria = ["ci", "stage", "fuzzed"], state = "met", link = "https://registry.example" }'


def rate(features: str, seen: Facts | None = None) -> tuple[Policy, list[Rated]]:
    made = policy(ASKED + features)
    return made, rated(made.claims, made.claims.standards[0], "core", seen or facts())


def said(features: str, seen: Facts | None = None) -> list[tuple[str, str]]:
    made, rows = rate(features, seen)
    return [(one.severity, one.message) for one in findings(made, made.claims.standards[0], rows)]


def feature(default: str, evidence: str, more: str = "") -> str:
    return f'[[features]]\nname = "simd"\nkind = "proposal"\ndefault = "{default}"\n{more}\nevidence = [{evidence}]\n'


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        (DONE, []),
        ('{ criteria = ["ci", "stage"], state = "met", person = "@one" }, { criteria = ["fuzzed"], state = "waived", reason = "r" }', []),
        (
            '{ criteria = ["ci", "fuzzed"], state = "met", person = "@one" }, { criteria = ["stage"], state = "no", reason = "at 3" }',
            [("error", "simd: is on by default, and stage (at stage 4) is no: at 3")],
        ),
        (
            '{ criteria = ["ci", "stage"], state = "met", person = "@one" }, { criteria = ["fuzzed"], state = "in progress" }',
            [("error", "simd: is on by default, and fuzzed (fuzzed for a week) is in progress")],
        ),
        ('{ criteria = ["ci", "stage"], state = "met", person = "@one" }', [("error", "simd: is on by default, and fuzzed (fuzzed for a week) is unanswered: no evidence")]),
        (
            '{ criteria = ["ci", "stage"], state = "met", person = "@one" }, { criteria = ["fuzzed"], state = "met", file = "fuzz.rs" }',
            [("note", "simd: fuzzed (fuzzed for a week) is not checked: core is not at hand")],
        ),
    ],
)
def test_what_is_on_by_default_meets_every_criterion_or_is_named(evidence: str, found: list[tuple[str, str]]) -> None:
    assert said(feature("on", evidence)) == found
    assert [one for one in said(feature("off at run time", evidence, 'paths = ["a"]'), facts(activity={"simd": DAY})) if one[0] == "error"] == []


def test_a_claim_that_is_not_so_is_an_error_whatever_the_default() -> None:
    found = said(feature("off at run time", '{ criteria = ["fuzzed"], state = "met", file = "fuzz.rs" }', 'paths = ["a"]'), facts({"core": {}}, activity={"simd": DAY}))
    assert found == [("error", "simd: fuzzed (fuzzed for a week) is claimed to be met, and is not: there is no core/fuzz.rs")]


def test_criteria_of_proposals_are_asked_of_proposals_alone() -> None:
    _, rows = rate('[[features]]\nname = "winch"\nkind = "compiler"\ndefault = "on"\n[[features]]\nname = "simd"\nkind = "proposal"\ndefault = "on"\n[[features]]\nname = "tool"\ndefault = "on"\n')
    assert [[one.criterion.id for one in row.verdicts] for row in rows] == [["ci", "fuzzed"], ["ci", "stage", "fuzzed"], ["ci", "fuzzed"]]


@pytest.mark.parametrize(
    ("matrix", "state", "says"),
    [
        ('x86_64 = "yes", aarch64 = "yes", pulley = "no"', "met", "x86_64: yes; aarch64: yes; https://registry.example"),
        ('x86_64 = "yes", aarch64 = "in progress"', "refuted", "aarch64: in progress"),
        ('x86_64 = "yes"', "refuted", "aarch64: not in the matrix"),
        ('x86_64-linux = "yes", aarch64-macos = "yes"', "met", "x86_64: yes; aarch64: yes; https://registry.example"),
    ],
)
def test_a_matrix_speaks_for_the_platforms_that_a_criterion_names(matrix: str, state: str, says: str) -> None:
    _, rows = rate(feature("on", DONE, f"platforms = {{ {matrix} }}"))
    assert (rows[0].verdicts[0].state, rows[0].verdicts[0].says) == (state, says)


@pytest.mark.parametrize(
    ("active", "quiet"),
    [
        (date(2026, 2, 23), False),  # six months end on 2026-08-23
        (date(2026, 2, 22), True),
        (date(2021, 2, 16), True),
        (DAY, False),
    ],
)
def test_what_is_off_and_quiet_for_as_long_as_the_standard_says_is_up_for_removal(active: date, quiet: bool) -> None:
    text = feature("off at compile time", "", 'paths = ["lightbeam"]').replace("evidence = []\n", "")
    _, rows = rate(text, facts(activity={"simd": active}))
    assert (rows[0].active, rows[0].quiet) == (active, quiet)
    message = f"simd is off at compile time and has had no activity in lightbeam since {active}, for 6 months or more: up for removal"
    assert said(text, facts(activity={"simd": active})) == ([("warning", message)] if quiet else [])


def test_what_is_on_is_never_up_for_removal() -> None:
    _, rows = rate(feature("on", DONE, 'paths = ["a"]'), facts(activity={"simd": date(2000, 1, 1)}))
    assert (rows[0].active, rows[0].quiet, rows[0].unseen) == (None, False, "")


@pytest.mark.parametrize(
    ("more", "seen", "why"),
    [
        ("", facts(), "names no paths"),
        ('paths = ["a"]', facts(), "the history of core is not at hand"),
        ('repo = "py"\npaths = ["a"]', facts(), "the history of py is not at hand"),
        ('paths = ["a", "b"]', facts(activity={"simd": None}), "no commit has touched a, b by 2026-08-22"),
    ],
)
def test_activity_that_was_not_seen_is_not_checked(more: str, seen: Facts, why: str) -> None:
    assert said(feature("off at run time", DONE, more), seen) == [("note", f"simd: its activity is not checked: {why}")]


@pytest.mark.parametrize(("day", "there"), [(date(2021, 9, 26), True), (date(2021, 9, 27), False)])
def test_a_feature_is_gone_from_the_day_of_its_removal_on(day: date, there: bool) -> None:
    _, rows = rate(feature("on", DONE, "removed = 2021-09-27"), facts(day=day))
    assert bool(rows) == there


def test_the_rfcs_criteria_name_lightbeam_and_what_wasmtime_has_on_too_early(root: Path) -> None:
    path = root / "manifests" / "policies" / "wasmtime.toml"
    made = read(path.name, path.read_bytes())
    rfc = made.claims.standards[0]
    then = rated(made.claims, rfc, "wasmtime", Facts(date(2021, 9, 9), "wasmtime", activity={"lightbeam": date(2021, 2, 16)}))
    assert [row.feature.name for row in then if row.quiet] == ["lightbeam"]
    now = rated(made.claims, rfc, "wasmtime", Facts(DAY, "wasmtime"))
    lacking = {row.feature.name: [one.criterion.id for one in row.missing if one.state in ("no", "in progress", "unanswered")] for row in now if row.feature.default == "on"}
    assert {name: some for name, some in lacking.items() if some} == {"component-model": ["phase-4", "fuzzed", "c-api"], "threads": ["finished", "fuzzed"]}
    assert len(lacking) == 13
