"""One world as a timeline: arrays of integers that the engine replays."""

from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import fits, padded_shapes, padded_sizes, state_rows_of
from mcdefense.schedule.permitted import permitted
from mcdefense.schedule.reloads import rounds_due
from mcdefense.schedule.shared_list import SharedList, side_by_side

__all__ = [
    "Builder",
    "SharedList",
    "fits",
    "padded_shapes",
    "padded_sizes",
    "permitted",
    "rounds_due",
    "side_by_side",
    "state_rows_of",
]
