"""tbump: tbump.toml, or tool.tbump of pyproject.toml. https://github.com/your-tools/tbump"""

from __future__ import annotations

import glob as globs
import re
from typing import Final

from sync.importers import reasons
from sync.importers.model import Draft, Mark, Part, state
from sync.importers.repository import Repository
from sync.importers.search import Current, Literal, Piece, Unknown, formatted, hits, known, lines, literal, matches, phrase, renamed
from sync.importers.search import current as at
from sync.importers.settings import Settings
from sync.template import compile as template

FILES: Final = ("tbump.toml", "pyproject.toml")

_GROUP: Final = r"\(\?P<([A-Za-z_]\w*)>[^)]*\)"


def find(repository: Repository) -> list[Settings]:
    """tbump.toml, else the table in pyproject.toml."""
    found = repository.settings("tbump.toml", "toml") or repository.settings("pyproject.toml", "toml", "tool", "tbump")
    return [] if found is None else [found]


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """One part: everything that is rewritten together."""
    main = found[0]
    part = Part(repository.name)
    made = Draft("tbump", [part], notes=main.file.notes)
    version, git = main.table("version"), main.table("git")
    text = version.text("current")
    regex = re.sub(r"\s+", "", version.text("regex"))
    version.say("regex", reasons.PARSE)
    current = known(at(text, regex.replace("\\.", "."), _GROUP), version, "current")
    part.rows.append(state(main.file.path, version.key("current"), "tbump", "" if current.template == "{version}" else current.template))
    _messages(git, made, current)
    git.left({"atomic_push": reasons.COMMIT, "sign": reasons.SIGN})
    main.say("github_url", "versync opens no web page")
    for one in main.tables("field"):
        one.left({"name": "a field without a match has no default: a part that is not there is not written", "default": "see name"})
        one.rest()
    for key in ("hook", "before_push", "before_commit", "after_push"):
        for one in main.tables(key):
            command = one.text("cmd").replace("{new_version}", "VERSION").replace("{current_version}", "OLD_VERSION")
            made.after += [command] if command not in made.after else []
            one.say("name", reasons.HOOKS)
            one.rest()
    for one in main.tables("file"):
        part.marks += _file(repository, one, current)
    for one in (version, git, main):
        one.rest()
    return made


def _messages(git: Settings, made: Draft, current: Current) -> None:
    def field(name: str) -> tuple[Piece, ...] | None:
        return current.whole if name == "new_version" else None

    made.tag = phrase(git, "tag_template", git.text("tag_template"), field)
    made.commit = phrase(git, "message_template", git.text("message_template"), field)


def _file(repository: Repository, one: Settings, current: Current) -> list[Mark]:
    """The version, in the lines that match ``search``, as ``version_template`` writes it."""
    src, search, shape = one.text("src"), one.text("search"), one.text("version_template")
    one.rest()
    version = current.whole
    if shape:
        try:
            made = renamed(shape, current.part)
        except Unknown as name:
            one.say("version_template", f"{name} is no number of the version", "warning")
            return []
        assert current.version is not None
        version = (Piece(template(made).render(current.version), made),)
    wanted = literal(version)
    if wanted is None:
        one.say("version_template", "there is no version in it", "warning")
        return []
    pattern = src if globs.has_magic(src) else ""
    paths = repository.all([src]) if pattern else [src.removeprefix("./")]
    found: list[Mark] = []
    for path in paths:
        source = repository.source(path)
        if source is None:
            one.say("src", f"there is no text file {path}", "warning")
            continue
        marks = hits(source, wanted, pattern)
        if search:
            try:
                pieces = formatted(search, lambda name: Piece(re.escape(wanted.now)) if name == "current_version" else None)
            except Unknown as name:
                one.say("search", f"versync has nothing for {name}", "warning")
                continue
            matched = matches("".join(piece.now for piece in pieces), source, by_line=True)
            if isinstance(matched, str):
                one.say("search", matched, "warning")
                continue
            marks = _plain(search, version, source.body, list(lines(source, matched, wanted, pattern)))
        if not marks:
            one.say("search" if search else "src", f'"{wanted.now}" is not to be found in {path}', "warning")
        found += marks
    if not paths:
        one.say("src", f"no file matches {src}", "warning")
    return found


def _plain(search: str, version: tuple[Piece, ...], body: bytes, marks: list[Mark]) -> list[Mark]:
    """With the text of ``search`` as their pattern, where it has no special characters and stands around the mark."""
    wanted: Literal | None = literal(formatted(search, lambda _: version))
    if wanted is None or re.search(r"[\\^$.*+?()\[\]|]", search.replace("{current_version}", "")):
        return marks
    before = len(wanted.now[: wanted.start].encode())
    needle = wanted.now.encode()
    return [one._replace(pattern=wanted.template) if body.startswith(needle, one.start - before) else one for one in marks]
