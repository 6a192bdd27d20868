"""``versync tiers`` and ``features`` over real repositories: the demo family, and a history with something that nobody works on."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from sync import git
from tests.clones import clone_of
from tests.commands import Ran, committed, repository, versync
from tests.trees import put

DEMO = ("--manifest", "demo", "--workspace")

TABLE = """\
by the first tiers of the demo family (first, in force from 2024-01-01)

component    tier  criteria            missing for the next tier up
demo         1     3 of 3, 2 verified  -
c-api        2     2 of 2, 2 verified  tier 1: api-stable (in progress)
demo-py      3     none asked          nothing: ready for tier 2
demo-go      3     none asked          tier 2: documented (no)
demo-dotnet  3     none asked          tier 2: documented (unanswered)
demo-node    3     none asked          tier 2: documented (unanswered)
demo-rb      3     none asked          tier 2: documented (unanswered)

7 components, 0 below the tier that they claim; ready for the next tier up: demo-py
"""


def test_the_demo_family_is_where_it_says(pristine: Path, tmp_path: Path) -> None:
    ran = versync(tmp_path, "tiers", *DEMO, str(pristine), "--check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == TABLE


def test_what_is_named_says_what_it_rests_on(pristine: Path, tmp_path: Path) -> None:
    ran = versync(tmp_path, "tiers", *DEMO, str(pristine), "demo-py", "demo")
    assert "  released: met (verified): behind the leader: 7: 0 days\n" in ran.out
    assert "  documented: met (verified): demo-py/README.md\n" in ran.out
    assert "  api-stable: met (stated): the one who wrote crates/demo\n" in ran.out
    assert "c-api" not in ran.out


@pytest.mark.parametrize("command", ["tiers", "features"])
def test_an_unknown_name_is_said_with_the_nearest(pristine: Path, tmp_path: Path, command: str) -> None:
    ran = versync(tmp_path, command, *DEMO, str(pristine), "demo-pie" if command == "tiers" else "lihgt")
    assert ran.code == 2
    assert f'did you mean "{"demo-py" if command == "tiers" else "light"}"?' in ran.err


def test_a_file_that_is_gone_refutes_the_claim_at_its_line(demo: Path, tmp_path: Path, root: Path) -> None:
    (demo / "demo-py" / "README.md").unlink()
    (demo / "core" / "README.md").write_bytes(b"# something else\n")
    ran = versync(tmp_path, "tiers", *DEMO, str(demo), "--check")
    assert ran.code == 1
    text = (root / "manifests" / "policies" / "demo.toml").read_text("utf-8").splitlines()
    for number, line in enumerate(text, 1):
        if '"README.md"' in line and 'state = "met"' in line:
            assert f"demo.toml:{number}:{line.index('met') + 1}: error: " in ran.out
    assert "demo: documented (somebody who has never seen it can begin) is claimed to be met, and is not: core/README.md does not hold 'The core of the demo family'" in ran.out
    assert "demo-py: documented (somebody who has never seen it can begin) is claimed to be met, and is not: there is no demo-py/README.md" in ran.out
    assert versync(tmp_path, "tiers", *DEMO, str(demo)).code == 0, "without --check it only says so"


def test_what_is_not_at_hand_is_not_checked_and_never_met(tmp_path: Path) -> None:
    ran = versync(tmp_path, "tiers", *DEMO, str(tmp_path / "nothing"), "--check", "--on", "2024-02-01")
    assert ran.code == 0
    assert "demo         1     2 of 3, 1 verified  for its own: documented (not checked)\n" in ran.out
    assert "note: demo: documented (somebody who has never seen it can begin) is not checked: core is not at hand\n" in ran.out
    assert ran.out.endswith("; 8 not checked\n")
    assert versync(tmp_path, "tiers", *DEMO, str(tmp_path / "nothing"), "--check", "--require-all").code == 1


def test_a_tier_1_component_on_a_lower_one_fails_the_check_alone(demo: Path, tmp_path: Path) -> None:
    manifest = demo / "core" / "crates" / "demo" / "Cargo.toml"
    manifest.write_bytes(manifest.read_bytes() + b'demo-c-api = { path = "../c-api", version = "7.0.0" }\n')
    ran = versync(tmp_path, "tiers", *DEMO, str(demo), "--check")
    assert ran.code == 1
    assert "error: demo is in tier 1 and depends on c-api, in tier 2: cargo/demo -> cargo/demo-c-api\n" in ran.out
    waived = (tmp_path / "waived.toml", b'evidence = [\n  { criteria = ["dependencies"], state = "waived", on = ["c-api"], reason = "soon one crate" },\n')
    shipped = Path(__file__).parent.parent / "manifests" / "policies" / "demo.toml"
    waived[0].write_bytes(shipped.read_bytes().replace(b"evidence = [\n", waived[1], 1))
    assert versync(tmp_path, "tiers", *DEMO, str(demo), "--check", "--policy", "waived.toml").code == 0


def test_an_embedding_that_stays_behind_loses_what_it_had(demo: Path, tmp_path: Path) -> None:
    """The core goes to 8.0.0, three weeks before the day that is asked about; demo-py does not follow."""
    env = {**os.environ, "GIT_COMMITTER_DATE": "2024-03-19T12:00:00+00:00", "GIT_AUTHOR_DATE": "2024-03-19T12:00:00+00:00"}
    for words in (["commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message=Release 8.0.0"], ["tag", "v8.0.0"]):
        subprocess.run(["git", "-C", str(demo / "core"), *words], check=True, env=env)
    found = {}
    for day in ("2024-04-02", "2024-04-03"):
        data = json.loads(versync(tmp_path, "tiers", *DEMO, str(demo), "--on", day, "--format", "json").out)
        row = next(row for row in data["rows"] if row["component"] == "demo-py")
        found[day] = next(one for one in row["criteria"] if one["id"] == "released")
        assert row["missing"] == ([] if found[day]["state"] == "met" else ["released"])
    assert (found["2024-04-02"]["state"], found["2024-04-03"]["state"]) == ("met", "no")
    assert found["2024-04-03"]["says"] == "behind the leader: 8: 15 days, not yet, 7: 0 days, should be 14 days at most"


def test_features_of_the_demo_family(pristine: Path, tmp_path: Path) -> None:
    ran = versync(tmp_path, "features", *DEMO, str(pristine), "--check", "--on", "2025-01-16")
    assert ran.code == 0, "what is off and quiet is named, and fails nothing"
    assert "light is off at compile time and has had no activity in lantern since 2024-01-16, for 12 months or more: up for removal" in ran.out
    assert "up for removal" not in versync(tmp_path, "features", *DEMO, str(pristine), "--on", "2025-01-15").out


def test_a_feature_that_is_on_too_early_fails_the_check(demo: Path, tmp_path: Path) -> None:
    (demo / "core" / "crates" / "c-api" / "include" / "demo.h").write_bytes(b"#define DEMO_VERSION_MAJOR 7\n")
    ran = versync(tmp_path, "features", *DEMO, str(demo), "--check")
    assert ran.code == 1
    assert "version: c-api (there in the C API) is claimed to be met, and is not: core/crates/c-api/include/demo.h does not hold 'demo_version_major'\n" in ran.out


def test_markdown_is_a_table(pristine: Path, tmp_path: Path) -> None:
    lines = versync(tmp_path, "features", *DEMO, str(pristine), "--on", "2024-02-01", "--format", "markdown").out.splitlines()
    assert lines[2:6] == [
        "| feature | default | criteria | missing | last activity |",
        "|---|---|---|---|---|",
        "| version | on | 2 of 2, 2 verified | nothing | - |",
        "| light | off at compile time | 0 of 2 | documented (unanswered), c-api (no) | 2024-01-16 |",
    ]


def test_json_has_every_verdict_with_its_place(pristine: Path, tmp_path: Path) -> None:
    data = json.loads(versync(tmp_path, "features", *DEMO, str(pristine), "--on", "2025-02-01", "--format", "json").out)
    version, light = data["rows"]
    assert (data["standard"]["id"], version["stable"], light["stable"], light["upForRemoval"], light["lastActivity"]) == ("first", True, False, True, "2024-01-16")
    assert [(one["id"], one["state"], one["verified"]) for one in version["criteria"]] == [("documented", "met", True), ("c-api", "met", True)]
    assert version["criteria"][0]["line"] > 1
    assert [one["rule"] for one in data["findings"]] == ["removal"]


OLD = """
[policy]
name = "one"
[[rules]]
id = "r"
effective = 2020-01-01
cadence = { months = 1, day = 20 }
versions = { bumps = "major" }
phases = [{ name = "supported", fixes = [] }]
[[standards]]
id = "s"
effective = 2020-01-01
features = { requires = [], quiet-months = 12 }
[[features]]
name = "beam"
default = "off at compile time"
paths = ["beam", "gone"]
"""
ONE = '[project]\nname = "one"\nleader = "one"\npolicy = "one"\n[repos.one]\nurl = "https://registry.example/one"\n[[components]]\nname = "one"\nrepo = "one"\npackages = ["pkg:cargo/one"]\n'


def one(folder: Path, *arguments: str, repo: str = "") -> Ran:
    put(folder, {"versync.toml": ONE, "policies/one.toml": OLD})
    return versync(folder, "features", "--repo", f"one={repo or folder / 'one'}", "--on", "2026-01-01", *arguments)


@pytest.fixture
def dated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose folder beam was last touched at the end of 2023, and the rest in 2025; a third commit comes after the day."""
    for at, files in (("2023-12-31T23:59:59", {"beam/a.rs": "1", "gone": "1"}), ("2025-06-01T00:00:00", {"src/a.rs": "2"}), ("2026-01-02T00:00:00", {"beam/a.rs": "3"})):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{at}+00:00")
        if not (tmp_path / "one").exists():
            repository(tmp_path / "one", files, tag="v1.0.0")
        else:
            committed(tmp_path / "one", files)
    return tmp_path


