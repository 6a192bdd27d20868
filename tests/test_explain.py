"""`versync explain`: why a place is managed or not, for each reason that there is; and `add` and `remove` as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import git, repository, versync
from tests.trees import put

MANIFEST = """[project]
name = "lark"
leader = "lark"

[repos.lark]
ignore = ["old/**"]
audited = { "notes.txt" = "since {version}" }

[[components]]
name = "lark"
repo = "lark"
packages = ["pkg:cargo/lark"]
ignore-packages = ["pkg:cargo/tool"]
places = [
  { file = "README.md", text = "lark {version}" },
  { file = "empty.txt", text = "lark {version}", count = "0..1" },
]

[[components]]
name = "nest"
repo = "lark"
packages = ["pkg:cargo/nest-*", "pkg:pypi/nest"]
version = "0.{major + 87}.{patch}"
unmanaged = [{ packages = ["pkg:cargo/young"], below = "50" }]
"""

TREE: dict[str, str | bytes] = {
    "versync.toml": MANIFEST,
    "Cargo.toml": '[package]\nname = "lark"\nversion = "46.0.1"\n\n[dependencies]\nnest-egg = { version = "0.133.0", path = "egg" }\nserde = "1"\n',
    "egg/Cargo.toml": '[package]\nname = "nest-egg"\nversion = "0.133.1"\n',
    "tool/Cargo.toml": '[package]\nname = "tool"\nversion = "3.0.0"\n',
    "young/Cargo.toml": '[package]\nname = "young"\nversion = "3.0.0"\n',
    "zero/Cargo.toml": '[package]\nname = "nest-zero"\nversion = "0.0.0"\n',
    "stray/Cargo.toml": '[package]\nname = "stray"\nversion = "46.0.1"\n',
    "py/pyproject.toml": '[project]\nname = "nest"\ndynamic = ["version"]\n\n[tool.setuptools.dynamic]\nversion = { file = "VERSION" }\n',
    "py/VERSION": "0.133.1\n",
    "README.md": "about\nlark 46.0.1\n",
    "empty.txt": "nothing\n",
    "old/Cargo.toml": '[package]\nname = "lark-old"\nversion = "1.0.0"\n',
    "made/Cargo.toml": '[package]\nname = "made"\nversion = "46.0.1"\n',
    "notes.txt": "since 46.0.1\nat 46.0.1\n",
    "broken/Cargo.toml": "[package\n",
    ".gitattributes": "made/** linguist-vendored\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain") / "lark"
    folder.mkdir()
    repository(folder, TREE)
    (folder / "link").symlink_to("README.md")
    git(folder, "add", "link")
    put(folder, {"new.txt": "46.0.1\n", "inner/a.txt": "46.0.1\n"})
    return folder


def explained(tree: Path, target: str) -> list[str]:
    ran = versync(tree, "explain", target)
    assert ran.code == 0, ran.err
    return ran.out.splitlines()


NEST = "component nest (versync.toml:20), found by the adapter cargo, listed as pkg:cargo/nest-*; it follows the rule 0.{major + 87}.{patch}; held against 0.133.1"
POINTED = "component nest (versync.toml:20), found by the adapter pyproject: py/pyproject.toml says that its version stands here"
LEADS = "; it leads: its number is the project's (46.0.1); held against 46.0.1: in step"
FOLLOWS = "; it follows the rule 0.{major + 87}.{patch}; held against 0.133.1: in step"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("Cargo.toml:3", f"Cargo.toml:3:12: 46.0.1 is the version of pkg:cargo/lark; component lark (versync.toml:10), found by the adapter cargo, listed as pkg:cargo/lark{LEADS}"),
        ("egg/Cargo.toml", f"egg/Cargo.toml:3:12: 0.133.1 is the version of pkg:cargo/nest-egg; {NEST}: in step"),
        ("Cargo.toml:6", f"Cargo.toml:6:25: 0.133.0 is a requirement on pkg:cargo/nest-egg; {NEST}, as far as its requirement must follow"),
        ("README.md", f"README.md:2:6: 46.0.1 is the version of lark; component lark (versync.toml:10), found by the place at versync.toml:15 (text 'lark {{version}}'){LEADS}"),
        ("py/VERSION", f"py/VERSION:1:1: 0.133.1 is the version of pkg:pypi/nest; {POINTED}{FOLLOWS}"),
        ("tool/Cargo.toml", "tool/Cargo.toml:3:12: 3.0.0 is the version of pkg:cargo/tool: ignore-packages of lark (versync.toml:10) names it"),
        ("young/Cargo.toml", "young/Cargo.toml:3:12: 3.0.0 is the version of pkg:cargo/young: unmanaged says so, at nest (versync.toml:20), for this version of the project"),
        ("zero/Cargo.toml", "zero/Cargo.toml:3:12: 0.0.0 is the version of pkg:cargo/nest-zero: 0.0.0 is no version: such a package is not managed"),
        ("stray/Cargo.toml", "stray/Cargo.toml:3:12: 46.0.1 is the version of pkg:cargo/stray: no component lists it"),
        ("stray/Cargo.toml", "  hint: versync add COMPONENT pkg:cargo/stray"),
        ("old/Cargo.toml", 'old/Cargo.toml: ignored by "old/**" of [repos.lark] (versync.toml:5)'),
        ("made/Cargo.toml", "made/Cargo.toml: .gitattributes marks it as vendored or generated, so no adapter reads it; a place may still name it"),
        ("notes.txt:1", "notes.txt:1:7: 46.0.1: audited in [repos.lark]: no place of ours"),
        ("notes.txt:2", "notes.txt:2:4: 46.0.1: lark is at 46.0.1, but no site covers this"),
        ("notes.txt", "notes.txt: no adapter reads files called notes.txt, and no place names it"),
        ("empty.txt", "empty.txt: the place at versync.toml:16 (text 'lark {version}', of lark) looks at it, and matches nothing in it"),
        ("new.txt", "new.txt: not managed: it is there, but git does not track it"),
        ("link", "link: not managed: it is a link; a file is read where it stands"),
        ("inner", "inner: not managed: a folder in which git tracks no file of this repository (a submodule is a repository of its own)"),
        ("egg", "egg: a folder with 1 managed file: egg/Cargo.toml"),
        ("README.md:1", "README.md:1:1: nothing in this line is a version of ours"),
        ("lark/egg/Cargo.toml:3:12", f"egg/Cargo.toml:3:12: 0.133.1 is the version of pkg:cargo/nest-egg; {NEST}: in step"),
        ("pkg:cargo/stray", "stray/Cargo.toml:3:12: 46.0.1 is the version of pkg:cargo/stray: no component lists it"),
        ("pkg:cargo/serde", "Cargo.toml:7:10: 1 is a requirement on pkg:cargo/serde: no component lists it, so it is not ours"),
        ("pkg:cargo/none", "no file that is at hand declares pkg:cargo/none, or requires or locks a version of it (lark)"),
    ],
)  # fmt: skip
def test_every_place_says_why_it_is_managed_or_not(tree: Path, target: str, says: str) -> None:
    assert says in explained(tree, target)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("", "an empty PATH names nothing"),
        ("gone.txt", "gone.txt is neither a file nor a folder of lark"),
        ("gone:3", "gone is neither a file nor a folder of lark"),
        ("README.md:x", "README.md:x is neither a file nor a folder of lark"),
        ("/dev/null", "/dev/null is neither a file nor a folder of lark"),
        (".", ". is a whole repository"),
    ],
)
def test_what_names_nothing_is_a_usage_error(tree: Path, target: str, says: str) -> None:
    ran = versync(tree, "explain", target)
    assert (ran.code, ran.out, ran.err.splitlines()[0]) == (2, "", f"error: {says}")
    assert "git add" not in ran.err


def test_a_line_that_a_file_does_not_have_is_a_usage_error(tree: Path) -> None:
    ran = versync(tree, "explain", "README.md:3")
    assert (ran.code, ran.err) == (2, "lark/README.md: error: there is no line 3: it has 2 lines\n  hint: versync explain lark/README.md\n")


def test_at_a_revision_only_its_own_files_count(tree: Path) -> None:
    ran = versync(tree, "explain", "new.txt", "--at", "main")
    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: new.txt is neither a file nor a folder of lark at {git(tree, 'rev-parse', 'main')[:12]}")


def test_a_file_that_cannot_be_read_says_what_is_wrong_with_it(tree: Path) -> None:
    lines = explained(tree, "broken/Cargo.toml")
    assert lines[0].startswith("broken/Cargo.toml:1:")
    assert ": it cannot be read: " in lines[0]


def test_every_site_that_sites_prints_can_be_explained(tree: Path) -> None:
    rows = [line.split()[0] for line in versync(tree, "sites").out.splitlines() if line.startswith("  ")]
    assert len(rows) == 5
    assert all("component " in explained(tree, row)[0] for row in rows)


def test_it_speaks_json(tree: Path) -> None:
    told = json.loads(versync(tree, "explain", "README.md", "--format", "json").out)
    assert [(one["line"], one["column"], one["managed"]) for one in told] == [(2, 6, True)]


# ---- add and remove


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A tree to change."""
    return put(tmp_path, {"versync.toml": MANIFEST, "Cargo.toml": '[package]\nname = "lark"\nversion = "46.0.1"\n'})


