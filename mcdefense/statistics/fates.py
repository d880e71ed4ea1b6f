"""Where a gain comes from: what became of the same threats under two architectures.

Both meet the same trials, so each threat has a fate under either (rule 40, `fate`): the cause of
its leak, or `killed`. A threat that leaks under the baseline and is killed under the other is
*saved*, by the cause of its leak. One that is killed under the baseline and leaks under the other
is *added*, by the cause under the other. Threats that leak under both are neither, whatever their
causes. So the leakers added less those saved are the difference in leakers, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcdefense.statistics.by_worlds import mean_of_part
from mcdefense.statistics.leakage import Estimate, with_total
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import safe_divide
from mcdefense.statistics.tally import Tally


def saved_and_added(sample: Sample, pairs: Sequence[tuple[int, int]]) -> dict[str, Estimate]:
    """Leakers a trial [P, C, O] that compare saves and adds by cause, and those of all classes
    [P, O], for `pairs` (baseline, compare).

    NaN where the fates of some trials are not known, as of those from a file before format 2.1.
    """
    known = _is_known(sample.counted)
    live = sample["live"].sum(axis=0)
    baseline, compare = [a for a, _ in pairs], [b for _, b in pairs]
    estimates: dict[str, Estimate] = {}
    for name, leaking, killing in (("saved", baseline, compare), ("added", compare, baseline)):
        by_world = sample["leaked_alone"][:, leaking, killing]  # [W, P, C, O]
        squares = sample["leakers_squared"].sum(axis=0, dtype=np.float64)[leaking]  # [P, C1]
        parts = {
            "": (by_world, squares[:, :-1, np.newaxis], live[:, np.newaxis]),
            "_total": (by_world.sum(axis=2), squares[:, -1:], live.sum()),
        }
        for end, (part, larger, most) in parts.items():
            estimate = _part(sample, part, larger, most)
            estimates[f"expected_leakers_{name}{end}"] = _where(known, estimate)
    return estimates


def leakers_by_looks(sample: Sample) -> Estimate:
    """Leakers a trial [A, C, H] by the looks that any cells had had at them.

    NaN where they are not known, as those from a file before format 2.1.
    """
    known = _is_known(sample.counted)
    squares = sample["leakers_squared"].sum(axis=0, dtype=np.float64)[:, :-1, np.newaxis]
    live = sample["live"].sum(axis=0)[:, np.newaxis]
    return _where(known, _part(sample, sample["leakers_by_looks_by_world"], squares, live))


def _is_known(tally: Tally) -> bool:
    """Whether fates were counted: the leakers of every world then have had so many looks each."""
    counted = with_total(tally["leakers_by_looks_by_world"].sum(axis=-1))
    return bool((counted == tally["leaked"]).all())


def _part(sample: Sample, by_world: np.ndarray, squares: np.ndarray, live: np.ndarray) -> Estimate:
    """Mean of a part of the leakers, of which the sum of squares is known."""
    trials = sample["trials"]
    most = safe_divide(np.asarray(live, np.float64), np.asarray(sample.trials))
    return mean_of_part(by_world.sum(axis=0), by_world, trials, squares, most, sample.strata)


def _where(known: bool, estimate: Estimate) -> Estimate:
    if known:
        return estimate
    value, low, high = (np.full(array.shape, np.nan) for array in estimate)
    return value, low, high
