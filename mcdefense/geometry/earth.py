"""The round Earth: places, great circles, what a site sees, and how far a radio wave reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius [m] of the Earth (IUGG), the sphere of every computation unless told otherwise."""

EFFECTIVE_EARTH = 4 / 3
"""Earth radius factor that straightens radio waves bent by a standard atmosphere."""


def position_m(
    lat_deg: ArrayLike,
    lon_deg: ArrayLike,
    height_m: ArrayLike = 0.0,
    radius_m: float = EARTH_RADIUS_M,
) -> Floats:
    """Earth-centred Cartesian position [..., 3] in m: x to (0, 0), z to the north pole."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    across = np.cos(lat)
    up = np.stack(
        np.broadcast_arrays(across * np.cos(lon), across * np.sin(lon), np.sin(lat)), axis=-1
    )
    out: Floats = (radius_m + np.asarray(height_m, dtype=np.float64))[..., None] * up
    return out


def great_circle_m(
    lat1_deg: ArrayLike,
    lon1_deg: ArrayLike,
    lat2_deg: ArrayLike,
    lon2_deg: ArrayLike,
    radius_m: float = EARTH_RADIUS_M,
) -> Floats:
    """Shortest distance [m] along the surface between two places (vector form, good at any arc)."""
    lat1, lat2 = np.radians(lat1_deg), np.radians(lat2_deg)
    turn = np.radians(np.subtract(lon2_deg, lon1_deg))
    east = np.cos(lat2) * np.sin(turn)
    north = np.cos(lat1) * np.sin(lat2) - np.sin(lat1) * np.cos(lat2) * np.cos(turn)
    up = np.sin(lat1) * np.sin(lat2) + np.cos(lat1) * np.cos(lat2) * np.cos(turn)
    distance_m: Floats = radius_m * np.arctan2(np.hypot(east, north), up)
    return distance_m


def bearing_deg(
    lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike
) -> Floats:
    """Bearing [deg, 0 to 360, clockwise from north] at place 1 of the great circle to place 2."""
    lat1, lat2 = np.radians(lat1_deg), np.radians(lat2_deg)
    turn = np.radians(np.subtract(lon2_deg, lon1_deg))
    east = np.cos(lat2) * np.sin(turn)
    north = np.cos(lat1) * np.sin(lat2) - np.sin(lat1) * np.cos(lat2) * np.cos(turn)
    bearing: Floats = np.degrees(np.arctan2(east, north)) % 360.0
    return bearing


def destination_deg(
    lat_deg: ArrayLike,
    lon_deg: ArrayLike,
    bearing_deg: ArrayLike,
    distance_m: ArrayLike,
    radius_m: float = EARTH_RADIUS_M,
) -> tuple[Floats, Floats]:
    """Latitude and longitude [deg, -180 to 180] reached along a great circle from a place."""
    lat, bearing = np.radians(lat_deg), np.radians(bearing_deg)
    arc = np.asarray(distance_m, dtype=np.float64) / radius_m
    along, ahead = np.cos(arc), np.sin(arc) * np.cos(bearing)
    aside = np.sin(arc) * np.sin(bearing)
    outward = along * np.cos(lat) - ahead * np.sin(lat)
    upward = along * np.sin(lat) + ahead * np.cos(lat)
    lat2 = np.degrees(np.arctan2(upward, np.hypot(outward, aside)))
    lon2 = np.asarray(lon_deg) + np.degrees(np.arctan2(aside, outward))
    return lat2, (lon2 + 180.0) % 360.0 - 180.0


class GreatCircle(NamedTuple):
    """The arc from one place to another: unit vectors to its start and along it, and its angle."""

    start: Floats
    ahead: Floats
    arc_rad: float

    def up(self, angle_rad: Floats) -> Floats:
        """Unit vectors [..., 3] to the points at these angles from the start."""
        return np.multiply.outer(np.cos(angle_rad), self.start) + np.multiply.outer(
            np.sin(angle_rad), self.ahead
        )


def great_circle(start_deg: tuple[float, float], end_deg: tuple[float, float]) -> GreatCircle:
    """The arc between two places (lat, lon); ValueError if they coincide or are antipodal."""
    start, end = position_m(*start_deg, radius_m=1.0), position_m(*end_deg, radius_m=1.0)
    normal = np.cross(start, end)
    sine = float(np.linalg.norm(normal))
    if sine < 1e-12:
        raise ValueError("the places coincide, or lie on opposite sides of the Earth")
    ahead = np.cross(normal / sine, start)
    return GreatCircle(start, ahead, math.atan2(sine, float(start @ end)))


@dataclass(frozen=True)
class Site:
    """A place that looks or shoots: degrees, height [m] above the surface."""

    lat_deg: float
    lon_deg: float
    height_m: float = 0.0
    radius_m: float = EARTH_RADIUS_M

    @cached_property
    def position_m(self) -> Floats:
        """Earth-centred position [3]."""
        return position_m(self.lat_deg, self.lon_deg, self.height_m, self.radius_m)

    @cached_property
    def axes(self) -> Floats:
        """Unit vectors [3, 3]; the columns point east, north and up."""
        lat, lon = math.radians(self.lat_deg), math.radians(self.lon_deg)
        return np.array(
            [
                [-math.sin(lon), -math.sin(lat) * math.cos(lon), math.cos(lat) * math.cos(lon)],
                [math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat) * math.sin(lon)],
                [0.0, math.cos(lat), math.sin(lat)],
            ]
        )


class Sighting(NamedTuple):
    """Points as seen from a site, each [...]: azimuth [rad, clockwise from north, -pi to pi],
    geometric elevation [rad] without refraction, slant range [m] and ground range [m]."""

    azimuth_rad: Floats
    elevation_rad: Floats
    slant_range_m: Floats
    ground_range_m: Floats


def seen_from(site: Site, points_m: Floats) -> Sighting:
    """How a site sees Earth-centred points [..., 3]."""
    local = points_m @ site.axes
    east, north, above_centre = local[..., 0], local[..., 1], local[..., 2]
    level = np.hypot(east, north)
    above = above_centre - (site.radius_m + site.height_m)
    return Sighting(
        np.arctan2(east, north),
        np.arctan2(above, level),
        np.hypot(level, above),
        site.radius_m * np.arctan2(level, above_centre),
    )


def radio_horizon_m(
    height1_m: ArrayLike,
    height2_m: ArrayLike | None = None,
    k: float = EFFECTIVE_EARTH,
    exact: bool = False,
    radius_m: float = EARTH_RADIUS_M,
) -> Floats:
    """Ground range [m] at which two heights just see each other past an Earth of k times its
    radius; the parabolic form sqrt(2 k R h) by default, the exact arc k R acos(kR/(kR+h)) on
    request (shorter by .5 % at 100 km height). Heights below 0 count as 0, a missing one too."""
    horizon = _to_horizon_m(height1_m, k * radius_m, exact)
    if height2_m is not None:
        horizon = horizon + _to_horizon_m(height2_m, k * radius_m, exact)
    return horizon


def _to_horizon_m(height_m: ArrayLike, bent_radius_m: float, exact: bool) -> Floats:
    height = np.maximum(np.asarray(height_m, dtype=np.float64), 0.0)
    if exact:
        # atan of the tangent length keeps its digits at low heights, where acos loses half
        tangent = np.sqrt(height * (2.0 * bent_radius_m + height))
        return bent_radius_m * np.arctan2(tangent, bent_radius_m)
    return np.sqrt(2.0 * bent_radius_m * height)
