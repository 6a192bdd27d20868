"""``versync schedule``, ``support``, ``when`` and ``next``, as a person meets them, in a repository with tags and branches of every kind."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from sync import git
from tests.commands import Ran, versync
from tests.report.calendars import LAMP
from tests.trees import put

MANIFEST = """
[project]
name = "lamp"
leader = "lamp"
policy = "lamp"

[repos.lamp]
url = "https://registry.example/lamp"
tag = "v{version}"
line = "release-{major}.0.0"

[[components]]
name = "lamp"
repo = "lamp"
packages = ["pkg:cargo/lamp"]
"""


def sh(root: Path, *words: str, day: str = "2024-01-01") -> str:
    stamp = {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "GIT_AUTHOR_DATE": "2020-01-01T12:00:00Z", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@registry.example"}
    stamp |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@registry.example", "PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True, env=stamp).stdout.strip()


def commit(root: Path, subject: str, day: str) -> str:
    sh(root, "commit", "-q", "--allow-empty", "-m", subject, day=day)
    return sh(root, "rev-parse", "HEAD")


class Lamp:
    """The project's folder and repository; ``commits`` by their subject."""

    def __init__(self, folder: Path) -> None:
        self.folder = put(folder, {"versync.toml": MANIFEST, "policies/lamp.toml": LAMP})
        self.root = folder / "lamp"
        self.root.mkdir()
        self.commits: dict[str, str] = {}
        sh(self.root, "init", "-q", "-b", "main", "--template=")

    def commit(self, subject: str, day: str) -> str:
        self.commits[subject] = commit(self.root, subject, day)
        return self.commits[subject]

    def git(self, *words: str, day: str = "2024-01-01") -> str:
        return sh(self.root, *words, day=day)

    def __call__(self, *words: str, on: str = "2024-07-10") -> Ran:
        return versync(self.folder, *words, "--on", on, "--repo", f"lamp={self.root}")

    def json(self, *words: str, on: str = "2024-07-10") -> dict[str, object]:
        ran = self(*words, "--format", "json", on=on)
        assert ran.code == 0, ran.err
        said: dict[str, object] = json.loads(ran.out)
        return said


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> Lamp:
    """Seven lines: 3.0.0 burned, tags annotated and not, 7 branched; a commit on a branch alone, a merged side branch, one that is nowhere."""
    made = Lamp(tmp_path_factory.mktemp("lamp"))
    for version, day, annotated in (("1.0.0", "2024-01-22", True), ("2.0.0", "2024-02-20", False), ("3.0.1", "2024-03-21", True), ("4.0.0", "2024-04-22", False), ("5.0.0", "2024-05-20", True)):
        made.commit(f"work for {version}", day)
        made.git("tag", *(["-a", "-m", "made much later"] if annotated else []), f"v{version}", day="2024-07-01")
    made.commit("in time for 6", "2024-06-01")
    made.git("branch", "release-6.0.0")
    made.commit("too late for 6", "2024-06-08")
    made.git("checkout", "-q", "-b", "side")
    made.commit("on the side", "2024-06-10")
    made.git("checkout", "-q", "main")
    made.git("merge", "-q", "--no-ff", "-m", "the side, merged", "side", day="2024-07-03")
    made.git("branch", "release-7.0.0")
    made.commit("too late for 7", "2024-07-08")
    made.git("checkout", "-q", "release-6.0.0")
    made.commit("work for 6.0.0", "2024-06-20")
    made.git("tag", "v6.0.0")
    made.commit("a fix on 6", "2024-07-02")
    made.git("checkout", "-q", "-b", "idea", "main")
    made.commit("an idea", "2024-07-09")
    made.git("checkout", "-q", "main")
    for odd in ("v", "dev", "5.0.0", "v5", "vv6.0.0", "v7.0.0-rc.1", "release/9", "v2024-01-01"):
        made.git("tag", odd, "v1.0.0")
    made.git("tag", "v9.0.0", made.git("rev-parse", "HEAD^{tree}"))
    return made


# ---- schedule


def test_days_come_from_the_tagged_commits_however_they_are_tagged(lamp: Lamp) -> None:
    said = lamp.json("schedule", "--count", "1")
    assert {one["line"]: one["release"] for one in said["lines"] if one["released"]} == {  # type: ignore[attr-defined]  # JSON
        "1": "2024-01-22",
        "2": "2024-02-20",
        "3": "2024-03-21",
        "4": "2024-04-22",
        "5": "2024-05-20",
        "6": "2024-06-20",
    }


