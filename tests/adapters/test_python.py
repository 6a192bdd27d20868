"""What a fixture cannot say of Python's files: where a dynamic version is found in the end, and requirements in all tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from adapters import pyproject, python_locks, setup_cfg, setup_py
from sync import formats
from sync.adapter import Left, Packages, Pointer, Site, Upward
from sync.source import Source

EVERY = Packages({}, lambda _: True)


def source(path: str, text: str) -> Source:
    return Source.of(path, text.encode())


def follow(found: Iterator[Site | Pointer], files: Mapping[str, str]) -> list[tuple[str, str]]:
    """The file and the value at which each pointer ends; pointers that find nothing are left out, as the engine does."""
    ends = []
    for one in found:
        assert isinstance(one, Pointer)
        for path in one.to:
            assert not isinstance(path, Upward)
            leaves = formats.select(source(path, files[path]), one.select) if path in files else []
            if leaves:
                ends.append((path, leaves[0].value))
                break
    return ends


DYNAMIC = '[project]\nname = "acme"\ndynamic = ["version"]\n'


@pytest.mark.parametrize(
    ("text", "files", "end"),
    [
        ('[tool.setuptools.dynamic]\nversion = { attr = "acme.__version__" }', {"acme/__init__.py": '__version__ = "1.2.3"'}, "acme/__init__.py"),
        ('[tool.setuptools.dynamic]\nversion = { attr = "acme.about.V" }', {"src/acme/__init__.py": 'V = "0"', "src/acme/about.py": 'V = "1.2.3"'}, "src/acme/about.py"),
        ('[tool.setuptools]\npackage-dir = {"" = "lib"}\n[tool.setuptools.dynamic.version]\nattr = "acme.V"', {"lib/acme.py": 'V = "1.2.3"', "acme.py": 'V = "0"'}, "lib/acme.py"),
        ('[tool.setuptools.packages.find]\nwhere = ["python"]\n[tool.setuptools.dynamic]\nversion.attr = "acme.V"', {"python/acme/__init__.py": 'V = "1.2.3"'}, "python/acme/__init__.py"),
        ('[tool.setuptools.dynamic]\nversion = { file = "VERSION" }', {"VERSION": "# c\n1.2.3\n"}, "VERSION"),
        ('[tool.setuptools.dynamic]\nversion = { file = ["v.txt", "other"] }', {"v.txt": "1.2.3\n"}, "v.txt"),
        ('[tool.hatch.version]\npath = "acme/about.py"', {"acme/about.py": '__version__: str = "1.2.3"'}, "acme/about.py"),
        ('[tool.hatch.version]\npath = "acme/about.py"', {"acme/about.py": 'VERSION = "1.2.3"'}, "acme/about.py"),
        ('[tool.pdm.version]\nsource = "file"\npath = "acme.py"', {"acme.py": '__version__ = "1.2.3"'}, "acme.py"),
        ('[build-system]\nbuild-backend = "flit_core.buildapi"', {"src/acme/__init__.py": '__version__ = "1.2.3"'}, "src/acme/__init__.py"),
        ('[build-system]\nbuild-backend = "flit_core.buildapi"\n[tool.flit.module]\nname = "a_b"', {"a_b.py": '__version__ = "1.2.3"'}, "a_b.py"),
        ('[build-system]\nbuild-backend = "maturin"', {"Cargo.toml": '[package]\nversion = "1.2.3"'}, "Cargo.toml"),
        ('[build-system]\nbuild-backend = "maturin"\n[tool.maturin]\nmanifest-path = "rust/Cargo.toml"', {"rust/Cargo.toml": '[package]\nversion = "1.2.3"'}, "rust/Cargo.toml"),
        ('[tool.scikit-build.metadata.version]\nprovider = "scikit_build_core.metadata.regex"\ninput = "acme.py"', {"acme.py": '__version__ = "1.2.3"'}, "acme.py"),
    ],
)
def test_a_dynamic_version_is_found_where_the_build_backend_looks(text: str, files: dict[str, str], end: str) -> None:
    assert follow(pyproject.declarations(source("pyproject.toml", DYNAMIC + text)), files) == [(end, "1.2.3")]
    below = {f"py/{path}": content for path, content in files.items()}
    assert follow(pyproject.declarations(source("py/pyproject.toml", DYNAMIC + text)), below) == [(f"py/{end}", "1.2.3")]


@pytest.mark.parametrize("text", ['[tool.setuptools_scm]\nfallback_version = "1.2.3"', '[tool.hatch.version]\nsource = "vcs"', '[tool.hatch.version]\npath = "a"\npattern = "V(?P<version>.*)"', ""])
def test_a_version_that_stands_in_no_file_points_nowhere(text: str) -> None:
    assert list(pyproject.declarations(source("pyproject.toml", DYNAMIC + text))) == []


def test_a_version_that_is_stated_is_not_looked_for() -> None:
    text = '[project]\nname = "acme"\nversion = "1.2.3"\n[tool.hatch.version]\npath = "a.py"\n'
    assert [(type(one), getattr(one, "text", "")) for one in pyproject.declarations(source("pyproject.toml", text))] == [(Site, "1.2.3")]


def test_poetry_may_state_the_version_of_a_project_that_is_named_elsewhere() -> None:
    text = DYNAMIC + '[tool.poetry]\nversion = "1.2.3"\n'
    assert [(one.package, getattr(one, "text", "")) for one in pyproject.declarations(source("pyproject.toml", text))] == [("pkg:pypi/acme", "1.2.3")]


@pytest.mark.parametrize(
    ("text", "files", "end"),
    [
        ("version = attr: acme.V", {"acme/__init__.py": 'V = "1.2.3"'}, "acme/__init__.py"),
        ("version = attr:acme.V\n[options]\npackage_dir =\n    = lib", {"lib/acme.py": 'V = "1.2.3"', "acme.py": 'V = "0"'}, "lib/acme.py"),
        ("version = file: VERSION", {"VERSION": "1.2.3"}, "VERSION"),
        ("version = file: ./v.txt, more", {"v.txt": "1.2.3"}, "v.txt"),
    ],
)
def test_setup_cfg_names_the_place_of_its_version(text: str, files: dict[str, str], end: str) -> None:
    assert follow(setup_cfg.declarations(source("setup.cfg", f"[metadata]\nname = acme\n{text}\n")), files) == [(end, "1.2.3")]


@pytest.mark.parametrize(
    ("text", "value"),
    [('V = "1.2.3"\nsetup(name="acme", version=V)', "1.2.3"), ('N = "acme"\nV = "0"\nV = "1.2.3"\nsetup(name=N, version=V)', "1.2.3")],
)
def test_setup_py_may_name_a_constant_of_its_own(text: str, value: str) -> None:
    assert follow(setup_py.declarations(source("setup.py", text)), {"setup.py": text}) == [("setup.py", value)]


@pytest.mark.parametrize(
    "text",
    ['setup(name="acme", version=V)', 'setup(name=N, version="1.2.3")', 'setup(version="1.2.3")', 'setup(name="acme", version=read())', 'other(name="acme", version="1.2.3")'],
)
def test_what_setup_py_computes_is_not_followed(text: str) -> None:
    assert list(setup_py.declarations(source("setup.py", text))) == []


@pytest.mark.parametrize(
    "text",
    [
        '[project]\ndependencies = ["a==1.2.3"]',
        '[project.optional-dependencies]\nx = ["a==1.2.3"]',
        '[dependency-groups]\nx = ["a==1.2.3", {include-group = "y"}]',
        '[build-system]\nrequires = ["a==1.2.3"]',
        '[tool.uv]\ndev-dependencies = ["a==1.2.3"]',
        '[tool.uv]\noverride-dependencies = ["a==1.2.3"]',
        '[tool.pdm.dev-dependencies]\nx = ["a==1.2.3"]',
        '[tool.poetry.dependencies]\na = "==1.2.3"',
        '[tool.poetry.dependencies.a]\nversion = "==1.2.3"\nextras = ["1.2.3"]\npython = "1.2.3"',
        '[tool.poetry.group.x.dependencies]\na = [{ version = "==1.2.3", markers = "1.2.3" }]',
        '[tool.poetry.dev-dependencies]\na = "==1.2.3"',
    ],
)
def test_every_table_of_requirements_is_read(text: str) -> None:
    (site,) = pyproject.references(source("pyproject.toml", text), EVERY)
    assert (site.package, site.operator, site.text, site.requirement, site.local) == ("pkg:pypi/a", "==", "1.2.3", "==1.2.3", False)


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nrequires-python = ">=1.2.3"\nclassifiers = ["a==1.2.3"]',
        '[tool.x.dependencies]\na = "1.2.3"',
        '[tool.poetry.extras]\na = ["1.2.3"]',
        '[tool.poetry.scripts]\na = "1.2.3"',
        '[tool.poetry.dependencies]\na = { path = "1.2.3", git = "1.2.3", tag = "1.2.3" }',
        '[project]\ndependencies = ["a @ https://files.example/a-1.2.3.zip"]',
    ],
)
def test_nothing_else_in_pyproject_is(text: str) -> None:
    assert list(pyproject.references(source("pyproject.toml", text), EVERY)) == []


@pytest.mark.parametrize(
    ("sources", "local"),
    [
        ("a = { workspace = true }", True),
        ('A = { path = "../a" }', True),
        ('a = [{ path = "../a", marker = "x" }]', True),
        ("a = { workspace = false }", False),
        ('a = { git = "https://git.example/a" }', False),
        ("", False),
    ],
)
def test_what_uv_takes_from_the_tree_is_local(sources: str, local: bool) -> None:
    found = pyproject.references(source("pyproject.toml", f'[project]\ndependencies = ["a==1.2.3"]\n[tool.uv.sources]\n{sources}\n'), EVERY)
    assert [site.local for site in found] == [local]


@pytest.mark.parametrize(
    ("path", "origin", "kind"),
    [
        ("uv.lock", 'source = { editable = "." }', Site),
        ("uv.lock", 'source = { virtual = "." }', Site),
        ("uv.lock", 'source = { directory = "a" }', Site),
        ("uv.lock", 'source = { path = "a.whl" }', Site),
        ("uv.lock", 'source = { registry = "https://registry.example/simple" }', Left),
        ("uv.lock", 'source = { git = "https://git.example/a?tag=v1.2.3#00" }', Left),
        ("poetry.lock", '[package.source]\ntype = "directory"\nurl = "../a"', Site),
        ("poetry.lock", '[package.source]\ntype = "git"\nurl = "https://git.example/a"', Left),
        ("poetry.lock", "", Left),
    ],
)
def test_an_entry_from_the_tree_is_ours_and_one_from_elsewhere_is_left(path: str, origin: str, kind: type) -> None:
    (found,) = python_locks.references(source(path, f'[[package]]\nname = "a"\nversion = "1.2.3"\n{origin}\n'), EVERY)
    assert type(found) is kind
    assert found.text == "1.2.3"
    if isinstance(found, Left):
        assert found.command == {"uv.lock": "uv lock --upgrade-package a", "poetry.lock": "poetry update a"}[path]
