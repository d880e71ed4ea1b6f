"""The array script under a real Slurm: signals, requeues, the merge that follows."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcdefense.run.slurm import Array, array_script
from mcdefense.store import read_study
from tests.support.command_line import program
from tests.support.same_file import assert_same_content
from tests.support.same_study import same
from tests.support.small_scenarios import TABLE
from tests.system.slurm.slurm_cluster import Cluster, why_not

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "batch-jobs.md"
SECTION = PAGE.read_text(encoding="utf-8").partition("## Slurm")[2]
COMMANDS = [shlex.split(line) for line in SECTION.split("```")[1].splitlines()[1:]]
"""The first commands of the page's section, which a user would type."""
RUN = ("--worlds=400", "--trials-per-world=4096", "--seed=5")
"""Long enough for a task to be met in the middle."""

# Stands in for mcdefense: the first start of a shard runs until a signal, as one that saves.
STAND_IN = """\
#!/bin/bash
[ "$1" = merge ] && { echo "merge ${*: -3}"; exit 0; }
case "$*" in
*"--shard 1/"*) exit 0 ;;
*"--shard 4/"*) exit 1 ;;
esac
[ "$SLURM_RESTART_COUNT" ] && { echo "resumed"; exit 0; }
trap 'echo saved; exit 75' USR1 TERM
echo running
while true; do sleep 0.1; done
"""


@pytest.fixture(scope="module")
def slurm() -> Iterator[Cluster]:
    """A running Slurm; the tests are skipped with the reason where there can be none."""
    reason = why_not()
    if reason is not None:
        pytest.skip(f"no Slurm: {reason}")
    with Cluster() as cluster:
        yield cluster


def until(ready: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.1)


@pytest.mark.slow
def test_an_array_with_requeued_tasks_merges_to_the_file_of_a_single_run(
    slurm: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "raid.toml").write_text(TABLE)
    submitting, submit = COMMANDS
    words = [word.replace("configs/quick_start.toml", "raid.toml") for word in submitting]
    assert (words[:2], words[-2:]) == (["mcdefense", "slurm"], [">", "all.sh"])
    printed = subprocess.run(
        program(*words[1:-2], *RUN, "--checkpoint-every=0.5", "--time=10", "--mem=1500M"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    (tmp_path / "all.sh").write_text(printed.stdout)
    job = slurm.run(submit[0], "--parsable", *submit[1:], folder=tmp_path)

    def log(task: int) -> str:
        path = tmp_path / f"all.slurm-{job}_{task}.log"
        return path.read_text() if path.exists() else ""

    def begun(task: int) -> bool:
        return (tmp_path / f"all.shard-{task}-of-4.h5.part").exists()

    until(lambda: begun(1) and begun(2))
    # As Slurm does before a time limit; `scancel --signal` repeats itself to an array task.
    os.kill(slurm.script_of(1), signal.SIGUSR1)
    slurm.run("scontrol", "requeue", f"{job}_2")
    slurm.wait_for_end(400)
    for task in (1, 2):
        found = re.search(r"going on after ([\d,]+) of ([\d,]+) trials", log(task))
        assert found is not None, log(task)
        done, asked = (int(number.replace(",", "")) for number in found.groups())
        assert 0 < done < asked
        assert slurm.details(f"{job}_{task}")["Restarts"] == "1"
    assert [log(task).count("going on after") for task in (3, 4)] == [0, 0]
    (merge,) = tmp_path.glob("all.slurm-merge-*.log")
    assert "from 4 files" in merge.read_text()
    single = ("run", "raid.toml", *RUN, "-o", "one.h5", "--quiet")
    subprocess.run(program(*single), cwd=tmp_path, check=True)
    assert_same_content(tmp_path / "all.h5", tmp_path / "one.h5")


@pytest.mark.slow
def test_an_array_of_a_sweep_merges_to_the_study_of_one_go(slurm: Cluster, tmp_path: Path) -> None:
    (tmp_path / "raid.toml").write_text(TABLE)
    words = ("raid.toml", "--over=raid.salvo.count=2,3,5", "--worlds=4", "--trials-per-world=100")
    printed = subprocess.run(
        program("slurm", *words, "--shards=2", "-o", "all.h5", "--mem=1500M"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    (tmp_path / "all.sh").write_text(printed.stdout)
    slurm.run("sbatch", tmp_path / "all.sh", folder=tmp_path)
    slurm.wait_for_end(300)
    (merge,) = tmp_path.glob("all.slurm-merge-*.log")
    assert "3 points, 1,200 trials, from 2 files" in merge.read_text()
    subprocess.run(program("sweep", *words, "-o", "one.h5", "--quiet"), cwd=tmp_path, check=True)
    assert same(read_study(tmp_path / "all.h5"), read_study(tmp_path / "one.h5"))


def test_what_slurm_does_to_tasks_and_how_the_merge_still_starts(
    slurm: Cluster, tmp_path: Path
) -> None:
    folder = tmp_path / 'it\'s a "folder" #1 %j'
    folder.mkdir()
    stand_in = folder / "mcdefense"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    script = folder / "array.sh"
    script.write_text(
        array_script(
            Array(
                folder / "raid.toml",
                folder / "all.h5",
                shards=4,
                program=(str(stand_in),),
                time_limit="10",
                memory="100M",
            )
        )
    )
    job = slurm.run("sbatch", "--parsable", script, folder=tmp_path)

    def log(task: int) -> str:
        path = folder / f"all.slurm-{job}_{task}.log"
        return path.read_text() if path.exists() else ""

    until(lambda: "running" in log(2) and "running" in log(3))
    # Two minutes are left, at which the script asked to be told: Slurm does it in its own time.
    slurm.run("scontrol", "update", f"JobId={job}_2", "TimeLimit=2")
    slurm.run("scancel", f"{job}_3")
    slurm.wait_for_end(150)
    assert log(2) == "running\nsaved\nresumed\n" or "DUE TO JOB REQUEUE" in log(2)
    assert "resumed\n" in log(2)
    assert slurm.details(f"{job}_2")["Restarts"] == "1"
    assert "saved" in log(3)
    assert "resumed" not in log(3)
    states = {task: slurm.details(f"{job}_{task}")["JobState"] for task in range(1, 5)}
    assert states == {1: "COMPLETED", 2: "COMPLETED", 3: "CANCELLED", 4: "FAILED"}
    (merge,) = folder.glob("all.slurm-merge-*.log")
    shards = folder / "all.shard-*-of-4.h5"
    assert merge.read_text() == f"merge {shards} -o {folder}/all.h5\n"


def test_nothing_of_a_slurm_is_left_behind() -> None:
    if why_not() is not None:
        pytest.skip(f"no Slurm: {why_not()}")
    started: list[Cluster] = []

    def test_that_fails() -> None:
        with Cluster() as cluster:
            started.append(cluster)
            cluster.run("sbatch", "--wrap", "sleep 300", "--output=/dev/null")
            until(lambda: "RUNNING" in cluster.queue().values())
            assert len(cluster.processes()) > 3
            raise KeyError("a test fails")

    with pytest.raises(KeyError, match="a test fails"):
        test_that_fails()
    assert not started[0].folder.exists()
    assert started[0].processes() == []
