"""Hints that are commands of versync, completed with the options that this run was given: what is printed can be pasted."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sync.errors import Problem
from sync.shell import words

NOX = "VERSYNC_IN_NOX"
"""The variable by which a noxfile says which commands people run as its sessions, with blanks between them."""

WORKSPACE = ".versync/repos"
"""Where clones of the repositories are kept, unless --workspace says otherwise."""

_COMMAND = re.compile(
    r"(?:^|(?<=, then )|(?<=, or: ))versync (?:bump (?P<target>(?:[\w-]+=)?\w[\w.+-]*)|(?:undo|recover)(?: --force)?|audit)(?![\w-])|^versync (?:add|remove|explain|replay) .+"
)
"""A command in a hint: what the hint begins with, or ends in after something else that is to be done."""


def complete(one: Problem, options: Mapping[str, Any], revisions: Mapping[str, str] | None = None) -> Problem:
    """The finding with its whole command: a bump names the repository that it is about, undo and recover name them all.

    ``revisions``: what each repository is looked at, where that is no work tree; a bump of it goes to a branch of its own.
    """
    found = _COMMAND.search(one.hint)
    if found is None:
        return one
    more = asked(options, one.repo if found["target"] else "")
    at = (revisions or {}).get(one.repo, "") if found["target"] else ""
    if at:
        at = next((pair.partition("=")[2] for pair in options["revisions"] if pair.partition("=")[0] == one.repo), at[:12])
        more += ["--at", f"{one.repo}={at}", "--branch", f"sync-{found['target'].rpartition('=')[2]}"]
    return one._replace(hint=one.hint[: found.start()] + spoken(" ".join(filter(None, (found[0], words(more))))) + one.hint[found.end() :])


def spoken(command: str) -> str:
    """A command of versync as whoever runs it would type it: as a session of nox, where `NOX` in the environment names it."""
    _, name, *rest = command.split(" ", 2)
    if name not in os.environ.get(NOX, "").split():
        return command
    return " ".join(["nox -s", "check-sync" if name == "check" else name, *(["--", *rest] if rest else [])])


def asked(options: Mapping[str, Any], repo: str = "") -> list[str]:
    """The options that find the same manifest and repositories again (only ``repo``, where it is named), as words."""
    found = ["--manifest", options["manifest"]] if options["manifest"] else []
    if options["workspace"] != WORKSPACE:
        found += ["--workspace", options["workspace"]]
    given: Sequence[str] = options["repos"]
    for pair in given:
        if not repo or pair.partition("=")[0] == repo:
            found += ["--repo", pair]
    return found


def next_command(name: str, given: Sequence[str], options: Mapping[str, Any]) -> str:
    """A command about the same manifest, repositories and revisions, as it can be pasted."""
    found = ["versync", name, *given, *asked(options)]
    found += ["--line", str(options["line"])] if options["line"] is not None else []
    found += [word for revision in options["revisions"] for word in ("--at", revision)]
    return spoken(words(found))
