"""One thing that a rule set cannot mean."""

from __future__ import annotations

from typing import NamedTuple

from sync.source import KeyPath


class Contradiction(NamedTuple):
    """What is wrong, and the key that it stands at, within the rule set's table."""

    path: KeyPath
    message: str
    hint: str = ""
