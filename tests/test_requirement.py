"""Requirements: what they hold, and how they move. The oracle tests hold the same code against npm, Cargo, RubyGems and packaging."""

from __future__ import annotations

import pytest

from sync.requirement import exact, moved, satisfies, style
from sync.version import Version

of = Version.of


@pytest.mark.parametrize(
    ("ecosystem", "requirement", "inside", "outside"),
    [
        ("cargo", "46.0.1", "46.9.0", "47.0.0"),
        ("cargo", "0.42", "0.42.7", "0.43.0"),
        ("cargo", "=46.0.1", "46.0.1", "46.0.2"),
        ("cargo", "~1.2.3", "1.2.9", "1.3.0"),
        ("cargo", ">=46, <48", "47.9.9", "48.0.0"),
        ("cargo", "46.*", "46.7.0", "47.0.0"),
        ("cargo", "*", "1.0.0", "1.0.0-rc.1"),
        ("cargo", "46.0.0-rc.1", "46.0.0-rc.2", "46.1.0-rc.1"),
        ("npm", "46.0.1", "46.0.1", "46.0.2"),
        ("npm", "^1.2.3", "1.9.0", "2.0.0"),
        ("npm", "1.x || >=3.0.0 <4", "3.5.0", "2.0.0"),
        ("npm", "1.2 - 2.3", "2.3.9", "2.4.0"),
        ("npm", "workspace:^1.2.3", "1.3.0", "2.0.0"),
        ("npm", "npm:@family/other@~1.2.3", "1.2.4", "1.3.0"),
        ("pypi", ">=46.0,<47", "46.5.0", "47.0.0"),
        ("pypi", "== 1.40.1", "1.40.1", "1.41.0"),
        ("pypi", "~=20.0", "20.9", "21.0"),
        ("pypi", "(>=1,!=1.5)", "1.4", "1.5"),
        ("pypi", "^1.2", "1.9", "2.0"),
        ("pypi", "~1.2", "1.2.9", "1.3"),
        ("pypi", "1.2.3", "1.2.3", "1.2.4"),
        ("gem", "~> 0.0.1", "0.0.9", "0.1.0"),
        ("gem", "~> 1.2, >= 1.2.5", "1.9", "1.2.4"),
        ("gem", "2.0", "2.0.0", "2.0.1"),
        ("nuget", "1.2.3", "9.0.0", "1.2.2"),
        ("nuget", "[1.2.3]", "1.2.3", "1.2.4"),
        ("nuget", "[1.0,2.0)", "1.9.9", "2.0.0"),
        ("nuget", "(1.0, )", "1.0.1", "1.0.0"),
        ("nuget", "(,2.0]", "2.0.0", "2.0.1"),
        ("nuget", "1.2.*", "1.2.9", "1.3.0"),
        ("maven", "1.2.3", "1.2.3", "1.2.4"),
        ("maven", "(,1.0],[1.2,)", "1.3", "1.1"),
        ("golang", "v1.44.0", "1.44.0", "1.45.0"),
        ("composer", "~1.2", "1.9.0", "2.0.0"),
        ("composer", "^0.3 | ^1.0", "0.3.9", "0.4.0"),
        ("composer", "1.0 - 2.0", "2.0.9", "2.1.0"),
        ("hex", "~> 1.2.3 or >= 3.0.0", "3.1.0", "2.0.0"),
        ("hex", ">= 1.0.0 and < 2.0.0", "1.5.0", "2.0.0"),
        ("pub", "any", "7.0.0", "x"),
        ("pub", "^1.2.3", "1.9.0", "2.0.0"),
        ("generic", ">=1.2,<2", "1.3", "2.0"),
        ("opam", '>= "1.2" & < "2.0"', "1.3.0", "2.0.0"),
    ],
)
def test_a_requirement_holds_what_its_ecosystem_says(ecosystem: str, requirement: str, inside: str, outside: str) -> None:
    assert satisfies(requirement, of(inside), ecosystem)
    assert outside == "x" or not satisfies(requirement, of(outside), ecosystem)


@pytest.mark.parametrize(
    ("ecosystem", "requirement"),
    [
        ("cargo", "latest"),
        ("cargo", "1.2.3.4.5"),
        ("npm", "git+https://example.org/a.git"),
        ("npm", "latest"),
        ("pypi", "==x"),
        ("pypi", ">="),
        ("nuget", "[1.0"),
        ("nuget", "[1.0,2.0),x"),
        ("nuget", "$(Version)"),
        ("maven", "[y]"),
        ("gem", "~>"),
        ("golang", "latest"),
        ("cargo", ">=1," * 1000),
    ],
)
def test_a_requirement_that_cannot_be_read_holds_nothing(ecosystem: str, requirement: str) -> None:
    assert not satisfies(requirement, of("1.0.0"), ecosystem)


def test_a_candidate_is_no_answer_to_a_range_of_releases() -> None:
    assert not satisfies("^46", of("46.1.0-rc.1"), "npm")
    assert not satisfies("46", of("46.1.0-dev"), "cargo")
    assert satisfies(">=1.0.0-alpha", of("1.0.0-dev"), "cargo"), "in SemVer dev is one word among others"
    assert satisfies(">= 46", of("46.1.0-rc.1"), "gem")


@pytest.mark.parametrize(
    ("operator", "ecosystem", "answer"),
    [
        ("=", "cargo", True),
        ("", "cargo", False),
        ("^", "cargo", False),
        ("", "npm", True),
        ("=", "npm", True),
        ("~", "npm", False),
        ("==", "pypi", True),
        ("===", "pypi", True),
        ("~=", "pypi", False),
        (">=", "pypi", False),
        ("", "gem", True),
        ("=", "gem", True),
        ("~>", "gem", False),
        ("", "golang", True),
        (">=", "golang", True),
        ("=", "nuget", True),
        ("", "nuget", False),
        ("", "maven", True),
    ],
)
def test_an_exact_operator_is_one_that_accepts_one_version(operator: str, ecosystem: str, answer: bool) -> None:
    assert exact(operator, ecosystem) is answer


