"""Worlds built by processes are those built by a thread, and no process outlives its run."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from mcdefense.errors import InputError, McdefenseError
from mcdefense.run import RunOptions, builders, building
from mcdefense.run.builders import AHEAD, Builders, Here, bytes_of
from mcdefense.run.building import BuilderProcess
from mcdefense.run.dask import threads_by_host
from mcdefense.run.handover import receive, send
from mcdefense.run.job import run_to_file
from mcdefense.scenario import Scenario, loads
from mcdefense.schedule import Builder
from mcdefense.world import World
from tests.support.command_line import program
from tests.support.same_file import assert_same_content
from tests.support.small_scenarios import LAYDOWN, TABLE

WORLDS, SEED = 24, 3


def line(
    asked: int | None, *, cores: int = 2, text: str = LAYDOWN, times: list[float] | None = None
) -> Builders:
    spend = ([] if times is None else times).append
    return Builders(Here(Builder(loads(text)), SEED), asked, cores, spend)


def digests(line: Builders) -> list[tuple[World, str]]:
    with closing(line.built(list(range(WORLDS)))) as worlds:
        return [(world, schedule.digest) for world, schedule, _ in worlds]


def building_for(parent: int) -> list[int]:
    """Processes that build worlds for this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes()
        except OSError:  # it has ended
            continue
        if int(stat[1]) == parent and b"mcdefense.run.building" in words and stat[0] != "Z":
            found.append(int(folder.name))
    return found


def within(seconds: float, fact: Callable[[], bool]) -> bool:
    """Whether it comes true in that time."""
    end = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_there(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("asked", [1, 3])
def test_processes_build_what_a_thread_builds_in_the_same_order(asked: int) -> None:
    by_a_thread = digests(line(0))
    assert len({digest for _, digest in by_a_thread}) > WORLDS // 2
    assert digests(line(asked)) == by_a_thread
    assert building_for(os.getpid()) == []


def test_counts_are_the_same_for_any_number_of_processes(tmp_path: Path) -> None:
    for asked in (0, 1, 3):
        options = RunOptions(WORLDS, 50, SEED, devices=1, builders=asked)
        run_to_file(loads(LAYDOWN), tmp_path / f"{asked}.h5", options)
    assert_same_content(tmp_path / "0.h5", tmp_path / "1.h5")
    assert_same_content(tmp_path / "0.h5", tmp_path / "3.h5")


def test_processes_take_over_when_so_much_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(line(None).built(list(range(WORLDS)))) as worlds:
        assert len([building_for(os.getpid()) for _ in worlds][-1]) == 0  # not worth it
    monkeypatch.setattr(builders, "WORTH_S", 1e-9)
    seen, found = [], []
    with closing(line(None).built(list(range(WORLDS)))) as worlds:
        for world, schedule, _ in worlds:
            found.append((world, schedule.digest))
            seen.append(len(building_for(os.getpid())))
    assert max(seen) == 2
    assert found == digests(line(0))
    with closing(line(None, cores=1).built(list(range(WORLDS)))) as worlds:
        assert [len(building_for(os.getpid())) for _ in worlds] == [0] * WORLDS


def test_a_builder_process_has_no_jax_and_keeps_to_the_cores_of_its_run() -> None:
    process = BuilderProcess(loads(LAYDOWN), SEED)
    try:
        process.build(0)
        libraries = Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")
        assert "numpy" in libraries
        assert "jaxlib" not in libraries
        assert os.sched_getaffinity(process.pid) == os.sched_getaffinity(0)
    finally:
        process.kill()
        process.close()
    code = "import sys, mcdefense.run.building; print('jax' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_process_answers_each_of_many_threads_with_the_world_it_asked_for() -> None:
    process, numbers = BuilderProcess(loads(LAYDOWN), SEED), list(range(WORLDS))
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(process.build, numbers))
    finally:
        process.kill()
        process.close()
    assert [built.world.number for built in found] == numbers


def test_every_thread_that_waits_for_a_process_is_told_how_it_ended() -> None:
    process = BuilderProcess(loads(LAYDOWN), SEED)
    try:
        process.build(0)
        os.kill(process.pid, signal.SIGSTOP)
        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(process.build, number) for number in range(3)]
            os.kill(process.pid, signal.SIGKILL)
            errors = [one.exception(timeout=30) for one in asked]
    finally:
        process.kill()
        process.close()
    assert [str(error) for error in errors] == ["ended by SIGKILL"] * 3


def test_many_arrays_are_handed_over_as_they_were() -> None:
    rows = np.arange(3_000, dtype=np.int32)
    arrays = [rows[: size % 50].copy() for size in rows.tolist()]
    one, other = socket.socketpair()
    with one, other:
        send(one, arrays)
        found = receive(other)
    assert all(map(np.array_equal, found, arrays))


def test_what_is_handed_over_lies_in_shared_memory() -> None:
    builder = Builder(loads(LAYDOWN))
    schedule = builder.schedule(builder.world(SEED, 1))
    one, other = socket.socketpair()
    with one, other:
        send(one, schedule)
        found = receive(other)
    limits = found.arrays.chances.kill
    np.testing.assert_array_equal(limits, schedule.arrays.chances.kill)
    assert found.digest == schedule.digest
    assert not limits.flags.writeable
    place = limits.__array_interface__["data"][0]
    areas = [row for row in Path("/proc/self/maps").read_text().splitlines() if "mcdefense" in row]
    ranges = [[int(end, 16) for end in row.split()[0].split("-")] for row in areas]
    assert any(low <= place < high for low, high in ranges)


