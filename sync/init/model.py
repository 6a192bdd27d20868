"""The draft of a manifest, before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from sync import families
from sync.init.survey import Survey
from sync.manifest.model import Place
from sync.version import Version

IGNORED: Final = "at numbers of their own"
"""Why packages are in ``ignore-packages``."""


class Component(NamedTuple):
    """A component of the draft; ``why`` is what speaks for it, for a comment."""

    name: str
    repo: str
    packages: tuple[str, ...]
    rule: str = "exact"
    since: Version | None = None
    requirement: str = ""
    bundles: str = ""
    places: tuple[Place, ...] = ()
    ignore_packages: tuple[str, ...] = ()
    why: str = ""


class Draft(NamedTuple):
    """A manifest before it is written: ``ignore`` is by repository, each glob with its reason."""

    project: str
    leader: str
    surveys: tuple[Survey, ...]
    ignore: Mapping[str, tuple[tuple[str, str], ...]]
    components: tuple[Component, ...]


def title(package: str) -> str:
    """A component's name for a package or a repository."""
    name = families.short(package) if package.startswith("pkg:") else package
    clean = "".join(char if char.isalnum() and char.isascii() or char in "._-" else "-" for char in name).strip("-.")
    return clean or "project"
