"""The audit: today's versions that no site covers, in every spelling, the likeliest forgotten place first; and how each is accepted or ignored."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

import adapters
from sync import inventory, literals
from sync.audit import search
from sync.audit.finding import Finding
from sync.audit.moved import chosen
from sync.audit.pattern import surroundings, values
from sync.audit.repository import audit
from sync.cli.options import Tags
from sync.literals import Wanted
from sync.manifest import read
from sync.registry import Registry
from sync.targets import Release
from sync.tree import open_tree
from sync.version import Version
from tests.bounds import ending
from tests.commands import committed, repository, versync
from tests.trees import DAY, Family, put

MANIFEST = """
[project]
name = "lark"
leader = "lark"

[repos.lark]

[[components]]
name = "lark"
repo = "lark"
packages = ["pkg:cargo/lark"]

[[components]]
name = "lark-go"
repo = "lark"
packages = ["pkg:golang/registry.example/lark-go"]

[[components]]
name = "nest"
repo = "lark"
packages = ["pkg:cargo/nest"]
version = "0.{major + 87}.{patch}"
"""

TREE: Mapping[str, str | bytes] = {
    "Cargo.toml": '[package]\nname = "lark"\nversion = "46.0.1"\n\n[dependencies]\nserde = "46.0.1"\n',
    "nest/Cargo.toml": '[package]\nname = "nest"\nversion = "0.133.1"\n',
    "go.mod": "module registry.example/lark-go/v46\n",
}


def found(folder: Path, files: Mapping[str, str | bytes], manifest: str = MANIFEST) -> list[Finding]:
    """What audit finds in a folder with the tree above and those files."""
    family = Family(folder, manifest, {"lark": {**TREE, **files}})
    return audit(family.manifest, family.look(), {})


def shown(rows: list[Finding]) -> list[tuple[str, str, str]]:
    """Path, pattern and component of the likely ones, in their order."""
    return [(one.spots[0].path, one.texts[0], one.component) for one in rows if one.likely]


def test_a_tree_in_which_all_is_covered_has_nothing_likely(tmp_path: Path) -> None:
    assert shown(found(tmp_path, {})) == []


@pytest.mark.parametrize(
    ("line", "pattern", "component"),
    [
        ('VERSION = "46.0.1"', 'VERSION = "{version}"', "lark"),
        ("lark version: v46.0.1", "lark version: v{version}", "lark"),
        ("cargo install lark --version 46.0.1", "cargo install lark --version {version}", "lark"),
        ("https://registry.example/lark/46.0.1/lark.zip", "https://registry.example/lark/{version}/lark", "lark"),
        ('lark_version = "46_0_1"', 'lark_version = "{major}_{minor}_{patch}"', "lark"),
        ("#define LARK_VERSION 460001", "#define LARK_VERSION {major}{minor:02}{patch:02}", "lark"),
        ('lark_version = "46.0"', 'lark_version = "{major}.{minor}"', "lark"),
        ("import registry.example/lark-go/v46", "import registry.example/lark-go/v{major}", "lark-go"),
        ("go get registry.example/lark-go/v46@v46.0.0", "go get registry.example/lark-go/v{major}@v{version}", "lark-go"),
        ('nest_version = "0.133.1"', 'nest_version = "{version}"', "nest"),
        ('AssemblyVersion("46.0.1.0")', 'AssemblyVersion("{version}")', "lark"),
        ("lark version 46.0.1.7", "lark version {release}.7", "lark"),
        ("version = {46.0.1}", "version = {{{version}}}", "lark"),
    ],
)
def test_every_spelling_of_a_components_number_is_found(tmp_path: Path, line: str, pattern: str, component: str) -> None:
    rows = found(tmp_path, {"a.txt": f"first\n{line}\nlast\n"})
    assert shown(rows) == [("a.txt", pattern, component)]
    assert rows[0].spots[0].line == 2


def test_no_pattern_holds_another_version_that_moves(tmp_path: Path) -> None:
    line = "see lark-46_0_1.tgz, lark@46.0.1 and registry.example/lark-go/v46](https://registry.example/lark-go/v46) as of lark 46.0.1"
    rows = found(tmp_path, {"a.txt": f"lark 46.0.1\n{line}\n"})
    assert {text for one in rows for text in one.texts if one.spots[0].path == "a.txt"} == {
        "lark {version}",
        "see lark-{major}_{minor}_{patch}.tgz",
        ".tgz, lark@{version}",
        "and registry.example/lark-go/v{major}]",
        "](https://registry.example/lark-go/v{major})",
        ") as of lark {version}",
    }


def test_a_checksum_of_go_is_no_place(tmp_path: Path) -> None:
    assert shown(found(tmp_path, {"sub/go.sum": "registry.example/lark-go/v46 v46.0.1 h1:abc=\n", "go.sum": "registry.example/lark-go/v46 v46.0.1 h1:abc=\n"})) == []


def test_a_version_file_is_the_likeliest_of_all(tmp_path: Path) -> None:
    rows = found(tmp_path, {"VERSION": "46.0.1\n", "a.txt": 'VERSION = "46.0.1"\n'})
    assert shown(rows) == [("VERSION", "{version}", "lark"), ("a.txt", 'VERSION = "{version}"', "lark")]


@pytest.mark.parametrize(
    ("path", "leader", "component"),
    [
        ("perl/VERSION", "wren", "wren"),
        ("VERSION", "wren", "wren"),
        ("perl/VERSION", "older", "crow"),
        ("js/VERSION", "wren", "owl"),
        ("wren/VERSION", "older", "wren"),
        ("both/VERSION", "wren", "wren"),
        ("both/VERSION", "older", "dove"),
        ("both/jay/VERSION", "wren", "jay"),
    ],
)
def test_of_components_at_one_version_the_folder_tells_else_it_is_the_leaders_or_the_firsts(tmp_path: Path, path: str, leader: str, component: str) -> None:
    folders = {"crow": "crow", "older": "a", "dove": "both/dove", "jay": "both/jay", "owl": "js", "wren": "wren"}
    manifest = f'[project]\nname = "x"\nleader = "{leader}"\n[repos.lark]\n' + "".join(
        f'[[components]]\nname = "{name}"\nrepo = "lark"\npackages = ["pkg:cargo/{name}"]\nversion = "{"exact" if name == leader else "independent"}"\n' for name in folders
    )
    files: dict[str, str | bytes] = {f"{folder}/Cargo.toml": f'[package]\nname = "{name}"\nversion = "{"3.0.1" if name == "older" else "46.0.1"}"\n' for name, folder in folders.items()}
    put(tmp_path, {**files, path: "46.0.1\n"})
    known = read.read("versync.toml", manifest.encode())
    trees = {"lark": open_tree("lark", tmp_path)}
    rows = audit(known, inventory.look(known, trees, Registry(adapters.TABLE, adapters.load)), {})
    assert [(one.files, one.component) for one in rows] == [((path,), component)]


def test_the_parts_of_a_split_version_are_one_finding(tmp_path: Path) -> None:
    rows = found(tmp_path, {"lark.h": "#define LARK_VERSION_MAJOR 46\n#define LARK_VERSION_MINOR 0\n#define LARK_VERSION_PATCH 1\n#define LARK_PORT 46\n"})
    assert [one.texts for one in rows if one.likely] == [("#define LARK_VERSION_MAJOR {major}", "#define LARK_VERSION_MINOR {minor}", "#define LARK_VERSION_PATCH {patch}")]


def test_one_part_alone_is_any_number(tmp_path: Path) -> None:
    assert [one for one in found(tmp_path, {"a.h": "#define LARK_VERSION_MAJOR 46\n"}) if one.spots[0].path == "a.h"] == []


@pytest.mark.parametrize("text", ["11.46.0.1\n", "46.0.12\n", "46.0.1-rc.1\n", "146.0.1\n", "46.0.1.4.2\n"])
def test_a_longer_number_is_another_number(tmp_path: Path, text: str) -> None:
    assert [one for one in found(tmp_path, {"a.txt": f"lark version {text}"}) if one.likely and "{release}" not in one.texts[0]] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "since lark 46.0.1 there is a nest"),
        ("docs/api.rst", ".. versionadded:: 46.0.1"),
        ("README.md", "Starting from version 46.0.1, eggs hatch"),
        ("CHANGELOG.md", "## 46.0.1"),
        ("docs/release-notes/46.md", "lark version 46.0.1"),
        ("vendor/owl/owl.txt", "version = 46.0.1"),
        ("web/yarn.lock", 'owl@^46:\n  version "46.0.1"'),
        ("tests/fixtures/a.txt", "the egg weighs 46.0.1"),
    ],
)
def test_false_friends_are_there_but_not_likely(tmp_path: Path, path: str, text: str) -> None:
    rows = found(tmp_path, {path: text + "\n"})
    assert [one.spots[0].path for one in rows if path == one.spots[0].path] == [path]
    assert [one for one in rows if one.likely] == []


def test_a_third_partys_requirement_at_the_same_number_is_not_likely(tmp_path: Path) -> None:
    rows = found(tmp_path, {})
    assert [(one.spots[0].path, one.shown, one.likely) for one in rows] == [("Cargo.toml", 'serde = "46.0.1"', False)]


def test_a_package_that_no_component_lists_comes_first(tmp_path: Path) -> None:
    rows = found(tmp_path, {"egg/Cargo.toml": '[package]\nname = "egg"\nversion = "46.0.1"\n', "shell/Cargo.toml": '[package]\nname = "shell"\nversion = "46.0.1"\n', "VERSION": "46.0.1\n"})
    assert (rows[0].packages, rows[0].component, rows[0].version) == (("pkg:cargo/egg", "pkg:cargo/shell"), "lark", "46.0.1")
    assert rows[1].spots[0].path == "VERSION"


def test_what_is_ignored_is_not_looked_at(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("[repos.lark]\n", '[repos.lark]\nignore = ["old/**"]\n')
    assert shown(found(tmp_path, {"old/VERSION": "46.0.1\n"}, manifest)) == []


def test_what_was_audited_is_passed_over_also_at_the_next_version(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("[repos.lark]\n", '[repos.lark]\naudited = { "a.txt" = "version = {version}", "b/*" = "{version}" }\n')
    files = {"a.txt": "version = 46.0.1\nthe version is 46.0.1\n", "b/c.txt": "version = 46.0.1\nx46_0_1\n"}
    assert shown(found(tmp_path, files, manifest)) == [("a.txt", "the version is {version}", "lark")]


def test_a_number_that_stands_as_managed_ones_do_is_found_though_no_component_has_it(tmp_path: Path) -> None:
    manifest = MANIFEST.replace('version = "0.{major', 'places = [{ file = "sets.yaml", key = "sets.nest.version" }]\nversion = "0.{major')
    manifest = manifest.replace('packages = ["pkg:cargo/lark"]', 'packages = ["pkg:cargo/lark"]\nplaces = [{ file = "sets.yaml", key = "sets.lark.version" }]')
    rows = found(tmp_path, {"sets.yaml": "sets:\n  lark:\n    version: 46.0.1\n  nest:\n    version: 0.133.1\n  egg:\n    version: 0.0.7\n"}, manifest)
    assert [(one.spots[0].line, one.version, one.component) for one in rows if one.likely] == [(7, "0.0.7", "")]


def test_binary_files_are_passed_over(tmp_path: Path) -> None:
    assert shown(found(tmp_path, {"a.bin": b"VERSION = 46.0.1\0", "b.bin": b"\xff\xfeV46.0.1"})) == []


# ---- searching with git

SPELLED = {
    "dots.txt": "lark version 46.0.1\n",
    "low.txt": 'lark_version = "46_0_1"\n',
    "packed.h": "#define LARK_VERSION 460001\n",
    "short.txt": 'lark_version = "46.0"\n',
    "go.txt": "import registry.example/lark-go/v46\n",
    "next.xml": "<version>46.0.2-SNAPSHOT</version>\n",
    "upper.h": "#define LARK_VERSION_MAJOR 46\n#define LARK_VERSION_MINOR 0\n",
    "title.cs": "VersionMajor = 46;\nVersionMinor = 0;\n",
    "lower.c": "version_major = 46;\nversion_minor = 0;\n",
    "old.txt": "lark version 45.0.1\n",
    "other.txt": "lark version 146.0.12, of a major 12 of 46 in all\n",
    "no end.txt": "lark version 46.0.1",
    "ünï/a.txt": "lark version 46.0.1\n",
    "long.txt": "x" * 70_000 + " lark version 46.0.1\n" + "lark major\n" * 9_000 + "lark version 46.0.1\n",
}


@pytest.mark.parametrize("extra", [{}, {"new\nline.txt": "lark version 46.0.1\n"}])
def test_git_finds_the_files_that_reading_all_of_them_finds(tmp_path: Path, extra: Mapping[str, str]) -> None:
    files = {**SPELLED, **extra}
    plain = found(tmp_path / "plain", files)
    checkout = tmp_path / "checkout" / "lark"
    checkout.mkdir(parents=True)
    repository(checkout, {**TREE, **files})
    family = Family(tmp_path / "checkout", MANIFEST, {"lark": {}})
    assert audit(family.manifest, family.look(), {}) == plain
    spotted = {spot.path for one in plain for spot in one.spots}
    assert spotted == {*files, "Cargo.toml"} - {"old.txt", "other.txt"}


def test_a_file_whose_lines_hold_other_numbers_is_not_even_read(tmp_path: Path) -> None:
    folder = tmp_path / "lark"
    folder.mkdir()
    repository(folder, {**TREE, **SPELLED})
    family = Family(tmp_path, MANIFEST, {"lark": {}})
    tree = family.look().scans["lark"].tree
    wanted = [Wanted(family.manifest.components[0], Version.of("46.0.1"))]
    with search.started(tree, literals.needles(wanted)) as lines:
        found = {path for some in lines for path in search.paths(some, wanted, tree.revision)}
    assert found == {*SPELLED, "Cargo.toml"} - {"old.txt", "other.txt", "go.txt"}


FOLLOWING = """
[[components]]
name = "wren"
repo = "lark"
packages = ["pkg:cargo/wren"]
version = "0.{major - 1}.{patch}"
"""


def test_what_the_topmost_folder_promises_is_searched_once_and_the_rest_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "lark"
    folder.mkdir()
    wren = '[package]\nname = "wren"\nversion = "0.45.1"\n'
    repository(folder, {**TREE, "VERSION": "46.0.1\n", "wren/Cargo.toml": wren, "wren/VERSION": "0.45.1\n", "owl/VERSION": "0.7.0\n"})
    manifest = read.read("versync.toml", (MANIFEST + FOLLOWING).encode())
    trees = {"lark": open_tree("lark", folder)}
    registry = Registry(adapters.TABLE, adapters.load)
    with search.ahead(manifest, trees, registry) as begun:
        assert {b"46.0", b"0.45"} < set(begun["lark"].needles)
        ones = shown(audit(manifest, inventory.look(manifest, trees, registry), {}, begun))
        assert list(begun["lark"].lines) == [], "it was used"
    assert ones == [("VERSION", "{version}", "lark"), ("wren/VERSION", "{version}", "wren")]
    (folder / "wren/Cargo.toml").write_text(wren.replace("0.45.1", "0.7.0"))
    with search.ahead(manifest, trees, registry) as begun:
        late = shown(audit(manifest, inventory.look(manifest, trees, registry), {}, begun))
    assert late == shown(audit(manifest, inventory.look(manifest, trees, registry), {}))
    assert ("owl/VERSION", "{version}", "wren") in late


# ---- history

LIBRARY = '[project]\nname = "lark"\nleader = "lark"\n[repos.lark]\n[[components]]\nname = "lark"\nrepo = "lark"\npackages = ["pkg:cargo/lark"]\n'


def release(version: str) -> dict[str, str | bytes]:
    past = "".join(f"[{one}]\n" for one in ("1.0.0", "1.1.0", "1.2.0") if one <= version)
    return {
        "Cargo.toml": f'[package]\nname = "lark"\nversion = "{version}"\n\n[dependencies]\nowl = "1.2.0"\n',
        "moved.txt": f"eggs are at {version} today\n",
        "log.txt": past,
        "fixed.txt": "the owl is at 1.2.0 today\n",
        "versions.json": json.dumps(sorted(past.strip("[]\n").split("]\n["), reverse=True), indent=2),
    }


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Three releases; the last is in the work tree."""
    folder = tmp_path / "lark"
    folder.mkdir()
    repository(folder, release("1.0.0"), tag="v1.0.0")
    committed(folder, release("1.1.0"), tag="v1.1.0")
    return committed(folder, release("1.2.0"), tag="v1.2.0")


