"""A network that is lost at 0 s (rule 38, `onset`), where a laydown's raid begins before that."""

from __future__ import annotations

import numpy as np

import mcdefense
from mcdefense.firecontrol import Onset
from mcdefense.schedule import Builder
from mcdefense.schedule.onsets import come_by
from tests.system.reference.comparing import SEED

LAYDOWN = """
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]
[battery.north]
class = "medium_sam"
at_deg = [50.3, 20.2]
magazine = { medium_sam = 8 }
[battery.south]
class = "long_sam"
at_deg = [49.8, 20.1]
magazine = { long_sam = 6 }
[raid.missiles]
class = "subsonic_cruise"
count = 6
from = { bearing_deg = 60, range_km = 300 }
arrival_s = [0, 40]
arrival = "regular"
routes = 1
[architecture.apart]
[architecture.cut]
join = "all"
network = { availability = 0.5, fallback = "apart"ONSET }
"""
"""Missiles that arrive from 0 s on, so that they are met at times before 0 s."""


def test_a_loss_at_0_comes_before_what_a_laydown_lets_happen_earlier() -> None:
    """Most launches of this raid are before 0 s: from the start is from before them all."""
    scenarios = [
        mcdefense.loads(LAYDOWN.replace("ONSET", onset)) for onset in ("", ", onset_s = 0")
    ]
    builder = Builder(scenarios[0])
    met = builder.schedule(builder.world(SEED, 0))
    assert met.features.fallback == (-1, 0)
    start, at_0 = (
        mcdefense.simulate(one, worlds=2, trials_per_world=300, seed=SEED).tally
        for one in scenarios
    )
    assert start["rounds_fired_network_lost"].sum() > 0
    assert np.any(start["leaked"][:, 0] != start["leaked"][:, 1])
    for name in start.counts:
        assert np.array_equal(start[name], at_0[name]), name


def test_a_dead_time_after_a_loss_at_0_ends_by_the_clock() -> None:
    """What comes before 0 s comes in it."""
    times = np.array([-5_000, -1, 0, 999, 1_000])
    everyone = (1 << 30) - 1
    at_0 = Onset(0, 0, 1_000)
    assert come_by(at_0, times).tolist() == [everyone] * 5
    assert come_by(at_0, times, at_0.dead_ms).tolist() == [-1] * 4 + [everyone]
    assert come_by(Onset(0, 1, 0), times).tolist() == [everyone // 2] * 3 + [everyone] * 2
