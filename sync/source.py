"""A file as bytes, and what a format finds in it: leaves with byte spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from sync.errors import Problem, UnreadableError

KeyPath = tuple[str | int, ...]

BOM: Final = b"\xef\xbb\xbf"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes. A file that is larger is refused: no file that states a version is."""


class Span(NamedTuple):
    """Half-open range of bytes in a Source's body (the BOM, if any, is not counted)."""

    start: int
    end: int


class Leaf(NamedTuple):
    """A scalar in a document: its key path, the span of its characters (no quotes) and its value.

    ``value`` is decoded (escapes resolved); for what is no string it is the text as written
    (``true``, ``12``).
    """

    path: KeyPath
    span: Span
    value: str


class Document:
    """The leaves of one file, in the order of the file."""

    __slots__ = ("_all", "_index", "leaves")

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self.leaves: tuple[Leaf, ...] = tuple(leaves)
        self._index: dict[KeyPath, Leaf] | None = None
        self._all: dict[KeyPath, list[Leaf]] | None = None

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.leaves)

    def get(self, path: KeyPath) -> Leaf | None:
        """The leaf at exactly that key path, or None; the last where a language allows several."""
        if self._index is None:
            self._index = {leaf.path: leaf for leaf in self.leaves}
        return self._index.get(path)

    def all(self, path: KeyPath) -> Sequence[Leaf]:
        """The leaves at exactly that key path, in the order of the file."""
        if self._all is None:
            self._all = {}
            for leaf in self.leaves:
                self._all.setdefault(leaf.path, []).append(leaf)
        return self._all.get(path, ())

    def at(self, span: Span) -> Leaf | None:
        """The leaf whose span holds the given one, or None."""
        before = bisect_right(self.leaves, span.start, key=lambda leaf: leaf.span.start)
        for leaf in self.leaves[max(before - 2, 0) : before]:
            if leaf.span.start <= span.start and span.end <= leaf.span.end:
                return leaf
        return None


Reader = Callable[["Source"], Document]


class Source:
    """One file of a repository: its path (relative, forward slashes) and its bytes.

    ``body`` is what readers see; a UTF-8 BOM is kept apart in ``bom`` and put back by ``raw``.
    """

    __slots__ = ("_documents", "_lines", "body", "bom", "path")

    def __init__(self, path: str, body: bytes, bom: bytes = b"") -> None:
        self.path = path
        self.body = body
        self.bom = bom
        self._documents: dict[Reader, Document] = {}
        self._lines: list[int] | None = None

    @classmethod
    def of(cls, path: str, raw: bytes) -> Source:
        """Raises UnreadableError for what is no UTF-8 text: binary files, UTF-16, files over 64 MiB."""
        if len(raw) > LARGEST:
            raise unreadable(path, f"{len(raw)} bytes are more than the {LARGEST} that are read")
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise unreadable(path, "UTF-16 text is not read; save it as UTF-8")
        if b"\0" in raw:
            raise unreadable(path, "a binary file (it holds a NUL byte) is not read")
        if b"\n>>>>>>> " in raw and (b"\n<<<<<<< " in raw or raw.startswith(b"<<<<<<< ")):
            line = raw[: raw.index(b"<<<<<<< ")].count(b"\n") + 1
            raise unreadable(path, "a merge conflict is not resolved here", line, 1)
        if raw.startswith(BOM):
            return cls(path, raw[len(BOM) :], BOM)
        return cls(path, raw)

    @property
    def raw(self) -> bytes:
        """The bytes of the file as it stands on disk."""
        return self.bom + self.body

    def text(self, span: Span) -> str:
        """The characters of a span; bytes that are no UTF-8 come out as replacement characters."""
        return self.body[span.start : span.end].decode("utf-8", "replace")

    def document(self, reader: Reader) -> Document:
        """What ``reader`` finds here, read once for each reader."""
        found = self._documents.get(reader)
        if found is None:
            found = self._documents[reader] = reader(self)
        return found

    @property
    def readers(self) -> tuple[Reader, ...]:
        """The readers that have read it so far."""
        return tuple(self._documents)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, the column in characters, of a byte offset in the body."""
        if self._lines is None:
            self._lines, at = [0], 0
            for one in self.body.split(b"\n"):
                at += len(one) + 1
                self._lines.append(at)
        line = bisect_right(self._lines, offset)
        start = self._lines[line - 1]
        return line, len(self.body[start:offset].decode("utf-8", "replace")) + 1

    def problem(self, offset: int, message: str, hint: str = "") -> Problem:
        """A Problem at a byte offset of this file."""
        line, column = self.position(offset)
        return Problem("", self.path, line, column, message, hint)


def unreadable(path: str, message: str, line: int = 0, column: int = 0) -> UnreadableError:
    """The error for a file that cannot be read, with its place."""
    return UnreadableError(Problem("", path, line, column, message))


def dotted(path: KeyPath) -> str:
    """A key path as people write it: ``dependencies.wasmtime[0].version``."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += f".{key}" if text else key
    return text
