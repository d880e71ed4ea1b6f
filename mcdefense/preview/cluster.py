"""What to ask a cluster for: the forecast of one shard of a run or a sweep, and of the merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mcdefense.preview.forecast import COUNTS_COPIES, Forecast, forecast
from mcdefense.preview.survey import Survey, survey
from mcdefense.run import Array
from mcdefense.scenario import Scenario

_MOST_SURVEYED = 4
"""Points of a sweep that are looked at, evenly spread from the first to the last."""
_COPIES_OF_OTHERS, _COPIES_MERGED = 2, 4
"""How often the counts of points are in memory that the file of a shard has a place for and the
shard does not count, and those of all points while they are merged: measured, as
COUNTS_COPIES is, on the largest example."""


def with_limits(array: Array, scenarios: Sequence[Scenario]) -> Array:
    """The array with the run's size filled in, the time and memory of its largest shard and the
    memory of the merge; `scenarios` are those of the points of a sweep, or that of a run alone.

    Raises InputError for a raid or a flight that cannot be.
    """
    run = scenarios[0].run
    worlds = run.worlds if array.worlds is None else array.worlds
    trials = run.trials_per_world if array.trials_per_world is None else array.trials_per_world
    seed = run.seed if array.seed is None else array.seed
    whole = replace(array, worlds=worlds, trials_per_world=trials, seed=seed)
    places = np.linspace(0, len(scenarios) - 1, min(len(scenarios), _MOST_SURVEYED)).astype(int)
    found = [survey(scenarios[place], seed) for place in places]
    expected = [_of_a_shard(whole, one) for one in found]
    slowest = max(expected, key=lambda one: one.total_s)
    largest = max(expected, key=lambda one: one.memory_bytes)
    counts = max(one.counts_bytes(max(worlds, 1)) for one in found)
    return replace(
        whole,
        time_limit=array.time_limit or slowest.time_limit,
        memory=array.memory or largest.memory_limit,
        merge_bytes=_COPIES_MERGED * array.points * counts,
    )


def _of_a_shard(array: Array, found: Survey) -> Forecast:
    """The forecast of the largest shard, if all points are as the one that was looked at."""
    worlds, shards = max(array.worlds or 1, 1), max(array.shards, 1)
    points = 1 if array.study is None else -(-array.points // shards)
    own = -(-worlds // shards) if array.study is None else points * worlds
    size = max(array.trials_per_world or 1, 1), max(array.cpus_per_task, 1)
    one = forecast(found, own, *size)
    more = COUNTS_COPIES * (points - 1) * found.run_bytes
    more += _COPIES_OF_OTHERS * (array.points - points) * found.counts_bytes(worlds)
    return replace(one, memory_bytes=one.memory_bytes + more)
