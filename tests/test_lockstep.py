"""What each component must say when the project moves, and what `check` says when one does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sync.errors import Severity, UsageError
from sync.lag import Grace
from sync.targets import Release
from sync.version import Version
from tests.trees import Family, said

MANIFEST = """
[project]
name = "demo"
leader = "core"

[repos.core]
url = "https://registry.example/core"
[repos.py]
url = "https://registry.example/py"

[[components]]
name = "core"
tier = 1
repo = "core"
packages = ["pkg:cargo/core"]
requirement = "^"

[[components]]
name = "internals"
repo = "core"
packages = ["pkg:cargo/core-*"]
requirement = "="

[[components]]
name = "engine"
repo = "core"
packages = ["pkg:cargo/engine"]
version = "0.{major + 87}.{patch}"

[[components]]
name = "py"
tier = 3
repo = "py"
packages = ["pkg:pypi/core"]
bundles = "core"
places = [{ file = "download.py", name = "VERSION", as = "v{version}", of = "core", or = ["dev"] }]
"""

CORE = {
    "Cargo.toml": """[workspace]
members = ["core", "base", "engine"]

[workspace.package]
version = "7.0.1"

[workspace.dependencies]
core = { path = "core", version = "7.0.1" }
core-base = { path = "base", version = "=7.0.1" }
engine = { path = "engine", version = "0.94.1" }
serde = "7.0.1"
""",
    "core/Cargo.toml": '[package]\nname = "core"\nversion.workspace = true\n\n[dependencies]\ncore-base.workspace = true\n',
    "base/Cargo.toml": '[package]\nname = "core-base"\nversion.workspace = true\n',
    "engine/Cargo.toml": '[package]\nname = "engine"\nversion = "0.94.1"\n',
}
PY = {
    "pyproject.toml": '[project]\nname = "core"\nversion = "7.0.1"\n',
    "download.py": 'VERSION = "v7.0.1"\n',
}


def family(tmp_path: Path, **changed: dict[str, str]) -> Family:
    return Family(tmp_path, MANIFEST, {"core": {**CORE, **changed.get("core", {})}, "py": {**PY, **changed.get("py", {})}})


def test_a_family_in_lockstep_has_no_findings(tmp_path: Path) -> None:
    outcome = family(tmp_path).check()
    assert outcome.findings == ()
    assert outcome.changes == {}


def test_a_bump_moves_every_site_by_its_rule(tmp_path: Path) -> None:
    one = family(tmp_path)
    one.write(one.bump("8.0.0"))
    assert one.text("core", "Cargo.toml") == CORE["Cargo.toml"].replace("7.0.1", "8.0.0").replace("0.94.1", "0.95.0").replace('serde = "8.0.0"', 'serde = "7.0.1"')
    assert one.text("core", "engine/Cargo.toml") == '[package]\nname = "engine"\nversion = "0.95.0"\n'
    assert one.text("py", "pyproject.toml") == '[project]\nname = "core"\nversion = "8.0.0"\n'
    assert one.text("py", "download.py") == 'VERSION = "v8.0.0"\n'
    assert one.check().findings == ()


def test_a_bump_back_gives_the_first_bytes(tmp_path: Path) -> None:
    one = family(tmp_path)
    before = {(repo, path): one.text(repo, path) for repo, files in (("core", CORE), ("py", PY)) for path in files}
    one.write(one.bump("9.0.0"))
    one.write(one.bump("7.0.1", allow_downgrade=True))
    assert {key: one.text(*key) for key in before} == before


def test_a_candidate_stays_in_the_leaders_repository(tmp_path: Path) -> None:
    one = family(tmp_path)
    outcome = one.bump("8.0.0-rc.1")
    assert set(outcome.changes) == {"core"}
    one.write(outcome)
    assert 'version = "0.95.0-rc.1"' in one.text("core", "engine/Cargo.toml")
    assert said(one.check()) == []


def test_a_candidate_is_written_as_it_was_typed_where_no_file_shows_another_way(tmp_path: Path) -> None:
    follows = MANIFEST.replace('repo = "py"\n', 'repo = "py"\nprereleases = true\n')
    one = Family(tmp_path, follows, {"core": {**CORE, "base/Cargo.toml": '[package]\nname = "core-base"\nversion = "7.0.1-rc.1"\n'}, "py": PY})
    one.write(one.bump("8.0.0-beta1"))
    assert one.text("core", "Cargo.toml") == CORE["Cargo.toml"].replace("7.0.1", "8.0.0-beta1").replace("0.94.1", "0.95.0-beta1").replace('serde = "8.0.0-beta1"', 'serde = "7.0.1"')
    assert one.text("core", "base/Cargo.toml").endswith('"8.0.0-beta.1"\n')
    assert [one.text("py", path) for path in PY] == [text.replace("7.0.1", new) for text, new in zip(PY.values(), ("8.0.0b1", "8.0.0-beta1"), strict=True)]
    assert said(one.check()) == []


def test_an_embedding_at_another_major_is_an_error(tmp_path: Path) -> None:
    outcome = family(tmp_path, py={"pyproject.toml": '[project]\nname = "core"\nversion = "6.0.0"\n', "download.py": 'VERSION = "v6.0.0"\n'}).check()
    assert said(outcome) == ["py/pyproject.toml:3:12: py is at 6.0.0, core is released at 7.0.1"]


def test_an_embedding_a_patch_behind_is_a_warning_with_its_lag(tmp_path: Path) -> None:
    one = family(tmp_path, py={"pyproject.toml": '[project]\nname = "core"\nversion = "7.0.0"\n', "download.py": 'VERSION = "v7.0.0"\n'})
    one.releases = {"core": [Release(Version.of("7.0.1"), date(2026, 11, 10), "v7.0.1"), Release(Version.of("7.0.0"), date(2026, 10, 20), "v7.0.0")]}
    outcome = one.check()
    assert said(outcome) == []
    assert said(outcome, "warning") == ["py/pyproject.toml:3:12: py is at 7.0.0, core is released at 7.0.1; the first release that it lacks is 12 days old"]
    assert outcome.changes == {}


@pytest.mark.parametrize(("days", "severity"), [(0, "error"), (11, "error"), (12, "warning"), (30, "warning")])
def test_another_major_is_an_error_once_the_policys_grace_has_passed(tmp_path: Path, days: int, severity: Severity) -> None:
    one = family(tmp_path, py={"pyproject.toml": '[project]\nname = "core"\nversion = "6.0.0"\n', "download.py": 'VERSION = "v6.0.0"\n'})
    one.releases = {"core": [Release(Version.of("7.0.1"), date(2026, 11, 18), "v7.0.1"), Release(Version.of("7.0.0"), date(2026, 11, 10), "v7.0.0")]}
    one.grace = Grace(days)
    assert said(one.check(), severity) == ["py/pyproject.toml:3:12: py is at 6.0.0, core is released at 7.0.1; the first release that it lacks is 12 days old"]


def test_a_policy_may_make_a_missing_patch_an_error(tmp_path: Path) -> None:
    one = family(tmp_path, py={"pyproject.toml": '[project]\nname = "core"\nversion = "7.0.0"\n', "download.py": 'VERSION = "v7.0.0"\n'})
    one.grace = Grace(patches=True)
    assert said(one.check()) == ["py/pyproject.toml:3:12: py is at 7.0.0, core is released at 7.0.1"]


def test_an_embedding_ahead_is_an_error(tmp_path: Path) -> None:
    outcome = family(tmp_path, py={"pyproject.toml": '[project]\nname = "core"\nversion = "7.0.2"\n', "download.py": 'VERSION = "v7.0.2"\n'}).check()
    assert said(outcome) == ["py/pyproject.toml:3:12: py is at 7.0.2, ahead of core, which is released at 7.0.1"]


def test_a_runtime_that_differs_from_the_number_is_named_with_both_places(tmp_path: Path) -> None:
    outcome = family(tmp_path, py={"download.py": 'VERSION = "v7.0.0"\n'}).check()
    assert said(outcome) == ["py/download.py:1:12: version is v7.0.0, py is at 7.0.1 (py/pyproject.toml:3:12), so it must bundle core 7.0.1; expected v7.0.1"]


def test_a_word_that_is_accepted_passes_check_and_is_overwritten_by_bump(tmp_path: Path) -> None:
    one = family(tmp_path, py={"download.py": 'VERSION = "dev"\n'})
    assert said(one.check()) == []
    one.write(one.bump("8.0.0"))
    assert one.text("py", "download.py") == 'VERSION = "v8.0.0"\n'


def test_an_embeddings_own_fix_keeps_its_suffix_and_bundles_the_runtime(tmp_path: Path) -> None:
    one = family(tmp_path, py={"pyproject.toml": '[project]\nname = "core"\nversion = "7.0.1.post1"\n'})
    assert said(one.check()) == []
    one.write(one.bump("8.0.0"))
    assert 'version = "8.0.0"' in one.text("py", "pyproject.toml")


def test_a_component_out_of_its_rule_is_an_error(tmp_path: Path) -> None:
    outcome = family(tmp_path, core={"engine/Cargo.toml": '[package]\nname = "engine"\nversion = "0.94.0"\n'}).check()
    assert said(outcome) == ["core/engine/Cargo.toml:3:12: version is 0.94.0; core, the leader, is at 7.0.1 (core/Cargo.toml:5:12); expected 0.94.1"]


def test_a_requirement_in_the_wrong_style_is_an_error(tmp_path: Path) -> None:
    outcome = family(tmp_path, core={"Cargo.toml": CORE["Cargo.toml"].replace('"=7.0.1"', '"7.0.1"')}).check()
    assert said(outcome) == ['core/Cargo.toml:9:41: pkg:cargo/core-base is required as "7.0.1"; internals is required with =']


def test_a_package_that_no_component_lists_is_one_finding_with_the_line_that_ends_it(tmp_path: Path) -> None:
    outcome = family(tmp_path, core={"tool/Cargo.toml": '[package]\nname = "tool"\nversion = "3.0.0"\n'}).check()
    assert said(outcome) == ["core/tool/Cargo.toml:3:12: 1 declared package that no component lists: pkg:cargo/tool"]
    assert 'packages = ["pkg:cargo/tool"]' in outcome.findings[0].hint


def test_a_package_that_inherits_a_managed_version_is_a_member(tmp_path: Path) -> None:
    one = family(tmp_path, core={"tool/Cargo.toml": '[package]\nname = "tool"\nversion.workspace = true\n'})
    assert said(one.check()) == []


def test_a_package_at_zero_is_never_managed(tmp_path: Path) -> None:
    one = family(tmp_path, core={"fuzz/Cargo.toml": '[package]\nname = "core-fuzz"\nversion = "0.0.0"\n[dependencies]\ncore = { path = "../core" }\n'})
    assert said(one.check()) == []
    assert "core/fuzz/Cargo.toml" not in {f"core/{change.path}" for change in one.bump("8.0.0").changes["core"]}


def test_a_listed_package_that_is_nowhere_is_an_error(tmp_path: Path) -> None:
    one = Family(tmp_path, MANIFEST.replace('"pkg:cargo/engine"]', '"pkg:cargo/engine", "pkg:cargo/gone"]'), {"core": CORE, "py": PY})
    assert said(one.check()) == ["versync.toml:25:9: engine lists pkg:cargo/gone, which no file of core declares"]


def test_a_place_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    outcome = family(tmp_path, py={"download.py": "RELEASE = 'v7.0.1'\n"}).check()
    assert said(outcome) == ['py/download.py: name "VERSION" matches nothing']


def test_a_repository_that_is_not_at_hand_is_not_checked(tmp_path: Path) -> None:
    one = Family(tmp_path, MANIFEST, {"py": PY})
    outcome = one.check()
    assert said(outcome) == []
    assert [note.repo for note in outcome.unchecked] == ["core"]


def test_without_the_leader_a_repository_is_held_against_itself(tmp_path: Path) -> None:
    outcome = Family(tmp_path, MANIFEST, {"py": {**PY, "download.py": 'VERSION = "v6.0.0"\n'}}).check()
    assert said(outcome) == ["py/download.py:1:12: version is v6.0.0, py is at 7.0.1 (py/pyproject.toml:3:12), so it must bundle core 7.0.1; expected v7.0.1"]


def test_a_downgrade_is_refused_unless_it_is_asked_for(tmp_path: Path) -> None:
    one = family(tmp_path)
    assert any("core is at 7.0.1; 6.0.0 would be a downgrade" in text for text in said(one.bump("6.0.0")))
    assert said(one.bump("6.0.0", allow_downgrade=True)) == []


@pytest.mark.parametrize(("word", "version"), [("major", "8.0.0"), ("minor", "7.1.0"), ("patch", "7.0.2")])
def test_a_word_raises_the_leaders_version(tmp_path: Path, word: str, version: str) -> None:
    assert str(family(tmp_path).bump(word).targets.project) == version


def test_a_component_can_be_named(tmp_path: Path) -> None:
    one = family(tmp_path)
    one.write(one.bump("8.0.0", engine="0.200.0"))
    assert 'version = "0.200.0"' in one.text("core", "engine/Cargo.toml")


def test_a_component_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no component is called nobody"):
        family(tmp_path).bump("8.0.0", nobody="1.0.0")


def test_a_fix_of_an_embeddings_own_is_no_target_for_what_cannot_say_it(tmp_path: Path) -> None:
    one = family(tmp_path)
    with pytest.raises(UsageError, match=r"core cannot be 8.0.0.post1: Cargo.toml holds semver versions, which have no .postN"):
        one.bump("8.0.0.post1")
    outcome = one.bump("", py="7.0.1.post1")
    assert [change.after for change in outcome.changes["py"]] == [PY["pyproject.toml"].replace("7.0.1", "7.0.1.post1").encode()]


def test_a_target_that_is_no_version_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"8\.x"):
        family(tmp_path).bump("8.x")


def test_a_place_inside_an_adapters_site_that_writes_the_same_bytes_is_no_conflict(tmp_path: Path) -> None:
    manifest = """
