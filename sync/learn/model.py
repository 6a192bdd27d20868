"""What is learnt: the values that the other modules of this room hand on."""

from __future__ import annotations

from typing import Final, NamedTuple

from sync.manifest.model import Place
from sync.version import Version

TWICE: Final = 2
"""Releases that a thing must have moved with: once may be chance."""


class Learnt(NamedTuple):
    """One proposal for a component of the manifest.

    ``place``: a place to add. ``packages``: packages of a component to make, ``rule`` and ``style`` its ``version`` and ``requirement``;
    without packages the ``requirement`` of the component. ``held`` of ``of`` releases bear it out, ``moved`` is how many changed it;
    ``path`` and ``line`` are where it stands today, ``text`` is what it says, ``expected`` what it should ("" where that is the same).
    """

    component: str
    repo: str
    path: str
    line: int
    moved: int
    held: int
    of: int
    text: str = ""
    expected: str = ""
    place: Place | None = None
    packages: tuple[str, ...] = ()
    rule: str = ""
    since: Version | None = None
    style: str = ""

    @property
    def drifted(self) -> bool:
        """Whether it does not say today what it should."""
        return bool(self.expected)
