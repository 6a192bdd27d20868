"""The manifest, changed: read, shown as a difference, and written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from sync import errors
from sync.cli.options import open_manifest
from sync.cli.printing import write
from sync.errors import RefusedError, problem
from sync.manifest.model import Manifest
from sync.shell import words


def edited(options: dict[str, Any], change: Callable[[str, bytes], bytes], dry_run: bool, covers: Callable[[Manifest, Manifest], list[str]] | None = None) -> int:
    """Reads the manifest, changes it, shows the difference, and writes it: whole or not at all. ``covers``: what is said of the old and the new one on standard error."""
    from difflib import unified_diff

    from sync.manifest import read

    manifest = open_manifest(options["manifest"])
    path = own(options["manifest"], manifest).resolve()
    before = path.read_bytes()
    after = change(manifest.path, before)
    said = covers(manifest, read.read(manifest.path, after)) if covers is not None else ()
    old, new = (raw.decode().splitlines(keepends=True) for raw in (before, after))
    write("".join(line if line.endswith("\n") else f"{line}\n" for line in unified_diff(old, new, f"a/{path.name}", f"b/{path.name}")), options["output"])
    if not dry_run and after != before:
        replace(path, after)
    for line in said:
        click.echo(line, err=True)
    return errors.IN_SYNC


def own(named: str | None, manifest: Manifest) -> Path:
    """The file of a manifest, which was opened by that name. Raises RefusedError for one that comes with versync."""
    if named is not None and not Path(named).is_file():
        raise RefusedError(problem(f"the manifest {named} comes with versync and is not yours to change", hint=words(("cp", manifest.path, "versync.toml"))))
    return Path(manifest.path)


def replace(path: Path, body: bytes) -> None:
    """A file's new bytes, whole or not at all; its mode stays, and a link to it. Raises RefusedError."""
    from sync.disk import REAL

    path = path.resolve()
    spare = str(path.with_name(f".{path.name}.versync"))
    try:
        mode = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
        if os.path.lexists(spare):
            REAL.unlink(spare)
        REAL.write(spare, body, mode, durable=True)
        REAL.replace(spare, str(path))
    except OSError as error:
        with suppress(OSError):
            REAL.unlink(spare)
        raise RefusedError(problem(f"{path.name} cannot be written: {error.strerror}", hint="nothing was changed")) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