[project]
name = "net"
leader = "net"
[repos.net]
[[components]]
name = "net"
repo = "net"
packages = ["pkg:nuget/Net"]
places = [{ file = "Net.csproj", text = "<AssemblyVersion>{version}.0<" }]
"""
    csproj = "<Project>\n  <PropertyGroup>\n    <Version>7.0.1</Version>\n    <AssemblyVersion>7.0.1.0</AssemblyVersion>\n  </PropertyGroup>\n</Project>\n"
    one = Family(tmp_path, manifest, {"net": {"Net.csproj": csproj}})
    outcome = one.bump("8.0.0")
    assert said(outcome) == []
    one.write(outcome)
    assert one.text("net", "Net.csproj") == csproj.replace("7.0.1", "8.0.0")


def test_an_upper_bound_moves_with_its_requirement(tmp_path: Path) -> None:
    one = family(tmp_path, core={"Cargo.toml": CORE["Cargo.toml"].replace('path = "engine", version = "0.94.1"', 'path = "engine", version = ">=0.94, <0.95"')})
    one.write(one.bump("8.0.0"))
    assert 'version = ">=0.95, <0.96"' in one.text("core", "Cargo.toml")


def test_a_pyproject_takes_its_version_from_a_crate_that_inherits_it(tmp_path: Path) -> None:
    manifest = MANIFEST.replace('packages = ["pkg:cargo/core"]', 'packages = ["pkg:cargo/core", "pkg:pypi/core-bindings"]').replace('repo = "py"\npackages', 'repo = "py"\npackages')
    files = {
        **CORE,
        "Cargo.toml": CORE["Cargo.toml"].replace('"engine"]', '"engine", "bindings"]'),
        "bindings/Cargo.toml": '[package]\nname = "core-bindings"\nversion.workspace = true\n',
        "bindings/pyproject.toml": '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n\n[project]\nname = "core-bindings"\ndynamic = ["version"]\n',
    }
    one = Family(tmp_path, manifest, {"core": files, "py": PY})
    assert said(one.check()) == []


def test_a_candidate_in_a_field_of_numbers_is_written_without_it_and_said(tmp_path: Path) -> None:
    manifest = '[project]\nname = "x"\nleader = "x"\n[repos.x]\n[[components]]\nname = "x"\nrepo = "x"\npackages = ["pkg:cargo/x", "pkg:cmake/x"]\n'
    files = {"Cargo.toml": '[package]\nname = "x"\nversion = "1.2.3"\n', "CMakeLists.txt": "project(x VERSION 1.2.3)\n"}
    one = Family(tmp_path, manifest, {"x": files})
    outcome = one.bump("2.0.0-rc.1")
    assert said(outcome) == []
    assert said(outcome, "note") == ["x/CMakeLists.txt:1:19: 2.0.0-rc.1 is written as 2.0.0: a numeric version has no place for the rest"]
    one.write(outcome)
    assert one.text("x", "CMakeLists.txt") == "project(x VERSION 2.0.0)\n"
    assert said(one.check()) == []


def test_a_fourth_number_is_refused_where_an_ecosystem_has_three(tmp_path: Path) -> None:
    found = said(family(tmp_path).bump("8.0.0.1"))
    assert "core/Cargo.toml:5:12: 8.0.0.1 has four numbers, and a cargo version has three; name another for core: core=VERSION" in found


def test_a_leader_without_a_first_version_is_told_so(tmp_path: Path) -> None:
    outcome = family(tmp_path, core={"Cargo.toml": CORE["Cargo.toml"].replace('version = "7.0.1"\n\n', 'version = "0.0.0"\n\n')}).check()
    assert "core/Cargo.toml:5:12: core is at 0.0.0, which counts as no version yet" in said(outcome)


def test_a_merge_conflict_is_told_as_such(tmp_path: Path) -> None:
    broken = '<<<<<<< ours\n[package]\n=======\n[package]\n>>>>>>> theirs\nname = "engine"\nversion = "0.94.1"\n'
    outcome = family(tmp_path, core={"engine/Cargo.toml": broken}).check()
    assert said(outcome)[0] == "core/engine/Cargo.toml:1:1: a merge conflict is not resolved here"


def test_a_packed_integer_can_lead(tmp_path: Path) -> None:
    manifest = """
