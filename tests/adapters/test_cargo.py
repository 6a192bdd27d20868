"""What a fixture cannot say of Cargo.toml and Cargo.lock: requirements in all shapes, where pointers lead, and which entries are ours."""

from __future__ import annotations

import pytest

from adapters import cargo, cargo_lock
from sync import formats
from sync.adapter import Left, Packages, Pointer, Selector, Site, Upward
from sync.source import Source

EVERY = Packages({}, lambda _: True)


def manifest(text: str, path: str = "Cargo.toml") -> Source:
    return Source.of(path, text.encode())


def required(text: str) -> list[tuple[str, str, str, bool]]:
    return [(site.package, site.operator, site.text, site.local) for site in cargo.references(manifest(text), EVERY)]


@pytest.mark.parametrize(
    ("requirement", "versions"),
    [
        ("1.2.3", [("", "1.2.3")]),
        ("=1.2.3", [("=", "1.2.3")]),
        ("= 1.2.3-rc.1+b.5", [("=", "1.2.3-rc.1+b.5")]),
        ("^46", [("^", "46")]),
        (" ~ 1.2 ", [("~", "1.2")]),
        ("1.*", [("", "1")]),
        ("1.2.*", [("", "1.2")]),
        ("*", []),
        (">=1.2, <1.5", [(">=", "1.2"), ("<", "1.5")]),
        (">1,<=2", [(">", "1"), ("<=", "2")]),
    ],
)
def test_each_version_of_a_requirement_is_a_site_with_its_operator(requirement: str, versions: list[tuple[str, str]]) -> None:
    source = manifest(f'[dependencies]\na = "{requirement}"\n')
    found = list(cargo.references(source, EVERY))
    assert [(site.operator, site.text) for site in found] == versions
    assert {site.requirement for site in found} <= {requirement}
    assert [source.text(site.span) for site in found] == [text for _, text in versions]


@pytest.mark.parametrize(
    "text",
    [
        '[dependencies]\na = "1.2.3"',
        "[dev-dependencies]\na = '1.2.3'",
        '[build-dependencies]\na = { version = "1.2.3" }',
        '[dev_dependencies]\na.version = "1.2.3"',
        '[dependencies.a]\nversion = "1.2.3"',
        '[workspace.dependencies]\na = "1.2.3"',
        '[workspace]\ndependencies.a.version = "1.2.3"',
        "[target.'cfg(any())'.dependencies]\na = \"1.2.3\"",
        '[target."x".build-dependencies.a]\nversion = "1.2.3"',
        '[patch.registry]\na = { version = "1.2.3" }',
        '[replace]\n"a:1.0.0" = { version = "1.2.3" }',
        'dependencies = { b = { version = "1.2.3", package = "a" } }',
    ],
)
def test_every_table_of_dependencies_is_read(text: str) -> None:
    assert required(text) == [("pkg:cargo/a", "", "1.2.3", False)]


@pytest.mark.parametrize(
    "text",
    [
        '[package.metadata.x.dependencies]\na = "1.2.3"',
        '[workspace.metadata.dependencies]\na = "1.2.3"',
        '[workspace.package]\na = "1.2.3"\nversion = "1.2.3"',
        '[features]\na = ["1.2.3"]',
        '[badges]\na = { version = "1.2.3" }',
        "[dependencies]\na.workspace = true",
        '[dependencies]\na = { git = "https://git.example/a", tag = "1.2.3", rev = "1.2.3" }',
        '[dependencies]\na = { path = "../a-1.2.3" }',
        '[target.x]\nrustflags = ["1.2.3"]\nversion = "1.2.3"',
        '[profile.release]\na = "1.2.3"',
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert required(text) == []


def test_a_path_or_a_patch_with_a_path_makes_a_requirement_local() -> None:
    assert required('[dependencies]\na = { version = "1", path = "../a" }\n[dependencies.b]\npath = "x"\nversion = "2"') == [("pkg:cargo/a", "", "1", True), ("pkg:cargo/b", "", "2", True)]
    assert required('[dependencies]\na = "1"\n[patch.registry]\na = { path = "../a" }') == [("pkg:cargo/a", "", "1", True)]
    assert required('[dependencies]\na = { version = "1", git = "https://git.example/a" }') == [("pkg:cargo/a", "", "1", False)]


def test_a_requirement_on_a_stranger_is_passed_over() -> None:
    assert list(cargo.references(manifest('[dependencies]\na = "1.2.3"'), Packages({"pkg:cargo/b": "b/Cargo.toml"}))) == []


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ('[package]\nname = "a"\nversion.workspace = true', ("^Cargo.toml",)),
        ('[package]\nname = "a"\nversion = { workspace = true }\nworkspace = "../.."', ("Cargo.toml", "^Cargo.toml")),
        ('[package]\nname = "a"\nversion.workspace = true\nworkspace = "../../../out"', ("../out/Cargo.toml", "^Cargo.toml")),
    ],
)
def test_an_inherited_version_points_to_the_workspace(text: str, to: tuple[str, ...]) -> None:
    (pointer,) = cargo.declarations(manifest(text, "crates/a/Cargo.toml"))
    assert isinstance(pointer, Pointer)
    assert tuple(f"^{one.name}" if isinstance(one, Upward) else one for one in pointer.to) == to
    root = manifest('[workspace.package]\nversion = "1.2.3"\n')
    assert [leaf.value for leaf in formats.select(root, pointer.select)] == ["1.2.3"]
    assert pointer.select == Selector("key", ("workspace", "package", "version"))


@pytest.mark.parametrize("text", ["[workspace]\nmembers = []", '[package]\nname = "a"', '[package]\nversion = "1.2.3"', '[package]\nname = "a"\nversion.workspace = false', ""])
def test_a_file_without_a_package_or_a_version_declares_nothing(text: str) -> None:
    assert list(cargo.declarations(manifest(text))) == []


LOCK = """\
[[package]]
name = "a"
version = "1.2.3"

[[package]]
name = "a"
version = "1.2.2"
source = "registry+https://registry.example/index"

[[package]]
name = "b"
version = "1.2.3"
source = "git+https://git.example/b?tag=v1.2.3#0000000"
dependencies = [
 "a 1.2.2",
 "a 1.2.3",
 "a 1.2.3 (registry+https://registry.example/index)",
]
"""


def test_only_entries_without_a_source_and_what_depends_on_them_are_locks() -> None:
    found = list(cargo_lock.references(Source.of("Cargo.lock", LOCK.encode()), EVERY))
    line = Source.of("Cargo.lock", LOCK.encode()).position
    assert [(line(one.span.start), one.text) for one in found if isinstance(one, Site)] == [((3, 12), "1.2.3"), ((16, 5), "1.2.3")]
    assert [(one.text, one.command) for one in found if isinstance(one, Left)] == [("1.2.2", "cargo update -p a@1.2.2 --precise {version}"), ("1.2.3", "cargo update -p b --precise {version}")]


def test_a_lock_declares_nothing() -> None:
    assert list(cargo_lock.declarations(Source.of("Cargo.lock", LOCK.encode()))) == []
