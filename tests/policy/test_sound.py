"""What a policy cannot mean is refused: the place, what is, what should be, and a hint that mends it; all of it at once."""

from __future__ import annotations

import ast
from datetime import date
from typing import Final

import pytest

from sync.errors import Problem, UsageError
from sync.policy.lines import schedule
from sync.policy.read import read
from tests.policy.tables import ROOT, policy

WHOLE: Final = """\
[policy]
name = "demo"

[[rules]]
id = "one"
effective = 2024-01-01

[rules.cadence]
months = 1
day = 20
anchor = { version = "20.0.0", day = 2024-04-20 }

[rules.versions]
bumps = "major"

[rules.cut]
day = 5

[rules.lts]
first = "24"
divisible-by = 12
active = 2

[[rules.phases]]
name = "supported"
lines = "ordinary"
for = { releases = 2 }
fixes = ["security", "bug"]

[[rules.phases]]
name = "lts"
lines = "lts"
for = { months = 24 }
fixes = ["security", "bug"]

[rules.fixes.security]
when = "at once"

[rules.fixes.bug]
when = "volunteers"
serious = "security"
"""
"""A policy without a contradiction; each row below changes one or two of its lines."""

WEEKLY: Final = ("months = 1\nday = 20\nanchor = {", 'weeks = 4\nweekday = "tuesday"\nanchor = {')
MINOR: Final = (
    ('bumps = "major"', 'bumps = "minor"\nminors = 3'),
    ('version = "20.0.0"', 'version = "2.0"'),
    ('first = "24"\ndivisible-by = 12', 'first = "2.2"\nevery = 3'),
)
TWO: Final = '[rules.fixes.bug]\nwhen = "volunteers"\nserious = "security"\n'

Change = tuple[str, str]

