"""What one repository holds: packages with their numbers, what requires what, how it tags and branches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from sync import families, git, template
from sync.adapter import Site
from sync.catfile import CatFile
from sync.families import Required
from sync.init import tags
from sync.learn.releases import blobs_at
from sync.manifest.model import Repo
from sync.registry import Registry
from sync.scan import Scan, scan
from sync.tree import HeldTree, Tree
from sync.version import Version

SAMPLES: Final = 8
"""Newest releases at which the packages' numbers are looked up, to fit rules."""

RECENT: Final = 24
"""Newest tags whose templates are in use: at their releases too the packages' numbers are looked up."""

LOSSY: Final = frozenset({"numeric", "assembly", "r"})
"""Spellings that cannot say a pre-release: the numbers alone stand there."""

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
    def unversioned(self) -> bool:
        """Whether its number is none: 0.0.0, with or without a build."""
        return self.version is not None and not any(self.version.release)

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

    ``past`` holds what each package's number was at the newest of them, ``seen`` the same for each template that may be meant, and ``follows`` the tags that say a package's number.
    ``templates`` its releases by every template, ``uses`` counts those of the newest tags,
    and ``usual`` is the one that all packages together speak for. ``doubt`` is why the tags may be no releases of the package that leads.
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
    past: tags.Numbers
    usual: str
    templates: Mapping[str, Mapping[Version, str]]
    uses: Mapping[str, int]
    seen: Mapping[str, tags.Numbers]
    follows: Mapping[str, tags.Follows]
    doubt: str = ""


def survey(name: str, url: str, tree: Tree, registry: Registry) -> Survey:
    """Reads one repository; on packages of other repositories it finds no requirement."""
    found = scan(Repo(name, url), tree, registry)
    packages = declared(found)
    required = families.required(found, packages)
    if git.git_dir(tree.root) is None:
        return Survey(name, url, tree, found, packages, required, "", "", {}, {}, "", {}, {}, {}, {})
    known = {one.name: one for one in git.tags(tree.root)}
    templates = tags.templates(known)
    tag = tags.usual(templates, name, [one.version for one in packages.values() if one.version is not None])
    line = tags.line([*git.branches(tree.root), *git.branches(tree.root, "refs/remotes")])
    shapes = {each: shape for shape, some in templates.items() for each in some.values()}
    uses = Counter(shapes[each] for each in sorted(shapes, key=lambda each: (known[each].time, each))[-RECENT:])
    newest = {shape: {version: known[templates[shape][version]].sha for version in tags.sampled(templates[shape], SAMPLES)} for shape in dict.fromkeys(([tag] if tag else []) + list(uses))}
    releases = {shape: tags.releases(some) for shape, some in templates.items()}
    seen = _seen(found, tree, newest, registry)
    numbered = [one for one in packages.values() if one.version is not None and one.site.spelling != "go"]
    follows = {one.name: tags.follows(seen, one.name, (name, families.short(one.name)), uses, lossy=one.site.spelling in LOSSY) for one in numbered}
    said = {package: some for package, some in follows.items() if some is not None}
    return _under(Survey(name, url, tree, found, packages, required, tag, line, {}, {}, tag, releases, uses, seen, said), tag)


def _under(one: Survey, shape: str, doubt: str = "") -> Survey:
    """The survey with the releases of that template."""
    past = {version: numbers for version, numbers in one.seen.get(shape, {}).items() if not version.is_prerelease}
    return one._replace(tag=shape, tagged=one.templates.get(shape, {}), past=past, doubt=doubt)


def led(one: Survey, leader: Package) -> Survey:
    """The survey with the tags of the package that leads: those that said its number, else those near the number that it has; with the doubt, where no tag is."""
    shape, doubt = one.usual, ""
    if leader.version is not None and leader.site.spelling != "go" and one.templates.get(shape):
        own = one.follows.get(leader.name)
        close = {each: some for each, some in one.templates.items() if some and tags.next_to(max(some), leader.version)}
        if own is not None:
            shape = own.template
        elif close:
            shape = tags.usual(close, one.name, [leader.version])
        else:
            many = min(SAMPLES, len(one.templates[shape]))
            doubt = f"no tag of the last {many} says the number of {leader.name}" if many > 1 else f"the only tag does not say the number of {leader.name}"
    return _under(one, shape, doubt)


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


# ---- the past


def _seen(found: Scan, tree: Tree, newest: Mapping[str, Mapping[Version, str]], registry: Registry) -> dict[str, dict[Version, dict[str, Version]]]:
    """The packages' numbers at the commits of the newest tags, read from the files that state them today and those that point there; each commit once."""
    stating = sorted({path for path, _ in found.declared} | {source.path for source, _ in found.pointers})
    commits = list(dict.fromkeys(sha for some in newest.values() for sha in some.values()))
    shas = blobs_at(tree.root, commits, stating)
    numbers: dict[str, dict[str, Version]] = {}
    with CatFile(tree.root) as objects:
        bodies = dict(zip(dict.fromkeys(shas.values()), objects.read_many(dict.fromkeys(shas.values())), strict=True))
    for commit in commits:
        files = {path: body for path in stating if (sha := shas.get((commit, path))) and isinstance(body := bodies[sha], bytes)}
        then = scan(found.repo, HeldTree(found.repo.name, tree.root, files), registry, found.kept)
        numbers[commit] = {name: one.version for name, one in declared(then).items() if one.version is not None}
    return {shape: {version: numbers[commit] for version, commit in some.items()} for shape, some in newest.items()}
