"""Every option of every command, over a family of three repositories that are cloned from paths."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from sync.cli.hints import NOX, WORKSPACE, complete, next_command
from sync.errors import problem
from tests.commands import Ran, committed, contents, git, repository, versync
from tests.trees import put

ROOT = Path(__file__).parent.parent

MANIFEST = """[project]
name = "demo"
leader = "core"

[repos.core]
url = "{origin}/core"
tag = "v{{version}}"
line = "release-{{major}}.x"
commit = "core {{version}}"
after = ["cargo publish"]
[repos.py]
url = "{origin}/py"
tag = "{{version}}"
[repos.js]
url = "{origin}/js"
tag = "js-{{version}}"
line = "{{major}}.x"
commit = "chore: {{version}}"

[[components]]
name = "core"
tier = 1
repo = "core"
packages = ["pkg:cargo/core"]

[[components]]
name = "engine"
repo = "core"
packages = ["pkg:cargo/engine"]
version = "0.{{major + 87}}.{{patch}}"

[[components]]
name = "py"
tier = 3
repo = "py"
packages = ["pkg:pypi/core"]
bundles = "core"
places = [{{ file = "get.py", name = "CORE", as = "v{{version}}", of = "core", or = ["dev"] }}]

[[components]]
name = "js"
repo = "js"
packages = ["pkg:npm/core"]
"""


def core(version: str, engine: str) -> dict[str, str | bytes]:
    return {
        "Cargo.toml": f'[package]\nname = "core"\nversion = "{version}"\n\n[dependencies]\nengine = {{ path = "engine", version = "{engine}" }}\n',
        "engine/Cargo.toml": f'[package]\nname = "engine"\nversion = "{engine}"\n',
    }


def py(version: str) -> dict[str, str | bytes]:
    return {"pyproject.toml": f'[project]\nname = "core"\nversion = "{version}"\n', "get.py": f'CORE = "v{version}"\n'}


def js(version: str) -> dict[str, str | bytes]:
    return {"package.json": f'{{\n  "name": "core",\n  "version": "{version}"\n}}\n'}


def tree(version: str = "7.0.1", engine: str = "0.94.1") -> dict[str, bytes]:
    """What the workspace holds when the whole family is at a version."""
    parts = {"core": core(version, engine), "py": py(version), "js": js(version)}
    return {f"{name}/{path}": text.encode() if isinstance(text, str) else text for name, files in parts.items() for path, text in files.items()}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three repositories, each released at 6.0.0, 7.0.0 and 7.0.1; only to be copied."""
    origin = tmp_path_factory.mktemp("origin")
    with pytest.MonkeyPatch.context() as patch:
        for commit, version, engine, day in ((repository, "6.0.0", "0.93.0", "05"), (committed, "7.0.0", "0.94.0", "12"), (committed, "7.0.1", "0.94.1", "13")):
            patch.setenv("GIT_COMMITTER_DATE", f"2026-01-{day}T12:00:00Z")
            commit(origin / "core", core(version, engine), f"v{version}")
            commit(origin / "py", py(version), version)
            commit(origin / "js", js(version), f"js-{version}")
    git(origin / "core", "branch", "release-6.x", "v6.0.0")
    return origin


@pytest.fixture
def origin(made: Path, tmp_path: Path) -> Path:
    """The test's own copy of them."""
    return Path(shutil.copytree(made, tmp_path / "origin"))


@pytest.fixture
def home(origin: Path, tmp_path: Path) -> Path:
    """A folder with the manifest, and with the three repositories in the default workspace."""
    home = put(tmp_path / "home", {"versync.toml": MANIFEST.format(origin=origin), "deep/er/x.txt": ""})
    shutil.copytree(origin, home / ".versync" / "repos")
    return home


def kept(home: Path) -> dict[str, bytes]:
    """The files of all repositories in the default workspace."""
    folder = home / ".versync" / "repos"
    return {f"{one.name}/{path}": raw for one in sorted(folder.iterdir()) for path, raw in contents(one).items()} if folder.is_dir() else {}


def done(ran: Ran) -> Ran:
    assert (ran.code, ran.err) == (0, "")
    return ran


# ---- which manifest


