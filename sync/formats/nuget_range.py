"""A version range of NuGet: ``1.2.3``, ``[1.2.3]``, ``[1.2.3, 2.0)``, ``(, 1.2.3]``, ``1.2.*``. https://learn.microsoft.com/nuget/concepts/package-versioning"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sync.adapter import Packages, Site
from sync.source import Leaf, Source, Span

_VERSION: Final = rb"(\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)"
_BARE: Final = re.compile(rb"[ \t]*" + _VERSION + rb"(?:\.?-?\*)?[ \t]*")
_INTERVAL: Final = re.compile(rb"[ \t]*([\[(])[ \t]*" + _VERSION + rb"?[ \t]*(?:(,)[ \t]*" + _VERSION + rb"?[ \t]*)?([\])])[ \t]*")


def sites(source: Source, leaf: Leaf, package: str, known: Packages) -> Iterator[Site]:
    """Every version in the range that this leaf states for a known package.

    The brackets are said as operators: ``[1.2.3]`` is ``=``, other ends are ``>=``, ``>``, ``<=``, ``<``; a bare
    version (that one or later) has none. ``local`` where this repository declares the package. An
    expression holds no version.
    """
    if package not in known:
        return
    found = []
    bare = _BARE.fullmatch(source.body, *leaf.span)
    interval = _INTERVAL.fullmatch(source.body, *leaf.span)
    if bare is not None:
        found.append(("", bare.span(1)))
    elif interval is not None:
        opening, _, comma, _, closing = interval.groups()
        least = "=" if not comma else ">=" if opening == b"[" else ">"
        found += [(least, interval.span(2)), ("<=" if closing == b"]" else "<", interval.span(4))]
    for operator, span in found:
        if span[0] >= 0:
            yield Site(Span(*span), source.text(Span(*span)), package, "requires", "nuget", operator, known.declared(package), requirement=leaf.value)
