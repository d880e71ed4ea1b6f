"""A laydown turned round the pole, across the date line too: exact to rounding."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mcdefense
from mcdefense.encounter.laydown import Encounter, Laydown
from mcdefense.encounter.physics import physics_of
from mcdefense.encounter.routes import fly, origin_deg, place_deg
from mcdefense.schedule.build import Builder
from tests.system.invariances.laydown import LAYDOWN, northward, turned
from tests.system.invariances.transforms import assert_same_counts, simulated

NEAR_THE_POLE = northward(LAYDOWN, 38.5)
ROUTES = 3
MOST_OFF = 1e-6
"""Seconds, metres or probability by which a turned laydown may be off."""


@cache
def blocks(text: str) -> list[Encounter]:
    """What each wave meets on some of its routes, before times are rounded."""
    scenario = mcdefense.loads(text, name="case")
    names = Builder(scenario).names
    laydown = Laydown()
    number, _ = laydown.physics(physics_of(scenario, names))
    found: list[Encounter] = []
    for wave in scenario.raid.values():
        threat = scenario.threat[wave.class_]
        for asset in wave.asset_weights:
            target = place_deg(scenario, asset)
            for route in range(min(wave.routes, ROUTES)):
                origin = origin_deg(wave, target, route)
                trajectory = fly(threat, origin, target, wave.waypoints_deg or ())
                kind = names.threat_class.index(wave.class_)
                assert threat.rcs_m2 is not None
                key = len(found)
                found.append(laydown.encounter(trajectory, key, number, kind, threat.rcs_m2))
    return found


def most_off(text: str, by_deg: float) -> float:
    """Largest difference of any time [s], range [m] or probability; infinite where one laydown
    has an opportunity or a track that the other has not."""
    worst = 0.0
    for one, other in zip(blocks(text), blocks(turned(text, by_deg)), strict=True):
        for name in Encounter._fields:
            a: np.ndarray = getattr(one, name)
            b: np.ndarray = getattr(other, name)
            if a.shape != b.shape:
                return np.inf
            worst = max(worst, float(np.abs(a.astype(float) - b.astype(float)).max(initial=0.0)))
    return worst


@settings(deadline=None, max_examples=10)
@given(st.sampled_from([LAYDOWN, NEAR_THE_POLE]), st.floats(-180, 180))
@example(LAYDOWN, 158.0)  # the box of the drones lies across the date line
@example(LAYDOWN, 159.9)  # the batteries do
@example(LAYDOWN, 180.0)
def test_windows_and_tracks_turn_with_the_laydown(text: str, by_deg: float) -> None:
    """Launches, intercepts, slant ranges and track times of boxes, bearings, waypoints and single
    places, for a radar with a sector; at 50 and at 89 degrees north."""
    assert most_off(text, by_deg) <= MOST_OFF


def test_what_does_not_turn_is_seen() -> None:
    """One battery left behind by a hundredth of a degree (700 m)."""
    text = LAYDOWN.replace("at_deg   = [50.3, 20.2]", "at_deg   = [50.3, 20.21]")
    one, other = blocks(LAYDOWN), blocks(text)
    assert any(
        a.launch_s.shape != b.launch_s.shape or np.abs(a.launch_s - b.launch_s).max() > MOST_OFF
        for a, b in zip(one, other, strict=True)
        if a.launch_s.size
    )


@settings(deadline=None, max_examples=5, derandomize=True)
@given(st.floats(-180, 180))
def test_turned_schedules_are_the_same_word_for_word(by_deg: float) -> None:
    """Times are rounded to milliseconds: what is off by 1e-10 s comes out the same but with a
    chance of some 1e-7 a time. So the examples are always the same ones."""
    digests = []
    for text in (LAYDOWN, turned(LAYDOWN, by_deg)):
        builder = Builder(mcdefense.loads(text, name="case"))
        digests.append([builder.schedule(builder.world(1, world)).digest for world in range(2)])
    assert digests[0] == digests[1]


@pytest.mark.parametrize("by_deg", [158.0, -90.0])
def test_turned_runs_count_the_same(seed: int, by_deg: float) -> None:
    """Whole tallies, bit for bit; the box of the drones across the date line or not."""
    one, other = simulated(LAYDOWN, seed), simulated(turned(LAYDOWN, by_deg), seed)
    assert_same_counts(one.tally, other.tally)
