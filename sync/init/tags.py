"""How a repository tags and branches: the templates that its tags follow, and whose number they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from sync import spelling
from sync.version import Version

LEAST: Final = 3
"""Tags that must say a package's number before they are wholly believed to be its own."""

Numbers = Mapping[Version, Mapping[str, Version]]
"""What each package's number was at a release."""


class Follows(NamedTuple):
    """How the tags of a template say a package's number: the newest that does, on how many of the releases looked at that have the package, and how many those are."""

    template: str
    newest: Version
    held: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1: on few releases it proves less."""
        return self.held / max(self.of, LEAST)


def follows(seen: Mapping[str, Numbers], package: str, names: Sequence[str], uses: Mapping[str, int], *, lossy: bool) -> Follows | None:
    """The template whose newest tags say the number of a package, that of the highest number first; None where none does, on the newest `LEAST` or on half of its releases.

    Where several say the same, that which holds on more, then that which is called nothing or like one of ``names``, then that which is in more use.
    """
    found = []
    for shape, releases in seen.items():
        rows = sorted((version, _says(version, numbers[package], lossy=lossy)) for version, numbers in releases.items() if package in numbers)
        held = [version for version, said in rows if said]
        if 2 * len(held) >= len(rows) > 0 or len(rows) >= LEAST and all(said for _, said in rows[-LEAST:]):
            found.append(Follows(shape, max(held), len(held), len(rows)))
    return max(found, key=lambda one: (one.newest, one.share, called(one.template) in ("", "release", *names), uses.get(one.template, 0), one.template), default=None)


def _says(tag: Version, own: Version, *, lossy: bool) -> bool:
    """Whether a package had its tag's number. Files may hold the number without its pre-release where a candidate is tagged."""
    return own == tag or (lossy or tag.is_prerelease) and own.final == tag.final


def called(shape: str) -> str:
    """What stands before the version in a template, without ``v`` and separators."""
    return shape.partition("{")[0].strip("vV-/@_")


_VERSION: Final = re.compile(r"[0-9]+(?:[._][0-9]+){1,3}(?:[-._+]?(?:alpha|beta|rc|a|b|c|pre|preview|dev|m|snapshot)[-._]?[0-9]*)*$", re.IGNORECASE)


def templates(names: Iterable[str]) -> dict[str, dict[Version, str]]:
    """Each template that tags follow, and its tags by version."""
    found: dict[str, dict[Version, str]] = {}
    for name in names:
        match = _VERSION.search(name)
        if match is None or "{" in name or "}" in name:
            continue
        version = spelling.parse(match[0].replace("_", ".") if "." not in match[0] else match[0])
        if version is not None and (match.start() == 0 or not name[match.start() - 1].isdigit()):
            written = "{major}_{minor}_{patch}" if "_" in match[0] and "." not in match[0] else "{version}"
            found.setdefault(name[: match.start()] + written, {})[version] = name
    return found


def near(last: Version, versions: Iterable[Version]) -> bool:
    """Whether a tag's number is one of these, or may have been one's on its way."""
    return any(one.release[:2] == last.release[:2] or (one.major == last.major and one.final >= last.final) or one.major == last.major + 1 and one.is_prerelease for one in versions)


def next_to(last: Version, one: Version) -> bool:
    """Whether a number is a tag's, or that of one of the next releases: at most one step apart in the part that a release raises, the minor below 1."""
    if one.major or last.major:
        return one.final >= last.final and one.major - last.major <= 1
    return one.final >= last.final and one.minor - last.minor <= 1


def sampled(tags: Iterable[Version], most: int) -> list[Version]:
    """The releases of a template that are looked at: the newest ``most``, and the newest candidates after them."""
    ordered = sorted(tags)
    finals = [one for one in ordered if not one.is_prerelease][-most:]
    return [*finals, *[one for one in ordered if not finals or one > finals[-1]][-LEAST:]]


def usual(found: Mapping[str, Mapping[Version, str]], repo: str, versions: Sequence[Version]) -> str:
    """The template that most tags follow whose newest is a number that stands in the files, or the one before; "" without tags."""

    def rank(shape: str) -> tuple[int, int, int]:
        return int(not versions or near(max(found[shape]), versions)), int(called(shape) in ("", repo, "release")), len(found[shape])

    return max(sorted(found), key=rank, default="")


def releases(tags: Mapping[Version, str]) -> dict[Version, str]:
    """The final releases, oldest first."""
    return {version: name for version, name in sorted(tags.items()) if not version.is_prerelease}


_BRANCH: Final = re.compile(
    r"((?:release|releases|rel|stable|maint|maintenance|support|branch|series|line|v)[-_/]?v?|)([0-9]{1,4})(\.(?:[0-9]{1,4}|x))?(\.(?:[0-9]{1,4}|x))?([-_.](?:stable|branch|release|maintenance|maint|x))?",
    re.IGNORECASE,
)


def line(refs: Iterable[str]) -> str:
    """The template of release branches: the one that at least two of them follow, and most."""
    found: Counter[str] = Counter()
    for ref in refs:
        name = ref.split("/", 2)[2] if ref.startswith("refs/heads/") else "/".join(ref.split("/")[3:])
        match = _BRANCH.fullmatch(name)
        if match is None or not (match[1].strip("vV") or match[3] or match[5]):
            continue
        minor = match[3] if match[3] in (None, ".0", ".x") else ".{minor}"
        patch = match[4] if match[4] in (None, ".0", ".x") else ""
        if patch != "":
            found[f"{match[1]}{{major}}{minor or ''}{patch or ''}{match[5] or ''}"] += 1
    shapes = [(count, shape) for shape, count in found.items() if count > 1]
    return max(shapes)[1] if shapes else ""
