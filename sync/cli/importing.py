"""``versync import``: the manifest that another tool's configuration amounts to."""

from __future__ import annotations

from pathlib import Path

import click

from sync import errors
from sync.cli.options import today, writable
from sync.cli.printing import write
from sync.errors import Problem, UsageError, counted, problem
from sync.importers import TOOLS
from sync.importers.assemble import Imported

STANDARD = Path("-")
"""``--output -``: the manifest goes to standard output, and what is said of it to standard error."""


@click.command("import")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--from", "tool", type=click.Choice(tuple(TOOLS)), help="The tool. Default: the first of these that is configured.")
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), callback=writable, help="Default: versync.toml in PATH; - is standard output.")
@click.option("--force", is_flag=True, help="Replace a manifest that is there.")
def import_(path: Path, tool: str | None, output: Path | None, force: bool) -> int:
    """Writes a manifest from the configuration of a bump tool in PATH.

    What has no counterpart is said, each with its line; then what check would say today.
    """
    import adapters
    from sync import importers
    from sync.manifest.read import FILE
    from sync.registry import Registry
    from sync.tree import open_tree

    target = path / FILE if output is None else output
    if target != STANDARD and target.exists() and not force:
        raise UsageError(problem(f"{target} is there already", hint="--force replaces it; --output FILE writes another"))
    root = path.resolve()
    made = importers.bring(open_tree(root.name, root), Registry(adapters.TABLE, adapters.load), today(), tool or "")
    write(made.manifest, None if target == STANDARD else target)
    for line in _said(made, path, target):
        click.echo(line, err=target == STANDARD)
    return errors.OUT_OF_SYNC if made.findings else errors.IN_SYNC


def _said(made: Imported, path: Path, target: Path) -> list[str]:
    """What came of it, one line each."""
    from sync.report.plain import printable

    lost = sum(one.severity == "warning" for one in made.notes)
    head = f"{target}: written from {made.tool}" if target != STANDARD else f"from {made.tool}"
    said = [f"{head}; {counted(lost, 'line')} of its configuration could not be carried over" if lost else head]
    said += [str(printable(_local(one, path))) for one in made.notes]
    said += [f"also configured here: {one} (versync import --from {one})" for one in made.others]
    said += [str(printable(one)) for one in made.findings]
    return [*said, "check: out of sync today, as said above" if made.findings else "check: in sync"]


def _local(one: Problem, path: Path) -> Problem:
    """With the path as a person in the current folder would write it."""
    return one._replace(path=(path / one.path).as_posix()) if one.path else one
