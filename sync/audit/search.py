"""The files that are worth reading: those with a line in which one of the literals stands, as git finds it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple

from sync import git, literals, targets, template
from sync.literals import Wanted
from sync.manifest.model import Component, Manifest, Repo
from sync.registry import Registry
from sync.scan import Kept, scan
from sync.tree import Tree
from sync.version import Version


class Begun(NamedTuple):
    """A search that git is at: for which byte strings, and the lines that it finds, some at a time."""

    needles: Sequence[bytes]
    lines: Iterator[bytes]


@contextmanager
def ahead(manifest: Manifest, trees: Mapping[str, Tree], registry: Registry, kept: Kept | None = None) -> Iterator[Mapping[str, Begun]]:
    """Lets git search each repository, while we take the inventory, for the numbers that the files in its topmost folder promise.

    What the inventory finds beyond these is searched later: a promise that is not kept costs time, and nothing else. ``kept`` as in `sync.scan.scan`.
    """
    with ExitStack() as stack:
        begun = {}
        for name, tree in trees.items():
            own = [one for one in manifest.components if one.repo == name and one.retired is None]
            wanted = list(_promised(manifest.repos[name], own, tree, registry, kept)) if possible(tree) else []
            if wanted:
                needles = literals.needles(wanted)
                begun[name] = Begun(needles, stack.enter_context(started(tree, needles)))
        yield begun


def _promised(repo: Repo, own: Sequence[Component], tree: Tree, registry: Registry, kept: Kept | None) -> Iterator[Wanted]:
    """What the components have, if the first number that is declared in the topmost folder is the project's and each follows its rule."""
    names = [path for path in tree.listed() if "/" not in path] if tree.revision else os.listdir(tree.root)  # what git tracks is asked for while it searches
    top = scan(repo, tree, registry, kept, among=sorted(names))
    read = (template.compile(site.template).read(site.text, site.spelling) for _, site in top.declared if site.spelling != "go")
    said = next((version for version in read if version is not None and any(version.release)), None)
    if said is not None:
        by_name = {}
        for one in own:
            with suppress(ValueError):
                by_name[one.name] = targets.follow(one, said, said, None)
        yield from numbers(own, by_name)


def numbers(own: Iterable[Component], by_name: Mapping[str, Version]) -> Iterator[Wanted]:
    """Each version that components have, once, and their numbers as suffixes of Go modules."""
    seen = set()
    for component in own:
        version = by_name.get(component.name)
        if version is None:
            continue
        for each in (version, Version(version.release[:3], version.pre, None, version.dev)):
            if any(each.release) and each not in seen:
                seen.add(each)
                yield Wanted(component, each)
        modules = literals.modules(component)
        if modules and version.major > 1:
            yield Wanted(component, version, modules)


def possible(tree: Tree) -> bool:
    """Whether git can search there. It is not asked where it would have to fetch."""
    return git.git_dir(tree.root) is not None and not (tree.revision and git.promisor(tree.root))


@contextmanager
def started(tree: Tree, needles: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """Starts the search, and yields the lines that hold one of those, some at a time, as they are found, each with its file before it (see `paths`)."""
    patterns = [word for needle in needles for word in ("-e", needle.decode())]
    rev = [tree.revision] if tree.revision else []
    plain = ("--no-color", "--full-name", "--no-line-number", "--no-column")
    threads = str(max((os.cpu_count() or 1) - 1, 1))  # one processor is ours
    with git.meanwhile(tree.root, "grep", "-z", "-I", "-F", "--threads", threads, *plain, *patterns, *rev, "--", codes=(0, 1)) as lines:
        yield lines


def paths(lines: bytes, wanted: Sequence[Wanted], revision: str) -> set[str]:
    """The files of those lines in which one of the numbers stands: most lines tell that theirs is another number, or none at all."""
    head = f"{revision}:" if revision else ""
    starts, end = [], -1
    for at in sorted(_places(lines, wanted)):
        if at > end:  # in a line that was not met yet
            starts.append(lines.rfind(b"\n", 0, at) + 1)
            end = lines.find(b"\n", at)
            if end < 0:
                break
    return {lines[start : lines.find(b"\0", start)].decode("utf-8", "surrogateescape").removeprefix(head) for start in starts}


def _places(lines: bytes, wanted: Sequence[Wanted]) -> Iterator[int]:
    """Where a number stands in the lines. That of a version's parts which is its major stands for the others."""
    parts = {one.version.major for one in wanted if not one.modules}
    yield from (at for at, number in literals.majors(lines) if number in parts)
    for one in wanted:
        yield from (start for start, *_ in literals.standing(lines, one))
