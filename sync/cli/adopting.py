"""``versync audit``, ``explain``, ``add`` and ``remove``: what a manifest does not cover yet, why it is so, and the line that changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from sync import errors
from sync.cli.editing import edited
from sync.cli.hints import asked, complete
from sync.cli.options import Opened, Tags, at_hand, common, open_for, open_manifest
from sync.cli.printing import Roots, write
from sync.errors import RefusedError, UnreadableError, UsageError, problem
from sync.manifest.model import Manifest
from sync.manifest.schema import KINDS_OF_PLACE
from sync.scan import Kept
from sync.spelling import TABLE as SPELLINGS

_UNCHANGED = "nothing was changed; --force ignores it all the same"


@click.command()
@common
@click.option("--most", metavar="N", type=click.IntRange(min=0), default=20, show_default=True, help="At most that many findings; 0 for all.")
@click.option("--all", "everything", is_flag=True, help="Also what is unlikely: release notes, vendored trees, locks, prose.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a likely finding is left.")
@click.option("--ignore", "ignored", metavar="PATH TEXT", nargs=2, multiple=True, help="Keep a finding in the manifest as no place of ours ({version} alone: every number in the file); repeatable.")
@click.option("--force", is_flag=True, help="With --ignore: also what matches nothing in the repository.")
@click.option("--dry-run", is_flag=True, help="With --ignore: print the manifest's diff; write nothing.")
def audit(most: int, everything: bool, strict: bool, ignored: Sequence[tuple[str, str]], force: bool, dry_run: bool, **options: Any) -> int:
    """Finds today's versions that no line of the manifest covers: the likeliest forgotten place first."""
    if ignored:
        from sync import edit

        manifest = open_manifest(options["manifest"])
        rows = [(*_in_repo(manifest, path), text) for path, text in ignored]

        def change(path: str, raw: bytes) -> bytes:
            for repo, file, text in rows:
                raw = edit.audited(path, raw, repo, file, [text])
            return raw

        return edited(options, change, dry_run, None if force or dry_run else lambda _, after: _matching(open_for(options, after), rows))
    from sync import git

    here = git.toplevel(Path.cwd())
    with git.ahead([here] if here is not None else []):  # while git is at work we load what it works for
        from sync.audit import search

        opened = _opened(options)
        kept: Kept = {}
        with search.ahead(opened.manifest, opened.trees, opened.registry, kept) as begun:
            from sync import inventory
            from sync.audit import repository
            from sync.report import audited

            found = inventory.look(opened.manifest, opened.trees, opened.registry, kept=kept)
            findings = repository.audit(opened.manifest, found, Tags(opened.manifest, opened.trees, opened.line), begun)
    write(audited.render(findings, options["style"], Roots(opened).local, asked(options), most=most, everything=everything), options["output"])
    return errors.OUT_OF_SYNC if strict and any(one.likely for one in findings) else errors.IN_SYNC


