"""go.mod: a line scanner of its lexical rules, https://go.dev/ref/mod#go-mod-file-grammar.

The leaves, with ``i`` counting the entries of one directive over the whole file, blocks or not:

- ``("module",)``, ``("go",)``, ``("toolchain",)``;
- ``("require", i, "path")`` and ``("require", i, "version")``; ``exclude`` alike;
- ``("replace", i, "old")``, ``("replace", i, "old-version")``, ``("replace", i, "new")``, ``("replace", i, "new-version")``,
  the versions only where they are written;
- ``("retract", i, "low")`` and ``("retract", i, "high")`` (a single version is ``low``);
- ``("tool", i)``, ``("ignore", i)``.

A version keeps its ``v``. A directive that is not known here (Go adds one now and then) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from sync.errors import UnreadableError
from sync.source import Document, KeyPath, Leaf, Source, Span

reread: None = None
"""There is no second reader: the proof is a second scan."""

_TOKEN: Final = re.compile(rb'"(?:[^"\\\n]|\\.)*"|`[^`\n]*`|//[^\n]*|[()\[\]{},]|(?:/(?!/)|[^\s()\[\]{},"`/])(?:/(?!/)|[^\s()\[\]{},/])*|[^ \t\r]')

_SUFFIX: Final = re.compile(r"/v(?:[2-9]|[1-9][0-9]+)\Z")
_GOPKG: Final = re.compile(r"\.v(?:0|[1-9][0-9]*)\Z")

_SINGLE: Final = ("module", "go", "toolchain")
_ARGUMENTS: Final = {
    "module": ("module PATH", 1),
    "go": ("go VERSION", 1),
    "toolchain": ("toolchain NAME", 1),
    "require": ("require PATH VERSION", 2),
    "exclude": ("exclude PATH VERSION", 2),
    "tool": ("tool PATH", 1),
    "ignore": ("ignore PATH", 1),
}


class _Token(NamedTuple):
    text: bytes
    start: int


def read(source: Source) -> Document:
    """The leaves of a go.mod file.

    Raises UnreadableError, with line and column, for what Go's own parser refuses: a malformed known directive,
    an unclosed block or string, a second ``module``, a ``/* */`` comment.
    """
    leaves: list[Leaf] = []
    counts: dict[str, int] = {}
    for verb, arguments, start in _statements(source):
        if verb in _SINGLE:
            if verb in counts:
                raise UnreadableError(source.problem(start, f"{verb} is stated a second time", "keep one of the two"))
            paths: list[KeyPath] = [(verb,)]
        elif verb == "replace":
            paths = _replace(arguments, counts.get(verb, 0))
        elif verb == "retract":
            arguments, paths = _retract(arguments, counts.get(verb, 0))
        elif verb in ("require", "exclude"):
            paths = [(verb, counts.get(verb, 0), "path"), (verb, counts.get(verb, 0), "version")]
        elif verb in ("tool", "ignore"):
            paths = [(verb, counts.get(verb, 0))]
        else:
            continue
        arguments = [one for one in arguments if one.text != b"=>"]
        wanted = _ARGUMENTS.get(verb, ("replace PATH [VERSION] => PATH [VERSION]" if verb == "replace" else "retract VERSION, or retract [LOW, HIGH]", len(paths)))
        if not paths or len(arguments) != wanted[1]:
            raise UnreadableError(source.problem(start, f"a malformed {verb} directive; it should be: {wanted[0]}"))
        counts[verb] = counts.get(verb, 0) + 1
        leaves.extend(_leaf(source, path, token) for path, token in zip(paths, arguments, strict=True))
    return Document(leaves)


def _statements(source: Source) -> Iterator[tuple[str, list[_Token], int]]:
    """Every directive with its arguments, those in a block one by one, and the offset of the line's first token."""
    block = ""
    opened = at = 0
    for line in source.body.split(b"\n"):
        tokens = [_Token(found[0], at + found.start()) for found in _TOKEN.finditer(line) if not found[0].startswith(b"//")]
        at += len(line) + 1
        if not tokens:
            continue
        _lexed(source, tokens)
        start = tokens[0].start
        last = tokens[-1].text
        if tokens[0].text == b")":
            if not block or len(tokens) > 1:
                raise UnreadableError(source.problem(start, "a closing parenthesis that closes no block"))
            block = ""
        elif block:
            yield block, tokens, start
        else:
            verb = source.text(Span(start, start + len(tokens[0].text)))
            if last == b"(" and len(tokens) == 2:
                block, opened = verb, start
            elif not (last == b")" and len(tokens) == 3 and tokens[1].text == b"("):
                yield verb, tokens[1:], start
    if block:
        raise UnreadableError(source.problem(opened, f"the {block} block is not closed", "add a line with a closing parenthesis"))


