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
"""A folder, with a slash after it, or a glob, and why."""


def folders(lead: Lead, family: Sequence[Row], apart: Sequence[Row]) -> list[Ignored]:
    """Folders of examples, fixtures or vendored code of which no package file need be read: no package of the family lies there, and no requirement there is in step.

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
            found.setdefault(folder, "packages at numbers of their own" if path in own else "requirements that are not kept in step")
    return sorted((folder, why) for folder, why in found.items() if not any(folder != other and folder.startswith(other) for other in found))


def globs(lead: Lead, without: Sequence[Ignored]) -> list[Ignored]:
    """What is ignored of the folders that are left out, and the files elsewhere that cannot be read."""
    broken = [one for one in lead.survey.scan.problems if one.rule == "unreadable" and not is_glob(one.path)]
    return [*((_read(lead, folder), why) for folder, why in without), *((one.path, one.message) for one in broken if not inside(one.path, without))]


def _read(lead: Lead, folder: str) -> str:
    """What adapters read in a folder: the one file, else a glob for all files that are called so. What else lies there may hold a version of ours."""
    paths = sorted(path for some in lead.survey.scan.by_adapter.values() for path in some if path.startswith(folder))
    if len(paths) == 1 and not is_glob(paths[0]):
        return paths[0]
    known = lead.survey.scan.registry.files
    names = sorted({base if (base := path.rpartition("/")[2]) in known else f"*.{base.rpartition('.')[2]}" for path in paths})
    return f"{folder}**/{names[0]}" if len(names) == 1 else f"{folder}**/{{{','.join(names)}}}"


def inside(path: str, without: Sequence[Ignored]) -> bool:
    """Whether a file lies in a folder that is left out."""
    return any(path.startswith(folder) for folder, _ in without)


def _around(path: str) -> Iterator[str]:
    """The folders that could be left out for a file: that of all examples, then the file's own."""
    yield aside(path) + "/"
    yield path[: path.rfind("/") + 1]


def _says(site: Site, version: Version) -> bool:
    return fit.holds(fit.Shape(site.template, site.spelling), site.text, version)
