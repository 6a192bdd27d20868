"""Where a GitHub workflow runs: runners by name, by label, by matrix, and what nobody can know before it runs."""

from __future__ import annotations

import pytest

from sync.errors import UnreadableError
from sync.policy.workflows import Runs, read


def runs(jobs: str) -> Runs:
    return read("main.yml", f"name: CI\non: [push]\njobs:\n{jobs}".encode())


@pytest.mark.parametrize(
    ("label", "platform"),
    [
        ("ubuntu-latest", "x86_64-linux"),
        ("ubuntu-24.04-arm", "aarch64-linux"),
        ("ubuntu-24.04-s390x", "s390x-linux"),
        ("windows-2025", "x86_64-windows"),
        ("windows-11-arm", "aarch64-windows"),
        ("macos-latest", "aarch64-macos"),
        ("macos-15", "aarch64-macos"),
        ("macos-13", "x86_64-macos"),
        ("macos-15-intel", "x86_64-macos"),
        ("macos-14-large", "x86_64-macos"),
        ("macos-14-xlarge", "aarch64-macos"),
        ("macos-13-xlarge", "aarch64-macos"),
        ("[self-hosted, linux, ARM64]", "aarch64-linux"),
        ("{ group: big, labels: ubuntu-22.04 }", "x86_64-linux"),
        ("{ group: big, labels: [self-hosted, Windows, X64] }", "x86_64-windows"),
    ],
)
def test_a_runner_is_a_platform(label: str, platform: str) -> None:
    assert runs(f"  a:\n    runs-on: {label}\n") == (frozenset({platform}), ())


@pytest.mark.parametrize(("label", "why"), [("bigger-one", "a name of somebody's own"), ("[self-hosted, linux]", "no machine"), ("{ group: big }", "a group says nothing")])
def test_a_runner_of_ones_own_is_not_known(label: str, why: str) -> None:
    assert runs(f"  a:\n    runs-on: {label}\n") == (frozenset(), ("a",)), why


MATRIX = "  a:\n    runs-on: ${{{{ {} }}}}\n    strategy:\n      matrix:\n        {}\n"


@pytest.mark.parametrize(
    ("expression", "matrix", "platforms"),
    [
        ("matrix.os", "os: [ubuntu-latest, windows-latest]", {"x86_64-linux", "x86_64-windows"}),
        ("matrix.os", "include: [{ os: macos-14, name: a }, { name: b, os: ubuntu-22.04 }]", {"aarch64-macos", "x86_64-linux"}),
        ("matrix.os", "os: [ubuntu-latest]\n        include: [{ os: windows-2022 }]", {"x86_64-linux", "x86_64-windows"}),
        ("matrix.config.os", "config: [{ os: ubuntu-24.04-arm, cc: gcc }, { os: macos-13 }]", {"aarch64-linux", "x86_64-macos"}),
        ("matrix['os']", "os: [ubuntu-latest]", {"x86_64-linux"}),
        ("matrix.os || 'windows-2025'", "os: [ubuntu-latest]", {"x86_64-linux", "x86_64-windows"}),
        ("matrix.arm == 'yes' && 'ubuntu-24.04-arm' || 'ubuntu-24.04'", "arm: ['yes', 'no']", {"x86_64-linux", "aarch64-linux"}),
        ("matrix.os", "os: [ubuntu-latest, windows-latest]\n        exclude: [{ os: windows-latest }]", {"x86_64-linux"}),
        ("matrix.os", "os: [ubuntu-latest, windows-latest]\n        py: [3, 4]\n        exclude: [{ os: windows-latest, py: 3 }]", {"x86_64-linux", "x86_64-windows"}),
    ],
)
def test_a_matrix_says_where_a_job_runs(expression: str, matrix: str, platforms: set[str]) -> None:
    found = runs(MATRIX.format(expression, matrix))
    # a comparison with a literal leaves values of the matrix that are no runner; these count as not known, never as a platform
    assert found.platforms == platforms
    assert found.unknown == (("a",) if "==" in expression else ())


@pytest.mark.parametrize(
    "job",
    [
        "    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix: ${{ fromJSON(needs.plan.outputs.matrix) }}\n",
        "    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: ${{ fromJSON(needs.plan.outputs.os) }}\n",
        "    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        include: ${{ fromJSON(needs.plan.outputs.os) }}\n",
        "    runs-on: ${{ fromJSON('[\"ubuntu-latest\"]') }}\n",
        "    runs-on: ${{ inputs.os }}\n",
        "    runs-on: *runner\n    timeout-minutes: 5\n",
        "    uses: ./.github/workflows/other.yml\n",
    ],
)
def test_what_is_computed_is_not_known(job: str) -> None:
    anchor = "  z:\n    runs-on: &runner windows-2025\n"
    found = runs(anchor + "  a:\n" + job)
    assert found.unknown == ("a",)
    assert found.platforms == {"x86_64-windows"}


def test_a_job_that_is_an_alias_is_not_followed() -> None:
    assert runs("  a: &job\n    runs-on: ubuntu-latest\n  b: *job\n") == (frozenset({"x86_64-linux"}), ("an alias",))


@pytest.mark.parametrize("condition", ["false", "${{ false }}"])
def test_a_job_that_is_switched_off_does_not_run(condition: str) -> None:
    assert runs(f"  a:\n    if: {condition}\n    runs-on: ubuntu-latest\n  b:\n    if: github.ref == 'x'\n    runs-on: macos-13\n") == (frozenset({"x86_64-macos"}), ())


def test_a_part_of_a_platform_means_any_that_has_it() -> None:
    found = Runs(frozenset({"x86_64-linux", "aarch64-macos"}), ())
    assert [name for name in ("x86_64", "aarch64", "linux", "aarch64-linux", "windows", "macos", "x86") if found.on(name)] == ["x86_64", "aarch64", "linux", "macos"]


@pytest.mark.parametrize("text", ["hello", "[]", "", "jobs:\n", "jobs: [a]\n", "on: push\n---\njobs: {}\n"])
def test_a_file_without_jobs_runs_nowhere(text: str) -> None:
    assert read("main.yml", text.encode()) == (frozenset(), ())


def test_what_is_no_yaml_is_an_error() -> None:
    with pytest.raises(UnreadableError):
        read("main.yml", b"jobs: [\n")
