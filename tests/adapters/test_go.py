"""A Go major, moved by the two Go adapters together, and what go itself says of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import adapters
from sync import testing
from sync.registry import Registry
from tests.trees import Family

REGISTRY = Registry(adapters.TABLE, adapters.load)

KITE = "pkg:golang/example.com/kite"


def tree(suffix: str, version: str) -> dict[str, bytes]:
    """A module, its command, and a module of examples that replaces it, at a major."""
    texts = {
        "go.mod": f"module example.com/kite{suffix}\n\ngo 1.18\n",
        "kite.go": 'package kite\n\nimport _ "fmt"\n\nconst Name = "example.com/kite"\n',
        "cmd/main.go": f'package main\n\nimport (\n\t"fmt"\n\n\tk "example.com/kite{suffix}"\n\t"example.com/kite{suffix}/sub"\n)\n\nfunc main() {{ fmt.Println(k.Name, sub.Name) }}\n',
        "sub/sub.go": "package sub\n\nconst Name = `example.com/kite/sub`\n",
        "examples/go.mod": f"module example.com/examples\n\ngo 1.18\n\nrequire example.com/kite{suffix} v{version} // here\n\nreplace example.com/kite{suffix} => ../\n",
        "examples/a.go": f'package main\n\nimport "example.com/kite{suffix}/sub"\n\nfunc main() {{ println(sub.Name) }}',
    }
    return {path: text.encode() for path, text in texts.items()}


def moved(files: dict[str, bytes], wanted: str) -> dict[str, bytes]:
    """The tree after every site of the module is set to a version, by both adapters."""
    after = dict(files)
    for name in ("gomod", "go"):
        found = testing.find(REGISTRY.adapter(name), REGISTRY, name, files, [KITE])
        after.update(testing.rewritten([(source, site) for source, site in found.sites if site.package == KITE], wanted))
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [(("", "1.9.0"), ("/v2", "2.0.0")), (("/v2", "2.0.0"), ("/v3", "3.0.0")), (("/v3", "3.0.0"), ("", "1.0.0")), (("/v9", "9.0.0"), ("/v10", "10.0.0")), (("", "0.9.0"), ("", "1.0.0"))],
)
def test_a_major_moves_every_path_of_the_module_and_nothing_else(before: tuple[str, str], after: tuple[str, str]) -> None:
    assert moved(tree(*before), after[1]) == tree(*after)


@pytest.mark.parametrize(("required", "lands"), [("", "example.com/kite/v2/tail/knot"), ("require example.com/kite/tail v1.0.0\n", "example.com/kite/tail/v2/knot")])
def test_an_import_belongs_to_the_longest_module_that_a_go_mod_names(tmp_path: Path, required: str, lands: str) -> None:
    manifest = """
[project]
name = "kite"
leader = "kite"
[repos.kite]
[[components]]
name = "kite"
repo = "kite"
packages = ["pkg:golang/example.com/kite", "pkg:golang/example.com/kite/tail"]
"""
    family = Family(tmp_path, manifest, {"kite": {"go.mod": f"module example.com/kite\n\ngo 1.21\n{required}", "a.go": 'package a\n\nimport _ "example.com/kite/tail/knot"\n'}})
    family.write(family.bump("2.0.0"))
    assert family.text("kite", "a.go") == f'package a\n\nimport _ "{lands}"\n'


@pytest.mark.oracle
def test_go_builds_what_was_moved_to_a_new_major(tmp_path: Path) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    for path, raw in moved(tree("", "1.9.0"), "2.0.0").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    environment = {**os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOCACHE": str(tmp_path / "cache"), "GOWORK": "off"}

    def run(folder: str, *arguments: str) -> str:
        return subprocess.run([go, *arguments], cwd=tmp_path / folder, env=environment, capture_output=True, text=True, check=True).stdout

    assert run(".", "list", "./...").split() == ["example.com/kite/v2", "example.com/kite/v2/cmd", "example.com/kite/v2/sub"]
    run(".", "vet", "./...")
    assert run("examples", "list", "-m", "-f", "{{.Path}} {{.Version}}", "all").splitlines() == ["example.com/examples ", "example.com/kite/v2 v2.0.0"]
    run("examples", "vet", "./...")
