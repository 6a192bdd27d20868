"""TOML to a Manifest: every problem at once, each with its place.

The shape is checked by `sync.manifest.shape`; what a table of fields cannot say (references between
components, ranges, doubles) is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sync.errors import UsageError
from sync.manifest.kinds import FORMS
from sync.manifest.match import is_pattern, matches
from sync.manifest.model import Component, Count, Follow, Manifest, Place, Range, Ranged, Repo
from sync.manifest.schema import KINDS_OF_PLACE, MANIFEST
from sync.manifest.shape import Shape, nearest, title
from sync.manifest.where import parsed
from sync.source import KeyPath

FILE: Final = "versync.toml"
"""The manifest that is searched for where none is named."""

Table = dict[str, Any]


def find(start: Path) -> Path | None:
    """The nearest ``versync.toml`` in that folder or one above it, or None."""
    here = start.absolute()
    return next((folder / FILE for folder in (here, *here.parents) if (folder / FILE).is_file()), None)


def shipped(name: str) -> Path | None:
    """The manifest of that name that comes with versync (``wasmtime``), or None."""
    path = folder() / f"{name}.toml"
    return path if re.search(FORMS["name"].pattern, name) and path.is_file() else None


def names() -> tuple[str, ...]:
    """The names of all manifests that come with versync, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.toml")))


def folder() -> Path:
    """Where the manifests are that come with versync. In a wheel the manifests stand beside the modules; in a checkout at its root."""
    package = Path(__file__).parents[1]
    wheel = package / "manifests_data"
    return wheel if wheel.is_dir() else package.parent / "manifests"


def read(path: str, raw: bytes) -> Manifest:
    """The manifest in these bytes; ``path`` is its name in messages. Raises UsageError with all that is wrong."""
    data, where = parsed(path, raw)
    shape = Shape(path, where)
    manifest = _Building(shape, shape.value(MANIFEST, data, ())).manifest(path)
    if shape.problems:
        raise UsageError(dict.fromkeys(shape.problems))
    return manifest


