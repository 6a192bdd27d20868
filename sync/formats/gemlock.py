"""Gemfile.lock: sections by indentation, after Bundler's own lockfile parser (bundler/lockfile_parser.rb).

The leaves, with ``s`` counting the sections of one kind (a file has a PATH section for each folder):

- ``("PATH", s, "remote")``; ``("GIT", s, "revision")`` and every other option of a section;
- ``("PATH", s, "specs", i, "name")``, ``"version"``, and ``"platform"`` where one is written; GEM, GIT and PLUGIN SOURCE alike;
- ``("PATH", s, "specs", i, "dependencies", j, "name")`` and ``"requirement"`` (``>= 0.5, < 2``), the latter where one is written;
- ``("DEPENDENCIES", i, "name")``, ``"requirement"``, and ``"pinned"`` for the ``!`` of a gem with a source of its own;
- ``("CHECKSUMS", i, "name")``, ``"version"``, ``"platform"``, and ``"checksum"`` where one is written.
"""

from __future__ import annotations

import re
from typing import Final

from sync.errors import UnreadableError
from sync.source import Document, KeyPath, Leaf, Source, Span

reread: None = None
"""There is no second reader: the proof is a second scan."""

_SOURCES: Final = ("PATH", "GIT", "GEM", "PLUGIN SOURCE")
_SECTION: Final = re.compile(rb"[A-Z][A-Z ]*\Z")
_OPTION: Final = re.compile(rb"  ([a-z_]+): ?(.*)\Z")
_ENTRY: Final = re.compile(rb"( +)([^ ()!]+)(?: \(([^()]*)\))?(!)?(?: ([^ ()]+))?\Z")
_CONFLICT: Final = re.compile(rb"(?:<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)")


def read(source: Source) -> Document:
    """The leaves of a Gemfile.lock. Raises UnreadableError, with its place, for a merge conflict and for a line that no section has."""
    leaves: list[Leaf] = []
    counts: dict[str, int] = {}
    section = ""
    root: KeyPath = ()
    spec = dependency = entry = -1
    at = 0
    for raw in source.body.split(b"\n"):
        line, start = raw.rstrip(b"\r"), at
        at += len(raw) + 1
        if not line.strip():
            continue
        if _CONFLICT.match(line):
            raise UnreadableError(source.problem(start, "an unresolved merge conflict", "resolve it, or let bundle install write the file anew"))
        if line[:1] != b" ":
            if not _SECTION.match(line):
                raise UnreadableError(source.problem(start, "neither a section nor an indented entry of one"))
            section = line.decode()
            spec = dependency = entry = -1
            root = (section, counts.get(section, 0)) if section in _SOURCES else (section,)
            counts[section] = counts.get(section, 0) + 1
            continue
        if section in _SOURCES:
            option = _OPTION.match(line)
            if option is not None:
                _add(leaves, source, (*root, option[1].decode()), start, option.span(2))
                continue
        elif section not in ("DEPENDENCIES", "CHECKSUMS"):
            continue
        found = _ENTRY.match(line)
        depth = len(found[1]) if found is not None else 0
        if found is None or depth not in ((4, 6) if section in _SOURCES else (2,)) or (depth == 6 and spec < 0):
            raise UnreadableError(source.problem(start, f"no entry of a {section or 'lock file'} section; it should be: NAME (VERSION)"))
        if depth == 6:
            dependency += 1
            path: KeyPath = (*root, "specs", spec, "dependencies", dependency)
        elif depth == 4:
            spec, dependency = spec + 1, -1
            path = (*root, "specs", spec)
        else:
            entry += 1
            path = (*root, entry)
        _add(leaves, source, (*path, "name"), start, found.span(2))
        if found[3] is not None:
            if depth == 4 or section == "CHECKSUMS":
                _version(leaves, source, path, start + found.start(3), found[3])
            else:
                _add(leaves, source, (*path, "requirement"), start, found.span(3))
        if found[4] is not None:
            _add(leaves, source, (*path, "pinned"), start, found.span(4))
        if found[5] is not None:
            _add(leaves, source, (*path, "checksum"), start, found.span(5))
    return Document(leaves)


_CANDIDATE = re.compile(rb"(?:alpha|beta|pre|rc|dev)\b[.\d]*\Z")


def _version(leaves: list[Leaf], source: Source, path: KeyPath, start: int, text: bytes) -> None:
    """``1.17.3-x86_64-linux`` is a version and a platform: a gem's version holds no dash, but scripts write ``2.0.0-rc.1``."""
    version, dash, platform = text.partition(b"-")
    if _CANDIDATE.match(platform):
        version, dash, platform = text, b"", b""
    _add(leaves, source, (*path, "version"), start, (0, len(version)))
    if dash:
        _add(leaves, source, (*path, "platform"), start, (len(text) - len(platform), len(text)))


def _add(leaves: list[Leaf], source: Source, path: KeyPath, offset: int, bounds: tuple[int, int]) -> None:
    span = Span(offset + bounds[0], offset + bounds[1])
    leaves.append(Leaf(path, span, source.text(span)))
