"""The front door: this project's noxfile, the wheel, and the noxfile that README gives to other repositories."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
DEMO = ("--manifest", str(Path("manifests", "demo.toml")), "--workspace", str(Path(".versync", "demo")))


class Session:
    """Stands in for nox's: remembers what it was asked to run."""

    def __init__(self, folder: Path, *posargs: str) -> None:
        self.posargs = posargs
        self.ran: list[tuple[str, ...]] = []
        self.installed: list[str] = []
        self.virtualenv = self
        self.location = str(folder)
        self.bin = str(Path(sys.executable).parent)
        self.said: list[str] = []

    def run(self, *command: str, **_: object) -> None:
        self.ran.append(command)

    def install(self, *packages: str) -> None:
        self.installed += packages

    def log(self, message: str) -> None:
        self.said.append(message)

    def error(self, message: str) -> None:
        raise SystemExit(message)


@pytest.fixture(scope="module")
def noxfile() -> ModuleType:
    spec = spec_from_file_location("noxfile", ROOT / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_that_hints_name_as_a_session_is_one(noxfile: ModuleType) -> None:
    for command in noxfile.SPOKEN:
        assert callable(getattr(noxfile, "check_sync" if command == "check" else command))


def test_a_bump_without_a_manifest_is_of_the_demo_family(noxfile: ModuleType, tmp_path: Path) -> None:
    session = Session(tmp_path, "8.0.0")
    noxfile.bump(session)
    assert session.ran == [("python", "fixtures/family.py", DEMO[3]), ("versync", "bump", *DEMO, "8.0.0")]
    assert session.installed[:2] == ["-e", str(ROOT)]


@pytest.mark.parametrize("words", [("--manifest", "mine.toml", "8.0.0"), ("8.0.0", "--manifest=mine.toml")])
def test_a_bump_with_a_manifest_leaves_the_demo_family_alone(noxfile: ModuleType, tmp_path: Path, words: Sequence[str]) -> None:
    session = Session(tmp_path, *words)
    noxfile.bump(session)
    assert session.ran == [("versync", "bump", *words)]


def test_check_sync_and_diff_are_the_commands_of_that_name(noxfile: ModuleType, tmp_path: Path) -> None:
    session = Session(tmp_path, "--manifest=mine.toml")
    noxfile.check_sync(session)
    noxfile.diff(session)
    assert session.ran == [("versync", "check", "--manifest=mine.toml"), ("versync", "diff", "--manifest=mine.toml")]


def test_a_bump_to_nothing_says_what_is_missing(noxfile: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"nox -s bump -- 8\.0\.0"):
        noxfile.bump(Session(tmp_path))


def test_a_session_installs_once_for_each_state_of_pyproject(noxfile: ModuleType, tmp_path: Path) -> None:
    first, again, other = (Session(tmp_path) for _ in range(3))
    noxfile.install(first, "test")
    noxfile.install(again, "test")
    noxfile.install(other, "test", "bench")
    assert any(name.startswith("pytest") for name in first.installed)
    assert again.installed == []
    assert any(name.startswith("tbump") for name in other.installed)


def test_a_tool_that_cannot_be_had_is_left_out_and_said(noxfile: ModuleType, tmp_path: Path) -> None:
    session = Session(tmp_path)
    assert not noxfile.bring(session, tmp_path / "one", ["one@1"], [["no-such-installer", "one"]])
    assert not noxfile.bring(session, tmp_path / "one", ["one@1"], [["python", "-c", "raise SystemExit('it is not served')"]])
    assert [(line.partition(":")[0], line.rpartition(": ")[2]) for line in session.said] == [
        ("not installed, so the tests that ask it are skipped", "there is no no-such-installer"),
        ("not installed, so the tests that ask it are skipped", "it is not served"),
    ]


def test_a_tool_is_installed_once_until_another_version_is_wanted(noxfile: ModuleType, tmp_path: Path) -> None:
    session = Session(tmp_path)
    installer = ["python", "-c", f"open({str(tmp_path / 'ran')!r}, 'a').write('x')"]
    wanted = ["one@1", "one@1", "one@2"]
    assert [noxfile.bring(session, tmp_path / "one", [name], [installer]) for name in wanted] == [True, True, True]
    assert (tmp_path / "ran").read_text() == "xx"


def test_what_is_compiled_is_so_only_when_it_is_asked_for(noxfile: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought: list[str] = []

    def bring(_: Session, folder: Path, *__: object, **___: object) -> bool:
        brought.append(folder.name)
        return folder.name != "go"

    monkeypatch.setattr(noxfile, "bring", bring)
    for words in ((), ("--rust", "-x")):
        session = Session(tmp_path, *words)
        noxfile.oracles(session)
        assert session.ran[0][3:] == (words[1:] or ("-q",))
    assert brought == ["import-oracles", "import-oracles-once", "node", "go", *brought[:4], "knope", "cargo-release"]


def test_nox_lists_every_session_that_the_guides_name() -> None:
    listed = subprocess.run([sys.executable, "-m", "nox", "--list", "--noxfile", str(ROOT / "noxfile.py")], capture_output=True, text=True, check=True)
    sessions = set(re.findall(r"^[*-] ([\w-]+) ->", listed.stdout, re.M))
    named = {name for guide in ("README.md", "CONTRIBUTING.md", ".ci/run") for name in re.findall(r"nox -s ([a-z][\w-]*)", (ROOT / guide).read_text(encoding="utf-8"))}
    assert {"bump", "check-sync", "diff", "tests"} <= named <= sessions


# ---- The wheel, and what other repositories do with it.


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network; a test is skipped where its builder is absent."""
    pytest.importorskip("hatchling", reason="needs hatchling")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("versync-*.whl")
    return built


def test_the_wheel_holds_the_engine_the_adapters_and_the_manifests_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entry_points = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    modules = {path.relative_to(ROOT).as_posix() for folder in ("sync", "adapters") for path in (ROOT / folder).rglob("*.py")}
    page = {path.relative_to(ROOT).as_posix() for kind in ("jinja", "css") for path in (ROOT / "sync").rglob(f"*.{kind}")}
    data = {f"sync/manifests_data/{path.relative_to(ROOT / 'manifests').as_posix()}" for path in (ROOT / "manifests").rglob("*") if path.is_file()}
    metadata = {name for name in names if ".dist-info/" in name}
    assert set(names) == modules | page | data | metadata | {"sync/py.typed", "adapters/py.typed"}
    assert "versync = sync.__main__:main" in entry_points
    assert any(name.endswith("licenses/LICENSE") for name in metadata)


def block(path: str, opening: str) -> str:
    """The first fenced block of a guide that starts with that line."""
    for found in re.findall(r"^```\w*[^\n]*\n(.*?)^```$", (ROOT / path).read_text(encoding="utf-8"), re.M | re.S):
        if found.startswith(opening):
            return str(found)
    raise AssertionError(f"{path} has no block that starts with {opening}")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A repository that knows nothing of versync but README's noxfile, and has a sync/ and an adapters/ of its own."""
    trap = 'raise RuntimeError("a repository is never imported")\n'
    for path, text in {
        "noxfile.py": block("README.md", "# /// script"),
        "versync.toml": '[project]\nname = "one"\nleader = "one"\n\n[repos.one]\n\n[[components]]\nname = "one"\nrepo = "one"\npackages = ["pkg:cargo/one"]\n',
        "Cargo.toml": '[package]\nname = "one"\nversion = "1.2.3"   # stays\n',
        "sync/__init__.py": trap,
        "adapters/__init__.py": trap,
    }.items():
        (tmp_path / "elsewhere" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "elsewhere" / path).write_text(text, encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@registry.example", "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path / "elsewhere", check=True)
    return tmp_path / "elsewhere"


@pytest.mark.oracle
@pytest.mark.parametrize("runner", [("uvx", "nox"), ("pipx", "run", "nox")], ids=["uvx", "pipx"])
def test_readmes_noxfile_works_in_a_repository_that_knows_only_the_wheel(runner: Sequence[str], wheel: Path, elsewhere: Path) -> None:
    if shutil.which(runner[0]) is None:
        pytest.skip(f"needs {runner[0]}")
    if subprocess.run([*runner, "--version"], capture_output=True, check=False, timeout=300).returncode:
        pytest.skip(f"{' '.join(runner)} gets no nox: needs a package index")
    links = {variable: f"{wheel.parent} {os.environ.get(variable, '')}".strip() for variable in ("UV_FIND_LINKS", "PIP_FIND_LINKS")}
    env = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH", "NOX_DEFAULT_VENV_BACKEND")} | links
    if runner[0] == "pipx":
        env["NOX_SCRIPT_VENV_BACKEND"] = "virtualenv"  # pip all the way, as where there is no uv

    def nox(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*runner, *words], cwd=elsewhere, env=env, capture_output=True, text=True, check=False, timeout=300)

    checked = nox("-s", "check-sync")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    shown = nox("-s", "diff", "--", "2.0.0")
    assert '+version = "2.0.0"   # stays' in shown.stdout.splitlines(), shown.stdout + shown.stderr
    assert nox("-s", "bump", "--", "2.0.0").returncode == 0
    assert (elsewhere / "Cargo.toml").read_text(encoding="utf-8") == '[package]\nname = "one"\nversion = "2.0.0"   # stays\n'
