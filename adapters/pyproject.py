"""pyproject.toml: a Python project by PEP 621, PEP 735, Poetry or uv. https://packaging.python.org/en/latest/specifications/pyproject-toml/"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from sync.adapter import Packages, Pointer, Selector, Site, Upward, purl
from sync.formats import pep508, python, toml
from sync.source import Document, KeyPath, Leaf, Source

ECOSYSTEM = "pypi"
DECLARES = True
NEEDS: tuple[bytes, ...] = (b"project", b"poetry", b"build-system", b"dependency-groups", b"uv")


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """The version that [project] or [tool.poetry] states, or pointers to where the build backend takes it from."""
    document = source.document(toml.read)
    name = document.get(("project", "name")) or document.get(("tool", "poetry", "name"))
    if name is None:
        return
    package = purl(ECOSYSTEM, name.value)
    stated = [leaf for path in (("project", "version"), ("tool", "poetry", "version")) if (leaf := document.get(path)) is not None]
    for leaf in stated:
        yield Site(leaf.span, source.text(leaf.span), package, "declares", "pep440")
    if not stated:
        for to, select, spelling in _dynamic(source, document, name):
            yield Pointer(package, to, select, name.span, spelling)


def references(source: Source, known: Packages) -> Iterator[Site]:
    """The versions in requirement strings and in Poetry's tables. What uv takes from the workspace or a path is local."""
    document = source.document(toml.read)
    sources = [leaf for leaf in document.leaves if leaf.path[:3] == ("tool", "uv", "sources")]
    local = {purl(ECOSYSTEM, str(leaf.path[3])) for leaf in sources if leaf.path[-1] == "path" or (leaf.path[-1] == "workspace" and leaf.value == "true")}
    for leaf in document.leaves:
        if _lists_requirements(leaf.path):
            yield from pep508.sites(source, leaf.span, known, local)
            continue
        name = _poetry(leaf.path)
        if name is not None and (package := purl(ECOSYSTEM, name)) in known:
            for operator, span in pep508.clauses(source, leaf.span):
                yield Site(span, source.text(span), package, "requires", "pep440", operator, package in local, requirement=source.text(leaf.span))


def _lists_requirements(path: KeyPath) -> bool:
    match path:
        case ("project", "dependencies", int()) | ("project", "optional-dependencies", str(), int()) | ("dependency-groups", str(), int()) | ("build-system", "requires", int()):
            return True
        case ("tool", "uv", "dev-dependencies" | "constraint-dependencies" | "override-dependencies", int()) | ("tool", "pdm", "dev-dependencies", str(), int()):
            return True
        case _:
            return False


def _poetry(path: KeyPath) -> str | None:
    """The name in ``name = "^1"``, ``name = { version = "^1" }``, or in a list of such tables."""
    if path[:2] != ("tool", "poetry"):
        return None
    match path[2:]:
        case (("dependencies" | "dev-dependencies"), str(name), *rest) | ("group", str(), "dependencies", str(name), *rest):
            return name if rest in ([], ["version"]) or (len(rest) == 2 and isinstance(rest[0], int) and rest[1] == "version") else None
        case _:
            return None


def _dynamic(source: Source, document: Document, name: Leaf) -> Iterator[tuple[tuple[str | Upward, ...], Selector, str]]:
    """Where each backend looks; the first that is there counts."""
    folder = posixpath.dirname(source.path)

    def value(*path: str | int) -> str:
        leaf = document.get(path)
        return "" if leaf is None else leaf.value

    def beside(path: str) -> tuple[str]:
        return (posixpath.normpath(posixpath.join(folder, path)),)

    setuptools = ("tool", "setuptools", "dynamic", "version")
    attribute, file = value(*setuptools, "attr"), value(*setuptools, "file") or value(*setuptools, "file", 0)
    backend = value("build-system", "build-backend")
    if attribute:
        module, _, constant = attribute.rpartition(".")
        roots = {value("tool", "setuptools", "package-dir", "") or "src": 0, value("tool", "setuptools", "packages", "find", "where", 0): 0, "": 0}
        yield python.module_files(folder, module, roots), Selector("name", constant), "pep440"
    if file:
        yield beside(file), Selector("whole"), "pep440"
    scikit = ("tool", "scikit-build", "metadata", "version", "input")
    for path in (value("tool", "hatch", "version", "path"), value("tool", "pdm", "version", "path"), value(*scikit)):
        if path and not value("tool", "hatch", "version", "pattern"):
            for constant in ("__version__", "VERSION"):
                yield beside(path), Selector("name", constant), "pep440"
    if backend.startswith("flit_core"):
        module = value("tool", "flit", "module", "name") or name.value.replace("-", "_")
        yield python.module_files(folder, module), Selector("name", "__version__"), "pep440"
    if backend == "maturin":
        manifest = beside(value("tool", "maturin", "manifest-path") or "Cargo.toml")
        yield manifest, Selector("key", ("package", "version")), "semver"
