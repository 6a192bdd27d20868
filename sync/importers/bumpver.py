"""bumpver (once pycalver): bumpver.toml, or its table in pyproject.toml, setup.cfg and Cargo.toml. https://github.com/mbarkhau/bumpver#configuration"""

from __future__ import annotations

import re
from typing import Final

from sync.importers import reasons
from sync.importers.model import Draft, Mark, Part, state
from sync.importers.repository import Repository
from sync.importers.search import Current, Piece, Unknown, hits, known, literal, phrase
from sync.importers.search import current as at
from sync.importers.settings import Settings

FILES: Final = ("pycalver.toml", "bumpver.toml", "pyproject.toml", "setup.cfg")

_NUMBER: Final = (
    "GGGG", "YYYY", "MAJOR", "MINOR", "PATCH", "BUILD", "INC0", "INC1", "BLD", "JJJ", "00J", "YY", "0Y", "GG", "0G", "MM", "0M", "DD", "0D", "WW", "0W", "UU", "0U", "VV", "0V", "Q",
)  # fmt: skip
_WORD: Final = ("PYTAGNUM", "PYTAG", "TAGNUM", "TAG", "NUM", "GITHASH")
_FIELD: Final = r"(" + "|".join(sorted(_NUMBER, key=len, reverse=True)) + r")"
_PIECE: Final = re.compile(r"\{version\}|\{pep440_version\}|" + "|".join(sorted((*_NUMBER, *_WORD), key=len, reverse=True)))
_ZERO: Final = {"0M": 2, "0D": 2, "0Y": 2, "0G": 2, "0W": 2, "0U": 2, "0V": 2, "00J": 3}
"""Parts with zeros before them, and how wide they are."""

_KNOWN: Final = {
    "commit": reasons.COMMIT,
    "tag": reasons.COMMIT,
    "push": reasons.COMMIT,
    "tag_scope": "the version is what the leader's own file says, never a tag",
    "tag_message": reasons.MESSAGE,
    "allowed_branches": "versync bumps whichever branch it is asked to",
}


def find(repository: Repository) -> list[Settings]:
    """The first table of it; in setup.cfg, with the section of the file patterns."""
    for path in FILES:
        for keys in (("tool", "bumpver"), ("bumpver",), ("pycalver",)):
            found = repository.settings(path, "toml", *keys) if path.endswith(".toml") else repository.settings(path, "ini", *keys[-1:])
            if found is not None:
                patterns = repository.settings(path, "ini", f"{keys[-1]}:file_patterns") if path == "setup.cfg" else None
                return [found] if patterns is None else [found, patterns]
    return []


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """One part: everything that is rewritten together."""
    main = found[0]
    patterns = found[1] if len(found) > 1 else main.table("file_patterns")
    part = Part(repository.name)
    made = Draft("bumpver", [part], notes=main.file.notes)
    form, written = main.text("version_pattern").strip("'\" "), main.text("current_version")
    text = written.strip("'\" ")
    current = known(at(text, re.sub(r"[\[\]]", "", form), _FIELD), main, "current_version")
    current = current._replace(names={word: shape if word not in _ZERO else f"{shape[:-1]}:0{_ZERO[word]}}}" for word, shape in current.names.items()})
    calendar = [word for word in re.findall(_FIELD, form) if word not in ("MAJOR", "MINOR", "PATCH")]
    if calendar:
        main.say("version_pattern", f"{', '.join(calendar)}: versync has no calendar and counts nothing up by itself; name the version, as in versync bump 2026.5.0")
    part.rows.append(state(main.file.path, main.key("current_version"), "bumpver", written.replace(text, current.template) if written != text or current.template != "{version}" else ""))
    if current.template == "{version}":
        made.tag = "{version}"  # what bumpver tags with is the version as it stands
    _message(main, made, current)
    for key in ("pre_commit_hook", "post_commit_hook"):
        command = main.text(key).strip("'\" ")
        if command:
            made.after.append(command)
            main.say(key, reasons.HOOKS)
    main.left(_KNOWN)
    for name in patterns:
        for pattern, path in patterns.texts(name):
            if name != main.file.path or "current_version" not in pattern:
                part.marks += _file(repository, patterns, name, pattern, path[-1], current, form)
    main.rest()
    return made


def _message(main: Settings, made: Draft, current: Current) -> None:
    text = main.text("commit_message").strip("'\" ")
    made.commit = phrase(main, "commit_message", text, lambda name: current.whole if name in ("new_version", "new_version_pep440") else None)


def _file(repository: Repository, patterns: Settings, name: str, pattern: str, at: str | int, current: Current, form: str) -> list[Mark]:
    """What a pattern hits today in the files of one glob."""
    key = (*patterns.path, name, at) if isinstance(at, int) else (*patterns.path, name)
    try:
        pieces, own = _pieces(pattern, current, form)
    except Unknown as why:
        patterns.file.say(key, f"{pattern}: {why}", "warning")
        return []
    wanted = literal(pieces)
    paths = repository.all([name]) if re.search(r"[*?\[]", name) else [name]
    if wanted is None:
        patterns.file.say(key, f"{pattern}: there is no version in it", "warning")
        return []
    found: list[Mark] = []
    for path in paths:
        source = repository.source(path)
        marks = [] if source is None else hits(source, wanted, name if len(paths) > 1 else "", own)
        if not marks:
            patterns.file.say(key, f"{path}: there is no text file of that name" if source is None else f'{path}: "{wanted.now}" does not stand there', "warning")
        found += marks
    if not paths:
        patterns.file.say(key, f"no file matches {name}", "warning")
    return found


def _pieces(pattern: str, current: Current, form: str) -> tuple[list[Piece], str]:
    """A pattern taken apart, and the spelling that its version is in."""
    assert current.version is not None
    own = ""
    text = pattern.replace(form, "{version}") if form else pattern
    text = text.removeprefix("^").removesuffix("$")
    pieces, end = [], 0
    for found in _PIECE.finditer(text):
        pieces.append(Piece(_literal(text[end : found.start()])))
        end = found.end()
        if found[0] == "{version}":
            pieces += current.whole
        elif found[0] == "{pep440_version}":
            own = "pep440"
            pieces.append(Piece(_pep440(current.text), "{version}"))
        else:
            part = current.part(found[0])
            if part is None:
                raise Unknown(f"{found[0]} is no number of the version")
            pieces.append(part)
    pieces.append(Piece(_literal(text[end:])))
    return [one for one in pieces if one.now], own


def _pep440(text: str) -> str:
    """The version in PEP 440's normal form."""
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(text))
    except InvalidVersion:
        raise Unknown(f"{text} is no version by PEP 440") from None


def _literal(text: str) -> str:
    """Brackets are written with a backslash; without one they make a part optional."""
    plain = re.sub(r"\\([\[\]])", "\0\\1", text)
    if re.search(r"(?<!\0)[\[\]]", plain):
        raise Unknown("an optional part that is not the whole version is no literal text")
    return plain.replace("\0", "")
