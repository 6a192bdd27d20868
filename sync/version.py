"""A version as a value: its order, the words that raise it, and the step between two of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NoReturn, Self

Pre = tuple[str, "int | None"]
"""A pre-release: its kind (``alpha``, ``rc``, or any SemVer identifiers with dots) and its number."""

Key = tuple[Any, ...]

WORDS: Final = ("major", "minor", "patch", "rc", "dev", "release")
"""What ``bump`` takes in place of a version."""

KINDS: Final = frozenset(("alpha", "beta", "rc", "cr", "pre", "preview", "milestone", "m", "ea", "nightly", "canary", "next", "snapshot", "dev"))
"""Kinds that are the same in capitals, and may carry their number without a separator (``RC2``)."""


class Typed(tuple[str, "int | None"]):  # noqa: SLOT001  # a tuple has no room for them
    """A pre-release that a person, or a file, wrote otherwise than we do (``-beta1``): equal to every spelling of it, and written so where no file shows another.

    To SemVer ``beta1`` and ``beta.1`` are two versions, so which of them is meant is for that person to say.
    """

    text: str

    def __new__(cls, pre: Pre, text: str) -> Self:
        """``text`` is what was typed, from its dash on."""
        made = super().__new__(cls, pre)
        made.text = text
        return made

    def __getnewargs__(self) -> tuple[Pre, str]:
        return (self[0], self[1]), self.text


class Snapshot(int):
    """The number of a development version that is written as Maven does (``-SNAPSHOT``), and so where no file shows another way."""


class Version:
    """One version of anything, whatever the ecosystem that writes it.

    ``release`` holds one to four numbers, as many as were written; ``pre`` is kind and number;
    ``dev`` is 0 where none is written (``-dev``, ``-SNAPSHOT`` and ``.dev0`` are one Version).
    The order is SemVer's (https://semver.org, 11) for pre-releases and PEP 440's for ``dev`` (before
    every pre-release) and ``post`` (after the release). Trailing zeros and ``build`` count neither in the order nor in equality.
    """

    __slots__ = ("_key", "build", "dev", "post", "pre", "release")

    release: tuple[int, ...]
    pre: Pre | None
    post: int | None
    dev: int | None
    build: str
    _key: Key | None

    def __init__(self, release: tuple[int, ...], pre: Pre | None = None, post: int | None = None, dev: int | None = None, build: str = "") -> None:
        if not 0 < len(release) < 5:
            raise ValueError(f"a version has one to four numbers, not {len(release)}")
        put = object.__setattr__
        put(self, "release", release)
        put(self, "pre", pre)
        put(self, "post", post)
        put(self, "dev", dev)
        put(self, "build", build)
        put(self, "_key", None)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Version is frozen; {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Version is frozen; {name} cannot be deleted")

    def __reduce__(self) -> tuple[type[Version], tuple[object, ...]]:
        return Version, (self.release, self.pre, self.post, self.dev, self.build)

    @classmethod
    def of(cls, text: str) -> Version:
        """What a person types: ``8.0.0``, ``v8``, ``49.0.0-rc.1``, ``49.0.0rc1``, ``1.2.3.post1``.

        Raises ValueError with a message for that person.
        """
        found = read(text.strip())
        if found is None:
            raise ValueError(f'"{text}" is not a version; write it like 8.0.0, 8.0.0-rc.1 or 8.0.0-dev')
        return found

    @property
    def major(self) -> int:
        """The first number."""
        return self.release[0]

    @property
    def minor(self) -> int:
        """0 where it is not written, as are the parts after it."""
        return self.release[1] if len(self.release) > 1 else 0

    @property
    def patch(self) -> int:
        """The third number."""
        return self.release[2] if len(self.release) > 2 else 0

    @property
    def fourth(self) -> int:
        """The fourth number."""
        return self.release[3] if len(self.release) > 3 else 0

    @property
    def is_prerelease(self) -> bool:
        """Whether it is a candidate, an alpha, a development version: anything before its release."""
        return self.pre is not None or self.dev is not None

    @property
    def final(self) -> Version:
        """Its numbers alone."""
        return self if self.post is None and not self.is_prerelease and not self.build else Version(self.release)

    @property
    def key(self) -> Key:
        """What it is ordered, compared and hashed by."""
        key = self._key
        if key is None:
            key = _key(self)
            object.__setattr__(self, "_key", key)
        return key

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Version) and self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __le__(self, other: Version) -> bool:
        return self.key <= other.key

    def __gt__(self, other: Version) -> bool:
        return self.key > other.key

    def __ge__(self, other: Version) -> bool:
        return self.key >= other.key

    def __str__(self) -> str:
        text = ".".join(map(str, self.release))
        if self.pre is not None:
            text += self.pre.text if isinstance(self.pre, Typed) else f"-{_text(self.pre)}"
        if self.post is not None:
            text += f".post{self.post}"
        if self.dev is not None:
            text += "-SNAPSHOT" if isinstance(self.dev, Snapshot) else ".dev" if self.pre is not None or self.post is not None else "-dev"
            text += str(self.dev) if self.post is not None else f".{self.dev}" if self.dev else ""
        return f"{text}+{self.build}" if self.build else text

    def __repr__(self) -> str:
        return f'Version.of("{self}")'


_TEXT: Final = r"[vV]?([0-9]{1,18}(?:\.[0-9]{1,18}){0,3})(?![0-9])(.*)"
"""Numbers are cut off at 18 digits, so that a hostile file cannot hand int() a megabyte of them."""

_SEMVER: Final = r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"

_IDENTIFIERS: Final = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*"
"""What SemVer lets a pre-release be: no number begins with a zero (https://semver.org, 9)."""

_PEP440: Final = (
    r"(?i:[-_.~]?(alpha|a|beta|b|preview|pre|rc|c)[-_.]?([0-9]{0,18}))?"
    r"(?:-([0-9]{1,18})|(?i:[-_.]?(post|rev|r)[-_.]?([0-9]{0,18})))?"
    r"(?i:[-_.]?(dev)[-_.]?([0-9]{0,18}))?"
    r"(?:\+([0-9A-Za-z]+(?:[-_.][0-9A-Za-z]+)*))?"
)

_PEP440_KINDS: Final = {"a": "alpha", "b": "beta", "c": "rc", "pre": "rc", "preview": "rc"}

Tail = tuple["Pre | None", "int | None", "int | None", str]
"""What follows the numbers: pre, post, dev, build."""


@cache
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source)


