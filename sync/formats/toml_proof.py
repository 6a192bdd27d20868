"""What the TOML libraries say of a file: the second reader of `sync.formats.toml`, and the words for its errors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from sync.errors import UnreadableError
from sync.formats import utf8
from sync.source import KeyPath, Source

UNREAD: Final = 1024 * 1024
"""Bytes beyond which an error is not worded by tomllib."""

_PLACE: Final = re.compile(r" \(?at (?:line (\d+),? col(?:umn)? (\d+)|end of (?:document|file))\)?$")


def values(source: Source) -> dict[KeyPath, str]:
    """Key paths and values by tomllib, which shares nothing with the first reader and is ten times as fast as tomlkit.

    Integers and dates come out normalised (``0x10`` as ``16``). Raises UnreadableError.
    """
    found: dict[KeyPath, str] = {}
    try:
        _flatten(tomllib.loads(utf8.text(source), parse_float=str), (), found)
    except (ValueError, RecursionError) as error:
        raise _worded(source, 0, str(error)) from None
    return found


def complaint(source: Source, offset: int) -> UnreadableError | None:
    """The objection of tomllib, at its place, or at ``offset`` where it names none; None where it has no objection.

    A large file, or one with a long dotted key (over which tomllib takes minutes), is objected to unread.
    """
    if len(source.body) > UNREAD or any(line.count(b".") > 100 for line in source.body.split(b"\n")):
        return UnreadableError(source.problem(offset, "not valid TOML"))
    try:
        tomllib.loads(utf8.text(source))
    except (ValueError, RecursionError) as error:
        return _worded(source, offset, str(error))
    return None


def _worded(source: Source, offset: int, message: str) -> UnreadableError:
    place = _PLACE.search(message)
    if place is None:
        return UnreadableError(source.problem(offset, f"not valid TOML: {message}"))
    problem = source.problem(len(source.body), f"not valid TOML: {message[: place.start()].rstrip('.')}")
    if place[1]:
        problem = problem._replace(line=int(place[1]), column=int(place[2]))
    return UnreadableError(problem)


def _flatten(value: object, path: KeyPath, found: dict[KeyPath, str]) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _flatten(inner, (*path, str(key)), found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _flatten(inner, (*path, index), found)
    elif isinstance(value, str):
        found[path] = str(value).replace("\r\n", "\n")
    elif isinstance(value, bool):
        found[path] = "true" if value else "false"
    else:
        found[path] = str(value)