class _Building:
    """Frozen values from clean tables, and what is wrong between them."""

    def __init__(self, shape: Shape, data: Table) -> None:
        self.shape = shape
        self.where = shape.where
        self.project: Table = data.get("project", {})
        self.repos: dict[str, Table | None] = data.get("repos", {})
        self.components: list[Table] = [one or {} for one in data.get("components", ())]
        self.names = [one["name"] for one in self.components if "name" in one]

    def manifest(self, path: str) -> Manifest:
        self.doubles()
        repos = {name: self.repo(name, one) for name, one in self.repos.items() if one is not None}
        components = tuple(self.component(one, ("components", index)) for index, one in enumerate(self.components))
        leader = self.project.get("leader", "")
        if leader:
            self.leads(leader, components)
        return Manifest(path, self.project.get("name", ""), leader, repos, components, self.project.get("policy", ""), _given(self.project, "adapters"), self.project.get("advisories", ""))

    def leads(self, leader: str, components: Sequence[Component]) -> None:
        """The leader's own files say what the project's version is: it cannot follow anything."""
        path: KeyPath = ("project", "leader")
        self.reference(leader, path, self.names, "component")
        for one in components:
            if one.name == leader and (one.retired or one.bundles or one.version != (Follow("exact"),) or not one.packages):
                self.shape.wrong(self.where.value(path), f'the leader "{leader}" must list its package, and cannot be retired, bundle another component or follow a rule')

    def repo(self, name: str, data: Table) -> Repo:
        default = Repo(name)
        return Repo(
            name,
            data.get("url", default.url),
            data.get("tag", default.tag),
            data.get("line", default.line),
            data.get("commit", default.commit),
            _given(data, "ignore"),
            {path: adapter for path, adapter in data.get("read", {}).items() if adapter},
            _given(data, "after"),
            {file: tuple(text for text, _ in _each(texts, ())) for file, texts in data.get("audited", {}).items() if texts},
            self.where.key(("repos", name)),
        )

    def component(self, data: Table, path: KeyPath) -> Component:
        own, bundles = data.get("name", ""), data.get("bundles", "")
        if "repo" in data:
            self.reference(data["repo"], (*path, "repo"), list(self.repos), "repository")
        if bundles:
            self.reference(bundles, (*path, "bundles"), [name for name in self.names if name != own], "other component")
        if bundles and data.get("version", "exact") != "exact":
            self.shape.wrong(self.where.value((*path, "version")), f"version must be exact: {title(path)} carries {bundles}, and its number is the number of what it carries")
        return Component(
            own,
            data.get("repo", ""),
            data.get("tier"),
            _given(data, "packages"),
            tuple(self.follows(data.get("version", "exact"), (*path, "version"))),
            bundles,
            data.get("requirement", ""),
            data.get("ranges", "keep"),
            data.get("prereleases", False),
            tuple(self.ranged(data.get("unmanaged"), (*path, "unmanaged"))),
            tuple(self.ranged(data.get("former"), (*path, "former"))),
            _given(data, "ignore-packages"),
            data.get("retired"),
            tuple(self.places(data.get("places"), (*path, "places"), _given(data, "packages"))),
            self.where.value((*path, "name")),
        )

    def follows(self, data: str | list[Table | None], path: KeyPath) -> Iterator[Follow]:
        if isinstance(data, str):
            yield Follow(data)
            return
        for one, at in _tables(data, path):
            holds = self.range(one, at)
            if holds == Range() and at[-1] != len(data) - 1:
                self.shape.wrong(self.where.value(at), f"{title(at)} has neither from nor below, so it always holds and those after it never do", "put it last")
            yield Follow(one.get("rule", "exact"), holds)

    def ranged(self, data: list[Table | None] | None, path: KeyPath) -> Iterator[Ranged]:
        for one, at in _tables(data, path):
            yield Ranged(_given(one, "packages"), self.range(one, at))

    def range(self, data: Table, path: KeyPath) -> Range:
        holds = Range(data.get("from"), data.get("below"))
        if holds.start is not None and holds.below is not None and not holds.start < holds.below:
            self.shape.wrong(self.where.value((*path, "from")), f"from {holds.start} is not before below {holds.below}, so it never holds")
        return holds

    def places(self, data: list[Table | None] | Table | None, path: KeyPath, packages: tuple[str, ...]) -> Iterator[Place]:
        if isinstance(data, dict):
            for file, texts in data.items():
                for text, at in _each(texts, (*path, file)):
                    yield Place((file,), "text", text, at=self.where.value(at))
            return
        for one, at in _tables(data, path):
            self.place(one, at, packages)
            holds = self.range(one, at)
            for kind in KINDS_OF_PLACE:
                values = _each(one.get(kind), (*at, kind)) if kind != "key" else [(tuple(one["key"]), (*at, kind))] if "key" in one else []
                for value, tail in values:
                    for file, _ in _each(one.get("file"), at):
                        count = one.get("count")
                        yield Place(
                            (file,),
                            kind,
                            value,
                            one.get("as", "{version}"),
                            _given(one, "or"),
                            one.get("declares", ""),
                            one.get("of", ""),
                            one.get("spelling", ""),
                            Count(count, count) if isinstance(count, int) else count,
                            self.where.value(tail),
                            holds,
                        )

    def place(self, data: Table, path: KeyPath, packages: tuple[str, ...]) -> None:
        """What is wrong with one place of the list form, beyond its shape."""
        for key in ("as", "or"):
            if "text" in data and key in data:
                self.shape.wrong(self.where.key((*path, key)), f'"{key}" goes with key, name, macro or element; a text has its version in it')
        declared = data.get("declares")
        if declared and not any(matches(pattern, declared) for pattern in packages):
            self.shape.wrong(self.where.value((*path, "declares")), f"{declared} is not among the packages of its component", f'add "{declared}" to packages')
        if "of" in data:
            self.reference(data["of"], (*path, "of"), self.names, "component")

    def reference(self, name: str, path: KeyPath, known: Sequence[str], what: str) -> None:
        if name not in known:
            self.shape.wrong(self.where.value(path), f'{title(path)}: "{name}" is no {what} of this manifest', nearest(name, known))

    def doubles(self) -> None:
        """One name for two components; one package, or in one repository one pattern, in two places."""
        first: dict[tuple[str, str], KeyPath] = {}
        for index, one in enumerate(self.components):
            path: KeyPath = ("components", index)
            if "name" in one:
                self.double(first, ("component", one["name"]), (*path, "name"))
            for at, package in enumerate(one.get("packages", ())):
                if package:
                    self.double(first, (one.get("repo", "") if is_pattern(package) else "package", package), (*path, "packages", at))

    def double(self, first: dict[tuple[str, str], KeyPath], key: tuple[str, str], path: KeyPath) -> None:
        if key in first:
            line = self.where.value(first[key]).line
            self.shape.wrong(self.where.value(path), f'"{key[1]}" is listed a second time; the first is in line {line}')
        first.setdefault(key, path)


def _given(data: Table, key: str) -> tuple[str, ...]:
    """A list of texts without those that were wrong."""
    return tuple(one for one in data.get(key, ()) if one is not None)


def _tables(data: list[Table | None] | None, path: KeyPath) -> list[tuple[Table, KeyPath]]:
    return [(one, (*path, index)) for index, one in enumerate(data or ()) if one is not None]


def _each(data: str | list[str | None] | None, path: KeyPath) -> list[tuple[str, KeyPath]]:
    """A text, or a list of them, each with its path."""
    if isinstance(data, str):
        return [(data, path)]
    return [(one, (*path, index)) for index, one in enumerate(data or ()) if one is not None]
