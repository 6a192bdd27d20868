"""JSON with comments (``//`` and ``/* */``) and commas before a closing bracket: tsconfig.json, VS Code's settings."""

from __future__ import annotations

import re

from sync.formats import json
from sync.source import Document, KeyPath, Source

_COMMENTED = json.grammar(rb"(?:[ \t\r\n]++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+", trailing=True)


def read(source: Source) -> Document:
    """The leaves of the text; see `sync.formats.json.read` for values and errors."""
    return json.scan(source, _COMMENTED)


def reread(source: Source) -> dict[KeyPath, str]:
    """The same key paths and values: comments and spare commas made blank, then the standard library's parser."""
    strings = rb'"(?:[^"\\]|\\.)*+"'
    blank = re.compile(rb"(" + strings + rb")|//[^\n]*|/\*.*?\*/", re.DOTALL)
    text = blank.sub(lambda match: match[1] or b" " * len(match[0]), source.body)
    spare = re.compile(rb"(" + strings + rb")|(?<=[^\s,\[{:]),(?=\s*[}\]])|(?<=[^\s,\[{:])(\s+),(?=\s*[}\]])")
    return json.load(source, spare.sub(lambda match: match[1] or b" " * len(match[0]), text))