@pytest.mark.parametrize(
    ("ecosystem", "spelling", "operator", "text", "old", "new", "after"),
    [
        ("cargo", "semver", "=", "46.0.1", "46.0.1", "47.0.0", "47.0.0"),
        ("cargo", "semver", "", "0.42", "0.42.3", "0.43.1", "0.43"),
        ("cargo", "semver", "", "46", "46.0.1", "47.0.0", "47"),
        ("cargo", "semver", "", "46", "46.0.1", "47.0.0-rc.1", "47.0.0-rc.1"),
        ("cargo", "semver", "", "46.0.0-rc.1", "46.0.0-rc.1", "46.0.0", "46.0.0"),
        ("cargo", "semver", ">=", "46.0", None, "47.0.0", "47.0"),
        ("npm", "semver", "^", "46.0.1", "46.0.1", "47.0.0", "47.0.0"),
        ("npm", "semver", "", "46", "46.0.1", "47.1.2", "47"),
        ("pypi", "pep440", "==", "1.40.1", "1.40.1", "1.41.0", "1.41.0"),
        ("pypi", "pep440", "==", "1.40", "1.40", "1.41.1", "1.41.1"),
        ("pypi", "pep440", "~=", "20.0", "20.0.1", "21.3.4", "21.3"),
        ("gem", "gem", "~>", "0.0.1.pre.rc.5", "0.0.1-rc.5", "0.0.1-rc.6", "0.0.1.pre.rc.6"),
        ("gem", "gem", "~>", "1.2", "1.2.3", "2.0.0-rc.1", "2.0.rc1"),
        ("golang", "tag", "", "v1.44.0", "1.44.0", "1.45.0", "v1.45.0"),
        ("nuget", "nuget", "=", "1.2.3", "1.2.3", "1.2.4", "1.2.4"),
        ("generic", "numeric", ">=", "1.2", "1.2.3", "1.3.4-rc.1", "1.3"),
    ],
)
def test_lower_exact_and_compatible_ones_get_the_new_version_in_the_old_precision(ecosystem: str, spelling: str, operator: str, text: str, old: str | None, new: str, after: str) -> None:
    assert moved(operator, text, of(old) if old else None, of(new), spelling, ecosystem) == after


@pytest.mark.parametrize(
    ("operator", "text", "old", "new", "after"),
    [
        ("<", "47", "46.0.1", "47.0.0", "48"),
        ("<", "47.0.0", "46.0.1", "47.0.0", "48.0.0"),
        ("<", "0.2.0", "0.1.4", "0.2.0", "0.3.0"),
        ("<", "0.2", "0.1.4", "0.1.5", "0.2"),
        ("<", "50", "46.0.1", "47.0.0", "51"),
        ("<", "46.1", "46.0.1", "47.0.0", "47.1"),
        ("<", "47.0.0-0", "46.0.1", "47.0.0", "48.0.0-0"),
        ("<", "10", "9.0.0", "8.0.0", "9"),
        ("<", "45", "46.0.0", "47.0.0", "48"),
        ("<", "47", None, "47.0.0", "48"),
        ("<", "0.2.0", None, "0.3.1", "0.4.0"),
        ("<", "50", None, "47.0.0", "50"),
        ("<=", "46.0.1", "46.0.1", "47.0.0", "47.0.0"),
        ("<=", "46", "46.0.1", "47.2.0", "47"),
        ("<=", "47", "46.0.1", "47.0.0", "48"),
    ],
)
def test_an_upper_bound_keeps_its_distance(operator: str, text: str, old: str | None, new: str, after: str) -> None:
    assert moved(operator, text, of(old) if old else None, of(new), "semver", "npm") == after


def test_what_excludes_a_version_never_moves() -> None:
    assert moved("!=", "46.0.1", of("46.0.1"), of("47.0.0"), "pep440", "pypi") is None
    assert moved(">", "46.0.1", of("46.0.1"), of("47.0.0"), "pep440", "pypi") is None
    assert moved("<", "$(Next)", of("46.0.1"), of("47.0.0"), "nuget", "nuget") is None


@pytest.mark.parametrize(
    ("operator", "requirement", "ecosystem", "answer"),
    [
        ("", "46.0.1", "cargo", "^"),
        ("^", "^46", "cargo", "^"),
        ("=", "=46.0.1", "cargo", "="),
        ("~", "~46.0", "cargo", "~"),
        (">=", ">=46", "cargo", ""),
        ("", "46.*", "cargo", ""),
        ("", "46.0.1", "npm", "="),
        ("", "46.x", "npm", ""),
        ("", "46", "npm", ""),
        ("^", "workspace:^46.0.1", "npm", "^"),
        ("", "workspace:46.0.1", "npm", "="),
        ("==", "==46.0", "pypi", "="),
        ("~=", "~=46.0", "pypi", "~"),
        ("~>", "~> 46.0", "gem", "~"),
        ("", "46.0", "gem", "="),
        ("", "46.0.1", "nuget", ""),
        ("=", "[46.0.1]", "nuget", "="),
        ("", "v46.0.1", "golang", "="),
        ("<", "<47", "pypi", ""),
    ],
)
def test_a_requirement_has_a_style(operator: str, requirement: str, ecosystem: str, answer: str) -> None:
    assert style(operator, requirement, ecosystem) == answer
