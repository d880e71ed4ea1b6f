"""Every kind of event has its side list: ranges before the turns, in their order, no row twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mcdefense.contract import Arrays, Event, Schedule, declared
from mcdefense.scenario import load
from mcdefense.schedule import Builder
from tests.support.validation_store import ROOT


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    builder = Builder(load(ROOT / "configs" / "eastern_flank.toml"))
    return builder.schedule(builder.world(1, 0))


def disorder(schedule: Schedule, event: Event) -> list[str]:
    """What is wrong with the ranges of a kind of event, orders by orders."""
    group, begin, end = event.arrays
    ranges, turns = getattr(schedule.arrays, group), schedule.arrays.turns
    onsets, found = schedule.arrays.onsets, []
    for orders, owner in enumerate(schedule.features.owners):
        place = turns.place[owner, : turns.number[owner]]
        if schedule.features.onsets[owner] >= 0:  # each opportunity has a turn of either orders
            place = place[onsets.orders[owner, : len(place)] == orders]
        first, past = getattr(ranges, begin)[orders, place], getattr(ranges, end)[orders, place]
        some = past > first
        if (past < first).any() or (first[some][1:] != past[some][:-1]).any():
            found.append(f"{event.name} of orders {orders}")
    return found


@pytest.mark.parametrize("event", Event)
def test_rows_follow_each_other_from_turn_to_turn(schedule: Schedule, event: Event) -> None:
    assert disorder(schedule, event) == []
    group, begin, end = event.arrays
    ranges = getattr(schedule.arrays, group)
    shifted = getattr(ranges, begin).copy()
    some = getattr(ranges, end) > shifted
    a = int(some.sum(1).argmax())
    shifted[a, np.flatnonzero(some[a])[-1]] -= 1  # the last range has a row of the one before too
    changed = schedule.arrays._replace(**{group: ranges._replace(**{begin: shifted})})
    assert disorder(replace(schedule, arrays=changed), event)


def test_every_range_is_declared() -> None:
    axes = dict(declared(Arrays))
    for event in Event:
        group, *ends = event.arrays
        for end in ends:
            rows = "loss_rows" if event is Event.IMPACT else "opportunities"
            assert axes[group, end] == ("orders", rows)
