"""A manifest changed as its author would have: tomlkit keeps comments and layout, and what comes out is read again before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sync.edit import files, layout
from sync.edit.layout import Row
from sync.errors import UsageError, problem
from sync.manifest import read
from sync.shell import words
from sync.source import BOM

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = ["Row", "add_packages", "add_places", "audited", "remove_component", "remove_file", "remove_packages", "remove_place"]


def add_packages(path: str, raw: bytes, component: str, packages: Sequence[str], *, repo: str = "", version: str = "", ignored: bool = False) -> bytes:
    """The manifest with those packages in a component, which is made in ``repo`` (with that ``version`` rule) where there is none of that name.

    ``ignored``: in its ``ignore-packages``; else they are taken out of those of the repository.
    Raises UsageError: a package that is listed already, or ignored by a pattern; no such component and no ``repo``; or a manifest that would not be one.
    """

    def change(doc: TOMLDocument) -> None:
        manifest = read.read(path, raw)
        for package in () if ignored else packages:
            other = files.listing(manifest, component, package)
            if other:
                raise UsageError(problem(f"{other} lists {package} already", path=path, hint=_freeing(path, raw, other, package)))
        making = repo and component not in _names(doc)
        table: Any = {"repo": repo} if making else _component(path, doc, component, making=True)
        components: Any = doc["components"]
        for package in () if ignored else packages:
            files.unignore(path, components, table["repo"], package)
        if making:
            _new(doc, component, repo, version, packages)
            return
        key = "ignore-packages" if ignored else "packages"
        listed = table.get(key)
        if listed is None:
            layout.put(table, key, layout.array(packages))
            return
        for package in packages:
            if package in listed:
                raise UsageError(problem(f"{component} lists {package} already", path=path))
            listed.append(package)

    return _changed(path, raw, change)


def add_places(path: str, raw: bytes, component: str, rows: Sequence[Row]) -> bytes:
    """The manifest with more places in a component. Raises UsageError, as `add_packages` does."""

    def change(doc: TOMLDocument) -> None:
        table = _component(path, doc, component)
        for row in rows:
            _place(path, component, table, row)

    return _changed(path, raw, change)


def _place(path: str, component: str, table: Any, row: Row) -> None:
    places = table.get("places")
    if places is None:
        layout.put(table, "places", layout.lines([layout.inline(row)]))
    elif isinstance(places, list) and not hasattr(places, "as_string"):
        raise UsageError(problem(f"the places of {component} are of no kind that is known", path=path))
    elif isinstance(places, list):
        if any(layout.same(one, row) for one in places):
            raise UsageError(problem(f"{component} has that place already", path=path))
        places.append(layout.inline(row) if layout.is_array(places) else layout.table(row))
    elif set(row) == {"file", "text"} and isinstance(row["file"], str):
        layout.join(places, row["file"], row["text"])
    else:
        raise UsageError(problem(f"the places of {component} are a table of file and text, which cannot say more", path=path, hint="write them as a list: places = [{ file = ..., text = ... }]"))


def _freeing(path: str, raw: bytes, component: str, package: str) -> str:
    """The command that takes a package out of a component, or the component with its only package; "" where neither can be done."""
    return files.working(f"versync {words(('remove', component, package))}", lambda: remove_packages(path, raw, component, [package])) or files.working(
        f"versync {words(('remove', component, '--whole'))}", lambda: remove_component(path, raw, component)
    )


def remove_packages(path: str, raw: bytes, component: str, packages: Sequence[str]) -> bytes:
    """The manifest without those packages (or without them in ``ignore-packages``), and without the places of the component that declare them.

    Raises UsageError where it does not list them, and where nothing would be left of it.
    """

    def change(doc: TOMLDocument) -> None:
        table = _component(path, doc, component)
        for package in packages:
            key = "packages" if package in table.get("packages", []) else "ignore-packages"
            listed = table.get(key, [])
            if package not in listed:
                other = files.listing(read.read(path, raw), component, package)
                hint = _freeing(path, raw, other, package) if other else ""
                raise UsageError(problem(f"{component} does not list {package}", path=path, hint=hint or f"it lists {', '.join(table.get('packages', [])) or 'none'}"))
            layout.drop(table, key, listed.index(package))
            if key != "packages":
                continue
            places = table.get("places", [])
            for at in reversed([at for at, one in enumerate(places) if isinstance(one, Mapping) and one.get("declares") == package]):
                layout.drop(table, "places", at)
        if not any(table.get(key) for key in ("packages", "places", "retired")):
            hint = files.working(f"versync {words(('remove', component, '--whole'))}", lambda: remove_component(path, raw, component))
            raise UsageError(problem(f"nothing would be left of {component}", path=path, hint=hint))

    return _changed(path, raw, change)


def remove_file(path: str, raw: bytes, file: str, component: str) -> bytes:
    """The manifest without any place of that file: of that component, else of all. Raises UsageError where there is none."""
    manifest = read.read(path, raw)
    found = [(one.name, name) for one, name in files.named(manifest, file, component)]

    def change(doc: TOMLDocument) -> None:
        for own in [component] if component else []:
            _component(path, doc, own)
        if not found:
            raise files.missing(manifest, file, component)
        for own, name in found:
            files.drop(_component(path, doc, own), name)

    return _changed(path, raw, change)


def remove_place(path: str, raw: bytes, component: str, file: str, kind: str, value: str) -> bytes:
    """The manifest without the place of that file and value; only the value goes where the place has more. Raises UsageError where there is none."""

    def change(doc: TOMLDocument) -> None:
        table = _component(path, doc, component)
        places = table.get("places", [])
        if isinstance(places, Mapping):
            if kind == "text" and file in places and layout.take(places, file, value):
                return
        else:
            for at, one in enumerate(places):
                if file == one["file"] or isinstance(one["file"], list) and file in one["file"]:
                    if isinstance(one.get(kind), list) and kind != "key" and len(one[kind]) > 1 and value in one[kind]:
                        one[kind].remove(value)
                        return
                    if value in layout.values(one.get(kind)):
                        layout.drop(table, "places", at)
                        return
        raise UsageError(problem(f"{component} has no place with {kind} {value!r} in {file}", path=path, hint=files.elsewhere(read.read(path, raw), component, file, kind, value)))

    return _changed(path, raw, change)


def remove_component(path: str, raw: bytes, component: str) -> bytes:
    """The manifest without a component. Raises UsageError where others refer to it."""

    def change(doc: TOMLDocument) -> None:
        _component(path, doc, component)
        components: Any = doc["components"]
        del components[[one["name"] for one in components].index(component)]

    return _changed(path, raw, change)


def audited(path: str, raw: bytes, repo: str, file: str, texts: Sequence[str]) -> bytes:
    """The manifest with those texts of a file as no places of ours (``audited`` of the repository). Raises UsageError."""

    def change(doc: TOMLDocument) -> None:
        import tomlkit

        repos: Any = doc.get("repos", {})
        if repo not in repos:
            raise UsageError(problem(f"the manifest has no repository {repo!r}", path=path, hint=f"repositories: {', '.join(repos)}"))
        table = repos[repo]
        known = table.get("audited")
        if known is None:
            known = tomlkit.inline_table() if type(table).__name__ == "InlineTable" else tomlkit.table()
            for text in texts:
                layout.join(known, file, text)
            layout.put(table, "audited", known)
            return
        for text in texts:
            layout.join(known, file, text)

    return _changed(path, raw, change)


# ---- what tomlkit is asked to do


def _changed(path: str, raw: bytes, change: Callable[[TOMLDocument], None]) -> bytes:
    """The bytes after a change, read again as a manifest. CRLF stays CRLF, a BOM stays."""
    import tomlkit

    read.read(path, raw)
    bom = BOM if raw.startswith(BOM) else b""
    body = raw[len(bom) :]
    crlf = b"\r\n" in body and body.count(b"\r\n") == body.count(b"\n")
    doc = tomlkit.parse((body.replace(b"\r\n", b"\n") if crlf else body).decode())
    change(doc)
    text = tomlkit.dumps(doc).encode()
    done = bom + (text.replace(b"\n", b"\r\n") if crlf else text)
    try:
        read.read(path, done)
    except UsageError as error:  # its lines are those of a file that is not written
        raise UsageError(one._replace(line=0, column=0, hint=one.hint or "nothing was changed") for one in error.problems) from None
    return done


def _names(doc: TOMLDocument) -> list[str]:
    components: Any = doc.get("components", [])
    return [str(one["name"]) for one in components]


def _component(path: str, doc: TOMLDocument, name: str, *, making: bool = False) -> Any:
    components: Any = doc["components"]
    for one in components:
        if one["name"] == name:
            return one
    from difflib import get_close_matches

    near = get_close_matches(name, _names(doc), 1)
    hint = f"did you mean {near[0]}?" if near else f"components: {', '.join(_names(doc))}"
    hint += (" Or --in REPO, to make it" if near else "; --in REPO makes a new one") if making else ""
    raise UsageError(problem(f"no component is called {name}", path=path, hint=hint))


def _new(doc: TOMLDocument, name: str, repo: str, version: str, packages: Sequence[str]) -> None:
    import tomlkit

    table = tomlkit.table()
    for key, value in (("name", name), ("repo", repo), ("packages", layout.array(packages)), ("version", version)):
        if value:
            table.add(key, value)
    components: Any = doc["components"]
    last = components[-1]
    if not tomlkit.dumps(doc).endswith("\n\n"):
        last.add(tomlkit.nl())
    components.append(table)
