"""CODEOWNERS: which line counts, and what its patterns mean, after GitHub's own description of the file."""

from __future__ import annotations

import pytest

from sync.policy import owners


def who(text: str, path: str) -> tuple[str, ...]:
    return owners.of(path, owners.rules(text.encode()))


@pytest.mark.parametrize(
    ("paths", "place"),
    [
        ({"CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS"}, ".github/CODEOWNERS"),
        ({"CODEOWNERS", "docs/CODEOWNERS"}, "CODEOWNERS"),
        ({"docs/CODEOWNERS", "README.md"}, "docs/CODEOWNERS"),
        ({"crates/CODEOWNERS"}, ""),
    ],
)
def test_the_first_of_three_places_counts(paths: set[str], place: str) -> None:
    assert owners.place(paths) == place


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b/c.rs", True),
        ("*.js", "a/b.js", True),
        ("*.js", "a/b.jsx", False),
        ("/build/logs/", "build/logs/deep/er.txt", True),
        ("/build/logs/", "a/build/logs/er.txt", False),
        ("apps/", "a/apps/b.txt", True),
        ("apps/", "apps", False),
        ("docs/*", "docs/one.md", True),
        ("docs/*", "docs/deep/one.md", False),
        ("/docs/*", "docs/one.md", True),
        ("/crates/wasi*", "crates/wasi-http/src/lib.rs", True),
        ("/crates/wasi*", "crates/core/wasi.rs", False),
        ("**/logs", "deep/logs/one.txt", True),
        ("/crates/cranelift", "crates/cranelift/src/lib.rs", True),
        ("/crates/cranelift", "crates/cranelift-extra/src/lib.rs", False),
        (r"a\ file.md", "a file.md", True),
    ],
)
def test_a_pattern_means_what_it_means_on_github(pattern: str, path: str, matches: bool) -> None:
    assert who(f"{pattern} @one", path) == (("@one",) if matches else ())


def test_the_last_line_that_matches_wins() -> None:
    text = "* @all\n/apps/ @apps @org/team\n/apps/github # nobody's\n"
    assert who(text, "src/a.rs") == ("@all",)
    assert who(text, "apps/a.rs") == ("@apps", "@org/team")
    assert who(text, "apps/github/a.rs") == ()


@pytest.mark.parametrize("line", ["!/a @one", "[a]b @one", r"\#a @one", r"\/a/ @one", "/a one-without-a-sign", "# /a @one", "", "   "])
def test_a_line_that_github_does_not_take_changes_nothing(line: str) -> None:
    assert who(f"* @all\n{line}\n", "a") == ("@all",)


def test_bom_line_ends_tabs_and_comments_are_no_part_of_it() -> None:
    assert who("\ufeff/a\t@one  me@registry.example # @two\r\n", "a/b") == ("@one", "me@registry.example")
