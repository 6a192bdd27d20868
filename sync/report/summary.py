"""What a bump would do, and what it did."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sync.carry import Carried
from sync.errors import Problem, counted, problem
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.report.diff import unified
from sync.report.findings import together
from sync.report.plain import plain, printable
from sync.targets import Standing


def diff(outcome: Outcome, *, prefixed: bool) -> bytes:
    """All repositories as one unified diff; ``prefixed``: every path with its repository before it."""
    return b"".join(unified(files, f"{name}/" if prefixed else "") for name, files in outcome.changes.items())


def _staying(outcome: Outcome) -> list[Problem]:
    """The components of other repositories, which a candidate does not reach."""
    aims = outcome.targets
    if aims.project is None or not aims.project.is_prerelease:
        return []
    kept = [one for one in aims.standings.values() if one.own is not None and one.own == one.target and one.component.retired is None and not one.component.prereleases and one.component.bundles]
    names = ", ".join(f"{one.component.name} at {one.own}" for one in kept)
    message = f"{aims.project} stays in the leader's repository; unchanged: {names}"
    return [problem(message, hint="prereleases = true in its [[components]] lets one follow", severity="note", rule="candidate")] if kept else []


def _by_tag(outcome: Outcome, one: Standing) -> str:
    """What is said of a component that moves though no file changes: a Go module's version is its tag."""
    if any(edit.placed.component.name == one.component.name for files in outcome.plan.edits.values() for edits in files.values() for edit in edits):
        return ""
    return " (by its tag; no file holds it)" if one.site is None or not one.site.site.text else " (by its tag; no file changes)"


def _nothing(outcome: Outcome, passed: bool) -> str:
    """Why nothing was written, as far as it was looked at."""
    if not outcome.inventory.placed:
        return "nothing to write: no version was found"
    return f"nothing to write: every site{' that was looked at' if passed or outcome.unchecked else ''} says its version already"


def bumped(outcome: Outcome, done: Carried, manifest: Manifest, notes: Sequence[Problem], style: str, undo: str = "versync undo") -> str:
    """A line for each component that moved, what was written and committed where, and what is left for other tools and to push."""
    passed = {one.repo for one in notes if one.rule in ("skipped", "not-checked")}
    moved = [one for one in outcome.targets.standings.values() if one.component.repo not in passed and one.target is not None and one.own is not None and one.own != one.target]
    left = [(one.left.repo, one.left.path, one.command) for one in outcome.plan.left if one.left.repo not in passed]
    after = [(name, command) for name in done.files for command in manifest.repos[name].after]
    warned = _staying(outcome)
    warned += [one._replace(severity="warning") if one.rule == "unlisted" else one for one in outcome.findings if one.rule == "unlisted" or one.severity == "note"]
    if style == "json":
        return (
            json.dumps(
                {
                    "project": str(outcome.targets.project),
                    "components": [{"name": one.component.name, "from": str(one.own), "to": str(one.target)} for one in moved],
                    "repositories": [{"name": name, "files": count, "where": done.where[name], **(done.made[name]._asdict() if name in done.made else {})} for name, count in done.files.items()],
                    "left": [{"repo": repo, "path": path, "command": command} for repo, path, command in left],
                    "after": [{"repo": repo, "command": command} for repo, command in after],
                    "notes": [one._asdict() for one in (*notes, *warned)],
                },
                indent=2,
            )
            + "\n"
        )
    width = max((len(one.component.name) for one in moved), default=0)
    lines = [f"{one.component.name:<{width}}  {one.own} -> {one.target}{_by_tag(outcome, one)}" for one in moved]
    lines += [f"{name}: {counted(count, 'file')} written to {done.where[name]}" for name, count in done.files.items()]
    lines += [plain(f"{name}: committed as {one.commit[:12]} on {one.branch}{f', tagged {one.tag}' if one.tag else ''}") for name, one in done.made.items()]
    if not done.files:
        lines.append(_nothing(outcome, bool(passed)))
    commands = sorted({(repo, command) for repo, _, command in left})
    if commands or after:
        lines.append("left for the projects' own tools:")
        lines += [plain(f"  {repo}: {command}") for repo, command in (*commands, *after)]
    pushes = [one.push for one in done.made.values() if one.push]
    lines += ["left to push:", *(plain(f"  {push}") for push in pushes)] if pushes else []
    lines += [str(printable(one)) for one in warned]
    lines += [str(printable(one)) for one in (*notes, *together(tuple(one for one in outcome.unchecked if one.repo not in passed)))]
    if done.files:
        lines.append(f"to take it back: {undo}")
    return "".join(f"{one}\n" for one in lines)
