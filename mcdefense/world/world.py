"""One draw of everything uncertain but fixed during a raid: parameters, raid plan, night."""

from __future__ import annotations

from dataclasses import dataclass

from mcdefense.scenario import Scenario, quantile
from mcdefense.world.raid_plans import draw_raid_plan
from mcdefense.world.uniforms import permutation, uniforms


@dataclass(frozen=True)
class World:
    """What one world has drawn."""

    number: int
    seed: int
    parameters: dict[str, float]  # by uncertainty name
    raid_plan: int  # index into the raid plans, 0 where there are none
    night: int  # row of the history, -1 without one


def draw_world(scenario: Scenario, seed: int, number: int) -> World:
    """The world of this number; the same whatever other worlds a run has."""
    parameters = {
        name: float(quantile(entry, uniforms(seed, number, f"uncertainty.{place}", 1))[0])
        for place, (name, entry) in enumerate(scenario.uncertainty.items())
    }
    raid_plan = draw_raid_plan(scenario, seed, number)
    night = -1
    if scenario.history is not None:
        nights = scenario.history.columns.nights
        order = permutation(seed, number // nights, "night", nights)
        night = int(order[number % nights])
    return World(number, seed, parameters, raid_plan, night)
