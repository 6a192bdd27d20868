"""Places in files where no site covers what moved with the version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from sync import fit, template
from sync.catfile import CatFile
from sync.errors import UnreadableError
from sync.learn import releases, spots
from sync.learn.model import TWICE, Learnt
from sync.learn.moves import Moves, Seen
from sync.learn.releases import Past
from sync.learn.spots import Kept, Token
from sync.learn.today import Today, last
from sync.manifest.match import glob
from sync.manifest.model import Place
from sync.source import Source, Span
from sync.version import Version, read

ALIKE: Final = 4
"""Lines of a file that differ in their numbers alone: where there are more, which of them moved cannot be told, and only what is right today is looked at."""

LARGE: Final = 1 << 15
"""Bytes of a file that is looked at only as it was at the newest `FEW` releases."""

FEW: Final = 40

WHOLE: Final = ("{version}", "{release}")
"""Templates that say a whole version."""

RECENT: Final = (6, 16)
"""The newest observations that are fitted by themselves too: a text may have changed what it says."""


def places(today: Today, moved: Moves, past: Past, objects: CatFile) -> Iterator[Learnt]:
    """Places in files where no site covers what moved; of the parts of a version none without its major."""
    rows = list(_uncovered(today, moved, past, objects))
    major = {one.path for one in today.found.placed if one.site.template == "{major}"} | {one.path for one in rows if one.place is not None and _inner(one.place) == "{major}"}
    yield from (one for one in rows if one.place is None or _inner(one.place) not in ("{minor}", "{patch}") or one.path in major)


def _inner(place: Place) -> str:
    """What stands there, as a template."""
    return template.compile(str(place.value)).inner if place.kind == "text" else place.template


def _uncovered(today: Today, moved: Moves, past: Past, objects: CatFile) -> Iterator[Learnt]:
    files: dict[str, list[str]] = {}
    for path, key in moved:
        files.setdefault(path, []).append(key)
    ignored = glob(today.manifest.repos[today.repo].ignore)
    found: list[tuple[str, tuple[Place, ...], int]] = []
    for path, keys in sorted(files.items()):
        if not ignored(path) and _own(today, path):
            found += [(path, ways, count) for ways, count in _places(today, path, keys, moved)]
    known = {(path, place.value) for path, ways, _ in found for place in ways}
    for path, ways, _ in found[:]:
        for place in _siblings(today, path, ways[0]):
            if (path, place.value) not in known:
                known.add((path, place.value))
                found.append((path, (place,), 0))
    if not found:
        return
    shas = releases.blobs_at(today.tree.root, [one.commit for one in past.releases], sorted({path for path, _, _ in found}))
    kept: dict[tuple[str, str], Source | None] = {}
    versions = {one.commit: one.version for one in past.releases}
    histories: dict[str, list[tuple[Version, Source]]] = {}
    newest = {one.commit for one in past.releases[-FEW:]}
    for (commit, path), sha in shas.items():
        here = today.source(path)
        if commit not in newest and here is not None and len(here.body) > LARGE:
            continue
        if (path, sha) not in kept:
            kept[path, sha] = _source(path, objects, sha)
        source = kept[path, sha]
        if source is not None:
            histories.setdefault(path, []).append((versions[commit], source))
    for path, ways, count in found:
        now = today.source(path)
        assert now is not None
        place, fared = spots.best(ways, histories.get(path, ()), now, today.version)
        if not fared.right and read(fared.text) in today.others:
            continue  # it has not drifted: today it is another component's number
        if fared.text and _credible(place, fared, count):
            with suppress(ValueError):  # an offset that this version has left behind
                yield _learnt(today, path, place, fared, count)


def _learnt(today: Today, path: str, place: Place, fared: Kept, moved: int) -> Learnt:
    early = place.early if today.version.is_prerelease else ""
    shape = template.compile(template.compile(str(place.value)).inner if place.kind == "text" else early or place.template)
    expected = "" if fared.right else shape.render(today.version, place.spelling or "semver", fared.text)
    return Learnt(_whose(today, path), today.repo, path, fared.line, moved, fared.held, fared.of, fared.text, expected, place)


def _own(today: Today, path: str) -> bool:
    """Whether a file's versions are not all an adapter's matter: those that only hold references or locks are."""
    name = today.registry.route(path)
    return name is None or today.registry.adapter(name).DECLARES or name == "go"


def _places(today: Today, path: str, keys: Sequence[str], moved: Moves) -> Iterator[tuple[tuple[Place, ...], int]]:
    source = today.source(path)
    if source is None:
        return
    covered = [one.site.span for one in today.found.placed if one.path == path] + [one.left.span for one in today.found.left if one.path == path]
    covered += [site.span for where, site in today.scan.declared if where == path] + [one.site.span for one in today.requirements if one.path == path]
    rows: list[tuple[tuple[Token, ...], int]] = []
    routed = today.registry.route(path) is not None  # there a part of a number, or one with an offset, is somebody else's
    for key in keys:
        if "copyright" in key.lower():
            continue
        alike = today.lines(path).get(key, ())
        for line in alike:
            tokens: list[Token] = []
            count = 0
            for index, seen in sorted(moved[path, key].items()):
                span = Span(*line.spans[index])
                shapes = tuple(one for one in _shapes(seen, source.text(span)) if not routed or one.template in WHOLE)
                times = len({one.version for one in seen if one.moved})
                if shapes and (times >= TWICE and len(alike) <= ALIKE or _telling(today, shapes[0], source.text(span))) and not any(one.start < span.end and span.start < one.end for one in covered):
                    tokens.append(Token(span, source.text(span), shapes))
                    count = max(count, times)
            if tokens:
                rows.append((tuple(tokens), count))
    known = frozenset(Span(some[0].span.start, some[-1].span.end) for some, _ in rows)
    done: set[tuple[str, object]] = set()
    for some, count in rows:
        for ways in spots.spots(source, some, known):
            if (ways[0].kind, ways[0].value) not in done:
                done.add((ways[0].kind, ways[0].value))
                yield ways, count


def _telling(today: Today, shape: fit.Shape, text: str) -> bool:
    """Whether one release is enough to believe a shape: a whole version, or a major number that is no small one, and it is right today."""
    return (shape.template in WHOLE or shape.template == "{major}" and today.version.major >= 10) and fit.holds(shape, text, today.version)


def _siblings(today: Today, path: str, place: Place) -> Iterator[Place]:
    """The other parts beside one that is called major: a minor number may never have moved."""
    if place.kind == "text" or place.template not in ("{major}", "{patch}", "{minor}"):
        return
    last = place.value[-1] if isinstance(place.value, tuple) else place.value
    source = today.source(path)
    word = place.template[1:-1]
    if source is None or not isinstance(last, str) or word not in last.lower():
        return
    at = last.lower().rindex(word)
    for other in ("major", "minor", "patch"):
        written = other.upper() if last[at:].isupper() or last[at : at + len(word)].isupper() else other.capitalize() if last[at].isupper() else other
        name = last[:at] + written + last[at + len(word) :]
        value = (*place.value[:-1], name) if isinstance(place.value, tuple) else name
        sibling = Place(place.files, place.kind, value, f"{{{other}}}")
        if other != word and spots.says(sibling, source, today.version)[0]:
            yield sibling


def _whose(today: Today, path: str) -> str:
    """The component that a place goes to: the one whose package lies nearest above the file, among those that follow exactly."""
    best = (0, today.base.name)
    for one in today.found.placed:
        folder = one.path.rpartition("/")[0]
        own = one.site.role == "declares" and one.place is None and one.component.repo == today.repo
        if own and path.startswith(folder + "/") and one.component.follows(today.version) == "exact":
            best = max(best, (len(folder), one.component.name), key=lambda pair: pair[0])
    return best[1]


def _shapes(seen: Sequence[Seen], text: str) -> tuple[fit.Shape, ...]:
    """Every way to read a token that fits all that was seen of it, or what was seen lately; ``text`` is what it is today."""
    rows = [(one.version, one.text) for one in last(seen)]
    found: dict[fit.Shape, None] = {}
    came = {one.version: one.text for one in seen if one.moved}  # what it was right after a release, whatever became of it before the next
    for some in (rows, *(rows[-count:] for count in RECENT), rows[-2:], sorted(came.items())):
        if some:
            found.update(dict.fromkeys(fit.shapes(some)))
    snapshot = "maven" if text.endswith("-SNAPSHOT") else ""  # a release alone does not show whose spelling it is
    return tuple(dict.fromkeys(one._replace(spelling=snapshot or one.spelling) for one in found))


_PART: Final = re.compile(r"major|minor|patch|micro|ver", re.IGNORECASE)


def _credible(place: Place, fared: Kept, moved: int) -> bool:
    """Whether a place is more than a number that happened to be the same: it held whenever it moved, or does so today and mostly has.

    An offset, and a small number in a place that is not called a part of a version, must have held on four of five releases and hold today.
    ``moved`` 0 is one beside another that moved.
    """
    if fared.held < TWICE or moved == 1 and fared.held < fared.of:
        return False
    value = str(place.value)
    shape = value if place.kind == "text" else place.template
    strict = not any(one in shape for one in WHOLE) and not (_PART.search(re.sub(r"\{.*?\}", "", value))) and "{major}.{minor}" not in shape
    if strict and not (shape.count("{") == 1 and "{major}" in shape and fared.text.isdigit() and int(fared.text) >= 10) or re.search(r"\{\w+ [+-]", shape):
        return moved >= fit.LEAST and fared.right and fared.held * 5 >= fared.of * 4
    return fared.held * 7 >= fared.of and fared.held * 2 >= moved or fared.right and (fared.held * 2 >= moved or fared.held * 2 >= fared.of)


def _source(path: str, objects: CatFile, sha: str) -> Source | None:
    try:
        return Source.of(path, objects.read(sha))
    except UnreadableError:
        return None
