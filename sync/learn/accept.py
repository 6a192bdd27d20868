"""Proposals that were accepted, written into a manifest; all else in it stays as it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sync import edit
from sync.edit import Row, layout
from sync.errors import RefusedError, problem
from sync.learn.model import Learnt
from sync.manifest import read
from sync.manifest.match import is_glob
from sync.manifest.model import Place
from sync.source import BOM
from sync.version import Version


def accept(path: str, raw: bytes, learnt: Iterable[Learnt]) -> bytes:
    """The manifest with these proposals in it. Raises UsageError where it cannot be read, RefusedError where its components are written inline."""
    rows: dict[str, list[Row]] = {}
    for one in learnt:
        if one.place is not None:
            rows.setdefault(one.component, []).append(row(one.place))
        elif one.packages:
            name = _free(one.component, {each.name for each in read.read(path, raw).components})
            raw = edit.add_packages(path, raw, name, one.packages, repo=one.repo, version="" if one.rule == "exact" or one.since else one.rule)
            raw = _put(path, raw, name, {"version": ranges(one.since, one.rule) if one.since and one.rule != "exact" else None, "requirement": one.style})
        else:
            raw = _put(path, raw, one.component, {"requirement": one.style})
    for component, given in rows.items():
        if any(set(one) != {"file", "text"} for one in given):
            raw = _put(path, raw, component, {})
        raw = edit.add_places(path, raw, component, given)
    return raw


def _free(name: str, taken: set[str]) -> str:
    """A component's name that is not taken yet."""
    clean = name.lstrip("@").replace("/", "-")
    return next(each for each in (clean, *(f"{clean}-{at}" for at in range(2, len(taken) + 3))) if each not in taken)


def ranges(since: Version, rule: str) -> Any:
    """A component's ``version`` whose rule began with a release of the project."""
    import tomlkit

    found = tomlkit.array()
    for one in ({"below": str(since), "rule": "independent"}, {"rule": rule}):
        inside = ", ".join(f"{key} = {tomlkit.item(value).as_string()}" for key, value in one.items())
        found.append(tomlkit.parse(f"rule = {{ {inside} }}")["rule"])
    return found


def row(place: Place) -> Row:
    """A place as the manifest writes it."""
    plain = isinstance(place.value, tuple) and not any(isinstance(key, int) or set(key) & set('.[]*" \t') for key in place.value)
    value = ".".join(map(str, place.value)) if plain else list(place.value) if isinstance(place.value, tuple) else place.value
    rest = {"or": list(place.words), "as": "" if place.kind == "text" or place.template == "{version}" else place.template, "declares": place.declares, "of": place.of, "spelling": place.spelling}
    return {"file": place.files[0] if len(place.files) == 1 else list(place.files), place.kind: value} | {key: said for key, said in rest.items() if said}


def writable(place: Place) -> bool:
    """Whether a manifest can name the place's file: a path is read as a glob."""
    return not any(is_glob(path) for path in place.files)


def _put(path: str, raw: bytes, component: str, values: dict[str, Any]) -> bytes:
    """The manifest with keys of a component set (those that have a value), and its places, where they are a table of file and text(s), as a list."""
    import tomlkit
    from tomlkit.items import AoT

    bom = BOM if raw.startswith(BOM) else b""
    crlf = b"\r\n" in raw and raw.count(b"\r\n") == raw.count(b"\n")
    document = tomlkit.parse(raw[len(bom) :].replace(b"\r\n", b"\n").decode() if crlf else raw[len(bom) :].decode())
    components = document["components"]
    if not isinstance(components, AoT):
        raise RefusedError(problem("the components are written inline", path=path, hint="write each of them under [[components]]"))
    table: Any = next(each for each in components if each["name"] == component)
    for key, value in values.items():
        if value:
            layout.put(table, key, value)
    if not values and isinstance(table.get("places"), dict):
        short = [{"file": str(file), "text": str(text)} for file, one in table["places"].items() for text in ([one] if isinstance(one, str) else one)]
        del table["places"]
        layout.put(table, "places", layout.lines([layout.inline(one) for one in short]))
    text = tomlkit.dumps(document).encode()
    return bom + (text.replace(b"\n", b"\r\n") if crlf else text)
