"""The rules of the house: what may import what, how large a room may grow, and what is never written down."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

ORDER = (
    "errors",
    "shell",
    "signals",
    "version",
    "spelling",
    "template",
    "requirement",
    "source",
    "adapter",
    "formats",
    "manifest",
    "edit",
    "registry",
    "change",
    "url",
    "attributes",
    "git",
    "catfile",
    "gitwrite",
    "disk",
    "journal",
    "written",
    "folder",
    "tree",
    "scan",
    "places",
    "inventory",
    "targets",
    "lag",
    "plan",
    "proof",
    "pipeline",
    "preflight",
    "restore",
    "run",
    "transaction",
    "carry",
    "policy",
    "history",
    "literals",
    "cause",
    "families",
    "fit",
    "replay",
    "learn",
    "init",
    "audit",
    "explain",
    "importers",
    "report",
    "testing",
    "cli",
)
"""The rooms of ``sync``: each may import those that stand before it. A new module gets its place here, or this test fails."""

FOR_ADAPTERS = frozenset({"errors", "spelling", "source", "adapter", "formats"})
"""All of ``sync`` that an adapter may import: it knows custom, never syntax, and nothing of plans or trees."""

LARGE: dict[str, str] = {
    "adapters/cmake.py": "project() and every shape in which set() splits a version",
    "adapters/dotnet.py": "one custom in five kinds of file: what a property means depends on which of them holds it",
    "adapters/gemspec.py": "a gemspec is a program: each way in which it names its version is a pointer of its own",
    "adapters/npm_lock.py": "three versions of the lock file, each with its own copies",
    "adapters/pnpm_lock.py": "five versions of the lock file, and what each copies from which file",
    "adapters/pyproject.py": "four build backends, each with its own way to say that the version stands elsewhere",
    "sync/git.py": "one function for each question that git is asked",
    "sync/spelling.py": "how a version is written, by ecosystem, side by side",
    "sync/targets.py": "the lockstep rules, which are read together",
    "sync/template.py": "one small language: its parser, its writer and its finder",
    "sync/version.py": "one value, its order, and its increments by word",
}
"""Modules of more than 250 lines, adapters of more than 60: each with the reason why it is still one thing."""

MODULE, ADAPTER = 250, 60

HEAVY = frozenset({
    "asyncio", "click", "git", "holidays", "hypothesis", "icalendar", "importlib.metadata", "jinja2", "libcst", "msgspec", "nox", "packaging", "pathspec", "rich", "ruamel", "tomlkit",
    "tree_sitter", "tree_sitter_c_sharp", "tree_sitter_go", "tree_sitter_json", "tree_sitter_ruby", "tree_sitter_toml", "tree_sitter_xml", "tree_sitter_yaml",
})  # fmt: skip
"""What takes milliseconds to load, and so loads where it is used."""

UNSEEN = ("rich", "git", "tomlkit", "ruamel", "libcst", "nox", "asyncio", "importlib.metadata")
"""What `versync check` on a clean Cargo tree has no use for."""

UNASKED = (*UNSEEN, "concurrent", "holidays", "html", "icalendar", "jinja2", "packaging", "pathspec", "difflib", "tree_sitter_yaml", "xml")
"""What `versync next` has no use for: it reads two TOML files and the tags, and rules without holidays."""

WORDS = frozenset({"manager", "util", "utils", "helper", "helpers"})
"""Names that say nothing."""

HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("crates", "io"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("api", "nuget", "org"),
        ("rubygems", "org"),
        ("deb", "debian", "org"),
    )
)
"""Package registries. Whoever installs has their own, and no file of ours chooses it."""


class Import(NamedTuple):
    """One imported module, with its full name; ``top`` where it is imported as soon as the importing module is."""

    line: int
    name: str
    top: bool


def modules() -> dict[str, Path]:
    """Dotted name -> file, for every module of ``sync`` and ``adapters``."""
    found = {}
    for path in sorted([*ROOT.glob("sync/**/*.py"), *ROOT.glob("adapters/**/*.py")]):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def is_checking(test: ast.expr) -> bool:
    """Whether an ``if`` asks for TYPE_CHECKING: what stands under it is never loaded."""
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING" or isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"


@cache
def imports(name: str) -> tuple[Import, ...]:
    """Every import in a module, also those within functions and for annotations only."""

    def walk(node: ast.AST, top: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (Import(child.lineno, alias.name, top) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{name} line {child.lineno}: imports are absolute here"
                names = [f"{child.module}.{alias.name}" for alias in child.names]  # a module of a package, or something that the package defines
                yield from (Import(child.lineno, name, top) for name in sorted({name if name in MODULES else child.module or "" for name in names}))
            else:
                inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or isinstance(child, ast.If) and is_checking(child.test)
                yield from walk(child, top and not inner)

    return tuple(walk(ast.parse(MODULES[name].read_bytes()), top=True))


def room(name: str) -> str:
    """The room of a module of ``sync``: ``sync.manifest.read`` -> ``manifest``; "" for the package itself."""
    return name.split(".")[1] if "." in name else ""


def named(name: str) -> str:
    """The path of a module, for messages."""
    return MODULES[name].relative_to(ROOT).as_posix()


def test_every_module_has_its_place_in_the_order() -> None:
    rooms = {room(name) for name in MODULES if name.startswith("sync.") and name != "sync.__main__"}
    assert rooms == set(ORDER), "put it into ORDER, below all that it imports"


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("sync.")])
def test_a_module_imports_only_what_stands_above_it(name: str) -> None:
    if name == "sync.__main__":
        return
    above = {*ORDER[: ORDER.index(room(name))], room(name), ""}
    below = [f"{named(name)}:{one.line}: {one.name}" for one in imports(name) if one.name.split(".")[0] == "sync" and room(one.name) not in above]
    assert below == []


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("adapters.")])
def test_an_adapter_imports_only_the_contract_and_the_formats(name: str) -> None:
    foreign = [
        f"{named(name)}:{one.line}: {one.name}"
        for one in imports(name)
        if one.name.split(".")[0] == "sync" and room(one.name) not in FOR_ADAPTERS or one.name.split(".")[0] == "adapters" or one.name.split(".")[0] in HEAVY
    ]
    assert foreign == []


def test_only_the_command_line_knows_the_adapters() -> None:
    knowing = [f"{named(name)}:{one.line}" for name in MODULES if name.startswith("sync") for one in imports(name) if one.name.split(".")[0] == "adapters"]
    assert [place for place in knowing if not place.startswith("sync/cli/")] == []


def test_no_two_modules_import_each_other() -> None:
    """Rooms cannot, by the order; modules within one room could."""
    graph = {name: {one.name for one in imports(name) if one.name in MODULES and one.name != name} for name in MODULES}
    done: set[str] = set()

    def follow(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for other in sorted(graph[name]):
                follow(other, (*trail, name))
            done.add(name)

    for name in graph:
        follow(name, ())


def test_a_room_that_grows_large_says_why() -> None:
    most = {named(name): ADAPTER if name.startswith("adapters.") else MODULE for name in MODULES}
    lines = {named(name): MODULES[name].read_bytes().count(b"\n") for name in MODULES}
    assert {path: lines[path] for path in lines if lines[path] > most[path] and path not in LARGE} == {}, "split it, or give LARGE the reason"
    assert [path for path in LARGE if lines.get(path, 0) <= most.get(path, 0)] == [], "no longer large: take it out of LARGE"


def test_names_say_what_a_thing_is() -> None:
    found = []
    for name, path in MODULES.items():
        called = [node.name for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
        words = [name.rpartition(".")[2], *called]
        found += [f"{named(name)}: {word}" for word in words if WORDS & {part.lower() for part in re.findall(r"[A-Z]?[a-z]+", word)}]
    assert found == []


@pytest.mark.parametrize("name", MODULES)
def test_heavy_libraries_load_where_they_are_used(name: str) -> None:
    at_once = [f"{named(name)}:{one.line}: {one.name}" for one in imports(name) if one.top and (one.name in HEAVY or one.name.split(".")[0] in HEAVY)]
    if name.startswith("sync.cli"):
        at_once = [place for place in at_once if not place.endswith((": click", ": click.core"))]  # a command line is one, and click is what it costs
    assert at_once == []


PROBE = """
import json, sys
sys.path.append(sys.argv[2])
from sync.cli import main
try:
    main(json.loads(sys.argv[1]))
