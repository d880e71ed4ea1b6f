"""A run on real Dask workers on loopback equals a plain one, and one of them may die."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mcdefense.run.dask
from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run import (
    Monitor,
    Progress,
    RunOptions,
    job,
    run_to_file,
    simulate,
    simulate_on_dask,
)
from mcdefense.run.output import part_file
from mcdefense.run.part import Gathering
from mcdefense.run.simulator import Simulator
from mcdefense.scenario import loads
from mcdefense.statistics import Result
from mcdefense.store import sole_writer
from tests.support.command_line import command, program
from tests.support.dask_processes import Processes
from tests.support.small_scenarios import TABLE

SIZE: dict[str, Any] = {"worlds": 64, "trials_per_world": 500, "seed": 7}
SCENARIO = loads(TABLE)
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "batch-jobs.md"


def same(first: Result, second: Result) -> bool:
    """Whether everything but the provenance is the same, bit for bit."""
    arrays = ("plan", "night", "schedule_hash", "check_hash")
    return (
        first.tally.equals(second.tally)
        and all(np.array_equal(getattr(first, n), getattr(second, n)) for n in arrays)
        and first.parameters.keys() == second.parameters.keys()
        and all(
            np.array_equal(value, second.estimates[name], equal_nan=True)
            for name, value in first.estimates.items()
        )
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Processes]:
    pytest.importorskip("distributed")
    with ExitStack() as started:
        yield Processes(tmp_path, started)


def test_a_worker_killed_in_the_middle_changes_nothing(cluster: Processes) -> None:
    seen: list[Progress] = []

    def kill_one(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            cluster.workers[0].kill()

    result = simulate_on_dask(SCENARIO, RunOptions(dask=cluster.address, **SIZE), Monitor(kill_one))
    assert cluster.workers[0].wait(10) == -9
    assert cluster.workers[1].poll() is None
    assert [p.trials_done for p in seen] == [4000 * k for k in range(1, 9)]
    assert same(result, simulate(SCENARIO, devices=1, **SIZE))


def test_a_scheduler_that_is_lost_is_one_line(cluster: Processes) -> None:
    def kill_it(_: Progress) -> None:
        cluster.scheduler.kill()

    options = RunOptions(**SIZE, dask=cluster.address)
    with pytest.raises(McdefenseError, match="Dask: the scheduler is lost, and all worlds"):
        simulate_on_dask(SCENARIO, options, Monitor(kill_it))


def test_no_other_run_writes_the_file_of_one_on_dask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = tmp_path / "r.h5", simulate(SCENARIO, worlds=2, trials_per_world=10, devices=1)
    part_file(path).write_bytes(b"what an older run saved")
    monkeypatch.setattr(job, "simulate_on_dask", lambda *_: found)
    options = RunOptions(dask="local", force=True)
    with sole_writer(path), pytest.raises(InputError, match="another run"):
        run_to_file(SCENARIO, path, options)
    assert not path.exists()
    run_to_file(SCENARIO, path, options)
    assert [file.name for file in tmp_path.iterdir()] == ["r.h5"]


def test_local_workers_are_started_and_ended(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    (tmp_path / "table.toml").write_text(TABLE)
    text = PAGE.read_text(encoding="utf-8").partition("## Dask")[2].split("```")[1]
    words = text.replace("configs/quick_start.toml", "table.toml").splitlines()[1].split()
    assert (words[0], words[-2:]) == ("mcdefense", ["--dask", "local"])
    with socket.socket() as taken:  # the port of Dask's status pages: anybody's Dask has it
        with suppress(OSError):
            taken.bind(("", 8787))
            taken.listen()
        done = subprocess.run(
            program(*words[1:], "--worlds=64", "--trials-per-world=500", "--seed=7", "--quiet"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    from mcdefense.store import read

    assert same(read(tmp_path / "quick_dask.h5"), simulate(SCENARIO, devices=1, **SIZE))


def test_no_scheduler_at_the_address_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(mcdefense.run.dask, "_CONNECT_S", 1)
    with pytest.raises(InputError, match=r"dask: got 'tcp://127.0.0.1:1', expected 'local'"):
        simulate_on_dask(SCENARIO, RunOptions(dask="tcp://127.0.0.1:1", **SIZE))


def test_without_dask_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(McdefenseError, match=r"pip install 'mcdefense\[dask\]'"):
        simulate_on_dask(SCENARIO, RunOptions(dask="local", **SIZE))


def test_a_worker_of_another_version_is_named() -> None:
    wanted = {**mcdefense.run.dask.versions(), "jax": "0.1"}
    with pytest.raises(McdefenseError, match=r"worker on .* has jax [\d.]+, not 0\.1"):
        mcdefense.run.dask.check_versions(wanted)


@pytest.mark.parametrize("option", ["--shard=1/2", "--resume", "--devices=1"])
def test_what_dask_cannot_do_is_refused(tmp_path: Path, option: str) -> None:
    (tmp_path / "table.toml").write_text(TABLE)
    output = tmp_path / "all.h5"
    done = command("run", tmp_path / "table.toml", "-o", output, "--dask=local", option)
    assert (done.exit_code, done.stdout) == (2, "")
    reason = "workers use a device" if "dev" in option else "saves nothing meanwhile"
    assert done.stderr.startswith(f"mcdefense: --dask: {reason}")


def test_faults_found_on_a_worker_come_back_whole() -> None:
    error = InputError([Fault("a.toml:3", "raid.drones", "cannot fly"), Fault("b", "", "no")])
    returned = pickle.loads(pickle.dumps(error))
    assert returned.faults == error.faults
    assert str(returned) == str(error)


def test_parts_come_together_in_any_order_and_only_once() -> None:
    simulator = Simulator(SCENARIO, seed=7, trials=500, devices=1)
    whole = simulator.simulate(np.arange(9))
    parts = [simulator.simulate(np.array(n)) for n in ([0, 4], [3], [1, 2, 5, 8], [6, 7])]
    gathering = Gathering(whole.tally.axes)
    for part in parts[::-1]:
        with pytest.raises(ValueError, match="worlds still missing"):
            gathering.whole()
        gathering.add(part)
        with pytest.raises(ValueError, match="worlds that come more than once"):
            gathering.add(part)
    together = gathering.whole()
    assert together.tally.equals(whole.tally)
    assert np.array_equal(together.worlds, whole.worlds)
    assert np.array_equal(together.schedule_hash, whole.schedule_hash)
    assert np.array_equal(together.check_hash, whole.check_hash)
    assert (together.idle, together.pairings) == (whole.idle, whole.pairings)


def test_a_task_is_small_enough_to_lose_and_large_enough_to_share_a_room() -> None:
    size = mcdefense.run.dask.range_length
    assert size(100_000, threads=8) == 1563
    assert size(100_000, threads=1000) == 25
    assert size(64, threads=2) == 8
    assert size(6, threads=2) == 3
    assert size(1, threads=64) == 1
