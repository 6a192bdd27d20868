"""setup.cfg: a setuptools project. https://setuptools.pypa.io/en/latest/userguide/declarative_config.html"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from sync.adapter import Packages, Pointer, Selector, Site, purl
from sync.formats import ini, pep508, python
from sync.source import Source, Span

ECOSYSTEM = "pypi"
DECLARES = True
NEEDS: tuple[bytes, ...] = (b"[metadata]", b"[options")

_REQUIREMENTS = frozenset({"install_requires", "setup_requires", "tests_require", "install-requires", "setup-requires", "tests-require"})


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """metadata.version, or a pointer to the constant (``attr:``) or file (``file:``) that it names."""
    document = source.document(ini.read)
    name, version = document.get(("metadata", "name")), document.get(("metadata", "version"))
    if name is None or version is None:
        return
    package = purl(ECOSYSTEM, name.value)
    folder = posixpath.dirname(source.path)
    kind, colon, what = version.value.partition(":")
    if kind == "attr" and colon:
        module, _, constant = what.strip().rpartition(".")
        roots = [leaf.value.partition("=")[2].strip() for leaf in document.leaves if leaf.path[:2] == ("options", "package_dir") and leaf.value.startswith("=")]
        yield Pointer(package, python.module_files(folder, module, [*roots, "", "src"]), Selector("name", constant), version.span, "pep440")
    elif kind == "file" and colon:
        path = posixpath.normpath(posixpath.join(folder, what.partition(",")[0].strip()))
        yield Pointer(package, (path,), Selector("whole"), version.span, "pep440")
    elif version.value:
        yield Site(version.span, source.text(version.span), package, "declares", "pep440")


def references(source: Source, known: Packages) -> Iterator[Site]:
    """The requirements in [options] and [options.extras_require], one a line (or, in one line, between semicolons)."""
    for leaf in source.document(ini.read).leaves:
        if (leaf.path[0] == "options" and leaf.path[1] in _REQUIREMENTS) or leaf.path[0] == "options.extras_require":
            start = leaf.span.start
            for one in [source.body[start : leaf.span.end]] if len(leaf.path) > 2 else source.body[start : leaf.span.end].split(b";"):
                yield from pep508.sites(source, Span(start, start + len(one)), known)
                start += len(one) + 1