def audited(folder: Path, rev: str = "") -> list[Finding]:
    manifest = read.read("versync.toml", LIBRARY.encode())
    trees = {"lark": open_tree("lark", folder, rev)}
    return audit(manifest, inventory.look(manifest, trees, Registry(adapters.TABLE, adapters.load)), Tags(manifest, trees))


@pytest.mark.parametrize("rev", ["", "HEAD"])
def test_a_line_that_moved_with_past_releases_outranks_all_others(history: Path, rev: str) -> None:
    rows = audited(history, rev)
    assert [one.spots[0].path for one in rows if one.likely] == ["moved.txt"]
    assert "it moved with 2 of 2 past releases" in rows[0].why
    weights = {one.spots[0].path: one.why for one in rows}
    assert "past versions stand there as well" in weights["log.txt"]
    assert "past versions stand there as well" in weights["versions.json"], "the next one is put before the first"
    assert "the same number stood there in past releases" in weights["fixed.txt"]
    assert "a requirement on another's package" in weights["Cargo.toml"]


def test_other_numbers_that_past_releases_had_as_well_make_no_log_of_a_file(history: Path) -> None:
    others = "".join(f"<{name}>{number}</{name}>\n" for name, number in (("owl", "1.0.0"), ("jay", "1.1.0"), ("daw", "2.7.1"), ("tit", "3.1.4")))
    for version in ("1.3.0", "1.4.0"):
        committed(history, {**release(version), "nest.xml": f"<lark>{version}</lark>\n{others}"}, tag=f"v{version}")
    [one] = [each for each in audited(history) if each.spots[0].path == "nest.xml"]
    assert (one.texts, one.likely) == (("<lark>{version}</lark>",), True)
    assert "past versions stand there as well" not in one.why


