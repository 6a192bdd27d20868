"""What is broken, hostile or in the way: a clear error with a place, the right exit code, no traceback, and nothing lost or written."""

from __future__ import annotations

import fcntl
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import Ran, contents, git, repository, versync
from tests.trees import put

ROOT = Path(__file__).parent.parent

MANIFEST = """[project]
name = "demo"
leader = "core"

[repos.demo]

[[components]]
name = "core"
repo = "demo"
packages = ["pkg:cargo/core", "pkg:npm/core", "pkg:nuget/Core", "pkg:pypi/core"]
"""
FILES = {
    "versync.toml": MANIFEST,
    "Cargo.toml": '[package]\nname = "core"\nversion = "1.2.3"\n',
    "package.json": '{"name": "core", "version": "1.2.3"}\n',
    "Core.csproj": "<Project><PropertyGroup><Version>1.2.3</Version></PropertyGroup></Project>\n",
    "pyproject.toml": '[project]\nname = "core"\nversion = "1.2.3"\n',
}


def place(text: str) -> str:
    """The manifest with one more place."""
    return f"{MANIFEST}places = [{{ {text} }}]\n"


def nested(opening: str, count: int = 20_000) -> str:
    return opening * count


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True))
ENTITIES = '<!DOCTYPE p [\n<!ENTITY a "aaaa">\n<!ENTITY b "&a;&a;&a;&a;">\n]>\n<Project><PropertyGroup><Version>1.2.3</Version><X>&b;</X></PropertyGroup></Project>'
OUTWARD = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n<Project><PropertyGroup><Version>&a;</Version></PropertyGroup></Project>'

