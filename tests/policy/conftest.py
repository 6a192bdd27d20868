"""Policies and real releases that the tests of the policy share."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from sync.policy.model import Policy, Released
from sync.policy.read import read
from sync.version import Version

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared" / "facts"


@cache
def shipped(name: str) -> Policy:
    """A policy that comes with versync."""
    path = ROOT / "manifests" / "policies" / f"{name}.toml"
    return read(path.name, path.read_bytes())


@pytest.fixture
def wasmtime() -> Policy:
    return shipped("wasmtime")


@pytest.fixture(scope="session")
def facts() -> Path:
    """The folder of facts about real releases, beside the checkout; where it is not there, the test is skipped."""
    if not FACTS.is_dir():
        pytest.skip("needs the facts about real releases beside the checkout")
    return FACTS


@pytest.fixture(scope="session")
def releases(facts: Path) -> tuple[Released, ...]:
    """Wasmtime's releases, up to August 2026."""
    said = json.loads((facts / "releases.json").read_text("utf-8"))
    return tuple(Released(Version.of(one["version"]), date.fromisoformat(one["date"])) for one in said["wasmtime"])
