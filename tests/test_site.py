"""`versync site`: what it writes, over what, and what it says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sync.report.page.html import MARK
from tests.commands import git, repository, versync
from tests.page.pages import parsed, rows_of, tags, text_of
from tests.trees import put

MANIFEST = """[project]
name = "demo"
leader = "core"
policy = "trains"

[repos.core]
url = "https://somebody:secret@registry.example/core"
[repos.py]
url = "https://registry.example/py"
tag = "{version}"

[[components]]
name = "core"
tier = 1
repo = "core"
packages = ["pkg:cargo/core"]

[[components]]
name = "py"
tier = 3
repo = "py"
packages = ["pkg:pypi/core"]
bundles = "core"
places = [{ file = "get.py", name = "CORE", as = "v{version}", of = "core" }]
"""

POLICY = """[policy]
name = "trains"
title = "The Demo"

[[rules]]
id = "first"
title = "Every month"
effective = 2025-01-01
cadence = { months = 1, day = 20 }
versions = { bumps = "major" }

[[rules.phases]]
name = "supported"
for = { releases = 2 }
fixes = ["security"]

[rules.fixes.security]
when = "at once"
"""


def dated(folder: Path, day: date) -> None:
    """Gives the last commit that day, and moves its tag along."""
    tag = git(folder, "tag", "--points-at", "HEAD")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00Z")
        git(folder, "commit", "--quiet", "--amend", "--no-edit", "--no-gpg-sign")
    git(folder, "tag", "--force", tag)


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """A folder with a manifest, its policy, and a repository of the core that was released at 7.0.0 on the 20th of October 2026."""
    put(tmp_path, {"versync.toml": MANIFEST, "policies/trains.toml": POLICY})
    core = repository(tmp_path / "core", {"Cargo.toml": '[package]\nname = "core"\nversion = "7.0.0"\n'}, tag="v7.0.0")
    dated(core, date(2026, 10, 20))
    py = repository(tmp_path / "py", {"pyproject.toml": '[project]\nname = "core"\nversion = "6.0.0"\n', "get.py": 'CORE = "v6.0.0"\n'}, tag="6.0.0")
    dated(py, date(2026, 9, 21))
    return tmp_path


HERE = ("--repo", "core=core", "--repo", "py=py", "--on", "2026-11-03")


def test_it_writes_one_page_that_says_how_things_are(family: Path) -> None:
    ran = versync(family, "site", *HERE, "--output", "public/status")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("public/status/index.html: ")
    assert ran.out.endswith(" kB, 1 out of sync\n")
    assert [path.name for path in (family / "public" / "status").iterdir()] == ["index.html"]
    root = parsed((family / "public" / "status" / "index.html").read_bytes())
    assert rows_of(root, "Every component, with what it says of itself")[1:] == [
        ["core leader", "✓ in sync", "7.0.0", "v7.0.0 20 Oct 2026", "–none", "–none", "1", "core"],  # noqa: RUF001  # a dash
        ["py", "✕ out of sync", "6.0.0", "6.0.0 21 Sep 2026", "6.0.0 core", "14 days", "3", "py"],
    ]
    assert [row[:2] for row in rows_of(root, "Releases to come, the next one first")[1:3]] == [["8.0.0", "–none"], ["9.0.0", "–none"]]  # noqa: RUF001  # a dash
    assert rows_of(root, "Releases to come, the next one first")[1][2] == "20 Nov 2026 in 17 days"
    said = text_of(root)
    assert "The Demo release status Tuesday, 3 Nov 2026" in said
    assert "Mend it with versync bump py=7.0.0" in said
    assert "7 until 9 is out 20 Dec 2026 at the earliest" in said


CLAIMS = """
[[criteria]]
id = "documented"
title = "a page says how to use it"

[[standards]]
id = "first"
title = "The first standard"
effective = 2026-01-01
tiers = [{ tier = 1, title = "for everybody", requires = ["documented"] }, { tier = 3, title = "for some", requires = [] }]
features = { requires = ["documented"] }

[[components]]
name = "core"
evidence = [{ criteria = ["documented"], state = "met", file = "Cargo.toml" }]

