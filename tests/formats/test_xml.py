"""The XML reader: expat finds, a scan of the markup proves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import UnreadableError
from sync.formats import xml
from sync.source import KeyPath, Source

PROJECT = """\
<?xml version="1.0" encoding="utf-8"?>
<!-- <Version>9.9.9</Version> -->
<Project Sdk="Microsoft.NET.Sdk" xmlns:x='urn:x'>
  <?build Version="9.9.9"?>
  <PropertyGroup Condition=" '$(A)' == '&lt;' ">
    <Version>
      1.2.3 <!-- the version -->
    </Version>
    <Title>A &amp; B &#169;</Title>
    <Empty></Empty><None/><Blank>  </Blank>
  </PropertyGroup>
  <PropertyGroup>
    <x:Version><![CDATA[1.2.4]]></x:Version><Version>1.2.5</Version>
    <Mixed>text<b>bold</b>more</Mixed>
    <Broken>1.<!-- cut -->2</Broken>
  </PropertyGroup>
</Project>
"""


def source(text: str | bytes) -> Source:
    return Source.of("a.xml", text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes) -> dict[KeyPath, str]:
    found = source(text).document(xml.read)
    assert [leaf.span for leaf in found] == sorted(leaf.span for leaf in found)
    return {leaf.path: leaf.value for leaf in found}


def refused(text: str | bytes) -> tuple[int, int, str]:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    (found,) = caught.value.problems
    return found.line, found.column, found.message


def test_elements_and_attributes_are_leaves_by_local_name_and_index() -> None:
    group: KeyPath = ("Project", 0, "PropertyGroup", 0)
    other: KeyPath = ("Project", 0, "PropertyGroup", 1)
    expected: dict[KeyPath, str] = {
        ("Project", 0, "@Sdk"): "Microsoft.NET.Sdk",
        ("Project", 0, "@xmlns:x"): "urn:x",
        (*group, "@Condition"): "'$(A)' == '<'",
        (*group, "Version", 0): "1.2.3",
        (*group, "Title", 0): "A & B \u00a9",
        (*group, "Empty", 0): "",
        (*group, "Blank", 0): "",
        (*other, "Version", 0): "1.2.4",
        (*other, "Version", 1): "1.2.5",
        (*other, "Mixed", 0, "b", 0): "bold",
    }
    assert read(PROJECT) == xml.reread(source(PROJECT)) == expected


def test_a_span_is_the_text_without_quotes_and_white_space_around_it() -> None:
    found = source(PROJECT)
    texts = [found.text(leaf.span) for leaf in found.document(xml.read)]
    assert texts == ["Microsoft.NET.Sdk", "urn:x", "'$(A)' == '&lt;'", "1.2.3", "A &amp; B &#169;", "", "", "1.2.4", "1.2.5", "bold"]


def test_a_span_counts_bytes_from_behind_a_bom() -> None:
    found = Source.of("a.xml", b"\xef\xbb\xbf<\xc3\xa9 \xc3\xbc='\xc3\xa4'>1</\xc3\xa9>")
    assert [(leaf.path, leaf.span) for leaf in found.document(xml.read)] == [(("é", 0, "@ü"), (8, 10)), (("é", 0), (12, 13))]
    assert found.bom


def test_attributes_of_one_local_name_keep_their_prefixes() -> None:
    text = '<a xmlns:x="u" x:lang="1" lang="2" x:other="3"/>'
    expected = {("a", 0, "@xmlns:x"): "u", ("a", 0, "@x:lang"): "1", ("a", 0, "@lang"): "2", ("a", 0, "@other"): "3"}
    assert read(text) == xml.reread(source(text)) == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "no element found"),
        ("<a>\n<b></a>", 2, 6, "mismatched tag"),
        ("<a>", 1, 4, "no element found"),
        ("<a/><b/>", 1, 5, "junk after document element"),
        ('<a\n  x="1"\n  x="2"/>', 3, 3, "duplicate attribute"),
        ("<a>x & y</a>", 1, 7, "not well-formed (invalid token)"),
        ("<a>\n  &foo;</a>", 2, 3, "undefined entity"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd">\n<a>&foo;</a>', 2, 4, "&foo; is not declared in this file"),
        ('<!DOCTYPE a [\n<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>', 2, 12, "the file declares an entity (l), which is not read"),
        ('<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><a/>', 1, 54, "the file declares an entity (p), which is not read"),
        ("<a>" * 300, 1, 601, "more than 200 elements inside one another"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>\n<a>\xe9</a>', 1, 1, "the file declares the encoding iso-8859-1; only UTF-8 is read"),
        ('<?xml version="1.0" encoding="windows-1252"?><a>é</a>', 1, 1, "the file declares the encoding windows-1252; only UTF-8 is read"),
        (b"<a>\xe9</a>", 1, 4, "not well-formed (invalid token)"),
        ('{"a": 1}', 1, 1, "not well-formed (invalid token)"),
    ],
)
def test_broken_and_hostile_xml_is_refused_where_it_is(text: str | bytes, line: int, column: int, message: str) -> None:
    assert refused(text) == (line, column, message)


def test_another_encoding_is_read_where_all_is_ascii() -> None:
    assert read('<?xml version="1.0" encoding="utf-16"?><a>1.2.3</a>') == {("a", 0): "1.2.3"}


def test_many_attributes_and_entities_cost_no_more_than_their_length() -> None:
    attributes = " ".join(f'a{index}="1"' for index in range(20_000))
    assert len(read(f"<a {attributes}>{'&amp;' * 50_000}</a>")) == 20_001


NAMES = st.sampled_from(["a", "b", "x:a", "Version", "V-1.x"])
TEXTS = st.sampled_from(["", "1.2.3", " x ", "\r\n  ", "a&amp;b", "&#65;", "&#x42;", "é", "&lt;", "x>y", "\n1\n2\n", '"', "&#32;", "<!-- c -->", "<?pi x?>", "<![CDATA[<&]]>", "<![CDATA[]]>"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["p", "q", "x:p", "y:r"]), st.sampled_from(["'1'", '"x y"', "'a&amp;b'", '"\r\n1.2 "', "''", "'>'", "'&#9;'"]), max_size=3)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(NAMES)
    attributes = "".join(f"{draw(st.sampled_from(' 	'))}{key}{draw(st.sampled_from(['=', ' = ']))}{value}" for key, value in draw(ATTRIBUTES).items())
    if draw(st.integers(0, 4)) == 0:
        return f"<{name}{attributes}/>"
    inner = draw(st.lists(TEXTS if depth > 2 else TEXTS | elements(depth + 1), max_size=4))
    return f"<{name}{attributes}>{''.join(inner)}</{name} >"


@given(elements(), st.sampled_from(["", '<?xml version="1.0"?>\r\n', "<!DOCTYPE a>\n", "<!-- c -->"]))
def test_both_readers_agree(element: str, prolog: str) -> None:
    assert read(prolog + element) == xml.reread(source(prolog + element))


@given(elements(), st.data())
def test_the_second_reader_refuses_nothing_that_the_first_accepts(element: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(element)))
    text = element[:at] + data.draw(st.sampled_from(["<", ">", "&", '"', "/", "<a>", "]]>", "--", " ", ""])) + element[at + data.draw(st.integers(0, 2)) :]
    try:
        expected = read(text)
    except UnreadableError:
        return
    assert xml.reread(source(text)) == expected
