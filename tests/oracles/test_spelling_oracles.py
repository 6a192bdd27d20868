"""Versions, increments and requirements against the ecosystems' own tools: npm's semver, RubyGems, packaging, Cargo.

All but Cargo answer thousands of questions in one process.
"""

from __future__ import annotations

import itertools
import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version as PackagingVersion

from sync import requirement, spelling
from sync.version import Version, increment

pytestmark = pytest.mark.oracle

NUMBERS = ("0.0.0", "0.0.1", "0.1.0", "0.1.2", "1.0.0", "1.0.1", "1.2.0", "1.2.3", "2.0.0", "10.0.0", "1.10.0")
TAILS = ("", "-alpha", "-alpha.1", "-alpha.beta", "-beta.2", "-beta.11", "-rc.1", "-rc.2", "-0", "-0.3.7", "-7")
VERSIONS = [number + tail for number in NUMBERS for tail in TAILS]


def ask(command: list[str], script: str, questions: object) -> Any:
    """The answers that a tool's script gives to questions: JSON in, JSON out."""
    done = subprocess.run([*command, script], input=json.dumps(questions), capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def node() -> Callable[[str, object], Any]:
    """Evaluates ``one => ...`` over a list of questions, with ``semver`` in scope."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs node and npm")
    root = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    folder = Path(root) / "npm" / "node_modules" / "semver"
    if not folder.is_dir():
        pytest.skip("needs the semver package that comes with npm")
    return lambda body, questions: ask(
        ["node", "-e"], f"const semver = require({json.dumps(str(folder))}); const all = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify(all.map({body})))", questions
    )


@pytest.fixture(scope="module")
def ruby() -> Callable[[str, object], Any]:
    """Evaluates a block's body, with ``one`` in scope, over a list of questions."""
    if shutil.which("ruby") is None:
        pytest.skip("needs ruby")
    return lambda body, questions: ask(["ruby", "-rrubygems", "-rjson", "-e"], f"puts JSON.generate(JSON.parse(STDIN.read).map {{ |one| {body} }})", questions)


def sign(one: Version | None, other: Version | None) -> int:
    assert one is not None
    assert other is not None
    return (one > other) - (one < other)


def test_the_order_is_that_of_npm(node: Callable[[str, object], Any]) -> None:
    pairs = list(itertools.product(VERSIONS, repeat=2))
    answers = node("([a, b]) => semver.compare(a, b)", pairs)
    assert [(a, b, sign(spelling.parse(a), spelling.parse(b))) for a, b in pairs] == [(a, b, answer) for (a, b), answer in zip(pairs, answers, strict=True)]


def test_major_minor_and_patch_are_those_of_npm(node: Callable[[str, object], Any]) -> None:
    questions = [(version, word) for version in [*VERSIONS, "1.2.3-dev", "2.0.0-dev.4"] for word in ("major", "minor", "patch")]
    answers = node("([v, w]) => semver.inc(v, w)", questions)
    assert [(v, w, str(increment(Version.of(v), w))) for v, w in questions] == [(v, w, answer) for (v, w), answer in zip(questions, answers, strict=True)]


def test_what_is_read_as_semver_is_what_npm_reads(node: Callable[[str, object], Any]) -> None:
    texts = [*VERSIONS, "1.2.3+build.5", "1.2.3-rc.1+b", "1.2.3--", "1.2.3-x-y-z.-", "1.2.3-a..b", "1.2.3-", "1.2.3+", "1.2.3-a_b", "1.2.3 ", "1.2.x", "a.b.c", "", "1.2.3.-1", "1.-2.3"]
    answers = node("v => semver.valid(v, {loose: false}) !== null && v === v.trim()", texts)
    assert [(text, spelling.parse(text) is not None) for text in texts] == list(zip(texts, answers, strict=True))


NPM_OPERATORS = ("", "=", "^", "~", ">", ">=", "<", "<=", "~>", "v", "> ", ">= ")
NPM_PARTIALS = (
    "0",
    "1",
    "2",
    "0.0",
    "0.1",
    "1.2",
    "1.x",
    "1.2.x",
    "0.0.x",
    "x",
    "*",
    "1.*",
    "0.0.0",
    "0.0.1",
    "0.1.2",
    "1.0.0",
    "1.2.3",
    "2.0.0",
    "1.0.0-alpha.1",
    "1.2.3-rc.1",
    "0.1.0-0",
    "2.0.0-beta.2",
)


def npm_ranges() -> list[str]:
    simple = [operator + partial for operator in NPM_OPERATORS for partial in NPM_PARTIALS]
    hyphens = [f"{low} - {high}" for low in NPM_PARTIALS[:8] + NPM_PARTIALS[12:] for high in NPM_PARTIALS[:8] + NPM_PARTIALS[12:]]
    dice = random.Random(7)
    several = [dice.choice((" ", " || ", "||")).join(dice.sample(simple, 2)) for _ in range(600)]
    return [one for one in simple + hyphens + several + ["", "||", "1.2.3 || "] if "v" not in one or not one.startswith("v") or one[1:2].isdigit()]


def test_npm_ranges_hold_what_npm_says(node: Callable[[str, object], Any]) -> None:
    ranges = npm_ranges()
    answers = node("r => r[1].map(v => semver.satisfies(v, r[0]))", [(one, VERSIONS) for one in ranges])
    wrong = []
    for one, row in zip(ranges, answers, strict=True):
        for text, answer in zip(VERSIONS, row, strict=True):
            if requirement.satisfies(one, Version.of(text), "npm") is not answer:
                wrong.append((one, text, answer))
    assert wrong == []


GEMS = ("0", "1", "1.0", "1.2", "1.2.3", "1.2.3.4", "2.0.0", "2", "0.9", "0.0.1", "1.10", "1.0.0.rc1", "1.0.0.rc2", "1.0.0.beta2", "2.0.0.pre.rc.2", "1.2.3.alpha1", "2.0.0.dev", "1.3.0.pre")


def test_the_order_of_gems_is_that_of_rubygems(ruby: Callable[[str, object], Any]) -> None:
    known = [one for one in GEMS if "dev" not in one and "pre" not in one]
    pairs = list(itertools.product(known, repeat=2))
    answers = ruby("Gem::Version.new(one[0]) <=> Gem::Version.new(one[1])", pairs)
    assert [(a, b, sign(spelling.parse(a, "gem"), spelling.parse(b, "gem"))) for a, b in pairs] == [(a, b, answer) for (a, b), answer in zip(pairs, answers, strict=True)]


def test_gem_requirements_hold_what_rubygems_says(ruby: Callable[[str, object], Any]) -> None:
    versions = [one for one in GEMS if "pre" not in one]
    clauses = [f"{operator} {version}".strip() for operator in ("", "=", "!=", ">", ">=", "<", "<=", "~>") for version in versions]
    dice = random.Random(7)
    lists = [[one] for one in clauses] + [dice.sample(clauses, 2) for _ in range(400)]
    answers = ruby("one[1].map { |v| Gem::Requirement.new(one[0]).satisfied_by?(Gem::Version.new(v)) }", [(one, versions) for one in lists])
    wrong = []
    for one, row in zip(lists, answers, strict=True):
        for text, answer in zip(versions, row, strict=True):
            version = spelling.parse(text, "gem")
            assert version is not None
            if requirement.satisfies(", ".join(one), version, "gem") is not answer:
                wrong.append((one, text, answer))
    assert wrong == []


def test_what_is_written_for_a_gem_rubygems_orders_as_semver_does(ruby: Callable[[str, object], Any]) -> None:
    # RubyGems puts alpha.beta before alpha, SemVer after it; a bare number needs a word before it
    versions = [Version.of(one) for one in VERSIONS if "-0" not in one and "-7" not in one and "alpha.beta" not in one]
    texts = [spelling.render(one, "gem") for one in versions]
    pairs = list(itertools.product(range(len(texts)), repeat=2))
    answers = ruby("Gem::Version.new(one[0]) <=> Gem::Version.new(one[1])", [(texts[a], texts[b]) for a, b in pairs])
    assert answers == [sign(versions[a], versions[b]) for a, b in pairs]


PYTHONS = ("0.1", "1.0", "1.0.0", "1.2", "1.2.3", "2.0", "1.0a1", "1.0b2", "1.0rc1", "1.0.dev0", "1.0.dev3", "1.0rc1.dev2", "1.0.post1", "1.0.post1.dev2", "1.2.3.post4", "1.10", "1.2rc10", "1.0.0.0")


def test_the_order_of_pep440_is_that_of_packaging() -> None:
    for a, b in itertools.product(PYTHONS, repeat=2):
        one, other = PackagingVersion(a), PackagingVersion(b)
        assert sign(spelling.parse(a, "pep440"), spelling.parse(b, "pep440")) == (one > other) - (one < other), (a, b)


def test_packaging_reads_what_is_written_for_pep440_and_normalises_nothing() -> None:
    for text in [*VERSIONS, "1.0.0-dev", "1.0.0.post3", "2.0.0-rc.1.dev.2"]:
        written = spelling.render(Version.of(text), "pep440")
        assert str(PackagingVersion(written)) == written


def test_every_tolerated_pep440_spelling_is_read_as_packaging_reads_it() -> None:
    for pre, post, dev in itertools.product(
        ("", "a1", ".a.1", "-alpha_1", "b", "BETA2", "c3", "-RC-3", "pre1", ".preview"), ("", "-2", ".post", "post2", "-r3", ".rev4"), ("", ".dev", "dev1", "-DEV_2")
    ):
        text = f"1.2{pre}{post}{dev}"
        found = spelling.parse(text, "pep440")
        assert found is not None, text
        assert spelling.render(found, "pep440").removeprefix("1.2.0") == str(PackagingVersion(text)).removeprefix("1.2"), text


def test_pep440_specifiers_hold_what_packaging_says() -> None:
    dice = random.Random(7)
    clauses = [operator + version for operator in ("==", "!=", ">=", "<=", ">", "<", "~=", "===") for version in PYTHONS if operator != "~=" or "." in version] + ["==1.*", "==1.2.*", "!=1.2.*"]
    for text in [*clauses, *(",".join(dice.sample(clauses, 2)) for _ in range(300))]:
        if "+" in text:
            continue
        for version in PYTHONS:
            mine = spelling.parse(version, "pep440")
            assert mine is not None
            # === compares text, and the text of a Version is the normalised one
            if "===" not in text:
                assert requirement.satisfies(text, mine, "pypi") == SpecifierSet(text).contains(spelling.render(mine, "pep440"), prereleases=True), (text, version)


CARGO = [
    ("1.2.3", "1.9.0", True), ("1.2.3", "2.0.0", False), ("0.2.3", "0.2.9", True), ("0.2.3", "0.3.0", False), ("0.0.3", "0.0.4", False), ("0.0", "0.0.9", True), ("0", "0.9.0", True),
    ("=1.2", "1.2.9", True), ("=1.2", "1.3.0", False), ("=1.2.3", "1.2.3", True), ("=1.2.3", "1.2.4", False), ("~1.2.3", "1.2.9", True), ("~1.2.3", "1.3.0", False), ("~1", "1.9.0", True),
    (">1.2", "1.2.9", False), (">1.2", "1.3.0", True), ("<=1.2", "1.2.9", True), ("<=1.2", "1.3.0", False), (">=1.2, <1.5", "1.4.9", True), (">=1.2, <1.5", "1.5.0", False), ("1.*", "1.9.0", True),
    ("1.2.*", "1.3.0", False), ("*", "7.0.0", True), ("46", "46.0.0-rc.1", False), ("46.0.0-rc.1", "46.0.0-rc.2", True), ("46.0.0-rc.1", "46.0.0", True), ("46.0.0-rc.1", "46.0.1-rc.1", False),
    ("=46.0.0-dev", "46.0.0-dev", True), (">=1.0.0-alpha", "1.0.0-dev", True), ("0.133", "0.133.7", True), ("0.133", "0.134.0", False), ("^0.0.0", "0.0.1", False), ("<2", "2.0.0-alpha", False),
]  # fmt: skip


@pytest.mark.parametrize(("written", "version", "answer"), CARGO)
def test_a_cargo_requirement_holds_what_cargo_resolves(tmp_path: Path, written: str, version: str, answer: bool) -> None:
    assert requirement.satisfies(written, Version.of(version), "cargo") is answer
    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.skip("needs cargo")
    for name, text in (
        ("inner", f'[package]\nname = "inner"\nversion = "{version}"\n'),
        ("outer", f'[package]\nname = "outer"\nversion = "0.1.0"\n[dependencies]\ninner = {{ path = "../inner", version = "{written}" }}\n'),
    ):
        (tmp_path / name / "src").mkdir(parents=True)
        (tmp_path / name / "src" / "lib.rs").touch()
        (tmp_path / name / "Cargo.toml").write_text(text)
    done = subprocess.run([cargo, "generate-lockfile", "--offline"], cwd=tmp_path / "outer", capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode == 0) is answer, done.stderr