def test_add_shows_what_it_changes_and_then_changes_it(own: Path) -> None:
    ran = versync(own, "add", "lark", "--file", "a.h", "--macro", "LARK_MAJOR", "--as", "{major}", "--count", "2", "--force")
    assert ran.code == 0
    row = '  { file = "a.h", macro = "LARK_MAJOR", as = "{major}", count = 2 },'
    assert f"+{row}" in ran.out.splitlines()
    assert (own / "versync.toml").read_text("utf-8") == MANIFEST.replace('count = "0..1" },\n', f'count = "0..1" }},\n{row}\n')


def test_a_dry_run_of_add_writes_nothing(own: Path) -> None:
    assert versync(own, "add", "lark", "pkg:npm/lark", "--dry-run").code == 0
    assert (own / "versync.toml").read_text("utf-8") == MANIFEST


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--file", "nope.py", "--name", "V"), "error: lark has no file nope.py"),
        (("--file", "v.py", "--text", "Z {version}"), 'lark/v.py: error: text "Z {version}" matches nothing'),
        (("--file", "v.py", "--text", "V = '{version}'", "--text", "Z {version}"), 'lark/v.py: error: text "Z {version}" matches nothing'),
        (("--file", "README.md", "--name", "V"), "README.md"),
        (("pkg:pypi/ghost",), "error: lark lists pkg:pypi/ghost, which no file of lark declares"),
        (("pkg:npm/lark", "pkg:pypi/ghost"), "error: lark lists pkg:pypi/ghost, which no file of lark declares"),
    ],
)
def test_what_matches_nothing_is_refused_unless_it_is_forced(own: Path, arguments: tuple[str, ...], says: str) -> None:
    put(own, {"v.py": "V = '1.0.0'\n", "package.json": '{"name": "lark", "version": "46.0.1"}\n'})
    ran = versync(own, "add", "lark", *arguments)
    assert (ran.code, ran.out) == (3, "")
    assert says in ran.err.splitlines()[0]
    assert ran.err.endswith("\n  hint: nothing was changed; --force adds it all the same\n")
    assert (own / "versync.toml").read_text("utf-8") == MANIFEST
    dry = versync(own, "add", "lark", *arguments, "--dry-run")
    assert (dry.code, dry.out[:4]) == (0, "--- ")
    assert (own / "versync.toml").read_text("utf-8") == MANIFEST
    forced = versync(own, "add", "lark", *arguments, "--force")
    assert (forced.code, forced.out) == (0, dry.out)
    assert ": warning: " in forced.err
    assert (own / "versync.toml").read_text("utf-8") != MANIFEST


