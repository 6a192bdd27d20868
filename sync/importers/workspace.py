"""The packages of an npm workspace, for the tools that release them: by workspaces of package.json, pnpm-workspace.yaml, or a tool's own globs."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

from sync import formats
from sync.importers.model import Part
from sync.importers.repository import Declared, Repository
from sync.manifest.match import glob

INDEPENDENT = "has its own number: it moves when it is named, as in versync bump NAME=TARGET"


def members(repository: Repository, globs: Sequence[str] = ()) -> list[Declared]:
    """The packages in the workspace's folders, sorted by folder; without a workspace the one at the root. Unversioned ones are left out."""
    wanted = list(globs) or _globs(repository)
    own = [one for one in repository.declared if one.ecosystem == "npm" and one.released]
    if not wanted:
        return [one for one in own if "/" not in one.file]
    tests = [(pattern.startswith("!"), _test(pattern.removeprefix("!"))) for pattern in wanted]
    found = []
    for one in own:
        folder = posixpath.dirname(one.file)
        inside = [excludes for excludes, test in tests if folder and test(folder)]
        if inside and not inside[-1]:
            found.append(one)
    return found


def private(repository: Repository, one: Declared) -> bool:
    """Whether its package.json says that it is never published."""
    source = repository.source(one.file)
    leaf = source.document(formats.named("json").read).get(("private",)) if source is not None else None
    return leaf is not None and leaf.value == "true"


def _globs(repository: Repository) -> list[str]:
    found = []
    for path, kind, key in (("package.json", "json", "workspaces"), ("pnpm-workspace.yaml", "yaml", "packages")):
        table = repository.settings(path, kind)
        if table is not None and key in table:
            value = table.raw(key)
            value = value.get("packages") if isinstance(value, dict) else value
            found += [str(one) for one in value] if isinstance(value, list) else []
    return found


def _test(pattern: str) -> Callable[[str], bool]:
    try:
        return glob((pattern.removeprefix("./").rstrip("/"),))
    except ValueError:
        return lambda _: False


def independent(packages: Sequence[Declared], taken: Sequence[Part]) -> list[Part]:
    """A part for each package that is in none yet."""
    known = {package for part in taken for package in part.packages}
    return [Part(one.name, [one.package], version="independent", comment=[INDEPENDENT]) for one in packages if one.package not in known]
