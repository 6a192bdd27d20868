"""``versync backport plan`` and ``versync which`` over repositories with tags."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sync.errors import UsageError
from sync.policy.advisories import lacking, read
from sync.version import Version
from tests.commands import Ran, released, repository, versync
from tests.trees import put

MANIFEST = """
[project]
name = "demo"
leader = "core"
policy = "demo"
advisories = "advisories.json"

[repos.core]
url = "https://registry.example/core"
[repos.py]
url = "https://registry.example/py"
[repos.net]
url = "https://registry.example/net"

[[components]]
name = "core"
repo = "core"
packages = ["pkg:cargo/core"]

[[components]]
name = "engine"
repo = "core"
packages = ["pkg:cargo/engine"]
version = "0.{major + 87}.{patch}"

[[components]]
name = "tool"
repo = "core"
packages = ["pkg:cargo/tool"]
version = "independent"

[[components]]
name = "py"
repo = "py"
packages = ["pkg:pypi/core"]
bundles = "core"
places = [{ file = "download.py", name = "VERSION", as = "v{version}", of = "core" }]

[[components]]
name = "net"
repo = "net"
packages = ["pkg:nuget/Core.Net"]
bundles = "core"
"""

POLICY = """
[policy]
name = "demo"

[[rules]]
id = "monthly"
effective = 2026-01-01
cadence = { months = 1, day = 20 }
versions = { bumps = "major" }
lts = { first = "4", divisible-by = 4, active = 2 }
phases = [
  { name = "supported", lines = "ordinary", for = { releases = 2 }, fixes = ["security", "bug"] },
  { name = "lts", lines = "lts", for = { months = 8 }, fixes = ["security"] },
]

[rules.fixes.security]
when = "at once"
older = "discretion"

