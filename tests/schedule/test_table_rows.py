"""Which rows of a table hold for an object: its own, and those of its wave that they leave."""

from __future__ import annotations

import numpy as np

from mcdefense.encounter.table import TableBlocks
from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder

TEXT = """
[threat.m]
[interceptor.x]
[interceptor.y]
[sensor.eye]
[sensor.ear]
[battery.a]
magazine = { x = 9, y = 9 }
[battery.b]
magazine = { x = 9 }
sensors = ["eye"]
[raid.r]
class = "m"
count = 12
start_s = 0
[architecture.only]
[opportunities]
rows = [
  { threat = "r", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 10, sspk = 0.1 },
  { threat = "r", battery = "a", interceptor = "x", launch_s = 20, intercept_s = 30, sspk = 0.2 },
  { threat = "r", battery = "a", interceptor = "y", launch_s = 0, intercept_s = 12, sspk = 0.3 },
  { threat = "r", battery = "b", interceptor = "x", launch_s = 0, intercept_s = 14, sspk = 0.4 },
  { threat = "r.03", battery = "a", interceptor = "x", launch_s = 5, intercept_s = 9, sspk = 0.5 },
]
[tracks]
rows = [
  { sensor = "eye", threat = "r", time_s = 0, probability = 0.2 },
  { sensor = "eye", threat = "r", time_s = 5, probability = 0.9 },
  { sensor = "ear", threat = "r", time_s = 1, probability = 0.6 },
  { sensor = "eye", threat = "r.3", time_s = 2, probability = 0.1 },
]
"""


def met(member: int) -> tuple[list[float], dict[int, tuple[list[float], list[float]]], float]:
    """Kill probabilities, and by sensor the times and probabilities of track; time to impact."""
    builder = Builder(loads(TEXT))
    encounter, impact_s, sspk = TableBlocks(builder.scenario, builder.names).encounter("r", member)
    tracks = {
        int(sensor): (encounter.time_s[k, :n].tolist(), encounter.probability[k, :n].tolist())
        for k, (sensor, n) in enumerate(zip(encounter.sensor, encounter.times, strict=True))
    }
    return np.sort(sspk).tolist(), tracks, impact_s


def test_an_object_without_rows_has_those_of_its_wave() -> None:
    sspk, tracks, impact_s = met(0)
    assert sspk == [0.1, 0.2, 0.3, 0.4]
    assert tracks == {0: ([0, 5], [0.2, 0.9]), 1: ([1], [0.6])}
    assert impact_s == 30
    assert met(11) == met(0)


def test_rows_of_an_object_stand_instead_of_its_waves_for_the_same_shooter_or_sensor() -> None:
    sspk, tracks, impact_s = met(3)
    assert sspk == [0.3, 0.4, 0.5]
    assert tracks == {0: ([2], [0.1]), 1: ([1], [0.6])}
    assert impact_s == 14
