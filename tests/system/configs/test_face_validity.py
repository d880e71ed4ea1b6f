"""Signs that an expert expects of every configuration, and what may turn them.

False alarms: each difference is held to twice its 95 % interval's reach, some 4 standard errors
(6e-5 a class); exact cases have none.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import mcdefense
from mcdefense.statistics import TOTAL, Result, Side, contrast, leakers

CONFIGS = Path(__file__).parents[3] / "configs"
SIZES = {
    "coordination": (24, 128),
    "layered_table": (16, 128),
    "quick_start": (40, 64),
    "eastern_flank": (20, 32),
    "eastern_flank_all_threats": (20, 32),
    "mass_raid": (12, 32),
}
"""Worlds, and trials of each, of every configuration."""
LARGE = ("eastern_flank", "eastern_flank_all_threats", "mass_raid")
EACH = [pytest.param(n, marks=[pytest.mark.slow] * (n in LARGE)) for n in SIZES]
NO_DECOYS = ("coordination", "quick_start", pytest.param("mass_raid", marks=pytest.mark.slow))
"""Configurations whose raids have no decoys, at which fire may be wasted earlier when joined."""

MARGIN = 0.1
"""Leakers a raid that matter (`margin`, rule 33)."""

POOLED = """
title = "Two rounds of another command, shot at what comes first"
threat.drone = {}
threat.missile = {}
raid.drone = { class = "drone", count = 4, start_s = 0 }
raid.missile = { class = "missile", count = 2, start_s = 100 }
interceptor.round = { against = { drone = { sspk = 1 }, missile = { sspk = 1 } } }
battery.north = { magazine = { round = 2 } }
battery.south = { magazine = { round = 2 } }
architecture.separate.cells.air = { batteries = ["north"], classes = ["drone"] }
architecture.separate.cells.missile = { batteries = ["south"], classes = ["missile"] }
architecture.joined = { join = "all" }
[opportunities]
rows = [
  { threat = "drone", battery = "north", interceptor = "round", launch_s = 0, intercept_s = 10 },
  { threat = "drone", battery = "south", interceptor = "round", launch_s = 0, intercept_s = 10 },
  { threat = "missile", battery = "north", interceptor = "round", launch_s = 0, intercept_s = 10 },
  { threat = "missile", battery = "south", interceptor = "round", launch_s = 0, intercept_s = 10 },
]
"""
RAID = """
title = "Two missiles, that north misses and south hits"
threat.missile = {}
raid.m = { class = "missile", count = 2, start_s = 0 }
interceptor.sam = {}
battery.north = { magazine = { sam = 9 } }
battery.south = { magazine = { sam = 9 } }
doctrine.every = { live_called_dead = 1, assessment_s = 0 }
architecture.separate.cells.north = { batteries = ["north"] }
architecture.separate.cells.south = { batteries = ["south"] }
architecture.joined = { join = "all", network = { availability = 1, fallback = "none" } }
[opportunities]
rows = [
{ threat = "m", battery = "north", interceptor = "sam", launch_s = 0, intercept_s = 10, sspk = 0 },
{ threat = "m", battery = "south", interceptor = "sam", launch_s = 20, intercept_s = 30, sspk = 1 },
]
"""
LOOKS_RIGHT = {"doctrine.every.live_called_dead": 0}
MECHANISMS = {
    "one wrong look stops everybody": (RAID, {}, LOOKS_RIGHT),
    "nobody fires without the network": (
        RAID,
        LOOKS_RIGHT | {"architecture.joined.network.availability": 0},
        LOOKS_RIGHT,
    ),
}
"""What may let a class leak more when joined: a raid, what makes it so, and what ends it."""
RESERVE = {f"battery.{name}.reserve.round.drone": 1 for name in ("north", "south")}
"""One round of each battery is kept for missiles: the pooled stock is not shot empty."""


@cache
def result_of(name: str) -> Result:
    worlds, trials = SIZES[name]
    scenario = mcdefense.load(CONFIGS / f"{name}.toml")
    return mcdefense.simulate(scenario, worlds=worlds, trials_per_world=trials)


def hurt(result: Result, margin: float = MARGIN) -> dict[str, float]:
    """Classes that leak more in compare than in the baseline by more than the margin, for sure."""
    names = result.tally.axes.architecture
    a, b = (names.index(str(result.provenance[key])) for key in ("baseline", "compare"))
    found = contrast(Side(result, a), Side(result, b), leakers)
    rows = zip(found.labels, *found.difference, strict=True)
    return {
        name: float(value)
        for (name,), value, low, _ in rows
        if value - 2 * (value - low) > margin and name != TOTAL
    }


def test_every_configuration_is_here() -> None:
    assert set(SIZES) == {path.stem for path in CONFIGS.glob("*.toml")}


@pytest.mark.parametrize("name", EACH)
def test_no_class_leaks_more_when_joined(name: str) -> None:
    result = result_of(name)
    assert result.tally["leaked"].sum() > 0, "nothing leaks, so that nothing could be seen"
    assert hurt(result) == {}


@pytest.mark.parametrize("name", NO_DECOYS)
def test_one_fire_control_wastes_less(name: str) -> None:
    result = result_of(name)
    names = result.tally.axes.architecture
    a, b = (names.index(str(result.provenance[key])) for key in ("baseline", "compare"))
    wasted = result.tally["rounds_wasted_by_world"].sum(axis=(0, 2, 3))
    assert wasted[b] < 0.5 * wasted[a]


def test_a_class_that_leaks_more_is_found_and_its_mechanism_removes_it() -> None:
    """Pooled stock shot empty: four drones get the four rounds, and both missiles leak."""
    joined = mcdefense.simulate(mcdefense.loads(POOLED), worlds=2, trials_per_world=500)
    assert hurt(joined) == {"missile": 2.0}
    kept = mcdefense.loads(POOLED, overrides=RESERVE)
    assert hurt(mcdefense.simulate(kept, worlds=2, trials_per_world=500)) == {}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_that_hurts_when_joined_ends_when_it_is_switched_off(mechanism: str) -> None:
    """Exact: both missiles leak, or none."""
    raid, on, off = MECHANISMS[mechanism]
    with_it, without = (mcdefense.loads(raid, overrides=values) for values in (on, off))
    assert hurt(mcdefense.simulate(with_it, worlds=2, trials_per_world=50)) == {"missile": 2.0}
    assert hurt(mcdefense.simulate(without, worlds=2, trials_per_world=50)) == {}


def test_a_wider_reserve_does_not_hurt_what_it_protects() -> None:
    """The exact case: every round kept back saves one more missile."""
    leaked = []
    for rounds in (0, 1, 2):
        reserve = dict.fromkeys(RESERVE, rounds)
        scenario = mcdefense.loads(POOLED, overrides=reserve)
        result = mcdefense.simulate(scenario, worlds=1, trials_per_world=100)
        axes = result.tally.axes
        place = axes.architecture.index("joined"), axes.threat_class_total.index("missile")
        leaked.append(result.tally["leaked"][:, *place].sum() / 100)
    assert leaked == [2, 0, 0]


@pytest.mark.parametrize("rounds", [8, 16])
def test_a_wider_reserve_does_not_hurt_what_it_protects_in_the_first_example(rounds: int) -> None:
    """12 rounds of 16 are kept for ballistic missiles; 8 against 12, and 12 against 16."""
    path = "battery.south.reserve.low_terminal.subsonic_cruise"
    scenario = mcdefense.load(CONFIGS / "quick_start.toml", overrides={path: rounds})
    other = mcdefense.simulate(scenario, worlds=40, trials_per_world=64)
    narrow, wide = (other, result_of("quick_start"))[:: 1 if rounds < 12 else -1]
    for architecture in range(2):
        found = contrast(Side(narrow, architecture), Side(wide, architecture), leakers)
        row = found.labels.index(("short_range_ballistic",))
        value, low, _ = (float(end[row]) for end in found.difference)
        assert value - 2 * (value - low) <= 0
