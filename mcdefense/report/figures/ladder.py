"""The ladder of architectures as a waterfall: where the gain comes from, step by step."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mcdefense.report.figures.style import (
    GAP,
    HATCHES,
    INK,
    LINE,
    MARGIN,
    PALE,
    ROW,
    TOP,
    Heading,
    Page,
    short_label,
    tick_text,
)
from mcdefense.report.numbers import short, with_interval, with_margin
from mcdefense.report.reading import Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BETTER, _WORSE, _LEVEL = "#009E73", "#D55E00", "#B8C4CE"
_STEP = ROW * 1.5
_AXIS = 0.62
_SLIVERS = 0.2
"""Part of the bars below which steps, all together, cannot be read beside them."""


def ladder_figure(reading: Reading) -> Figure:
    """Leakers a raid of the first architecture, what each further one changes to the one before it
    with its paired 95 % interval, and what the last one lets through."""
    shown = reading.steps
    height = _STEP * (len(shown) + 1) + GAP
    leakers = [reading.estimate("expected_leakers", a) for a in shown]
    steps = [reading.difference("difference_expected_leakers", *pair) for pair in pairwise(shown)]
    ends = [one.value for one in leakers]
    for one, step in zip(leakers, steps, strict=False):
        ends += [one.value + step.low, one.value + step.high]
    begin = _begin(ends)
    note = (
        f"{reading.sample}. Grey {'diamonds' if begin else 'bars'}: leakers a raid. "
        f"{'Bars' if begin else 'Other bars'}: what an architecture changes to "
        "the one in the row above it; the thin line is the paired 95 % interval of the step. "
        "Sampling error only: inputs are notional, their error is in no interval."
    )
    others = [a for a in reading.shown if a not in shown]
    if others:
        why = "are no steps of the ladder" if reading.ladder else "the scenario names no ladder"
        names_of = ", ".join(short_label(reading.labels[a]) for a in others)
        note += f" Not drawn, since {'they ' if reading.ladder else ''}{why}: {names_of}."
    way = "From one architecture to the next, step by step"
    if not reading.ladder:
        way = "From " + " to ".join(short_label(reading.labels[a]) for a in shown)
    shows = f"{way}: leakers a raid; lower is better"
    page = Page(Heading(reading.marking, reading.title, shows, note), height + _AXIS)
    last_name = reading.labels[shown[-1]].lstrip("+ ")
    names = [reading.named(shown[0])] + [f"+ {reading.named(a).lstrip('+ ')}" for a in shown[1:]]
    places = [GAP / 2 + _STEP * (i + 0.5) for i in range(len(shown) + 1)]
    texts = [
        page.text(MARGIN, TOP + place, short_label(name, 34))
        for place, name in zip(places, [*names, f"= {last_name}"], strict=True)
    ]
    numbers = [with_interval(leakers[0], join=" to ")]
    axes = page.axes(1, TOP, 1, height)
    axes.set_ylim(height, 0)
    bar: dict[str, Any] = {"height": _STEP * 0.62, "edgecolor": INK, "linewidth": 0.6, "zorder": 3}

    def level(place: float, value: float) -> None:
        if begin:  # a bar that is cut off would show another share than it has
            axes.plot([value], [place], "D", color=_LEVEL, mec=INK, mew=0.6, ms=9, zorder=5)
        else:
            axes.barh(place, value, color=_LEVEL, **bar)

    level(places[0], leakers[0].value)
    for i, step in enumerate(steps, 1):
        start = leakers[i - 1].value
        better = step.value <= 0
        axes.barh(
            places[i],
            step.value,
            left=start,
            color=_BETTER if better else _WORSE,
            hatch=HATCHES[0 if better else 1],
            **bar,
        )
        axes.plot(
            [start + step.low, start + step.high], [places[i]] * 2, color=INK, lw=1.4, zorder=4
        )
        axes.plot([start] * 2, [places[i - 1], places[i]], color=PALE, lw=0.8, ls=":", zorder=2)
        numbers.append(with_margin(step, 20))
    last = leakers[-1].value
    axes.plot([last] * 2, [places[-2], places[-1]], color=PALE, lw=0.8, ls=":", zorder=2)
    level(places[-1], last)
    numbers.append(with_interval(leakers[-1], join=" to "))
    axes.set_xlim(begin, max([*ends, 1e-9]) + 0.05 * (max(ends) - begin or 1.0))
    axes.set_yticks([])
    axes.grid(axis="x", color=LINE, linewidth=0.7)
    axes.xaxis.set_major_formatter(tick_text)
    cut = f"; the axis begins at {short(begin)}, not at 0" if begin else ""
    label = f"leakers a raid (hatched: a step that lets more through{cut})"
    axes.set_xlabel(label, color=INK)
    said = [
        page.text(page.width - MARGIN, TOP + place, text, ha="right")
        for place, text in zip(places, numbers, strict=True)
    ]
    left = MARGIN + page.widest(texts) + 0.15
    page.moved(axes, left, page.width - MARGIN - page.widest(said) - 0.2)
    return page.figure


def _begin(ends: list[float]) -> float:
    """Where the axis begins: at 0, unless the steps would be slivers at the end of long bars."""
    least, span = min(ends), max(ends) - min(ends)
    return least - span if 0 < span < _SLIVERS * least else 0.0
