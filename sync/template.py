"""Templates: literal text with parts of a version in it, such as ``v{version}``, ``{major}{minor:02}`` or ``0.{major + 87}.{patch}``.

One templating language serves the values of places, the literal patterns of places, tags, branches, messages and component rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from sync import spelling as spellings
from sync.version import Version

NAMES: Final = ("version", "release", "major", "minor", "patch", "fourth", "pre", "n")
"""What may stand in braces. ``pre`` is the kind of a pre-release (``rc``, ``dev``), ``n`` its number; both are empty in a release."""

_NUMBERS: Final = ("major", "minor", "patch", "fourth")
_WHOLE: Final = ("version", "release")
_THREE: Final = frozenset(("major", "minor", "patch"))
_SEPARATORS: Final = "-._~"
"""What goes with a part that is empty: ``{release}-{pre}.{n}`` of a release is its release alone."""

_MOST: Final = 16
"""Placeholders in one template, at most: a template is a line, not a program."""


class Field(NamedTuple):
    """A placeholder: ``{major + 87:03}`` is (``major``, 87, 3)."""

    name: str
    offset: int = 0
    width: int = 0

    def number(self, version: Version) -> int | None:
        """The number that stands for it, None where the version has none. Raises ValueError for a negative one."""
        if self.name == "n":
            value = version.dev or None if version.pre is None else version.pre[1]
        else:
            value = int(getattr(version, self.name))
        if value is None:
            return None
        if value + self.offset < 0:
            raise ValueError(f"{self} of {version} is {value + self.offset}, and no part of a version is negative")
        return value + self.offset

    def __str__(self) -> str:
        offset = f" {'-' if self.offset < 0 else '+'} {abs(self.offset)}" if self.offset else ""
        return f"{{{self.name}{offset}{f':0{self.width}' if self.width else ''}}}"


class Template:
    """A compiled template; make one with `compile`."""

    __slots__ = ("_regexes", "_segments", "full", "inner", "parts", "text")

    def __init__(self, text: str, segments: tuple[str | Field, ...]) -> None:
        """``segments`` are the literals and placeholders of ``text``, literals neither empty nor beside each other."""
        fields = [at for at, segment in enumerate(segments) if isinstance(segment, Field)]
        middle = segments[fields[0] : fields[-1] + 1] if fields else ()
        self.text: Final = text
        self.parts: Final = frozenset(segment.name for segment in segments if isinstance(segment, Field))
        self.full: Final = not self.parts.isdisjoint(_WHOLE) or self.parts >= _THREE
        """Whether it holds a whole version."""
        self.inner: Final = "".join(str(one) if isinstance(one, Field) else _escaped(one) for one in middle)
        """From the first to the last placeholder, as a template."""
        self._segments = segments
        self._regexes: dict[str, re.Pattern[str]] = {}

    def __repr__(self) -> str:
        return f"compile({self.text!r})"

    @property
    def around(self) -> tuple[int, int]:
        """Bytes of literal text before the first placeholder, and after the last."""
        ends = self._segments[:1], self._segments[-1:]
        first, last = (sum(len(one.encode()) for one in some if isinstance(one, str)) for some in ends)
        return first, last

    def render(self, version: Version, spelling: str = "semver", example: str = "", keep_width: bool = False) -> str:
        """The text with that version in it; ``example`` is what stands there now. Raises ValueError where a part would be negative."""
        if self.text == "{version}":
            return spellings.render(version, spelling, example, keep_width)
        examples = self._match(example, spelling) if example else None
        text, at = "", 0
        for segment in self._segments:
            if isinstance(segment, str):
                text += segment
            else:
                said = _said(segment, version, spelling, examples[at] if examples is not None else "", keep_width)
                text = text + said if said or segment.name not in ("pre", "n") else text.rstrip(_SEPARATORS)
                at += 1
        return text

    def read(self, text: str, spelling: str = "semver") -> Version | None:
        """The inverse of ``render`` where there is one, else None. ``{major}.{minor}`` gives a version of two parts."""
        if self.text == "{version}":
            return spellings.parse(text, spelling)
        found = self._match(text, spelling)
        if found is None:
            return None
        numbers: dict[str, int] = {}
        kind = ""
        for field, value in zip((one for one in self._segments if isinstance(one, Field)), found, strict=True):
            if field.name in _WHOLE:
                return spellings.parse(value, spelling if field.name == "version" else _numeric(spelling))
            if field.name == "pre":
                kind = value.lower()
            elif value:
                numbers[field.name] = int(value) - field.offset
        release = []
        for name in _NUMBERS:
            if name not in numbers:
                break
            release.append(numbers[name])
        if not release or min(release) < 0:
            return None
        n = numbers.get("n")
        if kind == "dev":
            return Version(tuple(release), dev=n or 0)
        return Version(tuple(release), (kind, n) if kind or n is not None else None)

    def holds(self, text: str, version: Version, spelling: str = "semver", parts_only: bool = False) -> bool:
        """Whether the text says that version: whether it is what would be written there. ``parts_only`` as in `spelling.same`."""
        if self.text == "{version}":
            return spellings.same(text, version, spelling, parts_only)
        return self.render(version, spelling, text, parts_only) == text

    def upcoming(self, text: str, version: Version, spelling: str) -> bool:
        """Whether the text says the snapshot of a later version, as Maven's release plugin leaves it right after a release."""
        if spelling != "maven" or not text.endswith("-SNAPSHOT") or version.is_prerelease:
            return False
        said = self.read(text, spelling)
        return said is not None and said.final > version

    def rule(self, version: Version) -> Version:
        """The version that a component has by this rule when the project has that one.

        The pre-release is carried over, unless the rule says ``{release}``. Raises ValueError for a negative part, and where the text is no version.
        """
        text = ""
        for segment in self._segments:
            if isinstance(segment, str):
                text += segment
            elif segment.name == "version":
                text += str(version)
            elif segment.name == "release":
                text += ".".join(map(str, version.release))
            else:
                text += _said(segment, version, "semver", "", False)
        found = spellings.parse(text)
        if found is None:
            raise ValueError(f'the rule "{self.text}" gives "{text}" for {version}, which is no version')
        if found.is_prerelease or "release" in self.parts:
            return found
        return Version(found.release, version.pre, found.post, version.dev, found.build)

    def find(self, body: bytes, spelling: str = "semver") -> list[tuple[int, int, str]]:
        """Every match in a file: start and end, in bytes, of what stands from the first to the last placeholder, and that stretch as a template.

        Literals are taken as they are. ``{version}`` is the longest text that parses, and has no digit, letter or dot and digit
        beside it on a side where the pattern has no literal. A placeholder's reach is bounded and no choice that a literal has
        confirmed is taken back, so the time is linear in the body.
        """
        return list(self.each(body, spelling))

    def each(self, body: bytes, spelling: str) -> Iterator[tuple[int, int, str]]:
        """The matches of `find`, one after the other.

        A literal, one placeholder and perhaps a literal need no regex of their own, which takes longer to make than to use: the first
        choice of the placeholder is the match. Only where the text behind it would have to shorten it the regex goes on.
        """
        literals = [one for one in self._segments if isinstance(one, str)]
        if not self.parts or (literals and max(literals, key=len).encode() not in body):
            return
        at = 0
        if isinstance(self._segments[0], str) and isinstance(field := self._segments[1], Field) and len(self._segments) == 1 + len(literals):
            head, tail, held = literals[0].encode(), "".join(literals[1:]).encode(), _held(field, spelling)
            beyond = _beyond(self._segments)
            at = body.find(head)
            while at >= 0:
                start = at + len(head)
                match = held.match(body, start)
                end = -1 if match is None else match.end()
                if match is not None and (not body.startswith(tail, end) or beyond.match(body, end + len(tail))):
                    break
                if match is not None:
                    yield start, end, self.inner
                at = body.find(head, at + 1 if match is None else end + len(tail))
        if at >= 0:
            yield from ((match.start(1), match.start(2), self.inner) for match in _finder(self, spelling).finditer(body, at))

    def _match(self, text: str, spelling: str) -> tuple[str, ...] | None:
        """What stands for each placeholder in a text that follows the template, or None."""
        if len(text) > 1024:
            return None
        regex = self._regexes.get(spelling)
        if regex is None:
            regex = self._regexes[spelling] = re.compile(_reader(self._segments, spelling), re.ASCII)
        match = regex.fullmatch(text)
        return None if match is None else match.groups()


