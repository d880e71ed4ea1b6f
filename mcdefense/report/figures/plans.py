"""Leakers a raid by raid plan, with each world as a tick."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mcdefense.report.figures.dots import MOST_TICKS, DotRows, Panel, dots_figure
from mcdefense.report.figures.style import Heading
from mcdefense.report.numbers import short, with_interval, with_margin
from mcdefense.report.plans import change_of, leakers_of
from mcdefense.report.reading import Reading
from mcdefense.statistics import OfPlan, by_plan

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plans_figure(reading: Reading) -> Figure:
    """Leakers a raid by raid plan and architecture with 95 % intervals, and the paired difference
    to the baseline; every world of the plan a tick. A raid without plans is one plan, `all`."""
    result, shown, base = reading.result, reading.shown, reading.baseline
    leakers = result["world_expected_leakers"]  # [W, A]
    plans = [plan for plan in by_plan(result) if plan.worlds]
    run = result.tally["trials"] > 0
    drawn = np.asarray([str(name) for name in result.plan] or ["all"] * len(run))
    members = [np.flatnonzero(run & (drawn == plan.name)) for plan in plans]
    rows = DotRows(
        [_named(plan) for plan in plans],
        shown,
        [reading.named(a) for a in shown],
        base if reading.has_pair else None,
    )
    panels = [
        Panel(
            "leakers a raid",
            [[leakers_of(plan, a) for a in shown] for plan in plans],
            lambda value: with_interval(value, 22, join=" to "),
            spread=[[leakers[worlds, a].tolist() for a in shown] for worlds in members],
        )
    ]
    if len(shown) > 1:
        panels.append(
            Panel(
                f"minus {reading.labels[base]} [leakers a raid]",
                [
                    [None if a == base else change_of(reading, plan, base, a) for a in shown]
                    for plan in plans
                ],
                lambda value: with_margin(value, 16),
                signed=True,
                spread=[
                    [
                        (leakers[w, a] - leakers[w, base]).tolist() if a != base else []
                        for a in shown
                    ]
                    for w in members
                ],
            )
        )
    some = f" (at most {MOST_TICKS} a row)" * any(len(w) > MOST_TICKS for w in members)
    note = (
        f"{reading.sample}. A tick is a world{some}; dots and lines: estimates of the plan's "
        "worlds alone and their 95 % intervals. In brackets: the plan's weight among all, and its "
        "worlds. Inputs are notional, their error is in no interval."
    )
    shows = "Leakers a raid by raid plan; lower is better"
    return dots_figure(Heading(reading.marking, reading.title, shows, note), rows, panels)


def _named(plan: OfPlan) -> str:
    weight = "" if math.isnan(plan.weight) else f"{short(100 * plan.weight)} %, "
    return f"{plan.name[:14]} ({weight}{plan.worlds:,})"