except SystemExit as stop:
    code = stop.code
else:
    code = 0
sys.stdout.flush()
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A Cargo workspace at 1.2.3, in sync, in a git repository, with its manifest."""
    for path, text in {
        "versync.toml": '[project]\nname = "one"\nleader = "one"\n[repos.one]\nurl = "https://registry.example/one"\n[[components]]\nname = "one"\nrepo = "one"\npackages = ["pkg:cargo/one*"]\n',
        "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n[workspace.package]\nversion = "1.2.3"\n',
        "a/Cargo.toml": '[package]\nname = "one"\nversion.workspace = true\n[dependencies]\none-b = { path = "../b", version = "=1.2.3" }\n',
        "b/Cargo.toml": '[package]\nname = "one-b"\nversion.workspace = true\n',
        "Cargo.lock": 'version = 3\n\n[[package]]\nname = "one"\nversion = "1.2.3"\ndependencies = [\n "one-b",\n]\n\n[[package]]\nname = "one-b"\nversion = "1.2.3"\n',
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@registry.example", "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def run(arguments: list[str], folder: Path) -> tuple[int, list[str], str]:
    """``versync`` in a process of its own, there: its exit code, the modules that it loaded, and all that it printed."""
    done = subprocess.run([sys.executable, "-I", "-c", PROBE, json.dumps(arguments), str(ROOT)], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *printed, last = done.stdout.splitlines()
    said = json.loads(last)
    return said["code"] or 0, said["modules"], "\n".join([*printed, done.stderr])


def test_check_on_a_clean_cargo_tree_loads_nothing_that_it_does_not_need(tree: Path) -> None:
    code, loaded, printed = run(["check", "--repo", f"one={tree}"], tree)
    assert code == 0, printed
    assert [name for name in loaded if name in UNSEEN or name.split(".")[0] in UNSEEN] == []
    assert "tree_sitter" in loaded, "the probe sees what is loaded"
    assert {name for name in loaded if name.startswith("adapters.")} == {"adapters.cargo", "adapters.cargo_lock"}


def test_next_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "versync.toml").write_text('[project]\nname = "one"\nleader = "one"\npolicy = "wasmtime"\n[repos.one]\n[[components]]\nname = "one"\nrepo = "one"\npackages = ["pkg:cargo/one"]\n')
    for words in (["init", "-q"], ["-c", "user.name=A", "-c", "user.email=a@registry.example", "commit", "-q", "--allow-empty", "-m", "one"], ["tag", "v46.0.0"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    code, loaded, printed = run(["next"], tmp_path)
    assert (code, "47.0.0" in printed) == (0, True), printed
    assert [name for name in loaded if name in UNASKED or name.split(".")[0] in UNASKED or name.startswith("adapters.")] == []
    assert {name for name in loaded if name.startswith("sync.report.")} == {"sync.report.calendar", "sync.report.calendar.answers", "sync.report.plain"}


def test_a_repository_full_of_python_is_data_like_any_other(tree: Path) -> None:
    """Modules of every name that versync loads, in the repository and in the current folder: none of them may run."""
    trap = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').touch()\n"
    for path in ("sync/__init__.py", "sync/cli/__init__.py", "adapters/__init__.py", "adapters/cargo.py", "sitecustomize.py", "click.py", "toml.py", "conftest.py", "noxfile.py"):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(trap, encoding="utf-8")
    for command in (["check"], ["bump", "1.2.4"]):
        code, _, printed = run([*command, "--repo", f"one={tree}"], tree)
        assert code == 0, printed
    assert '"1.2.4"' in (tree / "Cargo.toml").read_text(encoding="utf-8")
    assert list(tree.rglob("*.ran")) == []


@cache
def tracked() -> tuple[str, ...]:
    """The paths of all files of the project, whether or not they are committed yet."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("needs the project's git checkout")
    return tuple(path for path in listed.stdout.decode().split("\0") if path and (ROOT / path).is_file())


def lines_with(pattern: str) -> list[str]:
    """``path:line: text`` wherever a pattern occurs in the project's files."""
    wanted = re.compile(pattern.encode())
    found = []
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if wanted.search(content):
            found += [f"{path}:{number}: {line.strip()[:120].decode(errors='replace')}" for number, line in enumerate(content.splitlines(), 1) if wanted.search(line)]
    return found


def test_no_file_knows_the_machine_that_it_was_written_on() -> None:
    assert lines_with(r"(?<![\w.\-}*)\]~])/(?:work|root|home|Users)/\w") == []


def test_no_file_chooses_a_package_registry() -> None:
    assert lines_with(r"(?<![\w.-])(?:" + "|".join(re.escape(host) for host in HOSTS) + r")(?![\w-])") == []


def test_every_test_file_says_what_it_is_about() -> None:
    silent = [path for path in tracked() if path.startswith("tests/") and path.endswith(".py") and not ast.get_docstring(ast.parse((ROOT / path).read_bytes()))]
    assert [path for path in silent if not path.endswith("__init__.py")] == []