def test_the_releases_that_tell_most_are_looked_at() -> None:
    releases = [Release(Version.of(text), DAY, text) for text in ("4.0.0-rc.1", "3.2.1", "3.2.0", "3.1.0", "3.0.1", "3.0.0", "2.9.0", "2.8.0", "1.0.0")]
    assert [one.tag for one in chosen(releases, Version.of("3.2.1"))] == ["3.2.0", "3.1.0", "3.0.1", "2.9.0", "1.0.0"]


# ---- patterns


def test_a_pattern_means_this_number_and_no_other() -> None:
    body = b"<artifactId>owl</artifactId>\n  <version>9.9.9</version>\n  <artifactId>lark</artifactId>\n  <version>1.2.0</version>\n"
    start = body.index(b"1.2.0")
    pattern = surroundings(body, start, start + 5, "{version}", "semver")
    assert pattern == "<artifactId>lark</artifactId>\n  <version>{version}</version>"
    assert values(pattern, "semver", body) == ["1.2.0"]


def test_other_numbers_of_a_line_stay_out_of_its_pattern() -> None:
    assert surroundings(b"2024-05-01 lark 1.2.0\n", 16, 21, "{version}", "semver") == "lark {version}"


# ---- the command


def test_each_finding_comes_with_a_line_that_accepts_it_and_one_that_ignores_it(tmp_path: Path) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "a.txt": "VERSION = '46.0.1'\n", "b.txt": "lark-46.0.1.zip\n"})
    told = json.loads(versync(tmp_path, "audit", "--format", "json").out)
    rows = {one["spots"][0]["path"]: one for one in told["findings"]}
    assert set(rows) == {"a.txt", "b.txt"}
    assert told["likely"] == 2
    text = versync(tmp_path, "audit").out
    lines = [line.strip().removeprefix("accept: versync ").removeprefix("ignore: versync ") for line in text.splitlines()]
    assert shlex.join(rows["a.txt"]["accept"]) in lines
    assert shlex.join(rows["b.txt"]["ignore"]) in lines
    assert versync(tmp_path, *rows["a.txt"]["accept"]).code == 0
    assert versync(tmp_path, *rows["b.txt"]["ignore"]).code == 0
    assert versync(tmp_path, "audit").out == "0 places that no line of the manifest covers; 1 more that is unlikely (--all)\n"
    assert versync(tmp_path, "audit", "--strict").code == 0
    assert "VERSION = '{version}'" in (tmp_path / "versync.toml").read_text("utf-8")
    assert versync(tmp_path, "bump", "47.0.0").code == 0
    assert ((tmp_path / "a.txt").read_text("utf-8"), (tmp_path / "b.txt").read_text("utf-8")) == ("VERSION = '47.0.0'\n", "lark-46.0.1.zip\n")


