"""Fitting: rules and templates that past releases bear out, and those that they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import fit, template
from sync.version import Version

V = Version.of


def pairs(text: str) -> list[tuple[Version, Version]]:
    """``project own`` a line."""
    return [(V(one), V(other)) for one, other in (line.split() for line in text.strip().splitlines())]


def test_a_number_that_is_the_projects_is_exact() -> None:
    assert fit.rule(pairs("1.0.0 1.0.0\n1.1.0 1.1.0")) == fit.Rule("exact", None, 2, 2)


def test_an_offset_is_found_from_three_majors() -> None:
    assert fit.rule(pairs("46.0.0 0.133.0\n46.0.1 0.133.1\n47.0.0 0.134.0\n48.0.0 0.135.0")) == fit.Rule("0.{major + 87}.{patch}", None, 4, 4)


def test_through_two_releases_no_offset_is_believed() -> None:
    assert fit.rule(pairs("46.0.0 0.133.0\n47.0.0 0.134.0")).rule == "independent"


def test_a_rule_that_changed_holds_since_the_release_of_the_change() -> None:
    found = fit.rule(pairs("0.39.0 0.80.0\n0.40.0 0.81.0\n1.0.0 0.88.0\n2.0.0 0.89.0\n3.0.0 0.90.0\n3.0.1 0.90.1"))
    assert found == fit.Rule("0.{major + 87}.{patch}", V("1.0.0"), 4, 6)


def test_a_number_that_stays_is_no_sign_of_a_rule() -> None:
    assert fit.rule(pairs("46.0.0 1.0.0\n47.0.0 1.0.0\n48.0.0 1.0.0")).rule == "independent"


def test_only_the_major_in_common_is_the_rule_major() -> None:
    assert fit.rule(pairs("1.0.0 1.3.0\n2.0.0 2.0.0\n2.4.0 2.1.7\n3.0.0 3.0.1")).rule == "major"


def test_a_pre_release_is_carried_over_by_a_rule() -> None:
    assert fit.rule(pairs("46.0.0 0.133.0\n47.0.0 0.134.0\n48.0.0 0.135.0\n49.0.0-dev 0.136.0-dev")).rule == "0.{major + 87}.{patch}"


def test_a_number_without_its_pre_releases_is_the_rule_release() -> None:
    assert fit.rule(pairs("1.1.0 1.1.0\n1.2.0-rc.1 1.2.0\n1.2.0 1.2.0\n1.3.0-dev 1.3.0")) == fit.Rule("{release}", None, 4, 4)


def test_nothing_seen_is_independent() -> None:
    assert fit.rule([]) == fit.Rule("independent", None, 0, 0)


def shapes(text: str) -> list[str]:
    """Templates for ``version text`` a line."""
    return [one.template for one in fit.shapes([(V(one), other) for one, other in (line.split() for line in text.strip().splitlines())])]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("46.0.0 46.0.0\n46.0.1 46.0.1", "{version}"),
        ("46.0.0 46\n47.1.0 47", "{major}"),
        ("1.2.3 2\n1.3.9 3", "{minor}"),
        ("5.29.0 5029000\n5.30.1 5030001", "{major}{minor:03}{patch:03}"),
        ("3.4.0 30400\n3.14.1 31401", "{major}{minor:02}{patch:02}"),
        ("1.2.3 1_2_3\n1.3.0 1_3_0", "{version}"),
        ("1.2.3 1.2\n1.3.9 1.3", "{major}.{minor}"),
        ("46.0.0 0.133\n47.0.0 0.134\n48.0.0 0.135", "0.{major + 87}"),
        ("1.2.0-rc.1 1.2.0-rc.1\n1.2.0 1.2.0", "{version}"),
        ("1.2.0-rc.1 1.2.0\n1.2.0 1.2.0", "{release}"),
        ("1.2.0-rc.1 1.2\n1.2.1 1.2.1", "{release}"),
        ("1.2.0.1 1.2.0\n1.2.1-rc.1 1.2.1", "{major}.{minor}.{patch}"),
        ("2.1.0 2.1.0.1\n2.2.0 2.2.0.1", "{release}.1"),
        ("2.1.0 2.1.0.1\n2.2.0-rc.1 2.2.0.1", "{release}.1"),
        ("2.1.0.1 2.1.0.1\n2.2.0 2.2.0.1", "{version}"),
    ],
)
def test_a_text_is_read_as_what_it_says_of_the_versions(text: str, first: str) -> None:
    assert shapes(text)[0] == first


def test_a_spelling_is_found_where_pre_releases_show_it() -> None:
    found = fit.shapes([(V("1.2.0-rc.1"), "1.2.0rc1"), (V("1.2.0-dev"), "1.2.0.dev0"), (V("1.2.0"), "1.2.0")])
    assert found[0] == fit.Shape("{version}", "semver") or found[0].spelling == "pep440"
    assert all(fit.holds(found[0], text, V(version)) for version, text in (("1.2.0-rc.1", "1.2.0rc1"), ("1.2.0", "1.2.0")))


def test_where_a_pre_release_has_a_number_of_its_own_behind_it_there_are_two_templates() -> None:
    found = fit.shapes([(V("2.1.0"), "2.1.0.1"), (V("2.2.0-dev"), "2.2.0.0"), (V("2.2.0"), "2.2.0.1")])
    assert found[0] == fit.Shape("{release}.1", "semver", "{release}.0")
    said = [(version, text) for version in ("2.3.0", "2.3.0-dev") for text in ("2.3.0.1", "2.3.0.0") if fit.holds(found[0], text, V(version))]
    assert said == [("2.3.0", "2.3.0.1"), ("2.3.0-dev", "2.3.0.0")]


def test_two_templates_are_two_whole_versions() -> None:
    assert shapes("1.0.0 1.0.0\n2.0.0-rc.1 1.9.0\n2.0.0 2.0.0") == []


def test_a_fourth_number_that_follows_nothing_is_no_part_of_a_template() -> None:
    assert shapes("2.1.0 2.1.0.1\n2.2.0 2.2.0.4") == ["{version}"], "which is how it is told from what says nothing of the version, and it holds on none"
    assert not fit.holds(fit.Shape("{version}"), "2.2.0.4", V("2.2.0"))


def test_a_patch_number_that_is_always_one_too_high_is_drift_and_no_rule() -> None:
    assert shapes("42.0.0 42.0.1\n43.0.0 43.0.1\n44.0.0 44.0.1") == ["{version}"]


def test_texts_that_follow_nothing_have_no_shape() -> None:
    assert shapes("1.0.0 7\n2.0.0 3\n3.0.0 9") == []
    assert shapes("1.0.0 4.1.2\n2.0.0 9.0.0") == []


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 20), st.integers(0, 20)), min_size=4, max_size=12, unique=True), st.integers(1, 99))
def test_a_rule_that_is_found_gives_every_number_that_it_was_found_from(releases: list[tuple[int, int, int]], offset: int) -> None:
    versions = [Version(one) for one in sorted(releases)]
    seen = [(one, Version((0, one.major + offset, one.patch))) for one in versions]
    found = fit.rule(seen)
    since = found.since
    if found.rule not in ("independent", "exact", "major"):
        shape = template.compile(found.rule)
        assert all(shape.rule(project) == own for project, own in seen if since is None or project >= since)
    if len({one.major for one in versions}) > 2:
        assert found.rule != "independent"
