"""MSBuild projects (.csproj, .fsproj, .vbproj) and what they share: Directory.Build.props, Directory.Packages.props.

https://learn.microsoft.com/nuget/reference/msbuild-targets and https://learn.microsoft.com/dotnet/core/project-sdk/msbuild-props
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sync.adapter import Packages, Pointer, Selector, Site, Upward, purl
from sync.formats import msbuild, nuget_range, xml
from sync.source import Leaf, Source

ECOSYSTEM = "nuget"
DECLARES = True
NEEDS: tuple[bytes, ...] = ()

_SHARED: Final = "Directory.Build.props"
_OWN: Final = {
    "Version": ("{version}", "nuget"),
    "VersionPrefix": ("{release}", "nuget"),
    "VersionSuffix": ("{pre}.{n}", "nuget"),
    "PackageVersion": ("{version}", "nuget"),
    "InformationalVersion": ("{version}", "nuget"),
    "AssemblyVersion": ("{version}", "assembly"),
    "FileVersion": ("{version}", "assembly"),
}
"""The properties that say a project's version, with template and spelling. The first to name another property says how that one is written."""

_PARTS: Final = ("{major}", "{minor}", "{patch}")
_ATTRIBUTES: Final = {"AssemblyVersion": "assembly", "AssemblyFileVersion": "assembly", "AssemblyInformationalVersion": "nuget"}
_ITEMS: Final = frozenset({"PackageReference", "PackageVersion", "GlobalPackageReference", "PackageDownload", "DotNetCliToolReference"})


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """A project's own version: its properties and those that they name, here, in what it imports or shares, and in its AssemblyInfo.cs.

    A file of shared properties names no package: what it says is pointed at by the projects below it.
    """
    if source.path.endswith("proj"):
        project = msbuild.Project(source, source.document(xml.read))
        if project.package:
            yield from _Versions(project).found()


class _Versions:
    """What one project's properties say of its version, each place once."""

    def __init__(self, project: msbuild.Project) -> None:
        self.project = project
        self.package = purl(ECOSYSTEM, project.package)
        self.met: set[object] = set()

    def found(self) -> Iterator[Site | Pointer]:
        """What stands here first, then what the SDK would take from elsewhere. A Version outdoes the parts that it is not made of."""
        project = self.project
        for name, (template, spelling) in _OWN.items():
            for leaf in project.properties.get(name.lower(), ()):
                yield from self.value(leaf, template, spelling)
        stated = " ".join(leaf.value for leaf in project.properties.get("version", ()))
        for name, (template, spelling) in _OWN.items():
            outdone = stated and name.startswith("Version") and f"$({name})" not in stated
            if not outdone and name.lower() not in project.properties:
                yield from self.property(name, template, spelling, project.root)
        for attribute, spelling in _ATTRIBUTES.items():
            yield Pointer(self.package, project.attribute_files, Selector("key", ("assembly", attribute)), project.root.span, spelling)

    def value(self, leaf: Leaf, template: str, spelling: str) -> Iterator[Site | Pointer]:
        """What a property is set to: a version, ``$(A)``, ``$(A).0`` or ``$(A).$(B).$(C)`` and whatever follows. Other expressions are passed over."""
        pieces = msbuild.expression(leaf.value)
        if pieces is None:
            if template == _OWN["VersionSuffix"][0]:
                template = "" if self.project.conditional(leaf) else _suffix(leaf.value)
            elif not leaf.value[:1].isdigit() or "*" in leaf.value:
                template = ""
            if template and leaf.span not in self.met and not {"$", "%", "@"} & set(leaf.value):
                self.met.add(leaf.span)
                yield Site(leaf.span, self.project.source.text(leaf.span), self.package, "declares", spelling, template=template)
        elif pieces[1:] in ((), (".0",)):
            yield from self.property(pieces[0], template, spelling if len(pieces) == 1 else "nuget", leaf)
        elif pieces[1:4:2] == (".", ".") and len(pieces) > 4 and not _OWN.keys() & set(pieces[:5]):
            for name, part in zip(pieces[:5:2], _PARTS, strict=True):
                yield from self.property(name, part, spelling, leaf)

    def property(self, name: str, template: str, spelling: str, at: Leaf) -> Iterator[Site | Pointer]:
        """All that this file sets a property to, once; a pointer where it sets it to nothing."""
        if name.lower() in self.met:
            return
        self.met.add(name.lower())
        here = self.project.properties.get(name.lower())
        if here is None:
            select = Selector("element", f"PropertyGroup/{name}")
            yield Pointer(self.package, (*self.project.imports, Upward(_SHARED, select)), select, at.span, spelling, template)
        for leaf in here or ():
            yield from self.value(leaf, template, spelling)


def references(source: Source, known: Packages) -> Iterator[Site]:
    """Every version in an item that refers to a known package, or in the property of the same file that it names."""
    document = source.document(xml.read)
    for item in msbuild.versions(document, _ITEMS):
        package = purl(ECOSYSTEM, item.name)
        if package in known:
            pieces = msbuild.expression(item.value.value)
            named = msbuild.properties(document).get(pieces[0].lower(), []) if pieces and len(pieces) == 1 else [item.value]
            for leaf in named:
                yield from nuget_range.sites(source, leaf, package, known)


def _suffix(text: str) -> str:
    """The template of a VersionSuffix such as ``rc1``, ``rc.1``, ``beta`` or none; "" for any other."""
    match = re.fullmatch(r"[A-Za-z]*(\.?)[0-9]*", text)
    return "" if match is None else "{pre}.{n}" if match[1] or not text else "{pre}{n}"
