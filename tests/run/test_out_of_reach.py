"""Threats that nobody can reach, and worlds without any, are counted all the same."""

from __future__ import annotations

import numpy as np

from mcdefense.run import simulate
from mcdefense.scenario import loads

OUT_OF_REACH = """\
title = "Nothing in reach"
library = "notional-1"
[run]
worlds = 6
trials_per_world = 20
[asset.area]
at_deg = [50.0, 20.0]
[battery.north]
class  = "medium_sam"
at_deg = [60.3, 20.2]
[raid.missiles]
class     = "subsonic_cruise"
count     = [0, 2]
from      = { bearing_deg = 60, range_km = 300 }
arrival_s = [0, 300]
[architecture.only]
"""


def test_all_leak_where_there_is_no_opportunity() -> None:
    tally = simulate(loads(OUT_OF_REACH), devices=1).tally
    objects = tally["live"].sum(-1) / 20
    assert set(objects) == {0, 1, 2}
    assert np.array_equal(tally["leaked"][:, 0, -1], tally["live"].sum(-1))
    assert tally["rounds_fired"].sum() == 0
