"""On which platforms a GitHub workflow runs: its jobs' runners, also where a matrix names them.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sync.formats import yaml
from sync.source import Document, KeyPath, Leaf, Source

_EXPRESSION: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_MATRIX: Final = re.compile(r"\bmatrix((?:\.[\w-]+|\[\s*'[^']*'\s*\])+)")
_ALIAS: Final = re.compile(rb"^ {1,4}(?!runs-on:|env:|steps:|needs:|with:)[\w-]+:[ \t]+\*[\w-]+[ \t\r]*$|^ +<<:", re.MULTILINE)
"""A job that is an alias as a whole, or merges one: the reader of YAML follows none."""

_LITERAL: Final = re.compile(r"'([^']*)'")

_RUNNERS: Final = (
    (r"ubuntu-.*arm.*", "aarch64-linux"),
    (r"ubuntu-.*s390x.*", "s390x-linux"),
    (r"ubuntu-.*(?:ppc64le|power).*", "powerpc64le-linux"),
    (r"ubuntu-.*", "x86_64-linux"),
    (r"windows-.*arm.*", "aarch64-windows"),
    (r"windows-.*", "x86_64-windows"),
    (r"macos-(?:1[0-3](?:\.\d+)?|.*-(?:intel|large))(?:-large)?", "x86_64-macos"),
    (r"macos-.*", "aarch64-macos"),
)
"""What GitHub's own runners are, by their label. https://docs.github.com/actions/reference/runners/github-hosted-runners"""

_SYSTEMS: Final = {"linux": "linux", "windows": "windows", "macos": "macos"}
_MACHINES: Final = {"x64": "x86_64", "arm64": "aarch64", "arm": "armv7", "x86": "i686"}
"""The labels of self-hosted runners."""


class Runs(NamedTuple):
    """The platforms (``x86_64-linux``) of a workflow's jobs, and the jobs of which they cannot be known: computed, or a runner of somebody's own."""

    platforms: frozenset[str]
    unknown: tuple[str, ...]

    def on(self, platform: str) -> bool:
        """Whether some job runs there; ``aarch64`` and ``windows`` mean any that is one."""
        return any(platform == one or platform in one.split("-") for one in self.platforms)


def read(path: str, raw: bytes) -> Runs:
    """Raises UnreadableError for what is no YAML. A job that is switched off (``if: false``) does not run."""
    document = Source.of(path, raw).document(yaml.read)
    platforms: set[str] = set()
    unknown = []
    for job in dict.fromkeys(leaf.path[1] for leaf in document if leaf.path[:1] == ("jobs",) and len(leaf.path) > 2):
        condition = document.get(("jobs", job, "if"))
        if condition is not None and re.fullmatch(r"(?:\$\{\{)?\s*false\s*(?:\}\})?", condition.value.strip()):
            continue
        known, whole = _job(document, job)
        platforms |= known
        if not whole:
            unknown.append(str(job))
    if _ALIAS.search(raw):
        unknown.append("an alias")
    return Runs(frozenset(platforms), tuple(unknown))


def _job(document: Document, job: str | int) -> tuple[set[str], bool]:
    """A job's platforms, and whether these are all: a called workflow, a runner that is not known, or a computed matrix are not."""
    at: KeyPath = ("jobs", job, "runs-on")
    labels = [leaf.value for leaf in document if leaf.path[:3] == at and leaf.path[3:] != ("group",)]
    found: set[str] = set()
    if not labels:
        return found, False
    if len(labels) > 1 and not any("${{" in one for one in labels):  # all of these labels, on one runner
        together = _platform(labels)
        return ({together}, True) if together else (found, False)
    whole = True
    for label in labels:
        values, computed = _values(document, job, label)
        platforms = [_platform((value,)) for value in values]
        found |= {one for one in platforms if one}
        whole = whole and not computed and all(platforms)
    return found, whole


def _values(document: Document, job: str | int, label: str) -> tuple[list[str], bool]:
    """What a label may be, and whether something of it is computed when the workflow runs."""
    expression = _EXPRESSION.search(label)
    if expression is None:
        return [label], False
    inner = expression[1]
    values = [] if re.search(r"\w\s*\(", inner) else _LITERAL.findall(_MATRIX.sub("", re.sub(r"[=!]=\s*'[^']*'|'[^']*'\s*[=!]=", "", inner)))
    computed = re.search(r"\w\s*\(", inner) is not None or not _MATRIX.search(inner) and not values
    for match in _MATRIX.finditer(inner):
        keys: KeyPath = tuple(one for pair in re.findall(r"\.([\w-]+)|\[\s*'([^']*)'\s*\]", match[1]) for one in pair if one)
        leaves = list(_in_matrix(document, job, keys))
        computed = computed or not leaves or any("${{" in leaf.value for leaf in leaves) or _is_computed(document, job)
        out = _excluded(document, job, keys)
        values += [leaf.value for leaf in leaves if "${{" not in leaf.value and leaf.value not in out]
    if expression[0] != label:
        values = [label.replace(expression[0], value) for value in values]
    return values, computed


def _in_matrix(document: Document, job: str | int, keys: KeyPath) -> Iterator[Leaf]:
    """The values of ``matrix.os`` or ``matrix.config.os``: those of its list, and those of include."""
    base: KeyPath = ("jobs", job, "strategy", "matrix")
    for leaf in document:
        inner = leaf.path[len(base) :] if leaf.path[: len(base)] == base else ()
        if inner[:1] == ("include",):
            if inner[2:] == keys:
                yield leaf
        elif len(inner) > 1 and isinstance(inner[1], int) and (inner[0], *inner[2:]) == keys:
            yield leaf


def _is_computed(document: Document, job: str | int) -> bool:
    """Whether a matrix, or its include, is one expression as a whole."""
    base: KeyPath = ("jobs", job, "strategy", "matrix")
    return any(document.get(path) is not None for path in (base, (*base, "include")))


def _excluded(document: Document, job: str | int, keys: KeyPath) -> set[str]:
    """The values that never run: an entry of exclude that names nothing else."""
    base: KeyPath = ("jobs", job, "strategy", "matrix", "exclude")
    entries: dict[object, list[Leaf]] = {}
    for leaf in document:
        if leaf.path[: len(base)] == base and len(leaf.path) > len(base) + 1:
            entries.setdefault(leaf.path[len(base)], []).append(leaf)
    return {one[0].value for one in entries.values() if len(one) == 1 and one[0].path[len(base) + 1 :] == keys}


def _platform(labels: Iterable[str]) -> str:
    """``x86_64-linux`` for the labels of one runner; "" where they do not say."""
    system = machine = ""
    for label in (one.lower() for one in labels):
        hosted = next((platform for pattern, platform in _RUNNERS if re.fullmatch(pattern, label)), "")
        if hosted:
            return hosted
        system = _SYSTEMS.get(label, system)
        machine = _MACHINES.get(label, machine)
    return f"{machine}-{system}" if system and machine else ""
