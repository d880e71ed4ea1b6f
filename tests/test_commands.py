"""What the command line can do, Python can: one test for each public function beside a command."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import mcdefense
from mcdefense.errors import InputError
from tests.cli.test_warnings import MIXED
from tests.support.command_line import command, names
from tests.support.same_file import assert_same_content
from tests.support.small_scenarios import TABLE

SIZE: dict[str, Any] = {"worlds": 2, "trials_per_world": 100, "devices": 1}
WORDS = ("--worlds=2", "--trials-per-world=100", "--devices=1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario, the file of a run of it, and its two shards."""
    folder = tmp_path_factory.mktemp("commands")
    (folder / "table.toml").write_text(TABLE, encoding="utf-8")
    scenario = mcdefense.load(folder / "table.toml")
    mcdefense.run_to_file(scenario, folder / "all.h5", mcdefense.RunOptions(**SIZE))
    for number in (1, 2):
        options = mcdefense.RunOptions(shard=mcdefense.Shard(number, 2), **SIZE)
        mcdefense.run_to_file(scenario, options.file(folder / "parts.h5"), options)
    return folder


def test_run_to_file_writes_the_file_of_the_command(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "all.h5"
    assert command("run", folder / "table.toml", "-o", output, "--quiet", *WORDS).exit_code == 0
    assert_same_content(folder / "all.h5", output)


def test_a_monitor_is_shown_the_progress_and_gets_the_lines(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "mcdefense.run")
    seen: list[mcdefense.Progress] = []
    options = mcdefense.RunOptions(batch=50, **SIZE)
    mcdefense.run_to_file(
        mcdefense.loads(TABLE), tmp_path / "all.h5", options, mcdefense.Monitor(seen.append)
    )
    assert [progress.trials_done for progress in seen] == [50, 100, 150, 200]
    assert caplog.messages[-1].endswith("exit 0, finished")
    assert {record.levelno for record in caplog.records} == {logging.DEBUG}


def test_check_is_the_screen_of_the_command_and_its_warnings(tmp_path: Path) -> None:
    for text, warned in ((TABLE, []), (MIXED, ["full: scarce is the only round a"])):
        path = tmp_path / "scenario.toml"
        path.write_text(text, encoding="utf-8")
        checked = mcdefense.check(mcdefense.load(path))
        shown = command("check", path).stdout.split("\n\n")
        # The last section forecasts the time, from how long building took just now.
        assert checked.screen.split("\n\n")[:-1] == shown[:-1]
        assert [warning[: len(warned[0])] for warning in checked.warnings] == warned


def test_merge_writes_the_file_of_one_run(folder: Path, tmp_path: Path) -> None:
    parts = [folder / f"parts.shard-{number}-of-2.h5" for number in (1, 2)]
    with pytest.raises(InputError, match="missing world"):
        mcdefense.merge(parts[:1], tmp_path / "all.h5")
    assert names(tmp_path) == []
    merged = mcdefense.merge(parts, str(tmp_path / "all.h5"))
    assert isinstance(merged, mcdefense.Result)
    assert merged.tally.trials == 200
    assert_same_content(folder / "all.h5", tmp_path / "all.h5")


def test_merge_keeps_its_inputs(folder: Path) -> None:
    parts = [folder / f"parts.shard-{number}-of-2.h5" for number in (1, 2)]
    with pytest.raises(InputError, match="is a file to merge, which is read"):
        mcdefense.merge(parts, parts[0], force=True)


@pytest.mark.parametrize("by", [None, "class", "cause"])
def test_show_is_the_screen_of_the_command(folder: Path, by: str | None) -> None:
    words = [] if by is None else ["--by", by]
    assert (
        mcdefense.show(folder / "all.h5", by) == command("show", folder / "all.h5", *words).stdout
    )


def test_a_figure_is_drawn_and_saved_if_asked(folder: Path, tmp_path: Path) -> None:
    drawn = mcdefense.figure(folder / "all.h5")
    again = mcdefense.figure(mcdefense.read(folder / "all.h5"), "leak")
    assert len(drawn.axes) == len(again.axes)
    assert drawn.axes
    assert names(tmp_path) == []
    mcdefense.figure(folder / "all.h5", "leak", tmp_path / "leaks.svg")
    assert names(tmp_path) == ["leaks.svg"]
    with pytest.raises(InputError, match="is there already"):
        mcdefense.figure(folder / "all.h5", "leak", tmp_path / "leaks.svg")
    mcdefense.figure(folder / "all.h5", "leak", tmp_path / "leaks.svg", force=True)


def test_the_scenario_of_a_file_gives_the_same_counts_again(folder: Path) -> None:
    text = mcdefense.scenario_of(folder / "all.h5")
    assert text == command("scenario", folder / "all.h5").stdout
    again = mcdefense.simulate(mcdefense.loads(text), devices=1)
    assert again.tally.equals(mcdefense.read(folder / "all.h5").tally)


@pytest.mark.parametrize("margin", [-0.1, float("nan"), float("inf")])
def test_a_margin_is_a_number_from_nothing_on(folder: Path, margin: float) -> None:
    for asked in (mcdefense.show, mcdefense.compare):
        with pytest.raises(InputError, match=r"margin: got .*, expected a number of leakers"):
            asked(folder / "all.h5", margin=margin)


def test_a_margin_is_refused_where_no_world_is_judged(folder: Path) -> None:
    """Nothing that was asked for is left out in silence."""
    with pytest.raises(InputError, match="since the table by class judges no worlds"):
        mcdefense.show(folder / "all.h5", "class", margin=0.2)
    with pytest.raises(InputError, match="since worlds are judged within one file only"):
        mcdefense.compare(folder / "all.h5", folder / "all.h5", margin=0.2)


def test_a_brief_and_its_print_are_two_files(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="where the page goes, expected another file"):
        mcdefense.brief(folder / "all.h5", tmp_path / "a.html", pdf=tmp_path / "." / "a.html")
    assert names(tmp_path) == []
