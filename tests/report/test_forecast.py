"""The forecast is the survey's numbers, scaled to the run and to stated rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mcdefense.contract.names import Names
from mcdefense.preview.forecast import COMPILING_S, PAIRINGS_PER_CORE_S, TRIALS_PER_CORE_S, forecast
from mcdefense.preview.survey import Survey

SURVEY = Survey(
    names=Names(("one", "two"), ("drone",), ("north",), ("round",), (), ("area",)),
    worlds=(0, 1, 4, 5),
    objects=np.array([8]),
    reached=np.array([[8], [4]]),
    opportunities=np.ones((2, 1, 1, 1), np.int64),
    met_at=np.full((2, 1, 1), 8),
    listed=400,
    sharing=40,
    listed_by_class=np.array([400]),
    sighted=np.zeros(0, np.int64),
    longest_flight_s=100.0,
    last_launch_s=90.0,
    tossed=np.zeros(0, np.int64),
    mean_objects=np.array([2.0]),
    seconds_first=5.0,
    seconds_later=0.5,
    state_rows=1000,
    schedule_bytes=2**20,
    run_bytes=2**20,
    world_bytes=2**10,
)


def test_pairings_are_opportunities_of_all_architectures_and_plans() -> None:
    survey = replace(SURVEY, listed=400_000, sharing=40_000)
    expected = forecast(survey, worlds=11, trials_per_world=300, cores=2)
    assert expected.pairings == (2 * 400_000 + 40_000) / 4 * 11 * 300
    assert expected.judging_s == pytest.approx(expected.pairings / PAIRINGS_PER_CORE_S / 2)
    assert expected.building_s == 5.0 + 10 * 0.5
    assert expected.total_s == pytest.approx(COMPILING_S + 2.31 + 10.0 / 2)


def test_trials_with_little_to_judge_take_their_time_too() -> None:
    expected = forecast(SURVEY, worlds=10, trials_per_world=10**6, cores=4)
    assert expected.judging_s == 10**7 / TRIALS_PER_CORE_S / 4


def test_worlds_are_built_while_the_other_cores_judge() -> None:
    """Worlds built faster than they are judged wait; those built slower keep the cores waiting,
    unless more processes build them: one for 4 s of work, and no more than there are cores."""

    def total(seconds_later: float, cores: int) -> tuple[int, float]:
        survey = replace(SURVEY, seconds_first=0.0, seconds_later=seconds_later)
        expected = forecast(survey, worlds=101, trials_per_world=10**6, cores=cores)
        assert expected.judging_s == pytest.approx(1010.0 / cores)  # 10 microseconds a trial
        return expected.builders, expected.total_s - COMPILING_S

    assert total(0.03, cores=2) == (0, pytest.approx(505.0 + 1.5))
    assert total(0.1, cores=2) == (2, pytest.approx(505.0 + 5.0))
    assert total(20.0, cores=1) == (0, pytest.approx(1010.0 + 2000.0))
    assert total(20.0, cores=2) == (2, pytest.approx(505.0 + 1000.0))
    assert total(0.24, cores=100) == (6, pytest.approx(10.1 + 0.24))


def test_rare_and_large_raids_among_those_looked_at_do_not_count_too_often() -> None:
    """Of two classes with 100 and 10 opportunities an object, the dear one comes in every world
    looked at, and in one of ten otherwise."""
    survey = replace(
        SURVEY,
        objects=np.array([40, 40]),
        listed=4400,
        sharing=0,
        listed_by_class=np.array([4000, 400]),
        mean_objects=np.array([1.0, 10.0]),
    )
    assert survey.relative_size == pytest.approx((100 + 100) / (4400 / 4))
    expected = forecast(survey, worlds=10, trials_per_world=100, cores=1)
    assert expected.pairings == pytest.approx(2 * 200 * 10 * 100)
    assert expected.building_s == pytest.approx(5.0 + 9 * 0.5 * survey.relative_size)


def test_memory_grows_with_state_cores_and_block_but_not_with_trials_beyond() -> None:
    def memory(trials: int, cores: int, rows: int = 1000) -> float:
        survey = replace(SURVEY, state_rows=rows, seconds_first=0.0, seconds_later=0.0)
        return forecast(survey, 10, trials, cores).memory_bytes

    assert memory(4096, 2) == memory(10**9, 2)
    assert memory(512, 2) > memory(256, 2)
    one_core = memory(4096, 2) - memory(4096, 1)
    assert memory(4096, 8) - memory(4096, 7) == pytest.approx(one_core)
    assert memory(4096, 1, rows=2000) - memory(4096, 1) == pytest.approx(one_core)


def test_the_counts_of_every_world_take_memory() -> None:
    """Seven times over, of the run and of each world."""

    def memory(worlds: int, run_bytes: int) -> float:
        survey = replace(SURVEY, seconds_first=0.0, seconds_later=0.0, run_bytes=run_bytes)
        return forecast(survey, worlds, 100, 1).memory_bytes

    assert memory(1010, 0) - memory(10, 0) == 1000 * 7 * 2**10
    assert memory(10, 500) - memory(10, 0) == 7 * 500


def test_every_process_that_builds_worlds_takes_memory() -> None:
    none, two = (
        forecast(replace(SURVEY, seconds_first=seconds), 1, 100, cores=2) for seconds in (1.0, 9.0)
    )
    assert (none.builders, two.builders) == (0, 2)
    assert two.memory_bytes - none.memory_bytes == 2 * 110 * 2**20


def test_what_is_asked_of_a_cluster_is_more_than_the_forecast_in_steps() -> None:
    expected = forecast(SURVEY, worlds=11, trials_per_world=300, cores=2)
    assert 12.0 < expected.total_s < 30.0
    assert expected.time_limit == "0:10:00"
    assert expected.memory_limit == "2048M"
    longer = replace(expected, judging_s=3600.0, memory_bytes=4 * 2.0**30)
    assert longer.time_limit == "2:10:00"
    assert longer.memory_limit == "6656M"
