"""Which packages of a repository go together: what requires what, in which style, and how a set of names is written short."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from sync import requirement
from sync.adapter import Packages, Site, ecosystem_of
from sync.errors import UnreadableError
from sync.scan import Scan

STYLES = ("=", "^", "~")


class Required(NamedTuple):
    """A requirement on a package of the repository: the file, the site, and its style ("" for bounds and wildcards)."""

    path: str
    site: Site
    style: str


def short(package: str) -> str:
    """A package URL's name as people say it: ``pkg:npm/%40a/b`` -> ``@a/b``, ``pkg:golang/host/x/y`` -> ``y``."""
    name = package[package.index("/") + 1 :].replace("%40", "@")
    return name if name.startswith("@") else name.rsplit("/", 1)[-1]


def required(scan: Scan, packages: Iterable[str]) -> list[Required]:
    """Every requirement on one of these packages that the repository's files hold. Files that cannot be read are passed over."""
    paths: dict[str, str] = {}
    for path, site in scan.declared:
        paths.setdefault(site.package, path)
    wanted = frozenset(packages)
    known = Packages(paths, wanted.__contains__)
    found = []
    for declaring in (True, False):
        for source, adapter in scan.read(declaring=declaring, ecosystems=frozenset(map(ecosystem_of, wanted))):
            try:
                found += [Required(source.path, one, _style(one)) for one in adapter.references(source, known) if isinstance(one, Site) and one.role == "requires" and one.package in wanted]
            except UnreadableError as error:
                scan.complain(error)
    return found


def _style(site: Site) -> str:
    return requirement.style(site.operator, site.requirement or site.operator + site.text, ecosystem_of(site.package))


def styles(requirements: Iterable[Required]) -> Mapping[str, str]:
    """The style in which each package is required, where all requirements on it agree; "" where they do not."""
    found: dict[str, set[str]] = {}
    for one in requirements:
        found.setdefault(one.site.package, set()).add(one.style)
    return {package: some.copy().pop() if len(some) == 1 and some <= set(STYLES) else "" for package, some in found.items()}


def patterns(names: Collection[str], others: Collection[str] = ()) -> list[str]:
    """Names as a manifest lists them: ``pkg:cargo/wasmtime-*`` for all that begin so, where none of ``others`` does; sorted."""
    left = sorted(set(names))
    rest = [name for name in others if name not in set(left)]
    found = []
    while left:
        prefix = next((one for one in _prefixes(left[0]) if sum(name.startswith(one) for name in left) > 2 and not any(name.startswith(one) for name in rest)), "")
        if prefix:
            found.append(prefix + "*")
            left = [name for name in left if not name.startswith(prefix)]
        else:
            found.append(left.pop(0))
    return sorted(found)


def _prefixes(name: str) -> Iterator[str]:
    """What a name begins with, up to a separator and with it, the shortest first; never less than a word of its own."""
    start = name.index("/") + 1
    yield from (
        name[: at + 1] for at in range(start + 1, len(name)) if name[at] in "-./_" and name[start:at].strip("%40@") and not (at < len(name) - 1 and name[start:at].count(".") and name[at] == ".")
    )