[[features]]
name = "threads"
default = "on"
evidence = [{ criteria = ["documented"], state = "no", reason = "nobody wrote it" }]
"""


def test_tiers_and_features_stand_on_the_page_as_the_commands_say_them(family: Path) -> None:
    policy = family / "policies" / "trains.toml"
    policy.write_text(policy.read_text("utf-8") + CLAIMS, encoding="utf-8")
    assert versync(family, "site", *HERE, "--output", "public").code == 0
    said = text_of(parsed((family / "public" / "index.html").read_bytes()))
    assert "By The first standard, in force from 2026-01-01." in said
    assert "core 1 1 of 1, 1 verified" in said
    assert "threads on 0 of 1 documented (no)" in said


def test_nothing_private_is_on_the_page(family: Path) -> None:
    """No secret of a URL, no folder of the machine, and no option of the run."""
    versync(family, "site", "--manifest", str(family / "versync.toml"), *HERE, "--output", "public")
    raw = (family / "public" / "index.html").read_text("utf-8")
    assert "secret" not in raw
    assert str(family) not in raw
    assert "--repo core=core" not in raw
    assert [one.get("href") for kind, one in tags(parsed(raw.encode())) if kind == "a" and one.get("rel")] == ["https://registry.example/core", "https://registry.example/py"]


def test_the_same_day_gives_the_same_bytes(family: Path) -> None:
    pages = []
    for folder in ("one", "two"):
        versync(family, "site", *HERE, "--output", folder)
        pages.append((family / folder / "index.html").read_bytes())
    assert pages[0] == pages[1]


def test_as_of_an_earlier_day_later_releases_are_not_known_yet(family: Path) -> None:
    versync(family, "site", "--repo", "core=core", "--repo", "py=py", "--on", "2026-10-01", "--output", "public")
    found = rows_of(parsed((family / "public" / "index.html").read_bytes()), "Every component, with what it says of itself")
    assert [row[3] for row in found[1:]] == ["–none", "6.0.0 21 Sep 2026"]  # noqa: RUF001  # a dash


def test_it_writes_over_its_own_page_and_over_no_other(family: Path) -> None:
    page = family / "public" / "index.html"
    for _ in range(2):
        assert versync(family, "site", *HERE, "--output", "public").code == 0
    page.write_text("<!doctype html><title>mine</title>", "utf-8")
    ran = versync(family, "site", *HERE, "--output", "public")
    assert (ran.code, ran.out) == (3, "")
    assert "public/index.html was not written by versync" in ran.err
    assert "--force" in ran.err
    assert page.read_text("utf-8") == "<!doctype html><title>mine</title>"
    assert versync(family, "site", *HERE, "--output", "public", "--force").code == 0
    assert MARK in page.read_text("utf-8")
    assert [path.name for path in page.parent.iterdir()] == ["index.html"]


def test_a_link_is_replaced_and_what_it_leads_to_stays(family: Path) -> None:
    versync(family, "site", *HERE, "--output", "public")
    page, other = family / "public" / "index.html", family / "other.html"
    other.write_bytes(page.read_bytes() + b"kept")
    page.unlink()
    page.symlink_to(other)
    assert versync(family, "site", *HERE, "--output", "public").code == 0
    assert not page.is_symlink()
    assert other.read_bytes().endswith(b"kept")


def test_what_is_in_the_way_is_said(family: Path) -> None:
    (family / "taken" / "index.html").mkdir(parents=True)
    (family / "file").write_text("", "utf-8")
    assert versync(family, "site", *HERE, "--output", "taken").code == 3
    ran = versync(family, "site", *HERE, "--output", "file")
    assert (ran.code, "file" in ran.err) == (2, True)
    ran = versync(family, "site", *HERE, "--output", "file/below")
    assert (ran.code, "cannot be written" in ran.err) == (3, True)
    assert versync(family, "site", *HERE).code == 2


def test_a_manifest_without_a_policy_has_a_page_without_a_calendar(demo: Path, root: Path) -> None:
    text = (root / "manifests" / "demo.toml").read_text("utf-8")
    (demo / "plain.toml").write_text("".join(line for line in text.splitlines(keepends=True) if not line.startswith("policy = ")), encoding="utf-8")
    ran = versync(demo, "site", "--manifest", "plain.toml", "--workspace", ".", "--output", "public", "--on", "2026-11-03")
    assert (ran.code, ran.out.endswith("kB, in sync\n")) == (0, True)
    page = parsed((demo / "public" / "index.html").read_bytes())
    assert [text_of(one) for kind, one in tags(page) if kind == "h2"] == ["Is everything in sync?", "Which version?", "What leaves next?", "Versions", "Findings"]
    assert "The manifest names no release policy." in text_of(page)
    assert [row[5] for row in rows_of(page, "Every component, with what it says of itself")[1:] if row[0].startswith("demo-") and row[6] == "3"] == ["none"] * 5


def test_without_a_release_to_count_from_the_calendar_is_left_out_and_why_is_said(family: Path) -> None:
    ran = versync(family, "site", "--repo", "py=py", "--on", "2026-11-03", "--output", "public")
    assert (ran.code, ran.out.endswith("in sync; 1 not checked\n")) == (0, True)
    page = text_of(parsed((family / "public" / "index.html").read_bytes()))
    assert "What leaves next? Not known There is no release to count from." in page
    assert "Is everything in sync? ? Not checked" in page, "an embedding held against itself says nothing of the family"


ON_PAPER = 'cadence = { months = 1, day = 20, anchor = { version = "3.0.0", day = 2026-06-20 } }'


@pytest.mark.parametrize(("day", "known"), [("2026-06-01", True), ("2026-11-03", False)])
def test_trains_on_paper_are_shown_until_the_first_should_have_left(family: Path, day: str, known: bool) -> None:
    """Before it, the plan is all that there is; after it, nothing says which lines are out."""
    put(family, {"policies/trains.toml": POLICY.replace("cadence = { months = 1, day = 20 }", ON_PAPER)})
    assert versync(family, "site", "--repo", "py=py", "--on", day, "--output", "public").code == 0
    page = parsed((family / "public" / "index.html").read_bytes())
    assert ("What leaves next? 3.0.0 On Saturday, 20 Jun 2026: in 19 days." in text_of(page)) is known
    assert ("What leaves next? Not known No release of core is known, so nothing says which lines are out." in text_of(page)) is not known
    assert (sum(kind == "table" for kind, _ in tags(page)), "overdue" in text_of(page)) == (2 if known else 1, False)


def test_a_policy_that_cannot_be_used_is_an_error_as_everywhere(family: Path) -> None:
    ran = versync(family, "site", *HERE, "--rules", "second", "--output", "public")
    assert (ran.code, 'no rule set is called "second"' in ran.err) == (2, True)
    assert not (family / "public").exists()


def test_a_later_day_moves_the_lag_along(family: Path) -> None:
    for days in (0, 5):
        versync(family, "site", "--repo", "core=core", "--repo", "py=py", "--on", str(date(2026, 11, 3) + timedelta(days)), "--output", "public")
        found = rows_of(parsed((family / "public" / "index.html").read_bytes()), "Every component, with what it says of itself")
        assert found[2][5] == f"{14 + days} days"
