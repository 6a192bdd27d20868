"""A tool's configuration file: its values by key, the line of each, and what nobody asked for.

An importer takes what it understands and says why it does not carry over what it knows but cannot keep. `Settings.rest` then
names every key that is left, so that nothing of a configuration is ever lost without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sync import formats
from sync.errors import Problem, Severity, UnreadableError
from sync.source import Document, KeyPath, Leaf, Source, dotted

Table = dict[str, Any]

_STRING: Final = rb'("(?:[^"\\]|\\.)*+")'
_COMMENT: Final = re.compile(_STRING + rb"|//[^\n]*|/\*.*?\*/", re.DOTALL)
_SPARE: Final = re.compile(_STRING + rb"|,(?=\s*[}\]])")
_TRUE: Final = frozenset({"1", "yes", "true", "on"})


class File:
    """One configuration file: its data, where each key stands, and what was said about it."""

    def __init__(self, source: Source, kind: str, data: Table, document: Document) -> None:
        self.source = source
        self.kind = kind
        self.data = data
        self.notes: list[Problem] = []
        self._document = document

    @property
    def path(self) -> str:
        """Relative to the repository's root."""
        return self.source.path

    def leaf(self, path: KeyPath) -> Leaf | None:
        """The scalar at that key path."""
        return self._document.get(path)

    def at(self, path: KeyPath) -> tuple[int, int]:
        """Line and column, from 1, of the last name in a key path, or of the item of a list."""
        return self.source.position(self._offset(path))

    def say(self, path: KeyPath, why: str, severity: Severity = "note") -> None:
        """Keeps ``file:line:column: key: why``."""
        self.notes.append(Problem("", self.path, *self.at(path), f"{dotted(path)}: {why}" if path else why, "", severity, "not-carried"))

    def _offset(self, path: KeyPath) -> int:
        if not path:
            return 0
        leaf = next((one for one in self._document.leaves if one.path[: len(path)] == path), None)
        if isinstance(path[-1], int):
            return leaf.span.start if leaf else self._offset(path[:-1])
        key = re.compile(rb"(?<![\w-])" + re.escape(path[-1].encode()) + rb"(?![\w-])")
        if leaf is None:  # a table without a scalar in it: behind what stands before it in its own table
            start = max([self._offset(path[:-1]), *self._before(path)])
            above = key.search(self.source.body, start)
            return above.start() if above else start
        found = [one.start() for one in key.finditer(self.source.body, 0, leaf.span.start)]
        return found[-1] if found else leaf.span.start

    def _before(self, path: KeyPath) -> Iterator[int]:
        """Where the scalars of the keys that stand before the last one of a path end."""
        table: Any = self.data
        for name in path[:-1]:
            table = table.get(name) if isinstance(table, dict) else table[name] if isinstance(table, list) and isinstance(name, int) else None
        names = list(table) if isinstance(table, dict) else []
        earlier = {(*path[:-1], name) for name in names[: names.index(path[-1])]} if path[-1] in names else set()
        return (leaf.span.end for leaf in self._document.leaves if leaf.path[: len(path)] in earlier)


def alike(names: str, why: str) -> dict[str, str]:
    """Names with spaces between them, each with the same reason."""
    return dict.fromkeys(names.split(), why)


def read(source: Source, kind: str) -> File:
    """A file of kind ``toml``, ``json`` (comments are allowed), ``yaml`` or ``ini``. Raises UnreadableError."""
    document = source.document(formats.named("jsonc" if kind == "json" else kind).read)  # refuses what is broken, with its place
    try:
        data = _LOADERS[kind](source.body)
    except UnreadableError:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableError(source.problem(0, f"cannot be read: {error}")) from None
    return File(source, kind, data if isinstance(data, dict) else {}, document)


def _toml(body: bytes) -> object:
    import tomllib

    return tomllib.loads(body.decode())


def _json(body: bytes) -> object:
    import json

    plain = _COMMENT.sub(lambda found: found[1] or b" ", body)
    return json.loads(_SPARE.sub(lambda found: found[1] or b"", plain))


