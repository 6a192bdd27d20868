"""The guide that adds an embedding in 20 minutes, followed to the letter."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILES: dict[str, str] = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", GUIDE, re.M | re.S))
"""The guide's blocks that name a file."""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which somebody has done what the guide says."""
    copy = tmp_path_factory.mktemp("followed")
    for name in ("sync", "adapters", "docs", "manifests", "tests", "pyproject.toml", "noxfile.py", "CONTRIBUTING.md", "README.md", "fixtures/family.py"):
        (copy / name).parent.mkdir(exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, copy / name)
    for path, text in FILES.items():
        if path == "adapters/__init__.py":
            head, opening, rows = (copy / path).read_text(encoding="utf-8").partition("= {\n")
            (copy / path).write_text(head + opening + text + rows, encoding="utf-8")
        else:
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text, encoding="utf-8")
    return copy


def python(folder: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_guide_names_every_file_that_it_takes() -> None:
    assert sorted(FILES) == [
        "adapters/__init__.py",
        "adapters/shards.py",
        "fixtures/shards/requirements/case.toml",
        "fixtures/shards/requirements/in/shard.yml",
        "fixtures/shards/requirements/out/shard.yml",
    ]


def test_the_laws_hold_for_what_the_guide_makes(followed: Path) -> None:
    """With the arguments that the guide gives to ``nox -s laws``; the rules of the house count as well."""
    arguments = re.findall(r"^nox -s laws -- (.+)$", GUIDE, re.M)
    assert len(arguments) == 1
    printed = python(followed, "-m", "pytest", "-p", "no:cacheprovider", "-v", *arguments[0].split())
    passed = re.findall(r"^(tests/\S+?)::\S*shards\S* PASSED", printed, re.M)
    assert "tests/test_house.py" in passed
    assert len(set(passed)) >= 2, f"the laws found no case:\n{printed}"


def test_the_house_has_room_for_the_adapter(followed: Path) -> None:
    assert FILES["adapters/shards.py"].count("\n") <= 60
