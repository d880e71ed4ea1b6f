"""How much worlds and trials differ, and which numbers of them are worth their time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.anew import weights_of
from mcdefense.statistics.intervals import NORMAL_CRITICAL
from mcdefense.statistics.paired import differences
from mcdefense.statistics.result import Result
from mcdefense.statistics.sample import sample_of
from mcdefense.statistics.sampling import safe_divide, spread_of_worlds


@dataclass(frozen=True)
class Deviations:
    """Standard deviations of the headline, leakers a raid: of the `worlds`' own means, each of
    endless trials, within plans; and of one of the `trials` of a world."""

    worlds: float
    trials: float

    def half_width(self, worlds: int, trials: int) -> float:
        """About half the width of the 95 % interval of a run of that shape, leakers a raid."""
        variance = (self.worlds**2 + self.trials**2 / trials) / worlds
        return NORMAL_CRITICAL * math.sqrt(variance)

    def worlds_for(self, half_width: float, trials: int) -> int:
        """Worlds of so many trials of which the interval has about this half-width."""
        return max(math.ceil((self.half_width(1, trials) / half_width) ** 2), 1)

    def best_trials(self, world_cost: float, trial_cost: float) -> float:
        """Trials a world of the run that costs least for any half-width, where a world costs so
        much and each of its trials so much. Infinite where worlds do not differ.

        (W. G. Cochran, Sampling Techniques, 3rd ed., 1977, section 10.6: subsamples of equal size.)
        """
        if self.worlds == 0:
            return math.inf
        return self.trials / self.worlds * math.sqrt(world_cost / trial_cost)


def deviations_of(result: Result, baseline: str, compare: str) -> Deviations:
    """Those of the difference in leakers of two architectures, or of the leakers of one where both
    are the same. The result has two or more worlds of two or more trials."""
    tally, axes = result.tally, result.tally.axes
    sample = sample_of(tally, result.plan, weights_of(result.provenance))
    a, b = axes.architecture.index(baseline), axes.architecture.index(compare)
    if a == b:
        x, squares = tally["leaked"][:, a, -1], tally["leakers_squared"][:, a, -1]
    else:
        pairs = result.pairs
        change = differences(sample, pairs)
        pair = pairs.index((a, b) if (a, b) in pairs else (b, a))
        x, squares = change.sums[:, pair, -1], change.squares[:, pair, -1]
    n = tally["trials"].astype(np.float64)
    of_trials = safe_divide(squares - safe_divide(x.astype(np.float64) ** 2, n), n - 1)
    within = float(sample.weighted(of_trials * n).sum() / sample.trials)
    scaled, trials = sample.weighted(x).astype(np.float64), sample["trials"].astype(np.float64)
    mean = np.asarray(scaled.sum() / trials.sum())
    variance, _ = spread_of_worlds(mean, scaled, trials, sample.strata)
    between = float(variance) * len(n) - within / float(n.mean())
    return Deviations(math.sqrt(max(between, 0.0)), math.sqrt(max(within, 0.0)))
