"""What a manifest leaves out of a repository: folders beside the family whose packages and requirements have numbers of their own, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync import fit
from sync.adapter import Site
from sync.init.follows import Lead, Row
from sync.init.survey import aside
from sync.manifest.match import is_glob
from sync.version import Version

Ignored = tuple[str, str]
"""A glob, and why."""


def folders(lead: Lead, family: Sequence[Row], apart: Sequence[Row]) -> list[Ignored]:
    """Folders of examples, fixtures or vendored code that can be left out whole: no package of the family lies there, and no requirement there is in step.

    ``family`` and ``apart`` are the packages that are managed, and those that are not.
    """
    members = {row.package.name: row.package for row in family}
    numbers = {one.version for one in members.values() if one.version is not None} | ({lead.own} if lead.own is not None else set())
    wants = [one for one in lead.survey.required if one.site.package in members and aside(one.path)]
    in_step = [one.path for one in wants if any(_says(one.site, number) for number in numbers)]
    kept = [*(one.home for one in members.values()), *in_step]
    twice = [(path, site) for path, site in lead.survey.scan.declared if site.package in members and aside(path) and path != members[site.package].path]
    own = [row.package.home for row in apart if row.package.aside]
    own += [path for path, site in twice if not _says(site, members[site.package].version or Version((0,)))]
    found: dict[str, str] = {}
    for path in [*own, *(one.path for one in wants)]:
        folder = next((folder for folder in _around(path) if not is_glob(folder) and not any(each.startswith(folder) for each in kept)), None)
        if folder is not None:
            found.setdefault(f"{folder}**", "packages at numbers of their own" if path in own else "requirements that are not kept in step")
    return sorted((glob, why) for glob, why in found.items() if not any(glob != other and glob.startswith(other[:-2]) for other in found))


def files(lead: Lead, without: Sequence[Ignored]) -> list[Ignored]:
    """Files that cannot be read, outside the folders that are left out."""
    broken = [one for one in lead.survey.scan.problems if one.rule == "unreadable" and not is_glob(one.path)]
    return [(one.path, one.message) for one in broken if not inside(one.path, without)]


def inside(path: str, without: Sequence[Ignored]) -> bool:
    """Whether a file lies in a folder that is left out."""
    return any(path.startswith(glob[:-2]) for glob, _ in without)


def _around(path: str) -> Iterator[str]:
    """The folders that could be left out for a file: that of all examples, then the file's own."""
    yield aside(path) + "/"
    yield path[: path.rfind("/") + 1]


def _says(site: Site, version: Version) -> bool:
    return fit.holds(fit.Shape(site.template, site.spelling), site.text, version)
