"""Ballistic arcs: Keplerian, on a round Earth that neither turns nor has air."""

from __future__ import annotations

import math

import numpy as np

from mcdefense.geometry.earth import EARTH_RADIUS_M, great_circle
from mcdefense.geometry.trajectory import Trajectory

EARTH_MU_M3_S2 = 398_600.4418e9
"""Earth's gravitational parameter [m3/s2] (WGS 84)."""

_CHORD_ERROR_M = 20.0
_NODES_MAX = 1000


def minimum_energy_loft_deg(range_m: float, radius_m: float = EARTH_RADIUS_M) -> float:
    """Launch angle [deg] above the horizontal that needs the least speed: 45 less a quarter of
    the range angle."""
    return 45.0 - math.degrees(range_m / radius_m) / 4.0


def launch_speed_m_s(range_m: float, loft_deg: float, radius_m: float = EARTH_RADIUS_M) -> float:
    """Speed [m/s] at the surface that reaches this ground range at this launch angle.

    ValueError if no closed orbit does.
    """
    phi, loft = range_m / radius_m, math.radians(loft_deg)
    # cos g (cos g - cos(phi + g)), with the difference written as a product for short ranges
    divisor = math.cos(loft) * 2.0 * math.sin(loft + phi / 2.0) * math.sin(phi / 2.0)
    square = 2.0 * math.sin(phi / 2.0) ** 2 / divisor if divisor > 0 else math.inf
    if not (0.0 < loft_deg < 90.0 and 0.0 < phi < math.pi and square < 2.0):
        raise ValueError(
            f"no ballistic arc of {range_m / 1000:g} km leaves at {loft_deg:g} deg: "
            "expected an angle above 0 and below the one of escape"
        )
    return math.sqrt(EARTH_MU_M3_S2 / radius_m * square)


def ballistic(
    origin_deg: tuple[float, float],
    impact_deg: tuple[float, float],
    loft_deg: float | None = None,
    radius_m: float = EARTH_RADIUS_M,
) -> Trajectory:
    """Free flight from surface to surface (lat, lon), with times from Kepler's equation.

    `loft_deg` is the launch angle above the horizontal, by default that of least energy. Nodes
    are uniform in eccentric anomaly: the chord then errs alike everywhere, by 20 m at most up to
    1,000 nodes. ValueError if no closed orbit joins the places.
    """
    circle = great_circle(origin_deg, impact_deg)
    range_m = circle.arc_rad * radius_m
    loft = minimum_energy_loft_deg(range_m, radius_m) if loft_deg is None else loft_deg
    speed = launch_speed_m_s(range_m, loft, radius_m)

    axis = 1.0 / (2.0 / radius_m - speed**2 / EARTH_MU_M3_S2)
    parameter = (radius_m * speed * math.cos(math.radians(loft))) ** 2 / EARTH_MU_M3_S2
    eccentricity = math.sqrt(1.0 - parameter / axis)
    start = math.acos((1.0 - radius_m / axis) / eccentricity)
    sweep = 2.0 * (math.pi - start)
    nodes = math.ceil(sweep * math.sqrt(axis / (8.0 * _CHORD_ERROR_M))) + 1
    anomaly = np.linspace(start, start + sweep, min(max(nodes, 9), _NODES_MAX))

    time = math.sqrt(axis**3 / EARTH_MU_M3_S2) * (
        anomaly - start - eccentricity * (np.sin(anomaly) - math.sin(start))
    )
    # the apogee lies over the middle of the arc; the launch, at anomaly below pi, before it
    middle = circle.up(np.array(circle.arc_rad / 2.0))
    onward = circle.up(np.array((circle.arc_rad + math.pi) / 2.0))
    position = np.multiply.outer(axis * (eccentricity - np.cos(anomaly)), middle)
    position -= np.multiply.outer(math.sqrt(axis * parameter) * np.sin(anomaly), onward)
    height = axis * (1.0 - eccentricity * np.cos(anomaly)) - radius_m
    height[[0, -1]] = 0.0
    return Trajectory(time, position, height)
