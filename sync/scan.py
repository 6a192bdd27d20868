"""One repository, read once: its sources, and what its files state of their own packages, pointers followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sync import formats, spelling
from sync.adapter import Adapter, Pointer, Selector, Site, Upward
from sync.errors import Problem, UnreadableError
from sync.manifest.match import glob
from sync.manifest.model import Repo
from sync.registry import Registry
from sync.source import Leaf, Source
from sync.tree import Tree

HOPS = 4
"""How many pointers are followed one after another before it is called a circle."""

PROPERTY = re.compile(r"\$\(([A-Za-z_][\w.]*)\)\Z")
"""A value that is nothing but an MSBuild property."""

VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}\Z")
"""A value that is nothing but a CMake variable."""


Kept = dict[tuple[str, str | Tree], Source]
"""Sources by path and blob id, or the tree where it has none: revisions of one repository share most of their files, read once."""


UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 begins: no word that an adapter looks for is in such a file, and yet it is one of its."""


class Scan:
    """What was read of one repository. ``declared`` holds (path, site) in the order of the paths."""

    __slots__ = ("_paths", "by_adapter", "declared", "kept", "pointed", "pointers", "problems", "registry", "repo", "sources", "tree")

    def __init__(self, repo: Repo, tree: Tree, registry: Registry, kept: Kept | None) -> None:
        self.kept = {} if kept is None else kept
        self.repo = repo
        self.tree = tree
        self.registry = registry
        self.sources: dict[str, Source] = {}
        self.by_adapter: dict[str, list[str]] = {}
        self.declared: list[tuple[str, Site]] = []
        self.pointers: list[tuple[Source, Pointer]] = []
        self.pointed: set[tuple[str, Site]] = set()
        self.problems: list[Problem] = []
        self._paths: frozenset[str] | None = None

    @property
    def paths(self) -> frozenset[str]:
        """Those of the tree. A checkout looks at every file for it; `Tree.has` looks at one."""
        if self._paths is None:
            self._paths = frozenset(self.tree.paths())
        return self._paths

    def source(self, path: str) -> Source | None:
        """The file at that path, or None where the tree has none. Raises UnreadableError."""
        found = self.sources.get(path)
        if found is None and self.tree.has(path):
            found = self.sources[path] = Source.of(path, self.tree.read(path))
        return found

    def route(self, path: str) -> str | None:
        """The name of the adapter that reads the file at that path, as the manifest says or its name does, or None."""
        return self.repo.read.get(path) or self.registry.route(path)

    def read(self, *, declaring: bool, ecosystems: frozenset[str] | None = None) -> Iterator[tuple[Source, Adapter]]:
        """Every file of the adapters that declare packages (or of those that only refer to them), with its adapter."""
        for name, paths in self.by_adapter.items():
            adapter = self.registry.adapter(name)
            if declaring != adapter.DECLARES or (ecosystems is not None and adapter.ECOSYSTEM not in ecosystems):
                continue
            for source in self._load(paths, adapter.NEEDS):
                yield source, adapter

    def _load(self, paths: Iterable[str], needs: tuple[bytes, ...]) -> Iterator[Source]:
        wanted = []
        for path in paths:
            known = self.sources.get(path) or self._known(path)
            if known is None:
                wanted.append(path)
            else:
                yield known
        for path, raw in self.tree.read_many(wanted, self.complain):
            if needs and not raw.startswith(UTF16) and not any(word in raw for word in needs):
                continue
            try:
                source = self.sources[path] = Source.of(path, raw)
            except UnreadableError as error:
                self.complain(error)
                continue
            self.kept[path, self.tree.identity(path) or self.tree] = source
            yield source

    def _known(self, path: str) -> Source | None:
        """A file that another revision held with the same bytes, or another scan of this tree read."""
        found = self.kept.get((path, self.tree.identity(path) or self.tree))
        if found is not None:
            self.sources[path] = found
        return found

    def stating(self, package: str) -> frozenset[str]:
        """The files that state a package's version, or point to where it stands."""
        return frozenset([path for path, site in self.declared if site.package == package] + [source.path for source, pointer in self.pointers if pointer.package == package])

    @property
    def broken(self) -> frozenset[str]:
        """The ecosystems of which a file could not be read."""
        routes = (self.route(one.path) for one in self.problems)
        return frozenset(self.registry.adapter(name).ECOSYSTEM for name in routes if name is not None)

    def complain(self, error: UnreadableError) -> None:
        """Keeps an unreadable file's problems, with the line that would end them."""
        for one in error.problems:
            hint = one.hint or f'mend the file, or add "{one.path}" to ignore of [repos.{self.repo.name}]'
            found = one._replace(repo=self.repo.name, hint=hint, rule="unreadable")
            if found not in self.problems:
                self.problems.append(found)


