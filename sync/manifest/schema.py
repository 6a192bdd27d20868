"""The shape of a manifest: one table of fields, from which the reader's checks and the JSON Schema both come."""

from __future__ import annotations

from typing import Final, Literal

from sync.manifest.kinds import Choice, Either, Field, Flag, Json, Many, Named, Record, Text, Whole, json_schema
from sync.spelling import TABLE as SPELLINGS

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

UNMANAGED: Final = Record((Field("packages", Many(Text("package")), "Package patterns.", True), _FROM, _BELOW))

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
        Field("ranges", Choice(("keep", "follow")), "Whether requirements that still hold move as well (follow) or stay (keep, the default)."),
        Field("prereleases", Flag(), "Whether it takes part in the project's pre-releases though it lives in another repository."),
        Field("unmanaged", Many(UNMANAGED, 0), "Packages that no component of this repository manages, in a range of the project's versions."),
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
        Field("advisories", Text("path"), "A JSON file of known security advisories, beside the manifest."),
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
    return json_schema(MANIFEST, "versync manifest")
