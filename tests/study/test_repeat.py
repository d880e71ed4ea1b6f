"""Studies along raids in sequence: points of one, two and three raids are of one raid."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import mcdefense

TEXT = """
threat.m = {}
raid.w = { class = "m", count = [0, 3], start_s = [0, 9], repeat = 1, every_s = 100 }
interceptor.x = {}
battery.a = { magazine = { x = 4 } }
architecture.one = { join = "all" }
run = { worlds = 6, trials_per_world = 16 }
opportunities.rows = [
  { threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 5, sspk = 0.5 },
]
"""


def test_points_of_several_sequences_share_their_first_raids(tmp_path: Path) -> None:
    """What the points have in common is the same, objects and luck; the file keeps it."""
    path = tmp_path / "raids.toml"
    path.write_text(TEXT)
    file = tmp_path / "raids.h5"
    study = mcdefense.sweep(path, file, over={"raid.w.repeat": [1, 2, 3]})
    tallies = [point.tally for point in study.points]
    one, two, three = (tally["leakers_by_raid"] for tally in tallies)
    assert np.array_equal(one[:, :, 0], tallies[0]["leaked"][:, :, :-1])
    assert not one[:, :, 1:].any()
    assert np.array_equal(two[:, :, :1], one[:, :, :1])
    assert np.array_equal(three[:, :, :2], two[:, :, :2])
    assert three[:, :, 2].any()
    kept = mcdefense.read_study(file)
    assert np.array_equal(kept.points[2].tally["leakers_by_raid"], three)
    axes = ("raid_w_repeat", "world", "architecture", "raid", "threat_class")
    assert mcdefense.to_xarray(kept, "tally").leakers_by_raid.dims == axes
