"""A requirement of npm, yarn or pnpm: ``^1.2.3 || 2.x``, ``workspace:~1.2.3``, ``npm:other@1.2.3``. https://github.com/npm/node-semver#ranges"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from sync.adapter import Left, Packages, Site, purl
from sync.source import Leaf, Source, Span

_OPERATOR: Final = rb"(?:[<>=^~]|\\u003[cdeCDE])*+"
_VERSION: Final = re.compile(rb"(" + _OPERATOR + rb")[ \t]*v?(\d+(?:\.\d+(?:\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?)?)(?:\.[xX*])*")
_RANGE: Final = re.compile(rb"(?:[ \t]*(?:" + _VERSION.pattern + rb"|" + _OPERATOR + rb"[xX*](?:\.[xX*])*|\|\||-(?=[ \t])|,))++[ \t]*")
_OVERRIDDEN: Final = re.compile(r"((?:@[^/@>]+/)?[^/@>*]+)(?:@[<>=]*[^/>]*)?")
_NAME: Final = re.compile(r"(?:@[\w.~-]+/)?[\w.~-]+\Z")
_ESCAPED: Final = {r"\u003c": "<", r"\u003d": "=", r"\u003e": ">"}


def sites(source: Source, leaf: Leaf, name: str, known: Packages, *, peer: bool = False) -> Iterator[Site]:
    """Every version in the requirement that this leaf states on the package of that name, if it is a known one.

    The ends of ``1.2.3 - 2.3.4``, which are both included, come out with the operators ``>=`` and ``<=``.
    What is left of ``46.x`` is ``46``. Paths, URLs, tags and ``workspace:*`` hold no version. ``local`` are
    ``workspace:`` requirements, and others on a package that this repository declares, except for
    ``npm:`` aliases, which always come from a registry, and for those of a ``peer``, which say with what the package
    works, and are met by whoever installs it.
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
    if package not in known:
        return
    local = workspace or (not alias and not peer and known.declared(package))
    for first, last, text, operator in _versions(body[start:end]):
        yield Site(Span(start + first, start + last), text, package, "requires", "semver", operator, local, requirement=leaf.value)


def overridden(key: str) -> str:
    """The package that an override names: the last one of ``a>b`` (pnpm) or ``a/**/b`` (yarn), without its range (``b@^1``)."""
    names = _OVERRIDDEN.findall(key)
    return str(names[-1]) if names else key


def left(source: Source, span: Span, name: str, known: Packages, command: str) -> Iterator[Left]:
    """A known package's version that came from a registry. In the command, ``{name}`` is the package; a name that a shell would read comes into none."""
    package = purl("npm", name)
    if package in known and _NAME.match(name):
        yield Left(span, source.text(span), package, "semver", command.replace("{name}", name))


@lru_cache(maxsize=1024)
def _versions(text: bytes) -> tuple[tuple[int, int, str, str], ...]:
    """Start, end, characters and operator of every version in a range; none where it is no range. A family's packages say the same ones."""
    if not _RANGE.fullmatch(text):
        return ()
    found = []
    for match in _VERSION.finditer(text):
        operator = match[1].decode()
        if "\\" in operator:
            operator = re.sub(r"\\u003[cde]", lambda escape: _ESCAPED[escape[0]], operator.lower())
        if text[match.end() :].lstrip().startswith(b"- "):
            operator = ">="
        elif text[: match.start()].rstrip().endswith(b" -"):
            operator = "<="
        found.append((*match.span(2), match[2].decode(), operator))
    return tuple(found)
