"""What the model understood of a scenario, before anything is simulated."""

from mcdefense.preview.checked import Checked, check
from mcdefense.preview.cluster import with_limits
from mcdefense.preview.forecast import forecast
from mcdefense.preview.survey import survey
from mcdefense.preview.understanding import understanding
from mcdefense.preview.warnings import warnings

__all__ = [
    "Checked",
    "check",
    "forecast",
    "survey",
    "understanding",
    "warnings",
    "with_limits",
]
