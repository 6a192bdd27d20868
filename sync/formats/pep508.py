"""A requirement string of Python packaging: name, extras, clauses, marker. https://peps.python.org/pep-0508/ and pep-0440"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Final, NamedTuple

from sync.adapter import Packages, Site, purl
from sync.source import Source, Span

_HEAD: Final = re.compile(rb"\s*+([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?![A-Za-z0-9._-])\s*+(?:\[[^\]]*+\]\s*+)?\(?+\s*+(?=[;)<>=!~]|\Z)")
_TAIL: Final = re.compile(rb"[^;)#]*+")
_CLAUSE: Final = re.compile(rb"(?:(===|~=|==|!=|<=|>=|[<>=^~])\s*+|(?<![\w.!+-]))v?([0-9](?:[0-9A-Za-z!+_-]|\.(?!\*))*+)")


class Clause(NamedTuple):
    """One version inside a requirement, and what stands before it: ``>=`` and the span of ``1.2``. ``.*`` stays outside the span."""

    operator: str
    span: Span


class Requirement(NamedTuple):
    """``name`` as written, ``specifier`` as written without brackets around it."""

    name: str
    specifier: str
    clauses: tuple[Clause, ...]


def read(source: Source, span: Span) -> Requirement | None:
    """The requirement that fills the span; None where it names a URL, holds an escape, or is no requirement.

    A clause with ``!=`` is left out: the version in it is not required.
    """
    body = source.body
    head = _HEAD.match(body, *span)
    if head is None or b"\\" in body[span.start : span.end]:
        return None
    tail = _TAIL.match(body, head.end(), span.end)
    inner = Span(head.end(), tail.end() if tail else head.end())
    return Requirement(head[1].decode(), source.text(inner).strip(), tuple(clauses(source, inner)))


def clauses(source: Source, span: Span) -> Iterator[Clause]:
    """The versions of a specifier (``>=1.2,<2``), those of Poetry included (``^1.2``, ``~1.2 || 2.0``)."""
    for match in _CLAUSE.finditer(source.body, *span):
        operator = (match[1] or b"").decode()
        if operator != "!=":
            yield Clause(operator, Span(*match.span(2)))


def sites(source: Source, span: Span, known: Packages, local: Container[str] = ()) -> Iterator[Site]:
    """The sites of the requirement that fills the span, if it is on a package in ``known``; ``local`` are packages that resolve inside the tree."""
    requirement = read(source, span)
    if requirement is None:
        return
    package = purl("pypi", requirement.name)
    if package in known:
        for operator, at in requirement.clauses:
            yield Site(at, source.text(at), package, "requires", "pep440", operator, package in local, requirement=requirement.specifier)
