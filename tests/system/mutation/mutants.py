"""Small changes of the model's source, one at a time, by the operators of cosmic-ray.

Only changes that give another sensible program: `<` to `<=`, not `<` to `is`. Not in docstrings,
annotations, decorators, imports, or what an error says.
"""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

_BINARY = (
    *("Add_Sub", "Sub_Add", "Mul_Div", "Mul_Add", "Div_Mul", "FloorDiv_Mul", "Mod_FloorDiv"),
    *("BitAnd_BitOr", "BitOr_BitAnd", "BitXor_BitOr", "LShift_RShift", "RShift_LShift"),
)
_COMPARISON = (
    *("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_GtE", "GtE_Lt", "Gt_LtE", "LtE_Gt"),
    *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
)
_OTHER = (
    *("ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Not"),
    *("ReplaceUnaryOperator_Delete_Invert", "AddNot", "ReplaceTrueWithFalse"),
    *("ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue"),
    *("ReplaceContinueWithBreak", "NumberReplacer", "ZeroIterationForLoop"),
)
_PARTNERS = {
    a: b
    for pair in (("min", "max"), ("minimum", "maximum"), ("any", "all"), ("argmin", "argmax"))
    for a, b in (pair, pair[::-1])
}
_SAID = ("raise_stmt", "assert_stmt", "import_from", "import_name", "decorator", "fstring")


class PartnerReplacer(Operator):
    """Least for most, any for all: what cosmic-ray, made for loops, does not replace."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if isinstance(node, parso.python.tree.Name) and node.value in _PARTNERS:
            yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002
        node.value = _PARTNERS[node.value]
        return node

    @classmethod
    def examples(cls) -> Iterable[Example]:
        return (Example("min(x)", "max(x)"),)


@dataclass(frozen=True)
class Mutant:
    """One change: the file below the package's parent, the line, and what becomes of it."""

    file: str
    line: int
    operator: str
    occurrence: int

    def source(self, root: Path) -> str:
        """The whole file with the change."""
        known = (root / self.file).read_text(encoding="utf-8")
        return str(mutate_code(known, _operator(self.operator)(), self.occurrence))

    def change(self, root: Path) -> str:
        """The lines before and after."""
        known = (root / self.file).read_text(encoding="utf-8").splitlines()
        new = self.source(root).splitlines()
        lines = list(difflib.unified_diff(known, new, n=0, lineterm=""))[3:]
        old, now = ([x[1:].strip() for x in lines if x[:1] == sign] for sign in "-+")
        return f"{' '.join(old)}  ->  {' '.join(now)}"


class _Places(Visitor):
    """Every place at which an operator changes something, in cosmic-ray's order."""

    def __init__(self, operators: dict[str, Operator]) -> None:
        self.operators = operators
        self.places: dict[str, list[tuple[int, bool]]] = {name: [] for name in operators}

    def visit(self, node: Any) -> Any:
        for name, operator in self.operators.items():
            for start, _ in operator.mutation_positions(node):
                self.places[name].append((start[0], _runs(node)))
        return node


def _runs(node: Any) -> bool:
    """Whether it is part of what the model computes."""
    inner, outer = node, node.parent
    while outer is not None:
        if inner.type in _SAID:
            return False
        if outer.type == "annassign" and inner is outer.children[1]:
            return False
        if outer.type == "param" and inner is not getattr(outer, "default", None):
            return False
        if outer.type == "funcdef" and inner is outer.annotation:
            return False
        inner, outer = outer, outer.parent
    return True


def _names() -> Iterator[str]:
    yield from (f"core/ReplaceBinaryOperator_{name}" for name in _BINARY)
    yield from (f"core/ReplaceComparisonOperator_{name}" for name in _COMPARISON)
    yield from (f"core/{name}" for name in _OTHER)
    yield PartnerReplacer.__name__


@cache
def _operator(name: str) -> type[Operator]:
    if name == PartnerReplacer.__name__:
        return PartnerReplacer
    found: type[Operator] = get_operator(name)
    return found


def mutants(root: Path, files: Sequence[str]) -> list[Mutant]:
    """Every change of these files."""
    operators = {name: _operator(name)() for name in _names()}
    found = []
    for file in files:
        seen = _Places(operators)
        seen.walk(get_ast((root / file).read_text(encoding="utf-8")))
        found += [
            Mutant(file, line, name, occurrence)
            for name, places in seen.places.items()
            for occurrence, (line, runs) in enumerate(places)
            if runs
        ]
    return found


def drawn(every: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Of `count` lines drawn without repetition, one change each; the first n of a seed are the
    same whatever the count."""
    chance = random.Random(seed)
    by_line: dict[tuple[str, int], list[Mutant]] = {}
    for mutant in every:
        by_line.setdefault((mutant.file, mutant.line), []).append(mutant)
    places = sorted(by_line)
    chance.shuffle(places)
    return [random.Random(f"{seed}{place}").choice(by_line[place]) for place in places[:count]]
