"""From what a tool rewrites to literal texts: as short as they can be, and never more than what is meant."""

from __future__ import annotations

import pytest

from sync import template
from sync.importers import markers, search, texts
from sync.importers.model import Mark
from sync.source import Source


def marks(body: str, *wanted: str) -> tuple[Source, list[Mark]]:
    """A file in which ``<1.2.3>`` are the versions that are meant; the brackets are taken out."""
    source = Source.of("a.txt", body.replace("<", "").replace(">", "").encode())
    found, at = [], 0
    for piece in body.split("<")[1:]:
        start = body.index("<" + piece, at)
        at = start + 1
        shift = body[:start].count("<") + body[:start].count(">")
        first = len(body[:start].replace("<", "").replace(">", "").encode())
        assert shift >= 0
        found.append(Mark("a.txt", first, first + len(piece.partition(">")[0].encode()), wanted[0] if wanted else "{version}"))
    return source, found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<1.2.3>\n", ["{version}"]),
        ('__version__ = "<1.2.3>"\n', ['__version__ = "{version}"']),
        ("lamp <1.2.3> needs wick 1.2.3\n", ["lamp {version}"]),
        ("needs lamp <1.2.3>, wick lamp 1.0.0\n", ["needs lamp {version}"]),
        ("<1.2.3> new\n1.2.3 old\n", ["{version} new"]),
        ("get/v<1.2.3>/lamp-<1.2.3>.tgz\n", ["get/v{version}", "lamp-{version}"]),
        ("x <1.2.3> {y}\nx 1.2.3 z\n", ["x {version} {{"]),
        ("größe <1.2.3>\r\ngröße: 1.2.3\r\n", ["größe {version}"]),
        ("a: <1.2.3>\na: <1.2.3>\n", ["a: {version}"]),
    ],
)
def test_a_text_takes_as_much_of_its_line_as_it_needs_to_mean_just_its_version(body: str, expected: list[str]) -> None:
    source, found = marks(body)
    made = texts.of(source, found, "semver")
    assert [text for text, _ in made.found] == expected
    assert made.lost == []
    hit = {(start, end) for text in expected for start, end, _ in template.compile(text).find(source.body)}
    assert hit == {(mark.start, mark.end) for mark in found}


def test_two_lines_that_read_alike_cannot_be_told_apart() -> None:
    source, found = marks("a <1.2.3>\na 1.2.3\n")
    assert texts.of(source, found, "semver") == ([], found)


def test_two_versions_that_no_text_can_part_become_one_text() -> None:
    source, found = marks("<1.2.3>..<1.2.3> b\n1.2.3 c\n")
    assert [text for text, _ in texts.of(source, found, "semver").found] == ["{version}..{version}"]


def test_a_number_within_a_longer_one_is_not_meant() -> None:
    wanted = search.literal([search.Piece("1.2.3", "{version}")])
    assert wanted is not None
    source = Source.of("a", b"1.2.3 11.2.3 1.2.30 0.1.2.3 1.2.3.4 v1.2.3 1.2.3, 1.2.3.")
    assert [one.start for one in search.hits(source, wanted)] == [0, 37, 43, 50]


def test_a_regular_expression_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SECONDS", 0.3)
    assert search.matches("(a+)+$", Source.of("a", b"a" * 60 + b"b")) == "the regular expression takes too long"


@pytest.mark.parametrize("pattern", ["(", "(?P<a", "[z-a]", "(?P<a>x)(?P<a>y)", "x{99999999999999999999}"])
def test_a_regular_expression_that_is_none_is_said(pattern: str) -> None:
    assert isinstance(search.matches(pattern, Source.of("a", b"x")), str)


def test_the_numbers_of_a_form_are_known_by_where_they_stand() -> None:
    assert search.current("1.2.3", "{big}.{small}.{tiny}-{stage}").names == {"big": "{major}", "small": "{minor}", "tiny": "{patch}"}
    assert search.current("1.2", "{major}.{minor}.{patch}").names == {"major": "{major}", "minor": "{minor}"}


def test_marks_of_release_please_mean_the_first_version_on_their_line_and_blocks_every_line() -> None:
    body = b"""a = 0.9.0
a = 1.2.3 and 4.5.6 // x-release-please-version
// x-release-please-version b = 1.2.3-rc.1+5
major 1 x-release-please-major
# x-release-please-start-minor
two = 2 and 3
none
# x-release-please-end
two = 2
1.2.3 on 2026-01-02 x-release-please-version-date
nothing x-release-please-version
"""
    found = markers.find(Source.of("a", body))
    assert [(body[one.start : one.end].decode(), one.template) for one in found.marks] == [
        ("1.2.3", "{version}"),
        ("1.2.3-rc.1+5", "{version}"),
        ("1", "{major}"),
        ("2", "{minor}"),
        ("1.2.3", "{version}"),
    ]
    assert found.marks[0].pattern == "{version} and 4.5.6 // x-release-please-version"
    assert found.marks[1].pattern == "x-release-please-version b = {version}"
    assert (found.dates, found.empty) == ([10], [11])
