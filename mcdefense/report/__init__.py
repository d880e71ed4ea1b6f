"""Stored results as text, JSON and figures; the only room that draws."""

from mcdefense.report.as_json import to_json
from mcdefense.report.comparison import Chosen, Compared, compared
from mcdefense.report.figures import FIGURES, save
from mcdefense.report.lines import (
    WIDTH,
    blocks,
    cut,
    heading,
    label_width,
    override_lines,
    row,
    wrapped,
)
from mcdefense.report.numbers import duration, short
from mcdefense.report.screen import screen
from mcdefense.report.speed import speed_lines

__all__ = [
    "FIGURES",
    "WIDTH",
    "Chosen",
    "Compared",
    "blocks",
    "compared",
    "cut",
    "duration",
    "heading",
    "label_width",
    "override_lines",
    "row",
    "save",
    "screen",
    "short",
    "speed_lines",
    "to_json",
    "wrapped",
]
