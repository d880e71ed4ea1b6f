"""A sweep is its points: each as a run of its own, on common draws, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import mcdefense
from mcdefense.errors import InputError
from mcdefense.run import Interrupted, Monitor
from mcdefense.statistics import Study, complete
from mcdefense.statistics.closed_forms import coordination, distribution
from mcdefense.store import read_study
from mcdefense.study import prepared
from tests.study.conftest import COUNTS
from tests.support.command_line import command, names
from tests.support.same_study import same
from tests.support.small_scenarios import TABLE

ROUNDS = "battery.site.magazine.round"


@pytest.fixture(scope="module")
def grid(table: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path]:
    path = tmp_path_factory.mktemp("grid") / "s.h5"
    over = {"raid.salvo.count": [2, 4, 5], ROUNDS: [4, 6]}
    return mcdefense.sweep(table, path, over=over), path


def test_the_leakers_are_exact_at_every_point(by_count: Study) -> None:
    """Pooled, and in two sectors: mean and P(no leaker), at 4.5 standard errors: of 20 comparisons
    one fails falsely with probability 1.4e-4."""
    trials = 16_000
    for place, count in enumerate(COUNTS):
        exact = {
            "sectors": coordination.sectors(count, (8, 8), 0.7),
            "pooled": coordination.pooled(count, 16, 0.7),
        }
        for a, name in enumerate(by_count.architectures):
            pmf = exact[name]
            mean, none = distribution.mean(pmf), float(pmf[0])
            error = (distribution.variance(pmf) / trials) ** 0.5
            assert abs(by_count.estimates["expected_leakers"][place, a] - mean) < 4.5 * error
            error = (none * (1 - none) / trials) ** 0.5
            assert abs(by_count.estimates["p_no_leakers"][place, a] - none) < 4.5 * error
    assert distribution.mean(coordination.pooled(10, 16, 0.7)) == pytest.approx(0.2843368712)


def test_a_point_is_a_run(table: Path, grid: tuple[Study, Path]) -> None:
    """Bit for bit where the raid is the largest; a smaller raid has the same objects' luck."""
    study, _ = grid
    assert study.shape == (3, 2)
    largest = study.points[study.place(2, 1)]
    scenario = mcdefense.load(table, {"raid.salvo.count": 5, ROUNDS: 6})
    run = mcdefense.simulate(scenario)
    assert largest.tally.equals(run.tally)
    assert np.array_equal(largest.schedule_hash, run.schedule_hash)
    completed = complete(largest)
    for name, array in run.estimates.items():
        found = completed.estimates[name]
        if name == "p_at_most":  # histograms are as long as the longest among the points
            found = found[:, : array.shape[1]]
        assert np.array_equal(found, array, equal_nan=True), name
    for count, place in ((2, 0), (4, 1), (5, 2)):
        live = study.points[study.place(place, 0)].tally["live"]
        assert np.all(live == 200 * count)


def test_a_smaller_raid_is_a_part_of_a_larger_one(tmp_path: Path) -> None:
    """With a round for every shot no object concerns another: what leaks of the smaller raid leaks
    of the larger one too, trial by trial, so that no world has fewer."""
    path = tmp_path / "many.toml"
    path.write_text(TABLE.replace("round = 6", "round = 40"), encoding="utf-8")
    study = mcdefense.sweep(path, over={"raid.salvo.count": [2, 3, 4, 8]})
    leaked = np.stack([point.tally["leaked"][:, :, -1] for point in study.points])
    assert np.all(np.diff(leaked, axis=0) >= 0)
    own = [
        mcdefense.simulate(mcdefense.load(path, {"raid.salvo.count": n})).tally["leaked"][:, :, -1]
        for n in (2, 3, 4, 8)
    ]
    assert np.array_equal(own[-1], leaked[-1])
    # A planted fault: numbered by their own raids, the objects' luck would be another.
    assert not np.array_equal(np.stack(own), leaked)


def test_the_base_has_the_scenarios_own_values(grid: tuple[Study, Path]) -> None:
    study, _ = grid
    assert study.base == study.place(1, 1)
    assert study.label(study.base) == f"raid.salvo.count = 4, {ROUNDS} = 6"
    assert np.all(study.estimates["change_expected_leakers"][1, 1] == 0)
    point, base = study.points[0].tally, study.points[study.base].tally
    change = (point["leaked"][..., -1].sum(0) - base["leaked"][..., -1].sum(0)) / base.trials
    assert np.allclose(study.estimates["change_expected_leakers"][0, 0], change)
    assert np.all(study.estimates["paired"] == 1)


def test_a_file_gives_the_study_back(grid: tuple[Study, Path]) -> None:
    study, path = grid
    assert same(study, read_study(path))
    assert names(path.parent) == ["s.h5"]


