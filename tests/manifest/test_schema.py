"""The JSON Schema: committed as it is generated, and of one mind with the reader."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sync.errors import UsageError
from sync.manifest import read, schema, shape
from sync.manifest.kinds import FORMS

# Manifests in pieces, each good or bad by its shape alone: what follows HEAD.
HEAD: Final = """
[project]
name = "core"
leader = "core"
[repos.core]
[[components]]
name = "core"
repo = "core"
packages = ["pkg:cargo/core"]
"""

TWO: Final = '[[components]]\nname = "two"\nrepo = "core"\n'
LISTED: Final = TWO + 'packages = ["pkg:cargo/two"]\n'

GOOD: Final = [
    "",
    "tier = 1\n",
    "places = []\nignore-packages = []\nunmanaged = []\n",
    'places = [{ file = "a/**/{b,c}?.[ch]", text = ["{version}", "{{x}} {major + 87}.{minor:02}"], count = 3 }]\n',
    'places = [{ file = ["a", "b"], element = "/project/version", of = "core", or = ["HEAD", "dev"], as = "v{version}", count = "1.." }]\n',
    'places = [{ file = "a", key = ["a.b", 0, "*"] }, { file = "a", key = "a-b[0][1].c" }, { file = "a", macro = ["X", "Y"] }]\n',
    '[components.places]\n"a b" = "{version}"\n"c" = ["{major}", "{release}"]\n',
    LISTED + 'version = "0.{major + 87}.{patch}"\nrequirement = "="\nranges = "keep"\n',
    LISTED + 'version = [{ below = "28", rule = "step" }, { from = "28.0.0-rc.1", rule = "independent" }]\n',
    LISTED + 'unmanaged = [{ packages = ["pkg:cargo/x-*"], from = "1", below = "2.0.1" }]\nprereleases = false\n',
    TWO + 'retired = "30.0.0"\n',
    LISTED + 'former = [{ packages = ["pkg:cargo/x"], below = "2" }]\nranges = "leave"\n',
    'places = [{ file = "a", text = "{version}", from = "1", below = "2" }]\n',
    TWO + "packages = []\n",
    LISTED + 'bundles = "core"\nversion = "exact"\n',
    """[repos.two]
