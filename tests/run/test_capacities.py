"""Worlds of very different size need few capacities, one trace each, with little work wasted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mcdefense.contract import Schedule
from mcdefense.engine import devices
from mcdefense.engine.block import simulate_block
from mcdefense.run.builders import AHEAD
from mcdefense.run.capacities import ROWS_OF_A_COMPILATION, Capacities
from mcdefense.run.simulator import Simulator
from mcdefense.scenario import load, loads
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import fits, state_rows_of
from mcdefense.world.raid import flights

MASS_RAID = Path(__file__).parents[2] / "configs" / "mass_raid.toml"
ROWS_OF_A_PAIRING = 5
"""A pairing takes as long as so many rows of capacity: 6 ns to 1.2 ns."""

VARIED = """\
title = "Raids of 1 to 40"
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]
[battery.north]
class    = "medium_sam"
at_deg   = [50.3, 20.2]
[raid.missiles]
class     = "subsonic_cruise"
count     = [1, 40]
from      = { bearing_deg = 60, range_km = 300 }
arrival_s = [0, 300]
routes    = 1
[architecture.only]
"""


def traces() -> int:
    """Shapes that the simulation of a block has been traced for in this process."""
    # JAX has no public count of what it traced.
    traced: int = simulate_block._cache_size()  # type: ignore[attr-defined]  # noqa: SLF001
    return traced


@cache
def nights() -> list[Schedule]:
    """The worlds of mass_raid, each real night once, in size: one is built, the others are taken
    to need as much for an object."""
    builder = Builder(load(MASS_RAID))
    built = builder.schedule(builder.world(1, 3))
    grow = ("opportunities", "objects", "gates", "tracks", "cued", "pairs", "sharing")
    schedules = []
    for number in range(742):
        raid = flights(builder.scenario, builder.names, builder.world(1, number))
        objects = sum(flight.member.size for flight in raid)
        sizes = {n: getattr(built.sizes, n) * objects // built.sizes.objects for n in grow}
        schedules.append(replace(built, sizes=replace(built.sizes, **sizes)))
    return schedules


@pytest.mark.parametrize("trials", [128, 4096])
@pytest.mark.parametrize("first", [0, 200, 400])
def test_nights_of_20_and_of_800_objects_share_few_capacities(trials: int, first: int) -> None:
    """Less than a quarter of the work is filling rows that a world does not need; in a short run,
    where a compilation takes longer than that, less than two compilations."""
    worlds, capacities = nights()[first:], Capacities()
    wasted = useful = 0
    for i, world in enumerate(worlds):
        capacity = capacities.capacity(world, trials, lambda i=i: worlds[i + 1 : i + AHEAD])  # type: ignore[misc]
        assert fits(world.sizes, capacity)
        needed = state_rows_of(world.features, world.sizes)
        wasted += state_rows_of(world.features, capacity) - needed
        pairings = world.sizes.opportunities * world.features.architectures
        useful += pairings * ROWS_OF_A_PAIRING + needed
    assert len(capacities) <= 6
    quarter = wasted < (wasted + useful) / 4
    assert quarter or wasted * trials < 2 * ROWS_OF_A_COMPILATION
    assert quarter or trials < 4096


def test_a_narrower_room_is_made_only_where_it_pays() -> None:
    """One small night in a wide capacity is worth no compilation; so many trials of it are."""
    by_size = sorted(nights(), key=lambda world: world.sizes.opportunities)
    small, large, capacities = by_size[0], by_size[-1], Capacities()
    wide = capacities.capacity(large, 128, list)
    assert capacities.capacity(small, 128, list) == wide
    assert capacities.capacity(small, 10**6, list) != wide
    assert capacities.capacity(large, 10**6, list) == wide
    assert len(capacities) == 2


def test_one_trace_a_capacity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worlds of 1 to 40 objects: first small ones, then all; a program for each of two."""
    # What earlier tests compiled would be dropped in between, and the count with it.
    monkeypatch.setattr(devices, "MOST_PROGRAMS", 10_000)
    simulator = Simulator(loads(VARIED), seed=1, trials=32, devices=1)
    builder = Builder(loads(VARIED))
    sizes = [builder.schedule(builder.world(1, world)).sizes.objects for world in range(24)]
    small = np.flatnonzero(np.array(sizes) <= 8)
    assert 1 <= small.size < 24
    assert max(sizes) > 30
    before = traces()
    simulator.simulate(small)
    assert traces() == before + 1
    simulator.simulate(np.arange(24))
    assert traces() == before + 2
