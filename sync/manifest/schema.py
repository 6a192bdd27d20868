"""The shape of a manifest: one table of fields, from which the reader's checks and the JSON Schema both come.

It needs no library at all, so that reading a manifest loads none.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from sync.spelling import TABLE as SPELLINGS

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
    """An integer, not less than ``least``."""

    least: int


class Flag(NamedTuple):
    """true or false."""


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


Kind = Text | Choice | Whole | Flag | Many | Named | Record | Either


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
        case Many():
            return "a list"
        case Named() | Record():
            return "a table"
        case Either(kinds):
            return " or ".join(type_of(one) for one in kinds)


RULES: Final = ("exact", "major", "step", "independent")
"""The words that a component's ``version`` may be; anything else is a template."""

KINDS_OF_PLACE: Final[tuple[Literal["text", "key", "name", "macro", "element"], ...]] = ("text", "key", "name", "macro", "element")
"""How a place's value may be found; a place has exactly one of them."""

_TEXTS: Final = Either((Text(), Many(Text())))
_TEMPLATES: Final = Either((Text("template"), Many(Text("template"))))
_GLOBS: Final = Many(Text("glob"), 0)
_PACKAGES: Final = Many(Text("package"), 0)
_FROM: Final = Field("from", Text("version"), "The first version of the project for which this holds.")
_BELOW: Final = Field("below", Text("version"), "The first version of the project for which this holds no longer.")

PLACE: Final = Record(
    (
        Field("file", Either((Text("glob"), Many(Text("glob")))), "A path from the repository's root, a glob (* ** ? [x] {a,b}), or a list of them, each of which must match.", True),
        Field("text", _TEMPLATES, "Literal text with placeholders; {{ and }} are braces. A list is several places."),
        Field("key", Either((Text("key"), Many(Either((Text(), Whole(0)))))), "A key path of a data file: with dots, or as a list of keys and indices; * is any one key."),
        Field("name", _TEXTS, "A top-level constant of a source file. A list is several places."),
        Field("macro", _TEXTS, "The name of a C #define. A list is several places."),
        Field("element", _TEXTS, "An XML element's local name, or a path of them with slashes. A list is several places."),
        Field("as", Text("template"), "The template of the value (default {version}); not with text."),
        Field("or", Many(Text()), "Words accepted in the value's place by check and overwritten by bump; not with text."),
        Field("declares", Text("package"), "The package whose own version stands there; replaces what an adapter finds for it."),
        Field("of", Text("name"), "The component whose version is the value (default: this one)."),
        Field("spelling", Choice(tuple(SPELLINGS)), "How the version is spelled there (default: as the declared package's ecosystem does, else semver)."),
        Field("count", Either((Whole(1), Text("count"))), 'How often it must match in each file: 2, "0..1" or "1.." (default: at least once over all files).'),
        _FROM,
        _BELOW,
    ),
    one=KINDS_OF_PLACE,
)

REPO: Final = Record(
    (
        Field("url", Text("url"), "Where it is cloned from, and by which a checkout's remote is recognised."),
        Field("tag", Text("template"), "The template of a release's tag (default v{version})."),
        Field("line", Text("template"), "The template of a release line's branch."),
        Field("commit", Text("message"), "The template of a bump's commit message (default Release {version})."),
        Field("ignore", _GLOBS, "Files that are not read."),
        Field("read", Named(Text("path"), Text("name")), "Files read by the adapter of that name although they are called otherwise: templates."),
        Field("after", Many(Text(), 0), "Commands left for people to run after a bump; printed, never run."),
        Field("audited", Named(Text("glob"), _TEMPLATES), "What audit found and is no place of ours: file and text(s), {version} alone for every number in the file."),
    ),
)

FOLLOW: Final = Record((_FROM, _BELOW, Field("rule", Text("rule"), "exact, major, step, independent, or a template such as 0.{major + 87}.{patch}.", True)))

RANGED: Final = Record((Field("packages", Many(Text("package")), "Package patterns.", True), _FROM, _BELOW))

COMPONENT: Final = Record(
    (
        Field("name", Text("name"), "What the component is called, here and on the command line.", True),
        Field("tier", Choice((1, 2, 3)), "How far its support goes; left out: unclassified, internal."),
        Field("repo", Text("name"), "The repository that holds it.", True),
        Field("packages", _PACKAGES, "Its packages: package URLs without version; * matches anything."),
        Field("places", Either((Many(PLACE, 0), Named(Text("glob"), _TEMPLATES))), "Versions in files that do not name their package: a list, or a table of file and text(s)."),
        Field("version", Either((Text("rule"), Many(FOLLOW))), "How it follows the project: exact (default), major, step, independent, a template, or a list with ranges."),
        Field("bundles", Text("name"), "The component that it ships inside; its number is that component's number."),
        Field("requirement", Choice(("=", "^", "~")), "The style in which the family requires it, inside its repository."),
        Field("ranges", Choice(("keep", "follow", "leave")), "Whether requirements that still hold move as well (follow) or stay (keep, the default), or all that a registry answers stay (leave)."),
        Field("prereleases", Flag(), "Whether it takes part in the project's pre-releases though it lives in another repository."),
        Field("unmanaged", Many(RANGED, 0), "Packages that no component of this repository manages, in a range of the project's versions."),
        Field("former", Many(RANGED, 0), "Packages that are this component's in a range of the project's versions, whoever has them otherwise."),
        Field("ignore-packages", _PACKAGES, "Packages of this repository that are never managed and never reported."),
        Field("retired", Text("version"), "Its last version: reported, never written, never an error."),
    ),
    some=("packages", "places", "retired"),
)

PROJECT: Final = Record(
    (
        Field("name", Text("name"), "The project's name.", True),
        Field("leader", Text("name"), "The component whose version is the project's.", True),
        Field("policy", Text("name"), "The release policy: the name of a file in policies/."),
        Field("adapters", Many(Text("name"), 0), "Adapters of other distributions that may be loaded."),
    ),
)

MANIFEST: Final = Record(
    (
        Field("project", PROJECT, "The project.", True),
        Field("repos", Named(Text("name"), REPO), "Its repositories, by name.", True),
        Field("components", Many(COMPONENT), "What is released under one number each.", True),
    ),
)


def schema() -> Json:
    """The manifest's JSON Schema (draft 2020-12), for editors; committed as ``manifests/schema.json``."""
    shape: Json = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "versync manifest"}
    return shape | _schema(MANIFEST)


def _schema(kind: Kind) -> Json:
    match kind:
        case Text(form):
            return {"type": "string", "description": FORMS[form].says, "pattern": FORMS[form].pattern}
        case Choice(values):
            return {"enum": list(values)}
        case Whole(least):
            return {"type": "integer", "minimum": least}
        case Flag():
            return {"type": "boolean"}
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
