"""Asking git and making things in it, against real repositories; the oracle is git's own porcelain, run plainly."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sync import git, gitwrite, transaction
from sync.catfile import CatFile
from sync.change import FileChange, TreeChange
from sync.errors import RefusedError, UnreadableError, UsageError
from sync.url import check_url, redact, same_url


def sh(root: Path, *words: str, **environ: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True, env={**os.environ, **environ})
    return done.stdout.strip()


def make(root: Path, files: dict[str, bytes]) -> Path:
    root.mkdir(parents=True)
    sh(root, "init", "-q", "-b", "main")
    sh(root, "config", "user.name", "A")
    sh(root, "config", "user.email", "a@registry.example")
    for path, body in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    sh(root, "add", ".")
    sh(root, "commit", "-qm", "one", GIT_COMMITTER_DATE="1700000000 +0100", GIT_AUTHOR_DATE="1600000000 +0000")
    return root


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo", {"VERSION": b"1.2.3\n", "bin/run": b"#!/bin/sh\n", "README": b"1.2.3"})


# ---- URLs


@pytest.mark.parametrize(
    "url",
    ["https://host.example/o/n.git", "http://host.example/o/n", "ssh://git@host.example:22/o/n", "git://host.example/o/n", "git@host.example:o/n.git", "/srv/n", "../n", "./a:b"],
)
def test_an_ordinary_url_is_handed_to_git(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ext::sh -c touch% x", "remote helper"),
        ("fd::17", "remote helper"),
        ("hg::https://host.example/x", "remote helper"),
        ("--upload-pack=touch x", "no URL"),
        ("-u", "no URL"),
        ("", "no URL"),
        ("https://host.example/\nx", "no URL"),
        ("file:///srv/n", "give its path"),
        ("a-b://host.example/x", "not among"),
        ("ssh://-oProxyCommand=x/n", "names no host"),
        ("ssh://u@-oProxyCommand=x/n", "names no host"),
        ("-oProxyCommand=x:n", "no URL"),
        ("u@-oProxyCommand=x:n", "names no host"),
        ("https:///n", "names no host"),
    ],
)
def test_a_url_that_could_run_something_is_refused(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check_url(url)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://host.example/o/n", "git@host.example:o/n.git", True),
        ("https://host.example/o/n", "ssh://git@host.example:22/o/n.git/", True),
        ("https://user:secret@Host.Example:443/O/n", "https://host.example/o/n", True),
        ("https://host.example/o/n", "https://host.example/o/n2", False),
        ("https://host.example/o/n", "https://other.example/o/n", False),
        ("https://host.example/o/n", "https://host.example/n", False),
        ("/srv/x/n.git", "/srv/x/../x/n", True),
        ("/srv/N", "/srv/n", False),
    ],
)
def test_two_spellings_of_one_repository_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_url(one, other) is same
    assert same_url(other, one) is same


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fatal: https://user:s3cret@host.example/x not found", "fatal: https://***@host.example/x not found"),
        ("https://s3cret@host.example/x", "https://***@host.example/x"),
        ("ssh://git:s3cret@host.example/x", "ssh://git:***@host.example/x"),
        ("ssh://git@host.example/x", "ssh://git@host.example/x"),
        ("https://host.example/x?access_token=s3cret&b=1", "https://host.example/x?access_token=***&b=1"),
        ("header ghp_s3crets3cret", "header ghp_***"),
        ("mail me@host.example", "mail me@host.example"),
    ],
)
def test_no_credential_is_shown(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_gits_own_message_is_redacted(repo: Path) -> None:
    with pytest.raises(git.GitError) as caught:
        git.run(repo, "fetch", "https://user:s3cret@localhost:1/x")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(git.GitError) as caught:
        gitwrite.clone("https://user:s3cret@localhost:1/x", repo.parent / "x")
    assert "s3cret" not in str(caught.value)
    assert "localhost" in str(caught.value)


# ---- questions


def test_the_top_of_a_checkout_is_found_from_below(repo: Path) -> None:
    assert git.toplevel(repo / "bin") == repo
    assert git.git_dir(repo) == repo / ".git"
    assert git.toplevel(repo.parent) is None


def test_a_linked_work_tree_is_a_checkout_of_its_own(repo: Path, tmp_path: Path) -> None:
    sh(repo, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
    assert git.toplevel(tmp_path / "linked") == tmp_path / "linked"
    assert git.current_branch(tmp_path / "linked") == "refs/heads/side"
    assert git.ls_files(tmp_path / "linked") == ["README", "VERSION", "bin/run"]
    assert git.checked_out(repo, "refs/heads/side") == str(tmp_path / "linked")
    assert git.checked_out(tmp_path / "linked", "refs/heads/main") == str(repo)


def test_a_broken_git_directory_never_stands_for_the_repository_above(repo: Path) -> None:
    (repo / "bin" / ".git").mkdir()
    assert git.git_dir(repo / "bin") is None
    assert git.toplevel(repo / "bin") is None
    with pytest.raises(RefusedError, match="no git repository"):
        git.ls_files(repo / "bin")


def test_a_bare_repository_without_a_configuration_is_read(repo: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("HEAD", "objects", "refs"):
        source = repo / ".git" / name
        shutil.copytree(source, bare / name) if source.is_dir() else shutil.copy(source, bare / name)
    assert git.is_bare(bare)
    assert git.resolve(bare, "HEAD") == sh(repo, "rev-parse", "HEAD")
    assert [entry.path for entry in git.ls_tree(bare, "main")] == ["README", "VERSION", "bin/run"]
    assert git.promisor(bare) == ""


def test_a_tag_gives_its_commits_date_annotated_or_not_or_twice(repo: Path) -> None:
    sh(repo, "tag", "light")
    sh(repo, "tag", "-a", "noted", "-m", "x", GIT_COMMITTER_DATE="1800000000 +0000")
    sh(repo, "tag", "-a", "again", "noted", "-m", "x")
    sh(repo, "tag", "tree", "HEAD^{tree}")
    head = sh(repo, "rev-parse", "HEAD")
    assert git.tags(repo) == [git.Tag("again", head, 1700000000), git.Tag("light", head, 1700000000), git.Tag("noted", head, 1700000000)]
    assert git.commit_time(repo, "noted") == 1700000000


def test_what_a_commit_changed_is_told_by_path(repo: Path) -> None:
    (repo / "README").write_bytes(b"2")
    sh(repo, "commit", "-qam", "two")
    first, second = sh(repo, "rev-parse", "HEAD~1"), sh(repo, "rev-parse", "HEAD")
    assert git.changed(repo, first, second) == ["README"]


@pytest.mark.parametrize("rev", ["--output=x", "-x", "", "a\nb"])
def test_a_revision_is_never_read_as_an_option(repo: Path, rev: str) -> None:
    for ask in (git.resolve, git.ls_tree, git.commit_time):
        with pytest.raises(UsageError, match="no revision"):
            ask(repo, rev)


def test_a_revision_that_is_not_there_is_said(repo: Path) -> None:
    with pytest.raises(git.GitError, match="has no commit 'v9'"):
        git.resolve(repo, "v9")


@pytest.mark.parametrize("name", ["-x", "a..b", "a b", "a~1", "x.lock", ""])
def test_a_bad_branch_name_is_refused(repo: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no name for a branch"):
        git.check_ref(repo, f"refs/heads/{name}")


def test_dirty_paths_are_those_changed_on_disk_or_staged(repo: Path) -> None:
    (repo / "VERSION").write_bytes(b"2")
    (repo / "README").write_bytes(b"2")
    sh(repo, "add", "README")
    (repo / "new").write_bytes(b"2")
    assert git.dirty_paths(repo, ["VERSION", "README", "bin/run", "new"]) == {"VERSION", "README"}
    assert git.dirty_paths(repo, ["VERSION"]) == {"VERSION"}
    assert git.dirty_paths(repo, [f"x{number}" for number in range(300)] + ["README"]) == {"README"}


def test_a_path_with_wildcards_is_a_path(tmp_path: Path) -> None:
    repo = make(tmp_path / "odd", {"[x]": b"1", "x": b"1", ":(top)x": b"1", "ä b\n": b"1"})
    (repo / "x").write_bytes(b"2")
    assert git.dirty_paths(repo, ["[x]", ":(top)x"]) == set()
    (repo / "ä b\n").write_bytes(b"2")
    assert git.dirty_paths(repo, ["[x]", "ä b\n"]) == {"ä b\n"}


def test_a_repository_cannot_make_a_question_run_its_code(repo: Path) -> None:
    """Its configuration names programs for the moments at which git would start them."""
    trap = repo.parent / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {repo.parent}/ran\n")
    trap.chmod(0o755)
    hooks = repo.parent / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout"):
        shutil.copy(trap, hooks / name)
        shutil.copy(trap, repo / ".git" / "hooks" / name) if (repo / ".git" / "hooks").is_dir() else None
    for key, value in {"core.fsmonitor": trap, "core.hooksPath": hooks, "core.pager": trap, "diff.external": trap, "diff.x.textconv": trap, "pager.log": "true"}.items():
        sh(repo, "config", key, str(value))
    (repo / ".gitattributes").write_text("* diff=x\n")
    head = git.resolve(repo, "HEAD")
    git.ls_files(repo)
    git.ls_tree(repo, head)
    git.dirty_paths(repo, ["VERSION"])
    git.touched(repo, head, ["VERSION"])
    git.changed(repo, head, head)
    git.tags(repo)
    commit = gitwrite.commit_of_work_tree(repo, "x", ["VERSION"])
    git.move_refs(repo, [("refs/heads/side", commit, "")])
    assert not (repo.parent / "ran").exists()


def test_a_calling_gits_environment_does_not_lead_astray(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make(tmp_path / "other", {"OTHER": b"1"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert git.ls_files(repo) == ["README", "VERSION", "bin/run"]
    commit = gitwrite.commit_of_work_tree(repo, "x", ["VERSION"])
    assert [entry.path for entry in git.ls_tree(repo, commit)] == ["README", "VERSION", "bin/run"]


# ---- blobs


def test_many_blobs_come_in_their_order_from_one_process(repo: Path) -> None:
    for number in range(600):
        (repo / f"f{number}").write_bytes(f"{number}\n".encode() * number)
    sh(repo, "add", ".")
    sh(repo, "commit", "-qm", "many")
    entries = git.ls_tree(repo, "HEAD")
    with CatFile(repo) as objects:
        bodies = list(objects.read_many([entry.sha for entry in reversed(entries)]))
    assert bodies == [(repo / entry.path).read_bytes() for entry in reversed(entries)]


def test_an_absent_blob_is_said_and_the_next_one_is_still_the_right_one(repo: Path) -> None:
    sha = git.ls_tree(repo, "HEAD")[1].sha
    with CatFile(repo) as objects:
        with pytest.raises(UnreadableError, match=r"object 0{40} is not in"):
            objects.read("0" * 40)
        got = list(objects.read_many([sha, "1" * 40, sha]))
        assert got[0] == got[2] == b"1.2.3\n"
        assert objects.read(sha) == b"1.2.3\n"
        with pytest.raises(ValueError, match="full object id"):
            objects.read("HEAD:VERSION")


# ---- commits


BUMP = (FileChange("VERSION", b"1.2.3\n", b"1.3.0\n"), FileChange("bin/run", b"#!/bin/sh\n", b"#!/bin/sh\n#\n", "bin/run-1.3.0"))


def test_a_commit_on_a_branch_leaves_checkout_and_index_alone(repo: Path) -> None:
    sh(repo, "update-index", "--chmod=+x", "bin/run")
    sh(repo, "commit", "-qm", "mode")
    (repo / "README").write_bytes(b"staged")
    sh(repo, "add", "README")
    before = (sh(repo, "status", "--porcelain"), (repo / ".git" / "index").read_bytes(), (repo / ".git" / "HEAD").read_bytes())
    refs = transaction.branch_commit(TreeChange("repo", repo, BUMP), base="HEAD", branch="release/1.3", message="Release 1.3.0", tag="v1.3.0")
    transaction.apply([], refs=refs)
    assert (sh(repo, "status", "--porcelain"), (repo / ".git" / "index").read_bytes(), (repo / ".git" / "HEAD").read_bytes()) == before
    assert sh(repo, "log", "--format=%s", "release/1.3") == "Release 1.3.0\nmode\none"
    assert git.changed(repo, "main", "release/1.3") == ["VERSION", "bin/run", "bin/run-1.3.0"]
    assert sh(repo, "ls-tree", "release/1.3", "bin/run-1.3.0").startswith("100755 blob")
    assert sh(repo, "show", "release/1.3:VERSION") == "1.3.0"
    assert sh(repo, "cat-file", "-t", "v1.3.0") == "tag"
    assert sh(repo, "rev-parse", "v1.3.0^{commit}") == sh(repo, "rev-parse", "release/1.3")
    sh(repo, "fsck", "--strict")


def test_a_branch_that_versync_wrote_is_written_again_and_another_is_not(repo: Path) -> None:
    change = TreeChange("repo", repo, BUMP)
    for message in ("first", "second"):
        transaction.apply([], refs=transaction.branch_commit(change, base="HEAD", branch="next", message=message, tag="v1.3.0"))
    assert sh(repo, "log", "--format=%s", "next") == "second\none"
    sh(repo, "branch", "mine")
    with pytest.raises(RefusedError, match=r"repo: error: branch mine is there already, and versync did not write it"):
        transaction.branch_commit(change, base="HEAD", branch="mine", message="x")
    with pytest.raises(RefusedError, match="branch main is checked out in"):
        transaction.branch_commit(change, base="HEAD", branch="main", message="x", existing=True)
    sh(repo, "tag", "theirs")
    with pytest.raises(RefusedError, match="tag theirs is there already"):
        transaction.branch_commit(change, base="HEAD", branch="other", message="x", tag="theirs")


def test_a_release_line_moves_on_only_from_where_it_was_read(repo: Path) -> None:
    sh(repo, "branch", "line")
    change = TreeChange("repo", repo, BUMP)
    transaction.apply([], refs=transaction.branch_commit(change, base="line", branch="line", message="x", existing=True))
    assert sh(repo, "log", "--format=%s", "line") == "x\none"
    with pytest.raises(RefusedError, match=r"not at .* which was read"):
        transaction.branch_commit(change, base="main", branch="line", message="x", existing=True)


def test_what_is_not_committed_never_slips_into_a_branch(repo: Path) -> None:
    (repo / "VERSION").write_bytes(b"1.2.4\n")
    change = TreeChange("repo", repo, (FileChange("VERSION", b"1.2.4\n", b"1.3.0\n"),))
    with pytest.raises(RefusedError, match="repo/VERSION: error: is not what is committed at"):
        transaction.branch_commit(change, base="HEAD", branch="next", message="x")


def test_a_branch_keeps_the_line_endings_that_git_keeps(tmp_path: Path) -> None:
    repo = make(tmp_path / "crlf", {".gitattributes": b"a eol=crlf\nb -text\n", "a": b"1\r\n", "b": b"1\r\n"})
    assert sh(repo, "status", "--porcelain") == ""
    files = tuple(FileChange(path, b"1\r\n", b"2\r\n") for path in "ab")
    transaction.apply([], refs=transaction.branch_commit(TreeChange("x", repo, files), base="HEAD", branch="next", message="x"))
    with CatFile(repo) as objects:
        assert {entry.path: objects.read(entry.sha) for entry in git.ls_tree(repo, "next")[1:]} == {"a": b"2\n", "b": b"2\r\n"}


def test_a_commit_of_the_work_tree_holds_those_paths_alone(repo: Path) -> None:
    (repo / "README").write_bytes(b"staged")
    sh(repo, "add", "README")
    (repo / "VERSION").write_bytes(b"2")
    (repo / "bin" / "run").rename(repo / "bin" / "go")
    commit = gitwrite.commit_of_work_tree(repo, "x", ["VERSION", "bin/run", "bin/go"])
    assert git.changed(repo, "HEAD", commit) == ["VERSION", "bin/go", "bin/run"]
    assert sh(repo, "status", "--porcelain").startswith("M  README")


def test_refs_move_together_or_not_at_all(repo: Path) -> None:
    head = sh(repo, "rev-parse", "HEAD")
    with pytest.raises(git.GitError, match="update-ref"):
        git.move_refs(repo, [("refs/heads/a", head, ""), ("refs/heads/main", head, "1" * 40)])
    assert git.branches(repo) == {"refs/heads/main": head}
    git.move_refs(repo, [("refs/heads/a", head, "")])
    git.move_refs(repo, [("refs/heads/a", "", head)])
    assert git.branches(repo) == {"refs/heads/main": head}


def test_without_an_identity_nothing_is_committed(tmp_path: Path) -> None:
    repo = make(tmp_path / "anonymous", {"VERSION": b"1"})
    sh(repo, "config", "user.name", "")
    change = TreeChange("x", repo, (FileChange("VERSION", b"1", b"2"),))
    with pytest.raises(git.GitError, match=r"git config --global user\.name"):
        transaction.apply([change], commits=[transaction.Commit("x", repo, "m")])
    assert (repo / "VERSION").read_bytes() == b"1"


# ---- clones


def test_a_clone_appears_whole_or_not_at_all(repo: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    gitwrite.clone(str(repo), tmp_path / "space" / "copy", tell=lambda stage, part: seen.append((stage, part)))
    assert (tmp_path / "space" / "copy" / "VERSION").read_bytes() == b"1.2.3\n"
    assert git.remotes(tmp_path / "space" / "copy") == [str(repo)]
    with pytest.raises(git.GitError, match="does not exist"):
        gitwrite.clone(str(tmp_path / "nothing"), tmp_path / "space" / "gone")
    with pytest.raises(RefusedError, match="is there already"):
        gitwrite.clone(str(repo), tmp_path / "space" / "copy")
    assert os.listdir(tmp_path / "space") == ["copy"]


def test_the_missing_blobs_of_a_partial_clone_come_in_one_request(repo: Path, tmp_path: Path) -> None:
    from sync.tree import RevTree

    (repo / "VERSION").write_bytes(b"2\n")
    sh(repo, "commit", "-qam", "two")
    sh(repo, "config", "uploadpack.allowFilter", "true")
    sh(repo, "config", "uploadpack.allowAnySHA1InWant", "true")
    copy = tmp_path / "copy"
    subprocess.run(["git", "clone", "-q", "--bare", "--filter=blob:none", repo.as_uri(), str(copy)], check=True)
    assert git.promisor(copy) == "origin"
    assert len(git.missing(copy, "HEAD~1")) == 3
    sh(copy, "config", "remote.origin.url", str(repo))
    tree = RevTree("x", copy, "HEAD~1")
    assert dict(tree.read_many(["VERSION", "README"])) == {"VERSION": b"1.2.3\n", "README": b"1.2.3"}
    assert len(git.missing(copy, "HEAD~1")) == 1, "what is not asked for is not fetched"
    sh(copy, "config", "remote.origin.url", "ext::sh -c touch% ran")
    with pytest.raises(UsageError, match="remote helper"):
        tree.read("bin/run")
    sh(copy, "config", "remote.origin.url", str(repo))
    shutil.rmtree(repo)
    with pytest.raises(git.GitError, match="git fetch failed"):
        tree.read("bin/run")
    sh(copy, "config", "--unset", "remote.origin.promisor")
    sh(copy, "config", "--unset-all", "remote.origin.partialclonefilter")
    with pytest.raises(UnreadableError, match=r"x/bin/run: error: object .* is not in"):
        RevTree("x", copy, "HEAD~1").read("bin/run")


# ---- beside our own work


def test_what_git_prints_comes_in_whole_lines_and_all_of_it(repo: Path) -> None:
    text = b"".join(b"%06d 1.2.3\n" % number for number in range(30_000)) + b"no end 1.2.3"
    (repo / "VERSION").write_bytes(text)
    with git.meanwhile(repo, "grep", "-h", "-F", "-e", "1.2.3", "--", "VERSION") as stretches:
        found = list(stretches)
    assert len(found) > 4
    assert {one[-1:] for one in found if one} == {b"\n"}
    assert b"".join(found) == text + b"\n"


def test_a_git_that_finds_nothing_is_no_error_and_one_that_fails_says_why(repo: Path) -> None:
    with git.meanwhile(repo, "grep", "-F", "-e", "9.9.9", codes=(0, 1)) as stretches:
        assert b"".join(stretches) == b""
    with git.meanwhile(repo, "grep", "-F", "-e", "1", "no-such-revision", "--", codes=(0, 1)) as stretches, pytest.raises(git.GitError, match="no-such-revision"):
        list(stretches)


def test_a_git_that_nobody_listens_to_ends_with_the_block(repo: Path) -> None:
    (repo / "VERSION").write_bytes(b"1.2.3\n" * 400_000)
    with git.meanwhile(repo, "grep", "-F", "-e", "1.2.3") as stretches:
        assert next(stretches).endswith(b"1.2.3\n")


def test_what_was_asked_ahead_is_answered_once_by_the_git_of_then(repo: Path) -> None:
    sh(repo, "tag", "v1")
    with git.ahead([repo]):
        assert git.ls_files(repo) == ["README", "VERSION", "bin/run"]
        (repo / "new").write_bytes(b"")
        sh(repo, "add", "new")
        assert git.ls_files(repo) == ["README", "VERSION", "bin/run", "new"]
        sh(repo, "tag", "v2")
    assert [tag.name for tag in git.tags(repo)] == ["v1", "v2"]


def test_a_git_that_failed_ahead_is_asked_again_and_says_why(repo: Path) -> None:
    (repo / ".git" / "index").write_bytes(b"no index")
    with git.ahead([repo]), pytest.raises(git.GitError, match="index"):
        git.ls_files(repo)


def test_blobs_come_in_the_order_of_their_names_and_what_is_none_is_none(repo: Path) -> None:
    (repo / "a b").write_bytes(b"1\n2\n")
    (repo / "empty").write_bytes(b"")
    sh(repo, "add", "-A")
    sh(repo, "commit", "-qm", "more")
    sh(repo, "tag", "v1")
    early = ["refs/tags/v1:a b", "refs/tags/v1:is not here", "refs/tags/v1:bin"]
    with git.blobs(repo, early) as blobs:
        assert blobs(["refs/tags/v1:empty", "refs/tags/v2:VERSION", "refs/tags/v1:a b"]) == [b"1\n2\n", None, None, b"", None, b"1\n2\n"]
    with git.blobs(repo) as blobs:
        assert blobs([]) == []
    many = [f"refs/tags/v1:{'x' * 200}{at}" for at in range(1000)]  # more than a pipe holds
    with git.blobs(repo, [*many, "refs/tags/v1:a b"]) as blobs:
        assert blobs(["refs/tags/v1:empty"]) == [*[None] * 1000, b"1\n2\n", b""]
    with git.blobs(repo, ["refs/tags/v1:a b"]):
        pass  # nobody asked


def test_a_name_of_two_lines_is_not_asked_for(repo: Path) -> None:
    with pytest.raises(ValueError, match="line break"), git.blobs(repo, ["refs/tags/v1:a\nb"]):
        pass
    with git.blobs(repo) as blobs, pytest.raises(ValueError, match="line break"):
        blobs(["refs/tags/v1:a\nb"])


def test_a_git_that_cannot_read_blobs_says_why(repo: Path) -> None:
    (repo / ".git" / "config").write_text("[core\n")
    with git.blobs(repo, ["refs/tags/v1:VERSION"]) as blobs, pytest.raises(git.GitError, match="config"):
        blobs([])
