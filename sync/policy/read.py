"""TOML to a Policy: every problem at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from sync.errors import UsageError
from sync.manifest.model import At
from sync.manifest.read import folder as shipped
from sync.manifest.shape import Shape, fits, nearest, title
from sync.manifest.where import parsed
from sync.policy.claims_read import claims
from sync.policy.model import LAST, Cadence, Cut, Embeddings, Fix, Lts, Number, On, Phase, Policy, Rules, Shift, Span, Versions
from sync.policy.schema import POLICY, RULES, WEEKDAYS
from sync.policy.sound import contradictions, wrong_day
from sync.source import KeyPath

Table = dict[str, Any]

_OWN: Final = ("id", "title", "source", "effective", "draft", "inherits", "lines-from", "after")
"""The keys of a rule set that are not inherited."""


def find(beside: Path, name: str) -> Path | None:
    """``policies/NAME.toml`` in that folder, else the policy of that name that comes with versync; None where neither is there."""
    if not fits("name", name):
        return None
    return next((path for folder in (beside, shipped()) if (path := folder / "policies" / f"{name}.toml").is_file()), None)


def names() -> tuple[str, ...]:
    """The names of all policies that come with versync, sorted."""
    return tuple(sorted(path.stem for path in (shipped() / "policies").glob("*.toml")))


def read(path: str, raw: bytes) -> Policy:
    """The policy in these bytes; ``path`` is its name in messages. Raises UsageError with all that is wrong."""
    data, where = parsed(path, raw)
    shape = Shape(path, where, "the policy")
    policy = _Building(shape, shape.value(POLICY, data, ()), data).policy(path)
    if shape.problems:
        raise UsageError(dict.fromkeys(shape.problems))
    return policy


class _Building:
    """Frozen values from clean tables, and what is wrong between them."""

    def __init__(self, shape: Shape, data: Table, raw: Table) -> None:
        self.shape = shape
        self.where = shape.where
        self.data = data
        self.raw = raw
        self.tables: list[Table] = [one or {} for one in data.get("rules", ())]

    def policy(self, path: str) -> Policy:
        whose: Table = self.data.get("policy", {})
        made: dict[int, Rules] = {}
        known: dict[str, Table] = {}
        broken: set[str] = set()
        for index, table in enumerate(self.tables):
            at: KeyPath = ("rules", index)
            wrong = len(self.shape.problems)
            full = self.inherited(table, known, at)
            name = table.get("id", "")
            if name in known:
                self.shape.wrong(self.where.value((*at, "id")), f'"{name}" is the name of a rule set above already')
            known[name] = full
            if not self.fits(index) or table.get("inherits") in broken:
                broken.add(name)
                continue
            for key in ("cadence", "versions", "phases"):
                if key not in full:
                    self.shape.wrong(self.where.table(at), f"{title(at)} has no {key}")
            if len(self.shape.problems) == wrong:
                made[index] = self.sound(full, at)
        for earlier, later in pairwise(made):
            if made[later].effective < made[earlier].effective:
                said = f"came into force on {made[later].effective}, before the one above it; rule sets should stand in that order"
                self.shape.wrong(self.where.value(("rules", later, "effective")), said)
        name = whose.get("name", "")
        return Policy(path, name, str(whose.get("title", name)), tuple(made.values()), claims(self.shape, self.data))

    def fits(self, index: int) -> bool:
        """Whether a rule set has the right shape, so that its meaning can be asked for."""
        alone = Shape("", self.where)
        alone.value(RULES, self.raw["rules"][index], ("rules", index))
        return not alone.problems

    def sound(self, full: Table, at: KeyPath) -> Rules:
        wrong = len(self.shape.problems)
        made = self.rules(full, at)
        for one in contradictions(made) if len(self.shape.problems) == wrong else ():
            self.shape.wrong(self.placed((*at, *one.path), at), one.message, one.hint)
        return made

    def placed(self, path: KeyPath, otherwise: KeyPath) -> At:
        """A key's place; its table's where it is inherited, and so written elsewhere."""
        data: Any = self.data
        try:
            for key in path:
                data = data[key]
        except (KeyError, IndexError, TypeError):
            return self.where.table(otherwise)
        return self.where.table(path) if isinstance(data, dict) else self.where.value(path)

    def inherited(self, table: Table, known: Mapping[str, Table], at: KeyPath) -> Table:
        base = table.get("inherits", "")
        if not base:
            return table
        if base not in known:
            self.shape.wrong(self.where.value((*at, "inherits")), f'no rule set above is called "{base}"', nearest(base, known))
        return {key: one for key, one in known.get(base, {}).items() if key not in _OWN} | table

    def rules(self, data: Table, at: KeyPath) -> Rules:
        versions: Table = data["versions"]
        embeddings: Table = data.get("embeddings", {})
        return Rules(
            data["id"],
            str(data.get("title", data["id"])),
            data["effective"],
            self.cadence(data["cadence"], (*at, "cadence")),
            Versions(versions["bumps"], versions.get("minors", 0), versions.get("candidates", ""), versions.get("development", "")),
            self.cut(data["cut"], (*at, "cut")) if "cut" in data else None,
            self.lts(data["lts"]) if "lts" in data else None,
            tuple(self.phase(one, (*at, "phases", index)) for index, one in enumerate(data["phases"])),
            {kind: self.fix(one, (*at, "fixes", kind)) for kind, one in data.get("fixes", {}).items()},
            data.get("release-day", "both"),
            data.get("compatibility", ""),
            Embeddings(embeddings.get("grace-days", 0), embeddings.get("patches", "warning")),
            _number(data["lines-from"]) if "lines-from" in data else None,
            data.get("draft", False),
            data.get("source", ""),
            self.where.table(at),
            _number(data["after"]) if "after" in data else None,
        )

    def on(self, data: Table, path: KeyPath) -> On:
        weekday = data.get("weekday")
        found = On(_last(data.get("day", 0)), WEEKDAYS.index(weekday) if weekday else None, _last(data.get("nth", 0)), data.get("since", 0))
        if message := wrong_day(found):
            key = next(key for key in ("nth", "since", "day", "weekday") if key in data)
            self.shape.wrong(self.placed((*path, key), path[:2]), f"{title(path)}: {message}")
        if found.weekday is not None and not found.nth and not found.since and "weeks" not in data:
            self.shape.wrong(self.placed((*path, "weekday"), path[:2]), f"{title(path)}: which {weekday} of the month?", 'nth = 1, nth = "last", or since = 15')
        return found

    def cadence(self, data: Table, path: KeyPath) -> Cadence:
        off = data.get("off", ())
        shift = Shift(data.get("shift", "later"), "weekends" in off, "holidays" in off, tuple(data.get("countries", ())), self.placed((*path, "countries"), path[:2]))
        anchor = data.get("anchor")
        return Cadence(
            data.get("weeks", 0), data.get("months", 0), tuple(data.get("in", ())), self.on(data, path), shift, (anchor["version"], anchor["day"]) if anchor else None
        )

    def cut(self, data: Table, path: KeyPath) -> Cut:
        return Cut(data.get("days-before", 0), self.on(data, path) if "days-before" not in data else None, data.get("shifted", False))

    def lts(self, data: Table) -> Lts:
        also, exclude = (tuple(_number(one) for one in data.get(key, ())) for key in ("also", "except"))
        return Lts(_number(data["first"]), data.get("every", 0), data.get("divisible-by", 0), also, exclude, data.get("active", 0), tuple(data.get("branches", ())))

    def phase(self, data: Table, path: KeyPath) -> Phase:
        span: Table = data.get("for", {})
        lasts = Span(
            span.get("releases", 0), span.get("months", 0), span.get("weeks", 0), span.get("month", 0), self.on(span, (*path, "for")), span.get("count", 1), span.get("from-release", False)
        )
        return Phase(data["name"], data.get("lines", "all"), lasts, tuple(data["fixes"]), self.placed((*path, "name"), path[:2]))

    def fix(self, data: Table, path: KeyPath) -> Fix:
        return Fix(data["when"], tuple(data.get("requires", ())), data.get("older", "nothing"), data.get("serious", ""), self.placed((*path, "when"), path[:2]))


def _last(value: int | str) -> int:
    return LAST if value == "last" else int(value)


def _number(text: str) -> Number:
    return tuple(map(int, text.split(".")))