def read(text: str) -> Version | None:
    """A version in any common spelling: SemVer, else PEP 440, with or without a leading v; None for all else."""
    match = _regex(_TEXT).fullmatch(text)
    if match is None:
        return None
    release = tuple(map(int, match[1].split(".")))
    rest = match[2]
    if not rest:
        return Version(release)
    tail = semver_tail(rest)
    if tail is None or "post" in rest:
        tail = pep440_tail(rest) or tail
    return None if tail is None else Version(release, *tail)


def semver_tail(text: str) -> Tail | None:
    """Reads ``-pre.release+build`` (https://semver.org, 9 and 10), or ``+build`` alone; None for all else."""
    match = _regex(_SEMVER).fullmatch(text)
    if match is None:
        return None
    pre, dev = identifiers(match[1].split(".")) if match[1] else (None, None)
    if pre is not None and dev is None and match[1] != _text(pre) and _regex(_IDENTIFIERS).fullmatch(match[1]):
        pre = Typed(pre, f"-{match[1]}")
    return pre, None, dev, match[2] or ""


def pep440_tail(text: str) -> Tail | None:
    """Reads ``rc1``, ``.post1``, ``.dev0``, chains of them, and ``+local``, with every separator that PEP 440 tolerates; None for all else."""
    match = _regex(_PEP440).fullmatch(text)
    if match is None:
        return None
    kind, n, bare, post, after, dev, count, build = match.groups("")
    kind = kind.lower()
    pre = (_PEP440_KINDS.get(kind, kind), int(n or 0)) if kind else None
    return pre, int(bare or after or 0) if bare or post else None, int(count or 0) if dev else None, build


def identifiers(found: list[str]) -> tuple[Pre | None, int | None]:
    """Pre-release and dev of SemVer identifiers. ``RC1`` and ``rc-1`` are read as ``rc.1``; ``dev`` and ``SNAPSHOT`` are no kinds."""
    kinds = [one.lower() if one.lower() in KINDS else one for one in found]
    n: int | None = None
    if kinds[-1].isdigit() and len(kinds[-1]) < 19:
        n = int(kinds.pop())
    elif (match := _regex(r"([A-Za-z]+)-?([0-9]{1,18})").fullmatch(kinds[-1])) and match[1].lower() in KINDS:
        kinds[-1], n = match[1].lower(), int(match[2])
    if kinds and kinds[-1] in ("dev", "snapshot"):
        return identifiers(kinds[:-1])[0] if kinds[:-1] else None, Snapshot() if found[-1] == "SNAPSHOT" else n or 0
    return (".".join(kinds), n), None