BROKEN: dict[str, tuple[str, str | bytes, str, str]] = {
    "toml": ("Cargo.toml", '[package\nname = "core"\n', "Cargo.toml:1:9", "not valid TOML: Expected ']'"),
    "toml twice": ("Cargo.toml", '[package]\nname = "core"\nversion = "1.2.3"\nversion = "1.2.3"\n', "Cargo.toml:4:1", "package.version is defined a second time"),
    "toml deep": ("Cargo.toml", f"a = {nested('[')}", "Cargo.toml:1:", "not valid TOML"),
    "json": ("package.json", '{"name": "core",\n "version": "1.2.3",}', "package.json:2:21", "a name in double quotes should be"),
    "json twice": ("package.json", '{"name": "core",\n "version": "1.2.3", "version": "1.2.3"}', "package.json:2:22", "version occurs twice in one object"),
    "json deep": ("package.json", nested("["), "package.json:1:201", "more than 200 containers inside one another"),
    "xml": ("Core.csproj", "<Project>\n<Version>1.2.3</Versio>\n</Project>", "Core.csproj:2:", "mismatched tag"),
    "xml deep": ("Core.csproj", nested("<a>"), "Core.csproj:1:601", "more than 200 elements inside one another"),
    "an entity bomb": ("Core.csproj", ENTITIES, "Core.csproj:2:", "declares an entity (a), which is not read"),
    "an entity from elsewhere": ("Core.csproj", OUTWARD, "Core.csproj:1:", "declares an entity (a), which is not read"),
    "binary": ("Cargo.toml", b'[package]\nname = "core"\nversion = "1.2.3"\n\0', "Cargo.toml", "a binary file"),
    "utf-16": ("Cargo.toml", FILES["Cargo.toml"].encode("utf-16"), "Cargo.toml", "UTF-16 text is not read"),
    "latin-1": ("Cargo.toml", FILES["Cargo.toml"].encode() + b"# \xe4\n", "Cargo.toml:4:3", "not UTF-8"),
    "python in latin-1": ("a.py", b'# coding: latin-1\nV = "1.2.3"\n', "a.py:1:11", "only UTF-8 is read"),
    "python": ("a.py", 'V = "1.2.3\n', "a.py:1:5", "not valid Python"),
    "yaml": ("a.yml", "V: 1.2.3\n x: [\n", "a.yml:2:3", "mapping values are not allowed here"),
    "yaml twice": ("a.yml", "V: 1.2.3\nV: 1.2.3\n", "a.yml:2:1", "V occurs twice in one mapping"),
    "yaml deep": ("a.yml", f"V: {nested('[')}", "a.yml:1:", "more than 100 collections inside one another"),
}


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A folder in sync, in which each test breaks something."""
    return put(tmp_path / "demo", FILES)


def refused(folder: Path, *arguments: str) -> Ran:
    """A bump (or what else is asked for) that changes not one byte."""
    before = contents(folder)
    ran = versync(folder, *(arguments or ("bump", "2.0.0")))
    assert contents(folder) == before
    assert ran.raw == b""
    return ran


def test_the_folder_is_in_sync_before_it_is_broken(demo: Path) -> None:
    assert versync(demo, "check").code == 0


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_cannot_be_read_is_named_with_its_place_and_stops_a_bump(demo: Path, what: str) -> None:
    path, body, where, said = BROKEN[what]
    kind = {"py": "name", "yml": "key"}.get(path.rpartition(".")[2])
    put(demo, {path: body, "versync.toml": place(f'file = "{path}", {kind} = "V"') if kind else MANIFEST})
    checked = versync(demo, "check")
    assert checked.code == 1
    first, hint, *rest = checked.out.splitlines()
    assert first.startswith(where)
    assert said in first
    assert ": error: " in first
    assert hint.startswith("  hint: ")
    assert rest == ["1 out of sync"], "what follows from it is not said as well"
    ran = refused(demo)
    assert ran.code == 3
    assert ran.err.startswith(f"demo/{where}")
    assert versync(demo, "diff", "2.0.0").code == 3


def test_a_file_of_a_hundred_megabytes_is_not_read(demo: Path) -> None:
    with (demo / "Cargo.toml").open("r+b") as file:
        file.truncate(100 << 20)
    checked = versync(demo, "check")
    assert checked.code == 1
    assert checked.out.startswith("Cargo.toml: error: 104857600 bytes are more than the 67108864 that are read\n")
    ran = versync(demo, "bump", "2.0.0")
    assert ran.code == 3
    assert (demo / "package.json").read_text(encoding="utf-8") == FILES["package.json"]


def test_an_alias_bomb_is_refused_with_its_place(demo: Path) -> None:
    put(demo, {"a.yml": f"{BOMB}V: 1.2.3\n", "versync.toml": place('file = "a.yml", key = "V"')})
    ran = versync(demo, "check")
    assert ran.code == 1
    assert "a.yml:" in ran.out
    assert "an alias bomb" in ran.out
    assert versync(demo, "bump", "2.0.0").code == 3
    assert (demo / "a.yml").read_text(encoding="utf-8") == f"{BOMB}V: 1.2.3\n"


def test_a_version_that_is_an_alias_is_named_with_its_place(demo: Path) -> None:
    put(demo, {"a.yml": "W: &w 1.2.3\nV: *w\n", "versync.toml": place('file = "a.yml", key = "V"')})
    checked = versync(demo, "check")
    assert checked.code == 1
    assert checked.out.startswith('a.yml: error: key "V" matches nothing\n  hint: mend the place at versync.toml:11')
    assert refused(demo).code == 3


def deep(source: str) -> subprocess.CompletedProcess[str]:
    """A Python file of that text, read in a process of its own: what it breaks might be the interpreter."""
    read = "import sys; from sync.source import Source; from sync.formats import python; [read(Source('a.py', sys.stdin.buffer.read())) for read in (python.read, python.reread)]"
    return subprocess.run([sys.executable, "-P", "-c", read], input=source, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.parametrize("opening", ["(", "-", "elif x: pass\n"])
def test_python_that_is_nested_without_end_does_not_break_the_interpreter(opening: str) -> None:
    ran = deep(("if x: pass\n" if "elif" in opening else "V = ") + opening * 20_000)
    assert ran.returncode == 1
    assert "UnreadableError: a.py:" in ran.stderr


# ---- the manifest


def test_a_manifest_that_is_no_toml_is_a_usage_error(demo: Path) -> None:
    put(demo, {"versync.toml": "[project\n"})
    ran = refused(demo, "check")
    assert (ran.code, ran.err) == (2, "versync.toml:1:9: error: not valid TOML: Expected ']' at the end of a table declaration\n")
    put(demo, {"versync.toml": f'{MANIFEST}name = "again"\n'})
    ran = refused(demo, "check")
    assert ran.code == 2
    assert ran.err.startswith("versync.toml:11:1: error: components[0].name is defined a second time\n")
    put(demo, {"versync.toml": MANIFEST.encode("utf-16")})
    ran = refused(demo, "check")
    assert (ran.code, ran.err) == (2, "versync.toml: error: UTF-16 text is not read; save it as UTF-8\n")


def test_an_unknown_key_is_answered_with_the_nearest_right_one(demo: Path) -> None:
    put(demo, {"versync.toml": MANIFEST.replace("packages =", "tier = 9\npackags =")})
    for command in (["check"], ["bump", "2.0.0"], ["diff", "2.0.0"], ["sites"], ["undo"], ["recover"]):
        ran = refused(demo, *command)
        assert ran.code == 2
        assert 'versync.toml:11:1: error: unknown key "packags" in components[0]\n  hint: did you mean "packages"?\n' in ran.err
        assert "versync.toml:10:8: error: components[0].tier is an integer (9), should be 1, 2 or 3\n" in ran.err


@pytest.mark.parametrize("path", ["../out.txt", "a/../../out.txt", "/etc/hostname", "C:/out.txt", "..", "./../out.txt"])
def test_a_manifest_reaches_nothing_outside_its_repository(demo: Path, path: str) -> None:
    put(demo, {"../out.txt": "1.2.3"})
    texts = [(place(f'file = "{path}", text = "{{version}}"'), 11)]
    texts += [(MANIFEST.replace("[repos.demo]", f"[repos.demo]\n{line}"), 6) for line in (f'read = {{ "{path}" = "cargo" }}', f'ignore = ["{path}"]')]
    for text, line in texts:
        put(demo, {"versync.toml": text})
        ran = refused(demo)
        assert ran.code == 2
        assert ran.err.startswith(f"versync.toml:{line}:")
        assert "inside the repository" in ran.err
    assert (demo.parent / "out.txt").read_bytes() == b"1.2.3"


def test_a_file_does_not_point_out_of_its_repository_either(demo: Path) -> None:
    put(demo, {"../VERSION": "1.2.3", "pyproject.toml": '[project]\nname = "core"\ndynamic = ["version"]\n\n[tool.setuptools.dynamic]\nversion = { file = "../VERSION" }\n'})
    ran = refused(demo)
    assert ran.code == 3
    assert "core lists pkg:pypi/core, which no file of demo declares" in ran.err
    assert (demo.parent / "VERSION").read_bytes() == b"1.2.3"


@pytest.mark.parametrize("tracked", [True, False], ids=["checkout", "folder"])
@pytest.mark.parametrize("folder", [True, False], ids=["through a folder", "the file itself"])
def test_a_link_out_of_the_repository_is_not_followed(demo: Path, tracked: bool, folder: bool) -> None:
    put(demo, {"../out/VERSION": "1.2.3", "versync.toml": place('file = "in/VERSION", text = "{version}"')})
    if folder:
        (demo / "in").symlink_to("../out")
    else:
        (demo / "in").mkdir()
        (demo / "in" / "VERSION").symlink_to("../../out/VERSION")
    if tracked:
        repository(demo)
    ran = refused(demo)
    assert ran.code == 3
    assert ran.err.startswith("versync.toml:11:")
    assert "demo has no file in/VERSION: " in ran.err
    assert "symbolic link" in ran.err
    assert (demo.parent / "out" / "VERSION").read_bytes() == b"1.2.3"


def test_a_manifest_of_the_family_behind_a_link_is_not_written_through(demo: Path) -> None:
    put(demo, {"../Cargo.toml": FILES["Cargo.toml"]})
    (demo / "Cargo.toml").unlink()
    (demo / "Cargo.toml").symlink_to("../Cargo.toml")
    ran = refused(demo)
    assert ran.code == 3
    assert "core lists pkg:cargo/core, which no file of demo declares" in ran.err
    assert (demo / "Cargo.toml").is_symlink()
    assert (demo.parent / "Cargo.toml").read_text(encoding="utf-8") == FILES["Cargo.toml"]


def test_a_file_that_git_does_not_track_is_called_that(demo: Path) -> None:
    repository(demo, {"versync.toml": place('file = "VERSION", text = "{version}"')})
    put(demo, {"VERSION": "1.2.3"})
    ran = refused(demo)
    assert ran.code == 3
    assert "demo has no file VERSION: git does not track the one that is there" in ran.err


# ---- repositories


def family(name: str, url: str) -> str:
    """A manifest of two repositories, of which the second is called and stands as given."""
    quoted = f'"{name}"'
    return f"""[project]
