"""What untrusted files say, made harmless to terminals and to logs: a name with an escape sequence or a line break in it is shown, not carried out."""

from __future__ import annotations

from sync.errors import Problem


def plain(text: str) -> str:
    """The text with every control, format and surrogate character as Python's escape for it."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def printable(one: Problem) -> Problem:
    """The problem with all its texts plain."""
    return one._replace(repo=plain(one.repo), path=plain(one.path), message=plain(one.message), hint=plain(one.hint))
