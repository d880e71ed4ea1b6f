"""Do the intervals of a mixture of plans hold the truth 95 times in 100? Over 4,000 runs a case.

The standard error of a coverage is .0034, so .93 to .97, two hundredths either way, are missed by
an interval that covers .95 in 1 seed of 100 million. Reseeded, the bar is a hundredth wider.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mcdefense.statistics import Plans
from tests.statistics.coverage_models import Worlds, alike, beta
from tests.statistics.coverage_study import (
    BY_CLASS,
    BY_PAIR,
    Runs,
    covered,
    draw,
    ends_by_class,
    ends_by_pair,
)

RUNS = 4000
LEAST, MOST = 0.93, 0.97
LEAK, MEAN, CLEAN, CHANGE = BY_CLASS


@dataclass(frozen=True)
class Mixture:
    """Plans by weight: a model and a number of worlds each, of so many trials."""

    weights: tuple[float, ...]
    models: tuple[Worlds, ...]
    worlds: tuple[int, ...]
    trials: int = 200
    pairs: bool = False

    def draw(self, rng: np.random.Generator, runs: int) -> tuple[Runs, dict[str, np.ndarray]]:
        """Runs of all plans' worlds, and the true figures of the mixture."""
        drawn, truths = [], []
        for model, worlds in zip(self.models, self.worlds, strict=True):
            of_plan, truth = draw(model, worlds, self.trials, runs, rng, nearby=False)
            drawn.append(of_plan)
            truths.append(truth)
        sums = {
            name: np.concatenate([one.sums[name] for one in drawn], axis=1)
            for name in drawn[0].sums
        }
        size = np.concatenate([one.size for one in drawn], axis=1)
        # All raids are of four threats, so every figure is a mean over plans.
        truth = {
            name: np.asarray(sum(w * t[name] for w, t in zip(self.weights, truths, strict=True)))
            for name in truths[0]
        }
        return Runs(self.trials, size, sums), truth

    @property
    def plans(self) -> Plans:
        names = [f"plan {i}" for i in range(len(self.weights))]
        drawn = [n for n, worlds in zip(names, self.worlds, strict=True) for _ in range(worlds)]
        return Plans(drawn, dict(zip(names, self.weights, strict=True)))


FAR = (alike(0.05, 0.04), beta(4, 16), beta(10, 10))
WEIGHTS = (0.2, 0.5, 0.3)
CASES = {
    "quota": Mixture(WEIGHTS, FAR, (8, 20, 12)),
    "quota of 100": Mixture(WEIGHTS, FAR, (20, 50, 30), 64),
    "far from the quota": Mixture(WEIGHTS, FAR, (20, 10, 10)),
    "few of each": Mixture(WEIGHTS, FAR, (4, 10, 6)),
    "three of one plan": Mixture((0.3, 0.7), (beta(2, 8), beta(8, 8)), (3, 7)),
    "a rare plan": Mixture((0.05, 0.95), (beta(8, 8), beta(4, 16)), (3, 57), 64),
    "leaks in one plan only": Mixture((0.5, 0.5), (alike(0.0, 0.0), beta(4, 16)), (10, 10)),
    "equal worlds": Mixture(
        (0.25, 0.75), (alike(0.2, 0.14), alike(0.4, 0.3)), (5, 15), 20, pairs=True
    ),
    "worlds of one trial": Mixture((0.25, 0.75), (alike(0.2, 0.1), alike(0.4, 0.3)), (25, 75), 1),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mixture_of_plans(case: str, seed: int) -> None:
    mixture = CASES[case]
    runs, truth = mixture.draw(np.random.default_rng([seed, len(case)]), RUNS)
    ends = ends_by_class(runs, BY_CLASS, mixture.plans)
    if mixture.pairs:
        ends |= ends_by_pair(runs.part(0, 1000), BY_PAIR, mixture.plans)
    slack = 0.0 if seed == 1 else 0.01
    for name, of_all in ends.items():
        found = covered(of_all, truth[name]).holds
        assert LEAST - slack <= found <= MOST + slack, f"{name}: {found}"


def test_plans_taken_for_one_sample_fall_out_of_the_bar(seed: int) -> None:
    """The study can fail: worlds far from the quota without weights are a mean of other plans. It
    covers .785 of these 400 runs, 5 standard errors below what is asked of it here."""
    mixture = CASES["far from the quota"]
    runs, truth = mixture.draw(np.random.default_rng(seed), 400)
    assert covered(ends_by_class(runs, (LEAK,))[LEAK], truth[LEAK]).holds < 0.9
