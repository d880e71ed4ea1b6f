"""Exact: how a run is cut into batches, cores and shards, and the order of its worlds, change no
count. Fixed scenarios with more sizes are in tests/run/test_same_bits.py."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdefense.engine.cores import usable_cores
from mcdefense.scenario import Scenario
from mcdefense.schedule.build import Builder
from mcdefense.statistics import TALLY_DIMENSIONS, Tally, merge
from mcdefense.world.world import World, draw_world
from tests.system.invariances.random_tables import few, random_tables
from tests.system.invariances.transforms import assert_same_counts, simulated

WORLDS = 4


@few
@given(random_tables())
def test_batches_and_cores_change_nothing(seed: int, text: str) -> None:
    """Batches of 256 trials on one core, of 64 on two; the last of either is not full."""
    one = simulated(text, seed, batch=256, devices=1).tally
    other = simulated(text, seed, batch=64, devices=min(2, usable_cores())).tally
    assert_same_counts(one, other)


def _only_last_world(longer: Tally, shorter: Tally | None) -> Tally:
    """The counts of the world that one run has more than another: a shard of one world."""
    counts = {}
    for name, dimensions in TALLY_DIMENSIONS.items():
        if dimensions[0] == "world":
            counts[name] = longer[name][-1:]
        elif shorter is None:
            counts[name] = longer[name]
        else:
            less = np.zeros_like(longer[name])
            less[tuple(slice(size) for size in shorter[name].shape)] = shorter[name]
            counts[name] = longer[name] - less
    return Tally(longer.axes.with_worlds(longer.axes.world[-1:]), counts)


@few
@given(random_tables(), st.permutations(range(WORLDS)), st.data())
def test_shards_merge_to_the_same_in_any_order_and_grouping(
    seed: int, text: str, order: list[int], data: st.DataObject
) -> None:
    """Runs of 1, 2, 3 and 4 worlds: what each has more than the one before is a world's shard.
    Shuffled, put together in groups, and the groups put together, they are the whole run."""
    runs = [simulated(text, seed, worlds=n, trials=256).tally for n in range(1, WORLDS + 1)]
    shards = [_only_last_world(runs[0], None)]
    shards += [_only_last_world(longer, shorter) for shorter, longer in pairwise(runs)]
    assert all((counts >= 0).all() for shard in shards for counts in shard.counts.values())
    cuts = data.draw(st.lists(st.integers(1, WORLDS), min_size=1, max_size=WORLDS))
    edges = [0, *(edge for edge in accumulate(cuts) if edge < WORLDS), WORLDS]
    shuffled = [shards[i] for i in order]
    groups = [merge(shuffled[a:b]) for a, b in pairwise(edges)]
    assert merge(groups).equals(runs[-1])


@few
@given(random_tables(), st.permutations(range(WORLDS)))
def test_the_order_of_the_worlds_changes_nothing(seed: int, text: str, order: list[int]) -> None:
    """Worlds built and replayed in another order: every world's own counts, and the sums."""
    one = simulated(text, seed, worlds=WORLDS, trials=256).tally

    def shuffled(builder: Builder, seed: int, number: int) -> World:
        scenario: Scenario = builder.scenario
        return draw_world(scenario, seed, order[number])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Builder, "world", shuffled)
        other = simulated(text, seed, worlds=WORLDS, trials=256).tally
    assert_same_counts(one, other)
