"""CMake reports the version that the adapter set."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import adapters
from sync import formats, testing
from sync.registry import Registry
from sync.source import Source

REGISTRY = Registry(adapters.TABLE, adapters.load)

TREES = {
    "literal": 'project(kite LANGUAGES NONE # 1.2.3\n  VERSION "1.2.3")\n',
    "split": 'set(MAJOR 1)\nset(MINOR 2)\nset(PATCH "3")\nset(V ${MAJOR}.${MINOR}.${PATCH})\nproject(kite VERSION ${V} LANGUAGES NONE)\n',
    "variable": 'set(kite_VERSION "1.2.3")\nset(V ${kite_VERSION})\nproject("kite" VERSION ${V} LANGUAGES NONE)\n',
}


def moved(text: str) -> str:
    """The file after every site, and every value pointed at, is set to 4.5.6."""
    found = testing.find(REGISTRY.adapter("cmake"), REGISTRY, "cmake", {"CMakeLists.txt": text.encode()}, [])
    after = testing.rewritten(found.sites, "4.5.6").get("CMakeLists.txt", text.encode())
    for _, pointer in found.pointers:
        (leaf,) = formats.select(Source.of("CMakeLists.txt", after), pointer.select)
        after = after[: leaf.span.start] + b"4.5.6" + after[leaf.span.end :]
    return after.decode()


@pytest.mark.parametrize("name", TREES)
def test_a_version_is_moved_where_it_stands(name: str) -> None:
    wanted = TREES[name].replace('"1.2.3"', '"4.5.6"').replace("MAJOR 1", "MAJOR 4").replace("MINOR 2", "MINOR 5").replace('"3"', '"6"')
    assert moved(TREES[name]) == wanted


@pytest.mark.oracle
@pytest.mark.parametrize("name", TREES)
def test_cmake_reports_the_new_version(name: str, tmp_path: Path) -> None:
    tool = shutil.which("cmake")
    if tool is None:
        pytest.skip("cmake is not installed")
    head, tail = "cmake_minimum_required(VERSION 3.12)\n", 'message(NOTICE "${PROJECT_NAME} ${PROJECT_VERSION}")\n'
    (tmp_path / "CMakeLists.txt").write_text(head + moved(TREES[name]) + tail)
    done = subprocess.run([tool, "-S", str(tmp_path), "-B", str(tmp_path / "build")], capture_output=True, text=True, check=True)
    assert "kite 4.5.6" in done.stderr.splitlines()
