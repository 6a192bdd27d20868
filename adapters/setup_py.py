"""setup.py: the literal arguments of setup(). https://setuptools.pypa.io/en/latest/references/keywords.html"""

from __future__ import annotations

from collections.abc import Iterator

from sync.adapter import Packages, Pointer, Selector, Site, purl
from sync.formats import pep508, python
from sync.source import Leaf, Source

ECOSYSTEM = "pypi"
DECLARES = True
NEEDS: tuple[bytes, ...] = (b"setup(", b"setup (")

_REQUIREMENTS = frozenset({"install_requires", "setup_requires", "tests_require", "extras_require"})


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """The version where it is a literal, or a pointer where it is a constant of this file. One that is read from elsewhere is not followed."""
    document = source.document(python.read)
    name, version = document.get((python.SETUP, "name")), document.get((python.SETUP, "version"))
    if name is not None and not _quoted(source, name):
        name = document.get((name.value,))
    if name is None or version is None:
        return
    package = purl(ECOSYSTEM, name.value)
    if _quoted(source, version):
        yield Site(version.span, source.text(version.span), package, "declares", "pep440")
    elif document.get((version.value,)) is not None:
        yield Pointer(package, (source.path,), Selector("name", version.value), version.span, "pep440")


def references(source: Source, known: Packages) -> Iterator[Site]:
    """The requirements in the arguments themselves, and in lists of this file that the arguments name."""
    document = source.document(python.read)
    named = set()
    for leaf in document.leaves:
        if leaf.path[0] == python.SETUP and leaf.path[1] in _REQUIREMENTS:
            if _quoted(source, leaf):
                yield from pep508.sites(source, leaf.span, known)
            else:
                named.add(leaf.value)
    for leaf in document.leaves:
        if leaf.path[0] in named and _quoted(source, leaf):
            yield from pep508.sites(source, leaf.span, known)


def _quoted(source: Source, leaf: Leaf) -> bool:
    """Whether the leaf is a string, and not a name or number."""
    return source.body[leaf.span.start - 1 : leaf.span.start] in (b'"', b"'")
