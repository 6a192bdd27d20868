"""What a requirement means in each ecosystem, and how it moves with the version that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, NamedTuple

from sync import spelling as spellings
from sync.version import Version, trimmed

_LONGEST: Final = 1024
"""Characters of a requirement that is read."""

_BARE: Final = {"cargo": "^", "nuget": ">="}
"""What a version without an operator means; where it is not said here, that version alone."""

_STRICT: Final = ("cargo", "npm")
"""Where a pre-release satisfies only a comparator that names a pre-release of the same three numbers, and where ``=1.2`` means any 1.2.x."""

_CLAUSE: Final = r"(\^|~>|~=|~|>=|<=|===?|!=|=|>|<)?\s*\"?([0-9A-Za-z.*+_-]+)\"?(?:\s*,\s*|\s+and\s+|\s*&\s*|\s+|$)"
_PARTIAL: Final = r"[vV=]?((?:[0-9]{1,18}\.){0,3})[xX*](?:\.[xX*]){0,3}"
_NUMBERS: Final = r"[vV]?([0-9]{1,18}(?:\.[0-9]{1,18}){0,3})(?![0-9])"


class Comparator(NamedTuple):
    """One bound: ``below`` means under every version, pre-releases too, of those numbers."""

    operator: str
    version: Version


@lru_cache(maxsize=4096)
def satisfies(requirement: str, version: Version, ecosystem: str) -> bool:
    """Whether a version is in a requirement as written, with all its clauses; a requirement that cannot be read holds no version.

    ``ecosystem`` is a package-URL type. Pre-releases count as Cargo and npm count them (only next to one of the same
    three numbers that is named); elsewhere by the order alone, as NuGet, RubyGems and pip do once pre-releases are asked for.
    """
    text = requirement.strip()
    if len(text) > _LONGEST:
        return False
    if ecosystem == "golang":
        return spellings.same(text, version, "tag")
    if ecosystem == "npm":
        text = _unprefixed(text)
        if text in ("^", "~"):
            return True
    if ecosystem == "pypi" and "^" not in text and not re.match(r"~[^=]", text) and text[:1] in "=<>!~(":
        return _pep440(text, version)
    if ecosystem in ("nuget", "maven") and text[:1] in "[(":
        return any(_holds(one, version, ecosystem) for one in _intervals(text, ecosystem))
    alternatives = _regex(r"\s*\|\|?\s*|\s+or\s+").split(text) if ecosystem in ("npm", "composer", "hex", "pypi") else [text]
    read = [_comparators(one.strip(), ecosystem) for one in alternatives]
    if ecosystem == "npm":
        # node-semver drops all other alternatives where one is "any", which no pre-release satisfies
        read = next(([one] for one in read if one is not None and all(each == Comparator(">=", Version((0,))) for each in one)), read)
    return any(_holds(one, version, ecosystem) for one in read)


@cache
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source)


def _unprefixed(text: str) -> str:
    """The range in ``workspace:^1.2.3`` and ``npm:name@1.2.3`` (https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies)."""
    if text.startswith("workspace:"):
        return text[len("workspace:") :]
    return text.rpartition("@")[2] if text.startswith("npm:") else text


def _pep440(text: str, version: Version) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text.strip("()")).contains(spellings.render(version, "pep440"), prereleases=True)
    except InvalidSpecifier:
        return False


def _key(version: Version, ecosystem: str) -> Any:
    """What versions are ordered by in that ecosystem: in SemVer and RubyGems ``dev`` is one identifier among others."""
    if version.dev is None or ecosystem not in ("cargo", "npm", "nuget", "gem", "hex"):
        return version
    kind, n = version.pre or ("", None)
    before = [kind] if kind else []
    named = ".".join([*before, *([str(n)] if n is not None else []), "dev"])
    return Version(version.release, (named, version.dev or None))


def _holds(comparators: list[Comparator] | None, version: Version, ecosystem: str) -> bool:
    if comparators is None:
        return False
    if ecosystem in _STRICT and version.is_prerelease:
        named = any(one.version.is_prerelease and one.version.final == version.final for one in comparators)
        if not named:
            return False
    return all(_meets(one, version, ecosystem) for one in comparators)


def _meets(comparator: Comparator, version: Version, ecosystem: str) -> bool:
    if comparator.operator == "below":
        return version.final < comparator.version
    return bool(_COMPARE[comparator.operator](_key(version, ecosystem), _key(comparator.version, ecosystem)))


_COMPARE: Final = {">=": ge, ">": gt, "<": lt, "<=": le, "!=": ne, "=": eq, "==": eq, "===": eq}


def _comparators(text: str, ecosystem: str) -> list[Comparator] | None:
    """The bounds of one alternative; None where it cannot be read."""
    hyphen = _regex(r"(\S+)\s+-\s+(\S+)").fullmatch(text) if ecosystem in ("npm", "composer") else None
    if hyphen is not None:
        clauses = [(">=", hyphen[1]), ("<=" if ecosystem == "npm" or _count(hyphen[2]) > 2 else "=*", hyphen[2])]
    else:
        found = [*_regex(_CLAUSE).finditer(text)]
        if "".join(match[0] for match in found) != text or (text and not found):
            return None
        clauses = [(match[1] or "", match[2]) for match in found]
    bounds: list[Comparator] = []
    for operator, written in clauses:
        some = _bounds(operator, written, ecosystem)
        if some is None:
            return None
        bounds += some
    return bounds


def _count(text: str) -> int:
    match = _regex(_NUMBERS).match(text)
    return match[1].count(".") + 1 if match is not None else 0


def readable(requirement: str, ecosystem: str) -> bool:
    """Whether a comma-separated range can be read at all: `satisfies` says of one that cannot that it holds no version."""
    return bool(requirement.strip()) and len(requirement) <= _LONGEST and _comparators(requirement.strip(), ecosystem) is not None


def _next(release: tuple[int, ...], at: int) -> Version:
    return Version((*release[:at], release[at] + 1))


def _bounds(operator: str, written: str, ecosystem: str) -> list[Comparator] | None:
    """One clause as bounds. Cargo: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html; npm: https://github.com/npm/node-semver#ranges;
    RubyGems: https://guides.rubygems.org/patterns/#pessimistic-version-constraint; Composer: https://getcomposer.org/doc/articles/versions.md.
    """
    wild = _regex(_PARTIAL).fullmatch(written)
    if wild is not None or written == "any":
        release = tuple(map(int, wild[1].strip(".").split("."))) if wild is not None and wild[1] else ()
        if not release:
            return [Comparator("below", Version((0,)))] if operator in ("<", ">") else []
        version, count = Version(release), len(release)
    else:
        spelled = spellings.of_ecosystem(ecosystem)
        found = spellings.parse(written.lstrip("vV=") if spelled == "semver" else written, spelled)
        if found is None:
            return None
        version, count = found, len(found.release)
        release = version.release
    operator = operator or ("=" if wild is not None else _BARE.get(ecosystem, "="))
    partial = wild is not None or (ecosystem in _STRICT and count < 3)
    match operator:
        case "^":
            at = next((at for at, part in enumerate(release) if part), count - 1)
            return [Comparator(">=", version), Comparator("below", _next(release, at))]
        case "~" | "~>" | "~=":
            at = min(1, count - 1) if operator == "~" and ecosystem != "composer" or ecosystem in _STRICT else max(count - 2, 0)
            return [Comparator(">=", version), Comparator("below", _next(release, at))]
        case "=" | "==" | "===" | "=*":
            if partial or operator == "=*":
                return [Comparator(">=", version), Comparator("below", _next(release, count - 1))]
            return [Comparator("=", version)]
        case ">" if partial:
            return [Comparator(">=", _next(release, count - 1))]
        case "<=" if partial:
            return [Comparator("below", _next(release, count - 1))]
        case "<" if partial:
            return [Comparator("below", version)]
        case _:
            return [Comparator(operator, version)]


def _intervals(text: str, ecosystem: str) -> Iterator[list[Comparator] | None]:
    """``[1,2)``, ``[1.0]``, ``(,1.0],[1.2,)``: https://learn.microsoft.com/nuget/concepts/package-versioning, https://maven.apache.org/pom.html#Dependency_Version_Requirement_Specification."""
    source = r"\s*([\[(])\s*([^\[\](),\s]*)\s*(,?)\s*([^\[\](),\s]*)\s*([\])])\s*(?:,|$)"
    if _regex(f"(?:{source})+").fullmatch(text) is None:
        return
    for opening, low, comma, high, closing in _regex(source).findall(text):
        clauses = [(">=" if opening == "[" else ">", low), ("<=" if closing == "]" else "<", high)] if comma else [("=", low)]
        bounds: list[Comparator] | None = []
        for operator, written in clauses:
            some = _bounds(operator, written, ecosystem) if written else []
            bounds = None if some is None or bounds is None else bounds + some
        yield bounds