def scan(repo: Repo, tree: Tree, registry: Registry, kept: Kept | None = None, *, among: Iterable[str] | None = None) -> Scan:
    """Reads every file that an adapter declares packages from, and follows its pointers. Unreadable files become problems.

    ``kept`` holds what was read of other revisions and by other scans, and is added to. ``among``: only these files, and no question whether git tracks them or .gitattributes hides them.
    """
    found = Scan(repo, tree, registry, kept)
    ignored = glob(repo.ignore)
    routes = {}
    for path in tree.listed() if among is None else among:
        name = registry.route(path)
        if name is not None and not ignored(path) and (among is not None or tree.has(path)):
            routes[path] = name
    routes.update((path, name) for path, name in repo.read.items() if among is None and tree.has(path))
    hidden = tree.skipped(keep=registry.files, among=routes) if among is None else frozenset()
    for path, name in routes.items():
        if path not in hidden:
            found.by_adapter.setdefault(name, []).append(path)
    for source, adapter in found.read(declaring=True):
        try:
            for one in adapter.declarations(source):
                if isinstance(one, Site):
                    found.declared.append((source.path, one))
                else:
                    found.pointers.append((source, one))
        except UnreadableError as error:
            found.complain(error)
    for source, pointer in found.pointers:
        try:
            target, leaves = _follow(found, source, pointer)
        except UnreadableError as error:
            found.complain(error)
            continue
        for leaf in leaves:
            site = Site(leaf.span, target.text(leaf.span), pointer.package, "declares", pointer.spelling, template=pointer.template)
            if (target.path, site) not in found.pointed:
                found.pointed.add((target.path, site))
                found.declared.append((target.path, site))
    return found


def _follow(found: Scan, source: Source, pointer: Pointer) -> tuple[Source, Sequence[Leaf]]:
    """The leaves that a pointer means (a property may be set once for each condition), after at most `HOPS` further hops.

    None where there is no such file or value, or where it is an expression. Raises UnreadableError for a circle, and where the
    file that is pointed at cannot be read.
    """
    select, to, start = pointer.select, pointer.to, source
    for _ in range(HOPS):
        target, leaves = _target(found, start.path, to, select)
        if target is None:
            return source, ()
        stated = [leaf for leaf in leaves if _states(leaf, pointer)]
        onward = next((one for leaf in leaves if (one := PROPERTY.match(leaf.value) or VARIABLE.match(leaf.value))), None)
        if stated or onward is None:
            return target, stated
        if onward.re is VARIABLE:
            select, to = Selector("name", onward[1]), (target.path,)
        else:
            select = Selector("element", onward[1])
            to = (target.path, Upward("Directory.Build.props", select))
        start = target
    line, column = source.position(pointer.span.start)
    raise UnreadableError(Problem(found.repo.name, source.path, line, column, f"the version of {pointer.package} is passed on more than {HOPS} times"))


def _states(leaf: Leaf, pointer: Pointer) -> bool:
    if "$(" in leaf.value or "${" in leaf.value:
        return False
    return pointer.template != "{version}" or spelling.parse(leaf.value, pointer.spelling) is not None


def _target(found: Scan, path: str, to: tuple[str | Upward, ...], select: Selector) -> tuple[Source | None, Sequence[Leaf]]:
    """The first file of ``to`` in which the selector finds something, and what it finds."""
    for one in to:
        if isinstance(one, str):
            source = found.source(one)
            if source is not None and (leaves := formats.select(source, select)):
                return source, leaves
            onward = next((pointer for other, pointer in found.pointers if other.path == one and one != path), None)
            if onward is not None:  # a maturin project's Cargo.toml may inherit its version in turn
                return _target(found, one, onward.to, onward.select)
            continue
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            source = found.source(f"{folder}/{one.name}" if folder else one.name)
            if source is not None and formats.select(source, one.holding) and (leaves := formats.select(source, select)):
                return source, leaves
    return None, ()
