"""Ruby source: constants and attributes that hold a literal, and the literal arguments of calls.

The leaves, outside of method bodies:

- ``(NAME,)`` for a constant or a local variable that is assigned a string (also with ``.freeze``) or an integer. Where a
  file has constants of one name in several modules, each has its full nesting instead: ``("A", "VERSION")``;
- ``(RECEIVER, ATTRIBUTE)`` for ``spec.version = "1.2.3"``;
- each of these with ``"expression"`` behind it where what is assigned is no literal, its value then being the expression
  as written: ``("spec", "version", "expression")`` is ``Kite::VERSION``. Only what may name another place is kept: short
  chains of names and calls;
- ``(METHOD, i, j)`` and ``(RECEIVER, METHOD, i, j)`` for the j-th argument, where it is a string (or a list of them: its
  strings count on), of the i-th call of that method: ``("spec", "add_dependency", 0, 1)``.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.formats import grammar
from sync.source import Document, KeyPath, Leaf, Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node

reread: None = None
"""There is no second reader: the proof is a second scan, the same tree with one leaf changed."""

_WANTED: Final = re.compile(rb"""\w\s*=\s*["'%0-9A-Z]|["'][~<>=! ]*[0-9]|require|dependency""")
"""What an error node must hold to have swallowed a leaf."""

_CLOSED: Final = frozenset(("method", "singleton_method", "lambda", "string", "comment", "heredoc_body", "hash"))
"""Nodes whose inside states nothing about the file as a whole."""

_SCOPES: Final = frozenset(("module", "class"))

_RECEIVERS: Final = frozenset(("identifier", "constant", "scope_resolution", "self"))

_NAMING: Final = frozenset(("constant", "scope_resolution", "identifier", "call", "element_reference"))
"""Expressions that can name where a version stands."""

_LONGEST: Final = 300
"""Bytes of an expression that is kept: one that names where a version stands is short."""


def read(source: Source) -> Document:
    """Literals in the order of the file. Raises UnreadableError where a syntax error overlaps one of them."""
    root = grammar.parser("tree_sitter_ruby").parse(source.body).root_node
    walk = _Walk(source)
    walk.all(root)
    if root.has_error:
        for node in walk.errors:
            if _WANTED.search(source.body, node.start_byte, node.end_byte):
                raise _broken(source, node)
    return Document(walk.result())


class _Walk:
    """One walk over a tree, without recursion, for a file may be nested as deep as it likes."""

    __slots__ = ("_calls", "_source", "errors", "found")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._calls: Counter[KeyPath] = Counter()
        self.errors: list[Node] = []
        self.found: list[tuple[tuple[str, ...], Leaf]] = []

    def all(self, root: Node) -> None:
        stack: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
        while stack:
            node, scope = stack.pop()
            kind = node.type
            if kind in _CLOSED:
                continue
            if node.is_error:
                self.errors.append(node)
            elif kind == "assignment":
                self._assignment(node, scope)
            elif kind == "call":
                self._call(node)
            elif kind in _SCOPES:
                name = node.child_by_field_name("name")
                scope = (*scope, *self._text(name).split("::")) if name is not None else scope
            stack.extend((child, scope) for child in reversed(node.named_children))

    def result(self) -> list[Leaf]:
        """The leaves, a constant by its nesting only where its name alone would be two."""
        places: dict[str, set[tuple[str, ...]]] = {}
        for scope, leaf in self.found:
            if len(leaf.path) == 1:
                places.setdefault(str(leaf.path[0]), set()).add(scope)
        leaves = []
        for scope, leaf in self.found:
            if len(leaf.path) == 1 and len(places[str(leaf.path[0])]) > 1:
                leaf = leaf._replace(path=(*scope, *leaf.path))
            leaves.append(leaf)
        return leaves

    def _assignment(self, node: Node, scope: tuple[str, ...]) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        path: KeyPath
        if left.type == "call":
            receiver, method = left.child_by_field_name("receiver"), left.child_by_field_name("method")
            if receiver is None or method is None or receiver.type not in _RECEIVERS:
                return
            path = (self._text(receiver), self._text(method))
        elif left.type in ("constant", "identifier", "scope_resolution"):
            *outer, name = self._text(left).split("::")
            scope, path = (*scope, *outer), (name,)
        else:
            return
        span = _literal(right)
        if span is None:
            path, span = (*path, "expression"), Span(right.start_byte, right.end_byte)
            if right.type not in _NAMING or right.child_by_field_name("block") is not None or span.end - span.start > _LONGEST:
                return
        if node.has_error:
            raise _broken(self._source, node)
        self.found.append((scope, Leaf(path, span, self._source.text(span))))

    def _call(self, node: Node) -> None:
        method, arguments = node.child_by_field_name("method"), node.child_by_field_name("arguments")
        receiver = node.child_by_field_name("receiver")
        if method is None or arguments is None or (receiver is not None and receiver.type not in _RECEIVERS):
            return
        path: KeyPath = (self._text(method),) if receiver is None else (self._text(receiver), self._text(method))
        spans: list[Span | None] = []
        for argument in arguments.named_children:
            if argument.type != "comment":
                spans.extend(_literal(inner) for inner in (argument.named_children if argument.type == "array" else (argument,)))
        if not any(spans):
            return
        if arguments.has_error:
            raise _broken(self._source, arguments)
        index = self._calls[path]
        self._calls[path] += 1
        self.found.extend(((), Leaf((*path, index, at), span, self._source.text(span))) for at, span in enumerate(spans) if span is not None)

    def _text(self, node: Node) -> str:
        return self._source.text(Span(node.start_byte, node.end_byte))


def _literal(node: Node) -> Span | None:
    """The characters of a string without interpolation or escapes, frozen or not, or of an integer; None for anything else."""
    if node.type == "call":
        method, receiver = node.child_by_field_name("method"), node.child_by_field_name("receiver")
        if method is None or receiver is None or method.text != b"freeze" or receiver.type != "string":
            return None
        node = receiver
    if node.type == "integer":
        return Span(node.start_byte, node.end_byte)
    if node.type != "string":
        return None
    content = node.named_children
    if not content:
        return Span(node.children[0].end_byte, node.children[0].end_byte)
    if len(content) > 1 or content[0].type != "string_content":
        return None
    return Span(content[0].start_byte, content[0].end_byte)


def _broken(source: Source, root: Node) -> UnreadableError:
    return UnreadableError(source.problem(grammar.first_error(root).start_byte, "not valid Ruby here"))