def test_add_says_what_the_new_line_covers(own: Path) -> None:
    put(own, {"v.py": "V = '1.0.0'\n", "w/v.py": "\n# V = '1.0.1'\n", "package.json": '{"name": "lark", "version": "46.0.1"}\n'})
    assert versync(own, "add", "lark", "--file", "v.py", "--name", "V").err == "now covers v.py:1:6 (1.0.0), where check expects 46.0.1\n"
    both = "".join(f"now covers {at}, where check expects 46.0.1\n" for at in ("v.py:1:6 (1.0.0)", "w/v.py:2:8 (1.0.1)"))
    assert versync(own, "add", "lark", "--file", "**/v.py", "--text", "V = '{version}'").err == both
    assert versync(own, "add", "lark", "pkg:npm/lark").err == "now covers package.json:1:30 (46.0.1)\n"
    many = put(own, {"many.txt": "at 46.0.1\n" * 13})
    told = versync(many, "add", "lark", "--file", "many.txt", "--text", "at {version}", "--count", "12").err.splitlines()
    assert told[0] == 'lark/many.txt: warning: text "at {version}" matches 13 times, 12 expected'
    assert told[1] == "now covers many.txt:1:4 (46.0.1)"
    assert told[-2:] == ["now covers many.txt:10:4 (46.0.1)", "and 3 more"]
    assert versync(own, "add", "lark", "--file", "some.txt", "--text", "at {version}", "--count", "0..1").code == 0, "it need not be there"


