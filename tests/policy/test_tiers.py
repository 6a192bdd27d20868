"""Tiers: each kind of evidence held against facts, both ways; the next tier up; dependencies on something lower; Wasmtime's own claims."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sync.manifest.read import read as read_manifest
from sync.policy.depends import Lower, lower, requirements
from sync.policy.facts import Facts
from sync.policy.read import read
from sync.policy.tiers import Standing, findings, standard, standings, strangers
from tests.policy.claimed import DAY, facts, manifest, policy, released
from tests.trees import Family

ASKED = """
[[criteria]]
id = "shown"
title = "it is so"
platforms = ["x86_64", "aarch64"]
[[criteria]]
id = "stable"
title = "rarely breaks"
[[criteria]]
id = "released"
title = "keeps up"
lag = { days = 14, lines = 2 }
[[standards]]
id = "first"
effective = 2020-01-01
tiers = [{ tier = 1, requires = ["stable"] }, { tier = 2, requires = ["shown", "released"] }, { tier = 3, requires = [] }]
"""

TAGS = {"core": released(v6="2026-06-20", v7="2026-07-20", v8="2026-08-20")}


def stand(claims: str, seen: Facts, name: str = "core") -> Standing:
    made = policy(ASKED + claims)
    return next(one for one in standings(made.claims, made.claims.standards[0], manifest(), seen) if one.component.name == name)


def shown(evidence: str, seen: Facts) -> tuple[str, str, bool]:
    """The verdict on ``shown`` for core, with that evidence."""
    row = stand(f'[[components]]\nname = "core"\nevidence = [{{ criteria = ["shown"], {evidence} }}]\n', seen)
    one = next(one for one in row.all if one.criterion.id == "shown")
    return one.state, one.says, one.verified


RUNS = "jobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: [ubuntu-latest, ubuntu-24.04-arm]\n"
CORE = {"core": {"README.md": "one\n  two", ".github/CODEOWNERS": "/src/ @one\n/src/lost\n", "src/a.rs": "", "src/b.rs": "", "src/lost/c.rs": "", "ci.yml": RUNS}}


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        ('state = "met", file = "README.md"', ("met", "core/README.md", True)),
        ('state = "met", file = "README.md", holds = ["one two"]', ("met", "core/README.md", True)),
        ('state = "met", file = "README.md", holds = ["one two", "three"]', ("refuted", "core/README.md does not hold 'three'", True)),
        ('state = "met", file = "LICENSE"', ("refuted", "there is no core/LICENSE", True)),
        ('state = "met", repo = "py", file = "LICENSE"', ("not checked", "py is not at hand", False)),
        ('state = "met", owners = "src/a.rs"', ("met", "core/.github/CODEOWNERS: @one", True)),
        ('state = "met", owners = "src"', ("refuted", "core/.github/CODEOWNERS names no owner of src/lost/c.rs", True)),
        ('state = "met", owners = "docs"', ("refuted", "there is no core/docs", True)),
        ('state = "met", owners = "README.md"', ("refuted", "core/.github/CODEOWNERS names no owner of README.md", True)),
        ('state = "met", repo = "py", owners = "src"', ("not checked", "py is not at hand", False)),
        ('state = "met", workflow = "ci.yml"', ("met", "core/ci.yml runs on x86_64, aarch64", True)),
        ('state = "met", workflow = "cd.yml"', ("refuted", "there is no core/cd.yml", True)),
        ('state = "met", link = "https://registry.example/1"', ("met", "https://registry.example/1", False)),
        ('state = "met", person = "@one", file = "README.md"', ("met", "core/README.md; @one", True)),
        ('state = "no", reason = "not yet"', ("no", "not yet", False)),
        ('state = "in progress", link = "https://registry.example/1"', ("in progress", "https://registry.example/1", False)),
        ('state = "waived", reason = "small"', ("waived", "small", False)),
    ],
)
def test_evidence_is_held_against_what_is_there(evidence: str, verdict: tuple[str, str, bool]) -> None:
    assert shown(evidence, facts(CORE)) == verdict


@pytest.mark.parametrize(
    ("workflow", "state", "says"),
    [
        ("jobs:\n  a:\n    runs-on: ubuntu-latest\n", "refuted", "core/ci.yml runs on x86_64-linux, not on aarch64"),
        (
            "jobs:\n  a:\n    runs-on: ubuntu-latest\n  b:\n    runs-on: ${{ fromJSON(needs.a.outputs.os) }}\n",
            "not checked",
            "core/ci.yml: whether it runs on aarch64 is not written there, the runners of b are computed",
        ),
        ("jobs: [\n", "not checked", "core/ci.yml could not be read"),
    ],
)
def test_a_workflow_that_does_not_say_is_not_checked(workflow: str, state: str, says: str) -> None:
    assert shown('state = "met", workflow = "ci.yml"', facts({"core": {"ci.yml": workflow}}))[:2] == (state, says)


def test_no_codeowners_and_no_evidence() -> None:
    assert shown('state = "met", owners = "src"', facts({"core": {"src/a": ""}}))[:2] == ("refuted", "core has no CODEOWNERS")
    row = stand("", facts(CORE))
    assert [(one.criterion.id, one.state) for one in row.own] == [("shown", "unanswered"), ("released", "met"), ("stable", "unanswered")]


@pytest.mark.parametrize(
    ("own", "day", "state", "says"),
    [
        (released(v7="2026-07-30", v8="2026-08-21"), DAY, "met", "behind the leader: 8: 1 day, 7: 10 days"),
        (released(v7="2026-07-30"), DAY, "met", "behind the leader: 8: 2 days, not yet, 7: 10 days"),
        (released(v7="2026-07-30"), date(2026, 9, 4), "no", "behind the leader: 8: 15 days, not yet, 7: 10 days, should be 14 days at most"),
        (released(v7="2026-07-30"), date(2026, 9, 3), "met", "behind the leader: 8: 14 days, not yet, 7: 10 days"),
        (released(v7="2026-08-10", v8="2026-08-20"), DAY, "no", "behind the leader: 8: 0 days, 7: 21 days, should be 14 days at most"),
        (released(v8="2026-08-20"), DAY, "no", "behind the leader: 8: 0 days, 7: 33 days, not yet, should be 14 days at most"),
        (released(v7="2026-07-20", v8="2026-08-30"), DAY, "met", "behind the leader: 8: 2 days, not yet, 7: 0 days"),  # what comes later is not seen yet
        (released(v7_0_1="2026-07-25", v7="2026-08-20", v8="2026-08-19"), DAY, "met", "behind the leader: 8: 0 days, 7: 5 days"),  # ahead is not behind
        ([], DAY, "not checked", "py has no release tags at hand"),
    ],
)
def test_the_lag_is_read_from_tags(own: list[object], day: date, state: str, says: str) -> None:
    row = stand("", facts(releases={**TAGS, "py": own}, day=day), "py")  # type: ignore[dict-item]  # releases, or none
    one = next(one for one in row.further if one.criterion.id == "released")
    assert (one.state, one.says) == (state, says)


def test_candidates_are_no_releases() -> None:
    own = [*released(v7="2026-07-20"), *[one._replace(version=one.version.of("8.0.0-rc.1")) for one in released(v8="2026-08-20")]]
    row = stand("", facts(releases={**TAGS, "py": own}, day=date(2026, 9, 4)), "py")
    assert [one.state for one in row.further if one.criterion.id == "released"] == ["no"]


def test_a_lag_that_is_claimed_to_be_none_is_refuted_and_one_that_is_waived_is_not_looked_at() -> None:
    claims = '[[components]]\nname = "py"\nevidence = [{{ criteria = ["released"], state = "{}", reason = "r" }}]\n'
    late = facts(releases={**TAGS, "py": released(v6="2026-06-20")})
    assert [[one.state for one in stand(claims.format(state), late, "py").further if one.criterion.id == "released"] for state in ("met", "waived")] == [["refuted"], ["waived"]]


def test_what_is_missing_is_what_the_next_tier_up_asks() -> None:
    claims = """
