"""The log says what one needs to know of a job that went wrong."""

from __future__ import annotations

import pytest

from mcdefense.run.run_log import opening_lines
from mcdefense.run.size import Shard, Size
from mcdefense.scenario import loads
from tests.support.small_scenarios import TABLE


def test_slurms_numbers_and_the_shard_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_ARRAY_JOB_ID", "17")
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "3")
    monkeypatch.setenv("SLURM_RESTART_COUNT", "2")
    scenario = loads(TABLE)
    lines = opening_lines(scenario, Size(8, 10, 5), 2, Shard(3, 4), "1 x core (cpu)")
    assert any("ARRAY_JOB_ID=17 ARRAY_TASK_ID=3 RESTART_COUNT=2" in line for line in lines)
    assert lines[-1] == f"scenario {scenario.sha256[:16]}, seed 5, 2 worlds of 10 trials, shard 3/4"


def test_without_slurm_nothing_is_said_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("SLURM_")]:
        monkeypatch.delenv(name)
    lines = opening_lines(loads(TABLE), Size(2, 10, 5), 2, None, "1 x core (cpu)")
    assert len(lines) == 3
