"""From folders to a manifest that has been checked: surveys, the draft, and what the first check says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sync import families, inventory, pipeline
from sync.errors import Problem, UsageError, problem
from sync.init import propose, stated, write
from sync.init.model import Draft
from sync.init.survey import Survey, led, survey
from sync.manifest import read
from sync.manifest.match import is_glob, is_pattern
from sync.manifest.model import Manifest, Repo
from sync.manifest.shape import fits
from sync.pipeline import Outcome
from sync.registry import Registry
from sync.scan import scan
from sync.shell import words
from sync.targets import Releases
from sync.tree import Tree, open_tree, untracked

ROUNDS: Final = 3
"""How often a draft is mended by what check says of it, at most."""


def surveys(repositories: Mapping[str, tuple[str, Path]], registry: Registry) -> list[Survey]:
    """A survey of each repository, by name (url, folder); requirements across them included."""
    found = [survey(name, url, open_tree(name, path), registry) for name, (url, path) in repositories.items()]
    found = [led(one, lead) if (lead := propose.leading(one)) is not None else one for one in found]
    if len(found) == 1:
        return found
    whole = []
    for one in found:
        foreign = {name for other in found if other is not one for name in other.packages} - set(one.packages)
        whole.append(one._replace(required=[*one.required, *families.required(one.scan, foreign)]))
    return whole


def head(found: Sequence[Survey]) -> str:
    """The package that would lead; "" where none is declared."""
    heads = {one.name: propose.leading(one) for one in found}
    lead = heads[propose.home_of(found, heads, "").name]
    return lead.name if lead is not None else ""


def draft(found: Sequence[Survey], leader: str) -> Draft:
    """The draft of a manifest. Raises UsageError where nothing states a version, where the leader does not, and where two repositories declare one package."""
    if leader:
        found = [_led(one, leader) for one in found]
    places = {one.name: own for one in found if propose.leading(one) is None and (own := stated.stated(one)) is not None}
    made = propose.draft(found, leader, places)
    if not made.components:
        root, path = next(((one.tree.root, path) for one in found if (path := _untracked(one))), (None, ""))
        if path:
            raise UsageError(problem(f"{path} is there, but git does not track it", hint=words(("git", "-C", root, "add", path))))
        names = ", ".join(one.name for one in found)
        raise UsageError(problem(f"no file of {names} that is read states a version", hint="write a manifest by hand, with a place that declares the version"))
    twice = [*_twice(made)]
    if twice:
        raise UsageError(twice)
    return made


def _led(one: Survey, leader: str) -> Survey:
    """The survey with the tags of the leader, where it declares it. Raises UsageError for a package without a number."""
    package = one.packages.get(leader)
    if package is None:
        return one
    if not propose.able(package):
        raise UsageError(problem(f"{leader} states no version, so it cannot lead", repo=one.name, path=package.home))
    return led(one, package)


def _twice(made: Draft) -> Iterator[Problem]:
    """The packages that two components list: one package belongs to one."""
    surveys = {one.name: one for one in made.surveys}
    first: dict[str, str] = {}
    for one in made.components:
        for name in one.packages:
            if is_pattern(name) or name not in surveys[one.repo].packages:
                continue
            other = first.setdefault(name, one.repo)
            if other != one.repo:
                here, there = surveys[one.repo].packages[name].home, surveys[other].packages[name].home
                yield problem(f"{name} is declared here, and in {other}/{there}", repo=one.repo, path=here, hint=f"leave out one of the two repositories, {other} or {one.repo}")


def _untracked(one: Survey) -> str:
    """The first file that states a package's version, lies in the checkout, and that git does not know yet; "" where none does."""
    registry = one.scan.registry
    lying = scan(Repo(one.name), untracked(one.tree, lambda path: registry.route(path) is not None), registry)
    return next((path for path, _ in lying.declared), "")


def checked(made: Draft, path: str, found: Sequence[Survey], registry: Registry, releases: Callable[[Manifest, Mapping[str, Tree]], Releases], today: date) -> tuple[Draft, Manifest, bytes, Outcome]:
    """The draft as it came out, its manifest, its bytes, and what `check` says today. What no component lists is ignored by name, and what cannot be read by path."""
    trees = {one.name: one.tree for one in found}
    left = ROUNDS
    while True:
        raw = write.text(made).encode()
        manifest = read.read(path, raw)
        outcome = pipeline.check(manifest, inventory.look(manifest, trees, registry), releases(manifest, trees), today)
        mended = _mended(made, outcome)
        left -= 1
        if mended == made or not left:
            return made, manifest, raw, outcome
        made = mended


def _mended(made: Draft, outcome: Outcome) -> Draft:
    """The draft without what is its own fault: unlisted packages, files that cannot be read."""
    ignore = dict(made.ignore)
    for one in outcome.findings:
        if one.rule == "unreadable" and not is_glob(one.path) and not any(glob == one.path for glob, _ in ignore.get(one.repo, ())):
            ignore[one.repo] = (*ignore.get(one.repo, ()), (one.path, one.message))
    components = list(made.components)
    for repo, seen in outcome.inventory.scans.items():
        if not any(one.rule == "unlisted" and one.repo == repo for one in outcome.findings):
            continue
        placed = {one.site.package for one in outcome.inventory.placed if one.repo == repo}
        names = {site.package for _, site in seen.declared if fits("package", site.package) and not is_pattern(site.package)} - placed
        at = next(at for at, one in enumerate(components) if one.repo == repo)
        listed = {*components[at].ignore_packages, *names}
        components[at] = components[at]._replace(ignore_packages=tuple(sorted(listed)))
    return made._replace(ignore=ignore, components=tuple(components))
