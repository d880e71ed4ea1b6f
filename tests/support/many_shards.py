"""Files of many shards, each of a world, without simulating each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from mcdefense.run import simulate
from mcdefense.scenario import loads
from mcdefense.statistics import Tally
from mcdefense.store import write
from tests.support.small_scenarios import TABLE


def write_shards(folder: Path, count: int) -> list[Path]:
    """A file for each world of a run of so many: the counts of one world, renumbered."""
    result = simulate(loads(TABLE), worlds=1, trials_per_world=200, devices=1)
    result = replace(result, provenance={**result.provenance, "worlds": count})
    paths = []
    for world in range(count):
        axes = result.tally.axes.with_worlds(np.array([world], np.int64))
        paths.append(folder / f"shard-{world:04}.h5")
        write(replace(result, tally=Tally(axes, result.tally.counts)), paths[-1])
    return paths
