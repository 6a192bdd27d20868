"""cargo-release: release.toml, and package.metadata.release or workspace.metadata.release of a Cargo.toml.

https://github.com/crate-ci/cargo-release/blob/master/docs/reference.md
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

from sync.importers import reasons
from sync.importers.model import Draft, Mark, Part
from sync.importers.repository import Declared, Repository
from sync.importers.search import Current, Piece, current, escaped, literal, matches, offset
from sync.importers.settings import Settings, alike
from sync.importers.workspace import INDEPENDENT

FILES: Final = ("release.toml", "Cargo.toml", "*/release.toml", "*/Cargo.toml")

_KNOWN: Final = {
    **alike("publish registry owners rate-limit certs-source verify no-verify enable-features enable-all-features target", reasons.PUBLISH),
    **alike("disable-publish disable-release unstable", reasons.PUBLISH),
    **alike("push push-remote push-options disable-push tag disable-tag allow-branch consolidate-commits consolidate-pushes", reasons.COMMIT),
    **dict.fromkeys(("sign-commit", "sign-tag"), reasons.SIGN),
    "tag-message": reasons.MESSAGE,
    "metadata": "build metadata is what TARGET says: 1.2.3+build.5",
    "dev-version": "versync bump dev opens the next development version",
    "dev-version-ext": "versync bump dev opens the next development version",
    "post-release-commit-message": "versync bump dev opens the next development version",
    "post-release-replacements": "versync bump dev opens the next development version",
}
_TABLES: Final = (("workspace", "metadata", "release"), ("package", "metadata", "release"))


def find(repository: Repository) -> list[Settings]:
    """The workspace's tables first, then each crate's: where two say the same key, the crate's counts."""
    found = []
    for folder in ("", *sorted({posixpath.dirname(path) for path in repository.paths if posixpath.basename(path) == "Cargo.toml"} - {""})):
        if posixpath.join(folder, "Cargo.toml") not in repository.paths:
            continue
        root = repository.settings(posixpath.join(folder, "release.toml"), "toml")
        found += [root] if root is not None else []
        for keys in _TABLES if not folder else _TABLES[1:]:
            table = repository.settings(posixpath.join(folder, "Cargo.toml"), "toml", *keys)
            found += [table] if table is not None else []
    return found


class _Crate:
    """A crate and the tables that hold for it, the nearest first."""

    def __init__(self, declared: Declared, tables: list[Settings]) -> None:
        self.declared = declared
        self.tables = tables

    def raw(self, key: str, default: object = None) -> object:
        return next((table.raw(key) for table in self.tables if key in table), default)


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """Crates with one shared-version, or whose version stands in one place, are a part; the others are independent."""
    made = Draft("cargo-release", [])
    crates = [_Crate(one, _holding(one, found)) for one in repository.declared if one.ecosystem == "cargo" and one.released]
    groups: dict[object, Part] = {}
    skipped = []
    for crate in crates:
        if crate.raw("release", True) is False:
            skipped.append(crate.declared)
            continue
        one = crate.declared
        shared = crate.raw("shared-version", False)
        inherited = sum(other.declared.path == one.path and other.declared.span == one.span for other in crates) > 1
        key = ("shared", str(shared) if isinstance(shared, str) else "") if shared else ("place", one.path, one.span) if inherited else one.package
        part = groups.setdefault(key, Part(repository.name if key == ("shared", "") or len(crates) == 1 else str(shared) if isinstance(shared, str) else one.name))
        part.packages.append(one.package)
        part.ranges = {"upgrade": "follow"}.get(str(crate.raw("dependent-version", "upgrade")), part.ranges)
        part.marks += _replacements(repository, crate)
    made.parts = sorted(groups.values(), key=lambda part: -len(part.packages))
    for part in made.parts[1:]:
        part.version = "independent"
        part.comment.append(INDEPENDENT)
    _uneven(made.parts, crates, found)
    if skipped and made.parts:
        made.parts[0].ignored += [one.package for one in skipped]
    if crates and made.parts:
        _texts(next((crate for crate in crates if crate.declared.package == made.parts[0].packages[0]), crates[0]), made)
    for table in found:
        _rest(table)
    for file in {id(table.file): table.file for table in found}.values():
        made.notes += file.notes
    return made


def _holding(one: Declared, found: list[Settings]) -> list[Settings]:
    folder = posixpath.dirname(one.file)
    own = [table for table in found if posixpath.dirname(table.file.path) == folder and (table.path[:1] != ("workspace",) or not folder)]
    shared = [table for table in found if posixpath.dirname(table.file.path) == "" and table not in own and table.path[:1] != ("package",)]
    return sorted(own, key=lambda table: table.path[:1] != ("package",)) + sorted(shared, key=lambda table: table.path[:1] != ("workspace",))


def _uneven(parts: list[Part], crates: list[_Crate], found: list[Settings]) -> None:
    """Crates that share a version and do not have it yet."""
    versions = {crate.declared.package: crate.declared.version for crate in crates}
    for part in parts:
        if len({versions[package] for package in part.packages if package in versions}) > 1:
            found[0].file.say(found[0].path, f"shared-version: the crates of {part.name} are at different versions today", "warning")


