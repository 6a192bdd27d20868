"""JSON (RFC 8259), strictly: no comments, no trailing commas, no two members of one name.

One pattern matches a whole member, ``"key": "value",``, so a file is walked at about a microsecond a
leaf and no grammar is loaded: half the time of tree-sitter-json with the cheapest walk over its nodes.
The tests hold it against json and tree-sitter-json.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sync.errors import UnreadableError
from sync.formats import utf8
from sync.source import Document, KeyPath, Leaf, Source, Span, dotted

if TYPE_CHECKING:
    from collections.abc import Callable

    Match = re.Match[bytes]

DEEPEST: Final = 200
"""Containers inside one another. No file that states a version is deeper, and json gives up near 1,000."""

_STRING = rb'"((?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)"'
_SCALAR = rb"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null)(?![\w.+-])"


class Grammar(NamedTuple):
    """The patterns of one dialect; each takes the white space behind what it matches.

    ``member`` and ``item`` have the groups 1 key (empty in ``item``), 2 string, 3 other scalar, 4 comma,
    5 opening bracket; ``close`` has 1 bracket, 2 comma. ``trailing`` allows a comma before a bracket
    that closes.
    """

    space: Callable[[bytes, int], Match | None]
    member: Callable[[bytes, int], Match | None]
    item: Callable[[bytes, int], Match | None]
    close: Callable[[bytes, int], Match | None]
    trailing: bool


def grammar(space: bytes, *, trailing: bool) -> Grammar:
    """The grammar whose white space is that pattern."""
    comma = rb"(?:(,)" + space + rb")?+"
    value = rb"(?:(?:" + _STRING + rb"|" + _SCALAR + rb")" + space + comma + rb"|([{\[])" + space + rb")"
    return Grammar(
        re.compile(space).match,
        re.compile(_STRING + space + rb":" + space + value).match,
        re.compile(rb"()" + value).match,
        re.compile(rb"([}\]])" + space + comma).match,
        trailing,
    )


_STRICT = grammar(rb"[ \t\r\n]*+", trailing=False)


def read(source: Source) -> Document:
    """The leaves of a JSON text: strings without their quotes, other scalars as written.

    An escaped half of a surrogate pair without its other half reads as U+FFFD. Raises UnreadableError,
    with line and column, for what RFC 8259 does not allow, for a name that occurs twice in one object,
    and for more than 200 containers inside one another.
    """
    return scan(source, _STRICT)


def reread(source: Source) -> dict[KeyPath, str]:
    """The same key paths and values by the standard library's parser. Raises UnreadableError."""
    return load(source, source.body)


def scan(source: Source, dialect: Grammar) -> Document:
    """The leaves of a text in that dialect of JSON."""
    body = source.body
    if not body.isascii():
        utf8.text(source)
    space, member, item, close, trailing = dialect
    new = tuple.__new__  # a Leaf and a Span for every value: their own constructors take twice as long
    leaves: list[Leaf] = []
    stack: list[tuple[KeyPath, set[str] | None, int]] = []
    path: KeyPath = ()
    names: set[str] | None = None  # of the members seen in this object; None in an array and at the root
    index = 0
    value_due = True  # nothing may close here
    start = space(body, 0)
    at = start.end() if start else 0
    while True:
        match = item(body, at) if names is None else member(body, at)
        if match is not None:
            here = path
            if names is not None:
                raw = match[1]
                name = _unescape(raw) if b"\\" in raw else raw.decode()
                here = (*path, name)
                if name in names:
                    raise UnreadableError(source.problem(at, f"{dotted(here)} occurs twice in one object", "keep one of the two"))
                names.add(name)
            elif stack:
                here = (*path, index)
                index += 1
            what = match.lastindex
            if what == 5:
                if len(stack) == DEEPEST:
                    raise UnreadableError(source.problem(match.start(5), f"more than {DEEPEST} containers inside one another"))
                stack.append((path, names, index))
                path, names, index, value_due, at = here, set() if match[5] == b"{" else None, 0, False, match.end()
                continue
            raw = match[2]
            if raw is not None:
                leaves.append(new(Leaf, (here, new(Span, match.span(2)), _unescape(raw) if b"\\" in raw else raw.decode())))
            else:
                leaves.append(new(Leaf, (here, new(Span, match.span(3)), match[3].decode())))
            at = match.end()
            if what == 4:
                if not stack:
                    at = match.start(4)
                    break
                value_due = not trailing
                continue
        elif value_due:
            raise _refusal(source, dialect, at, names is not None)
        while stack:
            match = close(body, at)
            if match is None or (match[1] == b"]") is not (names is None):
                raise _refusal(source, dialect, at, names is not None)
            path, names, index = stack.pop()
            at = match.end()
            if match.lastindex == 2:
                if not stack:
                    at = match.start(2)
                value_due = not trailing
                break
        if not stack:
            break
    if at < len(body):
        raise UnreadableError(source.problem(at, "text after the end of the JSON value"))
    return Document(leaves)


