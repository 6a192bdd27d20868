"""How the numbers of a repository's packages follow its own: the rule that its tags show, and whether that still holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from sync import fit
from sync.fit import Rule
from sync.init.survey import LOSSY, Package, Survey
from sync.manifest.shape import fits
from sync.version import Version

SETTLED: Final = 3
"""Releases on which a rule must have held to be believed though it does not hold today."""

INDEPENDENT: Final = Rule("independent", None, 0, 0)


class Row(NamedTuple):
    """A package, the rule by which its number follows the repository's, and whether that rule held on past releases but does not today."""

    package: Package
    rule: Rule
    drifted: bool = False


class Lead(NamedTuple):
    """What the numbers of a repository's packages are held against: its leading package, and its own number (None: nothing says it)."""

    survey: Survey
    head: Package
    own: Version | None


def own_of(survey: Survey, head: Package | None) -> Version | None:
    """The number of a repository: its leading package's, else its newest tag's."""
    if head is not None and head.version is not None and head.site.spelling != "go":
        return head.version
    return max(survey.tagged, default=head.version if head is not None else None)


def rows(lead: Lead) -> list[Row]:
    """Every package that has a number at all (0.0.0 is none), and a name that a manifest can say."""
    return [row(lead, one) for one in lead.survey.packages.values() if _counted(lead, one)]


def row(lead: Lead, one: Package) -> Row:
    """How a package's number follows the repository's."""
    if one is lead.head:
        return Row(one, Rule("exact", None, len(lead.survey.past), len(lead.survey.past)))
    if one.site.spelling == "go":
        return Row(one, Rule("exact", None, 0, 0) if _go_follows(lead, one) else INDEPENDENT)
    assert one.version is not None
    if lead.own is None:
        return Row(one, INDEPENDENT)
    own, version = _comparable(one, lead.own, one.version)
    past = [_comparable(one, *pair) for pair in _past(lead, one)]
    whole = fit.rule([*past, (own, version)])
    if whole.rule != "independent" and not (whole.rule == "major" and own != version):
        return Row(one, whole)
    before = fit.rule(past)
    if before.rule not in ("independent", "major") and before.held >= SETTLED:
        return Row(one, before, drifted=True)
    if own == version and (len(past) < SETTLED or _together([*past, (own, version)])):
        return Row(one, Rule("exact", None, 1, 1))
    return Row(one, INDEPENDENT)


def _counted(lead: Lead, one: Package) -> bool:
    if not fits("package", one.name) or any(char in one.name for char in "*?["):
        return False
    if one.site.spelling == "go":
        return bool(one.site.text) or one.name == lead.head.name or one.home == "go.mod" or _go_follows(lead, one)
    return one.version is not None and not one.unversioned


def _past(lead: Lead, one: Package) -> list[tuple[Version, Version]]:
    """The repository's number and the package's at each release looked at that says both, oldest first.

    The repository's is what its leading package said at the tag, where it said anything; else the tag's own, unless the
    tags are of another of the repository's numbers.
    """
    newest = max(lead.survey.tagged, default=None)
    by_tag = newest is not None and lead.own is not None and newest <= lead.own and lead.own.major - newest.major <= 1
    found = []
    for tagged, numbers in sorted(lead.survey.past.items()):
        then = numbers.get(lead.head.name, tagged if by_tag else None)
        if then is not None and one.name in numbers:
            found.append((then, numbers[one.name]))
    return found


def _comparable(one: Package, then: Version, own: Version) -> tuple[Version, Version]:
    """The two numbers; as one where they differ by no more than the package's spelling cannot say."""
    return then, then if one.site.spelling in LOSSY and own == then.final else own


def _together(pairs: Sequence[tuple[Version, Version]]) -> bool:
    """Whether two numbers that are the same today are so by more than chance: they were at half of the releases, or at the newest more than once, and both have moved."""
    past = pairs[:-1]
    since = [then for then, own in takewhile(lambda pair: pair[0] == pair[1], reversed(pairs))]
    return len({own for _, own in past}) > 1 and (2 * sum(then == own for then, own in past) >= len(past) or len(set(since)) > 1)


def _go_follows(lead: Lead, one: Package) -> bool:
    """Whether a Go module is at the repository's number: in the major that its path says, or below /v2 in the version that all who require it name."""
    own = lead.own
    if own is None:
        return False
    if one.home == "go.mod" and not one.site.text:
        return own.major < 2
    if one.site.text:
        return one.version is not None and one.version.major == own.major
    said = {each.site.text.lstrip("v") for each in lead.survey.required if each.site.package == one.name and each.site.text.startswith("v")}
    return bool(said) and said <= {str(own), str(max(lead.survey.tagged, default=own))} and own.major < 2
