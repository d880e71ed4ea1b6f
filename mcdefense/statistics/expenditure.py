"""Rounds, their cost, and why threats leaked: shares and means over the run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcdefense.statistics.by_worlds import bounded_ratio
from mcdefense.statistics.leakage import Estimate, with_total
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import safe_divide
from mcdefense.statistics.tally import Tally


def rounds_per_trial(sample: Sample, name: str) -> Estimate:
    """Rounds a trial [A, I, C] of `rounds_fired` or `rounds_wasted`, batteries added."""
    return bounded_ratio(
        sample.whole(name),
        sample[f"{name}_by_world"],
        _trials(sample, 4),
        sample.trials,
        most=loaded_rounds(sample.counted)[..., np.newaxis],
        strata=sample.strata,
    )


def all_rounds_per_trial(sample: Sample, name: str) -> Estimate:
    """Rounds a trial [A] of `rounds_fired` or `rounds_wasted`, of all interceptors together."""
    return bounded_ratio(
        sample.whole(name).sum(axis=(1, 2)),
        sample[f"{name}_by_world"].sum(axis=(2, 3)),
        _trials(sample, 2),
        sample.trials,
        most=loaded_rounds(sample.counted).sum(axis=1),
        strata=sample.strata,
    )


def rounds_by_raid(sample: Sample) -> Estimate:
    """Rounds a trial [A, R, I] fired at the threats of each raid in sequence; R = 0 without any."""
    by_world = sample["rounds_fired_by_raid"]
    if not sample.axes.raids:
        nothing = np.zeros(by_world.shape[1:])
        return nothing, nothing, nothing
    return bounded_ratio(
        by_world.sum(axis=0),
        by_world,
        _trials(sample, 4),
        sample.trials,
        most=loaded_rounds(sample.counted)[:, np.newaxis],
        strata=sample.strata,
    )


def rounds_cost(
    sample: Sample, interceptor_cost: Sequence[float] | np.ndarray | None = None
) -> Estimate:
    """Cost [A] of the rounds fired in a trial, in the unit of `interceptor_cost` [I] per round.

    NaN if no cost is known. Raises ValueError if there is not one cost per interceptor.
    """
    if interceptor_cost is None:
        unknown = np.full(len(sample.axes.architecture), np.nan)
        return unknown, unknown, unknown
    cost = np.asarray(interceptor_cost, np.float64)
    wanted = (len(sample.axes.interceptor),)
    if cost.shape != wanted:
        raise ValueError(f"interceptor_cost: got shape {cost.shape}, expected {wanted}")
    fired = sample.whole("rounds_fired").sum(axis=2)
    spent = fired @ cost
    with np.errstate(invalid="ignore"):  # without limit, and free of charge
        most = np.nan_to_num(loaded_rounds(sample.counted) * cost, posinf=np.inf).sum(axis=1)
    return bounded_ratio(
        spent,
        sample["rounds_fired_by_world"].sum(axis=3) @ cost,
        _trials(sample, 2),
        sample.trials,
        most=most,
        unit=np.nan_to_num(safe_divide(spent, fired.sum(axis=1))),
        strata=sample.strata,
    )


def cause_share(sample: Sample) -> Estimate:
    """Share [A, C1, O] of the live threats that met each outcome; NaN if none was live."""
    live = with_total(sample["live"])[:, np.newaxis, :, np.newaxis]
    outcome, by_world = (
        np.concatenate([count, count.sum(axis=-2, keepdims=True)], axis=-2)
        for count in (sample.whole("outcome"), sample["outcome_by_world"])
    )
    return bounded_ratio(outcome, by_world, live, sample.trials, strata=sample.strata)


def p_at_most(tally: Tally) -> np.ndarray:
    """Probability [A, L] of at most so many leakers in a trial, of all worlds as they were drawn.

    The histogram is kept over the run, so plans count by their worlds and not by their weights.
    """
    histogram = tally["leakers_histogram"][:, -1, :]
    return safe_divide(np.cumsum(histogram, axis=-1), histogram.sum(axis=-1, keepdims=True))


def _trials(sample: Sample, dimensions: int) -> np.ndarray:
    return sample["trials"].reshape(-1, *[1] * (dimensions - 1))


def loaded_rounds(tally: Tally) -> np.ndarray:
    """Rounds [A, I] that a trial can fire at most: what is loaded, and what may be put in during
    the raid (rule 41, `reload`); infinite without a limit.

    The tally knows no limit where none was loaded, or where a battery fires all the same.
    """
    loaded = tally["rounds_loaded"]
    endless = (loaded == 0) & (tally["rounds_fired"].sum(axis=-1) > 0)
    total = loaded.sum(axis=1)
    limited = (total > 0) & ~endless.any(axis=1)
    most = total + tally["rounds_due"].sum(axis=1)
    return np.where(limited, safe_divide(most, np.asarray(tally.trials)), np.inf)
