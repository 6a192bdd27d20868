"""What every importer makes of a configuration: parts that share a number, the versions that were marked in files, and what is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sync.adapter import Selector
from sync.errors import Problem
from sync.source import KeyPath


class Mark(NamedTuple):
    """A version that the tool rewrites: a stretch of bytes in a file's body, and which parts of the version it holds.

    ``pattern`` is the text, as a template, by which the tool finds it, where it says so; ``glob`` the pattern that named the file;
    ``select`` a key or element that means it, whose whole value is ``written``.
    """

    path: str
    start: int
    end: int
    template: str = "{version}"
    pattern: str = ""
    glob: str = ""
    spelling: str = ""
    select: Selector | None = None
    written: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One place of the manifest."""

    files: tuple[str, ...]
    kind: Literal["text", "key", "name", "macro", "element", "whole"]
    value: str | KeyPath
    template: str = ""
    declares: str = ""
    spelling: str = ""
    count: str = ""
    comment: str = ""


@dataclass(slots=True)
class Part:
    """What moves under one number: a component to be. ``comment`` lines stand above it in the manifest."""

    name: str
    packages: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    version: str = "exact"
    requirement: str = ""
    ranges: str = ""
    ignored: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """What one tool's configuration says, in versync's terms. The first part is the leader."""

    tool: str
    parts: list[Part]
    tag: str = ""
    commit: str = ""
    after: list[str] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def state(path: str, key: KeyPath, tool: str, template: str = "", spelling: str = "") -> Row:
    """The tool's own record of the version: kept in step as long as its file is there, so that both tools can be used for a while."""
    return Row((path,), "key", key, template, spelling=spelling, count="0..1", comment=f"{tool} keeps the version here; nothing is amiss when this file goes")
