"""Stored results as text, JSON and figures; the only room that draws."""

from mcdefense.report.as_json import to_json
from mcdefense.report.figures import leak_probability_figure, save
from mcdefense.report.forecast import forecast
from mcdefense.report.screen import screen
from mcdefense.report.speed import speed_lines
from mcdefense.report.understanding import understanding
from mcdefense.report.warnings import warnings

__all__ = [
    "forecast",
    "leak_probability_figure",
    "save",
    "screen",
    "speed_lines",
    "to_json",
    "understanding",
    "warnings",
]
