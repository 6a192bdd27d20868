"""What somebody is on: the line of a version, what it lacks, and what to upgrade to. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from sync.policy import advisories as known
from sync.policy.advisories import Advisory
from sync.policy.lines import Schedule, number_of
from sync.policy.model import Line
from sync.version import Version


class Offer(NamedTuple):
    """The newest release of a package on a line, and the project's version inside it."""

    version: Version
    inside: Version


class Upgrade(NamedTuple):
    """A way up. ``offer`` is None where the package has not released what the project has on that line; ``until`` is the end of the line's support; ``lacks`` as in `Answer`."""

    why: str
    line: Line
    offer: Offer | None
    until: date | None
    lacks: tuple[Advisory, ...]


class Answer(NamedTuple):
    """Where a version stands on the schedule's day. ``lacks`` is None where no advisories are known; ``upgrades`` are newest patch, LTS, current, each line once."""

    version: Version
    line: Line | None
    state: str
    lacks: tuple[Advisory, ...] | None
    upgrades: tuple[Upgrade, ...]
    known: tuple[Advisory, ...] = ()


def core(line: Line) -> Offer:
    """What the project itself offers on a line."""
    return Offer(line.newest, line.newest)


def answer(schedule: Schedule, version: Version, advisories: Sequence[Advisory] | None, offered: Callable[[Line], Offer | None], own: Version | None) -> Answer:
    """Where the project's ``version`` stands, and what to upgrade to.

    The newest patch is named while its line is supported, the newest LTS line, and the current one; where the package has none of them, the newest
    supported line that it has. Nothing is named that is not newer than what one is on: ``own``, in the numbers of the package that ``offered`` speaks of.
    """
    day = schedule.day
    bumps = schedule.lines[-1].rules.versions.bumps if schedule.lines else "major"
    line = schedule.line(number_of(version, bumps))
    state = line.state(day) if line is not None else "unknown"
    lacks = None if advisories is None else tuple(known.lacking(advisories, version))
    supported = [one for one in schedule.supported(day) if one.actual or schedule.paper or one.release < day]
    ways = [("newest patch of its line", line)] if line is not None and line in supported else []
    ways += [("newest LTS line", one) for one in supported if one.lts][:1]
    ways += [("current line", one) for one in supported[:1]]
    offers = {one.number: offered(one) for one in supported}
    if not any(_newer(offers[one.number], own or version) for _, one in ways):
        ways += [("newest supported line that it has", one) for one in supported if _newer(offers[one.number], own or version)][:1]
    found: dict[str, Upgrade] = {}
    for why, one in ways:
        offer = offers[one.number]
        if one.newest <= version and not _newer(offer, own or version):
            continue
        why = f"{found[one.name].why}, {why}" if one.name in found else why
        newer = offer if _newer(offer, own or version) else None
        found[one.name] = Upgrade(why, one, newer, one.end, tuple(known.lacking(advisories or (), newer.inside)) if newer is not None else ())
    return Answer(version, line, state, lacks, tuple(found.values()), tuple(advisories or ()))


def _newer(offer: Offer | None, than: Version) -> bool:
    return offer is not None and offer.version > than
