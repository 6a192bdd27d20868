"""changesets: .changeset/config.json. https://github.com/changesets/changesets/blob/main/docs/config-file-options.md"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from sync.importers import reasons, workspace
from sync.importers.model import Draft, Part
from sync.importers.repository import Declared, Repository
from sync.importers.settings import Settings

FILES: Final = (".changeset/config.json",)

_KNOWN: Final = {
    "$schema": "is for editors",
    "changelog": reasons.CHANGELOG,
    "commit": "versync commits when it is told to: versync bump --commit",
    "access": reasons.PUBLISH,
    "baseBranch": "which part moves is what TARGET says: versync asks no branch what has changed",
    "changedFilePatterns": "which part moves is what TARGET says: versync asks no branch what has changed",
    "prettier": "nothing but versions is rewritten, so there is nothing to format",
    "bumpVersionsWithWorkspaceProtocolOnly": "a requirement moves where it resolves inside the repository, whichever protocol it is written with",
    "snapshot": "versync makes no snapshot releases; TARGET may be any version, as in 1.3.0-dev.20260501",
}


def find(repository: Repository) -> list[Settings]:
    """The configuration."""
    found = repository.settings(FILES[0], "json")
    return [] if found is None else [found]


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """A part for each group of fixed packages, and of linked ones that are at one version; the others are independent."""
    main = found[0]
    made = Draft("changesets", [], notes=main.file.notes)
    packages = workspace.members(repository)
    hidden = _hidden(repository, main, packages)
    packages = [one for one in packages if one.package not in hidden]
    for key in ("fixed", "linked"):
        for index, (group, _) in enumerate(main.items(key)):
            _group(main, key, index, group, packages, made)
    ignored = {one for pattern, _ in main.texts("ignore") for one in _named(pattern, packages)}
    alone = workspace.independent([one for one in packages if one not in ignored], made.parts)
    made.parts = sorted(made.parts, key=lambda part: -len(part.packages)) + alone
    for part in made.parts:
        part.packages = [package for package in part.packages if package not in {one.package for one in ignored}]
    for part in made.parts[1:]:
        part.version = "independent"
        part.comment = part.comment or [workspace.INDEPENDENT]
    if ignored:
        main.say("ignore", f"{', '.join(sorted(one.name for one in ignored))}: never managed here, until taken out of ignore-packages")
    single = len(made.parts) == 1 and len(made.parts[0].packages) == 1
    made.tag = "v{version}" if single else f"{made.parts[0].packages[0].split('/', 1)[1].replace('%40', '@')}@{{version}}" if made.parts else ""
    if len(packages) > 1:
        main.file.say((), "a tag for each package, NAME@VERSION, is more than the one template for tags that a repository has here: it is the first package's")
    follow = main.text("updateInternalDependencies", "patch") == "patch" and not _only_out_of_range(main)
    for part in made.parts if follow else ():
        part.ranges = "follow"
    if "updateInternalDependencies" in main and not follow:
        main.say("updateInternalDependencies", "a range of peerDependencies that still holds stays; one of the other tables moves with the package beside it")
    main.left(_KNOWN)
    main.rest()
    return made


def _hidden(repository: Repository, main: Settings, packages: list[Declared]) -> set[str]:
    """Private packages, where they are not to have versions."""
    value = main.raw("privatePackages")
    off = value is False or isinstance(value, dict) and value.get("version") is False
    for key in value if isinstance(value, dict) else ():
        if key == "tag":
            main.file.say((*main.key("privatePackages"), key), "versync tags a repository, not a package")
        elif key != "version":
            main.file.say((*main.key("privatePackages"), str(key)), "is no key that versync import knows", "warning")
    hidden = {one.package for one in packages if off and workspace.private(repository, one)}
    if off:
        main.say("privatePackages", "private packages are not managed" if hidden else "there is no private package that has a version")
    return hidden


def _group(main: Settings, key: str, index: int, group: object, packages: list[Declared], made: Draft) -> None:
    path = (*main.key(key), index)
    patterns = [str(one) for one in group] if isinstance(group, list) else []
    members = [one for pattern in patterns for one in _named(pattern, packages)]
    for at, pattern in enumerate(patterns):
        if not _named(pattern, packages):
            main.file.say((*path, at), f"no package with a version is called {pattern}", "warning")
    if not members:
        return
    if len({one.version for one in members}) > 1:
        why = "are at different versions today, which changesets allows until each has a change" if key == "linked" else "are at different versions today"
        main.file.say(path, f"the {key} packages {why}: bring them together, then give them one component", "warning")
        return
    if key == "linked":
        main.file.say(path, "linked: versync moves all of them together, whether or not each has changed")
    made.parts.append(Part(members[0].name, list(dict.fromkeys(one.package for one in members)), comment=[f"{key} in {main.file.path}"]))


def _named(pattern: str, packages: list[Declared]) -> list[Declared]:
    """By name or by micromatch's simple globs."""
    return [one for one in packages if one.name == pattern or fnmatchcase(one.name, pattern)]


def _only_out_of_range(main: Settings) -> bool:
    """The experimental option that keeps ranges of peers which still hold; the others are said."""
    key = "___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH"
    value = main.raw(key)
    table = value if isinstance(value, dict) else {}
    for one in table:
        if one != "onlyUpdatePeerDependentsWhenOutOfRange":
            main.file.say((*main.key(key), str(one)), "which part moves is what TARGET says; no major follows from a requirement")
    return table.get("onlyUpdatePeerDependentsWhenOutOfRange") is True