def test_other_tools_open_the_file(grid: tuple[Study, Path]) -> None:
    xarray = pytest.importorskip("xarray")
    study, path = grid
    for group in ("", "tally", "worlds"):
        opened = xarray.open_dataset(path, engine="h5netcdf", group=group or None)
        ours = mcdefense.to_xarray(study, group)
        assert dict(opened.sizes) == dict(ours.sizes)
        for name, array in ours.data_vars.items():
            assert opened[name].dims == array.dims, name
            assert np.array_equal(opened[name].values, array.values) or np.allclose(
                opened[name].values.astype(float), array.values.astype(float), equal_nan=True
            ), name
    axis = xarray.open_dataset(path, engine="h5netcdf").raid_salvo_count
    assert axis.attrs["path"] == "raid.salvo.count"
    assert axis.values.tolist() == [2, 4, 5]
    leakers = mcdefense.to_xarray(study).expected_leakers
    assert leakers.dims == ("raid_salvo_count", "battery_site_magazine_round", "architecture")
    with h5py.File(path) as file:
        assert file.attrs["marking"] == "NOTIONAL"
        assert file["tally/leaked"].dims[0].keys() == ["raid_salvo_count"]


@pytest.mark.parametrize("after", [1, 4, 9])
def test_killed_and_resumed_equals_uninterrupted(
    table: Path, grid: tuple[Study, Path], tmp_path: Path, after: int
) -> None:
    """Asked to stop after so many blocks of a hundred trials, within a point or between two."""
    path, blocks = tmp_path / "s.h5", [0]
    over = {"raid.salvo.count": [2, 4, 5], ROUNDS: [4, 6]}

    def count(_: object) -> None:
        blocks[0] += 1

    options = mcdefense.RunOptions(batch=100, checkpoint_every_s=0, devices=1)
    monitor = Monitor(count, lambda: blocks[0] >= after)
    with pytest.raises(Interrupted, match="of 6 points done; go on with `resume`"):
        prepared(table, path, over, None, (), options).run(monitor)
    assert names(tmp_path) == ["s.h5.part"]
    assert 0 < len(read_study(tmp_path / "s.h5.part").unfinished) <= 6
    with pytest.raises(InputError, match="an unfinished study is saved here"):
        mcdefense.sweep(table, path, over=over)
    resumed = mcdefense.sweep(table, path, over=over, options=mcdefense.RunOptions(resume=True))
    assert same(resumed, grid[0])
    assert same(read_study(path), grid[0])
    assert names(tmp_path) == ["s.h5"]
    other = {"raid.salvo.count": [2, 4]}
    with pytest.raises(InputError, match="is of another study"):
        mcdefense.sweep(table, path, over=other, options=mcdefense.RunOptions(resume=True))


def test_numbers_of_numpy_are_numbers(table: Path) -> None:
    """Along an axis they are as Python has them: the base is where the scenario's own is."""
    over: dict[str, Any] = {
        "raid.salvo.count": np.array([2, 4]),
        "raid.scale": np.array([1.0, 2.0], np.float32),
    }
    study = mcdefense.sweep(table, over=over)
    assert [axis.values for axis in study.axes] == [(2, 4), (1.0, 2.0)]
    assert {type(value) for axis in study.axes for value in axis.values} == {int, float}
    assert study.base == study.place(1, 0)
    with pytest.raises(InputError, match="got 2 twice"):
        mcdefense.sweep(table, over={"raid.salvo.count": [2, np.int64(2)]})


def test_named_cases_may_have_other_names(table: Path, tmp_path: Path) -> None:
    """A case with rounds of another interceptor: the base has none of them."""
    text = table.read_text(encoding="utf-8").replace(
        "[threat.warhead]", "[interceptor.gun]\nagainst.warhead = { sspk = 0.5 }\n[threat.warhead]"
    )
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")
    cases: dict[str, dict[str, object]] = {
        "fewer": {ROUNDS: 3},
        "guns": {"battery.site.magazine": {"round": 6, "gun": 2}},
    }
    study = mcdefense.sweep(path, tmp_path / "s.h5", cases=cases)
    assert study.axes[0].values == ("base", "fewer", "guns")
    assert study.points[0].tally.axes.interceptor == ("round", "gun")
    assert same(study, read_study(tmp_path / "s.h5"))
    assert np.all(study.estimates["change_expected_leakers"][1] > 0)


