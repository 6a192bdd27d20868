"""How each ecosystem writes a Version, and reads it back. What stands in a file is the example to follow; an ecosystem's own rule is only the default."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from sync.version import Pre, Snapshot, Tail, Typed, Version, identifiers, pep440_tail, semver_tail, trimmed

_LONGEST: Final = 256
"""Characters. What is longer is no version, and is not kept in a cache."""


class Spelling(NamedTuple):
    """One way of writing versions.

    ``lead``, ``separator``, ``tail`` and ``trail`` are regex sources without capturing groups: what may stand before the
    numbers, between them, the pre-release and its like, and what follows that is not the version's. All are bounded, so that hostile
    text costs no more than its length. ``read`` reads what ``tail`` matched. The rest is how a version is written that has no
    example: ``before`` and ``between`` stand before a kind and its number, ``words`` maps kinds to how they are written in full.
    """

    tail: str
    read: Callable[[str], Tail | None]
    before: str = "-"
    between: str = "."
    dev: str = "-dev"
    words: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    separator: str = r"\."
    trail: str = ""
    width: int = 3

    @property
    def between_numbers(self) -> str:
        """What separates numbers where no example shows it."""
        return "_" if self.separator == "_" else "."


_IDENTIFIERS: Final = r"[0-9A-Za-z-]{1,100}(?:\.[0-9A-Za-z-]{1,100}){0,9}"
_GLUED: Final = r"(?i:[._]?(?:alpha|beta|rc|preview|pre|dev)[-._]?[0-9]{1,18})"
_PEP440: Final = (
    r"(?i:[-_.]?(?:alpha|a|beta|b|preview|pre|rc|c)(?:[-_.]?[0-9]{1,18})?)?(?:-[0-9]{1,18}|(?i:[-_.]?(?:post|rev|r)(?:[-_.]?[0-9]{1,18})?))?"
    r"(?i:[-_.]?dev(?:[-_.]?[0-9]{1,18})?)?(?:\+[0-9A-Za-z]{1,100}(?:[-_.][0-9A-Za-z]{1,100}){0,9})?"
)
_MAVEN: Final = r"(?i:[-.]?(?:alpha|beta|milestone|preview|pre|rc|cr|ea)(?:[-.]?[0-9]{1,18})?|[-.]?[abm][0-9]{1,18})?(?i:-SNAPSHOT)?"
_QUALIFIER: Final = r"(?i:[-.](?:final|ga|release|incubating|android|jre[0-9]{0,2}))?"
_TILDE: Final = r"(?:[~-][A-Za-z][0-9A-Za-z]{0,100}(?:[.~][0-9A-Za-z]{1,100}){0,9})?(?:\+[0-9A-Za-z.]{1,100})?"
_PLAIN_WORDS: Final = r"(?i:[-._]?(?:alpha|beta|rc|pre|dev)(?:[._]?[0-9]{1,18})?){0,2}"
_SEGMENT: Final = r"([-._~]?(?:pre\.(?=[A-Za-z]))?)([A-Za-z]+)([-._]?)([0-9]*)(?![A-Za-z])"


def _semver(tail: str) -> Tail | None:
    """SemVer's own, and the ``rc1``, ``.rc.1`` and ``.dev0`` of files that follow nobody's rule."""
    return semver_tail(tail) or _words(tail)


def _words(tail: str) -> Tail | None:
    """Words and numbers with anything between them, after an optional build: ``~rc1``, ``.pre.rc.2``, ``-beta-2-SNAPSHOT``."""
    head, _, build = tail.partition("+")
    found: list[str] = _regex(r"[A-Za-z]+|[0-9]+").findall(head)
    if found[:1] == ["pre"] and len(found) > 1 and found[1].isalpha():
        del found[0]
    kinds = [_ABBREVIATED.get(one.lower(), one) if at + 1 < len(found) else one for at, one in enumerate(found)]
    pre, dev = identifiers(kinds) if kinds else (None, None)
    return pre, None, dev, build


def _none(_: str) -> Tail | None:
    return None, None, None, ""


_ABBREVIATED: Final = {"a": "alpha", "b": "beta", "m": "milestone", "cr": "rc"}
_SEMVER: Final = Spelling(rf"(?:-{_IDENTIFIERS}|{_GLUED})?(?:\+{_IDENTIFIERS})?", _semver)

TABLE: Final[dict[str, Spelling]] = {
    "semver": _SEMVER,
    "nuget": _SEMVER,
    "tag": _SEMVER._replace(lead="[vV]?"),
    "pep440": Spelling(_PEP440, pep440_tail, "", "", ".dev", (("alpha", "a"), ("beta", "b"), ("rc", "rc"), ("pre", "rc"), ("preview", "rc")), lead="[vV]?"),
    "maven": Spelling(_MAVEN, _words, "-", "-", "-SNAPSHOT", (("rc", "RC"), ("milestone", "M")), trail=_QUALIFIER),
    "gem": Spelling(r"(?:[.-][0-9A-Za-z]{1,100}){0,10}", _words, ".", "", ".dev"),
    "assembly": Spelling("", _none, width=4),
    "numeric": Spelling("", _none),
    "debian": Spelling(_TILDE, _words, "~", "", "~dev", lead="(?:[0-9]{1,9}:)?", trail=r"(?:-[0-9][0-9A-Za-z+.~]{0,100})?"),
    "opam": Spelling(_TILDE, _words, "~", "", "~dev", lead="v?"),
    "rpm": Spelling(_TILDE, _words, "~", "", "~dev"),
    "r": Spelling("", _none, separator="[-.]"),
    "rockspec": Spelling(_PLAIN_WORDS, _words, "", "", "dev", trail="(?:-[0-9]{1,9})?"),
    "underscore": Spelling(_PLAIN_WORDS, _words, "_", "", "_dev", separator="_"),
    "go": Spelling("", _none, lead=r"(?:[/.]v)", width=1),
}
"""Every spelling by its name. ``go`` is the suffix of a module path: ``/v46``, and ``""`` below 2."""

_ECOSYSTEMS: Final = {
    "pypi": "pep440", "conda": "pep440", "golang": "tag", "nuget": "nuget", "maven": "maven", "gem": "gem",
    "cran": "r", "luarocks": "rockspec", "opam": "opam", "deb": "debian", "rpm": "rpm", "hackage": "numeric",
}  # fmt: skip


def of_ecosystem(purl_type: str) -> str:
    """The spelling that a package-URL type writes by default; ``semver`` for one that is not in the table."""
    return _ECOSYSTEMS.get(purl_type, "semver")


@cache
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source)


class Written(NamedTuple):
    """A version as it stands in a file, taken apart."""

    version: Version
    lead: str
    numbers: tuple[str, ...]
    separators: str
    tail: str
    trail: str


def parse(text: str, spelling: str = "semver") -> Version | None:
    """The Version that a text denotes in a spelling; None where it is not written so. Raises KeyError for a spelling that is not in TABLE.

    A single number is read too (a requirement may hold one). Go's ``""`` is version 1: no suffix is below 2.
    """
    return None if len(text) > _LONGEST else _parse(text, spelling)


@lru_cache(maxsize=16384)
def _parse(text: str, spelling: str) -> Version | None:
    parts = text.split(".")
    if len(parts) == 3 and text.isascii() and len(text) < 19 and spelling not in ("go", "underscore"):
        one, two, three = parts
        if one.isdigit() and two.isdigit() and three.isdigit():
            return Version((int(one), int(two), int(three)))
    if not text and spelling == "go":
        return Version((1,))
    written = _read(text, spelling)
    return None if written is None else written.version


@lru_cache(maxsize=16384)
def _read(text: str, spelling: str) -> Written | None:
    rule = TABLE[spelling]
    match = _regex(f"({rule.lead})([0-9]{{1,18}}(?:{rule.separator}[0-9]{{1,18}}){{0,3}})(?![0-9])({rule.tail})({rule.trail})").fullmatch(text)
    if match is None:
        return None
    tail = rule.read(match[3]) if match[3] else (None, None, None, "")
    if tail is None:
        return None
    numbers = _regex("[^0-9]").split(match[2])
    separators: str = _regex("[0-9]+").sub("", match[2])
    return Written(Version(tuple(map(int, numbers)), *tail), match[1], tuple(numbers), separators, match[3], match[4])


def pattern(spelling: str = "semver", least: int = 2) -> str:
    """Regex source for the longest text that parses: no capturing group, ASCII, good for str and bytes, bounded in length.

    ``least`` is the number of numbers that it must have; a Go suffix has one in any case.
    """
    rule = TABLE[spelling]
    more = "" if spelling == "go" else f"(?:{rule.separator}[0-9]{{1,18}}){{{least - 1},3}}"
    return f"{rule.lead}[0-9]{{1,18}}{more}{rule.tail}{rule.trail}"


def same(text: str, version: Version, spelling: str = "semver", parts_only: bool = False) -> bool:
    """Whether the text denotes that version, as far as the spelling can say it. With ``parts_only`` the
    parts of the release that the text leaves out are not compared (``0.42`` and 0.42.3). A text that cannot be read denotes none.
    """
    found = parse(text, spelling)
    if found is None or found == version:
        return found is not None
    if len(found.release) >= len(version.release) and not version.is_prerelease and version.post is None and spelling not in ("go", "r", "assembly"):
        return False  # the spelling loses nothing of it, so what differs is different
    return render(version, spelling, text, keep_width=parts_only) == text


def lossy(version: Version, spelling: str) -> bool:
    """Whether the spelling cannot say all of that version: a candidate where only numbers fit."""
    return spelling == "go" or parse(render(version, spelling), spelling) != version


def render(version: Version, spelling: str = "semver", example: str = "", keep_width: bool = False) -> str:
    """A Version as the spelling writes it, in the manner of ``example`` where that can be read.

    Where the example says that version already, it is the answer. Otherwise it gives the number of parts (more where a part that is not zero would be
    lost, unless ``keep_width``), their padding, and the words and separators of the pre-release.
    """
    if spelling == "go":
        return _go(version.major, example)
    known = _read(example, spelling) if example and len(example) <= _LONGEST else None
    if known is not None and known.version == version and version.build in ("", known.version.build):
        return example
    if spelling == "r" and version.dev is not None:
        return _r_development(version, known)
    rule = TABLE[spelling]
    tail = _tail(version, rule, spelling, known)
    if known is None:
        trail = "-1" if spelling == "rockspec" else ""
        return ("v" if spelling == "tag" else "") + _join(version.release, rule.width, spelling == "assembly", rule.between_numbers, ()) + tail + trail
    width = len(known.numbers) if spelling != "r" or known.version.fourth < 9000 else 3
    if keep_width and tail and spelling in ("semver", "tag"):
        width = max(width, rule.width)
    separators = known.separators or rule.between_numbers
    numbers = _join(version.release, width, keep_width or spelling == "assembly", separators, known.numbers)
    return known.lead + numbers + tail + _trail(version, spelling, known.trail)


_PADDED: Final = re.compile("0[0-9]").match


def _join(release: tuple[int, ...], width: int, cut: bool, separators: str, example: tuple[str, ...]) -> str:
    """Numbers in that width. Where one number of the example is padded with zeros, all keep its width in digits."""
    release = trimmed(release, width)
    parts = list(map(str, release[:width] if cut else release))
    if any(map(_PADDED, example)):
        parts = [part.zfill(len(example[at])) if at < len(example) else part for at, part in enumerate(parts)]
    if len(separators) == 1 or separators.count(separators[0]) == len(separators):
        return separators[0].join(parts)
    text = parts[0]
    for at, part in enumerate(parts[1:]):
        text += separators[min(at, len(separators) - 1)] + part
    return text


def _tail(version: Version, rule: Spelling, spelling: str, known: Written | None) -> str:
    """What follows the numbers: pre-release, post, development and build, as far as the spelling has them."""
    if not rule.tail or not (version.is_prerelease or version.post is not None or version.build):
        return ""
    pre, dev = version.pre, version.dev
    if pre is not None and spelling == "pep440" and pre[0] not in _PEP440_KINDS:
        dev = pre[1] or 0
        pre = None  # any other kind comes before alpha, beta and rc, as a development version does
    shown = known.tail.partition("+")[0] if known is not None else ""
    examples = {_slot(match[2]): match for match in [*_regex(_SEGMENT).finditer(shown)][::-1]}
    text = ""
    if pre is not None:
        there = known.version.pre if known is not None else None
        alike = there is not None and there[0] == pre[0]
        text = _pre(pre, rule, spelling, examples.get("pre") if alike or spelling != "maven" else None, alike)
    if version.post is not None and spelling == "pep440":
        example = examples.get("post")
        if example is not None:
            text += example[1] + example[2] + _number(str(version.post), example, "")
        else:
            text += f"-{version.post}" if _regex(r".*-[0-9]+").fullmatch(shown) and dev is None else f".post{version.post}"
    if dev is not None:
        example = examples.get("dev")
        counted = dev > 0 or (example[4] != "" if example is not None else spelling == "pep440")
        count = str(dev) if counted and spelling != "maven" else ""  # Maven counts no snapshots
        if example is not None:
            text += example[1] + example[2] + _number(count, example, rule.between)
        else:
            plain = "-SNAPSHOT" if isinstance(dev, Snapshot) and rule.read is _semver else rule.dev.replace("-dev", ".dev") if text else rule.dev
            text += plain + (rule.between + count if count else "")
    return f"{text}+{version.build}" if version.build and r"\+" in rule.tail else text


def _pre(pre: Pre, rule: Spelling, spelling: str, example: re.Match[str] | None, alike: bool) -> str:
    """Kind and number of a pre-release. ``example`` shows the separators, and where it is ``alike`` (of the same kind) the word as well."""
    kind = pre[0]
    number = str(pre[1]) if pre[1] is not None else "0" if spelling == "pep440" else ""
    if spelling in ("rockspec", "underscore") and kind not in ("alpha", "beta", "rc"):
        kind = "pre"
    elif not kind and spelling not in ("semver", "nuget", "tag", "maven"):
        kind = "pre"  # a bare number after the others would be one more part
    word = dict(rule.words).get(kind, kind)
    if example is not None and kind.isalpha():
        return example[1] + (example[2] if alike else _cased(word, example[2])) + _number(number, example, rule.between)
    if isinstance(pre, Typed) and rule.read is _semver:
        return pre.text
    between = "" if word.isupper() or not kind else rule.between or ("." if kind[-1].isdigit() else "")
    return rule.before + word + (between + number if number else "")


_PEP440_KINDS: Final = ("alpha", "beta", "rc", "pre", "preview")


def _slot(word: str) -> str:
    word = word.lower()
    return "dev" if word in ("dev", "snapshot") else "post" if word in ("post", "rev", "r") else "pre"


def _number(number: str, example: re.Match[str], between: str) -> str:
    """A number after its word as the example has it; ``between`` where the example has none."""
    if not number:
        return ""
    digits = example[4]
    return (example[3] if digits else example[3] or between) + (number.zfill(len(digits)) if digits[:1] == "0" else number)


def _cased(word: str, example: str) -> str:
    return word.upper() if example.isupper() else word.capitalize() if example.istitle() else word


def _trail(version: Version, spelling: str, trail: str) -> str:
    """What follows a version that is not the version's own, when the version changes."""
    if spelling == "rockspec" and trail:
        return "-1"
    if spelling == "debian" and trail:
        return "-" + _regex("[0-9]+").sub(lambda match: "0" if match.start() == 1 and match[0] == "0" else "1", trail)[1:]
    if spelling == "maven" and version.is_prerelease and trail[1:].lower() in ("final", "ga", "release"):
        return ""
    return trail


def _go(major: int, example: str) -> str:
    """The suffix of a module path; gopkg.in writes ``.v1`` where others write none (https://go.dev/ref/mod#major-version-suffixes)."""
    if example.startswith("."):
        return f".v{major}"
    return f"/v{major}" if major > 1 else ""


def _r_development(version: Version, known: Written | None) -> str:
    """R's development version is the release before, and .9000. Which that was, the example says; without one it is counted back by one."""
    if known is not None and known.version < version.final:
        release = (*known.version.release[:3], max(known.version.fourth, 9000))
        return _join(release, len(release), True, known.separators + ".", known.numbers)
    parts = list(trimmed(version.release, 3)[:3])
    last = max((at for at, part in enumerate(parts) if part), default=0)
    parts[last] = max(parts[last] - 1, 0)
    return ".".join(map(str, (*parts, 9000)))
