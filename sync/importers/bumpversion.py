"""bump-my-version, bump2version and bumpversion: .bumpversion.toml, .bumpversion.cfg, and their tables in pyproject.toml and setup.cfg.

https://callowayproject.github.io/bump-my-version/reference/configuration/
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sync import formats
from sync.adapter import Selector
from sync.importers import reasons
from sync.importers.model import Draft, Mark, Part, state
from sync.importers.repository import Repository
from sync.importers.search import Current, Field, Literal, Piece, Unknown, formatted, hits, known, literal, matches, offset, phrase, renamed
from sync.importers.search import current as at
from sync.importers.settings import Settings, alike
from sync.source import Source
from sync.template import compile as template

FILES: Final = (".bumpversion.cfg", ".bumpversion.toml", "setup.cfg", "pyproject.toml")

_TOOL: Final = "bump-my-version"
_SECTION: Final = re.compile(r"bumpversion(?::(file|glob|part)(?:\s*\([^)]*\))?:(.+))?")
_GLOBAL: Final = {
    **alike("allow_dirty allow_dirty_files", "a file with uncommitted changes is always refused"),
    **alike("commit tag", reasons.COMMIT),
    "push_tag": reasons.COMMIT,
    "commit_args": "versync hands no arguments of its own to git commit, and none of its hooks run",
    "sign_tags": reasons.SIGN,
    "tag_message": reasons.MESSAGE,
    "moveable_tags": "versync moves no tag that exists",
    "parse": reasons.PARSE,
    "allow_shell_hooks": reasons.HOOKS,
    **alike("ignore_missing_version ignore_missing_files", "a place must match: what is not there today is not carried over"),
    **alike("included_paths excluded_paths no_configured_files", "every place of the manifest is bumped"),
}
_PARTS: Final = {
    "values": "the kinds of pre-releases are alpha, beta, rc and dev; others are written as TARGET in full",
    "optional_value": "a part that is not needed is not written",
    "first_value": "what is reset starts at 0 (at 1 for a pre-release)",
    "independent": "every part is reset when one before it moves",
    "always_increment": "only the part that TARGET names moves",
    "calver_format": "versync has no calendar for parts: name the version, as in versync bump 2026.5.0",
    "depends_on": "every part is reset when one before it moves",
}
_FIELD: Final = r"\{([A-Za-z_]\w*)\}"


class _Look(NamedTuple):
    """What is looked for in one file: the global values, and what the file says instead."""

    serialize: tuple[str, ...]
    search: str
    replace: str
    regex: bool


def find(repository: Repository) -> list[Settings]:
    """The first file that has a table of it; in INI, each of its sections."""
    for path in FILES:
        if path.endswith(".toml"):
            found = repository.settings(path, "toml", "tool", "bumpversion")
            if found is not None:
                return [found]
        elif (root := repository.settings(path, "ini")) is not None:
            sections = [root.table(name) for name in root if _SECTION.fullmatch(name)]
            if sections:
                return sorted(sections, key=lambda one: one.path != ("bumpversion",))
    return []


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """One part: everything that is rewritten together."""
    main = found[0]
    part = Part(repository.name)
    made = Draft(_TOOL, [part], notes=main.file.notes)
    text = main.text("current_version")
    if main.file.path == "pyproject.toml" or not text:
        text = _project(repository, part, text)
    serialize = tuple(one for one, _ in main.texts("serialize")) or ("{major}.{minor}.{patch}",)
    current = known(at(text, max(serialize, key=len)), main, "current_version")
    if "current_version" in main:
        part.rows.append(state(main.file.path, main.key("current_version"), _TOOL, "" if current.template == "{version}" else current.template))
    if any(len(re.findall(_FIELD, one)) < min(3, len(current.names)) for one in serialize):
        main.say("serialize", "a part that is 0 is not left out: what stands in a file keeps its number of parts")
    look = _Look(serialize, main.text("search", "{current_version}"), main.text("replace", "{new_version}"), main.flag("regex"))
    _messages(main, made, current)
    main.left(_GLOBAL)
    for key in ("setup_hooks", "pre_commit_hooks", "post_commit_hooks"):
        commands = main.texts(key)
        made.after += [one for one, _ in commands if key != "setup_hooks"]
        if commands:
            main.say(key, "versync runs no hooks" + ("; they are printed as commands that are left" if key != "setup_hooks" else ""))
    for _, one in main.table("parts").inner():
        one.left(_PARTS)
        one.rest()
    for one in main.tables("files"):
        part.marks += _file(repository, one, one.text("filename"), one.text("glob"), current, look)
    for one in found[1:]:
        section = _SECTION.fullmatch(str(one.path[0]))
        assert section is not None
        if section[1] == "part":
            one.left(_PARTS)
            one.rest()
        else:
            name, glob = (section[2], "") if section[1] == "file" else ("", section[2])
            part.marks += _file(repository, one, name, glob, current, look)
    main.rest()
    return made


def _project(repository: Repository, part: Part, text: str) -> str:
    """The project.version of pyproject.toml is rewritten, where the table stands there, and is the version, where no other is named."""
    source = repository.source("pyproject.toml")
    leaf = source.document(formats.named("toml").read).get(("project", "version")) if source is not None else None
    if source is None or leaf is None or text not in ("", leaf.value):
        return text
    part.marks.append(Mark(source.path, leaf.span.start, leaf.span.end))
    return leaf.value


def _messages(main: Settings, made: Draft, current: Current) -> None:
    def field(name: str) -> Piece | tuple[Piece, ...] | None:
        return current.whole if name == "new_version" else current.part(name.removeprefix("new_")) if name.startswith("new_") else None

    made.tag = phrase(main, "tag_name", main.text("tag_name"), field)
    made.commit = phrase(main, "message", main.text("message"), field)


def _file(repository: Repository, one: Settings, name: str, glob: str, current: Current, base: _Look) -> list[Mark]:
    """The marks of one entry; why, where there are none."""
    named = "glob" if glob else "filename" if "filename" in one else next(iter(one), "")
    serialize = tuple(text for text, _ in one.texts("serialize")) or base.serialize
    look = _Look(serialize, one.text("search", base.search), one.text("replace", base.replace), one.flag("regex", base.regex))
    excluded = {path for pattern, _ in one.texts("glob_exclude") for path in repository.all([pattern])}
    key_path = one.text("key_path")
    one.left(dict.fromkeys(("parse",), _GLOBAL["parse"]))
    one.left(dict.fromkeys(("ignore_missing_version", "ignore_missing_file"), _GLOBAL["ignore_missing_version"]))
    one.left(dict.fromkeys(("include_bumps", "exclude_bumps"), "a place moves with every bump, whichever part it is of"))
    one.rest()
    paths = [path for path in repository.all([glob]) if path not in excluded] if glob else [name.removeprefix("./")]
    found: list[Mark] = []
    for path in paths:
        source = repository.source(path)
        if source is None:
            _say(one, named, f"there is no text file {path}")
            continue
        marks = _keyed(source, key_path, look, current) if key_path else _marks(source, look, current, glob if not excluded else "")
        if isinstance(marks, str):
            _say(one, "search" if "search" in one else named, f"{path}: {marks}")
        else:
            found += marks
    if not paths:
        _say(one, named, f"no file matches {glob}")
    return found


def _say(one: Settings, key: str, why: str) -> None:
    one.file.say(one.key(key) if key in one else one.path, why, "warning")


def _marks(source: Source, look: _Look, current: Current, glob: str) -> list[Mark] | str:
    version = _version(look.serialize, current)
    if isinstance(version, str):
        return version

    def field(prefix: str, name: str) -> Piece | tuple[Piece, ...] | None:
        if name in ("#", ";"):
            return Piece(name)
        if name == f"{prefix}_version":
            return version
        return current.part(name.removeprefix(f"{prefix}_")) if name.startswith(f"{prefix}_") else None

    try:
        new = literal(formatted(look.replace, lambda name: field("new", name)))
        if look.regex:
            return _regex(source, look, new, lambda name: field("current", name), glob)
        old = literal(formatted(look.search, lambda name: field("current", name)))
    except Unknown as name:
        return f"versync has nothing for {name}"
    if old is None:
        return "what is searched for holds no version (a heading, a date): only versions are rewritten"
    if new != old:
        return "search and replace differ in more than the version: only the version itself is rewritten"
    return hits(source, old, glob) or f'"{old.now}" does not stand there'


def _regex(source: Source, look: _Look, new: Literal | None, field: Field, glob: str) -> list[Mark] | str:
    """What the expression finds today, where the replacement would write the same again."""
    if new is None:
        return "the replacement holds no version"
    pattern = "".join(re.escape(one.now) if one.template else one.now for one in formatted(look.search, field))
    found = matches(pattern, source, flags=re.MULTILINE | re.DOTALL)
    if isinstance(found, str):
        return found
    text = source.body.decode()
    same = [one for one in found if text[slice(*one.span)] == new.now]
    if len(same) < len(found) or not same:
        return "the regular expression matches nothing" if not found else "search and replace differ in more than the version: only the version itself is rewritten"
    starts = [one.span[0] for one in same]
    return [Mark(source.path, offset(source, at + new.start), offset(source, at + new.end), new.inner, new.template, glob) for at in starts]


def _keyed(source: Source, path: str, look: _Look, current: Current) -> list[Mark] | str:
    version = _version(look.serialize, current)
    if isinstance(version, str):
        return version
    select = Selector("key", tuple(path.split(".")))
    wanted = literal(version)
    assert wanted is not None
    found = [leaf for leaf in formats.select(source, select) if leaf.value == wanted.now]
    marks = [Mark(source.path, leaf.span.start, leaf.span.end, wanted.inner, select=select, written=wanted.template) for leaf in found]
    return marks or f"{path} is not {wanted.now} there"


def _version(serialize: tuple[str, ...], current: Current) -> tuple[Piece, ...] | str:
    """The version as one file writes it; words, where it holds what no number of the version is."""
    if current.version is not None and (known := _whole(serialize, current)):
        return known
    try:
        shape = renamed(serialize[0], current.part)
    except Unknown as name:
        return f"serialize: {name} is no number of the version"
    assert current.version is not None
    return (Piece(template(shape).render(current.version), shape),)


def _whole(serialize: tuple[str, ...], current: Current) -> tuple[Piece, ...] | None:
    """The whole version, where a form holds all of its numbers in their order."""
    for form in serialize:
        words = re.findall(_FIELD, form)
        if words[: len(current.names)] == list(current.names) and form.removeprefix("v").startswith("{"):
            return current.whole
    return None
