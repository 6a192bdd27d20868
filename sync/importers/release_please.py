"""release-please: release-please-config.json and .release-please-manifest.json.

https://github.com/googleapis/release-please/blob/main/docs/manifest-releaser.md
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

from sync import formats, template
from sync.adapter import Selector
from sync.errors import Problem
from sync.importers import extra_files, markers, reasons
from sync.importers.model import Draft, Mark, Part, state
from sync.importers.repository import Declared, Repository
from sync.importers.search import Current, current, escaped
from sync.importers.settings import Settings, alike
from sync.source import KeyPath, Source

CONFIG: Final = "release-please-config.json"
MANIFEST: Final = ".release-please-manifest.json"
FILES: Final = (CONFIG, MANIFEST, ".github/" + CONFIG, ".github/" + MANIFEST)

_REQUEST: Final = "versync opens no pull requests: versync bump --branch NAME commits to a branch of that name"
_API: Final = "versync asks no forge: history is read with git"
_KNOWN: Final = {
    **alike("bump-minor-pre-major bump-patch-for-minor-pre-major prerelease-type versioning release-as initial-version always-update", reasons.BUMP),
    **alike("changelog-sections changelog-type changelog-host changelog-path skip-changelog exclude-paths date-format", reasons.CHANGELOG),
    **alike("skip-github-release draft prerelease force-tag-creation include-v-in-release-name", reasons.FORGE),
    **alike("draft-pull-request label release-label extra-label pull-request-title-pattern pull-request-header", _REQUEST),
    **alike("pull-request-footer separate-pull-requests component-no-space group-pull-request-title-pattern signoff", _REQUEST),
    **alike("snapshot-label skip-snapshot reviewers", _REQUEST),
    **alike("bootstrap-sha last-release-sha release-search-depth commit-search-depth commit-batch-size sequential-calls", _API),
    "always-link-local": "requirements inside the repository always move with what they require",
    "update-peer-dependencies": "requirements inside the repository always move with what they require",
}
_PLUGIN: Final = {
    "merge": _REQUEST,
    "specialWords": reasons.CHANGELOG,
    **alike("updateAllPackages considerAllArtifacts updatePeerDependencies", _KNOWN["always-link-local"]),
}
_ECOSYSTEMS: Final = {
    **dict.fromkeys(("node", "expo", "node-librarian"), ("npm",)),
    **dict.fromkeys(("python", "python-librarian"), ("pypi",)),
    **dict.fromkeys(("ruby", "ruby-yoshi"), ("gem",)),
    "rust": ("cargo",),
    "go": ("golang",),
    "dotnet-yoshi": ("nuget",),
}
_TEXTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "simple": (("version.txt", r"(\S+)"),),
    "bazel": (("MODULE.bazel", r'\bversion\s*=\s*"([^"]+)"'),),
    "elixir": (("mix.exs", r'\bversion:\s*"([^"]+)"'),),
    "dart": (("pubspec.yaml", r"(?m)^version:[ \t]*(\S+)"),),
    "helm": (("Chart.yaml", r"(?m)^version:[ \t]*[\"']?([^\s\"']+)"),),
    "php": (("composer.json", r'"version"\s*:\s*"([^"]+)"'), ("VERSION", r"(\S+)")),
    "expo": (("app.json", r'"version"\s*:\s*"([^"]+)"'),),
    "r": (("DESCRIPTION", r"(?m)^Version:[ \t]*(\S+)"),),
    "ruby": (("lib/**/version.rb", r"VERSION\s*=\s*[\"']([^\"']+)"),),
    "python": (("**/version.py", r"__version__\s*=\s*[\"']([^\"']+)"), ("{,src/}*/__init__.py", r"__version__\s*=\s*[\"']([^\"']+)")),
    "maven": (("**/pom.xml", r"</artifactId>\s*<version>([^<]+)"),),
    "java": (),
    "ocaml": (("*.opam", r'(?m)^version:\s*"([^"]+)"'), ("dune-project", r"\(version\s+([^\s)]+)\)")),
    "sfdx": (("sfdx-project.json", r'"versionNumber"\s*:\s*"([^"]+?)(?:\.NEXT)?"'),),
}
_ROOT: Final = "."


def find(repository: Repository) -> list[Settings]:
    """The configuration and the manifest of the versions; either may be missing."""
    for folder in ("", ".github/"):
        config, versions = repository.settings(folder + CONFIG, "json"), repository.settings(folder + MANIFEST, "json")
        if config is not None:
            return [config] if versions is None else [config, versions]
    return []


def draft(repository: Repository, found: list[Settings]) -> Draft:
    """A part for each package, or for each group of linked ones; all but the first are independent."""
    config, versions = found[0], found[1] if len(found) > 1 else None
    made = Draft("release-please", [], notes=config.file.notes)
    parts: dict[str, Part] = {}
    shared = {key: config.raw(key) for key in ("release-type", "component", "package-name", "include-component-in-tag", "include-v-in-tag", "tag-separator", "version-file")}
    extra = config.items("extra-files")
    packages = config.table("packages").inner()
    for folder, one in packages:
        part = _package(repository, folder, one, shared, extra, versions)
        parts[str(one.raw("component") or part.name)] = part
        if not made.tag:
            made.tag = _tag(one, shared, part.name if folder != _ROOT or "component" in one or "package-name" in one else "")
        one.left(_KNOWN)
        one.rest()
        made.parts.append(part)
    if extra and all("extra-files" in one for _, one in packages):
        config.say("extra-files", "every package has its own")
    _unlisted_marks(repository, [folder for folder, _ in packages], made)
    _plugins(config, parts, made, repository)
    for part in made.parts[1:]:
        part.version = "independent"
        part.comment.append("has its own number: it moves when it is named, as in versync bump NAME=TARGET")
    if len(made.parts) > 1:
        config.file.say(("packages",), f"a repository has one template for its tags here: {made.tag or 'v{version}'}, of {made.parts[0].name}")
    config.left({"$schema": "is for editors"} | _KNOWN)
    config.rest()
    if versions is not None:
        versions.rest()
        made.notes += versions.file.notes
    return made


def _package(repository: Repository, folder: str, one: Settings, shared: dict[str, object], extra: list[tuple[object, KeyPath]], versions: Settings | None) -> Part:
    kind = one.text("release-type", str(shared["release-type"] or "node"))
    declared = [package for package in repository.inside(folder, _ECOSYSTEMS.get(kind, ("none",))) if package.released or kind == "go"]
    if kind == "rust":
        declared += _workspace(repository, folder, {package.package for package in declared})
    component, package_name = one.text("component"), one.text("package-name", str(shared["package-name"] or ""))
    named = component or package_name
    name = named or (declared[0].name.rsplit("/", 1)[-1] if declared else "" if folder == _ROOT else posixpath.basename(folder)) or repository.name
    part = Part(name, [package.package for package in declared])
    text = versions.text(folder) if versions is not None else ""
    if versions is not None and text:
        part.rows.append(state(versions.file.path, versions.key(folder), "release-please", spelling="semver"))
    source = repository.source(declared[0].path) if declared else None
    now = current(text or (source.text(declared[0].span) if source is not None and declared else ""))
    patterns = list(_TEXTS.get(kind, ()))
    version_file = one.text("version-file", str(shared["version-file"] or ""))
    if version_file:
        patterns = [(version_file, r"(\d+\.\d+\.\d+[\w.+-]*)")]
    for pattern, expression in patterns:
        part.marks += _first(repository, posixpath.join(folder, pattern) if folder != _ROOT else pattern, expression, now)
    if kind not in _TEXTS and kind not in _ECOSYSTEMS or kind == "java":
        one.file.say(one.key("release-type") if "release-type" in one else one.path, f"versync does not know which files {kind} rewrites: name them with places", "warning")
    own = one.items("extra-files") if "extra-files" in one else extra
    for value, path in own:
        part.marks += extra_files.marks(repository, one, folder, value, path, now)
    return part


def _workspace(repository: Repository, folder: str, known: set[str]) -> list[Declared]:
    """The crates below a Cargo workspace, all of which move together."""
    root = posixpath.join("" if folder == _ROOT else folder, "Cargo.toml")
    source = repository.source(root)
    if source is None or not any(leaf.path[:2] == ("workspace", "members") for leaf in source.document(formats.named("toml").read).leaves):
        return []
    below = "" if folder == _ROOT else folder + "/"
    return [one for one in repository.declared if one.ecosystem == "cargo" and one.released and one.file.startswith(below) and one.package not in known]


def _first(repository: Repository, pattern: str, expression: str, now: Current) -> list[Mark]:
    """What the expression's group means first in each file, where it is the current version."""
    found = []
    for path in repository.all([pattern]):
        source = repository.source(path)
        match = re.search(expression.encode(), source.body) if source is not None else None
        if match is not None and match[1].decode() == now.text:
            found.append(Mark(path, *match.span(1)))
    return found


