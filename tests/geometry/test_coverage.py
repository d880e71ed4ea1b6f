"""What a radar covers: check (i), and each limit by itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdefense.geometry import (
    RadarModel,
    covers,
    destination_deg,
    position_m,
    radio_horizon_m,
    reach_m,
    swerling1_detection,
)
from mcdefense.geometry.earth import Floats
from tests.support.validation_record import Record

RADAR = pytest.mark.claim("i", "RadarModel reach and detection", oracle="closed form")


def around(bearing: float, km: float, height_m: float) -> Floats:
    return position_m(*destination_deg(50.0, 20.0, bearing, km * 1000), height_m)


def sees(
    sensor: RadarModel, bearing: float, km: float, height_m: float, cued: bool = False
) -> bool:
    return bool(covers(sensor, around(bearing, km, height_m), height_m, 1.0, cued))


@RADAR
@pytest.mark.parametrize(("rcs", "km"), [(0.1, 224.936530), (0.01, 126.491106), (10, 711.311764)])
def test_reach_of_check_i(record: Record, rcs: float, km: float) -> None:
    found = float(reach_m(RadarModel(50, 20, 10, 400e3), rcs)) / 1000
    record.digits(f"reach at {rcs} m2 [km]", exact=km, estimated=found, decimals=6)


def test_reach_is_bounded_and_grows_when_cued() -> None:
    sensor = RadarModel(50, 20, 10, 400e3, max_range_m=450e3, cue_reach_factor=1.5)
    assert reach_m(sensor, 1.0) == 400e3
    assert reach_m(sensor, 1.0, cued=True) == 450e3
    assert reach_m(sensor, 10.0) == 450e3
    assert not sees(sensor, 90.0, 410.0, 100e3)
    assert sees(sensor, 90.0, 410.0, 100e3, cued=True)


@RADAR
def test_swerling_1_of_check_i(record: Record) -> None:
    for decibel, exact in ((13, 0.5171775611), (20, 0.8721557721)):
        found = float(swerling1_detection(10 ** (decibel / 10), 1e-6))
        record.digits(f"Pd at 1e-6, {decibel} dB", exact=exact, estimated=found)
    found = float(swerling1_detection(10**1.3 * (400 / 250.304646) ** 4, 1e-6))
    record.digits("Pd at 250.304646 km", exact=0.9, estimated=found, decimals=8)


@given(low=st.floats(1.0, 5e3), high=st.floats(1.0, 5e5), bearing=st.floats(0.0, 359.0))
@settings(derandomize=True, deadline=None)
def test_sight_ends_at_the_horizon_and_is_mutual(low: float, high: float, bearing: float) -> None:
    horizon = float(radio_horizon_m(low, high, exact=True)) / 1000
    sensor = RadarModel(50.0, 20.0, low, 1e8, elevation_min_deg=0.0)
    for km, seen in ((horizon - 0.01, True), (horizon + 0.01, False)):
        assert sees(sensor, bearing, km, high) is seen
        lat, lon = map(float, destination_deg(50.0, 20.0, bearing, km * 1000))
        back = RadarModel(lat, lon, high, 1e8)
        assert bool(covers(back, position_m(50.0, 20.0, low), low, 1.0)) is seen


def test_sector_wraps_round_north() -> None:
    sensor = RadarModel(50.0, 20.0, 10.0, 400e3, sector_centre_deg=350.0, sector_width_deg=60.0)
    bearings = {319.0: False, 321.0: True, 350.0: True, 0.0: True, 19.0: True, 21.0: False}
    assert {b: sees(sensor, b, 100.0, 10e3) for b in bearings} == bearings
    round_ = RadarModel(50.0, 20.0, 10.0, 400e3, sector_centre_deg=350.0, sector_width_deg=360.0)
    assert sees(round_, 170.0, 100.0, 10e3)


def test_elevation_limits() -> None:
    # straight rays over a 4/3 Earth: 100 km away and 10 km up stands some 5.1 deg high
    bent = 4 / 3 * 6_371_008.8
    rise = math.degrees(math.atan2(9_990 - 100e3**2 / (2 * bent), 100e3))
    limits = {"elevation_min_deg": rise - 0.05}, {"elevation_min_deg": rise + 0.05}
    assert [sees(RadarModel(50, 20, 10, 4e5, **limit), 9.0, 100.0, 10e3) for limit in limits] == [
        True,
        False,
    ]
    limits = {"elevation_max_deg": rise - 0.05}, {"elevation_max_deg": rise + 0.05}
    assert [sees(RadarModel(50, 20, 10, 4e5, **limit), 9.0, 100.0, 10e3) for limit in limits] == [
        False,
        True,
    ]


def test_airborne_radar_looks_down() -> None:
    down = RadarModel(50.0, 20.0, 9_000.0, 400e3)
    assert sees(down, 0.0, 300.0, 100.0)
    assert sees(down, 0.0, 20.0, 100.0)
    assert not sees(down, 0.0, 450.0, 100.0)
    shallow = RadarModel(50.0, 20.0, 9_000.0, 400e3, elevation_min_deg=-10.0)
    assert sees(shallow, 0.0, 300.0, 100.0)
    assert not sees(shallow, 0.0, 20.0, 100.0)


def test_low_fliers_are_seen_at_42_km_from_a_mast() -> None:
    mast = RadarModel(50.0, 20.0, 10.0, 400e3)
    points = np.stack([around(77.0, km, 50.0) for km in (10.0, 42.0, 42.4)])
    assert covers(mast, points, np.full(3, 50.0), 1.0).tolist() == [True, True, False]


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="revisit"):
        RadarModel(50, 20, 10, 4e5, revisit_s=0.0)
    with pytest.raises(ValueError, match="p_look"):
        RadarModel(50, 20, 10, 4e5, p_look=1.2)
