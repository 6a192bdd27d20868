"""Gemfile.lock: the entries of gems that lie in this repository. https://bundler.io/guides/using_bundler_in_applications.html

``DEPENDENCIES`` mirrors the Gemfile, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sync.adapter import Left, Packages, Site, purl
from sync.formats import gemlock
from sync.source import Source, Span

ECOSYSTEM = "gem"
NEEDS: tuple[bytes, ...] = ()
DECLARES = False

CLAUSE = re.compile(r"(~>|>=|<=|!=|=|<|>) ([^ ,]+)")


def declarations(source: Source) -> Iterator[Site]:  # noqa: ARG001  # the protocol's argument
    """None: a gem is declared in its gemspec."""
    yield from ()


def references(source: Source, known: Packages) -> Iterator[Site | Left]:
    """Own entries (PATH), what they require of each other, and their line among the checksums; a known gem that was fetched is left for bundle."""
    doc = source.document(gemlock.read)
    own = {leaf.value for leaf in doc if leaf.path[0] == "PATH" and leaf.path[-1] == "name" and len(leaf.path) == 5}
    seen = set()
    for leaf in doc:
        if leaf.path[-1] not in ("version", "requirement"):
            continue
        name = doc.get((*leaf.path[:-1], "name"))
        if name is None or purl(ECOSYSTEM, name.value) not in known:
            continue
        package = purl(ECOSYSTEM, name.value)
        match leaf.path:
            case ("PATH", _, "specs", _, "version"):
                yield Site(leaf.span, leaf.value, package, "locks", ECOSYSTEM)
            case ("CHECKSUMS", index, "version") if name.value in own and doc.get(("CHECKSUMS", index, "checksum")) is None:
                yield Site(leaf.span, leaf.value, package, "locks", ECOSYSTEM)
            case ("PATH", _, "specs", _, "dependencies", _, "requirement"):
                for found in CLAUSE.finditer(leaf.value):
                    if found[1] != "!=":
                        span = Span(leaf.span.start + found.start(2), leaf.span.start + found.end(2))
                        yield Site(span, found[2], package, "requires", ECOSYSTEM, found[1], requirement=leaf.value)
            case ("GEM" | "GIT", _, "specs", _, "version") if (package, leaf.value) not in seen:
                seen.add((package, leaf.value))  # one for all platforms: the command moves them together
                yield Left(leaf.span, leaf.value, package, ECOSYSTEM, f"bundle update {name.value} --conservative")
