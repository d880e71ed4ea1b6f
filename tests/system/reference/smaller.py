"""A scenario that shows a disagreement made smaller, as far as it goes on showing one."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import mcdefense
from mcdefense.errors import InputError
from tests.support.toml_text import Document, toml
from tests.system.reference.comparing import SEED, Case, Difference
from tests.system.reference.engine_trial import Engine

Path = tuple[str | int, ...]
_FIRST = ("opportunities", "tracks", "coin", "doctrine")
"""Sections of which most can go."""


def smaller(case: Case, trial: int, tries: int = 2000) -> tuple[Case, Difference]:
    """The case without all rows, tables and keys that its disagreement in `trial` does not need.

    Only scenarios that the engine has a program for are tried, `tries` of them at most.
    """
    engine = Engine(mcdefense.loads(toml(case.document)), SEED, case.world)
    program = engine.program(case.capacity)

    def differs(document: Document) -> tuple[Case, Difference] | None:
        try:
            other = Engine(mcdefense.loads(toml(document)), SEED, case.world)
        except InputError:
            return None  # what was left out was needed
        if other.program(case.capacity) != program:
            return None
        outcome = next(other.outcomes([trial], case.capacity))
        tried = Case(document, case.world, case.capacity, {trial: outcome})
        return next(((tried, found) for _, found in tried.disagreements()), None)

    best = differs(case.document)
    assert best is not None
    found = True
    while found and tries > 0:
        found = False
        for path in sorted(_paths(best[0].document), key=lambda path: path[0] not in _FIRST):
            without = _without(best[0].document, path)
            if without is None or tries <= 0:
                continue
            tries -= 1
            if (kept := differs(without)) is not None:
                best, found = kept, True
    return best


def _paths(node: object, path: Path = ()) -> Iterator[Path]:
    """Every key, and every row of a table, the outer ones first."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from _paths(value, (*path, key))
    elif isinstance(node, list) and path[-1] == "rows":
        yield from ((*path, i) for i in reversed(range(len(node))))


def _without(document: Document, path: Path) -> Document | None:
    """A copy without what is at the path; None if that has gone."""
    copied = copy.deepcopy(document)
    node: object = copied
    for part in path[:-1]:
        if isinstance(node, dict) and part in node:
            node = node[part]
        else:
            return None
    last = path[-1]
    keyed = isinstance(node, dict) and last in node
    listed = isinstance(node, list) and isinstance(last, int) and last < len(node)
    if not (keyed or listed):
        return None
    del node[last]  # type: ignore[attr-defined]
    return copied
