"""A .gemspec: a gem's version, or where it stands, and its dependencies, after RubyGems' "Specification Reference".

Longer than most, for a gemspec is a program: its version is a constant of a file that it requires in one of five ways, or is read from one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from sync.adapter import Packages, Pointer, Selector, Site, purl
from sync.formats import ruby
from sync.source import Document, KeyPath, Leaf, Source, Span

ECOSYSTEM = "gem"
NEEDS: tuple[bytes, ...] = (b"Gem::Specification",)
DECLARES = True

ADDERS = ("add_dependency", "add_runtime_dependency", "add_development_dependency")
CONSTANT = re.compile(r"(?:::)?(?:[A-Z]\w*::)*([A-Z]\w*)(?:\.(?:dup|to_s|freeze|clone))?\Z")
CLAUSE = re.compile(r"(~>|>=|<=|!=|=|<|>)?\s*([0-9][0-9A-Za-z.-]*)\Z")


def declarations(source: Source) -> Iterator[Site | Pointer]:
    """A literal version, or a pointer to the constant or to the file that it is read from. A gem is named after its file where it is not named by a literal."""
    doc = source.document(ruby.read)
    name = source.path.rsplit("/", 1)[-1].removesuffix(".gemspec")
    found: Leaf | None = None
    for leaf in doc:
        match leaf.path:
            case (_, "name") | ("Gem::Specification", "new", 0, 0):
                name = leaf.value
            case (_, "version") | (_, "version", "expression") | ("Gem::Specification", "new", 0, 1):
                found = leaf
            case _:
                pass
    package = purl(ECOSYSTEM, name)
    while found is not None and found.path[-1] == "expression":
        variable = doc.get((found.value,)) or doc.get((found.value, "expression"))
        if variable is None or variable is found:
            to, select = _stands(source, doc, found, name)
            if to:
                yield Pointer(package, to, select, found.span, ECOSYSTEM)
            return
        found = variable
    if found is not None:
        yield Site(found.span, found.value, package, "declares", ECOSYSTEM)


def _stands(source: Source, doc: Document, found: Leaf, name: str) -> tuple[tuple[str, ...], Selector]:
    """The files that may hold what an expression names, and what to look for in them; no files where that cannot be told."""
    here = dirname(source.path)
    constant = CONSTANT.match(found.value)
    if constant is not None:
        required = []
        for leaf in doc:
            match leaf.path:
                case ("require_relative", _, 0):
                    required.append(normpath(join(here, f"{leaf.value}.rb")))
                case ("require", _, 0) if "version" in leaf.value:
                    required.append(join(here, "lib", f"{leaf.value}.rb"))
                case ("File", "expand_path", _, 0) if "version" in leaf.value:
                    required.append(_expanded(source, leaf, ".rb"))
                case _:
                    pass
        usual = [join(here, "lib", folder, "version.rb") for folder in (name.replace("-", "/"), name.replace("-", "_"), name)]
        return tuple(dict.fromkeys(path for path in required + usual if not path.startswith("../"))), Selector("name", constant[1])
    if "read" in found.value:
        for leaf in doc:
            if found.span.start <= leaf.span.start and leaf.span.end <= found.span.end and leaf is not found:
                path = _expanded(source, leaf, "")
                return (path,), Selector("name", "VERSION") if path.endswith(".rb") else Selector("whole")
    return (), Selector("whole")


def _expanded(source: Source, leaf: Leaf, suffix: str) -> str:
    """The path from the root that a literal in this file means: beside the file, or with ``__FILE__`` from the file as if it were a folder."""
    base = source.path if b"__FILE__" in source.body[leaf.span.end : leaf.span.end + 20] else dirname(source.path)
    return normpath(join(base, leaf.value.removesuffix(suffix) + suffix))


def references(source: Source, known: Packages) -> Iterator[Site]:
    """Each version in a dependency on a known gem; an exclusion (``!=``) stays."""
    calls: dict[KeyPath, list[Leaf]] = {}
    for leaf in source.document(ruby.read):
        if len(leaf.path) == 4 and leaf.path[1] in ADDERS:
            calls.setdefault(leaf.path[:3], []).append(leaf)
    for gem, *clauses in calls.values():
        package = purl(ECOSYSTEM, gem.value)
        if gem.path[3] != 0 or package not in known:
            continue
        whole = ", ".join(clause.value for clause in clauses)
        for clause in clauses:
            found = CLAUSE.match(clause.value)
            if found is not None and found[1] != "!=":
                span = Span(clause.span.end - len(found[2]), clause.span.end)
                yield Site(span, found[2], package, "requires", ECOSYSTEM, found[1] or "", requirement=whole)
