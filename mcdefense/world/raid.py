"""The objects of one world's raid: how many, of which class, by which route, when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import NO_ASSET, Names
from mcdefense.errors import Fault, InputError
from mcdefense.scenario import MAX_OBJECTS, Scenario, Wave
from mcdefense.world.uniforms import uniforms, weighted_choice
from mcdefense.world.world import World


@dataclass(frozen=True)
class Flight:
    """Objects of one wave in one world; every field [n]."""

    wave: str
    member: NDArray[np.int64]  # index within the wave
    asset: NDArray[np.int64]  # index into the run's assets
    route: NDArray[np.int64]  # which of the wave's routes, for a laydown
    time_s: NDArray[np.float64]  # arrival (laydown) or start (table)
    flown: NDArray[np.bool_]
    """Whether it comes in this raid, or only in a larger one that numbers the same objects."""

    def objects(self) -> Iterator[tuple[int, int, float]]:
        """Asset, route and time of each object."""
        return zip(self.asset.tolist(), self.route.tolist(), self.time_s.tolist(), strict=True)


def _count(wave: Wave, place: int, scenario: Scenario, world: World) -> int:
    return scenario.scaled(_drawn_count(wave, place, scenario, world))


def _drawn_count(wave: Wave, place: int, scenario: Scenario, world: World) -> int:
    count = wave.count
    if isinstance(count, int):
        return count
    u = uniforms(world.seed, world.number, f"count.{place}", 1)[0]
    if isinstance(count, tuple):
        low, high = count
        return min(low + int(u * (high - low + 1)), high)
    if count.poisson is not None:
        return _poisson(count.poisson, u)
    assert scenario.history is not None
    assert count.column is not None
    return int(scenario.history.columns.count[count.column][world.night])


def _poisson(mean: float, u: float) -> int:
    from scipy.stats import poisson

    return int(poisson.ppf(u, mean)) if mean > 0 else 0


def _times(
    wave: Wave, window: float | tuple[float, float], u: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Arrivals or starts [s] in ascending order, from one number each."""
    low, high = window if isinstance(window, tuple) else (window, window)
    if wave.arrival == "regular":
        return low + (high - low) * np.arange(u.size) / max(u.size - 1, 1)
    if wave.arrival == "simultaneous":
        return np.full(u.size, low)
    if wave.arrival == "poisson":
        mean_gap = (high - low) / max(u.size, 1)
        return low + np.cumsum(-np.log(u) * mean_gap)
    return low + (high - low) * np.sort(u)


def _members(
    wave: Wave, window: float | tuple[float, float], u: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Times of all members, one number each, and which `count` of them fly in this raid.

    They have the times that a raid of `count` draws from the first numbers. Where times are drawn
    evenly all members stand in the order of all times, so that each has the same place and time in
    every raid that it is in; else those that fly come first.
    """
    if u.size == count:
        return _times(wave, window, u), np.ones(count, np.bool_)
    if wave.arrival == "uniform" and isinstance(window, tuple):
        return _times(wave, window, u), np.argsort(u, kind="stable") < count
    high = window[1] if isinstance(window, tuple) else window
    time = np.full(u.size, float(high))
    time[:count] = _times(wave, window, u[:count])
    return time, np.arange(u.size) < count


def flights(
    scenario: Scenario, names: Names, world: World, beside: Sequence[Scenario] = ()
) -> list[Flight]:
    """The waves of the world's plan, in file order. Raises InputError past MAX_OBJECTS.

    Objects are numbered by their place in the largest raid of this scenario and those `beside` it,
    which have the same waves; those that come in another one only are not flown.
    """
    chosen = set(scenario.raid)
    if scenario.plan:
        chosen = set(list(scenario.plan.values())[world.raid_plan].waves)
    raid, total = [], 0
    # Draws are keyed by the wave's place in the file: a name is a label, and changes nothing.
    for place, (name, wave) in enumerate(scenario.raid.items()):
        if name not in chosen:
            continue
        flown_count = _count(wave, place, scenario, world)
        others = (_count(one.raid[name], place, one, world) for one in beside)
        count = max(flown_count, *others, 0)
        total += count
        if total > MAX_OBJECTS:
            message = f"got {total:,} objects in world {world.number}, expected {MAX_OBJECTS:,}"
            where = scenario.where("raid", name, "count")
            raise InputError([Fault(where, f"raid.{name}.count", message + " or fewer")])
        weights = wave.asset_weights or {NO_ASSET: 1.0}
        picks = weighted_choice(
            np.array(list(weights.values())),
            uniforms(world.seed, world.number, f"asset.{place}", count),
        )
        asset = np.array([names.asset.index(a) for a in weights], np.int64)[picks]
        route = np.floor(
            uniforms(world.seed, world.number, f"route.{place}", count) * wave.routes
        ).astype(np.int64)
        window = wave.arrival_s if wave.laydown else wave.start_s
        assert window is not None
        u = uniforms(world.seed, world.number, f"time.{place}", count)
        time, flown = _members(wave, window, u, flown_count)
        raid.append(Flight(name, np.arange(count), asset, route, time, flown))
    return raid
