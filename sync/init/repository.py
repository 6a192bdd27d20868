"""The components of one repository: which packages are of the family, grouped by ecosystem, rule and requirement style, and what each group is called.

How a package's number follows is told by `sync.init.follows`, what is left out whole by `sync.init.leaving`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sync import families
from sync.adapter import ecosystem_of
from sync.init import leaving
from sync.init.follows import Lead, Row, own_of, rows
from sync.init.leaving import Ignored
from sync.init.model import Component, title
from sync.init.survey import Package, Survey
from sync.source import Span
from sync.version import Version

LABELS: Final = {"pypi": "py", "npm": "js", "cargo": "rust", "golang": "go", "nuget": "dotnet", "gem": "rb", "maven": "java", "hex": "elixir", "cran": "r", "cmake": "cmake", "composer": "php"}
"""What the embeddings of an ecosystem are called."""


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


class Group(NamedTuple):
    """What the packages of one component have in common. ``style`` is "-" where nothing requires them.

    ``numbers`` are today's and those of past releases, () where a rule says them. What moved together is one group whatever its ``ecosystem``,
    which is "" then, and has the first of its packages for the past numbers.
    """

    ecosystem: str
    rule: str
    numbers: tuple[str, ...]
    style: str


class Repository:
    """The components of one repository."""

    def __init__(self, survey: Survey, head: Package | None, home: Survey, title: str, project: Version | None, taken: set[str]) -> None:
        assert head is not None
        self.survey, self.head, self.home, self.title, self.project = survey, head, home, title, project
        self.taken = taken
        self.own = own_of(survey, head)
        self.lead = Lead(survey, head, self.own)
        self.styles = families.styles(one for one in survey.required if one.site.package in survey.packages)
        self.wanted = {one.site.package for one in survey.required}
        self.leads = survey is home

    def components(self) -> tuple[list[Component], tuple[Ignored, ...]]:
        """The components, the leading one first; and the globs to ignore."""
        family, apart = self._family(rows(self.lead))
        ignore = leaving.folders(self.lead, family, apart)
        groups: dict[Group, list[Row]] = {}
        for row in family:
            groups.setdefault(self._group(row, family), []).append(row)
        _merge(groups, self.wanted)
        first = next(key for key, some in groups.items() if any(row.package is self.head for row in some))
        names = {row.package.name for row in family}
        known = names | {one.name for one in self.survey.packages.values() if one.site.spelling == "go"}  # a pattern would make even those managed that state nothing
        others = sorted(groups.keys() - {first}, key=lambda key: (ecosystem_of(groups[key][0].package.name), *key[1:]))
        found = [self._component(groups[key], key == first, known) for key in (first, *others)]
        left = [row.package.name for row in apart if row.package.version is not None and not leaving.inside(row.package.home, ignore)]
        if left:
            found[0] = found[0]._replace(ignore_packages=tuple(families.patterns(left, names)))
        return found, tuple(leaving.globs(self.lead, ignore))

    def _family(self, every: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        """The packages that are managed, and the others."""
        shared = {(row.package.path, row.package.site.span) for row in every if not row.package.aside or row.package is self.head}
        family = [row for row in every if self._of_family(row, shared)]
        beside = ((row, next((one for one in family if self._moves_with(row.package, one.package)), None)) for row in every if row not in family and not row.package.aside)
        family += [row._replace(rule=one.rule, drifted=one.drifted) for row, one in beside if one is not None]
        members = {row.package.name for row in family}
        return family, [row for row in every if row.package.name not in members]

    def _of_family(self, row: Row, shared: set[tuple[str, Span]]) -> bool:
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

    def _group(self, row: Row, family: Sequence[Row]) -> Group:
        one, rule = row.package, row.rule.rule
        kind = ecosystem_of(one.name)
        style = self.styles.get(one.name, "-") if kind != "golang" else "-"
        if rule != "independent":
            return Group(kind, rule, (), style)
        other = next((each.package.name for each in family if each.rule.rule == rule and self._moves_with(one, each.package)), "")
        if other:  # it moves with itself, where it moved at all
            return Group("", rule, (str(one.version), other), style)
        return Group(kind, rule, (str(one.version), *(str(numbers.get(one.name, "")) for _, numbers in sorted(self.survey.past.items()))), style)

    def _component(self, rows: Sequence[Row], lead: bool, family: set[str]) -> Component:
        names = [row.package.name for row in rows]
        rule = rows[0].rule.rule
        since = max((row.rule.since for row in rows if row.rule.since is not None), default=None)
        style = {self.styles[name] for name in names if name in self.styles}
        requirement = style.pop() if len(style) == 1 and ecosystem_of(names[0]) != "golang" else ""
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

    def _name(self, rows: Sequence[Row], lead: bool, requirement: str) -> str:
        kind = ecosystem_of(rows[0].package.name)
        shortest = title(min((row.package.name for row in rows), key=lambda name: (len(families.short(name)), name)))
        if lead:
            base = self.title if self.leads else title(self.survey.name)
        elif rows[0].rule.rule == "exact" and kind == ecosystem_of(self.head.name):
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


def _merge(groups: dict[Group, list[Row]], wanted: Iterable[str]) -> None:
    """What nothing requires goes with the largest group of its kind and rule; so it stands nowhere against a style."""
    for key in [key for key in groups if key.style in ("-", "")]:
        alike = [other for other in groups if other != key and other[:3] == key[:3] and other.style not in ("-", "")]
        if alike and not any(row.package.name in wanted for row in groups[key]):
            groups[max(alike, key=lambda one: len(groups[one]))] += groups.pop(key)