def _lexed(source: Source, tokens: list[_Token]) -> None:
    for text, start in tokens:
        if text in (b'"', b"`"):
            raise UnreadableError(source.problem(start, "a string that is not closed on its line"))
        if b"/*" in text:
            raise UnreadableError(source.problem(start, "a comment must be written // in a go.mod file, not /* */"))


def _replace(arguments: list[_Token], index: int) -> list[KeyPath]:
    """The key paths of ``old [version] => new [version]``; [] where the line has another shape."""
    arrows = [at for at, token in enumerate(arguments) if token.text == b"=>"]
    if len(arrows) != 1 or arrows[0] not in (1, 2) or len(arguments) - arrows[0] not in (2, 3):
        return []
    old = ("old", "old-version")[: arrows[0]]
    new = ("new", "new-version")[: len(arguments) - arrows[0] - 1]
    return [("replace", index, part) for part in (*old, *new)]


def _retract(arguments: list[_Token], index: int) -> tuple[list[_Token], list[KeyPath]]:
    """The versions of ``v1.0.0`` or ``[v1.0.0, v1.9.9]``, and their key paths; no paths where the line has another shape."""
    if len(arguments) == 1:
        return arguments, [("retract", index, "low")]
    if [token.text for token in arguments[::2]] == [b"[", b",", b"]"] and len(arguments) == 5:
        return arguments[1::2], [("retract", index, "low"), ("retract", index, "high")]
    return arguments, []


def _leaf(source: Source, path: KeyPath, token: _Token) -> Leaf:
    span = Span(token.start, token.start + len(token.text))
    if token.text[:1] in (b'"', b"`"):
        if b"\\" in token.text and token.text[:1] == b'"':
            raise UnreadableError(source.problem(token.start, "a string with an escape is not read", "write the path without quotes"))
        span = Span(span.start + 1, span.end - 1)
    return Leaf(path, span, source.text(span))


def split(path: str) -> tuple[str, str]:
    """A module path without its major version, and that as written: ``/v2`` and above, else "".

    gopkg.in writes ``.v1`` at any major: ``gopkg.in/yaml.v3`` is ``gopkg.in/yaml`` and ``.v3``.
    See https://go.dev/ref/mod#major-version-suffixes.
    """
    suffix = (_GOPKG if path.startswith("gopkg.in/") else _SUFFIX).search(path)
    return (path, "") if suffix is None else (path[: suffix.start()], suffix[0])


class Entry(NamedTuple):
    """A module that a directive names: ``require``, ``exclude``, or the ``old`` or ``new`` side of a replace, and its version where one is written."""

    verb: str
    path: Leaf
    version: Leaf | None


def entries(document: Document) -> list[Entry]:
    """Every module that is named beside the file's own. A ``new`` without a version is a folder."""
    found = []
    for leaf in document:
        match leaf.path:
            case ("require" | "exclude" as verb, int(index), "path"):
                found.append(Entry(verb, leaf, document.get((verb, index, "version"))))
            case ("replace", int(index), "old" | "new" as side):
                found.append(Entry(side, leaf, document.get(("replace", index, f"{side}-version"))))
            case _:
                pass
    return found


def holders(package: str) -> Iterator[tuple[str, str, int]]:
    """The modules that may hold a package, the longest path first: name, major suffix, and bytes of the path up to behind it.

    ``a.b/c/v2/d`` may stand in ``a.b/c/v2/d``, in ``a.b/c`` at ``/v2``, in ``a.b/c``, or in ``a.b``.
    """
    while package:
        name, suffix = split(package)
        yield name, suffix, len(package.encode())
        package = package.rpartition("/")[0]