def exact(operator: str, ecosystem: str) -> bool:
    """Whether a clause with that operator accepts one version only. A Go require counts as exact; NuGet's ``[1.2.3]`` has the operator ``=``."""
    if ecosystem == "golang" or operator in ("=", "==", "===", "[]"):
        return True
    return operator == "" and ecosystem not in ("cargo", "nuget")


def moved(operator: str, text: str, old: Version | None, new: Version, spelling: str, ecosystem: str) -> str | None:
    """The new text of one version inside a requirement; None where it does not move (``!=``, ``>``).

    Lower bounds, exact and compatible ones get the new version in the precision of the old text, except where an exact one
    would then no longer be satisfied. An upper bound keeps its distance from the version that it was written next to.
    """
    if operator in ("!=", ">"):
        return None
    if operator in ("<", "<=") and not (operator == "<=" and old is not None and spellings.same(text, old, spelling, parts_only=True)):
        return _upper(operator, text, old, new, spelling)
    whole = exact(operator, ecosystem) and ecosystem not in _STRICT
    return spellings.render(new, spelling, text, keep_width=not whole)


def _upper(operator: str, text: str, old: Version | None, new: Version, spelling: str) -> str | None:
    bound = spellings.parse(text, spelling)
    if bound is None:
        return None
    limit = trimmed(bound.release, 4)
    here = trimmed(old.release, 4) if old is not None else limit
    at = next((at for at in range(4) if limit[at] != here[at]), 4)
    if at < 4 and limit[at] > here[at]:
        distance = limit[at] - here[at]
    else:  # it is not above the old version, or that is not known: it goes just above the new one, in the part that it was written for
        if new < bound or (operator == "<=" and new == bound):
            return text
        at = max((at for at, part in enumerate(bound.release) if part), default=0)
        distance = 1
    release = (*trimmed(new.release, 4)[:at], trimmed(new.release, 4)[at] + distance, *limit[at + 1 :])
    return spellings.render(Version(release, bound.pre, bound.post, bound.dev), spelling, text, keep_width=True)


def style(operator: str, requirement: str, ecosystem: str) -> str:
    """The style in which a requirement is written: ``=``, ``^``, ``~``, or "" for bounds and wildcards. In Cargo a bare one is ``^``."""
    if operator == "^":
        return "^"
    if operator in ("~", "~>", "~="):
        return "~"
    text = _unprefixed(requirement.strip()) if ecosystem == "npm" else requirement
    if _regex(r"(?:.*[.=\s])?[xX*](?:\..*)?").fullmatch(text) or (ecosystem == "npm" and operator in ("", "=") and _count(text.lstrip("= ")) < 3):
        return ""
    if operator == "" and ecosystem == "cargo":
        return "^"
    return "=" if exact(operator, ecosystem) else ""
