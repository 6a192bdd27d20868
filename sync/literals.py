"""Where a component's number stands in a text, in every spelling."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from sync import spelling as spellings
from sync.manifest.model import Component
from sync.version import Version, increment

Kind = Literal["full", "underscore", "packed", "short", "go", "split", "snapshot", "beside"]
"""How much of the number is written: all of it (with dots, with underscores, as one integer), major and minor, a Go suffix, one part.
``snapshot`` is Maven's snapshot of the version after it; ``beside`` another number that stands as managed ones do.
"""


class Wanted(NamedTuple):
    """A number that is looked for, and whose it is; with ``modules`` (the last names of Go modules) only as the suffix of one of these."""

    component: Component
    version: Version
    modules: tuple[bytes, ...] = ()


PARTS: Final = (b"MAJOR", b"Major", b"major")
"""What stands in a file that holds a version's parts one by one."""

_SPLIT: Final = (
    rb"(MAJOR|MINOR|PATCH|MICRO|TINY|REVISION|[Mm]ajor|[Mm]inor|[Pp]atch|[Mm]icro|[Tt]iny|[Rr]evision)"
    rb"(?i:_?ver(?:sion)?)?[\"']?\)?(?:[ \t]*+(?::?=|==|[:,(])[ \t]*+|[ \t]++)[\"'(]?([0-9]{1,9})(?![0-9.])"
)

NEAR: Final = 400
"""Bytes within which the parts of one version stand."""

NO_CODE: Final = r"(?!.*\.(?:bat|cc?|cjs|cmake|cpp|cs|exs?|go|gradle|h|hpp|java|jl|js|kts?|lua|mjs|php|pl|ps1|py|rb|rs|sbt|scala|sh|swift|tsx?|zig)\Z)"
"""Regex source, at the start of a path: what tells of releases is text, and what makes one is code."""

_TAIL: Final = rb"[-._~]?(?i:alpha|beta|rc|pre|preview|dev|snapshot|post|m(?=[0-9])|a(?=[0-9])|b(?=[0-9]))[-._]?[0-9]*"
"""What makes another version of a number that it stands behind."""


def bare(text: str) -> bool:
    """Whether a pattern says nothing of whose version it is: a file of Maven or NuGet may hold others' so at any time."""
    return re.fullmatch(r"<[Vv]ersion>\{[^{}]*\}</[Vv]ersion>", text) is not None


def needles(wanted: Iterable[Wanted]) -> list[bytes]:
    """Byte strings of which one occurs in every file that may hold one of the literals."""
    found = dict.fromkeys((*(word[1:] for word in PARTS), b"-SNAPSHOT<"))  # git takes longer for three words than for what two of them share
    for one in wanted:
        version = one.version
        found.update((b"%s/v%d" % (name, version.major), None) for name in one.modules)
        if not one.modules and len(version.release) > 1:
            found[_short(version, ".") if _telling(version) else _whole(version, ".")] = None
            found[_whole(version, "_")] = None
            if _packed(version):
                found[_packed(version).encode()] = None
    return list(found)


class Number(NamedTuple):
    """Where a number stands: its span in bytes, how much of it, the template that it is, and the spelling."""

    start: int
    end: int
    kind: Kind
    template: str
    spelling: str


def every(body: bytes, wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, Number]]:
    """Everywhere that one of the numbers stands, also in parts; a place comes once for each that it says."""
    parts = list(_parts(body))
    for one in wanted:
        yield from ((one, number) for number in standing(body, one))
        if not one.modules:
            yield from ((one, number) for number in _split(parts, one.version))


def standing(body: bytes, one: Wanted) -> Iterator[Number]:
    """Where that number stands whole: all that `every` finds of it, less the parts of a version one by one."""
    return _suffixes(body, one) if one.modules else _literals(body, one.version)


def modules(component: Component) -> tuple[bytes, ...]:
    """The last names of the component's Go modules, which its number may follow as a suffix."""
    return tuple(name.rpartition("/")[2].encode() for name in component.packages if name.startswith("pkg:golang/") and "*" not in name)


def _suffixes(body: bytes, one: Wanted) -> Iterator[Number]:
    """``/v46`` behind the name of a module; with ``@v46.0.0`` behind it, where that is another version than wanted and so is not found by itself."""
    for name in one.modules:
        if name in body:
            for match in _regex(re.escape(name) + rb"/v(%d)(?![0-9.])(?:@v([0-9]+\.[0-9]+\.[0-9]+))?" % one.version.major).finditer(body):
                other = match[2] is not None and Version.of(match[2].decode()) != one.version
                yield Number(match.start(1), match.end(2 if other else 1), "go", "{major}@v{version}" if other else "{major}", "semver")


def _literals(body: bytes, version: Version) -> Iterator[Number]:
    if len(version.release) > 1:
        for start, end in _standing(body, _whole(version, "."), rb"(?<![0-9])(?<![0-9]\.)", rb"(?![0-9])"):
            yield from _full(body, start, end, version)
        for start, end in _standing(body, _whole(version, "_"), rb"(?<![0-9])", rb"(?![0-9])"):
            whole = len(version.release) == 3  # a name leaves the pre-release out
            yield Number(start, end, "underscore", "{major}_{minor}_{patch}" if whole else "{version}", "semver" if whole else "underscore")
        if _telling(version) and len(version.release) > 2:
            for start, end in _standing(body, _short(version, "."), rb"(?<![0-9])(?<![0-9]\.)", rb"(?![0-9]|\.[0-9])"):
                yield Number(start, end, "short", "{major}.{minor}", "semver")
    if packed := _packed(version).encode():
        for start, end in _standing(body, packed, rb"(?<![0-9A-Za-z.])", rb"(?![0-9A-Za-z.])"):
            yield Number(start, end, "packed", "{major}{minor:02}{patch:02}", "semver")
    yield from _snapshots(body, version)


