"""No two files of the package import each other, not even inside of functions."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "mcdefense"


class _Imports(ast.NodeVisitor):
    """Names that a file imports when it runs; blocks for the type checker alone are left out."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) != "TYPE_CHECKING":
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.found |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.found |= {node.module or "", f"{node.module}.{alias.name}"}


def import_order(sources: Mapping[str, str]) -> list[str]:
    """Modules in an order in which each comes after those it imports; CycleError if none is."""
    graph = {}
    for module, source in sources.items():
        imports = _Imports()
        imports.visit(ast.parse(source))
        # A package that is named only on the way to one of its files is not what is imported.
        inner = {name.rpartition(".")[0] for name in imports.found if name in sources}
        graph[module] = {n for n in imports.found if n in sources and n not in inner} - {module}
    return list(TopologicalSorter(graph).static_order())


def test_a_circle_is_found_also_where_a_function_hides_it() -> None:
    hidden = {"p.a": "from p.b import x", "p.b": "def f():\n    from p.a import y"}
    with pytest.raises(CycleError):
        import_order(hidden)
    typed = {"p.a": "from p.b import x", "p.b": "if TYPE_CHECKING:\n    from p.a import y"}
    assert import_order(typed) == ["p.b", "p.a"]


def test_no_files_of_the_package_import_each_other() -> None:
    sources = {}
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = file.read_text(encoding="utf-8")
    assert len(import_order(sources)) == len(sources)
