"""Lerna: lerna.json. https://lerna.js.org/docs/api-reference/configuration"""

from __future__ import annotations

import re
from typing import Final

from sync.importers import reasons, workspace
from sync.importers.model import Draft, Part, state
from sync.importers.repository import Repository
from sync.importers.settings import Settings, alike

FILES: Final = ("lerna.json",)

_RUN: Final = "versync runs no tasks and publishes nothing"
_VERSION: Final = {
    **alike("conventionalCommits conventionalGraduate forceConventionalGraduate conventionalPrerelease conventionalBumpPrerelease preid premajorVersionBump", reasons.BUMP),
    **alike("forcePublish ignoreChanges buildMetadata", reasons.BUMP),
    **alike("changelogPreset changelogEntryAdditionalMarkdown noChangelog changelog", reasons.CHANGELOG),
    "createRelease": reasons.FORGE,
    **alike("signGitCommit signGitTag", reasons.SIGN),
    **alike("allowBranch amend gitRemote commitHooks noCommitHooks gitTagVersion noGitTagVersion granularPathspec noGranularPathspec", reasons.COMMIT),
    **alike("push noPush forceGitTag signoffGitCommit gitTagCommand gitDryRun includeMergedTags", reasons.COMMIT),
    **alike("ignoreScripts scripts yes npmClientArgs runScriptsOnLockfileUpdate syncWorkspaceLock syncDistVersion updateRootLockOnly json", _RUN),
}
_GLOBAL: Final = {
    **alike("useNx useWorkspaces useExperimentalFeatures npmClient npmClientArgs loglevel concurrency rejectCycles progress sort maxBuffer yes", _RUN),
    **alike("scope ignore private since excludeDependents includeDependents includeDependencies includeMergedTags continueIfNoMatch", _RUN),
    **alike("dev peer noBootstrap bootstrap hoist nohoist mutex strict access bin description dependencies esModule homepage keywords license tag", _RUN),
    **alike("flatten dest preserveCommit independent canary distTag preDistTag legacyAuth gitHead graphType otp requireScripts noGitReset gitReset", _RUN),
    **alike("tempTag noVerifyAccess verifyAccess skipNxCache registry forceLocal contents stream parallel noBail bail noPrefix prefix profile", _RUN),
    **alike("profileLocation ignorePrepublish verbose lerna granularPathspec includePrivate directory assets summaryFile", _RUN),
}


def find(repository: Repository) -> list[Settings]:
    """The configuration."""
    found = repository.settings(FILES[0], "json")
    return [] if found is None else [found]


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """One part for all packages, or in independent mode one for each."""
    main = found[0]
    made = Draft("lerna", [], notes=main.file.notes)
    globs = [one for one, _ in main.texts("packages")]
    packages = workspace.members(repository, globs)
    if not packages:
        main.say("packages", "no package with a version stands there", "warning")
    text = main.text("version")
    command = main.table("command")
    version, publish = command.table("version"), command.table("publish")
    prefix, *_ = [*(table.text("tagVersionPrefix") for table in (version, publish, main) if "tagVersionPrefix" in table), "v"]
    if text == "independent":
        made.parts = workspace.independent(packages, [])
        made.tag = f"{packages[0].name}@{{version}}" if packages else ""
        main.say("version", "independent: each package is a component that moves when it is named; a repository has one template for its tags here, the first package's")
    else:
        part = Part(repository.name, [one.package for one in packages])
        if text:
            part.rows.append(state(FILES[0], ("version",), "lerna", spelling="semver"))
        made.parts = [part]
        if len({one.version for one in packages}) > 1:
            main.say("version", "fixed: lerna moves only the packages that changed, versync moves all of them: they are at different versions today", "warning")
        made.tag = prefix.replace("{", "{{").replace("}", "}}") + "{version}"
    for table in (version, publish, main):
        _messages(table, made)
        if table.flag("exact"):
            for part in made.parts:
                part.requirement = "="
        table.left(_GLOBAL | _VERSION)
    for part in made.parts:
        part.ranges = "follow"  # lerna writes every requirement anew, also one that still holds
    version.rest()
    for name in command:
        command.say(name, _RUN) if name not in ("version", "publish") else None
    publish.rest()
    main.say("$schema", "is for editors")
    main.say("extends", "what it extends is not read: its keys are not carried over", "warning")
    main.rest()
    return made


def _messages(table: Settings, made: Draft) -> None:
    """``%s`` is the version with its prefix, ``%v`` without."""
    message = table.text("message")
    if not message:
        return
    text = message.replace("{", "{{").replace("}", "}}")
    prefix = made.tag.removesuffix("{version}") if made.parts and len(made.parts) == 1 else ""
    made.commit = re.sub(r"%[sv]", lambda one: prefix + "{version}" if one[0] == "%s" else "{version}", text)
