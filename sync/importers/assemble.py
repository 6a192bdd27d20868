"""Draft x repository -> a manifest that the reader takes, in which listing packages covers what adapters find, and places name the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sync import formats, inventory, pipeline
from sync.adapter import Selector, ecosystem_of
from sync.errors import Problem, UnreadableError, UsageError, problem
from sync.importers import document, texts
from sync.importers.model import Draft, Mark, Part, Row
from sync.importers.repository import Repository
from sync.importers.search import escaped
from sync.importers.workspace import INDEPENDENT
from sync.manifest import read
from sync.manifest.kinds import FORMS
from sync.source import Source, Span
from sync.spelling import of_ecosystem

GENERIC = "generic"
"""The package-URL type of what no registry knows: https://github.com/package-url/purl-spec/blob/main/types-doc/generic-definition.md"""

ABOVE = 3
"""Lines above a version's own that may be taken to tell it from others."""

_OWN = ("pep440", "gem", "maven")
"""Spellings that differ from SemVer in what the tools write."""


class Imported(NamedTuple):
    """A manifest, what could not be carried over into it, and what `check` says of it today."""

    tool: str
    manifest: str
    notes: tuple[Problem, ...]
    findings: tuple[Problem, ...]
    others: tuple[str, ...] = ()


def manifest(repository: Repository, draft: Draft, today: date) -> Imported:
    """The draft, completed by what the files say. Raises UsageError where nothing in it has a version."""
    draft.parts = [part for part in draft.parts if part.packages or part.marks or part.rows]
    _adopt(repository, draft)
    _name(draft.parts, repository)
    draft.parts.sort(key=lambda part: not part.packages)
    for part in draft.parts[:1]:
        part.version = "exact"
        part.comment = [line for line in part.comment if line != INDEPENDENT]
    covered = _covered(repository, draft) if draft.parts and draft.parts[0].packages else {}
    for part in draft.parts:
        _places(repository, part, covered, draft)
    draft.parts = [part for part in draft.parts if part.packages or part.rows]
    for part in draft.parts:
        _declare(part)
    if not draft.parts or not draft.parts[0].packages:
        where = draft.notes[0].path if draft.notes else ""
        nothing = problem(f"{draft.tool} is told of nothing here that holds a version which versync can read", path=where, hint="say where it stands: versync init")
        raise UsageError([nothing, *(one for one in draft.notes if one.severity == "warning")])
    _ignore(repository, draft)
    return _checked(repository, draft, today)


def _name(parts: Sequence[Part], repository: Repository) -> None:
    """Names that a manifest takes, each once."""
    taken: set[str] = set()
    for part in parts:
        own = part.packages[0].rsplit("/", 1)[1] if part.name == repository.name and len(part.packages) == 1 else part.name
        name = re.sub(r"^[^A-Za-z0-9_]+", "", re.sub(r"[^A-Za-z0-9._-]+", "-", own.removeprefix("@"))) or repository.name
        assert re.search(FORMS["name"].pattern, name)
        part.name = next(one for one in (name, *(f"{name}-{at}" for at in range(2, len(parts) + 2))) if one not in taken)
        taken.add(part.name)


def _adopt(repository: Repository, draft: Draft) -> None:
    """Packages whose own version the tool rewrites belong to the part that does."""
    listed = {name for part in draft.parts for name in part.packages}
    for part in draft.parts:
        places = {(mark.path, mark.start, mark.end) for mark in part.marks}
        for one in repository.declared:
            if one.package not in listed and one.released and (one.path, *one.span) in places:
                part.packages.append(one.package)
                listed.add(one.package)


def _look(repository: Repository, draft: Draft, today: date) -> tuple[str, pipeline.Outcome]:
    text = document.render(draft, repository.name)
    found = read.read("versync.toml", text.encode())
    seen = inventory.look(found, {repository.name: repository.tree}, repository.registry)
    return text, pipeline.check(found, seen, {}, today)


def _covered(repository: Repository, draft: Draft) -> Mapping[tuple[str, int, int], str]:
    """The stretches that are found once the packages are listed, each with its role."""
    bare = Draft(draft.tool, [Part(part.name, part.packages, version=part.version) for part in draft.parts if part.packages])
    _, outcome = _look(repository, bare, date.min)
    return {(one.path, *one.site.span): one.site.role if one.site.operator not in ("=", "==") else "exact" for one in outcome.inventory.placed}


def _places(repository: Repository, part: Part, covered: Mapping[tuple[str, int, int], str], draft: Draft) -> None:
    """What no adapter finds, as literal texts. A requirement that the tool always rewrites makes ranges follow."""
    by_file: dict[str, list[Mark]] = {}
    for mark in part.marks:
        role = covered.get((mark.path, mark.start, mark.end))
        if role is None and mark.select is not None:
            row = Row((_literal(mark.path),), mark.select.kind, mark.select.value, "" if mark.written == "{version}" else mark.written, spelling=mark.spelling)
            part.rows += [] if row in part.rows else [row]
        elif role is None:
            by_file.setdefault(mark.path, []).append(mark)
        elif role == "requires":
            part.ranges = "follow"
    rows: dict[tuple[str, str], list[Mark]] = {}
    own = _spelling(part)
    for path, marks in by_file.items():
        source = repository.source(path)
        assert source is not None
        for spelling in sorted({mark.spelling or own for mark in marks}):
            lost = [mark for mark in marks if (mark.spelling or own) == spelling]
            for used, above in ((spelling, 0), ("semver", 0), (spelling, ABOVE)):
                if above:  # one line is not enough: a key or an element is, or else the lines above
                    known = {mark: found for mark in lost if (found := _selected(source, mark)) is not None}
                    part.rows += known.values()
                    lost = [mark for mark in lost if mark not in known]
                made = texts.of(source, lost, used, above)
                for text, hit in made.found:
                    rows.setdefault((text, used), []).extend(hit)
                lost = made.lost
            for mark in lost:
                line, column = source.position(mark.start)
                why = f"{draft.tool} changes this version, but no text around it tells it from others that must stay: name it with a place of your own"
                draft.notes.append(Problem("", path, line, column, why, "", "warning", "not-carried"))
    part.rows = [_row(repository, text, spelling, marks) for (text, spelling), marks in rows.items()] + [_spelled(row, own) for row in part.rows]


