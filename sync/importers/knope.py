"""Knope: knope.toml. https://knope.tech/reference/config-file/packages/"""

from __future__ import annotations

import posixpath
import re
from typing import Final

from sync.adapter import Selector
from sync.formats import select
from sync.importers import reasons
from sync.importers.model import Draft, Mark, Part, Row
from sync.importers.repository import Declared, Repository
from sync.importers.search import matches, offset
from sync.importers.settings import Settings
from sync.importers.workspace import INDEPENDENT, members
from sync.source import KeyPath, Source, Span

FILES: Final = ("knope.toml",)

_BUMP: Final = "which part moves is what TARGET says: versync reads no commits and no change files"
_PACKAGE: Final = {
    "changelog": reasons.CHANGELOG,
    "extra_changelog_sections": reasons.CHANGELOG,
    "scopes": _BUMP,
    "assets": reasons.FORGE,
    "ignore_go_major_versioning": "the major in a go.mod is the module's name: versync moves it with the version",
}
_MAIN: Final = {
    "workflows": "versync runs no workflows: versync bump, with --commit and --tag, is the part of them that is about versions",
    "release_notes": reasons.CHANGELOG,
    "changes": _BUMP,
    "github": reasons.FORGE,
    "gitea": reasons.FORGE,
    "jira": "versync asks no tracker",
}
_READ: Final = ("Cargo.toml", "Cargo.lock", "package.json", "package-lock.json")
"""Files that may name a dependency, in which adapters find it by themselves."""

_KEYS: Final = {"gleam.toml": "version", "pubspec.yaml": "version", "deno.json": "version", "deno.jsonc": "version"}
"""Files that no adapter reads, and the key of their version."""


def find(repository: Repository) -> list[Settings]:
    """The configuration."""
    found = repository.settings(FILES[0], "toml")
    return [] if found is None else [found]


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """A part for each package; all but the first are independent."""
    main = found[0]
    made = Draft("knope", [], tag="v{version}", notes=main.file.notes)
    tables = [("", main.table("package"))] if "package" in main else main.table("packages").inner()
    for name, one in tables:
        made.parts.append(_package(repository, one, name or repository.name))
        one.left(_PACKAGE)
        one.rest()
    if not tables:
        made.parts = _unnamed(repository)
        main.file.say((), "names no packages: each member of a workspace is taken, or else what stands at the root, as knope does")
    for part in made.parts[1:]:
        part.version = "independent"
        part.comment.append(INDEPENDENT)
    if len(made.parts) > 1:
        made.tag = f"{made.parts[0].name}/v{{version}}".replace("{{", "{").replace("}}", "}")
        main.file.say(("packages",) if tables else (), f"a repository has one template for its tags here: {made.tag}, of {made.parts[0].name}")
    main.left(_MAIN)
    main.rest()
    return made


def _unnamed(repository: Repository) -> list[Part]:
    """The members of a Cargo or npm workspace, one part for each version that stands somewhere; without one all that stands at the root."""
    own = [one for one in repository.declared if one.released]
    cargo, npm = repository.settings("Cargo.toml", "toml", "workspace"), repository.settings("package.json", "json")
    inside = [one for one in own if one.ecosystem == "cargo"] if cargo is not None and "members" in cargo else []
    inside += members(repository) if npm is not None and "workspaces" in npm else []
    if not inside:
        return [Part(repository.name, [one.package for one in own if "/" not in one.file])]
    parts: dict[tuple[str, Span], Part] = {}
    for one in inside:
        parts.setdefault((one.path, one.span), Part(one.name, ranges="follow")).packages.append(one.package)
    return list(parts.values())


def _package(repository: Repository, one: Settings, name: str) -> Part:
    part = Part(name)
    wanted: list[tuple[str, dict[str, object], KeyPath]] = []
    for value, at in one.items("versioned_files"):
        table = value if isinstance(value, dict) else {"path": value}
        wanted.append((posixpath.normpath(str(table.get("path", ""))), table, at))
    declared = [known for path, table, _ in wanted if "dependency" not in table and "regex" not in table for known in _own(repository, path)]
    part.packages += dict.fromkeys(known.package for known in declared)
    now = _now(repository, declared)
    for path, table, key in wanted:
        for extra in table:
            if extra not in ("path", "dependency", "regex"):
                one.file.say((*key, extra), "is no key that versync import knows", "warning")
        source = repository.source(path)
        if source is None:
            one.file.say(key, f"there is no text file {path}", "warning")
        elif "regex" in table:
            part.marks += _regex(one, source, table["regex"], key)
        elif "dependency" in table:
            known = posixpath.basename(path) in _READ and table["dependency"] in {other.name for other in declared}
            part.ranges = "follow" if known else part.ranges  # also one that still holds is written anew
            why = "found by itself, since the package is listed" if known else "no adapter finds it there: name it with a place of your own"
            one.file.say(key, f"{table['dependency']} in {path}: {why}", "note" if known else "warning")
        elif not _own(repository, path):
            marks = _other(source, now)
            part.marks += marks
            if not marks and posixpath.basename(path) not in ("Cargo.lock", "package-lock.json"):
                one.file.say(key, f"{path}: no version of it is found that versync could keep in step", "warning")
        elif posixpath.basename(path) == "go.mod" and re.search(rb"(?m)^module[ \t]+\S+[ \t]*//[ \t]*v\d+\.\d+\.\d+", source.body):
            part.rows.append(Row((path,), "text", "// v{version}", declares=_own(repository, path)[0].package, spelling="semver"))
    return part


def _own(repository: Repository, path: str) -> list[Declared]:
    """The packages whose version stands in that file: also those that inherit it from a workspace."""
    return [one for one in repository.declared if one.path == path and (one.released or one.ecosystem == "golang")]


def _now(repository: Repository, declared: list[Declared]) -> str:
    for one in declared:
        source = repository.source(one.path)
        if source is not None and one.released and one.ecosystem != "golang":
            return source.text(one.span)
    return ""


def _other(source: Source, now: str) -> list[Mark]:
    """The version of a file that no adapter reads; every file of a package has the same."""
    base = posixpath.basename(source.path)
    selector = None
    if base in _KEYS:
        selector = Selector("key", (_KEYS[base],))
    elif re.fullmatch(r"tauri(?:\.\w+)?\.conf\.json", base):
        selector = Selector("key", ("version",))
    elif base == "pom.xml":
        selector = Selector("element", "/project/version")
    leaves = select(source, selector) if selector is not None else []
    return [Mark(source.path, leaf.span.start, leaf.span.end, select=selector, written="{version}", spelling="maven" if base == "pom.xml" else "") for leaf in leaves if leaf.value == now or not now]


def _regex(one: Settings, source: Source, patterns: object, key: KeyPath) -> list[Mark]:
    """What the group ``version`` of each expression finds today. Rust writes ``(?<name>...)``."""
    found: list[Mark] = []
    for pattern in patterns if isinstance(patterns, list) else [patterns]:
        matched = matches(re.sub(r"\(\?<(?![=!])", "(?P<", str(pattern)), source)
        if isinstance(matched, str):
            one.file.say(key, matched, "warning")
            continue
        spans = [match.groups[match.names["version"] - 1] for match in matched if "version" in match.names]
        if not spans:
            one.file.say(key, f"{source.path}: {pattern} finds no version", "warning")
        found += [Mark(source.path, offset(source, start), offset(source, end)) for start, end in spans if start >= 0]
    return found
