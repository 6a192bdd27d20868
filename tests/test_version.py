"""Version: reading, order, the words that raise it, and steps."""

from __future__ import annotations

import copy
import pickle

import pytest

from sync.version import WORDS, Version, by_step, increment, step


def of(text: str) -> Version:
    return Version.of(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("8.0.0", Version((8, 0, 0))),
        ("v8.0.0", Version((8, 0, 0))),
        ("8", Version((8,))),
        ("1.2.3.4", Version((1, 2, 3, 4))),
        ("49.0.0-rc.1", Version((49, 0, 0), ("rc", 1))),
        ("49.0.0rc1", Version((49, 0, 0), ("rc", 1))),
        ("49.0.0-RC1", Version((49, 0, 0), ("rc", 1))),
        ("49.0.0b2", Version((49, 0, 0), ("beta", 2))),
        ("1.2.3.post1", Version((1, 2, 3), post=1)),
        ("49.0.0-dev", Version((49, 0, 0), dev=0)),
        ("49.0.0-SNAPSHOT", Version((49, 0, 0), dev=0)),
        ("49.0.0.dev3", Version((49, 0, 0), dev=3)),
        ("1.0rc1.dev2", Version((1, 0), ("rc", 1), dev=2)),
        ("1.0.0-alpha.beta.2", Version((1, 0, 0), ("alpha.beta", 2))),
        ("1.0.0-7", Version((1, 0, 0), ("", 7))),
        (" 8.0.0 ", Version((8, 0, 0))),
    ],
)
def test_what_a_person_types_is_read(typed: str, expected: Version) -> None:
    found = of(typed)
    assert (found.release, found.pre, found.post, found.dev) == (expected.release, expected.pre, expected.post, expected.dev)


@pytest.mark.parametrize("typed", ["", "x", "8.", "1..2", "1.2.3.4.5", "1.0.0-a..b", "latest", "1.0.0 beta", "1.0\n2.0", "9" * 5000, "1." + "9" * 400, "\u0661.\u0662"])
def test_what_is_no_version_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is not a version; write it like 8\.0\.0"):
        of(typed)


def test_the_build_is_kept_and_not_compared() -> None:
    assert of("1.0.0+wasi-0.2.4").build == "wasi-0.2.4"
    assert of("1.0.0+a") == of("1.0.0+b")


def test_parts_that_are_not_written_are_zero_and_the_width_is_kept() -> None:
    short = of("1.2")
    assert (short.major, short.minor, short.patch, short.fourth) == (1, 2, 0, 0)
    assert short.release == (1, 2)
    assert short == of("1.2.0")
    assert hash(short) == hash(of("1.2.0.0"))
    assert str(short) == "1.2"


def test_a_version_stands_in_the_order_of_its_life() -> None:
    life = [
        "1.0.0-dev",
        "1.0.0.dev1",
        "1.0.0-0",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0rc1.dev1",
        "1.0.0-rc.1",
        "1.0.0-rc.2",
        "1.0.0",
        "1.0.0.post1",
        "1.0.0.1",
        "1.0.1-dev",
    ]
    versions = [of(one) for one in life]
    shuffled = versions[::2] + versions[1::2]
    assert sorted(shuffled) == versions
    assert len(set(versions)) == len(versions)


def test_a_candidate_sorts_before_its_release() -> None:
    assert of("47.0.0-rc.10") < of("47.0.0")
    assert of("47.0.0-rc.9") < of("47.0.0-rc.10")


def test_a_version_is_frozen_and_copies_and_pickles() -> None:
    version = of("1.2.3-rc.4+b")
    with pytest.raises(AttributeError):
        version.dev = 1
    with pytest.raises(AttributeError):
        del version.pre
    assert copy.deepcopy(version).build == "b"
    assert pickle.loads(pickle.dumps(version)) == version


def test_a_version_has_one_to_four_numbers() -> None:
    with pytest.raises(ValueError, match="one to four numbers, not 5"):
        Version((1, 2, 3, 4, 5))
    with pytest.raises(ValueError, match="one to four numbers, not 0"):
        Version(())


def test_a_pre_release_is_anything_before_its_release() -> None:
    assert of("1.0.0-rc.1").is_prerelease
    assert of("1.0.0-dev").is_prerelease
    assert not of("1.0.0").is_prerelease
    assert not of("1.0.0.post1").is_prerelease
    assert of("1.0.0-rc.1+b").final == of("1.0.0")
    assert of("1.0.0.post1").final.post is None


@pytest.mark.parametrize(
    "text", ["8", "1.2", "1.2.3.4", "1.0.0-rc.1", "1.0.0-dev", "1.0.0-dev.4", "1.0.0-rc.1.dev.3", "1.0.0-0.3.7", "1.0.0.post1", "1.0.0-rc.1.post2", "1.0.0.post2.dev4", "1.0.0-a-b.c+d.e"]
)
def test_the_canonical_text_is_read_back(text: str) -> None:
    assert str(of(text)) == text
    assert repr(of(text)) == f'Version.of("{text}")'


REFUSED = None

