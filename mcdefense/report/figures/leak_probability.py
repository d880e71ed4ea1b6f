"""The leak probability by threat class and architecture, a dot each with its interval."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcdefense.report.figures.style import (
    BAND,
    INK,
    MARKERS,
    PALE,
    colour,
    darker,
    marked,
    page,
    short_label,
    text_at,
    widest,
)
from mcdefense.report.numbers import percent
from mcdefense.report.reading import Interval, Reading, read_result
from mcdefense.statistics import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _GAP, _TOP, _BOTTOM = 0.235, 0.10, 0.92, 0.98  # inches
_LOG_RATIO = 50
_TAIL = 30  # how far below the least estimate a logarithmic axis follows an interval


@dataclass(frozen=True)
class _Row:
    """One dot: its place downwards [in], its class on the first row of a group, its numbers."""

    place: float
    threat_class: str
    architecture: int
    leak: Interval


def leak_probability_figure(result: Result) -> Figure:
    """Leak probability with its 95 % interval by threat class and architecture.

    One row a dot, its architecture named beside it, its numbers at the end of the row; classes in
    bands, last all live threats together. The axis is logarithmic where the values span a factor
    of 50; what never leaked is then an arrow from the upper end of its interval, and an interval
    that reaches far below every estimate ends at the edge. The marking stands above the title,
    trials and worlds below. Raises McdefenseError without matplotlib.
    """
    reading = read_result(result)
    rows = list(_rows(reading))
    body = rows[-1].place + _ROW / 2 + _GAP / 2
    height = _TOP + body + _BOTTOM
    with page(height) as figure:
        axes = figure.add_axes((0.4, _BOTTOM / height, 0.3, body / height))
        axes.set_ylim(body, 0)
        _scale(axes, [row.leak for row in rows])
        _bands(axes, rows, body)
        for row in rows:
            _draw(axes, row)
        _labels(figure, axes, reading, rows)
        _frame(figure, axes, reading)
    return figure


def _rows(reading: Reading) -> Iterator[_Row]:
    place = _GAP / 2 + _ROW / 2
    for c in (*reading.live_classes, None):
        name = "all live threats" if c is None else reading.classes[c].replace("_", " ")
        for a in range(len(reading.labels)):
            if c is None:
                leak = reading.estimate("leak_probability_total", a)
            else:
                leak = reading.estimate("leak_probability", a, c)
            yield _Row(place, name if a == 0 else "", a, leak)
            place += _ROW
        place += _GAP


def _scale(axes: Axes, leaks: list[Interval]) -> None:
    """Limits in per cent: linear from 0, or logarithmic over whole decades."""
    values = [100 * leak.value for leak in leaks if leak.value > 0]
    highs = [100 * leak.high for leak in leaks if math.isfinite(leak.high)]
    top = max([*highs, 1e-9]) if highs else 100.0
    if values and max(values) / min(values) >= _LOG_RATIO:
        lows = [100 * leak.low for leak in leaks if leak.value > 0 and leak.low > 0]
        least = min([*values, *highs])
        least = max(min([least, *lows]), least / _TAIL)
        axes.set_xscale("log")
        axes.set_xlim(
            10.0 ** math.floor(math.log10(least)), min(10 ** math.ceil(math.log10(top)), 110)
        )
    else:
        axes.set_xlim(0, min(top * 1.06, 102))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")


def _bands(axes: Axes, rows: list[_Row], body: float) -> None:
    starts = [row.place - _ROW / 2 - _GAP / 2 for row in rows if row.threat_class]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], body], strict=True)):
        if number % 2 == 0:
            axes.axhspan(start, end, color=BAND, linewidth=0, zorder=0)
    axes.axhline(starts[-1], color=PALE, linewidth=0.8, zorder=1)


def _draw(axes: Axes, row: _Row) -> None:
    value, low, high = (100 * number for number in row.leak)
    if math.isnan(value):
        return
    dot, marker = colour(row.architecture), MARKERS[row.architecture % len(MARKERS)]
    left = axes.get_xlim()[0]
    logarithmic = axes.get_xscale() == "log"
    axes.plot(
        [max(low, left) if logarithmic else low, high],
        [row.place] * 2,
        color=dot,
        linewidth=1.8,
        solid_capstyle="butt",
        zorder=3,
    )
    if value > 0 or not logarithmic:
        axes.plot(value, row.place, marker, color=dot, markersize=5.5, zorder=4, clip_on=False)
    else:
        axes.plot(left, row.place, "<", color=dot, markersize=6, zorder=4, clip_on=False)


def _labels(figure: Figure, axes: Axes, reading: Reading, rows: list[_Row]) -> None:
    """Names to the left of the dots and numbers to the right; the axes get the room between."""
    architectures = len(reading.labels) > 1
    height = figure.get_size_inches()[1]
    texts: dict[str, list[Any]] = {"class": [], "architecture": [], "number": []}
    for row in rows:
        level = 1 - (_TOP + row.place) / height
        if row.threat_class:
            texts["class"].append(
                text_at(figure, 0.02, level, short_label(row.threat_class), weight="bold")
            )
        if architectures:
            label = short_label(reading.labels[row.architecture].replace("_", " "))
            texts["architecture"].append(
                text_at(figure, 0, level, label, color=darker(row.architecture), ha="right")
            )
        texts["number"].append(text_at(figure, 0.98, level, _number(row.leak), ha="right"))
    wide = {kind: widest(figure, found) for kind, found in texts.items()}
    left = 0.02 + wide["class"] + 0.015
    if architectures:
        left += wide["architecture"]
        for text in texts["architecture"]:
            text.set_x(left)
        left += 0.015
    right = 0.98 - wide["number"] - 0.015
    box = axes.get_position()
    axes.set_position((left, box.y0, right - left, box.height))


def _number(leak: Interval) -> str:
    text = percent(leak, 26).replace("..", " to ")
    return text.replace(" (", " % (") if "(" in text else text


def _frame(figure: Figure, axes: Axes, reading: Reading) -> None:
    """Axis, title, marking and footnote."""
    height = figure.get_size_inches()[1]
    axes.set_yticks([])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(PALE)
    axes.tick_params(axis="x", which="both", colors=INK, direction="out")
    axes.grid(axis="x", which="major", color="#D8D8D8", linewidth=0.7, zorder=1)
    axes.set_axisbelow(True)
    scale = ", logarithmic scale" if axes.get_xscale() == "log" else ""
    axes.set_xlabel(f"leak probability, leakers per live threat [%]{scale}", color=INK)
    marked(figure, reading.marking, reading.title)
    alone = "" if len(reading.labels) > 1 else f"{reading.labels[0]}: "
    note = (
        f"{alone}{reading.sample}. Dots: estimates. Lines and brackets: 95 % intervals of "
        "sampling error; inputs are notional, their error is in no interval."
    )
    text_at(figure, 0.02, 0.20 / height, note, size=8, color=PALE)