[rules.fixes.bug]
when = "volunteers"
requires = ["on-by-default"]
"""

ADVISORIES = {
    "advisories": [
        {"ghsa": "GHSA-one", "cve": "CVE-1", "date": "2026-05-02", "rustsec_patched": [">= 4.0.1, < 5.0.0", ">= 7.0.1"], "rustsec_unaffected": ["< 4.0.0"]},
        {"ghsa": "GHSA-two", "cve": None, "date": "2026-08-02", "rustsec_patched": [], "rustsec_unaffected": []},
    ]
}

CORE = {f"v{major}.0.0": f"2026-0{major}-20" for major in range(1, 8)} | {"v4.0.1": "2026-07-21", "v7.0.1": "2026-07-22"}


def python(version: str, runtime: str) -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "core"\nversion = "{version}"\n', "download.py": f'VERSION = "v{runtime}"\n'}


@pytest.fixture
def family(tmp_path: Path) -> Path:
    put(tmp_path, {"versync.toml": MANIFEST, "policies/demo.toml": POLICY, "advisories.json": json.dumps(ADVISORIES)})
    cargo = {"Cargo.toml": '[package]\nname = "core"\nversion = "7.0.1"\n'}
    released(repository(tmp_path / "core", cargo), CORE)
    own = {"v4.0.0": python("4.0.0", "4.0.0"), "v4.0.1": python("4.0.1", "4.0.0"), "v6.0.0": python("6.0.0", "6.0.0")}
    released(repository(tmp_path / "py", python("3.0.0", "3.0.0")), {"v4.0.0": "2026-04-20", "v4.0.1": "2026-05-01", "v6.0.0": "2026-06-21"}, own)
    return tmp_path


def asked(family: Path, *arguments: str, day: str = "2026-07-31") -> Ran:
    return versync(family, *arguments, "--on", day, "--repo", "core=core", "--repo", "py=py")


def plan(family: Path, *arguments: str, day: str = "2026-07-31") -> dict[str, Any]:
    told = asked(family, "backport", "plan", "--format", "json", *arguments, day=day)
    assert told.code == 0, told.err
    found: dict[str, Any] = json.loads(told.out)
    return found


def test_a_plan_says_for_each_line_and_embedding_what_it_gets(family: Path) -> None:
    made = plan(family, "--kind", "security")
    rows = {one["line"]: (one["fix"], one["version"], {each["component"]: (each["fix"], each["version"]) for each in one["components"]}) for one in made["lines"] if one["fix"] == "gets it"}
    assert rows == {
        "7": ("gets it", "7.0.2", {"py": ("no", None), "net": ("gets it", "7.0.2")}),  # net is not at hand: by the rule
        "6": ("gets it", "6.0.1", {"py": ("gets it", "6.0.1"), "net": ("gets it", "6.0.1")}),
        "4": ("gets it", "4.0.2", {"py": ("gets it", "4.0.2"), "net": ("gets it", "4.0.2")}),
    }
    assert made["main"] == {"version": "8.0.0", "day": "2026-08-20"}
    assert {one["fix"] for one in made["lines"] if one["line"] in ("1", "2", "3", "5")} == {"discretion"}


def test_a_plan_for_people_says_what_is_not_at_hand_apart(family: Path) -> None:
    told = asked(family, "backport", "plan", "--kind", "security")
    assert "net is not at hand: its releases are not checked" in told.err
    assert told.out.splitlines()[0] == "security fix of core on 2026-07-31, by monthly (policies/demo.toml:5): 3 lines get it"
    row = next(line for line in told.out.splitlines() if line.startswith("4 LTS"))
    assert row.split() == ["4", "LTS", "core", "gets", "it", "4.0.2", "2026-07-31", "lts", "until", "2026-12-20:", "gets", "security", "fixes;", "at", "once"]
    assert told.out.count("\n1 to 5") == 1, "the ended lines are one row"


def test_an_affected_range_keeps_the_fix_from_other_lines(family: Path) -> None:
    made = plan(family, "--kind", "security", "--affected", ">=5, <7.0.1", "--affected", "=4.0.1")
    assert [one["line"] for one in made["lines"] if one["fix"] == "gets it"] == ["6", "4"]
    assert {one["line"]: one["fix"] for one in made["lines"]}["7"] == "not affected"


def test_a_bug_fix_waits_for_volunteers_and_never_reaches_a_phase_without_it(family: Path) -> None:
    made = plan(family, "--kind", "bug")
    assert {one["line"]: one["fix"] for one in made["lines"] if one["fix"] != "no"} == {"7": "volunteers", "6": "volunteers"}
    lts = next(one for one in made["lines"] if one["line"] == "4")
    assert lts["why"] == "lts: gets no bug fixes"


def test_a_fix_of_one_embedding_alone(family: Path) -> None:
    made = plan(family, "--kind", "security", "--component", "py")
    rows = {one["line"]: one["components"][0] for one in made["lines"]}
    assert {line: rows[line]["version"] for line in ("7", "6", "4")} == {"7": None, "6": "6.0.0.post1", "4": "4.0.1.post1"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kind", "security", "--component", "engin"), 'has no component engin\n  hint: did you mean "engine"?'),
        (("--kind", "security", "--component", "net"), "the releases of net are not at hand"),
        (("--kind", "security", "--affected", "before 7"), '--affected "before 7" is no range'),
        (("--kind", "security", "--rules", "weekly"), 'no rule set is called "weekly"'),
        (("--kind", "security", "--policy", "dema"), "there is no policy dema"),
        (("--kind", "urgent"), "'urgent' is not one of"),
    ],
)
def test_what_is_asked_wrongly_is_said(family: Path, arguments: tuple[str, ...], message: str) -> None:
    told = asked(family, "backport", "plan", *arguments)
    assert (told.code, told.out) == (2, "")
    assert message in told.err


def test_a_day_before_the_first_rule_set_has_none(family: Path) -> None:
    told = asked(family, "backport", "plan", "--kind", "security", day="2025-12-31")
    assert told.code == 2
    assert "no rule set is in force on 2025-12-31; the first is so from 2026-01-01" in told.err


def test_a_day_to_come_is_planned_from_the_trains_that_will_have_left(family: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.cli.ruled.today", lambda: date(2026, 7, 31))
    made = plan(family, "--kind", "security", day="2026-11-25")
    assert {one["line"]: one["version"] for one in made["lines"] if one["fix"] == "gets it"} == {"11": "11.0.1", "10": "10.0.1", "8": "8.0.1", "4": "4.0.2"}
    assert made["main"]["version"] == "12.0.0"
    assert "2026-11-25 is to come: what is released until then is by the rules" in asked(family, "backport", "plan", "--kind", "security", day="2026-11-25").err


@pytest.mark.parametrize("command", [("backport", "plan", "--kind", "bug"), ("which", "pkg:cargo/core@4.0.0"), ("support",), ("next",), ("site", "--output", "public")])
def test_a_day_that_is_centuries_ahead_is_a_slip(family: Path, command: tuple[str, ...]) -> None:
    told = asked(family, *command, day="9999-12-31")
    assert told.code == 2
    assert "9999-12-31 is more than a century ahead\n  hint: a nearer day" in told.err


def test_the_page_shows_what_is_and_no_day_to_come(family: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.cli.publishing.today", lambda: date(2026, 7, 31))
    told = asked(family, "site", "--output", "public", day="2026-08-01")
    assert (told.code, "2026-08-01 is to come" in told.err, (family / "public").exists()) == (2, True, False)


def test_rules_that_lead_out_of_the_calendar_are_said_with_their_place(family: Path) -> None:
    path = family / "policies" / "demo.toml"
    path.write_text(path.read_text("utf-8").replace("months = 1,", "months = 1200,").replace("day = 20 }", 'day = 20, anchor = { version = "1.0.0", day = 2026-01-20 } }'), encoding="utf-8")
    told = asked(family, "schedule", "--count", "100")
    assert told.code == 2
    assert "policies/demo.toml:5:1: error: the rules of monthly lead beyond the year 9999" in told.err


# ---- which


def test_a_number_that_lies_is_read_at_its_tag(family: Path) -> None:
    told = asked(family, "which", "pkg:pypi/core@4.0.1")
    assert told.code == 0, told.err
    assert told.out == (
        "pkg:pypi/core@4.0.1 is py, with core 4.0.0 inside (read at tag v4.0.1, though its number says 4.0.1)\n"
        "line 4 (LTS): lts until 2026-12-20\n"
        "lacks 1 known fix: GHSA-one (2026-05-02)\n"
        "py has not released 4.0.1 (newest patch of its line, newest LTS line, supported until 2026-12-20)\n"
        "py has not released 7.0.1 (current line, supported until 2026-09-20)\n"
        "upgrade to 6.0.0: newest supported line that it has, supported until 2026-08-20, which still lacks 1\n"
    )


def test_the_core_is_told_its_newest_patch_and_the_current_line(family: Path) -> None:
    told = asked(family, "which", "pkg:cargo/core@4.0.0")
    assert told.out.splitlines() == [
        "pkg:cargo/core@4.0.0 is core 4.0.0",
        "line 4 (LTS): lts until 2026-12-20",
        "lacks 1 known fix: GHSA-one (2026-05-02)",
        "upgrade to 4.0.1: newest patch of its line, newest LTS line, supported until 2026-12-20",
        "upgrade to 7.0.1: current line, supported until 2026-09-20",
    ]


def test_a_phase_ends_before_its_line_does(family: Path) -> None:
    path = family / "policies" / "demo.toml"
    quiet = '{ name = "quiet", lines = "ordinary", for = { months = 3 }, fixes = ["security"] }'
    path.write_text(path.read_text("utf-8").replace('fixes = ["security", "bug"] }', f'fixes = ["security", "bug"] }},\n  {quiet}'), encoding="utf-8")
    assert asked(family, "which", "pkg:cargo/core@7.0.1").out.splitlines()[1] == "line 7: supported until 2026-09-20, end of life 2026-12-20"


def test_a_go_module_may_be_named_as_it_spells_its_path(family: Path) -> None:
    manifest = family / "versync.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"pkg:nuget/Core.Net"', '"pkg:golang/registry.example/core"'), encoding="utf-8")
    assert asked(family, "which", "pkg:golang/registry.example/core/v6@v6.0.0").out.startswith("pkg:golang/registry.example/core@6.0.0 is net, with core 6.0.0 inside")


def test_what_an_advisory_is_called_cannot_move_the_cursor(family: Path) -> None:
    (family / "advisories.json").write_text(json.dumps({"advisories": [{"ghsa": "G\x1b[2J", "date": "2026-05-02"}]}), encoding="utf-8")
    assert "lacks 1 known fix: G\\x1b[2J (2026-05-02)" in asked(family, "which", "pkg:cargo/core@7.0.1").out


def test_how_many_advisories_were_looked_at_is_said(family: Path) -> None:
    assert "\nlacks no known fix (of 1 advisory, the newest of 2026-05-02)\n" in asked(family, "which", "pkg:cargo/core@7.0.1").out


def test_a_component_with_a_rule_is_found_by_the_release_that_it_goes_with(family: Path) -> None:
    told = json.loads(asked(family, "which", "--format", "json", "pkg:cargo/engine@0.92.0").out)
    assert (told["core"], told["line"]["name"], told["state"]) == ("5.0.0", "5", "end of life")
    assert told["lacks"] == [{"id": "GHSA-one", "cve": "CVE-1", "day": "2026-05-02"}], "the second was not known on that day"
    assert [one["version"] for one in told["upgrades"]] == ["7.0.1"]


def test_an_embedding_that_is_not_at_hand_is_told_from_its_number(family: Path) -> None:
    told = asked(family, "which", "pkg:nuget/core.net@6.0.0.2")
    assert told.out.startswith("pkg:nuget/core.net@6.0.0.2 is net, with core 6.0.0 inside (by its number)\n")
    assert "net is not at hand: the runtime inside is told from the number, not checked" in told.err


@pytest.mark.parametrize(
    ("package", "message"),
    [
        ("pkg:pypi/core", "should be a package URL with a version"),
        ("core@4.0.0", "should be a package URL with a version"),
        ("pkg:pypi/core@four", '"four" is not a version'),
        ("pkg:pypi/cor@4.0.0", 'pkg:pypi/cor is no package of demo\n  hint: did you mean "pkg:pypi/core"?'),
        ("pkg:cargo/tool@0.1.0", "tool has a number of its own"),
        ("pkg:cargo/engine@0.12.0", "engine has no release 0.12.0"),
    ],
)
def test_a_package_that_cannot_be_placed_is_said(family: Path, package: str, message: str) -> None:
    told = asked(family, "which", package)
    assert (told.code, told.out) == (2, "")
    assert message in told.err


# ---- the file of advisories


def test_what_nobody_has_ruled_out_is_affected() -> None:
    known = read("a.json", json.dumps(ADVISORIES).encode())
    assert [one.id for one in lacking(known, Version.of("3.9.9"))] == ["GHSA-two"]
    assert [one.id for one in lacking(known, Version.of("4.0.0"))] == ["GHSA-two", "GHSA-one"]
    assert [one.id for one in lacking(known, Version.of("7.0.1"))] == ["GHSA-two"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "a.json: error: not a file of advisories: "),
        ("[]", "a.json: error: not a file of advisories: "),
        ('{"advisories": [{"date": "2026-01-01"}]}', "a.json: error: advisories[0]: has no 'ghsa'"),
        ('{"advisories": [{"ghsa": "G", "date": "soon"}]}', "a.json: error: advisories[0]: Invalid isoformat string: 'soon'"),
        ('{"advisories": [{"ghsa": "G", "date": "2026-01-01", "rustsec_patched": ["now"]}]}', 'a.json: error: advisories[0]: rustsec_patched: "now" is no range such as ">= 24.0.2, < 25.0.0"'),
        ('{"advisories": [3]}', "a.json: error: advisories[0]: is no object"),
    ],
)
def test_a_broken_file_of_advisories_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read("a.json", text.encode())
    assert message in str(caught.value)
