"""The calendar in its formats: what it says of two small projects, and what other readers make of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sync.policy.lines import schedule
from sync.report.calendar import Wanted, ics, lts_from, maintenance, records, text, view, yaml
from tests.report.calendars import DAY, KNOT, LAMP, MADE, knot_view, lamp, lamp_view, policy, released


def front(said: str) -> Any:
    """Front matter, as Jekyll reads it: the document between the dashes."""
    start, body, rest = said.split("---\n")
    assert (start, rest) == ("", "")
    return YAML(typ="safe", pure=True).load(body)


# ---- people


def test_the_table_has_what_is_in_support_what_comes_and_the_last_that_ended() -> None:
    seen = view(lamp(), released(MADE), Wanted(2, ended=1))
    assert text.schedule(seen, "table") == (
        "lamp on 2024-07-10, by monthly\n"
        "version  branch cut  release     end of life  state\n"
        "3.0.1    2024-03-05  2024-03-21  2024-05-20   end of life  1 day late\n"
        "4.0.1    2024-04-05  2024-04-22  2025-04-22   lts          LTS\n"
        "5.0.0    2024-05-05  2024-05-20  2024-07-22   supported\n"
        "6.0.0    2024-06-05  2024-06-20  2024-08-20   supported\n"
        "7.0.0    2024-07-05  2024-07-22  2024-09-20   candidate\n"
        "8.0.0    2024-08-05  2024-08-20  2025-08-20   planned      LTS\n"
    )


def test_a_train_that_has_not_left_says_since_when() -> None:
    late = view(lamp(date(2024, 7, 24)), released(MADE))
    assert "7.0.0    2024-07-05  2024-07-25  2024-09-20   candidate    was due on 2024-07-22\n" in text.schedule(late, "table")
    today = view(lamp(date(2024, 7, 22)), released(MADE))
    assert "7.0.0    2024-07-05  2024-07-22  2024-09-20   today\n" in text.schedule(today, "table")


def test_columns_without_a_word_are_left_out() -> None:
    seen = knot_view()
    assert text.schedule(seen, "markdown").splitlines()[2:5] == [
        "| version | release | end of life | state |  |",
        "|---|---|---|---|---|",
        "| 1.28.1 | 2024-04-15 | 2026-01-15 | active | LTS |",
    ]


def test_markdown_escapes_what_would_end_a_cell() -> None:
    odd = policy(LAMP.replace('name = "lts"', 'name = "l|t\\\\s"'))
    said = text.schedule(view(schedule(odd, released(MADE), DAY), released(MADE)), "markdown")
    assert r"| l\|t\\s |" in said
    assert {line.replace(r"\|", "").count("|") for line in said.splitlines()[2:]} == {7}


def test_support_says_until_when_and_what_each_line_gets() -> None:
    assert text.support(lamp_view(), "table") == (
        "lamp on 2024-07-10, by monthly\n"
        "line  newest  phase      until       gets\n"
        "6     6.0.0   supported  2024-08-20  security at once, bug by volunteers\n"
        "5     5.0.0   supported  2024-07-22  security at once, bug by volunteers\n"
        "4     4.0.1   lts        2025-04-22  security at once, bug by volunteers\n"
        "older lines: security fixes at discretion\n"
    )


def test_support_has_both_days_where_another_phase_follows() -> None:
    assert text.support(knot_view(), "table").splitlines()[1:] == [
        "line  newest  phase        until       end of life  gets",
        "1.30  1.30.0  current      2025-10-16  2027-01-16   security at once, bug by the next train, feature by the next train",
        "1.29  1.29.0  maintenance  2025-07-15  2025-07-15   security at once",
        "1.28  1.28.1  active       2025-10-15  2026-01-15   security at once, bug by the next train, feature by the next train",
    ]


def test_nothing_in_support_is_said_in_words() -> None:
    assert text.support(view(lamp(date(2024, 1, 10), made={})), "table") == "lamp on 2024-01-10, by monthly: no line is in support\n"


# ---- JSON and Node


def test_json_has_every_release_and_every_phase() -> None:
    said = json.loads(records.schedule(lamp_view()))
    four = next(one for one in said["lines"] if one["line"] == "4")
    assert four == {
        "line": "4",
        "version": "4.0.0",
        "lts": True,
        "state": "lts",
        "released": True,
        "cut": "2024-04-05",
        "due": "2024-04-22",
        "release": "2024-04-22",
        "end": "2025-04-22",
        "phases": [{"name": "lts", "start": "2024-04-22", "end": "2025-04-22", "fixes": ["security", "bug"]}],
        "releases": [{"version": "4.0.0", "day": "2024-04-22"}, {"version": "4.0.1", "day": "2024-06-25"}],
        "rules": "monthly",
    }
    assert (said["day"], [one["line"] for one in said["lines"] if not one["released"]]) == ("2024-07-10", ["7", "8", "9"])


def test_support_in_json_names_the_fixes() -> None:
    said = json.loads(records.support(knot_view()))
    assert [(one["line"], one["phase"], one["until"], one["end"]) for one in said["lines"]] == [
        ("1.30", "current", "2025-10-16", "2027-01-16"),
        ("1.29", "maintenance", "2025-07-15", "2025-07-15"),
        ("1.28", "active", "2025-10-15", "2026-01-15"),
    ]
    assert said["lines"][0]["gets"][1] == {"kind": "bug", "when": "next train", "requires": []}


def test_node_has_the_days_on_which_a_line_starts_is_lts_is_maintained_and_ends() -> None:
    said = json.loads(records.node(knot_view()))
    assert said["v1.28"] == {"start": "2024-04-15", "lts": "2024-10-15", "maintenance": "2025-10-15", "end": "2026-01-15"}
    assert said["v1.29"] == {"start": "2024-10-15", "maintenance": "2025-04-15", "end": "2025-07-15"}
    assert list(said) == ["v1.28", "v1.29", "v1.30", "v1.31"]


def test_lts_begins_with_the_release_where_its_phase_does() -> None:
    said = json.loads(records.node(lamp_view()))
    assert said["v4"] == {"start": "2024-04-22", "lts": "2024-04-22", "end": "2025-04-22"}
    assert "lts" not in said["v5"]


def test_maintenance_without_the_word_is_a_last_phase_that_gets_less() -> None:
    renamed = policy(KNOT.replace('"maintenance"', '"security only"'))
    seen = schedule(renamed, released({"1.28.0": date(2024, 4, 15)}), date(2025, 5, 1))
    assert (maintenance(seen.lines[0]), lts_from(seen.lines[0])) == (date(2025, 10, 15), date(2024, 10, 15))
    assert maintenance(lamp().lines[0]) is None


# ---- YAML


def test_kubernetes_has_all_releases_of_the_lines_that_are_out_newest_first() -> None:
    said = YAML(typ="safe", pure=True).load(yaml.kubernetes(knot_view()))
    assert [one["release"] for one in said["schedules"]] == ["1.30", "1.29", "1.28"], "a text: 1.30 is no number"
    assert said["schedules"][2] == {
        "release": "1.28",
        "releaseDate": date(2024, 4, 15),
        "maintenanceModeStartDate": date(2025, 10, 15),
        "endOfLifeDate": date(2026, 1, 15),
        "previousPatches": [
            {"release": "1.28.1", "cherryPickDeadline": "", "targetDate": date(2024, 5, 2)},
            {"release": "1.28.0", "cherryPickDeadline": "", "targetDate": date(2024, 4, 15)},
        ],
    }


def test_kubernetes_has_no_key_that_its_file_has_not() -> None:
    """Of the real file's keys, as docs/schedule.md lists them, ``next`` and ``note`` alone are missing."""
    said = YAML(typ="safe", pure=True).load(yaml.kubernetes(knot_view()))
    patches = {"release", "cherryPickDeadline", "targetDate"}
    assert {key for one in said["schedules"] for key in one} == {"release", "releaseDate", "maintenanceModeStartDate", "endOfLifeDate", "previousPatches"}
    assert {key for one in said["schedules"] for patch in one["previousPatches"] for key in patch} == patches
    assert list(said) == ["schedules"]


