"""Nx Release: release of nx.json. https://nx.dev/reference/nx-json#release"""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import Final

from sync import formats
from sync.importers import reasons, workspace
from sync.importers.model import Draft, Part
from sync.importers.repository import Declared, Repository
from sync.importers.settings import Settings

FILES: Final = ("nx.json",)

_BUMP: Final = "which part moves is what TARGET says: versync reads no commits and no version plans"
_LOG: Final = "versync writes no changelog and makes no release while it bumps"
_TAG: Final = "the version is what the leader's own file says, never a tag"
_VERSION: Final = {
    **dict.fromkeys(
        ("conventionalCommits", "specifierSource", "deleteVersionPlans", "updateDependents", "adjustSemverBumpsForZeroMajorVersion", "applyPreidToDependents", "logUnchangedProjects"), _BUMP
    ),
    **dict.fromkeys(("currentVersionResolver", "currentVersionResolverMetadata", "fallbackCurrentVersionResolver"), _TAG),
    **dict.fromkeys(("preserveLocalDependencyProtocols",), "workspace: and file: stay as they are written"),
    **dict.fromkeys(("versionActions", "versionActionsOptions", "generator", "generatorOptions", "useLegacyVersioning"), "versync runs no code of a repository: it finds what its adapters know"),
    "git": reasons.COMMIT,
    "updateLockFile": "lock entries of the repository's own packages always move",
}
_RELEASE_TAG: Final = dict.fromkeys(("checkAllBranchesWhen", "requireSemver", "preferDockerVersion", "strictPreid"), _TAG)
_KNOWN: Final = {
    "changelog": _LOG,
    "docker": "images are tagged by their own tools",
    **dict.fromkeys(("conventionalCommits", "versionPlans"), _BUMP),
    **{f"releaseTagPattern{key[0].upper()}{key[1:]}": why for key, why in _RELEASE_TAG.items()},  # as they were called once
}
_STYLES: Final = {"=": "=", "^": "^", "~": "~"}


def find(repository: Repository) -> list[Settings]:
    """nx.json, where it has a release."""
    found = repository.settings(FILES[0], "json", "release")
    return [] if found is None else [found]


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """A part for each group of fixed projects, one for each project of an independent group."""
    main = found[0]
    made = Draft("nx", [], notes=main.file.notes)
    every = _projects(repository)
    groups = main.table("groups")
    relation = main.text("projectsRelationship", "fixed")
    shared = main.table("version")
    patterns: list[tuple[list[Part], str]] = []
    if not list(groups):
        _group(repository, main, "", relation, every, made)
    else:
        for name, group in groups.inner():
            patterns.append((_group(repository, group, name, group.text("projectsRelationship", relation), every, made), _pattern(group)))
            group.left(_KNOWN)
            group.rest()
    made.parts.sort(key=lambda part: part.version == "independent")
    for part in made.parts[1:]:
        part.version = "independent"
        part.comment = part.comment or [workspace.INDEPENDENT]
    patterns.append((made.parts, _pattern(main)))
    _tag(made, next((text for parts, text in patterns if text and any(part is made.parts[0] for part in parts)), "") if made.parts else "")
    if len(made.parts) > 1:
        main.file.say(main.path, "a repository has one template for its tags here, the first component's")
    _versions(shared, made.parts, made)
    git = main.table("git")
    for table in (git, shared.table("git")):
        message = table.text("commitMessage")
        if message:
            made.commit = message if "{projectName}" not in message and "{releaseGroupName}" not in message else made.commit
        table.left(dict.fromkeys(("commit", "commitArgs", "stageChanges", "tag", "tagMessage", "tagArgs", "push", "pushArgs", "pushRemote"), reasons.COMMIT))
        table.rest()
    main.say("projects", "groups name their own projects: nx refuses both", "warning")
    main.left(_KNOWN)
    main.rest()
    return made


def _projects(repository: Repository) -> dict[str, list[Declared]]:
    """By name: of project.json where there is one, else of the package."""
    found: dict[str, list[Declared]] = {}
    for one in repository.declared:
        if one.released:
            folder = posixpath.dirname(one.file)
            source = repository.source(posixpath.join(folder, "project.json"))
            leaf = source.document(formats.named("json").read).get(("name",)) if source is not None else None
            found.setdefault(leaf.value if leaf is not None else one.name, []).append(one)
    return found


