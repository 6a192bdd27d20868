"""The literals of a Python module, by libcst: the second reader of `sync.formats.python`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sync.errors import UnreadableError
from sync.source import KeyPath, Source, Span

if TYPE_CHECKING:
    import libcst as cst

    Found = tuple[KeyPath, cst.BaseExpression]

SETUP: Final = "setup()"
"""The first key of the arguments of a call of ``setup``."""

_LITERAL: Final = re.compile(rb"""[rRuU]?(?:(?P<long>\"\"\"|''')(?s:.*)(?P=long)|"(?:[^"\\]|\\(?s:.))*"|'(?:[^'\\]|\\(?s:.))*')""")


_CHAIN: Final = re.compile(rb"\b(?:and|or)\b")
_DEEPENING: Final = ((re.compile(rb"[(\[{]"), 3000), (re.compile(rb"[-+~*/%@&|^.]"), 3000), (re.compile(rb"\b(?:and|or|not|if|else|elif|lambda|await|yield)\b"), 1000))
"""What may take a parser one level deeper, and how often it may stand in a file that the running interpreter cannot parse."""


def literals(source: Source, *, spans: bool = False) -> Iterator[tuple[KeyPath, str, Span]]:
    """Key path, value and span of each; all spans are empty unless asked for. Raises UnreadableError for a syntax error.

    libcst recurses without a limit, so a hostile file could end the process: spans, which are asked for where the interpreter could
    not parse the file, are only given for one that is too small for that. What it has parsed is at most some 3,000 levels deep, but for chains of and, or.
    """
    bounds = _DEEPENING if spans else ((_CHAIN, 4000),)
    if any(len(pattern.findall(source.body)) > most for pattern, most in bounds):
        raise UnreadableError(source.problem(0, "too many operators and brackets for this file to be read safely"))
    import libcst as cst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

    try:
        module = cst.parse_module(source.body)
        positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider) if spans else {}
        found = list(_wanted(module.body))
        if spans and module.bytes != source.body:
            raise UnreadableError(source.problem(0, "libcst does not give this file back as it is, so its positions are not to be relied on"))
    except cst.ParserSyntaxError as error:
        problem = source.problem(0, f"not valid Python: {' '.join(error.message.split())}")
        raise UnreadableError(problem._replace(line=error.raw_line, column=error.raw_column + 1)) from None
    except RecursionError:
        raise UnreadableError(source.problem(0, "nested too deeply to be read")) from None
    for path, node in found:
        span: Span | None = Span(0, 0)
        position = positions.get(node)
        if position is not None:
            span = Span(position.start, position.start + position.length)
            if isinstance(node, cst.SimpleString):
                span = unquoted(source.body, *span)
        if span is None:
            continue
        if isinstance(node, cst.SimpleString):
            value = node.evaluated_value
            if isinstance(value, str):
                yield path, value, span
        elif isinstance(node, cst.Integer | cst.Float | cst.Name):
            yield path, node.value, span


def _wanted(body: Sequence[cst.BaseStatement | cst.BaseSmallStatement], top: bool = True) -> Iterator[Found]:
    import libcst as cst

    for statement in body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from _wanted(statement.body, top)
        elif top and isinstance(statement, cst.Assign):
            for one in statement.targets:
                yield from _assigned(one.target, statement.value)
        elif top and isinstance(statement, cst.AnnAssign) and statement.value is not None:
            yield from _assigned(statement.target, statement.value)
        elif isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call):
            call = statement.value
            name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
            if isinstance(name, cst.Name) and name.value == "setup":
                for argument in call.args:
                    if argument.keyword is not None:
                        yield from _inside((SETUP, argument.keyword.value), argument.value, names=True)
        elif isinstance(statement, cst.If | cst.With | cst.Try):
            yield from _wanted(statement.body.body, top=False)


def _assigned(target: cst.BaseExpression, value: cst.BaseExpression) -> Iterator[Found]:
    import libcst as cst

    if isinstance(target, cst.Name):
        yield from _inside((target.value,), value, names=False)
    elif isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple) and len(target.elements) == len(value.elements):
        for one, its in zip(target.elements, value.elements, strict=True):
            yield from _assigned(one.value, its.value)


def _inside(path: KeyPath, node: cst.BaseExpression, *, names: bool) -> Iterator[Found]:
    import libcst as cst

    if isinstance(node, cst.SimpleString | cst.Integer | cst.Float):
        yield path, node
    elif isinstance(node, cst.Name):
        if names and node.value not in ("True", "False", "None"):
            yield path, node
    elif isinstance(node, cst.Tuple | cst.List):
        for index, element in enumerate(node.elements):
            if not isinstance(element, cst.StarredElement):
                yield from _inside((*path, index), element.value, names=names)
    elif isinstance(node, cst.Dict):
        for pair in node.elements:
            if isinstance(pair, cst.DictElement) and isinstance(pair.key, cst.SimpleString) and isinstance(pair.key.evaluated_value, str):
                yield from _inside((*path, pair.key.evaluated_value), pair.value, names=names)


def unquoted(body: bytes, start: int, end: int) -> Span | None:
    """The span of the characters of the one string literal that stands there; None where there is more than one."""
    match = _LITERAL.fullmatch(body, start, end)
    if match is None:
        return None
    quotes = 3 if match["long"] else 1
    if body[start : start + 1] in b"rRuU":
        start += 1
    inner = Span(start + quotes, end - quotes)
    if quotes == 3 and match["long"] in body[inner.start : inner.end]:
        return None
    return inner