def _yaml(body: bytes) -> object:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(body.decode())
    except YAMLError as error:
        raise ValueError(str(error).partition("\n")[0]) from None


def _ini(body: bytes) -> object:
    import configparser

    parser = configparser.RawConfigParser(default_section="", strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # the documented way to keep the case of names
    try:
        parser.read_string(body.decode())
    except configparser.Error as error:
        raise ValueError(" ".join(str(error).split())) from None
    return {section: dict(parser.items(section)) for section in parser.sections()}


_LOADERS: Final = {"toml": _toml, "json": _json, "yaml": _yaml, "ini": _ini}


class Settings:
    """One table of a configuration file. Every getter marks its key as understood; a value of another type is said, and passed over."""

    def __init__(self, file: File, path: KeyPath = (), data: Table | None = None) -> None:
        self.file = file
        self.path = path
        self._data = {str(key): value for key, value in (file.data if data is None else data).items()}
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def key(self, key: str) -> KeyPath:
        """The whole path of one of the table's keys."""
        return (*self.path, key)

    def text(self, key: str, default: str = "") -> str:
        """A string, or a number as it is written."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        leaf = self.file.leaf(self.key(key))
        if leaf is not None and isinstance(value, int | float) and not isinstance(value, bool):
            return leaf.value
        self._wrong(key, "a string")
        return default

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false; in INI also ``1``, ``yes`` and ``on``."""
        value = self._take(key)
        if isinstance(value, bool):
            return value
        if self.file.kind == "ini" and isinstance(value, str):
            return value.strip().lower() in _TRUE
        if value is not None:
            self._wrong(key, "true or false")
        return default

    def texts(self, key: str) -> list[tuple[str, KeyPath]]:
        """A list of strings, each with its path; one string stands for a list of one, in INI each line is an item."""
        value = self._take(key)
        if value is None:
            return []
        if isinstance(value, str):
            lines = [line.strip() for line in value.splitlines() if line.strip()] if self.file.kind == "ini" else [value]
            several = self.file.leaf(self.key(key)) is None
            return [(line, (*self.key(key), at) if several else self.key(key)) for at, line in enumerate(lines)]
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return [(one, (*self.key(key), at)) for at, one in enumerate(value)]
        self._wrong(key, "a list of strings")
        return []

    def items(self, key: str) -> list[tuple[object, KeyPath]]:
        """A list as it is, each item with its path."""
        value = self._take(key)
        if isinstance(value, list):
            return [(one, (*self.key(key), at)) for at, one in enumerate(value)]
        if value is not None:
            self._wrong(key, "a list")
        return []

    def raw(self, key: str) -> object:
        """The value as it is, None where there is none."""
        return self._take(key)

    def table(self, key: str) -> Settings:
        """A table; an empty one where there is none."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self._wrong(key, "a table")
        return Settings(self.file, self.key(key), value if isinstance(value, dict) else {})

    def tables(self, key: str) -> list[Settings]:
        """A list of tables."""
        found = []
        for one, path in self.items(key):
            if isinstance(one, dict):
                found.append(Settings(self.file, path, one))
            else:
                self.file.say(path, "should be a table", "warning")
        return found

    def inner(self) -> list[tuple[str, Settings]]:
        """Every key of the table, whose value is a table itself."""
        return [(key, self.table(key)) for key in self]

    def say(self, key: str, why: str, severity: Severity = "note") -> None:
        """Why a key is not carried over, where it is there."""
        if key in self._data:
            self._taken.add(key)
            self.file.say(self.key(key), why, severity)

    def left(self, reasons: Mapping[str, str]) -> None:
        """Keys that are known and have no counterpart, each with its reason."""
        for key, why in reasons.items():
            self.say(key, why)

    def rest(self) -> None:
        """Says every key that nobody took."""
        for key in self:
            if key not in self._taken:
                self.say(key, "is no key that versync import knows", "warning")

    def _take(self, key: str) -> object:
        self._taken.add(key)
        return self._data.get(key)

    def _wrong(self, key: str, wanted: str) -> None:
        self.file.say(self.key(key), f"should be {wanted}", "warning")
