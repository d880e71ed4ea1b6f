"""Counts and confidence: tallies, estimates with their intervals, exact answers."""

from mcdefense.contract import OUTCOMES
from mcdefense.statistics.axes import LOOKS, TOTAL, Axes
from mcdefense.statistics.estimates import estimate
from mcdefense.statistics.quantities import (
    COUNTS,
    ESTIMATE_DIMENSIONS,
    ESTIMATES,
    OF_WORLD,
    SIGN,
    TALLY_DIMENSIONS,
    Quantity,
)
from mcdefense.statistics.result import Result
from mcdefense.statistics.tally import Tally, merge

__all__ = [
    "COUNTS",
    "ESTIMATES",
    "ESTIMATE_DIMENSIONS",
    "LOOKS",
    "OF_WORLD",
    "OUTCOMES",
    "SIGN",
    "TALLY_DIMENSIONS",
    "TOTAL",
    "Axes",
    "Quantity",
    "Result",
    "Tally",
    "estimate",
    "merge",
]
