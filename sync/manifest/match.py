"""Which paths a glob means, and which component a package belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from fnmatch import translate
from functools import cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from sync.errors import Problem, UsageError
from sync.manifest.model import Component, Manifest
from sync.version import Version

Reason = Literal["managed", "unmanaged", "ignored", "unlisted"]

_BELOW: Final = "/**"
_SET: Final = re.compile(r"\[!?+.[^]]*\]", re.DOTALL)

MOST: Final = 1000
"""Globs that one with braces may stand for."""


def glob(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """A test for paths (relative to the root, forward slashes): whether one of the patterns means it.

    Patterns are anchored at the root: ``*`` and ``?`` never cross ``/``, ``**`` stands for any number of
    folders (none as well), ``[x]`` for one character, ``{a,b}`` for either. Raises ValueError for one that cannot be read.
    """
    exact: set[str] = set()
    below: list[str] = []
    rest: list[str] = []
    for pattern in patterns:
        if not is_glob(pattern):
            exact.add(pattern)
        elif pattern.endswith(_BELOW) and not is_glob(pattern[: -len(_BELOW)]):
            below.append(pattern[: -len(_BELOW)] + "/")
        else:
            rest.extend(_regex(one) for one in _expanded(pattern, pattern))
    folders = tuple(below)
    if not rest:
        return lambda path: path in exact or path.startswith(folders)
    search = cache(lambda: re.compile("|".join(rest), re.DOTALL).fullmatch)  # a reader of manifests makes many, and asks none
    return lambda path: path in exact or path.startswith(folders) or search()(path) is not None


def is_glob(pattern: str) -> bool:
    """Whether a path of a manifest is a glob and not the path of one file."""
    return any(character in pattern for character in "*?[{")


def _expanded(pattern: str, whole: str) -> list[str]:
    """The globs that one with braces stands for. Raises ValueError for braces without an end, and for more than `MOST` globs."""
    plain = _SET.sub(lambda found: "x" * len(found[0]), pattern)  # in brackets a brace is a brace
    start = plain.find("{")
    if start < 0:
        return [pattern]
    depth, cuts = 0, [start]
    for at in range(start, len(pattern)):
        depth += {"{": 1, "}": -1}.get(plain[at], 0)
        if depth == 0 or (depth == 1 and plain[at] == ","):
            cuts.append(at)
        if depth == 0:
            break
    else:
        raise ValueError(f'"{whole}": {{ has no }}')
    tails = _expanded(pattern[cuts[-1] + 1 :], whole)
    inner = [one for left, right in pairwise(cuts) for one in _expanded(pattern[left + 1 : right], whole)]
    if len(inner) * len(tails) > MOST:
        raise ValueError(f'"{whole}": its braces stand for more than {MOST} globs')
    return [pattern[:start] + one + tail for one in inner for tail in tails]


def _regex(pattern: str) -> str:
    """A path glob without braces as a regex. Raises ValueError for brackets without an end, and for ``**`` beside a name."""
    found, at = "", 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*" and pattern.startswith("*", at):
            if pattern[at - 2 : at - 1] not in ("", "/") or pattern[at + 1 : at + 2] not in ("", "/"):
                raise ValueError(f'"{pattern}": ** must stand alone between slashes')
            inside = pattern.startswith("/", at + 1)
            found += "(?:[^/]+/)*" if inside else ".+"
            at += 2 if inside else 1
        elif character == "*":
            found += "[^/]*"
        elif character == "?":
            found += "[^/]"
        elif character == "[":
            end = pattern.find("]", at + 2 if pattern.startswith("!", at) else at + 1)
            if end < 0:
                raise ValueError(f'"{pattern}": [ has no ]')
            inner = re.sub(r"([\[\]^&~|\\])", r"\\\1", pattern[at:end].removeprefix("!"))
            found += f"(?!/)[{'^' if pattern[at] == '!' else ''}{inner}]"
            at = end + 1
        else:
            found += re.escape(character)
    if "[" in pattern:
        try:
            re.compile(found)
        except re.error as error:
            raise ValueError(f'"{pattern}" is no glob: {error.msg}') from None
    return found


def matches(pattern: str, package: str) -> bool:
    """Whether a package pattern (``pkg:cargo/wasmtime-*``; ``*`` crosses slashes) means that package."""
    return _test((pattern,))(package)


def is_pattern(package: str) -> bool:
    """Whether a package URL of a manifest is a pattern and not a name."""
    return "*" in package or "?" in package or "[" in package


class Membership:
    """Whose a package is, for the files of one repository, at one version of the project.

    The order is the design's: ``unmanaged`` for the whole repository, then what is ignored, then who had it at that version, then an exact
    name of any component, then the patterns of the components whose repository declares the package, the longer
    before the shorter. Ask as often as you like: every answer is kept.
    """

    def __init__(self, manifest: Manifest, repo: str, project: Version | None = None, declared_elsewhere: Mapping[str, Container[str]] | None = None) -> None:
        """``project`` None is a version that is not known: it counts as the newest. ``declared_elsewhere`` maps the
        other repositories that are at hand to the packages that their files declare.
        """
        self._path = manifest.path
        self._repo = repo
        self._elsewhere = {name: declared for name, declared in (declared_elsewhere or {}).items() if name != repo}
        self._exact = {name: one for one in reversed(manifest.components) for name in one.packages if not is_pattern(name)}
        self._patterns: dict[str, list[_Pattern]] = {}
        unmanaged: dict[str, list[str]] = {}
        ignored: list[str] = []
        self._former: list[tuple[Callable[[str], bool], Component]] = []
        for component in manifest.components:
            for name in component.packages:
                if is_pattern(name):
                    self._patterns.setdefault(component.repo, []).append(_Pattern(name, _test((name,)), component))
            for one in component.unmanaged:
                if one.holds.includes(project):
                    unmanaged.setdefault(component.repo, []).extend(one.packages)
            if component.repo == repo:
                self._former += [(_test(one.packages), component) for one in component.former if one.holds.includes(project)]
            if component.repo == repo:
                ignored.extend(component.ignore_packages)
        self._unmanaged = {name: _test(tuple(packages)) for name, packages in unmanaged.items()}
        self._ignored = _test(tuple(ignored))
        self._known: dict[tuple[str, bool], tuple[Component | None, Reason]] = {}

    def component_of(self, package: str, declared_here: bool) -> Component | None:
        """The component whose version that package carries, or None where none manages it.

        ``declared_here`` says whether this repository's own files declare it. A retired component is given
        like any other. Raises UsageError where two patterns fit equally well.
        """
        return self._decide(package, declared_here)[0]

    def reason(self, package: str, declared_here: bool = True) -> Reason:
        """Why `component_of` answers as it does; ``unlisted`` for a package that no component names."""
        return self._decide(package, declared_here)[1]

    def _decide(self, package: str, declared_here: bool) -> tuple[Component | None, Reason]:
        found = self._known.get((package, declared_here))
        if found is None:
            found = self._known[package, declared_here] = self._look(package, declared_here)
        return found

    def _look(self, package: str, declared_here: bool) -> tuple[Component | None, Reason]:
        if self._repo in self._unmanaged and self._unmanaged[self._repo](package):
            return None, "unmanaged"
        if self._ignored(package):
            return None, "ignored"
        component = next((one for test, one in self._former if test(package)), None) or self._exact.get(package)
        if component is None:
            repos = [self._repo] if declared_here else [name for name, declared in self._elsewhere.items() if package in declared]
            component = self._by_pattern(package, repos)
        if component is None:
            return None, "unlisted"
        if component.repo in self._unmanaged and self._unmanaged[component.repo](package):
            return None, "unmanaged"
        return component, "managed"

    def _by_pattern(self, package: str, repos: Iterable[str]) -> Component | None:
        fitting = [one for repo in repos for one in self._patterns.get(repo, ()) if one.test(package)]
        if not fitting:
            return None
        longest = max(len(one.text) for one in fitting)
        best = [one for one in fitting if len(one.text) == longest]
        for other in best[1:]:
            if other.component is not best[0].component:
                raise UsageError(_tie(self._path, package, best[0], other))
        return best[0].component


class _Pattern(NamedTuple):
    text: str
    test: Callable[[str], bool]
    component: Component


def _tie(path: str, package: str, one: _Pattern, other: _Pattern) -> Problem:
    message = f'{package} matches "{other.text}" of {other.component.name} as well as "{one.text}" of {one.component.name} (line {one.component.at.line}), and neither is longer'
    return Problem("", path, *other.component.at, message, f'list "{package}" itself in one of the two')


def _test(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """A test for package URLs: names by hash, ``name*`` by prefix, anything else by regex."""
    names = frozenset(pattern for pattern in patterns if not is_pattern(pattern))
    prefixes = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*") and not is_pattern(pattern[:-1]))
    rest = [translate(pattern) for pattern in patterns if is_pattern(pattern) and not (pattern.endswith("*") and not is_pattern(pattern[:-1]))]
    if not rest:
        return lambda package: package in names or package.startswith(prefixes)
    search = re.compile("|".join(rest)).match
    return lambda package: package in names or package.startswith(prefixes) or search(package) is not None
