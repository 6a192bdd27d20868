"""A draft as a commented manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.edit import layout
from sync.init.model import IGNORED, Component, Draft
from sync.init.survey import Survey
from sync.learn.accept import ranges, row

if TYPE_CHECKING:
    from tomlkit.items import Array

HEAD = (
    "What belongs together, and how its numbers follow each other. No version stands here: the leader's own files say it.",
    "`versync check` proves it, `versync bump` moves it, `versync learn` finds what the history knows and this file does not.",
)

TAG = 'tag = "v{version}"                      # no tag says a version yet: this is assumed'

TIER = "tier = 1                                # 1, 2 or 3, as far as its support goes; left out: internal"


def text(draft: Draft) -> str:
    """The manifest as TOML."""
    import tomlkit

    document = tomlkit.document()
    for line in HEAD:
        document.add(tomlkit.comment(line))
    project = tomlkit.table()
    project["name"] = draft.project
    project["leader"] = draft.leader
    project["leader"].comment("the component that the others follow")
    document["project"] = project
    repos = tomlkit.table(is_super_table=True)
    for one in draft.surveys:
        repos[one.name] = _repo(one, draft)
    document["repos"] = repos
    components = tomlkit.aot()
    for component in draft.components:
        components.append(_component(component))
    document["components"] = components
    return tomlkit.dumps(document).rstrip("\n") + "\n"


def _repo(survey: Survey, draft: Draft) -> Any:
    import tomlkit

    table = tomlkit.table()
    if survey.url:
        table["url"] = survey.url
    if survey.tag:
        table["tag"] = survey.tag
        if survey.doubt:
            table["tag"].comment(survey.doubt)
    else:
        table.add(tomlkit.comment(TAG))
    if survey.line:
        table["line"] = survey.line
    ignored = draft.ignore.get(survey.name, ())
    if ignored:
        table["ignore"] = _list([glob for glob, _ in ignored], [reason for _, reason in ignored])
    table.add(tomlkit.nl())
    return table


def _component(one: Component) -> Any:
    import tomlkit

    table = tomlkit.table()
    table["name"] = one.name
    if one.why:
        table["name"].comment(one.why)
    table.add(tomlkit.comment(TIER))
    table["repo"] = one.repo
    if one.packages:
        table["packages"] = _list(list(one.packages))
    if one.bundles:
        table["bundles"] = one.bundles
    elif one.since is not None and one.rule not in ("exact", "independent"):
        table["version"] = ranges(one.since, one.rule)
    elif one.rule != "exact":
        table["version"] = one.rule
    if one.requirement:
        table["requirement"] = one.requirement
    if one.ignore_packages:
        table["ignore-packages"] = _list(list(one.ignore_packages))
        table["ignore-packages"].comment(f"of this repository, {IGNORED}")
    if one.places:
        table["places"] = layout.lines([layout.inline(row(place)) for place in one.places])
    return table


def _list(values: list[str], reasons: list[str] | None = None) -> Array:
    import tomlkit

    array = tomlkit.array()
    if reasons is None and len(values) < 4 and sum(map(len, values)) < 90:
        array.extend(values)
        return array
    for value, reason in zip(values, reasons or [""] * len(values), strict=True):
        clean = " ".join(reason.split())[:120]
        array.add_line(value, indent="  ", comment=clean or None)
    array.add_line(indent="")
    return array
