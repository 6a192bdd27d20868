"""Who gets a fix: the RFC's own examples, where the RFC is silent, and every advisory of Wasmtime's past."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.manifest.model import Component
from sync.policy.advisories import Advisory
from sync.policy.advisories import read as read_advisories
from sync.policy.backports import Change, Plan, alone, carried, plan
from sync.policy.lines import in_force, schedule
from sync.policy.model import Policy, Released
from sync.version import Version

RFC = "rfc-2021-09-09"
SECURITY = Change("security")
BUG = Change("bug")
DAY = timedelta(days=1)


def on_paper(current: int) -> date:
    """The day on which that version is released by the RFC."""
    return date(2022, 9, 20) + timedelta(weeks=4 * (current - 1))


def by_rfc(policy: Policy, day: date, change: Change) -> Plan:
    return plan(schedule(policy, (), day, rules=RFC), in_force(policy, day, RFC), change)


def versions(made: Plan) -> list[str]:
    return [str(one.version) for one in reversed(made.patched)]


def test_at_12_a_security_fix_gives_exactly_5_0_1_10_0_1_and_12_0_1(wasmtime: Policy) -> None:
    made = by_rfc(wasmtime, on_paper(12) + DAY, SECURITY)
    assert versions(made) == ["5.0.1", "10.0.1", "12.0.1"]
    assert {one.day for one in made.patched} == {on_paper(12) + DAY}, "at once"
    others = {one.line.name: one.verdict for one in made.decisions if one.verdict != "gets it"}
    assert (others["11"], others["1"]) == ("discretion", "discretion")


def test_a_bug_found_two_weeks_after_6_leaves_with_7(wasmtime: Policy) -> None:
    made = by_rfc(wasmtime, on_paper(6) + timedelta(weeks=2), BUG)
    assert versions(made) == ["1.0.1", "5.0.1", "7.0.0"]
    assert {one.day for one in made.patched} == {on_paper(7)}


def test_a_serious_bug_leaves_at_once_and_6_is_patched_too(wasmtime: Policy) -> None:
    day = on_paper(6) + timedelta(weeks=2)
    made = by_rfc(wasmtime, day, BUG._replace(serious=True))
    assert versions(made) == ["1.0.1", "5.0.1", "6.0.1"]
    assert {one.day for one in made.patched} == {day}
    assert made.kind == "security"


@pytest.mark.parametrize(
    "change",
    [BUG._replace(on_by_default=False), BUG._replace(suitable=False), Change("performance"), Change("feature")],
    ids=["off by default", "unsuitable", "performance", "feature"],
)
def test_what_is_no_suitable_bug_fix_of_a_default_goes_to_main_alone(wasmtime: Policy, change: Change) -> None:
    made = by_rfc(wasmtime, on_paper(6) + DAY, change)
    assert versions(made) == []
    assert made.main is not None
    assert str(made.main.version) == "7.0.0"


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        (1, ["1.0.1"]),
        (3, ["1.0.1", "3.0.1"]),
        (5, ["1.0.1", "5.0.1"]),
        (9, ["1.0.1", "5.0.1", "9.0.1"]),
        (10, ["5.0.1", "10.0.1"]),
        (15, ["10.0.1", "15.0.1"]),
        (16, ["10.0.1", "15.0.1", "16.0.1"]),
    ],
)
def test_where_the_rfc_is_silent_about_security(wasmtime: Policy, current: int, expected: list[str]) -> None:
    """One LTS before 5; a current line that is an LTS counts once; at 10 the first LTS is out, since two are active."""
    assert versions(by_rfc(wasmtime, on_paper(current) + DAY, SECURITY)) == expected


@pytest.mark.parametrize(
    ("current", "expected"),
    [(4, ["1.0.1", "5.0.0"]), (5, ["1.0.1", "5.0.1", "6.0.0"]), (9, ["5.0.1", "10.0.0"]), (10, ["5.0.1", "10.0.1", "11.0.0"]), (14, ["10.0.1", "15.0.0"])],
)
def test_where_the_rfc_is_silent_about_bugs(wasmtime: Policy, current: int, expected: list[str]) -> None:
    """The current line gets a fix by the train alone, unless it is an LTS; an LTS line that ends with the train gets nothing more."""
    assert versions(by_rfc(wasmtime, on_paper(current) + DAY, BUG)) == expected


def test_on_a_release_day_a_security_fix_goes_to_the_lines_before_and_after(wasmtime: Policy) -> None:
    assert versions(by_rfc(wasmtime, on_paper(12), SECURITY)) == ["5.0.1", "10.0.1", "11.0.1", "12.0.0"]
    assert versions(by_rfc(wasmtime, on_paper(10), SECURITY)) == ["1.0.1", "5.0.1", "9.0.1", "10.0.0"], "1 is in until then"


@pytest.mark.parametrize(("when", "expected"), [("before", ["5.0.1", "10.0.1", "11.0.1", "12.0.0"]), ("after", ["5.0.1", "10.0.1", "12.0.0"])])
def test_a_policy_may_say_otherwise_of_a_release_day(wasmtime: Policy, when: Any, expected: list[str]) -> None:
    day = on_paper(12)
    rules = in_force(wasmtime, day, RFC)._replace(release_day=when)
    assert versions(plan(schedule(wasmtime, (), day, rules=RFC), rules, SECURITY)) == expected


def test_a_line_outside_the_affected_range_is_left_alone(wasmtime: Policy) -> None:
    made = by_rfc(wasmtime, on_paper(12) + DAY, SECURITY._replace(affects=lambda version: version >= Version((10,))))
    assert versions(made) == ["10.0.1", "12.0.1"]
    assert {one.line.name for one in made.decisions if one.verdict == "not affected"} >= {"5", "1"}


def test_every_decision_names_its_rule(wasmtime: Policy) -> None:
    made = by_rfc(wasmtime, on_paper(12) + DAY, SECURITY)
    assert {one.rule for one in made.decisions} == {"rfc-2021-09-09: fixes.security"}
    assert all(one.why for one in made.decisions)


# ---- embeddings

PY = Component("wasmtime-py", "py", packages=("pkg:pypi/wasmtime",), bundles="wasmtime")
GO = Component("wasmtime-go", "go", packages=("pkg:golang/registry.example/wasmtime-go",), bundles="wasmtime")
NET = Component("wasmtime-dotnet", "net", packages=("pkg:nuget/Wasmtime",), bundles="wasmtime")


def of(*texts: str) -> list[Version]:
    return [Version.of(one) for one in texts]


def test_an_embedding_gets_the_number_of_the_runtime_inside(wasmtime: Policy, releases: tuple[Released, ...]) -> None:
    day = date(2026, 8, 10)
    rules = in_force(wasmtime, day)
    made = plan(schedule(wasmtime, [one for one in releases if one.day <= day], day), rules, SECURITY)
    rows = {one.line.name: carried(PY, one, of("46.0.1", "36.0.0", "35.0.0", "24.0.0"), rules, bumps="major") for one in made.decisions}
    assert {name: (row.verdict, str(row.version)) for name, row in rows.items() if row.verdict == "gets it"} == {
        "46": ("gets it", str(rows["46"].decision.version)),
        "36": ("gets it", str(rows["36"].decision.version)),
        "24": ("gets it", str(rows["24"].decision.version)),
    }
    assert rows["47"].why == "is behind: its newest line is 46"
    assert rows["45"].why == "never released 45: nobody has it"


@pytest.mark.parametrize(
    ("component", "own", "version", "why"),
    [
        (PY, ["12.0.0"], "12.0.0.post1", "a fix of its own: patch numbers are the core's"),
        (PY, ["12.0.0", "12.0.0.post1"], "12.0.0.post2", "a fix of its own: patch numbers are the core's"),
        (NET, ["12.0.0"], "12.0.0.1", "a fix of its own: patch numbers are the core's"),
        (NET, ["12.0.0", "12.0.0.3"], "12.0.0.4", "a fix of its own: patch numbers are the core's"),
        (GO, ["12.0.0"], "12.0.1", "golang has no suffix for a fix of its own: waits for the core's next patch"),
        (PY, ["11.0.0"], "None", "is behind: its newest line is 11"),
        (PY, [], "None", "has no release yet"),
    ],
)
def test_a_fix_of_one_embedding_alone_takes_its_suffix(wasmtime: Policy, component: Component, own: list[str], version: str, why: str) -> None:
    """Patch numbers are the core's: an embedding that took 12.0.1 for itself would say that it carries 12.0.1."""
    day = on_paper(12) + DAY
    seen = schedule(wasmtime, [Released(Version((12, 0, 0)), on_paper(12))], day, rules=RFC)
    first = plan(seen, in_force(wasmtime, day, RFC), SECURITY).decisions[0]
    row = alone(component, first, of(*own), bumps="major")
    assert (str(row.version), row.why) == (version, why)


