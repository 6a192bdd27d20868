"""The built-in adapters: one row each, name -> the file names that it reads. A module of that name is loaded when such a file is met.

``*`` stands only for a whole stem (``*.csproj``). To add an ecosystem, add a module here and a row.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sync.adapter import Adapter

TABLE: dict[str, tuple[str, ...]] = {
    "cargo": ("Cargo.toml",),
    "cargo_lock": ("Cargo.lock",),
    "cmake": ("CMakeLists.txt",),
    "dotnet": ("*.csproj", "*.fsproj", "*.vbproj", "Directory.Build.props", "Directory.Packages.props"),
    "gemfile_lock": ("Gemfile.lock",),
    "gemspec": ("*.gemspec",),
    "go": ("*.go",),
    "gomod": ("go.mod",),
    "npm": ("package.json",),
    "npm_lock": ("package-lock.json", "npm-shrinkwrap.json"),
    "nuspec": ("*.nuspec",),
    "pnpm_lock": ("pnpm-lock.yaml",),
    "pnpm_workspace": ("pnpm-workspace.yaml",),
    "pyproject": ("pyproject.toml",),
    "python_locks": ("uv.lock", "poetry.lock"),
    "setup_cfg": ("setup.cfg",),
    "setup_py": ("setup.py",),
}


def load(name: str) -> Adapter:
    """The adapter module of that name. Raises KeyError for a name that is not in the table."""
    if name not in TABLE:
        raise KeyError(name)
    return cast("Adapter", import_module(f"adapters.{name}"))
