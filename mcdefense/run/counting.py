"""A block's outcome, by row of its schedule, becomes counts along the run's axes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import FIRES_NOTHING, NO_NETWORK, Schedule
from mcdefense.engine import Counted, Outcome, masks_of
from mcdefense.statistics import Axes

Counts = NDArray[np.int64]


def _wide(values: object) -> Counts:
    return np.asarray(values).astype(np.int64)


def _grouped(values: Counts, groups: NDArray[np.int32], size: int) -> Counts:
    """Sums over the last axis by group: [..., n] -> [..., size]."""
    rows = values.reshape(math.prod(values.shape[:-1]), values.shape[-1])  # -1 fails if empty
    # As one axis, of which NumPy adds ten times as many numbers a second.
    where = np.arange(len(rows))[:, None] * size + groups
    total = np.zeros(len(rows) * size, np.int64)
    np.add.at(total, where.ravel(), rows.ravel())
    return total.reshape(*values.shape[:-1], size)


def block_counts(
    schedule: Schedule, outcome: Outcome, axes: Axes, trials: int
) -> dict[str, Counts]:
    """Counts of `trials` trials of the schedule's one world, ready for `Tally.add_block`."""
    if schedule.worlds.size != 1:
        raise ValueError(f"got a schedule of {schedule.worlds.size} worlds, expected one")
    labels, sizes = schedule.labels, axes.sizes
    objects = labels.object_class.size
    classes, worlds = sizes["threat_class"], schedule.worlds.size

    def by_world(values: object) -> Counts:
        """[..., W] or [..., W, K] from the engine to [W, ...]."""
        return np.moveaxis(_wide(values), -1, 0)

    live = by_world(outcome.live)[:, :objects]  # [W, N]
    leakers = by_world(outcome.leakers)[:, :, :objects]  # [W, A, N]
    reachable = labels.object_reachable[None]
    by_class = labels.object_class
    leakers_by_class = _grouped(leakers, by_class, classes)
    lived = np.broadcast_to(live[:, None], leakers.shape)

    def parts(values: object) -> Counts:
        return np.moveaxis(_wide(values).sum(-1), -1, 0)

    hits = _wide(outcome.hits).sum(-1)[:, :objects]
    outcomes = np.moveaxis(_wide(outcome.outcome)[:, :objects], 1, -1)
    counts = {
        "trials": np.full(worlds, trials, np.int64),
        "live": _grouped(live, by_class, classes),
        "live_defended": _grouped(live * labels.object_defended, by_class, classes),
        "live_reachable": _grouped(lived * reachable, by_class, classes),
        "leaked": np.concatenate(
            [leakers_by_class, leakers_by_class.sum(-1, keepdims=True)], axis=-1
        ),
        "leakers_defended": _grouped(leakers * labels.object_defended, by_class, classes),
        "leakers_reachable": _grouped(leakers * reachable, by_class, classes),
        "live_squared": parts(outcome.live_squared),
        "leakers_live": parts(outcome.leakers_live),
        "leakers_squared": parts(outcome.leakers_squared),
        "leakers_product": parts(outcome.leakers_product),
        "no_leakers": by_world(outcome.no_leakers),
        "no_leakers_both": by_world(outcome.no_leakers_both),
        "network_lost": by_world(outcome.network_lost),
        "leakers_network_lost": by_world(outcome.leakers_network_lost),
        "no_leakers_network_lost": by_world(outcome.no_leakers_network_lost),
        "leakers_histogram": _without_empty_end(_wide(outcome.leakers_histogram)),
        "leakers_at_asset": _grouped(leakers, labels.object_asset, sizes["asset"]),
        "damaging_leakers": _grouped(hits, labels.object_asset, sizes["asset"]),
        "asset_damaged": _wide(outcome.asset_hit)[:, : sizes["asset"]],
        "denied": _wide(outcome.denied)[:, : sizes["battery"]],
        "outcome": np.moveaxis(_grouped(outcomes, by_class, classes), 1, -1),
    }
    stock = (sizes["battery"], sizes["interceptor"])
    place = labels.magazine_battery * stock[1] + labels.magazine_interceptor

    def by_magazine(values: Counts) -> Counts:
        used = values[:, : place.size]
        return _grouped(used, place, stock[0] * stock[1]).reshape(-1, *stock)

    counts["rounds_left"] = by_magazine(_wide(outcome.rounds_left))
    counts["emptied"] = by_magazine(_wide(outcome.emptied))
    rounds = schedule.arrays.stocks.rounds.astype(np.int64)
    counts["rounds_loaded"] = by_magazine(rounds * trials * worlds)
    counts.update(_rounds(schedule, outcome, axes))
    # A block is of one world, so that what it adds to the run is also what the world adds.
    for name in ("damaging_leakers", "asset_damaged", "outcome"):
        counts[f"{name}_by_world"] = counts[name][np.newaxis]
    for name in ("rounds_fired", "rounds_wasted"):
        counts[f"{name}_by_world"] = counts[name].sum(axis=1)[np.newaxis]
    return counts


def _without_empty_end(histogram: Counts) -> Counts:
    """The histogram up to the last number of leakers that any trial had."""
    used = np.flatnonzero(histogram.any(axis=(0, 1)))
    return histogram[..., : used[-1] + 1 if used.size else 1]


def _rounds(schedule: Schedule, outcome: Outcome, axes: Axes) -> dict[str, Counts]:
    """Counts by (architecture, battery, interceptor, class), each architecture's own while its
    network is up, its fallback's while it is down (rule 26, `fallback`)."""
    labels, sizes, features = schedule.labels, axes.sizes, schedule.features
    shape = (sizes["battery"], sizes["interceptor"], sizes["threat_class"])
    where = (labels.account_battery, labels.account_interceptor, labels.account_class)
    masks = masks_of(features)
    sums = _wide(outcome.account_sums)[:, : labels.account_class.size]
    own = sums[:, :, 0]
    lost = np.zeros_like(own)
    for a, fallback in enumerate(features.fallback):
        if fallback not in (NO_NETWORK, FIRES_NOTHING):
            lost[a] = sums[fallback, :, masks[fallback].index(a)]
    # [A, columns, accounts], of which the last column is of rounds fired while the network is down.
    columns = np.moveaxis(
        np.concatenate([own + lost, lost[..., Counted.FIRED, None]], axis=-1), -1, 1
    )
    place = np.ravel_multi_index(where, shape).astype(np.int32)
    total = _grouped(columns, place, math.prod(shape)).reshape(*columns.shape[:2], *shape)
    names = {
        "rounds_fired": Counted.FIRED,
        "rounds_wasted": Counted.WASTED,
        "kills": Counted.KILLED,
        "engagements": Counted.ENGAGED,
        "remote_engagements": Counted.REMOTE,
        "looks": Counted.OPENED,
        "rounds_fired_network_lost": -1,
    }
    return {name: total[:, column] for name, column in names.items()}
