"""Where the clone of a repository is, for the tests of histories."""

from __future__ import annotations

from pathlib import Path

from sync import git
from sync.url import same_url


def clone_of(folder: Path, url: str) -> Path | None:
    """The clone of a repository in a folder of clones (``NAME``, ``OWNER/NAME``, ``OWNER+NAME/repo``, ``NAME.git``), or the folder itself; None."""
    owner, name = url.rstrip("/").split("/")[-2:]
    tried = (folder / name, folder / f"{owner}+{name}" / "repo", folder / owner / name, folder / f"{name}.git")
    found = next((path for path in tried if git.git_dir(path) is not None), None)
    if found is None and git.git_dir(folder) is not None and (folder.resolve().name == name or any(same_url(url, remote) for remote in git.remotes(folder))):
        return folder
    return found