def test_the_raids_scale_rounds_halves_up(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    text = TABLE.replace("[raid.salvo]", "[raid]\nscale = 0.5\n[raid.salvo]")
    path.write_text(text.replace("count   = 4", "count   = 5"), encoding="utf-8")
    assert mcdefense.load(path).raid_scale == 0.5
    study = mcdefense.sweep(path, over={"raid.scale": [0.5, 0.1, 0.7, 1, 2]})
    live = [int(point.tally["live"].sum()) // 400 for point in study.points]
    assert live == [3, 1, 4, 5, 10]
    assert study.base == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--over", "raid.nothing.count=1,2"],
            "--over: raid.nothing.count: the path matches nothing",
        ),
        (
            ["--over", ROUNDS.replace("magazine", "magazin") + "=1,2"],
            "--over: battery.site.magazin: unknown key; did you mean 'magazine'?",
        ),
        (["--over", f"{ROUNDS}="], f"--over: {ROUNDS}: got no value"),
        (["--over", f"{ROUNDS}=4,-1"], f"--over: {ROUNDS}: got -1, expected a whole number"),
        (["--over", "raid.scale=1,-1"], "--over: raid.scale: got -1, expected a number from 0"),
        (
            ["--over", "battery.site.magazine=4,8"],
            "--over: battery.site.magazine: got 4, expected a table of rounds, or "
            "battery.site.magazine.ROUND for one kind of them, ROUND of round",
        ),
        ([], "--over: got neither a grid nor named cases"),
        (["--case", "base=raid.salvo.count=3"], "--case: base: is the scenario as it stands"),
        (["--case", "x=raid.salvo.count=-3"], "--case: x: raid.salvo.count: got -3"),
        (["--over", f"{ROUNDS}=4", "--case", "x=raid.salvo.count=3"], "a grid beside named cases"),
        (["--over", f"{ROUNDS}=1:100:1", "--over", "raid.salvo.count=1:101:1"], "10,100 points"),
    ],
)
def test_bad_requests_are_refused(
    table: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = command("sweep", table, "-o", tmp_path / "s.h5", *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert names(tmp_path) == []


def test_screen_json_and_figure(grid: tuple[Study, Path], tmp_path: Path) -> None:
    _, path = grid
    shown = command("show", path)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.startswith("NOTIONAL  Four threats, two shots each\n")
    assert "6 points of 2 worlds x 200 trials" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert '"raid.salvo.count": 2' in command("show", path, "--json").stdout
    refused = command("show", path, "--by", "class")
    assert refused.exit_code == 2
    assert "run makes a result of one of its points, with the values of that" in refused.stderr
    pytest.importorskip("matplotlib")
    drawn = command("plot", path, "-o", tmp_path / "c.svg")
    assert drawn.exit_code == 0, drawn.stderr
    text = (tmp_path / "c.svg").read_text(encoding="utf-8")
    assert "NOTIONAL" in text
    assert "raid.salvo.count = 5" in text
    wrong = command("plot", path, "leak", "-o", tmp_path / "l.svg")
    assert wrong.exit_code == 2
    assert "is no figure of a study" in wrong.stderr


def test_a_scenario_may_hold_its_study(tmp_path: Path) -> None:
    """`[study]` gives the axes, cases and options that the command line does not."""
    path = tmp_path / "t.toml"
    text = TABLE.replace("[architecture.alone]", "{}\n[architecture.alone]")
    path.write_text(text.replace("{}", '[study.over]\n"raid.salvo.count" = "2:4:2"'), "utf-8")
    study = mcdefense.sweep(path)
    assert (study.axes[0].path, study.axes[0].values) == ("raid.salvo.count", (2, 4))
    given = mcdefense.sweep(path, over={"raid.salvo.count": [3, 4]})
    assert given.axes[0].values == (3, 4)
    cases = "[study.case.fewer]\nbattery.site.magazine.round = 3"
    path.write_text(text.replace("{}", cases), "utf-8")
    assert mcdefense.sweep(path).axes[0].values == ("base", "fewer")
    option = '[study.option.more]\ncost = 2.0\nset = { "battery.site.magazine.round" = 9 }'
    path.write_text(text.replace("{}", option), "utf-8")
    found = mcdefense.worth(path, {})
    assert (found.options[0].name, found.options[0].cost) == ("more", 2.0)
    assert found.saved["more"][0][0] > 0
    path.write_text(text.replace("{}", "[study.option.more]\ncost = -1.0"), "utf-8")
    done = command("worth", path)
    assert done.exit_code == 2
    assert "study.option.more.cost: got -1.0, expected a number above 0" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--over", "battery.deveselu.channels=3,4"),
        ("--case", "x=battery.deveselu.channels=3"),
    ],
)
def test_a_sweep_along_a_single_place_that_may_be_real_is_refused(
    tmp_path: Path, words: tuple[str, str]
) -> None:
    flank = Path(__file__).parents[2] / "configs" / "eastern_flank.toml"
    done = command("sweep", flank, *words, "-o", tmp_path / "s.h5")
    assert done.exit_code == 2
    assert "changes [battery.deveselu] alone, a place with a source" in done.stderr
    assert not list(tmp_path.iterdir())