# ---- Wasmtime's advisories

PREDICTED = {
    "GHSA-hpqh-2wqx-7qp5": None,  # before any rule was written down
    "GHSA-4873-36h9-wv49": None,
    "GHSA-q879-9g95-56mx": None,
    "GHSA-v4cp-h94r-m7xf": None,
    "GHSA-88xq-w8cq-xfg7": ["0.33", "0.34"],
    "GHSA-gwc9-348x-qwv2": ["0.34", "0.35"],
    "GHSA-jqwc-c49r-4w2x": ["0.37", "0.38"],
    "GHSA-5fhj-g3p3-pq9g": ["0.37", "0.38", "0.39"],  # 0.39 came out on that day
    "GHSA-7f6x-jwh5-m9r4": ["0.37", "0.38", "0.39"],
    "GHSA-44mr-8vmm-wjhg": ["1", "2"],
    "GHSA-h84q-m8rr-3v9q": ["1", "2"],
    "GHSA-wh6w-3828-g9qf": ["1", "2"],
    "GHSA-ff4p-7xrq-q5r8": ["5", "6"],
    "GHSA-xm67-587q-r2vw": ["5", "6"],
    "GHSA-ch89-5g45-qwc7": ["7", "8"],
    "GHSA-gw5p-q8mj-p7gh": ["11", "12"],
    "GHSA-75hq-h6g9-h4q5": ["19"],  # 18 is unaffected
    "GHSA-7qmx-3fpx-r45m": ["24", "25"],
    "GHSA-q8hx-mm92-4wvg": ["24", "25"],
    "GHSA-c2f5-jxjv-2hh8": ["25", "26"],
}