def test_a_process_that_is_killed_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    found = []
    with caplog.at_level(logging.WARNING), closing(line(2).built(list(range(WORLDS)))) as worlds:
        for world, schedule, _ in worlds:
            if world.number == 0:
                os.kill(building_for(os.getpid())[0], signal.SIGKILL)
            found.append((world, schedule.digest))
    assert found == digests(line(0))
    text = "a process that builds worlds ended by SIGKILL; another takes its place"
    assert [record.getMessage() for record in caplog.records] == [text]


def test_processes_that_always_end_end_the_run_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_PROGRAM", "import sys; sys.exit('no room to live')")
    message = r"world \d: a process that builds it ended with 1: no room to live, and so did anot"
    with pytest.raises(McdefenseError, match=message):
        digests(line(2))
    assert building_for(os.getpid()) == []


def test_an_error_of_a_builder_s_thread_reaches_whoever_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such as one in starting a process, when a thread has built the first worlds."""

    class Failing:
        def __init__(self, *_: object) -> None:
            raise RuntimeError("no thread can be started")

    monkeypatch.setattr(builders, "WORTH_S", 1e-9)
    monkeypatch.setattr(builders, "BuilderProcess", Failing)
    with pytest.raises(RuntimeError, match="no thread can be started"):
        digests(line(None))


def test_a_process_without_room_for_a_world_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    code = """if True:
        import sys
        sys.path[:] = {path!r}
        from mcdefense.run import building
        def full(*_): raise OSError(28, 'No space left on device')
        building.send = full
        building.serve({file})
        """
    monkeypatch.setattr(building, "_PROGRAM", code)
    with pytest.raises(McdefenseError, match=r"ended with 1: OSError: \[Errno 28\] No space left"):
        digests(line(1))


def test_a_scenario_that_cannot_be_handed_over_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "send", full)
    with pytest.raises(OSError, match="No space left"):
        BuilderProcess(loads(LAYDOWN), SEED)
    assert building_for(os.getpid()) == []


def test_a_fault_of_a_world_is_told_as_by_a_thread() -> None:
    text = TABLE.replace("count   = 4", "count   = { poisson = 20800 }")
    errors = []
    for asked in (0, 2):
        with pytest.raises(InputError) as caught:
            digests(line(asked, text=text))
        errors.append(str(caught.value))
    assert errors[0] == errors[1]
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


@pytest.mark.parametrize("asked", [0, 2])
def test_no_more_worlds_are_built_ahead_than_memory_is_for(
    asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builders, "AHEAD_BYTES", 1)
    built: list[float] = []
    with closing(line(asked, times=built).built(list(range(WORLDS)))) as worlds:
        next(worlds)
        assert within(20, lambda: len(built) == AHEAD)
        time.sleep(0.5)  # in which many more could be built
        assert len(built) == AHEAD


def test_worlds_of_many_sizes_keep_within_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    text = LAYDOWN.replace("count     = [4, 8]", "count     = [1, 60]")
    assert text != LAYDOWN
    builder = Builder(loads(text))
    sizes = [bytes_of(builder.schedule(builder.world(SEED, n))) for n in range(2 * WORLDS)]
    limit = 12 * max(sizes)
    assert max(sizes) > 3 * min(sizes)
    monkeypatch.setattr(builders, "AHEAD_BYTES", limit)
    times: list[float] = []
    ahead = []
    with closing(line(0, text=text, times=times).built(list(range(2 * WORLDS)))) as worlds:
        for world, _, _ in worlds:
            if world.number % 8 == 0:
                before = -1
                while before != len(times):  # until no more are built
                    before = len(times)
                    time.sleep(0.5)
                ahead.append(sizes[world.number + 1 : len(times)])
    assert max(len(found) for found in ahead) > AHEAD
    assert all(sum(found) <= limit for found in ahead if len(found) >= AHEAD)


def test_threads_of_workers_on_a_host_share_its_cores() -> None:
    workers = {"tcp://one:1": 2, "tcp://one:2": 3, "tcp://two:1": 4}
    assert threads_by_host(workers) == {"tcp://one": 5, "tcp://two": 4}


@contextmanager
def started(folder: Path, scenario: Scenario) -> Iterator[subprocess.Popen[str]]:
    """A long run with two processes, once they are there; it ends with the test."""
    (folder / "scenario.toml").write_text(scenario.text)
    words = program("run", folder / "scenario.toml", "-o", folder / "all.h5", "--builders=2")
    run = subprocess.Popen(
        [*words, "--worlds=50000", "--trials-per-world=50", "--devices=1", "--quiet"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that a signal to its group reaches nobody else
    )
    try:
        assert within(120, lambda: len(building_for(run.pid)) == 2)
        yield run
    finally:
        run.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_no_process_is_left_when_a_run_is_told_to_stop(
    number: signal.Signals, tmp_path: Path
) -> None:
    with started(tmp_path, loads(LAYDOWN)) as run:
        pids = building_for(run.pid)
        os.killpg(run.pid, number)  # as a terminal and batch systems do, to all of a run
        _, said = run.communicate(timeout=120)
        assert run.returncode == 75, said
        assert "builds worlds" not in said  # the processes left it to the run
    assert within(60, lambda: not any(map(is_there, pids)))


def test_no_process_is_left_when_a_run_is_killed(tmp_path: Path) -> None:
    with started(tmp_path, loads(LAYDOWN)) as run:
        pids = building_for(run.pid)
        run.kill()
        run.communicate(timeout=60)
    assert within(60, lambda: not any(map(is_there, pids)))  # on a busy machine they still begin
