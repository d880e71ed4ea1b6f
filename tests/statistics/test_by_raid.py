"""Leakers by raid of a sequence, and more than in the first: from counts made by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import t

import mcdefense
from mcdefense.report import screen, to_json
from mcdefense.scenario import Scenario
from mcdefense.statistics import Result, Tally, estimate, merge
from mcdefense.statistics.axes import Axes

WORLDS, TRIALS = 12, 50


def tally_of(leakers: np.ndarray) -> Tally:
    """Leakers [W, R] of one class, under one architecture, each trial of a world alike."""
    worlds, raids = leakers.shape
    axes = Axes(("one",), ("m",), ("a",), ("x",), ("town",), np.arange(worlds), raids=raids)
    tally = Tally.zeros(axes)
    total = leakers.sum(axis=1)
    sums = {
        "trials": np.full(worlds, TRIALS),
        "live": np.full((worlds, 1), 20 * TRIALS),
        "leaked": np.repeat((total * TRIALS)[:, None, None], 2, axis=2),
        "leakers_squared": np.repeat((total**2 * TRIALS)[:, None, None], 2, axis=2),
        "live_by_raid": np.full((worlds, raids, 1), 10 * TRIALS),
        "leakers_by_raid": (leakers * TRIALS)[:, None, :, None],
    }
    tally.add_block(slice(None), sums)
    return tally


def test_a_raid_less_the_first_is_students_t_of_the_worlds() -> None:
    draw = np.random.default_rng(3)
    leakers = np.stack([draw.integers(0, 5, WORLDS), draw.integers(2, 9, WORLDS)], axis=1)
    found = estimate(tally_of(leakers))
    assert found["expected_leakers_by_raid"][0] == pytest.approx(leakers.mean(axis=0))
    more = leakers[:, 1] - leakers[:, 0]
    half = t.ppf(0.975, WORLDS - 1) * more.std(ddof=1) / np.sqrt(WORLDS)
    name = "change_expected_leakers_by_raid"
    assert found[name][0, 1] == pytest.approx(more.mean())
    assert found[f"{name}_low"][0, 1] == pytest.approx(more.mean() - half)
    assert found[f"{name}_high"][0, 1] == pytest.approx(more.mean() + half)
    assert [found[f"{name}{end}"][0, 0] for end in ("", "_low", "_high")] == [0, 0, 0]


def test_a_single_world_covers_raids_that_depend_on_each_other_the_other_way_round() -> None:
    """Whoever leaks in the first raid does not in the second: the variance of the difference is
    four times that of a raid, and the interval is not narrower than its standard error says."""
    tally = tally_of(np.array([[1, 1]]))
    tally.counts["leakers_squared"][:] = 4 * TRIALS  # two leakers in the one, or in the other
    found = estimate(tally)
    half = 1.96 * np.sqrt(4 / TRIALS)
    assert found["change_expected_leakers_by_raid_low"][0, 1] <= -half
    assert found["change_expected_leakers_by_raid_high"][0, 1] >= half


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return mcdefense.loads("""
title = "two raids"
threat.m = {}
raid.w = { class = "m", count = 2, start_s = [0, 9], repeat = 3, every_s = 86400 }
interceptor.x = {}
battery.a = { magazine = { x = 3 } }
architecture.one = { join = "all" }
opportunities.rows = [
  { threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 5, sspk = 0.5 },
]
""")


@pytest.fixture(scope="module")
def result(scenario: Scenario) -> Result:
    return mcdefense.simulate(scenario, worlds=8, trials_per_world=64, seed=1)


def test_screen_and_json_tell_raids_where_a_wave_repeats(result: Result) -> None:
    text = screen(result)
    lines = [line for line in text.splitlines() if line.startswith(("BY RAID", "  1 ", "  3 "))]
    assert [line.split()[0] for line in lines] == ["BY", "1", "3"]
    assert lines[-1].split()[1:3] == ["2.00", "2.000"]  # nothing is left for the third
    told = to_json(result)["estimates"]["expected_leakers_by_raid"]["one"]
    assert list(told) == ["1", "2", "3"]
    assert told["3"]["value"] == 2.0
    json.dumps(told)


def test_they_tell_nothing_by_raid_where_none_does() -> None:
    once = mcdefense.loads("""
threat.m = {}
raid.w = { class = "m", count = 2, start_s = [0, 9] }
interceptor.x = {}
battery.a = { magazine = { x = 3 } }
architecture.one = { join = "all" }
opportunities.rows = [
  { threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 5, sspk = 0.5 },
]
""")
    result = mcdefense.simulate(once, worlds=2, trials_per_world=8)
    assert "BY RAID" not in screen(result)
    assert "by_raid" not in json.dumps(to_json(result))


def test_raids_merge_and_add_up(result: Result) -> None:
    tally = result.tally
    leakers = np.arange(8).reshape(4, 2)
    part = tally_of(leakers)
    halves = [Tally(part.axes.with_worlds(np.arange(4) + n), part.counts) for n in (0, 4)]
    twice = np.concatenate([leakers, leakers]) * TRIALS
    assert np.array_equal(merge(halves)["leakers_by_raid"][:, 0, :, 0], twice)
    assert np.array_equal(tally["leakers_by_raid"].sum(axis=2), tally["leaked"][..., :-1])
    assert np.array_equal(tally["live_by_raid"].sum(axis=1), tally["live"])
    fired = tally["rounds_fired_by_world"].sum(axis=-1)
    assert np.array_equal(tally["rounds_fired_by_raid"].sum(axis=2), fired)
    dataset = mcdefense.to_xarray(result)
    assert dataset.expected_leakers_by_raid.sel(raid=3).item() == 2.0
