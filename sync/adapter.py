"""What an adapter yields, and what it must be: the whole contract of an ecosystem's module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple, Protocol

from sync.source import KeyPath, Source, Span

Role = Literal["declares", "requires", "locks"]


class Site(NamedTuple):
    """The byte span of one version in a file, and whose it is.

    ``text`` is what stands in the span (``body[span]`` decoded). ``package`` is a package URL
    without version (``pkg:cargo/wasmtime``; for Go never with its /vN). ``spelling`` names a
    spelling of `sync.spelling`; ``template`` says which parts of the version the text holds
    (``{version}``, ``{major}``, ``v{version}``, ``{major}{minor:02}{patch:02}``).

    - ``declares``: the file states the package's own version.
    - ``requires``: one version inside a requirement. ``operator`` is what stands before it (``=``,
      ``^``, ``>=``, ``~>``; "" for a bare one), ``local`` says that the requirement resolves inside
      the tree (a path, a workspace member, a replace), ``requirement`` is the whole requirement as
      written (``>=46.0,<47``), of which this is one version.
    - ``locks``: the version in a lock file's entry that has no source of its own.
    """

    span: Span
    text: str
    package: str
    role: Role
    spelling: str
    operator: str = ""
    local: bool = False
    template: str = "{version}"
    requirement: str = ""


class Selector(NamedTuple):
    """Which value of a file is meant.

    ``key``: a key path of a data format (a tuple; ``*`` matches any one key or index);
    ``name``: a top-level constant in the file's language; ``macro``: a C ``#define``;
    ``element``: an XML local name, or a path of them with slashes; ``whole``: the only line of a
    file such as VERSION.
    """

    kind: Literal["key", "name", "macro", "element", "whole"]
    value: str | KeyPath = ""


class Upward(NamedTuple):
    """The nearest file of that name in this folder or one above it in which ``holding`` finds a value."""

    name: str
    holding: Selector


class Pointer(NamedTuple):
    """"This package's version stands there": workspace inheritance, a constant, a property, a VERSION file.

    ``to`` is tried in order: a path relative to the repository's root, or Upward; the first that
    exists is followed. ``span`` is where the pointer stands, for messages.
    """

    package: str
    to: tuple[str | Upward, ...]
    select: Selector
    span: Span
    spelling: str
    template: str = "{version}"


class Left(NamedTuple):
    """A version of the family that is not versync's to write: a lock entry that came from a registry.

    ``command`` is the ecosystem's own command that mends it, with ``{version}`` for the wanted one.
    """

    span: Span
    text: str
    package: str
    spelling: str
    command: str


class Packages:
    """The names that a reference may name: what this repository's files declare, and what the manifest lists."""

    __slots__ = ("_declared", "_listed", "_paths", "_required")

    def __init__(self, declared: Mapping[str, str], listed: Callable[[str], bool] | None = None, required: dict[str, dict[str, bool]] | None = None) -> None:
        """``declared`` maps a package URL to the path of the file that declares it; ``required`` is what `hear` fills, and None where no other file has been read."""
        self._declared = dict(declared)
        self._required = required
        self._paths = {path: package for package, path in declared.items()}
        self._listed = listed

    def __contains__(self, package: str) -> bool:
        return package in self._declared or (self._listed is not None and self._listed(package))

    def declared(self, package: str) -> bool:
        """Whether this repository's own files declare that package."""
        return package in self._declared

    def met(self, package: str) -> bool:
        """Whether this repository's own files declare that package, or require it: what else is listed may be of another day, or of another repository."""
        return package in self._declared or package in (self._required or ())

    def hear(self, path: str, one: Site | Left) -> None:
        """Takes in that a file which declares packages requires one, and whether any of its requirements on it is local."""
        if self._required is not None and isinstance(one, Site):
            told = self._required.setdefault(one.package, {})
            told[path] = one.local or told.get(path, False)

    def copied(self, path: str, one: Site) -> Iterator[Site]:
        """The site of a lock's copy of a requirement: as local as in the file at that path, which it is copied from, and none where that file, read, requires no such package."""
        if self._required is None:
            yield one
        elif (local := self._required.get(one.package, {}).get(path)) is not None:
            yield one._replace(local=one.local and local)

    def at(self, path: str) -> str | None:
        """The package that the file at that path (relative to the root) declares, or None."""
        return self._paths.get(path)


class Adapter(Protocol):
    """A module that finds where one kind of file writes versions. It knows custom, never syntax.

    It never sees the new version and never touches a file. Both functions are pure; what they
    yield may stand in any order. A broken file raises `sync.errors.UnreadableError`, with its place.
    """

    ECOSYSTEM: str
    """The type of its package URLs: ``cargo``, ``npm``, ``golang`` ..."""

    DECLARES: bool
    """Whether its files state versions of their own packages. Those that only refer (locks, imports) are read afterwards, and only where a package of the ecosystem is managed."""

    NEEDS: tuple[bytes, ...]
    """Byte strings of which one must occur before a file is parsed; () for every file. ``declarations`` and ``references`` are not called otherwise."""

    def declarations(self, source: Source) -> Iterator[Site | Pointer]:
        """The versions that the file states of its own packages."""
        ...

    def references(self, source: Source, known: Packages) -> Iterator[Site | Left]:
        """The requirements on, and lock entries of, packages in ``known``; all declarations of the repository are in it."""
        ...


def purl(ecosystem: str, name: str) -> str:
    """A package URL without version, normalised as its type demands.

    PyPI names are lower case with dashes, npm scopes are written ``%40scope``; everything else stays
    as written. See the purl specification, PURL-TYPES. ``purl("npm", "@a/b")`` is ``pkg:npm/%40a/b``.
    """
    if ecosystem == "pypi":
        name = name.lower().replace("_", "-").replace(".", "-")
    elif name.startswith("@"):
        name = "%40" + name[1:]
    return f"pkg:{ecosystem}/{name}"


def ecosystem_of(package: str) -> str:
    """The type of a package URL, ``cargo`` of ``pkg:cargo/wasmtime``; "" of ""."""
    return package.removeprefix("pkg:").partition("/")[0]
