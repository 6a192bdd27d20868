"""The tables on tiers and features to Claims: what is wrong between them, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sync.manifest.shape import Shape, nearest, title
from sync.policy.claims import DEPENDENCIES, Claimed, Claims, Criterion, Evidence, Feature, Lag, Standard, Tier
from sync.source import KeyPath

Table = dict[str, Any]

_SHOWN = ("link", "person", "file", "owners", "workflow")
"""The keys of evidence that show something."""


def claims(shape: Shape, data: Table) -> Claims:
    """What clean tables say of tiers and features; whatever is wrong goes to the shape."""
    return _Building(shape, data).claims()


class _Building:
    def __init__(self, shape: Shape, data: Table) -> None:
        self.shape = shape
        self.where = shape.where
        self.data = data
        self.criteria: dict[str, Criterion] = {DEPENDENCIES: Criterion(DEPENDENCIES, "depends on no component of a lower tier")}

    def tables(self, key: str, name: str, within: Table | None = None, path: KeyPath = ()) -> list[tuple[KeyPath, Table]]:
        """The tables of a list that are whole, with their paths; a name that stands there twice is a problem."""
        found: dict[object, KeyPath] = {}
        whole = []
        for index, table in enumerate((self.data if within is None else within).get(key, ())):
            at: KeyPath = (*path, key, index)
            if table is None or name not in table:
                continue
            if table[name] in found:
                self.shape.wrong(self.where.value((*at, name)), f'"{table[name]}" is in {key} already')
            found[table[name]] = at
            whole.append((at, table))
        return whole

    def known(self, names: Collection[str | None], path: KeyPath) -> tuple[str, ...]:
        """Those of some criteria that there are; the others are problems."""
        for at, name in enumerate(names):
            if name is not None and name not in self.criteria:
                self.shape.wrong(self.where.value((*path, at)), f'{title(path)}: there is no criterion "{name}"', nearest(name, self.criteria))
        return tuple(name for name in names if name in self.criteria)

    def claims(self) -> Claims:
        for at, table in self.tables("criteria", "id"):
            if table["id"] == DEPENDENCIES:
                self.shape.wrong(self.where.value((*at, "id")), f'"{DEPENDENCIES}" is computed, and there already')
            self.criteria[table["id"]] = self.criterion(table, at)
        standards = tuple(self.standard(table, at) for at, table in self.tables("standards", "id") if {"effective"} <= table.keys())
        if [one.effective for one in standards] != sorted(one.effective for one in standards):
            self.shape.wrong(self.where.value(("standards", 0, "effective")), "the standards should stand in the order in which they came into force")
        components = tuple(Claimed(table["name"], self.evidence(table, at), self.where.table(at)) for at, table in self.tables("components", "name"))
        features = tuple(self.feature(table, at) for at, table in self.tables("features", "name") if "default" in table)
        return Claims(self.criteria, standards, components, features)

    def criterion(self, table: Table, at: KeyPath) -> Criterion:
        lag: Table | None = table.get("lag")
        if lag is not None and (table.get("platforms") or table.get("only")):
            self.shape.wrong(self.where.table(at), f"{title(at)} is read from tags, so it has neither platforms nor kinds of features")
        follows = Lag(lag["days"], lag.get("lines", 3)) if lag is not None and "days" in lag else None
        return Criterion(table["id"], table.get("title", ""), tuple(table.get("only", ())), tuple(table.get("platforms", ())), follows, self.where.table(at))

    def standard(self, table: Table, at: KeyPath) -> Standard:
        tiers = tuple(
            Tier(one["tier"], one.get("title", ""), self.known(one.get("requires", ()), (*path, "requires"))) for path, one in self.tables("tiers", "tier", table, at)
        )
        asked: Table = table.get("features", {})
        numbers = {one.tier for one in tiers}
        own: Mapping[str, int] = table.get("components", {})
        for name, number in own.items():
            if number not in numbers:
                self.shape.wrong(self.where.value((*at, "components", name)), f"{name} is in tier {number}, which this standard does not have")
        requires = self.known(asked.get("requires", ()), (*at, "features", "requires"))
        for index, one in enumerate(asked.get("requires", ())):
            if one in requires and self.criteria[one].lag is not None:
                self.shape.wrong(self.where.value((*at, "features", "requires", index)), f'"{one}" is about tags, which a feature does not have')
        return Standard(
            table["id"], str(table.get("title", table["id"])), table["effective"], tiers, requires, asked.get("quiet-months", 0), dict(own), table.get("source", ""), self.where.table(at)
        )

    def feature(self, table: Table, at: KeyPath) -> Feature:
        return Feature(
            table["name"],
            table["default"],
            self.evidence(table, at),
            table.get("title", ""),
            table.get("kind", ""),
            table.get("repo", ""),
            tuple(table.get("paths", ())),
            dict(table.get("platforms", {})),
            table.get("removed"),
            self.where.table(at),
        )

    def evidence(self, table: Table, at: KeyPath) -> tuple[Evidence, ...]:
        found: list[Evidence] = []
        told: set[str] = set()
        for index, one in enumerate(table.get("evidence", ())):
            path: KeyPath = (*at, "evidence", index)
            if one is None or not {"criteria", "state"} <= one.keys():
                continue
            criteria = self.known(one["criteria"], (*path, "criteria"))
            for place, name in enumerate(one["criteria"]):
                if name is not None and name in told:
                    self.shape.wrong(self.where.value((*path, "criteria", place)), f'"{name}" is answered above already, for {table["name"]}')
                told.add(name)
            self.sound(one, criteria, path)
            found.append(
                Evidence(
                    criteria, one["state"], one.get("reason", ""), one.get("link", ""), one.get("person", ""), one.get("repo", ""), one.get("file", ""),
                    tuple(one.get("holds", ())), one.get("owners", ""), one.get("workflow", ""), tuple(one.get("on", ())), self.where.value((*path, "state")),
                )
            )  # fmt: skip
        return tuple(found)

    def sound(self, one: Table, criteria: tuple[str, ...], path: KeyPath) -> None:
        """What one piece of evidence cannot be."""
        state = one["state"]
        at = self.where.value((*path, "state"))
        if state == "waived" and "reason" not in one:
            self.shape.wrong(at, "a waiver without a reason", "reason = ...")
        if state == "met" and not any(key in one for key in _SHOWN) and any(self.criteria[name].lag is None for name in criteria):
            self.shape.wrong(at, f"{', '.join(criteria)}: met, and nothing shows it", f"one of {', '.join(_SHOWN)}")
        if "holds" in one and "file" not in one:
            self.shape.wrong(self.where.key((*path, "holds")), "which file holds it?", "file = ...")
        if DEPENDENCIES in criteria and state != "waived":
            self.shape.wrong(at, f"{DEPENDENCIES} are computed; evidence can only waive them", 'state = "waived", with a reason')
        if "on" in one and DEPENDENCIES not in criteria:
            self.shape.wrong(self.where.key((*path, "on")), f"on goes with {DEPENDENCIES}")
        if "workflow" in one:
            for name in criteria:
                if not self.criteria[name].platforms:
                    self.shape.wrong(self.where.value((*path, "workflow")), f'the criterion "{name}" names no platforms that a workflow could run on')
