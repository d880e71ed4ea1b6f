"""One room for every case of this folder, so that they share a compiled program."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import mcdefense.run.simulator as simulator
from mcdefense.contract import Schedule, Sizes
from mcdefense.run.capacities import Capacities
from mcdefense.schedule.pad import fits

CAPACITY = Sizes(
    opportunities=448,
    objects=24,
    magazines=16,
    accounts=48,
    batteries=8,
    assets=4,
    flags=128,
    gates=96,
    tosses=256,
    tracks=112,
    cued=48,
    pairs=256,
    cells=48,
    sharing=1280,
    channel_rows=512,
    releases=512,
    pools=8,
    pooled=8,
    turns=448,
    onset_turns=0,
    onset_rows=0,
    onset_objects=0,
    impacts=0,
    loss_rows=0,
    loss_batteries=0,
    loss_magazines=0,
    losses=0,
    parts=0,
    post_rows=0,
    reloads=0,
    reload_rows=0,
    stores=0,
)
"""Small worlds waste some time in it, and spare a program each."""


class OneCapacity(Capacities):
    """The wide room for all that fits it."""

    def capacity(
        self, schedule: Schedule, trials: int, coming: Callable[[], list[Schedule]]
    ) -> Sizes:
        return (
            CAPACITY
            if fits(schedule.sizes, CAPACITY)
            else super().capacity(schedule, trials, coming)
        )


@pytest.fixture(autouse=True, scope="module")
def one_room() -> Iterator[None]:
    """Every run of the module is padded to ROOM."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulator, "Capacities", OneCapacity)
        yield