def predicted(policy: Policy, releases: tuple[Released, ...], advisory: Advisory) -> list[str] | None:
    """The lines that the rule in force on the day sends the fix to; None where no rule was."""
    rules = policy.on(advisory.day)
    if rules is None:
        return None

    def affects(version: Version) -> bool:
        return advisory._replace(patched=()).affects(version)

    made = plan(schedule(policy, releases, advisory.day), rules, SECURITY._replace(affects=affects))
    return [one.line.name for one in reversed(made.patched)]


def patched(row: dict[str, Any]) -> set[str]:
    """The lines that were patched in truth, a new one of the same day among them."""
    numbers = [Version.of(one if isinstance(one, str) else one["version"]) for one in [*row["versions_patched"], *row["patched_later"]]]
    return {str(one.major) if one.major else f"0.{one.minor}" for one in numbers} | set(row["new_major_same_day"])


def test_the_lines_that_each_advisory_of_wasmtime_goes_to(wasmtime: Policy, releases: tuple[Released, ...], facts: Path) -> None:
    known = read_advisories("advisories.json", (facts / "advisories.json").read_bytes())
    assert {one.id: predicted(wasmtime, releases, one) for one in known if one.id in PREDICTED} == PREDICTED


def test_what_was_patched_differs_from_the_rule_by_the_exceptions_alone(wasmtime: Policy, releases: tuple[Released, ...], facts: Path) -> None:
    rows = {one["ghsa"]: one for one in json.loads((facts / "advisories.json").read_text("utf-8"))["advisories"]}
    exceptions = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text("utf-8"))
    assert all(one["reason"] for one in exceptions.values())
    differing = {}
    for one in read_advisories("advisories.json", (facts / "advisories.json").read_bytes()):
        lines = predicted(wasmtime, releases, one)
        if lines is not None and set(lines) != patched(rows[one.id]):
            more, fewer = patched(rows[one.id]) - set(lines), set(lines) - patched(rows[one.id])
            differing[one.id] = {key: sorted(some) for key, some in (("more", more), ("fewer", fewer)) if some}
    assert differing == {name: {key: one[key] for key in ("more", "fewer") if key in one} for name, one in exceptions.items()}
