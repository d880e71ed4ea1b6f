"""An override acts alike however a run is cut, and a result says what scenario it was run from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from mcdefense.run import RunOptions, simulate, simulate_on_dask
from mcdefense.run.slurm import Array
from mcdefense.scenario import load, loads
from mcdefense.statistics import Result
from mcdefense.store import read
from tests.support.command_line import command
from tests.support.small_scenarios import TABLE

KILL = "interceptor.round.against.warhead.sspk"
TEXT = f"""{TABLE}
[battery.site.reserve]
round = {{ warhead = 1 }}
[uncertainty.kill]
paths = ["{KILL}"]
distribution = "uniform"
low = 0.1
high = 0.9
[uncertainty.called]
paths = ["threat.warhead.called"]
distribution = "uniform"
low = 0.5
high = 1.0
"""
SET = ("--set", f"{KILL}=0.5", "--set", "doctrine.two.salvo=[2]")


def same(one: Result, other: Result) -> bool:
    return all(np.array_equal(one.tally[name], other.tally[name]) for name in one.tally.counts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(folder: Path, name: str, *options: str, file: str = "s.toml") -> Result:
    done = command("run", folder / file, "-o", folder / name, "--quiet", *options)
    assert done.exit_code == 0, done.output
    return read(folder / name)


def test_the_fixed_value_counts_and_no_other_draw_changes(folder: Path) -> None:
    plain, fixed = run(folder, "plain.h5"), run(folder, "fixed.h5", "--set", f"{KILL}=0.5")
    assert not same(plain, fixed)
    for name in ("kill", "called"):
        assert np.array_equal(plain.parameters[name], fixed.parameters[name])
    constant = TEXT.replace("low = 0.1\nhigh = 0.9", "low = 0.5\nhigh = 0.5")
    assert same(fixed, simulate(loads(constant)))
    assert fixed.provenance["override_notes"] == (
        f'["{KILL}: fixed at 0.5; [uncertainty.kill] no longer draws it"]'
    )
    shown = " ".join(command("show", folder / "fixed.h5").stdout.split())
    assert f"set from outside the file: {KILL} = 0.5 {KILL}: fixed at 0.5;" in shown
    checked = " ".join(command("check", folder / "s.toml", "--set", f"{KILL}=0.5").stdout.split())
    assert f"{KILL}: fixed at 0.5; [uncertainty.kill] no longer draws it" in checked
    assert "kill: draws nothing; overrides fix all its values" in checked


def test_a_result_gives_its_scenario_and_that_its_counts(folder: Path) -> None:
    options = (*SET, "--seed", "5", "--worlds", "3", "--trials-per-world", "100")
    result = run(folder, "first.h5", *options)
    done = command("scenario", folder / "first.h5")
    assert done.exit_code == 0
    assert done.stdout.startswith(TEXT)
    (folder / "again.toml").write_text(done.stdout, encoding="utf-8")
    again = run(folder, "again.h5", file="again.toml")
    assert same(result, again)
    assert np.array_equal(result.schedule_hash, again.schedule_hash)
    # and a scenario of that result is the one it was run from, with nothing to add
    assert command("scenario", folder / "again.h5").stdout == done.stdout
    third = run(folder, "third.h5", "--set", f"{KILL}=0.25", file="again.toml")
    assert not same(result, third)
    printed = command("scenario", folder / "third.h5").stdout
    assert [t["value"] for t in tomllib.loads(printed)["override"]] == [0.5, [2], 3, 100, 5, 0.25]
    (folder / "fourth.toml").write_text(printed, encoding="utf-8")
    assert same(third, run(folder, "fourth.h5", file="fourth.toml"))


def test_a_scenario_with_nothing_set_is_printed_word_for_word(folder: Path) -> None:
    run(folder, "plain.h5")
    assert command("scenario", folder / "plain.h5").stdout == TEXT


def test_a_size_in_an_override_that_an_older_run_gave_otherwise_is_told_once(folder: Path) -> None:
    result = run(folder, "a.h5", "--set", "run.worlds=3", "--set", "run.seed=9")
    assert result.tally.axes.world.size == 3
    tables = tomllib.loads(command("scenario", folder / "a.h5").stdout)["override"]
    assert [(t["path"], t["value"]) for t in tables] == [("run.worlds", 3), ("run.seed", 9)]


@pytest.mark.parametrize("verb", ["run", "check", "slurm"])
def test_a_result_in_the_place_of_a_scenario_is_told_what_it_is(folder: Path, verb: str) -> None:
    run(folder, "a.h5")
    more: dict[str, list[str | Path]] = {
        "run": ["-o", folder / "b.h5"],
        "slurm": ["-o", folder / "b.h5", "--shards", "2"],
    }
    done = command(verb, folder / "a.h5", *more.get(verb, []))
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert "a.h5: got a result, expected a scenario file (.toml); 'mcdefense scenario " in line
    assert not (folder / "b.h5").exists()


def test_another_hdf5_file_is_called_that(folder: Path) -> None:
    import h5py

    with h5py.File(folder / "x.h5", "w") as file:
        file["launch_s"] = [1.0]
    done = command("check", folder / "x.h5")
    assert "x.h5: got an HDF5 file, expected a scenario file (.toml)" in done.stderr
    (folder / "cut.h5").write_bytes((folder / "x.h5").read_bytes()[:600])
    assert "got an HDF5 file" in command("check", folder / "cut.h5").stderr
    done = command("scenario", folder / "s.toml")
    assert done.exit_code == 2
    assert "not HDF5, expected a results file" in done.stderr


def test_shards_resumed_and_merged_and_dask_give_what_one_run_gives(folder: Path) -> None:
    whole = run(folder, "whole.h5", *SET)
    for shard in ("1/2", "2/2"):
        run_shard = command(
            "run", folder / "s.toml", "-o", folder / "all.h5", "--quiet", "--shard", shard, *SET
        )
        assert run_shard.exit_code == 0
    files = sorted(folder.glob("all.shard-*.h5"))
    assert command("merge", *files, "-o", folder / "merged.h5").exit_code == 0
    merged = read(folder / "merged.h5")
    assert same(whole, merged)
    assert merged.provenance["override_notes"] == whole.provenance["override_notes"]
    assert (
        command("scenario", folder / "merged.h5").stdout
        == command("scenario", folder / "whole.h5").stdout
    )
    done = command("run", folder / "s.toml", "-o", folder / "whole.h5", "--resume", "--quiet", *SET)
    assert done.exit_code == 0
    other = command(
        "run", folder / "s.toml", "-o", folder / "whole.h5", "--resume", "--set", f"{KILL}=0.6"
    )
    assert "asked for --set" in other.stderr
    scenario = load(folder / "s.toml", {KILL: 0.5, "doctrine.two.salvo": [2]})
    assert same(whole, simulate_on_dask(scenario, RunOptions(dask="local")))


def test_slurm_hands_the_overrides_on() -> None:
    array = Array(
        Path("s.toml"), Path("o.h5"), 2, ("mcdefense",), overrides=(("battery.*.reaction_s", "5"),)
    )
    assert array.run_words[-1] == "--set=battery.*.reaction_s=5"


def test_a_size_asked_for_twice_is_refused(folder: Path) -> None:
    def refused(*options: str) -> str:
        done = command("run", folder / "s.toml", "-o", folder / "x.h5", *options)
        assert done.exit_code == 2
        assert not (folder / "x.h5").exists()
        return done.stderr

    text = refused("--worlds", "3", "--set", "run.worlds=2")
    assert text == "mcdefense: --worlds: got 3 beside --set run.worlds=2, expected one of the two\n"
    assert "--trials-per-world: got 5 beside --set run.trials_per_world=6" in refused(
        "--trials-per-world", "5", "--set", "run.trials_per_world=6"
    )
    assert run(folder, "y.h5", "--seed", "2", "--set", "run.seed=2").provenance["seed"] == 2
