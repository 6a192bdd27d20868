"""Every importer on configurations of our own: the manifest, what is said line by line, and what check then says.

A case is ``fixtures/importers/TOOL/CASE``: ``in/`` is the tree, ``versync.toml`` and ``notes.txt`` what must come of it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import adapters
from sync import importers
from sync.importers.assemble import Imported
from sync.manifest.read import read
from sync.registry import Registry
from sync.tree import open_tree
from tests.commands import versync
from tests.trees import put

CASES = Path(__file__).parents[2] / "fixtures" / "importers"
ALL = sorted(path.relative_to(CASES).as_posix() for path in CASES.glob("*/*"))


def tree(tmp_path: Path, case: str) -> Path:
    """A copy of the case's tree, in a folder called demo."""
    root = CASES / case / "in"
    return put(tmp_path / "demo", {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()})


def bring(folder: Path, tool: str = "") -> Imported:
    """What import makes of a folder."""
    return importers.bring(open_tree("demo", folder), Registry(adapters.TABLE, adapters.load), date(2026, 5, 1), tool)


def test_every_tool_has_a_case() -> None:
    assert {case.split("/")[0] for case in ALL} == set(importers.TOOLS)


def test_the_guide_has_a_row_for_every_tool(root: Path) -> None:
    rows = re.findall(r"^\| ([\w-]+) \|", (root / "docs" / "importing.md").read_text(encoding="utf-8"), re.M)
    assert set(rows) - {"tool", "with", "---"} == {*importers.TOOLS, "bump2version"}