def test_add_believes_what_it_cannot_look_at(own: Path) -> None:
    away = put(own / "away", {"versync.toml": MANIFEST.replace("[repos.lark]", "[repos.other]\nurl = 'https://registry.example/other'\n[repos.lark]\nurl = 'https://registry.example/lark'")})
    ran = versync(away, "add", "lark", "pkg:pypi/ghost")
    assert (ran.code, ran.err) == (0, "")
    assert '"pkg:pypi/ghost"' in (away / "versync.toml").read_text("utf-8")


def test_remove_takes_back_what_add_put_there(own: Path) -> None:
    for arguments in (("nest", "pkg:npm/nest"), ("lark", "--file", "a.yaml", "--key", "a.b"), ("lark", "--file", "a.txt", "--text", "v{version}")):
        assert versync(own, "add", *arguments, "--force").code == 0
        assert (own / "versync.toml").read_text("utf-8") != MANIFEST
        assert versync(own, "remove", *arguments).code == 0
        assert (own / "versync.toml").read_text("utf-8") == MANIFEST


def test_a_component_is_made_and_removed_whole(own: Path) -> None:
    assert versync(own, "add", "shell", "pkg:npm/shell", "--in", "lark", "--version", "independent", "--force").code == 0
    assert 'name = "shell"\nrepo = "lark"\npackages = ["pkg:npm/shell"]\nversion = "independent"\n' in (own / "versync.toml").read_text("utf-8")
    assert versync(own, "remove", "shell", "--whole").code == 0
    assert (own / "versync.toml").read_text("utf-8").rstrip() == MANIFEST.rstrip()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "lark"), "a place has a --file and one of --text, --key, --name, --macro, --element"),
        (("add", "lark", "--file", "a", "--text", "{version}", "--macro", "X"), "a place has a --file and one of"),
        (("add", "lark", "pkg:npm/x", "--file", "a", "--text", "{version}"), "not both at once"),
        (("add", "larc", "pkg:npm/x"), "no component is called larc"),
        (("add", "lark", "--file", "../a", "--text", "{version}"), 'versync.toml: error: components[0].places[2].file: "../a"'),
        (("add", "lark", "--file", "a", "--text", "{versoin}"), "did you mean {version}?"),
        (("remove", "lark"), "packages, a place (--file and its value), or --whole"),
        (("remove", "lark", "--whole"), '"lark" is no component of this manifest'),
        (("remove", "lark", "--file", "a", "--text", "b"), "lark has no place with text 'b' in a"),
        (("audit", "--ignore", "a", "no version"), "placeholder"),
    ],
)
def test_what_is_wrong_is_said_and_the_manifest_stays(own: Path, arguments: tuple[str, ...], says: str) -> None:
    ran = versync(own, *arguments)
    assert ran.code == 2
    assert says in ran.err
    assert (own / "versync.toml").read_text("utf-8") == MANIFEST


def test_a_manifest_that_comes_with_versync_is_not_changed(own: Path) -> None:
    ran = versync(own, "add", "wasmtime", "pkg:npm/x", "--manifest", "wasmtime")
    assert ran.code == 3
    assert "comes with versync" in ran.err


def test_the_manifest_keeps_its_mode_and_no_spare_is_left(own: Path) -> None:
    (own / "versync.toml").chmod(0o640)
    assert versync(own, "add", "lark", "pkg:npm/lark", "--force").code == 0
    assert (own / "versync.toml").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in own.iterdir()) == ["Cargo.toml", "versync.toml"]


def test_git_is_not_needed(own: Path) -> None:
    assert versync(own, "explain", "Cargo.toml:3").out.startswith("Cargo.toml:3:12: 46.0.1 is the version of pkg:cargo/lark")
    assert git(own.parent, "--version").startswith("git version")
