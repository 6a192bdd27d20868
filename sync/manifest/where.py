"""Where in a manifest a key, a table or a value stands. Searched only when something is to be said about it."""

from __future__ import annotations

import re
from typing import Any

from sync.errors import UnreadableError, UsageError, problem
from sync.formats import toml
from sync.manifest.model import At
from sync.source import Document, KeyPath, Leaf, Source

_HEADER = re.compile(rb"^[ \t]*\[", re.MULTILINE)


class Where:
    """Places by key path. Paths are those of the document: tables are names, lists and arrays of tables have indices."""

    __slots__ = ("_document", "_firsts", "_named", "_source")

    def __init__(self, source: Source, document: Document) -> None:
        self._source = source
        self._document = document
        self._firsts: dict[KeyPath, Leaf] = {}
        self._named: dict[bytes, list[re.Match[bytes]]] = {}

    def value(self, path: KeyPath) -> At:
        """The first character of a value (inside its quotes); its key's where the value has no scalar in it."""
        leaf = self._document.get(path)
        return self._at(leaf.span.start) if leaf else self.key(path)

    def key(self, path: KeyPath) -> At:
        """The last key of a path, wherever it is written: before ``=``, in a header, or quoted. An item of a list is its first value."""
        leaf = self._under(path)
        name = next((key for key in reversed(path) if isinstance(key, str)), None)
        if name is None or isinstance(path[-1], int):
            return self._at(leaf.span.start) if leaf else self.key(path[:-1]) if len(path) > 1 else At(1, 1)
        written = re.compile(rb"(?:" + _written(name) + rb")\s*(?==|\.|\])")
        if leaf:
            found = [match for match in written.finditer(self._source.body, 0, leaf.span.start + 1) if match.start() < leaf.span.start]
            if found:
                return self._at(found[-1].start())
        above = self._under(path[:-1])
        match = written.search(self._source.body, self._line(above) if above else 0) or written.search(self._source.body)
        return self._at(match.start()) if match else At(1, 1)

    def table(self, path: KeyPath) -> At:
        """The header of a table; where it is written inline, its first value."""
        leaf = self._under(path)
        names = rb"\s*\.\s*".join(rb"[\"']?" + re.escape(key.encode()) + rb"[\"']?" for key in path if isinstance(key, str))
        headers = self._headers(names)
        if leaf is None:
            above = self._under(path[:-1])
            own = [one for one in headers if one[2] == b"]" and (len(path) < 3 or above is None or one.start() > above.span.start)]
            return self._at(own[0].start(1)) if own else self.key(path) if path else At(1, 1)
        before = [one for one in headers if one.start() < leaf.span.start]
        if not before or _HEADER.search(self._source.body, before[-1].end(), leaf.span.start):  # another header lies between
            return self._at(leaf.span.start)
        own = [one for one in before if one[2] == b"]"]
        return self._at(own[-1].start(1)) if own else self._at(leaf.span.start)

    def _headers(self, names: bytes) -> list[re.Match[bytes]]:
        """The headers that begin with those names, in the file's order; they are looked for once."""
        if names not in self._named:
            self._named[names] = list(re.finditer(rb"^[ \t]*(\[\[?)\s*" + names + rb"\s*([\].])", self._source.body, re.MULTILINE)) if names else []
        return self._named[names]

    def _under(self, path: KeyPath) -> Leaf | None:
        """The first leaf at or below a path."""
        if not self._firsts:
            for leaf in self._document.leaves:
                for size in range(len(leaf.path) + 1):
                    self._firsts.setdefault(leaf.path[:size], leaf)
        return self._firsts.get(path)

    def _line(self, leaf: Leaf) -> int:
        return self._source.body.rfind(b"\n", 0, leaf.span.start) + 1

    def _at(self, offset: int) -> At:
        return At(*self._source.position(offset))


def parsed(path: str, raw: bytes) -> tuple[dict[str, Any], Where]:
    """A TOML file of ours: its data, and where all of it stands. ``path`` is its name in messages. Raises UsageError for what is no TOML."""
    import tomllib

    try:
        source = Source.of(path, raw)
        document = source.document(toml.read)
        data = tomllib.loads(source.body.decode())
    except UnreadableError as error:
        raise UsageError(error.problems) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(problem(f"not valid TOML: {error}", path=path)) from None
    return data, Where(source, document)


def _written(name: str) -> bytes:
    """A key as a pattern: bare, or in quotes. One that needs escapes is any key in quotes."""
    if re.fullmatch(r"[^\"'\\\x00-\x1f]+", name):
        return rb"(?<![\w-])([\"']?)" + re.escape(name.encode()) + rb"\1"
    return rb"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"
