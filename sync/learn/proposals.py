"""What the history teaches, beside what the manifest says: places, packages with their rules, and requirement styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.catfile import CatFile
from sync.learn import moves, packages, releases, unlisted
from sync.learn.model import Learnt
from sync.learn.releases import Past
from sync.learn.today import Today
from sync.manifest.model import Manifest
from sync.registry import Registry
from sync.tree import Tree


def learn(manifest: Manifest, repo: str, tree: Tree, registry: Registry, last: int = 0) -> tuple[tuple[Learnt, ...], Past]:
    """The proposals from one repository's history (of its ``last`` releases, if that is not 0): packages and styles first, then places by file.

    ``tree`` is what stands there today, at a revision or on disk; its repository must have a history. The second value are the releases
    that they were learnt from.
    """
    today = Today(manifest, repo, tree, registry)
    with CatFile(tree.root) as objects:
        past = releases.past(manifest, repo, tree.root, tree.revision or "HEAD", registry, objects, last)
        today.learnt_of(past)
        at_hand = releases.readable(tree.root, past.steps, today.wanted)

        def read(ids: Sequence[str]) -> Mapping[str, bytes]:
            some = [sha for sha in dict.fromkeys(ids) if sha in at_hand]
            return {sha: body for sha, body in zip(some, objects.read_many(some), strict=True) if isinstance(body, bytes)}

        moved = moves.moves(past.steps, read, today.wanted)
        return (*packages.packages(today, moved), *packages.styles(today, moved), *unlisted.places(today, moved, past, objects)), past