CONTRADICTIONS: Final[list[tuple[tuple[Change, ...], str, str]]] = [
    # ---- cadence
    ((("day = 2024-04-20", "day = 0001-01-20"),), "11:38: the anchor is a release of the year 1, should be one of 1950 to 2150", ""),
    ((("months = 1\n", "in = [4, 13]\n"),), "9:10: 13 is no month, should be 1 to 12", ""),
    ((("months = 1\n", "in = [10, 4]\n"),), "9:1: the months of the year should stand in their order, each once", ""),
    ((("months = 1\n", "in = [4, 4]\n"),), "9:1: the months of the year should stand in their order, each once", ""),
    (
        (WEEKLY, ('anchor = { version = "20.0.0", day = 2024-04-20 }\n', ""), ("day = 5", "days-before = 14")),
        "8:1: a cadence of weeks has no anchor to count them from",
        "anchor = { version = ..., day = ... }",
    ),
    ((WEEKLY, ("day = 5", "days-before = 14")), "11:38: 2024-04-20 is a Saturday, and every release is on another weekday", ""),
    ((("months = 1\n", "weeks = 4\n"), ("day = 5", "days-before = 14")), "8:1: a cadence of weeks takes a weekday alone, no day of the month", ""),
    ((("months = 1\nday = 20\n", "in = [4]\n"),), "8:1: a cadence of months names no day", 'day = 20, or weekday = "tuesday" with nth or since'),
    (
        (("months = 1\n", "months = 8\n"), ('anchor = { version = "20.0.0", day = 2024-04-20 }\n', "")),
        "9:10: every 8 months from which on? there is no anchor",
        "anchor = { version = ..., day = ... }",
    ),
    ((("day = 2024-04-20", "day = 2024-04-21"),), "11:38: 2024-04-21 is no day of this cadence, before anything moves it", "the nearest is 2024-04-20"),
    ((("months = 1\n", "in = [5]\n"),), "11:38: 2024-04-20 is no day of this cadence, before anything moves it", "the nearest is 2024-05-20"),
    ((("20.0.0", "20.0.0-rc.1"),), "11:23: the anchor 20.0.0-rc.1 is a candidate, should be a release", ""),
    ((*MINOR, ('version = "2.0"', 'version = "1.11"')), "11:23: the anchor 1.11 is never released: a major has 3 minors", ""),
    ((("day = 20\n", "day = 32\n"),), "10:7: rules[0].cadence: a month has 31 days and five weeks at the most", ""),
    ((("day = 20\n", 'weekday = "tuesday"\nnth = 6\n'),), "11:7: rules[0].cadence: a month has 31 days and five weeks at the most", ""),
    ((("day = 20\n", 'weekday = "tuesday"\nday = 20\n'),), "11:7: rules[0].cadence: a day is named twice, as day and as weekday", ""),
    ((("day = 20\n", "nth = 2\n"),), "10:7: rules[0].cadence: nth and since go with a weekday", ""),
    ((("day = 20\n", 'weekday = "tuesday"\nnth = 2\nsince = 8\n'),), "11:7: rules[0].cadence: nth and since are two ways to say one thing", ""),
    ((("day = 20\n", 'weekday = "tuesday"\n'),), "10:12: rules[0].cadence: which tuesday of the month?", 'nth = 1, nth = "last", or since = 15'),
    ((("day = 20\n", 'day = 20\noff = ["holidays"]\n'),), "11:1: holidays of which countries?", 'countries = ["US"]'),
    (
        (("day = 20\n", 'day = 20\noff = ["weekends"]\ncountries = ["US"]\n'),),
        "12:1: countries are named, but their holidays are not among the days off",
        'off = ["weekends", "holidays"]',
    ),
    ((("day = 20\n", 'day = 20\nshift = "earlier"\n'),), "11:10: nothing is shifted: no days are off", 'off = ["weekends"]'),
    # ---- versions
    ((('bumps = "major"', 'bumps = "major"\nminors = 3'),), "15:10: every release raises the major, so a major has one minor", 'bumps = "minor"'),
    ((('bumps = "major"', 'bumps = "major"\ncandidates = "dev"\ndevelopment = "dev"'),), '16:16: candidates and development versions are both called "dev"', ""),
    ((("effective", 'lines-from = "24.1"\neffective'),), "6:15: releases raise the major, so a line is one number", ""),
    ((("effective", 'after = "23"\neffective'),), "6:10: after names the line before lines-from, which is not there", 'lines-from = "2028"'),
    ((("effective", 'after = "24"\nlines-from = "24"\neffective'),), "6:10: the line before lines-from should be a smaller one", ""),
    # ---- cut
    (
        (("day = 5", "day = 25"),),
        "16:1: a branch would be cut on 2024-04-25, after the release of 2024-04-20",
        "the cut is counted in the month of the release; days-before reaches further back",
    ),
    ((("day = 5", 'day = "last"'),), "16:1: a branch would be cut on 2024-04-30, after the release of 2024-04-20", "the cut is counted in the month of the release; days-before reaches further back"),
    (
        (("day = 20\nanchor", 'weekday = "friday"\nsince = 8\nanchor'), ("2024-04-20", "2024-04-12"), ("day = 5", "day = 9")),
        "17:1: a branch would be cut on 2024-11-09, after the release of 2024-11-08",
        "the cut is counted in the month of the release; days-before reaches further back",
    ),
    ((WEEKLY, ("2024-04-20", "2024-04-23")), "16:1: a cut on a day of the month goes with a cadence of months", "days-before = 14"),
    ((("day = 5", "days-before = 140"),), "17:15: a branch would be cut 140 days before its release, and releases are 30 days apart", "releases overlap by four at the most"),
    ((("day = 5", "day = 5\nshifted = true"),), "18:11: no cut is shifted: the cadence has no days off", 'off = ["weekends"] in the cadence'),
    # ---- long-term support
    ((('first = "24"', 'first = "26"'),), "20:10: the first LTS line 26 is not divisible by 12", "36 is; or name it in also"),
    ((("active = 2", 'except = ["24"]\nactive = 2'),), "20:10: the first LTS line is among the exceptions", ""),
    ((("active = 2", 'also = ["30"]\nexcept = ["30"]\nactive = 2'),), "22:10: 30 is in also and in except", ""),
    ((('first = "24"', 'first = "24.0"'),), "20:10: 24.0 is no line: releases raise the major, so a line is one number", ""),
    ((("active = 2", 'also = ["1", "1.2"]\nactive = 2'),), "22:15: 1.2 is no line: releases raise the major, so a line is one number", ""),
    ((*MINOR, ('"2.2"', '"2.3"')), "21:10: LTS is never due: 2.3 is never released, a major has 3 minors", ""),
    ((*MINOR, ("every = 3", "divisible-by = 3"), ('"2.2"', '"2.0"')), "22:16: LTS is never due after the first: no minor below 3 but 0 is divisible by 3", "every = ... counts lines"),
    ((("active = 2", 'active = 2\nbranches = ["a", "b", "c"]'),), "23:1: 3 branches for 2 active lines", ""),
    ((("active = 2", 'active = 2\nbranches = ["a", "a"]'),), '23:19: "a" is the branch of two lines', ""),
    ((('lines = "ordinary"\n', ""), ('name = "lts"\nlines = "lts"\n', 'name = "lts"\n')), "19:1: nothing sets LTS lines apart: every phase is for all lines", 'lines = "lts" in a phase'),
    ((('lines = "lts"\n', 'lines = "ordinary"\n'),), "19:1: LTS lines have no phase of support", 'lines = "lts" in a phase'),
    (
        (('lines = "ordinary"\nfor = { releases = 2 }', 'lines = "lts"\nfor = { months = 1 }'),),
        "19:1: lines that are no LTS have no phase: nobody supports them on their first day",
        'lines = "ordinary" in a phase',
    ),
    # ---- phases
    (
        (('[rules.lts]\nfirst = "24"\ndivisible-by = 12\nactive = 2\n', ""), ('name = "lts"\n', 'name = "long"\n')),
        '28:10: the phase "long" is for LTS lines, and there are none',
        "[rules.lts]",
    ),
    (
        (("months = 24", "months = 26"),),
        "33:18: support of 780 days is longer than can be: with 2 active, and an LTS line every 12 releases, it ends after 720",
        "less, or more active ones",
    ),
    (
        (("months = 24", "releases = 25"),),
        "33:20: support of 25 releases is longer than can be: with 2 active, and an LTS line every 12 releases, it ends after 24",
        "releases = 24, or more active ones",
    ),
    (
        (("active = 2", "active = 1"), ("months = 24", "weeks = 60")),
        "33:17: support of 420 days is longer than can be: with 1 active, and an LTS line every 12 releases, it ends after 360",
        "less, or more active ones",
    ),
    (
        (("divisible-by = 12", 'every = 3\nexcept = ["27"]'), ("months = 24", "months = 8")),
        "34:18: support of 240 days is longer than can be: with 2 active, and an LTS line every 3 releases, it ends after 180",
        "less, or more active ones",
    ),
    (
        (('[rules.fixes.security]', '[[rules.phases]]\nname = "rest"\nlines = "lts"\nfor = { months = 6 }\nfixes = []\n\n[rules.fixes.security]'),),
        "39:18: support of 900 days is longer than can be: with 2 active, and an LTS line every 12 releases, it ends after 720",
        "less, or more active ones",
    ),
    ((("months = 24", "month = 13, day = 1"),), "33:17: 13 is no month, should be 1 to 12", ""),
    ((("months = 24", "month = 4"),), "33:17: until which day of that month?", 'day = 30, day = "last", or weekday = "tuesday" with nth or since'),
    ((("months = 24", 'month = 4, weekday = "monday"'),), "33:31: rules[0].phases[1].for: which monday of the month?", 'nth = 1, nth = "last", or since = 15'),
    ((("months = 24", "months = 12, count = 2"),), "33:30: count goes with month", "for = { month = 4, day = 30, count = 2 }"),
    ((("releases = 2", "releases = 2, day = 5"),), "27:20: a phase of releases takes no day", ""),
    ((("months = 24", "weeks = 4, day = 5"),), "33:17: a phase of weeks takes no day", ""),
    ((("releases = 2", "releases = 2, from-release = true"),), "27:38: releases are always counted from the line's own", ""),
    (
        (("for = { releases = 2 }\n", ""), ('[rules.fixes.security]', '[[rules.phases]]\nname = "rest"\nlines = "ordinary"\nfixes = []\n\n[rules.fixes.security]')),
        '36:9: "rest" never begins: "supported" before it does not end',
        "for = { months = ... } there",
    ),
    (
        (('[rules.fixes.security]', '[[rules.phases]]\nname = "rest"\nlines = "ordinary"\nfor = { releases = 2 }\nfixes = []\n\n[rules.fixes.security]'),),
        '39:20: "rest" never begins: 2 releases are over when "supported" ends',
        "",
    ),
    (
        (
            ("months = 24", "months = 12"),
            ('[rules.fixes.security]', '[[rules.phases]]\nname = "rest"\nlines = "lts"\nfor = { months = 12, from-release = true }\nfixes = []\n\n[rules.fixes.security]'),
        ),
        '39:18: "rest" never begins: 12 months from its release are over when "lts" ends',
        "",
    ),
    ((('[rules.fixes.security]', '[[rules.phases]]\nname = "lts"\nlines = "lts"\nfor = { weeks = 1 }\nfixes = []\n\n[rules.fixes.security]'),), '37:9: "lts" is a phase of lts lines already', ""),
    # ---- fixes
    (((TWO, f"{TWO}\n[rules.fixes.feature]\nwhen = \"next train\"\n"),), "43:1: no phase gets feature fixes, so this never holds", 'fixes = ["feature"] in a phase'),
    ((('fixes = ["security", "bug"]\n\n[rules.fixes', 'fixes = ["security", "feature"]\n\n[rules.fixes'),), "34:23: no rule says when feature fixes are released", "[rules.fixes.feature]"),
    ((('serious = "security"', 'serious = "feature"'),), "41:12: there is no rule for feature fixes", "[rules.fixes.feature]"),
    ((('serious = "security"', 'serious = "bug"'),), "41:12: a serious bug fix counts as itself", "leave it out"),
    ((('when = "at once"', 'when = "at once"\nserious = "bug"'),), "38:12: a serious security fix counts as bug, and a serious bug fix as security", ""),
    # ---- rule sets
    ((("effective = 2024-01-01", 'effective = 2024-01-01\ninherits = "none"'),), '7:13: no rule set above is called "none"', ""),
    ((("[rules.fixes.security]", '[[rules]]\nid = "one"\neffective = 2025-01-01\ninherits = "one"\n\n[rules.fixes.security]'),), '37:7: "one" is the name of a rule set above already', ""),
    ((("[[rules]]", '[[rules]]\nid = "zero"\neffective = 2023-01-01\n\n[[rules]]'),), "4:1: rules[0] has no cadence", ""),
]
"""What is changed in WHOLE; the place and the message, and the hint."""


