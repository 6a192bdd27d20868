"""From a line that moved to a place of a manifest: how it is found in its file, and on how many releases it said the right thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from sync import fit, formats, literals, places, spelling, template
from sync.adapter import Site
from sync.errors import UnreadableError
from sync.fit import Shape
from sync.learn.moves import TOKEN
from sync.manifest.model import Place
from sync.source import Leaf, Source, Span
from sync.version import Version

CODE = frozenset({"python", "go", "ruby", "csharp", "cmake", "properties"})
"""Formats of which a top-level constant is found by its name."""

DATA = frozenset({"toml", "json", "jsonc", "yaml", "ini"})
"""Formats of which a value is found by its key."""

LONG = 100
"""Characters of a literal pattern; of a longer line the words around the version are taken."""

STABLE = 60
"""Characters of a value beyond its version: a longer one is prose, and is matched as text."""


class Token(NamedTuple):
    """One token of a line as it stands today: its bytes in the file, its text, and what it may be of the version, the likeliest first."""

    span: Span
    text: str
    shapes: tuple[Shape, ...]


class Kept(NamedTuple):
    """How a place fared: ``held`` of ``of`` releases at which it stood there; what it says today, where, and whether that is right."""

    held: int
    of: int
    text: str
    line: int
    right: bool


def spots(source: Source, tokens: Sequence[Token], known: frozenset[Span]) -> list[tuple[Place, ...]]:
    """The places that would find these tokens of one line: for each place the ways to read it, the likeliest first.

    A macro, a constant or a key where the file has names for its values; else literal text, short where that is enough
    to meet nothing in the file but ``known`` (from the first to the last token that moved, of each line), all saying one thing.
    """
    left = list(tokens)
    found: list[tuple[Place, ...]] = []
    while left:
        leaf, kind = _leaf(source, left[0])
        inside = [one for one in left if leaf is not None and leaf.span.start <= one.span.start and one.span.end <= leaf.span.end] or [left[0]]
        ways = _named(source, leaf, kind, inside) if leaf is not None else ()
        if ways and kind == "constant":
            ways += _texts(source, inside, known)
        if not ways:
            inside = left
            ways = _texts(source, inside, known)
            if not ways and len(left) > 1:
                inside = left[:1]
                ways = _texts(source, inside, known)
        left = [one for one in left if one not in inside]
        if ways:
            found.append(ways)
    return found


def _leaf(source: Source, token: Token) -> tuple[Leaf | None, str]:
    """The value that holds the token, and how its kind of file is read; an assignment in any other only where text cannot say it."""
    kind = formats.of(source.path)
    if kind not in CODE | DATA | {"cdefine"} and not (kind == "constant" and any(_silent(token, one) for one in token.shapes)):
        return None, kind
    try:
        return source.document(formats.named(kind).read).at(token.span), kind
    except UnreadableError:
        return None, kind


def _silent(token: Token, shape: Shape) -> bool:
    """Whether no text can say a shape: one with a template for pre-releases, or one that today's token does not have (R's ``2.1.0.3``, where releases end in ``.1``)."""
    return bool(shape.pre) or not template.compile(shape.template).find(token.text.encode(), shape.spelling)


def _named(source: Source, leaf: Leaf, kind: str, tokens: Sequence[Token]) -> tuple[Place, ...]:
    """The value by its name, if that finds it and nothing else."""
    if len(leaf.value) > STABLE or source.text(leaf.span) != leaf.value:
        return ()
    way: Literal["key", "macro", "name"] = "key" if kind in DATA else "macro" if kind == "cdefine" else "name"
    if any(isinstance(key, int) for key in leaf.path) or way != "key" and len(leaf.path) != 1:
        return ()
    value = leaf.path if way == "key" else str(leaf.path[0])
    found = []
    for shapes in _readings(tokens):
        text = _filled(source, leaf.span, tokens, shapes)
        words = (_filled(source, leaf.span, tokens, [Shape(one.pre or one.template) for one in shapes]),) if any(one.pre for one in shapes) else ()
        if kind == "constant" and not any(map(_silent, tokens, shapes)):
            continue
        place = Place((source.path,), way, value, text, words, spelling=_spelling(shapes))
        if [site.span for site in places.sites(place, source)] == [leaf.span]:
            found.append(place)
    return tuple(found)


def _readings(tokens: Sequence[Token]) -> Iterable[tuple[Shape, ...]]:
    """The tokens' shapes side by side: the likeliest of each, then the next of each."""
    for at in range(max(len(one.shapes) for one in tokens)):
        yield tuple(one.shapes[min(at, len(one.shapes) - 1)] for one in tokens)


def _spelling(shapes: Sequence[Shape]) -> str:
    return next((one.spelling for one in shapes if one.spelling != "semver" and "{version}" in one.template), "")


