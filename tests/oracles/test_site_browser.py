"""The status page in a real browser: Chromium looks at it, axe-core looks for what would shut people out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sync.report.page.html import render
from tests.page.pages import PAGE
from tests.page.test_page_html import HOSTILE, PAGES, spoilt_page

pytestmark = pytest.mark.oracle

SHOWN = {**PAGES, "hostile": spoilt_page(HOSTILE[1] + "x" * 60)}
SCHEMES, WIDTHS = ("light", "dark"), (360, 1280)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser: the machine's own, nothing is downloaded."""
    path = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("needs chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the dependency group browser")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from the package index of npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run([npm, "install", "--silent", "--no-save", "--ignore-scripts", "--prefix", str(folder), "axe-core@4"], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip("npm gets no axe-core: needs a package index")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every page, each as a file."""
    made = tmp_path_factory.mktemp("pages")
    for name, page in SHOWN.items():
        (made / f"{name}.html").write_bytes(render(page))
    return made


@contextmanager
def opened(chromium: Any, path: Path, width: int = 1280, scheme: str = "light", **options: Any) -> Iterator[Any]:
    """The page of a file, in a window of that width."""
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_no_fault(chromium: Any, axe: str, folder: Path, name: str, scheme: str, width: int) -> None:
    """What axe cannot judge (the contrast of single symbols and of text in a drawing) is judged in tests/page."""
    with opened(chromium, folder / f"{name}.html", width, scheme) as page:
        page.evaluate(axe)
        found = page.evaluate("axe.run(document)")
    assert [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == []
    assert {one["id"] for one in found["incomplete"]} <= {"color-contrast"}
    assert len(found["passes"]) > 30, "axe has looked"


def test_axe_would_find_a_fault(chromium: Any, axe: str, folder: Path) -> None:
    broken = folder / "broken.html"
    broken.write_bytes(render(PAGE).replace(b'<html lang="en">', b"<html>").replace(b"--soft: #57606a", b"--soft: #c7c9cc"))
    with opened(chromium, broken, bypass_csp=True) as page:  # or the style, which is no longer the one that was written, would not even be used
        page.evaluate(axe)
        found = page.evaluate("axe.run(document)")
    assert {"html-has-lang", "color-contrast"} <= {one["id"] for one in found["violations"]}


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_asks_for_nothing_and_breaks_no_rule_of_its_own(chromium: Any, folder: Path, name: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    address = (folder / f"{name}.html").as_uri()
    page.goto(address, wait_until="networkidle")
    context.close()
    assert asked == [address]
    assert said == [], "a style or an icon that the policy of the page forbids would be said here"


@pytest.mark.parametrize("width", WIDTHS)
def test_it_reads_the_same_without_script(chromium: Any, folder: Path, width: int) -> None:
    texts = []
    for script in (True, False):
        with opened(chromium, folder / "full.html", width, java_script_enabled=script) as page:
            texts.append(page.locator("body").inner_text())
            assert page.locator("svg.drawn:visible").count() == 1
    assert texts[0] == texts[1]
    for said in ("Out of sync", "until 20 Aug 2027", "130 days", "versync bump py=48.0.0"):
        assert said in texts[1]


@pytest.mark.parametrize("width", [320, 750, 760, 930, 2000])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_sticks_out_at_any_width(chromium: Any, folder: Path, name: str, width: int) -> None:
    with opened(chromium, folder / f"{name}.html", width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


BOXES = """[...document.querySelectorAll('svg.drawn')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg =>
    [...svg.querySelectorAll('text')].filter(text => text.getBoundingClientRect().width).map(text => {
        const box = text.getBoundingClientRect(), frame = svg.getBoundingClientRect(), size = parseFloat(getComputedStyle(text).fontSize)
        return {text: text.textContent, size, left: box.left - frame.left, right: box.right - frame.left, top: box.top, bottom: box.bottom, width: frame.width}
    }))"""


@pytest.mark.parametrize("width", [320, 360, 750, 760, 1000, 1280])
def test_the_timeline_is_readable_at_any_width(chromium: Any, folder: Path, width: int) -> None:
    """Its text keeps its size, stays within the drawing, and no text lies over another."""
    with opened(chromium, folder / "full.html", width) as page:
        boxes = page.evaluate(BOXES)
    assert {"36LTS", "until 20 Aug 2027", "27 Nov 2026", "2027"} <= {one["text"] for one in boxes}
    assert min(one["size"] for one in boxes) >= 11.5
    assert [one["text"] for one in boxes if one["left"] < -1 or one["right"] > one["width"] + 1] == []
    over = [
        (one["text"], other["text"])
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if min(one["right"], other["right"]) - max(one["left"], other["left"]) > 1 and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 4
    ]
    assert over == []


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(chromium: Any, folder: Path) -> None:
    with opened(chromium, folder / "full.html") as page:
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to the content"
        assert page.locator(":focus").bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main"


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_it_is_dark_where_dark_is_wanted(chromium: Any, folder: Path, scheme: str, dark: bool) -> None:
    with opened(chromium, folder / "full.html", 1280, scheme) as page:
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        bar = page.evaluate("getComputedStyle(document.querySelector('.p1')).fill")
    channels = [int(part) for part in ground[4:-1].split(",")]
    assert (max(channels) < 60) is dark
    assert bar == ("rgb(63, 181, 168)" if dark else "rgb(15, 118, 110)")
