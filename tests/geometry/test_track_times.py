"""Cumulative detection against a plain loop over looks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdefense.geometry import RadarModel, Trajectory, ballistic, covers, track_times
from mcdefense.geometry.powered import cruise, glide
from mcdefense.geometry.track import CERTAIN

FLIGHTS = {
    "drone": cruise((50.0, 26.0), (50.0, 20.0), 50.0, 150.0, [(51.0, 23.0)]),
    "ballistic": ballistic((50.0, 26.0), (50.0, 20.0)),
    "glider": glide((50.0, 33.0), (50.0, 20.0), 2000.0, 40e3, 60e3),
}


def by_loop(
    sensor: RadarModel, flight: Trajectory, rcs: float, cued: bool
) -> list[tuple[float, float]]:
    """(time, F) after each look that detects, the plain way."""
    revisit_s, p_look = sensor.looks(cued)
    missed, look, table = 1.0, 0, []
    while look * revisit_s <= flight.impact_s and missed > 1.0 - CERTAIN:
        time = look * revisit_s
        position, height = flight.at(np.array(time))
        if p_look > 0 and covers(sensor, position, height, rcs, cued):
            missed *= 1.0 - p_look
            table.append((time, 1.0 - missed))
        look += 1
    return table


def value(table: list[tuple[float, float]], time: float) -> float:
    return max((f for t, f in table if t <= time), default=0.0)


@given(
    flight=st.sampled_from(sorted(FLIGHTS)),
    place=st.tuples(
        st.floats(48.0, 52.0), st.floats(19.0, 25.0), st.sampled_from([5.0, 30.0, 3000.0])
    ),
    reach_km=st.floats(20.0, 600.0),
    sector=st.one_of(st.none(), st.floats(0.0, 360.0)),
    revisit=st.sampled_from([3.0, 10.0, 37.0]),
    p_look=st.sampled_from([0.0, 0.05, 0.5, 0.9, 1.0]),
    cue=st.sampled_from([(1.0, None, None), (1.4, 5.0, 0.95), (0.8, 20.0, 0.3)]),
)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_table_is_the_loop_over_looks(
    flight: str,
    place: tuple[float, float, float],
    reach_km: float,
    sector: float | None,
    revisit: float,
    p_look: float,
    cue: tuple[float, float | None, float | None],
) -> None:
    sensor = RadarModel(
        *place,
        reach_km * 1000,
        sector_centre_deg=sector,
        sector_width_deg=120.0,
        revisit_s=revisit,
        p_look=p_look,
        cue_reach_factor=cue[0],
        cue_revisit_s=cue[1],
        cue_p_look=cue[2],
    )
    threat = FLIGHTS[flight]
    plain, cued = (by_loop(sensor, threat, 0.1, flag) for flag in (False, True))
    table = track_times(sensor, threat, 0.1)
    times = sorted({t for t, _ in plain + cued})
    grows = [t for t in times if _grows(plain, cued, t)]
    assert len(table.time_s) == min(16, len(grows))
    if len(grows) <= 16:
        assert table.time_s.tolist() == grows
    for time, f, f_cued in zip(*table, strict=True):
        assert time in grows
        assert f == pytest.approx(value(plain, time), abs=1e-12)
        assert f_cued == pytest.approx(max(value(plain, time), value(cued, time)), abs=1e-12)
    if grows:
        assert table.time_s[-1] == grows[-1]
        assert (np.diff(table.time_s) > 0).all()
        assert (np.diff(table.probability) >= 0).all()
        assert (np.diff(table.cued_probability) >= 0).all()


def _grows(plain: list[tuple[float, float]], cued: list[tuple[float, float]], time: float) -> bool:
    def total(at: float) -> float:
        return value(plain, at) + max(value(plain, at), value(cued, at))

    return total(time) > total(np.nextafter(time, -1.0))


def test_a_sure_look_tracks_at_entry() -> None:
    mast = RadarModel(50.0, 20.0, 10.0, 400e3, revisit_s=4.0, p_look=1.0)
    drone = cruise((50.0, 26.0), (50.0, 20.0), 50.0, 50.0)
    table = track_times(mast, drone, 1.0)
    assert table.probability.tolist() == [1.0]
    # 42.18 km from the mast, at the next look
    entry = drone.impact_s - 42_180 / 50.0
    assert entry - 1.0 < table.time_s[0] < entry + 5.0


def test_never_covered_is_an_empty_table() -> None:
    assert len(track_times(RadarModel(-50.0, 20.0, 10.0, 400e3), FLIGHTS["drone"], 1.0).time_s) == 0
    blind = RadarModel(50.0, 20.0, 10.0, 400e3, p_look=0.0)
    assert len(track_times(blind, FLIGHTS["drone"], 1.0).time_s) == 0


def test_a_pass_between_two_nodes_is_not_lost() -> None:
    """Both ends of a 5 km leg lie out of a reach of 1 km."""
    drone = FLIGHTS["drone"]
    middle = 0.5 * (drone.time_s[40] + drone.time_s[41])
    x, y, z = drone.at(np.array(middle))[0]
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    near = RadarModel(float(lat), float(lon), 5.0, 1000.0, revisit_s=1.0, p_look=1.0)
    table = track_times(near, drone, 1.0)
    # 20 s at 50 m/s, less what 145 m of height cost
    assert table.time_s == pytest.approx([middle - 20.0], abs=1.3)


def test_turning_round_the_pole_changes_nothing() -> None:
    sensor = RadarModel(
        50.3, 20.2, 15.0, 300e3, None, 80.0, 200.0, -5.0, 60.0, 5.0, 0.3, 1.3, 2.0, 0.4
    )
    here = track_times(sensor, cruise((51.0, 29.0), (50.0, 20.0), 250.0, 300.0), 0.1)
    there = track_times(
        replace(sensor, lon_deg=20.2 + 171.3),
        cruise((51.0, 29.0 + 171.3), (50.0, 20.0 + 171.3), 250.0, 300.0),
        0.1,
    )
    assert len(here.time_s) == 16
    for mine, other in zip(here, there, strict=True):
        assert other == pytest.approx(mine, abs=1e-6)


@pytest.mark.parametrize("p_look", [0.02, 0.1, 0.5])
def test_thinning_is_nearly_the_least_late(p_look: float) -> None:
    """Mean lateness of the kept times within 30 % of the optimum by dynamic programming."""
    sensor = RadarModel(50.0, 20.0, 10.0, 400e3, revisit_s=4.0, p_look=p_look)
    looks = by_loop(sensor, FLIGHTS["ballistic"], 1.0, cued=False)
    time = np.array([t for t, _ in looks])
    growth = np.diff([0.0, *(f for _, f in looks)])
    assert len(time) > 24

    def late(first: int, past: int) -> float:
        return float(growth[first:past] @ (time[past - 1] - time[first:past]))

    least = [late(0, past) if past else 0.0 for past in range(len(time) + 1)]
    for _ in range(15):
        least = [0.0] + [
            min(least[cut] + late(cut, past) for cut in range(past))
            for past in range(1, len(time) + 1)
        ]
    kept = track_times(sensor, FLIGHTS["ballistic"], 1.0).time_s
    cuts = [0, *(np.searchsorted(time, kept) + 1).tolist()]
    mean = sum(late(a, b) for a, b in pairwise(cuts))
    assert least[-1] <= mean * (1 + 1e-12)
    assert mean <= 1.3 * least[-1]


def test_a_revisit_time_gone_wrong_is_refused() -> None:
    sensor = RadarModel(50.0, 20.0, 10.0, 400e3, revisit_s=1e-5)
    with pytest.raises(ValueError, match="looks, expected at most 10,000,000: lengthen revisit_s"):
        track_times(sensor, FLIGHTS["drone"], 1.0)
