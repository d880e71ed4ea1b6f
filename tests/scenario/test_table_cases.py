"""Small inputs that once gave a wrong count in silence, through the commands that a user types."""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import pytest

from mcdefense.store import read
from tests.support.command_line import command, names

CASES = Path(__file__).parent / "table_cases"
TRIALS = 4096


def copied(name: str, folder: Path) -> Path:
    """The scenario of a case, beside its table, in a folder that may be written to."""
    for path in CASES.glob(f"{name}.*"):
        shutil.copy(path, folder)
    return folder / f"{name}.toml"


def leaked(result: Path) -> float:
    """Share of the live threats that leaked."""
    outcome = read(result).tally["outcome"]
    return 1 - float(outcome[..., -1].sum() / outcome.sum())


def write_misspelt(folder: Path) -> None:
    """A table in HDF5 whose only optional column is spelt wrongly."""
    with h5py.File(folder / "hdf5_misspelt.h5", "w") as file:
        for column, name in (("threat", "r"), ("battery", "b"), ("interceptor", "i")):
            file[column] = [name]
        file["launch_s"], file["intercept_s"], file["sskp"] = [0.0], [10.0], [0.9]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("duplicate_column", ("duplicate_column.csv:1: sspk: got this column 2 times",)),
        ("same_launch", ("same_launch.csv:3: launch_s: got 0 as in line 2, which differs",)),
        ("hdf5_misspelt", ("hdf5_misspelt.h5: sskp: unknown dataset; did you mean 'sspk'?",)),
    ],
)
def test_a_table_that_can_be_read_two_ways_is_refused(
    tmp_path: Path, name: str, said: tuple[str, ...]
) -> None:
    scenario = copied(name, tmp_path)
    if name == "hdf5_misspelt":
        write_misspelt(tmp_path)
    before = names(tmp_path)
    for words in (("check", scenario), ("run", scenario, "-o", tmp_path / "result.h5")):
        done = command(*words)
        assert done.exit_code == 2
        (line,) = done.stderr.splitlines()
        assert all(words in line for words in said)
    assert names(tmp_path) == before


@pytest.mark.parametrize("name", ["padded_index", "semicolons", "empty_rows", "short_flight"])
def test_a_table_as_programs_leave_it_gives_the_right_count(tmp_path: Path, name: str) -> None:
    """Ten threats, one shot of kill probability 0.9 at each: leak probability 0.1, within 4
    standard errors (false alarms: 6e-5 a case)."""
    scenario = copied(name, tmp_path)
    assert command("check", scenario).exit_code == 0
    size = ("--worlds", "1", "--trials-per-world", str(TRIALS), "--devices", "1")
    done = command("run", scenario, "-o", tmp_path / "result.h5", *size)
    assert done.exit_code == 0, done.output
    assert abs(leaked(tmp_path / "result.h5") - 0.1) <= 4 * (0.1 * 0.9 / (10 * TRIALS)) ** 0.5


def test_the_fastest_rounds_meet_what_fast_rounds_meet(tmp_path: Path) -> None:
    """Rounds at the speed of light defend as well as rounds of 100 km/s, which fly for as much as
    0.2 s: some 0.1 to 0.2 % leak. Launches fall at other times, so the luck is another."""
    scenario = copied("fast_round", tmp_path)
    size = ("--worlds", "8", "--trials-per-world", "512", "--devices", "1")
    shares = []
    for number, speed in enumerate(("300_000", "100")):
        output = tmp_path / f"{number}.h5"
        speeds = ("--set", f"interceptor.beam.speed_kms={speed}")
        done = command("run", scenario, "-o", output, *speeds, *size)
        assert done.exit_code == 0, done.output
        shares.append(leaked(output))
    assert all(0.0002 <= share <= 0.005 for share in shares), shares
    assert shares[0] == pytest.approx(shares[1], abs=0.002)