def test_endoflife_has_the_newest_release_of_each_line_with_its_day() -> None:
    said = front(yaml.endoflife(knot_view()))
    assert (said["title"], said["permalink"], said["eoasColumn"]) == ('Knot: the "tie"', "/knot", True)
    assert said["releases"][2] == {
        "releaseCycle": "1.28",
        "releaseDate": date(2024, 4, 15),
        "lts": date(2024, 10, 15),
        "eoas": date(2025, 10, 15),
        "eol": date(2026, 1, 15),
        "latest": "1.28.1",
        "latestReleaseDate": date(2024, 5, 2),
    }
    assert [one["releaseCycle"] for one in said["releases"]] == ["1.30", "1.29", "1.28"]


def test_endoflife_without_a_last_day_is_false_and_lts_from_the_start_is_true() -> None:
    endless = LAMP.replace("for = { months = 12 }\n", "")
    said = front(yaml.endoflife(view(schedule(policy(endless), released(MADE), DAY), released(MADE))))
    assert {one["releaseCycle"]: (one["eol"], one.get("lts")) for one in said["releases"]}["4"] == (False, True)
    assert "eoasColumn" not in said


@given(st.text(min_size=1, max_size=40))
def test_any_title_survives_in_yaml(title: str) -> None:
    seen = lamp_view()
    named = seen._replace(schedule=seen.schedule._replace(policy=seen.schedule.policy._replace(title=title)))
    assert front(yaml.endoflife(named))["title"] == title


# ---- iCalendar


def calendar_of(raw: bytes) -> dict[str, Any]:
    """UID -> event, as vobject reads it, which did not write it."""
    found = vobject.readOne(raw.decode())
    return {event.uid.value: event for event in found.vevent_list}


