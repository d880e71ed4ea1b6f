"""Rounds, their cost, and why threats leaked: shares and means over the run, without intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcdefense.statistics.sampling import safe_divide
from mcdefense.statistics.tally import Tally


def rounds_per_trial(tally: Tally, name: str) -> np.ndarray:
    """Rounds a trial [A, I, C] of a count by battery such as `rounds_fired`, batteries added."""
    return safe_divide(tally[name].sum(axis=1), np.asarray(tally.trials))


def rounds_cost(tally: Tally, interceptor_cost: Sequence[float] | np.ndarray | None) -> np.ndarray:
    """Cost [A] of the rounds fired in a trial, in the unit of `interceptor_cost` [I] per round.

    NaN if no cost is known. Raises ValueError if there is not one cost per interceptor.
    """
    architectures = len(tally.axes.architecture)
    if interceptor_cost is None:
        return np.full(architectures, np.nan)
    cost = np.asarray(interceptor_cost, np.float64)
    wanted = (len(tally.axes.interceptor),)
    if cost.shape != wanted:
        raise ValueError(f"interceptor_cost: got shape {cost.shape}, expected {wanted}")
    return rounds_per_trial(tally, "rounds_fired").sum(axis=2) @ cost


def cause_share(tally: Tally) -> np.ndarray:
    """Share [A, C, O] of the live threats that met each outcome; NaN if none was live."""
    live = tally["live"].sum(axis=0)
    return safe_divide(tally["outcome"], live[np.newaxis, :, np.newaxis])


def p_at_most(tally: Tally) -> np.ndarray:
    """Probability [A, L] of at most so many leakers in a trial."""
    histogram = tally["leakers_histogram"][:, -1, :]
    return safe_divide(np.cumsum(histogram, axis=-1), histogram.sum(axis=-1, keepdims=True))
