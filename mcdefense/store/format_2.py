"""Files of an earlier format 2 as results of today: what they lack is made from their counts."""

from __future__ import annotations

from dataclasses import replace

from mcdefense.statistics import Result, estimates_anew
from mcdefense.store.causes import with_estimates
from mcdefense.store.layout import ESTIMATES


def completed(result: Result, version: tuple[int, int]) -> Result:
    """The result of a file of this format version with the estimates that the file lacks.

    A file of 2.0 knows no margin and no weights of plans: the margin is 0, so that no world is the
    same, and plans count by how often worlds drew them. What is made of counts that a file does not
    have stays unknown.
    """
    today = estimates_anew(result.tally, result.plan, result.provenance)
    known = {variable.name for variable in ESTIMATES if variable.since <= version}
    kept = {name: array for name, array in result.estimates.items() if name in known}
    return replace(result, estimates={**today, **with_estimates(kept, today, version)})
