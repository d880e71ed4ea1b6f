"""What a raid has cost by each time: leakers, batteries and sensors so far."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.damage import part_of_leakers
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.sample import Sample


def leakers_so_far(sample: Sample) -> Estimate:
    """Leakers a trial [A, T] up to the end of each bin of time; the last are all leakers."""
    by_world = np.cumsum(sample["leakers_by_time_by_world"], axis=-1)
    return part_of_leakers(sample, by_world.sum(axis=0), by_world)


def lost_so_far(sample: Sample) -> np.ndarray:
    """Batteries and sensors [2, A, T] lost a trial up to the end of each bin of time."""
    lost = [sample[name].sum(axis=0) for name in ("batteries_lost", "sensors_lost")]
    return np.cumsum(np.stack(lost), axis=-1) / max(sample.trials, 1)