@pytest.mark.parametrize("case", ALL)
def test_a_configuration_becomes_this_manifest_and_these_remarks(tmp_path: Path, case: str) -> None:
    made = bring(tree(tmp_path, case))
    assert made.tool == case.split("/", maxsplit=1)[0]
    assert made.manifest == (CASES / case / "versync.toml").read_text(encoding="utf-8")
    assert [str(one) for one in made.notes] == (CASES / case / "notes.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("case", ALL)
def test_check_accepts_what_was_written_and_a_bump_there_and_back_changes_nothing(tmp_path: Path, case: str) -> None:
    folder = tree(tmp_path, case)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert versync(folder, "import", "--from", case.split("/", maxsplit=1)[0]).code == 0
    checked = versync(folder, "check")
    assert (checked.code, checked.out.splitlines()[-1]) == (0, "in sync")
    manifest = read("versync.toml", (folder / "versync.toml").read_bytes())
    lead = manifest.lead.packages[0]
    assert versync(folder, "bump", "9000.1.2").code == 0, lead
    assert versync(folder, "check").code == 0
    assert {path: path.read_bytes() for path in before} != before
    assert versync(folder, "undo").code == 0
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("case", ALL)
def test_every_remark_names_a_key_that_stands_on_the_line_that_it_names(tmp_path: Path, case: str) -> None:
    folder = tree(tmp_path, case)
    for one in bring(folder).notes:
        key = re.match(r"(?:[^:\s]+(?:\s\([^)]*\))?:)*?([^\s:]+): ", one.message)
        if one.rule != "not-carried" or not one.line or key is None or key[1].endswith("]"):
            continue
        last = re.split(r"[.\]]", key[1])[-1]
        line = (folder / one.path).read_text(encoding="utf-8").splitlines()[one.line - 1]
        assert last in line, str(one)


DOCUMENTED = {
    "bump-my-version/toml": """current_version parse serialize search replace regex ignore_missing_version ignore_missing_files allow_dirty commit commit_args message tag sign_tags tag_name
        tag_message filename glob glob_exclude ignore_missing_file include_bumps exclude_bumps key_path values optional_value first_value independent always_increment calver_format
        setup_hooks pre_commit_hooks post_commit_hooks moveable_tags
        allow_shell_hooks""",
    "bump-my-version/cfg": """current_version tag sign_tags tag_name tag_message commit message commit_args allow_dirty parse serialize search replace values optional_value first_value""",
    "tbump/toml": "version current regex git message_template tag_template atomic_push file src search version_template before_commit after_push name cmd field default github_url",
    "bumpver/toml": "current_version version_pattern tag_scope commit_message tag_message pre_commit_hook commit post_commit_hook tag push allowed_branches file_patterns",
    "commitizen/toml": """name version version_files version_provider version_scheme tag_format legacy_tag_formats ignored_tag_formats update_changelog_on_bump gpg_sign annotated_tag bump_message
        retry_after_failure allow_abort allowed_prefixes changelog_file changelog_format changelog_incremental changelog_start_rev changelog_merge_prerelease change_type_map style customize
        use_shortcuts major_version_zero prerelease_offset pre_bump_hooks post_bump_hooks encoding always_signoff template extras message_length_limit
        breaking_change_exclamation_in_title""",
    "release-please/monorepo": """$schema packages bootstrap-sha last-release-sha always-link-local plugins signoff group-pull-request-title-pattern release-search-depth commit-search-depth
        commit-batch-size sequential-calls release-type bump-minor-pre-major bump-patch-for-minor-pre-major prerelease-type versioning changelog-sections release-as skip-github-release
        skip-changelog draft force-tag-creation prerelease draft-pull-request label release-label extra-label include-component-in-tag include-v-in-tag include-v-in-release-name changelog-type
        changelog-host changelog-path pull-request-title-pattern pull-request-header pull-request-footer separate-pull-requests always-update tag-separator date-format extra-files version-file
        snapshot-label skip-snapshot initial-version exclude-paths component-no-space component package-name type path glob jsonpath xpath groupName components merge specialWords updateAllPackages
        considerAllArtifacts updatePeerDependencies groups""",
    "knope": """package packages versioned_files path dependency regex changelog scopes extra_changelog_sections assets ignore_go_major_versioning workflows help_text steps release_notes
        change_templates changes ignore_conventional_commits github owner repo gitea host jira url project name type""",
    "changesets/groups": """$schema changelog commit fixed linked access baseBranch ignore updateInternalDependencies bumpVersionsWithWorkspaceProtocolOnly snapshot useCalculatedVersion
        prereleaseTemplate privatePackages version tag changedFilePatterns prettier""",
    "lerna/fixed": """version packages npmClient useNx command allowBranch amend buildMetadata changelogPreset conventionalCommits conventionalGraduate conventionalPrerelease createRelease exact
        forcePublish gitRemote granularPathspec ignoreChanges ignoreScripts message noChangelog commitHooks gitTagVersion push preid signGitCommit signGitTag forceGitTag tagVersionPrefix
        syncWorkspaceLock changelogEntryAdditionalMarkdown conventionalBumpPrerelease forceConventionalGraduate json runScriptsOnLockfileUpdate syncDistVersion includeMergedTags
        npmClientArgs publish registry distTag access canary contents legacyAuth preDistTag gitHead otp ignorePrepublish requireScripts gitReset tempTag verifyAccess includePrivate summaryFile
        skipNxCache run stream parallel bail prefix profile profileLocation verbose loadEnvFiles scope ignore since excludeDependents includeDependents includeDependencies
        continueIfNoMatch list loglevel concurrency progress sort rejectCycles maxBuffer yes""",
    "nx/groups": """projects groups projectsRelationship version changelog releaseTag pattern checkAllBranchesWhen requireSemver preferDockerVersion strictPreid versionPlans docker git
        conventionalCommits commit commitMessage commitArgs stageChanges tag tagMessage tagArgs push pushArgs pushRemote preVersionCommand groupPreVersionCommand specifierSource
        manifestRootsToUpdate currentVersionResolver currentVersionResolverMetadata fallbackCurrentVersionResolver versionPrefix deleteVersionPlans updateDependents logUnchangedProjects
        preserveLocalDependencyProtocols preserveMatchingDependencyRanges adjustSemverBumpsForZeroMajorVersion applyPreidToDependents versionActions versionActionsOptions
        path releaseTagPattern releaseTagPatternCheckAllBranchesWhen releaseTagPatternRequireSemver releaseTagPatternPreferDockerVersion releaseTagPatternStrictPreid
        ignorePatternsForPlanCheck types semverBump title hidden useCommitScope workspaceChangelog projectChangelogs automaticFromRef""",
    "cargo-release/workspace": """allow-branch sign-commit sign-tag release shared-version dependent-version metadata consolidate-commits pre-release-replacements file search replace min max exactly
        prerelease pre-release-hook pre-release-commit-message tag tag-message tag-name tag-prefix push push-remote push-options publish registry owners rate-limit new-packages existing-packages
        certs-source verify enable-features enable-all-features target""",
    "multimod/sets": "module-sets version modules excluded-modules version-refs",
}
"""The keys that each tool's documentation names (its reference page or its JSON Schema); of one case, or of all cases of a tool where some keys exclude others."""


def keys(value: object) -> Iterator[str]:
    """Every key of nested tables."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


@pytest.mark.parametrize("case", DOCUMENTED)
def test_a_case_uses_every_key_that_the_documentation_names_and_import_knows_them_all(tmp_path: Path, case: str) -> None:
    cases = [one for one in ALL if one == case or one.startswith(f"{case}/")]
    used: set[str] = set()
    for path in sorted(path for one in cases for path in (CASES / one / "in").rglob("*")):
        if path.suffix == ".toml":
            used |= set(keys(tomllib.loads(path.read_text(encoding="utf-8"))))
        elif path.suffix == ".json":
            text = re.sub(r",(?=\s*[}\]])", "", re.sub(r"(?m)^\s*//.*$", "", path.read_text(encoding="utf-8")))
            used |= set(keys(json.loads(text)))
        elif path.suffix in (".cfg", ".yaml") and path.is_file():
            used |= set(re.findall(r"(?m)^\s*(?:- )?([\w-]+)\s*[=:]", path.read_text(encoding="utf-8")))
    assert set(DOCUMENTED[case].split()) - used == set()
    said = [str(one) for each in cases for one in bring(tree(tmp_path / each, each)).notes]
    assert [one for one in said if "is no key that versync import knows" in one] == []