def _reader(segments: tuple[str | Field, ...], spelling: str) -> str:
    """The regex of a text that follows the template, one group for each placeholder; separators before an empty part may be missing."""
    source = ""
    for at, one in enumerate(segments):
        if isinstance(one, Field):
            source += f"({_source(one, spelling, 1)})"
            continue
        following = segments[at + 1] if at + 1 < len(segments) else None
        bare = one.rstrip(_SEPARATORS) if isinstance(following, Field) and following.name in ("pre", "n") else one
        source += re.escape(bare) + (f"(?:{re.escape(one[len(bare) :])})?" if bare != one else "")
    return source


def _said(field: Field, version: Version, spelling: str, example: str, keep_width: bool) -> str:
    if field.name == "version":
        return spellings.render(version, spelling, example, keep_width)
    if field.name == "release":
        return spellings.render(version.final, _numeric(spelling), example, keep_width)
    if field.name == "pre":
        kind = "dev" if version.pre is None and version.dev is not None else version.pre[0] if version.pre is not None else ""
        return kind.upper() if example.isupper() else kind
    number = field.number(version)
    return "" if number is None else str(number).zfill(field.width)


def _numeric(spelling: str) -> str:
    """The spelling of the numbers alone, with the same separators."""
    return spelling if spelling in ("underscore", "assembly", "r") else "numeric"


