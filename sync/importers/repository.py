"""The repository that is imported, as its files are: what packages they declare, and where."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sync import template
from sync.adapter import ecosystem_of
from sync.errors import UnreadableError
from sync.importers.settings import File, Settings, read
from sync.manifest.match import glob
from sync.manifest.model import Repo
from sync.registry import Registry
from sync.scan import Scan, scan
from sync.source import Source, Span
from sync.tree import Tree
from sync.version import Version


class Declared(NamedTuple):
    """A package: the file that names it, and where its version stands (which may be another file)."""

    package: str
    file: str
    path: str
    span: Span
    version: Version | None

    @property
    def ecosystem(self) -> str:
        """Its package-URL type."""
        return ecosystem_of(self.package)

    @property
    def name(self) -> str:
        """As its ecosystem writes it: ``@scope/name``."""
        return self.package.split("/", 1)[1].replace("%40", "@", 1)

    @property
    def released(self) -> bool:
        """Whether it has a version: not 0.0.0, and not a Go module without one."""
        return self.version is not None and any(self.version.release)


class Repository:
    """A tree, scanned once."""

    def __init__(self, tree: Tree, registry: Registry) -> None:
        self.tree = tree
        self.registry = registry
        self.name = re.sub(r"^[.-]+|[^A-Za-z0-9._-]", "", tree.root.name) or "project"
        self.paths = tuple(tree.paths())
        self._sources: dict[str, Source | None] = {}
        self._files: dict[str, File] = {}
        self._scan: Scan | None = None

    @property
    def scan(self) -> Scan:
        """What its files state of their own packages."""
        if self._scan is None:
            self._scan = scan(Repo(self.name), self.tree, self.registry)
        return self._scan

    def source(self, path: str) -> Source | None:
        """A file's bytes; None where there is no such file or it is no UTF-8 text."""
        if path not in self._sources:
            try:
                found = Source.of(path, self.tree.read(path)) if path in self.paths else None
                if found is not None:
                    found.body.decode()
            except (UnreadableError, UnicodeDecodeError):
                found = None
            self._sources[path] = found
        return self._sources[path]

    def settings(self, path: str, kind: str, *keys: str) -> Settings | None:
        """The table below those keys of a configuration file; None where there is no such file or table. Raises UnreadableError for a broken one."""
        source = self.source(path)
        if source is None:
            return None
        if path not in self._files:
            self._files[path] = read(source, kind)
        found = Settings(self._files[path])
        for key in keys:
            if key not in found:
                return None
            found = found.table(key)
        return found

    def all(self, patterns: Iterable[str]) -> list[str]:
        """The paths that globs mean; a pattern that cannot be read means nothing."""
        found: set[str] = set()
        for pattern in patterns:
            try:
                test = glob((pattern,))
            except ValueError:
                continue
            found.update(path for path in self.paths if test(path))
        return sorted(found)

    @property
    def declared(self) -> Sequence[Declared]:
        """Every package, by the file that names it."""
        named = {pointer.package: source.path for source, pointer in self.scan.pointers}
        found = []
        for path, site in self.scan.declared:
            file = named.get(site.package, path) if (path, site) in self.scan.pointed else path
            version = template.compile(site.template).read(site.text, site.spelling) if site.text else None
            found.append(Declared(site.package, file, path, site.span, version))
        return sorted(found, key=lambda one: (one.file, one.package))

    def inside(self, folder: str, ecosystems: Sequence[str]) -> list[Declared]:
        """The packages whose files stand in just that folder (``""`` or ``.`` is the root)."""
        wanted = "" if folder in (".", "./") else posixpath.normpath(folder) if folder else ""
        return [one for one in self.declared if posixpath.dirname(one.file) == wanted and (not ecosystems or one.ecosystem in ecosystems)]