url = "git@host.example:a/b"
tag = "x/v{version}"
line = "{major}.x"
commit = "bump"
ignore = ["**/x"]
read = { "a/Cargo.toml.in" = "cargo" }
after = ["make lock"]
audited = { "docs/**" = "since {version}", "CHANGES.md" = ["## {version}", "{version}"] }
""",
    '[repos."a.b"]\nurl = "../family/core"\n',
]
"""What both accept. (TOML comes after HEAD's component, so a bare key is that component's.)"""

BAD: Final = [
    "teir = 1\n",
    "tier = 0\n",
    'tier = "1"\n',
    "tier = true\n",
    "requirement = 1\n",
    'ranges = "all"\n',
    'former = [{ below = "2" }]\n',
    'places = [{ file = "a", text = "{version}", from = 1 }]\n',
    'places = [{ file = "a" }]\n',
    'places = [{ file = "a", text = "{version}", key = "b" }]\n',
    'places = [{ text = "{version}" }]\n',
    'places = [{ file = [], text = "{version}" }]\n',
    'places = [{ file = "a", text = [] }]\n',
    'places = [{ file = "a", text = "x" }]\n',
    'places = [{ file = "../a", text = "{version}" }]\n',
    'places = [{ file = "a", key = "a..b" }]\n',
    'places = [{ file = "a", key = [-1] }]\n',
    'places = [{ file = "a", key = [] }]\n',
    'places = [{ file = "a", name = "", count = 1 }]\n',
    'places = [{ file = "a", name = "b", count = 0 }]\n',
    'places = [{ file = "a", name = "b", count = "1-2" }]\n',
    'places = [{ file = "a", name = "b", count = true }]\n',
    'places = [{ file = "a", name = "b", spelling = "semvr" }]\n',
    'places = [{ file = "a", name = "b", as = "v" }]\n',
    'places = [{ file = "a", name = "b", or = "dev" }]\n',
    'places = ["a"]\n',
    '[components.places]\n"/a" = "{version}"\n',
    "[components.places]\na = 1\n",
    TWO,
    LISTED + 'version = "extact"\n',
    LISTED + "version = []\n",
    LISTED + 'version = [{ below = "2" }]\n',
    LISTED + 'version = [{ rule = "step", under = "2" }]\n',
    LISTED + 'unmanaged = [{ below = "2" }]\n',
    LISTED + "unmanaged = [{ packages = [] }]\n",
    LISTED + 'retired = "soon"\n',
    LISTED + "retired = 3\n",
    LISTED + "prereleases = 1\n",
    TWO + 'packages = ["two"]\n',
    TWO + 'packages = ["pkg:cargo/"]\n',
    TWO + 'packages = ["pkg:cargo/a b"]\n',
    '[[components]]\nname = "two"\npackages = ["pkg:cargo/two"]\n',
    '[[components]]\nname = "two three"\nrepo = "core"\npackages = ["pkg:cargo/two"]\n',
    '[repos."--upload-pack=x"]\n',
    '[repos.two]\nurl = "ext::sh"\n',
    '[repos.two]\nurl = "--upload-pack=x"\n',
    '[repos.two]\ntag = "v1"\n',
    '[repos.two]\nignore = ["/a"]\n',
    '[repos.two]\nread = { "a\\\\b" = "cargo" }\n',
    '[repos.two]\nread = { "a" = 1 }\n',
    "[repos.two]\nafter = [1]\n",
    '[repos.two]\naudited = ["README.md"]\n',
    '[repos.two]\naudited = { "../x" = "{version}" }\n',
    '[repos.two]\naudited = { "README.md" = "no placeholder" }\n',
    '[policy]\nname = "x"\n',
]
"""What both refuse."""

SCHEMA: dict[str, Any] = schema.schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def accepts(text: str) -> bool:
    try:
        read.read("m.toml", text.encode())
    except UsageError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_committed_schema_is_the_generated_one(root: Path) -> None:
    assert (root / "manifests" / "schema.json").read_text("utf-8") == json.dumps(SCHEMA, indent=2) + "\n"


def test_every_key_has_a_description() -> None:
    def walk(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [name for name, one in value.get("properties", {}).items() if not one.get("description")]
            return own + [name for one in value.values() for name in walk(one)]
        return [name for one in value for name in walk(one)] if isinstance(value, list) else []

    assert walk(SCHEMA) == []


@pytest.mark.parametrize("name", read.names())
def test_a_shipped_manifest_is_read_and_fits_the_schema(name: str) -> None:
    path = read.shipped(name)
    assert path is not None
    assert read.read(path.name, path.read_bytes()).name
    assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("name", ["wasmtime", "thrift"])
def test_the_complete_examples_are_read_and_fit_the_schema(shared: Path, name: str) -> None:
    path = shared / "examples" / f"{name}.toml"
    manifest = read.read(path.name, path.read_bytes())
    assert {"wasmtime": (7, 12), "thrift": (1, 1)}[name] == (len(manifest.repos), len(manifest.components))
    assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("text", GOOD)
def test_reader_and_schema_both_accept(text: str) -> None:
    assert accepts(HEAD + text)
    assert VALIDATOR.is_valid(tomllib.loads(HEAD + text))


@pytest.mark.parametrize("text", BAD)
def test_reader_and_schema_both_refuse(text: str) -> None:
    assert not accepts(HEAD + text)
    assert not VALIDATOR.is_valid(tomllib.loads(HEAD + text))


STRUCTURAL = sorted(FORMS.keys() - {"template", "rule", "message", "package", "version", "glob", "count"})


@given(st.sampled_from(STRUCTURAL), st.text("aA0.-_/\\:[]{}*~ é\n", max_size=8))
def test_a_forms_pattern_means_the_same_to_the_reader_and_to_a_schema(form: str, text: str) -> None:
    assert shape.fits(form, text) == (re.search(FORMS[form].pattern.replace("$", r"\Z"), text) is not None)


SCALARS = st.one_of(st.text("a{version}/:p*kg.01", max_size=12), st.integers(-1, 4), st.booleans(), st.just("pkg:cargo/x"), st.just("{version}"), st.just("core"), st.just("exact"))
KEYS = st.sampled_from([field.name for record in (schema.COMPONENT, schema.PLACE, schema.FOLLOW) for field in record.fields] + ["nme"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_the_reader_accepts_fits_the_schema(extra: dict[str, Any]) -> None:
    import tomlkit

    component = {"name": "two", "repo": "core", **extra}
    text = HEAD + tomlkit.dumps({"components": [component]})
    if accepts(text):
        assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(text))] == []