def test_the_manifest_is_searched_upward_and_the_workspace_lies_beside_it(home: Path) -> None:
    assert done(versync(home, "check", "--require-all")).out == "in sync\n"
    assert done(versync(home / "deep" / "er", "check", "--require-all")).out == "in sync\n"
    done(versync(home / "deep", "bump", "8.0.0"))
    assert kept(home) == tree("8.0.0", "0.95.0")
    done(versync(home / "deep" / "er", "undo"))
    assert kept(home) == tree()


@pytest.mark.parametrize("option", ["--manifest", "-m"])
def test_a_manifest_is_named_by_its_path(home: Path, tmp_path: Path, option: str) -> None:
    other = tmp_path / "other.toml"
    (home / "versync.toml").rename(other)
    assert versync(home, "check").code == 2
    assert done(versync(home, "check", option, str(other), "--require-all")).out == "in sync\n"
    assert done(versync(home, "check", option, "../other.toml", "--require-all")).out == "in sync\n"


def test_without_one_the_shipped_ones_are_named(tmp_path: Path) -> None:
    ran = versync(tmp_path, "check")
    assert ran.code == 2
    assert ran.err.startswith("error: no versync.toml here or in a folder above\n  hint: --manifest FILE, or the name of a shipped one: demo, ")


def test_a_shipped_manifest_is_known_by_its_name(tmp_path: Path) -> None:
    ran = versync(tmp_path, "check", "--manifest", "demo")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "nothing was checked; 6 not checked")
    ran = versync(tmp_path, "check", "--manifest", "demoo")
    assert ran.code == 2
    assert ran.err.startswith("error: there is no manifest demoo\n  hint: shipped ones: demo, ")


# ---- which repositories


def test_what_is_not_at_hand_is_cloned_only_when_asked_for(home: Path) -> None:
    shutil.rmtree(home / ".versync")
    assert versync(home, "check").out.splitlines()[-1] == "nothing was checked; 3 not checked"
    assert not (home / ".versync").exists()
    assert done(versync(home, "check", "--clone", "--require-all")).out == "in sync\n"
    assert kept(home) == tree()
    assert git(home / ".versync" / "repos" / "py", "tag") == "6.0.0\n7.0.0\n7.0.1"
    head = git(home / ".versync" / "repos" / "py", "rev-parse", "HEAD")
    done(versync(home, "check", "--clone"))
    assert git(home / ".versync" / "repos" / "py", "rev-parse", "HEAD") == head, "what is there stays"