def _filled(source: Source, within: Span, tokens: Sequence[Token], shapes: Sequence[Shape]) -> str:
    """The text of a span with templates for tokens, and its braces doubled."""
    text, at = "", within.start
    for token, shape in zip(tokens, shapes, strict=True):
        text += _literal(source, at, token.span.start) + shape.template
        at = token.span.end
    return text + _literal(source, at, within.end)


def _literal(source: Source, start: int, end: int) -> str:
    return source.body[start:end].decode().replace("{", "{{").replace("}", "}}")


def _texts(source: Source, tokens: Sequence[Token], known: frozenset[Span]) -> tuple[Place, ...]:
    """Literal text around the tokens, the shortest that meets only what moved and says what it is: a word, the line, the line and the one before."""
    last: tuple[Place, ...] = ()
    whole = known | {Span(tokens[0].span.start, tokens[-1].span.end)}
    for within in _stretches(source, tokens):
        found = []
        for shapes in _readings(tokens):
            if any(one.pre for one in shapes):
                continue
            text = _filled(source, within, tokens, shapes)
            place = Place((source.path,), "text", text, spelling=_spelling(shapes))
            sites = [site.span for site in places.sites(place, source)]
            if any(site.start == tokens[0].span.start for site in sites) and whole.issuperset(sites) and len({source.text(site) for site in sites}) == 1:
                found.append(place)
        last = tuple(found) or last
        if found and not any(literals.bare(str(one.value)) for one in found):
            break
    return last


def _stretches(source: Source, tokens: Sequence[Token]) -> Iterable[Span]:
    body = source.body
    first, last = tokens[0].span.start, tokens[-1].span.end
    start, end = body.rfind(b"\n", 0, first) + 1, body.find(b"\n", last)
    line = Span(start, len(body) if end < 0 else end)
    line = Span(line.start + len(body[line.start : line.end]) - len(body[line.start : line.end].lstrip()), line.start + len(body[line.start : line.end].rstrip()))
    word = Span(_back(body, first, line.start), _forth(body, last, line.end))
    if sum(65 <= byte & 0xDF <= 90 for byte in body[word.start : first] + body[last : word.end]) > 4 and len(body[word.start : first]) > 2:
        yield word
    if line.end - line.start <= LONG:
        yield line
        above = body.rfind(b"\n", 0, start - 1) + 1 if start else 0
        if start and not any(48 <= byte < 58 for byte in body[above:start]):
            text = body[above:start]
            yield Span(above + len(text) - len(text.lstrip()), line.end)
    elif last - first < LONG:
        yield Span(max(line.start, _back(body, max(first - 30, line.start), line.start)), min(line.end, _forth(body, min(last + 30, line.end), line.end)))


_STOP = frozenset(b" \t\"'`<>()[],;|")


def _back(body: bytes, at: int, least: int) -> int:
    while at > least and body[at - 1] not in _STOP:
        at -= 1
    return at


def _forth(body: bytes, at: int, most: int) -> int:
    while at < most and body[at] not in _STOP:
        at += 1
    return at


def says(place: Place, source: Source, version: Version) -> tuple[bool, bool, str, int]:
    """Whether the place is there, whether all of it says that version; and its first text that does not (else its first), with the line."""
    try:
        sites = list(places.sites(place, source))
    except UnreadableError:
        sites = []
    wrong = next((site for site in sites if not fit.holds(Shape(site.template, site.spelling, place.early), site.text, version) or _cut(source, site, version)), None)
    shown = wrong or (sites[0] if sites else None)
    return bool(sites), bool(sites) and wrong is None, shown.text if shown else "", source.position(shown.span.start)[0] if shown else 0


def _cut(source: Source, site: Site, version: Version) -> bool:
    """Whether the whole pre-release stands there, and the site takes less of it: what is left would stay behind."""
    if not version.is_prerelease:
        return False
    token = TOKEN.match(source.body[site.span.start : site.span.start + LONG].decode("utf-8", "replace"))
    return token is not None and token.end() > len(site.text) and any(spelling.parse(token[0], one) == version for one in fit.SPELLINGS)


def best(ways: Sequence[Place], past: Sequence[tuple[Version, Source]], today: Source, version: Version) -> tuple[Place, Kept]:
    """Of the ways to read a place that which held on the most releases, and how it fared."""
    rated = []
    for at, place in enumerate(ways):
        seen = [says(place, source, then) for then, source in past]
        held, of = sum(one[1] for one in seen), sum(one[0] for one in seen)
        _, right, text, line = says(place, today, version)
        rated.append((-held, at, place, Kept(held, of, text, line, right)))
    _, _, place, kept = min(rated, key=lambda one: one[:2])
    return place, kept