def _means(repository: Repository, pattern: str, name: str, packages: list[Declared]) -> bool:
    """Whether a pattern means a project: by its name, its folder, or a tag of its project.json or its package.json."""
    folders = {posixpath.dirname(package.file) for package in packages}
    if not pattern.startswith("tag:"):
        return fnmatchcase(name, pattern) or any(fnmatchcase(folder, pattern) for folder in folders)
    for folder in folders:
        for path, keys in (("project.json", ("tags",)), ("package.json", ("nx", "tags"))):
            source = repository.source(posixpath.join(folder, path))
            leaves = source.document(formats.named("json").read).leaves if source is not None else ()
            if any(leaf.path[:-1] == keys and fnmatchcase(leaf.value, pattern[4:]) for leaf in leaves):
                return True
    return False


def _group(repository: Repository, table: Settings, name: str, relation: str, every: dict[str, list[Declared]], made: Draft) -> list[Part]:
    """The parts that the projects of one group are: all projects where none is named."""
    wanted = table.texts("projects")
    chosen: dict[str, list[Declared]] = {}
    if not wanted:
        chosen = {one: packages for one, packages in every.items() if any("/" in package.file or len(every) == 1 for package in packages)}
    for pattern, path in wanted:
        plain = pattern.removeprefix("!")
        hit = [one for one, packages in every.items() if _means(repository, plain, one, packages)]
        if not hit:
            table.file.say(path, f"no project with a version is meant by {plain}", "warning")
        for one in hit:
            if pattern.startswith("!"):
                chosen.pop(one, None)
            else:
                chosen[one] = every[one]
    own = table.table("version") if name else None
    parts = []
    if relation == "independent":
        parts = [Part(one, [package.package for package in packages], version="independent", comment=[workspace.INDEPENDENT]) for one, packages in chosen.items()]
    elif chosen:
        members = [package for packages in chosen.values() for package in packages]
        if len({one.version for one in members}) > 1:
            table.file.say(table.path, "the fixed projects are at different versions today", "warning")
        parts = [Part(name or repository.name, [one.package for one in members], comment=[f"the release group {name}"] if name else [])]
    made.parts += parts
    if own is not None:
        _versions(own, parts, made)
        git = own.table("git")
        for key in git:
            git.say(key, reasons.COMMIT)
    return parts


def _versions(table: Settings, parts: list[Part], made: Draft) -> None:
    """What is said of versions, for the parts of one group or of all."""
    prefix = table.text("versionPrefix", "auto")
    for part in parts:
        part.requirement = _STYLES.get(prefix, part.requirement)
    if prefix == "":
        table.say("versionPrefix", 'a requirement without a sign is not asked for: "" has no counterpart')
    if table.raw("preserveMatchingDependencyRanges") is False:
        for part in parts:
            part.ranges = "follow"
    elif isinstance(table.raw("preserveMatchingDependencyRanges"), list):
        table.say("preserveMatchingDependencyRanges", "ranges that still hold stay in every table of requirements")
    for key in ("preVersionCommand", "groupPreVersionCommand"):
        command = table.text(key)
        if command:
            made.after.append(command)
            table.say(key, "versync runs no commands; it is printed as one that is left")
    for root, path in table.items("manifestRootsToUpdate"):
        name = root.get("path") if isinstance(root, dict) else root
        if name not in ("{projectRoot}", "."):
            table.file.say(path, f"{name}: what is built is not managed; name what is kept in the repository with places", "warning")
        for key in root if isinstance(root, dict) else ():
            if key != "path":
                known = key == "preserveLocalDependencyProtocols"
                table.file.say((*path, str(key)), _VERSION[key] if known else "is no key that versync import knows", "note" if known else "warning")
    table.left({key: why for key, why in _VERSION.items() if key != "git"})
    table.raw("git")
    table.rest()


def _pattern(table: Settings) -> str:
    """releaseTag.pattern, which was releaseTagPattern once."""
    inner = table.table("releaseTag")
    inner.left(_RELEASE_TAG)
    pattern, once = inner.text("pattern"), table.text("releaseTagPattern")
    inner.rest()
    return pattern or once


def _tag(made: Draft, pattern: str) -> None:
    """The pattern as the first component's template; without one as nx has it."""
    if not made.parts:
        return
    first = made.parts[0]
    name = first.packages[0].split("/", 1)[1].replace("%40", "@") if first.packages else first.name
    text = pattern or ("v{version}" if first.version != "independent" else "{projectName}@{version}")
    text = text.replace("{projectName}", name).replace("{releaseGroupName}", first.name)
    made.tag = re.sub(r"[{}]", lambda brace: brace[0] * 2, text).replace("{{version}}", "{version}")