def test_every_event_is_a_whole_day_with_its_line_and_kind() -> None:
    events = calendar_of(ics.render(lamp_view(count=1)))
    assert {uid: (event.summary.value, event.dtstart.value) for uid, event in events.items() if "-4@" in uid or "-7@" in uid} == {
        "branch-cut-4@lamp.versync": ("Lamp 4.0.0: branch cut", date(2024, 4, 5)),
        "release-4@lamp.versync": ("Lamp 4.0.0: release, LTS", date(2024, 4, 22)),
        "end-of-life-4@lamp.versync": ("Lamp 4: end of life", date(2025, 4, 22)),
        "branch-cut-7@lamp.versync": ("Lamp 7.0.0: branch cut", date(2024, 7, 5)),
        "release-7@lamp.versync": ("Lamp 7.0.0: release", date(2024, 7, 22)),
        "end-of-life-7@lamp.versync": ("Lamp 7: end of life", date(2024, 9, 20)),
    }
    assert {type(event.dtstart.value) for event in events.values()} == {date}


def test_phases_begin_and_lts_is_called_so() -> None:
    events = calendar_of(ics.render(knot_view()))
    assert [events[f"{kind}-1.28@knot.versync"].dtstart.value for kind in ("release", "lts", "phase-maintenance", "end-of-life")] == [
        date(2024, 4, 15),
        date(2024, 10, 15),
        date(2025, 10, 15),
        date(2026, 1, 15),
    ]
    assert events["lts-1.28@knot.versync"].summary.value == 'Knot: the "tie" 1.28: LTS begins'


def test_a_day_that_moves_keeps_its_uid_and_raises_its_sequence() -> None:
    before = calendar_of(ics.render(view(lamp(date(2024, 7, 22)), released(MADE))))
    made = {**MADE, "7.0.0": date(2024, 7, 25)}
    after = calendar_of(ics.render(view(lamp(date(2024, 7, 26), made=made), released(made))))
    uid = "release-7@lamp.versync"
    assert [events[uid].dtstart.value for events in (before, after)] == [date(2024, 7, 22), date(2024, 7, 25)]
    assert int(before[uid].sequence.value) < int(after[uid].sequence.value)
    assert before.keys() <= after.keys()
    assert [key for key in before if int(before[key].sequence.value) > int(after[key].sequence.value)] == []


@pytest.mark.parametrize("late", range(1, 8))
def test_a_sequence_never_goes_back_while_a_train_is_late(late: int) -> None:
    one, other = (calendar_of(ics.render(view(lamp(date(2024, 7, day)), released(MADE)))) for day in (22 + late - 1, 22 + late))
    assert [key for key in one.keys() & other.keys() if int(one[key].sequence.value) > int(other[key].sequence.value)] == []
    assert other["release-7@lamp.versync"].dtstart.value == date(2024, 7, {4: 29, 5: 29}.get(late, 22 + late + 1)), "never on a weekend"


def test_the_same_facts_give_the_same_bytes_on_another_day() -> None:
    assert ics.render(lamp_view(date(2024, 7, 10))) == ics.render(lamp_view(date(2024, 7, 11)))
    stamps = {event.dtstamp.value for event in calendar_of(ics.render(lamp_view())).values()}
    assert max(stamps) == datetime(2024, 6, 25, tzinfo=UTC), "the newest release: 4.0.1"


def test_no_uid_is_given_twice() -> None:
    raw = ics.render(knot_view()) + ics.render(lamp_view())
    uids = [line for line in raw.split(b"\r\n") if line.startswith(b"UID:")]
    assert len(uids) == len(set(uids)) > 20


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=120))
def test_any_title_is_written_as_icalendar_writes_it(title: str) -> None:
    """Its own rewrite of what was read changes no byte: every line is escaped and folded as it would have done it."""
    seen = lamp_view()
    raw = ics.render(seen._replace(schedule=seen.schedule._replace(policy=seen.schedule.policy._replace(title=title))))
    read = icalendar.Calendar.from_ical(raw)
    assert {str(event["summary"]) for event in read.events} >= {f"{title} 4.0.0: branch cut", f"{title} 4: end of life"}
    assert len(read.events) == len(list(ics.events(seen)))
    assert sorted(raw.replace(b"\r\n ", b"").split(b"\r\n")) == sorted(read.to_ical(sorted=False).replace(b"\r\n ", b"").split(b"\r\n"))
    assert max(map(len, raw.split(b"\r\n"))) <= 75


# ---- what is wanted


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        (Wanted(1, ended=0), "4 5 6 7"),
        (Wanted(1, ended=2), "2 3 4 5 6 7"),
        (Wanted(0, past=True), "1 2 3 4 5 6"),
        (Wanted(2, since=(5,)), "5 6 7 8"),
        (Wanted(1, start=date(2024, 4, 22)), "4 5 6 7"),
        (Wanted(0, past=True, until=date(2024, 5, 20)), "1 2 3 4 5"),
        (Wanted(0, ended=0, until=date(2024, 8, 20)), "4 5 6 7 8"),
    ],
)
def test_what_is_wanted_is_what_is_shown(wanted: Wanted, lines: str) -> None:
    assert [one.name for one in view(lamp(), released(MADE), wanted).lines] == lines.split()


def test_candidates_are_no_releases() -> None:
    seen = lamp_view()
    assert [str(one.version) for one in seen.releases[4,]] == ["4.0.0", "4.0.1"]
    assert (7,) not in seen.releases
