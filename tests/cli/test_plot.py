"""`mcdefense plot`: figures by name, their list, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcdefense.report.figures import FIGURES
from mcdefense.statistics import Study, StudyAxis, with_estimates
from mcdefense.store import write, write_study
from tests.support.command_line import command, names
from tests.support.raid_result import raid_result

QUICK = Path(__file__).parents[2] / "configs" / "quick_start.toml"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "toy.h5"
    write(raid_result(), path)
    return path


def test_the_list_names_every_figure_and_needs_no_file() -> None:
    done = command("plot", "--list")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(FIGURES)


def test_the_list_of_a_file_names_what_is_drawn_of_it(file: Path, tmp_path: Path) -> None:
    write(raid_result(architectures=1), tmp_path / "one.h5")
    points = tuple(raid_result(scale=scale, worlds=2) for scale in (0.5, 1.0))
    known: dict[str, str | int | float] = {"seed": 1, "worlds": 2, "trials_per_world": 200}
    known |= dict.fromkeys(("title", "marking", "source", "history"), "a test")
    axis = StudyAxis("raid_scale", "raid.scale", (0.5, 1.0))
    write_study(with_estimates(Study((axis,), points, 0, {}, known)), tmp_path / "s.h5")
    for source, kinds in (
        (file, ("result", "pair", "scenario")),
        (tmp_path / "one.h5", ("result", "scenario")),
        (tmp_path / "s.h5", ("study",)),
        (QUICK, ("scenario",)),
    ):
        for words in ((source, "--list"), ("--list", source)):
            done = command("plot", *words)
            assert done.exit_code == 0, done.stderr
            listed = [line.split()[0] for line in done.stdout.splitlines()]
            assert listed == [name for name, entry in FIGURES.items() if entry.of in kinds]
    done = command("plot", tmp_path / "none.h5", "--list")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "none.h5: " in done.stderr


@pytest.mark.parametrize("name", [n for n, e in FIGURES.items() if e.of in ("result", "pair")])
def test_a_figure_is_written_by_its_name(name: str, file: Path, tmp_path: Path) -> None:
    done = command("plot", file, name, "-o", tmp_path / "picture.svg")
    assert done.exit_code == 0, done.stderr
    assert FIGURES[name].shows in done.stdout
    assert "NOTIONAL" in done.stdout
    assert "NOTIONAL" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_without_a_name_it_is_the_leak_probability(file: Path, tmp_path: Path) -> None:
    for words in ([], ["leak"]):
        command("plot", file, *words, "-o", tmp_path / f"{len(words)}.svg")
    assert (tmp_path / "0.svg").read_bytes() == (tmp_path / "1.svg").read_bytes()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["leaks", "-o", "x.svg"], "NAME: got 'leaks', expected one of leak, ladder,"),
        (["leak", "-o", "x.gif"], "got the ending '.gif', expected .png, .svg or .pdf"),
        (["leak"], "Missing option '-o'"),
        (None, "Missing argument 'FILE'"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(
    words: list[str] | None,
    complaint: str,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = command("plot", file, *words) if words else command("plot", "-o", "x.svg")
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["map"], "subsonic cruise at 0.1 km height"),
        (["map", "--class", "short_range_ballistic", "--height-km", "12"], "at 12 km height"),
        (["timeline"], "cruise 1, a subsonic cruise at area in world 0, under integrated"),
        (
            [
                "timeline",
                "--architecture",
                "separate",
                "--wave",
                "ballistic",
                "--member",
                "2",
                "--world",
                "5",
            ],
            "ballistic 2, a short range ballistic at area in world 5, under separate",
        ),
    ],
)
def test_a_figure_of_a_scenario_is_as_the_options_ask(
    words: list[str], shown: str, tmp_path: Path
) -> None:
    done = command("plot", QUICK, *words, "-o", tmp_path / "picture.svg")
    assert done.exit_code == 0, done.stderr
    assert shown in (tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_an_option_that_a_figure_does_not_have_is_refused(tmp_path: Path) -> None:
    done = command("plot", QUICK, "map", "--wave", "cruise", "-o", tmp_path / "map.svg")
    assert done.exit_code == 2
    assert "--wave: the figure 'map' takes --class, --height-km" in done.stderr
    assert names(tmp_path) == []


def test_a_figure_of_counts_needs_a_result(tmp_path: Path) -> None:
    done = command("plot", QUICK, "leak", "-o", tmp_path / "leak.svg")
    assert done.exit_code == 2
    assert names(tmp_path) == []
