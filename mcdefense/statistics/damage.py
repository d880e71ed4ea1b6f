"""What leakers do to assets: how many reach and damage them, and the value that is lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcdefense.statistics.by_worlds import bounded_ratio, difference_of_means, mean_of_part
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.sampling import safe_divide
from mcdefense.statistics.tally import Tally


def leakers_at_asset(tally: Tally) -> Estimate:
    """Leakers a trial [A, M] that reach each asset.

    NaN where the counts of some world are not known, as of one from a file of format 1.x: then
    they do not add up to its leakers.
    """
    by_world = tally["leakers_at_asset"]
    known = (by_world.sum(axis=-1) == tally["leaked"][..., -1]).all(axis=0)[:, np.newaxis]
    value, low, high = (
        np.where(known, array, np.nan)
        for array in _part_of_leakers(tally, by_world.sum(axis=0), by_world)
    )
    return value, low, high


def damaging_leakers(tally: Tally) -> Estimate:
    """Leakers a trial [A, M] that damage each asset (rule 27, `damage`)."""
    return _part_of_leakers(tally, tally["damaging_leakers"], tally["damaging_leakers_by_world"])


def p_asset_damaged(tally: Tally) -> Estimate:
    """Probability [A, M] that an asset is damaged in a trial, once or more often."""
    trials = tally["trials"][:, np.newaxis, np.newaxis]
    damaged, by_world = tally["asset_damaged"], tally["asset_damaged_by_world"]
    return bounded_ratio(damaged, by_world, trials, tally.trials)


def value_lost(
    tally: Tally,
    pairs: Sequence[tuple[int, int]],
    asset_value: Sequence[float] | np.ndarray | None = None,
) -> tuple[Estimate, Estimate]:
    """Value a trial [A] of the assets that are damaged, and its difference of each pair [P].

    An asset counts once a trial, however many leakers damage it; `asset_value` [M], default 1
    each. The difference is compare minus baseline, for `pairs` (baseline, compare). Raises
    ValueError if there is not one value per asset.
    """
    assets = len(tally.axes.asset)
    value = np.ones(assets) if asset_value is None else np.asarray(asset_value, np.float64)
    if value.shape != (assets,):
        raise ValueError(f"asset_value: got shape {value.shape}, expected {(assets,)}")
    damaged = tally["asset_damaged"]
    by_world = tally["asset_damaged_by_world"] @ value
    total = damaged @ value
    lost = bounded_ratio(
        total,
        by_world,
        tally["trials"][:, np.newaxis],
        tally.trials,
        most=value.sum(),
        unit=np.nan_to_num(safe_divide(total, damaged.sum(axis=1))),
    )
    baseline, compare = [a for a, _ in pairs], [b for _, b in pairs]
    change = by_world[:, compare] - by_world[:, baseline]
    mean, low, high = lost
    return lost, difference_of_means(
        (mean[compare], low[compare], high[compare]),
        (mean[baseline], low[baseline], high[baseline]),
        change,
        tally["trials"],
    )


def _part_of_leakers(tally: Tally, total: np.ndarray, by_world: np.ndarray) -> Estimate:
    squares = tally["leakers_squared"][..., -1].sum(axis=0, dtype=np.float64)
    live = safe_divide(tally["live"].sum(dtype=np.float64), np.asarray(tally.trials))
    return mean_of_part(total, by_world, tally["trials"], squares[:, np.newaxis], live)
