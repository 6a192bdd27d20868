"""A second reader confirms that exactly the planned values change, before the first byte is written.

Data formats are read again by a standard or lossless library, before and after: the values that differ must be the
planned ones, and nothing else. Languages are scanned again by their own reader: the same leaves, in the same order, with only
the planned ones changed. What stands in no leaf (a literal place) must be matched again where it was written.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from sync import places
from sync.change import FileChange
from sync.errors import Problem, RefusedError, UnreadableError, counted
from sync.inventory import Inventory
from sync.manifest.model import Place
from sync.plan import Edit, Plan
from sync.source import Document, KeyPath, Leaf, Reader, Source, Span, dotted

Reread = Callable[[Source], Mapping[KeyPath, str]]
Starts = Callable[[bytes], Sequence[int]]


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
    if not _only(before.body, after.body, edits):
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
        syntax = sys.modules[reader.__module__]
        reread: Reread | None = getattr(syntax, "reread", None)
        starts: Starts | None = getattr(syntax, "starts", None)
        if reread is None:
            trouble = _rescan(before, after, inside, reader, document)
        elif starts is None:
            trouble = _reread(before, after, document, inside, reread)
        else:
            trouble = _reread_parts(before, after, inside, reread, starts(before.body))
        if trouble:
            return trouble
        proved = {id(edit) for ones in inside.values() for edit in ones}
        unproved = [edit for edit in unproved if id(edit) not in proved]
    return _rematch(after, edits, unproved) if unproved else ""


def _only(before: bytes, after: bytes, edits: Sequence[Edit]) -> bool:
    """Whether the bytes between the sites are the same before and after."""
    at = shift = 0
    for edit in edits:
        start, end = edit.placed.site.span
        if before[at:start] != after[at + shift : start + shift]:
            return False
        shift += len(edit.new.encode()) - (end - start)
        at = end
    return before[at:] == after[at + shift :]


def _reread(before: Source, after: Source, document: Document, inside: Mapping[Leaf, Sequence[Edit]], reread: Reread) -> str:
    found = reread(after)
    if found == {leaf.path: _replaced(before, leaf, inside[leaf]) if leaf in inside else leaf.value for leaf in document.leaves}:
        return ""
    # The readers write some value otherwise, such as 0x10 and 16: the second one's own words count.
    return _told(reread(before), found, [(leaf.path, leaf.value, _replaced(before, leaf, ones)) for leaf, ones in inside.items()])


def _reread_parts(before: Source, after: Source, inside: Mapping[Leaf, Sequence[Edit]], reread: Reread, starts: Sequence[int]) -> str:
    """As `_reread`, of those entries of a generated list that hold an edit: elsewhere the bytes are the same, and each entry stands by itself.

    ``starts`` are the offsets at which the entries begin; what stands before the first belongs to none.
    """
    grown: dict[int, int] = {}
    changed = []
    for leaf, ones in inside.items():
        at = bisect_right(starts, leaf.span.start) - 1
        new = _replaced(before, leaf, ones)
        grown[at] = grown.get(at, 0) + len(new.encode()) - (leaf.span.end - leaf.span.start)
        path = leaf.path if at < 0 else (leaf.path[0], len(grown) - 1 - (-1 in grown), *leaf.path[2:])
        changed.append((path, leaf.value, new))
    old, fresh, shift = [], [], 0
    for at, more in grown.items():
        start, end = starts[at] if at >= 0 else 0, starts[at + 1] if at + 1 < len(starts) else len(before.body)
        old.append(before.body[start:end])
        fresh.append(after.body[start + shift : end + shift + more])
        shift += more
    return _told(reread(Source(before.path, b"".join(old))), reread(Source(after.path, b"".join(fresh))), changed)


def _told(before: Mapping[KeyPath, str], found: Mapping[KeyPath, str], changed: Sequence[tuple[KeyPath, str, str]]) -> str:
    """What the second reader has against it that of all values only the changed ones, (path, old, new), differ."""
    wanted = dict(before)
    for path, old, new in changed:
        if path not in wanted:
            return f"the second reader does not see {dotted(path)}"
        wanted[path] = wanted[path].replace(old, new)
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
    return f"{counted(len(found), 'value')} would stand there, not {len(wanted)}"


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
    left = {edit.placed.site.span for edit in unproved}
    found: dict[Place, set[tuple[int, str]]] = {}
    for edit in edits:
        site, place = edit.placed.site, edit.placed.place
        start = site.span.start + shift
        shift += len(edit.new.encode()) - (site.span.end - site.span.start)
        if site.span not in left:
            continue
        if place is None:
            return f"no reader sees {site.text!r}"
        if place not in found:
            found[place] = {(one.span.start, one.text) for one in places.sites(place, after)}
        if (start, edit.new) not in found[place]:
            return f"a second scan does not find {edit.new!r}"
    return ""
