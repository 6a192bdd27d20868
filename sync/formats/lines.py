"""A file that is nothing but a version, such as VERSION: one leaf a line."""

from __future__ import annotations

import re
from typing import Final

from sync.formats import utf8
from sync.source import Document, Leaf, Source, Span

_LINE: Final = re.compile(rb"^[ \t\f]*([^\s#](?:[^\r\n]*[^\s])?)", re.MULTILINE)


def read(source: Source) -> Document:
    """Every line that is neither blank nor a ``#`` comment, as ``("line", 0)`` and so on, without the blanks around it.

    Raises UnreadableError for what is no UTF-8.
    """
    utf8.text(source)
    return Document(Leaf(("line", index), Span(*match.span(1)), match[1].decode()) for index, match in enumerate(_LINE.finditer(source.body)))


reread = None
"""Nothing else reads this: the proof is a second scan."""
