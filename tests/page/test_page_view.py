"""The facts of the page, from small families and from Wasmtime's rules, against what a person would read off them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from sync.policy.lines import schedule
from sync.policy.model import Released
from sync.policy.read import read
from sync.report.page import view
from sync.report.page.matrix import rows
from sync.report.page.model import Calendar, Page, Row
from sync.targets import Release, Releases
from sync.version import Version
from tests.trees import DAY, Family

ROOT = Path(__file__).parents[2]

MANIFEST = """
[project]
name = "demo"
leader = "core"

[repos.core]
url = "https://registry.example/core"
[repos.py]
url = "https://registry.example/py"
tag = "{version}"
[repos.go]
[repos.tools]

[[components]]
name = "core"
tier = 1
repo = "core"
packages = ["pkg:cargo/core"]

[[components]]
name = "base"
repo = "core"
packages = ["pkg:cargo/core-base"]
requirement = "="

[[components]]
name = "gone"
repo = "core"
packages = ["pkg:cargo/core-old"]
unmanaged = [{ packages = ["pkg:cargo/core-old"], from = "6" }]

[[components]]
name = "py"
tier = 3
repo = "py"
packages = ["pkg:pypi/core"]
bundles = "core"
places = [{ file = "download.py", name = "VERSION", as = "v{version}", of = "core", or = ["dev"] }]

[[components]]
name = "go"
tier = 3
repo = "go"
packages = ["pkg:golang/registry.example/core"]
bundles = "core"

[[components]]
name = "tools"
repo = "tools"
packages = ["pkg:npm/tools"]
version = "independent"

