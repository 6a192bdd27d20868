"""The front door. ``nox -s bump -- 8.0.0`` moves the demo family, ``nox -s tests`` runs the tests, ``nox -l`` lists the rest.

What stands after ``--`` goes to versync, or to pytest, as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["tests", "lint", "types"]

NODE_TOOLS = ("release-please@17", "@changesets/cli@2", "lerna@9", "nx@22", "@nx/js@22", "pnpm@10")
GO_TOOLS = ("go.opentelemetry.io/build-tools/multimod@latest",)
RUST_TOOLS = ("knope", "cargo-release")
"""What `versync import` reads besides the tools of pyproject.toml's groups, and pnpm, which reads its lock; the tests marked oracle run them."""

SPOKEN = ("bump", "check", "diff", "undo", "recover", "tiers", "features")
"""The commands of versync that are sessions here, ``check`` as check-sync: hints name these so, and all others as they are."""

HERE = Path(__file__).parent
FAMILY = Path(".versync", "demo")
"""Where the demo family lives once it has been asked for; ignored by git."""


def install(session: nox.Session, *groups: str, project: bool = True) -> None:
    """versync, editable, and dependency groups: once, and again when pyproject.toml has changed."""
    pyproject = HERE / "pyproject.toml"
    asked = hashlib.sha256(pyproject.read_bytes() + repr((groups, project)).encode()).hexdigest()
    stamp = Path(session.virtualenv.location, "versync-installed")
    if stamp.is_file() and stamp.read_text(encoding="ascii") == asked:
        return
    names = nox.project.dependency_groups(nox.project.load_toml(pyproject), *groups)
    session.install(*(["-e", str(HERE)] if project else []), *names)
    stamp.write_text(asked, encoding="ascii")


def versync(session: nox.Session, command: str) -> None:
    """One command of versync: on the demo family, unless ``--manifest`` says on what."""
    install(session)
    named = any(word == "--manifest" or word.startswith("--manifest=") for word in session.posargs)
    if not named:
        session.run("python", "fixtures/family.py", str(FAMILY), silent=True)
    demo = [] if named else ["--manifest", str(Path("manifests", "demo.toml")), "--workspace", str(FAMILY)]
    session.run("versync", command, *demo, *session.posargs, env={"VERSYNC_IN_NOX": " ".join(SPOKEN)})


@nox.session
def bump(session: nox.Session) -> None:
    """Move every component to a version: nox -s bump -- 8.0.0"""
    if not session.posargs:
        session.error("to which version? nox -s bump -- 8.0.0, or a word: major, minor, patch, rc, dev, release")
    versync(session, "bump")


@nox.session(name="check-sync")
def check_sync(session: nox.Session) -> None:
    """Prove that all components are in lockstep."""
    versync(session, "check")


@nox.session
def diff(session: nox.Session) -> None:
    """Show what a bump would change, and change nothing: nox -s diff -- 8.0.0"""
    if not session.posargs:
        session.error("against which version? nox -s diff -- 8.0.0")
    versync(session, "diff")


@nox.session
def undo(session: nox.Session) -> None:
    """Take the last bump back, in all its repositories."""
    versync(session, "undo")


@nox.session
def recover(session: nox.Session) -> None:
    """Take back a bump that was cut off."""
    versync(session, "recover")


@nox.session
def tiers(session: nox.Session) -> None:
    """Show where each component stands, and what is missing for the next tier up."""
    versync(session, "tiers")


