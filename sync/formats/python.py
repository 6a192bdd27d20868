"""Python: ast finds, libcst proves, and finds too where the running interpreter cannot parse the file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.formats import python_libcst, utf8
from sync.source import Document, KeyPath, Leaf, Source, Span

if TYPE_CHECKING:
    import ast

SETUP: Final = python_libcst.SETUP
"""The first key of the arguments of a call of ``setup``."""

_COOKIE: Final = re.compile(rb"\A(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_BREAK: Final = re.compile(rb"\r\n|\r|\n")


def read(source: Source) -> Document:
    """The string and number literals that the module assigns at its top level, and those in the arguments of its call of ``setup``.

    ``X = "1.2.3"`` is ``("X",)``, ``X = (1, 2)`` is ``("X", 0)`` and ``("X", 1)``, a dict's value stands under its key;
    ``setup(install_requires=["a"])`` is ``("setup()", "install_requires", 0)``. There a bare name counts too, with the name
    as its value: no quote stands before its span. Where a name is assigned twice, the last literal counts. Strings that
    are f-strings, bytes or several literals in a row are no leaves. Raises UnreadableError for a syntax
    error, and for a file in another encoding than UTF-8.
    """
    import ast
    import warnings

    _utf8(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an invalid escape in the file: its author's affair
            module = ast.parse(source.body)
    except SyntaxError as error:
        return _by_libcst(source, error)
    except (ValueError, RecursionError, MemoryError):
        raise UnreadableError(source.problem(0, "nested too deeply to be read")) from None
    starts = [0, *(match.end() for match in _BREAK.finditer(source.body))]
    found: dict[KeyPath, Leaf] = {}
    for path, node in _wanted(module.body):
        span = _span(source.body, starts, node)
        if span is not None:
            value = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else source.text(span)
            found[path] = Leaf(path, span, value)
    return Document(sorted(found.values(), key=lambda leaf: leaf.span))


def reread(source: Source) -> dict[KeyPath, str]:
    """The same paths and values, by libcst. Raises UnreadableError."""
    _utf8(source)
    return {path: value for path, value, _ in python_libcst.literals(source)}


def _by_libcst(source: Source, error: SyntaxError) -> Document:
    """For newer syntax than the interpreter's; where that is not the reason, the interpreter words the error."""
    try:
        leaves = {path: Leaf(path, span, value) for path, value, span in python_libcst.literals(source, spans=True)}
    except UnreadableError:
        problem = source.problem(0, f"not valid Python: {error.msg}")
        raise UnreadableError(problem._replace(line=max(error.lineno or 1, 1), column=max(error.offset or 1, 1))) from None
    return Document(sorted(leaves.values(), key=lambda leaf: leaf.span))


def _utf8(source: Source) -> None:
    """Refuses other encodings (PEP 263): their columns are not those of the bytes."""
    import codecs

    cookie = _COOKIE.match(source.body)
    if cookie:
        try:
            name = codecs.lookup(cookie[1].decode()).name
        except LookupError:
            name = ""
        if name not in ("utf-8", "utf-8-sig"):
            raise UnreadableError(source.problem(cookie.start(1), f"written in {cookie[1].decode()}; only UTF-8 is read"))
    utf8.text(source)


def _wanted(body: list[ast.stmt], top: bool = True) -> Iterator[tuple[KeyPath, ast.expr]]:
    import ast

    for statement in body:
        if top and isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from _assigned(target, statement.value)
        elif top and isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield from _assigned(statement.target, statement.value)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
            if name == "setup":
                for keyword in call.keywords:
                    if keyword.arg is not None:
                        yield from _inside((SETUP, keyword.arg), keyword.value, names=True)
        elif isinstance(statement, ast.If | ast.With | ast.Try):
            yield from _wanted(statement.body, top=False)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[KeyPath, ast.expr]]:
    import ast

    if isinstance(target, ast.Name):
        yield from _inside((target.id,), value, names=False)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _assigned(one, its)


def _inside(path: KeyPath, node: ast.expr, *, names: bool) -> Iterator[tuple[KeyPath, ast.expr]]:
    import ast

    if isinstance(node, ast.Constant):
        if type(node.value) in (str, int, float):
            yield path, node
    elif isinstance(node, ast.Name):
        if names:
            yield path, node
    elif isinstance(node, ast.Tuple | ast.List):
        for index, element in enumerate(node.elts):
            yield from _inside((*path, index), element, names=names)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _inside((*path, key.value), value, names=names)


def _span(body: bytes, starts: list[int], node: ast.expr) -> Span | None:
    """The characters of a literal, without prefix and quotes; None where it is several literals in a row."""
    import ast

    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[node.end_lineno - 1] + node.end_col_offset
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return Span(start, end)
    return python_libcst.unquoted(body, start, end)


def module_files(folder: str, module: str, roots: Iterable[str] = ("src", "")) -> tuple[str, ...]:
    """The paths at which a module of that dotted name may stand, seen from a project's folder ("" is the repository's root)."""
    found = []
    for root in roots:
        base = posixpath.normpath(posixpath.join(folder, root, module.replace(".", "/")))
        found += [f"{base}/__init__.py", f"{base}.py"]
    return tuple(found)
