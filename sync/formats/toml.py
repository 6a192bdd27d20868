"""TOML 1.0: tree-sitter finds, tomllib proves. https://toml.io/en/v1.0.0"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.formats import grammar, utf8
from sync.source import Document, KeyPath, Leaf, Source, Span, dotted

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST: Final = 100
"""Levels of keys and brackets. No file that people write is deeper, and deeper ones would exhaust Python's stack."""

# What a key path is taken by. A table that dotted keys made is taken by the number (from 0) of the section that they stand in.
_VALUE: Final = -1
_HEADER: Final = -2
_ARRAY: Final = -3
_IMPLICIT: Final = -4


def read(source: Source) -> Document:
    """The scalars of a TOML file: strings with their escapes resolved, everything else as written.

    A string's span leaves out its quotes, and the line break that TOML drops after an opening triple quote. Raises
    UnreadableError, with line and column, for a syntax error, for a key or table that is defined twice, and for what is no UTF-8.
    """
    utf8.text(source)
    root = grammar.parser("tree_sitter_toml").parse(source.body).root_node
    if root.has_error:
        root = _again(source, root)
    walk = _Walk(source)
    walk.document(root)
    return Document(walk.leaves)


def reread(source: Source) -> dict[KeyPath, str]:
    """What another reader finds: the same key paths and values as `read`. Raises UnreadableError. See `sync.formats.toml_proof`."""
    from sync.formats import toml_proof

    return toml_proof.values(source)


class _Walk:
    """One walk over a tree. It asks a node for as little as it can: each attribute of a tree-sitter node costs a call."""

    __slots__ = ("_body", "_counts", "_section", "_source", "_taken", "leaves")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._body = source.body
        self._taken: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        self._section = 0
        self.leaves: list[Leaf] = []

    def document(self, root: Node) -> None:
        """Tables start with a bracket; everything else on this level is a pair or a comment."""
        body = self._body
        pair = self._pair
        for node in root.children:
            start = node.start_byte
            first = body[start]
            if first == 0x5B:
                children = node.children
                table = self._header(children[1], body[start + 1] == 0x5B)
                self._section += 1
                for child in children[3:]:
                    pair(child, table, 0)
            else:
                pair(node, (), 0)

    def _header(self, key: Node, array: bool) -> KeyPath:
        taken = self._taken
        path: KeyPath = ()
        parts = self._parts(key)
        last = parts.pop()
        for part in parts:
            path += (part,)
            by = taken.setdefault(path, _IMPLICIT)
            if by == _VALUE:
                raise self._twice(key, path)
            if by == _ARRAY:
                path += (self._counts[path] - 1,)
        path += (last,)
        by = taken.get(path, _IMPLICIT)
        if array:
            if by == _ARRAY:
                self._counts[path] += 1
            elif path in taken:
                raise self._twice(key, path)
            else:
                taken[path] = _ARRAY
                self._counts[path] = 1
            return (*path, self._counts[path] - 1)
        if by != _IMPLICIT:
            raise self._twice(key, path)
        taken[path] = _HEADER
        return path

    def _pair(self, node: Node, table: KeyPath, depth: int) -> None:
        """A pair, or a comment, which has no children."""
        children = node.children
        if not children:
            return
        key = children[0]
        taken = self._taken
        if key.child_count:
            path = table
            parts = self._parts(key)
            last = parts.pop()
            for part in parts:
                path += (part,)
                by = taken.setdefault(path, self._section)
                if by == _IMPLICIT:
                    taken[path] = self._section
                elif by != self._section:
                    raise self._twice(key, path)
            path += (last,)
        else:
            path = (*table, self._body[key.start_byte : key.end_byte].decode())
        if path in taken:
            raise self._twice(key, path)
        taken[path] = _VALUE
        self._value(children[2], path, depth)

    def _value(self, node: Node, path: KeyPath, depth: int) -> None:
        start = node.start_byte
        first = self._body[start]
        if first == 0x22 or first == 0x27:
            self.leaves.append(_string(self._source, path, start, node.end_byte, first))
        elif first == 0x7B:
            self._shallow(start, depth)
            for child in node.named_children:
                self._pair(child, path, depth + 1)
        elif first == 0x5B:
            self._shallow(start, depth)
            index = 0
            for child in node.named_children:
                if self._body[child.start_byte] != 0x23:
                    self._value(child, (*path, index), depth + 1)
                    index += 1
        else:
            end = node.end_byte
            self.leaves.append(Leaf(path, Span(start, end), self._body[start:end].decode()))

    def _shallow(self, start: int, depth: int) -> None:
        if depth >= DEEPEST:
            raise UnreadableError(self._source.problem(start, f"brackets nested more than {DEEPEST} deep are not read"))

    def _parts(self, key: Node) -> list[str]:
        """The parts of a key; a dotted one is a tree that leans to the left."""
        parts: list[str] = []
        node = key
        while node.child_count and node.type == "dotted_key":
            if len(parts) >= DEEPEST:
                raise UnreadableError(self._source.problem(key.start_byte, f"a key of more than {DEEPEST} parts is not read"))
            children = node.named_children
            parts.append(self._part(children[-1]))
            node = children[0]
        parts.append(self._part(node))
        parts.reverse()
        return parts

    def _part(self, node: Node) -> str:
        start, end = node.start_byte, node.end_byte
        first = self._body[start]
        if first == 0x22 or first == 0x27:
            return _string(self._source, (), start, end, first).value
        return self._body[start:end].decode()

    def _twice(self, key: Node, path: KeyPath) -> UnreadableError:
        return UnreadableError(self._source.problem(key.start_byte, f"{dotted(path)} is defined a second time", "keep one of the two"))


