"""What a raid costs over time: leakers so far, and batteries and sensors lost so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mcdefense.report.by_time import KINDS, Losses, losses_of, windows_of
from mcdefense.report.figures.style import (
    INK,
    LINE,
    MARGIN,
    PALE,
    PAPER,
    TOP,
    Heading,
    Page,
    colour,
    darker,
    marker,
    short_label,
    tick_text,
)
from mcdefense.report.numbers import short, with_interval
from mcdefense.report.reading import Reading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_KEY, _AXIS, _LEFT, _GAP, _COLUMN = 0.24, 0.58, 0.85, 0.24, 1.15
_LEAKERS, _LOST = 2.8, 1.3
_MARKS = 8


def losses_figure(reading: Reading) -> Figure:
    """Leakers a raid so far, by architecture, with the headline's 95 % bands; below, where any were
    ever lost, the batteries and the sensors lost so far. Windows in which a network is lost are
    shaded.

    Raises InputError for a result that counts nothing by time.
    """
    losses = losses_of(reading)
    heading = Heading(
        reading.marking,
        reading.title,
        "Losses over time, so many a raid so far; lower is better",
        _note(reading, losses),
    )
    kinds = losses.kinds
    key = _KEY * (len(reading.shown) + 1) + 0.16
    page = Page(heading, key + _LEAKERS + (_LOST + _GAP) * len(kinds) + _AXIS)
    _key(page, reading, losses)
    width = page.width - _LEFT - MARGIN
    panels = [page.axes(_LEFT, TOP + key, width, _LEAKERS)]
    _curves(panels[0], reading, losses, losses.leakers)
    for a in (a for a in reading.shown if a in reading.headline):
        low, high = (_from_zero(ends[a]) for ends in (losses.low, losses.high))
        any_yet = _from_zero(losses.leakers[a]) > 0
        panels[0].fill_between(
            losses.edges, low, high, where=any_yet, color=colour(a), alpha=0.16, lw=0, zorder=2
        )
    panels[0].set_ylabel("leakers a raid", color=INK)
    top = TOP + key + _LEAKERS + _GAP
    for kind in kinds:
        panels.append(page.axes(_LEFT, top, width, _LOST))
        _curves(panels[-1], reading, losses, losses.lost[kind])
        panels[-1].set_ylabel(f"{KINDS[kind]} lost", color=INK)
        top += _LOST + _GAP
    for axes in panels:
        axes.set_xlim(losses.edges[0], losses.edges[-1])
        axes.set_ylim(0, 1.04 * float(axes.dataLim.y1) or 1.0)
        axes.grid(axis="y", color=LINE, linewidth=0.7)
        axes.yaxis.set_major_formatter(tick_text)
        axes.xaxis.set_major_formatter(tick_text)
        axes.tick_params(labelbottom=axes is panels[-1])
        _shade(axes, reading, losses)
    panels[-1].set_xlabel(f"time since the raid's start [{losses.unit}]", color=INK)
    return page.figure


def _note(reading: Reading, losses: Losses) -> str:
    width = tick_text(round((losses.edges[1] - losses.edges[0]) / losses.per_s))
    note = (
        f"{reading.sample}. Means a raid up to the end of each bin of {width} s, by the time of "
        "impact; the last bin holds what comes later too. Bands, from the headline's first leaker "
        "on, and brackets: 95 % intervals of sampling error; inputs are notional, their error is "
        "in no interval."
    )
    if losses.kinds:
        note += " A battery or a sensor is lost once, to the first leaker that hits it."
    said = [
        f"{reading.labels[a]} {tick_text(begin)} to {tick_text(end)} {losses.unit}"
        for a, (begin, end) in windows_of(reading, losses).items()
    ]
    if said:
        note += f" Shaded: when a network is lost during the raid ({', '.join(said)})."
    return note


def _from_zero(values: np.ndarray) -> np.ndarray:
    """Values by the end of each bin, after 0 at the begin of the first."""
    return np.append(0.0, values)


def _curves(axes: Axes, reading: Reading, losses: Losses, values: np.ndarray) -> None:
    """A curve for each architecture; their marks lie apart where the curves coincide."""
    every = max(1, len(losses.edges) // _MARKS)
    for place, a in enumerate(reading.shown):
        first = place * every // max(len(reading.shown), 1)
        look = _look(reading, a) | {"markevery": (first, every), "clip_on": False}
        axes.plot(losses.edges, _from_zero(values[a]), **look)


def _shade(axes: Axes, reading: Reading, losses: Losses) -> None:
    """Windows in which networks are lost, each under a line in its architecture's colour."""
    for place, (a, (begin, end)) in enumerate(windows_of(reading, losses).items()):
        axes.axvspan(begin, end, color=LINE, alpha=0.45, linewidth=0, zorder=0)
        axes.plot(
            [begin, end],
            [1 - 0.03 * place] * 2,
            transform=axes.get_xaxis_transform(),
            color=colour(a),
            linewidth=3,
            solid_capstyle="butt",
            zorder=1,
        )


def _look(reading: Reading, a: int) -> dict[str, Any]:
    look: dict[str, Any] = {"color": colour(a), "marker": marker(a), "markersize": 5}
    if a == reading.baseline and reading.has_pair:
        # Above the others, which it hides nowhere, since it is dashed.
        return look | {"markerfacecolor": PAPER, "linestyle": "--", "linewidth": 1.5, "zorder": 4}
    return look | {"linewidth": 1.5, "zorder": 3}


def _key(page: Page, reading: Reading, losses: Losses) -> None:
    """A line for each architecture with what it has lost by the end."""
    from matplotlib.lines import Line2D

    right = page.width - MARGIN
    columns = [right - _COLUMN * place for place in reversed(range(len(losses.kinds)))]
    leakers = right - _COLUMN * len(losses.kinds)
    names = ["leakers a raid", *(f"{KINDS[kind]} lost" for kind in losses.kinds)]
    for x, name in zip((leakers, *columns), names, strict=True):
        page.text(x, TOP + 0.06, name, ha="right", size=8.5, color=PALE)
    page.text(MARGIN, TOP + 0.06, "by the end of the raid", size=8.5, color=PALE)
    for place, a in enumerate(reading.shown, 1):
        y = TOP + _KEY * place + 0.06
        line = Line2D(
            [(MARGIN + step) / page.width for step in (0.0, 0.17, 0.34)],
            [1 - y / page.height] * 3,
            markevery=[1],
            transform=page.figure.transFigure,
            **_look(reading, a),
        )
        page.figure.add_artist(line)
        page.fitted(MARGIN + 0.42, y, short_label(reading.named(a), 60), 4.6, color=darker(a))
        text = with_interval(losses.leakers_at(a, -1), 24, join=" to ")
        page.text(leakers, y, text, ha="right")
        for x, kind in zip(columns, losses.kinds, strict=True):
            page.text(x, y, short(float(losses.lost[kind, a, -1]), 2), ha="right")
