"""The release that carries a commit: a tag that contains it, else a release branch, else the train that it caught on the day on which it landed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sync import git, template
from sync.manifest.model import Repo
from sync.policy.carried import Carried, Seen, by_day
from sync.policy.lines import Schedule, number_of
from sync.policy.model import Line, Number
from sync.targets import Release
from sync.version import Version, increment


def by_commit(seen: Seen, repo: Repo, root: Path, rev: str, releases: Sequence[Release], today: date) -> Carried | None:
    """Raises UsageError for what is no revision, GitError for one that is not there. ``releases`` are the repository's, all of them.

    A branch that is there and does not hold the commit was cut without it, whatever the rules say of its day.
    """
    commit = git.resolve(root, rev)
    holding = set(git.containing(root, commit, "refs/tags", *_PREFIXES))
    first = min((one for one in releases if f"refs/tags/{one.tag}" in holding and not one.version.is_prerelease and one.day <= today), key=lambda one: (one.day, one.version), default=None)
    if first is not None:
        line = seen(today).line(number_of(first.version, _bumps(seen(today))))
        return Carried(first.version, line, first.day, True, first.tag)
    cut = _branches(repo, root, _bumps(seen(today)))
    for number, name in sorted(cut.items()):
        if name in holding:
            return _on_branch(seen(today), number, name)
    known = [one.number for one in seen(today).lines if one.actual]
    after = max((*cut, *known), default=())
    tip = "refs/remotes/origin/HEAD" if git.ref(root, "refs/remotes/origin/HEAD") else "HEAD"
    time = git.landing(root, commit, git.resolve(root, tip))
    if time is None:
        found = by_day(seen, today, after)
        return found._replace(landed=None, note=f"if it lands on {today}; it is not on the main branch yet") if found is not None else None
    landed = datetime.fromtimestamp(time, UTC).date()
    found = by_day(seen, landed, after)
    return uncut(found, seen, repo, root, landed, today) if found is not None else None


def uncut(found: Carried, seen: Seen, repo: Repo, root: Path, landed: date, today: date) -> Carried:
    """What carries a day, with a note where the rules have cut a branch before that the repository does not have."""
    if found.note or found.line is None or found.released or not repo.line:
        return found
    now = seen(today)
    after = max((*_branches(repo, root, _bumps(now)), *(one.number for one in now.lines if one.actual)), default=())
    return found._replace(note=_uncut(now, landed, after, found.line))


_PREFIXES = ("refs/heads", "refs/remotes/origin")


def _bumps(seen: Schedule) -> str:
    return seen.lines[-1].rules.versions.bumps


def _branches(repo: Repo, root: Path, bumps: str) -> dict[Number, str]:
    """Line -> the full name of its branch, the local one before the remote's."""
    if not repo.line:
        return {}
    shape = template.compile(repo.line)
    found: dict[Number, str] = {}
    for prefix in _PREFIXES:
        for name in git.branches(root, prefix):
            version = shape.read(name.removeprefix(f"{prefix}/"))
            if version is not None:
                found.setdefault(number_of(version, bumps), name)
    return found


def _on_branch(seen: Schedule, number: Number, name: str) -> Carried:
    short = name.split("/", 2)[-1].removeprefix("origin/")
    line = seen.line(number)
    if line is None:
        return Carried(Version((*number, 0, 0)[:3]), None, None, False, short, note="the schedule does not have that line")
    if not line.actual:
        return Carried(line.version, line, line.release, False, short)
    return Carried(increment(line.newest, "patch"), line, None, False, short, note=f"the next patch release of {line.name}; no rule says when")


def _uncut(seen: Schedule, landed: date, after: Number, found: Line) -> str:
    """What is to be said where the rules have cut a branch that the repository does not have."""
    before = next((one for one in seen.lines if one.number > after and one.number < found.number and one.cut is not None and one.cut < landed and one.cut <= seen.day), None)
    return f"{before.version} if that is not branched yet: its branch was due on {before.cut}, and the repository has none" if before is not None else ""
