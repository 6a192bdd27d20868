"""uv.lock and poetry.lock. https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile and https://python-poetry.org/docs/basic-usage/"""

from __future__ import annotations

from collections.abc import Iterator

from sync.adapter import Left, Packages, Site, purl
from sync.formats import lock
from sync.source import Source

ECOSYSTEM = "pypi"
DECLARES = False
NEEDS: tuple[bytes, ...] = (b"[[package]]",)

_OWN = ("editable", "virtual", "directory", "path")


def declarations(source: Source) -> Iterator[Site]:  # noqa: ARG001  # the protocol's argument
    """None: a lock repeats what the projects declare."""
    yield from ()


def references(source: Source, known: Packages) -> Iterator[Site | Left]:
    """The versions of entries that come from a folder; those from elsewhere are left for uv or Poetry."""
    document = source.document(lock.read)
    command = "poetry update {}" if source.path.endswith("poetry.lock") else "uv lock --upgrade-package {}"
    for leaf in document.leaves:
        entry = leaf.path[:-1]
        name = document.get((*entry, "name"))
        if leaf.path[-1] != "version" or len(entry) != 2 or name is None or (package := purl(ECOSYSTEM, name.value)) not in known:
            continue
        kind = document.get((*entry, "source", "type"))
        if (kind is not None and kind.value == "directory") or any(document.get((*entry, "source", one)) for one in _OWN):
            yield Site(leaf.span, leaf.value, package, "locks", "pep440")
        else:
            yield Left(leaf.span, leaf.value, package, "pep440", command.format(name.value))
