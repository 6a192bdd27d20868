"""Inventory x targets -> the edits that make every site say its target. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sync import places, requirement, spelling, template
from sync.adapter import ecosystem_of
from sync.change import FileChange
from sync.errors import Problem
from sync.inventory import Inventory, LeftBehind, Placed
from sync.shell import word
from sync.source import Span
from sync.targets import Targets
from sync.version import Version

THREE = frozenset({"cargo", "npm", "golang", "composer", "hex", "pub"})
"""The ecosystems that refuse a version of four numbers: those of SemVer."""


class Edit(NamedTuple):
    """One site's new text."""

    placed: Placed
    new: str
    version: Version


class Command(NamedTuple):
    """A lock entry that is left for the ecosystem's own command."""

    left: LeftBehind
    version: Version
    command: str


class Plan(NamedTuple):
    """The edits by repository and file, in the order of the file, and what only other tools can do."""

    edits: Mapping[str, Mapping[str, tuple[Edit, ...]]]
    left: tuple[Command, ...]
    problems: tuple[Problem, ...]

    def changes(self, inventory: Inventory) -> dict[str, tuple[FileChange, ...]]:
        """Whole files, old and new bytes, by repository."""
        return {repo: tuple(_change(inventory, repo, path, edits) for path, edits in files.items()) for repo, files in self.edits.items()}


def make(inventory: Inventory, targets: Targets) -> Plan:
    """Every site that does not say its target, as an edit. Two wants for one span are a problem."""
    wanted: dict[tuple[str, str, Span], Edit | Placed] = {}
    answers: dict[Asked | None, tuple[str | None, str]] = {}
    problems: list[Problem] = []
    for placed in inventory.placed:
        version = targets.expected(placed)
        if version is None:
            continue
        asked = None if placed.place is not None else _asked(placed, version)
        answer = answers.get(asked)
        if answer is None:
            answer = _text(placed, version, targets)
            if asked is not None:
                answers[asked] = answer
        new, trouble = answer
        if trouble:
            line, column = inventory.at(placed)
            problems.append(Problem(placed.repo, placed.path, line, column, trouble, "", "error", "spelling"))
            continue
        key = (placed.repo, placed.path, placed.site.span)
        if new is not None and _loses(placed, version):
            line, column = inventory.at(placed)
            message = f"{version} is written as {new}: a {placed.site.spelling} version has no place for the rest"
            problems.append(Problem(placed.repo, placed.path, line, column, message, "", "note", "lossy"))
        one = placed if new is None else Edit(placed, new, version)
        other = wanted.setdefault(key, one)
        if other is not one and _told(other) != _told(one):
            problems.append(_torn(inventory, other, one))
    problems += places.swallowed(inventory.placed, inventory.at)
    edits: dict[str, dict[str, list[Edit]]] = {}
    for (repo, path, _), one in sorted((item for item in wanted.items() if isinstance(item[1], Edit)), key=lambda item: item[0]):
        assert isinstance(one, Edit)
        before = edits.setdefault(repo, {}).setdefault(path, [])
        if before and before[-1].placed.site.span.end > one.placed.site.span.start:
            if _within(before[-1], one):
                continue
            if _within(one, before[-1]):
                before[-1] = one
                continue
            problems.append(_torn(inventory, before[-1], one))
            continue
        before.append(one)
    left = tuple(_needed(inventory, [command for behind in inventory.left if (command := _left(behind, targets)) is not None]))
    return Plan({repo: {path: tuple(ones) for path, ones in files.items()} for repo, files in edits.items()}, left, tuple(problems))


Asked = tuple[str, Version, str, str, str, str, str, str, bool, str]


def _asked(placed: Placed, version: Version) -> Asked:
    """All that `_text` looks at in a site that an adapter found: thousands of sites say the same."""
    site = placed.site
    return placed.component.name, version, ecosystem_of(site.package), site.text, site.role, site.spelling, site.template, site.operator, site.local, site.requirement


def _text(placed: Placed, version: Version, targets: Targets) -> tuple[str | None, str]:
    """The new text of a site (None: it says its version already), or what stands against it."""
    site = placed.site
    kind = ecosystem_of(site.package)
    if version.fourth and kind in THREE:
        return None, f"{version} has four numbers, and a {kind} version has three; name another for {placed.component.name}: {placed.component.name}=VERSION"
    shape = template.compile(_written(placed, version))
    try:
        if not targets.bumping and (_accepted(placed) or site.role == "declares" and shape.upcoming(site.text, version, site.spelling)):
            return None, ""
        if site.role == "requires":
            return _required(placed, version, targets), ""
        if shape.holds(site.text, version, site.spelling, parts_only=site.spelling == "go"):
            return None, ""
        new = shape.render(version, site.spelling, site.text)
    except ValueError as error:
        return None, str(error)
    if new == site.text:
        return None, ""
    return new, ""


