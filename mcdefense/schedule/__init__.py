"""One world as a timeline: arrays of integers that the engine replays."""

from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import Padded, fits, pad, padded_sizes, state_rows_of
from mcdefense.schedule.permitted import permitted

__all__ = ["Builder", "Padded", "fits", "pad", "padded_sizes", "permitted", "state_rows_of"]