def changed(changes: tuple[Change, ...], text: str = WHOLE) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def problems(text: str) -> list[Problem]:
    try:
        read("p.toml", text.encode())
    except UsageError as error:
        return list(error.problems)
    return []


def said(one: Problem) -> str:
    return f"{one.line}:{one.column}: {one.message}"


def test_the_policy_that_the_rows_change_has_no_contradiction() -> None:
    assert problems(WHOLE) == []


@pytest.mark.parametrize(("changes", "message", "hint"), CONTRADICTIONS, ids=[message for _, message, _ in CONTRADICTIONS])
def test_a_contradiction_is_refused_with_its_place(changes: tuple[Change, ...], message: str, hint: str) -> None:
    found = problems(changed(changes))
    assert (message, hint) in [(said(one), one.hint) for one in found], [said(one) for one in found]


def test_every_contradiction_that_there_is_has_a_row() -> None:
    """The parts of the messages in sound.py and promises.py that do not change stand in one message above."""
    calls = [
        node
        for name in ("sound.py", "promises.py")
        for node in ast.walk(ast.parse((ROOT / "sync" / "policy" / name).read_bytes()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Contradiction"
    ]
    pieces = [call.args[1].values if isinstance(call.args[1], ast.JoinedStr) else [call.args[1]] for call in calls]
    parts = [[str(one.value) for one in message if isinstance(one, ast.Constant) and len(str(one.value)) > 7] for message in pieces]
    assert len(parts) > 45
    assert [one for one in parts if not any(all(words in message for words in one) for _, message, _ in CONTRADICTIONS)] == []


def test_everything_is_said_at_once() -> None:
    text = changed((("day = 5", "day = 25"), ("months = 24", "months = 60"), ('first = "24"', 'first = "26"'), ('serious = "security"', 'serious = "feature"')))
    text += '\n[[rules]]\nid = "two"\neffective = 2023-01-01\ninherits = "one"\ndraft = "yes"\n'
    text += '\n[[rules]]\nid = "three"\neffective = 2023-06-01\ninherits = "one"\ncadence = { in = [2, 14], day = 1 }\n'
    assert [(one.line, one.column) for one in problems(text)] == [(16, 1), (20, 10), (33, 18), (41, 12), (47, 10), (49, 1), (49, 1), (51, 13), (53, 22)]


def test_what_is_inherited_is_refused_where_it_is_inherited_into() -> None:
    """The cut is on the fifth, and the heir releases on the fourth: its own table is the place."""
    text = WHOLE + '\n[[rules]]\nid = "two"\neffective = 2025-01-01\ninherits = "one"\ncadence = { months = 1, day = 4 }\n'
    assert [said(one) for one in problems(text)] == ["43:1: a branch would be cut on 2024-01-05, after the release of 2024-01-04"]


def test_a_rule_set_that_is_out_of_order_is_named_itself() -> None:
    text = WHOLE + '\n[[rules]]\nid = "two"\neffective = 2023-01-01\ninherits = "one"\n'
    assert [said(one) for one in problems(text)] == ["45:13: came into force on 2023-01-01, before the one above it; rule sets should stand in that order"]


def test_an_heir_of_a_broken_rule_set_is_not_judged() -> None:
    text = changed((('bumps = "major"', 'bumps = "patch"'),)) + '\n[[rules]]\nid = "two"\neffective = 2025-01-01\ninherits = "one"\n'
    assert [said(one) for one in problems(text)] == ['14:10: rules[0].versions.bumps is a string ("patch"), should be "major" or "minor"']


def test_the_whole_file_is_called_the_policy() -> None:
    assert [one.message for one in problems("")] == ["the policy has no policy", "the policy has no rules"]
    assert problems("polcy = 1\n" + WHOLE)[0].message == 'unknown key "polcy" in the policy'


@pytest.mark.parametrize(("raw", "message"), [(b"\xff", "not"), (b"a = [1", "not valid TOML"), (b"a = 1\na = 2\n", "a is defined a second time")])
def test_what_is_no_toml_is_said_to_be_none(raw: bytes, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read("p.toml", raw)
    assert message in str(caught.value)


@pytest.mark.parametrize("country", ["XX", "US-XX", "DE-99"])
def test_a_country_whose_holidays_nobody_knows_is_refused_when_they_are_asked_for(country: str) -> None:
    text = changed((("day = 20\n", f'day = 20\noff = ["holidays"]\ncountries = ["{country}"]\n'),))
    with pytest.raises(UsageError) as caught:
        schedule(read("p.toml", text.encode()), (), date(2024, 5, 1))
    (problem,) = caught.value.problems
    assert (problem.path, said(problem), problem.hint) == ("p.toml", f'12:1: nothing is known of public holidays in "{country}"', "an ISO 3166 code, such as US or DE-BY")


def test_a_rule_set_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r'no rule set is called "trian"') as caught:
        schedule(policy("rust"), (), date(2026, 1, 1), rules="trian")
    assert caught.value.problems[0].hint == "--rules ID, one of trains"


def test_a_day_before_the_first_rule_set_is_refused() -> None:
    with pytest.raises(UsageError, match="no rule set is in force on 2014-01-01; the first is so from 2014-10-30"):
        schedule(policy("rust"), (), date(2014, 1, 1))
