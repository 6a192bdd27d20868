"""The number of a repository whose files name no package with one: a VERSION file, a property, a constant that the tags have followed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sync import spelling
from sync.catfile import CatFile
from sync.errors import UnreadableError
from sync.fit import Shape
from sync.init.model import Component, title
from sync.init.survey import SAMPLES, Survey, aside
from sync.learn import moves, spots
from sync.learn.releases import blobs_at
from sync.learn.spots import Token
from sync.manifest.model import Place
from sync.manifest.shape import fits
from sync.source import Source, Span
from sync.version import Version

DEEP: Final = 2
"""Folders below which a repository's own number is not looked for."""

SMALL: Final = 1 << 16
"""Bytes of a file that may state it."""

MANY: Final = 600
"""Files that are looked into."""

_FILE: Final = re.compile(r"(?:^|/)[^/]*version[^/]*$", re.IGNORECASE)
"""A file that is named after what it states."""

_NAME: Final = re.compile(rb"^\s*name\s*=\s*[\"']([A-Za-z0-9][\w.-]*)[\"']|\bname\s*=\s*[\"']([A-Za-z0-9][\w.-]*)[\"']", re.MULTILINE)


def stated(survey: Survey) -> Component | None:
    """A component whose package is declared by a place; None where no file says what the newest tag says, and there is no VERSION file."""
    newest = max(survey.tagged, default=None)
    paths = [path for path in survey.scan.paths if path.count("/") <= DEEP and not aside(path) and not moves.NOTES.search(path) and not moves.LOCKS.search(path)]
    rows: list[tuple[int, int, int, str, Place, str]] = []
    past = _past(survey)
    for path, raw in survey.tree.read_many(sorted(paths, key=lambda one: (one.count("/"), one))[:MANY], lambda _: None):
        if len(raw) > SMALL or b"\0" in raw:
            continue
        try:
            source = Source.of(path, raw)
        except UnreadableError:
            continue
        for span, text, version in _tokens(source, newest):
            for ways in spots.spots(source, (Token(span, text, (Shape("{version}"),)),), frozenset()):
                place, fared = spots.best(ways, past(path), source, version)
                rows.append((fared.held, int(bool(_FILE.search(path))), -path.count("/"), path, place, text))
    rows = [row for row in rows if row[1] or row[0] >= min(3, len(survey.tagged))]
    if not rows:
        return None
    _, _, _, _, place, _ = max(rows, key=lambda row: row[:4])
    package = _package(survey)
    own = Place(place.files, place.kind, place.value, place.template, declares=package, spelling="semver" if not package.startswith("pkg:pypi/") else "")
    return Component(title(survey.name), survey.name, (package,), places=(own,), why="no file that names a package says its number")


def _tokens(source: Source, newest: Version | None) -> list[tuple[Span, str, Version]]:
    """What a file says that may be the newest release or one after it; in a file named after its version the only one that stands there."""
    spans = [Span(*span) for line in moves.lines(source.body) for span in line.spans]
    read = [(span, text, version) for span in spans if "." in (text := source.text(span)) and (version := spelling.parse(text)) is not None]
    if _FILE.search(source.path) and len({text for _, text, version in read if len(version.release) > 2}) == 1:
        return [one for one in read if len(one[2].release) > 2][:1]
    return [one for one in read if newest is not None and one[2] >= newest][:20]


def _past(survey: Survey) -> Callable[[str], list[tuple[Version, Source]]]:
    """What a file was at the newest tags, asked for path by path."""
    commits = {version: f"refs/tags/{survey.tagged[version]}" for version in sorted(survey.tagged)[-SAMPLES:]}

    def at(path: str) -> list[tuple[Version, Source]]:
        if not commits:
            return []
        shas = blobs_at(survey.tree.root, list(commits.values()), [path])
        with CatFile(survey.tree.root) as objects:
            bodies = {sha: body for sha, body in zip(shas.values(), objects.read_many(shas.values()), strict=True) if isinstance(body, bytes)}
        found = []
        for version, rev in commits.items():
            body = bodies.get(shas.get((rev, path), ""))
            if body is not None and b"\0" not in body:
                found.append((version, Source.of(path, body)))
        return found

    return at


def _package(survey: Survey) -> str:
    """The package that the number is of, as far as the files tell: of the first project file that has a name, else a generic one."""
    paths = sorted((path for path in survey.scan.paths if path.count("/") <= DEEP and not aside(path)), key=lambda one: (one.count("/"), one))
    for path in paths:
        base = path.rpartition("/")[2]
        if base in ("pyproject.toml", "setup.py", "setup.cfg"):
            match = _NAME.search(survey.tree.read(path))
            if match is not None:
                return f"pkg:pypi/{(match[1] or match[2]).decode()}"
        if base.endswith((".csproj", ".fsproj")) and fits("package", f"pkg:nuget/{base.rpartition('.')[0]}"):
            return f"pkg:nuget/{base.rpartition('.')[0]}"
    return f"pkg:generic/{title(survey.name)}"
