"""Every built-in adapter keeps the laws on every one of its fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
from sync import testing
from sync.registry import Registry

FIXTURES = Path(__file__).parents[2] / "fixtures"
REGISTRY = Registry(adapters.TABLE, adapters.load)
CASES = [pytest.param(name, case, id=f"{name}-{case.folder.name}") for name in adapters.TABLE for case in testing.cases(FIXTURES, name)]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_an_adapter_keeps_the_laws(name: str, case: testing.Case) -> None:
    testing.check_case(REGISTRY.adapter(name), REGISTRY, name, case)


@pytest.mark.parametrize("name", adapters.TABLE)
def test_every_adapter_has_a_case(name: str) -> None:
    assert testing.cases(FIXTURES, name), f"fixtures/{name}/<case>/case.toml is missing"
