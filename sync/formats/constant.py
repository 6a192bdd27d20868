"""Assignments of one literal, in any language that has no format of its own: the fallback for a place by ``name``.

The leaves: ``(NAME,)`` for each line that is nothing but such an assignment, whatever stands before the name (``export
const``, ``static final String``, ``my $``) or declares its type (``NAME: &str``, ``NAME As String``). Of a name with dots or
colons (``exports.VERSION``) the last part counts.

- ``NAME = "1.2.3";`` with ``=``, ``:=``, ``?=``, ``<-``, ``=>`` or ``:``, the name perhaps quoted; ``@NAME "1.2.3"``, ``set NAME "1.2.3"``;
- ``NAME=1.2.3`` and ``NAME = 46``, a bare number, a suffix such as ``u32`` left out of the span;
- ``define('NAME', '1.2.3')``.

A line that starts like a comment, or stands in a ``/* */`` comment that starts a line, counts for nothing; so does a value
with an escape or an interpolation, or with more behind it than closing marks and a comment. A name may be assigned twice,
so a path may occur twice.
"""

from __future__ import annotations

import re
from typing import Final

from sync.source import Document, Leaf, Source, Span

reread: None = None
"""There is no second reader: the proof is a second scan."""

_LONGEST: Final = 200
"""Bytes that may stand before an operator."""

_COMMENT: Final = (b"#", b"//", b"--", b"*", b";", b"%", b"<!--", b"/*")

_OPERATOR: Final = re.compile(rb"""(?:=>|<-|(?<![<>!=+\-*/|&^%~])[:?]?=(?![=>~])|(?<!:):(?![:=]))[ \t]*(?=["'`]|[vV]?[0-9])""")
"""An operator with a literal behind it. The first of a line decides."""

_SPACED: Final = re.compile(rb"""(?:@|set[ \t]+)(?P<name>[A-Za-z_][\w.\-]*)[ \t]+(?=["'])""")
_DEFINE: Final = re.compile(rb"""-?define[ \t]*\([ \t]*['"]?(?P<name>[A-Za-z_]\w*)['"]?[ \t]*,[ \t]*(?=["'0-9])""")

_LITERAL: Final = re.compile(
    rb"""
    (?: (?P<quote>["'`])(?P<string>(?:(?!(?P=quote))[^\\$\n])*)(?P=quote)
      | (?P<number>[0-9]+(?=_?[uUiI](?:8|16|32|64|128|size)\b|[uUlL]{1,3}\b)|[vV]?[0-9][\w.+\-]*)(?:_?[uUiI](?:8|16|32|64|128|size)|[uUlL]{1,3})?
    )
    (?:\.\w+(?:\(\))?|[ \t]+as[ \t]+const)?
    [ \t]*[;,)\]}.]*[ \t]*
    (?:\r?\Z|//|\#|--|/\*|%|;)
    """,
    re.X,
)  # fmt: skip

_QUOTED: Final = re.compile(rb"""\[?(["'])([\w.\-$@]+)\1\]?""")
_DROPPED: Final = re.compile(rb"pub\([\w: ]*\)|&'\w+|<[^<>]*>|\[[^\[\]]*\]")
"""What a declaration may hold beside names: a visibility, a lifetime, type parameters, an array's size."""

_DECLARED: Final = re.compile(rb"[\w \t$@&:*.?\-]+")
_STATEMENT: Final = re.compile(rb"(?:if|elif|elsif|else|while|when|for|case|return|assert|and|or|not|\?)(?!\w)")
_TYPED: Final = re.compile(rb"(?<!:):(?!:)|[ \t]As[ \t]")
_LAST: Final = re.compile(rb"[A-Za-z_]\w*(?:-\w+)*")


def read(source: Source) -> Document:
    """The assignments in the order of the file. No file is broken for it: what is not understood is no leaf."""
    body = source.body
    last_close = body.rfind(b"*/")
    leaves: list[Leaf] = []
    at = beyond = 0
    for line in body.split(b"\n"):
        start, at = at, at + len(line) + 1
        if start < beyond:
            continue
        head = line.lstrip()
        if head.startswith(_COMMENT):
            if head.startswith(b"/*") and b"*/" not in head and last_close > start:
                beyond = body.index(b"*/", start) + 2
            continue
        found = _SPACED.match(head) or _DEFINE.match(head)
        if found is not None:
            name, offset = found["name"], found.end()
        else:
            operator = _OPERATOR.search(head, 0, _LONGEST)
            if operator is None:
                continue
            name, offset = _name(head[: operator.start()].rstrip()), operator.end()
        literal = _LITERAL.match(head, offset) if name else None
        if literal is None or b"#{" in (literal["string"] or b""):
            continue
        low, high = literal.span("string" if literal["string"] is not None else "number")
        start += len(line) - len(head)
        span = Span(start + low, start + high)
        leaves.append(Leaf((name.decode("utf-8", "replace"),), span, source.text(span)))
    return Document(leaves)


def _name(head: bytes) -> bytes:
    """The name that what stands before the operator declares; b"" where it is no declaration."""
    quoted = _QUOTED.fullmatch(head)
    if quoted is not None:
        return quoted[2]
    head = _DROPPED.sub(b"", head)
    if not _DECLARED.fullmatch(head) or _STATEMENT.match(head):
        return b""
    names = _LAST.findall(_TYPED.split(head, maxsplit=1)[0])
    return names[-1] if names else b""
