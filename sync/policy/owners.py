"""Who owns a path by a CODEOWNERS file. https://docs.github.com/articles/about-code-owners"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

PLACES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order; the first that is there counts."""

_OWNER: Final = re.compile(r"@[\w.-]+(?:/[\w.-]+)?|[^@\s]+@[^@\s]+\.[^@\s]+")
_END: Final = "\x01"


class Rule(NamedTuple):
    """One line: a test for paths, and the owners, of whom there may be none."""

    matches: Callable[[str], bool]
    owners: tuple[str, ...]


def place(paths: Container[str]) -> str:
    """The CODEOWNERS file that counts in a repository with those paths; "" where there is none."""
    return next((one for one in PLACES if one in paths), "")


def rules(raw: bytes) -> list[Rule]:
    """The lines of a CODEOWNERS file. A line that GitHub calls invalid (a negation, a range, what is no owner) is passed over, as it does."""
    found = []
    for line in raw.decode("utf-8-sig", "replace").splitlines():
        pattern, *words = _words(line)
        if pattern and not pattern.startswith(("!", "\\#")) and "[" not in pattern and all(_OWNER.fullmatch(word) for word in words):
            with suppress(ValueError):  # no pattern either: a/\/b
                found.append(Rule(_test(pattern), tuple(words)))
    return found


def of(path: str, lines: Sequence[Rule]) -> tuple[str, ...]:
    """The owners of one path: those of the last line that matches it."""
    return next((rule.owners for rule in reversed(lines) if rule.matches(path)), ())


def _words(line: str) -> list[str]:
    """The pattern and the owners of a line, without a comment; a blank may stand in a pattern after a backslash."""
    words = re.findall(r"(?:\\.|[^\s\\])+", line)
    cut = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:cut] or [""]


def _test(pattern: str) -> Callable[[str], bool]:
    """As in .gitignore, but that ``docs/*`` means the files of that folder alone, not those below."""
    from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

    inner = pattern.strip("/")
    if inner.endswith("/*") or pattern == "/*":
        exact = GitIgnoreBasicPattern(pattern + _END)
        return lambda path: exact.match_file(path + _END) is not None
    spec = GitIgnoreBasicPattern(pattern)
    return lambda path: spec.match_file(path) is not None
