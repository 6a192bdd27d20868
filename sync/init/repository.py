"""The components of one repository: its packages by ecosystem, rule and requirement style; and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from sync import families, fit
from sync.fit import Rule
from sync.init.model import Component, title
from sync.init.survey import LOSSY, Package, Survey, aside
from sync.manifest.match import is_glob
from sync.manifest.shape import fits
from sync.source import Span
from sync.version import Version

SETTLED: Final = 3
"""Releases on which a rule must have held to be believed though it does not hold today."""

LABELS: Final = {"pypi": "py", "npm": "js", "cargo": "rust", "golang": "go", "nuget": "dotnet", "gem": "rb", "maven": "java", "hex": "elixir", "cran": "r", "cmake": "cmake", "composer": "php"}
"""What the embeddings of an ecosystem are called."""


def own_of(survey: Survey, head: Package | None) -> Version | None:
    """The number of a repository: its leading package's, else its newest tag's."""
    if head is not None and head.version is not None and head.site.spelling != "go":
        return head.version
    return max(survey.tagged, default=head.version if head is not None else None)


def relation(survey: Survey, home: Survey, title: str, own: Version | None, project: Version | None) -> tuple[str, str]:
    """How a repository of an embedding follows the leader's, ``exact`` or ``independent``; and the leader's component where it is inside."""
    if own is None or project is None:
        return "exact", ""
    newest = sorted(survey.tagged)[-6:]
    majors = {one.major for one in home.tagged} | {project.major}
    near = own.major == project.major or len(newest) > 2 and project.major >= 5 and all(one.major in majors and one.major > 1 for one in newest)
    if not near:
        return "independent", ""
    wants = any(one.site.package in home.packages for one in survey.required) or survey.name.startswith(f"{title}-")
    return "exact", title if wants else ""


class _Row(NamedTuple):
    package: Package
    rule: Rule
    drifted: bool


class Repository:
    """The components of one repository."""

    def __init__(self, survey: Survey, head: Package | None, home: Survey, title: str, project: Version | None, taken: set[str]) -> None:
        assert head is not None
        self.survey, self.head, self.home, self.title, self.project = survey, head, home, title, project
        self.taken = taken
        self.own = own_of(survey, head)
        self.styles = families.styles(one for one in survey.required if one.site.package in survey.packages)
        self.wanted = {one.site.package for one in survey.required}
        self.leads = survey is home
        newest = max(survey.tagged, default=None)
        self.tags_lead = newest is not None and self.own is not None and newest <= self.own and self.own.major - newest.major <= 1

    def components(self) -> tuple[list[Component], tuple[tuple[str, str], ...]]:
        """The components, the leading one first; and the globs to ignore."""
        rows = [self._row(one) for one in self.survey.packages.values() if self._counted(one)]
        shared = {(row.package.path, row.package.site.span) for row in rows if not row.package.aside or row.package is self.head}
        family = [row for row in rows if self._of_family(row, shared)]
        beside = ((row, next((one for one in family if self._moves_with(row.package, one.package)), None)) for row in rows if row not in family and not row.package.aside)
        family += [row._replace(rule=one.rule, drifted=one.drifted) for row, one in beside if one is not None]
        members = {row.package.name for row in family}
        apart = [row for row in rows if row.package.name not in members]
        folders = self._aside(apart, family)
        left = [row for row in apart if row.package.version is not None and not row.package.home.startswith(tuple(folders))]
        groups: dict[tuple[str, ...], list[_Row]] = {}
        for row in family:
            groups.setdefault(self._key(row, family), []).append(row)
        _merge(groups, self.wanted)
        key = next(key for key, some in groups.items() if any(row.package is self.head for row in some))
        ordered = [key, *sorted((other for other in groups if other != key), key=lambda one: (families.ecosystem(groups[one][0].package.name), *one[1:]))]
        exact = {row.package.name for row in family}
        known = exact | {one.name for one in self.survey.packages.values() if one.site.spelling == "go"}  # a pattern would make even those managed that state nothing
        found = [self._component(groups[one], one == key, known) for one in ordered]
        names = families.patterns([row.package.name for row in left], exact) if left else []
        if names:
            found[0] = found[0]._replace(ignore_packages=tuple(names))
        unread = [one for one in self.survey.scan.problems if one.rule == "unreadable" and not is_glob(one.path) and not one.path.startswith(tuple(folders))]
        return found, (*((self._glob(folder), why) for folder, why in sorted(folders.items())), *((one.path, one.message) for one in unread))

    def _counted(self, one: Package) -> bool:
        """Whether a package has a number at all (0.0.0 is none), and a name that a manifest can say."""
        if not fits("package", one.name) or any(char in one.name for char in "*?["):
            return False
        if one.site.spelling == "go":
            return bool(one.site.text) or one.name == self.head.name or one.home == "go.mod" or self._go_follows(one)
        return one.version is not None and not one.unversioned

    def _row(self, one: Package) -> _Row:
        """How a package's number follows the repository's."""
        if one is self.head:
            return _Row(one, Rule("exact", None, len(self.survey.past), len(self.survey.past)), False)
        if one.site.spelling == "go":
            return _Row(one, Rule("exact" if self._go_follows(one) else "independent", None, 0, 0), False)
        assert one.version is not None
        past = [(version, numbers[one.name]) for version, numbers in sorted(self.survey.past.items()) if one.name in numbers]
        # what the leading package said at a tag counts, where it says anything: a tag may be of another of the repository's numbers
        past = [(then, own) for version, own in past if (then := self.survey.past[version].get(self.head.name, version if self.tags_lead else None)) is not None]
        if self.own is None:
            return _Row(one, Rule("independent", None, 0, 0), False)
        pairs = [(then, then if one.site.spelling in LOSSY and own == then.final else own) for then, own in (*past, (self.own, one.version))]
        past, today = pairs[:-1], pairs[-1]
        whole = fit.rule(pairs)
        if whole.rule != "independent" and not (whole.rule == "major" and today[0] != today[1]):
            return _Row(one, whole, False)
        before = fit.rule(past)
        if before.rule != "independent" and before.rule != "major" and before.held >= SETTLED:
            return _Row(one, before, True)
        if today[0] == today[1] and (len(past) < SETTLED or _together(pairs)):
            return _Row(one, Rule("exact", None, 1, 1), False)
        return _Row(one, Rule("independent", None, 0, 0), False)

    def _go_follows(self, one: Package) -> bool:
        if self.own is None:
            return False
        if one.home == "go.mod" and not one.site.text:
            return self.own.major < 2
        if one.site.text:
            return one.version is not None and one.version.major == self.own.major
        said = {each.site.text.lstrip("v") for each in self.survey.required if each.site.package == one.name and each.site.text.startswith("v")}
        return bool(said) and said <= {str(self.own), str(max(self.survey.tagged, default=self.own))} and self.own.major < 2

    def _of_family(self, row: _Row, shared: set[tuple[str, Span]]) -> bool:
        one = row.package
        if one is self.head or (one.path, one.site.span) in shared and row.rule.rule == "exact":
            return True
        if row.rule.rule == "independent":
            return not one.aside and one.site.spelling != "go" and self._related(one)
        return not one.aside or row.rule.of > 2 or one.name in self.wanted

    def _moves_with(self, one: Package, other: Package) -> bool:
        """Whether a package has the number of another today, and had it at every release looked at that has both, of which some moved it."""
        both = [(numbers[one.name], numbers[other.name]) for numbers in self.survey.past.values() if one.name in numbers and other.name in numbers]
        return one.version is not None and one.version == other.version and len({number for pair in both for number in pair}) > 1 and all(mine == its for mine, its in both)

    def _related(self, one: Package) -> bool:
        """Whether a package at a number of its own is required by the others, or requires one of them."""
        return one.name in self.wanted or any(each.path == one.home and each.site.package in self.survey.packages for each in self.survey.required)

    def _aside(self, apart: Sequence[_Row], family: Sequence[_Row]) -> dict[str, str]:
        """Folders of which no package file need be read, each with the reason: no package of the family lies there, and no requirement there is in step."""
        names = {row.package.name for row in family}
        numbers = {row.package.version for row in family if row.package.version is not None} | ({self.own} if self.own is not None else set())
        kept = [row.package.home for row in family]
        wants = [one for one in self.survey.required if one.site.package in names and aside(one.path)]
        kept += [one.path for one in wants if any(fit.holds(fit.Shape(one.site.template, one.site.spelling), one.site.text, number) for number in numbers)]
        out = [row.package.home for row in apart if row.package.aside]
        first = {row.package.name: row.package for row in family}
        again = [(path, site) for path, site in self.survey.scan.declared if site.package in first and aside(path) and path != first[site.package].path]
        out += [path for path, site in again if not fit.holds(fit.Shape(site.template, site.spelling), site.text, first[site.package].version or Version((0,)))]
        found: dict[str, str] = {}
        for path in [*out, *(one.path for one in wants)]:
            for folder in (aside(path) + "/", path[: path.rfind("/") + 1]):
                if not is_glob(folder) and not any(each.startswith(folder) for each in kept):
                    found.setdefault(folder, "packages at numbers of their own" if path in out else "requirements that are not kept in step")
                    break
        return {folder: why for folder, why in found.items() if not any(folder != other and folder.startswith(other) for other in found)}

    def _glob(self, folder: str) -> str:
        """What adapters read in a folder: the one file, else a glob for all files that are called so. What else lies there may hold a version of ours."""
        registry = self.survey.scan.registry
        paths = sorted(path for some in self.survey.scan.by_adapter.values() for path in some if path.startswith(folder))
        if len(paths) == 1 and not is_glob(paths[0]):
            return paths[0]
        names = sorted({base if (base := path.rpartition("/")[2]) in registry.files else f"*.{base.rpartition('.')[2]}" for path in paths})
        return f"{folder}**/{names[0]}" if len(names) == 1 else f"{folder}**/{{{','.join(names)}}}"

    def _key(self, row: _Row, family: Sequence[_Row]) -> tuple[str, ...]:
        one, rule = row.package, row.rule
        kind = families.ecosystem(one.name)
        style = self.styles.get(one.name, "-") if kind != "golang" else "-"
        own = str(one.version) if rule.rule == "independent" else ""
        past = ",".join(str(numbers.get(one.name, "")) for _, numbers in sorted(self.survey.past.items())) if own else ""
        if own and (other := next((each.package.name for each in family if each.rule.rule == "independent" and self._moves_with(one, each.package)), "")):
            kind, past = "", other  # what moved together is one component, whatever its ecosystem; it moves with itself, where it moved at all
        return kind, rule.rule, own, past, style

    def _component(self, rows: Sequence[_Row], lead: bool, family: set[str]) -> Component:
        names = [row.package.name for row in rows]
        rule = rows[0].rule.rule
        since = max((row.rule.since for row in rows if row.rule.since is not None), default=None)
        style = {self.styles[name] for name in names if name in self.styles}
        requirement = style.pop() if len(style) == 1 and families.ecosystem(names[0]) != "golang" else ""
        name = self._name(rows, lead, requirement)
        self.taken.add(name)
        listed = families.patterns(names, family)
        if lead and self.head.name not in listed:
            listed.insert(0, self.head.name)
        elif lead:
            listed = [self.head.name, *(name for name in listed if name != self.head.name)]
        bundles = ""
        if not self.leads:
            rule, bundles = relation(self.survey, self.home, self.title, self.own, self.project) if rule == "exact" else ("independent", "")
        held = max(row.rule.held for row in rows)
        why = f"its number has followed on {held} of the releases looked at" if rule not in ("exact", "independent") else ""
        if rule == "independent":
            why = "at a number of its own: no rule fits the releases looked at"
        if any(row.drifted for row in rows):
            why = f"the rule held on {held} releases, and does not today"
        return Component(name, self.survey.name, tuple(listed), rule, since, requirement, bundles, why=why)

    def _name(self, rows: Sequence[_Row], lead: bool, requirement: str) -> str:
        kind = families.ecosystem(rows[0].package.name)
        shortest = title(min((row.package.name for row in rows), key=lambda name: (len(families.short(name)), name)))
        if lead:
            base = self.title if self.leads else title(self.survey.name)
        elif rows[0].rule.rule == "exact" and kind == families.ecosystem(self.head.name):
            base = f"{self.title}-internals" if requirement == "=" else shortest
        elif rows[0].rule.rule == "exact":
            tops = {row.package.home.split("/")[0] if "/" in row.package.home else "" for row in rows}
            top = tops.pop() if len(tops) == 1 else ""
            top = top.removesuffix("-package")
            base = f"{self.title}-{title(top) if top and self.title not in top and top not in ('packages', 'crates', 'src', 'lib', 'libs', 'bindings', 'sdk', 'sdks') else LABELS.get(kind, kind)}"
        else:
            base = shortest
        names = (base, f"{base}-{LABELS.get(kind, kind)}", *(f"{base}-{at}" for at in range(2, 2000)))
        return next(one for one in names if one not in self.taken)


def _together(pairs: Sequence[tuple[Version, Version]]) -> bool:
    """Whether two numbers that are the same today are so by more than chance: they were at half of the releases, or at the newest more than once, and both have moved."""
    past = pairs[:-1]
    since = [then for then, own in takewhile(lambda pair: pair[0] == pair[1], reversed(pairs))]
    return len({own for _, own in past}) > 1 and (2 * sum(then == own for then, own in past) >= len(past) or len(set(since)) > 1)


def _merge(groups: dict[tuple[str, ...], list[_Row]], wanted: Iterable[str]) -> None:
    """What nothing requires goes with the largest group of its kind and rule; so it stands nowhere against a style."""
    for key in [key for key in groups if key[4] in ("-", "")]:
        alike = [other for other in groups if other != key and other[:4] == key[:4] and other[4] not in ("-", "")]
        if alike and not any(row.package.name in wanted for row in groups[key]):
            groups[max(alike, key=lambda one: len(groups[one]))] += groups.pop(key)
