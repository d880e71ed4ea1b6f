"""Points of a study that differ in nothing but rounds count side by side what each counts alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mcdefense.contract import Features, Schedule, Sizes
from mcdefense.engine.devices import Block, Fleet, choose_workers
from mcdefense.run.counting import block_counts, counts_by_load
from mcdefense.run.simulator import axes_of
from mcdefense.scenario import Scenario, loads
from mcdefense.schedule import Builder, SharedList, side_by_side
from mcdefense.schedule.pad import padded_sizes
from mcdefense.statistics import Axes
from tests.rules import posts, test_losses, test_reload
from tests.rules.test_posts import NETWORKS
from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import toml

SEED, TRIALS = 3, 75
"""Trials that fill no word of 16 to its end."""
APART = """
[architecture.apart]
cells.a = { batteries = ["a"] }
cells.b = { batteries = ["b"] }
"""
CUT = """
[architecture.joined]
join = "all"
network = { availability = 0.5, fallback = "apart", onset_s = [50, 250], dead_time_s = 30 }
"""
SCENARIOS = {
    "most rules": loads(toml(random_scenario(0))),
    "posts": loads(posts.text(APART + NETWORKS, damage=0.5)),
    "losses and a network that is cut": loads(
        test_losses.text(
            {"one": "battery.a", "two": "town", "three": "sensor.s"}, APART + CUT, sensors="s"
        )
    ),
    "reloads": loads(test_reload.text("every_s = 60, rounds = 1", threats=3)),
}


def counted(
    points: list[Schedule], axes: Axes, capacity: Sizes, features: Features, *, together: bool
) -> list[dict[str, np.ndarray]]:
    """Counts of each point; all are replayed together, or each alone."""
    blocks = [side_by_side(points)] if together else points
    found = []
    with Fleet(choose_workers(1), SEED) as fleet:
        for schedule in blocks:
            schedule = replace(schedule, features=features)
            fleet.submit(Block(schedule, capacity, 10, 128, 10 + TRIALS, capacity.objects + 1))
            for block, outcome in fleet.finished(everything=True):
                found += counts_by_load(block.schedule, outcome, axes, TRIALS)
    return found


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_points_side_by_side_count_what_each_counts_alone(scenario: Scenario) -> None:
    builder = Builder(scenario)
    first = builder.schedule(builder.world(SEED, 0))
    rounds, shared = first.arrays.stocks.rounds, SharedList(first)
    points = [first, *(shared.with_rounds(each) for each in (rounds // 2, rounds + 2, 0 * rounds))]
    features = replace(first.features, counter_bits=max(p.features.counter_bits for p in points))
    axes, capacity = axes_of(builder, np.arange(1)), padded_sizes(first.sizes)
    alone = counted(points, axes, capacity, features, together=False)
    beside = counted(points, axes, capacity, features, together=True)
    assert len(beside) == len(points)
    for number, (one, other) in enumerate(zip(alone, beside, strict=True)):
        assert one.keys() == other.keys()
        for name, counts in one.items():
            assert counts.dtype == other[name].dtype == np.int64
            assert np.array_equal(counts, other[name]), (number, name)
    if not first.features.reloads:  # whose rounds are those of the list
        leaked = [int(counts["leaked"].sum()) for counts in alone]
        assert leaked[-1] > leaked[2]


def test_counts_of_several_loads_are_no_counts_of_one() -> None:
    builder = Builder(SCENARIOS["reloads"])
    one = builder.schedule(builder.world(SEED, 0))
    both, axes = side_by_side([one, one]), axes_of(builder, np.arange(1))
    capacity = padded_sizes(one.sizes)
    with Fleet(choose_workers(1), SEED) as fleet:
        fleet.submit(Block(both, capacity, 0, 8, 8, capacity.objects + 1))
        ((block, outcome),) = fleet.finished(everything=True)
    with pytest.raises(ValueError, match="too many values"):
        block_counts(block.schedule, outcome, axes, 8)
