"""One draw of everything uncertain but fixed during a raid: parameters, plan, night."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcdefense.scenario import Scenario, quantile
from mcdefense.world.uniforms import permutation, uniforms, weighted_choice


@dataclass(frozen=True)
class World:
    """What one world has drawn."""

    number: int
    seed: int
    parameters: dict[str, float]  # by uncertainty name
    plan: int  # index into the plans, 0 where there are none
    night: int  # row of the history, -1 without one


def draw_world(scenario: Scenario, seed: int, number: int) -> World:
    """The world of this number; the same whatever other worlds a run has."""
    parameters = {
        name: float(quantile(entry, uniforms(seed, number, f"uncertainty.{place}", 1))[0])
        for place, (name, entry) in enumerate(scenario.uncertainty.items())
    }
    plan = draw_raid_plan(scenario, seed, number)
    night = -1
    if scenario.history is not None:
        nights = scenario.history.columns.nights
        order = permutation(seed, number // nights, "night", nights)
        night = int(order[number % nights])
    return World(number, seed, parameters, plan, night)


def draw_raid_plan(scenario: Scenario, seed: int, number: int) -> int:
    """Which plan the world of this number draws: its place in the file, 0 where there is none."""
    if len(scenario.plan) < 2:
        return 0
    weights = np.array([p.weight for p in scenario.plan.values()])
    return int(weighted_choice(weights, uniforms(seed, number, "plan", 1))[0])
