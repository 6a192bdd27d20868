"""The page as a browser gets it: sound HTML that loads nothing, runs nothing and believes nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sync.report.page import html
from sync.report.page.html import away, link, render
from sync.report.page.model import SEVERITIES, Page
from tests.page.pages import DAY, PAGE, parsed, rows_of, tags, text_of

CSS = (Path(html.__file__).parent / "page.css").read_text("utf-8")
BARE = PAGE._replace(calendar=None, missing="the manifest names no release policy", findings=(), tiers=PAGE.tiers._replace(rows=()), features=PAGE.features._replace(rows=()))
PAGES = {"full": PAGE, "bare": BARE, "empty": BARE._replace(rows=PAGE.rows[3:4], state="not checked", version="", released="", missing="")}

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=https://registry.example/x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></svg><iframe src=//registry.example>",
    "{{ 7 * 7 }}{% raw %}",
    "]]><!--",
    "javascript:alert(1)",
    "line\r\nbreak \x00 \x1b[31m \u202e evil \ud800",
)


def spoilt(value: Any, text: str) -> Any:
    """The same values, each text of them replaced; what is a word of the page's own (a state, a kind) stays, and what is empty."""
    if isinstance(value, str):
        return value if not value or value in html.SYMBOLS or value in SEVERITIES or value == "planned" else text
    if isinstance(value, tuple):
        made = [spoilt(one, text) for one in value]
        return type(value)(*made) if hasattr(value, "_fields") else tuple(made)
    return value


def spoilt_page(text: str) -> Page:
    """A page in which everything that may come from a repository or a policy is that text."""
    page = spoilt(PAGE, text)
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_second_reader_finds_no_fault_in_the_syntax(name: str) -> None:
    root = parsed(render(PAGES[name]))
    assert root.get("lang") == "en"
    assert next(text_of(one) for kind, one in tags(root) if kind == "title").startswith("Demo: release status on 27 Nov 2026")


