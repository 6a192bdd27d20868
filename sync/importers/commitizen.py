"""commitizen: .cz.toml, .cz.json, .cz.yaml (also without the dot), or tool.commitizen of pyproject.toml.

https://commitizen-tools.github.io/commitizen/config/configuration_file/
"""

from __future__ import annotations

import re
from typing import Final

from sync import formats
from sync.adapter import Selector
from sync.importers import reasons
from sync.importers.model import Draft, Mark, Part, Row, state
from sync.importers.repository import Declared, Repository
from sync.importers.search import Current, hits, lines, literal, matches
from sync.importers.search import current as at
from sync.importers.settings import Settings, alike
from sync.source import KeyPath

FILES: Final = ("pyproject.toml", ".cz.toml", "cz.toml", ".cz.json", "cz.json", ".cz.yaml", "cz.yaml")

_NUMBERS: Final = {"major": "{major}", "minor": "{minor}", "patch": "{patch}", "version": "{version}"}
_COMMITS: Final = "how commits are written and read is not versync's: TARGET says which part moves"
_KNOWN: Final = {
    **alike("name style customize use_shortcuts bump_pattern bump_map bump_map_major_version_zero major_version_zero allow_abort", _COMMITS),
    **alike("allowed_prefixes always_signoff retry_after_failure message_length_limit body_length_limit encoding commit_parser", _COMMITS),
    **alike("breaking_change_exclamation_in_title schema schema_pattern default_increment", _COMMITS),
    **alike("update_changelog_on_bump changelog_file changelog_format changelog_incremental changelog_merge_prerelease", reasons.CHANGELOG),
    **alike("changelog_start_rev change_type_map change_type_order template extras changelog_pattern", reasons.CHANGELOG),
    "annotated_tag": "tags are annotated",
    "annotated_tag_message": reasons.MESSAGE,
    "gpg_sign": reasons.SIGN,
    "ignored_tag_formats": "a tag that does not fit the template is passed over",
    "legacy_tag_formats": "a repository has one template for its tags",
    "prerelease_offset": "a pre-release starts at the number that TARGET names, or at 1",
    "version_scheme": "what stands in a file is the example to follow, then its ecosystem's rule",
    "version_type": "what stands in a file is the example to follow, then its ecosystem's rule",
}
_PROVIDERS: Final = {"pep621": "pypi", "poetry": "pypi", "uv": "pypi", "cargo": "cargo", "npm": "npm"}


def find(repository: Repository) -> list[Settings]:
    """The first file that has a table of it; one that is empty does not count."""
    for path in FILES:
        kind = path.rsplit(".", 1)[-1]
        keys = ("tool", "commitizen") if kind == "toml" else ("commitizen",)
        found = repository.settings(path, kind, *keys)
        if found is not None and list(found):
            return [found]
    return []


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """One part: everything that is rewritten together."""
    main = found[0]
    part = Part(repository.name)
    made = Draft("commitizen", [part], notes=main.file.notes)
    text = _provided(repository, main, part)
    current = at(text)
    if current.version is None:
        _say(main, "version", f'"{text}" is no version that versync can read' if text else "no version is to be found")
    _tag(main, made)
    message = main.text("bump_message")
    if "current_version" in message:
        main.say("bump_message", "a message of versync cannot name the old version; its own default stays")
    elif message:
        made.commit = re.sub(r"\$(?:\{new_version\}|new_version\b)", "{version}", _braced(message))
    for key in ("pre_bump_hooks", "post_bump_hooks"):
        made.after += [one for one, _ in main.texts(key)]
        main.say(key, reasons.HOOKS)
    for entry, path in [*main.texts("version_files"), *main.texts("files")]:
        part.marks += _file(repository, main, entry, path, current)
    main.left(_KNOWN)
    main.rest()
    return made


def _provided(repository: Repository, main: Settings, part: Part) -> str:
    """The version, from where the provider keeps it; the place is taken into the part."""
    provider = main.text("version_provider", "commitizen")
    text = main.text("version")
    if provider == "commitizen":
        row = state(main.file.path, main.key("version"), "commitizen", "v{version}" if text.startswith("v") else "")
        part.rows += [row] if text else []
        return text
    if "version" in main:
        main.say("version", f"is not read with version_provider = {provider}")
    root: list[Declared] = repository.inside("", [_PROVIDERS[provider]]) if provider in _PROVIDERS else []
    for one in root:
        source = repository.source(one.path)
        if one.released and source is not None:
            part.packages.append(one.package)
            return source.text(one.span)
    source = repository.source("composer.json")
    if provider == "composer" and source is not None:
        leaf = next(iter(formats.select(source, Selector("key", ("version",)))), None)
        if leaf is not None:
            part.rows.append(Row(("composer.json",), "key", ("version",)))
            return leaf.value
    why = "tags alone are no truth to be held against: name the file that says the version" if provider == "scm" else f"{provider} finds no version here"
    main.say("version_provider", why, "warning")
    return ""


def _tag(main: Settings, made: Draft) -> None:
    """$version, or its numbers; ``$prerelease`` and ``$devrelease`` behind all three are the version's own."""
    shape = main.text("tag_format", "$version")
    shape = re.sub(r"\$\{?major\}?\.\$\{?minor\}?\.\$\{?patch\}?(?:\$\{?prerelease\}?)?(?:\$\{?devrelease\}?)?", "$version", shape)
    found = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda one: _NUMBERS.get(one[1] or one[2], "\0"), _braced(shape))
    if "\0" in found or not any(name in found for name in _NUMBERS.values()):
        main.say("tag_format", f'versync has no template for "{shape}"; its own default stays')
    else:
        made.tag = found


def _braced(text: str) -> str:
    """Braces that are no placeholder's, doubled."""
    return re.sub(r"\$\{\w+\}|[{}]", lambda one: one[0] if len(one[0]) > 1 else one[0] * 2, text)


def _file(repository: Repository, main: Settings, entry: str, path: KeyPath, current: Current) -> list[Mark]:
    """The version, in the lines that match what stands behind the colon."""
    name, _, pattern = entry.partition(":")
    wanted = literal(current.whole) if current.version is not None else None
    paths = repository.all([name.removeprefix("./")])
    if not paths:
        main.file.say(path, f"no file matches {name}", "warning")
    found: list[Mark] = []
    for one in paths if wanted is not None else ():
        source = repository.source(one)
        assert wanted is not None
        if source is None:
            main.file.say(path, f"{one} is no text file", "warning")
            continue
        marks = hits(source, wanted, name if len(paths) > 1 else "")
        if pattern:
            matched = matches(pattern, source, by_line=True)
            if isinstance(matched, str):
                main.file.say(path, matched, "warning")
                continue
            marks = list(lines(source, matched, wanted, name if len(paths) > 1 else ""))
        if not marks:
            main.file.say(path, f'"{current.text}" is not to be found in {one}', "warning")
        found += marks
    return found


def _say(main: Settings, key: str, why: str) -> None:
    if key in main:
        main.say(key, why, "warning")
    else:
        main.file.say(main.path, why, "warning")
