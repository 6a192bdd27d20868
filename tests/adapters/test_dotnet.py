"""Projects and what they point at, followed through a tree."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
from adapters import dotnet
from sync.adapter import Packages
from sync.manifest.model import Repo
from sync.registry import Registry
from sync.scan import scan
from sync.source import Source
from sync.tree import open_tree

EVERY = Packages({}, lambda _: True)


def declared(folder: Path, files: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Path, text, template and spelling of all that a tree of those files declares."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    registry = Registry({"dotnet": adapters.TABLE["dotnet"]}, adapters.load)
    found = scan(Repo("r"), open_tree("r", folder), registry)
    assert found.problems == []
    return sorted((path, site.text, site.template, site.spelling) for path, site in found.declared)


def project(*properties: str) -> str:
    return f'<Project Sdk="Microsoft.NET.Sdk">\n  <PropertyGroup>{"".join(properties)}</PropertyGroup>\n</Project>\n'


def shared(*properties: str) -> str:
    return f"<Project>\n  <PropertyGroup>{''.join(properties)}</PropertyGroup>\n</Project>\n"


def test_a_project_without_a_version_has_that_of_the_nearest_shared_properties(tmp_path: Path) -> None:
    files = {
        "Directory.Build.props": shared("<Version>9.9.9</Version><AssemblyVersion>1.2.0.0</AssemblyVersion>"),
        "src/Directory.Build.props": shared("<Version>1.2.3</Version>"),
        "src/a/A.csproj": project("<PackageId>A</PackageId>"),
    }
    assert declared(tmp_path, files) == [("Directory.Build.props", "1.2.0.0", "{version}", "assembly"), ("src/Directory.Build.props", "1.2.3", "{version}", "nuget")]


def test_a_project_with_a_version_takes_no_shared_one(tmp_path: Path) -> None:
    files = {"Directory.Build.props": shared("<Version>9.9.9</Version><VersionPrefix>9.9.9</VersionPrefix>"), "A.csproj": project("<Version>1.2.3</Version>")}
    assert declared(tmp_path, files) == [("A.csproj", "1.2.3", "{version}", "nuget")]


def test_a_version_made_of_a_shared_prefix_is_followed_to_it(tmp_path: Path) -> None:
    files = {"Directory.Build.props": shared("<VersionPrefix>1.2.3</VersionPrefix>"), "A.csproj": project("<Version>$(VersionPrefix)-$(Ci)</Version>")}
    assert declared(tmp_path, files) == [("Directory.Build.props", "1.2.3", "{release}", "nuget")]


def test_a_suffix_is_a_version_in_part_unless_it_hangs_on_a_condition(tmp_path: Path) -> None:
    files = {
        "Directory.Build.props": shared("<VersionPrefix>1.2.3</VersionPrefix><VersionSuffix>rc.1</VersionSuffix>"),
        "A.csproj": project(),
        **{f"{name}.csproj": project("<VersionPrefix>1.2.3</VersionPrefix>", suffix) for name, suffix in SUFFIXES.items()},
    }
    found = {(path, text): template for path, text, template, _ in declared(tmp_path, files) if template != "{release}"}
    assert found == {
        ("Directory.Build.props", "rc.1"): "{pre}.{n}",
        ("Dotted.csproj", "rc.1"): "{pre}.{n}",
        ("Plain.csproj", "rc1"): "{pre}{n}",
        ("Word.csproj", "beta"): "{pre}{n}",
        ("Empty.csproj", ""): "{pre}.{n}",
    }


SUFFIXES = {
    "Dotted": "<VersionSuffix>rc.1</VersionSuffix>",
    "Plain": "<VersionSuffix>rc1</VersionSuffix>",
    "Word": "<VersionSuffix>beta</VersionSuffix>",
    "Empty": "<VersionSuffix></VersionSuffix>",
    "Nightly": """<VersionSuffix Condition="'$(CI)' != ''">nightly</VersionSuffix>""",
    "Computed": "<VersionSuffix>ci-$(Build)</VersionSuffix>",
    "Other": "<VersionSuffix>rc-1-x</VersionSuffix>",
}


def test_a_property_is_followed_through_imports_and_further_properties(tmp_path: Path) -> None:
    files = {
        "build/Numbers.props": shared("<Named>$(Number)</Named><Number>1.2.3</Number>"),
        "src/A.csproj": '<Project>\n<Import Project="$(MSBuildThisFileDirectory)..\\build\\Numbers.props" />\n<PropertyGroup><Version>$(Named)</Version></PropertyGroup></Project>',
    }
    assert declared(tmp_path, files) == [("build/Numbers.props", "1.2.3", "{version}", "nuget")]


def test_parts_that_are_shared_are_followed_one_by_one(tmp_path: Path) -> None:
    files = {
        "Directory.Build.props": shared("<Ma>1</Ma><Mi>2</Mi><Pa>3</Pa><Build>77</Build>"),
        "A.csproj": project("<Version>$(Ma).$(Mi).$(Pa)-beta</Version><FileVersion>$(Ma).$(Mi).$(Pa).$(Build)</FileVersion>"),
    }
    assert [row[1:3] for row in declared(tmp_path, files)] == [("1", "{major}"), ("2", "{minor}"), ("3", "{patch}")]


def test_assembly_attributes_of_a_project_are_its_version(tmp_path: Path) -> None:
    files = {
        "Old/Old.csproj": '<Project ToolsVersion="4.0"><ItemGroup><Compile Include="..\\Shared\\GlobalAssemblyInfo.cs"/></ItemGroup></Project>',
        "Old/Properties/AssemblyInfo.cs": '[assembly: AssemblyVersion("1.2.3.0")]\n',
        "Shared/GlobalAssemblyInfo.cs": '[assembly: AssemblyInformationalVersion("1.2.3-rc.1")]\n',
        "Star/Star.csproj": project(),
        "Star/AssemblyInfo.cs": '[assembly: AssemblyVersion("1.2.*")]\n[assembly: AssemblyFileVersion(Numbers.File)]\n',
        "Loose/Properties/AssemblyInfo.cs": '[assembly: AssemblyVersion("9.9.9.9")]\n',
    }
    assert declared(tmp_path, files) == [("Old/Properties/AssemblyInfo.cs", "1.2.3.0", "{version}", "assembly"), ("Shared/GlobalAssemblyInfo.cs", "1.2.3-rc.1", "{version}", "nuget")]


def test_a_value_that_only_msbuild_can_work_out_is_passed_over(tmp_path: Path) -> None:
    values = ("$([System.DateTime]::Now)", "1.2.$(Build)", "$(A)$(B)-dev", "%(Item.Version)", "@(Versions)", "", "dev")
    files = {f"P{index}.csproj": project(f"<Version>{value}</Version><A>1.2.3</A>") for index, value in enumerate(values)}
    assert declared(tmp_path, files) == []


def test_properties_that_name_each_other_in_a_circle_end(tmp_path: Path) -> None:
    assert declared(tmp_path, {"A.csproj": project("<Version>$(A)</Version><A>$(B)</A><B>$(Version)</B><B>1.2.3</B>")}) == [("A.csproj", "1.2.3", "{version}", "nuget")]


@pytest.mark.parametrize(
    ("properties", "package"),
    [
        ("", "pkg:nuget/My.Lib"),
        ("<AssemblyName>Other</AssemblyName>", "pkg:nuget/Other"),
        ("<AssemblyName>Other</AssemblyName><PackageId>Third</PackageId>", "pkg:nuget/Third"),
        ("<AssemblyName>Acme.$(MSBuildProjectName)</AssemblyName>", "pkg:nuget/Acme.My.Lib"),
        ("<Company>Acme</Company><PackageID>$(Company).$(AssemblyName)</PackageID>", "pkg:nuget/Acme.My.Lib"),
    ],
)
def test_a_project_is_named_by_package_id_assembly_name_or_file(properties: str, package: str) -> None:
    source = Source.of("src/My.Lib.csproj", project(properties, "<Version>1.2.3</Version>").encode())
    assert {one.package for one in dotnet.declarations(source)} == {package}


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("1.2.3", [("", "1.2.3")]),
        ("[1.2.3]", [("=", "1.2.3")]),
        ("[1.2,1.3)", [(">=", "1.2"), ("<", "1.3")]),
        ("( 1.2 , 1.3 ]", [(">", "1.2"), ("<=", "1.3")]),
        ("(,1.3]", [("<=", "1.3")]),
        ("[1.2, )", [(">=", "1.2")]),
        ("1.2.3-*", [("", "1.2.3")]),
        ("1.2.3.4-rc.1+x", [("", "1.2.3.4-rc.1+x")]),
        *((none, []) for none in ("*", "*-*", "$(Elsewhere)", "", "[,]", "[1.2.3", "1.2.3,1.3")),
    ],
)
def test_every_version_of_a_range_is_a_site(text: str, sites: list[tuple[str, str]]) -> None:
    source = Source.of("A.csproj", f'<Project><ItemGroup><PackageReference Include="A" Version="{text}"/></ItemGroup></Project>'.encode())
    assert [(site.operator, site.text) for site in dotnet.references(source, EVERY)] == sites


def test_a_reference_is_local_where_the_repository_declares_the_package() -> None:
    source = Source.of("A.csproj", b'<Project><ItemGroup><PackageReference Include="B" Version="1.2.3"/></ItemGroup></Project>')
    assert [site.local for site in dotnet.references(source, Packages({"pkg:nuget/B": "B.csproj"}))] == [True]
    assert [site.local for site in dotnet.references(source, EVERY)] == [False]
