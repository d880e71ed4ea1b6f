"""A study on real Dask workers on loopback equals a plain one, and one of them may die."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import mcdefense
import mcdefense.run.dask
from mcdefense import McdefenseError, RunOptions
from mcdefense.run import Monitor, Progress
from mcdefense.store import read_study
from mcdefense.study import Asked, prepared
from tests.support.command_line import command, in_a_process, names
from tests.support.dask_processes import Processes
from tests.support.same_study import same
from tests.support.small_scenarios import TABLE

ROUNDS = "battery.site.magazine.round"
OVER: dict[str, Any] = {"raid.salvo.count": [2, 4, 5], ROUNDS: [4, 6]}
WORDS = ("--over", "raid.salvo.count=2,4,5", "--over", f"{ROUNDS}=4,6")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    pytest.importorskip("distributed")
    with ExitStack() as started:
        yield Processes(tmp_path_factory.mktemp("dask"), started)


def test_a_worker_killed_in_the_middle_changes_nothing(cluster: Processes, table: Path) -> None:
    """Worlds of several points are simulated at a time, and a point that says what another does
    is that one again."""
    seen: list[Progress] = []

    def kill_one(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 5:
            cluster.workers[0].kill()

    cases: dict[str, dict[str, Any]] = {
        "fewer": {ROUNDS: 4},
        "equal": {ROUNDS: 6},
        "raid": {"raid.salvo.count": 7},
    }
    size: dict[str, Any] = {"worlds": 24, "seed": 7}
    options = RunOptions(dask=cluster.address, **size)
    ready = prepared(table, table.with_suffix(".h5"), None, cases, (), options)
    study = ready.run(Monitor(kill_one))
    assert cluster.workers[0].wait(10) == -9
    assert cluster.workers[1].poll() is None
    assert len(seen) > 9
    assert (seen[-1].trials_done, seen[-1].trials) == (4 * 24 * 200, 4 * 24 * 200)
    plain = mcdefense.sweep(table, cases=cases, options=RunOptions(**size))
    assert same(study, plain)
    assert same(read_study(table.with_suffix(".h5")), plain)
    assert re.fullmatch("dask: [12] threads of workers", str(study.provenance["device"]))


def test_sizes_and_options_are_asked_of_one_cluster(
    cluster: Processes, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sizes are refined and options bought in several studies, with the workers of the first."""
    begun = []
    workers = mcdefense.run.dask.Workers

    def counting(*arguments: Any) -> Any:
        begun.append(arguments)
        return workers(*arguments)

    monkeypatch.setattr(mcdefense.run.dask, "Workers", counting)
    criterion, options = mcdefense.Criterion("expected_leakers", 1.0), RunOptions()
    asked: dict[str, Any] = {"criterion": criterion, "over": "raid.scale=0.5:3:0.5", "refine": 2}
    output, on_dask = table.with_suffix(".h5"), RunOptions(dask=cluster.address)
    found = mcdefense.withstand(table, output, options=on_dask, **asked)
    plain = mcdefense.withstand(table, options=options, **asked)
    assert len(plain.study.points) > 6
    assert same(found.study, plain.study)
    assert same(read_study(output), plain.study)
    assert found.withstood == plain.withstood
    assert len(begun) == 1
    more = {"rounds": {ROUNDS: 8}, "channels": {"battery.site.channels": 9}}
    of = Asked(interceptor="round", more=3, order=True)
    bought = mcdefense.worth(table, more, asked=of, run=on_dask)
    plainly = mcdefense.worth(table, more, asked=of, run=options)
    assert same(bought.study, plainly.study)
    assert (bought.rounds, bought.order) == (plainly.rounds, plainly.order)
    assert len(begun) == 2


def test_local_workers_are_started_and_ended(table: Path) -> None:
    pytest.importorskip("distributed")
    path = table.with_suffix(".h5")
    done = in_a_process("sweep", table, *WORDS, "-o", path, "--dask=local", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert same(read_study(path), mcdefense.sweep(table, over=OVER))
    assert names(table.parent) == ["table.h5", "table.toml"]


@pytest.mark.parametrize("name", ["sweep", "withstand", "worth"])
@pytest.mark.parametrize("option", ["--shard=1/2", "--resume", "--devices=1", "--dask=nowhere:1"])
def test_what_dask_cannot_do_is_refused(
    table: Path, name: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(mcdefense.run.dask, "_CONNECT_S", 1)
    words: dict[str, tuple[str, ...]] = {
        "sweep": WORDS,
        "withstand": ("--leakers=1",),
        "worth": ("--option", f"more={ROUNDS}=9"),
    }
    given = (option, *words[name], "--quiet")
    if not option.startswith("--dask"):
        given = ("--dask=local", *given)
    done = command(name, table, *given, "-o", table.with_suffix(".h5"))
    assert (done.exit_code, done.stdout) == (2, "")
    reason = {
        "--shard=1/2": "saves nothing meanwhile",
        "--resume": "saves nothing meanwhile",
        "--devices=1": "workers use a device",
        "--dask=nowhere:1": "got 'nowhere:1', expected 'local' or a scheduler",
    }[option]
    if option == "--shard=1/2" and name != "sweep":
        assert "No such option" in done.stderr
    else:
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"mcdefense: --dask: {reason}")
    assert names(table.parent) == ["table.toml"]


class Losing:
    """A client that cannot send anything `faults` times, as while a worker is being lost."""

    def __init__(self, faults: int) -> None:
        self.faults = faults

    def nthreads(self) -> dict[str, int]:
        return {"tcp://127.0.0.1:1": 2}

    def scatter(self, thing: Any, **_: object) -> Any:
        self.faults -= 1
        if self.faults >= 0:
            raise OSError("the worker is gone")
        return thing


def test_what_cannot_be_sent_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcdefense.run.dask, "_AGAIN_S", 0)
    assert mcdefense.run.dask.Workers(None, Losing(2)).send("points") == "points"
    monkeypatch.setattr(mcdefense.run.dask, "_CONNECT_S", 0)
    with pytest.raises(McdefenseError, match=r"Dask: no worker in reach \(the worker is gone\)"):
        mcdefense.run.dask.Workers(None, Losing(2)).send("points")