TABLE = {
    #                 major     minor     patch     rc              dev            release
    "1.2.3": ("2.0.0", "1.3.0", "1.2.4", REFUSED, REFUSED, REFUSED),
    "49.0.0-dev": ("49.0.0", "49.0.0", "49.0.0", "49.0.0-rc.1", "49.0.0-dev.1", "49.0.0"),
    "49.0.0-dev.4": ("49.0.0", "49.0.0", "49.0.0", "49.0.0-rc.1", "49.0.0-dev.5", "49.0.0"),
    "49.0.0-alpha.2": ("49.0.0", "49.0.0", "49.0.0", "49.0.0-rc.1", REFUSED, "49.0.0"),
    "49.0.0-beta.2": ("49.0.0", "49.0.0", "49.0.0", "49.0.0-rc.1", REFUSED, "49.0.0"),
    "49.0.0-rc.1": ("49.0.0", "49.0.0", "49.0.0", "49.0.0-rc.2", REFUSED, "49.0.0"),
    "49.0.0-rc": ("49.0.0", "49.0.0", "49.0.0", "49.0.0-rc.1", REFUSED, "49.0.0"),
    "1.1.0-rc.1": ("2.0.0", "1.1.0", "1.1.0", "1.1.0-rc.2", REFUSED, "1.1.0"),
    "1.1.1-rc.1": ("2.0.0", "1.2.0", "1.1.1", "1.1.1-rc.2", REFUSED, "1.1.1"),
    "1.1.1-dev": ("2.0.0", "1.2.0", "1.1.1", "1.1.1-rc.1", "1.1.1-dev.1", "1.1.1"),
    "1.0.0-stable.1": ("1.0.0", "1.0.0", "1.0.0", REFUSED, REFUSED, "1.0.0"),
    "1.0rc1.dev2": ("1.0", "1.0", "1.0.0", "1.0-rc.1", "1.0-rc.1.dev.3", "1.0"),
    "1.2.3.post1": ("2.0.0", "1.3.0", "1.2.4", REFUSED, REFUSED, REFUSED),
    "1.2.3.post2.dev1": ("2.0.0", "1.3.0", "1.2.4", REFUSED, "1.2.3.post2.dev2", "1.2.3.post2"),
    "0.24.0": ("1.0.0", "0.25.0", "0.24.1", REFUSED, REFUSED, REFUSED),
    "1.2": ("2.0", "1.3", "1.2.1", REFUSED, REFUSED, REFUSED),
    "8": ("9", "8.1", "8.0.1", REFUSED, REFUSED, REFUSED),
    "1.2.3.4": ("2.0.0.0", "1.3.0.0", "1.2.4.0", REFUSED, REFUSED, REFUSED),
    "1.0.0+b": ("2.0.0", "1.1.0", "1.0.1", REFUSED, REFUSED, REFUSED),
}


@pytest.mark.parametrize(("before", "word", "after"), [(before, word, after) for before, row in TABLE.items() for word, after in zip(WORDS, row, strict=True)])
def test_a_word_does_what_its_cell_of_the_table_says(before: str, word: str, after: str | None) -> None:
    if after is REFUSED:
        with pytest.raises(ValueError, match=before.partition("+")[0]):
            increment(of(before), word)
    else:
        assert str(increment(of(before), word)) == after


def test_a_word_that_makes_no_sense_says_why_and_what_to_type() -> None:
    with pytest.raises(ValueError, match=r"8\.0\.0 is a release, so rc does not say of which version; name it, like 8\.1\.0-rc\.1"):
        increment(of("8.0.0"), "rc")
    with pytest.raises(ValueError, match=r"8\.0\.0 is released already"):
        increment(of("8.0.0"), "release")
    with pytest.raises(ValueError, match=r"dev would go back from 8\.0\.0-rc\.1"):
        increment(of("8.0.0-rc.1"), "dev")
    with pytest.raises(ValueError, match='"magor" is none of the words major, minor, patch'):
        increment(of("8.0.0"), "magor")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("8.0.0", "9.0.0", "major"), ("9.0.0", "8.0.0", "major"), ("8.0.0", "8.1.0", "minor"), ("8.0.0", "8.0.1", "patch"), ("1.0.0.0", "1.0.0.1", "fourth"),
        ("9.0.0-rc.1", "9.0.0-rc.2", "rc"), ("9.0.0-rc.1", "9.0.0", "release"), ("9.0.0", "9.0.0-dev", "dev"), ("9.0.0", "9.0.0.post1", "post"), ("9.0.0-1", "9.0.0-2", "pre"), ("9.0.0", "9.0", ""),
    ],
)  # fmt: skip
def test_a_step_is_named_by_the_first_part_that_differs(old: str, new: str, word: str) -> None:
    assert step(of(old), of(new)) == word


@pytest.mark.parametrize(
    ("own", "old", "new", "after"),
    [
        ("3.2.1", "8.0.0", "9.0.0", "4.0.0"),
        ("3.2.1", "8.1.0", "8.2.0", "3.3.0"),
        ("3.2.1", "8.1.0", "8.1.1", "3.2.2"),
        ("3.2.1", "8.1.0", "8.1.0", "3.2.1"),
        ("4.0.0", "9.0.0", "8.0.0", "3.0.0"),
        ("3.2", "8.0.0", "9.0.0", "4.0"),
        ("3.2", "8.0.0", "8.0.1", "3.2.1"),
        ("3.2.1", "8.0.0", "9.0.0-dev", "4.0.0-dev"),
        ("4.0.0-dev", "9.0.0-dev", "9.0.0-rc.1", "4.0.0-rc.1"),
        ("4.0.0-rc.1", "9.0.0-rc.1", "9.0.0", "4.0.0"),
        ("4.0.0-dev", "9.0.0-dev", "10.0.0-dev", "5.0.0-dev"),
        ("0.41.0", "0.41.0", "2.0.0", "2.0.0"),
        ("3.0.0", "8.0.0", "10.1.0", "5.1.0"),
    ],
)
def test_a_component_goes_by_the_same_step(own: str, old: str, new: str, after: str) -> None:
    assert str(by_step(of(own), of(old), of(new))) == after


def test_no_step_leads_below_zero() -> None:
    with pytest.raises(ValueError, match=r"0\.3\.0 cannot follow from 9\.0\.0 to 8\.0\.0: its major would be -1"):
        by_step(of("0.3.0"), of("9.0.0"), of("8.0.0"))
