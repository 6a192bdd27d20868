"""The manifest reader: what it gives, and what it says of a manifest that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.errors import Problem, UsageError
from sync.manifest import read
from sync.manifest.model import At, Count, Follow, Manifest, Place, Range, Ranged
from sync.version import Version

LEAD = b"""\
[project]
name = "core"
leader = "core"

[repos.core]

[[components]]
name = "core"
repo = "core"
packages = ["pkg:cargo/core"]
"""


def wrong(text: str | bytes) -> list[Problem]:
    """The problems of a manifest, each checked to have a place."""
    with pytest.raises(UsageError) as caught:
        read.read("versync.toml", text if isinstance(text, bytes) else text.encode())
    assert all(one.path == "versync.toml" and one.line > 0 and one.column > 0 for one in caught.value.problems)
    return list(caught.value.problems)


def with_component(rest: str) -> Manifest:
    return read.read("versync.toml", LEAD + b'[[components]]\nname = "two"\nrepo = "core"\n' + rest.encode())


def test_the_smallest_manifest_has_all_defaults() -> None:
    manifest = read.read("versync.toml", LEAD)
    assert (manifest.name, manifest.leader, manifest.policy, manifest.adapters) == ("core", "core", "", ())
    repo = manifest.repos["core"]
    assert (repo.url, repo.tag, repo.line, repo.commit, repo.ignore, repo.after) == ("", "v{version}", "", "Release {version}", (), ())
    assert repo.audited == {}
    assert repo.at == At(5, 8)
    lead = manifest.lead
    assert (lead.tier, lead.version, lead.ranges, lead.requirement, lead.retired) == (None, (Follow("exact"),), "keep", "", None)
    assert lead.at == At(8, 9)


def test_everything_that_a_component_may_say_is_read() -> None:
    two = with_component("""
tier = 3
packages = ["pkg:npm/@scope/two", "pkg:pypi/My_Two.Package", "pkg:golang/go.example/two"]
version = [{ from = "1.2", below = "28", rule = "0.{major + 87}.{patch}" }, { rule = "step" }]
requirement = "~"
ranges = "follow"
prereleases = true
unmanaged = [{ packages = ["pkg:cargo/bench-*"], below = "2" }]
ignore-packages = ["pkg:cargo/test"]
retired = "30.0.0"
""").component("two")
    assert two.packages == ("pkg:npm/%40scope/two", "pkg:pypi/my-two-package", "pkg:golang/go.example/two")
    assert two.version == (Follow("0.{major + 87}.{patch}", Range(Version.of("1.2"), Version.of("28"))), Follow("step"))
    assert (two.tier, two.requirement, two.ranges, two.prereleases, two.retired) == (3, "~", "follow", True, Version.of("30.0.0"))
    assert two.unmanaged == (Ranged(("pkg:cargo/bench-*",), Range(None, Version.of("2"))),)
    assert two.ignore_packages == ("pkg:cargo/test",)
    assert (two.follows(Version.of("5")), two.follows(Version.of("28")), two.follows(Version.of("1.1"))) == ("0.{major + 87}.{patch}", "step", "step")


def test_a_place_with_lists_becomes_one_place_for_each_file_and_pattern() -> None:
    two = with_component("""
packages = ["pkg:pypi/two"]
places = [
  { file = ["a.txt", "b/*.txt"], text = ["v{version}", "{major}"], count = 2 },
  { file = "two.py", name = "VERSION", as = "v{version}", or = ["dev"], of = "core", declares = "pkg:pypi/Two", spelling = "semver", count = "0..1" },
  { file = "x.yaml", key = "jobs[0].name.*", count = "1.." },
  { file = "x.json", key = ["a.b", 0, "c"] },
]
""")
    places = two.component("two").places
    assert [(one.files, one.value) for one in places[:4]] == [(("a.txt",), "v{version}"), (("b/*.txt",), "v{version}"), (("a.txt",), "{major}"), (("b/*.txt",), "{major}")]
    assert all(one.kind == "text" and one.count == Count(2, 2) for one in places[:4])
    assert places[4] == Place(("two.py",), "name", "VERSION", "v{version}", ("dev",), "pkg:pypi/two", "core", "semver", Count(0, 1), places[4].at)
    assert (places[5].kind, places[5].value, places[5].count) == ("key", ("jobs", 0, "name", "*"), Count(1, None))
    assert places[6].value == ("a.b", 0, "c")


def test_a_place_knows_where_its_pattern_stands() -> None:
    two = with_component('packages = ["pkg:pypi/two"]\nplaces = [\n  { file = "a", text = ["{version}", "é{major}"] },\n]\n').component("two")
    assert [one.at for one in two.places] == [At(16, 26), At(16, 39)]


def test_the_short_form_of_places_is_a_table_of_texts() -> None:
    two = with_component('packages = ["pkg:pypi/two"]\n[components.places]\n"a/{b,c}.txt" = "v{version}"\nd = ["{major}", "{{build}} {minor}"]\n').component("two")
    assert [(one.files, one.kind, one.value) for one in two.places] == [(("a/{b,c}.txt",), "text", "v{version}"), (("d",), "text", "{major}"), (("d",), "text", "{{build}} {minor}")]


def test_a_manifest_with_a_bom_and_crlf_is_read_like_any_other() -> None:
    manifest = read.read("versync.toml", b"\xef\xbb\xbf" + LEAD.replace(b"\n", b"\r\n"))
    assert manifest.lead.packages == ("pkg:cargo/core",)
    assert manifest.lead.at == At(8, 9)


def test_all_problems_are_told_at_once_and_sorted() -> None:
    found = wrong("""\
