"""Great circles, places and horizons against checks (i) and (k)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdefense.geometry import (
    EARTH_RADIUS_M,
    Site,
    bearing_deg,
    destination_deg,
    great_circle_m,
    position_m,
    radio_horizon_m,
    seen_from,
)
from tests.support.validation_record import Record

DEVESELU, REDZIKOWO = (44.08, 24.38), (54.47, 17.10)
KURECIK, RAMSTEIN = (38.35, 37.80), (49.44, 7.60)

latitudes = st.floats(-89.0, 89.0)
longitudes = st.floats(-180.0, 180.0)


@pytest.mark.claim("k", "Great circles", oracle="haversine and vector form")
@pytest.mark.parametrize(
    ("name", "first", "second", "km", "decimals"),
    [
        ("Deveselu-Redzikowo", DEVESELU, REDZIKOWO, 1268.703573, 6),
        ("Deveselu-Kurecik", DEVESELU, KURECIK, 1288.426576, 6),
        ("Redzikowo-Ramstein", REDZIKOWO, RAMSTEIN, 856.991614, 6),
        ("Kurecik-Ramstein", KURECIK, RAMSTEIN, 2691.016485, 6),
        ("(0,0)-(0,90)", (0.0, 0.0), (0.0, 90.0), 10007.55722102, 8),
        ("(10,179.5)-(10,-179.5)", (10.0, 179.5), (10.0, -179.5), 109.50573520, 8),
    ],
)
def test_great_circles_of_check_k(
    record: Record,
    name: str,
    first: tuple[float, float],
    second: tuple[float, float],
    km: float,
    decimals: int,
) -> None:
    there = float(great_circle_m(*first, *second)) / 1000
    back = float(great_circle_m(*second, *first)) / 1000
    record.digits(f"{name} [km]", exact=km, estimated=there, decimals=decimals)
    record.digits(f"{name} [km], back", exact=km, estimated=back, decimals=decimals)


@pytest.mark.claim("i", "Radio horizon", oracle="closed form")
@pytest.mark.parametrize(
    ("first_m", "second_m", "exact", "km"),
    [
        (10, 50, False, 42.179925),
        (10, 50, True, 42.179847),
        (20, 300, False, 89.825179),
        (15, 10_000, False, 428.144899),
        (15, 10_000, True, 427.942864),
        (3_000, 50, False, 254.906547),
    ],
)
def test_horizons_of_check_i(
    record: Record, first_m: float, second_m: float, exact: bool, km: float
) -> None:
    for heights in ((first_m, second_m), (second_m, first_m)):
        horizon = float(radio_horizon_m(*heights, exact=exact, radius_m=6.371e6)) / 1000
        label = f"{heights[0]:g} m and {heights[1]:g} m{', exact' if exact else ''} [km]"
        record.digits(label, exact=km, estimated=horizon, decimals=6)


@given(height=st.floats(1.0, 1e6))
@settings(derandomize=True, deadline=None)
def test_exact_horizon_is_the_arc_cosine(height: float) -> None:
    bent = 4 / 3 * EARTH_RADIUS_M
    arc = bent * math.acos(bent / (bent + height))
    # acos near 1 keeps only half the digits: an angle error of about 1e-16 / angle
    assert radio_horizon_m(height, exact=True) == pytest.approx(arc, abs=1e-8 * bent)
    assert radio_horizon_m(height, exact=True) <= radio_horizon_m(height)


@given(lat=latitudes, lon=longitudes, bearing=st.floats(0.0, 359.0), km=st.floats(0.1, 15_000.0))
@settings(derandomize=True, deadline=None)
def test_destination_lies_at_its_distance_and_bearing(
    lat: float, lon: float, bearing: float, km: float
) -> None:
    there = destination_deg(lat, lon, bearing, km * 1000)
    assert great_circle_m(lat, lon, *there) == pytest.approx(km * 1000, abs=1e-3)
    off = (bearing_deg(lat, lon, *there) - bearing + 180.0) % 360.0 - 180.0
    assert off == pytest.approx(0.0, abs=1e-6)
    assert -180.0 <= there[1] <= 180.0


@given(lat1=latitudes, lon1=longitudes, lat2=latitudes, lon2=longitudes)
@settings(derandomize=True, deadline=None)
def test_great_circle_is_the_chord_s_arc(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    chord = np.linalg.norm(position_m(lat1, lon1) - position_m(lat2, lon2))
    arc = great_circle_m(lat1, lon1, lat2, lon2)
    assert 2 * EARTH_RADIUS_M * math.sin(arc / EARTH_RADIUS_M / 2) == pytest.approx(chord, abs=1e-3)


@given(lat=latitudes, lon=longitudes, bearing=st.floats(0.0, 359.0), km=st.floats(1.0, 3000.0))
@settings(derandomize=True, deadline=None)
def test_a_site_sees_range_and_bearing(lat: float, lon: float, bearing: float, km: float) -> None:
    site = Site(lat, lon, 30.0)
    point = position_m(*destination_deg(lat, lon, bearing, km * 1000), 10_000.0)
    seen = seen_from(site, point)
    assert seen.ground_range_m == pytest.approx(km * 1000, abs=1e-3)
    off = (math.degrees(seen.azimuth_rad) - bearing + 180.0) % 360.0 - 180.0
    assert off == pytest.approx(0.0, abs=1e-6)
    assert seen.slant_range_m == pytest.approx(
        float(np.linalg.norm(point - site.position_m)), abs=1e-3
    )
    # law of cosines in the triangle of centre, site and point
    near, far = EARTH_RADIUS_M + 30.0, EARTH_RADIUS_M + 10_000.0
    sine = (far**2 - near**2 - seen.slant_range_m**2) / (2 * near * seen.slant_range_m)
    assert math.sin(seen.elevation_rad) == pytest.approx(sine, abs=1e-6)


def test_places_broadcast() -> None:
    grid = position_m(np.zeros((3, 1)), np.array([0.0, 90.0]), 1000.0)
    assert grid.shape == (3, 2, 3)
    assert grid[2, 1] == pytest.approx([0.0, EARTH_RADIUS_M + 1000.0, 0.0], abs=1e-6)
