"""Files of format 2.0 as results of today: what they lack is made from their counts."""

from __future__ import annotations

from dataclasses import replace

from mcdefense.statistics import Result, estimates_anew
from mcdefense.store.layout import ESTIMATES

_ADDED = ("worlds_same", "expected_leakers_network_up", "break_even_availability")
LACKING = frozenset(v.path for v in ESTIMATES if v.name.startswith(_ADDED))
"""Paths of the estimates that came with format 2.1."""


def completed(result: Result) -> Result:
    """The result with the estimates that its file lacks.

    Its file knows no margin and no weights of plans: the margin is 0, so that no world is the same,
    and plans count by how often worlds drew them.
    """
    today = estimates_anew(result.tally, result.plan, result.provenance)
    return replace(result, estimates={**today, **result.estimates})