[project]
name = "x"
leader = "x"
[repos.x]
[[components]]
name = "x"
repo = "x"
packages = ["pkg:generic/x"]
places = [{ file = "version.h", macro = "X_VERSION", as = "{major}{minor:02}{patch:02}", declares = "pkg:generic/x" }]
"""
    one = Family(tmp_path, manifest, {"x": {"version.h": "#define X_VERSION 120201\n"}})
    assert str(one.check().targets.project) == "12.2.1"
    one.write(one.bump("minor"))
    assert one.text("x", "version.h") == "#define X_VERSION 120300\n"


def test_an_embedding_cannot_be_named_away_from_the_runtime_that_it_bundles(tmp_path: Path) -> None:
    one = family(tmp_path)
    assert said(one.bump("8.0.0", py="7.5.0")) == ["py: py bundles core, which goes to 8.0.0: 7.5.0 would name another runtime"]
    assert said(one.bump("8.0.0", py="8.0.0.post1")) == []


def helpers(tmp_path: Path, first: str, second: str) -> Family:
    manifest = '[project]\nname = "x"\nleader = "x"\n[repos.x]\n[[components]]\nname = "x"\nrepo = "x"\npackages = ["pkg:npm/x"]\n'
    manifest += '[[components]]\nname = "helper"\nrepo = "x"\npackages = ["pkg:cargo/helper"]\nversion = "independent"\n'
    files = {"package.json": '{\n  "name": "x",\n  "version": "5.0.0"\n}\n'}
    files |= {f"{name}/Cargo.toml": f'[package]\nname = "helper"\nversion = "{version}"\n' for name, version in (("v1", first), ("v2", second))}
    return Family(tmp_path, manifest, {"x": files})


def test_a_bump_does_not_lower_another_package_of_the_same_name(tmp_path: Path) -> None:
    one = helpers(tmp_path, "1.0.1", "2.0.0")
    assert said(one.bump("5.1.0")) == [
        "x/v2/Cargo.toml:3:12: two files declare pkg:cargo/helper: v1/Cargo.toml:3:12 at 1.0.1, v2/Cargo.toml:3:12 at 2.0.0; 1.0.1 would be a downgrade",
    ]
    assert said(one.bump("5.1.0", allow_downgrade=True)) == []
    assert [finding.hint for finding in one.check().findings] == ["versync bump 5.0.0 --allow-downgrade"]


def test_a_bump_that_raises_both_packages_of_a_name_is_carried_out(tmp_path: Path) -> None:
    one = helpers(tmp_path, "1.0.1", "2.0.0")
    assert said(one.bump("5.1.0", helper="2.0.0")) == []
    assert said(helpers(tmp_path / "behind", "2.0.0", "1.0.1").bump("5.1.0")) == []


def test_a_candidate_where_only_numbers_fit_is_no_downgrade(tmp_path: Path) -> None:
    manifest = '[project]\nname = "x"\nleader = "x"\n[repos.x]\n[[components]]\nname = "x"\nrepo = "x"\npackages = ["pkg:cargo/x", "pkg:cmake/x"]\n'
    files = {"Cargo.toml": '[package]\nname = "x"\nversion = "2.0.0-rc.1"\n', "CMakeLists.txt": "project(x VERSION 2.0.0)\n"}
    assert said(Family(tmp_path, manifest, {"x": files}).bump("2.0.0-rc.2")) == []
