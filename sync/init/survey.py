"""What one repository holds: packages with their numbers, what requires what, how it tags and branches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from sync import families, git, spelling, template
from sync.adapter import Site
from sync.catfile import CatFile
from sync.families import Required
from sync.learn.releases import blobs_at
from sync.manifest.model import Repo
from sync.registry import Registry
from sync.scan import Scan, scan
from sync.tree import HeldTree, Tree
from sync.version import Version

SAMPLES: Final = 8
"""Newest releases at which the packages' numbers are looked up, to fit rules."""

ASIDE: Final = frozenset(
    (
        *("bench", "benches", "benchmark", "benchmarks", "demo", "demos", "doc", "docs", "e2e", "example", "examples", "extern", "external", "fixture", "fixtures", "fuzz"),
        *("__tests__", "integration-tests", "node_modules", "playground", "playgrounds", "sample", "samples", "site", "spec", "specs", "template", "templates", "test"),
        *("testdata", "testing", "tests", "third-party", "third_party", "thirdparty", "tutorial", "tutorials", "vendor", "vendored", "website"),
    )
)
"""Folders whose packages are seldom of the family."""


class Package(NamedTuple):
    """A package that the repository declares: the file that names it, where its number stands, and that number (None: a Go module without /vN, or one that no spelling reads)."""

    name: str
    home: str
    path: str
    site: Site
    version: Version | None

    @property
    def aside(self) -> str:
        """The folder of examples, fixtures or vendored code that it lies in, up to that folder's own name; "" for none."""
        return aside(self.home)

    @property
    def folder(self) -> str:
        """The folder of the file that names it, with a slash after it; "" for the root."""
        return self.home[: self.home.rfind("/") + 1]


def aside(path: str) -> str:
    """The folder of examples, fixtures or vendored code that a file lies in, up to that folder's own name; "" for none."""
    folders = path.split("/")[:-1]
    at = next((at for at, folder in enumerate(folders) if folder.lower() in ASIDE), None)
    return "" if at is None else "/".join(folders[: at + 1])


class Survey(NamedTuple):
    """One repository. ``tag`` and ``line`` are templates, "" where none was found; ``tagged`` its final releases, oldest first, by that template.

    ``past`` holds what each package's number was at the newest of them.
    """

    name: str
    url: str
    tree: Tree
    scan: Scan
    packages: Mapping[str, Package]
    required: Sequence[Required]
    tag: str
    line: str
    tagged: Mapping[Version, str]
    past: Mapping[Version, Mapping[str, Version]]


def survey(name: str, url: str, tree: Tree, registry: Registry) -> Survey:
    """Reads one repository; on packages of other repositories it finds no requirement."""
    found = scan(Repo(name, url), tree, registry)
    packages = declared(found)
    required = families.required(found, packages)
    tag, line = "", ""
    tagged: dict[Version, str] = {}
    past: dict[Version, dict[str, Version]] = {}
    if git.git_dir(tree.root) is not None:
        names = [one.name for one in git.tags(tree.root)]
        tag, tagged = _tag(names, name, [one.version for one in packages.values() if one.version is not None])
        line = _line([*git.branches(tree.root), *git.branches(tree.root, "refs/remotes")])
        past = _past(found, tree, tagged, registry)
    return Survey(name, url, tree, found, packages, required, tag, line, tagged, past)


def tagged(one: Survey, leader: Package) -> Survey:
    """The survey with the tags that are those of the package that leads, where some are."""
    if git.git_dir(one.tree.root) is None or leader.version is None:
        return one
    tag, found = _tag([each.name for each in git.tags(one.tree.root)], one.name, [leader.version])
    newest = max(found, default=None)
    if tag == one.tag or newest is None or len(found) < 2 or leader.version.release[:2] < newest.release[:2] or _apart(leader.version, newest) > 1:
        return one
    return one._replace(tag=tag, tagged=found, past=_past(one.scan, one.tree, found, one.scan.registry))


def _apart(one: Version, other: Version) -> int:
    """How many steps lie between two numbers, in the part that a release raises: the minor below 1."""
    return one.major - other.major if one.major or other.major else one.minor - other.minor


def declared(found: Scan) -> dict[str, Package]:
    """The packages of a scan, the first declaration of each."""
    sites: dict[str, list[tuple[str, Site]]] = {}
    for path, site in found.declared:
        sites.setdefault(site.package, []).append((path, site))
    homes = {pointer.package: source.path for source, pointer in reversed(found.pointers)}
    return {name: Package(name, homes.get(name, rows[0][0]), *rows[0], _number([site for _, site in rows])) for name, rows in sites.items()}