def test_strict_is_red_where_something_likely_is_left(tmp_path: Path) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "VERSION": "46.0.1\n"})
    assert (versync(tmp_path, "audit").code, versync(tmp_path, "audit", "--strict").code) == (0, 1)


def test_a_pattern_of_two_lines_survives_the_shell(tmp_path: Path) -> None:
    from sync.shell import words

    assert words(["--text", "it's\n  {version}"]) == "--text $'it\\'s\\n  {version}'"


def test_annotations_for_github_name_file_line_and_column(tmp_path: Path) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "VERSION": "46.0.1\n"})
    out = versync(tmp_path, "audit", "--format", "github").out
    assert out.startswith("::notice file=VERSION,line=1,col=1,title=versync%3A audit::46.0.1 of lark: ")


def test_a_dry_run_of_ignoring_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST})
    ran = versync(tmp_path, "audit", "--ignore", "README.md", "since {version}", "--dry-run")
    assert '+"README.md" = "since {version}"' in ran.out.splitlines()
    assert (tmp_path / "versync.toml").read_text("utf-8") == MANIFEST


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("README.md", "zz {version}", 'lark/README.md: error: text "zz {version}" matches nothing'),
        ("nope.md", "{version}", "error: lark has no file nope.md"),
        ("a.bin", "{version}", 'lark/a.bin: error: text "{version}" matches nothing'),
    ],
)
def test_what_matches_nothing_is_not_ignored_unless_it_is_forced(tmp_path: Path, file: str, text: str, says: str) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "README.md": "since 46.0.1\n", "a.bin": b"\0"})
    ran = versync(tmp_path, "audit", "--ignore", "README.md", "since {version}", "--ignore", file, text)
    assert (ran.code, ran.out, ran.err) == (3, "", f"{says}\n  hint: nothing was changed; --force ignores it all the same\n")
    assert (tmp_path / "versync.toml").read_text("utf-8") == MANIFEST
    assert versync(tmp_path, "audit", "--ignore", file, text, "--force").code == 0
    assert text in (tmp_path / "versync.toml").read_text("utf-8")