def test_odd_tags_do_no_harm(lamp: Lamp) -> None:
    ran = lamp("schedule", "--all", "--count", "0")
    assert [row.split()[0] for row in ran.out.splitlines()[2:]] == ["1.0.0", "2.0.0", "3.0.1", "4.0.0", "5.0.0", "6.0.0"]
    assert ran.err == ""


def test_in_a_bare_clone_a_patch_may_be_younger_than_the_main_branch(tmp_path: Path) -> None:
    made = Lamp(tmp_path)
    made.commit("one", "2024-01-22")
    made.git("tag", "v1.0.0")
    made.git("checkout", "-q", "-b", "release-1.0.0")
    made.commit("a fix", "2024-02-01")
    made.git("tag", "v1.0.1")
    made.git("checkout", "-q", "main")
    sh(tmp_path, "clone", "-q", "--bare", str(made.root), str(tmp_path / "bare"))
    ran = versync(tmp_path, "support", "--on", "2024-02-10", "--repo", f"lamp={tmp_path / 'bare'}")
    assert ran.out.splitlines()[2].split()[:2] == ["1", "1.0.1"]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        (["--since", "5", "--count", "2"], "5.0.0", "8.0.0"),
        (["--since", "v3.0.1", "--count", "0"], "3.0.1", "6.0.0"),
        (["--from", "2024-05-01", "--until", "2024-06-30"], "5.0.0", "6.0.0"),
        (["--all", "--until", "2025-01-31"], "1.0.0", "13.0.0"),
        (["--count", "40"], "1.0.0", "46.0.0"),
    ],
)
def test_a_part_of_the_schedule(lamp: Lamp, words: list[str], first: str, last: str) -> None:
    rows = lamp("schedule", *words).out.splitlines()[2:]
    assert (rows[0].split()[0], rows[-1].split()[0]) == (first, last)


@pytest.mark.parametrize(
    ("style", "sign"),
    [("table", "lamp on"), ("json", "{\n"), ("markdown", "lamp on"), ("icalendar", "BEGIN:VCALENDAR"), ("node", '{\n  "v1"'), ("kubernetes", "---\nschedules"), ("endoflife", "---\ntitle")],
)
def test_every_format_goes_to_a_file_as_it_is_printed(lamp: Lamp, tmp_path: Path, style: str, sign: str) -> None:
    printed = lamp("schedule", "--format", style)
    assert printed.out.startswith(sign)
    assert lamp("schedule", "--format", style, "--output", str(tmp_path / "out")).raw == b""
    assert (tmp_path / "out").read_bytes() == printed.raw


def test_kubernetes_has_the_lines_in_support_unless_more_is_asked_for(lamp: Lamp) -> None:
    few, many = (lamp("schedule", "--format", "kubernetes", *words).out.count("- release: ") for words in ([], ["--all"]))
    assert (few, many) == (6, 12)  # each line and its one release


