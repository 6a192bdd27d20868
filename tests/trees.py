"""Small trees for tests: a manifest and files as text in, what the pipeline says out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import adapters
from sync import inventory, pipeline, targets
from sync.inventory import Inventory
from sync.lag import Grace
from sync.manifest.model import Manifest
from sync.manifest.read import read
from sync.pipeline import Outcome
from sync.registry import Registry
from sync.targets import Releases
from sync.tree import open_tree

DAY = date(2026, 11, 22)


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes those files below a folder; text as UTF-8, line ends as given."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


class Family:
    """A manifest over folders, one for each of its repositories that was given."""

    def __init__(self, folder: Path, manifest: str, repos: Mapping[str, Mapping[str, str | bytes]], releases: Releases | None = None) -> None:
        self.manifest: Manifest = read("versync.toml", manifest.encode())
        self.folders = {name: put(folder / name, files) for name, files in repos.items()}
        self.releases: Releases = releases or {}
        self.grace = Grace()

    def look(self) -> Inventory:
        """What is found in the folders as they are now."""
        trees = {name: open_tree(name, folder) for name, folder in self.folders.items()}
        return inventory.look(self.manifest, trees, Registry(adapters.TABLE, adapters.load))

    def check(self) -> Outcome:
        """What `check` says on `DAY`."""
        return pipeline.check(self.manifest, self.look(), self.releases, DAY, self.grace)

    def bump(self, target: str, /, *, allow_downgrade: bool = False, **named: str) -> Outcome:
        """The proved plan of a bump; underscores in component names stand for dashes."""
        found = self.look()
        wanted = {name.replace("_", "-"): value for name, value in named.items()}
        return pipeline.bump(self.manifest, found, targets.bumped(self.manifest, found, self.releases, target, wanted, allow_downgrade=allow_downgrade))

    def write(self, outcome: Outcome) -> None:
        """Writes an outcome's changes into the folders."""
        for name, files in outcome.changes.items():
            for change in files:
                (self.folders[name] / change.path).write_bytes(change.after)

    def text(self, repo: str, path: str) -> str:
        """A file as it is now."""
        return (self.folders[repo] / path).read_bytes().decode()


def said(outcome: Outcome, severity: str = "error") -> list[str]:
    """The findings of a severity, as ``repo/path:line:column: message``."""
    return [f"{one.place}: {one.message}" for one in outcome.findings if one.severity == severity]
