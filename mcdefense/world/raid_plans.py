"""Which raid plan each world draws: by quota in blocks of worlds, and with what weight it counts.

Drawn one by one, the plans of a run come far off their weights: 256 worlds of weights .20, .40,
.25 and .15 may draw .27, .38, .23 and .13, and most of the variance of a result is then that of
the plans. In blocks every plan comes as often as its weight says, wherever a run begins or ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mcdefense.scenario import Scenario
from mcdefense.world.uniforms import permutation

MOST_IN_A_BLOCK = 100
"""Worlds of the largest block, unless there are more plans than that."""


def raid_plan_weights(scenario: Scenario) -> dict[str, float]:
    """Weight of every plan by name, adding up to 1; nothing where there are fewer than two."""
    if len(scenario.plan) < 2:
        return {}
    weights = [plan.weight for plan in scenario.plan.values()]
    return {name: w / sum(weights) for name, w in zip(scenario.plan, weights, strict=True)}


def draw_raid_plan(scenario: Scenario, seed: int, number: int) -> int:
    """Which plan the world of this number draws: its place in the file, 0 where there is none.

    World n is entry n mod B of block n div B. The block has each plan as often as `quota` says,
    in an order drawn from seed and block: so it is the same whatever other worlds a run has.
    """
    if len(scenario.plan) < 2:
        return 0
    counts = quota([plan.weight for plan in scenario.plan.values()])
    plans = np.repeat(np.arange(len(counts)), counts)
    order = _order(seed, number // plans.size, plans.size)
    return int(plans[order[number % plans.size]])


def quota(weights: Sequence[float]) -> tuple[int, ...]:
    """How often each plan comes in a block of worlds.

    The block is the smallest of at most 100 worlds in which every plan comes a whole number of
    times, its weight read as the decimal number that was written: 20 worlds for .20, .40, .25 and
    .15. Where there is none it has 100, with the largest remainders rounded up, and a plan that
    would not come at all takes a world of the one that comes most: weights put that right.
    """
    return _quota(tuple(weights))


@lru_cache(maxsize=64)
def _quota(weights: tuple[float, ...]) -> tuple[int, ...]:
    exact = [Fraction(repr(weight)) for weight in weights]
    shares = [weight / sum(exact) for weight in exact]
    for size in range(1, MOST_IN_A_BLOCK + 1):
        if all((share * size).denominator == 1 for share in shares):
            return tuple(int(share * size) for share in shares)
    size = max(MOST_IN_A_BLOCK, sum(share > 0 for share in shares))
    counts = [int(share * size) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda p: counts[p] - shares[p] * size)
    for place in by_remainder[: size - sum(counts)]:
        counts[place] += 1
    for place, share in enumerate(shares):
        if share > 0 and counts[place] == 0:
            counts[counts.index(max(counts))] -= 1
            counts[place] = 1
    return tuple(counts)


@lru_cache(maxsize=64)
def _order(seed: int, block: int, size: int) -> NDArray[np.int64]:
    return permutation(seed, block, "plan", size)