def _matching(opened: Opened, rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Nothing to say of repository, file and text where each matches something, or is not at hand. Raises RefusedError for those that match nothing."""
    from sync.audit.repository import audited
    from sync.manifest.match import glob
    from sync.manifest.model import Repo
    from sync.source import Source

    empty = []
    for repo, file, text in rows:
        if repo not in opened.trees:
            continue
        tree, own = opened.trees[repo], Repo(repo, audited={file: (text,)})
        paths = [path for path in tree.paths() if path == file or glob((file,))(path)]
        if not paths:
            empty.append(problem(f"{repo} has no file {file}", hint=_UNCHANGED))
            continue
        found = False
        for path, raw in tree.read_many(paths, lambda _: None):
            with suppress(UnreadableError):
                found = found or any(True for _ in audited(own, Source.of(path, raw)))
        if not found:
            empty.append(problem(f'text "{text}" matches nothing', repo=repo, path=file, hint=_UNCHANGED))
    if empty:
        raise RefusedError(empty)
    return []


@click.command()
@click.argument("target", metavar="SITE|PATH|PACKAGE")
@common
def explain(target: str, **options: Any) -> int:
    """Says why a place is managed or not: PATH, PATH:LINE, REPO/PATH:LINE:COLUMN, or a package URL."""
    from sync import inventory, targets
    from sync.cli import naming
    from sync.explain import Explainer
    from sync.report import audited

    opened = _opened(options)
    place = naming.target(opened, target) if not target.startswith("pkg:") else ("", "", 0)
    found = inventory.look(opened.manifest, opened.trees, opened.registry)
    explainer = Explainer(opened.manifest, found, targets.standing(opened.manifest, found, Tags(opened.manifest, opened.trees, opened.line)))
    if not place[0]:
        reasons = list(explainer.package(target))
    else:
        reasons = explainer.place(*place, unread=naming.unread(opened.trees[place[0]], place[1]))
    reasons = [one._replace(hint=complete(problem("", hint=one.hint), options).hint) for one in reasons]
    write(audited.reasons(reasons, options["style"], Roots(opened).local), options["output"])
    return errors.IN_SYNC


def _opened(options: dict[str, Any]) -> Opened:
    return at_hand(open_for(options))


# ---- the manifest, changed


def _place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for kind in reversed(KINDS_OF_PLACE):
        command = click.option(f"--{kind}", kind, metavar="VALUE", multiple=kind != "key", help=f"The place's {kind}.")(command)
    return click.option("--file", "files", metavar="PATH", multiple=True, help="The file, or a glob, of a place; repeatable.")(command)


def _asked_place(verb: str, files: Sequence[str], values: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """A place as the manifest writes it. Raises UsageError where it is not one."""
    given = {kind: values[kind] for kind in KINDS_OF_PLACE if values[kind]}
    if len(given) != 1 or not files:
        raise UsageError(problem("a place has a --file and one of " + ", ".join(f"--{kind}" for kind in KINDS_OF_PLACE), hint=f"{verb} COMPONENT --file README.md --text 'version {{version}}'"))
    place: dict[str, Any] = {"file": _one(files)}
    place.update((kind, value if kind == "key" else _one(value)) for kind, value in given.items())
    place.update((key, value) for key, value in others.items() if value)
    return place


def _one(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


@click.command()
@click.argument("component")
@click.argument("packages", metavar="[PACKAGE ...]", nargs=-1)
@common
@_place_options
@click.option("--as", "as_", metavar="TEMPLATE", help="The template of a place's value; not with --text.")
@click.option("--or", "or_", metavar="WORD", multiple=True, help="A word accepted in a place's value; repeatable.")
@click.option("--declares", metavar="PACKAGE", help="The package whose own version stands in a place.")
@click.option("--of", "of", metavar="COMPONENT", help="The component whose version a place holds.")
@click.option("--spelling", type=click.Choice(sorted(SPELLINGS)), help="How the version is spelled in a place.")
@click.option("--count", metavar="N|A..B", help="How often a place must match in each file.")
@click.option("--in", "repo", metavar="REPO", help="Make the component, in that repository, if there is none of that name.")
@click.option("--version", "rule", metavar="RULE", default="", help="How a component that is made follows the project: exact, major, step, independent, or a template.")
@click.option("--ignore", is_flag=True, help="The packages are never managed, and never a finding (ignore-packages).")
@click.option("--force", is_flag=True, help="Add also what matches nothing in the repository.")
@click.option("--dry-run", is_flag=True, help="Print the manifest's diff; write nothing.")
def add(component: str, packages: tuple[str, ...], files: tuple[str, ...], repo: str | None, rule: str, ignore: bool, force: bool, dry_run: bool, **options: Any) -> int:
    """Adds packages, or a place, to a component of the manifest; its comments and layout stay.

    Where the repository is at hand it says what that covers, and refuses what matches nothing.
    """
    from sync import edit

    def covers(before: Manifest, after: Manifest) -> list[str]:
        from sync.cli import covering

        return covering.told(options, before, after, component, packages, force=force or dry_run)

    if packages and files:
        raise UsageError(problem("packages or a place, not both at once"))
    if packages:
        return edited(options, lambda path, raw: edit.add_packages(path, raw, component, packages, repo=repo or "", version=rule, ignored=ignore), dry_run, None if ignore else covers)
    count = options["count"]
    others = {"as": options["as_"], "or": list(options["or_"]), "declares": options["declares"], "of": options["of"], "spelling": options["spelling"]}
    place = _asked_place("versync add", files, options, {**others, "count": int(count) if count and count.isdigit() else count})
    return edited(options, lambda path, raw: edit.add_places(path, raw, component, [place]), dry_run, covers)


@click.command()
@click.argument("component")
@click.argument("packages", metavar="[PACKAGE ...]", nargs=-1)
@common
@_place_options
@click.option("--whole", is_flag=True, help="The component itself, with all that it lists.")
@click.option("--dry-run", is_flag=True, help="Print the manifest's diff; write nothing.")
def remove(component: str, packages: tuple[str, ...], files: tuple[str, ...], whole: bool, dry_run: bool, **options: Any) -> int:
    """Takes packages (with the places that declare them), places, or a whole component out of the manifest.

    Of a --file without a value all places go; `versync remove FILE` takes them out of every component.
    """
    from sync import edit

    valued = any(options[kind] for kind in KINDS_OF_PLACE)
    if not (whole or packages or files or valued) and all(one.name != component for one in open_manifest(options["manifest"]).components):
        return _unplaced(options, [component], "", dry_run)
    if whole + bool(packages) + bool(files) != 1:
        raise UsageError(problem("packages, a place (--file and its value), or --whole", hint="after the component; or a FILE alone, for all of its places"))
    if files and not valued:
        return _unplaced(options, files, component, dry_run)
    if whole:
        return edited(options, lambda path, raw: edit.remove_component(path, raw, component), dry_run)
    if packages:
        return edited(options, lambda path, raw: edit.remove_packages(path, raw, component, packages), dry_run)
    place = _asked_place("versync remove", files, options, {})
    kind = next(one for one in KINDS_OF_PLACE if one in place)
    wanted = [(file, value) for file in files for value in ([place[kind]] if isinstance(place[kind], str) else place[kind])]

    def change(path: str, raw: bytes) -> bytes:
        for file, value in wanted:
            raw = edit.remove_place(path, raw, component, file, kind, value)
        return raw

    return edited(options, change, dry_run)


def _unplaced(options: dict[str, Any], paths: Sequence[str], component: str, dry_run: bool) -> int:
    """Takes all places of files out of a component, else out of all, and says each."""
    from sync import edit
    from sync.edit import files
    from sync.report.plain import plain

    def change(path: str, raw: bytes) -> bytes:
        for one in paths:
            raw = edit.remove_file(path, raw, one, component)
        return raw

    return edited(options, change, dry_run, lambda before, _: [plain(line) for one in paths for line in files.told(before, one, component)])


def _in_repo(manifest: Manifest, path: str) -> tuple[str, str]:
    """Repository and file of ``REPO/PATH``, or of a path where there is only one repository."""
    name, _, rest = path.partition("/")
    if name in manifest.repos and rest:
        return name, rest
    if len(manifest.repos) == 1:
        return next(iter(manifest.repos)), path
    raise UsageError(problem(f"{path}: in which repository?", path=manifest.path, hint=f"write REPO/PATH; repositories: {', '.join(manifest.repos)}"))
