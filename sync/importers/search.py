"""Where a configuration's patterns hit today: literal text with versions in it, and regular expressions.

A manifest's patterns are literal, so a regular expression is carried over by what it finds now. It comes from somebody's repository and
may be made to take for ever, which Python's own matcher cannot be kept from: it runs in a process that is stopped when its time is over.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Final, NamedTuple

from sync import spelling, template
from sync.errors import UsageError, problem
from sync.importers.model import Mark
from sync.importers.settings import Settings
from sync.source import Source, dotted
from sync.version import Version

SECONDS: Final = 10.0
"""How long the regular expressions of one file may take, all together."""

LONGEST: Final = 1 << 20
"""Bytes. A file that is larger is searched for literal text only."""


class Piece(NamedTuple):
    """A stretch of a pattern: as it reads now and, where it is a part of the version, the template of it."""

    now: str
    template: str = ""


class Literal(NamedTuple):
    """Text with versions in it: how it reads now, as a template, and the stretch from its first placeholder to its last."""

    now: str
    template: str
    start: int
    end: int
    inner: str


def escaped(text: str) -> str:
    """Literal text, as a template has it."""
    return text.replace("{", "{{").replace("}", "}}")


def literal(pieces: Sequence[Piece]) -> Literal | None:
    """A pattern's pieces put together; None where there is no version in them."""
    fields = [at for at, one in enumerate(pieces) if one.template]
    if not fields:
        return None
    first, last = fields[0], fields[-1] + 1

    def joined(some: Sequence[Piece]) -> str:
        return "".join(one.template or escaped(one.now) for one in some)

    start = sum(len(one.now) for one in pieces[:first])
    end = start + sum(len(one.now) for one in pieces[first:last])
    return Literal("".join(one.now for one in pieces), joined(pieces), start, end, joined(pieces[first:last]))


Field = Callable[[str], "Piece | Sequence[Piece] | None"]
"""What stands for a placeholder's name; None for one that versync has nothing for."""


class Unknown(ValueError):
    """A placeholder that stands for something else than the version."""


def formatted(text: str, field: Field) -> list[Piece]:
    """The pieces of a Python format string; ``field`` gives a placeholder's. Raises Unknown, with its name, where it gives None."""
    pieces = []
    try:
        for before, name, spec, conversion in Formatter().parse(text):
            if before:
                pieces.append(Piece(before))
            if name is not None:
                found = field(name) if not spec and not conversion else None
                if found is None:
                    raise Unknown(f"{{{name}{':' + spec if spec else ''}}}")
                pieces += [found] if isinstance(found, Piece) else found
    except Unknown:
        raise
    except ValueError as error:  # a lone brace
        raise Unknown(f"({error})") from None
    return pieces


def hits(source: Source, wanted: Literal, glob: str = "", spelling: str = "") -> list[Mark]:
    """Every occurrence of a literal as it reads now, except in the middle of a longer number or word."""
    needle = wanted.now.encode()
    before, after = len(wanted.now[: wanted.start].encode()), len(wanted.now[: wanted.end].encode())
    found, at = [], source.body.find(needle)
    while needle and at >= 0:
        start, end = at + before, at + after
        if alone(source.body, start, end, left=not before, right=after == len(needle)):
            found.append(Mark(source.path, start, end, wanted.inner, wanted.template, glob, spelling))
        at = source.body.find(needle, at + len(needle))
    return found


def alone(body: bytes, start: int, end: int, *, left: bool = True, right: bool = True) -> bool:
    """Whether a number is not part of a longer one: ``1.2.3`` is not meant in ``11.2.3``, ``0.1.2.3`` or ``1.2.30``."""
    before = body[max(start - 2, 0) : start] if left else b""
    after = body[end : end + 2] if right else b""
    return not (before[-1:].isdigit() or re.fullmatch(rb"[0-9]\.", before) or after[:1].isdigit() or re.fullmatch(rb"\.[0-9]", after))


class Match(NamedTuple):
    """One match: spans in characters of the whole and of each group; (-1, -1) for one that took no part."""

    span: tuple[int, int]
    groups: tuple[tuple[int, int], ...]
    names: dict[str, int]


