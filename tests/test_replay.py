"""`versync replay` on a small history: a clean release, one with an unrelated edit, one with a place that nobody knew."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from sync.cli import main
from sync.replay import Replayed
from sync.report.replayed import why
from tests.bounds import ending
from tests.commands import committed, repository, versync
from tests.trees import put

MANIFEST = '[project]\nname = "x"\nleader = "x"\n[repos.x]\n[[components]]\nname = "x"\nrepo = "x"\npackages = ["pkg:cargo/x"]\n'
AUTHOR = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@registry.example"), ("DATE", "2026-01-01T00:00:00Z"))}


def cargo(version: str, edition: str = "2021") -> str:
    return f'[package]\nname = "x"\nversion = "{version}"\nedition = "{edition}"\n'


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """1.0.0, then 1.1.0 (clean), 1.2.0 (with a new edition), 1.3.0 (its README moves, too)."""
    releases = (
        {"Cargo.toml": cargo("1.0.0"), "README.md": "x 1.0.0\n"},
        {"Cargo.toml": cargo("1.1.0")},
        {"Cargo.toml": cargo("1.2.0", "2024")},
        {"Cargo.toml": cargo("1.3.0", "2024"), "README.md": "x 1.3.0\n"},
    )
    put(tmp_path, {"versync.toml": MANIFEST})
    git(tmp_path, "init", "--quiet")
    for files in releases:
        put(tmp_path, files)
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "release")
    return tmp_path


def git(folder: Path, *args: str) -> None:
    subprocess.run(["git", *args], cwd=folder, check=True, env={**os.environ, **AUTHOR})


def run(folder: Path, capfdbinary: pytest.CaptureFixture[bytes], *args: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as done:
        main(["replay", "--manifest", str(folder / "versync.toml"), *args])
    assert isinstance(done.value.code, int)
    return done.value.code, capfdbinary.readouterr().out.decode()


def test_every_release_has_its_verdict(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out = run(history, capfdbinary, "--format", "json")
    rows = {row["release"]: row for row in json.loads(out)}
    assert {release: row["verdict"] for release, row in rows.items()} == {"1.0.0 -> 1.1.0": "reproduced", "1.1.0 -> 1.2.0": "unrelated edit", "1.2.0 -> 1.3.0": "other"}
    hunk = {"path": "README.md", "line": 1, "cause": "other", "why": "the manifest does not know this place: x 1.3.0", "diff": ["-x 1.0.0", "+x 1.3.0"]}
    assert rows["1.2.0 -> 1.3.0"]["hunks"] == [hunk]
    assert rows["1.1.0 -> 1.2.0"]["because"] == 'Cargo.toml:4: -edition = "2021" +edition = "2024"'
    assert code == 1


def test_a_version_in_a_line_that_does_not_speak_of_one_is_seen_to_change(tmp_path: Path) -> None:
    def files(version: str, edition: str = "one") -> dict[str, str]:
        gem = "require_relative 'lib/lark/version'\nGem::Specification.new do |s|\n  s.name = 'lark'\n  s.version = Lark::Version::STRING\nend\n"
        return {"lark.gemspec": gem, "lib/lark/version.rb": f"module Lark\n  module Version # {edition}\n    STRING = '{version}'\n  end\nend\n"}

    manifest = MANIFEST.replace("pkg:cargo/x", "pkg:gem/lark")
    folder = repository(tmp_path / "lark", {**files("1.0.0"), "versync.toml": manifest})
    for version, edition in (("1.1.0", "one"), ("1.1.0", "two"), ("1.2.0", "two"), ("2.0.0", "two")):
        committed(folder, files(version, edition))
    rows = json.loads(versync(folder, "replay", "--repo", "x=.", "--format", "json").out)
    assert [(row["release"], row["verdict"], row["reproduced"]) for row in rows] == [
        (release, "reproduced", ["lib/lark/version.rb"]) for release in ("1.0.0 -> 1.1.0", "1.1.0 -> 1.2.0", "1.2.0 -> 2.0.0")
    ]


def test_a_version_that_only_moved_to_another_file_is_no_release(tmp_path: Path) -> None:
    own, shared = '[package]\nname = "x"\nversion = "{}"\n', '[workspace]\nmembers = ["core"]\n[workspace.package]\nversion = "{}"\n'
    inherits = '[package]\nname = "x"\nversion.workspace = true\n'
    folder = repository(tmp_path / "x", {"core/Cargo.toml": own.format("1.0.0"), "Cargo.toml": '[workspace]\nmembers = ["core"]\n', "versync.toml": MANIFEST})
    committed(folder, {"core/Cargo.toml": inherits, "Cargo.toml": shared.format("1.0.0")})
    committed(folder, {"Cargo.toml": shared.format("1.1.0")})
    committed(folder, {"Cargo.toml": '[workspace]\nmembers = ["core"]\n', "core/Cargo.toml": own.format("1.1.0")})
    committed(folder, {"core/Cargo.toml": own.format("1.2.0")})
    done = versync(folder, "replay", "--repo", "x=.", "--format", "json")
    assert [row["release"] for row in json.loads(done.out)] == ["1.1.0 -> 1.2.0"]


def test_a_history_that_begins_with_its_file_says_where_the_one_before_is(tmp_path: Path) -> None:
    package = '[package]\nname = "x"\nversion = "{}"\n'
    folder = repository(tmp_path / "x", {"one/Cargo.toml": package.format("1.0.0"), "versync.toml": MANIFEST})
    committed(folder, {"one/Cargo.toml": package.format("1.1.0")})
    (folder / "one").rename(folder / "two")
    committed(folder, {"a": ""})
    committed(folder, {"two/Cargo.toml": package.format("1.2.0")})
    done = versync(folder, "replay", "--repo", "x=.")
    assert "1.1.0 -> 1.2.0  reproduced" in done.out
    [note, hint] = done.err.splitlines()
    assert note.partition("note: ")[2].startswith("releases up to 1.1.0 are not looked at: at ")
    again = versync(folder, *hint.partition("versync ")[2].split(" "))
    assert "1.0.0 -> 1.1.0  reproduced" in again.out
    assert versync(folder, "replay", "--repo", "x=.", "--last", "1").err == "", "what was asked for is all there"
    assert "releases up to" not in versync(folder, "replay", "--repo", "x=.", "--since", "1.2.0").err


def test_a_release_in_which_nothing_comes_out_is_not_reproduced() -> None:
    nothing = Replayed(None, (), (), ("a",), (), (), (), ())
    assert (nothing.verdict, why(nothing)) == ("other", "versync writes no file that the release changed")
    assert (nothing._replace(reproduced=("a",)).verdict, why(nothing._replace(reproduced=("a",)))) == ("reproduced", "")


def test_the_last_releases_and_those_since_a_version_can_be_asked_for(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert "\n0 of 1 releases reproduced; 1 other\nevery hunk: versync replay --last 1 --diff" in run(history, capfdbinary, "--last", "1")[1]
    assert "\n0 of 2 releases reproduced; 1 other; 1 unrelated edit\n" in run(history, capfdbinary, "--since", "1.2.0")[1]


def test_a_difference_is_shown_with_its_cause_from_ours_to_theirs(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    out = run(history, capfdbinary, "--since", "1.2.0", "--diff")[1]
    assert 'x 1.1.0 -> 1.2.0: Cargo.toml:4: unrelated edit\n-edition = "2021"\n+edition = "2024"\n' in out
    assert "x 1.2.0 -> 1.3.0: README.md:1: other: the manifest does not know this place: x 1.3.0\n-x 1.0.0\n+x 1.3.0\n" in out


def test_a_rule_that_the_release_did_not_keep_is_red(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    put(history, {"versync.toml": MANIFEST + 'places = [{ file = "README.md", text = "x {version}" }]\n'})
    code, out = run(history, capfdbinary, "--format", "json")
    assert code == 1
    first, second, last = json.loads(out)
    assert (first["verdict"], first["because"]) == ("other", "README.md:1: place text 'x {version}': versync has 1.1.0, the release 1.0.0; `check` of the release finds it, too")
    assert second["verdict"] == "drift before the bump", "what 1.1.0 left behind is known from the tree before 1.2.0"
    assert last["verdict"] == "reproduced"


def test_the_work_tree_is_not_looked_at(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    put(history, {"Cargo.toml": "broken ["})
    assert "\n0 of 1 releases reproduced; 1 other\nevery hunk: versync replay --last 1 --diff" in run(history, capfdbinary, "--last", "1")[1]


def test_a_version_that_is_none_is_a_usage_error(history: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(history, capfdbinary, "--since", "soon")[0] == 2


FAMILY = '[project]\nname = "x"\nleader = "x"\n[repos.x]\n[repos.core]\n[[components]]\nname = "x"\nrepo = "x"\npackages = ["pkg:cargo/x", "pkg:cargo/x-*"]\n'
FAMILY += '[[components]]\nname = "core"\nrepo = "core"\npackages = ["pkg:cargo/core"]\n'


def lock(version: str, stranger: str, own: str = "") -> str:
    entries = f'[[package]]\nname = "lamp"\nversion = "{stranger}"\nsource = "registry+y"\nchecksum = "{stranger}"\n\n[[package]]\nname = "x"\nversion = "{version}"\n'
    return f"version = 3\n\n{entries}{own}"


def released(folder: Path, manifest: str, *trees: Mapping[str, str | None]) -> None:
    """A history of those trees, each over the one before; None takes a file away."""
    put(folder, {"versync.toml": manifest})
    git(folder, "init", "--quiet")
    for files in trees:
        put(folder, {path: text for path, text in files.items() if text is not None})
        for path in (path for path, text in files.items() if text is None):
            (folder / path).unlink()
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "release")


def verdicts(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> list[tuple[str, str]]:
    return [(row["verdict"], row["because"]) for row in json.loads(run(folder, capfdbinary, "--format", "json")[1])]


def test_strangers_in_a_lock_are_relocked_and_our_own_entry_is_not(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    first = {"Cargo.toml": cargo("1.0.0"), "Cargo.lock": lock("1.0.0", "3.0.0")}
    second = {"Cargo.toml": cargo("1.1.0"), "Cargo.lock": lock("1.1.0", "3.0.1")}
    third = {"Cargo.toml": cargo("1.2.0"), "Cargo.lock": lock("1.1.0", "3.0.2")}
    released(tmp_path, MANIFEST, first, second, third)
    relocked, other = verdicts(tmp_path, capfdbinary)
    assert relocked == ("re-locked", 'Cargo.lock:5: -version = "3.0.0" +version = "3.0.1"')
    assert other == ("other", "Cargo.lock:11: locks pkg:cargo/x: versync has 1.2.0, the release 1.1.0; `check` of the release finds it, too")


def test_what_comes_from_a_registry_is_relocked_where_versync_names_the_command(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    manifest = FAMILY.replace('packages = ["pkg:cargo/x", "pkg:cargo/x-*"]', 'packages = ["pkg:cargo/x"]\nbundles = "core"').replace('leader = "x"', 'leader = "core"')
    trees: list[dict[str, str | None]] = []
    for version in ("1.0.0", "2.0.0"):
        core = f'\n[[package]]\nname = "core"\nversion = "{version}"\nsource = "registry+y"\nchecksum = "{version}"\n'
        trees.append({"Cargo.toml": f'{cargo(version)}[dependencies]\ncore = "={version}"\n', "Cargo.lock": lock(version, "3.0.0", core)})
    released(tmp_path, manifest, *trees)
    code, out = run(tmp_path, capfdbinary, "--format", "json", "--repo", f"x={tmp_path}")
    [row] = json.loads(out)
    assert (code, row["verdict"]) == (0, "re-locked")
    assert row["because"] == "Cargo.lock:15: locks pkg:cargo/core: versync has 1.0.0, the release 2.0.0"


def test_a_file_that_the_release_took_away_is_an_unrelated_edit(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    part = cargo("1.0.0").replace('"x"', '"x-part"')
    released(tmp_path, FAMILY, {"Cargo.toml": cargo("1.0.0"), "part/Cargo.toml": part}, {"Cargo.toml": cargo("1.1.0"), "part/Cargo.toml": None})
    [row] = json.loads(run(tmp_path, capfdbinary, "--format", "json", "--repo", f"x={tmp_path}")[1])
    assert (row["verdict"], row["different"]) == ("unrelated edit", ["part/Cargo.toml"])


def test_notes_and_other_work_in_the_commit_do_not_count(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    first = {"Cargo.toml": cargo("1.0.0"), "CHANGELOG.md": "latest: 1.0.0\n", "src.rs": "fn a() {}\n"}
    released(tmp_path, MANIFEST, first, {"Cargo.toml": cargo("1.1.0"), "CHANGELOG.md": "latest: 1.1.0\n", "src.rs": "/// since 1.1.0\nfn b() {}\n"})
    assert verdicts(tmp_path, capfdbinary) == [("reproduced", "")]


def test_a_number_that_follows_nothing_is_taken_from_the_release_also_where_it_leads_its_repository(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    manifest = FAMILY.replace('leader = "x"', 'leader = "core"').replace('packages = ["pkg:cargo/x", "pkg:cargo/x-*"]', 'packages = ["pkg:cargo/x"]\nversion = "independent"')
    released(tmp_path, manifest, {"Cargo.toml": cargo("0.3.0")}, {"Cargo.toml": cargo("0.4.0")})
    [row] = json.loads(run(tmp_path, capfdbinary, "--format", "json", "--repo", f"x={tmp_path}")[1])
    assert (row["verdict"], row["reproduced"], row["taken"]) == ("reproduced", ["Cargo.toml"], ["x"])


def test_what_a_bump_would_have_stopped_at_is_said_beside_the_verdict(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    manifest = MANIFEST + 'places = [{ file = "VERSION", text = "{version}" }]\n'
    released(tmp_path, manifest, {"Cargo.toml": cargo("1.0.0")}, {"Cargo.toml": cargo("1.1.0")})
    assert verdicts(tmp_path, capfdbinary) == [("reproduced", "a bump would have stopped: x has no file VERSION")]
    code, out = run(tmp_path, capfdbinary, "--repo", f"x={tmp_path}")
    assert code == 0
    assert "1 of 1 releases reproduced; a bump would have stopped in 1 of them\n" in out
    git(tmp_path, "reset", "--quiet", "--hard", "HEAD^")
    assert versync(tmp_path, "bump", "1.1.0").code != 0


@pytest.mark.parametrize(("own", "verdict"), [("lark", "reproduced"), ("x", "other")])
def test_an_entry_of_a_lock_is_the_repository_s_own_only_in_its_ecosystem(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], own: str, verdict: str) -> None:
    manifest = MANIFEST.replace("pkg:cargo/x", "pkg:npm/x") + 'ignore-packages = ["pkg:cargo/*"]\n'

    def tree(version: str) -> dict[str, str]:
        entry = f'[[package]]\nname = "x"\nversion = "{version}"\nsource = "registry+https://registry.example/index"\n'
        return {"package.json": f'{{ "name": "x", "version": "{version}" }}\n', "Cargo.toml": cargo("0.3.0").replace('"x"', f'"{own}"'), "Cargo.lock": f"version = 4\n\n{entry}"}

    released(tmp_path, manifest, tree("1.0.0"), tree("1.1.0"))
    assert [verdict for verdict, _ in verdicts(tmp_path, capfdbinary)] == [verdict]


def test_a_number_that_follows_by_steps_may_stay(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    manifest = MANIFEST + '[[components]]\nname = "tool"\nrepo = "x"\npackages = ["pkg:cargo/tool"]\nversion = "step"\n'
    tool = cargo("2.3.1").replace('"x"', '"tool"')
    released(tmp_path, manifest, {"Cargo.toml": cargo("1.0.0"), "tool/Cargo.toml": tool}, {"Cargo.toml": cargo("1.1.0")})
    assert verdicts(tmp_path, capfdbinary) == [("reproduced", "taken from the release: tool")]


def test_sites_are_found_again_where_a_longer_number_has_shifted_them(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    manifest = MANIFEST + 'places = [{ file = "a", text = "v{version}" }]\n'
    released(tmp_path, manifest, {"Cargo.toml": cargo("1.9.0"), "a": "v1.9.0 v1.9.0\nsee also v1.9.0\n"}, {"Cargo.toml": cargo("1.10.0"), "a": "v1.10.0 v1.10.0\nsee also v1.10.0 and more\n"})
    assert verdicts(tmp_path, capfdbinary) == [("unrelated edit", "a:2: -see also v1.10.0 +see also v1.10.0 and more")]


def test_what_replays_nothing_is_red_and_says_why(history: Path, tmp_path: Path) -> None:
    unset = versync(history, "replay", "--since", "")
    assert (unset.code, unset.err.splitlines()[0]) == (2, 'error: --since: "" is not a version; write it like 8.0.0, 8.0.0-rc.1 or 8.0.0-dev')
    later = versync(history, "replay", "--since", "9.0.0")
    assert (later.code, later.err) == (1, "x: note: none of its 3 releases is 9.0.0 or later; the newest is 1.3.0\n")
    assert later.out.endswith("0 of 0 releases reproduced\n")
    assert versync(history, "replay", "--since", "1.1.0", "--last", "9", "--format", "json").err == ""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", history.as_uri(), str(clone))
    cut = versync(history, "replay", "--repo", f"x={clone}")
    assert cut.code == 1
    assert cut.err == "x: note: no commit on the first-parent line of x changed its version, as far as this shallow clone goes\n  hint: git fetch --unshallow\n"


def test_a_first_commit_and_a_plain_folder_prove_nothing(tmp_path: Path) -> None:
    files = {"versync.toml": MANIFEST, "Cargo.toml": cargo("1.0.0")}
    for command in ("replay", "learn"):
        plain, first = put(tmp_path / command / "plain", files), repository(tmp_path / command / "first", files)
        at = ("--repo", f"x={plain}")
        ran = versync(plain, command, *at)
        assert (ran.code, ran.err) == (1, "x: note: the folder is no git repository, so it has no releases\n  hint: a checkout with its history\n")
        ran = versync(first, command)
        assert (ran.code, ran.err) == (1, "x: note: no commit on the first-parent line of x changed its version\n")


def test_without_a_repository_at_hand_nothing_is_replayed(tmp_path: Path) -> None:
    put(tmp_path / "away", {"versync.toml": MANIFEST.replace("[repos.x]", "[repos.x]\nurl = 'https://registry.example/x'\n[repos.y]\nurl = 'https://registry.example/y'")})
    ran = versync(tmp_path / "away", "replay")
    assert (ran.code, ran.err.splitlines()[0]) == (3, "error: no repository is at hand: x, y")
    ran = versync(tmp_path / "away", "learn")
    assert (ran.code, ran.err.splitlines()[0]) == (3, "error: no repository is at hand: x, y")


@pytest.mark.parametrize("said", ["[]", '{"repository": "x", "old": "1.0.0", "new": "one", "changed": []}', '{"repository": "x", "old": "1.0.0", "new": "1.1.0", "changed": 5}', "no JSON"])
def test_a_case_that_does_not_say_what_it_is_is_a_usage_error(history: Path, said: str) -> None:
    put(history, {"case/case.json": said})
    ran = versync(history, "replay", "--case", "case")
    assert (ran.code, ran.out) == (2, "")
    assert "case.json does not describe a case" in ran.err


def test_a_release_that_moved_a_great_many_places_is_replayed(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": MANIFEST + 'places = [{ file = "many.txt", text = "at {version}", count = "1..99999" }]\n'})
    git(tmp_path, "init", "--quiet")
    for version, end in (("1.0.0", ""), ("1.1.0", "an edit\n")):
        put(tmp_path, {"Cargo.toml": cargo(version), "many.txt": f"at {version}\n" * 30_000 + end})
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "release")
    with ending():
        ran = versync(tmp_path, "replay")
    assert (ran.code, "1 unrelated edit" in ran.out) == (0, True)
