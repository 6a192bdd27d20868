"""A requirement of npm, yarn or pnpm: ``^1.2.3 || 2.x``, ``workspace:~1.2.3``, ``npm:other@1.2.3``. https://github.com/npm/node-semver#ranges"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sync.adapter import Packages, Site, purl
from sync.source import Leaf, Source, Span

_OPERATOR: Final = rb"(?:[<>=^~]|\\u003[cdeCDE])*+"
_VERSION: Final = re.compile(rb"(" + _OPERATOR + rb")[ \t]*v?(\d+(?:\.\d+(?:\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?)?)(?:\.[xX*])*")
_RANGE: Final = re.compile(rb"(?:[ \t]*(?:" + _VERSION.pattern + rb"|" + _OPERATOR + rb"[xX*](?:\.[xX*])*|\|\||-(?=[ \t])|,))++[ \t]*")
_ESCAPED: Final = {r"\u003c": "<", r"\u003d": "=", r"\u003e": ">"}


def sites(source: Source, leaf: Leaf, name: str, known: Packages) -> Iterator[Site]:
    """Every version in the requirement that this leaf states on the package of that name, if it is a known one.

    The ends of ``1.2.3 - 2.3.4``, which are both included, come out with the operators ``>=`` and ``<=``.
    What is left of ``46.x`` is ``46``. Paths, URLs, tags and ``workspace:*`` hold no version. ``local`` are
    ``workspace:`` requirements, and others on a package that this repository declares, except for
    ``npm:`` aliases, which always come from a registry.
    """
    start, end = leaf.span
    body = source.body
    alias = leaf.value.startswith("npm:")
    workspace = leaf.value.startswith("workspace:")
    if alias:
        name = leaf.value[len("npm:") :].rpartition("@")[0]
        start = body.rfind(b"@", start, end) + 1
    elif workspace:
        start += len("workspace:")
    package = purl("npm", name)
    if package not in known or not _RANGE.fullmatch(body, start, end):
        return
    local = workspace or (not alias and known.declared(package))
    for match in _VERSION.finditer(body, start, end):
        span = Span(*match.span(2))
        operator = match[1].decode()
        if "\\" in operator:
            operator = re.sub(r"\\u003[cde]", lambda escape: _ESCAPED[escape[0]], operator.lower())
        if body[match.end() : end].lstrip().startswith(b"- "):
            operator = ">="
        elif body[start : match.start()].rstrip().endswith(b" -"):
            operator = "<="
        yield Site(span, source.text(span), package, "requires", "semver", operator, local, requirement=leaf.value)
