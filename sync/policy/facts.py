"""What was looked at, as values: the facts that evidence is held against. They are gathered at the edge; nothing here looks for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from sync.policy.lines import number_of
from sync.policy.model import Number, Released


class Seen(NamedTuple):
    """One repository: its paths, and the bytes of those files that evidence speaks of."""

    paths: frozenset[str]
    texts: Mapping[str, bytes] = MappingProxyType({})


class Facts(NamedTuple):
    """All of it, as of a day. What is in none of the mappings was not at hand.

    ``releases`` are each repository's, from its tags; ``leader`` is the repository that the others follow, ``bumps`` what its releases raise.
    ``activity`` maps a feature to the day of the last commit in its paths; None: no commit ever touched them.
    """

    day: date
    leader: str
    repos: Mapping[str, Seen] = MappingProxyType({})
    releases: Mapping[str, Sequence[Released]] = MappingProxyType({})
    activity: Mapping[str, date | None] = MappingProxyType({})
    bumps: str = "major"


class Followed(NamedTuple):
    """How one release line of the leader was followed: after so many ``days``, or not yet after so many."""

    line: Number
    days: int
    done: bool


def followed(facts: Facts, repo: str, lines: int) -> list[Followed]:
    """The leader's newest lines that were out on the day, newest first, and how that repository followed each."""
    begun = _begun(facts.releases.get(facts.leader, ()), facts)
    own = _begun(facts.releases.get(repo, ()), facts)
    found = []
    for line in sorted(begun, reverse=True)[:lines]:
        at = own.get(line)
        found.append(Followed(line, max(((at or facts.day) - begun[line]).days, 0), at is not None))
    return found


def _begun(releases: Sequence[Released], facts: Facts) -> dict[Number, date]:
    """Each line with the day of its first release that is no candidate."""
    begun: dict[Number, date] = {}
    for one in releases:
        if one.day <= facts.day and not one.version.is_prerelease:
            line = number_of(one.version, facts.bumps)
            begun[line] = min(begun.get(line, one.day), one.day)
    return begun
