"""Bars of parts that add up, a row each; parts are told apart by colour and hatch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mcdefense.report.figures.style import (
    HATCHES,
    INK,
    LINE,
    MARGIN,
    PAPER,
    PARTS,
    ROW,
    TOP,
    Heading,
    Page,
    short_label,
    tick_text,
)
from mcdefense.report.numbers import short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BAR = ROW * 1.5
_KEY = 0.24
_KEY_COLUMN = 2.35
_AXIS = 0.62
_WRITTEN = 0.07  # part of the longest bar from which on a part's number is written into it


def stacked_figure(
    heading: Heading,
    rows: Sequence[str],
    parts: Sequence[str],
    values: np.ndarray,
    label: str,
) -> Figure:
    """Bars of `values` [rows, parts], the key above them in the order of the parts."""
    columns = int((10.0 - 2 * MARGIN) // _KEY_COLUMN)
    key = _KEY * -(-len(parts) // columns) + 0.08
    height = _BAR * max(len(rows), 1)
    page = Page(heading, key + height + _AXIS)
    _key(page, parts, columns)
    top = TOP + key
    axes = page.axes(1, top, 1, height)
    axes.set_ylim(height, 0)
    texts, totals = [], []
    longest = max([float(x) for x in values.sum(axis=1)] + [1e-9])
    for r, name in enumerate(rows):
        place, start = _BAR * (r + 0.5), 0.0
        for p in range(len(parts)):
            value = float(values[r, p])
            axes.barh(place, value, left=start, height=_BAR * 0.72, **_look(p))
            if value >= _WRITTEN * longest:
                axes.text(
                    start + value / 2,
                    place,
                    short(value, 2),
                    ha="center",
                    va="center",
                    size=8,
                    color=INK,
                    bbox={"boxstyle": "square,pad=0.15", "fc": PAPER, "ec": "none"},
                    zorder=5,
                )
            start += value
        texts.append(page.text(MARGIN, top + place, short_label(name, 34)))
        totals.append(page.text(page.width - MARGIN, top + place, short(start), ha="right"))
    axes.set_xlim(0, longest * 1.02)
    axes.set_yticks([])
    axes.grid(axis="x", color=LINE, linewidth=0.7)
    axes.xaxis.set_major_formatter(tick_text)
    axes.set_xlabel(label, color=INK)
    left = MARGIN + page.widest(texts) + 0.15
    page.moved(axes, left, page.width - MARGIN - page.widest(totals) - 0.2)
    return page.figure


def _look(part: int) -> dict[str, Any]:
    return {
        "facecolor": PARTS[part % len(PARTS)],
        "hatch": HATCHES[part % len(HATCHES)],
        "edgecolor": PAPER,
        "linewidth": 0.6,
        "zorder": 3,
    }


def _key(page: Page, parts: Sequence[str], columns: int) -> None:
    from matplotlib.patches import Rectangle

    for p, name in enumerate(parts):
        x = MARGIN + _KEY_COLUMN * (p % columns)
        y = TOP + _KEY * (p // columns + 0.5) - 0.04
        corner = x / page.width, 1 - (y + 0.06) / page.height
        swatch = Rectangle(
            corner,
            0.26 / page.width,
            0.12 / page.height,
            transform=page.figure.transFigure,
            **_look(p),
        )
        page.figure.add_artist(swatch)
        page.fitted(x + 0.34, y, short_label(name), most=_KEY_COLUMN - 0.4)
