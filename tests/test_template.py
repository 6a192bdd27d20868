"""Templates: rendered, read back, used as rules and as literal patterns."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from sync import template
from sync.version import Version

of = Version.of


@pytest.mark.parametrize(
    ("text", "version", "rendered"),
    [
        ("v{version}", "39.0.0", "v39.0.0"),
        ("{version}", "39.0.0-rc.1", "39.0.0-rc.1"),
        ("{release}", "39.0.0-rc.1", "39.0.0"),
        ("release-{major}.0.0", "47.2.1", "release-47.0.0"),
        ("{major}{minor:02}{patch:02}", "46.0.1", "460001"),
        ("{major}{minor:3}", "46.7", "46007"),
        ("{ major+87 }.{patch - 1}", "46.0.1", "133.0"),
        ("{fourth}", "1.2.3.4", "4"),
        ("{pre}{n}", "1.0.0-rc.2", "rc2"),
        ("{pre}{n}", "1.0.0-dev", "dev"),
        ("{pre}.{n}", "1.0.0", ""),
        ("{release}-{pre}.{n}", "1.0.0", "1.0.0"),
        ("{release}-{pre}.{n}", "1.0.0-rc.2", "1.0.0-rc.2"),
        ("{release}-{pre}.{n}", "1.0.0-rc", "1.0.0-rc"),
        ("{{{major}}}", "7", "{7}"),
        ("no placeholder", "7", "no placeholder"),
    ],
)
def test_a_template_is_filled_with_a_version(text: str, version: str, rendered: str) -> None:
    assert template.compile(text).render(of(version)) == rendered


def test_what_stands_in_the_file_shows_how_the_version_inside_is_written() -> None:
    shape = template.compile("v{version}")
    assert shape.render(of("39.0.0-rc.3"), "semver", "v38.0.0-RC2") == "v39.0.0-RC3"
    assert shape.render(of("0.25.0"), "semver", "v0.24") == "v0.25"
    assert shape.render(of("0.25.1"), "semver", "v0.24", keep_width=True) == "v0.25"
    assert shape.render(of("0.25.1"), "semver", "dev") == "v0.25.1"
    assert template.compile("{version}.0").render(of("2.0.0"), "semver", "1.2.0") == "2.0.0"
    assert template.compile("{pre}{n}").render(of("2.0.0-rc.3"), "semver", "RC2") == "RC3"


@pytest.mark.parametrize(
    ("text", "written", "version"),
    [
        ("v{version}", "v38.0.0", "38.0.0"),
        ("v{version}", "v46", "46"),
        ("{major}", "46", "46"),
        ("{major}.{minor}", "46.2", "46.2"),
        ("0.{major + 87}.{patch}", "0.133.1", "46"),
        ("{major + 87}.{minor}", "133.1", "46.1"),
        ("{major}{minor:02}{patch:02}", "460001", "46.0.1"),
        ("{release}-{pre}.{n}", "1.2.3-rc.2", "1.2.3"),
        ("{major}.{minor}.{patch}-{pre}.{n}", "1.2.3-rc.2", "1.2.3-rc.2"),
        ("{major}.{minor}.{patch}-{pre}.{n}", "1.2.3", "1.2.3"),
        ("{major}.{minor}.{patch}-{pre}", "1.2.3-dev", "1.2.3-dev"),
        ("{minor}", "2", None),
        ("v{version}", "38.0.0", None),
        ("{major + 87}", "12", None),
        ("{major}", "x", None),
        ("{major}", "9" * 2000, None),
        ("plain", "plain", None),
    ],
)
def test_a_template_is_read_backwards_where_that_can_be_done(text: str, written: str, version: str | None) -> None:
    found = template.compile(text).read(written)
    assert (str(found) if found is not None else None) == version


def test_only_a_whole_version_makes_a_template_full() -> None:
    assert template.compile("v{version}").full
    assert template.compile("{release}").full
    assert not template.compile("{major}.{minor}").full
    assert template.compile("{major}.{minor + 1}").parts == {"major", "minor"}
    assert template.compile("plain").parts == frozenset()


def test_a_text_holds_a_version_when_it_is_what_would_be_written_there() -> None:
    def holds(text: str, written: str, version: str, *, parts_only: bool = False) -> bool:
        return template.compile(text).holds(written, of(version), parts_only=parts_only)

    assert holds("v{version}", "v38.0.0", "38.0.0")
    assert holds("v{version}", "v38.0.0-RC2", "38.0.0-rc.2")
    assert not holds("v{version}", "v38.0.1", "38.0.0")
    assert holds("{major}", "38", "38.4.0-rc.1")
    assert holds("{major}{minor:02}{patch:02}", "460001", "46.0.1")
    assert not holds("{major}{minor:02}{patch:02}", "460100", "46.0.1")
    assert holds("{version}", "0.42", "0.42.3", parts_only=True)
    assert not holds("{version}", "0.42", "0.42.3")
    assert not holds("{version}", "dev", "0.42.3")


@pytest.mark.parametrize(
    ("rule", "project", "component"),
    [
        ("0.{major + 87}.{patch}", "49.0.0", "0.136.0"),
        ("0.{major + 87}.{patch}", "49.0.2", "0.136.2"),
        ("0.{major + 87}.{patch}", "49.0.0-rc.1", "0.136.0-rc.1"),
        ("0.{major + 87}.{patch}", "49.0.0-dev", "0.136.0-dev"),
        ("0.{major - 2}.{patch}", "27.0.0", "0.25.0"),
        ("{version}", "49.0.0-rc.1", "49.0.0-rc.1"),
        ("{release}", "49.0.0-rc.1", "49.0.0"),
        ("5.{version}", "29.0-dev", "5.29.0-dev"),
        ("{major}.{minor}", "1.2.3", "1.2"),
    ],
)
def test_a_rule_gives_the_version_of_a_component(rule: str, project: str, component: str) -> None:
    assert str(template.compile(rule).rule(of(project))) == component


def test_a_rule_that_gives_a_negative_number_or_no_version_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"\{major - 2\} of 1\.0\.0 is -1"):
        template.compile("0.{major - 2}.0").rule(of("1.0.0"))
    with pytest.raises(ValueError, match=r'gives "x7" for 7\.0\.0, which is no version'):
        template.compile("x{major}").rule(of("7.0.0"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{majr}", r'"\{majr\}" .* did you mean \{major\}\?'),
        ("{Version}", r"did you mean \{version\}\?"),
        ("{}", "the placeholders are version, release, major"),
        ("{major", "lone { at character 1; write {{ for a brace"),
        ("a}", "lone } at character 2"),
        ("{major + x}", "is no placeholder; write"),
        ("{major.minor}", "is no placeholder; write"),
        ("{version + 1}", "version is no number"),
        ("{pre:02}", "pre is no number"),
        ("{major}" * 17, "more than 16 placeholders"),
    ],
)
def test_a_mistake_in_a_template_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        template.compile(text)


def found(text: str, body: bytes, spelling: str = "semver") -> list[bytes]:
    return [body[start:end] for start, end, _ in template.compile(text).find(body, spelling)]


@pytest.mark.parametrize(
    ("text", "body", "matches"),
    [
        ("git tag v{version}", b"git tag v46.0.1\n", [b"46.0.1"]),
        ("{version}", b"11.2.3 a1.2.3 1.2.3b (2.0.0-rc.1).", [b"11.2.3", b"2.0.0-rc.1"]),
        ("{version}", b"1.2.3.4.5 46 v1.2.3", []),
        ("{version}", b"1.2.3. 1.2.4, 1.2.5\xe2\x80\xa6", [b"1.2.3", b"1.2.4", b"1.2.5"]),
        ("v{version}", b"v1.2.3.4.5 v1.2", [b"1.2"]),
        ("libthrift-{version}.jar", b"libthrift-0.21.0.jar", [b"0.21.0"]),
        ('Version("{version}.0")', b'Version("0.21.0.0")', [b"0.21.0"]),
        ("wasmtime-v{version}-x86_64", b"wasmtime-v46.0.1-x86_64-linux", [b"46.0.1"]),
        ("go/v{major}", b"go/v46/x go/v46.1 go/v7 go/v8b", [b"46", b"7"]),
        ("f-{version}/f-{version}.tgz", b"f-1.2.3/f-1.2.4-rc.1.tgz", [b"1.2.3/f-1.2.4-rc.1"]),
        ("{{{version}}}", b"{1.2.3}", [b"1.2.3"]),
        ("{version} \u00e9t\u00e9", "0.21.0 \u00e9t\u00e9".encode(), [b"0.21.0"]),
        (".*{version}", b"x0.21.0 .*0.22.0", [b"0.22.0"]),
        ("V{major}_{minor}", b"V1_2 V3_x", [b"1_2"]),
        ("x{major}{minor:02}{patch:02}", b"x460001", [b"460001"]),
        ("version", b"version", []),
    ],
)
def test_a_pattern_is_literal_and_finds_any_version(text: str, body: bytes, matches: list[bytes]) -> None:
    assert found(text, body) == matches


def test_a_pattern_finds_versions_of_its_spelling() -> None:
    assert found("lib_{version}_", b"lib_0_59_0_x lib_1.2.3_", "underscore") == [b"0_59_0"]
    assert found("== {version}", b"== 1.0rc1.post2", "pep440") == [b"1.0rc1.post2"]
    assert found("github.com/a/b{version}", b"github.com/a/b/v46/c", "go") == [b"/v46"]


def test_a_match_says_what_stands_between_its_placeholders() -> None:
    body = b"{{f-1.2/g-1.3}"
    shape = template.compile("{{f-{version}/{{{{g-{version}")
    assert shape.inner == "{version}/{{{{g-{version}"
    assert shape.find(b"{f-1.2/{{g-1.3") == [(3, 14, "{version}/{{{{g-{version}")]
    assert template.compile("x{major + 1:03}y").inner == "{major + 1:03}"
    assert shape.find(body) == []
    assert template.compile(shape.inner).render(of("2.0.0"), "semver", "1.2/{{g-1.3") == "2.0/{{g-2.0"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("{version}X", b"1.1-" * 250_000),
        ("{version}", b"1." * 500_000),
        ("-".join(["{version}"] * 12) + "X", b"1.1-" * 50_000 + b"X"),
        ("{major}{minor}{patch}X", b"1" * 500_000 + b"X"),
        ("{version}X", b"1.1-" + b"a." * 500_000 + b"X"),
        ("{pre}{n}{pre}{n}X", b"a1" * 250_000 + b"Y X"),
    ],
)
def test_hostile_text_is_searched_to_its_end(text: str, body: bytes) -> None:
    assert isinstance(template.compile(text).find(body), list)


PIECES = st.sampled_from(["{version}", "{release}", "{major}", "{minor:02}", "v", "1", "=", "x", ".", "-", " 2"])
BODIES = st.text(st.sampled_from("v1230.-_x= rc\n"), max_size=30)


@given(parts=st.lists(PIECES, min_size=1, max_size=3), bodies=st.lists(BODIES, min_size=1, max_size=4), spelling=st.sampled_from(["semver", "pep440", "underscore", "gem"]))
@example(parts=["v", "{version}", "-"], bodies=["v1.2.3-4-"], spelling="semver")
@example(parts=["v", "{release}"], bodies=["v1.2.3.4.5 v1.2.3"], spelling="semver")
def test_what_is_found_without_a_regex_is_what_the_regex_finds(parts: list[str], bodies: list[str], spelling: str) -> None:
    shape = template.compile("".join(parts))
    assume(shape.parts)
    written = [shape.render(of("1.2.3"), spelling), shape.render(of("30.1.2-rc.3"), spelling)]
    body = "".join(f"{one}{written[at % 2]}" for at, one in enumerate(bodies)).encode()
    assert [(start, end) for start, end, _ in shape.find(body, spelling)] == [(match.start(1), match.start(2)) for match in template._finder(shape, spelling).finditer(body)]
