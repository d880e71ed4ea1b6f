"""Figures as functions of a result, a file each; they need matplotlib, the extra `report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mcdefense.report.figures.leak_probability import leak_probability_figure
from mcdefense.report.figures.style import save
from mcdefense.statistics import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES: dict[str, Callable[[Result], Figure]] = {
    "leak_probability": leak_probability_figure,
}
"""Every figure by the name that `mcdefense plot` and `mcdefense.figure` know it by."""

__all__ = ["FIGURES", "leak_probability_figure", "save"]
