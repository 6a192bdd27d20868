"""What a stranger meets first: what each command of adoption says, and that what it tells to type works."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands import repository, versync

GO = """
[project]
name = "kiln"
leader = "kiln"

[repos.kiln]

[[components]]
name = "kiln"
repo = "kiln"
packages = ["pkg:npm/kiln"]

[[components]]
name = "kiln-go"
repo = "kiln"
packages = ["pkg:golang/registry.example/kiln"]
"""


def test_a_bump_says_of_a_go_module_that_its_tag_alone_moves(tmp_path: Path) -> None:
    npm = '{ "name": "kiln", "version": "%s" }\n'
    repository(tmp_path, {"versync.toml": GO, "package.json": npm % "1.2.0", "go.mod": "module registry.example/kiln\n"}, tag="v1.2.0")
    ran = versync(tmp_path, "bump", "1.3.0")
    assert ran.out.splitlines()[:3] == ["kiln     1.2.0 -> 1.3.0", "kiln-go  1.2.0 -> 1.3.0 (by its tag; no file holds it)", "kiln: 1 file written to the work tree"]
    assert versync(tmp_path, "undo").out == "1 file stands as it did before the last bump\n"
    told = json.loads(versync(tmp_path, "bump", "2.0.0", "--format", "json").out)
    assert [one["name"] for one in told["components"]] == ["kiln", "kiln-go"]
    assert versync(tmp_path, "undo").out == "2 files stand as they did before the last bump\n"


def test_a_go_module_above_v1_changes_no_file_within_its_major(tmp_path: Path) -> None:
    repository(tmp_path, {"versync.toml": GO, "package.json": '{ "name": "kiln", "version": "3.2.0" }\n', "go.mod": "module registry.example/kiln/v3\n"}, tag="v3.2.0")
    assert "kiln-go  3.2.0 -> 3.3.0 (by its tag; no file changes)" in versync(tmp_path, "bump", "3.3.0").out
    assert versync(tmp_path, "undo").code == 0
    assert "kiln-go  3.2.0 -> 4.0.0\n" in versync(tmp_path, "bump", "4.0.0").out, "the path of the module says it"


def test_one_site_is_not_said_to_be_many(tmp_path: Path) -> None:
    repository(tmp_path, {"versync.toml": GO.partition('[[components]]\nname = "kiln-go"')[0], "package.json": '{ "name": "kiln", "version": "3.2.0" }\n'})
    assert versync(tmp_path, "sites").out.endswith("\n1 site\n")
