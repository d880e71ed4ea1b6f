"""Files of format 2.0 as results of today: what they lack is made from their counts."""

from __future__ import annotations

from dataclasses import replace

from mcdefense.statistics import Result, estimates_anew
from mcdefense.store.layout import ESTIMATES

_KEPT = frozenset(variable.name for variable in ESTIMATES if variable.since <= (2, 0))


def completed(result: Result) -> Result:
    """The result with the estimates that its file lacks.

    Its file knows no margin and no weights of plans: the margin is 0, so that no world is the same,
    and plans count by how often worlds drew them. What is made of counts that it did not have stays
    unknown.
    """
    today = estimates_anew(result.tally, result.plan, result.provenance)
    kept = {name: array for name, array in result.estimates.items() if name in _KEPT}
    return replace(result, estimates={**today, **kept})
