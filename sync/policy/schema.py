"""The shape of a policy file: one table of fields, from which the reader's checks and ``manifests/policies/schema.json`` both come."""

from __future__ import annotations

from typing import Final

from sync.manifest.kinds import Choice, Day, Either, Field, Flag, Json, Many, Named, Record, Text, Whole, json_schema
from sync.policy.claims_schema import CLAIMS
from sync.policy.model import FIXES

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LAST: Final = Choice(("last",))
_ON: Final = (
    Field("day", Either((Whole(1), _LAST)), 'The day of the month, 1 to 31, or "last"; in a shorter month its last day.'),
    Field("weekday", Choice(WEEKDAYS), "A weekday: with nth or since one day of the month, with weeks the day of the week."),
    Field("nth", Either((Whole(1), _LAST)), 'Which of these weekdays in the month: 1 to 5, or "last".'),
    Field("since", Whole(1), "The first of these weekdays on or after that day of the month."),
)

CADENCE: Final = Record(
    (
        Field("weeks", Whole(1, 520), "A release every so many weeks."),
        Field("months", Whole(1, 1200), "A release every so many months."),
        Field("in", Many(Whole(1)), "A release in each of these months of the year, 1 to 12."),
        *_ON,
        Field("off", Many(Choice(("weekends", "holidays")), 0), "Days on which nothing is released."),
        Field("countries", Many(Text("country")), "Whose public holidays count: ISO 3166 codes, with a subdivision after a dash."),
        Field("shift", Choice(("later", "earlier", "nearest")), "Which way a release moves off such a day (default: later)."),
        Field("anchor", Record((Field("version", Text("version"), "The version.", True), Field("day", Day(), "Its day by the rules.", True))), "A release whose day is on the grid."),
    ),
    one=("weeks", "months", "in"),
)

CUT: Final = Record(
    (
        Field("days-before", Whole(0, 3650), "So many days before the day of the release by the grid, before that moves off a day off."),
        *_ON,
        Field("shifted", Flag(), "Whether a cut moves off the days on which nothing is released (default: false)."),
    ),
    one=("days-before", "day", "weekday"),
)

LTS: Final = Record(
    (
        Field("first", Text("line"), "The first line of long-term support.", True),
        Field("every", Whole(1, 1200), "Every so many lines after the first."),
        Field("divisible-by", Whole(1, 100000), "Those whose number it divides."),
        Field("also", Many(Text("line"), 0), "Lines that are so in spite of the rule."),
        Field("except", Many(Text("line"), 0), "Lines that are not so in spite of the rule."),
        Field("active", Whole(1, 1000), "At most so many are supported at a time: the oldest ends when one more is released."),
        Field("branches", Many(Text("name"), 0), "The branches of the active ones, newest line first."),
    ),
    one=("every", "divisible-by"),
)

PHASE: Final = Record(
    (
        Field("name", Text(), "What the phase is called: current, active, maintenance, supported ...", True),
        Field("lines", Choice(("all", "lts", "ordinary")), "Which lines have it (default: all)."),
        Field(
            "for",
            Record(
                (
                    Field("releases", Whole(1, 1200), "Until so many lines have been released after it."),
                    Field("months", Whole(1, 1200), "So many months; with day or weekday: until that day of that month."),
                    Field("weeks", Whole(1, 520), "So many weeks."),
                    Field("month", Whole(1), "Until a day of that month (1 to 12); with day or weekday."),
                    Field("count", Whole(1, 100), "Until the so-manieth such day (default: 1)."),
                    *_ON,
                    Field("from-release", Flag(), "Counted from the line's release, not from the phase before."),
                ),
                one=("releases", "months", "weeks", "month"),
            ),
            "How long it lasts; left out: without end.",
        ),
        Field("fixes", Many(Choice(FIXES), 0), "The kinds of fix that a line gets in it.", True),
    ),
)

FIX: Final = Record(
    (
        Field("when", Choice(("at once", "next train", "volunteers")), "When it is released: at once, with the next train, or when somebody does it.", True),
        Field("requires", Many(Choice(("on-by-default", "suitable")), 0), "What the fix must be, or it stays on the main branch."),
        Field("older", Choice(("discretion", "nothing")), "What lines get whose support has ended (default: nothing)."),
        Field("serious", Choice(FIXES), "As which kind a serious one counts."),
    ),
)

RULES: Final = Record(
    (
        Field("id", Text("name"), "What --rules calls it.", True),
        Field("title", Text(), "What it is, in a few words."),
        Field("source", Text(), "Where it is written down: a page, a file at a commit."),
        Field("effective", Day(), "The day on which it comes into force.", True),
        Field("draft", Flag(), "Whether it never came into force; --rules picks it all the same."),
        Field("inherits", Text("name"), "A rule set before it, whose tables hold where it has none of its own."),
        Field("lines-from", Text("line"), "The first line that it speaks of; older lines keep the rules before."),
        Field("after", Text("line"), "The line before lines-from, where numbers jump: 2028 comes after 6.2."),
        Field("cadence", CADENCE, "When releases leave."),
        Field("cut", CUT, "When a release's branch is cut; left out: on the day of the release."),
        Field(
            "versions",
            Record(
                (
                    Field("bumps", Choice(("major", "minor")), "What every release raises.", True),
                    Field("minors", Whole(1, 1000), "How many minors a major has: 3 is X.0, X.1, X.2."),
                    Field("candidates", Text(), "What candidates are called: rc."),
                    Field("development", Text(), "What development versions are called: dev."),
                ),
            ),
            "What a release's number is.",
        ),
        Field("lts", LTS, "Long-term support; left out: there is none."),
        Field("phases", Many(PHASE), "The life of a line, in order."),
        Field("fixes", Named(Text("fix"), FIX), "What becomes of each kind of fix."),
        Field("release-day", Choice(("both", "before", "after")), "On a day with a release, whether a fix goes to the lines supported before it, after it, or both (default)."),
        Field("compatibility", Text(), "What a patch release promises."),
        Field(
            "embeddings",
            Record(
                (
                    Field("grace-days", Whole(0, 3650), "How long a new line may take to reach them, in days (default: 0)."),
                    Field("patches", Choice(("error", "warning")), "What it is when a patch is missing there (default: warning)."),
                ),
            ),
            "How soon the embeddings follow.",
        ),
    ),
)

POLICY: Final = Record(
    (
        Field("policy", Record((Field("name", Text("name"), "The project's name.", True), Field("title", Text(), "Its name in words."))), "Whose policy it is.", True),
        Field("rules", Many(RULES), "The rule sets.", True),
        *CLAIMS,
    ),
)


def policy_schema() -> Json:
    """The JSON Schema (draft 2020-12) of a policy file; committed as ``manifests/policies/schema.json``."""
    return json_schema(POLICY, "versync policy")
