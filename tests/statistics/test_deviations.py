"""What worlds and trials differ by, and the shape of a run that follows from it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from mcdefense.statistics import Deviations, Plans, Result, deviations_of, estimate, headline
from tests.statistics.counted_by_hand import count

LEVELS = np.array([2, 4, 6, 8])
TRIALS = 50
NAMES = ("architecture_0", "architecture_1")


def result_of(plan: list[str], weights: str = "{}") -> Result:
    """Worlds whose trials have one leaker more or fewer than their level, of ten, in turns; in the
    second architecture nothing leaks."""
    x = np.zeros((len(LEVELS), TRIALS, 2, 1), np.int64)
    x[:, ::2, 0, 0], x[:, 1::2, 0, 0] = LEVELS[:, None] + 1, LEVELS[:, None] - 1
    tally = count(x, np.full((len(LEVELS), TRIALS, 1), 10))
    result = Result(tally, estimate(tally), plan=np.array(plan, object))
    return replace(result, provenance={"seed": 1, "plan_weights": weights})


def test_worlds_and_trials_are_told_apart() -> None:
    """Trials lie 1 beside their world's mean, with 50 and not 49 degrees of freedom 50/49; the
    means 2, 4, 6, 8 have variance 20/3, of which 50/49/50 is the trials'."""
    for names in (NAMES, (NAMES[0], NAMES[0])):
        found = deviations_of(result_of(["all"] * 4), *names)
        assert found.trials == pytest.approx(math.sqrt(50 / 49))
        assert found.worlds == pytest.approx(math.sqrt(20 / 3 - 1 / 49))


def test_what_plans_differ_by_is_no_spread() -> None:
    """Of plans with worlds 2, 4 and 6, 8, each half of the worlds, either has variance 2."""
    found = deviations_of(
        result_of(["calm", "calm", "storm", "storm"], '{"calm": 1, "storm": 1}'), *NAMES
    )
    assert found.worlds == pytest.approx(math.sqrt(2 - 1 / 49))


def test_the_half_width_is_that_of_the_two_variances() -> None:
    spread = Deviations(worlds=0.3, trials=4.0)
    half = spread.half_width(100, 25)
    assert half == pytest.approx(1.959964 * math.sqrt((0.09 + 16 / 25) / 100))
    assert spread.worlds_for(half, 25) == 100
    assert spread.worlds_for(half / 2, 25) == 400


def test_no_other_shape_of_the_same_cost_is_shorter() -> None:
    """A world costs as much as 250 trials."""
    spread, cost = Deviations(worlds=0.3, trials=4.0), 1e6
    best = spread.best_trials(250.0, 1.0)

    def half_width(trials: float) -> float:
        variance = spread.worlds**2 + spread.trials**2 / trials
        return math.sqrt(variance * (250.0 + trials) / cost)

    assert best == pytest.approx(4.0 / 0.3 * math.sqrt(250.0))
    assert all(half_width(best) < half_width(best * factor) for factor in (0.8, 0.99, 1.01, 1.25))
    assert Deviations(0.0, 1.0).best_trials(1.0, 1.0) == math.inf


def test_the_headline_alone_is_that_of_all_estimates() -> None:
    result = result_of(["calm", "calm", "storm", "storm"])
    plans = Plans(result.plan, {"calm": 0.8, "storm": 0.2})
    all_of_them = estimate(result.tally, plans=plans)
    ends = ("", "_low", "_high")
    difference = [float(all_of_them[f"difference_expected_leakers{end}"][0]) for end in ends]
    alone = [float(all_of_them[f"expected_leakers{end}"][0]) for end in ends]
    assert headline(result.tally, *NAMES, plans) == tuple(difference)
    assert headline(result.tally, NAMES[0], NAMES[0], plans) == tuple(alone)
    assert difference[0] == pytest.approx(-(0.8 * 3 + 0.2 * 7))
