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
    flank = load(ROOT / "configs" / "eastern_flank.toml", {"engagement.losses": True})
    builder = Builder(flank)
    return builder.schedule(builder.world(1, 0))


def disorder(schedule: Schedule, event: Event) -> list[str]:
    """What is wrong with the ranges of a kind of event, architecture by architecture."""
    group, begin, end = event.arrays
    ranges, turns = getattr(schedule.arrays, group), schedule.arrays.turns
    found = []
    for a, number in enumerate(turns.number):
        place = turns.place[a, :number]
        first, past = getattr(ranges, begin)[a, place], getattr(ranges, end)[a, place]
        some = past > first
        if (past < first).any() or (first[some][1:] != past[some][:-1]).any():
            found.append(f"{event.name} of architecture {a}")
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
