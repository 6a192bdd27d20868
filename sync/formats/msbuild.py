"""What MSBuild makes of a project's XML: properties, items with their metadata, expressions. https://learn.microsoft.com/visualstudio/msbuild/msbuild-concepts"""

from __future__ import annotations

import posixpath
import re
from typing import Final, NamedTuple

from sync.source import Document, Leaf, Source, Span

_EXPRESSION: Final = re.compile(r"\$\(([A-Za-z_][\w-]*)\)|([^$]+)|(.)", re.DOTALL)
_METADATA: Final = frozenset({"Version", "VersionOverride"})


def properties(document: Document) -> dict[str, list[Leaf]]:
    """The properties that a project sets while it is evaluated, each with all that it is set to, whatever the conditions.

    Names are in lower case, for MSBuild does not tell cases apart. What targets set is left out.
    """
    found: dict[str, list[Leaf]] = {}
    for leaf in document.leaves:
        path = leaf.path
        if len(path) > 5 and path[-4] == "PropertyGroup" and path[0] == "Project" and "Target" not in path:
            found.setdefault(str(path[-2]).lower(), []).append(leaf)
    return found


def expression(value: str) -> tuple[str, ...] | None:
    """A value cut up: ``$(A).$(B)-x`` is ``("A", ".", "B", "-x")``, properties at even places, perhaps with ``""`` between them.

    None where it does not start with a property, and for functions, metadata and items.
    """
    pieces: list[str] = []
    for name, text, other in _EXPRESSION.findall(value):
        if other or (text and len(pieces) % 2 == 0) or "@(" in text or "%(" in text:
            return None
        if name and len(pieces) % 2:
            pieces.append("")
        pieces.append(name or text)
    return tuple(pieces) or None


class Item(NamedTuple):
    """One value of an item's Version or VersionOverride, as attribute or as child element; ``name`` is what the item includes, or updates."""

    kind: str
    name: str
    value: Leaf


def versions(document: Document, kinds: frozenset[str]) -> list[Item]:
    """The versions of the items of those kinds, in the order of the file."""
    found = []
    for leaf in document.leaves:
        path = leaf.path
        at = len(path) - (1 if str(path[-1]).startswith("@") else 2)
        if at < 4 or path[at - 2] not in kinds or str(path[at]).removeprefix("@") not in _METADATA:
            continue
        named = document.get((*path[:at], "@Include")) or document.get((*path[:at], "@Update"))
        if named is not None:
            found.append(Item(str(path[at - 2]), named.value, leaf))
    return found


class Project:
    """One project file, not evaluated: no condition is decided, nothing is imported.

    ``package`` is the name under which NuGet packs it, "" where that is an expression of properties that
    stand elsewhere. ``imports`` are paths from the repository's root, and so are ``attribute_files``, the
    AssemblyInfo.cs that it may compile: they hold no version where the SDK generates one, for two would not compile.
    """

    __slots__ = ("_document", "attribute_files", "imports", "package", "properties", "root", "source")

    def __init__(self, source: Source, document: Document) -> None:
        self.source = source
        self._document = document
        self.properties = properties(document)
        self.root = document.leaves[0] if document.leaves else Leaf((), Span(0, 0), "")
        stem = posixpath.basename(source.path).rpartition(".")[0]
        self.package = self._expanded("packageid", self._expanded("assemblyname", stem))
        paths = {kind: self._paths(document, kind, key) for kind, key in (("Import", "@Project"), ("Compile", "@Include"))}
        self.imports = tuple(paths["Import"])
        self.attribute_files = (
            *(path for path in paths["Compile"] if path.endswith("AssemblyInfo.cs")),
            *(self._beside(name) for name in ("Properties/AssemblyInfo.cs", "AssemblyInfo.cs")),
        )

    def conditional(self, leaf: Leaf) -> bool:
        """Whether a property is set on a condition of its own."""
        return self._document.get((*leaf.path, "@Condition")) is not None

    def _expanded(self, name: str, default: str) -> str:
        """The value of a property, with the properties in it that this file sets; "" where it names others."""
        leaves = self.properties.get(name)
        if not leaves:
            return default
        known = {"msbuildprojectname": posixpath.basename(self.source.path).rpartition(".")[0], "assemblyname": default}
        known.update((key, ones[0].value) for key, ones in self.properties.items() if key not in known and "$(" not in ones[0].value)
        text = re.sub(r"\$\(([A-Za-z_][\w-]*)\)", lambda match: known.get(match[1].lower(), match[0]), leaves[0].value)
        return "" if "$(" in text else text

    def _paths(self, document: Document, kind: str, key: str) -> list[str]:
        leaves = [leaf for leaf in document.leaves if leaf.path[-1] == key and len(leaf.path) > 4 and leaf.path[-3] == kind]
        return [self._beside(value) for value in (leaf.value.replace("$(MSBuildThisFileDirectory)", "") for leaf in leaves) if "$(" not in value and "*" not in value]

    def _beside(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.source.path), name.replace("\\", "/")))
