"""Whatever is wrong: one clear line a fault on standard error, exit code 2, nothing left behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.support.command_line import command, names, python
from tests.support.small_scenarios import LAYDOWN, TABLE

JOINED = '[architecture.together]\njoin = "all"\n'
CELLS = "[architecture.together]\n"
ROWS = TABLE[TABLE.index("rows = [") : TABLE.index("[architecture.alone]")]
FALLBACKS = (
    '[architecture.one]\njoin = "all"\nnetwork = { fallback = "two" }\n'
    '[architecture.two]\njoin = "all"\nnetwork = { fallback = "alone" }\n'
)

EDITS = {
    "unknown key": (
        LAYDOWN,
        'class  = "medium_sam"',
        "clas = 1",
        "battery.north.clas: unknown key",
    ),
    "wrong unit": (
        LAYDOWN,
        "range_km = 300",
        "range_m = 300",
        "raid.missiles.from.range_m: unknown key; did you mean 'range_km'?",
    ),
    "kill probability": (TABLE, "sspk = 0.8", "sspk = 1.2", "got 1.2, expected a probability"),
    "negative magazine": (TABLE, "round = 6", "round = -6", "got -6, expected a whole number"),
    "not a number": (TABLE, "sspk = 0.8", "sspk = nan", "got nan, expected a probability"),
    "latitude": (LAYDOWN, "[50.3, 20.2]", "[123, 20.2]", "got [123, 20.2], expected [latitude"),
    "battery in no cell": (
        TABLE,
        JOINED,
        CELLS + "cells.empty = {}\n",
        "got battery 'site' in no cell",
    ),
    "battery in two cells": (
        TABLE,
        JOINED,
        CELLS + "cells.a = { batteries = ['site'] }\ncells.b = { batteries = ['site'] }\n",
        "got battery 'site' in cell 'a' too",
    ),
    "unknown class": (
        LAYDOWN,
        '"subsonic_cruise"',
        '"subsonic_cruse"',
        "did you mean 'subsonic_cruise'?",
    ),
    "empty raid": (TABLE, "count   = 4", "count   = 0", "raid: got an empty raid"),
    "missing CSV": (TABLE, ROWS, 'file = "shots.csv"\n', "got 'shots.csv', expected a file"),
    "window": (LAYDOWN, "[600, 660]", "[660, 600]", "does not close before it opens"),
    "a billion threats": (
        TABLE,
        "count   = 4",
        "count   = 1_000_000_000",
        "got 1000000000, expected a whole number from 0 to 20,000",
    ),
    "fallback with a fallback": (TABLE, JOINED, FALLBACKS, "a fallback) of its own"),
    "not TOML": (TABLE, "[run]", "[run", "not valid TOML"),
}


def assert_refused(folder: Path, scenario: Path, *words: str, lines: int = 1) -> None:
    """Asserts that `run` and `check` both refuse it in so many lines and leave nothing."""
    before = names(folder)
    run = command("run", scenario, "-o", folder / "result.h5")
    assert run.exit_code == 2
    assert run.stdout == ""
    faults = run.stderr.splitlines()
    assert len(faults) == lines, faults
    assert all(fault.startswith(f"mcdefense: {folder}") for fault in faults)
    assert not [word for word in words if word not in run.stderr], faults
    assert "Traceback" not in run.stderr
    assert command("check", scenario).stderr == run.stderr
    assert names(folder) == before


@pytest.mark.parametrize(("text", "old", "new", "message"), EDITS.values(), ids=EDITS)
def test_a_fault_in_the_file(tmp_path: Path, text: str, old: str, new: str, message: str) -> None:
    assert text.count(old) == 1
    path = tmp_path / "scenario.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert_refused(tmp_path, path, message)


def test_a_row_of_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TABLE.replace(ROWS, 'file = "shots.csv"\n'), encoding="utf-8")
    shots = tmp_path / "shots.csv"
    shots.write_text(
        "threat,battery,interceptor,launch_s,intercept_s\nsalvo,site,round,0,soon\n",
        encoding="utf-8",
    )
    assert_refused(tmp_path, path, f"{shots}:2", "intercept_s", "got 'soon'")


def test_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_bytes(b'title = "\xff"\n')
    assert_refused(tmp_path, path, "scenario.toml:1: got byte 0xff, expected UTF-8 text")


def test_a_folder_and_nothing_at_all(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert_refused(tmp_path, tmp_path / "folder", "got a folder, expected a scenario file")
    assert_refused(tmp_path, tmp_path / "missing.toml", "got no such file")


def test_all_faults_come_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    text = TABLE.replace("round = 6", "round = -6").replace("sspk = 0.8", "sspk = 1.2")
    path.write_text(text, encoding="utf-8")
    assert_refused(tmp_path, path, "scenario.toml:6: ", "scenario.toml:8: ", lines=2)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("battery.site.magazine.round=-1", "--set: battery.site.magazine.round: got -1"),
        ("battery.sight.channels=2", "--set: battery.sight.channels: the path matches nothing"),
        ("battery.site.channels=many", "--set: battery.site.channels: got 'many'"),
    ],
)
def test_an_override_that_does_not_fit(tmp_path: Path, setting: str, message: str) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TABLE, encoding="utf-8")
    for done in (
        command("run", path, "-o", tmp_path / "result.h5", "--set", setting),
        command("check", path, "--set", setting),
    ):
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"mcdefense: {message}")
        assert done.stderr.count("\n") == 1
    assert names(tmp_path) == ["scenario.toml"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "seed"], "got 'seed', expected PATH=VALUE"),
        (["--worlds", "0"], "--worlds: got 0, expected a whole number from 1 to 1,000,000"),
        (["--trials-per-world", "5e9"], "Invalid value for '--trials-per-world'"),
        (["--trials-per-world", "4294967297"], "--trials-per-world: got 4,294,967,297, expected"),
        (["--seed", "-1"], "--seed: got -1, expected a whole number from 0 to"),
        (["--seed", str(2**63)], "--seed: got 9,223,372,036,854,775,808, expected"),
        (["--batch", "-3"], "--batch: got -3, expected a whole number from 1 to 16,777,216"),
        (["--shard", "4/3"], "--shard: got '4/3', expected I/N, such as 3/32"),
        (["--shard", "3/3"], "--shard: got 3/3, but there are 2 worlds: that shard has none"),
        (["--checkpoint-every", "-1"], "Invalid value for '--checkpoint-every'"),
        (["--devices", "100000"], "--devices: got 100000, expected 1 to "),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_an_option_that_does_not_fit(tmp_path: Path, options: list[str], message: str) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TABLE, encoding="utf-8")
    done = command("run", path, "-o", tmp_path / "result.h5", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert names(tmp_path) == ["scenario.toml"]


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["bench"], "--seconds"),
        (["run", "x.toml", "-o", "x.h5"], "--checkpoint-every"),
        (["slurm", "x.toml", "--shards", "2", "-o", "x.h5"], "--checkpoint-every"),
        (["plot", "x.toml", "map", "-o", "x.png"], "--height-km"),
        (["compare", "x.h5"], "--margin"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_no_option_takes_what_is_no_number(words: list[str], option: str) -> None:
    done = command(*words, option, "nan")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Invalid value for '{option}': got 'nan', expected a number" in done.stderr


def test_an_output_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TABLE, encoding="utf-8")

    def refused(output: Path) -> str:
        done = command("run", path, "-o", output)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"mcdefense: {output}: ")
        assert done.stderr.count("\n") == 1
        assert names(tmp_path) == ["scenario.toml"]
        return done.stderr

    assert "does not exist; create it or name another" in refused(tmp_path / "no" / "result.h5")
    assert "is a folder, expected the name of a file" in refused(tmp_path)

    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)  # the tests may run as root
    assert "Permission denied" in refused(tmp_path / "result.h5")


def test_out_of_memory_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    path = tmp_path / "scenario.toml"
    path.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr("mcdefense.run.run_to_file", exhausted)
    done = command("run", path, "-o", tmp_path / "result.h5", "--quiet")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "mcdefense: out of memory: use a smaller --batch, fewer --devices or --worlds\n"
    )
    assert names(tmp_path) == ["scenario.toml"]


def test_results_that_cannot_be_shown(tmp_path: Path) -> None:
    (tmp_path / "text.h5").write_text("no result", encoding="utf-8")
    for words in (["show"], ["plot", "-o", tmp_path / "leaks.png"]):
        for name, message in (
            ("missing.h5", "No such file"),
            ("text.h5", "not HDF5, expected a results file"),
        ):
            done = command(*words, tmp_path / name)
            assert (done.exit_code, done.stdout) == (2, "")
            assert done.stderr.startswith(f"mcdefense: {tmp_path / name}: ")
            assert message in done.stderr
            assert done.stderr.count("\n") == 1
    assert names(tmp_path) == ["text.h5"]


@pytest.mark.parametrize("words", [["show"], ["drivers"], ["compare"], ["plot", "-o", "x.png"]])
def test_a_scenario_in_the_place_of_a_result_is_told_what_makes_one(
    tmp_path: Path, words: list[str]
) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TABLE, encoding="utf-8")
    done = command(*words, path)
    assert done.exit_code == 2
    advice = f"'mcdefense run {path} -o {path.with_suffix('.h5')}' makes one of a scenario"
    wanted = f"{path}: not HDF5, expected a results file of mcdefense; {advice}\n"
    assert done.stderr == f"mcdefense: {wanted}"


@pytest.mark.parametrize("wrong", ["file", "output"])
def test_faults_are_found_before_jax_is_imported(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "scenario.toml"
    edits = {"file": ("sspk = 0.8", "sspk = 1.2"), "output": ("", "")}
    path.write_text(TABLE.replace(*edits[wrong]), encoding="utf-8")
    output = tmp_path / ("result.h5" if wrong == "file" else f"no{os.sep}result.h5")
    printed = python(
        "import sys\n"
        "from mcdefense.cli import main\n"
        f"try: main(['run', {str(path)!r}, '-o', {str(output)!r}])\n"
        "except SystemExit as end: print(end.code)\n"
        "print('jax' in sys.modules)\n"
    )
    assert printed == "2\nFalse\n"