[[components]]
name = "c-api"
evidence = [{ criteria = ["shown"], state = "waived", reason = "r" }, { criteria = ["stable"], state = "in progress" }]
[[components]]
name = "py"
evidence = [{ criteria = ["stable"], state = "met", link = "https://registry.example" }]
"""
    made = policy(ASKED + claims)
    rows = standings(made.claims, made.claims.standards[0], manifest(), facts(CORE, TAGS))
    assert [(row.component.name, row.tier, row.next, [one.criterion.id for one in row.missing]) for row in rows] == [
        ("core", 1, None, ["shown", "stable"]),
        ("c-api", 2, 1, ["stable"]),
        ("py", 3, 2, ["shown", "released"]),
    ]
    assert [one.criterion.id for one in rows[2].claims] == ["stable"]


def test_only_a_components_own_tier_and_false_claims_are_findings() -> None:
    claims = """
[[components]]
name = "core"
evidence = [{ criteria = ["shown"], state = "met", file = "LICENSE" }, { criteria = ["stable"], state = "no", reason = "r" }]
[[components]]
name = "c-api"
evidence = [{ criteria = ["shown"], state = "met", repo = "py", file = "a" }]
[[components]]
name = "py"
evidence = [{ criteria = ["shown"], state = "in progress" }, { criteria = ["stable"], state = "met", repo = "core", file = "LICENSE" }]
"""
    made = policy(ASKED + claims)
    found = findings(made, standings(made.claims, made.claims.standards[0], manifest(), facts(CORE, TAGS)))
    assert [(one.rule, one.severity, one.message) for one in found] == [
        ("claim", "error", "core: shown (it is so) is claimed to be met, and is not: there is no core/LICENSE"),
        ("criterion", "error", "core: tier 1 asks for more: stable (rarely breaks) is no: r"),
        ("not-checked", "note", "c-api: shown (it is so) is not checked: py is not at hand"),
        ("claim", "error", "py: stable (rarely breaks) is claimed to be met, and is not: there is no core/LICENSE"),
    ]
    assert all(one.path == "demo.toml" and one.line and one.column for one in found)


def test_a_standard_may_place_a_component_elsewhere() -> None:
    made = policy(ASKED.replace("tiers = [", "components = { py = 2, c-api = 1, internals = 3 }\ntiers = ["))
    rows = standings(made.claims, made.claims.standards[0], manifest(), facts())
    assert [(row.component.name, row.tier) for row in rows] == [("core", 1), ("c-api", 1), ("internals", 3), ("py", 2)]


# ---- dependencies

TIERS = {"core": 1, "c-api": 2, "internals": None, "py": 3}


def tree(core: str, internal: str = "", shared: str = "") -> dict[str, str]:
    """A workspace of three crates: core (tier 1), core-c-api (tier 2) and core-environ (no tier), with those dependencies."""
    crate = '[package]\nname = "{}"\nversion.workspace = true\n{}'
    root = '[workspace]\nmembers = ["*"]\n[workspace.package]\nversion = "7.0.0"\n[workspace.dependencies]\n'
    root += 'capi = { path = "capi", version = "7.0.0", package = "core-c-api" }\ncore-environ = { path = "environ", version = "=7.0.0" }\n' + shared
    return {
        "Cargo.toml": root,
        "core/Cargo.toml": crate.format("core", core),
        "capi/Cargo.toml": crate.format("core-c-api", ""),
        "environ/Cargo.toml": crate.format("core-environ", internal),
        "examples/Cargo.toml": crate.format("example", "[dependencies]\ncapi.workspace = true\n"),
    }


def lowered(folder: Path, files: dict[str, str]) -> list[Lower]:
    family = Family(folder, "\n".join(MANIFEST_OF_CORE), {"core": files})
    return lower(family.manifest, TIERS, family.look())


MANIFEST_OF_CORE = (
    '[project]\nname = "demo"\nleader = "core"\n[repos.core]\nurl = "https://registry.example/core"',
    '[[components]]\nname = "core"\ntier = 1\nrepo = "core"\npackages = ["pkg:cargo/core"]',
    '[[components]]\nname = "c-api"\ntier = 2\nrepo = "core"\npackages = ["pkg:cargo/core-c-api"]',
    '[[components]]\nname = "internals"\nrepo = "core"\npackages = ["pkg:cargo/core-*"]',
)

DIRECT = Lower("core", "c-api", 2, ("pkg:cargo/core", "pkg:cargo/core-c-api"))
THROUGH = Lower("core", "c-api", 2, ("pkg:cargo/core", "pkg:cargo/core-environ", "pkg:cargo/core-c-api"))


@pytest.mark.parametrize(
    ("core", "internal", "found"),
    [
        ("", "", []),
        ('[dependencies]\ncore-c-api = { path = "../capi", version = "7.0.0" }\n', "", [DIRECT]),
        ('[dependencies]\nsomething = { path = "../capi", version = "7.0.0", package = "core-c-api" }\n', "", [DIRECT]),
        ("[dependencies]\ncapi = { workspace = true, optional = true }\n", "", [DIRECT]),
        ("[target.'cfg(unix)'.dependencies]\ncapi.workspace = true\n", "", [DIRECT]),
        ("[build-dependencies]\ncapi.workspace = true\n", "", [DIRECT]),
        ("[dev-dependencies]\ncapi.workspace = true\n", "", []),
        ('[dev-dependencies]\ncore-c-api = { path = "../capi", version = "7.0.0" }\n', "", []),
        ("[dependencies]\ncore-environ.workspace = true\n", "[dependencies]\ncapi.workspace = true\n", [THROUGH]),
        ("[dependencies]\ncore-environ.workspace = true\n", "[dev-dependencies]\ncapi.workspace = true\n", []),
        ("[dev-dependencies]\ncore-environ.workspace = true\n", "[dependencies]\ncapi.workspace = true\n", []),
    ],
)
def test_a_dependency_on_a_lower_tier_is_found_with_the_way_there(tmp_path: Path, core: str, internal: str, found: list[Lower]) -> None:
    assert lowered(tmp_path, tree(core, internal)) == found


def test_what_depends_on_what_comes_from_each_packages_own_file(tmp_path: Path) -> None:
    family = Family(tmp_path, "\n".join(MANIFEST_OF_CORE), {"core": tree("[dependencies]\ncore-environ.workspace = true\n")})
    assert requirements(family.look()) == {"pkg:cargo/core": {"pkg:cargo/core-environ"}, "pkg:cargo/core-c-api": set(), "pkg:cargo/core-environ": set(), "pkg:cargo/example": {"pkg:cargo/core-c-api"}}


def test_a_runtime_inside_counts_too(tmp_path: Path) -> None:
    found = Family(tmp_path, "\n".join(MANIFEST_OF_CORE), {"core": tree("")}).look()
    assert lower(manifest(), {"py": 1, "core": 2}, found) == [Lower("py", "core", 2)]
    assert lower(manifest(), {"py": 1, "core": 1}, found) == []


@pytest.mark.parametrize(
    ("evidence", "left"),
    [
        ('state = "waived", reason = "r"', []),
        ('state = "waived", reason = "r", on = ["c-api"]', []),
        ('state = "waived", reason = "r", on = ["py"]', ["core is in tier 1 and depends on c-api, in tier 2: cargo/core -> cargo/core-c-api"]),
    ],
)
def test_a_dependency_may_be_waived_by_name(evidence: str, left: list[str]) -> None:
    made = policy(f'[[components]]\nname = "core"\nevidence = [{{ criteria = ["dependencies"], {evidence} }}]\n')
    assert [one.message for one in findings(made, (), [DIRECT])] == left


# ---- Wasmtime


def test_wasmtimes_claims_are_about_what_its_manifest_has(root: Path) -> None:
    path = root / "manifests" / "policies" / "wasmtime.toml"
    made = read(path.name, path.read_bytes())
    real = read_manifest("wasmtime.toml", (root / "manifests" / "wasmtime.toml").read_bytes())
    assert strangers(made, real) == []
    assert standard(made, date(2022, 7, 28)).id == "rfc-2021-09-09"
    assert standard(made, date(2022, 7, 29)).id == "docs-2022-07-29"
    assert standard(made, date(2026, 8, 22), "rfc-2021-09-27").id == "rfc-2021-09-09"
    rfc = made.claims.standards[0]
    assert set(rfc.required(1)) == {"api-stable", "rfc", "maintained", "released", "reviewed", "tested"}
    assert set(rfc.required(2)) == {"maintained", "released", "reviewed", "tested"}
    assert rfc.required(3) == ()
    # without a repository at hand nothing that can be verified counts as met
    for row in standings(made.claims, rfc, real, facts()):
        assert not [one for one in row.all if one.state == "met" and one.verified and one.criterion.id != "released"]