class _Members(list[tuple[str, object]]):
    """An object as its members in order, so that a name that occurs twice is seen."""

    __slots__ = ()


def load(source: Source, text: bytes) -> dict[KeyPath, str]:
    """The leaves of a JSON text of that source by the standard library, as key path -> value."""
    import json

    utf8.text(source)
    found: dict[KeyPath, str] = {}

    def walk(value: object, path: KeyPath) -> None:
        if isinstance(value, str):
            found[path] = value if value.isascii() else _paired(value)
        elif isinstance(value, _Members):
            if len({name for name, _ in value}) < len(value):
                raise UnreadableError(source.problem(0, f"a name occurs twice in {dotted(path) or 'the outermost object'}"))
            for name, member in value:
                walk(member, (*path, name if name.isascii() else _paired(name)))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                walk(item, (*path, index))
        else:
            found[path] = "null" if value is None else str(value).lower()

    def refuse(constant: str) -> object:
        raise UnreadableError(source.problem(0, f"{constant} is no JSON value"))

    try:
        walk(json.loads(text.decode(), object_pairs_hook=_Members, parse_int=str, parse_float=str, parse_constant=refuse), ())
    except json.JSONDecodeError as error:
        raise UnreadableError(source.problem(len(error.doc[: error.pos].encode()), error.msg)) from None
    except RecursionError:
        raise UnreadableError(source.problem(0, f"more than {DEEPEST} containers inside one another")) from None
    return found


def _unescape(raw: bytes) -> str:
    """The characters of a string with escapes (RFC 8259, section 7)."""
    plain = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

    def character(match: re.Match[str]) -> str:
        code, letter = match.groups()
        return chr(int(code, 16)) if code else plain.get(letter, letter)

    return _paired(re.sub(r"\\(?:u([0-9A-Fa-f]{4})|(.))", character, raw.decode()))


def _paired(text: str) -> str:
    """The text with pairs of surrogates joined, and lone ones replaced by U+FFFD."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refusal(source: Source, dialect: Grammar, at: int, in_object: bool) -> UnreadableError:
    """The error for a text in which nothing that is allowed stands at that offset."""
    body = source.body
    space = dialect.space
    key = re.compile(_STRING).match(body, at) if in_object else None
    want = "a name in double quotes" if in_object else "a value"
    if body[:at].rstrip()[-1:] not in b"{[,":
        want = "a comma or a closing bracket"
    elif key is not None:
        behind = space(body, key.end())
        at = behind.end() if behind else key.end()
        want = "a colon"
        if body[at : at + 1] == b":":
            behind = space(body, at + 1)
            at = behind.end() if behind else at + 1
            want = "a value"
    rest = body[at : at + 2]
    if not rest:
        message, hint = f"the file ends where {want} should be", "is it cut off?"
    elif rest in (b"//", b"/*") or rest[:1] == b"#":
        message, hint = "a comment, which JSON does not have", "take it out, or read the file as jsonc"
    elif rest[:1] in b"}]" and want != "a colon":
        message, hint = f"a closing bracket where {want} should be", "is there a comma too many, or a bracket of the other kind?"
    elif rest[:1] == b'"' and want != "a colon" and "comma" not in want:
        return _string_refusal(source, at)
    else:
        shown = body[at : at + 12].split(b"\n")[0].decode("utf-8", "replace").strip()
        message, hint = f"{shown!r} stands where {want} should be", ""
    return UnreadableError(source.problem(at, message, hint))


def _string_refusal(source: Source, at: int) -> UnreadableError:
    """The error for a string that has no end, a control character or an escape that JSON lacks."""
    good = re.compile(_STRING[:-1]).match(source.body, at)
    end = good.end() if good else at
    byte = source.body[end : end + 1]
    if byte == b"\\":
        return UnreadableError(source.problem(end, "an escape that JSON does not have", r"write \\ for a backslash"))
    if not byte or byte in b"\r\n":
        return UnreadableError(source.problem(at, "a string without its closing quote"))
    return UnreadableError(source.problem(end, f"a control character (U+{byte[0]:04X}) in a string", "write it as an escape"))
