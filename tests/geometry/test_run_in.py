"""Shots at a radial run-in: check (l), by its recursion and through the geometry."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcdefense.geometry import Envelope, Flyout, Shots, Site, Trajectory, opportunities
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "l", "Shots at a radial run-in: geometry", oracle="recursion on the range"
)

# range of detection and least range [km], speeds of threat and round [km/s], delay and look [s]
CHECK_L = [((100, 5, 0.25, 1.2, 10, 5), 11), ((150, 10, 2, 1.5, 10, 5), 2)]


def intercept_ranges_km(
    detected: float, least: float, threat: float, fired: float, delay: float, look: float
) -> list[float]:
    """Ranges [km] of successive intercepts with a launch as soon as the last look is over."""
    ranges, at = [], detected - threat * delay
    while (met := at * fired / (fired + threat)) >= least:
        ranges.append(met)
        at = met - threat * look
    return ranges


def run_in(detected: float, threat: float) -> tuple[Site, Trajectory]:
    """A fall straight down on the site: the radial run-in without the Earth in the way."""
    site = Site(50.0, 20.0)
    up = site.axes[:, 2]
    height = np.linspace(detected * 1000, 0.0, 37)
    position = site.position_m + height[:, None] * up
    return site, Trajectory((height[0] - height) / (threat * 1000), position, height)


def shots_at(
    detected: float,
    least: float,
    threat: float,
    fired: float,
    delay: float,
    spacing_s: float,
    not_before_s: float | None = None,
) -> Shots:
    site, flight = run_in(detected, threat)
    return opportunities(
        site,
        Flyout(speed_m_s=fired * 1000),
        Envelope(least * 1000, 1e7, 0.0, 1e7),
        flight,
        spacing_s,
        delay if not_before_s is None else not_before_s,
    )


@pytest.mark.parametrize(("case", "count"), CHECK_L)
def test_recursion_of_check_l(record: Record, case: tuple[float, ...], count: int) -> None:
    found = len(intercept_ranges_km(*case))
    record.same(f"{case}: shots by recursion", exact=count, estimated=found)


@pytest.mark.parametrize(("case", "count"), CHECK_L)
def test_continuous_fire_meets_the_recursion(
    record: Record, case: tuple[float, ...], count: int
) -> None:
    """A fresh cut of the window at every shot is fire without a grid."""
    detected, least, threat, fired, delay, look = case
    ranges, ready = [], delay
    while True:
        shots = shots_at(detected, least, threat, fired, delay, 1e6, ready)
        if len(shots.launch_s) == 0:
            break
        assert shots.launch_s[0] == pytest.approx(ready, abs=1e-9)
        ranges.append(shots.slant_range_m[0] / 1000)
        ready = shots.intercept_s[0] + look
    record.same(f"{case}: shots, continuous", exact=count, estimated=len(ranges))
    assert ranges == pytest.approx(intercept_ranges_km(*case), rel=1e-9)


@pytest.mark.parametrize(
    ("spacing_s", "looks"), [(0.1, 11), (0.5, 11), (1, 11), (2, 11), (5, 10), (10, 9)]
)
def test_launch_grid_loses_looks(record: Record, spacing_s: float, looks: int) -> None:
    detected, least, threat, fired, delay, look = CHECK_L[0][0]
    shots = shots_at(detected, least, threat, fired, delay, spacing_s)
    taken, ready = 0, -math.inf
    for launch, intercept in zip(shots.launch_s, shots.intercept_s, strict=True):
        if launch >= ready:
            taken, ready = taken + 1, intercept + look
    record.same(f"launch grid of {spacing_s} s: looks", exact=looks, estimated=taken)
