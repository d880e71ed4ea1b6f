"""Which rounds are fired at what: interceptor by threat class."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from mcdefense.report.figures.style import (
    INK,
    MARGIN,
    PALE,
    PAPER,
    TOP,
    Heading,
    Page,
    short_label,
)
from mcdefense.report.numbers import short
from mcdefense.report.reading import Reading, dear_on_cheap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CELL, _HEAD, _LETTERS = 0.3, 0.74, 13
_DARK = 0.55  # of the largest value: text upon a darker cell is white


def rounds_figure(reading: Reading) -> Figure:
    """Rounds fired a raid [A, I, C], a table for each architecture of the headline; what was never
    loaded or never flown at is left out."""
    shown = [a for a in reading.shown if a in reading.headline]
    fired = reading.result["expected_rounds_fired"]  # [A, I, C]
    used = np.flatnonzero(
        reading.result.tally["rounds_loaded"].any(axis=(0, 1)) | fired.any((0, 2))
    )
    classes = [c for c in range(len(reading.classes)) if fired[..., c].any()]
    dear = dear_on_cheap(reading)
    height = _HEAD + _CELL * len(used)
    note = (
        f"{reading.sample}. Means over the run, rounds a raid; the darker the more. "
        "0 is never fired at that class. Inputs are notional."
    )
    if dear is not None:
        note += " A star marks rounds that cost more than the threat they were fired at."
    heading = Heading(
        reading.marking, reading.title, "Rounds fired a raid, by interceptor and class", note
    )
    if not len(used) or not classes:
        page = Page(heading, 0.5)
        page.text(MARGIN, TOP + 0.1, "No round was fired in any trial.")
        return page.figure
    page = Page(heading, (height + 0.45) * len(shown))
    axes_names = reading.result.tally.axes.interceptor
    texts = []
    top = TOP
    grids = []
    for a in shown:
        page.fitted(MARGIN, top + 0.1, reading.named(a), most=2.4, weight="bold")
        for row, i in enumerate(used):
            level = top + _HEAD + _CELL * (row + 0.5)
            texts.append(page.text(MARGIN, level, short_label(axes_names[i])))
        grids.append((a, top + _HEAD))
        top += height + 0.45
    left = max(MARGIN + page.widest(texts) + 0.15, 1.6)
    wide = (page.width - MARGIN - left - 0.75) / len(classes)
    largest = float(fired[shown].max(initial=0.0)) or 1.0
    for a, start in grids:
        for column, c in enumerate(classes):
            middle = left + wide * (column + 0.5)
            letters = max(6, min(_LETTERS, int(wide * 14)))
            lines = textwrap.wrap(short_label(reading.classes[c], 36), letters)[-3:]
            for up, line in enumerate(reversed(lines)):
                page.fitted(
                    middle - wide / 2 + 0.02,
                    start - 0.1 - 0.14 * up,
                    line,
                    most=wide - 0.03,
                    size=8,
                    color=PALE,
                )
        page.text(page.width - MARGIN, start - 0.1, "all", size=8, color=PALE, ha="right")
        axes = page.axes(left, start, wide * len(classes), _CELL * len(used))
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines["bottom"].set_visible(False)
        shades = np.sqrt(fired[a][np.ix_(used, np.array(classes))] / largest)
        axes.imshow(shades, cmap="Blues", vmin=0, vmax=1.15, aspect="auto")
        for row, i in enumerate(used):
            for column, c in enumerate(classes):
                value = float(fired[a, i, c])
                starred = dear is not None and bool(dear[i, c]) and value > 0
                axes.text(
                    column,
                    row,
                    short(value) + " *" * starred,
                    ha="center",
                    va="center",
                    size=8.5,
                    color=PAPER if shades[row, column] > _DARK + 0.2 else INK,
                )
            level = start + _CELL * (row + 0.5)
            page.text(page.width - MARGIN, level, short(float(fired[a, i].sum())), ha="right")
    return page.figure
