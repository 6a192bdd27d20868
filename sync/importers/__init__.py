"""Other tools' configurations -> a manifest. One module for each tool, with three names: ``FILES``, ``find`` and ``draft``.

- ``FILES``: the paths, from the root, that it may be configured in; the last part may be a glob.
- ``find(repository)``: the tables of those files that are its own, in the order in which the tool looks; [] where it is not used.
- ``draft(repository, found)``: what they say, as a `sync.importers.model.Draft`. Every key that is not carried over is said, with its line.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from importlib import import_module
from typing import Final, Protocol, cast

from sync.errors import Problem, UnreadableError, UsageError, problem
from sync.importers import assemble
from sync.importers.assemble import Imported
from sync.importers.model import Draft
from sync.importers.repository import Repository
from sync.importers.settings import Settings
from sync.manifest.match import glob
from sync.registry import Registry
from sync.shell import words
from sync.tree import Tree, untracked


class Importer(Protocol):
    """What a tool's module is."""

    FILES: tuple[str, ...]

    def find(self, repository: Repository) -> list[Settings]:
        """The tool's own tables; [] where it is not used here. Raises UnreadableError for a broken file."""
        ...

    def draft(self, repository: Repository, found: list[Settings]) -> Draft:
        """What they say."""
        ...


TOOLS: Final[dict[str, str]] = {
    "bump-my-version": "bumpversion",
    "tbump": "tbump",
    "bumpver": "bumpver",
    "commitizen": "commitizen",
    "release-please": "release_please",
    "knope": "knope",
    "changesets": "changesets",
    "lerna": "lerna",
    "nx": "nx",
    "cargo-release": "cargo_release",
    "multimod": "multimod",
}
"""Every tool by its name, in the order in which they are looked for, with its module here."""


def load(tool: str) -> Importer:
    """The importer of that name. Raises KeyError."""
    return cast("Importer", import_module(f"sync.importers.{TOOLS[tool]}"))


def bring(tree: Tree, registry: Registry, today: date, tool: str = "") -> Imported:
    """The manifest of the first tool that is configured in the tree (or of ``tool``). The others that are configured are named.

    Raises UsageError where there is none, UnreadableError for a broken file.
    """
    repository = Repository(tree, registry)
    found: dict[str, list[Settings]] = {}
    broken: list[Problem] = []
    for name in TOOLS if not tool else (tool,):
        try:
            tables = load(name).find(repository)
        except UnreadableError as error:
            broken += error.problems
        else:
            found |= {name: tables} if tables else {}
    if broken and not found:
        raise UnreadableError(dict.fromkeys(broken))
    if not found:
        unknown = _untracked(tree, registry, tool)
        if unknown:
            raise UsageError(problem(f"{unknown} is there, but git does not track it", hint=words(("git", "-C", tree.root, "add", unknown))))
        files = ", ".join(dict.fromkeys(file for name in TOOLS if name == tool or not tool for file in load(name).FILES))
        what = tool or "any tool that versync import knows"
        raise UsageError(problem(f"there is no configuration of {what} in {tree.root}", hint=f"looked for {files}"))
    first, *others = found
    made = assemble.manifest(repository, load(first).draft(repository, found[first]), today)
    return made._replace(others=tuple(others), notes=(*made.notes, *dict.fromkeys(broken)))


def _untracked(tree: Tree, registry: Registry, tool: str) -> str:
    """The first file with the configuration of a tool (or of ``tool``) that lies in the checkout and git does not know yet; "" where none does."""
    tools = [load(name) for name in TOOLS if name == tool or not tool]
    lying = Repository(untracked(tree, glob(tuple(file for one in tools for file in one.FILES))), registry)
    for one in tools:
        with suppress(UnreadableError):
            found = one.find(lying)
            if found:
                return found[0].file.path
    return ""
