"""What the tests of tiers and features share: a policy from text, facts from a few files, a manifest of three components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sync.manifest.model import Manifest
from sync.manifest.read import read as read_manifest
from sync.policy.facts import Facts, Seen
from sync.policy.model import Policy, Released
from sync.policy.read import read
from sync.version import Version

DAY = date(2026, 8, 22)

RULES = """
[policy]
name = "demo"
[[rules]]
id = "monthly"
effective = 2020-01-01
cadence = { months = 1, day = 20 }
versions = { bumps = "major" }
phases = [{ name = "supported", fixes = [] }]
"""

MANIFEST = """
[project]
name = "demo"
leader = "core"
[repos.core]
url = "https://registry.example/core"
[repos.py]
url = "https://registry.example/py"
[[components]]
name = "core"
tier = 1
repo = "core"
packages = ["pkg:cargo/core"]
[[components]]
name = "c-api"
tier = 2
repo = "core"
packages = ["pkg:cargo/core-c-api"]
[[components]]
name = "internals"
repo = "core"
packages = ["pkg:cargo/core-*"]
[[components]]
name = "py"
tier = 3
repo = "py"
packages = ["pkg:pypi/core"]
bundles = "core"
"""


def policy(text: str) -> Policy:
    """That text after one plain rule set."""
    return read("demo.toml", (RULES + text).encode())


def manifest() -> Manifest:
    return read_manifest("versync.toml", MANIFEST.encode())


def seen(files: Mapping[str, str]) -> Seen:
    return Seen(frozenset(files), {path: text.encode() for path, text in files.items()})


def released(**days: str) -> list[Released]:
    """``v7="2026-06-20"``: 7.0.0 on that day; underscores are dots."""
    return [Released(Version.of(name[1:].replace("_", ".") + (".0.0" if "_" not in name else "")), date.fromisoformat(day)) for name, day in days.items()]


def facts(
    repos: Mapping[str, Mapping[str, str]] | None = None, releases: Mapping[str, Sequence[Released]] | None = None, activity: Mapping[str, date | None] | None = None, day: date = DAY
) -> Facts:
    return Facts(day, "core", {name: seen(files) for name, files in (repos or {}).items()}, releases or {}, activity or {})
