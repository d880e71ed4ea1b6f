"""What leaks in each raid of a sequence, and how much more than in the first (42, `repeat`)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mcdefense.statistics.by_worlds import difference_of_means
from mcdefense.statistics.damage import part_of_leakers
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.tally import Tally


def leakers_by_raid(sample: Sample) -> tuple[Estimate, Estimate]:
    """Leakers a trial [A, R] of each raid in sequence, and each less the first, paired by world.

    No raids, R = 0, where no wave repeats. Each trial flies the raids one after the other, so that
    the difference of two is known world by world; in a single world it is as wide as it can be.
    """
    by_world = sample["leakers_by_raid"].sum(axis=-1)
    if not sample.axes.raids:
        nothing = np.zeros(by_world.shape[1:])
        return (nothing, nothing, nothing), (nothing, nothing, nothing)
    mean = part_of_leakers(sample, by_world.sum(axis=0), by_world)
    first: Estimate = tuple(end[:, :1] for end in mean)  # type: ignore[assignment]
    more = by_world - by_world[..., :1]
    value, low, high = difference_of_means(mean, first, more, sample["trials"], sample.strata)
    low[:, 0] = high[:, 0] = value[:, 0]  # the first is no other than itself
    return mean, (value, low, high)


def as_one_raid(tally: Tally) -> Tally:
    """A tally in which no wave repeats, as one of a single raid: beside one of several."""
    first = {
        "live_by_raid": tally["live"][:, np.newaxis],
        "leakers_by_raid": tally["leaked"][:, :, np.newaxis, :-1],
        "rounds_fired_by_raid": tally["rounds_fired_by_world"].sum(axis=-1)[:, :, np.newaxis],
    }
    return Tally(replace(tally.axes, raids=1), {**tally.counts, **first})
