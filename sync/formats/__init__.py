"""Formats turn bytes into documents of leaves; they know nothing of versions.

One module for each syntax, loaded on first use. A module has two functions:

- ``read(source) -> Document``: the fast reader, with byte spans. A data format refuses a file with an error
  anywhere and a duplicate key; a programming language only an error that overlaps a wanted leaf.
- ``reread(source) -> dict[KeyPath, str]``: an independent reader (the standard or a lossless library), which
  gives the same key paths and values, for the proof. A format without one has ``reread = None``: there the proof is a second scan.

The format of a generated list of many entries may have a third, ``starts(body) -> list[int]``: the offsets at which its entries begin, each
of them readable by itself, so that only those with an edit are read again.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from sync.adapter import Selector
from sync.source import Document, KeyPath, Leaf, Source


class Format(Protocol):
    """One syntax: see the package's docstring."""

    def read(self, source: Source) -> Document:
        """The leaves of a file. Raises UnreadableError."""
        ...


BY_NAME: dict[str, str] = {
    "Cargo.lock": "lock",
    "uv.lock": "lock",
    "poetry.lock": "lock",
    "setup.cfg": "ini",
    "CMakeLists.txt": "cmake",
    "go.mod": "gomod",
    "VERSION": "lines",
}
"""Whole file names, before suffixes."""

BY_SUFFIX: dict[str, str] = {
    "toml": "toml",
    "json": "json",
    "jsonc": "jsonc",
    "yaml": "yaml",
    "yml": "yaml",
    "xml": "xml",
    "csproj": "xml",
    "fsproj": "xml",
    "vbproj": "xml",
    "props": "xml",
    "targets": "xml",
    "nuspec": "xml",
    "py": "python",
    "ini": "ini",
    "cfg": "ini",
    "properties": "properties",
    "cmake": "cmake",
    "h": "cdefine",
    "hh": "cdefine",
    "hpp": "cdefine",
    "c": "cdefine",
    "go": "go",
    "rb": "ruby",
    "gemspec": "ruby",
    "cs": "csharp",
}
"""What follows the last dot of a file's name."""


def named(name: str) -> Format:
    """The format module of that name."""
    return cast("Format", import_module(f"sync.formats.{name}"))


def of(path: str) -> str:
    """The name of the format that a file's name promises; ``constant`` (assignments in any language) where there is none."""
    base = path.rsplit("/", 1)[-1]
    return BY_NAME.get(base) or BY_SUFFIX.get(base.rsplit(".", 1)[-1].lower(), "constant")


def select(source: Source, selector: Selector) -> list[Leaf]:
    """The leaves of a file that a selector means, in the order of the file; [] where there is none.

    Raises UnreadableError where the file cannot be read in the format that its name promises.
    """
    kind, value = selector
    if kind == "macro":
        return list(_under(source.document(named("cdefine").read), (str(value),)))
    if kind == "whole":
        return list(source.document(named("lines").read).leaves)
    if kind == "element":
        return _elements(source.document(named("xml").read), str(value))
    path = value if isinstance(value, tuple) else (value,)
    return list(_under(source.document(named(of(source.path)).read), path))


def _under(document: Document, path: KeyPath) -> list[Leaf]:
    if "*" not in path:
        return list(document.all(path))
    return [leaf for leaf in document.leaves if len(leaf.path) == len(path) and all(want in ("*", have) for want, have in zip(path, leaf.path, strict=True))]


def _elements(document: Document, value: str) -> list[Leaf]:
    """XML leaves by local name or by a path of them: indices in the leaf's path are passed over."""
    wanted = tuple(value.strip("/").split("/"))
    found = []
    for leaf in document.leaves:
        names = tuple(key for key in leaf.path if isinstance(key, str))
        if names[-len(wanted) :] == wanted and (not value.startswith("/") or names == wanted):
            found.append(leaf)
    return found
