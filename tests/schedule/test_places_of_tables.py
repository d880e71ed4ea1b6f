"""Where what is possible stands in tables, places change nothing, and nobody asks for more."""

from __future__ import annotations

import pytest

from mcdefense.scenario import loads
from mcdefense.schedule import Builder

TEXT = """\
[threat.m]
[raid.m]
class = "m"
count = 3
start_s = 0
[sensor.s]
[interceptor.r]
[battery.b]
magazine.r = 3
sensors = ["s"]
[tracks]
rows = [{ sensor = "s", threat = "m", time_s = 0, probability = 1 }]
[opportunities]
rows = [
  { threat = "m", battery = "b", interceptor = "r", launch_s = 5, intercept_s = 10, sspk = 1 },
]
[architecture.a]
[architecture.b]
"""
PLACE = "at_deg = [50, 20]\n"


@pytest.mark.parametrize(
    ("known", "instead"),
    [
        ("[sensor.s]\n", "[sensor.s]\n" + PLACE),
        ("[battery.b]\n", "[battery.b]\n" + PLACE),
        ("[architecture.b]\n", '[architecture.b]\nset = { "battery.b.at_deg" = [50, 20] }\n'),
    ],
)
def test_a_place_needs_no_reach_and_no_speed(known: str, instead: str) -> None:
    without, placed = (Builder(loads(text)) for text in (TEXT, TEXT.replace(known, instead)))
    first, second = (one.schedule(one.world(1, 0)) for one in (without, placed))
    assert first.digest == second.digest
    assert first.sizes.opportunities == 3
