"""Rows of dots with their intervals, in groups: names to the left, panels, numbers beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mcdefense.report.figures.style import (
    BAND,
    GAP,
    INK,
    LINE,
    MARGIN,
    PALE,
    PAPER,
    ROW,
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
from mcdefense.report.reading import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LOG_RATIO = 50
_TAIL = 30  # how far below the least estimate a logarithmic axis follows an interval
_AXIS = 0.62  # inches below the rows, for ticks and label
_SPACE = 0.15
MOST_TICKS = 100
_WIDE = 11.5  # inches of a page with two panels


@dataclass(frozen=True)
class Panel:
    """One column of dots.

    `values[group][series]` is drawn times `scale`, None where there is nothing to draw: then
    `instead` stands in the place of the number. `spread[group][series]` are single values drawn
    as small ticks behind the dot. `signed` panels hold differences: they have a line at zero.
    """

    label: str
    values: Sequence[Sequence[Interval | None]]
    number: Callable[[Interval], str]
    scale: float = 1.0
    signed: bool = False
    most: float = math.inf
    instead: str = ""
    spread: Sequence[Sequence[Sequence[float]]] = ()


@dataclass(frozen=True)
class DotRows:
    """What stands along the rows: group names, and the series of each, by index and name.

    `baseline` is the series that differences are taken from: its dots are hollow. `total` is the
    last group if it sums up the others: a line sets it off.
    """

    groups: Sequence[str]
    series: Sequence[int]
    names: Sequence[str]
    baseline: int | None = None
    total: bool = False
    places: list[list[float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        place = GAP / 2 + ROW / 2
        for _ in self.groups:
            self.places.append([place + ROW * i for i in range(len(self.series))])
            place += ROW * len(self.series) + GAP

    @property
    def height(self) -> float:
        """Inches of all the rows."""
        return len(self.groups) * (ROW * len(self.series) + GAP)


def dots_figure(heading: Heading, rows: DotRows, panels: Sequence[Panel]) -> Figure:
    """A page of rows and panels; the panels share the width that names and numbers leave."""
    page = Page(heading, rows.height + _AXIS, WIDTH if len(panels) == 1 else _WIDE)
    drawn = []
    for panel in panels:
        axes = page.axes(1.0, TOP, 1.0, rows.height)
        axes.set_ylim(rows.height, 0)
        _scale(axes, panel)
        _bands(axes, rows)
        for g in range(len(rows.groups)):
            for s in range(len(rows.series)):
                _draw(axes, panel, rows, g, s)
        axes.set_yticks([])
        axes.grid(axis="x", which="major", color=LINE, linewidth=0.7, zorder=1)
        logarithmic = ", logarithmic scale" if axes.get_xscale() == "log" else ""
        axes.set_xlabel(f"{panel.label}{logarithmic}", color=INK)
        drawn.append((axes, _numbers(page, panel, rows)))
    _spread_out(page, rows, drawn)
    return page.figure


def _interval(panel: Panel, g: int, s: int) -> Interval | None:
    found = panel.values[g][s]
    if found is None or math.isnan(found.value):
        return None
    return Interval(*(panel.scale * number for number in found))


def _scale(axes: Axes, panel: Panel) -> None:
    """Limits: linear with 0 on it, or for what has no sign logarithmic over whole decades."""
    found = [
        _interval(panel, g, s) for g, values in enumerate(panel.values) for s in range(len(values))
    ]
    leaks = [one for one in found if one is not None]
    ends = [x for one in leaks for x in one if math.isfinite(x)]
    ends += [panel.scale * x for part in panel.spread for xs in part for x in xs]
    top = max([*ends, 1e-9])
    values = [one.value for one in leaks if one.value > 0]
    axes.xaxis.set_major_formatter(tick_text)
    if panel.signed:
        reach = max([abs(x) for x in ends] or [1.0]) or 1.0
        low, high = min([*ends, -0.1 * reach]), max([*ends, 0.1 * reach])
        axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    elif values and max(values) / min(values) >= _LOG_RATIO:
        highs = [one.high for one in leaks if math.isfinite(one.high)]
        lows = [one.low for one in leaks if one.value > 0 and one.low > 0]
        least = min([*values, *highs])
        least = max(min([least, *lows]), least / _TAIL)
        low = 10.0 ** math.floor(math.log10(least))
        axes.set_xscale("log")
        axes.set_xlim(low, min(10 ** math.ceil(math.log10(top)), 1.1 * panel.most))
        axes.xaxis.get_major_locator().set_params(numticks=6)  # type: ignore[call-arg]
        axes.xaxis.set_major_formatter(tick_text)
    else:
        axes.set_xlim(0, min(top * 1.06, 1.02 * panel.most))
    axes.xaxis.set_minor_formatter(lambda *_: "")
    if axes.get_xscale() == "linear":
        axes.xaxis.get_major_locator().set_params(nbins=5)  # type: ignore[call-arg]


def _bands(axes: Axes, rows: DotRows) -> None:
    for number, places in enumerate(rows.places):
        start, end = places[0] - (ROW + GAP) / 2, places[-1] + (ROW + GAP) / 2
        if number % 2 == 0:
            axes.axhspan(start, end, color=BAND, linewidth=0, zorder=0)
        if rows.total and number == len(rows.places) - 1 and number:
            axes.axhline(start, color=PALE, linewidth=0.8, zorder=1)


def _draw(axes: Axes, panel: Panel, rows: DotRows, g: int, s: int) -> None:
    if panel.signed and not g and not s:
        axes.axvline(0, color=PALE, linewidth=1.0, zorder=2)
    found, place = _interval(panel, g, s), rows.places[g][s]
    series = rows.series[s]
    if panel.spread:
        points = [panel.scale * x for x in _some(panel.spread[g][s])]
        axes.scatter(points, [place] * len(points), marker="|", s=22, c=PALE, lw=0.6, zorder=2)
    if found is None:
        return
    value, low, high = found
    left = axes.get_xlim()[0]
    logarithmic = axes.get_xscale() == "log"
    if math.isfinite(low) and math.isfinite(high):
        axes.plot(
            [max(low, left) if logarithmic else low, high],
            [place] * 2,
            color=colour(series),
            linewidth=1.8,
            solid_capstyle="butt",
            zorder=3,
        )
    look: dict[str, Any] = {"color": colour(series), "zorder": 4, "clip_on": False}
    if series == rows.baseline and not panel.signed:
        look |= {"markerfacecolor": PAPER, "markeredgewidth": 1.4}
    if value > 0 or not logarithmic:
        axes.plot(value, place, marker(series), markersize=5.5, **look)
    else:
        axes.plot(left, place, "<", markersize=6, **look)


def _some(values: Sequence[float]) -> list[float]:
    """At most so many of the values, evenly through their order, the ends among them."""
    ranked = sorted(values)
    if len(ranked) <= MOST_TICKS:
        return ranked
    step = (len(ranked) - 1) / (MOST_TICKS - 1)
    return [ranked[round(place * step)] for place in range(MOST_TICKS)]


def _numbers(page: Page, panel: Panel, rows: DotRows) -> list[Any]:
    texts = []
    for g, places in enumerate(rows.places):
        for s, place in enumerate(places):
            found = panel.values[g][s]
            text = panel.instead if found is None else panel.number(found)
            if text:
                texts.append(page.text(0, TOP + place, text, ha="right"))
    return texts


def _spread_out(page: Page, rows: DotRows, drawn: Sequence[tuple[Axes, list[Any]]]) -> None:
    """Names to the left and numbers right of each panel; the panels get the room between."""
    left = MARGIN
    if any(rows.groups):
        texts = [
            page.text(MARGIN, TOP + places[0], short_label(name), weight="bold")
            for name, places in zip(rows.groups, rows.places, strict=True)
        ]
        left += page.widest(texts) + _SPACE
    if len(rows.series) > 1 or not any(rows.groups):
        names = [
            page.text(0, TOP + place, short_label(name), color=darker(series), ha="right")
            for places in rows.places
            for place, series, name in zip(places, rows.series, rows.names, strict=True)
        ]
        left += page.widest(names)
        for name in names:
            name.set_x(left / page.width)
        left += _SPACE
    wide = [page.widest(texts) + 2 * _SPACE for _, texts in drawn]
    each = (page.width - MARGIN + _SPACE - left - sum(wide)) / len(drawn)
    for (axes, texts), beside in zip(drawn, wide, strict=True):
        page.moved(axes, left, left + each)
        left += each + beside
        for text in texts:
            text.set_x((left - _SPACE) / page.width)