[project]
nme = "x"
leader = "one"

[repos.a]
ignore = ["../x"]

[[components]]
name = "one"
teir = 1
repo = "b"
packages = ["pkg:cargo/one"]
""")
    assert [(one.line, one.column) for one in found] == [(1, 1), (2, 1), (6, 12), (10, 1), (11, 9)]
    assert [one.hint for one in found] == ["The project's name.", 'did you mean "name"?', "", 'did you mean "tier"?', "known here: a"]


@pytest.mark.parametrize(
    ("line", "message", "column"),
    [
        ("tier = 4", "components[1].tier is an integer (4), should be 1, 2 or 3", 8),
        ('tier = "1"', 'components[1].tier is a string ("1"), should be 1, 2 or 3', 9),
        ("tier = true", "components[1].tier is true, should be 1, 2 or 3", 8),
        ("prereleases = 1", "components[1].prereleases is an integer (1), should be true or false", 15),
        ('packages = "pkg:cargo/x"', 'components[1].packages is a string ("pkg:cargo/x"), should be a list', 13),
        ("packages = [1]", "components[1].packages[0] is an integer (1), should be a string", 13),
        ("version = 1.5", "components[1].version is a number (1.5), should be a string or a list that is not empty", 11),
        ("version = []", "components[1].version is an empty list, should be a list that is not empty", 1),
        ("places = 2026-01-01", "components[1].places is a date (2026-01-01), should be a list or a table", 10),
        ('requirement = ">="', 'components[1].requirement is a string (">="), should be "=", "^" or "~"', 16),
        ('bundles = "cor"', 'components[1].bundles: "cor" is no other component of this manifest', 12),
        ('bundles = "two"', 'components[1].bundles: "two" is no other component of this manifest', 12),
        ('retired = "old"', 'components[1].retired: "old" should be a version, such as 28, 1.2.0 or 49.0.0-rc.1', 12),
        ('version = "exat"', 'components[1].version: "exat" should be exact, major, step, independent, or a template such as 0.{major + 87}.{patch}', 12),
        ('version = "0.{majr}"', "{majr}", 12),
        ('packages = ["pkg:cargo/x@1.0"]', 'components[1].packages[0]: "pkg:cargo/x@1.0" should be a package URL without version: pkg:cargo/x', 14),
        ('packages = ["pkg:golang/a.example/x/v2"]', 'components[1].packages[0]: "pkg:golang/a.example/x/v2" should be without /v2: a Go module is named without its major version', 14),
        ('packages = ["serde"]', 'components[1].packages[0]: "serde" should be a package URL without version, such as pkg:cargo/wasmtime or pkg:npm/@scope/*', 14),
        ('packages = ["pkg:cargo/core"]', '"pkg:cargo/core" is listed a second time; the first is in line 10', 14),
        ('places = [{ file = "a", text = "x" }]', 'components[1].places[0].text: "x" should be a text that holds a placeholder, such as {version} or {major}', 33),
        ('places = [{ file = "a", text = "{{version}}" }]', 'components[1].places[0].text: "{{version}}" holds no placeholder such as {version} or {major}', 33),
        ('places = [{ file = "a", text = "{version" }]', "lone {", 33),
        ('places = [{ file = "a" }]', "components[1].places[0] has none of them, should have exactly one of text, key, name, macro or element", 21),
        ('places = [{ file = "a", key = "b", name = "c" }]', "components[1].places[0] has key and name, should have exactly one of text, key, name, macro or element", 21),
        ('places = [{ text = "{version}" }]', "components[1].places[0] has no file", 21),
        ('places = [{ file = "a", text = "{version}", as = "v{version}" }]', '"as" goes with key, name, macro or element; a text has its version in it', 45),
        ('places = [{ file = "a", name = "X", of = "tow" }]', 'components[1].places[0].of: "tow" is no component of this manifest', 43),
        ('places = [{ file = "a", name = "X", declares = "pkg:pypi/x" }]', "pkg:pypi/x is not among the packages of its component", 49),
        ('places = [{ file = "a", name = "X", count = "2..1" }]', 'components[1].places[0].count: "2..1" should be a range whose end is at least 1 and not before its start', 46),
        ('places = [{ file = "a", name = "X", count = "0..0" }]', "at least 1", 46),
        ('places = [{ file = "a", name = "X", count = 0 }]', "components[1].places[0].count is an integer (0), should be an integer from 1", 45),
        ('places = [{ file = "a", name = "X", spelling = "semvr" }]', 'components[1].places[0].spelling is a string ("semvr"), should be ', 49),
        ('places = [{ file = "../a", name = "X" }]', 'components[1].places[0].file: "../a" should be a glob inside the repository: relative, with forward slashes, without ".."', 21),
        ('places = [{ file = "a/[b", name = "X" }]', 'components[1].places[0].file: "a/[b": [ has no ]', 21),
        ('places = { "/etc/passwd" = "{version}" }', 'components[1].places: "/etc/passwd" should be a glob inside the repository', 12),
        ('version = [{ rule = "step" }, { rule = "exact" }]', "components[1].version[0] has neither from nor below, so it always holds and those after it never do", 22),
        ('version = [{ from = "3", below = "3", rule = "step" }]', "from 3 is not before below 3, so it never holds", 22),
        ('unmanaged = [{ below = "2" }]', "components[1].unmanaged[0] has no packages", 25),
    ],
)
def test_what_is_wrong_with_a_component_is_said_at_its_place(line: str, message: str, column: int) -> None:
    rest = "" if line.startswith("packages") else 'packages = ["pkg:cargo/two"]\n'
    found = wrong(LEAD + f'[[components]]\nname = "two"\nrepo = "core"\n{line}\n{rest}'.encode())
    assert len(found) == 1
    assert message in found[0].message
    assert (found[0].line, found[0].column) == (14, column)


def test_a_component_that_lists_nothing_is_told_at_its_header() -> None:
    found = wrong(LEAD + b'[[components]]\nname = "two"\nrepo = "core"\n')
    assert [(one.line, one.message) for one in found] == [(11, "components[1] has none of packages, places, retired")]


def test_a_retired_component_needs_no_packages() -> None:
    assert with_component('retired = "30.0.0"\n').component("two").packages == ()


def test_a_name_twice_is_an_error_that_names_the_first_line() -> None:
    found = wrong(LEAD + b'[[components]]\nname = "core"\nrepo = "core"\nretired = "1"\n')
    assert '"core" is listed a second time; the first is in line 8' in [one.message for one in found]


def test_the_same_pattern_is_wrong_twice_in_one_repository_and_right_in_two() -> None:
    component = b'[[components]]\nname = "%s"\nrepo = "%s"\npackages = ["pkg:cargo/x-*"]\n'
    head = LEAD.replace(b"[repos.core]", b"[repos.core]\n[repos.other]")
    assert read.read("m", head + component % (b"a", b"core") + component % (b"b", b"other")).component("b").packages == ("pkg:cargo/x-*",)
    assert [one.line for one in wrong(head + component % (b"a", b"core") + component % (b"b", b"core"))] == [19]


@pytest.mark.parametrize("extra", ['retired = "3"', 'bundles = "two"', 'version = "step"'])
def test_the_leader_follows_nothing(extra: str) -> None:
    found = wrong(LEAD + f'{extra}\n[[components]]\nname = "two"\nrepo = "core"\npackages = ["pkg:cargo/two"]\n'.encode())
    assert [(one.line, one.column) for one in found] == [(3, 11)]
    assert "leader" in found[0].message


def test_a_bundling_component_can_follow_no_rule() -> None:
    found = wrong(LEAD + b'[[components]]\nname = "two"\nrepo = "core"\npackages = ["pkg:cargo/two"]\nbundles = "core"\nversion = "major"\n')
    assert [(one.line, one.column, one.message) for one in found] == [(16, 12, "version must be exact: components[1] carries core, and its number is the number of what it carries")]


@pytest.mark.parametrize("url", ["--upload-pack=x", "ext::sh -c true", "a b", ""])
def test_a_url_that_git_could_read_as_an_option_or_a_command_is_refused(url: str) -> None:
    found = wrong(LEAD.replace(b"[repos.core]", f'[repos.core]\nurl = "{url}"'.encode()))
    assert [(one.line, one.column) for one in found] == [(6, 8)]


@pytest.mark.parametrize("name", ["--upload-pack=x", "a/b", "a b", "..", ".git", ""])
def test_a_repository_has_a_plain_name(name: str) -> None:
    found = wrong(LEAD + f'[repos."{name}"]\nurl = "https://registry.example/x"\n'.encode())
    assert [one.line for one in found] == [11]
    assert "should be a name" in found[0].message


@pytest.mark.parametrize("path", ["../x", "a/../b", "/x", "a\\\\b", "C:/x", "a//b", "./a", "a/..", "", "a\\nb"])
def test_no_path_of_a_manifest_leads_out_of_its_repository(path: str) -> None:
    for line in (f'ignore = ["{path}"]', f'read = {{ "{path}" = "cargo" }}'):
        found = wrong(LEAD.replace(b"[repos.core]", f"[repos.core]\n{line}".encode()))
        assert [one.line for one in found] == [6]


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"[project\n", 1, "not valid TOML"),
        (b'[project]\nname = "a"\nname = "b"\n', 3, "second time"),
        (b"\xff\xfe[\x00", 0, "UTF-16"),
        (b'a = "\xff"', 1, "UTF-8"),
        (b"\x00", 0, "binary"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(raw: bytes, line: int, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read.read("m.toml", raw)
    assert message in caught.value.problems[0].message
    assert (caught.value.problems[0].path, caught.value.problems[0].line) == ("m.toml", line)


def test_an_empty_file_is_told_what_it_lacks() -> None:
    assert [one.message for one in wrong("")] == ["the manifest has no components", "the manifest has no project", "the manifest has no repos"]


def test_values_in_headers_quotes_and_dotted_keys_have_the_right_place() -> None:
    found = wrong('[project]\nname = "x"\nleader = "c"\n[repos.c]\n["repos".d]\nurll = "x"\n"com mit" = 1\nread.x = ""\n[[components]]\nname = "c"\nrepo = "c"\npackages = ["pkg:cargo/c"]\n')
    assert [(one.line, one.column) for one in found] == [(6, 1), (7, 1), (8, 11)]


def test_an_unknown_table_is_told_at_its_header_even_when_it_is_empty() -> None:
    found = wrong(LEAD + b"\n[polices]\n")
    assert [(one.line, one.column, one.message) for one in found] == [(12, 2, 'unknown key "polices" in the manifest')]


def test_the_nearest_manifest_above_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert read.find(deep) is None or tmp_path not in (read.find(deep) or deep).parents
    (tmp_path / "versync.toml").write_bytes(LEAD)
    assert read.find(deep) == tmp_path / "versync.toml"
    (tmp_path / "a" / "versync.toml").write_bytes(LEAD)
    assert read.find(deep) == tmp_path / "a" / "versync.toml"


def test_a_shipped_manifest_is_found_by_its_name_and_nothing_else_is() -> None:
    path = read.shipped("wasmtime")
    assert path is not None
    assert path.name == "wasmtime.toml"
    assert read.shipped("nothing-of-that-name") is None
    assert read.shipped("../manifests/wasmtime") is None
    assert "wasmtime" in read.names()
    assert list(read.names()) == sorted(read.names())


def test_reading_a_manifest_loads_nothing_heavy(root: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from sync.manifest import read\n"
        "read.read('m', Path('manifests/wasmtime.toml').read_bytes())\n"
        "print(sorted({'msgspec', 'tomlkit', 'jsonschema', 'difflib', 'packaging', 'pathspec'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_what_was_audited_is_a_table_of_file_and_texts() -> None:
    raw = LEAD.replace(b"[repos.core]\n", b'[repos.core]\naudited = { "a.md" = "since {version}", "b/**" = ["{version}", "v{major}"] }\n')
    assert read.read("versync.toml", raw).repos["core"].audited == {"a.md": ("since {version}",), "b/**": ("{version}", "v{major}")}
