"""A TOML value held against the kind that `sync.manifest.schema` says it is: clean values, and problems with their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final

from sync import template
from sync.adapter import purl
from sync.errors import Problem
from sync.manifest import match
from sync.manifest.kinds import FORMS, Choice, Day, Either, Flag, Kind, Many, Named, Record, Text, Whole, type_of
from sync.manifest.model import At, Count
from sync.manifest.schema import RULES
from sync.manifest.where import Where
from sync.source import KeyPath, dotted
from sync.version import Version


class Shape:
    """One walk over one manifest. What is wrong is left out of the values that it gives, and kept in ``problems``."""

    def __init__(self, path: str, where: Where, whole: str = "the manifest") -> None:
        self.problems: list[Problem] = []
        self.where = where
        self._path = path
        self._whole = whole

    def wrong(self, at: At, message: str, hint: str = "") -> None:
        """Keeps a problem."""
        self.problems.append(Problem("", self._path, at.line, at.column, message, hint))

    def value(self, kind: Kind, value: object, path: KeyPath) -> Any:
        """The value, its texts parsed (a Version, a key path, a Count, a normalised package URL); None where it is wrong.

        An item that is wrong leaves a None in its list, so that indices stay those of the file.
        """
        match kind, value:
            case Text(form), str():
                return self._text(form, value, path, key=False)
            case Choice(values), str() | int() if value in values and not isinstance(value, bool):
                return value
            case Whole(least, most), int() if least <= value <= most and not isinstance(value, bool):
                return value
            case Flag(), bool():
                return value
            case Day(), date() if not isinstance(value, datetime):
                return value
            case Many(item, least), list() if len(value) >= least:
                return [self.value(item, one, (*path, index)) for index, one in enumerate(value)]
            case Named(key, inner), dict():
                names = [name for name in value if self._text(key.form, name, (*path, name), key=True) is not None]
                return {name: self.value(inner, value[name], (*path, name)) for name in names}
            case Record(), dict():
                return self._record(kind, value, path)
            case Either(kinds), _:
                for one in kinds:
                    if type_of(one) == _type(value):
                        return self.value(one, value, path)
            case _:
                pass
        hint = nearest(value, kind.values) if isinstance(kind, Choice) and isinstance(value, str) else ""
        self.wrong(self.where.value(path), f"{self._title(path)} is {_shown(value)}, should be {_wanted(kind)}", hint)
        return None

    def _record(self, kind: Record, value: dict[str, object], path: KeyPath) -> dict[str, Any]:
        fields = {field.name: field for field in kind.fields}
        for name in value:
            if name not in fields:
                self.wrong(self.where.key((*path, name)), f'unknown key "{name}" in {self._title(path)}', nearest(name, fields))
        for field in kind.fields:
            if field.required and field.name not in value:
                self.wrong(self.where.table(path), f"{self._title(path)} has no {field.name}", field.doc)
        if kind.some and not value.keys() & set(kind.some):
            self.wrong(self.where.table(path), f"{self._title(path)} has none of {', '.join(kind.some)}")
        given = [name for name in kind.one if name in value]
        if kind.one and len(given) != 1:
            choice = f"{', '.join(kind.one[:-1])} or {kind.one[-1]}"
            self.wrong(self.where.table(path), f"{self._title(path)} has {' and '.join(given) or 'none of them'}, should have exactly one of {choice}")
        found = {name: self.value(fields[name].kind, one, (*path, name)) for name, one in value.items() if name in fields}
        return {name: one for name, one in found.items() if one is not None}

    def _title(self, path: KeyPath) -> str:
        return title(path) or self._whole

    def _text(self, form: str, value: str, path: KeyPath, *, key: bool) -> Any:
        parse = _PARSERS.get(form)
        try:
            if not fits(form, value):
                raise ValueError(f'"{value}" should be {FORMS[form].says}')
            return parse(value) if parse else value
        except ValueError as error:
            hint = nearest(value, RULES) if form == "rule" and "{" not in value else ""
            self.wrong(self.where.key(path) if key else self.where.value(path), f"{title(path[:-1] if key else path)}: {error}", hint)
            return None


def fits(form: str, value: str) -> bool:
    """Whether a text has that form. ``$`` in a form means the end, not the line break before it."""
    pattern = FORMS[form].pattern
    return (re.fullmatch if pattern.endswith("$") else re.search)(pattern, value) is not None


def nearest(name: str, known: Iterable[str | int]) -> str:
    """A hint: the nearest right spelling, or else all of them."""
    from difflib import get_close_matches

    names = [one for one in known if isinstance(one, str)]
    close = get_close_matches(name, names, 1)
    return f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(names)}" if names else ""


def title(path: KeyPath) -> str:
    """How messages call the table, or the key, at a path; "" for the whole file."""
    return dotted(path) if path else ""


def _type(value: object) -> str:
    """A TOML value's type, in the words of `type_of`."""
    for kind, words in ((str, "a string"), (bool, "true or false"), (int, "an integer"), (list, "a list"), (dict, "a table")):
        if isinstance(value, kind):
            return words
    return "a number" if isinstance(value, float) else "a date" if isinstance(value, date) and not isinstance(value, datetime) else "a date or time"


def _shown(value: object) -> str:
    if isinstance(value, list | dict):
        return f"{'an' if not value else 'a'} {'empty ' if not value else ''}{_type(value)[2:]}"
    text = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    return f"{_type(value)} ({text})" if not isinstance(value, bool) else text


def _wanted(kind: Kind) -> str:
    match kind:
        case Choice(values):
            words = [f'"{one}"' if isinstance(one, str) else str(one) for one in values]
            return f"{', '.join(words[:-1])} or {words[-1]}"
        case Whole(least, most):
            return f"an integer from {least}" + (f" to {most}" if most < 10**9 else "")
        case Many(_, 1):
            return "a list that is not empty"
        case Either(kinds):
            return " or ".join(_wanted(one) for one in kinds)
        case _:
            return type_of(kind)


def _template(text: str) -> str:
    if not template.compile(text).parts:
        raise ValueError(f'"{text}" holds no placeholder such as {{version}} or {{major}}')
    return text


def _message(text: str) -> str:
    template.compile(text)
    return text


def _rule(text: str) -> str:
    return text if text in RULES else _template(text)


def _package(text: str) -> str:
    """A package URL as its type writes it. Raises ValueError where it names a version."""
    ecosystem, name = text.removeprefix("pkg:").split("/", 1)
    if "@" in name[1:] and ecosystem != "golang":
        raise ValueError(f'"{text}" should be a package URL without version: {text[: text.rindex("@")]}')
    if ecosystem == "golang" and (major := re.search(r"/v[0-9]+$", name)):
        raise ValueError(f'"{text}" should be without {major[0]}: a Go module is named without its major version')
    return purl(ecosystem, name)


def _glob(text: str) -> str:
    match.glob((text,))
    return text


def _key(text: str) -> list[str | int]:
    path: list[str | int] = []
    for part in text.split("."):
        name, *indices = part.replace("]", "").split("[")
        path += [name, *map(int, indices)]
    return path


def _count(text: str) -> Count:
    least, most = text.split("..")
    count = Count(int(least), int(most) if most else None)
    if count.most is not None and count.most < max(count.least, 1):
        raise ValueError(f'"{text}" should be a range whose end is at least 1 and not before its start')
    return count


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "count": _count,
    "glob": _glob,
    "key": _key,
    "message": _message,
    "package": _package,
    "rule": _rule,
    "template": _template,
    "version": Version.of,
}
"""What a form's text becomes. Each raises ValueError, in words for the person who wrote it."""
