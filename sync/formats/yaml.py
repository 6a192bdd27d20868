"""YAML 1.2: tree-sitter finds, ruamel.yaml's events prove. https://yaml.org/spec/1.2.2/

A key path holds the names of mappings and the indices of sequences; where a file has several documents,
the index of the document comes first. Aliases are never followed, so that ten lines cannot become a
billion values, and merge keys stand as they are. What has no value is no leaf, nor is what stands under a key that is a
collection, an alias or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.formats import grammar, utf8, yaml_aliases
from sync.source import Document, KeyPath, Leaf, Source, Span, dotted

if TYPE_CHECKING:
    from ruamel.yaml.events import Event
    from tree_sitter import Node

DEEPEST: Final = 100
"""Collections inside one another. No file that people write is deeper, and deeper ones would exhaust Python's stack."""

_DEEP: Final = re.compile(rb"^[ \t]{60}|^(?:[^\n\-?:]*+(?:[-?:](?![ \t])[^\n\-?:]*+)*+[-?:][ \t]){30}", re.MULTILINE)
"""What a file of more than 200 block collections inside one another cannot do without: a line that is indented far, or holds many indicators.

tree-sitter-yaml 0.7 keeps 255 of them and crashes on more, so such a file is shown to ruamel.yaml first.
"""

_BRACKETS: Final = 5 * DEEPEST
"""Brackets, also those in text, that may be open at once."""

_SCALARS: Final = frozenset({"plain_scalar", "single_quote_scalar", "double_quote_scalar", "block_scalar"})
_MAPPINGS: Final = frozenset({"block_mapping", "flow_mapping"})
_SEQUENCES: Final = frozenset({"block_sequence", "flow_sequence"})
_MERGE: Final = "<<"
_FOLD: Final = r"[ \t]*(?:\r\n?|\n)(?:[ \t]*(?:\r\n?|\n))*[ \t]*"
_ESCAPE: Final = re.compile(rf"\\(?:\r\n?|\n)((?:[ \t]*(?:\r\n?|\n))*)[ \t]*|\\(?:x([0-9A-Fa-f]{{2}})|u([0-9A-Fa-f]{{4}})|U([0-9A-Fa-f]{{8}})|(.))|({_FOLD})")
_ESCAPES: Final = dict(zip("0abtnvfreN_LP", "\0\a\b\t\n\v\f\r\x1b\x85\xa0\u2028\u2029", strict=True))


def read(source: Source) -> Document:
    """The scalars of a YAML file, without their quotes; of a block scalar all of it, from its ``|`` or ``>`` on, as written.

    Raises UnreadableError, with line and column, for a syntax error, for a key that occurs twice in one
    mapping, and for more than 100 collections inside one another.
    """
    _check(source)
    if _DEEP.search(source.body):
        reread(source)
    root = grammar.parser("tree_sitter_yaml").parse(source.body).root_node
    if root.has_error:
        raise _broken(source, root)
    yaml_aliases.check(source, root)
    contents = [content for child in root.named_children if child.type == "document" and (content := _content(child)) is not None]
    leaves: list[Leaf] = []
    for index, content in enumerate(contents):
        _collect(source, content, (index,) if len(contents) > 1 else (), leaves, 0)
    return Document(leaves)


def reread(source: Source) -> dict[KeyPath, str]:
    """The same key paths and values from ruamel.yaml's events, which hold no expanded alias. Raises UnreadableError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.events import AliasEvent, DocumentStartEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

    text = _check(source)
    found: dict[KeyPath, str] = {}

    def value_of(event: Event) -> str | None:
        if not isinstance(event, ScalarEvent):
            return None
        if event.style in ("|", ">"):
            return text[event.start_mark.index : event.end_mark.index].rstrip()
        return str(event.value) if event.value or event.style else None

    def node(event: Event, events: Iterator[Event], path: KeyPath | None, depth: int) -> None:
        """Takes one node's events; ``path`` None where what stands there is no leaf."""
        if depth > DEEPEST:
            raise UnreadableError(source.problem(0, f"more than {DEEPEST} collections inside one another"))
        if isinstance(event, ScalarEvent):
            value = value_of(event)
            if path is not None and value is not None:
                found[path] = value
        elif isinstance(event, SequenceStartEvent):
            for index, item in enumerate(iter(lambda: next(events), None)):
                if item.__class__.__name__ == "SequenceEndEvent":
                    return
                node(item, events, None if path is None else (*path, index), depth + 1)
        elif isinstance(event, MappingStartEvent):
            names: set[str] = set()
            while (key := next(events)).__class__.__name__ != "MappingEndEvent":
                name = value_of(key) if isinstance(key, ScalarEvent) and key.style not in ("|", ">") else None
                if not isinstance(key, ScalarEvent | AliasEvent):
                    node(key, events, None, depth + 1)
                if name is not None and name != _MERGE and name in names:
                    raise UnreadableError(source.problem(0, f"{dotted((*(path or ()), name))} occurs twice in one mapping"))
                names.add(name or "")
                node(next(events), events, None if path is None or name is None else (*path, name), depth + 1)

    try:
        events: list[Event] = list(YAML(typ="safe", pure=True).parse(text))
        starts = [at + 1 for at, event in enumerate(events) if isinstance(event, DocumentStartEvent)]
        full = [at for at in starts if not (isinstance(events[at], ScalarEvent) and value_of(events[at]) is None)]
        for index, at in enumerate(full):
            node(events[at], iter(events[at + 1 :]), (index,) if len(full) > 1 else (), 0)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise UnreadableError(source.problem(len(text[: mark.index].encode()) if mark else 0, error.problem or "not YAML")) from None
    except YAMLError as error:
        raise UnreadableError(source.problem(0, str(error).partition("\n")[0])) from None
    except RecursionError:
        raise UnreadableError(source.problem(0, f"more than {DEEPEST} collections inside one another")) from None
    return found


