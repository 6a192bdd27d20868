"""The adapters of a run: the built-in ones, and those of installed distributions that the manifest names."""

from __future__ import annotations

import adapters
from sync.errors import UsageError, problem
from sync.manifest.model import Manifest
from sync.registry import Registry


def registry(manifest: Manifest) -> Registry:
    """Raises UsageError for an adapter that the manifest names and nobody offers. Entry points are read only where it names one."""
    table = dict(adapters.TABLE)
    found = Registry(table, adapters.load) if not manifest.adapters else _with_plugins(manifest, table)
    _known_adapters(manifest, found)
    return found


def _known_adapters(manifest: Manifest, registry: Registry) -> None:
    wrong = [
        problem(f'read names the adapter "{name}", which does not exist', path=manifest.path, line=repo.at.line, column=repo.at.column, hint=f"adapters: {', '.join(sorted(registry.names))}")
        for repo in manifest.repos.values()
        for name in repo.read.values()
        if name not in registry.names
    ]
    if wrong:
        raise UsageError(wrong)


def _with_plugins(manifest: Manifest, table: dict[str, tuple[str, ...]]) -> Registry:
    """The built-in adapters and those of installed distributions that the manifest names."""
    from importlib.metadata import entry_points

    plugins = {}
    for entry in entry_points(group="versync.adapters"):
        if entry.name in manifest.adapters:
            plugins[entry.name] = entry.load()
            table[entry.name] = tuple(plugins[entry.name].FILES)
    missing = [name for name in manifest.adapters if name not in plugins and name not in adapters.TABLE]
    if missing:
        raise UsageError(problem(f"no installed distribution offers the adapter {', '.join(missing)}", path=manifest.path, hint="install it beside versync"))
    return Registry(table, lambda name: plugins.get(name) or adapters.load(name))
