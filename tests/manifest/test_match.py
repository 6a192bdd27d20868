"""Path globs, and whose a package is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from sync.errors import UsageError
from sync.manifest.match import Membership, Reason, glob, matches
from sync.manifest.read import read
from sync.version import Version


@pytest.mark.parametrize(
    ("pattern", "meant", "others"),
    [
        ("VERSION", ["VERSION"], ["a/VERSION", "VERSION.txt", "version"]),
        ("*.toml", ["a.toml", ".toml"], ["a/b.toml", "a.toml2"]),
        ("a/*/c", ["a/b/c"], ["a/c", "a/b/b/c"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "ab/c", "b/a/c"]),
        ("a/**/c", ["a/c", "a/b/c", "a/b/b/c"], ["a/bc", "c", "a/b/cc"]),
        ("**/c", ["c", "a/c", "a/b/c"], ["ac", "c/a"]),
        ("**", ["a", "a/b"], []),
        ("a/**/*.cs", ["a/x.cs", "a/b/x.cs"], ["a/x.c", "x.cs"]),
        ("?.txt", ["a.txt", "é.txt"], ["ab.txt", "/.txt", ".txt"]),
        ("[ab].txt", ["a.txt", "b.txt"], ["c.txt", "ab.txt"]),
        ("[!ab].txt", ["c.txt"], ["a.txt", "/.txt"]),
        ("[a-c]x", ["bx"], ["dx", "-x"]),
        ("[^a]", ["^", "a"], ["b"]),
        ("[]]x", ["]x"], ["x"]),
        ("{a,b/c}/d", ["a/d", "b/c/d"], ["b/d", "{a,b/c}/d"]),
        ("{,x/}d", ["d", "x/d"], ["y/d"]),
        ("a{b,{c,d}*}", ["ab", "ac", "ad", "adx"], ["a", "abx"]),
        ("{a/**,b}/c", ["a/c", "a/x/c", "b/c"], ["c"]),
        ("a,b}", ["a,b}"], ["a"]),
        ("a [{]b}.txt", ["a {b}.txt"], ["a b.txt", "a [{]b}.txt"]),
        ("{a[{],c}[!}],[,]d", ["a{x,,d", "cx,,d"], ["a[x,,d", "a{},,d"]),
        ("a.b+(c)$", ["a.b+(c)$"], ["axb+(c)$"]),
        ("*", ["a\nb"], ["a/b"]),
    ],
)
def test_a_glob_means_these_paths_and_not_those(pattern: str, meant: list[str], others: list[str]) -> None:
    test = glob((pattern,))
    assert [path for path in meant if not test(path)] == []
    assert [path for path in others if test(path)] == []


def test_several_globs_mean_what_any_of_them_means() -> None:
    test = glob(("VERSION", "a/**", "*.md"))
    assert [path for path in ("VERSION", "a/x/y", "b.md", "b", "c/b.md", "a") if test(path)] == ["VERSION", "a/x/y", "b.md"]
    assert not glob(())("a")


@pytest.mark.parametrize("pattern", ["a**", "**b/c", "a/[b", "{a,b", "[z-a]", "{a,**b}", "{a,b}" * 11])
def test_a_glob_that_cannot_be_read_is_an_error(pattern: str) -> None:
    with pytest.raises(ValueError, match='"'):
        glob((pattern,))


PIECES = st.sampled_from(["a", "b", "ab", "*", "a*", "*b", "?", "[ab]", "**"])


@given(st.lists(PIECES, min_size=1, max_size=4), st.lists(st.sampled_from(["a", "b", "ab", "ba"]), min_size=1, max_size=4))
def test_a_glob_agrees_with_gitignore_where_both_speak_one_language(pattern: list[str], path: list[str]) -> None:
    text = "/" + "/".join(pattern)
    git = GitIgnoreSpec.from_lines([text])
    # git also ignores what stands below a folder that matches: ask for the path itself, which no parent of it may explain
    parents = ["/".join(path[:size]) for size in range(1, len(path))]
    if not any(git.match_file(parent) for parent in parents):
        assert glob((text[1:],))("/".join(path)) == git.match_file("/".join(path))


MANIFEST = """
[project]
name = "core"
leader = "core"
[repos.core]
[repos.py]
[[components]]
name = "core"
repo = "core"
packages = ["pkg:cargo/core"]
unmanaged = [{ packages = ["pkg:cargo/core-old*"], below = "2" }, { packages = ["pkg:cargo/core-new"], from = "5" }]
[[components]]
name = "internals"
repo = "core"
packages = ["pkg:cargo/core-*", "pkg:npm/@core/*"]
[[components]]
name = "fuzz"
repo = "core"
packages = ["pkg:cargo/core-fuzz*", "pkg:cargo/core-fuzz-one", "pkg:cargo/*e-sys"]
[[components]]
name = "py"
repo = "py"
packages = ["pkg:pypi/core", "pkg:pypi/core-*"]
ignore-packages = ["pkg:cargo/core-py", "pkg:cargo/bench-[0-9]"]
[[components]]
name = "cpp"
repo = "core"
packages = ["pkg:cmake/core"]
retired = "3"
"""


def membership(repo: str, project: str = "3", elsewhere: Mapping[str, set[str]] | None = None) -> Membership:
    return Membership(read("m.toml", MANIFEST.encode()), repo, Version.of(project) if project else None, elsewhere)


def owner(member: Membership, package: str, declared_here: bool = True) -> tuple[str, Reason]:
    component = member.component_of(package, declared_here)
    return component.name if component else "", member.reason(package, declared_here)


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("pkg:cargo/core", "core"),
        ("pkg:cargo/core-x", "internals"),
        ("pkg:npm/%40core/ui", "internals"),
        ("pkg:cargo/core-fuzz", "fuzz"),
        ("pkg:cargo/core-fuzz-two", "fuzz"),
        ("pkg:cargo/core-fuzz-one", "fuzz"),
        ("pkg:cmake/core", "cpp"),
        ("pkg:cargo/corex", ""),
        ("pkg:npm/core", ""),
    ],
)
def test_an_exact_name_decides_then_the_longest_pattern(package: str, name: str) -> None:
    assert owner(membership("core"), package) == (name, "managed" if name else "unlisted")


def test_two_patterns_of_one_length_are_an_error_that_names_both_lines() -> None:
    with pytest.raises(UsageError) as caught:
        membership("core").component_of("pkg:cargo/core-sys", True)
    assert str(caught.value).startswith('m.toml:17:9: error: pkg:cargo/core-sys matches "pkg:cargo/*e-sys" of fuzz as well as "pkg:cargo/core-*" of internals (line 13)')


def test_a_pattern_reaches_only_what_its_own_repository_declares() -> None:
    assert owner(membership("core"), "pkg:cargo/core-x", declared_here=False) == ("", "unlisted")
    assert owner(membership("py"), "pkg:cargo/core-x") == ("", "unlisted")
    assert owner(membership("py"), "pkg:cargo/core-x", declared_here=False) == ("", "unlisted")
    at_hand = membership("py", elsewhere={"core": {"pkg:cargo/core-x"}})
    assert owner(at_hand, "pkg:cargo/core-x", declared_here=False) == ("internals", "managed")
    assert owner(at_hand, "pkg:cargo/core-y", declared_here=False) == ("", "unlisted")


def test_an_exact_name_counts_in_every_repository() -> None:
    assert owner(membership("py"), "pkg:cargo/core", declared_here=False) == ("core", "managed")


def test_what_is_ignored_in_one_repository_is_not_ignored_in_another() -> None:
    assert owner(membership("py"), "pkg:cargo/core-py") == ("", "ignored")
    assert owner(membership("py"), "pkg:cargo/bench-1") == ("", "ignored")
    assert owner(membership("core"), "pkg:cargo/core-py") == ("internals", "managed")


@pytest.mark.parametrize(
    ("project", "old", "new"),
    [("1.9", "unmanaged", "managed"), ("2.0.0-rc.1", "managed", "managed"), ("2", "managed", "managed"), ("5", "managed", "unmanaged"), ("", "managed", "unmanaged")],
)
def test_unmanaged_holds_in_its_range_and_an_unknown_version_counts_as_the_newest(project: str, old: Reason, new: Reason) -> None:
    if project == "2.0.0-rc.1":  # a candidate of 2 sorts before 2
        old = "unmanaged"
    member = membership("core", project)
    assert (member.reason("pkg:cargo/core-old"), member.reason("pkg:cargo/core-new")) == (old, new)


def test_what_its_own_repository_leaves_unmanaged_is_managed_nowhere() -> None:
    assert owner(membership("py", "1", {"core": {"pkg:cargo/core-old"}}), "pkg:cargo/core-old", declared_here=False) == ("", "unmanaged")


@given(st.text("ab*?[]!-/", max_size=6), st.text("ab-/", max_size=6))
def test_a_package_pattern_agrees_with_fnmatch(pattern: str, package: str) -> None:
    from fnmatch import fnmatchcase

    assert matches(pattern, package) == fnmatchcase(package, pattern)
