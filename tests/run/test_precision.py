"""A run to a precision has the worlds that it needs, however it is cut, and its interval covers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mcdefense.errors import InputError
from mcdefense.run import Monitor, Precision, RunOptions, merge_files, precision
from mcdefense.run.job import Interrupted, run_to_file
from mcdefense.run.precision import Aim, Look, worlds_needed
from mcdefense.run.simulator import Simulator
from mcdefense.scenario import loads
from mcdefense.statistics import Axes, Result, Tally
from mcdefense.statistics.leakage import expected_leakers, leak_probability, of_all_classes
from mcdefense.statistics.paired import difference_expected_leakers, differences
from mcdefense.statistics.sample import Sample
from mcdefense.store import read
from tests.support.same_file import assert_same_content
from tests.support.small_scenarios import LAYDOWN

TRIALS, MOST = 16, 2560


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0.05", Precision(0.05, False)),
        ("1%", Precision(0.01, True)),
        (".5", Precision(0.5, False)),
    ],
)
def test_a_precision_is_in_leakers_or_a_share(text: str, found: Precision) -> None:
    assert Precision.parse(text) == found
    assert Precision.parse(str(found)) == found
    assert found.leakers(-20.0) == (0.2 if found.is_share else found.value)


@pytest.mark.parametrize("text", ["", "0", "-1", "0%", "1e-3", "5 %%", "nan", "one"])
def test_other_texts_are_faults(text: str) -> None:
    with pytest.raises(InputError, match=r"expected leakers above 0, such as 0\.05, or a share"):
        Precision.parse(text)


def test_a_look_asks_for_some_more_worlds_than_seem_to_be_needed() -> None:
    assert Look(128, 3.0, 0.10, 0.10).reached
    assert Look(128, 3.0, 0.14, 0.10).next_worlds(10_000) == 276  # 128 x 1.1 x 1.4^2
    assert Look(128, 3.0, 9.00, 0.10).next_worlds(10_000) == 512  # at most four times
    assert Look(128, 3.0, 0.101, 0.10).next_worlds(10_000) == 144
    assert Look(128, 3.0, np.inf, 0.10).next_worlds(10_000) == 512
    assert Look(128, 3.0, 0.14, 0.10).next_worlds(200) == 200


Draw = Callable[[np.random.Generator], np.ndarray]
WORLDS: dict[str, tuple[Draw, float, float]] = {
    # Leakers a raid that joining saves, of worlds that are alike, skewed, or of two kinds: draws,
    # mean, and the standard deviation of a world's mean over TRIALS trials.
    "exponential": (lambda rng: rng.exponential(4.0, MOST), 4.0, np.sqrt(16 + 4 / TRIALS)),
    "alike": (lambda _: np.full(MOST, 4.0), 4.0, np.sqrt(4 / TRIALS)),
    "two_kinds": (
        lambda rng: np.where(rng.random(MOST) < 0.1, 12.0, 0.5),
        1.65,
        np.sqrt(0.09 * 11.5**2 + 1.65 / TRIALS),
    ),
}


def looks_at(saved: np.ndarray, squares: np.ndarray, wanted: float) -> Callable[[int], Look]:
    """Looks at the first worlds of a run in which joining saves so many leakers."""

    def look(worlds: int) -> Look:
        axes = Axes(("apart", "joined"), ("c",), ("b",), ("i",), ("a",), np.arange(worlds))
        tally = Tally.zeros(axes)
        tally["trials"][:] = TRIALS
        tally["live"][:] = 40 * TRIALS
        tally["live_squared"][:] = worlds * 1600 * TRIALS
        tally["leaked"][:, 0] = saved[:worlds, None]
        tally["leakers_squared"][:, 0] = squares[:worlds, None]
        sample = Sample(tally)
        mean = expected_leakers(sample, leak_probability(sample)[0])
        change = difference_expected_leakers(differences(sample, ((0, 1),)), mean)
        value, low, high = (float(end[0]) for end in of_all_classes(change))
        return Look(worlds, value, (high - low) / 2, wanted)

    return look


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("needed", [90, 400, 1200])
def test_the_interval_at_which_a_run_stops_covers(name: str, needed: int, seed: int) -> None:
    """Of 600 runs 93 to 97 % hold the true value; beyond 3.3 standard errors of those, one test in
    2,000 would alarm falsely if the coverage were just 93 or 97 %."""
    draw, mean, deviation = WORLDS[name]
    rng, runs = np.random.default_rng([seed, needed]), 600
    wanted = 1.96 * deviation / np.sqrt(needed)
    covered, sizes = 0, []
    for _ in range(runs):
        trials = rng.poisson(draw(rng)[:, None], (MOST, TRIALS))
        look = looks_at(trials.sum(axis=1), (trials**2).sum(axis=1), wanted)
        worlds = worlds_needed(look, MOST, MOST)
        found = look(worlds)
        assert found.reached
        covered += abs(-found.headline - mean) <= found.half_width
        sizes.append(worlds)
    slack = 3.3 * np.sqrt(0.07 * 0.93 / runs)
    assert 0.93 - slack < covered / runs < 0.97 + slack
    assert np.mean(sizes) < 1.6 * max(needed, precision.PILOT)


def run(
    path: Path,
    asked: Precision,
    stopped: Callable[[], bool] | None = None,
    worlds: int | None = None,
) -> Result:
    options = RunOptions(
        worlds, trials_per_world=20, seed=3, devices=1, resume=True, precision=asked
    )
    monitor = Monitor() if stopped is None else Monitor(stopped=stopped)
    return run_to_file(loads(LAYDOWN), path, options, monitor)


def half_width(result: Result) -> float:
    ends = [result.estimates[f"difference_expected_leakers_{end}"][0] for end in ("low", "high")]
    return float(ends[1] - ends[0]) / 2


def test_a_run_cut_anywhere_has_the_same_worlds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "PILOT", 8)
    first = run(tmp_path / "first.h5", Precision(1e-6, False), worlds=8)
    asked_for = Precision(half_width(first) / 1.5, False)
    whole = run(tmp_path / "whole.h5", asked_for)
    worlds = whole.tally.axes.world.size
    assert worlds > 8
    assert whole.provenance["worlds"] == worlds
    assert half_width(whole) <= asked_for.value
    path, stops = tmp_path / "cut.h5", 0
    while not path.exists():
        asked = iter(range(10_000))
        try:
            run(path, asked_for, lambda asked=asked: next(asked) >= 7)  # type: ignore[misc]
        except Interrupted:
            stops += 1
    assert stops >= 1
    assert_same_content(tmp_path / "whole.h5", path)
    again = run(path, Precision(2 * asked_for.value, False))  # precise enough: nothing is run
    assert again.tally.axes.world.size == worlds


def test_a_limit_that_is_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "PILOT", 8)
    result = run(tmp_path / "all.h5", Precision(0.001, True), worlds=12)
    assert result.tally.axes.world.size == 12
    text = str(result.provenance["warnings"])
    assert "the precision of 0.1% was not reached: 12 worlds, +-" in text
    assert merge_files([tmp_path / "all.h5"]).provenance["warnings"] == text


def warnings(result: Result) -> str:
    return str(result.provenance["warnings"])


def test_a_finished_run_is_judged_by_what_is_asked_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its warning is that of this request: gone once it is precise enough, told once it is not."""
    monkeypatch.setattr(precision, "PILOT", 8)
    path = tmp_path / "all.h5"
    assert "0.1% was not reached" in warnings(run(path, Precision(0.001, True), worlds=12))
    loose = run(path, Precision(1e6, False), worlds=12)
    assert "not reached" not in warnings(loose)
    assert "not reached" not in warnings(read(path))
    tight = run(path, Precision(0.002, True), worlds=12)
    assert "0.2% was not reached: 12 worlds" in warnings(tight)
    assert "0.2% was not reached: 12 worlds" in warnings(read(path))


def test_worlds_that_are_counted_already_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that has counted more than it needs tells the interval of all of it, so goes on if
    that is too wide: the first 8 worlds look alike, all 20 do not."""
    scenario = loads(LAYDOWN)
    monkeypatch.setattr(precision, "PILOT", 8)
    monkeypatch.setattr(
        precision, "headline_of", lambda _, part: (1.0, 0.1 * (part.worlds.size > 8))
    )
    part = Simulator(scenario, 3, 20, devices=1).simulate(np.arange(20))
    aim = Aim(scenario, Precision(0.05, False), 20, 100)
    assert aim.worlds(part.first(8)) == 8
    assert aim.worlds(part) > 20
    assert aim.missed == ["the precision of 0.05 was not reached: " + str(aim.last)]


def test_what_does_not_go_with_a_precision_is_a_fault() -> None:
    with pytest.raises(InputError, match="it takes neither `shard` nor `dask`"):
        RunOptions(precision=Precision(0.1, False), dask="local")
    scenario = loads(LAYDOWN, overrides=[("run.worlds", "5")])
    with pytest.raises(InputError, match=r"so does --set run\.worlds: name the most by `worlds`"):
        RunOptions(precision=Precision(0.1, False)).size(scenario)
