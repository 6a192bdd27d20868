"""multimod, cargo-release and Knope and versync, on two copies of one tree, as in test_oracles.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.both import copies, differences, edited, laid_out, lines, ours, run, tool

pytestmark = pytest.mark.oracle


def test_multimod_and_versync_write_the_same_bytes_but_for_other_numbers_beside_a_version(tmp_path: Path) -> None:
    program = tool("multimod")
    theirs, own = copies(tmp_path, "multimod/sets")
    edited(theirs, "versions.yaml", ("v1.5.0", "v1.6.0"), ("v0.12.0-rc.1", "v0.12.0"))  # for theirs the new versions are written by hand, and all else follows
    run(theirs, program, "prerelease", "--skip-go-mod-tidy", "--commit-to-different-branch=false")
    ours(own, "multimod", "1.6.0", "beta=0.12.0")
    different = differences(theirs, own)
    assert different.keys() == {"version.go"}
    assert lines(different["version.go"]) == [  # theirs replaces whatever looks like a version in such a file
        ("// Version is the version of this module; 1.6.0 was the first.", "// Version is the version of this module; 1.0.0 was the first.")
    ]


def test_cargo_release_and_versync_write_the_same_bytes_but_for_the_head_of_the_lock_file(tmp_path: Path) -> None:
    program = tool("cargo-release")
    tool("cargo")
    theirs, own = copies(tmp_path, "cargo-release/workspace")
    for step in (["version", "1.9.0"], ["replace"]):  # its steps that write files; the others commit, publish, tag and push
        run(theirs, program, "release", *step, "--execute", "--no-confirm")
    ours(own, "cargo-release", "1.9.0")
    different = differences(theirs, own)
    assert different.keys() == laid_out(different) == {"Cargo.lock"}
    assert different["Cargo.lock"][0].endswith(different["Cargo.lock"][1]), "theirs has had the file written anew, with cargo's remark at its head"


def test_knope_and_versync_write_the_same_values_but_for_what_knope_leaves_behind(tmp_path: Path) -> None:
    program = tool("knope")
    theirs, own = copies(tmp_path, "knope/packages")
    run(theirs, program, "release", *(f"--override-version={one}" for one in ("door=2.4.0", "hinge=0.9.0", "latch=3.2.0")))
    ours(own, "knope", "2.4.0", "hinge=0.9.0", "latch=3.2.0")
    different = differences(theirs, own)
    assert laid_out(different) == {"door/deno.json", "door/pom.xml", "door/tauri.conf.json"}, "theirs has spread what stood on one line, and lost the last line break"
    assert {path: lines(different[path]) for path in different.keys() - laid_out(different)} == {
        "Cargo.lock": [('version = "0.8.0"', 'version = "0.9.0"')],  # an entry of hinge, which no versioned_files names; versync finds the entries of all its packages
        "README.md": [  # of two entries for one file, theirs writes the last over the first
            ("This is door v2.3.0, made for frames of 2.3.0. So get 2.4.0 now.", "This is door v2.4.0, made for frames of 2.3.0. So get 2.4.0 now."),
        ],
    }


def test_knope_and_versync_write_the_same_versions_and_versync_keeps_the_operator_of_a_requirement(tmp_path: Path) -> None:
    program = tool("knope")
    theirs, own = copies(tmp_path, "knope/single", {"knope.toml": ('  "deno.jsonc",\n', "")})  # its documentation has that name, but 0.23 refuses it
    run(theirs, program, "release", "--override-version=0.6.2")
    ours(own, "knope", "0.6.2")
    different = differences(theirs, own)
    assert laid_out(different) == {"app/tauri.macos.conf.json", "package.json", "package-lock.json"}, "theirs has lost the last line break"
    required = different.pop("examples/package.json")
    assert ('"lid": "0.6.2"' in required[0], '"lid": "^0.6.2"' in required[1]) == (True, True), "theirs has lost the ^"
    assert {path: lines(different[path]) for path in different.keys() - laid_out(different)} == {
        "deno.lock": [  # no adapter reads it, and import says so; theirs has left the specifier that the first entry is for
            ('    "jsr:@demo/lid@0.6.1": "0.6.2"', '    "jsr:@demo/lid@0.6.1": "0.6.1"'),
            ('    "@demo/lid@0.6.2": {', '    "@demo/lid@0.6.1": {'),
        ]
    }


def test_knope_that_is_told_of_no_packages_and_versync_take_the_members_of_a_workspace(tmp_path: Path) -> None:
    program = tool("knope")
    theirs, own = copies(tmp_path, "knope/unnamed")
    run(theirs, program, "release", "--override-version=leg=1.1.0", "--override-version=seat=4.0.0")
    ours(own, "knope", "1.1.0", "seat=4.0.0")
    different = differences(theirs, own)
    assert different.keys() == laid_out(different) == {"leg/Cargo.toml"}
    assert lines(different["leg/Cargo.toml"]) == [('version = "1.1.0"', 'version = "1.1.0"  # shorter than the seat\'s')], "theirs has lost the comment"
