"""What real histories teach: ``nox -s history -- CLONE``, where CLONE is a clone of Wasmtime, or a folder of clones with wasmtime-go among them."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
from sync.learn import proposals
from sync.learn.model import Learnt
from sync.manifest import read
from sync.registry import Registry
from sync.tree import open_tree
from tests.clones import clone_of

pytestmark = pytest.mark.history

ALONE = """\
[project]
name = "{name}"
leader = "{name}"
[repos.{name}]
[[components]]
name = "{name}"
repo = "{name}"
packages = ["{package}"]
"""
"""A manifest that knows the leader and nothing else: all the rest is the history's."""


def learnt(root: Path, name: str, package: str) -> tuple[Learnt, ...]:
    """What the history says to whoever knows nothing but the leader."""
    manifest = read.read("versync.toml", ALONE.format(name=name, package=package).encode())
    return proposals.learn(manifest, name, open_tree(name, root, "HEAD"), Registry(adapters.TABLE, adapters.load))[0]


def test_wasmtimes_history_teaches_the_header_the_cranelift_rule_and_the_styles(clone: Path) -> None:
    rows = learnt(clone, "wasmtime", "pkg:cargo/wasmtime")
    macros = {(one.place.value, one.place.template): (one.held, one.of) for one in rows if one.place is not None and one.place.kind == "macro" and one.path == "crates/c-api/include/wasmtime.h"}
    assert set(macros) == {("WASMTIME_VERSION", "{version}"), *((f"WASMTIME_VERSION_{part.upper()}", f"{{{part}}}") for part in ("major", "minor", "patch"))}
    assert all(held == of >= 150 for held, of in macros.values())
    cranelift = [one for one in rows if one.packages and "pkg:cargo/cranelift-codegen" in one.packages]
    assert [(one.rule, one.style) for one in cranelift] == [("0.{major + 87}.{patch}", "^")]
    assert cranelift[0].held >= 160
    styles = {one.style: one for one in rows if one.style and one.rule in ("", "exact")}
    assert (styles["^"].component, styles["^"].packages) == ("wasmtime", ())
    assert {"pkg:cargo/wasmtime-environ", "pkg:cargo/wasmtime-internal-*", "pkg:cargo/pulley-interpreter"} <= set(styles["="].packages)
    assert not [one for one in rows if one.drifted]


def test_wasmtime_gos_history_teaches_the_download_script_the_readme_and_the_importpath(clones: Path) -> None:
    root = clone_of(clones, "https://registry.example/bytecodealliance/wasmtime-go")
    if root is None:
        pytest.skip("needs a clone of wasmtime-go in the folder: nox -s history -- FOLDER")
    rows = learnt(root, "wasmtime-go", "pkg:golang/github.com/bytecodealliance/wasmtime-go")
    found = {(one.path, str(one.place.value)): one for one in rows if one.place is not None}
    assert ("ci/download-wasmtime.py", "version") in found
    assert ("BUILD.bazel", "github.com/bytecodealliance/wasmtime-go/v{major}") in found
    assert ("README.md", 'importpath = "github.com/bytecodealliance/wasmtime-go/v{major}",') in found
    readme = found["README.md", 'version = "v{version}",']
    assert (readme.text, readme.expected) == ("44.0.1", "44.0.0"), "drifted: the README promises a release that there is not"
    assert {one.path for one in rows if one.drifted} == {"README.md"}
