"""What drives the gain, or the leakers of a single architecture: shares of the variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcdefense.report.driven import (
    MEANING,
    REMAINDER,
    directions_shown,
    drivers_of_result,
    headline_drivers,
    order_shown,
    shares_shown,
    unseen_shown,
)
from mcdefense.report.figures.style import (
    INK,
    LINE,
    MARGIN,
    PALE,
    ROW,
    TOP,
    Heading,
    Page,
    colour,
    short_label,
    tick_text,
)
from mcdefense.report.numbers import percent, short
from mcdefense.report.reading import Reading
from mcdefense.statistics import TooFewWorlds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HIGH, _AXIS = ROW * 1.4, 0.62


def drivers_figure(reading: Reading) -> Figure:
    """Shares of the variance between worlds that go away once an input is known, with their 95 %
    intervals, the largest first: of the gain, or of the leakers where nothing is compared."""
    try:
        found = drivers_of_result(reading.result)
    except TooFewWorlds as error:  # too few worlds, or trials, to tell
        heading = Heading(
            reading.marking, reading.title, "What drives the answer", f"{reading.sample}."
        )
        page = Page(heading, 0.5)
        page.text(MARGIN, TOP + 0.1, f"It cannot be told: {error}.")
        return page.figure
    of, one = headline_drivers(reading, found)
    rows = shares_shown(one) if one.shares else []
    remarks = [
        f"{said[0].upper()}{said[1:]}. " for said in (order_shown(one), unseen_shown(one)) if said
    ]
    note = (
        f"{reading.sample}. {short(one.mean)} in the mean, {short(one.between)} from world to "
        f"world (standard deviation). {MEANING} Lines are 95 % intervals. Behind a share "
        f"stands what worlds with more of its input have. {''.join(remarks)}Inputs are notional."
    )
    heading = Heading(reading.marking, reading.title, f"What drives the {of}", note)
    if not rows:
        page = Page(heading, 0.5)
        page.text(MARGIN, TOP + 0.1, "Worlds differ by no more than their trials' chance.")
        return page.figure
    height = _HIGH * len(rows)
    page = Page(heading, height + _AXIS)
    axes = page.axes(1, TOP, 1, height)
    axes.set_ylim(height, 0)
    names, numbers, directions = [], [], directions_shown(of, one)
    for row, (name, share) in enumerate(rows):
        place = _HIGH * (row + 0.5)
        tone = PALE if name == REMAINDER else colour(1)
        axes.plot([100 * share.low, 100 * share.high], [place, place], color=tone, linewidth=2.2)
        axes.plot([100 * share.value], [place], "o", color=tone, markersize=7)
        names.append(page.text(MARGIN, TOP + place, short_label(name, 40)))
        more = directions.get(name, "").replace("not told", "direction not told")
        said = percent(share, join=" to ") + (f", {more}" if more else "")
        numbers.append(page.text(page.width - MARGIN, TOP + place, said, ha="right"))
    axes.set_xlim(0, 100)
    axes.set_yticks([])
    axes.grid(axis="x", color=LINE, linewidth=0.7)
    axes.xaxis.set_major_formatter(tick_text)
    axes.set_xlabel("share of the variance between worlds, %", color=INK)
    left = MARGIN + page.widest(names) + 0.2
    page.moved(axes, left, page.width - MARGIN - page.widest(numbers) - 0.25)
    return page.figure
