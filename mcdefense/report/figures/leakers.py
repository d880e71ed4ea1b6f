"""How many leak in one raid: the distribution, and P(at most n)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mcdefense.report.figures.style import (
    HATCHES,
    INK,
    LINE,
    MARGIN,
    PAPER,
    TOP,
    Heading,
    Page,
    colour,
    darker,
    marker,
    short_label,
)
from mcdefense.report.plans import in_proportion
from mcdefense.report.reading import Reading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_KEY, _KEY_COLUMN, _HEIGHT, _AXIS = 0.24, 3.2, 2.9, 0.62
_BARS = 32
_MARKS = 12


def leakers_figure(reading: Reading) -> Figure:
    """Left, in what share of the trials [%] so many threats leaked, for the architectures of the
    headline; right, the probability [%] that at most n leak, for all."""
    note = (
        f"{reading.sample}. Left: the architectures of the headline, the compared one hatched. "
        "Right: every architecture; the higher and the further left a curve, the better. Chance "
        "and what differs from world to world together; inputs are notional."
    )
    if not in_proportion(reading):
        note += " Worlds count as they were drawn, and plans not by their weights."
    heading = Heading(
        reading.marking,
        reading.title,
        "How many threats leak in one raid; fewer is better",
        note,
    )
    columns = int((10.0 - 2 * MARGIN) // _KEY_COLUMN)
    key = _KEY * -(-len(reading.shown) // columns) + 0.12
    page = Page(heading, key + _HEIGHT + _AXIS)
    _key(page, reading, columns)
    histogram = reading.result.tally["leakers_histogram"][:, -1]  # [A, L]
    shares = 100.0 * histogram / max(reading.trials, 1)
    seen = np.flatnonzero(histogram[list(reading.shown)].any(axis=0))
    most = int(seen[-1]) if seen.size else 0
    left = page.axes(0.85, TOP + key, 4.0, _HEIGHT)
    _distribution(left, reading, shares[:, : most + 1])
    right = page.axes(5.75, TOP + key, 4.0, _HEIGHT)
    _at_most(right, reading, 100.0 * reading.result["p_at_most"][:, : most + 1])
    for axes in (left, right):
        axes.grid(axis="y", color=LINE, linewidth=0.7)
        axes.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
        axes.set_xlabel("leakers in a raid, n", color=INK)
    return page.figure


def _distribution(axes: Axes, reading: Reading, shares: np.ndarray) -> None:
    """Bars side by side; many counts are put together, so that bars stay wide enough."""
    shown = [a for a in reading.shown if a in reading.headline]
    count = shares.shape[1]
    step = -(-count // _BARS)
    edges = np.arange(0, count, step)
    for place, a in enumerate(shown):
        heights = np.add.reduceat(shares[a], edges)
        width = 0.9 * step / len(shown)
        start = edges - 0.5 + 0.05 * step + place * width
        axes.bar(
            start,
            heights,
            width=width,
            align="edge",
            facecolor=colour(a),
            edgecolor=PAPER,
            hatch=HATCHES[place],
            linewidth=0.4,
            zorder=3,
        )
    together = "" if step == 1 else f", {step} counts a bar"
    axes.set_ylabel(f"share of trials [%]{together}", color=INK)


def _at_most(axes: Axes, reading: Reading, shares: np.ndarray) -> None:
    """A curve for each architecture; their marks lie apart where the curves coincide."""
    levels = np.arange(shares.shape[1])
    every = max(len(reading.shown), len(levels) // _MARKS)
    for place, a in enumerate(reading.shown):
        axes.plot(
            levels,
            shares[a],
            drawstyle="steps-post",
            markevery=(place % len(levels), every),
            **_look(reading, a),
        )
    # Curves that begin high are told apart only by what lies above.
    least = float(shares[list(reading.shown)].min())
    begin = 10.0 * max(least // 10 - 1, 0) if least < 100 else 0.0
    axes.set_ylim(begin, 100 + 0.03 * (100 - begin))
    cut = f"; the axis begins at {begin:.0f}" if begin else ""
    axes.set_ylabel(f"P(at most n leakers) [%]{cut}", color=INK)


def _look(reading: Reading, a: int) -> dict[str, Any]:
    look: dict[str, Any] = {"color": colour(a), "marker": marker(a), "markersize": 5}
    if a == reading.baseline and reading.has_pair:
        # Above the others, which it hides nowhere, since it is dashed.
        return look | {"markerfacecolor": PAPER, "linestyle": "--", "linewidth": 1.5, "zorder": 4}
    return look | {"linewidth": 1.5, "zorder": 3}


def _key(page: Page, reading: Reading, columns: int) -> None:
    from matplotlib.lines import Line2D

    for place, a in enumerate(reading.shown):
        x = MARGIN + _KEY_COLUMN * (place % columns)
        y = TOP + _KEY * (place // columns + 0.5) - 0.06
        level = 1 - y / page.height
        line = Line2D(
            [x / page.width, (x + 0.17) / page.width, (x + 0.34) / page.width],
            [level] * 3,
            markevery=[1],
            transform=page.figure.transFigure,
            **_look(reading, a),
        )
        page.figure.add_artist(line)
        name = short_label(reading.named(a), 36)
        page.fitted(x + 0.42, y, name, most=_KEY_COLUMN - 0.5, color=darker(a))
