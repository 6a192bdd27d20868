"""Go source: imports, and top-level constants and variables that hold a literal. https://go.dev/ref/spec

The leaves:

- ``("import", i)``: the import path of the i-th import, without quotes;
- ``(NAME,)``: the literal (string or integer) of ``const NAME = "1.2.3"``, of a ``var``, typed, grouped or in a list, and
  of a function that does nothing but return one (``func Version() string { return "1.2.3" }``).

A constant in a function, and a value that is an expression, is no leaf. One name may occur twice (behind build tags, never in one
valid file), so a path may too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.formats import grammar
from sync.source import Document, KeyPath, Leaf, Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node

reread: None = None
"""There is no second reader: the proof is a second scan, the same tree with one leaf changed."""

_BEYOND: Final = re.compile(rb"^(?:func|type|var|const)\b", re.M)
"""The first line that may stand after the imports, which Go wants first."""

_WANTED: Final = re.compile(rb"""^\s*import\b|["`\w]\s*=\s*["`0-9]|return\s*["`]""", re.M)
"""What an error node must hold to have swallowed a leaf."""

_LITERALS: Final = ("interpreted_string_literal", "raw_string_literal", "int_literal")
_SPECS: Final = ("const_spec", "var_spec", "const_declaration", "var_declaration", "var_spec_list")


def read(source: Source) -> Document:
    """Imports and literals, in the order of the file. Raises UnreadableError where a syntax error overlaps one of them."""
    root = grammar.parser("tree_sitter_go").parse(source.body).root_node
    leaves = list(_imports(source, root))
    for node in root.named_children:
        if node.type == "function_declaration":
            leaves.extend(_returned(source, node))
        elif node.type in _SPECS:
            for spec in _specs(node):
                leaves.extend(_assigned(source, spec))
    if root.has_error:
        _refuse(source, root, leaves, _WANTED)
    return Document(leaves)


def imports(source: Source) -> Document:
    """The import leaves of `read` alone: fast, for only the head of the file is parsed."""
    body = source.body
    beyond = _BEYOND.search(body)
    if beyond is not None:
        root = grammar.parser("tree_sitter_go").parse(body[: beyond.start()]).root_node
        if not root.has_error:
            return Document(_imports(source, root))
    root = grammar.parser("tree_sitter_go").parse(body).root_node
    found = list(_imports(source, root))
    if root.has_error:
        _refuse(source, root, found, re.compile(rb"^\s*import\b", re.M))
    return Document(found)


def _imports(source: Source, root: Node) -> Iterator[Leaf]:
    index = 0
    for node in root.named_children:
        if node.type != "import_declaration":
            continue
        if node.has_error:
            raise _broken(source, node)
        for inner in node.named_children:
            for spec in inner.named_children if inner.type == "import_spec_list" else (inner,):
                path = spec.child_by_field_name("path") if spec.type == "import_spec" else None
                if path is not None:
                    yield _leaf(source, ("import", index), path)
                    index += 1


def _specs(node: Node) -> Iterator[Node]:
    """The specs of a declaration, grouped or not."""
    for inner in node.named_children:
        if inner.type == "var_spec_list":
            yield from (spec for spec in inner.named_children if spec.type == "var_spec")
        elif inner.type in ("const_spec", "var_spec"):
            yield inner


def _assigned(source: Source, spec: Node) -> Iterator[Leaf]:
    values = spec.child_by_field_name("value")
    if values is None:
        return
    names = spec.children_by_field_name("name")
    for name, value in zip((name for name in names if name.type == "identifier"), values.named_children, strict=False):
        if value.type in _LITERALS:
            if spec.has_error:
                raise _broken(source, spec)
            yield _leaf(source, (source.text(Span(name.start_byte, name.end_byte)),), value)


def _returned(source: Source, function: Node) -> Iterator[Leaf]:
    """The literal of a function whose body is one return statement; nothing for any other."""
    body, name = function.child_by_field_name("body"), function.child_by_field_name("name")
    if body is None or name is None:
        return
    statements = [node for node in body.named_children if node.type != "comment"]
    if len(statements) == 1 and statements[0].type == "statement_list":
        statements = [node for node in statements[0].named_children if node.type != "comment"]
    if len(statements) != 1 or statements[0].type != "return_statement" or not statements[0].named_children:
        return
    values = statements[0].named_children[0].named_children
    if len(values) == 1 and values[0].type in _LITERALS:
        if function.has_error:
            raise _broken(source, function)
        yield _leaf(source, (source.text(Span(name.start_byte, name.end_byte)),), values[0])


def _leaf(source: Source, path: KeyPath, literal: Node) -> Leaf:
    """A string's span leaves out its quotes; an escape stays as written, for no version holds one."""
    trim = 0 if literal.type == "int_literal" else 1
    span = Span(literal.start_byte + trim, literal.end_byte - trim)
    return Leaf(path, span, source.text(span))


def _broken(source: Source, node: Node) -> UnreadableError:
    return UnreadableError(source.problem(grammar.first_error(node).start_byte, "not valid Go here"))


def _refuse(source: Source, root: Node, leaves: list[Leaf], wanted: re.Pattern[bytes]) -> None:
    """Raises UnreadableError if an error stands before an import (in a comment that is not closed, say), or has swallowed what looks like a leaf."""
    imported = max((leaf.span.end for leaf in leaves if leaf.path[0] == "import"), default=0)
    for node in root.children:
        if node.is_error and (node.start_byte < imported or wanted.search(source.body, node.start_byte, node.end_byte)):
            raise _broken(source, node)
