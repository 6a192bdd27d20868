"""CMake's language: a scanner of its command syntax, https://cmake.org/cmake/help/latest/manual/cmake-language.7.html#syntax

The leaves:

- ``(COMMAND, i, j)``: the j-th argument of the i-th call of a command, its name in lower case: ``("project", 0, 2)``.
  Parentheses inside an argument list count as arguments, as they do for CMake, and are no leaves;
- ``(NAME,)`` in place of ``("set", i, 1)``: the value of ``set(NAME value)``, and the first value where there are more. A
  variable may be set twice, so a path may too.

A span leaves out quotes and brackets. A value has its escapes resolved and its ``${REFERENCES}`` as written.
"""

from __future__ import annotations

import re
from typing import Final

from sync.errors import UnreadableError
from sync.source import Document, KeyPath, Leaf, Source, Span

reread: None = None
"""There is no second reader: the proof is a second scan."""

_TOKEN: Final = re.compile(
    rb"""
      [\ \t\r\n;]+                                            # a semicolon parts elements of a list
    | \#\[(?P<comment>=*)\[ | \#[^\n]*
    | \[(?P<bracket>=*)\[
    | (?P<quoted>"(?:[^"\\]|\\.)*")
    | (?P<open>\() | (?P<close>\))
    | (?P<plain>(?:[^\s()\#"\\;]|\\.)(?:[^\s()\#"\\;]|\\.|"(?:[^"\\\n]|\\.)*")*)
    """,
    re.X | re.S,
)
_COMMAND: Final = re.compile(rb"([A-Za-z_][A-Za-z0-9_]*)[ \t]*\(")
_BLANK: Final = re.compile(rb"(?:[ \t\r\n]+|\#(?!\[=*\[)[^\n]*)*")
_BRACKET: Final = re.compile(rb"\#\[(=*)\[")
_ESCAPE: Final = re.compile(r"\\(\r?\n|.)", re.S)
_NAMED: Final = {"t": "\t", "r": "\r", "n": "\n"}


def read(source: Source) -> Document:
    """The arguments of every command. Raises UnreadableError, with line and column, for what is not closed, and for what is no command."""
    body = source.body
    leaves: list[Leaf] = []
    counts: dict[str, int] = {}
    at = _skipped(source, 0)
    while at < len(body):
        found = _COMMAND.match(body, at)
        if found is None:
            raise UnreadableError(source.problem(at, "not valid CMake: a command should stand here"))
        name = found[1].decode().lower()
        index = counts[name] = counts.get(name, -1) + 1
        spans, at = _arguments(source, found.end(), found.start())
        variable = source.text(spans[0]) if name == "set" and spans and spans[0] is not None else None
        for position, span in enumerate(spans):
            if span is not None:
                path: KeyPath = (variable,) if variable is not None and position == 1 else (name, index, position)
                leaves.append(Leaf(path, span, _value(source, span)))
        at = _skipped(source, at)
    return Document(leaves)


def computed(document: Document, name: str) -> tuple[str, str]:
    """The subcommand that gives a variable its value otherwise than ``set`` does (``file(STRINGS path NAME)``, ``list(GET ...)``, ``string``,
    ``math``), and that one's first argument; "" where none does.
    """
    for leaf in document:
        match leaf.path:
            case ("file" | "list" | "string" | "math" as command, int(index), int(at)) if leaf.value == name and at > (command in ("file", "list")):
                verb, first = document.get((command, index, 0)), document.get((command, index, 1))
                return verb.value if verb is not None else command, first.value if first is not None else ""
            case _:
                pass
    return "", ""


def _skipped(source: Source, at: int) -> int:
    """The offset of the next command: blanks and comments are passed over."""
    body = source.body
    while True:
        blank = _BLANK.match(body, at)
        at = blank.end() if blank is not None else at
        bracket = _BRACKET.match(body, at)
        if bracket is None:
            return at
        at = _closed(source, at, bracket.end(), bracket[1])[1]


def _arguments(source: Source, at: int, start: int) -> tuple[list[Span | None], int]:
    """The span of each argument, None for a parenthesis; and the offset behind the closing one."""
    body = source.body
    spans: list[Span | None] = []
    depth = 1
    while at < len(body):
        found = _TOKEN.match(body, at)
        if found is None:
            raise UnreadableError(source.problem(at, "not valid CMake: a string that is not closed" if body[at] == 0x22 else "not valid CMake: a stray character"))
        at = found.end()
        kind = found.lastgroup
        if kind == "comment":
            at = _closed(source, found.start(), at, found["comment"])[1]
        elif kind == "bracket":
            span, at = _closed(source, found.start(), at, found["bracket"])
            spans.append(span)
        elif kind == "quoted":
            spans.append(Span(found.start() + 1, at - 1))
        elif kind == "plain":
            spans.append(Span(found.start(), at))
        elif kind is not None:
            depth += 1 if kind == "open" else -1
            if not depth:
                return spans, at
            spans.append(None)
    raise UnreadableError(source.problem(start, "not valid CMake: a parenthesis that is not closed"))


def _closed(source: Source, start: int, opened: int, width: bytes) -> tuple[Span, int]:
    """The inside of a bracket argument or comment (without the line break that CMake drops at its start), and the offset behind it."""
    body = source.body
    end = body.find(b"]" + width + b"]", opened)
    if end < 0:
        raise UnreadableError(source.problem(start, "not valid CMake: a bracket that is not closed"))
    inside = opened
    for dropped in (b"\r\n", b"\n"):
        if body.startswith(dropped, opened):
            inside = opened + len(dropped)
            break
    return Span(min(inside, end), end), end + len(width) + 2


def _value(source: Source, span: Span) -> str:
    text = source.text(span)
    if "\\" not in text or source.body.startswith(b"]", span.end):  # a bracket argument has no escapes, and no other ends before a bracket
        return text
    return _ESCAPE.sub(lambda found: "" if "\n" in found[1] else _NAMED.get(found[1], found[1]), text)
