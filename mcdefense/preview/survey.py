"""A look at some worlds before a run: who can engage whom, and what the run will take."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Names, Schedule
from mcdefense.encounter import Engagements
from mcdefense.preview.tossed import tosses_of_coins
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder, padded_sizes, state_rows_of
from mcdefense.statistics import Axes, Tally
from mcdefense.world import flights, time_bins

Counts = NDArray[np.int64]

LEAST_WORLDS = 2
"""Worlds built at least: the first also computes the geometry that later ones share."""
_MOST_DRAWN = 300
"""Worlds drawn in search of each plan and wave; one that is rarer is not looked at."""
_TIMED = 5
"""Worlds built only to time them, when the geometry that all of them share is known."""
_SAMPLE = 200
"""Worlds whose objects are counted, by class, for the size of the mean world."""


@dataclass(frozen=True)
class Survey:
    """Sums over the worlds looked at; A architectures, C classes, B batteries, I interceptors,
    M assets, S sensors."""

    names: Names
    worlds: tuple[int, ...]
    objects: Counts  # [C]
    reached: Counts  # [A, C] objects with an opportunity
    opportunities: Counts  # [A, C, B, I]
    met_at: Counts  # [2, C, M] objects by the asset they fly at: all, and with an opportunity
    listed: int  # opportunities that every architecture has to judge
    sharing: int  # steps of sharing in bursts, over all architectures
    listed_by_class: Counts  # [C] of the opportunities listed, those at objects of a class
    sighted: Counts  # [S] objects of which a sensor can gain a track, in any physics
    longest_flight_s: float  # of those objects
    last_launch_s: float  # of all opportunities, in any physics
    tossed: Counts  # [coins] tosses that some architecture asks for
    mean_objects: NDArray[np.float64]  # [C] a world, over many more worlds than are built
    seconds_first: float  # on a core, to build the first world
    seconds_later: float  # the same of a later one of the mean size of those looked at
    state_rows: int  # 16-bit numbers that one trial needs while it is simulated
    schedule_bytes: int  # arrays of the largest world
    run_bytes: int  # what is counted of a run, without what is counted of each world
    world_bytes: int  # what is counted of one world

    def counts_bytes(self, worlds: int) -> int:
        """Bytes of the counts of a run of so many worlds."""
        return self.run_bytes + worlds * self.world_bytes

    @property
    def relative_size(self) -> float:
        """Opportunities of the mean world of a run, relative to those of the worlds looked at.

        These are chosen for every plan and wave to come, so that rare and large raids are among
        them too often.
        """
        per_object = self.listed_by_class / np.maximum(self.objects, 1)
        looked_at = self.listed_by_class.sum() / len(self.worlds)
        return float(self.mean_objects @ per_object / looked_at) if looked_at else 1.0


def survey(
    scenario: Scenario, seed: int, least_worlds: int = LEAST_WORLDS, *, timed: bool = True
) -> Survey:
    """The survey of the first worlds of a run with this seed, every plan and wave among them.

    What only a forecast needs, worlds to be timed and objects of many worlds, is left out unless
    `timed`: their times and numbers are then those of the worlds looked at.

    Raises InputError for a raid or a flight that cannot be.
    """
    begin = time.thread_time()
    builder = Builder(scenario)
    names = builder.names
    numbers = worlds_to_build(builder, seed, least_worlds)
    shape = (len(names.architecture), len(names.threat_class))
    objects = np.zeros(shape[1], np.int64)
    reached = np.zeros(shape, np.int64)
    opportunities = np.zeros((*shape, len(names.battery), len(names.interceptor)), np.int64)
    listed_by_class = np.zeros(shape[1], np.int64)
    met_at = np.zeros((2, shape[1], len(names.asset)), np.int64)
    sighted, longest_flight_s = np.zeros(len(names.sensor), np.int64), 0.0
    tossed, last_launch_s = np.zeros(len(scenario.coin), np.int64), 0.0
    listed = sharing = state_rows = schedule_bytes = 0
    seconds = []
    for number in numbers:
        world = builder.world(seed, number)
        schedule = builder.schedule(world)
        labels, listing = schedule.labels, schedule.arrays.opportunities
        where = (
            labels.object_class[listing.object],
            listing.battery,
            labels.magazine_interceptor[listing.magazine],
        )
        np.add.at(objects, labels.object_class, 1)
        met_at += met_by_asset(schedule, met_at.shape)
        np.add.at(listed_by_class, where[0], 1)
        for a in range(shape[0]):
            np.add.at(reached[a], labels.object_class[labels.object_reachable[a]], 1)
            allowed = schedule.arrays.doctrine.allowed[a] != 0
            np.add.at(opportunities[a], tuple(column[allowed] for column in where), 1)
        listed += schedule.sizes.opportunities
        sharing += schedule.sizes.sharing
        rows = state_rows_of(schedule.features, padded_sizes(schedule.sizes))
        state_rows = max(state_rows, rows)
        schedule_bytes = max(schedule_bytes, bytes_of(schedule))
        seconds.append(time.thread_time() - begin)
        met = builder.engagements(world)
        sighted += sightings(met, len(names.sensor))
        longest_flight_s = max(longest_flight_s, longest_s(met))
        last_launch_s = max(last_launch_s, last_s(met))
        tossed += tosses_of_coins(scenario, names, schedule)
        begin = time.thread_time()
    return Survey(
        names,
        tuple(numbers),
        objects,
        reached,
        opportunities,
        met_at,
        listed,
        sharing,
        listed_by_class,
        sighted,
        longest_flight_s,
        last_launch_s,
        tossed,
        mean_objects(builder, seed) if timed else objects / len(numbers),
        seconds_first=seconds[0],
        seconds_later=(
            _seconds_later(builder, seed, numbers, seconds, listed / len(numbers))
            if timed
            else float(np.mean(seconds[1:] or seconds))
        ),
        state_rows=state_rows,
        schedule_bytes=schedule_bytes,
        run_bytes=(run_bytes := _counted(scenario, names, 0)),
        world_bytes=_counted(scenario, names, 1) - run_bytes,
    )


def _counted(scenario: Scenario, names: Names, worlds: int) -> int:
    """Bytes of the counts of so many worlds."""
    axes = Axes(
        architecture=names.architecture,
        threat_class=names.threat_class,
        battery=names.battery,
        interceptor=names.interceptor,
        asset=names.asset,
        world=np.arange(worlds),
        time=time_bins(scenario),
        raids=scenario.raids if scenario.raids > 1 else 0,
    )
    return sum(count.nbytes for count in Tally.zeros(axes).counts.values())


def sightings(met: Engagements, sensors: int) -> Counts:
    """Objects of one world of which each sensor can gain a track [S]."""
    tracks = met.tracks
    seen = (tracks.probability[:, -1] > 0) & met.objects.flown[tracks.object]
    pairs = np.unique(np.stack([tracks.sensor[seen], tracks.object[seen]]), axis=1)
    return np.bincount(pairs[0], minlength=sensors).astype(np.int64)


def met_by_asset(schedule: Schedule, shape: tuple[int, ...]) -> Counts:
    """Objects of one world by class and the asset they fly at [2, C, M]: all of them, and those at
    which any battery has an opportunity in any architecture."""
    labels = schedule.labels
    found = np.zeros(shape, np.int64)
    for part, counted in enumerate((slice(None), labels.object_reachable.any(axis=0))):
        where = (labels.object_class[counted], labels.object_asset[counted])
        np.add.at(found[part], where, 1)
    return found


def longest_s(met: Engagements) -> float:
    """Seconds from start to impact of the object of one world that flies longest."""
    objects = met.objects
    flown = (objects.impact_ms - objects.start_ms)[objects.flown]
    return float(flown.max(initial=0)) / 1000.0


def last_s(met: Engagements) -> float:
    """Time of the last launch that any battery can make in one world."""
    return float(met.opportunities.launch_ms.max(initial=0)) / 1000.0


def worlds_to_build(builder: Builder, seed: int, least: int) -> list[int]:
    """The first worlds, and the first that has each plan and each wave, if they are not rare."""
    scenario, names = builder.scenario, builder.names
    plans = [plan for plan in scenario.plans.values() if plan.weight > 0]
    missing: set[str] = {name for plan in plans for name in plan.waves}
    missing |= {f"plan {i}" for i, plan in enumerate(scenario.plan.values()) if plan.weight > 0}
    numbers = set(range(least))
    for number in range(_MOST_DRAWN):
        world = builder.world(seed, number)
        come = {flight.wave for flight in flights(scenario, names, world) if flight.member.size}
        found = missing & (come | {f"plan {world.raid_plan}"})
        if found:
            numbers.add(number)
            missing -= found
        if not missing:
            break
    return sorted(numbers)


def _seconds_later(
    builder: Builder, seed: int, built: list[int], seconds: list[float], mean_listed: float
) -> float:
    """Seconds on a core to build a later world with so many opportunities.

    The worlds looked at first find most of the geometry, which those of a long run look up: so
    further ones are timed, by opportunity.
    """
    listed = 0
    begin = time.thread_time()
    last = min(builder.scenario.run.worlds, len(built) + _TIMED)
    for number in sorted(set(range(last)) - set(built)):
        listed += builder.schedule(builder.world(seed, number)).sizes.opportunities
    if not listed:
        return float(np.mean(seconds[1:] or seconds))
    return (time.thread_time() - begin) / listed * mean_listed


def mean_objects(builder: Builder, seed: int) -> NDArray[np.float64]:
    """Objects of each threat class a world [C], over the first worlds of a run."""
    scenario, names = builder.scenario, builder.names
    total = np.zeros(len(names.threat_class))
    sample = min(_SAMPLE, scenario.run.worlds)
    for number in range(sample):
        for flight in flights(scenario, names, builder.world(seed, number)):
            kind = names.threat_class.index(scenario.raid[flight.wave].class_)
            total[kind] += flight.member.size
    return total / sample


def bytes_of(schedule: Schedule) -> int:
    """Bytes of the arrays of one world."""
    fields = (value for group in schedule.arrays for value in group if np.ndim(value))
    return sum(np.asarray(value).nbytes for value in fields)