def _string(source: Source, path: KeyPath, start: int, end: int, quote: int) -> Leaf:
    body = source.body
    start += 1
    if body[start] == quote and end - start > 4:
        start += 2
        end -= 3
        if body.startswith(b"\r\n", start):
            start += 2
        elif body.startswith(b"\n", start):
            start += 1
        value = body[start:end].decode().replace("\r\n", "\n")
    else:
        end -= 1
        value = body[start:end].decode()
    if quote == 0x22 and "\\" in value:
        try:
            value = _unescaped(value)
        except ValueError:
            raise UnreadableError(source.problem(start, "an escape in this string names no character")) from None
    return _tuple(Leaf, (path, _tuple(Span, (start, end)), value))


_tuple = tuple.__new__
"""Twice as fast as calling the class, and a file may have ten thousand leaves."""

_ESCAPES: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def _unescaped(value: str) -> str:
    """The value of a basic string, whose escapes' form tree-sitter has checked. Raises ValueError for one that names no character."""
    import re

    def character(match: re.Match[str]) -> str:
        name = match[1]
        if name[0] in "uU" and len(name) > 1:
            code = int(name[1:], 16)
            if 0xD800 <= code < 0xE000:
                raise ValueError(name)
            return chr(code)
        return "" if name[0].isspace() else _ESCAPES[name]

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\n[ \t\n]*|.)", character, value)


def _again(source: Source, root: Node) -> Node:
    """A tree without errors for what only this grammar refuses: a line-ending backslash before a CRLF. Raises UnreadableError for all else."""
    import re

    from sync.formats import toml_proof

    complaint = toml_proof.complaint(source, grammar.first_error(root).start_byte)
    if complaint is not None:
        raise complaint
    body = re.sub(rb"\\[ \t]*\r\n", lambda match: b"\\\n" + b" " * (len(match[0]) - 2), source.body)
    again = grammar.parser("tree_sitter_toml").parse(body).root_node
    if again.has_error:
        raise UnreadableError(source.problem(grammar.first_error(again).start_byte, "not valid TOML 1.0"))
    return again
