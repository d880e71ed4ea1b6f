"""Leakers a raid by raid plan, with each world as a tick."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mcdefense.report.figures.dots import MOST_TICKS, Panel, Rows, dots_figure
from mcdefense.report.figures.style import Heading
from mcdefense.report.numbers import short
from mcdefense.report.reading import Interval, Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plans_figure(reading: Reading) -> Figure:
    """Leakers a raid by raid plan and architecture, and the difference to the baseline: means over
    the plan's worlds, every world a tick. A raid without plans is one plan, `all`."""
    result, shown = reading.result, reading.shown
    leakers = result["world_expected_leakers"]  # [W, A]
    run = result.tally["trials"] > 0
    drawn = np.asarray([str(name) for name in result.plan] or ["all"] * len(run))
    names = list(dict.fromkeys(drawn[run].tolist()))
    members = [np.flatnonzero(run & (drawn == name)) for name in names]
    rows = Rows(
        [f"{name} ({len(worlds)})" for name, worlds in zip(names, members, strict=True)],
        shown,
        [reading.named(a) for a in shown],
        reading.baseline if reading.has_pair else None,
    )
    spread = [[leakers[worlds, a].tolist() for a in shown] for worlds in members]
    panels = [Panel("leakers a raid", _means(spread), _number, spread=spread)]
    if len(shown) > 1:
        change = [
            [
                (leakers[worlds, a] - leakers[worlds, reading.baseline]).tolist()
                if a != reading.baseline
                else []
                for a in shown
            ]
            for worlds in members
        ]
        label = f"minus {reading.labels[reading.baseline]} [leakers a raid]"
        panels.append(Panel(label, _means(change), _number, signed=True, spread=change))
    some = f" (at most {MOST_TICKS} a row)" * any(len(w) > MOST_TICKS for w in members)
    note = (
        f"{reading.sample}. A tick is a world{some}, a dot the mean over the plan's worlds, whose "
        "number stands in brackets. The ticks show what differs from world to world, which is more "
        "than chance alone; inputs are notional, their error is not shown."
    )
    shows = "Leakers a raid by raid plan; lower is better"
    return dots_figure(Heading(reading.marking, reading.title, shows, note), rows, panels)


def _means(values: list[list[list[float]]]) -> list[list[Interval | None]]:
    """The mean of each list, without an interval."""
    return [
        [Interval(float(np.mean(xs)), math.nan, math.nan) if xs else None for xs in group]
        for group in values
    ]


def _number(mean: Interval) -> str:
    return short(mean.value)