_CHILD: Final = """
import json, re, sys
jobs = json.load(sys.stdin)
for pattern, flags, text, by_line in jobs:
    try:
        regex = re.compile(pattern, flags)
    except (re.error, RecursionError, OverflowError) as error:
        print(json.dumps(str(error)))
        continue
    found, start = [], 0
    for line in text.splitlines(True) if by_line else [text]:
        for match in ([regex.search(line)] if by_line else regex.finditer(line)):
            if match:
                found.append([[start + match.start(), start + match.end()], [[start + at for at in one] if one[0] >= 0 else one for one in match.regs[1:]]])
        start += len(line)
    print(json.dumps([found, regex.groupindex and dict(regex.groupindex) or {}]))
"""


def matches(pattern: str, source: Source, *, flags: int = 0, by_line: bool = False) -> list[Match] | str:
    """What a regular expression matches in a file, in characters: everywhere, or the first in each line. Words for a person, where it cannot be used."""
    if len(source.body) > LONGEST:
        return f"{source.path} is too large for a regular expression"
    job = json.dumps([[pattern, int(flags), source.body.decode(), by_line]])
    try:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", _CHILD], input=job, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "the regular expression takes too long"
    answer = json.loads(done.stdout) if done.returncode == 0 and done.stdout else "the regular expression cannot be used"
    if isinstance(answer, str):
        return answer
    found, names = answer
    return [Match((span[0], span[1]), tuple((one[0], one[1]) for one in groups), names) for span, groups in found]


def lines(source: Source, found: Sequence[Match], wanted: Literal, glob: str = "") -> Iterator[Mark]:
    """The occurrences of a literal in the lines in which something was matched."""
    text = source.body.decode()
    rows = {text.count("\n", 0, one.span[0]) for one in found}
    for mark in hits(source, wanted, glob):
        if source.position(mark.start)[0] - 1 in rows:
            yield mark._replace(pattern="")


def offset(source: Source, character: int) -> int:
    """The byte at which a character of the file stands."""
    return len(source.body.decode()[:character].encode())


class Current(NamedTuple):
    """The version that a tool is at. ``names`` are its words for the numbers, in versync's terms (``minor``, ``{minor:02}``)."""

    text: str
    version: Version | None
    names: Mapping[str, str]

    @property
    def template(self) -> str:
        """The whole version, with the ``v`` that it is written with."""
        return "v{version}" if self.text.startswith("v") else "{version}"

    @property
    def whole(self) -> tuple[Piece, ...]:
        """The version as it stands, its ``v`` apart."""
        number = Piece(self.text.removeprefix("v"), "{version}")
        return (Piece("v"), number) if self.text.startswith("v") else (number,)

    def part(self, name: str) -> Piece | None:
        """One of its numbers; None for a word that stands for no number."""
        shape = self.names.get(name)
        return None if shape is None or self.version is None else Piece(template.compile(shape).render(self.version), shape)


def known(now: Current, table: Settings, key: str) -> Current:
    """The version that a tool is at. Raises UsageError, with the place of the key that states it, where there is none that can be read."""
    if now.version is None:
        named = table.key(key)
        line, column = table.file.at(named if key in table else table.path)
        said = f'is "{now.text}", should be a version' if now.text else "is missing: nothing says which version it is today"
        raise UsageError(problem(f"{dotted(named)} {said}", path=table.file.path, line=line, column=column, hint="write the version that the files hold"))
    return now


NUMBERS: Final = ("major", "minor", "patch", "fourth")


def current(text: str, form: str = "", field: str = r"\{([A-Za-z_]\w*)\}") -> Current:
    """The version that stands in a configuration.

    Its words for the numbers are those of a form such as ``{major}.{minor}.{patch}-{pre}``, by where they stand, as long as only a dot is
    between them; ``field`` is a regular expression of one word, in its first group.
    """
    version = spelling.parse(text, "pep440") or spelling.parse(text, "tag")
    words: list[str] = []
    end = 0
    for found in re.finditer(field, form):
        if words and form[end : found.start()] != ".":
            break
        words.append(found[1])
        end = found.end()
    numbers = NUMBERS[: len(version.release)] if version is not None else ()
    return Current(text, version, {word: f"{{{number}}}" for word, number in zip(words, numbers, strict=False)})


def renamed(text: str, field: Field) -> str:
    """A format string as a versync template. Raises Unknown."""
    return "".join(one.template or escaped(one.now) for one in formatted(text, field))


def phrase(table: Settings, key: str, text: str, field: Field) -> str:
    """The format string of a tag or a message as a versync template; "" where a word in it has no counterpart, which is said of the key."""
    try:
        return renamed(text, field)
    except Unknown as name:
        table.say(key, f"versync has nothing for {name} here; its own default stays")
        return ""
