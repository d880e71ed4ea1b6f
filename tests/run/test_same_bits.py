"""The same scenario, worlds, trials and seed give the same counts, however the run is cut up."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mcdefense.engine.cores import usable_cores
from mcdefense.run import Progress, simulate
from mcdefense.scenario import loads
from mcdefense.statistics import Result

SCENARIO = """\
title = "Uncertain parameters, a network that fails, raids that differ"
library = "notional-1"
[run]
worlds = 3
trials_per_world = 150
[asset.area]
at_deg = [50.0, 20.0]
[sensor.lookout]
class  = "airborne_radar"
at_deg = [50.2, 21.0]
[battery.north]
class    = "medium_sam"
at_deg   = [50.3, 20.2]
magazine = { medium_sam = 4 }
[battery.south]
class    = "long_sam"
at_deg   = [49.8, 20.1]
magazine = { long_sam = 3 }
[raid.missiles]
class     = "subsonic_cruise"
count     = [4, 8]
from      = { bearing_deg = [40, 110], range_km = 300 }
arrival_s = [0, 300]
[uncertainty.skill]
paths = ["interceptor.*.against.*.sspk"]
as = "factor"
distribution = "uniform"
low = 0.8
high = 1.1
[uncertainty.reaction]
paths = ["battery.*.reaction_s"]
distribution = "triangular"
low = 5
mode = 10
high = 20
[architecture.separate]
[architecture.integrated]
join    = "all"
network = { availability = 0.8, fallback = "separate" }
"""


@cache
def simulated(batch: int | None = None, devices: int | None = 1, seed: int = 3) -> Result:
    return simulate(loads(SCENARIO), batch=batch, devices=devices, seed=seed)


def assert_same(one: Result, other: Result) -> None:
    assert one.tally.equals(other.tally)
    for name, values in one.estimates.items():
        np.testing.assert_array_equal(values, other.estimates[name], err_msg=name)
    assert one.parameters.keys() == other.parameters.keys()
    for name, draws in one.parameters.items():
        np.testing.assert_array_equal(draws, other.parameters[name])
    np.testing.assert_array_equal(one.schedule_hash, other.schedule_hash)


def test_the_run_is_worth_comparing() -> None:
    result = simulated()
    tally = result.tally
    assert tally["trials"].tolist() == [150, 150, 150]
    assert 0 < tally["network_lost"].sum() < 450
    assert len(set(tally["live"].sum(axis=1).tolist())) > 1
    assert len(set(result.schedule_hash.tolist())) == 3
    assert 0 < result["leak_probability_total"].min() < result["leak_probability_total"].max() < 1


@pytest.mark.parametrize("batch", [64, 150, 1000])
def test_any_batch_gives_the_same(batch: int) -> None:
    assert_same(simulated(), simulated(batch=batch))


@pytest.mark.skipif(usable_cores() < 2, reason="needs two cores")
def test_any_number_of_cores_gives_the_same() -> None:
    assert_same(simulated(batch=64, devices=1), simulated(batch=64, devices=2))
    assert_same(simulated(), simulated(batch=64, devices=None))


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    again = simulate(loads(SCENARIO), devices=1, seed=3)
    assert_same(simulated(), again)
    other = simulated(seed=4)
    assert not simulated().tally.equals(other.tally)
    assert simulated().parameters["skill"].tolist() != other.parameters["skill"].tolist()


def test_fewer_worlds_or_trials_are_the_first_of_more() -> None:
    fewer = simulate(loads(SCENARIO), worlds=2, devices=1, seed=3)
    for name in ("leaked", "live", "leakers_squared", "network_lost"):
        np.testing.assert_array_equal(fewer.tally[name], simulated().tally[name][:2])
    np.testing.assert_array_equal(fewer.schedule_hash, simulated().schedule_hash[:2])


def test_progress_counts_every_trial_once() -> None:
    seen: list[Progress] = []
    simulate(loads(SCENARIO), devices=1, seed=3, batch=64, progress=seen.append)
    assert [p.trials_done for p in seen] == sorted({p.trials_done for p in seen})
    assert seen[-1].trials_done == seen[-1].trials == 450
    assert len(seen) == 3 * 3
    assert seen[-1].pairings > 0