def test_clones_are_made_at_the_same_time(home: Path, origin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync import gitwrite

    together = threading.Barrier(3, timeout=20)

    def clone(url: str, to: Path, **_: object) -> None:
        together.wait()
        shutil.copytree(url, to)

    shutil.rmtree(home / ".versync")
    monkeypatch.setattr(gitwrite, "clone", clone)
    assert done(versync(home, "check", "--clone", "--require-all")).out == "in sync\n"
    assert not together.broken


def test_a_workspace_may_lie_anywhere(home: Path, tmp_path: Path) -> None:
    (home / ".versync" / "repos").rename(tmp_path / "w")
    assert done(versync(home, "check", "--workspace", "../w", "--require-all")).out == "in sync\n"
    ran = done(versync(home, "bump", "8.0.0", "--workspace", str(tmp_path / "w")))
    assert ran.out.endswith(f"to take it back: versync undo --workspace {tmp_path / 'w'}\n")
    done(versync(home, "undo", "--workspace", str(tmp_path / "w")))
    assert (tmp_path / "w" / "js" / "package.json").read_bytes() == tree()["js/package.json"]


def test_a_repository_is_where_the_command_line_says(home: Path, origin: Path) -> None:
    shutil.rmtree(home / ".versync")
    ran = done(versync(home, "bump", "8.0.0", "--repo", f"core={origin / 'core'}", "--repo", "js=../origin/js"))
    assert (origin / "core" / "Cargo.toml").read_bytes() == tree("8.0.0", "0.95.0")["core/Cargo.toml"]
    assert (origin / "js" / "package.json").read_bytes() == tree("8.0.0")["js/package.json"]
    assert (origin / "py" / "get.py").read_bytes() == tree()["py/get.py"]
    assert "py: note: py is not checked: no checkout of it is at hand\n" in ran.out


def test_the_current_checkout_is_known_by_its_remote(home: Path, origin: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    git(tmp_path, "clone", "--quiet", str(origin / "py"), str(mine))
    shutil.copy(home / "versync.toml", mine / "versync.toml")
    ran = done(versync(mine, "check"))
    assert ran.out.splitlines()[-1] == "in sync; 2 not checked"
    put(mine, {"get.py": 'CORE = "v7.0.0"\n'})
    ran = versync(mine, "check")
    assert ran.code == 1
    assert ran.out.startswith("get.py:1:9: error: version is v7.0.0, py is at 7.0.1 (py/pyproject.toml:3:12)")


def test_a_bare_clone_is_read_at_its_head_and_written_on_a_branch(home: Path, origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(origin / "js"), "bare")
    where = f"js={tmp_path / 'bare'}"
    assert done(versync(home, "check", "--repo", where, "--require-all")).out == "in sync\n"
    ran = versync(home, "bump", "8.0.0", "--repo", where)
    assert ran.code == 3
    assert ran.err.startswith("js: error: js is read at a revision, where nothing can be written\n  hint: ")
    assert kept(home) == tree(), "the others are left alone, too"
    git(tmp_path / "bare", "config", "user.name", "Somebody")
    git(tmp_path / "bare", "config", "user.email", "somebody@registry.example")
    done(versync(home, "bump", "8.0.0", "--repo", where, "--branch", "eight"))
    assert git(tmp_path / "bare", "show", "eight:package.json").encode() + b"\n" == tree("8.0.0")["js/package.json"]
    assert git(home / ".versync" / "repos" / "core", "show", "eight:Cargo.toml").encode() + b"\n" == tree("8.0.0", "0.95.0")["core/Cargo.toml"]


# ---- which revision


def test_a_revision_is_the_leaders_unless_it_names_a_repository(home: Path) -> None:
    ran = versync(home, "check", "--at", "v6.0.0")
    assert ran.code == 1
    ahead = "is at 7.0.1, ahead of core, which is released at 6.0.0"
    assert [line.partition(": error: ")[2] for line in ran.out.splitlines() if "error" in line] == [f"js {ahead}", f"py {ahead}"]
    ran = versync(home, "check", "--at", "js=js-7.0.0")
    assert ran.code == 0
    finding, hint, summary = ran.out.splitlines()
    assert finding.startswith(".versync/repos/js/package.json:3:15: warning: js is at 7.0.0, core is released at 7.0.1; the first release that it lacks is ")
    assert hint == "  hint: versync bump js=7.0.1 --at js=js-7.0.0 --branch sync-7.0.1"
    assert summary == "in sync; 1 behind"
    done(versync(home, *hint.split()[2:]))
    assert done(versync(home, "check", "--at", "js=sync-7.0.1")).out == "in sync\n", "the hint can be pasted"
    assert done(versync(home, "check", "--at", "core=v6.0.0", "--at", "js=js-6.0.0", "--at", "py=6.0.0")).out == "in sync\n"


def test_a_release_line_is_a_branch_or_its_newest_tag(home: Path) -> None:
    """core has a branch release-6.x, js none called 6.x, py no lines at all: those are looked at at their tags."""
    assert done(versync(home, "check", "--line", "6", "--require-all")).out == "in sync\n"
    listed = json.loads(done(versync(home, "sites", "--line", "6", "--format", "json")).out)
    assert {(one["repo"], one["text"]) for one in listed if one["role"] == "declares"} == {("core", "6.0.0"), ("core", "0.93.0"), ("py", "6.0.0"), ("py", "v6.0.0"), ("js", "6.0.0")}
    listed = json.loads(done(versync(home, "sites", "--line", "7", "--format", "json")).out)
    assert {(one["repo"], one["text"]) for one in listed if one["component"] == "js"} == {("js", "7.0.1")}, "the newest of that major"
    ran = versync(home, "check", "--line", "5")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[:2] == ["core: error: core has no line 5: neither a branch nor a tag", "  hint: its lines: 6, 7"]
    assert versync(home, "bump", "5.0.1", "--line", "5").code == 2
    git(home / ".versync" / "repos" / "py", "branch", "5.x")
    git(home / ".versync" / "repos" / "js", "tag", "js-5.0.0", "js-6.0.0")
    ran = versync(home, "check", "--line", "5")
    assert ran.code == 0
    assert "core: note: core has no line 5: neither a branch nor a tag\n  hint: its lines: 6, 7\n" in ran.out
    assert versync(home, "check", "--line", "5", "--require-all").code == 1


def test_a_bump_of_a_line_goes_to_its_branches_and_leaves_the_checkouts(home: Path) -> None:
    before = git(home / ".versync" / "repos" / "core", "rev-parse", "release-6.x")
    ran = done(versync(home, "bump", "6.0.1", "--line", "6"))
    assert kept(home) == tree()
    repos = home / ".versync" / "repos"
    assert git(repos / "core", "log", "-1", "--format=%s %P", "release-6.x") == f"core 6.0.1 {before}"
    assert git(repos / "core", "show", "release-6.x:engine/Cargo.toml").encode() + b"\n" == tree("6.0.1", "0.93.1")["core/engine/Cargo.toml"]
    assert git(repos / "js", "log", "-1", "--format=%s", "6.x") == "chore: 6.0.1"
    assert git(repos / "js", "rev-parse", "6.x^") == git(repos / "js", "rev-parse", "js-6.0.0")
    assert git(repos / "py", "branch", "--format=%(refname:short)") == "main"
    assert "core: 2 files written to branch release-6.x\njs: 1 file written to branch 6.x\n" in ran.out
    assert "py: note: py has no branch for line 6, so it is left alone\n" in ran.out
    assert done(versync(home, "check", "--line", "6", "--repo", "core=.versync/repos/core")).out.splitlines()[-1] != "in sync", "py is behind now, and that is said"
    done(versync(home, "undo"))
    assert git(repos / "core", "rev-parse", "release-6.x") == before
    assert git(repos / "js", "branch", "--format=%(refname:short)") == "main"


# ---- what is written


def test_a_bump_moves_each_component_by_its_rule_and_says_so(home: Path) -> None:
    ran = done(versync(home, "bump", "8.0.0"))
    assert kept(home) == tree("8.0.0", "0.95.0")
    assert ran.out == (
        "core    7.0.1 -> 8.0.0\n"
        "engine  0.94.1 -> 0.95.0\n"
        "py      7.0.1 -> 8.0.0\n"
        "js      7.0.1 -> 8.0.0\n"
        "core: 2 files written to the work tree\n"
        "js: 1 file written to the work tree\n"
        "py: 2 files written to the work tree\n"
        "left for the projects' own tools:\n"
        "  core: cargo publish\n"
        "to take it back: versync undo\n"
    )
    assert done(versync(home, "bump", "8.0.0")).out == "nothing to write: every site says its version already\n"
    assert done(versync(home, "bump", "8.1.0")).out.startswith("core  8.0.0 -> 8.1.0\n"), "what versync wrote itself is not in its way"
    assert kept(home) == tree("8.1.0", "0.95.0")


@pytest.mark.parametrize(
    ("first", "word", "version", "engine"),
    [
        ("", "patch", "7.0.2", "0.94.2"),
        ("", "minor", "7.1.0", "0.94.0"),
        ("", "major", "8.0.0", "0.95.0"),
        ("8.0.0-rc.1", "rc", "8.0.0-rc.2", "0.95.0-rc.2"),
        ("8.0.0-rc.1", "release", "8.0.0", "0.95.0"),
        ("8.0.0-dev", "rc", "8.0.0-rc.1", "0.95.0-rc.1"),
    ],
)
def test_a_word_is_a_step_from_where_the_leader_is(home: Path, first: str, word: str, version: str, engine: str) -> None:
    if first:
        done(versync(home, "bump", first))
    ran = versync(home, "bump", word, "--allow-downgrade")
    assert ran.code == 0, ran.err
    after = kept(home)
    assert {path: after[path] for path in after if path.startswith("core/")} == {path: raw for path, raw in tree(version, engine).items() if path.startswith("core/")}
    assert after["js/package.json"] == tree("7.0.1" if "-" in version else version)["js/package.json"], "pre-releases stay in the leader's repository"


@pytest.mark.parametrize("arguments", [["x"], ["8"], ["8.0.0.0.0"], ["8.0.0", "9.0.0"], [""], ["js="], ["nobody=1.0.0"], ["rc"], ["release"], []])
def test_a_target_that_says_nothing_is_a_usage_error(home: Path, arguments: list[str]) -> None:
    ran = versync(home, "bump", *arguments)
    if arguments == ["8"]:
        assert done(ran).out.startswith("core    7.0.1 -> 8.0.0\n"), "a short number is filled up"
        return
    assert ran.code == 2
    assert ran.err
    assert kept(home) == tree()


def test_a_named_component_moves_alone_or_otherwise_than_the_rest(home: Path) -> None:
    done(versync(home, "bump", "js=7.1.0"))
    assert kept(home) == {**tree(), "js/package.json": tree("7.1.0")["js/package.json"]}
    done(versync(home, "undo"))
    done(versync(home, "bump", "8.0.0", "js=8.0.1", "engine=minor"))
    assert kept(home) == {**tree("8.0.0", "0.95.0"), "js/package.json": tree("8.0.1")["js/package.json"]}
    done(versync(home, "undo"))
    done(versync(home, "bump", "core=8.0.0"))
    assert kept(home) == tree("8.0.0", "0.95.0"), "the leader's name is as good as none"


def test_nothing_goes_down_unless_it_is_allowed_to(home: Path) -> None:
    ran = versync(home, "bump", "6.0.0")
    assert ran.code == 3
    assert "core/Cargo.toml:3:12: error: core is at 7.0.1; 6.0.0 would be a downgrade\n  hint: add --allow-downgrade to go back on purpose\n" in ran.err
    assert versync(home, "diff", "6.0.0").code == 3
    assert kept(home) == tree()
    done(versync(home, "bump", "6.0.0", "--allow-downgrade"))
    assert kept(home) == tree("6.0.0", "0.93.0")
    done(versync(home, "diff", "5.0.0", "--allow-downgrade"))


def test_each_repository_is_committed_and_tagged_by_its_own_templates(home: Path) -> None:
    done(versync(home, "bump", "8.0.0", "--commit"))
    repos = home / ".versync" / "repos"
    assert {name: git(repos / name, "log", "-1", "--format=%s") for name in ("core", "js", "py")} == {"core": "core 8.0.0", "js": "chore: 8.0.0", "py": "Release 8.0.0"}
    assert {name: git(repos / name, "status", "--porcelain") for name in ("core", "js", "py")} == {"core": "", "js": "", "py": ""}
    assert {name: git(repos / name, "tag", "--points-at", "HEAD") for name in ("core", "js", "py")} == {"core": "", "js": "", "py": ""}
    done(versync(home, "bump", "8.0.1", "--tag"))
    assert {name: git(repos / name, "tag", "--points-at", "HEAD") for name in ("core", "js", "py")} == {"core": "v8.0.1", "js": "js-8.0.1", "py": "8.0.1"}
    ran = done(versync(home, "undo"))
    assert ran.out == "5 files and 6 refs stand as they did before the last bump\n"
    assert kept(home) == tree("8.0.0", "0.95.0")


def test_a_bump_says_what_it_committed_and_what_is_left_to_push(home: Path) -> None:
    repos = home / ".versync" / "repos"
    for name in ("core", "js"):
        git(repos / name, "remote", "add", "origin", f"https://registry.example/{name}")
    said = done(versync(home, "bump", "8.0.0", "--tag")).out.splitlines()
    ids = {name: git(repos / name, "rev-parse", "HEAD")[:12] for name in ("core", "js", "py")}
    assert said[4:] == [
        "core: 2 files written to the work tree",
        "js: 1 file written to the work tree",
        "py: 2 files written to the work tree",
        f"core: committed as {ids['core']} on main, tagged v8.0.0",
        f"js: committed as {ids['js']} on main, tagged js-8.0.0",
        f"py: committed as {ids['py']} on main, tagged 8.0.0",
        "left for the projects' own tools:",
        "  core: cargo publish",
        "left to push:",
        f"  git -C {repos / 'core'} push origin main v8.0.0",
        f"  git -C {repos / 'js'} push origin main js-8.0.0",
        "to take it back: versync undo",
    ]
    told = json.loads(done(versync(home, "bump", "8.1.0", "--branch", "next", "--format", "json")).out)["repositories"][0]
    commit = git(repos / "core", "rev-parse", "next")
    assert told == {"name": "core", "files": 1, "where": "branch next", "commit": commit, "branch": "next", "tag": "", "push": f"git -C {repos / 'core'} push origin next"}


def test_the_remote_that_is_set_up_is_the_one_to_push_to(home: Path) -> None:
    core = home / ".versync" / "repos" / "core"
    git(core, "remote", "add", "mine", "https://registry.example/mine")
    git(core, "config", "remote.pushDefault", "mine")
    assert f"  git -C {core} push mine main\n" in done(versync(home, "bump", "8.0.0", "--commit")).out


def test_undo_needs_nothing_of_what_was_taken_back_by_hand(home: Path) -> None:
    repos = home / ".versync" / "repos"
    done(versync(home, "bump", "8.0.0"))
    git(repos / "core", "checkout", "--", ".")
    assert done(versync(home, "undo")).out == "3 files stand as they did before the last bump\n"
    assert kept(home) == tree()
    done(versync(home, "bump", "8.0.0", "--tag"))
    for name, tag in (("core", "v8.0.0"), ("js", "js-8.0.0"), ("py", "8.0.0")):
        git(repos / name, "reset", "--quiet", "--hard", "HEAD~1")
        if name != "core":
            git(repos / name, "tag", "--delete", tag)
    assert done(versync(home, "undo")).out == "1 ref stands as it did before the last bump\n"
    done(versync(home, "bump", "8.0.0"))
    for name in ("core", "js", "py"):
        git(repos / name, "checkout", "--", ".")
    assert done(versync(home, "undo")).out == "nothing to take back: everything stands as it did before the last bump\n"


def test_where_every_repository_is_left_alone_nothing_passes_for_done(home: Path) -> None:
    put(home, {"versync.toml": (home / "versync.toml").read_text("utf-8").replace('line = "release-{major}.x"\n', "").replace('line = "{major}.x"\n', "")})
    ran = versync(home, "bump", "6.0.1", "--line", "6")
    assert (ran.code, ran.out) == (3, "")
    assert [line for line in ran.err.splitlines() if "error" in line] == [f"{name}: error: {name} has no branch for line 6, so it is left alone" for name in ("core", "js", "py")]


def test_only_what_was_looked_at_says_its_version_already(home: Path) -> None:
    shutil.rmtree(home / ".versync" / "repos" / "py")
    assert done(versync(home, "bump", "7.0.1")).out.splitlines()[0] == "nothing to write: every site that was looked at says its version already"


def test_a_tag_that_is_taken_stops_all_repositories(home: Path) -> None:
    repos = home / ".versync" / "repos"
    git(repos / "py", "tag", "8.0.0")
    heads = {name: git(repos / name, "rev-parse", "HEAD") for name in ("core", "js", "py")}
    for options in (["--tag"], ["--tag", "--branch", "eight"]):
        ran = versync(home, "bump", "8.0.0", *options)
        assert ran.code == 3
        assert "tag 8.0.0 " in ran.err
        assert kept(home) == tree()
        assert {name: git(repos / name, "rev-parse", "HEAD") for name in ("core", "js", "py")} == heads
        assert git(repos / "core", "for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines() == ["main", "release-6.x"]


def test_one_dirty_file_stops_all_repositories(home: Path) -> None:
    put(home / ".versync" / "repos" / "py", {"get.py": 'CORE = "v7.0.1"  # mine\n'})
    before = kept(home)
    ran = versync(home, "bump", "8.0.0")
    assert ran.code == 3
    assert ran.err.startswith("py/get.py: error: has changes that are not committed\n")
    assert kept(home) == before


# ---- what is shown


def test_a_dry_run_prints_the_diff_of_the_family_and_writes_nothing(home: Path, tmp_path: Path) -> None:
    patch = done(versync(home, "diff", "8.0.0")).raw
    assert done(versync(home, "bump", "8.0.0", "--dry-run")).raw == patch
    assert kept(home) == tree()
    put(tmp_path, {"all.patch": patch})
    git(home / ".versync" / "repos", "apply", str(tmp_path / "all.patch"))
    assert kept(home) == tree("8.0.0", "0.95.0"), "one stream, with the repository before each path"


def test_one_patch_a_repository_goes_to_a_folder(home: Path, tmp_path: Path) -> None:
    ran = done(versync(home, "diff", "8.0.0", "--patches", "../patches"))
    assert ran.out.splitlines() == ["../patches/core.patch: 2 files", "../patches/js.patch: 1 file", "../patches/py.patch: 2 files"]
    for name in ("core", "js", "py"):
        git(home / ".versync" / "repos" / name, "apply", str(tmp_path / "patches" / f"{name}.patch"))
    assert kept(home) == tree("8.0.0", "0.95.0")


def test_a_diff_without_a_target_is_what_check_wants_changed(home: Path) -> None:
    assert done(versync(home, "diff")).raw == b""
    put(home / ".versync" / "repos" / "core", {"engine/Cargo.toml": core("7.0.1", "0.94.0")["engine/Cargo.toml"]})
    assert b'-version = "0.94.0"\n+version = "0.94.1"\n' in done(versync(home, "diff")).raw
    assert versync(home, "check").code == 1


def test_a_single_repository_needs_no_prefix(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": MANIFEST.partition("[repos.core]")[0] + '[repos.core]\n[[components]]\nname = "core"\nrepo = "core"\npackages = ["pkg:npm/core"]\n', **js("7.0.1")})
    assert done(versync(tmp_path, "diff", "8.0.0")).out.startswith("diff --git a/package.json b/package.json\n")


@pytest.mark.parametrize("style", ["text", "json", "github"])
def test_a_finding_has_its_place_in_every_format(home: Path, tmp_path: Path, style: str) -> None:
    put(home / ".versync" / "repos" / "py", {"get.py": 'CORE = "v7.0.0"\n'})
    ran = versync(home, "check", "--format", style)
    assert (ran.code, ran.err) == (1, "")
    message = "version is v7.0.0, py is at 7.0.1 (py/pyproject.toml:3:12), so it must bundle core 7.0.1; expected v7.0.1"
    hint = "versync bump py=7.0.1"
    if style == "text":
        assert ran.out == f".versync/repos/py/get.py:1:9: error: {message}\n  hint: {hint}\n1 out of sync\n"
    elif style == "github":
        assert ran.out == f"::error file=.versync/repos/py/get.py,line=1,col=9,title=versync%3A differs::{message}%0A{hint}\n1 out of sync\n"
    else:
        said = json.loads(ran.out)
        assert said["findings"] == [{"repo": "py", "path": "get.py", "line": 1, "column": 9, "message": message, "hint": hint, "severity": "error", "rule": "differs"}]
        assert said["summary"] == "1 out of sync"
        assert [(one["name"], one["version"]) for one in said["components"]] == [("core", "7.0.1"), ("engine", "0.94.1"), ("py", "7.0.1"), ("js", "7.0.1")]
    again = versync(home, "check", "--format", style, "--output", str(tmp_path / "out"))
    assert (again.code, again.raw) == (1, b"")
    assert (tmp_path / "out").read_bytes() == ran.raw


def test_a_word_in_a_versions_place_is_accepted_and_overwritten(home: Path) -> None:
    put(home / ".versync" / "repos" / "py", {"get.py": 'CORE = "dev"\n'})
    committed(home / ".versync" / "repos" / "py")
    assert done(versync(home, "check", "--require-all")).out == "in sync\n"
    done(versync(home, "bump", "8.0.0"))
    assert kept(home) == tree("8.0.0", "0.95.0")


def test_a_bump_says_what_it_did_to_programs_too(home: Path, tmp_path: Path) -> None:
    done(versync(home, "bump", "8.0.0", "--format", "json", "--output", str(tmp_path / "out.json")))
    said = json.loads((tmp_path / "out.json").read_bytes())
    assert said == {
        "project": "8.0.0",
        "components": [{"name": name, "from": old, "to": new} for name, old, new in (("core", "7.0.1", "8.0.0"), ("engine", "0.94.1", "0.95.0"), ("py", "7.0.1", "8.0.0"), ("js", "7.0.1", "8.0.0"))],
        "repositories": [{"name": name, "files": count, "where": "the work tree"} for name, count in (("core", 2), ("js", 1), ("py", 2))],
        "left": [],
        "after": [{"repo": "core", "command": "cargo publish"}],
        "notes": [],
    }


def test_sites_are_listed_by_component_and_stand_where_they_say(home: Path) -> None:
    listed = json.loads(done(versync(home, "sites", "--format", "json")).out)
    assert [(one["component"], one["path"], one["role"]) for one in listed] == [
        ("core", "Cargo.toml", "declares"),
        ("core", "get.py", "declares"),
        ("engine", "engine/Cargo.toml", "declares"),
        ("engine", "Cargo.toml", "requires"),
        ("py", "pyproject.toml", "declares"),
        ("js", "package.json", "declares"),
    ]
    for one in listed:
        line = kept(home)[f"{one['repo']}/{one['path']}"].decode().splitlines()[one["line"] - 1]
        assert line[one["column"] - 1 :].startswith(one["text"])
    text = done(versync(home, "sites")).out
    assert text.startswith("core (tier 1, core)\n  core/Cargo.toml:3:12  declares  7.0.1  pkg:cargo/core\n  py/get.py:1:9  declares  v7.0.1  in py\n")
    assert text.endswith("6 sites\n")


def test_an_output_file_is_looked_at_before_anything_is_changed(home: Path, tmp_path: Path) -> None:
    for target in ("nowhere/out", "."):
        ran = versync(home, "bump", "8.0.0", "--output", target)
        assert ran.code == 2
        assert "--output" in ran.err
    assert kept(home) == tree()
    assert versync(home, "diff", "8.0.0", "--patches", "versync.toml").code == 2


# ---- the rest


def test_the_schema_is_the_committed_one(tmp_path: Path) -> None:
    printed = done(versync(tmp_path, "schema")).raw
    assert json.loads(printed)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    done(versync(tmp_path, "schema", "--output", "schema.json"))
    assert (tmp_path / "schema.json").read_bytes() == printed
    committed_one = ROOT / "manifests" / "schema.json"
    assert not committed_one.exists() or committed_one.read_bytes() == printed


LOCATED = ["--manifest", "--workspace", "--clone", "--repo", "--output"]
COMMON = [*LOCATED, "--line", "--at", "--format"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("bump", [*COMMON, "--dry-run", "--allow-downgrade", "--branch", "--commit", "--tag"]),
        ("check", [*COMMON, "--require-all"]),
        ("diff", [*COMMON, "--allow-downgrade", "--patches"]),
        ("sites", COMMON),
        ("undo", LOCATED),
        ("recover", LOCATED),
        ("schema", ["--output"]),
    ],
)
def test_help_names_every_option(tmp_path: Path, command: str, options: list[str]) -> None:
    for flag in ("-h", "--help"):
        text = done(versync(tmp_path, command, flag)).out
        assert [option for option in options if option not in text] == []
        assert [option for option in COMMON if option not in options and f"{option} " in text] == [], "nothing is taken and then not looked at"


def test_a_command_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    assert versync(tmp_path, "bumpp").code == 2
    assert versync(tmp_path, "check", "--formt", "json").code == 2
    assert versync(tmp_path, "check", "--format", "xml").code == 2
    assert versync(tmp_path, "check", "--line", "six").code == 2
    assert versync(tmp_path, "check", "--line", "-1").code == 2
    assert versync(tmp_path, "check", "8.0.0").code == 2


def test_the_version_is_said_from_a_checkout_too(tmp_path: Path) -> None:
    assert done(versync(tmp_path, "--version")).out.startswith("versync")


def test_undo_says_when_there_is_nothing_to_take_back(home: Path) -> None:
    ran = versync(home, "undo")
    assert (ran.code, ran.err) == (3, "error: there is nothing to undo\n  hint: versync undoes only its own last run\n")
    assert done(versync(home, "recover")).out == "nothing to recover\n"


def test_a_command_that_is_printed_has_options_that_a_shell_takes_and_a_terminal_shows() -> None:
    options = {"manifest": "a b.toml", "workspace": WORKSPACE, "repos": ["demo=\x1b[31m\n"], "line": None, "revisions": ()}
    command = r"--manifest 'a b.toml' --repo $'demo=\033[31m\n'"
    assert complete(problem("", hint="versync undo"), options).hint == f"versync undo {command}"
    assert next_command("check", [], options) == f"versync check {command}"


def test_a_command_that_comes_after_another_step_is_whole_too(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"manifest": "demo", "workspace": WORKSPACE, "repos": [], "line": None, "revisions": ()}
    assert complete(problem("", hint="git -C core checkout -- VERSION, then versync undo --force"), options).hint == "git -C core checkout -- VERSION, then versync undo --force --manifest demo"
    assert complete(problem("", hint="move it back, or: versync recover --force"), options).hint == "move it back, or: versync recover --force --manifest demo"
    assert complete(problem("", hint="versync audit, for how to accept it"), options).hint == "versync audit --manifest demo, for how to accept it"
    assert complete(problem("", hint="versync bump --branch NAME"), options).hint == "versync bump --branch NAME", "no command yet: it wants a name"
    monkeypatch.setenv(NOX, "undo check")
    assert complete(problem("", hint="versync undo --force overwrites it"), options | {"manifest": None}).hint == "nox -s undo -- --force overwrites it"
    assert next_command("check", [], options) == "nox -s check-sync -- --manifest demo"
    assert next_command("audit", [], options) == "versync audit --manifest demo", "no session of that noxfile"
