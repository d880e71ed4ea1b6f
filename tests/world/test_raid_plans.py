"""Plans come by quota: blocks of worlds, each with every plan as often as its weight says."""

from __future__ import annotations

from collections import Counter

import pytest

from mcdefense.scenario import Scenario, loads
from mcdefense.world import draw_raid_plan, quota, raid_plan_weights

TEXT = """
threat.missile = {}
raid.first = { class = "missile", count = 1, start_s = 0 }
interceptor.round = { against = { missile = { sspk = 1 } } }
battery.north = { magazine = { round = 1 } }
architecture.one = { join = "all" }
opportunities.rows = [
  { threat = "first", battery = "north", interceptor = "round", launch_s = 0, intercept_s = 1 },
]
"""


def scenario_of(*weights: float) -> Scenario:
    plans = (f'plan.p{i} = {{ waves = ["first"], weight = {w} }}' for i, w in enumerate(weights))
    return loads(TEXT + "\n".join(plans))


@pytest.mark.parametrize(
    ("weights", "counts"),
    [
        ((0.2, 0.4, 0.25, 0.15), (4, 8, 5, 3)),
        ((1, 1, 1), (1, 1, 1)),
        ((0.1, 0.2, 0.7), (1, 2, 7)),
        ((3, 1), (3, 1)),
        ((1, 0), (1, 0)),
        ((0.5, 0.49, 0.01), (50, 49, 1)),
        # no block of 100 or fewer: largest remainders of 33.33.., 33.33.., 33.34
        ((0.3333, 0.3333, 0.3334), (33, 33, 34)),
        ((0.335, 0.125, 0.54), (34, 12, 54)),
        # a share of a fifth of a world: one world all the same, from the plan with the most
        ((0.002, 0.998), (1, 99)),
    ],
)
def test_a_block_has_every_plan_as_its_weight_says(
    weights: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    assert quota(weights) == counts
    scenario = scenario_of(*weights)
    size = sum(counts)
    for block in range(3):
        numbers = range(block * size, (block + 1) * size)
        drawn = Counter(draw_raid_plan(scenario, 7, number) for number in numbers)
        assert tuple(drawn[p] for p in range(len(weights))) == counts


def test_more_plans_than_a_block_holds() -> None:
    assert quota([1.0] * 150 + [0.5]) == (1,) * 151


def test_the_order_is_drawn_from_seed_and_block() -> None:
    scenario = scenario_of(0.2, 0.4, 0.25, 0.15)
    orders = {
        (seed, block): tuple(draw_raid_plan(scenario, seed, 20 * block + n) for n in range(20))
        for seed in range(4)
        for block in range(4)
    }
    assert len(set(orders.values())) == 16
    assert all(tuple(sorted(order)) != order for order in orders.values())


def test_every_place_of_a_block_gets_every_plan(seed: int) -> None:
    """In 400 blocks of ten worlds with one of the rare plan: place by place a binomial of .1,
    whose 10 counts together lie outside 15 to 70 by chance once in 100,000 seeds."""
    scenario = scenario_of(0.1, 0.9)
    places = Counter(n % 10 for n in range(4000) if draw_raid_plan(scenario, seed, n) == 0)
    assert sum(places.values()) == 400
    assert set(places) == set(range(10))
    assert 15 <= min(places.values()) <= max(places.values()) <= 70


def test_weights_add_up_to_one() -> None:
    assert raid_plan_weights(scenario_of(3, 1)) == {"p0": 0.75, "p1": 0.25}
    assert raid_plan_weights(scenario_of(3)) == {}
