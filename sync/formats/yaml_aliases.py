"""Alias bombs in YAML: a few lines whose aliases stand for millions of values. They are refused, although nothing here expands an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

FEW: Final = 8
"""Asterisks in a file that need no counting: with so few aliases, no bomb goes far."""

BOMB: Final = 1_000_000
"""Nodes that a reader which expands aliases would see. No file that people write comes near."""


def check(source: Source, root: Node) -> None:
    """Raises UnreadableError, at the collection that holds too many, for a file whose aliases stand for more than `BOMB` nodes."""
    if source.body.count(b"*") > FEW and b"&" in source.body:
        _weight(source, root, {})


def _weight(source: Source, node: Node, anchors: dict[bytes, int]) -> int:
    if node.type == "alias":
        return anchors.get(source.body[node.start_byte + 1 : node.end_byte], 1)
    total, name = 1, b""
    for child in node.named_children:
        if child.type == "anchor":
            name = source.body[child.start_byte + 1 : child.end_byte]
        else:
            total += _weight(source, child, anchors)
        if total > BOMB and anchors:
            raise UnreadableError(source.problem(child.start_byte, f"an alias bomb: from here on its aliases stand for more than {BOMB} values"))
    if name:
        anchors[name] = total
    return total