def test_bytes_that_are_no_utf8_are_left_out_of_the_text(tmp_path: Path) -> None:
    latin = "für Lärche 46.0.1\n".encode("latin-1")
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "latin.txt": latin + latin.replace(b"rche", "räche".encode("latin-1"))})
    lines = versync(tmp_path, "audit", "--all").out.splitlines()
    assert [line for line in lines if "latin.txt --text" in line] == ["  accept: versync add lark --file latin.txt --text 'rche {version}' --text 'che {version}'"]


def test_what_stands_beside_a_likely_place_moves_with_it(tmp_path: Path) -> None:
    line = "lark = 46.0.1, the larch of 46.0.1 ([docs](https://registry.example/lark/46.0.1))\n"
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "README.md": f"It was fast in 46.0.1\n\n{line}"})
    ran = versync(tmp_path, "audit")
    assert ran.out.splitlines()[-1] == "1 place that no line of the manifest covers; 2 more that are unlikely (--all)"
    (accept,) = [text for text in ran.out.splitlines() if "accept" in text]
    assert accept.count("--text") == 3


def test_a_number_that_moves_by_itself_is_each_component_s_own(tmp_path: Path) -> None:
    own = "".join(f'[[components]]\nname = "{name}"\nrepo = "lark"\npackages = ["pkg:cargo/{name}"]\nversion = "independent"\n' for name in ("finch", "wren"))
    crates = {f"{name}/Cargo.toml": f'[package]\nname = "{name}"\nversion = "0.7.1"\n' for name in ("finch", "wren")}
    put(tmp_path, {**TREE, **crates, "versync.toml": MANIFEST + own, "finch/VERSION": "0.7.1\n", "wren/VERSION": "0.7.1\n"})
    accepts = [text.strip() for text in versync(tmp_path, "audit").out.splitlines() if "accept" in text]
    assert accepts == [f"accept: versync add {name} --file {name}/VERSION --text '{{version}}'" for name in ("finch", "wren")]