def _escaped(literal: str) -> str:
    return literal.replace("{", "{{").replace("}", "}}")


def _source(field: Field, spelling: str, least: int) -> str:
    """Regex source, bounded, of what may stand for a placeholder."""
    if field.name == "version":
        return spellings.pattern(spelling, least)
    if field.name == "release":
        return spellings.pattern(_numeric(spelling), least)
    if field.name == "pre":
        return "[A-Za-z]{0,20}"
    if field.width:
        return f"[0-9]{{{field.width}}}"
    return "[0-9]{0,18}" if field.name == "n" else "[0-9]{1,18}"


@lru_cache(maxsize=1024)
def _finder(template: Template, spelling: str) -> re.Pattern[bytes]:
    """The regex of `Template.find`: groups 1 and 2 are empty, and stand where the placeholders begin and end.

    Placeholders and the literal after them are one atomic group: the literal may shorten them, but nothing that comes later.
    """
    segments = template._segments
    last = max(at for at, one in enumerate(segments) if isinstance(one, Field))
    source, open_ = "", False
    if isinstance(segments[0], Field):
        source = r"(?<![0-9A-Za-z])(?<![0-9]\.)"
    for at, one in enumerate(segments):
        if isinstance(one, Field):
            source += ("" if "()" in source else "()") + ("" if open_ else "(?>") + _source(one, spelling, 2)
            open_ = True
            if at == last:
                source += "()"
        else:
            source += re.escape(one) + (")" if open_ else "")
            open_ = False
    source += f"(?!{_beyond(segments).pattern.decode()})" + ")" * open_
    return re.compile(source.encode())


@lru_cache(maxsize=1024)
def _beyond(segments: tuple[str | Field, ...]) -> re.Pattern[bytes]:
    """What may not follow a match: more of the version where it ends in one; after a full stop, which ends the sentence, the number's last part."""
    if isinstance(segments[-1], Field):
        return re.compile(rb"[0-9A-Za-z]|\.[0-9]" + (rb"|-SNAPSHOT" if segments[-1] == Field("version") else b""))
    return re.compile(rb"[0-9]" if segments[-1] == "." and isinstance(segments[-2], Field) else rb"(?!)")


@lru_cache(maxsize=256)
def _held(field: Field, spelling: str) -> re.Pattern[bytes]:
    """The regex of what stands for a placeholder in a file."""
    return re.compile(_source(field, spelling, 2).encode())


_FIELD: Final = r"\s*([A-Za-z_]*)\s*(?:([+-])\s*([0-9]{1,9})\s*)?(?::0?([1-9]))?\s*"


@lru_cache(maxsize=4096)
def compile(text: str) -> Template:  # noqa: A001 - the module is always said with it: template.compile, as re.compile
    """A Template. Raises ValueError that names what is wrong: an unknown placeholder with the nearest right one, a lone brace."""
    segments: list[str | Field] = []
    literal, at = "", 0
    while at < len(text):
        char = text[at]
        if char not in "{}":
            literal += char
            at += 1
        elif text[at : at + 2] in ("{{", "}}"):
            literal += char
            at += 2
        else:
            end = text.find("}", at)
            if char == "}" or end < 0:
                raise ValueError(f'"{text}" has a lone {char} at character {at + 1}; write {char}{char} for a brace')
            if literal:
                segments.append(literal)
                literal = ""
            segments.append(_field(text[at + 1 : end], text))
            at = end + 1
    if literal:
        segments.append(literal)
    if sum(isinstance(one, Field) for one in segments) > _MOST:
        raise ValueError(f'"{text}" has more than {_MOST} placeholders')
    return Template(text, tuple(segments))


def _field(inside: str, text: str) -> Field:
    match = re.fullmatch(_FIELD, inside)
    if match is None:
        raise ValueError(f'"{{{inside}}}" in "{text}" is no placeholder; write {{major}}, {{major + 87}} or {{minor:02}}, and {{{{ for a brace')
    name, sign, offset, width = match.groups()
    if name not in NAMES:
        from difflib import get_close_matches

        near = get_close_matches(name, NAMES, 1, 0.0)
        hint = f"did you mean {{{near[0]}}}?" if near and name else f"the placeholders are {', '.join(NAMES)}"
        raise ValueError(f'"{{{inside}}}" in "{text}" is no placeholder; {hint}')
    if (offset or width) and name in (*_WHOLE, "pre"):
        raise ValueError(f'"{{{inside}}}" in "{text}": {name} is no number, so it takes no offset and no width')
    return Field(name, int(f"{sign}{offset}") if offset else 0, int(width or 0))
