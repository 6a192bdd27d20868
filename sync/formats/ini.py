"""INI as configparser reads it, which is how setuptools reads setup.cfg: a line scanner finds, configparser proves.

https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sync.errors import UnreadableError
from sync.formats import utf8
from sync.source import Document, KeyPath, Leaf, Source, Span, dotted

_BLANK: Final = b" \t\r\f\v"
_SECTION: Final = re.compile(rb"\[(.+)\]")
_OPTION: Final = re.compile(rb"(.*?)\s*[=:]\s*(.*)", re.DOTALL)


def read(source: Source) -> Document:
    """The options as ``(section, option)``, names as written, interpolation untouched; ``(section, option, 0)`` and so on for a value of several lines.

    Blank lines and comments in between count for nothing. A value of no characters is a leaf of an empty span. Raises UnreadableError for
    a line that is neither section nor option, for an option before any section, and for a section or option that stands twice.
    """
    utf8.text(source)
    return Document(_leaves(source))


def reread(source: Source) -> dict[KeyPath, str]:
    """The same paths and values, by configparser. Raises UnreadableError."""
    import configparser

    parser = configparser.RawConfigParser(default_section="", strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # the documented way to keep the case of names
    try:
        parser.read_string(utf8.text(source))
    except configparser.Error as error:
        raise UnreadableError(source.problem(0, " ".join(str(error).split()))) from None
    found: dict[KeyPath, str] = {}
    for section in parser.sections():
        for option, value in parser.items(section):
            if "\n" not in value:
                found[section, option] = value
                continue
            for index, line in enumerate(line for line in value.split("\n") if line):
                found[section, option, index] = line
    return found


def _leaves(source: Source) -> Iterator[Leaf]:
    taken: set[KeyPath] = set()
    section: str | None = None
    path: KeyPath | None = None
    value: list[Span] = []
    level = start = 0
    for line in source.body.split(b"\n"):
        text = line.strip(_BLANK)
        indent = line.find(text)
        at = start + indent
        start += len(line) + 1
        if not text or text[:1] in (b"#", b";"):
            continue
        if path is not None and indent > level:
            value.append(Span(at, at + len(text)))
            continue
        yield from _value(source, path, value)
        path, level = None, indent
        header = _SECTION.match(text)
        if header:
            section = header[1].decode()
            _once(source, (section,), taken, at)
            continue
        option = _OPTION.fullmatch(text)
        if option is None or not option[1]:
            raise UnreadableError(source.problem(at, "neither a [section] nor an option (name = value)"))
        if section is None:
            raise UnreadableError(source.problem(at, "an option before the first [section]"))
        path = (section, option[1].decode())
        _once(source, path, taken, at)
        value = [Span(at + option.start(2), at + option.end(2))]
    yield from _value(source, path, value)


def _value(source: Source, path: KeyPath | None, value: list[Span]) -> Iterator[Leaf]:
    """One leaf for a value that stands beside its name; one a line for any other."""
    if path is None:
        return
    if len(value) == 1:
        yield Leaf(path, value[0], source.text(value[0]))
        return
    for index, span in enumerate(span for span in value if span.start < span.end):
        yield Leaf((*path, index), span, source.text(span))


def _once(source: Source, path: KeyPath, taken: set[KeyPath], at: int) -> None:
    if path in taken:
        raise UnreadableError(source.problem(at, f"{dotted(path)} is defined a second time", "keep one of the two"))
    taken.add(path)
