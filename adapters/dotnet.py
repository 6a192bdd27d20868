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
    "VersionSuffix": ("", "nuget"),
    "PackageVersion": ("{version}", "nuget"),
    "InformationalVersion": ("{version}", "nuget"),
    "AssemblyVersion": ("{version}", "assembly"),
    "FileVersion": ("{version}", "assembly"),
}
"""The properties that say a project's version, with template and spelling. The first to name another property says how that one is written."""

_PARTS: Final = ("{major}", "{minor}", "{patch}", "{fourth}")
_ATTRIBUTES: Final = {"AssemblyVersion": "assembly", "AssemblyFileVersion": "assembly", "AssemblyInformationalVersion": "nuget"}
_ITEMS: Final = frozenset({"PackageReference", "PackageVersion", "GlobalPackageReference", "PackageDownload", "DotNetCliToolReference"})


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """A project's own version: its properties and those that they name, here, in what it imports or shares; AssemblyInfo.cs where it writes its own.

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
        project = self.project
        for name, (template, spelling) in _OWN.items():
            for leaf in project.properties.get(name.lower(), ()):
                yield from self.value(leaf, template, spelling)
        stated = " ".join(leaf.value for leaf in project.properties.get("version", ()))
        for name, (template, spelling) in _OWN.items():
            outdone = stated and name.startswith("Version") and f"$({name})" not in stated
            if template and not outdone and name.lower() not in project.properties:
                yield from self.property(name, template, spelling, project.root)
        if project.writes_attributes:
            for attribute, spelling in _ATTRIBUTES.items():
                yield Pointer(self.package, project.attribute_files, Selector("key", ("assembly", attribute)), project.root.span, spelling)

    def value(self, leaf: Leaf, template: str, spelling: str) -> Iterator[Site | Pointer]:
        pieces = msbuild.expression(leaf.value)
        if pieces is None:
            if not template:
                template = _suffix(leaf.value)
            elif not leaf.value[:1].isdigit() or "*" in leaf.value:
                template = ""
            if template and leaf.span not in self.met and not {"$", "%", "@"} & set(leaf.value):
                self.met.add(leaf.span)
                yield Site(leaf.span, self.project.source.text(leaf.span), self.package, "declares", spelling, template=template)
        elif len(pieces) == 1 or re.fullmatch(r"(\.0)+", "".join(pieces[1:])):
            yield from self.property(pieces[0], template, spelling if len(pieces) == 1 else "nuget", leaf)
        elif len(pieces) > 3 and all(piece == "." for piece in pieces[1:6:2]):
            for piece, part in zip(pieces[::2], _PARTS, strict=False):
                yield from self.property(piece, part, spelling, leaf)

    def property(self, name: str, template: str, spelling: str, at: Leaf) -> Iterator[Site | Pointer]:
        if name.lower() in self.met:
            return
        self.met.add(name.lower())
        here = self.project.properties.get(name.lower())
        if here is None and template:
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
    """The template of a VersionSuffix: ``rc.1``, ``rc1``, ``beta``, or nothing; "" for any other."""
    match = re.fullmatch(r"[A-Za-z]*(\.)?[0-9]*", text)
    return "" if match is None else "{pre}.{n}" if match[1] else "{pre}{n}"