def _unlisted_marks(repository: Repository, folders: list[str], made: Draft) -> None:
    """Marks in files that no extra-files names: release-please passes them over, but they say what is meant."""
    known = {mark.path for part in made.parts for mark in part.marks}
    for path, raw in repository.tree.read_many(repository.paths, lambda _: None):
        if markers.WORD not in raw or path in known or path in FILES:
            continue
        source = repository.source(path)
        if source is None:
            continue
        owners = [at for at, folder in enumerate(folders) if folder == _ROOT or path.startswith(folder + "/")]
        part = made.parts[max(owners, key=lambda at: len(folders[at]))] if owners else None
        marks = [mark for mark in markers.find(source).marks if part is not None and _says(repository, part, source, mark)]
        if part is not None and marks:
            part.marks += marks
            line, column = source.position(marks[0].start)
            why = f"is marked, but no extra-files names {path}, so release-please passes it over; versync keeps it in step"
            made.notes.append(Problem("", path, line, column, why, "", "note", "unlisted"))


def _says(repository: Repository, part: Part, source: Source, mark: Mark) -> bool:
    """Whether what is marked is the part's version today."""
    now = next((row.value for row in part.rows), None)
    text = source.body[mark.start : mark.end].decode()
    versions = [one.version for one in repository.declared if one.package in part.packages]
    manifest = repository.source(next((row.files[0] for row in part.rows), ""))
    if manifest is not None and isinstance(now, tuple):
        versions += [current(leaf.value).version for leaf in formats.select(manifest, Selector("key", now))]
    return any(version is not None and template.compile(mark.template).render(version) == text for version in versions)