def _texts(leader: _Crate, made: Draft) -> None:
    """The tag and the message, of the first crate."""
    one = leader.declared
    prefix = str(leader.raw("tag-prefix", "" if "/" not in one.file or len(made.parts) == 1 and len(made.parts[0].packages) == 1 else "{{crate_name}}-"))
    tag = str(leader.raw("tag-name", "{{prefix}}v{{version}}")).replace("{{prefix}}", prefix)
    for key, text in (("tag", tag), ("commit", str(leader.raw("pre-release-commit-message", "")))):
        shape = _shape(text, one.name)
        if shape is None or key == "tag" and "{version}" not in shape:
            table = next((table for table in leader.tables if ("tag-name" if key == "tag" else "pre-release-commit-message") in table), leader.tables[0])
            table.say("tag-name" if key == "tag" else "pre-release-commit-message", f'versync has no template for "{text}"; its own default stays')
        elif key == "tag":
            made.tag = shape
        else:
            made.commit = shape
    hook = leader.raw("pre-release-hook")
    if hook:
        made.after.append(" ".join(map(str, hook)) if isinstance(hook, list) else str(hook))


def _shape(text: str, crate: str) -> str | None:
    """A text with placeholders as a template of versync; None for one that has no counterpart."""
    pieces = re.split(r"\{\{\s*([\w-]+)\s*\}\}", text)
    known = {"version": "{version}", "crate_name": escaped(crate)}
    found = "".join(escaped(piece) if at % 2 == 0 else known.get(piece, "\0") for at, piece in enumerate(pieces))
    return None if "\0" in found else found


def _replacements(repository: Repository, crate: _Crate) -> list[Mark]:
    """What each search finds today, where its replacement would write the same again."""
    found: list[Mark] = []
    folder = posixpath.dirname(crate.declared.file)
    own = repository.source(crate.declared.path)
    now = current(own.text(crate.declared.span) if own is not None else "")
    for table in crate.tables:
        if "pre-release-replacements" in table:
            for one in table.tables("pre-release-replacements"):
                found += _replacement(repository, one, folder, crate.declared.name, now)
            break
    return found


def _replacement(repository: Repository, one: Settings, folder: str, crate: str, now: Current) -> list[Mark]:
    name, search, replace = one.text("file"), one.text("search"), one.text("replace")
    one.left(dict.fromkeys(("min", "max", "exactly"), "a place must match; how often is what count says, if you want it"))
    one.say("prerelease", "a place moves with every bump of its component, also to a pre-release")
    one.rest()
    path = posixpath.normpath(posixpath.join(folder, name))
    source = repository.source(path)
    if source is None:
        one.say("file", f"there is no text file {path}", "warning")
        return []
    fill = {"version": now.text, "crate_name": crate}
    pattern = re.sub(r"\{\{\s*([\w-]+)\s*\}\}", lambda place: re.escape(fill.get(place[1], place[0])), search)
    matched = matches(re.sub(r"\(\?<(?![=!])", "(?P<", pattern), source, flags=re.MULTILINE)
    if isinstance(matched, str):
        one.say("search", matched, "warning")
        return []
    text = source.body.decode()
    found = []
    for match in matched:
        pieces = []
        for at, piece in enumerate(re.split(r"(\{\{\s*[\w-]+\s*\}\}|\$\{?\w+\}?|\$\$)", replace)):
            word = piece.strip("{}$ ")
            if at % 2 == 0:
                pieces.append(Piece(piece))
            elif piece == "$$":
                pieces.append(Piece("$"))
            elif piece.startswith("$"):
                index = int(word) if word.isdigit() else match.names.get(word, -1)
                span = match.span if index == 0 else match.groups[index - 1] if 0 < index <= len(match.groups) else (0, 0)
                pieces.append(Piece(text[slice(*span)]))
            else:
                pieces += now.whole if word == "version" else (Piece(fill.get(word, "\0")),)
        wanted = literal([piece for piece in pieces if piece.now])
        if wanted is None or wanted.now != text[slice(*match.span)]:
            one.say("replace", f"{path}: more than the version is rewritten (a date, a heading): only the version itself is", "warning")
            continue
        start = match.span[0]
        found.append(Mark(path, offset(source, start + wanted.start), offset(source, start + wanted.end), wanted.inner, wanted.template))
    if not matched:
        one.say("search", f"{path}: nothing matches today", "warning")
    return found


def _rest(table: Settings) -> None:
    """What is left of a table, once the crates have taken theirs."""
    for key in ("release", "shared-version", "tag-name", "tag-prefix", "pre-release-commit-message", "pre-release-replacements"):
        table.raw(key)
    if "pre-release-hook" in table:
        table.say("pre-release-hook", reasons.HOOKS)
    kind = table.text("dependent-version", "upgrade")
    if kind not in ("upgrade", "fix"):
        table.say("dependent-version", f"{kind}: a requirement moves where it would not hold any more")
    table.left(_KNOWN)
    table.rest()
