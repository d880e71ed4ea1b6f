"""Counts and confidence: tallies, estimates with their intervals, exact answers."""

from mcdefense.statistics.anew import estimates_anew, with_provenance
from mcdefense.statistics.axes import OUTCOMES, TOTAL, Axes
from mcdefense.statistics.by_plan import OfPlan, by_plan
from mcdefense.statistics.estimates import ESTIMATE_DIMENSIONS, NO_PLANS, Plans, estimate
from mcdefense.statistics.result import Result
from mcdefense.statistics.tally import TALLY_DIMENSIONS, Tally, merge
from mcdefense.statistics.verdicts import DEFAULT_MARGIN

__all__ = [
    "DEFAULT_MARGIN",
    "ESTIMATE_DIMENSIONS",
    "NO_PLANS",
    "OUTCOMES",
    "TALLY_DIMENSIONS",
    "TOTAL",
    "Axes",
    "OfPlan",
    "Plans",
    "Result",
    "Tally",
    "by_plan",
    "estimate",
    "estimates_anew",
    "merge",
    "with_provenance",
]
