"""What leakers do to assets: how many reach and damage them, and the value that is lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcdefense.statistics.by_worlds import bounded_ratio, difference_of_means, mean_of_part
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import safe_divide


def leakers_at_asset(sample: Sample) -> Estimate:
    """Leakers a trial [A, M] that reach each asset.

    NaN where the counts of some world are not known, as of one from a file of format 1.x: then
    they do not add up to its leakers.
    """
    at_asset, leaked = (sample.counted[name] for name in ("leakers_at_asset", "leaked"))
    known = (at_asset.sum(axis=-1) == leaked[..., -1]).all(axis=0)[:, np.newaxis]
    by_world = sample["leakers_at_asset"]
    value, low, high = (
        np.where(known, array, np.nan)
        for array in part_of_leakers(sample, by_world.sum(axis=0), by_world)
    )
    return value, low, high


def damaging_leakers(sample: Sample) -> Estimate:
    """Leakers a trial [A, M] that damage each asset (rule 27, `damage`)."""
    by_world = sample["damaging_leakers_by_world"]
    return part_of_leakers(sample, sample.whole("damaging_leakers"), by_world)


def p_asset_damaged(sample: Sample) -> Estimate:
    """Probability [A, M] that an asset is damaged in a trial, once or more often."""
    trials = sample["trials"][:, np.newaxis, np.newaxis]
    damaged, by_world = sample.whole("asset_damaged"), sample["asset_damaged_by_world"]
    return bounded_ratio(damaged, by_world, trials, sample.trials, strata=sample.strata)


def value_lost(
    sample: Sample,
    pairs: Sequence[tuple[int, int]],
    asset_value: Sequence[float] | np.ndarray | None = None,
) -> tuple[Estimate, Estimate]:
    """Value a trial [A] of the assets that are damaged, and its difference of each pair [P].

    An asset counts once a trial, however many leakers damage it; `asset_value` [M], default 1
    each. The difference is compare minus baseline, for `pairs` (baseline, compare). Raises
    ValueError if there is not one value per asset.
    """
    assets = len(sample.axes.asset)
    value = np.ones(assets) if asset_value is None else np.asarray(asset_value, np.float64)
    if value.shape != (assets,):
        raise ValueError(f"asset_value: got shape {value.shape}, expected {(assets,)}")
    damaged = sample.whole("asset_damaged")
    by_world = sample["asset_damaged_by_world"] @ value
    total = damaged @ value
    lost = bounded_ratio(
        total,
        by_world,
        sample["trials"][:, np.newaxis],
        sample.trials,
        most=value.sum(),
        unit=np.nan_to_num(safe_divide(total, damaged.sum(axis=1))),
        strata=sample.strata,
    )
    baseline, compare = [a for a, _ in pairs], [b for _, b in pairs]
    change = by_world[:, compare] - by_world[:, baseline]
    mean, low, high = lost
    return lost, difference_of_means(
        (mean[compare], low[compare], high[compare]),
        (mean[baseline], low[baseline], high[baseline]),
        change,
        sample["trials"],
        sample.strata,
    )


def part_of_leakers(sample: Sample, total: np.ndarray, by_world: np.ndarray) -> Estimate:
    """A mean over trials [A, ...] of a count that is part of a trial's leakers, of which `total`
    [A, ...] is the sum over the run and `by_world` [W, A, ...] what each world adds to it."""
    by_trial = sample.weighted(sample.counted["leakers_squared"][..., -1])
    squares = by_trial.sum(axis=0, dtype=np.float64)[:, np.newaxis]
    live = safe_divide(sample["live"].sum(dtype=np.float64), np.asarray(sample.trials))
    return mean_of_part(total, by_world, sample["trials"], squares, live, sample.strata)
