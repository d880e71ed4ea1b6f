"""`check` says what the model understood, and warns of what its author can hardly mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mcdefense.preview.shape import FEWEST_TRIALS, FEWEST_WORLDS, MOST_TRIALS
from mcdefense.preview.survey import survey
from mcdefense.scenario import load, loads
from mcdefense.schedule.build import Builder
from tests.support.command_line import command, names, python
from tests.support.small_scenarios import LAYDOWN, TABLE


def check(folder: Path, text: str, *options: str) -> str:
    path = folder / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    done = command("check", path, *options)
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    assert names(folder) == ["scenario.toml"]
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("NOTIONAL  ")
    return " ".join(done.stdout.split())


def test_it_says_what_was_understood(tmp_path: Path) -> None:
    text = check(tmp_path, LAYDOWN)
    for words in (
        "subsonic_cruise 4..8 live",
        "short_range_ballistic 3 live",
        "all 7..11",
        "missiles: 4..8 subsonic_cruise; at area; from bearing 40..110, 300 km away",
        "each a cell of its own: north, south",
        "sensors that serve no battery: lookout",
        "network up in 95 % of the trials, else separate takes over",
        "cell integrated: north, south with lookout, their own sensors",
        "skill: uniform low = 0.8, high = 1.1 multiplies",
        "interceptor.*.against.*.sspk",
        "battery.medium_sam -> north: magazine.medium_sam = 24; channels = 6",
        "3 launchers of 8 rounds",
        "A RUN of 64 worlds x 4,096 trials",
        "One area, two batteries: joined or apart?: no warnings",
    ):
        assert words in text, words


CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.toml"))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.stem)
def test_it_reads_every_example(config: Path) -> None:
    done = command("check", config)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line != line.rstrip()]
    for name, architecture in load(config).architecture.items():
        label = f" ({architecture.label})" if architecture.label else ""
        assert f"  {name}{label}"[:40] in done.stdout
    warned = [line for line in lines if line.startswith("! ")]
    told = f"{len(warned) or 'no'} warning{'s' * (len(warned) != 1)}"
    assert lines[0].endswith(f": {told}")
    assert len(warned) == (1 if config.stem.startswith("eastern_flank") else 0)


def test_it_imports_no_jax(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(LAYDOWN, encoding="utf-8")
    printed = python(
        "import sys\n"
        "from mcdefense.cli import main\n"
        f"try: main(['check', {str(path)!r}])\n"
        "except SystemExit as end: print(end.code)\n"
        "print(sorted({'jax', 'jaxlib', 'matplotlib'} & set(sys.modules)))\n"
    )
    assert printed.endswith("\n0\n[]\n")


def test_an_override_is_understood_and_named(tmp_path: Path) -> None:
    text = check(tmp_path, TABLE, "--set", "raid.salvo.count=7")
    assert "warhead 7 live" in text
    assert "set from outside the file: raid.salvo.count = 7" in text


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        (
            "long_sam = 16, low_terminal = 16",
            "long_sam = 16, exo_upper_tier = 4",
            "! interceptor exo_upper_tier has no opportunity in any architecture",
        ),
        (
            "[50.3, 20.2]",
            "[10.0, 20.2]",
            "! battery north reaches nothing in any architecture",
        ),
        (
            "long_sam = 16, low_terminal = 16",
            "medium_sam = 16",
            "! nobody can engage short_range_ballistic in any architecture",
        ),
        (
            "[architecture.separate]",
            "[interceptor.low_terminal]\nflyout = [[0, 0], [20, 20]]\n[architecture.separate]",
            "! interceptor low_terminal: its flyout table ends at 20 km, short of its range",
        ),
        (
            "[architecture.separate]",
            "[architecture.separate]\ncells.a = { batteries = ['north'] }\n"
            "cells.b = { batteries = ['south'], classes = ['subsonic_cruise'] }",
            "! nobody can engage short_range_ballistic in separate",
        ),
        ("count     = 3", "count     = 0", "! threat class short_range_ballistic does not come"),
    ],
    ids=["interceptor", "battery", "class", "flyout", "class in one architecture", "absent"],
)
def test_it_warns(tmp_path: Path, old: str, new: str, warning: str) -> None:
    assert warning not in check(tmp_path, LAYDOWN)
    assert old in LAYDOWN
    text = check(tmp_path, LAYDOWN.replace(old, new))
    assert warning in text
    assert ": no warnings" not in text
    assert ("NOBODY" in text) == ("nobody" in warning)


def test_the_matrix_counts_opportunities() -> None:
    scenario = loads(LAYDOWN)
    found = survey(scenario, seed=3, least_worlds=2)
    builder = Builder(scenario)
    schedules = [builder.schedule(builder.world(3, number)) for number in found.worlds]
    assert found.worlds == (0, 1)
    assert found.objects.sum() == sum(s.labels.object_class.size for s in schedules)
    allowed = [int((s.arrays.doctrine.allowed[0] != 0).sum()) for s in schedules]
    assert found.opportunities[0].sum() == sum(allowed)
    medium = found.names.interceptor.index("medium_sam")
    ballistic = found.names.threat_class.index("short_range_ballistic")
    assert not found.opportunities[:, ballistic, :, medium].any()


def test_it_looks_at_every_plan() -> None:
    plans = "[plan.rare]\nweight = 0.05\nwaves = ['salvo']\n[plan.usual]\nwaves = ['salvo']\n"
    scenario = loads(TABLE + plans)
    builder = Builder(scenario)
    drawn = {builder.world(1, number).raid_plan for number in survey(scenario, seed=1).worlds}
    assert drawn == {0, 1}


def test_it_names_the_first_and_the_last_night(tmp_path: Path) -> None:
    """A row of sums below a history would be drawn as a night: its label gives it away."""
    (tmp_path / "nights.csv").write_text("date,n\n2022-10-09,3\nTotal\x1b,3\n", encoding="utf-8")
    path = tmp_path / "scenario.toml"
    text = TABLE.replace("count   = 4", 'count   = { column = "n" }')
    path.write_text(text + '[history]\nfile = "nights.csv"\n', encoding="utf-8")
    done = command("check", path)
    assert done.exit_code == 0, done.output
    words = " ".join(done.stdout.split())
    assert "from 2 nights of nights.csv; the first is '2022-10-09', the last 'Total\\x1b'" in words


def test_a_pilot_proposes_a_shape_for_a_precision(tmp_path: Path) -> None:
    """The shape proposed reaches what is asked for; the least of one reaches anything."""
    text = check(tmp_path, LAYDOWN, "--precision", "0.2")
    found = re.search(
        r"for \+-0\.2, least time: ([\d,]+) worlds x ([\d,]+) trials: \+-([\d.]+)", text
    )
    assert found is not None, text
    assert float(found[3]) <= 0.2
    assert int(found[1].replace(",", "")) >= FEWEST_WORLDS
    assert FEWEST_TRIALS <= int(found[2].replace(",", "")) <= MOST_TRIALS
    assert "A SHAPE, from a pilot of 64 worlds x 256 trials integrated - separate: " in text
    wide = check(tmp_path, LAYDOWN, "--precision", "50")
    assert f"for +-50, least time: {FEWEST_WORLDS} worlds x" in wide


def test_a_precision_that_is_none_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(LAYDOWN, encoding="utf-8")
    done = command("check", path, "--precision", "tight")
    assert done.exit_code == 2
    assert "got 'tight', expected leakers above 0, such as 0.05, or a share" in done.stderr
    assert done.stdout == ""


def test_it_looks_for_a_wave_that_seldom_comes() -> None:
    scenario = loads(TABLE.replace("count   = 4", "count   = { poisson = 0.1 }"))
    found = survey(scenario, seed=1)
    assert found.objects.sum() > 0
    assert found.worlds[:2] == (0, 1)
    assert len(found.worlds) <= 3


def test_faults_are_reported_as_by_run(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TABLE.replace("sspk = 0.8", "sspk = 1.2"), encoding="utf-8")
    done = command("check", path)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == command("run", path, "-o", tmp_path / "result.h5").stderr
