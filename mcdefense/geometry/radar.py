"""What a sensor covers: range by radar cross-section, horizon, sector and elevation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mcdefense.geometry.earth import (
    EARTH_RADIUS_M,
    EFFECTIVE_EARTH,
    Floats,
    Site,
    radio_horizon_m,
    seen_from,
)


@dataclass(frozen=True)
class RadarModel:
    """A radar, on the ground or in the air (`height_m` of its antenna above the surface).

    `reach_1m2_m` is its slant reach against 1 m2, `max_range_m` a bound whatever the
    cross-section. The sector is centre and full width; None looks all round. Elevation is that of
    the 4/3 Earth: a minimum of 0 means down to the radio horizon, a positive one a mask, a
    negative one how far an airborne radar looks down. `p_look` is the detection probability of
    one look inside all this, taken every `revisit_s`; the `cue_` fields hold when it is cued.
    """

    lat_deg: float
    lon_deg: float
    height_m: float
    reach_1m2_m: float
    max_range_m: float | None = None
    sector_centre_deg: float | None = None
    sector_width_deg: float = 360.0
    elevation_min_deg: float = 0.0
    elevation_max_deg: float = 90.0
    revisit_s: float = 10.0
    p_look: float = 0.9
    cue_reach_factor: float = 1.0
    cue_revisit_s: float | None = None
    cue_p_look: float | None = None
    radius_m: float = EARTH_RADIUS_M

    def __post_init__(self) -> None:
        if not (self.revisit_s > 0.0 and (self.cue_revisit_s is None or self.cue_revisit_s > 0.0)):
            raise ValueError("revisit_s and cue_revisit_s: expected more than 0")
        for p in (self.p_look, self.cue_p_look):
            if p is not None and not 0.0 <= p <= 1.0:
                raise ValueError(f"p_look: got {p:g}, expected 0 to 1")

    @cached_property
    def site(self) -> Site:
        """Where the antenna is."""
        return Site(self.lat_deg, self.lon_deg, self.height_m, self.radius_m)

    @cached_property
    def horizon_m(self) -> float:
        """Ground range [m] to the antenna's own radio horizon."""
        return float(radio_horizon_m(self.height_m, exact=True, radius_m=self.radius_m))

    def looks(self, cued: bool) -> tuple[float, float]:
        """Seconds between looks and the detection probability of one."""
        if not cued:
            return self.revisit_s, self.p_look
        return (
            self.revisit_s if self.cue_revisit_s is None else self.cue_revisit_s,
            self.p_look if self.cue_p_look is None else self.cue_p_look,
        )


def reach_m(sensor: RadarModel, rcs_m2: float, cued: bool = False) -> float:
    """Slant reach [m] against a radar cross-section: fourth root, bounded by `max_range_m`."""
    reach = sensor.reach_1m2_m * math.sqrt(math.sqrt(rcs_m2))
    if cued:
        reach *= sensor.cue_reach_factor
    return reach if sensor.max_range_m is None else min(reach, sensor.max_range_m)


def covers(
    sensor: RadarModel, points_m: Floats, height_m: ArrayLike, rcs_m2: float, cued: bool = False
) -> NDArray[np.bool_]:
    """Whether the sensor can detect at these Earth-centred points [..., 3] and heights [...].

    Refraction is that of the 4/3 Earth at every height: right for low fliers, some tenths of a
    degree too generous for those above the air.
    """
    seen = seen_from(sensor.site, points_m)
    beyond = radio_horizon_m(height_m, exact=True, radius_m=sensor.radius_m)
    covered = seen.slant_range_m <= reach_m(sensor, rcs_m2, cued)
    covered &= seen.ground_range_m <= sensor.horizon_m + beyond
    if sensor.sector_centre_deg is not None and sensor.sector_width_deg < 360.0:
        off = seen.azimuth_rad - math.radians(sensor.sector_centre_deg)
        off -= 2.0 * math.pi * np.round(off / (2.0 * math.pi))
        covered &= np.abs(off) <= 0.5 * math.radians(sensor.sector_width_deg)
    masked = sensor.elevation_min_deg != 0.0 and sensor.elevation_min_deg > -90.0
    if masked or sensor.elevation_max_deg < 90.0:
        elevation = _bent_elevation_rad(sensor, seen.ground_range_m, height_m)
        if masked:
            covered &= elevation >= math.radians(sensor.elevation_min_deg)
        if sensor.elevation_max_deg < 90.0:
            covered &= elevation <= math.radians(sensor.elevation_max_deg)
    return covered


def swerling1_detection(snr: ArrayLike, p_false_alarm: float) -> Floats:
    """Detection probability of one pulse on a Swerling 1 echo, Pfa^(1/(1+SNR)); SNR as a ratio."""
    return np.asarray(p_false_alarm ** (1.0 / (1.0 + np.asarray(snr, dtype=np.float64))))


def _bent_elevation_rad(sensor: RadarModel, ground_range_m: Floats, height_m: ArrayLike) -> Floats:
    """Elevation [rad] over the same ground range on a 4/3 Earth, where rays are straight."""
    bent = EFFECTIVE_EARTH * sensor.radius_m
    angle = ground_range_m / bent
    apart = np.asarray(height_m, dtype=np.float64) - sensor.height_m
    outer = bent + np.asarray(height_m, dtype=np.float64)
    elevation_rad: Floats = np.arctan2(
        apart - 2.0 * outer * np.sin(0.5 * angle) ** 2,
        outer * np.sin(angle),
    )
    return elevation_rad
