"""Ballistic arcs against check (j) and a Runge-Kutta integration."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcdefense.geometry import ballistic, launch_speed_m_s, minimum_energy_loft_deg, position_m
from mcdefense.geometry.ballistic import EARTH_MU_M3_S2
from mcdefense.geometry.earth import Floats
from tests.support.validation_record import Record

KEPLER = pytest.mark.claim("j", "Minimum-energy trajectories", oracle="Kepler's laws, RK4")

RADIUS_M = 6.371e6


def east_deg(range_km: float) -> tuple[float, float]:
    return (0.0, math.degrees(range_km * 1000 / RADIUS_M))


def apogee_m(nodes_m: Floats) -> float:
    """Height of the top of the Kepler ellipse through nodes that lie along the equator.

    1/r = A + B cos(t) + C sin(t) is linear; its least value is A - sqrt(B^2 + C^2).
    """
    radius = np.linalg.norm(nodes_m, axis=1)
    angle = np.arctan2(nodes_m[:, 1], nodes_m[:, 0])
    terms = np.stack([np.ones_like(angle), np.cos(angle), np.sin(angle)], axis=1)
    a, b, c = np.linalg.lstsq(terms, RADIUS_M / radius, rcond=None)[0]
    return float(RADIUS_M / (a - math.hypot(b, c)) - RADIUS_M)


@KEPLER
@pytest.mark.parametrize(
    ("range_km", "speed", "loft", "apogee", "time"),
    [
        (300, 1.69648105, 44.32550880, 74.110205, 251.034790),
        (500, 2.17337500, 43.87584799, 122.515719, 327.363970),
        (1_000, 3.01611831, 42.75169599, 239.938403, 474.360070),
        (3_000, 4.86499564, 38.25508796, 655.206477, 895.035580),
        (10_000, 7.19808352, 22.51695985, 1319.476513, 1930.956467),
    ],
)
def test_least_energy_of_check_j(
    record: Record, range_km: float, speed: float, loft: float, apogee: float, time: float
) -> None:
    label = f"{range_km:,} km"
    loft_deg = minimum_energy_loft_deg(range_km * 1000, RADIUS_M)
    record.digits(f"{label}: gamma [deg]", exact=loft, estimated=loft_deg, decimals=8)
    found = launch_speed_m_s(range_km * 1000, loft_deg, RADIUS_M) / 1000
    record.digits(f"{label}: v [km/s]", exact=speed, estimated=found, decimals=8)
    flight = ballistic((0.0, 0.0), east_deg(range_km), radius_m=RADIUS_M)
    record.digits(f"{label}: time [s]", exact=time, estimated=flight.impact_s, decimals=6)
    found = apogee_m(flight.position_m) / 1000
    record.digits(f"{label}: apogee [km]", exact=apogee, estimated=found, decimals=6)


@KEPLER
@pytest.mark.parametrize(("loft_deg", "speed"), [(60.0, 3.29685871), (30.0, 3.16237018)])
def test_lofted_and_depressed_speeds_of_check_j(
    record: Record, loft_deg: float, speed: float
) -> None:
    found = launch_speed_m_s(1e6, loft_deg, RADIUS_M) / 1000
    record.digits(
        f"1,000 km at {loft_deg:g} deg: v [km/s]", exact=speed, estimated=found, decimals=8
    )


def fall(position: Floats, velocity: Floats, step_s: float) -> tuple[Floats, Floats]:
    """One Runge-Kutta step of free fall."""

    def pull(at: Floats) -> Floats:
        return -EARTH_MU_M3_S2 * at / float(at @ at) ** 1.5

    v1, a1 = velocity, pull(position)
    v2, a2 = velocity + step_s / 2 * a1, pull(position + step_s / 2 * v1)
    v3, a3 = velocity + step_s / 2 * a2, pull(position + step_s / 2 * v2)
    v4, a4 = velocity + step_s * a3, pull(position + step_s * v3)
    return (
        position + step_s / 6 * (v1 + 2 * v2 + 2 * v3 + v4),
        velocity + step_s / 6 * (a1 + 2 * a2 + 2 * a3 + a4),
    )


@KEPLER
@pytest.mark.parametrize(
    ("impact_deg", "loft_deg"),
    [((52.0, 23.0), None), ((40.0, 10.0), 60.0), ((55.0, 31.0), 25.0), ((20.0, 80.0), None)],
)
def test_arc_follows_the_integrated_fall(
    record: Record, impact_deg: tuple[float, float], loft_deg: float | None
) -> None:
    origin_deg = (50.0, 20.0)
    flight = ballistic(origin_deg, impact_deg, loft_deg)
    start, end = position_m(*origin_deg), position_m(*impact_deg)
    radius = float(np.linalg.norm(start))
    arc = math.acos(float(start @ end) / radius**2)
    loft = loft_deg if loft_deg is not None else minimum_energy_loft_deg(arc * radius)
    speed = launch_speed_m_s(arc * radius, loft)
    up = start / radius
    ahead = end - (end @ up) * up
    ahead /= np.linalg.norm(ahead)
    velocity = speed * (math.sin(math.radians(loft)) * up + math.cos(math.radians(loft)) * ahead)

    steps = 2000
    time = np.linspace(0.0, flight.impact_s, steps + 1)
    path = [start]
    for _ in range(steps):
        position, velocity = fall(path[-1], velocity, flight.impact_s / steps)
        path.append(position)
    fallen = np.array(path)
    off = float(np.linalg.norm(fallen[-1] - end))
    label = f"to {impact_deg}, loft {loft_deg}: RK4 ends off the impact by [m]"
    record.between(label, least=0.0, most=1e-2, estimated=round(off, 4))
    position, height = flight.at(time)
    # the chord's error: 20 m by construction, and no less than half of it somewhere
    error = np.linalg.norm(position - fallen, axis=1)
    assert 10.0 < error.max() < 20.5
    assert height == pytest.approx(np.linalg.norm(fallen, axis=1) - radius, abs=20.5)
    assert flight.position_m[[0, -1]] == pytest.approx(np.array([start, end]), abs=1e-3)
    assert len(flight.time_s) <= 1000


@pytest.mark.parametrize(
    ("impact_deg", "loft_deg"),
    [
        ((0.0, 0.0), None),  # no arc
        ((0.0, 180.0), None),  # no single plane
        ((0.0, 10.0), 0.0),  # along the ground
        ((0.0, 10.0), 89.99),  # steeper than escape allows
        ((0.0, 10.0), -10.0),  # through the Earth
    ],
)
def test_impossible_arcs_are_refused(
    impact_deg: tuple[float, float], loft_deg: float | None
) -> None:
    with pytest.raises(ValueError, match=r"arc|coincide"):
        ballistic((0.0, 0.0), impact_deg, loft_deg)
