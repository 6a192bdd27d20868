"""C# source: the string arguments of assembly attributes, and constants.

The leaves: ``("assembly", NAME)`` for ``[assembly: NAME("text")]``, the name without its namespace and without
``Attribute`` at its end; ``(NAME,)`` for a ``const`` or ``static readonly`` field that is a string or a number. A value with
escapes or an interpolation, and one made by an expression, is no leaf. In ``#if`` and ``#else`` both sides count, so
that a path may occur twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.formats import grammar
from sync.source import Document, KeyPath, Leaf, Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node

reread: None = None
"""There is no second reader: the proof is a second scan."""

_WANTED: Final = re.compile(rb"""\bassembly\s*:|\bconst\b|\breadonly\b""")
"""What an error must hold to have swallowed a leaf."""

_CLOSED: Final = frozenset({"block", "arrow_expression_clause", "accessor_list", "comment", "parameter_list", "base_list", "initializer_expression"})
"""Nodes in which no field and no assembly attribute can stand."""


def read(source: Source) -> Document:
    """The leaves in the order of the file. Raises UnreadableError where a syntax error overlaps what may be one."""
    body = source.body
    leaves: list[Leaf] = []
    stack = [grammar.parser("tree_sitter_c_sharp").parse(body).root_node]
    while stack:
        node = stack.pop()
        kind = node.type
        if kind == "ERROR" or node.is_missing:
            if _WANTED.search(body, node.start_byte, node.end_byte):
                raise UnreadableError(source.problem(node.start_byte, "a syntax error", "mend the line, or compile the file to see what is wrong"))
        elif kind == "global_attribute":
            leaves.extend(_attributes(body, node))
        elif kind == "field_declaration":
            leaves.extend(_fields(body, node))
        elif kind not in _CLOSED:
            stack.extend(reversed(node.children))
    return Document(leaves)


def _attributes(body: bytes, node: Node) -> list[Leaf]:
    if not any(child.type == "assembly" for child in node.children):
        return []
    found = []
    for attribute in node.children:
        arguments = [child for child in attribute.named_children if child.type == "attribute_argument_list"]
        if attribute.type != "attribute" or not arguments or not arguments[0].named_children:
            continue
        name = _text(body, attribute.named_children[0]).rpartition(".")[2].removesuffix("Attribute")
        value = [child for child in arguments[0].named_children[0].named_children if child.type != "comment"]
        if len(value) == 1:
            found += _leaf(body, value[0], ("assembly", name))
    return found


def _fields(body: bytes, node: Node) -> list[Leaf]:
    modifiers = {_text(body, child) for child in node.children if child.type == "modifier"}
    if "const" not in modifiers and not {"static", "readonly"} <= modifiers:
        return []
    found = []
    for declaration in node.named_children:
        for one in declaration.named_children:
            if declaration.type == "variable_declaration" and one.type == "variable_declarator" and len(one.named_children) == 2:
                found += _leaf(body, one.named_children[1], (_text(body, one.named_children[0]),))
    return found


def _leaf(body: bytes, node: Node, path: KeyPath) -> list[Leaf]:
    start, end = node.start_byte, node.end_byte
    if node.type == "integer_literal":
        digits = re.compile(rb"[0-9]+(?=[uUlL]{0,2}\Z)").match(body[start:end])
        return [] if digits is None else [Leaf(path, Span(start, start + digits.end()), digits[0].decode())]
    literal = re.compile(rb'@?"([^"\\]*)"\Z').match(body[start:end])
    if literal is None or node.type not in ("string_literal", "verbatim_string_literal"):
        return []
    span = Span(start + literal.start(1), start + literal.end(1))
    return [Leaf(path, span, literal[1].decode("utf-8", "replace"))]


def _text(body: bytes, node: Node) -> str:
    return body[node.start_byte : node.end_byte].decode("utf-8", "replace")