[[components]]
name = "cpp"
tier = 3
repo = "core"
retired = "5.0.0"
"""

CORE = {
    "Cargo.toml": '[package]\nname = "core"\nversion = "7.1.0"\n[dependencies]\ncore-base = { path = "base", version = "=7.1.0" }\n',
    "base/Cargo.toml": '[package]\nname = "core-base"\nversion = "7.1.0"\n',
}
PY = {"pyproject.toml": '[project]\nname = "core"\nversion = "7.1.0"\n', "download.py": 'VERSION = "v7.1.0"\n'}
TOOLS = {"package.json": '{"name": "tools", "version": "0.3.0"}\n'}

RELEASES: Releases = {
    "core": [Release(Version.of("7.1.0"), date(2026, 11, 20), "v7.1.0"), Release(Version.of("7.0.1"), date(2026, 10, 23), "v7.0.1"), Release(Version.of("7.0.0"), date(2026, 9, 1), "v7.0.0")],
    "py": [Release(Version.of("7.0.0"), date(2026, 9, 2), "7.0.0")],
}


def matrix(folder: Path, releases: Releases = RELEASES, **repos: Mapping[str, str]) -> dict[str, Row]:
    """The rows of a family of those repositories, by component, on the 22nd of November 2026."""
    family = Family(folder, MANIFEST, repos, releases)
    return {one.name: one for one in rows(family.manifest, family.check(), releases, DAY)}


def page(folder: Path, releases: Releases = RELEASES, **repos: Mapping[str, str]) -> Page:
    family = Family(folder, MANIFEST, repos, releases)
    return view.page(family.manifest, family.check(), releases, DAY, None, missing="there is no policy")


def test_a_family_in_lockstep(tmp_path: Path) -> None:
    found = matrix(tmp_path, core=CORE, py=PY, tools=TOOLS)
    assert found["core"] == Row("core", 1, "core", "https://registry.example/core", "7.1.0", "v7.1.0", date(2026, 11, 20), "", "", None, "in sync")
    assert found["py"] == Row("py", 3, "py", "https://registry.example/py", "7.1.0", "7.0.0", date(2026, 9, 2), "core", "7.1.0", 0, "in sync")
    assert (found["tools"].state, found["tools"].why, found["tools"].lag) == ("in sync", "a number of its own", None)


def test_what_is_not_at_hand_is_not_checked(tmp_path: Path) -> None:
    found = matrix(tmp_path, core=CORE)
    assert {name: one.state for name, one in found.items()} == {
        "core": "in sync",
        "base": "in sync",
        "gone": "not managed",
        "py": "not checked",
        "go": "not checked",
        "tools": "not checked",
        "cpp": "retired",
    }
    assert (found["py"].declared, found["py"].runtime, found["py"].lag) == ("", "", None)
    assert (found["cpp"].declared, found["cpp"].why, found["gone"].why) == ("5.0.0", "since 5.0.0", "at 7.1.0")


def test_an_embedding_without_its_leader_is_not_called_in_sync(tmp_path: Path) -> None:
    found = matrix(tmp_path, {"py": RELEASES["py"]}, py=PY)
    assert (found["py"].state, found["py"].why, found["py"].lag) == ("not checked", "no checkout of core was at hand to hold it against", None)
    assert (found["py"].declared, found["py"].runtime) == ("7.1.0", "7.1.0")


@pytest.mark.parametrize(
    ("version", "lag", "state"),
    [("7.0.1", 2, "behind"), ("7.0.0", 30, "behind"), ("6.2.0", 82, "out of sync"), ("7.1.0.post1", 0, "in sync")],
)
def test_the_lag_counts_from_the_first_release_that_is_lacking(tmp_path: Path, version: str, lag: int, state: str) -> None:
    """From the 20th of November to the 22nd; from the 23rd of October; from the 1st of September."""
    core = version.removesuffix(".post1")
    found = matrix(tmp_path, core=CORE, py={"pyproject.toml": PY["pyproject.toml"].replace("7.1.0", version), "download.py": f'VERSION = "v{core}"\n'})
    assert (found["py"].declared, found["py"].runtime, found["py"].lag, found["py"].state) == (version, core, lag, state)


def test_a_runtime_that_differs_is_shown_as_it_is(tmp_path: Path) -> None:
    found = matrix(tmp_path, core=CORE, py={**PY, "download.py": 'VERSION = "v7.0.1"\n'})
    assert (found["py"].runtime, found["py"].state) == ("7.0.1", "out of sync")
    assert found["core"].state == "in sync", "it is not the core that is wrong"


def test_a_word_in_the_place_of_a_runtime_is_shown(tmp_path: Path) -> None:
    assert matrix(tmp_path, core=CORE, py={**PY, "download.py": 'VERSION = "dev"\n'})["py"].runtime == "dev"


def test_a_requirement_in_the_wrong_style_is_the_fault_of_the_one_required(tmp_path: Path) -> None:
    found = matrix(tmp_path, core={**CORE, "Cargo.toml": CORE["Cargo.toml"].replace('"=7.1.0"', '"7.1.0"')})
    assert (found["base"].state, found["core"].state) == ("out of sync", "in sync")


def test_a_file_that_cannot_be_read_puts_its_whole_repository_in_doubt(tmp_path: Path) -> None:
    found = matrix(tmp_path, core={**CORE, "base/Cargo.toml": "[package\n"}, tools=TOOLS)
    assert {found["core"].state, found["base"].state} == {"out of sync"}
    assert found["tools"].state == "in sync"


def test_a_package_that_nobody_lists_is_a_finding_and_no_components_fault(tmp_path: Path) -> None:
    seen = page(tmp_path, core={**CORE, "new/Cargo.toml": '[package]\nname = "lamp"\nversion = "7.1.0"\n'})
    assert {one.name: one.state for one in seen.rows}["core"] == "in sync"
    assert (seen.state, sorted(one.kind for one in seen.findings)) == ("out of sync", ["error", "not-checked", "note"])


def test_a_place_that_is_gone_is_its_components_fault(tmp_path: Path) -> None:
    found = matrix(tmp_path, core=CORE, py={"pyproject.toml": PY["pyproject.toml"]})
    assert found["py"].state == "out of sync"


def test_whoever_requires_an_old_release_is_behind_and_not_what_is_required(tmp_path: Path) -> None:
    found = matrix(tmp_path, core=CORE, tools={**TOOLS, "Cargo.toml": '[package]\nname = "t"\nversion = "0.0.0"\n[dependencies]\ncore = "6"\n'})
    assert (found["tools"].state, found["core"].state) == ("behind", "in sync")


def test_a_component_of_which_nothing_is_read_is_not_checked(tmp_path: Path) -> None:
    family = Family(tmp_path, MANIFEST.replace("pkg:npm/tools", "pkg:hackage/tools"), {"core": CORE, "tools": TOOLS}, RELEASES)
    found = {one.name: one for one in rows(family.manifest, family.check(), RELEASES, DAY)}
    assert (found["tools"].state, found["tools"].why) == ("not checked", "nothing states its version")


def test_the_leader_comes_first_and_then_what_is_wrong(tmp_path: Path) -> None:
    seen = page(tmp_path, core=CORE, py={**PY, "download.py": 'VERSION = "v7.0.1"\n'})
    assert [(one.name, one.state) for one in seen.rows] == [
        ("core", "in sync"),
        ("py", "out of sync"),
        ("go", "not checked"),
        ("tools", "not checked"),
        ("base", "in sync"),
        ("gone", "not managed"),
        ("cpp", "retired"),
    ]
    assert (seen.title, seen.version, seen.released, seen.calendar, seen.missing) == ("demo", "7.1.0", "7.1.0", None, "there is no policy")


def test_without_any_repository_nothing_is_in_sync(tmp_path: Path) -> None:
    seen = page(tmp_path, {})
    assert (seen.state, seen.summary) == ("not checked", "nothing was checked; 4 not checked")
    assert {one.state for one in seen.rows} == {"not checked", "retired"}
    assert [(one.kind, one.place) for one in seen.findings] == [("not-checked", "")], "one line for all that are nowhere"


def test_findings_name_no_folder_of_the_machine(tmp_path: Path) -> None:
    family = Family(tmp_path, MANIFEST, {"core": {**CORE, "new/Cargo.toml": '[package]\nname = "lamp"\nversion = "7.1.0"\n'}}, RELEASES)
    family.manifest = family.manifest._replace(path=f"{tmp_path}/versync.toml")
    seen = view.page(family.manifest, family.check(), RELEASES, DAY, None)
    assert [one.place.partition(":")[0] for one in seen.findings if one.kind == "note"] == ["versync.toml"]
    assert any("add to a component of versync.toml" in one.hint for one in seen.findings)
    assert not any(str(tmp_path) in text for one in seen.findings for text in (one.place, one.message, one.hint))


# ---- The calendar, by Wasmtime's rules of August 2026: monthly on the 20th, every twelfth for two years, two of them at a time.

MONTHLY = [Released(Version((at, 0, 0)), date(2025, 8, 20) if at == 36 else date(2025 + (7 + at - 36) // 12, (7 + at - 36) % 12 + 1, 20)) for at in range(36, 49)]
"""36 on the 20th of August 2025, 48 on the 20th of August 2026."""


def calendar(day: date, *more: Released) -> Calendar:
    path = ROOT / "manifests" / "policies" / "wasmtime.toml"
    return view.calendar(schedule(read(path.name, path.read_bytes()), [*MONTHLY, *more], day, count=view.AHEAD))


def test_the_calendar_shows_what_is_supported_what_has_just_ended_and_what_comes() -> None:
    seen = calendar(date(2026, 9, 1))
    assert [(one.name, one.state, one.lts) for one in seen.lines] == [
        ("36", "lts", True),
        ("44", "end of life", False),
        ("45", "end of life", False),
        ("46", "end of life", False),
        ("47", "supported", False),
        ("48", "lts", True),
        ("49", "planned", False),
        ("50", "planned", False),
        ("51", "planned", False),
        ("52", "planned", False),
        ("60", "planned", True),
    ]
    assert [one.name for one in seen.lines if one.supported(date(2026, 9, 1))] == ["36", "47", "48"]
    assert (seen.rules.title, seen.rules.effective) == ("Monthly, with LTS and candidates", date(2026, 8, 11))


def test_a_line_that_ends_with_another_names_it_until_that_is_out() -> None:
    lines = {one.name: one for one in calendar(date(2026, 9, 1)).lines}
    assert (lines["47"].ends, lines["47"].ends_with) == (date(2026, 9, 21), "49")
    assert (lines["48"].ends, lines["48"].ends_with) == (date(2028, 8, 20), "")
    assert (lines["46"].ends, lines["46"].ends_with) == (date(2026, 8, 20), "")
    assert lines["47"].fixes == ("security", "bug")
    assert lines["46"].fixes == lines["49"].fixes == ()


def test_a_train_that_should_have_left_is_overdue() -> None:
    late = next(one for one in calendar(date(2026, 9, 25)).lines if one.name == "49")
    assert (late.state, late.due, late.cut) == ("overdue", date(2026, 9, 21), date(2026, 9, 5))
    assert next(one for one in calendar(date(2026, 9, 10)).lines if one.name == "49").state == "candidate"


def test_the_newest_release_of_a_line_is_shown() -> None:
    seen = calendar(date(2026, 9, 1), Released(Version.of("48.0.2"), date(2026, 8, 28)), Released(Version.of("48.0.3"), date(2026, 9, 2)))
    assert next(one for one in seen.lines if one.name == "48").newest == "48.0.2"
