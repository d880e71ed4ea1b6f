"""Each architecture at its own best: some worlds choose, others tell (`own_best`, rule 36)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcdefense.statistics.axes import TOTAL
from mcdefense.statistics.contrast import Counted, Side, all_leakers, contrast, leakers
from mcdefense.statistics.leakage import Three
from mcdefense.statistics.result import Result


@dataclass(frozen=True, eq=False)
class BestOf:
    """What was chosen among some architectures of a result, all by position.

    `on_even` holds, for each of `among`, the leakers a trial of the worlds of even number, which
    chose; `on_odd` those of the chosen one in the worlds of odd number, with its interval.
    """

    among: tuple[int, ...]
    chosen: int
    on_even: tuple[float, ...]
    on_odd: Three


def own_best(result: Result, among: Sequence[int]) -> BestOf | None:
    """The architecture with the fewest leakers in the worlds of even number, the first of equals.

    Worlds count by the weights of their plans. None where a half of the worlds has no trials.
    """
    even, odd = halves(result)
    if not (even.tally.trials and odd.tally.trials):
        return None
    on_even = tuple(_total(leakers(Side(even, a)))[0] for a in among)
    chosen = among[int(np.argmin(on_even))]
    return BestOf(tuple(among), chosen, on_even, _total(leakers(Side(odd, chosen))))


def between(result: Result, baseline: BestOf, compare: BestOf) -> Three:
    """Leakers a trial of one choice minus those of another, in the worlds of odd number."""
    _, odd = halves(result)
    if baseline.chosen == compare.chosen:
        return 0.0, 0.0, 0.0
    found = contrast(Side(odd, baseline.chosen), Side(odd, compare.chosen), all_leakers)
    value, low, high = (float(end[0]) for end in found.difference)
    return value, low, high


def halves(result: Result) -> tuple[Result, Result]:
    """The worlds of even and of odd number, without estimates."""
    odd = np.asarray(result.tally.axes.world) % 2 == 1
    return _some(result, ~odd), _some(result, odd)


def _some(result: Result, rows: np.ndarray) -> Result:
    plan = result.plan[rows] if len(result.plan) == len(rows) else result.plan
    return replace(result, tally=result.tally.of_worlds(rows), plan=plan, estimates={})


def _total(found: Counted) -> Three:
    return found[TOTAL,].mean
