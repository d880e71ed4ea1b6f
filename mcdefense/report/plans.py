"""The comparison by raid plan, and what is said where plans do not count by their weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from mcdefense.report.lines import WIDTH, heading, label_width, row, wrapped
from mcdefense.report.numbers import short, with_interval, with_margin
from mcdefense.report.reading import Interval, Reading, finite
from mcdefense.statistics import OfPlan, by_plan, live_a_raid

_LABEL_MOST = 18
_DIFFERENCE = 14
"""Columns of the table: of the name of a plan at most, and of a difference at least."""
_UNPAIRED = (
    "Each plan has worlds of its own, so that levels of two plans differ by what their worlds drew "
    "too: only a difference is paired"
)


def plans(reading: Reading) -> list[str]:
    """Leakers of baseline and compare in each plan, their difference, and the mixture of all."""
    a, b = reading.baseline, reading.compare
    rows = by_plan(reading.result)
    if len(rows) < 2:
        return ["The scenario has one raid plan only."]
    shown = [a, b] if reading.has_pair else [a]
    names = ["BY PLAN", "mixture", *(one.name for one in rows)]
    first = min(label_width(names, 8), _LABEL_MOST)
    level = min(18, (WIDTH - first - 22 - _DIFFERENCE) // 2)
    difference = WIDTH - first - 22 - 2 * level
    columns = [9, 7, 6, level, level, difference][: 3 + len(shown) + reading.has_pair]
    head = ["weight,%", "worlds", "live", *(reading.labels[i] for i in shown)]
    head += ["difference"] * reading.has_pair
    lines = heading("BY PLAN", head, first, columns)
    for one in rows:
        weight = "-" if math.isnan(one.weight) else short(100 * one.weight)
        cells = [weight, f"{one.worlds:,}", short(one.live)]
        if one.leakers is None:
            cells += ["-"] * (len(columns) - 3)
        else:
            cells += [with_interval(_at(one.leakers, i), level - 1) for i in shown]
            if reading.has_pair:
                found = change_of(reading, one, a, b)
                cells.append("-" if found is None else with_margin(found, columns[-1] - 1))
        lines.append(row(one.name, cells, first, columns))
    cells = ["100", f"{reading.worlds:,}", short(live_a_raid(reading.result))]
    cells += [with_interval(reading.estimate("expected_leakers", i), level - 1) for i in shown]
    if reading.has_pair:
        change = reading.difference("difference_expected_leakers", a, b)
        cells.append(with_margin(change, columns[-1] - 1))
    lines.append(row("mixture", cells, first, columns))
    note = "(live: threats a raid that can do harm; then leakers a raid"
    if reading.has_pair:
        note += f"; difference: {reading.labels[b]} minus {reading.labels[a]}"
    return [*lines, *wrapped(f"{note}. {_UNPAIRED})")]


def plans_as_json(reading: Reading) -> dict[str, Any]:
    """The same of all architectures and pairs, by name."""
    names = reading.result.tally.axes.architecture
    pairs = reading.result.pair_names
    return {
        one.name: {
            "weight": None if math.isnan(one.weight) else one.weight,
            "worlds": one.worlds,
            "live": finite(one.live),
            "expected_leakers": _by_name(names, one.leakers),
            "difference_expected_leakers": _by_name(pairs, one.difference),
        }
        for one in by_plan(reading.result)
    }


def in_proportion(reading: Reading) -> bool:
    """Whether plans come as often as their weights say, so that worlds as drawn are the mixture."""
    shares = _trials_by_plan(reading)
    whole = sum(shares.values())
    weights = reading.plan_weights
    return not weights or all(
        math.isclose(shares.get(name, 0) / whole, weight, abs_tol=1e-9)
        for name, weight in weights.items()
        if whole
    )


def plan_warnings(reading: Reading) -> Iterator[str]:
    """Plans that too few worlds drew to be seen, and files that know no weights."""
    drawn = _worlds_by_plan(reading)
    if not reading.plan_weights and len(drawn) > 1:
        yield (
            "the file knows no weights of plans, as it is of a format before 2.1: plans count by "
            f"how often worlds drew them ({', '.join(f'{n} {k:,}' for n, k in drawn.items())})"
        )
    for name, weight in reading.plan_weights.items():
        share = f"plan {name}, {short(100 * weight)} % by weight"
        if weight > 0 and not drawn.get(name) and reading.worlds:
            yield f"no world drew {share}: every estimate is of the other plans alone"
        if weight > 0 and drawn.get(name) == 1 and reading.worlds > 1:
            yield (
                f"a single world drew {share}: how worlds of it differ is not seen, so intervals "
                "compare it with worlds of other plans, and are wider"
            )


def _worlds_by_plan(reading: Reading) -> dict[str, int]:
    plan, run = reading.result.plan, reading.result.tally["trials"] > 0
    if len(plan) != len(run):
        return {}
    names, counts = np.unique([str(name) for name in plan[run]], return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _trials_by_plan(reading: Reading) -> dict[str, int]:
    plan, trials = reading.result.plan, reading.result.tally["trials"]
    found: dict[str, int] = {}
    for name, number in zip(plan, trials.tolist(), strict=False):
        found[str(name)] = found.get(str(name), 0) + number
    return found


def leakers_of(one: OfPlan, architecture: int) -> Interval | None:
    """Leakers a raid of an architecture in the plan; None if no world has drawn it."""
    return None if one.leakers is None else _at(one.leakers, architecture)


def change_of(reading: Reading, one: OfPlan, baseline: int, compare: int) -> Interval | None:
    """The paired difference in the plan, compare minus baseline; None if no world has drawn it."""
    if one.difference is None:
        return None
    pair, turned = reading.pair(baseline, compare)
    found = _at(one.difference, pair)
    return found.turned if turned else found


def _at(of_all: tuple[np.ndarray, np.ndarray, np.ndarray], place: int) -> Interval:
    value, low, high = of_all
    return Interval(float(value[place]), float(low[place]), float(high[place]))


def _by_name(
    names: tuple[str, ...], of_all: tuple[np.ndarray, np.ndarray, np.ndarray] | None
) -> dict[str, dict[str, float | None]] | None:
    if of_all is None:
        return None
    return {name: _at(of_all, place).as_json for place, name in enumerate(names)}
