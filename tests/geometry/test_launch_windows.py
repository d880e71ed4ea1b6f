"""Launch windows against brute force on a fine grid of intercept times."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mcdefense.geometry import (
    Envelope,
    Flyout,
    Shots,
    Site,
    Trajectory,
    ballistic,
    opportunities,
)
from mcdefense.geometry.earth import Floats
from mcdefense.geometry.powered import cruise, glide

SITE = Site(50.0, 20.0, 50.0)
STEP_S = 0.05

flyouts = st.one_of(
    st.builds(Flyout, st.sampled_from([0.0, 3.0]), st.floats(200.0, 2500.0)),
    st.just(Flyout(2.0, None, (5e3, 20e3, 60e3), (9.0, 21.0, 90.0))),
    st.just(Flyout(0.0, None, (0.0, 30e3, 200e3), (0.0, 60.0, 110.0))),
)


@st.composite
def wanderings(draw: st.DrawFn) -> Trajectory:
    """Polylines round the site: crossing, receding, turning back, slower or faster than rounds."""
    nodes = draw(st.integers(2, 6))
    unit = st.floats(-1.0, 1.0)
    local = np.array(
        [(draw(unit) * 80e3, draw(unit) * 80e3, abs(draw(unit)) * 30e3) for _ in range(nodes)]
    )
    paths = np.linalg.norm(np.diff(local, axis=0), axis=1)
    assume(paths.min() > 100.0)
    pace = [draw(st.sampled_from([150.0, 400.0, 900.0, 2000.0])) for _ in paths]
    time = np.concatenate([[0.0], np.cumsum(paths / pace)])
    return Trajectory(time, SITE.position_m + local @ SITE.axes.T, local[:, 2] + SITE.height_m)


@st.composite
def envelopes(draw: st.DrawFn) -> Envelope:
    near = draw(st.sampled_from([0.0, 1e3, 8e3]))
    low = draw(st.sampled_from([0.0, 2e3]))
    return Envelope(
        near,
        near + draw(st.floats(5e3, 70e3)),
        low,
        low + draw(st.floats(1e3, 40e3)),
        (0.8, 0.3),
        (10e3, 50e3),
    )


def inside(envelope: Envelope, slant_m: Floats, height_m: Floats) -> np.ndarray:
    return (
        (slant_m >= envelope.range_min_m)
        & (slant_m <= envelope.range_max_m)
        & (height_m >= envelope.altitude_min_m)
        & (height_m <= envelope.altitude_max_m)
    )


def check_each_shot(shots: Shots, flyout: Flyout, envelope: Envelope, flight: Trajectory) -> None:
    position, height = flight.at(shots.intercept_s)
    slant = np.linalg.norm(position - SITE.position_m, axis=1)
    assert shots.slant_range_m == pytest.approx(slant, abs=1e-2)
    assert (shots.launch_s < shots.intercept_s).all()
    assert (shots.intercept_s <= flight.impact_s).all()
    assert shots.intercept_s - shots.launch_s == pytest.approx(
        flyout.time_s(shots.slant_range_m), abs=1e-5
    )
    wide = 0.01
    assert (slant >= envelope.range_min_m - wide).all()
    assert (slant <= min(envelope.range_max_m, flyout.reach_m) + wide).all()
    assert (height >= envelope.altitude_min_m - wide).all()
    assert (height <= envelope.altitude_max_m + wide).all()
    assert shots.sspk == pytest.approx(envelope.sspk_at(slant), abs=1e-6)


@given(
    flight=wanderings(),
    flyout=flyouts,
    envelope=envelopes(),
    spacing=st.sampled_from([0.7, 5.0, 1e4]),
    not_before=st.sampled_from([0.0, 60.0]),
)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_windows_and_earliest_intercepts_by_brute_force(
    flight: Trajectory, flyout: Flyout, envelope: Envelope, spacing: float, not_before: float
) -> None:
    shots = opportunities(SITE, flyout, envelope, flight, spacing, not_before)
    check_each_shot(shots, flyout, envelope, flight)
    assert (np.diff(shots.launch_s) > 0).all()
    assert (shots.launch_s >= not_before).all()

    time = np.linspace(0.0, flight.impact_s, math.ceil(flight.impact_s / STEP_S) + 1)
    position, height = flight.at(time)
    slant = np.linalg.norm(position - SITE.position_m, axis=1)
    flown = flyout.time_s(slant)
    can = inside(envelope, slant, height) & np.isfinite(flown)
    launch = time - np.where(np.isfinite(flown), flown, 0.0)

    # whatever the grid of intercepts can reach is at most a spacing after a launch of ours
    useful = launch[can & (launch >= not_before)]
    if len(useful):
        assert len(shots.launch_s)
        before = np.searchsorted(shots.launch_s, useful + 1e-6, side="right") - 1
        assert (before >= 0).all()
        assert (useful - shots.launch_s[before] <= spacing + 1e-5).all()
        assert not_before - 1e-9 <= shots.launch_s[0] <= useful.min() + 1e-6

    # no earlier intercept: between neighbours inside, launch never passes ours before our meeting
    both = (can[1:] & can[:-1]).nonzero()[0]
    low, high = np.sort([launch[both], launch[both + 1]], axis=0)
    some = slice(None, None, max(1, len(shots.launch_s) // 20))
    for at, meet in zip(shots.launch_s[some], shots.intercept_s[some], strict=True):
        earlier = (low < at - 1e-6) & (at + 1e-6 < high) & (time[both + 1] < meet - 1e-4)
        assert not earlier.any()


def test_a_crossing_faster_than_the_round_is_met_early_or_not_at_all() -> None:
    """At 1,000 m/s past a 500 m/s site, 10 km off: L(t) peaks where the range opens at 500 m/s,
    so the last launch lies at tan 30 deg * 10 km past the closest point."""
    east = np.array([-60e3, 60e3])
    local = np.stack([east, [10e3, 10e3], [0.0, 0.0]], axis=1)
    flight = Trajectory(
        np.array([0.0, 120.0]), SITE.position_m + local @ SITE.axes.T, np.full(2, 50.0)
    )
    flyout, envelope = Flyout(0.0, 500.0), Envelope(0.0, 1e5, 0.0, 1e5)
    shots = opportunities(SITE, flyout, envelope, flight, 0.01)
    past = 10.0 / math.sqrt(3.0)
    last = 60.0 + past - math.hypot(10.0, past) / 0.5
    assert shots.launch_s[-1] == pytest.approx(last, abs=0.0101)
    assert shots.launch_s[-1] <= last + 1e-6
    assert shots.intercept_s[-1] <= 60.0 + past + 1e-3
    # every launch has two meetings; the earlier is taken
    assert (np.diff(shots.intercept_s) > 0).all()


def test_a_chase_that_cannot_catch_up_is_no_shot() -> None:
    local = np.array([[1e3, 0.0, 0.0], [100e3, 0.0, 0.0]])
    flight = Trajectory(
        np.array([0.0, 99.0]), SITE.position_m + local @ SITE.axes.T, np.full(2, 50.0)
    )
    envelope = Envelope(2e3, 1e5, 0.0, 1e5)
    assert len(opportunities(SITE, Flyout(0.0, 900.0), envelope, flight, 1.0).launch_s) == 0
    # equally fast: every launch time is one and the same, 1 s before the threat left
    assert len(opportunities(SITE, Flyout(0.0, 1000.0), envelope, flight, 1.0).launch_s) == 0
    chased = opportunities(SITE, Flyout(0.0, 2000.0), envelope, flight, 1.0)
    # the launch at t meets it at 2 t + 1
    assert chased.intercept_s == pytest.approx(2 * chased.launch_s + 1.0, abs=1e-6)
    assert chased.launch_s[0] == pytest.approx(0.0, abs=1e-6)
    assert len(chased.launch_s) == 50


def test_two_passes_are_two_windows() -> None:
    """Out of range between two passes: each pass opens its own grid."""
    east = np.array([-30e3, 30e3, 30e3, -30e3])
    north = np.array([0.0, 0.0, 1e3, 1e3])
    local = np.stack([east, north, np.full(4, 3e3)], axis=1)
    time = np.array([0.0, 300.0, 305.0, 605.0])
    flight = Trajectory(time, SITE.position_m + local @ SITE.axes.T, np.full(4, 3050.0))
    envelope = Envelope(0.0, 10e3, 0.0, 20e3)
    shots = opportunities(SITE, Flyout(1.0, 1000.0), envelope, flight, 7.0)
    gaps = np.diff(shots.launch_s)
    assert (gaps > 7.0 + 1e-6).sum() == 1
    second = int(np.argmax(gaps)) + 1
    for first in (0, second):
        assert shots.slant_range_m[first] == pytest.approx(10e3, abs=1e-3)


@pytest.mark.parametrize(
    "flight",
    [
        ballistic((50.0, 24.0), (50.1, 20.1)),
        cruise((52.0, 26.0), (50.1, 20.1), 250.0, 100.0, [(50.5, 22.0)]),
        glide((50.0, 36.0), (50.1, 20.1), 2000.0, 30e3),
    ],
)
def test_built_flights_meet_brute_force(flight: Trajectory) -> None:
    flyout, envelope = Flyout(2.0, 1200.0), Envelope(3e3, 60e3, 50.0, 20e3, (0.7,))
    shots = opportunities(SITE, flyout, envelope, flight, 1.0)
    check_each_shot(shots, flyout, envelope, flight)
    assert (shots.sspk == 0.7).all()
    time = np.arange(0.0, flight.impact_s, 0.005)
    position, height = flight.at(time)
    slant = np.linalg.norm(position - SITE.position_m, axis=1)
    launch = (time - flyout.time_s(slant))[inside(envelope, slant, height)]
    assert shots.launch_s[0] == pytest.approx(launch.min(), abs=0.02)
    assert 0.0 <= launch.max() - shots.launch_s[-1] <= 1.02
    assert (np.diff(shots.launch_s) == pytest.approx(1.0)) or len(shots.launch_s) < 2


def test_turning_round_the_pole_changes_nothing() -> None:
    flyout, envelope = Flyout(2.0, 1200.0), Envelope(3e3, 90e3, 50.0, 20e3, (0.7, 0.5), (0.0, 9e4))
    for turn in (37.0, 171.3, -99.9):
        here = opportunities(
            SITE, flyout, envelope, cruise((52.0, 26.0), (50.1, 20.1), 250.0, 100.0), 3.0
        )
        there = opportunities(
            replace(SITE, lon_deg=20.0 + turn),
            flyout,
            envelope,
            cruise((52.0, 26.0 + turn), (50.1, 20.1 + turn), 250.0, 100.0),
            3.0,
        )
        assert len(here.launch_s) > 50
        for mine, other in zip(here[:2], there[:2], strict=True):
            assert other == pytest.approx(mine, abs=1e-6)


def test_sites_beyond_reach_are_told_at_once() -> None:
    flight = cruise((50.0, 26.0), (50.0, 20.0), 250.0, 100.0)
    sites = [Site(50.5, 23.0), Site(52.0, 23.0), Site(-50.0, 20.0)]
    envelope = Envelope(0.0, 100e3, 0.0, 1e5)
    for site, near in zip(sites, (True, False, False), strict=True):
        shots = opportunities(site, Flyout(0.0, 1000.0), envelope, flight, 5.0)
        assert (len(shots.launch_s) > 0) is near


def test_launch_waits_for_its_time_and_impact_ends_it() -> None:
    flight = cruise((50.0, 26.0), (50.0, 20.0), 250.0, 100.0)
    flyout, envelope = Flyout(2.0, 1200.0), Envelope(0.0, 90e3, 0.0, 1e5)
    early = opportunities(SITE, flyout, envelope, flight, 5.0)
    later = float(early.launch_s[0]) + 33.3
    waited = opportunities(SITE, flyout, envelope, flight, 5.0, later)
    assert waited.launch_s[0] == later
    assert len(opportunities(SITE, flyout, envelope, flight, 5.0, flight.impact_s).launch_s) == 0


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="speed or a table"):
        Flyout(1.0)
    with pytest.raises(ValueError, match="rises strictly"):
        Flyout(1.0, None, (1e3, 1e3), (1.0, 2.0))
    with pytest.raises(ValueError, match="bands"):
        Envelope(10.0, 5.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="sspk"):
        Envelope(0.0, 5.0, 0.0, 1.0, (0.5, 0.6))
    flight = cruise((50.0, 26.0), (50.0, 20.0), 250.0, 100.0)
    with pytest.raises(ValueError, match="launch_spacing_s"):
        opportunities(SITE, Flyout(1.0, 1e3), Envelope(0.0, 9e4, 0.0, 1e5), flight, 0.0)
    with pytest.raises(ValueError, match=r"got .* launch times, expected at most 20,000: widen"):
        opportunities(SITE, Flyout(1.0, 1e3), Envelope(0.0, 9e4, 0.0, 1e5), flight, 0.01)
