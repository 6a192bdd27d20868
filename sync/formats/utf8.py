"""The check that every text format makes first."""

from __future__ import annotations

from sync.errors import UnreadableError
from sync.source import Source


def text(source: Source) -> str:
    """The characters of a file. Raises UnreadableError, at the first wrong byte, where it is no UTF-8."""
    try:
        return source.body.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(source.problem(error.start, f"not UTF-8: {error.reason}", "save it as UTF-8")) from None
