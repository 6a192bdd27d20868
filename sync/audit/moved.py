"""Whether a literal moved with past releases: the same pattern, looked for in the same file as it was tagged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from sync import git, template
from sync.audit.pattern import escaped, values
from sync.audit.uncovered import Found
from sync.source import BOM, Source
from sync.targets import Release
from sync.version import Version

EACH: Final = 3
"""Releases that are looked at, of each kind: the newest, the newest of other minors, the newest of other majors."""


class Past(NamedTuple):
    """A past release: its version and the files that were asked for, as they were then."""

    version: Version
    files: Mapping[str, bytes]


class Moved(NamedTuple):
    """In how many past releases a pattern held the version of the time and holds it no more (``moved``), still holds it (``kept``: a log),
    or held today's already (``same``: another number); ``looked`` is how many can tell.
    """

    moved: int = 0
    kept: int = 0
    same: int = 0
    looked: int = 0


def chosen(releases: Sequence[Release], now: Version) -> list[Release]:
    """The releases before ``now`` that can tell most: the last ones, and the last ones of other minors and majors."""
    older = sorted((one for one in releases if one.version < now and not one.version.is_prerelease), key=lambda one: one.version, reverse=True)
    found: dict[str, Release] = {}
    for width in (4, 2, 1):
        own = now.release[:width] if width < 4 else ()
        parts: dict[tuple[int, ...], Release] = {}
        for one in older:
            parts.setdefault(one.version.release[:width], one)
        found.update((one.tag, one) for one in [one for part, one in parts.items() if part != own][:EACH])
    return list(found.values())


@contextmanager
def past(root: Path, releases: Sequence[Release], stating: Collection[str]) -> Iterator[Callable[[Iterable[str]], list[Past]]]:
    """Lets git read the files that state a version at those releases, and yields what gives them, with more files that are named then. One that was not there is left out."""
    early = _names(releases, stating)
    if git.promisor(root):
        _fetched(root, releases, early)
    with git.blobs(root, early) as blobs:

        def told(paths: Iterable[str]) -> list[Past]:
            late = _names(releases, [path for path in paths if path not in stating])
            if git.promisor(root):
                _fetched(root, releases, late)
            bodies = dict(zip((*early, *late), blobs(late), strict=True))
            heads = [(one, f"refs/tags/{one.tag}:") for one in releases]
            return [Past(one.version, {name.removeprefix(head): body for name, body in bodies.items() if body is not None and name.startswith(head)}) for one, head in heads]

        yield told


def _names(releases: Iterable[Release], paths: Collection[str]) -> list[str]:
    return [f"refs/tags/{one.tag}:{path}" for one in releases for path in sorted(paths) if "\n" not in path]


def _fetched(root: Path, releases: Iterable[Release], names: Sequence[str]) -> None:
    """Has a partial clone fetch what it does not hold of them, in one request for each release."""
    from sync.gitwrite import fetch_blobs

    said = git.run(root, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin="".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))
    shas = [line.partition(" ")[0] for line in said.decode("utf-8", "replace").splitlines() if line.endswith(" blob")]
    for one in releases:
        fetch_blobs(root, f"refs/tags/{one.tag}", shas)


LISTED: Final = 2
"""Earlier releases that stand in a file as the literal does, and are the most that do: then it is a list of them, to which the next one will be added."""


def compare(found: Found, source: Source, then: Sequence[tuple[Past, frozenset[Version]]], earlier: frozenset[Version] = frozenset()) -> Moved:
    """How a literal's pattern fared. ``then`` holds, for each release, the versions that may have been said in it; ``earlier`` are all before today's.

    Of a number that is no component's (``beside``) nobody knows what it was: any other number counts.
    """
    text, spelling = found.text, found.spelling
    inner = template.compile(template.compile(text).inner)
    standing = set(values(text, spelling, source.body))
    beside = _beside(found, source.body, inner.text) - standing
    listed = beside & _written(inner.text, spelling, earlier)
    if len(listed) >= LISTED and 2 * len(listed) > len(beside):
        return Moved(kept=len(listed), looked=len(then))
    log = set(values(found.line, spelling, source.body)) if found.line != text else set()
    moved = kept = same = looked = 0
    for one, versions in then:
        body = one.files.get(source.path)
        if body is None:
            continue
        held = set(values(text, spelling, body.removeprefix(BOM)))
        said = held if found.kind == "beside" else _saying(held, inner, versions, spelling)
        logged = _saying(log - standing, inner, versions, spelling)
        kept += bool(logged) or bool(said and len(standing) > 1)
        if said - standing and len(standing) == 1:
            moved += 1
        elif held & standing and (not said or found.kind == "beside"):
            same += 1
        elif said and not logged:
            continue  # that part of the number did not change since
        looked += 1
    return Moved(moved, kept, same, looked)


def _beside(found: Found, body: bytes, inner: str) -> set[str]:
    """The numbers that stand in the file between the same two characters as the literal. Of a part alone nobody knows whose number it is."""
    if found.kind in ("split", "go", "beside"):
        return set()
    before, after = body[max(found.start - 1, 0) : found.start], body[found.end : found.end + 1]
    return set(values(escaped(before) + inner + escaped(after), found.spelling, body))


@lru_cache(maxsize=64)
def _written(inner: str, spelling: str, versions: frozenset[Version]) -> frozenset[str]:
    """The texts that say those versions."""
    shape = template.compile(inner)
    return frozenset(shape.render(version, spelling) for version in versions)


def _saying(found: set[str], inner: template.Template, versions: Iterable[Version], spelling: str) -> set[str]:
    """Those of the texts that say one of the versions."""
    said = set()
    for version in versions:
        numbers = [str(number) for number in version.release if number] if inner.text in ("{version}", "{release}") else []  # they stand in every text that says it
        said |= {text for text in found if all(number in text for number in numbers) and inner.holds(text, version, spelling)}
    return said
