"""What .gitattributes files say of paths: enough of gitattributes(5) for files that are vendored, generated or filtered.

Read without git, so that it holds for plain folders and for any revision alike (``git check-attr --source`` is younger
than the gits in use). A test compares it with ``git check-attr``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

Value = str | bool | None
"""``True`` for set, ``False`` for unset (``-x``), a string for ``x=y``, None for unspecified."""

NAME: Final = ".gitattributes"

_END: Final = "\x01"
"""A pattern names a file, never what is in a folder of that name; pathspec's match both. So both get an end mark."""


class Rule(NamedTuple):
    """One line: the folder of its file ("" or ``a/b/``), whether it looks at the last name alone, a test, what it says."""

    folder: str
    base: bool
    matches: Callable[[str], bool]
    says: Mapping[str, Value]


def rules(files: Iterable[tuple[str, bytes]], names: Sequence[str]) -> list[Rule]:
    """The lines about ``names`` (or about macros that hold them) in ``(path, bytes)`` of .gitattributes files, weakest first."""
    found: list[Rule] = []
    macros: dict[str, dict[str, Value]] = {"binary": {}}
    for path, body in sorted(files, key=lambda item: (item[0].count("/"), item[0])):
        folder = path[: -len(NAME)]
        for line in body.decode("utf-8", "replace").lstrip("\ufeff").splitlines():
            pattern, words = _split(line)
            says: dict[str, Value] = {}
            for word in words:
                name, value = _word(word)
                says |= {name: value} | (macros.get(name, {}) if value is True else {})
            if pattern.startswith("[attr]"):
                if not folder:
                    macros[pattern[len("[attr]") :]] = {key: value for key, value in says.items() if key in names}
                continue
            says = {key: value for key, value in says.items() if key in names}
            rule = _rule(folder, pattern, says) if says and pattern else None
            if rule is not None:
                found.append(rule)
    return found


def of(path: str, lines: Sequence[Rule]) -> dict[str, Value]:
    """What the lines say of one path: the last that matches decides, for each attribute by itself."""
    said: dict[str, Value] = {}
    for rule in lines:
        if path.startswith(rule.folder):
            inner = path[len(rule.folder) :]
            if rule.matches(inner.rpartition("/")[2] if rule.base else inner):
                said.update(rule.says)
    return said


def _split(line: str) -> tuple[str, list[str]]:
    """The pattern (it may be quoted in the style of C) and the words after it; ("", []) for a comment or an empty line."""
    line = line.strip(" \t\r\n")
    if not line or line.startswith("#"):
        return "", []
    if not line.startswith('"'):
        pattern, *words = line.split()
        return pattern, words
    text, at = "", 1
    while at < len(line) and line[at] != '"':
        at += line[at] == "\\"
        text += line[at : at + 1]
        at += 1
    return text, line[at + 1 :].split()


def _word(word: str) -> tuple[str, Value]:
    if word.startswith("-"):
        return word[1:], False
    if word.startswith("!"):
        return word[1:], None
    name, equals, value = word.partition("=")
    return name, value if equals else True


_PLAIN: Final = re.compile(r"\*([\w.-]+)|/?([\w.-]+(?:/[\w.-]+)*)(/\*\*)?", re.ASCII)
"""``*`` and the end of a name, a name, a path, or all that is in a folder: nearly every line there is, and told without a library."""


def _plain(ending: str | None, text: str, inside: str | None) -> Callable[[str], bool]:
    if ending is not None:
        return lambda path: path.endswith(ending)
    if inside is not None:
        return lambda path: path.startswith(f"{text}/")
    return lambda path: path == text


def _rule(folder: str, pattern: str, says: Mapping[str, Value]) -> Rule | None:
    if pattern.startswith("!") or pattern.endswith("/"):  # forbidden, and a folder, which has no attributes
        return None
    base = "/" not in pattern
    if (plain := _PLAIN.fullmatch(pattern)) is not None:
        return Rule(folder, base, _plain(*plain.groups()), says)
    from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

    inside = pattern.endswith("/**")
    if pattern.startswith("#"):
        pattern = f"\\{pattern}"
    spec = GitIgnoreBasicPattern(pattern if inside else pattern + _END)

    def matches(path: str) -> bool:
        return spec.match_file(path if inside else path + _END) is not None

    return Rule(folder, base, matches, says)
