"""XML: the text of elements without children, and attributes.

The key path of an element is its local name and its index among the siblings of that name, from the
root down: ``("Project", 0, "PropertyGroup", 1, "Version", 0)``; an attribute adds ``"@Include"``. expat
reads every file, as it refuses all that is not well-formed; a scan of the markup is the second reader.
(tree-sitter-xml 0.7 is neither: it lets undeclared entities and doubled attributes pass, and gives up on
processing instructions and on some CDATA.)
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NoReturn

from sync.errors import UnreadableError
from sync.formats import utf8
from sync.source import Document, KeyPath, Leaf, Source, Span

DEEPEST: Final = 200
"""Elements inside one another: a key path grows with each, and no file that states a version is deeper."""

_ATTRIBUTE: Final = re.compile(rb"""[ \t\r\n]+([^ \t\r\n=/>]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')""")
_MARKUP: Final = (
    rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>|</([^ \t\r\n>]+)[ \t\r\n]*>"
    rb"""|<([^ \t\r\n/>!?]+)((?:[ \t\r\n]+[^ \t\r\n=/>]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*'))*+)[ \t\r\n]*(/?)>"""
)
_EMPTY: Final = re.compile(rb"[ \t\r\n]*/>")
_PLAIN: Final = ("utf-8", "utf8", "us-ascii", "ascii")
_BLANK: Final = " \t\r\n"


class _Open:
    """An element whose end is still to come."""

    __slots__ = ("counts", "leaf", "name", "path", "runs", "texts")

    def __init__(self, path: KeyPath, name: str = "") -> None:
        self.path = path
        self.name = name
        self.counts: dict[str, int] = {}
        self.leaf = True  # no child so far, and not written <a/>
        self.runs: list[tuple[int, int, str]] = []
        self.texts: list[str] = []

    def child(self, name: str) -> KeyPath:
        """The key path of the next child of that name."""
        local = name.rpartition(":")[2]
        index = self.counts.get(local, 0)
        self.counts[local] = index + 1
        self.leaf = False
        return (*self.path, local, index)


def read(source: Source) -> Document:
    """The leaves of an XML file: values decoded and without the white space around them, as are the spans.

    ``<a></a>`` is a leaf with an empty span, ``<a/>`` is none; neither is the text of an element that
    has children, or whose text is broken up by comments or CDATA. Raises UnreadableError for what is
    not well-formed, for an entity declaration or an undeclared entity, and for bytes beyond ASCII in
    a file that declares another encoding than UTF-8.
    """
    from xml.parsers import expat

    body = source.body
    parser = expat.ParserCreate("utf-8")  # whatever the file declares: `declaration` has its say on that
    parser.ordered_attributes = True
    parser.specified_attributes = True
    leaves: list[Leaf] = []
    stack = [_Open(())]
    text: list[str] = []
    begun = 0

    def refuse(message: str, hint: str = "") -> NoReturn:
        raise UnreadableError(source.problem(parser.CurrentByteIndex, message, hint))

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _PLAIN and not body.isascii():
            refuse(f"the file declares the encoding {encoding}; only UTF-8 is read", "save it as UTF-8 and say so in its first line")

    def entity(name: str, *_: object) -> None:
        refuse(f"the file declares an entity ({name}), which is not read")

    def skipped(name: str, _parameter: bool) -> None:
        refuse(f"&{name}; is not declared in this file")

    def cut(*_: object) -> None:
        if text:
            stack[-1].runs.append((begun, parser.CurrentByteIndex, "".join(text)))
            text.clear()

    def data(characters: str) -> None:
        nonlocal begun
        if not text:
            begun = parser.CurrentByteIndex
        text.append(characters)

    def start(name: str, attributes: list[str]) -> None:
        cut()
        if len(stack) > DEEPEST:
            refuse(f"more than {DEEPEST} elements inside one another")
        path = stack[-1].child(name)
        at = parser.CurrentByteIndex + 1 + len(name.encode())
        if attributes:
            for key, value in zip(_keys(attributes[::2]), attributes[1::2], strict=True):
                found = _ATTRIBUTE.match(body, at)
                if found is None:  # expat has read that attribute: this cannot be
                    refuse(f"the attribute {key[1:]} is not found")
                at = found.end()
                span = found.span(2 if found[2] is not None else 3)
                leaves.append(Leaf((*path, key), _stripped(body, *span), value.strip(_BLANK)))
        opened = _Open(path)
        opened.leaf = _EMPTY.match(body, at) is None
        stack.append(opened)

    def end(_name: str) -> None:
        cut()
        ended = stack.pop()
        if not ended.leaf:
            return
        runs = [run for run in ended.runs if not _blank(run[2])]
        if len(runs) == 1:
            leaves.append(Leaf(ended.path, _stripped(body, *runs[0][:2]), runs[0][2].strip(_BLANK)))
        elif not runs:
            at = ended.runs[0][0] if ended.runs else parser.CurrentByteIndex
            leaves.append(Leaf(ended.path, Span(at, at), ""))

    parser.XmlDeclHandler = declaration
    parser.EntityDeclHandler = entity
    parser.SkippedEntityHandler = skipped
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.CommentHandler = parser.ProcessingInstructionHandler = cut
    parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = cut
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise UnreadableError(source.problem(max(parser.ErrorByteIndex, 0), expat.ErrorString(error.code))) from None
    return Document(leaves)


def reread(source: Source) -> dict[KeyPath, str]:
    """The same key paths and values by a scan of the markup alone. Raises UnreadableError."""
    body = source.body
    utf8.text(source)
    markup = re.compile(_MARKUP, re.DOTALL)
    found: dict[KeyPath, str] = {}
    stack = [_Open(())]
    at = 0
    while (less := body.find(b"<", at)) >= 0:
        token = markup.match(body, less)
        if token is None:
            raise UnreadableError(source.problem(less, "markup that is not well-formed"))
        here = stack[-1]
        here.texts.append(_decoded(source, at, _lines(body[at:less])))
        at = token.end()
        cdata, ending, name, attributes, slash = token.groups()
        if cdata is not None:
            here.texts.append(_lines(cdata))
        elif ending is not None:
            if ending.decode() != here.name or len(stack) == 1:
                raise UnreadableError(source.problem(less, f"</{ending.decode()}> ends nothing that is open"))
            stack.pop()
            full = [text for text in here.texts if not _blank(text)]
            if here.leaf and len(full) < 2:
                found[here.path] = full[0].strip(_BLANK) if full else ""
        elif name is not None:
            path = here.child(name.decode())
            pairs = _ATTRIBUTE.findall(attributes)
            for key, (_, double, single) in zip(_keys([key.decode() for key, _, _ in pairs]), pairs, strict=True):
                value = re.sub("\r\n|[\t\r\n]", " ", (double or single).decode())
                found[(*path, key)] = _decoded(source, less, value).strip(_BLANK)
            if not slash:
                stack.append(_Open(path, name.decode()))
    if len(stack) > 1:
        raise UnreadableError(source.problem(len(body), f"<{stack[-1].name}> is not ended"))
    return found


def _keys(names: list[str]) -> list[str]:
    """The keys of an element's attributes: local names, or full ones where two would be alike (``x:lang`` beside ``lang``)."""
    local = [name if name.startswith("xmlns:") else name.rpartition(":")[2] for name in names]
    alike = set() if len(set(local)) == len(local) else {name for name, count in Counter(local).items() if count > 1}
    return ["@" + (name if short in alike else short) for name, short in zip(names, local, strict=True)]


def _stripped(body: bytes, start: int, end: int) -> Span:
    """The span without the white space at its ends."""
    while end > start and body[end - 1] in b" \t\r\n":
        end -= 1
    while start < end and body[start] in b" \t\r\n":
        start += 1
    return Span(start, end)


def _blank(text: str) -> bool:
    return not text.strip(_BLANK)


def _lines(raw: bytes) -> str:
    """Text with its line ends as XML reads them (section 2.11)."""
    return raw.decode().replace("\r\n", "\n").replace("\r", "\n")


def _decoded(source: Source, at: int, text: str) -> str:
    """The text with its references resolved: the five predefined entities and characters by number."""
    named = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

    def character(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else -1
        if 0 < code < 0x110000:
            return chr(code)
        if name not in named:
            raise UnreadableError(source.problem(at, f"{match[0]} is not declared in this file"))
        return named[name]

    return re.sub(r"&(?:#x([0-9A-Fa-f]{1,6});|#([0-9]{1,7});|([^;&#]*);)?", character, text)
