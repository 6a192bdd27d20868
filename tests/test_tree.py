"""The files of a repository on disk and at a revision. Oracles: git itself (check-attr, ls-files), and what was written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import attributes, git, source
from sync.errors import RefusedError, UnreadableError
from sync.tree import FolderTree, HeldTree, RevTree, Tree, WorkTree, leaves, open_tree


def sh(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True).stdout.strip()


def fill(root: Path, files: dict[str, bytes]) -> Path:
    for path, body in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    return root


def commit(root: Path) -> Path:
    sh(root, "init", "-q", "-b", "main")
    sh(root, "add", ".")
    sh(root, "-c", "user.name=A", "-c", "user.email=a@registry.example", "commit", "-qm", "one")
    return root


FILES = {"VERSION": b"1.2.3\r\n", "a/b/c.toml": b"\xef\xbb\xbfx", "a-b": b"", "ä ö": b"1", "new\nline": b"2"}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return commit(fill(tmp_path / "repo", FILES))


def kinds(root: Path) -> list[Tree]:
    return [WorkTree("x", root), RevTree("x", root, "HEAD"), FolderTree("x", root)]


def test_all_kinds_of_tree_see_the_same_files(repo: Path) -> None:
    for tree in kinds(repo):
        assert tree.paths() == ("VERSION", "a-b", "a/b/c.toml", "new\nline", "ä ö")
        assert dict(tree.read_many(tree.paths())) == FILES
        assert tree.read("a/b/c.toml") == b"\xef\xbb\xbfx"
        assert tree.has("a-b")
        assert not tree.has("a")
        assert (tree.name, tree.root) == ("x", repo)


def test_a_checkout_lists_what_git_tracks_and_has_what_is_there(repo: Path) -> None:
    (repo / "VERSION").unlink()
    (repo / "a-b").unlink()
    (repo / "a-b").symlink_to("ä ö")
    (repo / "untracked").write_bytes(b"")
    tree = WorkTree("x", repo)
    assert tree.listed() == ("VERSION", "a-b", "a/b/c.toml", "new\nline", "ä ö")
    assert tree.paths() == ("a/b/c.toml", "new\nline", "ä ö")
    assert [path for path in (*tree.listed(), "untracked", "a") if tree.has(path)] == list(tree.paths())


def test_a_path_that_leaves_is_listed_by_no_tree(tmp_path: Path) -> None:
    leaving = ("../up", "a/../up", "/root", "a//b", ".git/config", "a/.GIT/config", "git~1/config", ".", "a/")
    for path in leaving:
        assert HeldTree("x", tmp_path, {"kept": b"", path: b"", "a.git/b": b"", ".github/c": b""}).listed() == (".github/c", "a.git/b", "kept")
    assert HeldTree("x", tmp_path, {}).listed() == ()


def test_a_revision_knows_its_commit_and_its_blobs_and_disk_does_not(repo: Path) -> None:
    at, disk = RevTree("x", repo, "main"), WorkTree("x", repo)
    assert at.revision == sh(repo, "rev-parse", "HEAD")
    assert at.identity("VERSION") == sh(repo, "rev-parse", "HEAD:VERSION")
    assert (disk.revision, disk.identity("VERSION")) == ("", "")


def test_a_revision_stays_as_it_was_while_the_disk_moves_on(repo: Path) -> None:
    (repo / "VERSION").write_bytes(b"2")
    assert RevTree("x", repo, "HEAD").read("VERSION") == b"1.2.3\r\n"
    assert WorkTree("x", repo).read("VERSION") == b"2"


def test_links_submodules_deleted_untracked_and_undecodable_files_are_left_out(repo: Path, tmp_path: Path) -> None:
    (repo / "link").symlink_to("VERSION")
    (repo / "dirlink").symlink_to("a")
    inner = commit(fill(tmp_path / "inner", {"f": b"1"}))
    sh(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    Path(os.fsdecode(os.fsencode(repo) + b"/\xff")).write_bytes(b"x")
    sh(repo, "add", ".")
    sh(repo, "-c", "user.name=A", "-c", "user.email=a@registry.example", "commit", "-qm", "two")
    (repo / "untracked").write_bytes(b"x")
    at = (".gitmodules", "VERSION", "a-b", "a/b/c.toml", "new\nline", "ä ö")
    assert RevTree("x", repo, "HEAD").paths() == at
    assert WorkTree("x", repo).paths() == at
    (repo / "a-b").unlink()
    (repo / "VERSION").unlink()
    (repo / "VERSION").symlink_to("ä ö")
    assert WorkTree("x", repo).paths() == (".gitmodules", "a/b/c.toml", "new\nline", "ä ö")


def test_a_file_in_conflict_is_listed_once(repo: Path) -> None:
    as_someone = ("-c", "user.name=A", "-c", "user.email=a@registry.example")
    sh(repo, "switch", "-qc", "side")
    (repo / "VERSION").write_bytes(b"2")
    sh(repo, *as_someone, "commit", "-qam", "2")
    sh(repo, "switch", "-q", "main")
    (repo / "VERSION").write_bytes(b"3")
    sh(repo, *as_someone, "commit", "-qam", "3")
    assert subprocess.run(["git", "-C", str(repo), *as_someone, "merge", "side"], capture_output=True, check=False).returncode == 1
    assert WorkTree("x", repo).paths().count("VERSION") == 1


def test_a_plain_folder_is_read_without_state_and_without_checkouts_in_it(tmp_path: Path) -> None:
    commit(fill(tmp_path / "x" / "inner", {"f": b"1"}))
    fill(tmp_path / "x", {"VERSION": b"1", ".versync/journal": b"x", "d/.versync/repos/f": b"x", ".hidden": b"1"})
    (tmp_path / "x" / "loop").symlink_to(".")
    os.mkfifo(tmp_path / "x" / "pipe")
    assert open_tree("x", tmp_path / "x").paths() == (".hidden", "VERSION")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "", "a//b", "./a", ".git/config", "a/.GIT/x", "GIT~1/x", "a\0b"])
def test_a_path_that_leaves_the_repository_is_refused(repo: Path, path: str) -> None:
    assert leaves(path)
    for tree in kinds(repo):
        with pytest.raises(UnreadableError):
            tree.read(path)


@pytest.mark.parametrize("path", ["a", "a/b", ".gitignore", ".github/x", "git/x", "..a/b.."])
def test_an_ordinary_path_stays(path: str) -> None:
    assert not leaves(path)


def test_no_link_is_followed_on_any_step_of_the_way(repo: Path, tmp_path: Path) -> None:
    fill(tmp_path / "outside", {"b/c.toml": b"secret", "VERSION": b"secret"})
    tree = WorkTree("x", repo)
    paths = tree.paths()
    (repo / "VERSION").unlink()
    (repo / "VERSION").symlink_to(tmp_path / "outside" / "VERSION")
    (repo / "a").rename(repo / "old")
    (repo / "a").symlink_to(tmp_path / "outside")
    with pytest.raises(UnreadableError, match="x/VERSION: error: a symbolic link is not followed"):
        tree.read("VERSION")
    with pytest.raises(UnreadableError, match=r"x/a/b/c.toml: error: a is a symbolic link, which is not followed"):
        tree.read("a/b/c.toml")
    bad: list[str] = []
    good = dict(tree.read_many(paths, bad=lambda error: bad.append(error.problems[0].path)))
    assert bad == ["VERSION", "a/b/c.toml"]
    assert sorted(good) == ["a-b", "new\nline", "ä ö"]


def test_a_pipe_and_a_huge_file_are_said_and_not_read(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo / "a-b").unlink()
    os.mkfifo(repo / "a-b")
    with pytest.raises(UnreadableError, match="is no regular file"):
        WorkTree("x", repo).read("a-b")
    with open(repo / "VERSION", "wb") as file:
        file.truncate(source.LARGEST + 1)
    with pytest.raises(UnreadableError, match=r"67108865 bytes are more than the 67108864 that are read"):
        WorkTree("x", repo).read("VERSION")


def test_a_huge_blob_is_passed_over_and_the_next_is_read(repo: Path) -> None:
    with open(repo / "huge", "wb") as file:
        file.truncate(source.LARGEST + 1)
    sh(repo, "add", ".")
    sh(repo, "-c", "user.name=A", "-c", "user.email=a@registry.example", "commit", "-qm", "2")
    said: list[str] = []
    tree = RevTree("x", repo, "HEAD")
    assert list(tree.read_many(["a-b", "huge", "nothing", "VERSION"], bad=lambda error: said.append(str(error).partition("\n")[0]))) == [("a-b", b""), ("VERSION", b"1.2.3\r\n")]
    assert said == ["x/huge: error: 67108865 bytes are more than the 67108864 that are read", f"x/nothing: error: is no file at {tree.revision[:12]}"]


def test_what_is_opened_depends_on_what_is_there(repo: Path, tmp_path: Path) -> None:
    assert isinstance(open_tree("x", repo), WorkTree)
    assert isinstance(open_tree("x", repo, "main"), RevTree)
    bare = tmp_path / "bare"
    sh(repo, "clone", "-q", "--bare", ".", str(bare))
    assert open_tree("x", bare).revision == sh(repo, "rev-parse", "HEAD")
    assert isinstance(open_tree("x", repo / "a"), FolderTree)
    with pytest.raises(RefusedError, match="x: error: there is no folder"):
        open_tree("x", tmp_path / "nothing")
    with pytest.raises(RefusedError, match="has no revision 'v1'"):
        open_tree("x", repo / "a", "v1")
    with pytest.raises(git.GitError, match="has no commit 'v1'"):
        open_tree("x", repo, "v1")
    (repo / "a" / ".git").mkdir()
    with pytest.raises(RefusedError, match="is no git directory"):
        open_tree("x", repo / "a")


def test_a_repository_named_like_an_option_is_a_repository(tmp_path: Path) -> None:
    odd = commit(fill(tmp_path / "--upload-pack=x", {"VERSION": b"1"}))
    assert open_tree("x", odd).paths() == ("VERSION",)
    assert open_tree("x", odd, "HEAD").read("VERSION") == b"1"


# ---- attributes

ATTRIBUTES = b"""# comment
[attr]gen linguist-generated
vendor/** linguist-vendored
*.min.js gen
Cargo.lock linguist-generated=true
keep.min.js -linguist-generated
docs/ linguist-vendored
third linguist-vendored
/top.txt linguist-vendored
a/**/b.txt linguist-generated=1
"with space.txt" linguist-generated
!no linguist-generated
un/** linguist-vendored
un/x.txt !linguist-vendored
no.txt linguist-generated=false
*.bin filter=lfs diff=lfs
raw.bin -filter
"""
MARKED = {
    "vendor/a/x.c": b"", "vendor": None, "x.min.js": b"", "sub/y.min.js": b"", "keep.min.js": b"", "Cargo.lock": b"", "sub/Cargo.lock": b"", "docs/x": b"", "third/x": b"", "z/third": b"",
    "top.txt": b"", "sub/top.txt": b"", "a/b.txt": b"", "a/q/r/b.txt": b"", "a/b.txt2": b"", "with space.txt": b"", "no": b"", "un/x.txt": b"", "un/y.txt": b"", "no.txt": b"", "x.bin": b"",
    "raw.bin": b"", "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "sub/.gitattributes": b"top.txt linguist-generated\n*.min.js -linguist-generated\n",
    ".gitattributes": ATTRIBUTES,
}  # fmt: skip


def test_vendored_and_generated_files_are_those_that_git_says(tmp_path: Path) -> None:
    repo = commit(fill(tmp_path / "repo", {path: body for path, body in MARKED.items() if body is not None}))
    asked = "".join(f"{path}\0" for path in WorkTree("x", repo).paths())
    command = ["git", "-C", str(repo), "check-attr", "-z", "--stdin", "linguist-vendored", "linguist-generated"]
    fields = subprocess.run(command, input=asked, capture_output=True, text=True, check=True).stdout.split("\0")
    expected = {path for path, _, value in zip(*[iter(fields[:-1])] * 3, strict=True) if value not in ("unspecified", "unset", "false", "0")}
    assert {"vendor/a/x.c", "x.min.js", "Cargo.lock", "z/third", "top.txt", "sub/top.txt", "a/q/r/b.txt", "with space.txt", "un/y.txt"} == expected - {"a/b.txt", "sub/Cargo.lock"}
    for tree in kinds(repo):
        assert tree.skipped() == expected
        assert tree.skipped(keep=["Cargo.lock"]) == expected - {"Cargo.lock", "sub/Cargo.lock"}
        assert tree.filtered(["x.bin", "raw.bin", "pointer", "no"]) == {"x.bin", "pointer"}


def test_a_generated_lock_is_read_but_a_vendored_one_is_not(tmp_path: Path) -> None:
    fill(tmp_path, {".gitattributes": b"Cargo.lock linguist-generated\nv/** linguist-vendored\n", "Cargo.lock": b"", "v/Cargo.lock": b""})
    assert FolderTree("x", tmp_path).skipped(keep=["Cargo.lock"]) == {"v/Cargo.lock"}


def test_a_tree_that_says_nothing_of_it_skips_nothing(repo: Path) -> None:
    fill(repo, {".gitattributes": b"* text=auto\n"})
    sh(repo, "add", ".")
    assert WorkTree("x", repo).skipped() == frozenset()


def test_plain_patterns_need_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pathspec", None)
    monkeypatch.setitem(sys.modules, "pathspec.patterns.gitignore.basic", None)
    text = b"made/** x\n/top x\n*.min.js x\nname x\na/b.c -x\n"
    rules = attributes.rules([(".gitattributes", text)], ["x"])
    marked = {path: attributes.of(path, rules).get("x") for path in ("made/a/b", "made", "sub/made/a", "top", "sub/top", "a/q.min.js", "a/name", "name/a", "a/b.c", "c/a/b.c")}
    assert [path for path, said in marked.items() if said] == ["made/a/b", "top", "a/q.min.js", "a/name"]
    assert marked["a/b.c"] is False
    with pytest.raises(ImportError):
        attributes.rules([(".gitattributes", b"a?b x\n")], ["x"])


NAMES = st.lists(st.sampled_from(["a", "b", "ab", "a.c", "x-1"]), min_size=1, max_size=3).map("/".join)
PATTERNS = st.lists(st.sampled_from(["a", "*", "**", "a*", "?", "b", "*.c", "[ab]", "x-[0-9]"]), min_size=1, max_size=3).map("/".join)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("attributes")
    sh(root, "init", "-q")
    return root


LINES = st.tuples(st.sampled_from(["", "/"]), PATTERNS, st.sampled_from(["", "/**"]), st.sampled_from(["x", "-x", "!x", "x=1"]))


@given(lines=st.lists(LINES, min_size=1, max_size=3), paths=st.lists(NAMES, min_size=1, max_size=6))
def test_patterns_mean_what_they_mean_to_git(empty: Path, lines: list[tuple[str, str, str, str]], paths: list[str]) -> None:
    text = "".join(f"{start}{pattern}{end} {word}\n" for start, pattern, end, word in lines).encode()
    (empty / ".gitattributes").write_bytes(text)
    asked = "".join(f"{path}\0" for path in paths).encode()
    fields = subprocess.run(["git", "-C", str(empty), "check-attr", "-z", "--stdin", "x"], input=asked, capture_output=True, check=True).stdout.decode().split("\0")
    rules = attributes.rules([(".gitattributes", text)], ["x"])
    shown = {True: "set", False: "unset", None: "unspecified"}
    for path, value in zip(fields[0::3], fields[2::3], strict=False):
        said = attributes.of(path, rules).get("x")
        assert (said if isinstance(said, str) else shown[said]) == value, (text, path)
