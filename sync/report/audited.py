"""What `audit` found, with the line that accepts each and the line that ignores it; and what `explain` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sync.audit.finding import Finding
from sync.errors import counted
from sync.manifest.match import glob
from sync.manifest.shape import fits
from sync.report.plain import plain
from sync.shell import words

if TYPE_CHECKING:
    from sync.explain import Reason

Place = Callable[[str, str], str]
"""How a file of a repository is shown: (repository, path) -> text."""


def accept(one: Finding) -> list[str]:
    """The arguments of the ``versync`` that takes a finding into the manifest; COMPONENT and NAME are for a person to fill in. None where no place can say it."""
    if one.packages:
        named = [one.component] if one.component else ["NAME", "--in", one.repo, "--version", "independent"]
        return ["add", *named, *one.packages]
    if _unsayable(one):
        return []
    found = ["add", one.component or "COMPONENT"]
    for file in one.files:
        found += ["--file", file]
    for text in one.texts:
        found += ["--text", text]
    return found + (["--spelling", one.spelling] if one.spelling != "semver" else [])


def ignore(one: Finding) -> list[str]:
    """The arguments of the ``versync`` that keeps a finding in the manifest as no place of ours; none where it cannot say it."""
    if one.packages:
        return ["add", one.component or "COMPONENT", "--ignore", *one.packages]
    if _unsayable(one):
        return []
    found = ["audit"]
    for file in one.files:
        for text in one.texts:
            found += ["--ignore", f"{one.repo}/{file}", text]
    return found


def _unsayable(one: Finding) -> str:
    """Why a manifest cannot say where a finding stands; "" where it can."""
    return "" if all(map(_nameable, one.files)) else "a manifest cannot name this file"


def _nameable(path: str) -> bool:
    """Whether a manifest can name a file: one with a backslash, a line break or an open bracket in its name it cannot."""
    try:
        return fits("glob", path) and glob((path,)) is not None
    except ValueError:
        return False


def render(findings: Sequence[Finding], style: str, place: Place, options: Sequence[str], *, most: int, everything: bool) -> str:
    """The likely findings (or all), at most ``most``, in the style ``text``, ``json`` or ``github``. ``options`` find the manifest again."""
    likely = [one for one in findings if one.likely or everything]
    shown = likely[:most] if most else likely
    if style == "json":
        return _dumped({"likely": sum(one.likely for one in findings), "all": len(findings), "findings": [_json(one) for one in shown]})
    if style == "github":
        return "".join(f"::notice {_at(one, place)},title=versync%3A audit::{_data(_says(one))}\n" for one in shown)
    lines: list[str] = []
    for one in shown:
        spot = one.spots[0]
        lines.append(f"{plain(place(one.repo, spot.path))}:{spot.line}:{spot.column}: {_says(one)}")
        lines.append(f"    {plain(one.shown)}")
        more = [f"{each.path}:{each.line}" for each in one.spots[1:]]
        if more:
            lines.append(f"  also: {plain(', '.join(more[:6]))}{f' and {len(more) - 6} more' if len(more) > 6 else ''}")
        for verb, arguments in (("accept", accept(one)), ("ignore", ignore(one))):
            lines.append(f"  {verb}: versync {words([*arguments, *options])}" if arguments else f"  {verb}: by no command: {_unsayable(one)}")
    hidden = len(likely) - len(shown)
    unlikely = 0 if everything else len(findings) - len(likely)
    sums = f"{counted(len(likely), 'place')} that no line of the manifest covers"
    sums += f", {hidden} not shown (--most 0)" if hidden else ""
    lines.append(sums + (f"; {unlikely} more that {'is' if unlikely == 1 else 'are'} unlikely (--all)" if unlikely else ""))
    return "".join(f"{line}\n" for line in lines)


def _at(one: Finding, place: Place) -> str:
    spot = one.spots[0]
    return f"file={_property(place(one.repo, spot.path))},line={spot.line},col={spot.column}"


def reasons(found: Sequence[Reason], style: str, place: Place) -> str:
    """What `explain` says, in the style ``text`` or ``json``."""
    if style == "json":
        return _dumped([one._asdict() for one in found])
    lines = []
    for one in found:
        where = plain(place(one.repo, one.path)) + (f":{one.line}:{one.column}" if one.line else "")
        lines.append(f"{where}: {plain(one.says)}" if where else plain(one.says))
        if one.hint:
            lines.append(f"  hint: {plain(one.hint)}")
    return "".join(f"{line}\n" for line in lines)


def _says(one: Finding) -> str:
    if one.packages:
        return f"{counted(len(one.packages), 'package')} at {one.version} that no component lists: {plain(', '.join(one.packages[:4]))}{' ...' if len(one.packages) > 4 else ''}"
    whose = f"{one.version} of {one.component}" if one.component else one.version
    return f"{plain(whose)}: {'; '.join(one.why) or 'no site covers it'}"


def _json(one: Finding) -> dict[str, object]:
    return {**one._asdict(), "spots": [spot._asdict() for spot in one.spots], "likely": one.likely, "accept": accept(one), "ignore": ignore(one)}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")


def _dumped(value: object) -> str:
    import json

    return json.dumps(value, indent=2) + "\n"
