"""Cruise and glide: speeds, heights, ends and the polyline's error."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mcdefense.geometry import (
    EARTH_RADIUS_M,
    Trajectory,
    great_circle_m,
    position_m,
)
from mcdefense.geometry.powered import cruise, glide

ORIGIN, IMPACT = (50.0, 35.0), (50.0, 20.0)


def test_cruise_keeps_height_speed_and_great_circle() -> None:
    flight = cruise(ORIGIN, IMPACT, 250.0, 10_000.0)
    ground = float(great_circle_m(*ORIGIN, *IMPACT))
    assert flight.impact_s == pytest.approx(
        ground * (EARTH_RADIUS_M + 10_000) / EARTH_RADIUS_M / 250, rel=1e-12
    )
    assert flight.position_m[0] == pytest.approx(position_m(*ORIGIN, 10_000.0), abs=1e-6)
    assert flight.position_m[-1] == pytest.approx(position_m(*IMPACT, 10_000.0), abs=1e-6)
    assert (flight.height_m == 10_000.0).all()
    time = np.linspace(0.0, flight.impact_s, 4321)
    position, height = flight.at(time)
    assert (height == 10_000.0).all()
    radius = np.linalg.norm(position, axis=1)
    assert EARTH_RADIUS_M + 9_999.5 < radius.min() <= radius.max() < EARTH_RADIUS_M + 10_000.001
    # in the plane of the two places
    normal = np.cross(position_m(*ORIGIN), position_m(*IMPACT))
    assert position @ (normal / np.linalg.norm(normal)) == pytest.approx(np.zeros(4321), abs=1e-3)


def test_cruise_passes_its_waypoints() -> None:
    corners = [(52.0, 30.0), (48.0, 26.0)]
    flight = cruise(ORIGIN, IMPACT, 50.0, 100.0, corners)
    places = [ORIGIN, *corners, IMPACT]
    flown = 0.0
    for here, there in pairwise(places):
        flown += float(great_circle_m(*here, *there)) * (1 + 100 / EARTH_RADIUS_M)
        position, _ = flight.at(np.array(flown / 50.0))
        assert position == pytest.approx(position_m(*there, 100.0), abs=1e-3)
    assert flight.impact_s == pytest.approx(flown / 50.0)


def test_node_count_is_bounded() -> None:
    assert len(cruise((0.0, 0.0), (0.0, 170.0), 250.0, 1e4).time_s) <= 1000
    assert len(glide((0.0, 0.0), (0.0, 170.0), 3e3, 5e4, 1e5).time_s) <= 1150


def test_glide_boosts_from_rest_flies_level_and_dives() -> None:
    speed, top = 2000.0, 40_000.0
    flight = glide((50.0, 40.0), IMPACT, speed, top, dive_range_m=60_000.0)
    ground = great_circle_m(*IMPACT, *_places(flight))
    level = flight.height_m == top
    assert ground[level].min() == pytest.approx(60_000.0, abs=0.1)
    assert ground[level].max() == pytest.approx(ground[0] - top, abs=0.1)
    assert flight.height_m[[0, -1]] == pytest.approx([0.0, 0.0], abs=1e-6)
    flown = np.linalg.norm(np.diff(flight.position_m, axis=0), axis=1)
    pace = flown / np.diff(flight.time_s)
    boosting = np.flatnonzero(level)[0]
    assert pace[boosting:] == pytest.approx(np.full(len(pace) - boosting, speed), rel=1e-9)
    # even acceleration from rest: half the speed in the mean, speed proportional to time
    assert flown[:boosting].sum() / flight.time_s[boosting] == pytest.approx(speed / 2, rel=1e-9)
    middle = 0.5 * (flight.time_s[1:] + flight.time_s[:-1])[:boosting]
    assert pace[:boosting] == pytest.approx(speed * middle / flight.time_s[boosting], rel=1e-9)


def test_short_glide_turns_over_lower_on_the_same_slopes() -> None:
    flight = glide((50.0, 20.5), IMPACT, 1500.0, 50_000.0)
    ground = float(great_circle_m(50.0, 20.5, *IMPACT))
    assert ground < 100_000
    assert flight.height_m.max() == pytest.approx(ground / 2, rel=1e-9)


@pytest.mark.parametrize(
    "flight", [cruise(ORIGIN, IMPACT, 50.0, 100.0), glide(ORIGIN, IMPACT, 2e3, 4e4)]
)
def test_chords_stay_near_the_curve(flight: Trajectory) -> None:
    position, height = flight.at(np.linspace(0.0, flight.impact_s, 20_011))
    assert np.linalg.norm(position, axis=1) - EARTH_RADIUS_M == pytest.approx(height, abs=1.0)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="speed_m_s"):
        cruise(ORIGIN, IMPACT, 0.0, 100.0)
    with pytest.raises(ValueError, match="places coincide"):
        cruise(ORIGIN, IMPACT, 50.0, 100.0, [IMPACT])
    with pytest.raises(ValueError, match="glide_height_m"):
        glide(ORIGIN, IMPACT, 50.0, -1.0)
    with pytest.raises(ValueError, match="rise strictly"):
        Trajectory(np.array([0.0, 0.0]), np.zeros((2, 3)), np.zeros(2))
    with pytest.raises(ValueError, match="position_m"):
        Trajectory(np.array([0.0, 1.0]), np.zeros((3, 3)), np.zeros(2))


def test_position_is_held_outside_the_flight() -> None:
    flight = cruise(ORIGIN, IMPACT, 50.0, 100.0)
    position, _ = flight.at(np.array([-5.0, flight.impact_s + 5.0]))
    assert position == pytest.approx(flight.position_m[[0, -1]], abs=1e-6)


def _places(flight: Trajectory) -> tuple[np.ndarray, np.ndarray]:
    x, y, z = flight.position_m.T
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
