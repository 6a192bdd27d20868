"""Spellings: what each ecosystem writes, and what it reads back."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from sync.spelling import TABLE, lossy, of_ecosystem, parse, pattern, render, same
from sync.version import Version

of = Version.of


@pytest.mark.parametrize(
    ("spelling", "release", "candidate", "beta", "development"),
    [
        ("semver", "1.2.3", "2.0.0-rc.1", "2.0.0-beta.2", "2.0.0-dev"),
        ("nuget", "1.2.3", "2.0.0-rc.1", "2.0.0-beta.2", "2.0.0-dev"),
        ("tag", "v1.2.3", "v2.0.0-rc.1", "v2.0.0-beta.2", "v2.0.0-dev"),
        ("pep440", "1.2.3", "2.0.0rc1", "2.0.0b2", "2.0.0.dev0"),
        ("maven", "1.2.3", "2.0.0-RC1", "2.0.0-beta-2", "2.0.0-SNAPSHOT"),
        ("gem", "1.2.3", "2.0.0.rc1", "2.0.0.beta2", "2.0.0.dev"),
        ("assembly", "1.2.3.0", "2.0.0.0", "2.0.0.0", "2.0.0.0"),
        ("numeric", "1.2.3", "2.0.0", "2.0.0", "2.0.0"),
        ("debian", "1.2.3", "2.0.0~rc1", "2.0.0~beta2", "2.0.0~dev"),
        ("opam", "1.2.3", "2.0.0~rc1", "2.0.0~beta2", "2.0.0~dev"),
        ("rpm", "1.2.3", "2.0.0~rc1", "2.0.0~beta2", "2.0.0~dev"),
        ("r", "1.2.3", "2.0.0", "2.0.0", "1.0.0.9000"),
        ("rockspec", "1.2.3-1", "2.0.0rc1-1", "2.0.0beta2-1", "2.0.0dev-1"),
        ("underscore", "1_2_3", "2_0_0_rc1", "2_0_0_beta2", "2_0_0_dev"),
        ("go", "", "/v2", "/v2", "/v2"),
    ],
)
def test_each_ecosystem_has_a_way_of_its_own(spelling: str, release: str, candidate: str, beta: str, development: str) -> None:
    wanted = [of("1.2.3"), of("2.0.0-rc.1"), of("2.0.0-beta.2"), of("2.0.0-dev")]
    assert [render(one, spelling) for one in wanted] == [release, candidate, beta, development]


@pytest.mark.parametrize(
    ("spelling", "example", "version", "text"),
    [
        ("semver", "1.0.0-RC2", "1.0.0-rc.3", "1.0.0-RC3"),
        ("semver", "1.0.0rc2", "1.0.0-rc.3", "1.0.0rc3"),
        ("semver", "1.0.0-rc-2", "1.0.0-rc.3", "1.0.0-rc-3"),
        ("semver", "1.0.0.rc.2", "1.0.0-rc.3", "1.0.0.rc.3"),
        ("semver", "1.0.0-rc2", "1.0.0-rc.10", "1.0.0-rc10"),
        ("semver", "1.0.0-beta.02", "1.0.0-beta.3", "1.0.0-beta.03"),
        ("semver", "1.0.0-beta1", "1.0.0-rc.1", "1.0.0-rc1"),
        ("semver", "1.0.0-BETA1", "1.0.0-rc.1", "1.0.0-RC1"),
        ("semver", "1.0.0-rc", "1.0.0-rc.1", "1.0.0-rc.1"),
        ("semver", "49.0.0-dev", "49.0.0-rc.1", "49.0.0-rc.1"),
        ("semver", "49.0.0-dev", "50.0.0-dev", "50.0.0-dev"),
        ("semver", "49.0.0-dev.0", "50.0.0-dev", "50.0.0-dev.0"),
        ("semver", "49.0.0-rc.1", "49.0.0", "49.0.0"),
        ("semver", "1.0.0-alpha.beta", "1.0.0-rc.1", "1.0.0-rc.1"),
        ("semver", "0.24", "0.25.0", "0.25"),
        ("semver", "0.24", "0.25.1", "0.25.1"),
        ("semver", "8.0.0", "9", "9.0.0"),
        ("semver", "8.0.0.0", "9", "9.0.0.0"),
        ("semver", "2024.01.15", "2025.2.3", "2025.02.03"),
        ("semver", "2024.12.15", "2025.2.3", "2025.2.3"),
        ("semver", "1.0.0+spec-1", "1.0.1", "1.0.1"),
        ("semver", "1.0.0+spec-1", "1.0.1+spec-2", "1.0.1+spec-2"),
        ("semver", "what stood here", "1.0.1", "1.0.1"),
        ("pep440", "1.0b1", "1.0rc2", "1.0rc2"),
        ("pep440", "1.0.dev0", "1.1.dev0", "1.1.dev0"),
        ("pep440", "1.0.dev", "1.1.dev0", "1.1.dev"),
        ("pep440", "1.0-1", "1.0.post2", "1.0-2"),
        ("pep440", "1.0.post1", "1.0.post2", "1.0.post2"),
        ("pep440", "1.0.0-alpha.1", "1.0.0-alpha.2", "1.0.0-alpha.2"),
        ("pep440", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-b.2"),
        ("pep440", "v1.0.0", "1.0.1", "v1.0.1"),
        ("pep440", "1.0.0", "1.0.1-nightly.4", "1.0.1.dev4"),
        ("maven", "1.0-RC2", "1.0-rc.3", "1.0-RC3"),
        ("maven", "1.0-rc-2", "1.0-rc.3", "1.0-rc-3"),
        ("maven", "1.0-beta-2", "1.0-rc.1", "1.0-RC1"),
        ("maven", "1.0-SNAPSHOT", "1.0", "1.0"),
        ("maven", "1.0-SNAPSHOT", "1.1-dev", "1.1-SNAPSHOT"),
        ("maven", "1.0", "1.1-dev.3", "1.1-SNAPSHOT"),
        ("maven", "1.0-RC1-SNAPSHOT", "1.0-rc.2.dev", "1.0-RC2-SNAPSHOT"),
        ("maven", "33.3.1-jre", "33.4.0", "33.4.0-jre"),
        ("maven", "5.0.0.Final", "5.0.1", "5.0.1.Final"),
        ("maven", "5.0.0.Final", "5.0.1-rc.1", "5.0.1-RC1"),
        ("gem", "2.0.0.pre.rc.2", "2.0.0-rc.3", "2.0.0.pre.rc.3"),
        ("gem", "2.0.0.rc1", "2.0.0-rc.3", "2.0.0.rc3"),
        ("gem", "2.0.0-rc.2", "2.0.0-rc.3", "2.0.0-rc.3"),
        ("gem", "2.0.0", "2.0.1-7", "2.0.1.pre7"),
        ("assembly", "1.2.3.0", "46.0.1-rc.1", "46.0.1.0"),
        ("assembly", "1.2", "46.0.1", "46.0"),
        ("numeric", "1.2", "46.0.1", "46.0.1"),
        ("numeric", "1.2", "46.1.0-rc.1", "46.1"),
        ("debian", "1:1.2.3~rc1-3ubuntu2", "1.2.3", "1:1.2.3-1ubuntu1"),
        ("debian", "1.2.3-0ubuntu3", "1.2.4", "1.2.4-0ubuntu1"),
        ("debian", "1.2.3-3", "1.2.4-rc.1", "1.2.4~rc1-1"),
        ("opam", "v0.16.0", "0.17.0", "v0.17.0"),
        ("r", "1.2.3", "1.3.0-dev", "1.2.3.9000"),
        ("r", "1.2.3.9000", "1.3.0-dev", "1.2.3.9000"),
        ("r", "1.2.3.9000", "1.3.0", "1.3.0"),
        ("r", "1.2-3", "1.2.4", "1.2-4"),
        ("r", "2.0.0", "1.3.0-dev", "1.2.0.9000"),
        ("rockspec", "1.2.3-4", "1.2.4", "1.2.4-1"),
        ("rockspec", "1.2.3-4", "1.2.3", "1.2.3-4"),
        ("rockspec", "1.2.3", "1.2.4", "1.2.4"),
        ("underscore", "0_58_0", "0.59.1", "0_59_1"),
        ("underscore", "58", "59.1.0", "59_1"),
        ("tag", "v1.2", "v2.0", "v2.0"),
        ("tag", "1.2.3", "v2.0", "2.0.0"),
        ("tag", "V1.2.3", "v2.0", "V2.0.0"),
        ("go", "/v45", "46.0.1", "/v46"),
        ("go", "", "2.0.0", "/v2"),
        ("go", "/v2", "1.9.0", ""),
        ("go", ".v1", "2.0.0", ".v2"),
        ("go", ".v2", "1.0.0", ".v1"),
    ],
)
def test_what_stands_in_the_file_is_the_example_to_follow(spelling: str, example: str, version: str, text: str) -> None:
    assert render(of(version), spelling, example) == text


@pytest.mark.parametrize(
    ("example", "version", "text"),
    [("0.42", "0.43.5", "0.43"), ("46", "47.0.1", "47"), ("46.0.0", "47", "47.0.0"), ("0.42", "0.43.0-rc.1", "0.43.0-rc.1"), ("46", "47.0.0-dev", "47.0.0-dev")],
)
def test_a_requirement_keeps_its_precision_whatever_is_dropped(example: str, version: str, text: str) -> None:
    assert render(of(version), "semver", example, keep_width=True) == text


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        ("semver", ""),
        ("semver", "v1.2.3"),
        ("semver", "1.2.x"),
        ("semver", "1.2.3.4.5"),
        ("semver", "1.2.3-"),
        ("semver", "1.2.3-a..b"),
        ("semver", "1.2.3 "),
        ("semver", "1.2.3\n"),
        ("semver", "$(Version)"),
        ("semver", "1.2.3.Final"),
        ("semver", "9" * 300),
        ("semver", "1.2.3-" + "a" * 300),
        ("semver", "\u0661.\u0662.\u0663"),
        ("semver", "1.2.\u00b2"),
        ("pep440", "1!2.0"),
        ("pep440", "1.0-foo"),
        ("pep440", "1.0.dev1rc2"),
        ("maven", "1.0-1"),
        ("maven", "1.0-custom"),
        ("numeric", "1.2.3-rc.1"),
        ("assembly", "1.0.*"),
        ("go", "v2"),
        ("go", "/v"),
        ("underscore", "1.2.3"),
        ("rockspec", "scm-1"),
        ("r", "1.2.3rc1"),
    ],
)
def test_what_is_not_written_so_cannot_be_read_and_equals_nothing(spelling: str, text: str) -> None:
    assert parse(text, spelling) is None
    assert not same(text, of("1.2.3"), spelling)


def test_a_word_without_its_separator_is_read_where_the_spelling_is_the_default() -> None:
    assert parse("4.29.0rc2") == parse("4.29.0-RC2") == parse("4.29.0.rc.2") == of("4.29.0-rc.2")


def test_one_version_is_written_in_many_ways() -> None:
    candidate = of("2.0.0-rc.2")
    assert parse("2.0.0.pre.rc.2", "gem") == parse("2.0.0-RC2", "maven") == parse("2.0.0c2", "pep440") == parse("2.0.0~rc2-1", "debian") == candidate
    development = of("2.0.0-dev")
    assert parse("2.0.0-SNAPSHOT", "maven") == parse("2.0.0.dev0", "pep440") == parse("2_0_0_dev", "underscore") == development


def test_a_text_denotes_a_version_as_far_as_its_spelling_can_say_it() -> None:
    candidate = of("46.0.1-rc.1")
    assert same("46.0.1", candidate, "numeric")
    assert same("46.0.1.0", candidate, "assembly")
    assert same("46.0", candidate, "assembly")
    assert same("/v46", candidate, "go")
    assert not same("46.0.1", candidate, "semver")
    assert not same("46.0.1", of("46.0.2-rc.1"), "numeric")


def test_r_writes_a_development_version_as_the_release_before_it() -> None:
    assert same("1.2.3.9000", of("1.3.0-dev"), "r")
    assert not same("1.3.0.9000", of("1.3.0-dev"), "r")
    assert not same("1.2.3", of("1.3.0-dev"), "r")


def test_parts_that_a_text_leaves_out_are_compared_only_when_asked() -> None:
    assert not same("0.42", of("0.42.3"))
    assert same("0.42", of("0.42.3"), parts_only=True)
    assert not same("0.42", of("0.43.0"), parts_only=True)
    assert not same("0.42.3", of("0.42.4"), parts_only=True)
    assert not same("0.42", of("0.42.0-rc.1"), parts_only=True), "0.42 is not said of a candidate of it"
    assert same("0.42", of("0.42.0"))


@pytest.mark.parametrize(
    ("spelling", "version", "answer"),
    [
        ("numeric", "1.2.3-rc.1", True),
        ("numeric", "1.2.3", False),
        ("assembly", "1.2.3-dev", True),
        ("assembly", "1.2.3.4", False),
        ("semver", "1.2.3-rc.1", False),
        ("semver", "1.2.3.post1", True),
        ("pep440", "1.2.3.post1", False),
        ("pep440", "1.2.3-nightly.2", True),
        ("maven", "1.2.3-dev", False),
        ("maven", "1.2.3-dev.4", True),
        ("go", "2.0.0", True),
        ("r", "1.2.3-dev", True),
        ("r", "1.2.3", False),
    ],
)
def test_a_spelling_that_cannot_say_all_is_known_to_lose_it(spelling: str, version: str, answer: bool) -> None:
    assert lossy(of(version), spelling) is answer


@pytest.mark.parametrize("spelling", sorted(TABLE))
def test_a_pattern_matches_what_it_reads_whole_in_text_and_in_bytes(spelling: str) -> None:
    source = pattern(spelling)
    assert re.compile(source).groups == 0
    for version in ("47.1.2", "47.0.0-rc.1", "47.0.0-dev", "47.3.0"):
        text = render(of(version), spelling)
        assert re.fullmatch(source, text), text
        assert re.fullmatch(source.encode(), text.encode())


def test_a_pattern_wants_two_numbers_at_least() -> None:
    assert re.fullmatch(pattern(), "46") is None
    assert re.fullmatch(pattern(least=1), "46")
    assert re.match(pattern(), "1.2.3.4.5 and more") is not None
    longest = re.match(pattern(), "1.2.3-rc.1+b.2, and more")
    assert longest is not None
    assert longest[0] == "1.2.3-rc.1+b.2"


@pytest.mark.parametrize(
    ("ecosystem", "spelling"),
    [
        ("cargo", "semver"),
        ("npm", "semver"),
        ("pypi", "pep440"),
        ("golang", "tag"),
        ("nuget", "nuget"),
        ("maven", "maven"),
        ("gem", "gem"),
        ("composer", "semver"),
        ("hex", "semver"),
        ("cran", "r"),
        ("luarocks", "rockspec"),
        ("opam", "opam"),
        ("deb", "debian"),
        ("generic", "semver"),
        ("never-heard-of", "semver"),
    ],
)
def test_each_ecosystem_has_its_default(ecosystem: str, spelling: str) -> None:
    assert of_ecosystem(ecosystem) == spelling


def test_a_spelling_that_is_not_there_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        parse("1.2.3-rc.1", "klingon")


@pytest.mark.parametrize(
    ("typed", "semver", "others"),
    [
        ("8.1.0-beta1", "8.1.0-beta1", ("8.1.0b1", "8.1.0.beta1", "8.1.0-beta-1")),
        ("v8.1.0-RC1+b.2", "8.1.0-RC1+b.2", ("8.1.0rc1+b.2", "8.1.0.rc1", "8.1.0-RC1")),
        ("8.1.0rc1", "8.1.0-rc.1", ("8.1.0rc1", "8.1.0.rc1", "8.1.0-RC1")),
        ("8.1.0-rc.01", "8.1.0-rc.1", ("8.1.0rc1", "8.1.0.rc1", "8.1.0-RC1")),
        ("8.1.0-dev1", "8.1.0-dev.1", ("8.1.0.dev1", "8.1.0.dev1", "8.1.0-SNAPSHOT")),
    ],
)
def test_a_pre_release_is_spelled_as_it_was_typed_where_semver_is_written(typed: str, semver: str, others: tuple[str, str, str]) -> None:
    version = Version.of(typed)
    assert render(version, "semver", "8.0.0") == str(version) == semver
    assert tuple(render(version, one, "8.0.0") for one in ("pep440", "gem", "maven")) == others
    assert [render(version, one) for one in ("nuget", "tag")] == [semver, f"v{semver}"]
    assert pickle.loads(pickle.dumps(version)) == version == Version.of(semver) == copy.deepcopy(version)
    assert render(pickle.loads(pickle.dumps(version))) == semver


def test_what_a_file_shows_outweighs_how_a_pre_release_was_typed() -> None:
    assert render(Version.of("8.1.0-beta1"), "semver", "8.0.0-beta.3") == "8.1.0-beta.1"
    assert render(Version.of("8.1.0-beta.1"), "semver", "8.0.0-beta3") == "8.1.0-beta1"
