"""The launch grid of a laydown: as fine as the battery asks, coarser against slow threats."""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.encounter.physics import physics_of
from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder

LAYDOWN = """
title = "grid"
[asset.town]
at_deg = [0.0, 0.0]
[battery.gun]
at_deg = [0.0, 0.0]
magazine = {{ burst = 9 }}
channels = 1
launch_spacing_s = {battery_s}
organic = {{ reach_km = 100, revisit_s = 1, p_look = 1.0 }}
[interceptor.burst]
speed_kms = 1.0
against.drone = {{ range_km = [0, {reach_km}], altitude_km = [0, 3], sspk = 0.5 }}
[threat.drone]
flight = "cruise"
speed_kms = 0.05
height_km = 0.1
rcs_m2 = 0.1
launch_spacing_s = {threat_s}
[raid.drones]
class = "drone"
count = 1
asset = "town"
from = {{ bearing_deg = 90, range_km = 60 }}
arrival_s = 2000
"""


@pytest.mark.parametrize(
    ("battery_s", "threat_s", "reach_km", "expected_s"),
    [
        (2.0, 60.0, 40.0, 60.0),  # the threat's own grid
        (90.0, 60.0, 40.0, 90.0),  # a battery that is slower still
        (2.0, 240.0, 4.0, 40.0),  # no coarser than half the 80 s of flight through the reach
    ],
)
def test_the_grid_is_the_coarser_one_but_never_skips_a_short_reach(
    battery_s: float, threat_s: float, reach_km: float, expected_s: float
) -> None:
    text = LAYDOWN.format(battery_s=battery_s, threat_s=threat_s, reach_km=reach_km)
    builder = Builder(loads(text))
    shooter = physics_of(builder.scenario, builder.names).shooters[0]
    assert shooter.launch_spacing_s[0] == pytest.approx(expected_s)
    schedule = builder.schedule(builder.world(seed=1, number=0))
    # Inbound at 50 m/s through the reach: a launch at every step of the grid that has an
    # intercept before the impact, the first as the window opens.
    window_s = reach_km / 0.05 * (1.0 + 0.05 / 1.0) - reach_km / 1.0 / 20.0
    least = int((window_s - reach_km / 1.0) // expected_s)
    assert least <= schedule.sizes.opportunities <= int(window_s // expected_s) + 2


def test_a_world_is_the_same_whatever_was_built_before() -> None:
    text = LAYDOWN.format(battery_s=2.0, threat_s=60.0, reach_km=40.0).replace(
        "arrival_s = 2000", "arrival_s = [2000, 3000]"
    )
    text = text.replace("count = 1", "count = 3")  # one alone: its ranks are those of any time
    scenario = loads(text)
    first, second = Builder(scenario), Builder(scenario)
    second.schedule(second.world(seed=1, number=0))
    digests = [b.schedule(b.world(seed=1, number=5)).digest for b in (first, second)]
    assert digests[0] == digests[1]
    other = first.schedule(first.world(seed=2, number=5))
    assert other.digest != digests[0]
    assert np.array_equal(other.worlds, [5])
