"""A Draft as a manifest in TOML, commented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sync.importers.model import Draft, Part, Row
from sync.source import KeyPath

if TYPE_CHECKING:
    from tomlkit.items import InlineTable


def render(draft: Draft, name: str, dropped: Sequence[str] = ()) -> str:
    """The manifest of one repository. ``dropped`` are lines for its end: what could not be carried over."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment(f"Written by versync import from what {draft.tool} was told. The versions themselves stand in the files, never here."))
    project = tomlkit.table()
    project["name"] = draft.parts[0].name
    project["leader"] = draft.parts[0].name
    document["project"] = project
    repo = tomlkit.table()
    for key, value in (("tag", draft.tag), ("commit", draft.commit)):
        if value:
            repo[key] = value
    if draft.after:
        repo["after"] = _list(draft.after, "left for people to run: versync prints them, and never runs them")
    repos = tomlkit.table(is_super_table=True)
    repos[name] = repo
    document["repos"] = repos
    parts = tomlkit.aot()
    for part in draft.parts:
        parts.append(_component(part, name))
    document["components"] = parts
    if dropped:
        document.add(tomlkit.nl())
        document.add(tomlkit.comment(f"Not carried over from {draft.tool}:"))
        for line in dropped:
            document.add(tomlkit.comment(_line(line)))
    return tomlkit.dumps(document)


def _component(part: Part, repo: str) -> Any:
    import tomlkit

    table = tomlkit.table()
    for line in part.comment:
        table.add(tomlkit.comment(_line(line)))
    table["name"] = part.name
    table["repo"] = repo
    if part.packages:
        table["packages"] = _list(part.packages)
    if part.version != "exact":
        table["version"] = part.version
    if part.requirement:
        table["requirement"] = part.requirement
    if part.ranges:
        table["ranges"] = part.ranges
    if part.ignored:
        table["ignore-packages"] = _list(part.ignored, "declared here, and not managed")
    if part.rows:
        places = tomlkit.array()
        for row in part.rows:
            places.add_line(_place(row), indent="  ", comment=_line(row.comment) or None)
        places.add_line(indent="")
        table["places"] = places
    return table


def _list(values: Sequence[str], comment: str = "") -> Any:
    import tomlkit

    found = tomlkit.array()
    found.extend(values)
    if len(values) > 3:
        found.multiline(True)
    if comment:
        found.comment(comment)
    return found


def _place(row: Row) -> InlineTable:
    import tomlkit

    place = tomlkit.inline_table()
    place["file"] = row.files[0] if len(row.files) == 1 else list(row.files)
    value = _key(row.value) if row.kind == "key" else row.value
    place[row.kind] = tomlkit.string(value, literal=True) if isinstance(value, str) and _plainer(value) else value
    for key, value in (("as", row.template), ("declares", row.declares), ("spelling", row.spelling), ("count", row.count)):
        if value:
            place[key] = value
    spaced = tomlkit.value(f"{{ {place.as_string()[1:-1]} }}")
    assert isinstance(spaced, type(place))
    return spaced


def _plainer(text: str) -> bool:
    """Whether a text is easier to read in single quotes, in which nothing is escaped."""
    return ('"' in text or "\\" in text) and "'" not in text and text.isprintable()


def _key(path: str | KeyPath) -> str | list[str | int]:
    """A key path with dots where all its keys can be written so, else as a list."""
    keys = (path,) if isinstance(path, str) else path
    plain = all(isinstance(key, str) and key and not set(key) & set(".[]* \t\n") for key in keys)
    return ".".join(map(str, keys)) if plain else list(keys)


def _line(text: str) -> str:
    """A comment: one line of what can be printed."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