def _tag(one: Settings, shared: dict[str, object], component: str) -> str:
    """``component-v1.2.3``, with each of its three pieces as it is set."""
    with_component = one.flag("include-component-in-tag", shared["include-component-in-tag"] is not False)
    with_v = one.flag("include-v-in-tag", shared["include-v-in-tag"] is not False)
    separator = one.text("tag-separator", str(shared["tag-separator"] or "-"))
    return (escaped(component + separator) if with_component and component else "") + ("v" if with_v else "") + "{version}"


def _plugins(config: Settings, parts: dict[str, Part], made: Draft, repository: Repository) -> None:
    """Linked versions become one part; workspace plugins do what versync does anyway."""
    for value, path in config.items("plugins"):
        table = value if isinstance(value, dict) else {"type": value}
        kind = str(table.get("type", ""))
        if kind == "linked-versions":
            _known(config, path, table, ("type", "groupName", "components"))
            names = table.get("components")
            linked = [parts[str(name)] for name in names if str(name) in parts] if isinstance(names, list) else []
            _link(config, path, linked, str(table.get("groupName", "")), made, repository)
        elif kind in ("node-workspace", "cargo-workspace", "maven-workspace"):
            _known(config, path, table, ("type",))
            config.file.say(path, f"{kind}: requirements and lock entries inside the repository always move with what they name")
        else:
            config.file.say(path, f"{kind}: versync runs no plugins of release-please")


def _known(config: Settings, path: KeyPath, table: dict[str, object], taken: tuple[str, ...]) -> None:
    """Says what is left of a plugin's table."""
    for key in table:
        if key not in taken:
            config.file.say((*path, str(key)), _PLUGIN.get(key, "is no key that versync import knows"), "note" if key in _PLUGIN else "warning")


def _link(config: Settings, path: KeyPath, linked: list[Part], name: str, made: Draft, repository: Repository) -> None:
    """One part of several, where they are at one version today."""
    versions = {one.version for part in linked for one in repository.declared if one.package in part.packages}
    if len(versions) > 1:
        config.file.say(path, "the linked packages are at different versions today: bring them together, then give them one component", "warning")
        return
    if len(linked) > 1:
        first, *others = linked
        first.name = name or first.name
        for other in others:
            first.packages += other.packages
            first.marks += other.marks
            first.rows += other.rows
            made.parts.remove(other)
        config.file.say(path, "linked: versync moves all of them together, whether or not each has changed")

