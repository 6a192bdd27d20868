"""The reader of generated locks, held against tomllib."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import lock
from sync.source import Source

FIXTURES = Path(__file__).parents[2] / "fixtures"
LOCKS = sorted([*FIXTURES.glob("cargo_lock/*/in/**/*.lock"), *FIXTURES.glob("python_locks/*/in/**/*.lock")])


@pytest.mark.parametrize("path", LOCKS, ids=[f"{path.parts[-3]}-{path.name}" for path in LOCKS])
def test_every_leaf_is_what_tomllib_finds_under_that_path(path: Path) -> None:
    source = Source.of(path.name, path.read_bytes())
    other = lock.reread(source)
    found = lock.read(source)
    assert found.leaves
    assert {leaf.path: leaf.value for leaf in found}.items() <= other.items()
    assert all(source.text(leaf.span) == leaf.value for leaf in found)
    names = {at: value for at, value in other.items() if at[0] == "package" and len(at) == 3 and at[2] in ("name", "version")}
    assert {leaf.path: leaf.value for leaf in found if leaf.path in names} == names, "no name and no version is missed"


names = st.sampled_from(["a", "b-c", "ünï"])
origins = st.sampled_from(["", 'source = "registry"', 'source = { editable = "." }', 'source = { virtual = "../x" }'])
dependencies = st.lists(st.sampled_from(["x", "x 1.0", "y 2.0 (r)"]), max_size=4)


@given(st.lists(st.tuples(names, origins, dependencies), max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_any_lock_of_that_layout_is_read_as_tomllib_reads_it(entries: list[tuple[str, str, list[str]]], end: str) -> None:
    text = "version = 4\n"
    for name, origin, needs in entries:
        text += f'\n[[package]]\nname = "{name}"\nversion = "1.2.3"\n{origin}\n'
        if needs:
            text += "dependencies = [\n" + "".join(f' "{one}",\n' for one in needs) + "]\n"
    source = Source.of("Cargo.lock", text.replace("\n", end).encode())
    wanted = {path: value for path, value in lock.reread(source).items() if path[0] == "package" and ("dependencies" not in path or " " in value)}
    assert {leaf.path: leaf.value for leaf in lock.read(source)} == wanted


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[[package]]\nname = "a"\n<<<<<<< HEAD\nversion = "1"\n', 3, "a merge conflict is not resolved"),
        ('[[package]]\nname = "a"\nversion = "1"\nversion = "2"\n', 4, "package[0].version is defined a second time"),
        ('[[package]]\nname = "\xff"\n', 2, "not UTF-8: invalid start byte"),
    ],
)
def test_a_lock_that_nobody_generates_is_refused_at_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        lock.read(Source.of("Cargo.lock", text.encode("latin-1")))
    assert [(one.line, one.message) for one in caught.value.problems] == [(line, message)]
