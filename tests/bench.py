"""Whole processes against the tools that users would pick instead, on the same work, in one run: ``nox -s bench``.

Each work is one git repository with the configuration of every tool in it. Before every run it is put back, file times
and index too, and the disk is settled; the tools take turns. Every tool must leave the same bytes behind.

    python tests/bench.py [--rivals VENV] [--rounds N] [--only WORK ...] [--json FILE]

``--rivals``: the environment that holds bumpver, bump-my-version and tbump (default: PATH); a tool that is absent is left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

OLD, NEW = "1.2.3", "2.0.0"
LONG_AGO = 1_700_000_000
"""The time that every file is given, in Unix seconds: no index takes it for changed in the second in which it was read."""

CONFIGURATION = ("versync.toml", "bumpver.toml", ".bumpversion.toml", "tbump.toml")

WORKS = ("few", "workspace", "many", "check", "audit", "calendar")

LITERALS = (OLD, "1_2_3", "10203", "AJOR", "ajor", "-SNAPSHOT<")
"""What `versync audit` looks for in a repository at OLD: the version with dots, with underscores, as one integer, by its parts, and the snapshot after it."""

SEARCH = ("git", "grep", "-n", "-I", "-F")
"""The search that a person would do instead."""

ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COVERAGE"))}
"""Nobody's settings: one of them would keep Python from storing what it has compiled."""


class Used(NamedTuple):
    """What one process, with those that it started, took: seconds of CPU (user and system), seconds of wall, MB at its peak."""

    cpu: float
    wall: float
    peak: float


class Work(NamedTuple):
    """Something to bump from OLD to NEW: its files, the globs of those that change, and the package URLs.

    ``beyond`` are files that bumpver cannot do, and is spared: its patterns match any version, and see one line at a time.
    """

    name: str
    files: Mapping[str, str]
    globs: tuple[str, ...]
    packages: str
    beyond: tuple[str, ...] = ()


# ---- the works


def npm(count: int) -> Work:
    """``count`` packages, three requirements of each on others of the family and three on strangers."""
    files = {}
    for number in range(count):
        inside = {f"@family/part-{(number * 7 + step) % count:05}": style + OLD for step, style in ((1, ""), (2, "^"), (3, "~"))}
        package = {
            "name": f"@family/part-{number:05}",
            "version": OLD,
            "description": "A part of the family",
            "license": "Apache-2.0",
            "main": "dist/index.js",
            "types": "dist/index.d.ts",
            "scripts": {"build": "tsc --build", "test": "node --test"},
            "dependencies": inside | {"left-of-here": "^4.17", "right-of-here": "~8.4"},
            "devDependencies": {"typist": "^5.4"},
        }
        files[f"packages/part-{number:05}/package.json"] = json.dumps(package, indent=2) + "\n"
    return Work(f"{count:,} npm packages", files, ("packages/*/package.json",), "pkg:npm/%40family/*")


def workspace() -> Work:
    """The shape of Wasmtime: a root, 70 crates that inherit their version, 32 that state it; a lock of some 6,000 lines."""
    inherit, state = [f"crates/part-{number:03}" for number in range(70)], [f"cranelift/unit-{number:03}" for number in range(32)]
    name = {path: path.rpartition("/")[2] for path in (*inherit, *state)}
    root = f'[workspace]\nresolver = "2"\nmembers = ["crates/*", "cranelift/*"]\n\n[workspace.package]\nversion = "{OLD}"\nedition = "2021"\n\n[workspace.dependencies]\n'
    root += "".join(f'{name[path]} = {{ path = "{path}", version = "={OLD}" }}\n' for path in (*inherit, *state))
    root += "".join(f'stranger-{number:03} = "0.{number}"\n' for number in range(120))
    files = {"Cargo.toml": root}
    for number, path in enumerate((*inherit, *state)):
        version = "version.workspace = true" if path in inherit else f'version = "{OLD}"'
        near = f'unit-{(number + 1) % 32:03} = {{ path = "../unit-{(number + 1) % 32:03}", version = "{OLD}" }}\n' if path in state else ""
        files[f"{path}/Cargo.toml"] = (
            f'[package]\nname = "{name[path]}"\n{version}\nedition.workspace = true\nlicense = "Apache-2.0"\n\n[lints]\nworkspace = true\n\n[dependencies]\n{near}'
            + "".join(f"stranger-{(number + step) % 120:03} = {{ workspace = true }}\n" for step in range(12))
            + f'\n[target.\'cfg(unix)\'.dependencies]\nstranger-{number:03} = {{ workspace = true, features = ["std"] }}\n\n[features]\ndefault = ["std"]\nstd = []\n'
        )
    entries = dict.fromkeys(name.values(), f'version = "{OLD}"\ndependencies = [\n "stranger-000",\n "stranger-001",\n]\n')
    for number in range(560):
        wanted = "".join(f' "stranger-{(number * 3 + step) % 560:03}",\n' for step in range(3))
        checksum = hashlib.sha256(str(number).encode()).hexdigest()
        entries[f"stranger-{number:03}"] = f'version = "0.{number}.7"\nsource = "registry+https://registry.example/index"\nchecksum = "{checksum}"\ndependencies = [\n{wanted}]\n'
    files["Cargo.lock"] = "version = 4\n\n" + "\n".join(f'[[package]]\nname = "{one}"\n{entries[one]}' for one in sorted(entries))
    return Work("a Wasmtime-shaped workspace", files, ("Cargo.toml", "Cargo.lock", "cranelift/*/Cargo.toml"), "pkg:cargo/*", ("Cargo.lock",))


