"""The types of a manifest. `sync.manifest.read` fills them, `sync.manifest.schema` writes their JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from sync.source import KeyPath, dotted
from sync.version import Version


class At(NamedTuple):
    """Where in the manifest a thing is written: line and column, both from 1."""

    line: int = 0
    column: int = 0


class Range(NamedTuple):
    """The project's versions for which something holds: ``from`` <= version < ``below``; None is open."""

    start: Version | None = None
    below: Version | None = None

    def includes(self, project: Version | None) -> bool:
        """Whether it holds at that version of the project; one that is not known counts as the newest."""
        return self.below is None if project is None else project in self

    def __contains__(self, version: object) -> bool:
        return isinstance(version, Version) and (self.start is None or version >= self.start) and (self.below is None or version < self.below)


class Follow(NamedTuple):
    """How a component follows the project, for a range of the project's versions.

    ``rule`` is ``exact``, ``major``, ``step``, ``independent``, or a template such as ``0.{major + 87}.{patch}``.
    """

    rule: str
    holds: Range = Range()


class Ranged(NamedTuple):
    """Package patterns, and the project's versions for which something is said of them: that nobody manages them, or that another component does."""

    packages: tuple[str, ...]
    holds: Range


class Count(NamedTuple):
    """How often a place must match in each file: at least, and at most (None: any number)."""

    least: int
    most: int | None


class Place(NamedTuple):
    """A version in a file that does not say whose it is.

    ``files`` are globs from the repository's root. ``kind`` says how it is found: ``text`` (a literal with
    placeholders), or ``key``, ``name``, ``macro``, ``element`` (a selector, whose value ``template`` describes).
    One Place holds one pattern: a list in the manifest becomes several. It is looked for while the project's version is in ``holds``.
    """

    files: tuple[str, ...]
    kind: Literal["text", "key", "name", "macro", "element"]
    value: str | KeyPath
    template: str = "{version}"
    words: tuple[str, ...] = ()
    declares: str = ""
    of: str = ""
    spelling: str = ""
    count: Count | None = None  # type: ignore[assignment]  # a place has no use for the method of that name
    at: At = At()
    holds: Range = Range()

    @property
    def early(self) -> str:
        """The template of a pre-release, where it is written otherwise there (R's X.Y.Z.0): the word with placeholders; "" where there is none."""
        return next((word for word in self.words if "{" in word), "")

    @property
    def shown(self) -> str:
        """The place for people: ``text 'v{version}'``, ``key 'package.version' as "v{version}"``."""
        value = dotted(self.value) if isinstance(self.value, tuple) else self.value
        tail = f' as "{self.template}"' if self.kind != "text" and self.template != "{version}" else ""
        return f"{self.kind} {value!r}{tail}"


class Repo(NamedTuple):
    """One repository. ``tag``, ``line`` and ``commit`` are templates; ``read`` maps a path to the adapter that reads it.

    ``audited`` maps a glob to the texts whose version is no place of ours; a text that is nothing but ``{version}`` means every number in the file.
    """

    name: str
    url: str = ""
    tag: str = "v{version}"
    line: str = ""
    commit: str = "Release {version}"
    ignore: tuple[str, ...] = ()
    read: Mapping[str, str] = MappingProxyType({})
    after: tuple[str, ...] = ()
    audited: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    at: At = At()


class Component(NamedTuple):
    """What is released under one number. ``packages`` are package-URL patterns, ``tier`` None is unclassified."""

    name: str
    repo: str
    tier: int | None = None
    packages: tuple[str, ...] = ()
    version: tuple[Follow, ...] = (Follow("exact"),)
    bundles: str = ""
    requirement: Literal["", "=", "^", "~"] = ""
    ranges: Literal["keep", "follow", "leave"] = "keep"
    prereleases: bool = False
    unmanaged: tuple[Ranged, ...] = ()
    former: tuple[Ranged, ...] = ()
    ignore_packages: tuple[str, ...] = ()
    retired: Version | None = None
    places: tuple[Place, ...] = ()
    at: At = At()

    def follows(self, project: Version) -> str:
        """The rule that holds at that version of the project; ``exact`` where no range fits."""
        for follow in self.version:
            if project in follow.holds:
                return follow.rule
        return "exact"


class Manifest(NamedTuple):
    """A whole project. ``path`` is the file that it was read from, as the user named it."""

    path: str
    name: str
    leader: str
    repos: Mapping[str, Repo]
    components: tuple[Component, ...]
    policy: str = ""
    adapters: tuple[str, ...] = ()
    advisories: str = ""

    def component(self, name: str) -> Component:
        """The component of that name. Raises KeyError."""
        for component in self.components:
            if component.name == name:
                return component
        raise KeyError(name)

    @property
    def lead(self) -> Component:
        """The leader, whose version is the project's."""
        return self.component(self.leader)
