"""Every kind of event has its side list: ranges before the turns, in their order, no row twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mcdefense.contract import Arrays, Event, Schedule, declared
from mcdefense.scenario import load
from mcdefense.schedule import Builder
from tests.support.validation_store import ROOT


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    filled_up = "battery.medium_amber.reload.medium_sam"
    overrides = {f"{filled_up}.{key}": value for key, value in (("rounds", 4), ("every_s", 60))}
    builder = Builder(load(ROOT / "configs" / "eastern_flank.toml", overrides))
    return builder.schedule(builder.world(1, 0))


def disorder(schedule: Schedule, event: Event) -> list[str]:
    """What is wrong with the ranges of a kind of event, orders by orders."""
    group, begin, end = event.arrays
    ranges, turns = getattr(schedule.arrays, group), schedule.arrays.turns
    onsets, found = schedule.arrays.onsets, []
    for orders, owner in enumerate(schedule.features.owners):
        place = turns.place[owner, : turns.number[owner]]
        numbered: Any = orders
        if schedule.features.onsets[owner] >= 0:  # each opportunity has a turn of either orders
            numbered = onsets.orders[owner, : place.size]
            if event is not Event.RELOAD:  # which comes before the first of the two
                place, numbered = place[numbered == orders], orders
        first, past = (getattr(ranges, name)[numbered, place] for name in (begin, end))
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


_ROWS = {Event.IMPACT: "loss_rows", Event.RELOAD: "reload_rows"}
"""The axis of the ranges of events that only some schedules have."""


def test_every_range_is_declared() -> None:
    axes = dict(declared(Arrays))
    for event in Event:
        group, *ends = event.arrays
        for end in ends:
            rows = _ROWS.get(event, "opportunities")
            assert axes[group, end] == ("orders", rows)