def test_the_last_commit_in_a_features_paths_by_the_day_is_its_activity(dated: Path) -> None:
    assert "beam is off at compile time and has had no activity in beam, gone since 2023-12-31" in one(dated).out
    assert "activity" not in one(dated, "--on", "2026-01-02").out.partition("\n\n")[2].partition("\n\n")[2]


def test_a_history_that_is_cut_off_says_nothing_of_activity(dated: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{dated / 'one'}", str(dated / "shallow")], check=True)
    assert git.is_shallow(dated / "shallow")
    assert not git.is_shallow(dated / "one")
    ran = one(dated, repo=str(dated / "shallow"))
    assert "note: beam: its activity is not checked: the history of one is not at hand" in ran.out
    assert "up for removal" not in ran.out


def test_a_plain_folder_has_no_activity(dated: Path) -> None:
    put(dated / "plain", {"beam/a.rs": "1"})
    assert "its activity is not checked" in one(dated, repo=str(dated / "plain")).out


def test_a_policy_without_standards_says_so(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": ONE, "policies/one.toml": OLD.partition("[[standards]]")[0]})
    ran = versync(tmp_path, "tiers")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "policies/one.toml: error: the policy has no [[standards]]")


@pytest.mark.history
def test_wasmtimes_claims_hold_in_its_repositories(clones: Path, tmp_path: Path) -> None:
    """Over a folder of clones: what is claimed to be met and can be looked at is so."""
    named = {"wasmtime": "", "wasmtime-py": "", "wasmtime-go": "", "wasmtime-dotnet": "", "wasmtime-rb": "", "wit-bindgen": ""}
    found = {name: clone_of(clones, f"https://registry.example/bytecodealliance/{name}") for name in named}
    repos = [word for name, path in found.items() if path is not None for word in ("--repo", f"{name}={path}")]
    for command in ("tiers", "features"):
        data = json.loads(versync(tmp_path, command, "--manifest", "wasmtime", *repos, "--on", "2026-08-22", "--format", "json").out)
        states = [one for row in data["rows"] for one in row["criteria"]]
        print(command, data["summary"])
        assert sum(one["verified"] and one["state"] == "met" for one in states) > 20
        assert [one for one in states if one["state"] == "refuted"] == []
