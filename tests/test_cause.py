"""Why a file came out otherwise: each cause from bytes alone, and what must not pass for an excuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from sync import cause
from sync.cause import Hunk, Move
from sync.cause.lines import Spot, different
from sync.literals import Wanted
from sync.manifest.model import Component
from sync.version import Version
from tests.bounds import ending

DEMO = Component("demo", "demo")


def move(old: str, new: str, *modules: bytes) -> Move:
    return Move(Wanted(DEMO, Version.of(old), modules), Wanted(DEMO, Version.of(new), modules))


MOVES = (move("1.0.0", "1.1.0"),)


def spots(body: str, **said: Any) -> list[Spot]:
    """A spot wherever ``name = <version>`` or ``name: <version>`` stands; ``said`` holds for each of them."""
    return [Spot(*found.span(2), found[1], found[1], found[2], **said) for found in re.finditer(r'^(\w+)(?: = "|: )(\d[\w.+-]*)', body, re.M)]


def hunks(before: str, ours: str, theirs: str, path: str = "a.toml", own: list[Spot] | None = None, released: list[Spot] | None = None, moves: Sequence[Move] = MOVES) -> list[Hunk]:
    mine, other = spots(ours) if own is None else own, spots(theirs) if released is None else released
    return list(cause.hunks(path, before.encode(), ours.encode(), theirs.encode(), mine, other, moves))


def causes(*args: Any, **said: Any) -> list[str]:
    return [one.cause for one in hunks(*args, **said)]


def test_what_came_out_has_no_hunk() -> None:
    assert hunks('demo = "1.0.0"\n', 'demo = "1.1.0"\n', 'demo = "1.1.0"\n') == []


def test_a_version_that_the_release_wrote_otherwise_counts_against_us() -> None:
    [one] = hunks('demo = "1.0.0"\nx\n', 'demo = "1.1.0"\nx\n', 'demo = "1.0.9"\nx\n')
    assert (one.cause, one.line, one.why) == ("other", 1, "demo: versync has 1.1.0, the release 1.0.9")
    assert (one.before, one.ours, one.theirs) == ((b'demo = "1.0.0"',), (b'demo = "1.1.0"',), (b'demo = "1.0.9"',))


def test_a_version_that_only_the_release_moved_counts_against_us() -> None:
    assert causes('demo = "1.0.0"\n', 'demo = "1.0.0"\n', 'demo = "1.1.0"\n') == ["other"]


def test_it_is_drift_only_where_the_tree_before_was_out_of_step_at_that_very_site() -> None:
    before, ours, theirs = 'demo = "0.9.0"\n\nlamp = "1.0.0"\n', 'demo = "1.1.0"\n\nlamp = "1.1.0"\n', 'demo = "0.9.0"\n\nlamp = "1.0.0"\n'
    demo, lamp = spots(ours)
    found = hunks(before, ours, theirs, own=[demo._replace(drifted=True), lamp])
    assert [(one.line, one.cause) for one in found] == [(1, "drift before the bump"), (3, "other")]
    worst = cause.worst(found)
    assert worst is not None
    assert worst.line == 3


def test_a_release_that_is_out_of_step_itself_says_so_and_counts_all_the_same() -> None:
    theirs = 'demo = "1.0.9"\n'
    [one] = hunks('demo = "1.0.0"\n', 'demo = "1.1.0"\n', theirs, released=spots(theirs, drifted=True))
    assert (one.cause, one.why) == ("other", "demo: versync has 1.1.0, the release 1.0.9; `check` of the release finds it, too")


def test_a_version_that_came_out_beside_an_edit_is_an_unrelated_edit() -> None:
    assert causes('demo = "1.0.0"\n', 'demo = "1.1.0"\n', 'demo = "1.1.0" # and features\n') == ["unrelated edit"]
    assert causes('demo = "1.0.0"\na\nb\n', 'demo = "1.1.0"\na\nb\n', 'a\nb\ndemo = "1.1.0"\n') == ["unrelated edit", "unrelated edit"], "it moved"
    assert causes("demo: 1.0.0\nat 1.0.0\n", "demo: 1.1.0\nat 1.0.0\n", "demo: 1.1.0 # x\nat 1.0.0, still\n") == ["unrelated edit"], "what stands in a site is no missed place"


def test_the_same_number_in_another_place_does_not_pass_for_ours() -> None:
    ours, theirs = 'demo = "1.1.0"\n\nlamp = "1.1.0"\n', 'demo = "1.0.0"\n\nlamp = "1.1.0"\nlamp = "1.1.0"\n'
    assert causes('demo = "1.0.0"\n\nlamp = "1.0.0"\n', ours, theirs) == ["other", "unrelated edit"]


def test_the_same_text_is_looked_for_in_the_same_hunk_first() -> None:
    ours, theirs = 'demo = "1.1.0"\n\ndemo = "1.1.0"\n', 'demo = "1.0.0"\n\ndemo = "1.1.0" # x\n'
    assert causes('demo = "1.0.0"\n\ndemo = "1.0.0"\n', ours, theirs) == ["other", "unrelated edit"]


def test_a_third_party_may_move_in_the_same_hunk() -> None:
    assert causes('demo = "1.0.0"\nserde "1.2"\n', 'demo = "1.1.0"\nserde "1.2"\n', 'demo = "1.1.0"\nserde "1.3"\n') == ["unrelated edit"]


def test_a_site_that_is_no_site_any_more_is_compared_by_the_shape_of_its_line() -> None:
    assert causes('demo = "1.0.0"\n', 'demo = "1.1.0"\n', 'demo = "1.0.5"\n', released=[]) == ["other"]
    assert causes('demo = "1.0.0"\n', 'demo = "1.1.0"\n', "demo.workspace = true\n") == ["unrelated edit"]
    assert causes('demo = "1.0.0"\na\n', 'demo = "1.1.0"\na\n', "a\n") == ["unrelated edit"], "taken out"


def test_a_site_that_was_none_before_is_compared_by_the_shape_of_its_line() -> None:
    [one] = hunks('demo = "3.0.0"\n', 'demo = "3.0.0"\n', 'demo = "3.1.0"\n', own=[])
    assert (one.cause, one.why) == ("other", "demo: not managed before, 3.1.0 in the release")
    assert causes("a\n", "a\n", 'a\ndemo = "1.1.0"\n', own=[]) == ["unrelated edit"], "a new line is no bump"


@pytest.mark.parametrize(
    ("before", "theirs", "why"),
    [
        ("see 1.0.0 here", "see 1.1.0 here", "other"),  # the old version became the new one
        ("see 0.7.2 here", "see 1.1.0 here", "other"),  # a number that lagged behind
        ("see 1.0.0 here", "have a look at 1.1.0", "other"),  # in another line even
        ("see x here", "see 1.1.0 there", "unrelated edit"),  # new text that speaks of the new version
        ("see 1.0.0 here", "see 1.1.01 here", "unrelated edit"),  # no version of ours
        ("see 1.0.0 here", "see 21.1.0 here", "unrelated edit"),
    ],
)
def test_a_place_that_the_manifest_does_not_know(before: str, theirs: str, why: str) -> None:
    assert causes(f"{before}\n", f"{before}\n", f"{theirs}\n") == [why]


@pytest.mark.parametrize(
    ("before", "theirs", "why"),
    [
        ('VERSION = "v45.0.0"', 'VERSION = "v46.0.1"', "other"),
        ("fn realloc_45_0_0() {", "fn realloc_46_0_1() {", "other"),
        ("lamp.45.0.0.nupkg", "lamp.46.0.1.nupkg", "other"),
        ('AssemblyVersion("45.0.0.0")', 'AssemblyVersion("46.0.1.0")', "other"),
        ("#define LAMP 450000", "#define LAMP 460001", "other"),
        ('lamp = "45.0"', 'lamp = "46.0"', "other"),
        ('lamp = "44.0"', 'lamp = "46.0"', "unrelated edit"),  # a part of a number, and not of the old one
        ('lamp = "45.0"', 'lamp = { version = "46.0" }', "unrelated edit"),
        ('lamp = "45.0"', 'lamp = "45.0" # 46.0 soon', "unrelated edit"),
        ("import x.example/lamp/v45", "import x.example/lamp/v46", "other"),
        ("import x.example/oven/v45", "import x.example/oven/v46", "unrelated edit"),
        ("VERSION_MAJOR 45\nVERSION_MINOR 0", "VERSION_MAJOR 46\nVERSION_MINOR 0", "other"),
        ("VERSION_MAJOR 44\nVERSION_MINOR 0", "VERSION_MAJOR 46\nVERSION_MINOR 0", "unrelated edit"),
        ("workers 45", "workers 46", "unrelated edit"),
        ("lamp 45.0.0-rc.1", "lamp 46.0.1-rc.1", "unrelated edit"),  # another version
    ],
)
def test_a_place_that_the_manifest_does_not_know_is_seen_in_every_spelling(before: str, theirs: str, why: str) -> None:
    moves = (move("45.0.0", "46.0.1"), move("45.0.0", "46.0.1", b"lamp"))
    assert [one.cause for one in hunks(f"{before}\nend\n", f"{before}\nend\n", f"{theirs}\nend\n", own=[], released=[], moves=moves)] == [why]


def test_versions_of_the_family_are_not_mixed_up() -> None:
    moves = (move("1.0.0", "1.1.0"), move("3.0.0", "3.1.0"))
    assert [one.cause for one in hunks("see 1.0.0\n", "see 1.0.0\n", "look at 3.1.0\n", moves=moves)] == ["unrelated edit"]
    assert [one.cause for one in hunks("see 3.0.0\n", "see 3.0.0\n", "look at 3.1.0\n", moves=moves)] == ["other"]


def test_what_did_not_change_in_a_line_is_no_missed_place() -> None:
    moves = (move("1.0.0-rc.1", "1.0.0"),)
    assert [one.cause for one in hunks("for 1.0.0 by 3\n", "for 1.0.0 by 3\n", "for 1.0.0 by 4\n", moves=moves)] == ["unrelated edit"]
    assert [one.cause for one in hunks("for 1.0.0-rc.1 by 3\n", "for 1.0.0-rc.1 by 3\n", "for 1.0.0 by 3\n", moves=moves)] == ["other"]


def test_a_checksum_of_ours_is_go_s_to_write() -> None:
    before, theirs = "x.example/lamp/v2 v2.0.0 h1:abc=\n", "x.example/lamp/v2 v2.1.0 h1:abd=\n"
    [one] = hunks(before, before, theirs, "a/go.sum", own=[], released=[], moves=(move("2.0.0", "2.1.0"),))
    assert (one.cause, one.why) == ("re-locked", "only go itself writes a checksum: x.example/lamp/v2 v2.1.0 h1:abd=")


def test_a_binary_says_no_version() -> None:
    assert cause.says(b"lamp 1.1.0", MOVES)
    assert not cause.says(b"\0 lamp 1.1.0", MOVES)


@pytest.mark.parametrize("path", ["CHANGELOG.md", "RELEASES.md", "docs/release-notes.rst", "supply-chain/audits.toml", "NEWS", ".changeset/x.md"])
def test_notes_tell_of_the_past(path: str) -> None:
    assert causes("latest 1.0.0\n", "latest 1.0.0\n", "latest 1.1.0\n", path) == ["unrelated edit"]


@pytest.mark.parametrize("path", ["src/releases.rs.in/x", "history/x.py", "newspaper.md", "src/changes_in_place.py2/a", "release.sh", "ci/release.gradle", "lib/history.py"])
def test_what_is_only_called_alike_is_no_note(path: str) -> None:
    assert causes("latest 1.0.0\n", "latest 1.0.0\n", "latest 1.1.0\n", path) == ["other"]


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("Date: 2026-01-02", "Date: 2026-02-03", "date"),
        ("<t>2026-01-02T03:04:05Z</t>", "<t>2026-02-03T00:00:00Z</t>", "date"),
        ("on 3 March 2025", "on 14 April 2026", "date"),
        ("on March 3, 2025", "on Apr 14, 2026", "date"),
        ("<outputTimestamp>1700000000<", "<outputTimestamp>1760000000<", "date"),
        ("Date: 2026-01-02", "Date: 2026-02-03 at last", "unrelated edit"),
        ("Date: 2026-01-02", "", "unrelated edit"),
        ("1700000000", "1760000000", "unrelated edit"),
        ("version 1.2.3", "version 1.2.4", "unrelated edit"),
    ],
)
def test_a_hunk_of_dates_and_nothing_else_is_a_date(ours: str, theirs: str, why: str) -> None:
    assert causes(f"{ours}\n", f"{ours}\n", f"{theirs}\n", own=[], released=[]) == [why]


def test_a_blank_line_is_no_date() -> None:
    assert causes("a\n", "a\n", "a\n\n") == ["unrelated edit"]
    assert causes("a", "a", "a\n") == ["unrelated edit"]


LOCK = "{format}\nname demo\ndemo: {demo}\nname serde\nserde = {serde}\nsum {sum}\n"


def lock(version: str = "1.1.0", serde: str = "2.0.1", demo_format: str = "3", checksum: str = "ab") -> str:
    return LOCK.format(format=demo_format, demo=version, serde=serde, sum=checksum)


@pytest.mark.parametrize("path", ["Cargo.lock", "a/uv.lock", "package-lock.json", "pnpm-lock.yaml", "go.sum", "Gemfile.lock"])
def test_strangers_in_a_lock_and_its_format_are_relocked(path: str) -> None:
    assert set(causes(lock("1.0.0"), lock(), lock(serde="2.0.2", demo_format="4", checksum="cd"), path)) == {"re-locked"}


def test_our_own_entry_of_a_lock_is_never_excused_by_the_lock() -> None:
    assert causes(lock("1.0.0"), lock(), lock("1.0.0"), "Cargo.lock") == ["other"]
    assert causes(lock("1.0.0"), lock(), lock("1.0.0"), "Cargo.lock", own=spots(lock(), drifted=True)) == ["drift before the bump"]
    assert causes(lock("1.0.0"), lock(), lock("1.0.0"), "Cargo.lock", released=[]) == ["other"], "nor where it is no longer read"


def test_an_entry_from_a_registry_is_relocked_only_where_its_command_was_named() -> None:
    ours, theirs = lock("1.0.0"), lock("1.1.0")
    told, silent = (spots(ours, left=True, told=told) for told in (True, False))
    there = spots(theirs, left=True)
    assert causes(ours, ours, theirs, "Cargo.lock", own=told, released=there) == ["re-locked"]
    assert causes(ours, ours, theirs, "Cargo.lock", own=silent, released=there) == ["other"]


def test_a_lock_that_nobody_reads_is_not_excused_where_an_entry_went_to_the_new_version() -> None:
    assert causes(lock("1.0.0"), lock("1.0.0"), lock("1.1.0"), "yarn.lock", own=[], released=[]) == ["other"]


def test_an_entry_of_a_lock_that_an_adapter_reads_is_a_stranger_s_where_it_is_no_site() -> None:
    before, theirs = lock("1.0.0").encode(), lock("1.1.0").encode()
    assert [one.cause for one in cause.hunks("Cargo.lock", before, before, theirs, [], [], MOVES, kin=())] == ["re-locked"]
    assert [one.cause for one in cause.hunks("Cargo.lock", before, before, theirs, [], [], MOVES, kin={"lamp"})] == ["re-locked"]
    assert [one.cause for one in cause.hunks("Cargo.lock", before, before, theirs, [], [], MOVES, kin={"demo"})] == ["other"], "the repository's own"
    assert [one.cause for one in cause.hunks("Cargo.lock", before, before, theirs, [], [], MOVES)] == ["other"]


def test_entries_of_a_lock_look_alike_and_are_told_apart_by_the_line_before() -> None:
    ours, theirs = "name demo\nversion 1.1.0\n\nname lamp\nversion 3.0.0\n", "name lamp\nversion 3.0.1\n"
    own = [Spot(18, 23, "demo", "demo", "1.1.0")]
    assert causes(ours.replace("1.1.0", "1.0.0"), ours, theirs, "Cargo.lock", own=own, released=[]) == ["re-locked", "re-locked"]
    own = [Spot(18, 23, "demo", "demo", "1.1.0")]
    assert causes("name demo\nversion 1.0.0\n", "name demo\nversion 1.1.0\n", "name oven\nversion 3.0.1\n", "Cargo.lock", own=own, released=[]) == ["re-locked"]
    assert causes("lamp 1.0.0\n", "lamp 1.0.0\n", "oven 1.1.0\n", "yarn.lock", own=[], released=[]) == ["re-locked"], "strangers of those numbers"


def test_the_worst_cause_decides() -> None:
    found = [Hunk("a", line, (), (), (), why) for line, why in enumerate(reversed(cause.CAUSES))]
    worst = cause.worst(found)
    assert worst is not None
    assert worst.cause == "other"
    assert cause.worst([]) is None
    torn, fault = (Hunk("a", line, (), (), (), "other", torn=line == 1) for line in (1, 2))
    assert cause.worst([torn, fault]) == fault, "what the release is to blame for does not hide what we are"


def test_lines_are_those_of_the_file_before() -> None:
    before = "".join(f"line {at}\n" for at in range(300)) + 'demo = "1.0.0"\nend\n'
    ours, theirs = before.replace("1.0.0", "1.1.0"), before.replace("line 7\n", "line 7 and more\n").replace("1.0.0", "1.0.0-rc.1")
    assert [(one.line, one.cause) for one in hunks(before, ours, theirs)] == [(8, "unrelated edit"), (301, "other")]


def numbered(text: str, count: int = 20_000) -> str:
    return "".join(f"{text.format(at=at)}\n" for at in range(count))


def test_many_lines_between_others_that_stay_are_told_apart() -> None:
    before, theirs = (numbered(f"{{at}} stays\n{{at}} says {version}") for version in ("1.0.0", "1.1.0"))
    with ending():
        found = hunks(before, before, theirs, own=[], released=[])
    assert {one.cause for one in found} == {"other"}
    assert [one.line for one in found] == [*range(2, 40_001, 2)]


def test_many_lines_that_are_all_alike_are_compared_line_by_line_or_as_a_whole() -> None:
    before, theirs = ("".join(f"stays\nsays {version} {at % 9}\n" for at in range(10_000)) for version in ("1.0.0", "1.1.0"))
    with ending():
        assert [one.line for one in hunks(before, before, theirs, own=[], released=[])] == [*range(2, 20_001, 2)]
        assert [(one.line, len(one.ours), len(one.theirs)) for one in hunks(before, before, f"new\n{theirs}new\n", own=[], released=[])] == [(1, 20_000, 20_002)]


def test_lines_that_moved_are_not_taken_for_lines_that_stay() -> None:
    ours, theirs = ([f"{at} stays".encode() for at in order] for order in ([*range(6_000), *range(6_000, 9_000)], [*range(6_000, 9_000), *range(6_000)]))
    assert list(different(ours, theirs)) == [(0, 0, 0, 3_000), (6_000, 9_000, 9_000, 9_000)]


@pytest.mark.parametrize(
    ("ours", "theirs", "own"),
    [
        ("line 1.1.0 of {at}", "line 1.1.0 of x{at}9", "none"),
        ("1.0.0 at{at}", "x{at} 3.0.0 y", "none"),
        ("demo = 1.1.0 {at}", "x{at}y", "all"),
    ],
    ids=["a number that stays", "a number of another component", "sites that are gone"],
)
def test_many_changed_lines_come_to_an_end(ours: str, theirs: str, own: str) -> None:
    before, released = numbered(ours), numbered(theirs)
    found = [Spot(at.start(), at.end(), "demo", "demo", "1.1.0") for at in re.finditer(r"1\.1\.0", before)] if own == "all" else []
    with ending():
        assert len(hunks(before, before, released, own=found, released=[], moves=[*MOVES, move("2.0.0", "3.0.0")])) == 1
