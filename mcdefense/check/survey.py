"""A look at some worlds before a run: who can engage whom, and what the run will take."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Names, Schedule
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder, padded_sizes, state_rows_of
from mcdefense.world import flights

Counts = NDArray[np.int64]

LEAST_WORLDS = 2
"""Worlds built at least: the first also computes the geometry that later ones share."""
_MOST_DRAWN = 300
"""Worlds drawn in search of each plan and wave; one that is rarer is not looked at."""


@dataclass(frozen=True)
class Survey:
    """Sums over the worlds looked at; A architectures, C classes, B batteries, I interceptors."""

    names: Names
    worlds: tuple[int, ...]
    objects: Counts  # [C]
    reached: Counts  # [A, C] objects with an opportunity
    opportunities: Counts  # [A, C, B, I]
    listed: int  # opportunities that every architecture has to judge
    planned: int  # entries of fire plans, over all architectures
    seconds_first: float  # to build the first world
    seconds_later: float  # to build each later one
    state_rows: int  # 16-bit numbers that one trial needs while it is simulated
    schedule_bytes: int  # arrays of the largest world


def survey(scenario: Scenario, seed: int, least_worlds: int = LEAST_WORLDS) -> Survey:
    """The survey of the first worlds of a run with this seed, every plan and wave among them.

    Raises InputError for a raid or a flight that cannot be.
    """
    begin = time.perf_counter()
    builder = Builder(scenario)
    names = builder.names
    numbers = worlds_to_build(builder, seed, least_worlds)
    shape = (len(names.architecture), len(names.threat_class))
    objects = np.zeros(shape[1], np.int64)
    reached = np.zeros(shape, np.int64)
    opportunities = np.zeros((*shape, len(names.battery), len(names.interceptor)), np.int64)
    listed = planned = state_rows = schedule_bytes = 0
    seconds = []
    for number in numbers:
        schedule = builder.schedule(builder.world(seed, number))
        labels, listing = schedule.labels, schedule.arrays.opportunities
        where = (
            labels.object_class[listing.object],
            listing.battery,
            labels.magazine_interceptor[listing.magazine],
        )
        np.add.at(objects, labels.object_class, 1)
        for a in range(shape[0]):
            np.add.at(reached[a], labels.object_class[labels.object_reachable[a]], 1)
            allowed = schedule.arrays.doctrine.allowed[a] != 0
            np.add.at(opportunities[a], tuple(column[allowed] for column in where), 1)
        listed += schedule.sizes.opportunities
        planned += schedule.sizes.plans
        rows = state_rows_of(schedule.features, padded_sizes(schedule.sizes))
        state_rows = max(state_rows, rows)
        schedule_bytes = max(schedule_bytes, bytes_of(schedule))
        seconds.append(time.perf_counter() - begin)
        begin = time.perf_counter()
    return Survey(
        names,
        tuple(numbers),
        objects,
        reached,
        opportunities,
        listed,
        planned,
        seconds_first=seconds[0],
        seconds_later=float(np.mean(seconds[1:] or seconds)),
        state_rows=state_rows,
        schedule_bytes=schedule_bytes,
    )


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
        found = missing & (come | {f"plan {world.plan}"})
        if found:
            numbers.add(number)
            missing -= found
        if not missing:
            break
    return sorted(numbers)


def bytes_of(schedule: Schedule) -> int:
    """Bytes of the arrays of one world."""
    fields = (value for group in schedule.arrays for value in group if np.ndim(value))
    return sum(np.asarray(value).nbytes for value in fields)