name = "demo"
leader = "core"

[repos.core]
url = "https://registry.example/core"
[repos.{quoted}]
url = "{url}"

[[components]]
name = "core"
repo = "core"
packages = ["pkg:cargo/core"]
ignore-packages = ["pkg:npm/core", "pkg:nuget/Core", "pkg:pypi/core"]

[[components]]
name = "py"
repo = {quoted}
packages = ["pkg:pypi/core"]
"""


def test_a_repository_is_not_called_like_an_option(demo: Path) -> None:
    put(demo, {"versync.toml": family("--upload-pack=x", "https://registry.example/py")})
    ran = refused(demo, "check", "--clone")
    assert ran.code == 2
    assert 'versync.toml:7:8: error: repos: "--upload-pack=x" should be a name of letters, digits, dots, dashes and underscores' in ran.err


@pytest.mark.parametrize("url", ["--upload-pack=touch pwned", "-u./pwned", "ext::sh -c 'touch pwned'", "fd::17", "ext::sh"])
def test_a_url_that_would_run_something_is_refused_where_it_is_written(demo: Path, url: str) -> None:
    put(demo, {"versync.toml": family("py", url)})
    for arguments in (["check"], ["check", "--clone", "--repo", "core=."], ["bump", "2.0.0", "--clone"]):
        ran = refused(demo, *arguments)
        assert ran.code == 2
        assert ran.err.startswith("versync.toml:8:8: error: repos.py.url: ")
    assert not (demo / "pwned").exists()


@pytest.mark.parametrize("url", ["ssh://-oProxyCommand=touch%20pwned/x", "file:///nowhere", "unknown://registry.example/x", "-@host:x"])
def test_a_url_that_git_is_not_handed_stops_all_clones(demo: Path, url: str) -> None:
    put(demo, {"versync.toml": family("py", url)})
    ran = refused(demo, "check", "--clone", "--repo", "core=.")
    assert ran.code == 2
    assert ran.err.startswith("versync.toml:")
    assert not (demo / "pwned").exists()
    assert not (demo / ".versync").exists()


def test_a_clone_that_fails_names_the_repository_and_leaves_nothing(demo: Path) -> None:
    put(demo, {"versync.toml": family("py", "./nowhere")})
    ran = refused(demo, "check", "--clone", "--repo", "core=.")
    assert ran.code == 3
    assert ran.err.startswith("py: error: could not be cloned: ")
    assert list((demo / ".versync" / "repos").iterdir()) == []


def test_a_missing_repository_is_not_checked_and_never_passed(demo: Path) -> None:
    put(demo, {"versync.toml": family("py", "https://registry.example/py")})
    ran = versync(demo, "check", "--repo", "core=.")
    assert ran.code == 0
    assert ran.out == "py: note: py is not checked: no checkout of it is at hand\n  hint: --repo py=PATH, or --clone to fetch https://registry.example/py\nin sync; 1 not checked\n"
    assert versync(demo, "check", "--repo", "core=.", "--require-all").code == 1
    ran = versync(demo, "check")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "nothing was checked; 2 not checked")
    for command in (["bump", "2.0.0"], ["diff", "2.0.0"]):
        ran = refused(demo, *command)
        assert ran.code == 3
        assert ran.err.startswith("error: no repository is at hand: core, py\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("py=nowhere", "error: --repo py=nowhere: there is no such folder\n"),
        ("py=versync.toml", "error: --repo py=versync.toml: there is no such folder\n"),
        ("rb=.", "versync.toml: error: --repo: the manifest has no repository 'rb'\n  hint: repositories: core, py\n"),
        ("py", "error: --repo py: write NAME=PATH\n"),
        ("py=", "error: --repo py=: write NAME=PATH\n"),
    ],
)
def test_a_repo_option_that_names_nothing_is_a_usage_error(demo: Path, given: str, said: str) -> None:
    put(demo, {"versync.toml": family("py", "https://registry.example/py")})
    for command in (["check"], ["bump", "2.0.0"], ["undo"], ["recover"]):
        ran = refused(demo, *command, "--repo", given)
        assert ran.code == 2
        assert ran.err.startswith(said)


def test_a_dirty_file_is_refused_and_a_dirty_neighbour_is_not(demo: Path) -> None:
    repository(demo)
    put(demo, {"Cargo.toml": FILES["Cargo.toml"] + "# mine\n"})
    assert versync(demo, "check").code == 0, "it is looked at as it stands"
    ran = refused(demo)
    assert ran.code == 3
    assert ran.err.startswith("demo/Cargo.toml: error: has changes that are not committed\n  hint: git -C ")
    git(demo, "add", "Cargo.toml")
    assert refused(demo).code == 3, "staged is not committed"
    ran = refused(demo, "bump", "2.0.0", "--branch", "two")
    assert ran.code == 3
    assert "demo/Cargo.toml: error: is not what is committed at " in ran.err
    assert git(demo, "branch", "--format=%(refname:short)") == "main"
    git(demo, "reset", "--quiet", "--hard")
    put(demo, {"notes.txt": "mine\n", "versync.toml": MANIFEST + "# mine\n"})
    assert versync(demo, "bump", "2.0.0").code == 0


def test_a_detached_head_takes_a_branch_but_no_commit(demo: Path) -> None:
    repository(demo)
    git(demo, "checkout", "--quiet", "--detach")
    head = git(demo, "rev-parse", "HEAD")
    for option in ("--commit", "--tag"):
        ran = refused(demo, "bump", "2.0.0", option)
        assert ran.code == 3
        assert ran.err.startswith("demo: error: HEAD is detached in ")
        assert "use --branch" in ran.err
    assert versync(demo, "bump", "2.0.0", "--branch", "two").code == 0
    assert git(demo, "rev-parse", "HEAD") == head
    assert git(demo, "rev-parse", "two^") == head


def test_nobody_to_commit_as_is_said_before_anything_is_written(demo: Path) -> None:
    repository(demo)
    git(demo, "config", "user.name", "")
    git(demo, "config", "user.email", "")
    ran = refused(demo, "bump", "2.0.0", "--commit")
    assert ran.code == 3
    assert 'hint: git config --global user.name "..." and user.email' in ran.err


@pytest.mark.parametrize(("branch", "code"), [("main", 3), ("-x", 2), ("a..b", 2), ("", 2), ("a b", 2), ("two.lock", 2)])
def test_a_branch_that_cannot_be_written_is_refused(demo: Path, branch: str, code: int) -> None:
    repository(demo)
    assert refused(demo, "bump", "2.0.0", "--branch", branch).code == code
    assert git(demo, "status", "--porcelain") == ""


def test_a_branch_of_somebody_elses_is_not_written_over(demo: Path) -> None:
    repository(demo)
    git(demo, "branch", "two")
    ran = refused(demo, "bump", "2.0.0", "--branch", "two")
    assert ran.code == 3
    assert ran.err.startswith("demo: error: branch two is there already, and versync did not write it\n")


@pytest.mark.parametrize(("revision", "code"), [("nowhere", 3), ("demo=nowhere", 3), ("--output=pwned", 2), ("demo=-x", 2), ("", 2), ("demo=", 2)])
def test_a_revision_that_is_none_is_refused(demo: Path, revision: str, code: int) -> None:
    repository(demo)
    ran = refused(demo, "check", "--at", revision)
    assert ran.code == code
    assert "error: " in ran.err


def test_a_folder_without_git_has_neither_revisions_nor_commits(demo: Path) -> None:
    assert "is no git repository, so it has no revision 'main'" in refused(demo, "check", "--at", "main").err
    for option in (["--commit"], ["--tag"], ["--branch", "two"]):
        ran = refused(demo, "bump", "2.0.0", *option)
        assert ran.code == 3
        assert "demo is no git repository, so nothing can be committed there" in ran.err


def test_a_repository_without_a_commit_is_told_so(demo: Path) -> None:
    git(demo, "init", "--quiet")
    assert refused(demo).code == 3
    ran = refused(demo, "check", "--at", "HEAD")
    assert ran.code == 3
    assert "has no commit 'HEAD'" in ran.err


@pytest.mark.parametrize("tracked", [True, False], ids=["checkout", "folder"])
def test_another_run_at_work_is_waited_for_by_nobody(demo: Path, tracked: bool) -> None:
    if tracked:
        repository(demo)
    state = demo / ".git" / "versync" if tracked else demo / ".versync"
    state.mkdir()
    with (state / "lock").open("w", encoding="ascii") as held:
        held.write("4711\n")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = refused(demo)
        assert ran.code == 3
        assert ran.err.startswith("error: another run of versync (process 4711) is at work in ")
        assert versync(demo, "check").code == 0, "a look needs no lock"
    assert versync(demo, "bump", "2.0.0").code == 0, "the file alone holds nobody up"


def test_a_file_that_may_not_be_written_is_refused(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync.disk import Disk

    monkeypatch.setattr(Disk, "may_write", lambda _, path: not path.endswith("Cargo.toml"))
    ran = refused(demo)
    assert (ran.code, ran.err) == (3, "demo/Cargo.toml: error: is not writable\n")


# ---- a repository that would like to be versync


HOSTILE = ("sync", "adapters", "click", "tomllib", "json", "git", "site", "sitecustomize", "usercustomize", "tree_sitter", "rich")


def command(folder: Path, *arguments: str, script: str = "") -> subprocess.CompletedProcess[str]:
    """``versync`` as its console script starts it: a process of its own, without the current folder on its path."""
    start = f"{script}\nfrom sync.cli import main\nmain()"
    return subprocess.run([sys.executable, "-P", "-c", start, *arguments], cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_a_repository_full_of_python_is_data_like_any_other(demo: Path) -> None:
    trap = "import pathlib\npathlib.Path('pwned').touch()\nraise SystemExit(99)\n"
    traps = {f"{name}/__init__.py": trap for name in HOSTILE} | {f"{name}.py": trap for name in ("conftest", "noxfile", "setup", "sitecustomize")}
    traps |= {"sync/cli/__init__.py": trap, "sync/errors.py": trap, "adapters/cargo.py": trap, "setup.cfg": "[metadata]\nname = core\nversion = attr: sync.V\n"}
    repository(demo, traps | {"sync/__init__.py": f'V = "1.2.3"\n{trap}'})
    for arguments in (["check"], ["bump", "2.0.0"], ["check"]):
        ran = command(demo, *arguments)
        assert (ran.returncode, ran.stderr) == (0, "")
    assert (demo / "sync" / "__init__.py").read_text(encoding="utf-8") == f'V = "2.0.0"\n{trap}', "it is even managed"
    assert not (demo / "pwned").exists()
    assert not list(demo.rglob("*.pyc"))


def test_a_repositorys_own_git_settings_start_nothing(demo: Path) -> None:
    repository(demo)
    for key in ("core.fsmonitor", "core.hooksPath", "core.pager", "diff.external", "core.sshCommand"):
        git(demo, "config", key, "touch pwned;")
    (demo / ".git" / "hooks").mkdir(exist_ok=True)
    for name in ("pre-commit", "post-commit", "reference-transaction", "post-index-change"):
        put(demo, {f".git/hooks/{name}": "#!/bin/sh\ntouch pwned\n"})
        (demo / ".git" / "hooks" / name).chmod(0o755)
    assert versync(demo, "bump", "2.0.0", "--commit", "--tag").code == 0
    assert versync(demo, "check").code == 0
    assert versync(demo, "undo").code == 0
    assert not (demo / "pwned").exists()


# ---- a run that was cut off


@pytest.mark.parametrize("tracked", [True, False], ids=["checkout", "folder"])
def test_a_run_that_was_cut_off_stops_everything_until_it_is_recovered(demo: Path, tracked: bool) -> None:
    if tracked:
        repository(demo)
    before = contents(demo)
    killed = command(demo, "bump", "2.0.0", script="import os\nfrom sync.disk import Disk\nDisk.sync = lambda self: os._exit(9)")
    assert killed.returncode == 9
    assert contents(demo) != before
    for arguments in (["check"], ["bump", "3.0.0"], ["diff", "3.0.0"], ["sites"]):
        ran = versync(demo, *arguments)
        assert ran.code == 4
        assert ran.raw == b""
        assert ran.err == "error: a run of versync was cut off in demo\n  hint: versync recover\n"
    recovered = versync(demo, "recover")
    assert (recovered.code, recovered.out) == (0, "1 interrupted run taken back\n")
    assert contents(demo) == before
    assert versync(demo, "recover").out == "nothing to recover\n"
    assert versync(demo, "check").code == 0


def test_undo_refuses_a_file_that_was_changed_since(demo: Path) -> None:
    versync(demo, "bump", "2.0.0")
    put(demo, {"Cargo.toml": '[package]\nname = "core"\nversion = "2.0.0"\n# mine\n'})
    ran = refused(demo, "undo")
    assert ran.code == 3
    assert ran.err.startswith("demo/Cargo.toml: error: ")
    assert versync(demo, "undo", "--force").code == 0
    assert (demo / "Cargo.toml").read_text(encoding="utf-8") == FILES["Cargo.toml"]
    ran = refused(demo, "undo")
    assert ran.code == 3
    assert ran.err.startswith("error: there is nothing to undo\n")


def test_a_hint_can_be_pasted(demo: Path) -> None:
    """The command that a finding is mended by mends it."""
    put(demo, {"package.json": FILES["package.json"].replace("1.2.3", "1.2.2")})
    ran = versync(demo, "check")
    assert ran.code == 1
    hint = next(line for line in ran.out.splitlines() if line.startswith("  hint: versync "))
    assert versync(demo, *shlex.split(hint.removeprefix("  hint: versync "))).code == 0
    assert contents(demo) == {path: text.encode() for path, text in FILES.items()}
