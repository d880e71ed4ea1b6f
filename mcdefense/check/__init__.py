"""What the model understood of a scenario, before anything is simulated."""

from mcdefense.check.cluster import with_limits
from mcdefense.check.forecast import forecast
from mcdefense.check.survey import survey
from mcdefense.check.understanding import understanding
from mcdefense.check.warnings import warnings

__all__ = [
    "forecast",
    "survey",
    "understanding",
    "warnings",
    "with_limits",
]
