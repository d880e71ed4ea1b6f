"""How long the rounds of a defence last where raids come in sequence (rule 42, `repeat`).

What a defence holds at the start, in its magazines and in the stores behind them, is divided by
what it fires in the first raid. Later raids take less only because there is less to take.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from mcdefense.report.lines import WIDTH, heading, row, wrapped
from mcdefense.report.numbers import UNKNOWN, with_interval
from mcdefense.report.reading import Interval, Reading

_DAY_S = 86_400.0


def lasting(reading: Reading) -> list[str]:
    """How long each interceptor lasts under the two compared, and from which raid on more leaks.

    No lines where no wave repeats, or none of the rounds are ever fired.
    """
    axes, shown = reading.result.tally.axes, reading.headline
    found = {i: [_lasts(reading, a, i) for a in shown] for i in range(len(axes.interceptor))}
    fired = {i: cells for i, cells in found.items() if any(cells)}
    if not axes.raids or not fired:
        return []
    unit, every = _unit(reading)
    first = 22
    columns = [(WIDTH - first) // len(shown)] * len(shown)
    lines = heading(f"STOCK LASTS, {unit}", [reading.labels[a] for a in shown], first, columns)
    for i, cells in fired.items():
        texts = [_cell(cell, columns[0] - 1) for cell in cells]
        lines.append(row(axes.interceptor[i], texts, first, columns))
    worse = [first_worse(reading, a) for a in shown]
    numbers = ["none" if raid is None else f"raid {raid}" for raid in worse]
    lines.append(row("more leak from", numbers, first, columns))
    text = "(rounds loaded and in store at the start, divided by those fired in the first raid"
    text += f", times the time between raids, {every}" if every else ""
    text += "; more leak from: the first raid whose leakers less those of the first raid lie above "
    text += "0 with their whole interval)"
    return [*lines, *wrapped(text)]


def first_worse(reading: Reading, a: int) -> int | None:
    """The first raid, from 1, that lets more through than the first one by more than chance: the
    95 % interval of the difference, paired by world, lies above 0. None: no raid of the run."""
    low = reading.result.estimates["change_expected_leakers_by_raid_low"][a]
    above = np.flatnonzero(low > 0)
    return int(above[0]) + 1 if above.size else None


def lasting_as_json(reading: Reading) -> dict[str, Any]:
    """By architecture: how many raids, and days, each interceptor lasts, and from which raid on
    more leak; null for rounds that are not fired in the first raid, or of which a store has no end.
    """
    axes = reading.result.tally.axes
    every_s = _every_s(reading)
    told: dict[str, Any] = {}
    for a, name in enumerate(axes.architecture):
        rounds: dict[str, Any] = {}
        for i, interceptor in enumerate(axes.interceptor):
            raids = _raids(reading, a, i)
            if raids is None:
                continue
            rounds[interceptor] = {
                "endless": math.isinf(raids.value),
                "raids": raids.as_json,
                "days": _times(raids, every_s / _DAY_S).as_json if every_s else None,
            }
        told[name] = {"rounds_last": rounds, "more_leak_from_raid": first_worse(reading, a)}
    return told


def _unit(reading: Reading) -> tuple[str, str]:
    """The unit of the table, and the time between raids in words; "" if waves have several."""
    every_s = _every_s(reading)
    return ("days", f"{every_s / _DAY_S:.3g} days") if every_s else ("raids", "")


def _every_s(reading: Reading) -> float:
    return float(reading.result.provenance.get("raid_every_s", 0.0))


def _lasts(reading: Reading, a: int, i: int) -> Interval | None:
    """In the table's unit; None for rounds that are not fired in the first raid."""
    raids, every_s = _raids(reading, a, i), _every_s(reading)
    return raids if raids is None or not every_s else _times(raids, every_s / _DAY_S)


def _raids(reading: Reading, a: int, i: int) -> Interval | None:
    """Raids like the first that the rounds of an interceptor last; infinite: a store has no end."""
    tally, name = reading.result.tally, reading.result.tally.axes.architecture[a]
    if not tally.axes.raids or not tally["rounds_fired_by_raid"][:, a, 0, i].any():
        return None
    stores = json.loads(str(reading.result.provenance.get("stores") or "{}")).get(name, {})
    stock = stores.get(tally.axes.interceptor[i], 0)
    if stock is None:
        return Interval(math.inf, math.inf, math.inf)
    held = float(tally["rounds_loaded"][a, :, i].sum()) / reading.trials + stock
    fired = reading.estimate("expected_rounds_fired_by_raid", a, 0, i)
    return Interval(*(held / use if use else math.inf for use in (fired[0], fired[2], fired[1])))


def _times(interval: Interval, factor: float) -> Interval:
    return Interval(*(factor * end for end in interval))


def _cell(lasts: Interval | None, width: int) -> str:
    if lasts is None:
        return UNKNOWN
    return "without end" if math.isinf(lasts.value) else with_interval(lasts, width)
