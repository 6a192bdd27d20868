"""Cargo.lock: the workspace's own packages, which have no source. https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sync.adapter import Left, Packages, Site, purl
from sync.formats import lock
from sync.source import Source, Span

ECOSYSTEM = "cargo"
DECLARES = False
NEEDS = (b"[[package]]", b"[root]")


def declarations(source: Source) -> Iterator[Site]:  # noqa: ARG001  # the protocol's argument
    """None: a lock repeats what the manifests declare."""
    yield from ()


def references(source: Source, known: Packages) -> Iterator[Site | Left]:
    """The versions of entries without a source, and of the dependencies ("name version") that mean them; other entries are left for cargo."""
    document = source.document(lock.read)
    versions = {leaf.path[:-1]: leaf for leaf in document.leaves if leaf.path[-1] == "version"}
    names = [leaf for leaf in document.leaves if leaf.path[-1] == "name" and leaf.path[:-1] in versions]
    often = Counter(leaf.value for leaf in names)
    own = set()
    for name in names:
        package = purl(ECOSYSTEM, name.value)
        if package not in known:
            continue
        version = versions[name.path[:-1]]
        if document.get((*name.path[:-1], "source")) is None:
            own.add((name.value, version.value))
            yield Site(version.span, version.value, package, "locks", "semver")
        else:
            which = f"{name.value}@{version.value}" if often[name.value] > 1 else name.value
            yield Left(version.span, version.value, package, "semver", f"cargo update -p {which} --precise {{version}}")
    for leaf in document.leaves:
        if leaf.path[-2] != "dependencies":
            continue
        wanted, version_text, *origin = leaf.value.split(" ")
        if not origin and (wanted, version_text) in own:
            start = leaf.span.start + len(wanted.encode()) + 1
            span = Span(start, start + len(version_text.encode()))
            yield Site(span, version_text, purl(ECOSYSTEM, wanted), "locks", "semver")
