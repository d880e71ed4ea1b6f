"""In which worlds joining helps: one mark a world, sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mcdefense.report.figures.style import (
    BAND,
    INK,
    LINE,
    MARGIN,
    PALE,
    PAPER,
    TOP,
    Heading,
    Page,
    tick_text,
)
from mcdefense.report.numbers import percent, short
from mcdefense.report.reading import Reading
from mcdefense.statistics import VERDICTS, verdict_of_worlds, world_difference

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEIGHT, _AXIS, _KEY = 2.9, 0.55, 0.62
_MOST = 400  # worlds drawn, evenly through their order
LOOKS: dict[str, dict[str, Any]] = {
    "helps": {"color": "#0072B2", "marker": "v"},
    "hurts": {"color": "#D55E00", "marker": "^"},
    "same": {"color": "#666666", "marker": "s", "markerfacecolor": PAPER},
    "unclear": {"color": "#666666", "marker": "o", "markerfacecolor": PAPER},
}
"""Colour and marker of each verdict on a world."""
_LOOK_OF = dict(zip(VERDICTS, LOOKS, strict=True))


def world_verdicts(reading: Reading) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Difference [W] in leakers a raid of each world that has trials, compare minus baseline, the
    ends [W] of its interval, and what it says: helps, hurts, same or unclear."""
    run = reading.result.tally["trials"] > 0
    a, b = reading.baseline, reading.compare
    mean, (low, high) = world_difference(reading.result.tally, a, b)
    mean, low, high = mean[run], low[run], high[run]
    said = verdict_of_worlds(low, high, reading.margin)
    return mean, low, high, [_LOOK_OF[str(verdict)] for verdict in said]


def worlds_figure(reading: Reading) -> Figure:
    """Each world's difference in leakers a raid with its own 95 % interval, compare minus baseline,
    sorted, and the shares of worlds that it helps, hurts or leaves the same."""
    labels = reading.labels
    one, other = labels[reading.baseline], labels[reading.compare]
    mean, low, high, verdicts = world_verdicts(reading)
    drawn, count = min(len(mean), _MOST), len(mean)
    some = (
        f"Of {count:,} worlds {drawn:,} are drawn, evenly through their order from the best to "
        f"the worst; the numbers in the key are of all {count:,}. "
        if drawn < count
        else ""
    )
    note = (
        f"{reading.sample}. {some}One mark a world, sorted; lines: 95 % intervals of the world's "
        "own trials. A world is unclear if its interval reaches across the margin. "
        + (
            f"Grey band: the margin of {short(reading.margin)} leakers a raid, within which it is "
            "the same. "
            if reading.margin
            else ""
        )
        + "Worlds differ in what nobody knows, as the scenario's uncertainties say."
    )
    shows = f"{other} minus {one}, leakers a raid, world by world; below zero is better"
    page = Page(Heading(reading.marking, reading.title, shows, note), _KEY + _HEIGHT + _AXIS)
    order = np.argsort(mean, kind="stable")
    order = order[np.unique(np.linspace(0, count - 1, drawn).astype(int))]
    axes = page.axes(0.95, TOP + _KEY, page.width - 0.95 - MARGIN, _HEIGHT)
    if reading.margin:
        axes.axhspan(-reading.margin, reading.margin, color=LINE, linewidth=0, zorder=0)
    axes.axhline(0, color=PALE, linewidth=1, zorder=1)
    ends = np.concatenate([mean, low[np.isfinite(low)], high[np.isfinite(high)], [0.0]])
    reach = float(ends.max() - ends.min()) or 1.0
    axes.set_ylim(float(ends.min()) - 0.06 * reach, float(ends.max()) + 0.06 * reach)
    size = 5.5 if len(order) <= 150 else 3.0
    judged = np.array(verdicts)[order]
    for verdict, look in LOOKS.items():
        places = np.flatnonzero(judged == verdict)
        shown = order[places]
        seen = np.isfinite(low[shown])
        axes.vlines(
            places[seen], low[shown][seen], high[shown][seen], color=look["color"], lw=0.8, zorder=2
        )
        axes.plot(places, mean[shown], markersize=size, linestyle="", zorder=3, **look)
    axes.set_xlim(-1, len(order))
    axes.set_xticks([])
    axes.set_facecolor(BAND)
    axes.grid(axis="y", color=PAPER, linewidth=0.9)
    axes.yaxis.set_major_formatter(tick_text)
    axes.set_ylabel("difference [leakers a raid]", color=INK)
    axes.set_xlabel(f"{_some(len(order), count)} worlds, from the best to the worst", color=INK)
    _key(page, reading, verdicts)
    return page.figure


def _some(shown: int, count: int) -> str:
    return f"{count:,}" if shown == count else f"{shown:,} of {count:,}"


def _key(page: Page, reading: Reading, verdicts: list[str]) -> None:
    from matplotlib.lines import Line2D

    shares = reading.worlds_by_verdict(reading.baseline, reading.compare)
    for place, verdict in enumerate(shares):
        x, y = MARGIN + 2.4 * place, TOP + 0.16
        mark = Line2D(
            [(x + 0.08) / page.width],
            [1 - y / page.height],
            transform=page.figure.transFigure,
            markersize=6,
            linestyle="",
            **LOOKS[verdict],
        )
        page.figure.add_artist(mark)
        count = verdicts.count(verdict)
        text = f"{verdict} {count:,}: {percent(shares[verdict])} %"
        page.fitted(x + 0.24, y, text, most=2.1)
