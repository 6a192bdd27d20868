"""Java's .properties, among them gradle.properties. https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)

A leaf is ``(key,)``: a key with dots in it is one name, ``("thrift.version",)``. What has an empty key is none.
"""

from __future__ import annotations

import re
from typing import Final

from sync.errors import UnreadableError
from sync.formats import utf8
from sync.source import Document, KeyPath, Leaf, Source, Span

_JOIN: Final = rb"\\(?:\r\n?|\n)[ \t\f]*+"
_LINE: Final = re.compile(
    rb"[ \t\f]*+(?:[#!][^\r\n]*+|(?:" + _JOIN + rb")*+"
    rb"(?:(?P<key>(?:[^\\ \t\f=:\r\n]|" + _JOIN + rb"|\\[^\r\n])++|(?=[=:]))"
    rb"(?:[ \t\f]|" + _JOIN + rb")*+(?:[=:](?:[ \t\f]|" + _JOIN + rb")*+)?+(?P<value>(?:[^\\\r\n]|" + _JOIN + rb"|\\[^\r\n])*+))?+)(?:\r\n?|\n|\\?\Z)"
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(?:\r\n?|\n)[ \t\f]*|([\s\S])|\Z)")
_LETTERS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def read(source: Source) -> Document:
    """The values, escapes resolved and continued lines joined. Raises UnreadableError for a key that occurs twice."""
    utf8.text(source)
    body = source.body
    leaves: dict[str, Leaf] = {}
    at = 0
    while at < len(body):
        match = _LINE.match(body, at)
        if match is None:
            raise UnreadableError(source.problem(at, "a line that is neither key and value nor comment"))
        at = match.end()
        key = _decoded((match["key"] or b"").decode())
        if not key:
            continue
        if key in leaves:
            raise UnreadableError(source.problem(match.start("key"), f"{key} occurs twice", "keep one of the two"))
        leaves[key] = Leaf((key,), Span(*match.span("value")), _decoded(match["value"].decode()))
    return Document(leaves.values())


def reread(source: Source) -> dict[KeyPath, str]:
    """The same values by the steps of the specification: natural lines, logical lines, key, separator, value. Raises UnreadableError."""
    logical: list[str] = []
    going_on = False
    for natural in re.split(r"\r\n|\r|\n", utf8.text(source)):
        line = natural.lstrip(" \t\f")
        if not going_on and (not line or line[0] in "#!"):
            continue
        slashes = len(line) - len(line.rstrip("\\"))
        text = line[:-1] if slashes % 2 else line
        if going_on:
            logical[-1] += text
        else:
            logical.append(text)
        going_on = slashes % 2 == 1
    found: dict[KeyPath, str] = {}
    for line in logical:
        end = 0
        while end < len(line) and line[end] not in " \t\f=:":
            end += 2 if line[end] == "\\" else 1
        rest = line[end:].lstrip(" \t\f")
        if rest[:1] in ("=", ":"):
            rest = rest[1:].lstrip(" \t\f")
        key = _decoded(line[:end])
        if not key:
            continue
        if (key,) in found:
            raise UnreadableError(source.problem(0, f"{key} occurs twice"))
        found[key,] = _decoded(rest)
    return found


def _decoded(text: str) -> str:
    """The text with its escapes resolved; a backslash before a line break joins the lines."""

    def character(match: re.Match[str]) -> str:
        code, letter = match.groups()
        return chr(int(code, 16)) if code else _LETTERS.get(letter, letter) if letter else ""

    return _ESCAPE.sub(character, text) if "\\" in text else text
