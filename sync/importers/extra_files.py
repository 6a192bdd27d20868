"""release-please's extra files: whose marks, or whose value at a JSONPath or XPath, are rewritten.

https://github.com/googleapis/release-please/blob/main/docs/customizing.md#updating-arbitrary-files
"""

from __future__ import annotations

import posixpath
import re

from sync import formats
from sync.adapter import Selector
from sync.importers import markers
from sync.importers.model import Mark
from sync.importers.repository import Repository
from sync.importers.search import Current, escaped
from sync.importers.settings import Settings
from sync.source import KeyPath, Leaf, Source


def marks(repository: Repository, one: Settings, folder: str, value: object, path: KeyPath, now: Current) -> list[Mark]:
    """One extra file: a path, whose marks and (in data files) version are rewritten, or a table with a type."""
    table = value if isinstance(value, dict) else {"path": value, "type": ""}
    kind, name = str(table.get("type", "")), str(table.get("path", ""))
    joined = name[1:] if name.startswith("/") else name if folder == "." else posixpath.join(folder, name)
    paths = repository.all([joined]) if table.get("glob") else [joined]
    for key in table:
        if key not in ("type", "path", "glob", "jsonpath", "xpath"):
            one.file.say((*path, str(key)), "is no key that versync import knows", "warning")
    found: list[Mark] = []
    for each in paths:
        source = repository.source(each)
        if source is None:
            one.file.say(path, f"there is no text file {each}", "warning")
            continue
        keyed = _keyed(one, source, kind, table, path, now)
        some = keyed or []
        if kind in ("", "generic"):
            some += _marked(one, source, path, silent=bool(some))
        if not some and keyed is not None:
            one.file.say(path, f"{each}: nothing in it is a version that is rewritten", "warning")
        found += some
    return found


def _marked(one: Settings, source: Source, path: KeyPath, *, silent: bool) -> list[Mark]:
    seen = markers.find(source)
    for line in seen.dates:
        one.file.say(path, f"{source.path}:{line}: the date is not rewritten: versync writes versions only", "warning")
    for line in seen.empty if not silent else ():
        one.file.say(path, f"{source.path}:{line}: there is no version beside the mark", "warning")
    return seen.marks


def _keyed(one: Settings, source: Source, kind: str, table: dict[str, object], path: KeyPath, now: Current) -> list[Mark] | None:
    """The value of a JSONPath or XPath; of a plain path, the version at the top of a data file. None where it is said that such an expression is not read."""
    suffix = source.path.rsplit(".", 1)[-1]
    wanted = {"json": "$.version", "yaml": "$.version", "yml": "$.version", "toml": "$.version", "xml": "/*/version"}.get(suffix, "") if not kind else ""
    if kind == "pom":
        wanted = "/project/version"
    for key in ("jsonpath", "xpath"):
        wanted = str(table.get(key, wanted))
    select = _select(wanted) if wanted else None
    if wanted and select is None:
        one.file.say(path, f"{source.path}: {wanted} is no plain path to one value: name what it means with places", "warning")
        return None
    found = [leaf for leaf in formats.select(source, select) if now.text and now.text in leaf.value] if select is not None else []
    within = [_within(source, leaf, now) for leaf in found]
    return [mark._replace(select=select) for mark in within if mark is not None]


def _within(source: Source, leaf: Leaf, now: Current) -> Mark | None:
    """The version inside a value."""
    before, _, after = leaf.value.partition(now.text)
    start = source.body.find(now.text.encode(), leaf.span.start, leaf.span.end)
    if start < 0:
        return None
    return Mark(source.path, start, start + len(now.text.encode()), written=escaped(before) + "{version}" + escaped(after))


def _select(path: str) -> Selector | None:
    """``$.a.b[0]['c']`` or ``//a/b`` as a selector; None for a path with conditions in it."""
    if path.startswith("$"):
        keys: list[str | int] = []
        at = 1
        while at < len(path):
            step = re.compile(r"\.(\*|[\w$-]+)|\[(\d+)\]|\['([^']+)'\]|\[\"([^\"]+)\"\]|\[(\*)\]").match(path, at)
            if step is None:
                return None
            keys.append(int(step[2]) if step[2] else step[1] or step[3] or step[4] or step[5])
            at = step.end()
        return Selector("key", tuple(keys)) if keys else None
    if path == "/*/version":
        return Selector("element", "version")
    if re.fullmatch(r"/{0,2}[\w.-]+(?:/[\w.-]+)*", path):
        return Selector("element", path if path.startswith("/") and not path.startswith("//") else path.lstrip("/"))
    return None