def _standing(body: bytes, number: bytes, before: bytes, after: bytes) -> Iterator[tuple[int, int]]:
    """Where a number stands between those: each is looked at where its bytes are found, as a regex that looks behind it first would try every byte."""
    at = body.find(number)
    while at >= 0:
        match = _regex(before + re.escape(number) + after).match(body, at)
        if match is not None:
            yield match.span()
        at = body.find(number, at + 1 if match is None else match.end())


def _snapshots(body: bytes, version: Version) -> Iterator[Number]:
    """The next version's snapshot, as Maven's release plugin leaves it right after a release."""
    if b"-SNAPSHOT<" not in body or version.is_prerelease:
        return
    after = {increment(version.final, word) for word in ("patch", "minor", "major")}
    for match in _regex(rb"(?<![0-9.])([0-9]{1,9}(?:\.[0-9]{1,9}){1,3})-SNAPSHOT(?=<)").finditer(body):
        if Version.of(match[1].decode()) in after:
            yield Number(match.start(), match.end(), "snapshot", "{version}", "maven")


def _full(body: bytes, start: int, end: int, version: Version) -> Iterator[Number]:
    """A whole number with dots: with its pre-release, as its numbers alone, or with more behind it that is no version's."""
    for spelling in ("semver", "pep440", "gem"):
        match = _regex(spellings.pattern(spelling).encode()).match(body, start)
        if match is not None and match.end() >= end and spellings.parse(match[0].decode("ascii", "replace"), spelling) == version:
            yield Number(start, match.end(), "full", "{version}", "maven" if match[0].endswith(b"-SNAPSHOT") else spelling)
            return
    if _regex(_TAIL).match(body, end) is not None:
        return
    yield Number(start, end, "full", "{release}" if version.is_prerelease or body[end : end + 1] == b"." else "{version}", "semver")


class _Part(NamedTuple):
    """Where a part of a version stands by itself: its span, ``major``, ``minor`` or ``patch``, the number, and whether its line names a version."""

    start: int
    end: int
    name: str
    number: int
    named: bool


def _parts(body: bytes) -> Iterator[_Part]:
    """All of a file, if there is a major among them."""
    if next(majors(body), None) is None:
        return
    names = {b"major": "major", b"minor": "minor", b"patch": "patch", b"micro": "patch", b"tiny": "patch", b"revision": "patch"}
    lower, line, told, seen = body.lower(), 0, -1, 0
    for match in _regex(_SPLIT).finditer(body):  # looks at no byte twice: a line may be as long as the file
        line = max(line, body.rfind(b"\n", seen, match.start()) + 1)
        told = max(told, lower.rfind(b"ver", max(seen - 2, 0), match.end()))
        seen = match.end()
        yield _Part(*match.span(2), names[match[1].lower()], int(match[2]), told >= line)


def _all(body: bytes, word: bytes) -> Iterator[int]:
    at = body.find(word)
    while at >= 0:
        yield at
        at = body.find(word, at + 1)


def majors(body: bytes) -> Iterator[tuple[int, int]]:
    """Where a major stands by itself, and the number: without it no version is split."""
    for word in PARTS:
        for at in _all(body, word):
            match = _regex(_SPLIT).match(body, at)
            if match is not None:
                yield at, int(match[2])


def _split(parts: Sequence[_Part], version: Version) -> Iterator[Number]:
    """The parts of a version one by one, where at least two of them, one the major, stand near each other: all three, or in lines that name a version."""
    found = [one for one in parts if one.number == getattr(version, one.name)]
    if any(one.name == "major" for one in found):
        starts = [one.start for one in found]
        for one in found:
            near = found[bisect_right(starts, one.start - NEAR) : bisect_left(starts, one.start + NEAR)]
            told = one.named and any(other.named and other.name != one.name for other in near)
            if told or len({other.name for other in near}) == 3:
                yield Number(one.start, one.end, "split", f"{{{one.name}}}", "semver")


def _whole(version: Version, separator: str) -> bytes:
    return separator.join(map(str, version.release)).encode()


def _short(version: Version, separator: str) -> bytes:
    return separator.join(map(str, version.release[:2])).encode()


def _telling(version: Version) -> bool:
    """Whether major and minor alone are rare enough to be looked for: ``46.0`` and ``0.22``, not ``3.4``."""
    return len(_short(version, ".")) > 3


def _packed(version: Version) -> str:
    """``460001`` for 46.0.1; "" where that says too little to be told from any other number."""
    if not version.major or version.minor > 99 or version.patch > 99 or len(version.release) < 3:
        return ""
    return f"{version.major}{version.minor:02}{version.patch:02}"


@lru_cache(maxsize=256)
def _regex(source: bytes) -> re.Pattern[bytes]:
    return re.compile(source)