def _number(sites: Sequence[Site]) -> Version | None:
    """The number that a package's own sites state: the first that holds all of it, else its parts put together."""
    parts: dict[str, int] = {}
    for site in sorted(sites, key=lambda one: one.spelling == "assembly"):
        if site.spelling == "go" and not site.text:
            continue
        shape = template.compile(site.template)
        if shape.full:
            version = shape.read(site.text, site.spelling)
            if version is not None:
                return version
        elif site.text.isdigit():
            parts.setdefault(site.template, int(site.text))
    if "{major}" in parts and "{minor}" in parts:
        return Version((parts["{major}"], parts["{minor}"], parts.get("{patch}", 0)))
    return None


# ---- tags and branches

_VERSION: Final = re.compile(r"[0-9]+(?:[._][0-9]+){1,3}(?:[-._+]?(?:alpha|beta|rc|a|b|c|pre|preview|dev|m|snapshot)[-._]?[0-9]*)*$", re.IGNORECASE)


def _tag(names: Iterable[str], repo: str, versions: Sequence[Version]) -> tuple[str, dict[Version, str]]:
    """The template of the tags, and the final releases by it: the template that most tags follow whose newest is a number that stands in the files, or the one before."""
    found: dict[str, dict[Version, str]] = {}
    for name in names:
        match = _VERSION.search(name)
        if match is None or "{" in name or "}" in name:
            continue
        version = spelling.parse(match[0].replace("_", ".") if "." not in match[0] else match[0])
        if version is not None and (match.start() == 0 or not name[match.start() - 1].isdigit()):
            written = "{major}_{minor}_{patch}" if "_" in match[0] and "." not in match[0] else "{version}"
            found.setdefault(name[: match.start()] + written, {})[version] = name
    newest = max(versions, default=None)

    def rank(shape: str) -> tuple[int, int, int]:
        last = max(found[shape])
        near = newest is None or any(
            one.release[:2] == last.release[:2] or (one.major == last.major and one.final >= last.final) or one.major == last.major + 1 and one.is_prerelease for one in versions
        )
        prefix = shape.partition("{")[0].strip("vV-/@_")
        return int(near), int(prefix in ("", repo, "release")), len(found[shape])

    if not found:
        return "", {}
    best = max(sorted(found), key=rank)
    return best, {version: name for version, name in sorted(found[best].items()) if not version.is_prerelease}


_BRANCH: Final = re.compile(
    r"((?:release|releases|rel|stable|maint|maintenance|support|branch|series|line|v)[-_/]?v?|)([0-9]{1,4})(\.(?:[0-9]{1,4}|x))?(\.(?:[0-9]{1,4}|x))?([-_.](?:stable|branch|release|maintenance|maint|x))?",
    re.IGNORECASE,
)


def _line(refs: Iterable[str]) -> str:
    """The template of release branches: the one that at least two of them follow, and most."""
    found: Counter[str] = Counter()
    for ref in refs:
        name = ref.split("/", 2)[2] if ref.startswith("refs/heads/") else "/".join(ref.split("/")[3:])
        match = _BRANCH.fullmatch(name)
        if match is None or not (match[1].strip("vV") or match[3] or match[5]):
            continue
        minor = match[3] if match[3] in (None, ".0", ".x") else ".{minor}"
        patch = match[4] if match[4] in (None, ".0", ".x") else ""
        if patch != "":
            found[f"{match[1]}{{major}}{minor or ''}{patch or ''}{match[5] or ''}"] += 1
    shapes = [(count, shape) for shape, count in found.items() if count > 1]
    return max(shapes)[1] if shapes else ""


# ---- the past


def _past(found: Scan, tree: Tree, tagged: Mapping[Version, str], registry: Registry) -> dict[Version, dict[str, Version]]:
    """The packages' numbers at the newest tags, read from the files that state them today and those that point there."""
    newest = sorted(tagged)[-SAMPLES:]
    stating: set[str] = {path for path, _ in found.declared} | {source.path for source, _ in found.pointers}
    commits = {version: f"refs/tags/{tagged[version]}" for version in newest}
    shas = blobs_at(tree.root, list(commits.values()), sorted(stating))
    past: dict[Version, dict[str, Version]] = {}
    kept = found.kept
    with CatFile(tree.root) as objects:
        bodies = dict(zip(dict.fromkeys(shas.values()), objects.read_many(dict.fromkeys(shas.values())), strict=True))
    for version, rev in commits.items():
        files = {path: body for path in sorted(stating) if (sha := shas.get((rev, path))) and isinstance(body := bodies[sha], bytes)}
        then = scan(found.repo, HeldTree(found.repo.name, tree.root, files), registry, kept)
        past[version] = {name: one.version for name, one in declared(then).items() if one.version is not None}
    return past