def _check(source: Source) -> str:
    """The text. Raises UnreadableError where so many brackets are open at once that either reader would take minutes."""
    text = utf8.text(source)
    if text.count("[") + text.count("{") > _BRACKETS:
        depth = 0
        for match in re.finditer(r"[\[\]{}]", text):
            depth += 1 if match[0] in "[{" else -1
            if depth > _BRACKETS:
                raise UnreadableError(source.problem(len(text[: match.start()].encode()), f"more than {DEEPEST} collections inside one another"))
    return text


def _content(node: Node | None) -> Node | None:
    """What a document, an item or a value holds, without tag, anchor and comments; None for an alias, and where there is nothing."""
    if node is None:
        return None
    for child in node.named_children:
        if child.type in ("block_node", "flow_node"):
            return _content(child)
        if child.type in _SCALARS or child.type in _MAPPINGS or child.type in _SEQUENCES:
            return child
    return None


def _collect(source: Source, node: Node, path: KeyPath, leaves: list[Leaf], depth: int) -> None:
    if depth > DEEPEST:
        raise UnreadableError(source.problem(node.start_byte, f"more than {DEEPEST} collections inside one another"))
    if node.type in _SCALARS:
        leaves.append(_leaf(source, node, path))
    elif node.type in _MAPPINGS:
        _pairs(source, [child for child in node.named_children if child.type != "comment"], path, leaves, depth)
    else:
        items = [child for child in node.named_children if child.type != "comment"]
        for index, item in enumerate(items):
            if item.type == "flow_pair":
                _pairs(source, [item], (*path, index), leaves, depth + 1)
            else:
                content = _content(item)
                if content is not None:
                    _collect(source, content, (*path, index), leaves, depth + 1)


def _pairs(source: Source, pairs: list[Node], path: KeyPath, leaves: list[Leaf], depth: int) -> None:
    names: set[str] = set()
    for pair in pairs:
        alone = pair.type == "flow_node"  # {name}, without a value
        key = _content(pair if alone else pair.child_by_field_name("key"))
        if key is None or key.type not in _SCALARS or key.type == "block_scalar":
            continue
        name = _leaf(source, key, path).value
        if name in names and name != _MERGE:
            raise UnreadableError(source.problem(key.start_byte, f"{dotted((*path, name))} occurs twice in one mapping", "keep one of the two"))
        names.add(name)
        value = None if alone else _content(pair.child_by_field_name("value"))
        if value is not None:
            _collect(source, value, (*path, name), leaves, depth + 1)


def _leaf(source: Source, node: Node, path: KeyPath) -> Leaf:
    start, end = node.start_byte, node.end_byte
    kind = node.type
    if kind in ("single_quote_scalar", "double_quote_scalar"):
        start, end = start + 1, end - 1
    raw = source.body[start:end].decode()
    if kind == "block_scalar":
        raw = raw.rstrip()
        return Leaf(path, Span(start, start + len(raw.encode())), raw)
    if kind == "double_quote_scalar":
        value = _ESCAPE.sub(_unescaped, raw) if "\\" in raw or "\n" in raw or "\r" in raw else raw
    else:
        value = re.sub(_FOLD, _folded, raw) if "\n" in raw or "\r" in raw else raw
        value = value.replace("''", "'") if kind == "single_quote_scalar" else value
    return Leaf(path, Span(start, end), value)


def _folded(match: re.Match[str]) -> str:
    """Line folding (section 6.5): one line break is a space, more are one less."""
    breaks = _breaks(match[0])
    return " " if breaks == 1 else "\n" * (breaks - 1)


def _breaks(text: str) -> int:
    return len(re.findall(r"\r\n?|\n", text))


def _unescaped(match: re.Match[str]) -> str:
    joined, *codes, letter, fold = match.groups()
    if joined is not None:
        return "\n" * _breaks(joined)
    if fold is not None:
        return _folded(match)
    code = next((code for code in codes if code), None)
    if code is None:
        return _ESCAPES.get(letter, letter)
    return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"


def _broken(source: Source, root: Node) -> UnreadableError:
    """What ruamel.yaml says of a file that tree-sitter cannot read, for it says where and why; else the first node that is an error."""
    try:
        reread(source)
    except UnreadableError as error:
        return error
    stack = [root]
    start = 0
    while stack:
        node = stack.pop()
        if (node.is_error and node is not root) or node.is_missing:
            start = node.start_byte
            break
        stack.extend(child for child in reversed(node.children) if child.has_error or child.is_missing)
    return UnreadableError(source.problem(start, "not YAML from here on", "is a quote, a bracket or the indentation wrong?"))
