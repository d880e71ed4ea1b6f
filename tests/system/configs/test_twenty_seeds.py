"""The main example's headline does not depend on luck: its interval holds the truth.

Twenty seeds are the plain test: whoever runs the file with another seed has to get an answer that
agrees. With intervals that hold the truth in 95 % of the runs, 19 of 20 or more do so in 74 of 100
sets of twenty seeds; these were not chosen, and the set is always the same. Two thousand runs that
are put together from the worlds of one large run say how often an interval misses to within half a
hundredth, which twenty cannot.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.scenario import Scenario
from mcdefense.statistics import TALLY_DIMENSIONS, Plans, Result, Tally, headline
from mcdefense.world import quota, raid_plan_weights

FLANK = Path(__file__).parents[3] / "configs" / "eastern_flank.toml"
SEEDS = range(1, 21)
WORLDS, TRIALS = 256, 128
POOL, RUNS = 1000, 2000


@pytest.mark.slow
@pytest.mark.xfail(
    reason="18 of these 20 hold the truth: seeds 7 and 18 miss it, on either side; of 512 worlds "
    "of 256 trials 18 do too, and 14 and 16 miss. The values spread as their intervals say (1.07 "
    "and 1.13 of the variance), and the test below shows that the intervals cover",
    strict=True,
)
def test_the_headline_of_twenty_seeds() -> None:
    """The truth is the mean of all twenty, whose error is a fifth of an interval's half-width."""
    scenario = mcdefense.load(FLANK)
    found = []
    for seed in SEEDS:
        result = mcdefense.simulate(scenario, worlds=WORLDS, trials_per_world=TRIALS, seed=seed)
        names = result.tally.axes.architecture
        pair = result.pairs.index((names.index(scenario.baseline), names.index(scenario.compare)))
        ends = ("", "_low", "_high")
        found.append([float(result[f"difference_expected_leakers{end}"][pair]) for end in ends])
    value, low, high = np.array(found).T
    truth = value.mean()
    assert truth < 0, "joining saves leakers"
    assert np.count_nonzero((low <= truth) & (truth <= high)) >= 19, found


def _picked(tally: Tally, worlds: np.ndarray) -> Tally:
    """The counts of a run of these worlds of another run, some of them more than once."""
    counts = {
        name: tally[name][worlds] if axes[0] == "world" else tally[name]
        for name, axes in TALLY_DIMENSIONS.items()
    }
    return Tally(tally.axes.with_worlds(np.arange(worlds.size)), counts)


def _holds(scenario: Scenario, pool: Result, blocks: int) -> float:
    """Share of runs of so many blocks of worlds, drawn from the pool by plan, that hold its mean.

    The mean of the pool, its plans weighted, is what such runs estimate without error.
    """
    weights, tally = raid_plan_weights(scenario), pool.tally
    plan = pool.plan.astype(str)
    worlds = {name: np.flatnonzero(plan == name) for name in weights}
    names = tally.axes.architecture
    compared = [names.index(name) for name in (scenario.baseline, scenario.compare)]
    without, joined = tally["leaked"][:, compared, -1].T / tally["trials"]
    change = joined - without
    truth = sum(weight * change[worlds[name]].mean() for name, weight in weights.items())
    numbers = dict(zip(weights, quota(list(weights.values())), strict=True))
    rng, held = np.random.default_rng(1), 0
    for _ in range(RUNS):
        picked = np.concatenate(
            [rng.choice(worlds[name], blocks * number) for name, number in numbers.items()]
        )
        plans = Plans(list(plan[picked]), weights)
        run = _picked(tally, picked)
        _, low, high = headline(run, scenario.baseline, scenario.compare, plans)
        held += low <= truth <= high
    return held / RUNS


@pytest.mark.slow
def test_the_interval_of_the_headline_covers() -> None:
    """Runs of 260 worlds and of 500. The standard error of a coverage of .95 is .005, so that the
    bars of .93 and .97 are missed by an interval that covers in 1 seed of 16,000."""
    scenario = mcdefense.load(FLANK)
    pool = mcdefense.simulate(scenario, worlds=POOL, trials_per_world=TRIALS, seed=1)
    for blocks in (13, 25):
        found = _holds(scenario, pool, blocks)
        assert 0.93 <= found <= 0.97, f"{20 * blocks} worlds: {found}"
