"""What a fixture cannot say of package.json and its lock: what is local, and whose an entry without a name is."""

from __future__ import annotations

import pytest

from adapters import npm, npm_lock
from sync.adapter import Left, Packages, Site
from sync.source import Source

EVERY = Packages({}, lambda _: True)


def requirements(requirement: str, known: Packages = EVERY) -> list[tuple[str, str, bool]]:
    source = Source.of("package.json", f'{{"dependencies": {{"a": "{requirement}"}}}}'.encode())
    return [(site.operator, site.text, site.local) for site in npm.references(source, known)]


def locked(text: str, path: str, known: Packages) -> list[tuple[str, str, bool]]:
    found = list(npm_lock.references(Source.of(path, text.encode()), known))
    assert all(isinstance(one, Site) for one in found)
    return [(one.package, one.role, one.local) for one in found if isinstance(one, Site)]


@pytest.mark.parametrize(
    ("requirement", "sites"),
    [
        ("1.2.3", [("", "1.2.3")]),
        ("=1.2.3", [("=", "1.2.3")]),
        ("=v1.2.3", [("=", "1.2.3")]),
        ("^1.2.3-rc.1+build.5", [("^", "1.2.3-rc.1+build.5")]),
        ("~ 1.2", [("~", "1.2")]),
        ("1.2.x", [("", "1.2")]),
        ("1.*.*", [("", "1")]),
        ("46", [("", "46")]),
        (">=1.2.3<2.0.0", [(">=", "1.2.3"), ("<", "2.0.0")]),
        (">1 <=2 || 3 - 4", [(">", "1"), ("<=", "2"), (">=", "3"), ("<=", "4")]),
        ("1.2.3||2.0.0", [("", "1.2.3"), ("", "2.0.0")]),
        ("x || >=1", [(">=", "1")]),
        ("workspace:~1.2.3", [("~", "1.2.3")]),
        ("workspace:1.2.3", [("", "1.2.3")]),
        *(
            (none, [])
            for none in ("", "*", "x", "latest", "v1-lts", "1.2.3.4", "workspace:*", "workspace:^", "workspace:~", "workspace:../a-1.2.3", "file:../1.2.3", "catalog:", "npm:a@latest", "user/a#1.2.3")
        ),
    ],
)
def test_every_version_of_a_requirement_is_a_site(requirement: str, sites: list[tuple[str, str]]) -> None:
    assert [(operator, text) for operator, text, _ in requirements(requirement)] == sites


def test_a_requirement_is_local_where_it_resolves_inside_the_tree() -> None:
    declared = Packages({"pkg:npm/a": "packages/a/package.json"})
    assert requirements("^1.2.3", declared) == [("^", "1.2.3", True)]
    assert requirements("^1.2.3") == [("^", "1.2.3", False)]
    assert requirements("workspace:^1.2.3") == [("^", "1.2.3", True)]
    assert requirements("npm:a@^1.2.3", declared) == [("^", "1.2.3", False)]
    assert requirements("^1.2.3", Packages({})) == []


def test_a_package_without_a_name_declares_nothing() -> None:
    assert list(npm.declarations(Source.of("package.json", b'{"version": "1.2.3"}'))) == []
    assert list(npm.declarations(Source.of("package.json", b'{"name": "a"}'))) == []


def test_a_locked_workspace_without_a_name_is_what_its_folder_declares() -> None:
    text = '{"packages": {"libs/one": {"version": "1.2.3", "dependencies": {"@acme/one": "1.2.3"}}, "../two": {"version": "1.2.3"}}}'
    known = Packages({"pkg:npm/%40acme/one": "js/libs/one/package.json", "pkg:npm/deux": "two/package.json"})
    assert locked(text, "js/package-lock.json", known) == [("pkg:npm/%40acme/one", "locks", False), ("pkg:npm/%40acme/one", "requires", True), ("pkg:npm/deux", "locks", False)]


def test_a_name_that_a_shell_would_read_is_not_put_into_a_command() -> None:
    text = '{"packages": {"node_modules/$(x)": {"version": "1.2.3"}, "node_modules/@acme/b": {"version": "1.2.3"}}}'
    found = list(npm_lock.references(Source.of("package-lock.json", text.encode()), EVERY))
    assert [one.command for one in found if isinstance(one, Left)] == ["npm install @acme/b@{version} --package-lock-only"]
