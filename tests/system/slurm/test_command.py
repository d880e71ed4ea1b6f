"""`mcdefense slurm` and `mcdefense check` ask for what a shard, or the run, is forecast to take."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mcdefense
from mcdefense.preview import with_limits
from mcdefense.run.slurm import Array, limit_s
from mcdefense.scenario import Scenario
from mcdefense.statistics import Tally
from tests.support.command_line import command
from tests.support.small_scenarios import LAYDOWN, TABLE


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "raid.toml"
    path.write_text(TABLE)
    return path


def test_time_and_memory_are_those_of_a_shard(scenario: Path) -> None:
    size = ("--worlds=100000", "--trials-per-world=100000")
    limits = {}
    for shards in (10, 100):
        done = command("slurm", scenario, f"--shards={shards}", "-o", "all.h5", *size)
        assert done.exit_code == 0, done.output
        lines = done.stdout.splitlines()
        (limit,) = (line for line in lines[:10] if line.startswith("#SBATCH --time="))
        hours, minutes, _ = limit.removeprefix("#SBATCH --time=").split(":")
        limits[shards] = 60 * int(hours) + int(minutes)
        assert f"#SBATCH --array=1-{shards}" in lines
        assert "#SBATCH --mem=1536M" in lines
        assert f"{sys.executable} -m mcdefense run {scenario} " in done.stdout
    assert limits[10] > 5 * limits[100] > 0


SWEPT = ("--over=raid.salvo.count=2,40", "--over=battery.site.channels=1:3:1")


def megabytes(script: str) -> tuple[int, int]:
    """What a shard and the merge ask for [MiB]."""
    shard, merge = (int(found) for found in re.findall(r"#SBATCH --mem=(\d+)M\n", script))
    return shard, merge


def minutes(script: str) -> int:
    """The time limit of a shard."""
    (limit,) = re.findall(r"#SBATCH --time=(\d+):(\d+):00\n", script)
    return 60 * int(limit[0]) + int(limit[1])


def test_a_sweep_is_cut_by_its_points(scenario: Path) -> None:
    """A shard takes as long as a run of the worlds of all its points: of two of six those of two,
    and of one of four shards as well, since it is the largest that counts."""
    trials, words = "--trials-per-world=1000000", " ".join(SWEPT)
    for shards, own in ((1, 6), (3, 2), (4, 2), (6, 1)):
        done = command(
            "slurm", scenario, f"--shards={shards}", "-o", "all.h5", *SWEPT, "--worlds=100", trials
        )
        assert done.exit_code == 0, done.output
        assert f" sweep {scenario} -o {Path.cwd()}/all.h5 {words} --worlds=100 " in done.stdout
        assert f"# A sweep of raid.toml in {shards} shards" in done.stdout
        run = ("--shards=1", "-o", "all.h5", f"--worlds={100 * own}", trials)
        alone = minutes(command("slurm", scenario, *run).stdout)
        assert alone > 30 * own
        assert abs(minutes(done.stdout) - alone) <= 5  # a step, as building is timed here


def test_the_costliest_of_the_points_looked_at_counts() -> None:
    """Whichever of them it is; the time of building is a small part of it."""
    raids = [mcdefense.loads(LAYDOWN, overrides={"raid.scale": scale}) for scale in (1, 20)]
    size: Any = {"worlds": 10, "trials_per_world": 2_000_000, "study": ()}
    array = Array(Path("s.toml"), Path("a.h5"), 2, ("m",), points=2, **size)

    def limit(scenarios: Sequence[Scenario]) -> int:
        return limit_s(with_limits(array, scenarios).time_limit or "")

    small, large = limit(raids[:1]), limit(raids[1:])
    assert large > 1.5 * small
    assert abs(limit(raids) - large) <= 300
    assert abs(limit(raids[::-1]) - large) <= 300


def test_the_merge_asks_for_the_counts_of_all_worlds_of_all_points(scenario: Path) -> None:
    """Four times their bytes, beside 1024 MiB, as docs/how-to/batch-jobs.md says."""
    axes = mcdefense.simulate(mcdefense.load(scenario), trials_per_world=1).tally.axes
    worlds, counted = 400_000, [Tally.zeros(replace(axes, world=np.arange(n))) for n in (0, 1)]
    none, one = (sum(count.nbytes for count in tally.counts.values()) for tally in counted)
    of_a_point = none + worlds * (one - none)
    asked = {}
    for words, points in (((), 1), (("--case=more=battery.site.channels=9",), 2)):
        done = command("slurm", scenario, "--shards=2", "-o", "a.h5", f"--worlds={worlds}", *words)
        asked[points], merge = megabytes(done.stdout)
        assert merge == 1024 + math.ceil(4 * points * of_a_point / 2**20)
    # A shard of the sweep has a whole point, seven times over, and twice a place for the other.
    more = 1.5 * ((7 + 2) - 7 / 2) * of_a_point / 2**20
    assert 1024 < more - 512 < asked[2] - asked[1] < more + 512


def test_the_study_of_the_scenario_itself_is_swept(scenario: Path) -> None:
    scenario.write_text(f"{TABLE}[study.over]\n'raid.salvo.count' = [1, 2, 3]\n")
    words = ("slurm", scenario, "--shards=3", "-o", "all.h5", "--time=10", "--mem=1G")
    done = command(*words, "--sweep")
    assert done.exit_code == 0, done.stderr
    assert f"sweep {scenario} -o {Path.cwd()}/all.h5 --worlds=2 " in done.stdout
    done = command(*words)  # a run of it has two worlds
    assert (done.exit_code, done.stdout) == (2, "")
    assert "got 3, expected a whole number from 1 to 2, a world each or more" in done.stderr


def test_faults_of_a_sweep_are_lines(scenario: Path, tmp_path: Path) -> None:
    """Among them the file that is there of another study, which the merge would refuse later."""
    there, words = tmp_path / "all.h5", ("--time=10", "--mem=1G", "--shards=2", "--worlds=2")
    over = "--over=raid.salvo.count=1,2"
    done = command("sweep", scenario, "-o", there, over, "--quiet", "--worlds=2")
    assert done.exit_code == 0, done.stderr
    before = there.read_bytes()

    def said(*more: str) -> str:
        done = command("slurm", scenario, "-o", there, *words, *more)
        assert (done.exit_code, done.stdout) == (2, "")
        (line,) = done.stderr.splitlines()
        return line.removeprefix("mcdefense: ")

    other = f"{there}: is there already, of another study, or of another size of it; --force "
    for more in (
        ("--over=raid.salvo.count=1,2,3",),
        (over, "--seed=9"),
        (over, "--set=run.seed=9"),
    ):
        assert said(*more) == f"{other}replaces it, or name another"
    assert said().startswith(f"{there}: is there already, a study; --force replaces it")
    assert said("--sweep").startswith("--over: got neither a grid nor named cases")
    assert said("--over=raid.salvo.size=1").startswith("--over: raid.salvo.size: ")
    assert said(over, over) == "--over: raid.salvo.count: got it twice, expected it once"
    for more in ((over,), ("--over=raid.salvo.count=1,2,3", "--force")):
        assert command("slurm", scenario, "-o", there, *words, *more).exit_code == 0
    assert there.read_bytes() == before


def test_what_is_given_is_asked_for(scenario: Path) -> None:
    given = ("--time=1-0", "--mem=7G", "--cpus-per-task=4", "--sbatch=--exclusive", "--seed=9")
    done = command("slurm", scenario, "--shards=2", "-o", "all.h5", "--set=run.worlds=7", *given)
    for word in ("--time=1-0", "--mem=7G", "--cpus-per-task=4", "--exclusive"):
        assert f"#SBATCH {word}\n" in done.stdout
    assert "--worlds=7 --trials-per-world=200 --seed=9 --set=run.worlds=7 --shard" in done.stdout


def test_faults_are_lines_and_nothing_is_printed(scenario: Path) -> None:
    done = command("slurm", scenario, "--shards=3", "-o", "all.h5", "--time=soon", "--mem=much")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("mcdefense: --") == 3
    assert "--shards: got 3, expected a whole number from 1 to 2" in done.stderr


def test_check_says_what_to_ask_for(scenario: Path) -> None:
    text = " ".join(command("check", scenario).stdout.split())
    assert "of Slurm, ask for --time=0:10:00 --mem=1536M --cpus-per-task=" in text
    assert max(map(len, command("check", scenario).stdout.splitlines())) <= 80
