"""What a run is asked for is checked once, and each fault goes by the name of its field."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mcdefense.errors import InputError
from mcdefense.run import RunOptions, Shard, run_to_file, simulate
from mcdefense.scenario import loads
from tests.support.command_line import command, names
from tests.support.small_scenarios import TABLE


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"worlds": 0}, "worlds: got 0, expected a whole number from 1 to 1,000,000"),
        ({"worlds": 2.0}, "worlds: got 2.0, expected a whole number from 1 to 1,000,000"),
        ({"worlds": True}, "worlds: got True, expected a whole number from 1 to 1,000,000"),
        ({"seed": -1}, "seed: got -1, expected a whole number from 0 to"),
        ({"batch": 2**25}, "batch: got 33,554,432, expected a whole number from 1 to 16,777,216"),
        ({"devices": 0}, "devices: got 0, expected a whole number, 1 or more"),
        ({"checkpoint_every_s": -1.0}, "checkpoint_every_s: got -1.0, expected seconds, 0 or"),
        ({"checkpoint_every_s": float("nan")}, "checkpoint_every_s: got nan, expected seconds"),
        ({"dask": "local", "resume": True}, "dask: saves nothing meanwhile"),
        ({"dask": "local", "shard": Shard(1, 2)}, "dask: saves nothing meanwhile"),
        ({"dask": "local", "devices": 1}, "dask: workers use a device for each"),
    ],
    ids=str,
)
def test_what_no_run_can_have_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        RunOptions(**given)
    (fault,) = caught.value.faults
    assert str(fault).startswith(message)
    assert fault.option


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        RunOptions(worlds=0, devices=-1, checkpoint_every_s=-5)
    places = [fault.where for fault in caught.value.faults]
    assert places == ["worlds", "devices", "checkpoint_every_s"]


def test_options_cannot_be_changed_once_they_are_checked() -> None:
    options = RunOptions(worlds=1)
    with pytest.raises(FrozenInstanceError):
        options.worlds = 0  # type: ignore[misc]


def test_the_scenario_says_what_no_option_does() -> None:
    scenario = loads(TABLE)
    size = RunOptions(seed=np.int64(9)).size(scenario)  # type: ignore[arg-type]
    assert (size.worlds, size.trials, size.seed) == (
        scenario.run.worlds,
        scenario.run.trials_per_world,
        9,
    )
    assert type(size.seed) is int


def test_an_option_beside_another_override_is_refused() -> None:
    scenario = loads(TABLE, overrides=[("run.worlds", "3")])
    assert RunOptions(worlds=3).size(scenario).worlds == 3
    with pytest.raises(InputError, match=r"^worlds: got 4 beside --set run.worlds=3, expected one"):
        RunOptions(worlds=4).size(scenario)


def test_a_shard_has_a_file_of_its_own(tmp_path: Path) -> None:
    assert RunOptions().file(tmp_path / "all.h5") == tmp_path / "all.h5"
    part = RunOptions(shard=Shard(2, 3)).file(tmp_path / "all.h5")
    assert part == tmp_path / "all.shard-2-of-3.h5"
    with pytest.raises(InputError, match=r"^shard: got '4/3', expected I/N"):
        Shard(4, 3)


@pytest.mark.parametrize("option", ["--worlds", "--trials-per-world", "--batch", "--devices"])
def test_only_the_command_line_has_dashes(tmp_path: Path, option: str) -> None:
    name = option.removeprefix("--").replace("-", "_")
    asked: dict[str, Any] = {name: 0}
    with pytest.raises(InputError) as caught:
        simulate(loads(TABLE), **asked)
    assert str(caught.value).startswith(f"{name}: got 0, expected a whole number")
    assert "--" not in str(caught.value)
    (tmp_path / "table.toml").write_text(TABLE, encoding="utf-8")
    done = command("run", tmp_path / "table.toml", "-o", tmp_path / "all.h5", option, "0")
    assert done.exit_code == 2
    assert done.stderr == f"mcdefense: {option}{str(caught.value).removeprefix(name)}\n"
    assert names(tmp_path) == ["table.toml"]


def test_a_file_named_like_an_option_gets_no_dashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("worlds").mkdir()
    Path("table.toml").write_text(TABLE, encoding="utf-8")
    done = command("run", "table.toml", "-o", "worlds")
    assert done.exit_code == 2
    assert done.stderr.startswith("mcdefense: worlds: ")


def test_a_folder_as_output_is_refused_before_anything_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcdefense.run.job.Simulator", None)  # not even made
    with pytest.raises(InputError, match="is a folder, expected the name of a file"):
        run_to_file(loads(TABLE), tmp_path)


def test_a_remedy_names_an_option_as_it_is_typed(tmp_path: Path) -> None:
    (tmp_path / "table.toml").write_text(TABLE, encoding="utf-8")
    (tmp_path / "all.h5").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        run_to_file(loads(TABLE), tmp_path / "all.h5")
    message = str(caught.value)
    assert "`resume` goes on from it if it is of this run, `force` replaces it" in message
    done = command("run", tmp_path / "table.toml", "-o", tmp_path / "all.h5")
    typed = message.replace("`resume`", "--resume").replace("`force`", "--force")
    assert done.stderr == f"mcdefense: {typed}\n"
