"""CMakeLists.txt: a project's version, whole or in parts, and find_package. https://cmake.org/cmake/help/latest/command/project.html

Longer than most, for a version here is put together from variables more often than not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from sync.adapter import Packages, Pointer, Selector, Site, Upward, purl
from sync.formats import cmake
from sync.source import Document, Leaf, Source, Span

ECOSYSTEM = "cmake"
DECLARES = True
NEEDS: tuple[bytes, ...] = ()

NUMBERS = re.compile(r"\d+(?:\.\d+){0,3}\Z")
VARIABLE = re.compile(r"\$\{([\w.+-]+)\}\Z")
HERE = re.compile(r"\$\{(?:CMAKE_CURRENT_SOURCE_DIR|CMAKE_CURRENT_LIST_DIR|PROJECT_SOURCE_DIR|CMAKE_SOURCE_DIR)\}/")
RANGE = re.compile(r"(\d[\d.]*?)(?:\.\.\.(<?)(\d[\d.]*))?\Z")
PARTS = ("{major}", "{minor}", "{patch}", "{fourth}")
HOPS = 5


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """The VERSION of each project(): a literal, or what the variables come from that it is put together from."""
    if b"VERSION" not in source.body:
        return
    doc = source.document(cmake.read)
    for leaf in doc:
        match leaf.path:
            case ("project", int(index), int(at)) if at > 0 and leaf.value == "VERSION":
                name, version = doc.get(("project", index, 0)), doc.get(("project", index, at + 1))
                if name is None or version is None or "$" in name.value:
                    continue
                package = purl(ECOSYSTEM, name.value)
                if NUMBERS.match(version.value):
                    yield Site(version.span, version.value, package, "declares", "numeric")
                else:
                    yield from _variables(source, doc, version, package)


def _variables(source: Source, doc: Document, version: Leaf, package: str) -> Iterator[Site | Pointer]:
    """A pointer to the ``set`` or the file of a whole version, or one site for each part of a split one; nothing where it is computed."""
    value = version.value
    for _ in range(HOPS):
        variable = VARIABLE.match(value)
        if variable is None:
            for template, part in zip(PARTS, value.split("."), strict=False):
                name = VARIABLE.match(part)
                leaf = doc.get((name[1],)) if name is not None else None
                if leaf is not None and NUMBERS.match(leaf.value):
                    yield Site(leaf.span, leaf.value, package, "declares", "numeric", template=template)
            return
        verb, first = cmake.computed(doc, variable[1])
        leaf = doc.get((variable[1],))
        if verb in ("READ", "STRINGS"):
            path = normpath(join(dirname(source.path), HERE.sub("", first)))
            yield Pointer(package, (path,), Selector("whole"), version.span, "numeric")
            return
        if verb in ("GET", "STRIP"):
            value = first if verb == "STRIP" else f"${{{first}}}"
        elif verb:
            return
        elif leaf is None:
            included = [normpath(join(dirname(source.path), HERE.sub("", one.value))) for one in doc if one.path[0] == "include" and one.value.endswith(".cmake")]
            select = Selector("name", variable[1])
            yield Pointer(package, (*included, Upward("CMakeLists.txt", select)), select, version.span, "numeric")
            return
        elif NUMBERS.match(leaf.value):
            yield Pointer(package, (source.path,), Selector("name", variable[1]), version.span, "numeric")
            return
        else:
            value = leaf.value


def references(source: Source, known: Packages) -> Iterator[Site]:
    """The version, or both ends of the range, that find_package() wants of a known package."""
    if b"find_package" not in source.body.lower():
        return
    doc = source.document(cmake.read)
    exact = {leaf.path[1] for leaf in doc if leaf.path[0] == "find_package" and leaf.value == "EXACT"}
    for leaf in doc:
        match leaf.path:
            case ("find_package", int(index), 0) if (package := purl(ECOSYSTEM, leaf.value)) in known:
                version = doc.get(("find_package", index, 1))
                found = RANGE.match(version.value) if version is not None else None
                if version is None or found is None:
                    continue
                low, high = ("=" if index in exact else ">="), f"<{'' if found[2] else '='}"
                whole = f"{low}{found[1]}" + (f",{high}{found[3]}" if found[3] else "")
                for group, operator in ((1, low), (3, high)):
                    if found[group]:
                        span = Span(version.span.start + found.start(group), version.span.start + found.end(group))
                        yield Site(span, found[group], package, "requires", "numeric", operator, requirement=whole)