def grown() -> Work:
    """The workspace among 7,000 source files of 10 KB, some of which hold the version, another number that is like it, or the word "major"."""
    work = workspace()
    words = ("let", "value", "of", "the", "loop", "=", "in", "memory", "table", "0x1f", "(index)", "+", "offset", "return", "when", "it", "traps;")
    bodies = []
    for kind in range(40):
        lines = [" ".join(words[(kind * 5 + line * step) % len(words)] for step in range(1, 13)) for line in range(180)]
        lines[kind * 4] += " the major part" if kind % 10 == 0 else f" 11.2.3{kind}" if kind % 10 == 1 else ""
        bodies.append("\n".join(lines) + "\n")
    files = {f"crates/part-{number % 70:03}/src/group-{number // 700}/unit-{number:04}.rs": bodies[number % len(bodies)] for number in range(7_000)}
    stated = {f"docs/page-{number}.md": f"# Page\n\ncargo install family --version {OLD}\n" for number in range(20)}
    return work._replace(name="audit of 7,000 files", files={**work.files, **files, **stated, "VERSION": f"{OLD}\n"})


def single() -> Work:
    """A repository of one file."""
    return Work("one file", {"Cargo.toml": f'[package]\nname = "only"\nversion = "{OLD}"\nedition = "2021"\n'}, ("Cargo.toml",), "pkg:cargo/only")


CALENDAR = """
import time
from datetime import date
from pathlib import Path
from sync.policy import calendar
from sync.policy.lines import schedule
from sync.policy.model import Released
from sync.policy.read import find, read
from sync.version import Version

path = find(Path("."), "wasmtime")
policy = read(path.name, path.read_bytes())
cadence = policy.rules[-1].cadence
first = calendar.index(cadence, date(2022, 9, 20))
releases = [Released(Version((1 + at, 0, 0)), calendar.shifted(cadence.shift, calendar.slot(cadence, first + at))) for at in range(950)]
begun = time.perf_counter()
from sync.report.calendar import ics, records, text, view, yaml
seen = view(schedule(policy, releases, releases[-1].day, count=50), releases)
assert len(seen.lines) == 1000
size = sum(map(len, (text.schedule(seen, "table"), text.schedule(seen, "markdown"), records.schedule(seen), records.node(seen), yaml.kubernetes(seen), yaml.endoflife(seen), ics.render(seen))))
print(time.perf_counter() - begun, size)
"""
"""1,000 lines of Wasmtime's policy, of which 950 are out, and all seven formats of them: prints the seconds that it took, without Python's start."""


def tagged(folder: Path, count: int) -> Path:
    """A repository with ``count`` release tags, a week apart, and a manifest that goes by Wasmtime's policy."""
    git(folder.parent, "init", "--quiet", "--initial-branch=main", "--template=", str(folder))
    author = "committer A <a@registry.example>"
    lines = [
        f"commit refs/heads/main\nmark :{at + 1}\n{author} {LONG_AGO - (count - at) * 604800} +0000\ndata 4\nwork\nreset refs/tags/v{1 + at // 5}.0.{at % 5}\nfrom :{at + 1}\n\n"
        for at in range(count)
    ]
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input="".join(lines), text=True, check=True)
    (folder / "versync.toml").write_text('[project]\nname = "one"\nleader = "one"\npolicy = "wasmtime"\n[repos.one]\n[[components]]\nname = "one"\nrepo = "one"\npackages = ["pkg:cargo/one"]\n')
    return folder


