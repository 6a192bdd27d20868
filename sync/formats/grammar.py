"""The tree-sitter grammars of PyPI, without what their packages load beside them, and where a tree that they give is broken."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser


@cache
def parser(package: str) -> Parser:
    """A parser for the grammar in that package (``tree_sitter_toml``).

    Every such package has one compiled module, and an ``__init__`` that imports importlib.resources for queries that nobody
    asks for here; that takes longer than a hundred files, so the compiled module is loaded by itself.
    """
    from tree_sitter import Language, Parser

    found = PathFinder.find_spec(package)
    binding = PathFinder.find_spec(f"{package}._binding", found.submodule_search_locations) if found is not None else None
    if binding is None or binding.loader is None:
        module = import_module(package)
    else:
        module = module_from_spec(binding)
        binding.loader.exec_module(module)
    return Parser(Language(module.language()))


def first_error(root: Node) -> Node:
    """The innermost node at which the first error of a tree shows."""
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node
