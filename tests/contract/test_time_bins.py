"""Bins of time: few, round, whole, and the same whoever works them out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdefense.contract import MOST_BINS, bins_between, common_bins
from mcdefense.scenario import loads
from mcdefense.world import time_bins

TIMES = st.floats(0, 1e10)


def width_of(starts: np.ndarray) -> int:
    (width,) = set(np.diff(starts).tolist())
    return int(width)


@given(TIMES, TIMES)
def test_bins_are_few_and_round_and_hold_both_ends(one: float, other: float) -> None:
    first, last = sorted((one, other))
    starts = bins_between(first, last)
    assert 1 <= starts.size <= MOST_BINS
    assert starts[0] <= first
    if starts.size > 1:
        width = width_of(starts)
        assert not (starts % width).any()
        assert last <= starts[-1] + width
        assert starts[-1] < last


@given(TIMES, TIMES, TIMES, TIMES)
def test_common_bins_are_sums_of_the_narrower_ones(a: float, b: float, c: float, d: float) -> None:
    every = [bins_between(min(pair), max(pair)) for pair in ((a, b), (c, d))]
    common = common_bins(every)
    assert common.size <= MOST_BINS
    for starts in every:
        place = np.searchsorted(common, starts, "right") - 1
        assert place.min() >= 0
        if starts.size > 1 and common.size > 1:
            end = starts + width_of(starts)
            assert (end <= common[place] + width_of(common)).all()


@pytest.mark.parametrize(
    ("first", "last", "width", "number"),
    [
        (0, 0, None, 1),
        (0, 3600, 60, 60),
        (0, 3600.001, 300, 13),
        (1200, 1800, 10, 60),
        (0, 3 * 86400, 10_800, 24),
        (59.9, 60.1, 1, 2),
    ],
)
def test_the_narrowest_round_width_is_taken(
    first: float, last: float, width: int | None, number: int
) -> None:
    starts = bins_between(first, last)
    assert starts.size == number
    assert width is None or width_of(starts) == width


LAYDOWN = """
library = "notional-2"
asset.town = {at_deg = [50, 20]}
threat.drone = {class = "one_way_drone"}
raid.one = {class = "drone", count = 3, asset = "town", FROM, ARRIVAL}
battery.north = {at_deg = [50, 20], magazine = {short_sam = 9}}
interceptor.short_sam = {}
architecture.one = {join = "all"}
"""


@pytest.mark.parametrize(("arrival", "end"), [("uniform", 900), ("poisson", 1050)])
def test_bins_of_a_laydown_are_those_of_its_windows(arrival: str, end: int) -> None:
    window = f'arrival = "{arrival}", arrival_s = [600, 900]'
    text = LAYDOWN.replace("ARRIVAL", window).replace("FROM", "from = {at_deg = [50, 22]}")
    found = time_bins(loads(text))
    assert found.tolist() == bins_between(600, end).tolist()


TABLE = """
threat.missile = {}
asset.town = {}
raid.one = {class = "missile", count = 2, asset = "town", start_s = [10, 30]}
raid.two = {class = "missile", count = 1, asset = "town", start_s = 100, impact_s = 55}
interceptor.x = {}
battery.b = {magazine = {x = 9}}
architecture.one = {join = "all"}
opportunities.rows = [
  {threat = "one", battery = "b", interceptor = "x", launch_s = 0, intercept_s = 20, sspk = 1},
  {threat = "one.1", battery = "b", interceptor = "x", launch_s = 0, intercept_s = 7, sspk = 1},
  {threat = "two", battery = "b", interceptor = "x", launch_s = 0, intercept_s = 40, sspk = 1},
]
"""


def test_bins_of_a_table_follow_from_starts_and_flights() -> None:
    """Wave one ends from 10 + 7 s to 30 + 20 s, wave two at 100 + 55 s."""
    found = time_bins(loads(TABLE))
    assert found.tolist() == bins_between(17, 155).tolist() == list(range(15, 155, 5))
