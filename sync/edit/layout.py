"""Where in a TOML document a new thing goes, and how it is written, so that it looks as if the author had put it there. tomlkit's values in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sync.manifest.schema import KINDS_OF_PLACE, PLACE

if TYPE_CHECKING:
    from tomlkit.items import Array

Row = Mapping[str, Any]
"""A place as the manifest writes it: ``file``, one of ``text``, ``key``, ``name``, ``macro``, ``element``, and what goes with it."""

ORDER: Final = tuple(field.name for field in PLACE.fields)


def put(table: Any, key: str, value: Any) -> None:
    """A new key after the last one of a table: before the blank lines and comments that lead to the next."""
    import tomlkit

    inner = getattr(table, "value", table)
    entries: list[tuple[Any, Any]] = inner.body
    item = tomlkit.item(value)
    last = next((at for at in range(len(entries) - 1, -1, -1) if entries[at][0] is not None), None)
    if last is None or type(table).__name__ == "InlineTable":
        table[key] = item
        return
    if type(item).__name__ == "Table":
        item.trivia.indent = "\n"
        item.name = None
    inner._insert_after(entries[last][0], key, item)


def is_array(value: Any) -> bool:
    """Whether it is a list in brackets, not an array of tables."""
    return type(value).__name__ == "Array"


def array(values: Iterable[str]) -> Array:
    """A list on one line."""
    import tomlkit

    found = tomlkit.array()
    found.extend(values)
    return found


def lines(values: Iterable[Any]) -> Array:
    """A list with a line for each item."""
    import tomlkit

    found = tomlkit.array()
    for value in values:
        found.append(value)
    return found.multiline(True)


def _string(value: str) -> Any:
    """As people write it: without escapes where that is possible."""
    import tomlkit

    plain = value.isprintable() and "'" not in value and ('"' in value or "\\" in value)
    return tomlkit.string(value, literal=plain)


def values(value: Any) -> list[str]:
    """A place's value as the texts that it may be named by."""
    if isinstance(value, list):
        return [*map(str, value), ".".join(map(str, value))]
    return [] if value is None else [str(value)]


def _written(value: Any) -> Any:
    return array(map(str, value)) if isinstance(value, list | tuple) else _string(value) if isinstance(value, str) else value


def inline(place: Row) -> Any:
    """``{ file = "...", text = "..." }``, with blanks inside the braces."""
    import tomlkit

    inside = ", ".join(f"{key} = {tomlkit.item(_written(place[key])).as_string()}" for key in ORDER if key in place)
    return tomlkit.parse(f"place = {{ {inside} }}")["place"]


def table(place: Row) -> Any:
    """A place as a table of its own, for ``[[components.places]]``."""
    import tomlkit

    found = tomlkit.table()
    for key in ORDER:
        if key in place:
            found.add(key, _written(place[key]))
    return found


def same(one: Any, place: Row) -> bool:
    """Whether a place of the manifest looks for the same in the same file."""
    return all(one.get(key) == place.get(key) for key in ("file", *KINDS_OF_PLACE))


def join(table: Any, file: str, text: str) -> None:
    """One more text of a file in a table of file and text(s)."""
    known = table.get(file)
    if known is None:
        table.add(_key(file), _string(text))
    elif isinstance(known, list):
        if text not in known:
            known.append(_string(text))
    elif known != text:
        both = array(())
        both.append(known)
        both.append(_string(text))
        table[file] = both


def _key(name: str) -> Any:
    import tomlkit

    return tomlkit.key(name) if not name.replace("-", "").replace("_", "").isalnum() else name


def take(table: Any, file: str, text: str) -> bool:
    """Whether that text of a file was there to be taken out."""
    known = table[file]
    if isinstance(known, list) and text in known and len(known) > 1:
        known.remove(text)
        return True
    if known == text or known == [text]:
        del table[file]
        return True
    return False


def drop(table: Any, key: str, at: int) -> None:
    """An item of a list, and the list with its last."""
    if len(table[key]) == 1:
        del table[key]
    else:
        del table[key][at]
