"""The Ruby reader: constants, attributes, and the literal arguments of calls."""

from __future__ import annotations

import pytest

from sync import formats
from sync.adapter import Selector
from sync.errors import UnreadableError
from sync.formats import ruby
from sync.source import KeyPath, Source


def read(text: str) -> dict[KeyPath, str]:
    source = Source.of("a.rb", text.encode())
    document = ruby.read(source)
    assert all(source.text(leaf.span) == leaf.value for leaf in document)
    return {leaf.path: leaf.value for leaf in document}


def test_a_constant_is_found_by_its_name_in_whatever_module_it_stands() -> None:
    assert read('# VERSION = "9"\nmodule Kite\n  class Core < Base\n    VERSION = "1.2.3" # c\n  end\nend\n') == {("VERSION",): "1.2.3"}


def test_constants_of_one_name_are_told_apart_by_their_nesting() -> None:
    text = 'module A::B\n  VERSION = "1"\n  OTHER = "2"\nend\nmodule C\n  VERSION = "3"\nend\nD::VERSION = "4"\nVERSION = "5"\n'
    assert read(text) == {("A", "B", "VERSION"): "1", ("OTHER",): "2", ("C", "VERSION"): "3", ("D", "VERSION"): "4", ("VERSION",): "5"}


def test_a_constant_that_is_assigned_twice_in_one_module_has_two_leaves() -> None:
    source = Source.of("version.rb", b'module A\n  if ENV["X"]\n    V = "1"\n  else\n    V = "2"\n  end\nend\n')
    assert [leaf.value for leaf in formats.select(source, Selector("name", "V"))] == ["1", "2"]


def test_literals_are_strings_in_every_quoting_and_integers() -> None:
    assert read("A = 'x'\nB = %q{y}\nC = %Q(z).freeze\nD = 46\nE = ''\nF = \"a\".freeze\n") == {("A",): "x", ("B",): "y", ("C",): "z", ("D",): "46", ("E",): "", ("F",): "a"}


def test_what_is_no_literal_is_an_expression_or_nothing() -> None:
    text = 'A = "#{B}.1"\nC = "a\\tb"\nD = "a" "b"\nE = [1, "2"]\nF = G::VERSION\nH = File.read("V").strip\nI = "1" + "2"\nJ ||= "1"\n'
    assert read(text) == {("F", "expression"): "G::VERSION", ("H", "expression"): 'File.read("V").strip', ("File", "read", 0, 0): "V"}


def test_an_expression_holds_no_block_and_so_no_gemspec() -> None:
    assert read('spec = Gem::Specification.new("a", "1") { |s| s.x = "y" }\n') == {("Gem::Specification", "new", 0, 0): "a", ("Gem::Specification", "new", 0, 1): "1", ("s", "x"): "y"}


def test_attributes_and_calls_of_a_gemspec_are_read() -> None:
    text = """
require_relative "lib/kite/version"
Gem::Specification.new do |s|
  s.name = "kite"
  s.version = Kite::VERSION
  s.metadata["version"] = "no"
  s.metadata = { "version" => "no" }
  s.add_dependency "a", "~> 1.2", '>= 1.2.3'
  s.add_dependency("b", ["= 1", "< 2"]) # c
  s.add_dependency c, "3"
  s.add_dependency
end
"""
    assert read(text) == {
        ("require_relative", 0, 0): "lib/kite/version",
        ("s", "name"): "kite",
        ("s", "version", "expression"): "Kite::VERSION",
        ("s", "add_dependency", 0, 0): "a",
        ("s", "add_dependency", 0, 1): "~> 1.2",
        ("s", "add_dependency", 0, 2): ">= 1.2.3",
        ("s", "add_dependency", 1, 0): "b",
        ("s", "add_dependency", 1, 1): "= 1",
        ("s", "add_dependency", 1, 2): "< 2",
        ("s", "add_dependency", 2, 1): "3",
    }


def test_the_inside_of_a_method_states_nothing() -> None:
    assert read('def a\n  x = "1"\n  b "2"\nend\ndef self.c\n  y = "3"\nend\nZ = "4"\n') == {("Z",): "4"}


def test_the_spans_hold_in_a_file_with_letters_of_two_bytes() -> None:
    assert read('# \u00e9\u00e9\nAUTHOR = "Gr\u00fc\u00dfe"\nVERSION = "1.2.3"\n') == {("AUTHOR",): "Gr\u00fc\u00dfe", ("VERSION",): "1.2.3"}


def test_nesting_as_deep_as_it_likes_is_read() -> None:
    assert read("module A\n" * 3000 + 'V = "1"\n' + "end\n" * 3000) == {("V",): "1"}


def test_an_error_elsewhere_is_no_obstacle() -> None:
    assert read('VERSION = "1.2.3"\ndef broken(\n  1 +\nend\n')[("VERSION",)] == "1.2.3"


@pytest.mark.parametrize("text", ['VERSION = "1.2.3\n', 'VERSION = )"1.2.3"(\n', 's.add_dependency "a", ("= 1"\n'])
def test_an_error_that_overlaps_a_leaf_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert [one.path for one in caught.value.problems] == ["a.rb"]
    assert caught.value.problems[0].line >= 1
