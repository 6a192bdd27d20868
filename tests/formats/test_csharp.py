"""C# source."""

from __future__ import annotations

import pytest

from sync.errors import UnreadableError
from sync.formats import csharp
from sync.source import Source

INFO = """\
\ufeffusing System.Reflection;
// [assembly: AssemblyVersion("9.9.9.9")]
/* [assembly: AssemblyVersion("9.9.9.9")] */
[assembly: AssemblyTitle("Café")]
[assembly: AssemblyVersion("1.2.3.0"), System.Reflection.AssemblyFileVersionAttribute(@"1.2.3.0")]
[ assembly : AssemblyInformationalVersion ( "1.2.3" /* here */ ) ]
[assembly: AssemblyMetadata("Version", "9.9.9")]
[assembly: Computed(Info.Version)]
[assembly: InternalsVisibleTo("A, Version=\\"9\\"")]
[module: Marked("9.9.9")]
#if DEBUG
[assembly: AssemblyConfiguration("Debug")]
#endif

namespace Acme
{
    public static class Info
    {
        public const string Version = "1.2.3", Next = "1.3.0";
        internal const int Major = 1, Hex = 0x10;
        private static readonly string Tag = "v1.2.3";
        public static string Settable = "9.9.9";
        const string Sum = "1." + "2";
        string Property => "9.9.9";

        [Obsolete("since 9.9.9")]
        void Method() { const string Local = "9.9.9"; }
    }
}
"""


def source(text: str) -> Source:
    return Source.of("AssemblyInfo.cs", text.encode())


def test_attributes_and_constants_are_leaves_and_nothing_else_is() -> None:
    found = source(INFO.replace("\n", "\r\n"))
    leaves = found.document(csharp.read).leaves
    assert [(leaf.path, leaf.value) for leaf in leaves] == [
        (("assembly", "AssemblyTitle"), "Café"),
        (("assembly", "AssemblyVersion"), "1.2.3.0"),
        (("assembly", "AssemblyFileVersion"), "1.2.3.0"),
        (("assembly", "AssemblyInformationalVersion"), "1.2.3"),
        (("assembly", "AssemblyMetadata"), "Version"),
        (("assembly", "AssemblyConfiguration"), "Debug"),
        (("Version",), "1.2.3"),
        (("Next",), "1.3.0"),
        (("Major",), "1"),
        (("Tag",), "v1.2.3"),
    ]
    assert [found.text(leaf.span) for leaf in leaves] == [leaf.value for leaf in leaves]


def test_an_error_is_refused_only_where_it_may_hide_a_version() -> None:
    broken = 'class A { void M() { int x = ; } }\nclass B { const string V = "1.2.3"; }\n'
    assert [leaf.value for leaf in csharp.read(source(broken))] == ["1.2.3"]
    with pytest.raises(UnreadableError) as caught:
        csharp.read(source('using A;\n[assembly: AssemblyVersion("1.2.3.0"\n[assembly: AssemblyTitle("A")\n'))
    (found,) = caught.value.problems
    assert found.path == "AssemblyInfo.cs"
    assert found.line in (2, 3)


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    assert csharp.read(source("namespace A { " * 5000 + 'class B { const string V = "1"; }' + "}" * 5000)).leaves[0].value == "1"
