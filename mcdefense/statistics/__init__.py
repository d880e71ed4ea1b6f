"""Counts and confidence: tallies, estimates with their intervals, exact answers."""

from mcdefense.statistics.axes import OUTCOMES, TOTAL, Axes
from mcdefense.statistics.estimates import ESTIMATE_DIMENSIONS, estimate
from mcdefense.statistics.of_worlds import world_difference
from mcdefense.statistics.result import Result
from mcdefense.statistics.tally import TALLY_DIMENSIONS, Tally, merge

__all__ = [
    "ESTIMATE_DIMENSIONS",
    "OUTCOMES",
    "TALLY_DIMENSIONS",
    "TOTAL",
    "Axes",
    "Result",
    "Tally",
    "estimate",
    "merge",
    "world_difference",
]
