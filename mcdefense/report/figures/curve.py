"""Leakers along an axis of a study: a curve with its band for each architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mcdefense.report.figures.style import (
    ALARM,
    INK,
    LINE,
    MARGIN,
    PALE,
    TOP,
    WIDTH,
    Heading,
    Page,
    colour,
    darker,
    marker,
    short_label,
    tick_text,
)
from mcdefense.report.studies.reading import StudyReading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_PANELS, _COLUMNS = 12, 3
_KEY, _KEY_COLUMN, _ABOVE, _BELOW, _LEFT = 0.26, 3.2, 0.34, 0.62, 0.62


def curve_figure(reading: StudyReading) -> Figure:
    """Leakers a raid along the last axis of a study, a panel for each line of the other axes, a
    curve with its 95 % band for each architecture; where the headline's two change places is
    marked."""
    lines = list(reading.lines())
    shown = _spread(len(lines), _MOST_PANELS)
    left_out = f" {len(shown)} of {len(lines)} lines are drawn." if len(shown) < len(lines) else ""
    note = (
        f"{reading.sample}, the same draws at every point. Bands are 95 % intervals of each point. "
        "A dotted line marks neighbours between which the architectures of the headline change "
        f"places. The base is {reading.study.label(reading.study.base)}.{left_out} Inputs are "
        "notional."
    )
    name = reading.axis.path or "case"
    heading = Heading(
        reading.marking,
        reading.title,
        f"Leakers a raid along {name}; fewer is better",
        note,
    )
    columns = 1 if len(shown) == 1 else min(len(shown), _COLUMNS)
    rows = -(-len(shown) // columns)
    height = 3.4 if len(shown) == 1 else 2.0
    keys = int((WIDTH - 2 * MARGIN) // _KEY_COLUMN)
    key = _KEY * -(-len(reading.labels) // keys) + 0.10
    page = Page(heading, key + rows * (height + _ABOVE + _BELOW))
    _key(page, reading, keys)
    width = (WIDTH - 2 * MARGIN) / columns
    highest = 0.0
    panels = []
    for place, line in enumerate(shown):
        words, where = lines[line]
        x = MARGIN + width * (place % columns)
        y = TOP + key + (height + _ABOVE + _BELOW) * (place // columns)
        page.fitted(x + _LEFT, y + 0.16, words, most=width - _LEFT - 0.1, size=8.5)
        axes = page.axes(x + _LEFT, y + _ABOVE, width - _LEFT - 0.15, height)
        highest = max(highest, _panel(axes, reading, where))
        panels.append(axes)
    for axes in panels:
        axes.set_ylim(0, 1.05 * highest if highest > 0 else 1.0)
    return page.figure


def _spread(number: int, most: int) -> list[int]:
    """At most so many places, evenly spread, the first and the last among them."""
    if number <= most:
        return list(range(number))
    return sorted({round(i * (number - 1) / (most - 1)) for i in range(most)})


def _panel(axes: Axes, reading: StudyReading, where: tuple[int, ...]) -> float:
    """Draw one line of the study; returns the highest value that it shows."""
    axis = reading.axis
    numeric = axis.is_numeric
    x = np.array(axis.values, float) if numeric else np.arange(len(axis.values), dtype=float)
    order = np.argsort(x, kind="stable")
    highest = 0.0
    for a in range(len(reading.labels)):
        values = np.array(reading.of_line("expected_leakers", where, a))[order]
        look = _look(a) | ({} if numeric else {"linestyle": "none"})
        axes.plot(x[order], values[:, 0], markersize=4, **look)
        if numeric:
            low, high = values[:, 1], values[:, 2]
            axes.fill_between(x[order], low, high, color=colour(a), alpha=0.18, linewidth=0)
        else:
            reach = np.abs(values[:, [0, 0]] - values[:, 1:]).T
            axes.errorbar(x[order], values[:, 0], reach, fmt="none", ecolor=colour(a))
        highest = max(highest, float(np.nanmax(values, initial=0.0)))
    if numeric:
        _mark_crossings(axes, reading, where, x, order)
        axes.xaxis.set_major_formatter(tick_text)
    else:
        most = max(4, 60 // max(len(axis.values), 1))
        names = [short_label(axis.label(place), most) for place in order]
        axes.set_xticks(x[order], names)
    axes.grid(axis="y", color=LINE, linewidth=0.7)
    axes.yaxis.set_major_formatter(tick_text)
    axes.set_ylabel("leakers a raid", color=INK, size=8.5)
    axes.set_xlabel(short_label(axis.path or "case", 40), color=INK, size=8.5)
    return highest


def _mark_crossings(
    axes: Axes, reading: StudyReading, where: tuple[int, ...], x: np.ndarray, order: np.ndarray
) -> None:
    by_label = {reading.axis.label(place): x[place] for place in order}
    for one in reading.crossings(where):
        middle = (by_label[one.low] + by_label[one.high]) / 2
        axes.axvline(middle, color=ALARM if one.clear else PALE, linestyle=":", linewidth=1.2)


def _look(a: int) -> dict[str, Any]:
    return {"color": colour(a), "marker": marker(a), "linewidth": 1.5, "zorder": 3}


def _key(page: Page, reading: StudyReading, columns: int) -> None:
    from matplotlib.lines import Line2D

    for place, label in enumerate(reading.labels):
        x = MARGIN + _KEY_COLUMN * (place % columns)
        y = TOP + _KEY * (place // columns + 0.5) - 0.06
        level = 1 - y / page.height
        ends = [(x + step) / page.width for step in (0.0, 0.17, 0.34)]
        line = Line2D(
            ends, [level] * 3, markevery=[1], transform=page.figure.transFigure, **_look(place)
        )
        page.figure.add_artist(line)
        page.fitted(
            x + 0.42, y, short_label(label, 36), most=_KEY_COLUMN - 0.5, color=darker(place)
        )
