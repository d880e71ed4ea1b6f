"""One threat's timeline shows what the schedule of its world holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.contract import ALWAYS_TRACKED, NEVER, TRACK_TIMES
from mcdefense.errors import InputError, McdefenseError
from mcdefense.preview import AskedThreat, threat_timeline
from mcdefense.report import draw_found
from mcdefense.schedule import Builder

ROOT = Path(__file__).parents[2]
SCENARIO = mcdefense.load(ROOT / "configs" / "quick_start.toml")
TWO = """
title = "two"
[threat.missile]
flight = "cruise"
speed_kms = 1.0
height_km = 5.0
rcs_m2 = 1.0
[asset.area]
at_deg = [50.0, 20.0]
[sensor.eye]
at_deg = [50.0, 20.0]
reach_km = 300
revisit_s = 10
p_look = 1.0
[interceptor.round]
speed_kms = 1.0
[interceptor.round.against.missile]
range_km = [1, 50]
altitude_km = [1, 20]
sspk = 0.5
[battery.gun]
at_deg = [50.0, 20.0]
magazine = { round = 4 }
sensors = ["eye"]
[raid.wave]
class = "missile"
count = 2
asset = "area"
from = { bearing_deg = 90, range_km = 400 }
arrival_s = 1000
[architecture.alone]
"""


def test_every_opportunity_that_a_track_can_license_is_a_launch() -> None:
    """Under each architecture, as many as the schedule allows at this object on some track: one
    drawn at the best luck of all, each look of which succeeds that can."""
    builder = Builder(SCENARIO)
    schedule = builder.schedule(builder.world(SCENARIO.run.seed, 3))
    arrays = schedule.arrays
    gates: dict[int, int] = {ALWAYS_TRACKED: -2}
    for rows, cued in ((arrays.tracks, False), (arrays.cued, True)):
        for row, gate in enumerate(rows.gate.tolist()):
            for look in range(TRACK_TIMES):
                sees = rows.limits[row, look, 0] >= 0
                if (
                    cued
                    and gates.get(int(rows.warning[row]), NEVER) <= rows.warning_ranks[row, look]
                ):
                    sees |= rows.cued_limits[row, look, 0] >= 0
                if sees:
                    gates[gate] = min(gates.get(gate, NEVER), int(rows.ranks[row, look]))
    late = 0
    for a, name in enumerate(SCENARIO.architecture):
        limits = arrays.doctrine.gate_limit[a]
        first = np.array([gates.get(gate, NEVER) for gate in arrays.doctrine.gate[a].tolist()])
        for member in (1, 4):
            shown = threat_timeline(SCENARIO, AskedThreat(name, "cruise", member, world=3))
            mine = arrays.opportunities.object == member - 1
            mine &= arrays.doctrine.allowed[a] != 0
            launches = sum(int(one.allowed.sum()) for one in shown.fired)
            assert launches == np.count_nonzero(mine & (first <= limits)) > 0
            late += int(np.count_nonzero(mine & (first > limits)))
    assert late > 0


@pytest.mark.parametrize(
    ("reaction_s", "identification_s"), [(0, 0), (230, 0), (200, 45), (400, 0)]
)
def test_an_architectures_own_reaction_keeps_early_launches_away(
    reaction_s: int, identification_s: int
) -> None:
    """The earliest track, the identification and the reaction must have passed by the launch."""
    text = f'[architecture.slow]\nset = {{ "battery.*.reaction_s" = {reaction_s} }}\n'
    text += f"[doctrine.all]\nidentification_s = {identification_s}\n"
    scenario = mcdefense.loads(TWO + text)
    shown = threat_timeline(scenario, AskedThreat("slow"))
    (fired,), (seen,) = shown.fired, shown.seen
    ready_s = seen.time_s[seen.probability > 0][0] + identification_s + reaction_s
    assert fired.allowed.tolist() == (fired.launch_s >= ready_s - 1e-9).tolist()
    at_once = threat_timeline(mcdefense.loads(TWO)).fired[0].allowed.sum()
    assert at_once == fired.launch_s.size
    assert (fired.allowed.sum() < at_once) == (reaction_s > 0)


def test_times_are_those_of_the_geometry() -> None:
    """A threat at 1 km/s and rounds at 1 km/s that meet it 50 km away at the earliest."""
    shown = threat_timeline(mcdefense.loads(TWO))
    (fired,) = shown.fired
    level_km = np.sqrt(50.0**2 - 5.0**2)
    assert shown.flight_s == pytest.approx(400, rel=0.01)
    assert fired.intercept_s.min() == pytest.approx(-level_km, rel=0.01)
    assert fired.launch_s.min() == pytest.approx(-level_km - 50, rel=0.01)
    assert fired.sspk == 0.5
    assert fired.allowed.all()
    assert fired.own.all()
    (seen,) = shown.seen
    assert seen.probability[-1] == 1.0
    assert -320 < seen.time_s[0] < -250


def test_engaged_is_what_a_result_counted() -> None:
    scenario = mcdefense.loads(TWO)
    result = mcdefense.simulate(scenario, worlds=2, trials_per_world=20, devices=1)
    (fired,) = threat_timeline(scenario, result=result).fired
    counts = result.tally["engagements"]
    assert fired.engaged == pytest.approx(counts.sum() / (2 * 2 * 20))
    assert fired.engaged > 0.5
    assert "40 trials in 2 worlds" in threat_timeline(scenario, result=result).heading.note


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (AskedThreat(architecture="none"), "got 'none', expected one of separate, integrated"),
        (AskedThreat("integrate"), "separate, integrated; did you mean 'integrated'"),
        (AskedThreat(wave="birds"), "got 'birds', expected one of cruise, ballistic"),
        (AskedThreat(wave="ballistic", member=7), "got 7, expected 1 to 6"),
    ],
)
def test_what_is_not_there_is_refused(asked: AskedThreat, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        threat_timeline(SCENARIO, asked)


def test_a_wave_that_does_not_come_is_said() -> None:
    text = f'{TWO}\n[raid.never]\nclass = "missile"\ncount = 1\nasset = "area"\n'
    text += (
        'from = { bearing_deg = 9, range_km = 400 }\narrival_s = 9\n[plan.only]\nwaves = ["wave"]'
    )
    with pytest.raises(McdefenseError, match="never does not come in world 0"):
        threat_timeline(mcdefense.loads(text), AskedThreat(wave="never"))


def test_it_is_drawn_with_a_row_for_each() -> None:
    shown = threat_timeline(SCENARIO, AskedThreat("separate"))
    (axes,) = draw_found("timeline", shown).axes
    marks = [line for line in axes.lines if line.get_marker() in ("|", "d")]
    drawn = sum(np.asarray(line.get_xdata()).size for line in marks)
    assert drawn == sum(one.launch_s.size for one in shown.fired)
    assert not shown.fired[0].allowed.all()  # far ones that no own radar covers