@nox.session
def features(session: nox.Session) -> None:
    """Show which features may be on by default, and which are up for removal."""
    versync(session, "features")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests that need nothing but Python and git, with branch coverage of sync/."""
    install(session, "test")
    if session.posargs:
        session.run("pytest", *session.posargs)
        return
    session.run("coverage", "run", "-m", "pytest", "-q")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Run ruff."""
    install(session, "lint", project=False)
    session.run("ruff", "check", *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Run mypy, strict, over everything."""
    install(session, "types")
    session.run("mypy", *session.posargs)


@nox.session
def laws(session: nox.Session) -> None:
    """Run the laws with ten times the examples: properties, and what every adapter must satisfy."""
    install(session, "test")
    runs = [session.posargs] if session.posargs else [["-q", "-m", "hypothesis"], ["-q", str(Path("tests", "adapters"))]]
    for arguments in runs:
        session.run("pytest", "--hypothesis-profile=thorough", *arguments)


@nox.session
def oracles(session: nox.Session) -> None:
    """Ask the ecosystems' own tools; each test is skipped, with its reason, where its tool is absent. --rust compiles two more, in five minutes or so."""
    install(session, "test", "browser")
    words = [word for word in session.posargs if word != "--rust"]
    path = [*os.environ.get("PATH", os.defpath).split(os.pathsep), *imported(session, rust="--rust" in session.posargs)]
    session.run("pytest", "-m", "oracle", *(words or ["-q"]), env={"PATH": os.pathsep.join(path)})


def imported(session: nox.Session, *, rust: bool) -> list[str]:
    """The folders of the tools that are imported from, installed beside the session; what cannot be had is left out, and said.

    They are looked for last: what the machine has goes first. Those in Rust are compiled only when that is asked for.
    """
    beside = Path(session.virtualenv.location, "imported")
    found = []
    for group in ("import-oracles", "import-oracles-once"):
        folder = beside / group
        names = nox.project.dependency_groups(nox.project.load_toml(HERE / "pyproject.toml"), group)
        python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        if bring(session, folder, names, [["python", "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", "--quiet", *names]]):
            found.append(str(python.parent))
    folder = beside / "node"
    if bring(session, folder, NODE_TOOLS, [["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *NODE_TOOLS]]):
        found.append(str(folder / "node_modules" / ".bin"))
    folder = beside / "go"
    if bring(session, folder, GO_TOOLS, [["go", "install", name] for name in GO_TOOLS], GOBIN=str(folder)):
        found.append(str(folder))
    for name in RUST_TOOLS:
        folder, command = beside / name, ["cargo", "install", "--locked", "--root", str(beside / name), name]
        found += [str(folder / "bin")] if (rust or (folder / "asked").is_file()) and bring(session, folder, [name], [command], seconds=1800) else []
    return found


def bring(session: nox.Session, folder: Path, names: Sequence[str], commands: Sequence[Sequence[str]], seconds: int = 120, **env: str) -> bool:
    """Whether tools are in a folder of their own, where the commands put them: once, and again when other ones are wanted."""
    stamp, wanted = folder / "asked", "\n".join(names)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return True
    folder.mkdir(parents=True, exist_ok=True)
    for command in commands:
        program = shutil.which(command[0], path=session.bin if command[0] == "python" else None)
        try:
            if program is None:
                raise FileNotFoundError(f"there is no {command[0]}")
            subprocess.run([program, *command[1:]], check=True, timeout=seconds, env=os.environ | env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except (OSError, subprocess.SubprocessError) as error:
            said = str(getattr(error, "stderr", "") or error).strip().splitlines()
            session.log(f"not installed, so the tests that ask it are skipped: {' '.join(names)}: {said[-1] if said else error}")
            return False
    stamp.write_text(wanted, encoding="utf-8")
    return True


@nox.session
def history(session: nox.Session) -> None:
    """Replay every release in a clone of Wasmtime, or in a folder of clones: nox -s history -- CLONES"""
    install(session, "test")
    clone = [f"--clone={Path(session.invoked_from, session.posargs[0])}"] if session.posargs else []
    session.run("pytest", "-m", "history", "-q", "-s", *clone, *session.posargs[1:])


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against the tools that users would pick instead, in one run."""
    install(session)
    rivals = Path(session.virtualenv.location, "rivals")  # an environment of their own: tbump wants a tomlkit of long ago
    if not rivals.is_dir():
        session.run("python", "-m", "venv", str(rivals))
        names = nox.project.dependency_groups(nox.project.load_toml(HERE / "pyproject.toml"), "bench")
        session.run(str(rivals / "bin" / "python"), "-m", "pip", "install", "--quiet", *names, external=True)
    session.run("python", str(Path("tests", "bench.py")), "--rivals", str(rivals), *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Check the news fragments, and show what the changelog will say."""
    install(session, "docs", project=False)
    session.run("towncrier", "build", "--draft", "--version", session.posargs[0] if session.posargs else "next")


@nox.session
def demo(session: nox.Session) -> None:
    """Make the demo family anew, at 7.0.0."""
    if FAMILY.exists():
        session.log(f"{FAMILY} goes away, with all that was done to it")
        _remove(FAMILY)
    session.run("python", "fixtures/family.py", str(FAMILY))


def _remove(folder: Path) -> None:
    """Removes a folder, also where git has made files in it read-only (which Windows minds)."""
    for at, folders, files in os.walk(folder, topdown=False):
        for name in files:
            path = Path(at, name)
            path.chmod(0o600)
            path.unlink()
        for name in folders:
            Path(at, name).rmdir()
    folder.rmdir()
