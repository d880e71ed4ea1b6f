"""`mcdefense slurm` and `mcdefense check` ask for what a shard, or the run, is forecast to take."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.command_line import command
from tests.support.small_scenarios import TABLE


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
