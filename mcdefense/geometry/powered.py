"""Flights that air carries: cruise at a height, and boost, level glide and dive."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mcdefense.geometry.earth import EARTH_RADIUS_M, Floats, great_circle
from mcdefense.geometry.trajectory import Trajectory

_STEP_M = 5_000.0
_STEPS_MAX = 900
_BOOST_ERROR_M = 20.0


def cruise(
    origin_deg: tuple[float, float],
    impact_deg: tuple[float, float],
    speed_m_s: float,
    height_m: float,
    waypoints_deg: Sequence[tuple[float, float]] = (),
    radius_m: float = EARTH_RADIUS_M,
) -> Trajectory:
    """Constant speed and height along great circles by way of the waypoints to the impact.

    The flight ends above the impact: the last dive of a low flier is left out. Nodes every 5 km
    (chord error .5 m), or 900 in all. ValueError if two places in a row coincide.
    """
    _require_positive(speed_m_s=speed_m_s, orbit_m=radius_m + height_m)
    places = [origin_deg, *waypoints_deg, impact_deg]
    circles = [great_circle(*ends) for ends in pairwise(places)]
    orbit_m = radius_m + height_m
    step_m = max(_STEP_M, sum(circle.arc_rad for circle in circles) * orbit_m / _STEPS_MAX)
    ups = [circles[0].start[None, :]]
    flown = [np.zeros(1)]
    for circle in circles:
        angle = _steps(circle.arc_rad, step_m / orbit_m)
        ups.append(circle.up(angle))
        flown.append(flown[-1][-1] + angle * orbit_m)
    position = orbit_m * np.concatenate(ups)
    time = np.concatenate(flown) / speed_m_s
    return Trajectory(time, position, np.full(len(time), float(height_m)))


def glide(
    origin_deg: tuple[float, float],
    impact_deg: tuple[float, float],
    speed_m_s: float,
    glide_height_m: float,
    dive_range_m: float | None = None,
    climb_range_m: float | None = None,
    radius_m: float = EARTH_RADIUS_M,
) -> Trajectory:
    """Boost from rest on a slope, level flight at a height and constant speed, dive on a slope.

    Serves gliders and quasi-ballistic missiles. `dive_range_m` and `climb_range_m` are ground
    ranges, by default equal to the height (45 degrees). The boost accelerates evenly up to
    `speed_m_s`, which the rest of the flight keeps. A flight too short for climb and dive turns
    over lower, on the same slopes.
    """
    _require_positive(speed_m_s=speed_m_s, glide_height_m=glide_height_m)
    circle = great_circle(origin_deg, impact_deg)
    climb = glide_height_m if climb_range_m is None else climb_range_m
    dive = glide_height_m if dive_range_m is None else dive_range_m
    _require_positive(climb_range_m=climb, dive_range_m=dive)
    ground_m = circle.arc_rad * radius_m
    shrink = min(1.0, ground_m / (climb + dive))
    climb, dive, top = climb * shrink, dive * shrink, glide_height_m * shrink

    # even acceleration: nodes uniform in time lie at squares of the path, the chord errs path/4n^2
    boost_nodes = min(math.ceil(math.sqrt(math.hypot(climb, top) / (4 * _BOOST_ERROR_M))) + 1, 200)
    step = max(_STEP_M, ground_m / _STEPS_MAX)
    level_m = ground_m - climb - dive
    pieces = [climb * np.linspace(0.0, 1.0, boost_nodes + 1) ** 2]
    if level_m > 1.0:
        pieces.append(climb + _steps(level_m, step))
    pieces.append(ground_m - dive + _steps(dive, step))
    ground = np.concatenate(pieces)
    height = np.interp(ground, [0.0, climb, ground_m - dive, ground_m], [0.0, top, top, 0.0])
    position = (radius_m + height)[:, None] * circle.up(ground / radius_m)

    path = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(position, axis=0), axis=1))])
    boost = path[boost_nodes]
    # the climb takes twice as long as at full speed
    time = np.where(path < boost, 2.0 * np.sqrt(path * boost), path + boost) / speed_m_s
    return Trajectory(time, position, height)


def _steps(length: float, step: float) -> Floats:
    """Even steps to a length, its end included and its start left out."""
    return np.linspace(0.0, length, math.ceil(length / step) + 1)[1:]


def _require_positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0.0:
            raise ValueError(f"{name}: got {value:g}, expected more than 0")
