"""The last trials that 32 bits can number: counted once, and no trial beyond them."""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.contract.purposes import Purpose
from mcdefense.engine.devices import Block, Fleet, choose_workers
from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import padded_sizes
from tests.system.random_numbers import philox_by_hand

TEXT = """
title = "One round, one missile"
threat.missile = {}
raid.one = {class = "missile", count = 1, start_s = 0}
battery.north = {magazine = {long = 1}}
interceptor.long = {}
[opportunities]
rows = [
  {threat = "one", battery = "north", interceptor = "long", launch_s = 1, intercept_s = 2, \
sspk = 0.5},
]
[architecture.only]
"""
BATCH = 128


@pytest.mark.parametrize("end", [2**32, 2**32 - 28])
def test_trials_do_not_begin_again_in_the_last_block(end: int) -> None:
    """A block of 128 that begins 50 trials before the end of the run: 50 are counted."""
    builder = Builder(loads(TEXT))
    schedule = builder.schedule(builder.world(1, 0))
    capacity = padded_sizes(schedule.sizes)
    with Fleet(choose_workers(1), 1) as fleet:
        fleet.submit(Block(schedule, capacity, end - 50, BATCH, end, 2))
        ((_, outcome),) = fleet.finished(everything=True)
    live, leaked = np.asarray(outcome.live), np.asarray(outcome.leakers)
    by_hand = [
        philox_by_hand.word(1, 0, trial, Purpose.KILL, 0, 0) // 2 for trial in range(end - 50, end)
    ]
    assert live.sum() == 50
    assert leaked.sum() == sum(draw >= 2**30 for draw in by_hand)
