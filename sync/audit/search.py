"""The files that are worth reading: those with a line in which one of the literals stands, as git finds it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sync import git, literals
from sync.literals import Wanted
from sync.scan import Scan


@contextmanager
def started(scan: Scan, wanted: Sequence[Wanted]) -> Iterator[Iterator[Collection[str]]]:
    """Starts the search, and yields the paths of the files that may hold one of those numbers, some at a time, as they are found; one may come twice.

    One git looks for all spellings at once and prints the lines; of most files these tell that it is another number, or none at all.
    Without git, and where it would have to fetch, every file may hold one.
    """
    tree = scan.tree
    if git.git_dir(tree.root) is None or (tree.revision and git.promisor(tree.root)) or "\n" in "".join(tree.listed()):
        yield iter([tree.paths()])
        return
    patterns = [word for needle in literals.needles(wanted) for word in ("-e", needle.decode())]
    rev = [tree.revision] if tree.revision else []
    plain = ("--no-color", "--full-name", "--no-line-number", "--no-column")
    with git.meanwhile(tree.root, "grep", "-z", "-I", "-F", *plain, *patterns, *rev, "--", codes=(0, 1)) as stretches:
        yield (_paths(text, wanted, f"{tree.revision}:" if rev else "") for text in stretches)


def _paths(text: bytes, wanted: Sequence[Wanted], head: str) -> set[str]:
    starts, end = [], -1
    for at in sorted(_places(text, wanted)):
        if at > end:  # in a line that was not met yet
            starts.append(text.rfind(b"\n", 0, at) + 1)
            end = text.find(b"\n", at)
            if end < 0:
                break
    return {text[start : text.find(b"\0", start)].decode("utf-8", "surrogateescape").removeprefix(head) for start in starts}


def _places(text: bytes, wanted: Sequence[Wanted]) -> Iterator[int]:
    """Where a number stands in the lines. That of a version's parts which is its major stands for the others."""
    parts = {one.version.major for one in wanted if not one.modules}
    yield from (at for at, number in literals.majors(text) if number in parts)
    for one in wanted:
        yield from (start for start, *_ in literals.standing(text, one))
