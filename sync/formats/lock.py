"""Lock files that Cargo, uv and Poetry write (a subset of TOML, always laid out alike): anchored line patterns find, tomllib proves.

Four times as fast as a TOML reader on a lock of 6,000 lines, because it passes over checksums, file lists and most dependencies.
"""

from __future__ import annotations

import re
from typing import Final

from sync.errors import UnreadableError
from sync.formats import toml, utf8
from sync.source import Document, KeyPath, Leaf, Source, Span, dotted

_LINE: Final = re.compile(
    r"""^(?:
        (\[\[?)([^\]\n]*)\]                                                                                  # 1, 2: a header
      | (name|version|source|type|url)[ \t]*=[ \t]*(?:"([^"\\\n]*)"|\{[ \t]*([\w-]+)[ \t]*=[ \t]*"([^"\\\n]*)")  # 3, 4: a pair; 5, 6: in braces
      | (dependencies)[ \t]*=[ \t]*\[                                                                       # 7
      | [ \t]+"([^"\s]+[ ][^"\n]*)"                                                                         # 8: a dependency with its version
      | (<<<<<<<|>>>>>>>)                                                                                   # 9
    )""",
    re.MULTILINE | re.VERBOSE | re.ASCII,
)

_ITEM: Final = re.compile(r'^[ \t]+"', re.MULTILINE)


def read(source: Source) -> Document:
    """Of ``[root]``, ``[[package]]`` and ``[package.source]``: name, version, source, type, url, and the dependencies that Cargo writes with a version.

    Key paths and values are those of TOML; other leaves are left out. Raises UnreadableError for a merge
    conflict, for a key that stands twice in one entry, and for what is no UTF-8.
    """
    utf8.text(source)
    text = source.body.decode("latin-1")  # one character a byte, so that positions are those of the bytes
    leaves: list[Leaf] = []
    table: KeyPath | None = None
    entries = 0
    taken: set[str] = set()
    start = end = 0
    for match in _LINE.finditer(text):
        kind = match.lastindex
        if kind == 4 or kind == 6:
            if table is None:
                continue
            key = match[3]
            path: KeyPath = (*table, key)
            if key in taken:
                raise UnreadableError(source.problem(match.start(), f"{dotted(path)} is defined a second time", "keep one of the two"))
            taken.add(key)
            leaves.append(_leaf(path if kind == 4 else (*path, match[5]), match[kind], match.span(kind)))
        elif kind == 2:
            header = match[2].strip()
            taken = set()
            start = end = 0
            if header == "package" and match[1] == "[[":
                table = ("package", entries)
                entries += 1
            elif header == "package.source" and entries:
                table = ("package", entries - 1, "source")
            else:
                table = ("root",) if header == "root" else None
        elif kind == 7:
            start, end = match.end(), text.find("\n]", match.end())
        elif kind == 9:
            raise UnreadableError(source.problem(match.start(), "a merge conflict is not resolved"))
        elif table is not None and start <= match.start() < end:
            index = len(_ITEM.findall(text, start, match.start()))
            leaves.append(_leaf((*table, "dependencies", index), match[8], match.span(8)))
    return Document(leaves)


def _leaf(path: KeyPath, value: str, span: tuple[int, int]) -> Leaf:
    if not value.isascii():
        value = value.encode("latin-1").decode()
    return _tuple(Leaf, (path, _tuple(Span, span), value))


_tuple = tuple.__new__
"""Twice as fast as calling the class."""

reread = toml.reread


def starts(body: bytes) -> list[int]:
    """Where the entries begin. Each of them is TOML by itself, so the proof need not read thousands to see that one has changed."""
    return [match.start() for match in re.finditer(rb"^\[\[[ \t]*package[ \t]*\]", body, re.MULTILINE)]
