"""Where a number stands in a text, also in texts that are made to keep us busy."""

from __future__ import annotations

import pytest

from sync import literals
from sync.audit import uncovered
from sync.literals import Wanted
from sync.manifest.model import Component
from sync.version import Version
from tests.bounds import ending

WANTED = [Wanted(Component("demo", "demo"), Version.of("1.2.3"))]
MANY = 50_000


def kinds(body: bytes) -> list[tuple[str, bytes]]:
    return [(number.kind, body[number.start : number.end]) for _, number in literals.every(body, WANTED)]


@pytest.mark.parametrize("between", [" ", " = ", ":", " : ", "\t:=\t", "(", " (", ", ", " \"", " '"])
def test_the_parts_of_a_version_stand_behind_their_names(between: str) -> None:
    assert kinds(f"VERSION_MAJOR{between}1\nVERSION_MINOR{between}2\n".encode()) == [("split", b"1"), ("split", b"2")]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"version major: 1 minor: 2\n", 2),
        (b"major: 1 version minor: 2\n", 0),
        (b"major: 1 of version\nminor: 2\n", 0),
        (b"version\nmajor: 1 minor: 2\n", 0),
        (b"majorVersion: 1, minorVersion: 2\n", 2),
        (b"ver major: 1" + b" " * 392 + b"minor: 2\n", 0),
        (b"ver major: 1" + b" " * 391 + b"minor: 2\n", 2),
    ],
)
def test_a_part_needs_its_version_before_it_in_its_line_and_another_part_nearby(body: bytes, count: int) -> None:
    assert len(kinds(body)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"MAJOR = 1\nMINOR = 2\nTINY  = 3\n", 3),
        (b"MAJOR = 1\nMINOR = 2\nTINY  = 4\n", 0),
        (b"MAJOR = 1\nMINOR = 2\n", 0),
        (b"major: 1, minor: 2, patch: 3", 3),
        (b"major: 1" + b" " * 400 + b"minor: 2, patch: 3", 0),
    ],
)
def test_all_three_parts_together_need_no_other_name(body: bytes, count: int) -> None:
    assert len(kinds(body)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"version major" + b" " * 1_000_000, 0),
        (b"version" + b" major: 1," * MANY, 0),
        (b"major: 1, " * MANY, 0),
        (b"version major: 1\n" * MANY, 0),
        (b"version major: 1, minor: 2\n" * MANY, 2 * MANY),
    ],
    ids=["blanks", "one line", "one line without a version", "one part alone", "all parts"],
)
def test_parts_without_end_come_to_an_end(body: bytes, count: int) -> None:
    with ending():
        assert len(kinds(body)) == count


def test_one_pattern_for_many_numbers_is_held_against_the_file_once() -> None:
    with ending():
        assert len({one.text for one in uncovered.find(b"demo '1.2.3'\n" * MANY, WANTED)}) == 1


def test_many_managed_numbers_have_their_neighbours_found_once() -> None:
    body = b"demo '1.2.3'\n" * MANY + b"demo '1.2.0'\n"
    managed = [(at * 13 + 6, at * 13 + 11, "{version}", "semver") for at in range(MANY)]
    with ending():
        found = [*uncovered.beside(body, managed, WANTED[0])]
        assert [body[one.start : one.end] for one in found] == [b"1.2.0"]
        assert [*uncovered.beside(body, managed, WANTED[0], [(found[0].start, found[0].end)])] == []
