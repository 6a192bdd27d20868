"""Rules and templates fitted to what past releases said: found because they hold on every one of them, not guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import Final, NamedTuple

from sync import spelling as spellings
from sync import template
from sync.template import Field
from sync.version import Version, trimmed

FIELDS: Final = ("major", "minor", "patch", "fourth")

LEAST: Final = 3
"""Different values that a part must have taken before an offset from it is believed: through two points there is always a line."""

SPELLINGS: Final = ("semver", "pep440", "maven", "gem", "debian", "rockspec", "underscore", "r", "numeric")
"""In the order in which they are tried: a release looks alike in most of them, and SemVer is what a place has without saying so."""

PACKED: Final = (
    "{major}{minor:02}{patch:02}",
    "{major}{minor:03}{patch:03}",
    "{major}{minor:02}{patch:03}",
    "{major}{minor:02}{patch:02}{fourth:02}",
    "{major:02}{minor:02}{patch:02}",
    "{major:03}{minor:03}{patch:03}",
    "{major}{minor:02}",
    "{major}{minor:03}",
    "{major}{minor}{patch}",
    "{major}{minor}",
)


class Rule(NamedTuple):
    """How a number followed the project's: ``rule`` as a component's ``version`` says it, from the project's version ``since`` on (None: always).

    ``held`` of ``of`` releases are explained by it.
    """

    rule: str
    since: Version | None
    held: int
    of: int


class Shape(NamedTuple):
    """What a text is of a version: a template, the spelling that it is read in, and ``pre``, the template of a pre-release where that is another."""

    template: str
    spelling: str = "semver"
    pre: str = ""


def rule(pairs: Sequence[tuple[Version, Version]]) -> Rule:
    """How a component's own numbers followed the project's: ``pairs`` of (the project's, its own), oldest first.

    ``exact``, ``{release}`` (exact, without its pre-releases), ``major`` or a template such as ``0.{major + 87}.{patch}``; where the rule changed in time, that of the newest
    releases and since when. ``independent`` where nothing explains at least `LEAST` of the newest (all of them, where there are fewer).
    """
    if not pairs:
        return Rule("independent", None, 0, 0)
    for start in range(len(pairs)):
        some = pairs[start:]
        if start and len({project for project, _ in some}) < LEAST:
            break
        found = _rule(some)
        if found:
            return Rule(found, pairs[start][0] if start else None, len(some), len(pairs))
    return Rule("independent", None, 0, len(pairs))


def _rule(pairs: Sequence[tuple[Version, Version]]) -> str:
    if all(project == own for project, own in pairs):
        return "exact"
    if len({own for _, own in pairs}) < max(2, min(LEAST, len(pairs))):
        return ""  # a number that stays is no sign of a rule
    if all(project.final == own for project, own in pairs):
        return "{release}"
    width = max(len(own.release) for _, own in pairs)
    fields = columns([project for project, _ in pairs], [trimmed(own.release, width)[:width] for _, own in pairs])
    if fields is not None and any(isinstance(one, Field) for one in fields):
        text = ".".join(map(str, fields))
        if all(_gives(text, project, own) for project, own in pairs):
            return text
    majors = {project.major for project, _ in pairs}
    return "major" if len(majors) > 1 and all(project.major == own.major for project, own in pairs) else ""


def _gives(text: str, project: Version, own: Version) -> bool:
    try:
        return template.compile(text).rule(project) == own
    except ValueError:
        return False


def columns(versions: Sequence[Version], rows: Sequence[Sequence[int]], fixed: bool = False) -> list[Field | int] | None:
    """Each column of numbers as a part of the versions beside them, or as a constant; None where a column is neither.

    A part in its own position comes first, then a constant, then another part as it is, then a part with an offset, which at least
    `LEAST` different values must show. After a major number that is the version's own come its own parts: a patch number that is always one too high is wrong.
    With ``fixed`` a fourth number is one of the text's own where no version has one: the constant that it starts with anew (R's ``2.1.0.1``).
    """
    fixed = fixed and not any(version.fourth for version in versions)
    found: list[Field | int] = []
    for at in range(len(rows[0])):
        values = {row[at] for row in rows}
        if fixed and at == 3 and len(values) == 1:
            found.append(values.pop())
            continue
        one = _column(at, versions, [row[at] for row in rows])
        if one is None or (Field("major") in found and one != Field(FIELDS[min(at, 3)])):
            return None
        found.append(one)
    return found


def _column(at: int, versions: Sequence[Version], values: Sequence[int]) -> Field | int | None:
    def offset(name: str) -> int | None:
        offsets = {value - getattr(version, name) for version, value in zip(versions, values, strict=True)}
        return int(offsets.pop()) if len(offsets) == 1 else None

    here = FIELDS[at] if at < len(FIELDS) else FIELDS[0]
    if at < len(FIELDS) and offset(here) == 0:
        return Field(here)
    if len(set(values)) == 1:
        return values[0]
    names = (here, *(name for name in FIELDS if name != here))
    for name in names:
        if offset(name) == 0:
            return Field(name)
    if len(set(values)) >= LEAST:
        for name in names:
            if (found := offset(name)) is not None:
                return Field(name, found)
    return None


_GROUPS: Final = re.compile(r"[0-9]+")


def shapes(seen: Sequence[tuple[Version, str]]) -> list[Shape]:
    """Every way to read texts as what they say of the versions beside them, the likeliest first; [] where there is none.

    Where nothing fits releases and pre-releases alike, it is two whole numbers, one for each of them.
    """
    found = _alike(seen)
    if not found:
        final, early = (_whole([pair for pair in seen if pair[0].is_prerelease is wanted]) for wanted in (False, True))
        found = [one._replace(pre=other.template) for one, other in product(final, early) if one.spelling == other.spelling]
    if not found and all(_several(text) and (said := spellings.parse(text)) is not None and said.major == version.major for version, text in seen):
        found.append(Shape("{version}"))
    return found


def _whole(seen: Sequence[tuple[Version, str]]) -> list[Shape]:
    """The ways to read them that are a whole version."""
    return [one for one in (_alike(seen) if seen else ()) if "{version}" in one.template or "{release}" in one.template]


def _several(text: str) -> bool:
    """Whether it holds more than one number."""
    return "." in text or "_" in text or "-" in text


def _alike(seen: Sequence[tuple[Version, str]]) -> list[Shape]:
    """Every way to read them that is one template for all."""
    found: list[Shape] = []
    texts = [text for _, text in seen]
    several = all(map(_several, texts))
    whole = next((one for one in SPELLINGS if several and all(_says(text, version, one) for version, text in seen)), "")
    pairs = [_GROUPS.findall(text) for text in texts]
    short = several and all(len(groups) == 2 for groups in pairs)
    dropped = whole == "numeric"  # a pre-release is left out
    if whole and not short and not dropped:
        found.append(Shape("{version}", whole))
    between = {tuple(_GROUPS.split(text)) for text in texts}
    if len(between) == 1 and len({len(groups) for groups in pairs}) == 1:
        found += _parts(seen, pairs, between.pop())
    if whole and (short or dropped):
        found.append(Shape("{release}") if dropped else Shape("{version}", whole))
    if not several:
        found += [Shape(one) for one in PACKED if all(template.compile(one).render(version) == text for version, text in seen)]
    return list(dict.fromkeys(found))


def _says(text: str, version: Version, spelling: str) -> bool:
    if spelling == "numeric":
        return spellings.parse(text, spelling) == version.final and "." in text
    return spellings.parse(text, spelling) == version


def _parts(seen: Sequence[tuple[Version, str]], pairs: Sequence[Sequence[str]], between: tuple[str, ...]) -> list[Shape]:
    """Templates with one placeholder, or a constant, for each group of digits; the three numbers of a release in one where that is as true."""
    versions = [version for version, _ in seen]
    widths = [{len(one) for one in column} if any(one[0] == "0" and len(one) > 1 for one in column) else set() for column in zip(*pairs, strict=True)]
    fields = columns(versions, [[int(one) for one in groups] for groups in pairs], between[3:4] == (".",))
    if fields is None or not any(isinstance(one, Field) for one in fields) or any(len(width) > 1 for width in widths):
        return []
    text = between[0].replace("{", "{{").replace("}", "}}")
    for field, width, literal in zip(fields, widths, between[1:], strict=True):
        size = width.copy().pop() if width else 0
        text += (str(field._replace(width=size)) if isinstance(field, Field) else str(field).zfill(size)) + literal.replace("{", "{{").replace("}", "}}")
    plain = text.replace("{major}.{minor}.{patch}", "{release}")
    return [Shape(one) for one in dict.fromkeys((plain, text)) if all(template.compile(one).holds(said, version) for version, said in seen)]


def holds(shape: Shape, text: str, version: Version) -> bool:
    """Whether the text says that version in that shape, or a snapshot of a later one."""
    compiled = template.compile(shape.pre if shape.pre and version.is_prerelease else shape.template)
    try:
        return compiled.holds(text, version, shape.spelling) or compiled.upcoming(text, version, shape.spelling)
    except ValueError:
        return False
