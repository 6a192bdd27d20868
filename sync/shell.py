"""Words as a shell takes them, for the commands that messages name: what is printed can be pasted."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

_SHORT = {"\n": "\\n", "\t": "\\t", "\\": "\\\\", "'": "\\'"}


def word(text: object) -> str:
    """One word, quoted where it must be; with what cannot be shown it is ``$'...'``, which bash, zsh and ksh read: its bytes in octal."""
    said = str(text)
    return quote(said) if said.isprintable() else f"$'{''.join(map(_escaped, said))}'"


def words(many: Iterable[object]) -> str:
    """Words with blanks between them."""
    return " ".join(map(word, many))


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    return char if char.isprintable() else "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