@pytest.mark.parametrize(("path", "listed"), [("dev/release/package.rs", True), ("scripts/release.sh", True), ("release/notes.md", False), ("CHANGELOG", False)])
def test_code_that_makes_releases_is_no_release_note(tmp_path: Path, path: str, listed: bool) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, path: 'VERSION="46.0.1"\n'})
    assert (f"{path}:1:" in versync(tmp_path, "audit").out) == listed


def test_a_third_party_s_number_is_no_place_of_ours_even_where_it_moved(tmp_path: Path) -> None:
    def tree(version: str) -> dict[str, str | bytes]:
        return {"Cargo.toml": f'[package]\nname = "lark"\nversion = "{version}"\n\n[dependencies]\nlz = "{version}"\n\n[package.metadata.lark]\nversion = "{version}"\n'}

    folder = tmp_path / "lark"
    folder.mkdir()
    repository(folder, tree("1.0.0"), tag="v1.0.0")
    for version in ("1.1.0", "1.2.0"):
        committed(folder, tree(version), tag=f"v{version}")
    rows = audited(folder)
    assert [(row.spots[0].line, row.likely) for row in rows] == [(9, True), (6, False)]
    assert "a requirement on another's package" in rows[1].why


def test_a_name_that_is_also_a_glob_can_be_ignored_as_it_is_printed(tmp_path: Path) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "app/[id]/page.txt": "VERSION = 46.0.1\n"})
    (command,) = [text.partition(": versync ")[2] for text in versync(tmp_path, "audit").out.splitlines() if "ignore:" in text]
    assert versync(tmp_path, *shlex.split(command)).code == 0
    assert "page.txt" not in versync(tmp_path, "audit", "--all").out


def test_a_hostile_file_name_reaches_no_terminal(tmp_path: Path) -> None:
    put(tmp_path, {**TREE, "versync.toml": MANIFEST, "\x1b[31mVERSION": "46.0.1\n"})
    assert "\x1b" not in versync(tmp_path, "audit").out


def test_many_places_side_by_side_come_to_an_end(tmp_path: Path) -> None:
    with ending():
        rows = found(tmp_path, {"a.txt": 'lark version = "46.0.1" since 46.0.1\n' * 20_000})
    assert {(row.spots[0].path, row.likely) for row in rows if row.spots[0].path == "a.txt"} == {("a.txt", True)}
    assert sum(len(row.spots) for row in rows if row.spots[0].path == "a.txt") == 40_000