def _selected(source: Source, mark: Mark) -> Row | None:
    """A mark in a data file by its key or element, where that means nothing else."""
    kind = formats.of(source.path)
    if kind not in ("toml", "json", "jsonc", "yaml", "xml", "ini"):
        return None
    try:
        leaf = source.document(formats.named(kind).read).at(Span(mark.start, mark.end))
    except UnreadableError:
        return None
    if leaf is None:
        return None
    names = "/" + "/".join(key for key in leaf.path if isinstance(key, str))
    select = Selector("element", names) if kind == "xml" else Selector("key", leaf.path)
    written = _around(source, leaf.span, mark)
    return Row((_literal(source.path),), select.kind, select.value, "" if written == "{version}" else written) if formats.select(source, select) == [leaf] else None


def _around(source: Source, span: Span, mark: Mark) -> str:
    """The value with the version in it as a template."""
    return escaped(source.text(Span(span.start, mark.start))) + mark.template + escaped(source.text(Span(mark.end, span.end)))


def _row(repository: Repository, text: str, spelling: str, marks: Sequence[Mark]) -> Row:
    paths = sorted({mark.path for mark in marks})
    globs = {mark.glob for mark in marks}
    named = globs.pop() if len(globs) == 1 else ""
    files = (named,) if named and repository.all([named]) == paths else tuple(_literal(path) for path in paths)
    return _spelled(Row(files, "text", text), spelling)


def _spelled(row: Row, spelling: str) -> Row:
    """With the spelling that is not the default of its kind; a place of single numbers needs none."""
    shape = row.template or (str(row.value) if row.kind == "text" else "{version}")
    used = row.spelling or spelling
    return replace(row, spelling=used if "{version}" in shape and (used != "semver" or row.declares) else "")


def _literal(path: str) -> str:
    """A path that is no glob, as it is; one with ``[`` or ``{`` in it as a glob that means just it."""
    return re.sub(r"([*?\[{])", r"[\1]", path)


def _spelling(part: Part) -> str:
    """How the part's versions are written where no package says it."""
    own = of_ecosystem(ecosystem_of(part.packages[0])) if part.packages else "semver"
    return own if own in _OWN else "semver"


def _declare(part: Part) -> None:
    """Without a package the first place that holds a whole version states one, which no registry knows."""
    if part.packages:
        return
    package = f"pkg:{GENERIC}/{part.name}"
    for at, row in enumerate(part.rows):
        whole = "{version}" in (row.template or ("{version}" if row.kind != "text" else str(row.value)))
        if whole and row.spelling in ("", "semver"):
            part.packages = [package]
            part.rows[at] = replace(row, declares=package, count="", comment=row.comment.partition(";")[0])
            part.comment.append("no package of its own: the place that declares it says which version it is")
            return


def _ignore(repository: Repository, draft: Draft) -> None:
    """Packages that are declared here and that the tool knows nothing of."""
    listed = {name for part in draft.parts for name in (*part.packages, *part.ignored)}
    shared = {(one.path, one.span) for one in repository.declared if one.package in listed}
    spare = sorted({one.package for one in repository.declared if one.released and one.package not in listed and (one.path, one.span) not in shared})
    if spare and draft.parts:
        draft.parts[0].ignored += spare
        why = f"is declared here, and {draft.tool} does not manage it: ignored"
        draft.notes += [problem(f"{one.package} {why}", path=one.file, severity="note", rule="ignored") for one in repository.declared if one.package in spare]


def _checked(repository: Repository, draft: Draft, today: date) -> Imported:
    """With what check says; a style of requirement that the files do not have yet is left out, and said."""
    _, outcome = _look(repository, draft, today)
    placed = [edit.placed for files in outcome.plan.edits.values() for edits in files.values() for edit in edits]
    behind = {one.component.name for one in placed if one.site.role == "requires" and not one.site.local}
    for part in draft.parts:
        if part.ranges and part.name in behind:
            part.ranges = ""
            why = f'ranges = "follow" of {part.name} is left out: a range here is behind today, and still holds'
            draft.notes.append(problem(why, severity="note", rule="not-carried"))
    if any(one.rule == "style" for one in outcome.findings):
        for part in draft.parts:
            if part.requirement:
                why = f'requirement = "{part.requirement}" of {part.name} is left out: not every requirement here is written so'
                draft.notes.append(problem(why, severity="note", rule="not-carried"))
                part.requirement = ""
    _, outcome = _look(repository, draft, today)
    notes = tuple(sorted(draft.notes, key=lambda one: (one.path, one.line, one.column, one.message)))
    dropped = [f"{one.path}:{one.line}: {one.message}" if one.path else one.message for one in notes if one.severity == "warning"]
    text = document.render(draft, repository.name, dropped)
    read.read("versync.toml", text.encode())
    return Imported(draft.tool, text, notes, tuple(one for one in outcome.findings if one.severity == "error"))


__all__ = ["GENERIC", "Imported", "manifest"]
