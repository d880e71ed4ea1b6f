"""The numbers behind each picture of a brief, as tables of texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from mcdefense.report.by_time import KINDS, losses_of
from mcdefense.report.driven import REMAINDER, directions_shown, headline_drivers, shares_shown
from mcdefense.report.fates import is_counted
from mcdefense.report.figures.style import tick_text
from mcdefense.report.figures.worlds import world_verdicts
from mcdefense.report.numbers import percent, short, with_interval, with_margin
from mcdefense.report.plans import change_of, leakers_of
from mcdefense.report.reading import PARTS, Interval, Reading, leakers_by_cause
from mcdefense.statistics import OUTCOMES, Driven
from mcdefense.statistics import by_plan as of_plans

_MOST_WORLDS, _MOST_TIMES = 200, 15
_SMALL = 0.05
"""Share of the variance of an input below which a reader need not know its name."""


class Table(NamedTuple):
    """A caption, the head of each column, and rows that begin with their name."""

    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def change_text(change: Interval, scale: float = 1.0) -> str:
    """`-0.58 ±0.10`, or `-1.5 (-6.1 to -0.6)` where the interval is lopsided."""
    return with_margin(change, scale=scale, join=" to ")


def interval_text(estimate: Interval) -> str:
    """`3.2 (2.9 to 3.5)`."""
    return with_interval(estimate, join=" to ")


def percent_text(estimate: Interval) -> str:
    """The same of a probability, in per cent."""
    return percent(estimate, join=" to ")


def by_class(reading: Reading) -> Table:
    """Leak probability and the paired difference, by threat class."""
    a, b = reading.baseline, reading.compare
    rows = []
    for c in (*reading.live_classes, None):
        place = () if c is None else (c,)
        end = "_total" if c is None else ""
        cells = [
            percent_text(reading.estimate(f"leak_probability{end}", i, *place))
            for i in reading.headline
        ]
        if reading.has_pair:
            change = reading.difference(f"difference_leak_probability{end}", a, b, *place)
            cells.append(change_text(change, 100.0))
        name = "all live threats" if c is None else reading.classes[c].replace("_", " ")
        rows.append((name, *cells))
    head = ("threat class", *(reading.named(i) for i in reading.headline))
    head += ("difference, %-points",) * reading.has_pair
    return Table("Leak probability, % of the live threats", head, rows)


def by_plan(reading: Reading) -> Table:
    """Leakers a raid by plan, with the intervals of the plan's worlds alone."""
    a, b = reading.baseline, reading.compare
    rows = []
    for plan in of_plans(reading.result):
        weight = "-" if math.isnan(plan.weight) else short(100 * plan.weight)
        found = [leakers_of(plan, i) for i in reading.headline]
        cells = ["-" if one is None else interval_text(one) for one in found]
        if reading.has_pair:
            change = change_of(reading, plan, a, b)
            cells.append("-" if change is None else change_text(change))
        rows.append((plan.name.replace("_", " "), weight, f"{plan.worlds:,}", *cells))
    head = ("raid plan", "weight, %", "worlds", *(reading.named(i) for i in reading.headline))
    head += ("difference",) * reading.has_pair
    return Table("Leakers a raid by raid plan", head, rows)


def by_step(reading: Reading) -> Table:
    """Leakers a raid of each architecture, and what it changes to the one before."""
    rows = []
    steps = reading.steps
    for place, i in enumerate(steps):
        leakers = interval_text(reading.estimate("expected_leakers", i))
        change = ""
        if place:
            step = reading.difference("difference_expected_leakers", steps[place - 1], i)
            change = change_text(step)
        clean = percent_text(reading.estimate("p_no_leakers", i))
        rows.append((reading.named(i), leakers, change, clean))
    head = ("architecture", "leakers a raid", "minus the above", "no leaker, % of the raids")
    return Table("From architecture to architecture", head, rows)


def by_cause(reading: Reading) -> Table:
    """Leakers a raid by what stood in the way of stopping them; of a pair, what compare saves of
    these and adds to them."""
    means = leakers_by_cause(reading)
    pair = list(reading.headline)
    parts = PARTS if reading.has_pair and is_counted(reading) else ()
    order = np.argsort(-means[pair].sum(axis=0), kind="stable").tolist()
    rows = [
        (
            OUTCOMES[o].replace("_", " "),
            *(short(float(means[i, o])) for i in pair),
            *(interval_text(reading.part(part, *pair, o)) for part in parts),
        )
        for o in order
        if means[pair, o].any()
    ]
    head = ("cause", *(reading.named(i) for i in pair), *parts)
    return Table("Leakers a raid by cause", head, rows)


def by_world(reading: Reading) -> Table:
    """Each world's difference; of many worlds some, evenly through the order."""
    mean, low, high, verdicts = world_verdicts(reading)
    order = np.argsort(mean, kind="stable")
    chosen = np.unique(np.linspace(0, len(order) - 1, min(len(order), _MOST_WORLDS)).astype(int))
    numbers = reading.result.tally.axes.world[reading.result.tally["trials"] > 0]
    rows = [
        (
            f"{numbers[w]:,}",
            interval_text(Interval(float(mean[w]), float(low[w]), float(high[w]))),
            verdicts[w],
        )
        for w in order[chosen].tolist()
    ]
    some = f", {len(rows)} of {len(order):,} from the best to the worst" * (len(rows) < len(order))
    return Table(
        f"Difference of each world, leakers a raid{some}",
        ("world", "difference", "it"),
        rows,
    )


def by_time(reading: Reading) -> Table:
    """What was lost so far by some of the times, evenly apart, the last among them."""
    losses = losses_of(reading)
    bins = len(losses.edges) - 1
    step = -(-bins // _MOST_TIMES)
    rows = []
    for place in range((bins - 1) % step, bins, step):
        cells = []
        for a in reading.shown:
            cells.append(interval_text(losses.leakers_at(a, place)))
            cells += [short(float(losses.lost[kind, a, place]), 2) for kind in losses.kinds]
        rows.append((tick_text(float(losses.edges[place + 1])), *cells))
    names = ["leakers", *(f"{KINDS[kind]} lost" for kind in losses.kinds)]
    head = [f"{reading.named(a)}: {name}" for a in reading.shown for name in names]
    caption = "So far a raid, by the time since its start"
    return Table(caption, (f"time, {losses.unit}", *head), rows)


def drivers(reading: Reading, found: Driven) -> Table:
    """Shares of the variance between worlds, by input: the small ones are counted only."""
    what, one = headline_drivers(reading, found)
    shown, directions = shares_shown(one) if one.shares else [], directions_shown(what, one)
    small = [name for name, share in shown if share.value < _SMALL and name != REMAINDER]
    rows = [
        (
            f"{REMAINDER}: no single input" if name == REMAINDER else name,
            percent_text(share),
            directions.get(name, ""),
        )
        for name, share in shown
        if name not in small
    ]
    if small:
        more = f"{len(small)} more inputs, each" if len(small) > 1 else "1 more input"
        rows.append((more, f"below {100 * _SMALL:g}", ""))
    head = ("input", "share of the variance, %", "worlds with more of it have")
    return Table(f"What drives the {what}", head, rows)


TABLES: dict[str, Callable[[Reading], Table]] = {
    "leak": by_class,
    "plans": by_plan,
    "ladder": by_step,
    "causes": by_cause,
    "worlds": by_world,
    "losses": by_time,
}
"""The table of the numbers that a figure draws, by the figure's name."""
