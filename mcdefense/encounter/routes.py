"""Where waves come from: a bounded set of routes, so that each is computed once a run."""

from __future__ import annotations

import math

from mcdefense import geometry
from mcdefense.scenario import Scenario, Threat, Wave

# Fractions of the generalised golden ratio: points that fill an interval, or a square, evenly
# however many are taken (Roberts 2018, "The unreasonable effectiveness of quasirandom sequences").
_GOLDEN_1 = 0.6180339887498949
_GOLDEN_2 = (0.7548776662466927, 0.5698402909980532)
KM = 1000.0


def _between(limits: tuple[float, float] | float, share: float) -> float:
    if isinstance(limits, tuple):
        return limits[0] + (limits[1] - limits[0]) * share
    return limits


def _bearing(limits: tuple[float, float] | float, share: float) -> float:
    """Bearings run clockwise from the first to the second, through north where need be."""
    if isinstance(limits, tuple):
        low, high = limits
        return (low + ((high - low) % 360.0 or (360.0 if high != low else 0.0)) * share) % 360.0
    return limits


def _turn(lon_a: float, lon_b: float) -> float:
    """Degrees east from one longitude to another, the shorter way: a box may cross 180 degrees."""
    turn = lon_b - lon_a
    return turn - math.copysign(360.0, turn) if abs(turn) > 180.0 else turn


def place_deg(scenario: Scenario, asset: str) -> tuple[float, float]:
    """Latitude and longitude of an asset, or of a battery or sensor flown at as one."""
    kind, _, name = asset.partition(".")
    entry = scenario.asset[asset] if not name else getattr(scenario, kind)[name]
    assert entry.at_deg is not None
    place: tuple[float, float] = entry.at_deg
    return place


def origin_deg(wave: Wave, asset_deg: tuple[float, float], route: int) -> tuple[float, float]:
    """Where route number `route` of the wave begins."""
    origin = wave.from_
    assert origin is not None
    if origin.at_deg is not None:
        return origin.at_deg
    first = (0.5 + route * _GOLDEN_2[0]) % 1.0
    second = (0.5 + route * _GOLDEN_2[1]) % 1.0
    if origin.box_deg is not None:
        (lat_a, lon_a), (lat_b, lon_b) = origin.box_deg
        return lat_a + (lat_b - lat_a) * first, lon_a + _turn(lon_a, lon_b) * second
    assert origin.bearing_deg is not None
    assert origin.range_km is not None
    if not isinstance(origin.range_km, tuple):
        first = (0.5 + route * _GOLDEN_1) % 1.0
    bearing = _bearing(origin.bearing_deg, first)
    distance = _between(origin.range_km, second) * KM
    lat, lon = geometry.destination_deg(*asset_deg, bearing, distance)
    return float(lat), float(lon)


def fly(
    threat: Threat,
    origin: tuple[float, float],
    impact: tuple[float, float],
    waypoints: tuple[tuple[float, float], ...],
) -> geometry.Trajectory:
    """The trajectory of a threat class from origin to impact; ValueError where it cannot fly."""
    if threat.flight == "ballistic":
        return geometry.ballistic(origin, impact, threat.loft_deg)
    assert threat.speed_kms is not None
    speed = threat.speed_kms * KM
    if threat.flight == "cruise":
        assert threat.height_km is not None
        return geometry.powered.cruise(origin, impact, speed, threat.height_km * KM, waypoints)
    height = threat.glide_height_km or threat.height_km
    assert height is not None
    dive = None if threat.dive_range_km is None else threat.dive_range_km * KM
    return geometry.powered.glide(origin, impact, speed, height * KM, dive)
