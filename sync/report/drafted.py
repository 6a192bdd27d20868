"""What ``versync init`` decided, and what is out of step today."""

from __future__ import annotations

from collections.abc import Sequence

from sync import pipeline
from sync.errors import counted
from sync.git import git_dir
from sync.init.model import IGNORED, Component, Draft
from sync.init.survey import Survey
from sync.manifest.match import matches
from sync.manifest.model import Manifest
from sync.pipeline import Outcome
from sync.report.plain import plain, printable
from sync.shell import words

MOST = 20
"""Findings that are shown; `check` shows them all."""

NAMED = 6
"""Packages left out that are named; the manifest names all that are ignored."""


def render(draft: Draft, manifest: Manifest, outcome: Outcome, path: str, options: Sequence[str], uncovered: int) -> str:
    """The decisions, one a line; then check's findings; then the commands that come next. ``options`` find the manifest again, ``uncovered`` places are for audit."""
    lines = [f"{path}: {counted(len(manifest.components), 'component')}; {draft.leader} leads"]
    for one in manifest.components:
        rule = one.version[-1].rule if not one.bundles else f"carries {one.bundles}"
        style = f", required with {one.requirement}" if one.requirement else ""
        lines.append(f"  {one.name}: {counted(len(one.packages), 'pattern')} in {one.repo}, {rule}{style}")
    for name, repo in manifest.repos.items():
        doubt = next((one.doubt if one.tag else "no tag says a version" for one in draft.surveys if one.name == name), "")
        lines.append(f"  {name}: {f'{doubt}; assumed: ' if doubt else ''}tags {repo.tag}" + (f", lines {repo.line}" if repo.line else ""))
        lines += [f"  {name}: {glob} is not read: {' '.join(why.split())}" for glob, why in draft.ignore.get(name, ()) if glob in repo.ignore]
    lines += [line for one in draft.components if (line := _ignored(draft, one))]
    lines += [line for one in draft.surveys if (line := _unversioned(draft, one))]
    lines.append("tiers are open: what has none is internal")
    lines = [*map(plain, lines), *(str(printable(one)) for one in outcome.findings[:MOST])]  # a hint is a line of its own
    if len(outcome.findings) > MOST:
        lines.append(f"... and {len(outcome.findings) - MOST} more")
    lines.append(pipeline.summary(outcome) + (" today" if outcome.findings else ""))
    past = any(git_dir(one.tree.root) is not None for one in draft.surveys)
    lines.append("next:")
    lines += [f"  versync {words((*command, *options))}" for command in (("check",), *((("replay", "--last", "10"), ("learn",)) if past else ()), ("audit",))]
    lines[-1] += f"  # {counted(uncovered, 'place')} uncovered" if uncovered else ""
    return "".join(f"{line}\n" for line in lines)


def _ignored(draft: Draft, one: Component) -> str:
    """What a component's ``ignore-packages`` leave out, and why; "" for nothing."""
    packages = [name for each in draft.surveys if each.name == one.repo for name in each.packages]
    found = sorted(name for name in packages if any(matches(pattern, name) for pattern in one.ignore_packages) and name not in one.packages)
    return f"ignored: {counted(len(found), 'package')} of {one.repo}: {_named(found)} ({IGNORED})" if found else ""


def _unversioned(draft: Draft, one: Survey) -> str:
    """The packages of a repository whose number is none, 0.0.0, and which no component lists; "" for none."""
    listed = [pattern for each in draft.components if each.repo == one.name for pattern in (*each.packages, *each.ignore_packages)]
    found = sorted(name for name, package in one.packages.items() if package.unversioned and not any(matches(pattern, name) for pattern in listed))
    return f"left out: {counted(len(found), 'package')} of {one.name}: {_named(found)} (unversioned: at 0.0.0)" if found else ""


def _named(found: Sequence[str]) -> str:
    return ", ".join(found[:NAMED]) + (f" and {len(found) - NAMED} more" if len(found) > NAMED else "")
