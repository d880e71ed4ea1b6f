"""Numbers too great or too small to be worked with: one clear line each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

END = 'fallback = "separate" }\n'

# what it is, what is added to the sketch, text of the line named, key, part of the message
BAD = [
    (
        "margin beyond all numbers",
        "[engagement]\nmargin = 1e308",
        "margin",
        "engagement.margin",
        "got 1e+308, expected a number, 0 or more (at most 1e+100)",
    ),
    (
        "height beyond the Earth's",
        "[threat.one_way_drone]\nheight_km = 1e9",
        "height_km",
        "threat.one_way_drone.height_km",
        "got 1000000000.0, expected a number above 0 (at most 20,000)",
    ),
    (
        "flyout faster than light",
        "[interceptor.long_sam]\nflyout = [[0, 0], [10, 15], [20, 15.00001]]",
        "flyout",
        "interceptor.long_sam.flyout",
        "at 0.001 to 300,000 km/s",
    ),
    (
        "flyout slower than a walk",
        "[interceptor.long_sam]\nflyout = [[10, 1e6], [20, 2e6]]",
        "flyout",
        "interceptor.long_sam.flyout",
        "at 0.001 to 300,000 km/s",
    ),
    (
        "kill table without an end",
        "[interceptor.long_sam]\nagainst.one_way_drone.sspk = [[0, 0.8], [1e308, 0.4]]",
        "sspk",
        "interceptor.long_sam.against.one_way_drone.sspk",
        "by rising range (at most 1e+100)",
    ),
    (
        "draw beyond all numbers",
        "[uncertainty.u]\ndistribution = 'triangular'\nlow = 0\nmode = 1\nhigh = 1e308\n"
        "paths = ['sensor.*.reach_km']\n",
        "high",
        "uncertainty.u.high",
        "got 1e+308, expected a number from -1e+100 to 1e+100",
    ),
]


@pytest.mark.parametrize(
    ("added", "at", "key", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_a_number_out_of_bounds_is_refused(
    assert_refused: Callable[..., None], added: str, at: str, key: str, message: str
) -> None:
    assert_refused(END, END + added, at, key, message)
