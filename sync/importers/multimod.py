"""multimod, OpenTelemetry's releaser of Go modules: versions.yaml. https://github.com/open-telemetry/opentelemetry-go-build-tools/tree/main/multimod"""

from __future__ import annotations

import posixpath
from typing import Final, NamedTuple

from sync.importers.model import Draft, Part, Row
from sync.importers.repository import Repository
from sync.importers.search import current, hits, literal
from sync.importers.search import known as readable
from sync.importers.settings import Settings
from sync.source import KeyPath

FILES: Final = ("versions.yaml",)

_DEFAULT: Final = "version.go"
"""What is rewritten in a module's folder, where it is there and no version-refs say otherwise."""


class _Owner(NamedTuple):
    """The set that a module is in: its part and version, the module's folder, and where it is listed."""

    part: Part
    version: str
    folder: str
    path: KeyPath


def find(repository: Repository) -> list[Settings]:
    """versions.yaml, where it has module sets."""
    found = repository.settings(FILES[0], "yaml")
    return [] if found is None or "module-sets" not in found else [found]


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """A part for each set: its version stands in versions.yaml, since a go.mod says no more than a major."""
    main = found[0]
    made = Draft("multimod", [], tag="v{version}", notes=main.file.notes)
    known = {one.name: one for one in repository.declared if one.ecosystem == "golang"}
    owners: dict[str, _Owner] = {}
    for name, one in main.table("module-sets").inner():
        part = Part(name)
        text = one.text("version")
        for module, path in one.texts("modules"):
            base = module if module in known else module.rpartition("/v")[0]
            if base not in known:
                main.file.say(path, f"no go.mod declares {module}", "warning")
                continue
            part.packages.append(known[base].package)
            owners[module] = _Owner(part, text, posixpath.dirname(known[base].file), path)
        readable(current(text), one, "version")
        if part.packages:
            part.rows.append(Row(FILES, "key", one.key("version"), "v{version}" if text.startswith("v") else "", part.packages[0], "semver"))
        one.rest()
        made.parts.append(part)
    excluded = [known[module].package for module, _ in main.texts("excluded-modules") if module in known]
    if excluded and made.parts:
        made.parts[0].ignored += excluded
    named: set[str] = set()
    for module, one in main.table("modules").inner():
        for name, path in one.texts("version-refs"):
            named.add(module)
            _reference(repository, main, name, path, owners.get(module))
        one.rest()
    for module, owner in owners.items():
        if module not in named and posixpath.join(owner.folder, _DEFAULT) in repository.paths:
            _reference(repository, main, _DEFAULT, owner.path, owner)
    for part in made.parts[1:]:
        part.version = "independent"
        part.comment.append("a module set of its own: it moves when it is named, as in versync bump NAME=TARGET")
    main.file.say(("module-sets",), "a tag for each module, PATH/vVERSION, is more than the one template for tags that a repository has here: it is the root module's")
    main.rest()
    return made


def _reference(repository: Repository, main: Settings, name: str, path: KeyPath, owner: _Owner | None) -> None:
    """A file in the module's folder in which the set's version stands, without its v."""
    if owner is None:
        main.file.say(path, "the module is in no set", "warning")
        return
    name = posixpath.normpath(posixpath.join(owner.folder, name))
    source = repository.source(name)
    if source is None:
        main.file.say(path, f"there is no text file {name}", "warning")
        return
    wanted = literal(current(owner.version.removeprefix("v")).whole)
    marks = hits(source, wanted) if wanted is not None else []
    owner.part.marks += marks
    if not marks:
        main.file.say(path, f"{owner.version.removeprefix('v')} is not to be found in {name}", "warning")