@pytest.mark.parametrize("name", PAGES)
def test_names_are_unique_and_what_refers_to_one_finds_it(name: str) -> None:
    found = list(tags(parsed(render(PAGES[name]))))
    names = [one.get("id", "") for _, one in found if one.get("id")]
    assert [one for one, count in Counter(names).items() if count > 1] == []
    wanted = [part for _, one in found for key in ("aria-labelledby", "aria-describedby") for part in one.get(key, "").split()]
    wanted += [one.get("href", "")[1:] for kind, one in found if kind == "a" and one.get("href", "").startswith("#")]
    wanted += [target for _, one in found for target in re.findall(r"^url\(#(.*)\)$", one.get("fill", ""))]
    assert set(wanted) <= set(names)
    assert "main" in wanted


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_level_at_a_time(name: str) -> None:
    levels = [int(kind[1]) for kind, _ in tags(parsed(render(PAGES[name]))) if re.fullmatch(r"h[1-6]", kind)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_every_table_has_a_caption_and_every_head_a_scope(name: str) -> None:
    for kind, one in tags(parsed(render(PAGES[name]))):
        if kind == "table":
            children = [each.tag.rpartition("}")[2] for each in one]
            assert children == ["caption", "thead", "tbody"]
            width = {len(row) for each, row in tags(one) if each == "tr"}
            assert len(width) <= 1, "every row has a cell for each head"
        if kind == "th":
            assert one.get("scope") in ("col", "row")


def loads(raw: bytes) -> list[str]:
    """Everything in a page that a browser would fetch, run or submit."""
    found = []
    for kind, one in tags(parsed(raw)):
        if kind in ("script", "iframe", "object", "embed", "img", "image", "audio", "video", "source", "base", "form", "use", "foreignObject", "animate", "set"):
            found.append(kind)
        for key, value in one.attrib.items():
            name = str(key).rpartition("}")[2]
            outward = name == "href" and not (kind == "a" and re.match(r"https?://|#", value) or kind == "link" and value.startswith("data:image/svg+xml,"))
            if outward or name in ("src", "srcset", "style", "action", "poster", "ping") or name.startswith("on") or name == "fill" and not re.fullmatch(r"(?:url\(#[\w-]+\))", value):
                found.append(f"{kind} {name}={value}")
        if kind == "style" and re.search(r"url\(|@import|@font-face|</", "".join(one.itertext())):
            found.append("style")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_and_nothing_runs(name: str) -> None:
    assert loads(render(PAGES[name])) == []


def test_the_policy_of_the_page_allows_its_own_style_and_nothing_else() -> None:
    found = list(tags(parsed(render(PAGE))))
    (style,) = ["".join(one.itertext()) for kind, one in found if kind == "style"]
    (policy,) = [one.get("content", "") for kind, one in found if kind == "meta" and one.get("http-equiv") == "Content-Security-Policy"]
    told = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert told == {"default-src": "'none'", "style-src": f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_and_changes_nothing_else(text: str) -> None:
    """Every text of the page at once: the elements stay those of a harmless page, and none of them loads anything."""
    raw = render(spoilt_page(text))
    harmless = render(spoilt_page("harmless"))
    assert [kind for kind, _ in tags(parsed(raw))] == [kind for kind, _ in tags(parsed(harmless))]
    assert loads(raw) == []
    said = text.encode("unicode_escape").decode() if not text.isprintable() else text
    assert raw.count(b"\x00") == raw.count(b"\x1b") == raw.count("\u202e".encode()) == 0
    assert " ".join(said.split()) in text_of(parsed(raw))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://registry.example/a", "https://registry.example/a"),
        ("http://registry.example:8080/a?b=c#d", "http://registry.example:8080/a?b=c#d"),
        ("https://somebody:secret@registry.example/a", "https://registry.example/a"),
        ("https://ghp_0123456789abcdef@registry.example/a", "https://registry.example/a"),
        ("https://registry.example/a?token=abc", ""),
        ("javascript:alert(1)", ""),
        ("JavaScript:alert(1)//https://", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("git@registry.example:a/b", ""),
        ("ssh://git@registry.example/a", ""),
        ("../core", ""),
        ("https://", ""),
        ("https://[::1", ""),
        ("https://registry.example/\u202e", ""),
        ("https://registry.example/a b", ""),
        ("https://registry.example/\na", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_become_links_and_no_secret_does(url: str, wanted: str) -> None:
    assert link(url) == wanted


def test_the_same_facts_are_the_same_bytes() -> None:
    assert render(PAGE) == render(PAGE)


def test_every_state_is_said_in_words() -> None:
    rows = rows_of(parsed(render(PAGE)), "Every component, with what it says of itself")
    assert [row[:2] for row in rows[1:]] == [
        ["core leader", "✓ in sync"],
        ["py", "✕ out of sync"],
        ["go", "▲ behind"],
        ["rb", "? not checked no checkout of its repository was at hand"],
        ["old", "– not managed at 49.0.0-dev"],  # noqa: RUF001  # a dash
        ["cpp", "– retired since 30.0.0"],  # noqa: RUF001  # a dash
    ]
    assert rows[2][2:] == ["46.0.1", "46.0.1 29 Jun 2026", "46.0.1 core", "130 days", "3", "py"]
    assert rows[3][4:6] == ["not stated core", "1 day"]


def test_the_answers_come_first() -> None:
    root = parsed(render(PAGE))
    cards = [text_of(one) for kind, one in tags(root) if kind == "section" and "card" in one.get("class", "")]
    assert cards[0].startswith("Is everything in sync? ✕ Out of sync 1 of 6 components, 1 not checked; 2 findings. py 46.0.1 130 days behind go 47.0.0 1 day behind")
    assert cards[1] == (
        "What leaves next? 49.0.0 On Monday, 21 Dec 2026: in 24 days. Branch is cut on 5 Dec 2026 in 8 days Supported until 22 Feb 2027 Newest release today: 48.0.0"
    )
    assert cards[2] == "What is supported? 48 LTS no end stated 47 until 49 is out 21 Dec 2026 at the earliest 36 LTS until 20 Aug 2027 in 9 months"


def test_a_train_that_is_late_is_not_promised_for_tomorrow() -> None:
    assert PAGE.calendar is not None
    late = PAGE.calendar.lines[4]._replace(due=date(2026, 11, 20), release=date(2026, 11, 28), state="overdue", cut=date(2026, 11, 5))
    root = parsed(render(PAGE._replace(calendar=PAGE.calendar._replace(lines=(*PAGE.calendar.lines[:4], late)))))
    assert "49.0.0 Was due on 20 Nov 2026, 7 days ago, and is not out yet. Branch was due to be cut on 5 Nov 2026" in text_of(root)
    assert rows_of(root, "Releases to come, the next one first")[1][2] == "20 Nov 2026 7 days ago, overdue"


def test_what_the_drawing_says_the_tables_say_as_well() -> None:
    root = parsed(render(PAGE))
    drawn = [text_of(one) for kind, one in tags(root) if kind == "text" and one.get("class") == "name"]
    told = [row[0] for caption in ("The lines that are out, in words", "Releases to come, the next one first") for row in rows_of(root, caption)[1:]]
    assert told == ["36 LTS", "46", "47", "48 LTS", "49.0.0", "60.0.0 LTS"]
    assert drawn == ["36LTS", "46", "47", "48LTS", "49", "60LTS"] * 2


def test_tiers_and_features_have_a_section_where_there_are_any() -> None:
    root = parsed(render(PAGE))
    assert rows_of(root, "Tiers") == [["Tier", "Promise", "Components"], ["1", "tested on every commit", "core"], ["3", "–none", "py, go"]]  # noqa: RUF001  # a dash
    assert rows_of(root, "Features") == [["Feature", "Stage"], ["threads", "on by default"]]
    headings = {name: [text_of(one) for kind, one in tags(parsed(render(page))) if kind == "h2"] for name, page in PAGES.items()}
    assert headings["full"][3:] == ["Versions", "Timeline", "Coming trains", "Tiers", "Features", "Findings"]
    assert headings["bare"] == ["Is everything in sync?", "Which version?", "What leaves next?", "Versions", "Findings"]


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (2, "in 2 days"), (59, "in 59 days"), (60, "in 2 months"), (-365, "12 months ago"), (730, "in 2 years"), (-1096, "3 years ago")],
)
def test_how_far_a_day_is(days: int, said: str) -> None:
    assert away(date.fromordinal(DAY.toordinal() + days), DAY) == said


# ---- Contrast, which axe cannot judge in a drawing. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.S)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0]))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough_in_both_schemes(scheme: str) -> None:
    seen = colours(scheme)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    texts = [(one, ground) for one in ("ink", "soft", "link") for ground in ("ground", "card")]
    texts += [("ok", "ok-ground"), ("warn", "warn-ground"), ("bad", "bad-ground"), ("ok", "card"), ("warn", "card"), ("bad", "card"), ("today", "card"), ("ink", "faint"), ("lts", "card")]
    assert [pair for pair in texts if contrast(seen[pair[0]], seen[pair[1]]) < 4.5] == []
    assert [name for name in ("p0", "p1", "p2", "p3") if contrast(seen[name], seen["card"]) < 3] == []
