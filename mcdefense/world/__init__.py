"""One world: what is drawn once and then holds for a whole raid."""

from mcdefense.world.raid import Flight, flights
from mcdefense.world.raid_plans import draw_raid_plan, quota, raid_plan_weights
from mcdefense.world.time_bins import time_bins
from mcdefense.world.world import World, draw_world

__all__ = [
    "Flight",
    "World",
    "draw_raid_plan",
    "draw_world",
    "flights",
    "quota",
    "raid_plan_weights",
    "time_bins",
]