def _text(pre: Pre) -> str:
    kind, n = pre
    return kind if n is None else f"{kind}.{n}" if kind else str(n)


def _key(version: Version) -> Key:
    release, pre, post, dev = version.release, version.pre, version.post, version.dev
    if release[-1] == 0:
        width = len(release)
        while width > 1 and release[width - 1] == 0:
            width -= 1
        release = release[:width]
    if pre is None:
        stage: Key = (2,) if dev is None or post is not None else (0,)
    else:
        kind, n = pre
        names = kind.split(".") if kind else []
        if n is not None:
            names.append(str(n))
        stage = (1, tuple((0, int(name), "") if name.isdigit() and len(name) < 19 else (1, 0, name) for name in names))
    return release, stage, -1 if post is None else post, _LAST if dev is None else dev


_LAST: Final = 1 << 62
"""In the order, what is no development version comes after all that are."""


def increment(version: Version, word: str) -> Version:
    """The version that a word of WORDS makes of another. Width is kept; ``post`` and ``build`` go.

    On a pre-release ``major``, ``minor`` and ``patch`` do what node-semver's ``inc`` does: they end it where
    it already is one of that major, minor or patch. Raises ValueError, with the reason, where a word makes no sense.
    """
    if word in ("major", "minor", "patch"):
        at = ("major", "minor", "patch").index(word)
        release = version.release + (0,) * (at + 1 - len(version.release))
        ends = version.is_prerelease and version.post is None and not any(release[at + 1 :])
        return Version(release if ends else (*release[:at], release[at] + 1, *(0 for _ in release[at + 1 :])))
    if word not in WORDS:
        raise ValueError(f'"{word}" is none of the words {", ".join(WORDS)}')
    if not version.is_prerelease:
        if word == "release":
            raise ValueError(f"{version} is released already; say major, minor or patch, or name the version")
        raise ValueError(f"{version} is a release, so {word} does not say of which version; name it, like {increment(version.final, 'minor')}-{'rc.1' if word == 'rc' else 'dev'}")
    if word == "release":
        return Version(version.release, post=version.post)
    pre, dev = version.pre, version.dev
    if word == "dev" and dev is not None:
        return Version(version.release, pre, version.post, dev + 1)
    if word == "rc" and version.post is None:
        again = pre is not None and pre[0] == "rc"
        new = Version(version.release, ("rc", (pre[1] or 0) + (dev is None) if pre is not None and again else 1))
        if new > version:
            return new
    raise ValueError(f"{word} would go back from {version}; name the version that is meant")


_PARTS: Final = ("major", "minor", "patch", "fourth")


def step(old: Version, new: Version) -> str:
    """How one version became the other: the first of major, minor, patch, fourth that differs, else the kind of its
    pre-release (``rc``, ``alpha`` ...), ``dev``, ``post`` or ``release``; "" where they are equal.
    """
    for part in _PARTS:
        if getattr(old, part) != getattr(new, part):
            return part
    if old == new:
        return ""
    if new.dev is not None:
        return "dev"
    if new.post is not None:
        return "post"
    return (new.pre[0] or "pre") if new.pre is not None else "release"


def by_step(own: Version, old: Version, new: Version) -> Version:
    """A component's own number, moved as the project moved: the first part that differs by the same distance, the parts
    after it and the pre-release as the project has them. So two steps are one step, and a step back undoes a step
    from a x.0.0. Raises ValueError where a number would be negative.
    """
    if old == new:
        return own
    word = step(old, new)
    if word not in _PARTS:
        return Version(own.release, new.pre, new.post, new.dev)
    at = _PARTS.index(word)
    number = getattr(own, word) + getattr(new, word) - getattr(old, word)
    if number < 0:
        raise ValueError(f"{own} cannot follow from {old} to {new}: its {word} would be {number}")
    parts = [getattr(own, part) for part in _PARTS[:at]] + [number] + [getattr(new, part) for part in _PARTS[at + 1 :]]
    return Version(trimmed(tuple(parts), len(own.release)), new.pre, new.post, new.dev)


def trimmed(release: tuple[int, ...], width: int) -> tuple[int, ...]:
    """A release in that many parts: padded with zeros, or cut, but never of a part that is not zero."""
    needed = len(release)
    while needed > width and release[needed - 1] == 0:
        needed -= 1
    return release[:needed] + (0,) * (width - needed)
