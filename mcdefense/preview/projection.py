"""A map of a part of the Earth: distances and bearings from its centre are right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mcdefense import geometry

Floats = NDArray[np.float64]
KM = 1000.0


@dataclass(frozen=True)
class Projection:
    """The azimuthal equidistant projection about a centre: no edge at 180 degrees or at a pole."""

    lat_deg: float
    lon_deg: float

    @staticmethod
    def of_places(places_deg: Sequence[tuple[float, float]]) -> Projection:
        """About the middle of some places (latitude, longitude)."""
        lats, lons = np.array(places_deg, np.float64).T
        points = geometry.position_m(lats, lons, radius_m=1.0)
        lat, lon = degrees_of(points.sum(axis=0))
        return Projection(float(lat), float(lon))

    def km(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Floats, Floats]:
        """Kilometres east and north of the centre; the distance is that along the great circle."""
        here = self.lat_deg, self.lon_deg
        distance = geometry.great_circle_m(*here, lat_deg, lon_deg) / KM
        bearing = np.radians(geometry.bearing_deg(*here, lat_deg, lon_deg))
        return distance * np.sin(bearing), distance * np.cos(bearing)

    @property
    def words(self) -> str:
        """The centre, such as `50.0 N 20.0 E`."""
        north, east = "N" if self.lat_deg >= 0 else "S", "E" if self.lon_deg >= 0 else "W"
        return f"{abs(self.lat_deg):.1f} {north} {abs(self.lon_deg):.1f} {east}"


def degrees_of(points: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude [deg] of Earth-centred points [..., 3]."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


def grid_lines(projection: Projection, reach_km: float) -> list[tuple[Floats, Floats]]:
    """Parallels and meridians [km] about the centre, so many degrees apart that some are seen."""
    span = reach_km / 111.2
    step = next((s for s in (1, 2, 5, 10, 20) if span / s <= 6), 30)
    lats = np.arange(-90 + step, 90, step)
    near = [lat for lat in lats if abs(lat - projection.lat_deg) <= 2 * span + step]
    lines = []
    along = np.linspace(-180, 180, 361)
    for lat in near:
        lines.append(_near(projection, np.full(along.size, lat), along, 3 * reach_km))
    up = np.linspace(-89, 89, 179)
    squeeze = max(math.cos(math.radians(projection.lat_deg)), 0.1)
    first = step * math.ceil((projection.lon_deg - 2 * span / squeeze) / step)
    count = min(int(4 * span / squeeze / step) + 1, 360 // step)
    for number in range(count):
        lon = np.full(up.size, float(first + number * step))
        lines.append(_near(projection, up, lon, 3 * reach_km))
    return [line for line in lines if np.isfinite(line[0]).any()]


def _near(
    projection: Projection, lat_deg: Floats, lon_deg: Floats, most_km: float
) -> tuple[Floats, Floats]:
    x, y = projection.km(lat_deg, lon_deg)
    far = np.hypot(x, y) > most_km
    return np.where(far, np.nan, x), np.where(far, np.nan, y)


def projected(
    projection: Projection, lat_deg: Floats, lon_deg: Floats, most_km: float
) -> tuple[Floats, Floats] | None:
    """A line [km], broken where it is further away; None if all of it is."""
    line = _near(projection, lat_deg, lon_deg, most_km)
    return line if np.isfinite(line[0]).any() else None
