"""C's ``#define NAME value``: a scanner of preprocessor lines, for C's grammar has an error in most real version headers.

The leaves: ``(NAME,)`` for each object-like macro whose whole value is a string (the span leaves out quotes and an encoding
prefix), an integer (its suffix left out), or bare numbers with dots or commas as resource files have (``3,10,349,0``), in
any number of parentheses. All branches of ``#if`` count, so a path may occur several times; what stands in a comment does
not. ISO C 6.10.3 and the translation phases of 5.1.1.2.
"""

from __future__ import annotations

import re
from typing import Final

from sync.source import Document, Leaf, Source, Span

reread: None = None
"""There is no second reader: the proof is a second scan."""

_GAP: Final = rb"(?:[ \t\f\v]|\\\r?\n|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)"
"""White space inside a directive: a continued line and a comment are some, too."""

_TOKEN: Final = re.compile(
    rb"""
      ^[ \t]*\#""" + _GAP + rb"""*define""" + _GAP + rb"""+(?P<name>[A-Za-z_]\w*)(?:""" + _GAP + rb"""|\()
    | /\*.*?(?:\*/|\Z)
    | //(?:\\\r?\n|[^\n])*
    | \bR"(?P<mark>[^()\\\s"]{0,16})\(.*?\)(?P=mark)"
    | "(?:\\.|[^"\\\n])*"
    | '(?:\\.|[^'\\\n])*'
    """,
    re.X | re.S | re.M,
)  # fmt: skip

_VALUE: Final = re.compile(
    rb"""
    (?P<open>(?:""" + _GAP + rb"""|\()*)
    (?: (?:u8|[uUL])?"(?P<string>(?:\\.|[^"\\\n])*)"
      | (?P<number>(?:0[xX][0-9A-Fa-f]+ | [0-9]+(?:,[ \t]*[0-9]+){1,3} | [0-9]+(?![\w.])|[0-9]+(?=[uUlLzZ]{1,3}\b(?!\.)) | [0-9]+(?:\.[0-9]+)+(?:[-+.]?\w+)*))[uUlLzZ]{0,3}(?!\w)
    )
    (?P<close>(?:""" + _GAP + rb"""|\))*)
    (?:\r?$|//|/\*|\r?\Z)
    """,
    re.X | re.S | re.M,
)  # fmt: skip


def read(source: Source) -> Document:
    """The macros in the order of the file. No file is broken for it: what is not understood is no leaf."""
    body = source.body
    if b"define" not in body:
        return Document(())
    leaves: list[Leaf] = []
    at = 0
    while True:
        found = _TOKEN.search(body, at)
        if found is None:
            return Document(leaves)
        at = found.end()
        name = found["name"]
        if name is None:
            continue
        if body[at - 1] == 0x28:  # a parenthesis without a space before it: a macro with parameters
            continue
        value = _VALUE.match(body, at)
        if value is None or _parentheses(value["open"]) != _parentheses(value["close"]):
            continue
        at = value.end("close")
        span = Span(*value.span("string" if value["string"] is not None else "number"))
        leaves.append(Leaf((name.decode(),), span, source.text(span)))


def _parentheses(gap: bytes) -> int:
    """How many stand between a macro's name and its value, or behind that; those in a comment are none."""
    return len(re.sub(rb"(?s)/\*.*?\*/|[^()]", b"", gap))
