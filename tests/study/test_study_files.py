"""A study read back: once, damaged or not, and what is read off along its axis."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import h5py
import numpy as np
import pytest

import mcdefense
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import Axes, Result, Study, StudyAxis, Tally
from mcdefense.store import StoreError, read_any, read_study
from mcdefense.store.read import image_of
from tests.support.command_line import command
from tests.support.small_scenarios import TABLE


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study") / "s.h5"
    scenario = path.with_suffix(".toml")
    scenario.write_text(TABLE, encoding="utf-8")
    mcdefense.sweep(scenario, path, over={"raid.salvo.count": [3, 4]})
    return path


def test_crossings_follow_the_values_and_not_how_they_were_typed() -> None:
    """The compared lets fewer through above 25 and not below 15; texts have no order."""
    at = {10: -1.0, 20: 1.0, 30: 2.0}

    def crossings(values: tuple[int | str, ...]) -> list[tuple[str, str, str]]:
        gains = np.array([[at[int(value)]] for value in values])
        axes = Axes(("a", "b"), ("m",), ("site",), ("round",), ("area",), np.arange(1))
        point = Result(Tally.zeros(axes), {}, provenance={})
        estimates = {f"difference_expected_leakers{end}": gains for end in ("", "_low", "_high")}
        study = Study((StudyAxis("x", "x.y", values),), (point,) * 3, 0, estimates)
        return [(c.low, c.high, c.better_after) for c in StudyReading(study).crossings(())]

    assert crossings((10, 20, 30)) == [("10", "20", "a")]
    assert crossings((20, 10, 30)) == [("10", "20", "a")]
    assert crossings((30, 20, 10)) == [("10", "20", "a")]
    assert crossings(("20", "10", "30")) == []


def test_a_damaged_study_is_told_in_a_line(file: Path, tmp_path: Path) -> None:
    for name, change in (
        ("no_version", lambda opened: opened.attrs.__delitem__("format_version")),
        ("odd_version", lambda opened: opened.attrs.__setitem__("format_version", "old")),
        ("no_axes", lambda opened: opened.attrs.__delitem__("study_axes")),
        ("no_variable", lambda opened: opened.__delitem__("expected_leakers")),
    ):
        damaged = tmp_path / f"{name}.h5"
        damaged.write_bytes(file.read_bytes())
        with h5py.File(damaged, "r+") as opened:
            change(opened)
        with pytest.raises(StoreError, match=f"{name}.h5: "):
            read_study(damaged)
        with pytest.raises(StoreError):
            read_any(damaged)
        done = command("show", damaged)
        assert done.exit_code == 1
        assert len(done.stderr.splitlines()) == 1
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("call", ["read.arrays_of", "study_file.from_contents"])
def test_a_study_that_memory_does_not_hold_is_not_called_damaged(
    file: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    module, name = call.split(".")
    monkeypatch.setattr(import_module(f"mcdefense.store.{module}"), name, exhausted)
    with pytest.raises(MemoryError):
        read_study(file)
    done = command("show", file)
    assert (done.exit_code, done.stderr) == (1, "mcdefense: out of memory\n")


def test_a_file_is_read_once(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    read = []

    def counting(path: Path) -> bytes:
        read.append(path)
        return image_of(path)

    for module in ("read", "study_file"):
        monkeypatch.setattr(import_module(f"mcdefense.store.{module}"), "image_of", counting)
    for words in (("show", file), ("plot", file, "-o", tmp_path / "c.svg")):
        read.clear()
        assert command(*words).exit_code == 0
        assert read == [file]


@pytest.mark.parametrize(
    "words",
    [
        ("run", "-o"),
        ("check",),
        ("sweep", "--over", "raid.salvo.count=1,2", "-o"),
        ("withstand", "--leakers", "1", "-o"),
        ("slurm", "--shards", "2", "-o"),
    ],
)
def test_a_study_in_the_place_of_a_scenario_is_told_what_it_is(
    file: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    verb, *options = words
    output = [tmp_path / "out.h5"] if options else []
    done = command(verb, file, *options, *output)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"mcdefense: {file}: got a study, expected a scenario file (.toml); 'mcdefense show {file}'"
        " prints it, and the command that made it, with its scenario and --resume, goes on with "
        "it\n"
    )
    assert list(tmp_path.iterdir()) == []
    assert command("show", file).exit_code == 0