def calendar(scratch: Path, versync: str, rounds: int) -> dict[str, Used]:
    """`versync next` with 300 tags, and 1,000 releases in every format; neither has a rival."""
    folder = tagged(scratch / "tagged", 300)
    commands = {"versync": [versync, "next"], "python -c pass": [sys.executable, "-c", "pass"]}
    taken: dict[str, list[Used]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            used = timed(command, folder)
            if number:
                taken[name].append(used)
    table(single()._replace(name="next, with 300 tags"), taken)
    print("  (goal: under 0.150 s of wall)")
    spent = [float(subprocess.run([sys.executable, "-c", CALENDAR], capture_output=True, text=True, check=True, cwd=folder, env=ENVIRONMENT).stdout.split()[0]) for _ in range(rounds)]
    print(f"\n1,000 releases, scheduled and rendered in seven formats: {median(spent):.3f} s (goal: under 1)")
    return {name: middle(some) for name, some in taken.items()} | {"seven formats": Used(0, median(spent), 0)}


def configuration(work: Work) -> dict[str, str]:
    """The same work for every tool. The others are given the files that change, and only these; none commits."""
    ours = f'[project]\nname = "family"\nleader = "family"\n\n[repos.family]\n\n[[components]]\nname = "family"\nrepo = "family"\npackages = ["{work.packages}"]\n'
    bumpver = f'[bumpver]\ncurrent_version = "{OLD}"\nversion_pattern = "MAJOR.MINOR.PATCH"\ncommit = false\ntag = false\npush = false\n\n[bumpver.file_patterns]\n'
    bumpver += '"bumpver.toml" = [\'current_version = "{version}"\']\n' + "".join(f'"{one}" = [\'{{version}}"\']\n' for one in work.globs if one not in work.beyond)
    bumpversion = f'[tool.bumpversion]\ncurrent_version = "{OLD}"\ncommit = false\ntag = false\n'
    for one in work.globs:
        bumpversion += f'\n[[tool.bumpversion.files]]\n{"glob" if "*" in one else "filename"} = "{one}"\nsearch = \'{{current_version}}"\'\nreplace = \'{{new_version}}"\'\n'
    tbump = f'[version]\ncurrent = "{OLD}"\nregex = \'\'\'(?P<major>\\d+)\\.(?P<minor>\\d+)\\.(?P<patch>\\d+)\'\'\'\n\n[git]\nmessage_template = "{{new_version}}"\ntag_template = "v{{new_version}}"\n'
    tbump += "".join(f'\n[[file]]\nsrc = "{one}"\n' for one in work.globs)
    return dict(zip(CONFIGURATION, (ours, bumpver, bumpversion, tbump), strict=True))


# ---- running


def tools(rivals: Path | None) -> dict[str, list[str]]:
    """The command of every tool that is installed."""
    own = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    theirs = str(rivals.absolute() / "bin") if rivals else own
    commands = {
        "versync": (own, "versync", "bump", NEW),
        "bumpver": (theirs, "bumpver", "update", "--set-version", NEW, "--no-fetch"),
        "bump-my-version": (theirs, "bump-my-version", "bump", "--new-version", NEW),
        "tbump": (theirs, "tbump", "--only-patch", "--non-interactive", NEW),
    }
    found = {}
    for name, (path, program, *rest) in commands.items():
        where = shutil.which(program, path=path)
        if where is None:
            print(f"{name} is not installed, and so left out", file=sys.stderr)
        else:
            found[name] = [where, *rest]
    return found


def sed(work: Work) -> list[str]:
    """The floor: what does the same to the bytes, and knows nothing."""
    return ["sh", "-c", f"sed -i 's/{OLD.replace('.', '[.]')}\"/{NEW}\"/' {' '.join(work.globs)}"]


def timed(command: Sequence[str], folder: Path) -> Used:
    """Runs a command to its end. Its peak is never below this process's own, which is why this file imports so little."""
    os.sync()
    with tempfile.TemporaryFile() as told:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=told, stderr=told, stdin=subprocess.DEVNULL, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{told.read().decode(errors='replace')[-2000:]}")
    return Used(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def git(folder: Path, *arguments: str) -> None:
    """One git command, which must succeed."""
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def contents(work: Work) -> dict[str, bytes]:
    """Every file of the repository."""
    return {path: text.encode() for path, text in (*work.files.items(), *configuration(work).items())}


def laid(work: Work, folder: Path) -> Path:
    """A fresh repository with that work in it."""
    for path, text in contents(work).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    git(folder.parent, "init", "--quiet", "--initial-branch=main", "--template=", str(folder))
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Somebody", "-c", "user.email=somebody@registry.example", "commit", "--quiet", "--no-gpg-sign", "--message=Work")
    return folder


def put_back(work: Work, folder: Path) -> None:
    """As it was when it was committed, and as if that had been long ago. Files are written in place: one that is removed makes the next one dearer on ext4."""
    shutil.rmtree(folder / ".git" / "versync", ignore_errors=True)
    for path, text in contents(work).items():
        if (folder / path).read_bytes() != text:
            (folder / path).write_bytes(text)
        os.utime(folder / path, (LONG_AGO, LONG_AGO))
    git(folder, "update-index", "-q", "--refresh")


def digest(work: Work, folder: Path) -> str:
    """One digest over all files of the work that every tool can do."""
    found = hashlib.sha256()
    for path in work.files:
        if path not in work.beyond:
            found.update((folder / path).read_bytes())
    return found.hexdigest()


def measured(work: Work, folder: Path, commands: Mapping[str, Sequence[str]], rounds: int, prepare: Callable[[], None]) -> dict[str, list[Used]]:
    """The commands in turn, each round beginning with another one; what each took in every round. The round before the first warms the caches."""
    names = list(commands)
    taken: dict[str, list[Used]] = {name: [] for name in names}
    wanted = ""
    for number in range(rounds + 1):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            prepare()
            used = timed(commands[name], folder)
            if number:
                taken[name].append(used)
            left = digest(work, folder)
            if wanted and left != wanted:
                sys.exit(f"{work.name}: {name} left other bytes behind than {names[0]}")
            wanted = left
    return taken


def middle(taken: Sequence[Used]) -> Used:
    """The median of each measure by itself."""
    return Used(*(median(values) for values in zip(*taken, strict=True)))


def ratio(one: Sequence[Used], other: Sequence[Used], field: int) -> float:
    """The median over the rounds of one's measure divided by the other's: pairs share what the machine did meanwhile."""
    return median(mine[field] / theirs[field] for mine, theirs in zip(one, other, strict=True))


def table(work: Work, taken: Mapping[str, Sequence[Used]]) -> None:
    """One line for each tool, and versync's ratio to it."""
    print(f"\n{work.name}\n{'':18}{'user+sys':>10}{'wall':>10}{'peak':>10}   versync / it: user+sys, wall")
    for name, some in sorted(taken.items(), key=lambda item: middle(item[1]).cpu):
        used = middle(some)
        against = f"{ratio(taken['versync'], some, 0):>16.2f}{ratio(taken['versync'], some, 1):>7.2f}" if name != "versync" else ""
        print(f"  {name:16}{used.cpu:>8.3f} s{used.wall:>8.3f} s{used.peak:>7.1f} MB{against}")


def main() -> None:
    """Measures, and prints the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rivals", type=Path)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--only", nargs="+", choices=WORKS, default=WORKS)
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    commands = tools(options.rivals)
    kept: dict[str, dict[str, Used]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        for short, work, rounds in (("few", npm(500), options.rounds), ("workspace", workspace(), options.rounds), ("many", npm(10_000), max(3, options.rounds // 2))):
            if short not in options.only:
                continue
            folder = laid(work, Path(scratch, short))
            taken = measured(work, folder, commands | {"sed -i": sed(work)}, rounds, partial(put_back, work, folder))
            table(work, taken)
            kept[short] = {name: middle(some) for name, some in taken.items()}
            shutil.rmtree(folder)
        if "check" in options.only:
            work = single()
            folder = laid(work, Path(scratch, "check"))
            put_back(work, folder)
            both = {"versync": [commands["versync"][0], "check"], "python -c pass": [sys.executable, "-c", "pass"]}
            taken = measured(work, folder, both, max(options.rounds, 15), lambda: None)
            table(work._replace(name="check of a repository of one file"), taken)
            check, start = middle(taken["versync"]), middle(taken["python -c pass"])
            print(f"  over three times python -c pass: {1000 * (check.cpu - 3 * start.cpu):+.0f} ms of user+sys, {1000 * (check.wall - 3 * start.wall):+.0f} ms of wall (goal: under +40)")
            kept["check"] = {name: middle(some) for name, some in taken.items()}
        if "calendar" in options.only:
            kept["calendar"] = calendar(Path(scratch), commands["versync"][0], max(options.rounds, 15))
        if "audit" in options.only:
            work = grown()
            folder = laid(work, Path(scratch, "audit"))
            put_back(work, folder)
            git(folder, "tag", "v1.2.2")
            all_, one = [[*SEARCH, *(word for literal in literals for word in ("-e", literal))] for literals in (LITERALS, LITERALS[:1])]
            both = {"versync": [commands["versync"][0], "audit"], "git grep, all": all_, "git grep, one": one}
            taken = measured(work, folder, both, max(options.rounds, 15), lambda: None)
            table(work, taken)
            kept["audit"] = {name: middle(some) for name, some in taken.items()}
    if "few" in kept and "many" in kept:
        few, many = kept["few"]["versync"], kept["many"]["versync"]
        print(f"\nversync, a file of 10,000 against a file of 500: user+sys {many.cpu / 20 / few.cpu:.2f}, wall {many.wall / 20 / few.wall:.2f} (goal: not over 1)")
    if options.json:
        options.json.write_text(json.dumps({short: {name: used._asdict() for name, used in some.items()} for short, some in kept.items()}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
