"""By which criteria components and features are judged, and what the project claims of each: the types.

One mechanism for both: a standard asks for criteria, evidence answers them, and `sync.policy.verify` holds the evidence against facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from sync.manifest.model import At

State = Literal["met", "in progress", "no", "waived"]
STATES: Final[tuple[State, ...]] = ("met", "in progress", "no", "waived")

Default = Literal["on", "off at run time", "off at compile time"]
DEFAULTS: Final[tuple[Default, ...]] = ("on", "off at run time", "off at compile time")

DEPENDENCIES: Final = "dependencies"
"""The criterion that is always there: a tier-1 component depends on none of a lower tier. It is computed; evidence can only waive it."""


class Lag(NamedTuple):
    """How soon a component follows the leader: each of the newest ``lines`` release lines, within ``days``."""

    days: int
    lines: int = 3


class Criterion(NamedTuple):
    """What a tier, or a feature that is on by default, must satisfy.

    ``only``: the kinds of features that it is asked of (empty: all). ``platforms``: where it must hold, as ``aarch64`` or ``aarch64-linux``;
    looked for in the workflow of the evidence and in a feature's matrix. ``lag`` is read from tags and needs no evidence.
    """

    id: str
    title: str
    only: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    lag: Lag | None = None
    at: At = At()


class Evidence(NamedTuple):
    """What is claimed of some criteria, and what shows it.

    ``file`` exists and holds each of ``holds``; CODEOWNERS names an owner for everything at ``owners``; ``workflow`` runs on the criterion's
    platforms: these are verified, in ``repo`` ("": the subject's own). ``link`` and ``person`` are somebody's word. ``on`` names the
    dependencies that are waived; empty: all.
    """

    criteria: tuple[str, ...]
    state: State
    reason: str = ""
    link: str = ""
    person: str = ""
    repo: str = ""
    file: str = ""
    holds: tuple[str, ...] = ()
    owners: str = ""
    workflow: str = ""
    on: tuple[str, ...] = ()
    at: At = At()


class Tier(NamedTuple):
    """What a tier asks for, beyond the tiers below it. 1 is the highest."""

    tier: int
    title: str
    requires: tuple[str, ...]


class Standard(NamedTuple):
    """A set of criteria as it was written down once. On a day the last one counts that is ``effective`` by then.

    ``features`` is what is asked of whatever is on by default; ``quiet`` the months without activity after which something that is off is up
    for removal (0: never). ``components`` are tiers that differ from the manifest's.
    """

    id: str
    title: str
    effective: date
    tiers: tuple[Tier, ...] = ()
    features: tuple[str, ...] = ()
    quiet: int = 0
    components: Mapping[str, int] = MappingProxyType({})
    source: str = ""
    at: At = At()

    def required(self, tier: int | None) -> tuple[str, ...]:
        """The criteria of a tier, those of the tiers below it first; none without a tier."""
        if tier is None:
            return ()
        asked = [one for each in sorted(self.tiers, key=lambda each: -each.tier) if each.tier >= tier for one in each.requires]
        return tuple(dict.fromkeys(asked))

    def above(self, tier: int | None) -> int | None:
        """The next tier up: the lowest one for what has none, None above the highest."""
        higher = [each.tier for each in self.tiers if tier is None or each.tier < tier]
        return max(higher, default=None)


class Claimed(NamedTuple):
    """What is claimed of a component of the manifest."""

    name: str
    evidence: tuple[Evidence, ...]
    at: At = At()


class Feature(NamedTuple):
    """A feature of the project. ``kind`` decides which criteria it is asked; ``paths`` of ``repo`` ("": the leader's) are where its work happens.

    ``platforms`` maps a platform to ``yes``, ``in progress`` or ``no``. From the day ``removed`` on it is not there any more.
    """

    name: str
    default: Default
    evidence: tuple[Evidence, ...] = ()
    title: str = ""
    kind: str = ""
    repo: str = ""
    paths: tuple[str, ...] = ()
    platforms: Mapping[str, str] = MappingProxyType({})
    removed: date | None = None
    at: At = At()


class Claims(NamedTuple):
    """Everything that a policy says of tiers and features."""

    criteria: Mapping[str, Criterion] = MappingProxyType({})
    standards: tuple[Standard, ...] = ()
    components: tuple[Claimed, ...] = ()
    features: tuple[Feature, ...] = ()

    def on(self, day: date) -> Standard | None:
        """The standard that counts on a day; None before the first."""
        fitting = [one for one in self.standards if one.effective <= day]
        return fitting[-1] if fitting else None
