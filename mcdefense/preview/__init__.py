"""What the model understood of a scenario, before anything is simulated."""

from mcdefense.preview.chart import laydown_map
from mcdefense.preview.checked import Checked, check
from mcdefense.preview.cluster import with_limits
from mcdefense.preview.forecast import forecast
from mcdefense.preview.found import found_for, refuse_options
from mcdefense.preview.survey import survey
from mcdefense.preview.timeline import AskedThreat, threat_timeline
from mcdefense.preview.understanding import understanding
from mcdefense.preview.warnings import warnings

__all__ = [
    "AskedThreat",
    "Checked",
    "check",
    "forecast",
    "found_for",
    "laydown_map",
    "refuse_options",
    "survey",
    "threat_timeline",
    "understanding",
    "warnings",
    "with_limits",
]
