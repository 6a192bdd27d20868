"""How much a literal looks like a forgotten place: what stands around it, where the file lies, and what its history says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from sync.audit.moved import Moved
from sync.audit.uncovered import Found
from sync.literals import NO_CODE

GENERATED: Final = -50
"""The weight of a file that a tool writes: marked so by .gitattributes, or by its own first lines."""

MOST: Final = 120
"""The weight of a literal that moved with every past release: more than anything else can weigh."""

LIKELY: Final = 20
"""The weight from which a literal is reported without being asked for."""


class Weight(NamedTuple):
    """A part of a literal's weight, and the reason in a few words."""

    points: int
    why: str


FOREIGN: Final = Weight(-130, "a requirement on another's package")
"""The weight of what only happens to have the number."""

_LINES: Final = (
    (25, rb"(?i)(?:version|\bver|vsn|_ver)\w{0,12}[\"'\])]{0,2}(?:\s*(?::?=>?|:|>|\(|,)\s*|\s+(?:(?:is|at|to)\s+)?)(?:&?\w+\s*=\s*)?[\"'(v\[{=^~>]*$", "", "a version by its name"),
    (12, rb"(?i)(?:://|\b(?:install|get|add|download|require|implementation|classpath|from|image)\b|@v?$|[-/]v?$)", rb"(?i)^\.(?:jar|gem|whl|zip|tar|nupkg|tgz)", "a command, a file or an address"),
)
"""Points, what the line holds before the literal (or begins with after it), and why."""

_FRIENDS: Final = (
    rb"(?i)(?:\b(?:since|version-?(?:added|changed|removed)|deprecat\w+|added|introduced|starting|prior|before|until|as of|fixed|removed|changed|at least|older than|newer than"
    rb"|later than|up to|upgrad\w+|migrat\w+|compared to|backport\w+|between|after|was|were"
    rb"|in)\b|(?:^|\s)[<>]=?(?=\s*v?$))\W*(?:(?:in|with|from|to|the|than|of|on|at|version|release|v)\W+){0,3}(?:[\w-]+\s+)?v?$"
)
"""What makes a version in prose a point in history and not the present one."""

_PLACES: Final = (
    (-70, rf"(?i)\A{NO_CODE}.*?(?<![^/])(?:change|changes|changelog|history|news|release|releases|release[-_]?notes|upgrad\w*|migrat\w*)(?:[-_.][^/]*)?(?:$|/)", "release notes"),
    (-70, r"(?i)(?:^|/)(?:vendor|vendored|third[-_]?party|3rdparty|node_modules|external|deps|submodules|supply-chain)/", "a vendored tree"),
    (-130, r"(?i)(?:^|/)(?:[^/]*\.lock(?:file|b)?|[^/]*[-.]lock\.(?:json|ya?ml)|npm-shrinkwrap\.json|go\.sum|Package\.resolved)$", "a lock file"),
    (-25, r"(?i)(?:^|/)(?:tests?|testing|spec|specs|testdata|test[-_]data|fixtures?|snapshots?|__tests__|golden|corpus|benches|fuzz)/", "tests or fixtures"),
    (-12, r"(?i)(?:^|/)(?:docs?|rfcs?|examples?|blog|archive)/", "documentation or examples"),
    (15, r"(?i)(?:^|/)\.?[^/]*version[^/]*$", "the file is named after a version"),
)


def line(found: Found, body: bytes, names: Sequence[bytes]) -> Iterator[Weight]:
    """What the line says by itself. ``names``: the project's and its packages', in lower case."""
    head = body.rfind(b"\n", 0, found.start) + 1
    tail = body.find(b"\n", found.end)
    before, after = body[max(head, found.start - 300) : found.start], body[found.end : len(body) if tail < 0 else min(tail, found.end + 300)]
    friend = found.kind != "split" and _regex(_FRIENDS).search(before) is not None
    named = False
    if friend:
        yield Weight(-45, "it tells of a past or a first version")
    for points, lead, close, why in _LINES:
        if not friend and (_regex(lead).search(before) or close and _regex(close).search(after)):
            named = True
            yield Weight(points, why)
    if any(name in (before + after).lower() for name in names):
        yield Weight(12, "the project's name stands beside it")
    if len(body) < 64 and body.strip() == body[found.start : found.end]:
        yield Weight(40, "the file holds nothing else")
    yield from _kind(found, named)


def file(body: bytes, path: str) -> Iterator[Weight]:
    """What the file says of all that stands in it: where it lies, and its first lines."""
    if _regex(rb"(?i)(?:auto-?|@|\b)generated (?:by|from|file|code)|do not (?:edit|modify)").search(body[:600]):
        yield Weight(GENERATED, "a generated file")
    for points, pattern, why in _PLACES:
        if _text_regex(pattern).search(path):
            yield Weight(points, why)
    yield Weight(-path.count("/"), "")


def _kind(found: Found, named: bool) -> Iterator[Weight]:
    if found.kind == "split":
        yield Weight(35, "a part of the version by its name")
    elif found.kind == "go":
        yield Weight(35, "the suffix of a Go module")
    elif found.kind in ("short", "packed") and not named:
        yield Weight(-40, "a number that may be any")
    elif found.kind == "short":
        yield Weight(-10, "")
    elif found.kind == "beside":
        yield Weight(10, "it stands as managed versions of the file do")


def history(moved: Moved) -> Iterator[Weight]:
    """What past releases say."""
    if moved.moved:
        yield Weight(MOST - 50 + 50 * moved.moved // moved.looked, f"it moved with {moved.moved} of {moved.looked} past releases")
    if moved.kept:
        yield Weight(-80, "past versions stand there as well")
    if moved.same and not moved.moved:
        yield Weight(-60, "the same number stood there in past releases")


@lru_cache(maxsize=64)
def _regex(source: bytes) -> re.Pattern[bytes]:
    return re.compile(source)


@lru_cache(maxsize=64)
def _text_regex(source: str) -> re.Pattern[str]:
    return re.compile(source)