def _written(placed: Placed, version: Version) -> str:
    """The template of a site for that version."""
    early = placed.place.early if placed.place is not None and version.is_prerelease else ""
    return early or placed.site.template


def _accepted(placed: Placed) -> bool:
    """Whether one of the words that a place allows stands there."""
    return placed.place is not None and placed.site.text in placed.place.words


def _required(placed: Placed, version: Version, targets: Targets) -> str | None:
    """The new text of one version inside a requirement, by the design's rule of what moves."""
    site = placed.site
    ecosystem = ecosystem_of(site.package)
    shape = template.compile(site.template)
    says = shape.holds(site.text, version, site.spelling, parts_only=True)
    if site.spelling == "go" or site.template != "{version}":
        return None if says else shape.render(version, site.spelling, site.text)
    if ecosystem == "golang" and site.text.startswith("0.0.0"):  # what is written where a replace decides: a release may fill it in, nobody else must
        return spelling.render(version, site.spelling) if targets.bumping and placed.component.ranges == "follow" else None
    holds = requirement.satisfies(site.requirement or site.operator + site.text, version, ecosystem)
    follows = site.local or requirement.exact(site.operator, ecosystem) or "follow" in (placed.component.ranges, placed.carrier.ranges if placed.carrier is not None else "")
    if holds and (not follows or says or site.operator in ("<", "<=")):
        return None
    old = targets.standings[placed.component.name].own
    new = requirement.moved(site.operator, site.text, old, version, site.spelling, ecosystem)
    return None if new == site.text else new


def _left(behind: LeftBehind, targets: Targets) -> Command | None:
    version, left = targets.expected(behind), behind.left
    if version is None or spelling.same(left.text, version, left.spelling):
        return None
    command = left.command.replace("{version}", spelling.render(version, left.spelling, left.text))
    folder = behind.path.rpartition("/")[0]
    return Command(behind, version, f"cd {word(folder)} && {command}" if folder else command)


def _needed(inventory: Inventory, commands: Sequence[Command]) -> Iterator[Command]:
    """The commands for what the repository itself requires; the rest of a lock goes along with it.

    What only others require counts where nothing else of that lock is behind: Cargo and npm take what a caret allows.
    """
    required = {(one.repo, one.site.package) for one in inventory.placed if one.site.role == "requires"}
    direct = [one for one in commands if (one.left.repo, one.left.left.package) in required]
    locks = {(one.left.repo, one.left.path) for one in direct}
    for one in commands:
        if one in direct or (one.left.repo, one.left.path) not in locks and not _allowed(one):
            yield one


def _allowed(command: Command) -> bool:
    left = command.left.left
    ecosystem = ecosystem_of(left.package)
    locked = spelling.parse(left.text, left.spelling)
    return ecosystem in ("cargo", "npm") and locked is not None and requirement.satisfies(f"^{spelling.render(command.version, left.spelling, left.text)}", locked, ecosystem)


def _loses(placed: Placed, version: Version) -> bool:
    """Whether a site that holds a whole version cannot say all of this one: a candidate where only numbers fit."""
    site = placed.site
    return site.role == "declares" and version.is_prerelease and "{version}" in site.template and spelling.lossy(version, site.spelling)


def _within(outer: Edit, inner: Edit) -> bool:
    """Whether an edit writes, in its larger span, the very bytes that the other writes in its own."""
    around, inside = outer.placed.site, inner.placed.site
    start, end = inside.span.start - around.span.start, inside.span.end - around.span.start
    text = around.text.encode()
    return 0 <= start <= end <= len(text) and text[:start] + inner.new.encode() + text[end:] == outer.new.encode()


def _told(one: Edit | Placed) -> str:
    return one.new if isinstance(one, Edit) else one.site.text


def _torn(inventory: Inventory, one: Edit | Placed, other: Edit | Placed) -> Problem:
    first, second = (each.placed if isinstance(each, Edit) else each for each in (one, other))
    line, column = inventory.at(first)
    return Problem(
        first.repo,
        first.path,
        line,
        column,
        f"{first.component.name} wants {_told(one)} here, {second.component.name} wants {_told(other)}",
        "components that share a site must have equal targets; overlapping places must agree",
        "error",
        "overlap",
    )


def _change(inventory: Inventory, repo: str, path: str, edits: tuple[Edit, ...]) -> FileChange:
    source = inventory.source(repo, path)
    pieces, at = [source.bom], 0
    for edit in edits:
        span = edit.placed.site.span
        pieces += (source.body[at : span.start], edit.new.encode())
        at = span.end
    pieces.append(source.body[at:])
    return FileChange(path, source.raw, b"".join(pieces))
