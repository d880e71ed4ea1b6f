"""What drives the leakers of a result and what joining saves: its inputs, and its worlds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from mcdefense.errors import McdefenseError
from mcdefense.statistics.anew import weights_of
from mcdefense.statistics.drivers import (
    DriverInput,
    Drivers,
    Replicates,
    Steps,
    WorldMeans,
    drivers_of,
    untold,
)
from mcdefense.statistics.result import Result
from mcdefense.statistics.sample import sample_of
from mcdefense.statistics.turn import Turn, turn_of


class TooFewWorlds(McdefenseError):
    """The worlds of a result are too few, or of too few trials, to tell what drives it."""


@dataclass(frozen=True, eq=False)
class Driven:
    """The drivers of the leakers of each architecture [A], and of the headline's gain: leakers
    under the baseline less those under compare. `gain` and `turn` are None without a pair, and
    where baseline and compare are one architecture, as `left_out` then says. `turn` is along the
    strongest input with an order, None if none is known to do anything.

    `constant` are inputs that are the same in all worlds; `left_out` says why others are missing.
    """

    leakers: tuple[Drivers, ...]
    gain: Drivers | None
    turn: Turn | None
    constant: tuple[str, ...]
    left_out: tuple[str, ...]


def driven(result: Result, hidden: Collection[str] = (), show: Steps = untold) -> Driven:
    """The drivers of a result, without the inputs that are `hidden`, by their names: they belong
    to the remainder. `show` is told how far the work is. Raises TooFewWorlds if they say nothing:
    fewer than eight, or of one trial each."""
    tally, rows = result.tally, np.flatnonzero(result.tally["trials"] > 0)
    if rows.size < 8:
        raise TooFewWorlds(f"got {rows.size} world{'s' * (rows.size != 1)}, expected 8 or more")
    if np.any(tally["trials"][rows] < 2):
        message = "got worlds of one trial, which do not tell chance from what worlds draw"
        raise TooFewWorlds(message)
    inputs, constant, left_out = inputs_of(result, rows, hidden)
    drawn = Replicates.of(rows.size, int(result.provenance.get("seed", 0)))
    number = len(tally.axes.architecture)
    quantities = [_leakers(result, a, rows) for a in range(number)]
    a, b = _pair(result)
    if a == b:
        if number > 1:
            name = tally.axes.architecture[a]
            left_out = (*left_out, f"the gain: {name} is baseline and compare at once")
        return Driven(drivers_of(quantities, inputs, drawn, show), None, None, constant, left_out)
    saved = _gain(result, (a, b), rows)
    *leakers, gain = drivers_of([*quantities, saved], inputs, drawn, show)
    known = {one.name: one for one in inputs if one.is_numeric}
    strongest = next((s for s in gain.shares if s.name in known and s.is_seen), None)
    turn = None if strongest is None else turn_of(saved, known[strongest.name], drawn)
    return Driven(tuple(leakers), gain, turn, constant, left_out)


def inputs_of(
    result: Result, rows: np.ndarray, hidden: Collection[str] = ()
) -> tuple[list[DriverInput], tuple[str, ...], tuple[str, ...]]:
    """What these worlds differ by; the names of what they do not differ by; and what is left out:
    nights of a history, where there are too many to tell them apart, and what is hidden."""
    tally = result.tally
    trials = tally["trials"][rows].astype(np.float64)
    every = [
        DriverInput(f"uncertainty.{name}", "draw", values[rows])
        for name, values in result.parameters.items()
    ]
    if len(result.plan):
        plan = np.array([str(name) for name in result.plan[rows]], object)
        every.append(DriverInput("raid plan", "plan", plan))
    for c, name in enumerate(tally.axes.threat_class):
        every.append(DriverInput(f"live {name}", "live", tally["live"][rows, c] / trials))
    for m, name in enumerate(tally.axes.asset):
        every.append(
            DriverInput(f"live at {name}", "live", tally["live_at_asset"][rows, m] / trials)
        )
    left_out = []
    nights = np.unique(result.night[rows]) if len(result.night) else np.zeros(0)
    if nights.size > 1:
        if nights.size * 4 <= rows.size:
            night = np.array([str(n) for n in result.night[rows]], object)
            every.append(DriverInput("night", "night", night))
        else:
            left_out.append(
                f"the night: {nights.size} nights in {rows.size} worlds tell too little"
            )
    for one in every:
        if one.name in hidden:
            left_out.append(f"{one.name}: of a single place that may be real")
    every = [one for one in every if one.name not in hidden]
    differ = [one for one in every if np.unique(one.values.astype(str)).size > 1]
    constant = tuple(one.name for one in every if one not in differ and one.kind == "draw")
    return _without_repeats(differ), constant, tuple(left_out)


def _without_repeats(inputs: list[DriverInput]) -> list[DriverInput]:
    """The inputs without live threats that order the worlds as others before them do: those of a
    class that alone differs in number, and all of them at a sole asset, say the same."""
    kept: list[DriverInput] = []
    orders: list[np.ndarray] = []
    for one in inputs:
        if one.kind == "live":
            _, order = np.unique(np.round(one.values, 9), return_inverse=True)
            if any(np.array_equal(order, other) for other in orders):
                continue
            orders.append(order)
        kept.append(one)
    return kept


def _weights(result: Result, rows: np.ndarray) -> np.ndarray:
    sample = sample_of(result.tally, result.plan, weights_of(result.provenance))
    return np.asarray(sample["trials"][rows], np.float64)


def _leakers(result: Result, architecture: int, rows: np.ndarray) -> WorldMeans:
    tally = result.tally
    leaked = tally["leaked"][rows, architecture, -1]
    squares = tally["leakers_squared"][rows, architecture, -1]
    return _of_sums(leaked, squares, tally["trials"][rows], _weights(result, rows))


def _pair(result: Result) -> tuple[int, int]:
    """The baseline of the headline and its compare."""
    names = result.tally.axes.architecture
    first = str(result.provenance.get("baseline", names[0]))
    last = str(result.provenance.get("compare", names[-1]))
    a = names.index(first) if first in names else 0
    return a, names.index(last) if last in names else len(names) - 1


def _gain(result: Result, pair: tuple[int, int], rows: np.ndarray) -> WorldMeans:
    """Leakers under the first architecture of a pair less those under the other."""
    tally, (a, b) = result.tally, pair
    place = tally.axes.pairs.index((min(a, b), max(a, b)))
    leaked, squared = tally["leaked"][rows, :, -1], tally["leakers_squared"][rows, :, -1]
    squares = squared[:, a] + squared[:, b] - 2 * tally["leakers_product"][rows, place, -1]
    gained = leaked[:, a] - leaked[:, b]
    return _of_sums(gained, squares, tally["trials"][rows], _weights(result, rows))


def _of_sums(
    sums: np.ndarray, squares: np.ndarray, trials: np.ndarray, weight: np.ndarray
) -> WorldMeans:
    """Means, and the variance of each by the chance of the world's own trials."""
    n = trials.astype(np.float64)
    mean = sums / n
    variance = np.maximum(squares - n * mean**2, 0.0) / (n - 1) / n
    return WorldMeans(mean, variance, weight)
