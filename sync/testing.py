"""The laws that every adapter must satisfy, built in or not: `check_case` holds one fixture folder against one adapter.

A case is a folder ``<case>/{case.toml,in/,out/,broken/}``. ``case.toml`` lists exactly the sites, pointers and left-behind
lock entries that the adapter must find in ``in/``; ``out/`` holds the files that change when every site is set to ``set``.
CONTRIBUTING shows one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sync import template
from sync.adapter import Adapter, Left, Packages, Pointer, Site, Upward
from sync.errors import Problem, UnreadableError
from sync.registry import Registry
from sync.source import BOM, Source
from sync.version import Version

DEFAULT = "4.5.6"


class Case(NamedTuple):
    """One fixture: its folder, what ``case.toml`` says, and its files by path."""

    folder: Path
    data: dict[str, Any]
    files: dict[str, bytes]


def cases(fixtures: Path, name: str) -> list[Case]:
    """The cases of the adapter ``name`` below ``fixtures``."""
    return [read_case(path.parent) for path in sorted((fixtures / name).glob("*/case.toml"))]


def read_case(folder: Path) -> Case:
    """The case in that folder."""
    files = {path.relative_to(folder / "in").as_posix(): path.read_bytes() for path in sorted((folder / "in").rglob("*")) if path.is_file()}
    return Case(folder, tomllib.loads((folder / "case.toml").read_text("utf-8")), files)


class Finds(NamedTuple):
    """What an adapter finds in a tree, with the source of each."""

    sites: list[tuple[Source, Site]]
    pointers: list[tuple[Source, Pointer]]
    left: list[tuple[Source, Left]]


def find(adapter: Adapter, registry: Registry, name: str, files: dict[str, bytes], listed: list[str]) -> Finds:
    """Runs an adapter over all files that it reads: declarations first, then references to what was declared or is ``listed``."""
    sources = [Source.of(path, raw) for path, raw in files.items() if registry.route(path) == name and _needed(adapter, raw)]
    found = Finds([], [], [])
    declared: dict[str, str] = {}
    for source in sources:
        for one in adapter.declarations(source):
            if isinstance(one, Site):
                found.sites.append((source, one))
            else:
                found.pointers.append((source, one))
            declared.setdefault(one.package, source.path)
    known = Packages(declared, frozenset(listed).__contains__)
    for source in sources:
        for other in adapter.references(source, known):
            if isinstance(other, Site):
                found.sites.append((source, other))
            else:
                found.left.append((source, other))
    return found


def _needed(adapter: Adapter, raw: bytes) -> bool:
    return not adapter.NEEDS or any(word in raw for word in adapter.NEEDS)


def rewritten(sites: list[tuple[Source, Site]], wanted: str) -> dict[str, bytes]:
    """The files after every site is set to a version, by path; those that stay as they are are left out."""
    by_path: dict[str, tuple[Source, list[Site]]] = {}
    for source, site in sites:
        by_path.setdefault(source.path, (source, []))[1].append(site)
    out = {}
    for path, (source, ones) in by_path.items():
        body, at, pieces = source.body, 0, [source.bom]
        for site in sorted(set(ones)):
            new = template.compile(site.template).render(Version.of(wanted), site.spelling, site.text, site.role == "requires")
            pieces += (body[at : site.span.start], new.encode())
            at = site.span.end
        after = b"".join([*pieces, body[at:]])
        if after != source.raw:
            out[path] = after
    return out


def check_case(adapter: Adapter, registry: Registry, name: str, case: Case) -> None:
    """Raises AssertionError, with the law, where the adapter breaks one on that case."""
    listed = case.data.get("known", [])
    wanted = case.data.get("set", DEFAULT)
    found = find(adapter, registry, name, case.files, listed)
    assert _shown(found, case) == _listed(case), f"{case.folder}: exactly the listed sites\n{_compared(_shown(found, case), _listed(case))}"
    _check_spans(found)
    again = find(adapter, registry, name, case.files, listed)
    assert _values(again) == _values(found), f"{case.folder}: pure: the same files give the same sites"
    out = rewritten(found.sites, wanted)
    expected = {path.relative_to(case.folder / "out").as_posix(): path.read_bytes() for path in sorted((case.folder / "out").rglob("*")) if path.is_file()}
    assert out == expected, f"{case.folder}: out/ is what the sites give: {_differing(out, expected)}"
    _check_set_then_read(adapter, registry, name, case, found, out, wanted)
    _check_bytes(adapter, registry, name, case, found)
    for path, raw in _broken(case):
        _check_broken(adapter, path, raw)


def _check_spans(found: Finds) -> None:
    spans: dict[str, list[Site]] = {}
    for source, site in found.sites:
        assert source.text(site.span) == site.text, f"{source.path}: the text of a site is what stands in its span"
        spans.setdefault(source.path, []).append(site)
    for path, sites in spans.items():
        ordered = sorted({site.span for site in sites})
        for one, other in pairwise(ordered):
            assert one.end <= other.start, f"{path}: sites are disjoint: {one} {other}"


def _check_set_then_read(adapter: Adapter, registry: Registry, name: str, case: Case, found: Finds, out: dict[str, bytes], wanted: str) -> None:
    after = find(adapter, registry, name, {**case.files, **out}, case.data.get("known", []))
    assert len(after.sites) == len(found.sites), f"{case.folder}: as many sites after a set as before"
    for source, site in after.sites:
        shape = template.compile(site.template)
        assert site.role == "requires" or shape.holds(site.text, Version.of(wanted), site.spelling, site.spelling == "go"), f"{source.path}: set then read gives the value: {site}"
    assert rewritten(after.sites, wanted) == {}, f"{case.folder}: setting the present version changes nothing"
    back = find(adapter, registry, name, {**case.files, **rewritten(after.sites, "7.8.9")}, case.data.get("known", []))
    assert rewritten(back.sites, wanted) == {path: raw for path, raw in out.items() if raw != {**case.files, **rewritten(after.sites, "7.8.9")}[path]}, f"{case.folder}: the last set wins"


def _check_bytes(adapter: Adapter, registry: Registry, name: str, case: Case, found: Finds) -> None:
    """A BOM, CRLF and a missing final newline change no site."""
    listed = case.data.get("known", [])
    texts = [(source.path, site.text, site.package, site.role) for source, site in found.sites]
    variants = {
        "a BOM": {path: raw if raw.startswith(BOM) else BOM + raw for path, raw in case.files.items()},
        "CRLF": {path: raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for path, raw in case.files.items()},
        "a missing final newline": {path: raw.rstrip(b"\r\n") for path, raw in case.files.items()},
    }
    for what, files in variants.items():
        other = find(adapter, registry, name, files, listed)
        assert [(source.path, site.text, site.package, site.role) for source, site in other.sites] == texts, f"{case.folder}: {what} changes no site"


def _broken(case: Case) -> Iterator[tuple[str, bytes]]:
    folder = case.folder / "broken"
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _check_broken(adapter: Adapter, path: str, raw: bytes) -> None:
    """Broken input is a clear error, with a line, or nothing."""
    found: list[object] = []
    problems: tuple[Problem, ...] = ()
    try:
        source = Source.of(path, raw)
        if _needed(adapter, raw):
            found = [*adapter.declarations(source), *adapter.references(source, Packages({}, lambda _: True))]
    except UnreadableError as error:
        found, problems = [], error.problems
    assert found == [], f"{path}: broken input is an error or nothing, not {found}"
    assert all(one.path == path and one.message for one in problems), f"{path}: an error names its file"


def _row(source: Source, one: Site | Left) -> tuple[str, int]:
    return source.path, source.position(one.span.start)[0]


Row = tuple[object, ...]


def _shown(found: Finds, case: Case) -> list[Row]:
    """What was found, as rows to compare; a spelling only where the case names one for that site."""
    told = {(site["path"], site["line"], site["text"]) for site in case.data.get("sites", []) if "spelling" in site}

    def row(source: Source, site: Site) -> Row:
        place = (*_row(source, site), site.text)
        return (*place, site.role, site.package, site.operator, site.local, site.template, site.spelling if place in told else "")

    def names(to: tuple[str | Upward, ...]) -> tuple[str, ...]:
        return tuple(f"^{one.name}" if isinstance(one, Upward) else one for one in to)

    sites = [row(source, site) for source, site in found.sites]
    pointers = [(source.path, 0, "", "pointer", pointer.package, names(pointer.to)) for source, pointer in found.pointers]
    left = [(source.path, 0, one.text, "left", one.package, one.command) for source, one in found.left]
    return sorted([*sites, *pointers, *left], key=str)


def _listed(case: Case) -> list[Row]:
    """What ``case.toml`` lists, as the same rows."""

    def row(site: dict[str, Any]) -> Row:
        place = (site["path"], site["line"], site["text"], site["role"], site["package"])
        return (*place, site.get("operator", ""), site.get("local", False), site.get("template", "{version}"), site.get("spelling", ""))

    sites = [row(site) for site in case.data.get("sites", [])]
    pointers = [(one["path"], 0, "", "pointer", one["package"], tuple(one["to"])) for one in case.data.get("pointers", [])]
    left = [(one["path"], 0, one["text"], "left", one["package"], one["command"]) for one in case.data.get("left", [])]
    return sorted([*sites, *pointers, *left], key=str)


def _values(found: Finds) -> tuple[object, ...]:
    return ([one for _, one in found.sites], [one for _, one in found.pointers], [one for _, one in found.left])


def _compared(have: list[Row], want: list[Row]) -> str:
    return "\n".join([f"  found, not listed: {row}" for row in have if row not in want] + [f"  listed, not found: {row}" for row in want if row not in have])


def _differing(have: dict[str, bytes], want: dict[str, bytes]) -> str:
    return ", ".join(sorted(path for path in {*have, *want} if have.get(path) != want.get(path)))
