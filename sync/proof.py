"""A second reader confirms that exactly the planned values change, before the first byte is written.

Data formats are read again by a standard or lossless library, before and after: the values that differ must be the
planned ones, and nothing else. Languages are scanned again by their own reader: the same leaves, in the same order, with only
the planned ones changed. What stands in no leaf (a literal place) must be matched again where it was written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from sync import places
from sync.change import FileChange
from sync.errors import Problem, RefusedError, UnreadableError
from sync.inventory import Inventory
from sync.plan import Edit, Plan
from sync.source import Document, KeyPath, Leaf, Reader, Source, Span, dotted

Reread = Callable[[Source], Mapping[KeyPath, str]]


def prove(inventory: Inventory, plan: Plan, changes: Mapping[str, Sequence[FileChange]]) -> None:
    """Raises RefusedError, naming every file in which something else than the plan would change."""
    problems = []
    for repo, files in changes.items():
        for change in files:
            edits = plan.edits[repo][change.path]
            before = inventory.source(repo, change.path)
            try:
                trouble = _file(before, Source.of(change.path, change.after), edits)
            except UnreadableError as error:
                trouble = str(error)
            if trouble:
                line, column = before.position(edits[0].placed.site.span.start)
                problems.append(Problem(repo, change.path, line, column, f"the proof failed: {trouble}", "nothing was written; please report this file", "error", "proof"))
    if problems:
        raise RefusedError(problems)


def _file(before: Source, after: Source, edits: Sequence[Edit]) -> str:
    """What stands against the edits of one file, or ""."""
    if _outside(before.body, edits) != _outside(after.body, edits, new=True):
        return "bytes outside the planned sites would change"
    unproved = list(edits)
    for reader in before.readers:
        document = before.document(reader)
        inside: dict[Leaf, list[Edit]] = {}
        for edit in edits:
            leaf = document.at(edit.placed.site.span)
            if leaf is not None:
                inside.setdefault(leaf, []).append(edit)
        if not inside:
            continue
        reread: Reread | None = getattr(sys.modules[reader.__module__], "reread", None)
        trouble = _reread(before, after, document, inside, reread) if reread else _rescan(before, after, inside, reader, document)
        if trouble:
            return trouble
        proved = {id(edit) for ones in inside.values() for edit in ones}
        unproved = [edit for edit in unproved if id(edit) not in proved]
    return _rematch(after, edits, unproved) if unproved else ""


def _outside(body: bytes, edits: Sequence[Edit], *, new: bool = False) -> list[bytes]:
    """The bytes between the sites; ``new``: of the body after the edits."""
    pieces, at, shift = [], 0, 0
    for edit in edits:
        start, end = edit.placed.site.span
        pieces.append(body[at : start + shift])
        if new:
            shift += len(edit.new.encode()) - (end - start)
        at = end + shift
    return [*pieces, body[at:]]


def _reread(before: Source, after: Source, document: Document, inside: Mapping[Leaf, Sequence[Edit]], reread: Reread) -> str:
    found = reread(after)
    if found == {leaf.path: _replaced(before, leaf, inside[leaf]) if leaf in inside else leaf.value for leaf in document.leaves}:
        return ""
    wanted = dict(reread(before))  # the readers write some value otherwise, such as 0x10 and 16: the second one's own words count
    for leaf, ones in inside.items():
        if leaf.path not in wanted:
            return f"the second reader does not see {dotted(leaf.path)}"
        wanted[leaf.path] = wanted[leaf.path].replace(leaf.value, _replaced(before, leaf, ones))
    if found == wanted:
        return ""
    path = next(path for path in (*wanted, *found) if found.get(path) != wanted.get(path))
    return f"{dotted(path)} would become {found.get(path)!r}, not {wanted.get(path)!r}"


def _rescan(before: Source, after: Source, inside: Mapping[Leaf, Sequence[Edit]], reader: Reader, document: Document) -> str:
    wanted = [(leaf.path, _replaced(before, leaf, inside[leaf]) if leaf in inside else leaf.value) for leaf in document.leaves]
    found = [(leaf.path, leaf.value) for leaf in after.document(reader).leaves]
    if found == wanted:
        return ""
    for (path, want), (_, have) in zip(wanted, found, strict=False):
        if want != have:
            return f"{dotted(path)} would become {have!r}, not {want!r}"
    return f"{len(found)} values would stand there, not {len(wanted)}"


def _replaced(source: Source, leaf: Leaf, edits: Sequence[Edit]) -> str:
    """The value of a leaf after its edits. Escapes stay escapes: a leaf that holds one is compared as it is written."""
    pieces: list[str] = []
    at = leaf.span.start
    for edit in edits:
        start, end = edit.placed.site.span
        pieces += (source.text(Span(at, start)), edit.new)
        at = end
    pieces.append(source.text(Span(at, leaf.span.end)))
    return "".join(pieces)


def _rematch(after: Source, edits: Sequence[Edit], unproved: Sequence[Edit]) -> str:
    shift = 0
    for edit in edits:
        site, place = edit.placed.site, edit.placed.place
        start = site.span.start + shift
        shift += len(edit.new.encode()) - (site.span.end - site.span.start)
        if edit not in unproved:
            continue
        if place is None:
            return f"no reader sees {site.text!r}"
        if not any(found.span.start == start and found.text == edit.new for found in places.sites(place, after)):
            return f"a second scan does not find {edit.new!r}"
    return ""
