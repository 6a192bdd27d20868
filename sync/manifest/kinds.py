"""The kinds of value in a file of ours, and the JSON Schema that follows from them.

They need no library at all, so that reading a manifest or a policy loads none.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

Json = dict[str, Any]
"""A JSON value's object: what `json.dumps` takes."""


class Form(NamedTuple):
    """What a string must look like: in words, and as a pattern that Python and ECMAScript read alike."""

    says: str
    pattern: str = r"^[\s\S]+$"


_PATH: Final = r"(?!/)(?![A-Za-z]:)(?!(?:[^\n]*/)?\.\.?(?:/|$))(?![^\n]*//)[^\\\n]+"

FORMS: Final[dict[str, Form]] = {
    "text": Form("a text that is not empty"),
    "name": Form("a name of letters, digits, dots, dashes and underscores, without a dash or dot before it", r"^[A-Za-z0-9_][A-Za-z0-9._-]*$"),
    "url": Form("a URL (https://, ssh://, git@host:path) or a path", r"^(?![A-Za-z0-9+.]*::)[^-\s][^\s]*$"),
    "path": Form('a path inside the repository: relative, with forward slashes, without ".."', f"^{_PATH}$"),
    "glob": Form('a glob inside the repository: relative, with forward slashes, without ".."', f"^{_PATH}$"),
    "package": Form("a package URL without version, such as pkg:cargo/wasmtime or pkg:npm/@scope/*", r"^pkg:[a-z][a-z0-9.+-]*/(?!/)[^\s?#]*[^\s?#/]$"),
    "version": Form("a version, such as 28, 1.2.0 or 49.0.0-rc.1", r"^[0-9][0-9A-Za-z.+-]*$"),
    "template": Form("a text that holds a placeholder, such as {version} or {major}", r"\{[a-z]+"),
    "message": Form("a text, which may hold placeholders such as {version}"),
    "rule": Form("exact, major, step, independent, or a template such as 0.{major + 87}.{patch}", r"^(?:exact|major|step|independent)$|\{[a-z]+"),
    "key": Form("a key path with dots, such as project.version or jobs[0].name", r"^[^.\[\]\s]+(?:\[[0-9]+\])*(?:\.[^.\[\]\s]+(?:\[[0-9]+\])*)*$"),
    "line": Form("a release line, such as 24, 0.36 or 5.2", r"^[0-9]{1,9}(?:\.[0-9]{1,9}){0,2}$"),
    "country": Form("an ISO 3166 code such as US, or DE-BY with a subdivision", r"^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$"),
    "fix": Form("security, bug, performance or feature", r"^(?:security|bug|performance|feature)$"),
    "count": Form('a number, or a range such as "0..1" or "1.."', r"^[0-9]{1,6}\.\.(?:[0-9]{1,6})?$"),
}
"""Forms by name. The reader may know more of a form than its pattern says (a template's placeholders); it never accepts what the pattern refuses."""


class Text(NamedTuple):
    """A string of one of the FORMS."""

    form: str = "text"


class Choice(NamedTuple):
    """One of a few values, all strings or all integers."""

    values: tuple[str, ...] | tuple[int, ...]


class Whole(NamedTuple):
    """An integer from ``least`` to ``most``."""

    least: int
    most: int = 10**9


class Flag(NamedTuple):
    """true or false."""


class Day(NamedTuple):
    """A local date of TOML: 2024-08-20, without quotes."""


class Many(NamedTuple):
    """A list of at least ``least`` items. ``item`` is Text or Record, or Either of these."""

    item: Kind
    least: int = 1


class Named(NamedTuple):
    """A table whose keys are the user's own."""

    key: Text
    value: Kind


class Record(NamedTuple):
    """A table with known keys; of those in ``one`` exactly one must stand there, of those in ``some`` at least one."""

    fields: tuple[Field, ...]
    one: tuple[str, ...] = ()
    some: tuple[str, ...] = ()


class Either(NamedTuple):
    """One of several kinds, each of another TOML type."""

    kinds: tuple[Kind, ...]


Kind = Text | Choice | Whole | Flag | Day | Many | Named | Record | Either


class Field(NamedTuple):
    """A key of a Record."""

    name: str
    kind: Kind
    doc: str
    required: bool = False


def type_of(kind: Kind) -> str:
    """The TOML type of a kind in words; several for Either."""
    match kind:
        case Text():
            return "a string"
        case Choice(values):
            return "a string" if isinstance(values[0], str) else "an integer"
        case Whole():
            return "an integer"
        case Flag():
            return "true or false"
        case Day():
            return "a date"
        case Many():
            return "a list"
        case Named() | Record():
            return "a table"
        case Either(kinds):
            return " or ".join(type_of(one) for one in kinds)


def json_schema(kind: Kind, title: str) -> Json:
    """The JSON Schema (draft 2020-12) of a file of that kind, for editors."""
    shape: Json = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return shape | _schema(kind)


def _schema(kind: Kind) -> Json:
    match kind:
        case Text(form):
            return {"type": "string", "description": FORMS[form].says, "pattern": FORMS[form].pattern}
        case Choice(values):
            return {"enum": list(values)}
        case Whole(least, most):
            return {"type": "integer", "minimum": least} | ({"maximum": most} if most < 10**9 else {})
        case Flag():
            return {"type": "boolean"}
        case Day():
            return {"type": "string", "format": "date"}
        case Many(item, least):
            return {"type": "array", "items": _schema(item)} | ({"minItems": least} if least else {})
        case Named(key, value):
            return {"type": "object", "propertyNames": {"pattern": FORMS[key.form].pattern}, "additionalProperties": _schema(value)}
        case Either(kinds):
            return {"anyOf": [_schema(one) for one in kinds]}
        case Record(fields, one, some):
            found: Json = {
                "type": "object",
                "properties": {field.name: _schema(field.kind) | {"description": field.doc} for field in fields},
                "additionalProperties": False,
            }
            required = [field.name for field in fields if field.required]
            if required:
                found["required"] = required
            if one:
                found["oneOf"] = [{"required": [name]} for name in one]
            if some:
                found["anyOf"] = [{"required": [name]} for name in some]
            return found
