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
    """Objects of one wave in one raid of one world; every field [n] but the first and the last."""

    wave: str
    member: NDArray[np.int64]  # index within the wave
    asset: NDArray[np.int64]  # index into the run's assets
    route: NDArray[np.int64]  # which of the wave's routes, for a laydown
    time_s: NDArray[np.float64]  # arrival (laydown) or start (table)
    flown: NDArray[np.bool_]
    """Whether it comes in this raid, or only in a larger one that numbers the same objects."""
    number: int = 0
    """Which of the raids in sequence it is of."""

    def objects(self) -> Iterator[tuple[int, int, float]]:
        """Asset, route and time of each object."""
        return zip(self.asset.tolist(), self.route.tolist(), self.time_s.tolist(), strict=True)


@dataclass(frozen=True)
class _Sortie:
    """One wave in one raid of the sequence: draws are keyed by the wave's place in the file, as a
    name is a label and changes nothing, and by the raid's number but for the first's."""

    name: str
    place: int
    number: int

    def uniforms(self, world: World, what: str, count: int) -> NDArray[np.float64]:
        """Numbers for one topic of this wave in this raid."""
        topic = f"{what}.{self.place}" + f".{self.number}" * (self.number > 0)
        return uniforms(world.seed, world.number, topic, count)

    def count(self, scenario: Scenario, world: World) -> int:
        """How many objects it has in this scenario."""
        wave = scenario.raid[self.name]
        if self.number >= wave.repeat:
            return 0
        return scenario.scaled(_drawn_count(wave, self, scenario, world))


def _drawn_count(wave: Wave, sortie: _Sortie, scenario: Scenario, world: World) -> int:
    count = wave.count
    if isinstance(count, int):
        return count
    u = sortie.uniforms(world, "count", 1)[0]
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
    """The waves of the world's plan, raid by raid, in file order. Raises InputError past
    MAX_OBJECTS.

    Objects are numbered by their place in the largest raid of this scenario and those `beside` it,
    which have the same waves; those that come in another one only are not flown. The first raid of
    a sequence has the numbers, and so the luck, that it has alone.
    """
    chosen = set(scenario.raid)
    if scenario.plan:
        chosen = set(list(scenario.plan.values())[world.raid_plan].waves)
    raid, total = [], 0
    for sortie in _sorties(scenario, beside):
        if sortie.name not in chosen:
            continue
        flown_count = sortie.count(scenario, world)
        count = max(flown_count, *(sortie.count(one, world) for one in beside), 0)
        total += count
        if total > MAX_OBJECTS:
            message = f"got {total:,} objects in world {world.number}, expected {MAX_OBJECTS:,}"
            where = scenario.where("raid", sortie.name, "count")
            raise InputError([Fault(where, f"raid.{sortie.name}.count", message + " or fewer")])
        raid.append(_flight(scenario, names, world, sortie, flown_count, count))
    return raid


def _sorties(scenario: Scenario, beside: Sequence[Scenario]) -> Iterator[_Sortie]:
    """Every wave of every raid, those of scenarios beside it too."""
    every = (scenario, *beside)
    for number in range(max(one.raids for one in every)):
        for place, name in enumerate(scenario.raid):
            if any(number < one.raid[name].repeat for one in every):
                yield _Sortie(name, place, number)


def _flight(
    scenario: Scenario, names: Names, world: World, sortie: _Sortie, flown_count: int, count: int
) -> Flight:
    """A wave's `count` objects in one raid, `flown_count` of which fly."""
    wave = scenario.raid[sortie.name]
    weights = wave.asset_weights or {NO_ASSET: 1.0}
    picks = weighted_choice(
        np.array(list(weights.values())), sortie.uniforms(world, "asset", count)
    )
    asset = np.array([names.asset.index(a) for a in weights], np.int64)[picks]
    route = np.floor(sortie.uniforms(world, "route", count) * wave.routes).astype(np.int64)
    window = wave.arrival_s if wave.laydown else wave.start_s
    assert window is not None
    time, flown = _members(wave, window, sortie.uniforms(world, "time", count), flown_count)
    if sortie.number:
        time = time + sortie.number * (wave.every_s or 0.0)
    return Flight(sortie.name, np.arange(count), asset, route, time, flown, sortie.number)