def test_without_tags_the_days_are_said_to_be_by_the_rules_alone(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": MANIFEST, "policies/lamp.toml": LAMP})
    ran = versync(tmp_path, "schedule", "--on", "2024-03-01", "--count", "1")
    assert ran.err == "lamp: note: lamp is not at hand: days are by the rules alone\n  hint: --repo lamp=PATH\n"
    assert ran.out.splitlines()[2:] == [
        "1.0.0    2024-01-05  2024-01-22  2024-03-20   supported  expected",
        "2.0.0    2024-02-05  2024-02-20  2024-04-22   supported  expected",
        "3.0.0    2024-03-05  2024-03-20  2024-05-20   planned",
    ]


def test_a_day_to_come_is_seen_from_today(lamp: Lamp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.cli.ruled.today", lambda: date(2024, 7, 10))
    ran = lamp("support", on="2024-10-01")
    assert [row.split()[:4] for row in ran.out.splitlines()[2:-1]] == [
        ["9", "9.0.0", "supported", "2024-11-20"],
        ["8", "8.0.0", "lts", "2025-08-20"],
        ["4", "4.0.0", "lts", "2025-04-22"],
    ]
    assert "2024-10-01 is to come" in ran.err


def test_a_day_to_come_has_as_many_releases_ahead_as_are_asked_for(lamp: Lamp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.cli.ruled.today", lambda: date(2024, 7, 10))
    rows = lamp("schedule", "--count", "2", on="2024-10-01").out.splitlines()[2:]
    assert [(row.split()[0], row.split()[-1]) for row in rows[-5:]] == [("7.0.0", "expected"), ("8.0.0", "expected"), ("9.0.0", "expected"), ("10.0.0", "planned"), ("11.0.0", "planned")]


# ---- next


def test_next_says_what_when_and_what_ends_with_it(lamp: Lamp) -> None:
    assert lamp("next").out == "7.0.0 on 2024-07-22, in 12 days\nbranch cut  2024-07-05, 5 days ago\ncandidate   7.0.0-rc.1 is out\nends        5\n"


def test_next_before_the_cut_names_the_candidate_to_come(lamp: Lamp) -> None:
    said = lamp.json("next", on="2024-07-23")
    assert (said["version"], said["overdue"], said["days"], said["candidate"], said["candidate-is-out"], said["missed"]) == ("7.0.0", 1, 1, "7.0.0-rc.1", True, 0)


def test_next_on_its_day_is_today(lamp: Lamp) -> None:
    assert lamp("next", on="2024-07-22").out.splitlines()[0] == "7.0.0 on 2024-07-22, today"


def test_next_says_that_trains_were_missed(lamp: Lamp) -> None:
    ran = lamp("next", on="2024-09-25")
    assert ran.out.splitlines()[0] == "7.0.0 was due on 2024-07-22, 65 days ago"
    assert ran.err.startswith("note: 2 trains have passed without a release since 6.0.0 of 2024-06-20\n")


def test_next_in_json_names_what_ends(lamp: Lamp) -> None:
    said = lamp.json("next")
    assert (said["line"], said["day"], said["days"], said["cut"], said["lts"], said["end"], said["ends"]) == ("7", "2024-07-22", 12, "2024-07-05", False, "2024-09-20", ["5"])


def test_when_a_train_is_overdue_says_since_when(lamp: Lamp) -> None:
    assert lamp("when", lamp.commits["in time for 6"], on="2024-06-19").out == "6.0.0 on 2024-06-20, release-6.0.0 has it\n"
    assert lamp("when", "2024-07-01", on="2024-07-24").out.splitlines()[0] == "7.0.0 on 2024-07-25, was due on 2024-07-22"


def test_next_of_a_long_term_line_says_until_when(lamp: Lamp) -> None:
    said = lamp("next", on="2024-04-10").out.splitlines()
    assert said == ["4.0.0 on 2024-04-22, in 12 days", "branch cut  2024-04-05, 5 days ago", "candidate   4.0.0-rc.1", "LTS         until 2025-04-22", "ends        2"]


def test_next_on_paper_is_the_first_train_after_the_day(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": MANIFEST, "policies/lamp.toml": LAMP})
    ran = versync(tmp_path, "next", "--on", "2024-03-21")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "4.0.0 on 2024-04-22, in 32 days")


# ---- when


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("work for 3.0.1", {"version": "3.0.1", "released": True, "day": "2024-03-21", "ref": "v3.0.1"}),
        ("in time for 6", {"version": "6.0.0", "released": True, "day": "2024-06-20", "ref": "v6.0.0"}),
        ("too late for 6", {"version": "7.0.0", "released": False, "day": "2024-07-22", "ref": "release-7.0.0"}),
        ("on the side", {"version": "7.0.0", "released": False, "day": "2024-07-22", "ref": "release-7.0.0"}),
        ("a fix on 6", {"version": "6.0.1", "released": False, "day": None, "ref": "release-6.0.0", "note": "the next patch release of 6; no rule says when"}),
        ("too late for 7", {"version": "8.0.0", "released": False, "day": "2024-08-20", "cut": "2024-08-05", "ref": None, "landed": "2024-07-08"}),
        ("an idea", {"version": "8.0.0", "landed": None, "note": "if it lands on 2024-07-10; it is not on the main branch yet"}),
    ],
)
def test_when_a_commit_is_released(lamp: Lamp, subject: str, expected: Mapping[str, object]) -> None:
    said = lamp.json("when", lamp.commits[subject])
    assert {key: said[key] for key in expected} == expected


def test_a_branch_that_was_cut_without_a_commit_beats_the_rules(lamp: Lamp) -> None:
    """On the 8th of a July in which 7 is cut on the 5th; had it been cut by the rules on the 12th, the commit still is not on its branch."""
    put(lamp.folder, {"late.toml": LAMP.replace("[rules.cut]\nday = 5", "[rules.cut]\nday = 12")})
    assert lamp.json("when", lamp.commits["too late for 7"], "--policy", "late.toml")["version"] == "8.0.0"


def test_a_branch_that_should_be_cut_and_is_not_there_is_told(lamp: Lamp, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    sh(tmp_path, "clone", "-q", str(lamp.root), str(clone))
    sh(clone, "branch", "-rd", "origin/release-7.0.0")
    ran = versync(lamp.folder, "when", lamp.commits["too late for 7"], "--on", "2024-07-10", "--repo", f"lamp={clone}")
    assert ran.out.splitlines() == [
        "8.0.0 on 2024-08-20",
        "branch cut  2024-08-05",
        "landed      2024-07-08",
        "note        7.0.0 if that is not branched yet: its branch was due on 2024-07-05, and the repository has none",
    ]


def test_in_a_clone_the_branches_are_the_remotes(lamp: Lamp, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    sh(tmp_path, "clone", "-q", str(lamp.root), str(clone))
    sh(clone, "checkout", "-q", "-b", "mine", "origin/idea")
    late, idea = (versync(lamp.folder, "when", lamp.commits[subject], "--on", "2024-07-10", "--repo", f"lamp={clone}").out for subject in ("too late for 6", "an idea"))
    assert late == "7.0.0 on 2024-07-22, release-7.0.0 has it\n"
    assert "not on the main branch" in idea, "HEAD is a branch of one's own; what counts is origin's"


def test_a_merge_lands_a_commit_on_the_day_of_the_merge(lamp: Lamp) -> None:
    tip = git.resolve(lamp.root, "main")
    assert git.landing(lamp.root, lamp.commits["on the side"], tip) == 1720008000, "2024-07-03, 12:00 UTC"
    assert git.landing(lamp.root, lamp.commits["too late for 6"], tip) == 1717848000, "2024-06-08"
    assert git.landing(lamp.root, lamp.commits["work for 1.0.0"], tip) == 1705924800, "the first commit of all"
    assert git.landing(lamp.root, lamp.commits["a fix on 6"], tip) is None


@pytest.mark.parametrize(
    ("day", "first", "note"),
    [
        ("2024-07-05", "7.0.0 on 2024-07-22", "note        if it lands before the branch is cut, on the same day"),
        ("2024-07-06", "8.0.0 on 2024-08-20", ""),
        ("2024-03-06", "4.0.0 on 2024-04-22", ""),
        ("2031-12-31", "97.0.0 on 2032-01-20", ""),
    ],
)
def test_when_a_day_is_released(lamp: Lamp, day: str, first: str, note: str) -> None:
    rows = lamp("when", day).out.splitlines()
    assert rows[0] == first
    assert [row for row in rows if row.startswith("note")] == ([note] if note else [])


def test_a_day_after_a_cut_of_which_the_repository_has_no_branch_is_told_so(lamp: Lamp) -> None:
    assert lamp("when", "2024-08-09", on="2024-08-09").out.splitlines()[-1] == "note        8.0.0 if that is not branched yet: its branch was due on 2024-08-05, and the repository has none"


def test_without_a_cut_what_lands_by_the_release_is_in_it(lamp: Lamp) -> None:
    put(lamp.folder, {"cutless.toml": LAMP.replace("[rules.cut]\nday = 5\n", "")})
    rows = lamp("when", "2024-07-22", "--policy", "cutless.toml").out.splitlines()
    assert rows == ["7.0.0 on 2024-07-22", "landed      2024-07-22", "note        if it lands before the release, on the same day"]


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("2024-02-30", 2, "there is no day 2024-02-30"),
        ("9999-12-31", 2, "9999-12-31 is more than a century ahead"),
        ("deadbeef", 3, "has no commit 'deadbeef'"),
        ("--upload-pack=x", 2, "No such option"),
        ("", 2, "is no revision"),
        ("main\n", 2, "is no revision"),
    ],
)
def test_what_is_no_commit_and_no_day(lamp: Lamp, what: str, code: int, said: str) -> None:
    ran = lamp("when", what)
    assert (ran.code, ran.raw) == (code, b"")
    assert said in ran.err


def test_a_revision_that_looks_like_an_option_never_reaches_git(lamp: Lamp) -> None:
    ran = versync(lamp.folder, "when", "--on", "2024-07-10", "--repo", f"lamp={lamp.root}", "--", "--all")
    assert ran.code == 2
    assert "'--all' is no revision" in ran.err


def test_a_commit_without_the_repository_is_refused(tmp_path: Path) -> None:
    put(tmp_path, {"versync.toml": MANIFEST, "policies/lamp.toml": LAMP})
    ran = versync(tmp_path, "when", "main", "--on", "2024-03-01")
    assert (ran.code, ran.raw) == (3, b"")
    assert "lamp is not at hand, so nothing is known of its commits" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "x"], "--since x is no version"),
        (["--until", "tomorrow"], "is no day"),
        (["--until", "2999-01-01"], "more than a century ahead"),
        (["--output", "no/where/x"], "there is no folder"),
    ],
)
def test_what_schedule_does_not_take(lamp: Lamp, words: list[str], said: str) -> None:
    ran = lamp("schedule", *words)
    assert (ran.code, ran.raw) == (2, b"")
    assert said in ran.err
