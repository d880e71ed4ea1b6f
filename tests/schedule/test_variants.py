"""Architectures that change the physics: one list, with what each of them can use of it."""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder
from tests.support.small_scenarios import LAYDOWN

TEXT = """
title = "variants"
[battery.gun]
magazine = { round = 9 }
[interceptor.round]
against.drone.sspk = 0.5
[threat.drone]
[raid.one]
class = "drone"
count = 1
start_s = 0
[opportunities]
rows = [
  { threat = "one", battery = "gun", interceptor = "round", launch_s = 0, intercept_s = 9 },
  { threat = "one", battery = "gun", interceptor = "round", launch_s = 10, intercept_s = 19 },
  { threat = "one", battery = "gun", interceptor = "round", launch_s = 20, intercept_s = 29 },
]
[architecture.as_is]
[architecture.better]
set = { "interceptor.round.against.drone.sspk" = 0.75 }
"""


def test_an_overridden_kill_probability_shares_the_list() -> None:
    builder = Builder(loads(TEXT))
    schedule = builder.schedule(builder.world(seed=1, number=0))
    chances, doctrine = schedule.arrays.chances, schedule.arrays.doctrine
    assert schedule.sizes.opportunities == 3
    assert doctrine.allowed.tolist() == [[1, 1, 1], [1, 1, 1]]
    limits = chances.kill[chances.kill_variant, :, 0, 0]
    assert np.array_equal(limits, [[2**30 - 1] * 3, [3 * 2**29 - 1] * 3])


@pytest.mark.parametrize(
    ("setting", "rounds"),
    [
        ('battery.north.class = "long_sam"', {"long_sam", "low_terminal", "medium_sam"}),
        ("battery.north.magazine.high_terminal = 3", {"high_terminal", "low_terminal"}),
        ('battery.north.sensors = ["lookout"]', {"medium_sam"}),
        ('battery.bare.organic.class = "medium_sam_radar"', {"medium_sam"}),
    ],
)
def test_an_architecture_may_have_other_rounds_and_sensors(setting: str, rounds: set[str]) -> None:
    """An interceptor or a sensor that only some architectures have is on the axis of all."""
    bare = "[battery.bare]\nat_deg = [50.1, 20.1]\nmagazine = { medium_sam = 3 }\n"
    text = f"{LAYDOWN}{bare}[architecture.other]\nset.{setting}\n"
    builder = Builder(loads(text))
    plain = Builder(loads(LAYDOWN + bare + "[architecture.other]\n"))
    assert rounds <= set(builder.names.interceptor)
    one, other = (b.schedule(b.world(seed=1, number=0)) for b in (builder, plain))
    for schedule in (one, other):
        assert schedule.arrays.doctrine.allowed[:2].sum() == other.arrays.doctrine.allowed[:2].sum()
    assert one.digest != other.digest
