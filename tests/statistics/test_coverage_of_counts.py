"""Coverage where all depends on a count or two: summed up over every outcome, nothing simulated.

Raids of one threat in a single world, so leakers are binomial. One tally holds every outcome, as
threat classes side by side; `estimate` gives each its interval; the coverage at a probability is
the probability of the outcomes whose interval holds it.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, poisson

from mcdefense.statistics import estimate
from tests.statistics.coverage_study import Runs, as_classes, ends_by_pair
from tests.support.validation_record import Record

TRIALS = 1000
BAR = (0.935, 0.965)
OCTAVES = [(0.25, 0.5), (0.5, 1), (1, 2), (3, 6), (6, 12), (12, 24), (24, 48)]
POINTS = 20
"""Probabilities looked at in an octave, evenly spaced by their logarithm."""

COUNTS = pytest.mark.claim(
    "intervals", "Coverage of a count, averaged over an octave", oracle="sum over all outcomes"
)


def within(octave: tuple[float, float]) -> np.ndarray:
    return np.geomspace(*octave, POINTS)


def of_outcomes(first: np.ndarray, second: np.ndarray, both: np.ndarray) -> Runs:
    """Every outcome a run: trials with a leaker under either architecture, and under both."""
    sums = {
        "first": first,
        "second": second,
        "first_squared": first,
        "second_squared": second,
        "product": both,
        "first_clean": TRIALS - first,
        "second_clean": TRIALS - second,
        "both_clean": TRIALS - first - second + both,
    }
    arrays = {name: array[:, np.newaxis] for name, array in sums.items()}
    return Runs(TRIALS, np.ones((len(first), 1), np.int64), arrays)


def coverage_of_leak_probability(expected: np.ndarray) -> np.ndarray:
    """Coverage at each of these expected numbers of leakers."""
    leakers = np.arange(int(2 * expected.max() + 20))
    found = estimate(as_classes(of_outcomes(leakers, leakers, leakers)))
    low, high = (found["leak_probability" + end][0][:, np.newaxis] for end in ("_low", "_high"))
    p = expected / TRIALS
    chance = binom.pmf(leakers[:, np.newaxis], TRIALS, p)
    return np.sum(chance * ((low <= p) & (p <= high)), axis=0)


def coverage_of_difference(differing: np.ndarray, share: float) -> np.ndarray:
    """Coverage at each of these expected numbers of trials in which just one architecture has a
    leaker, in a `share` of them the first."""
    most = int(differing.max() + 7 * np.sqrt(differing.max()) + 7)
    more, fewer = (x.ravel() for x in np.meshgrid(np.arange(most), np.arange(most)))
    likely = more + fewer < most
    more, fewer = more[likely], fewer[likely]
    found = estimate(as_classes(of_outcomes(more, fewer, np.zeros_like(more))))
    low, high = (
        found["difference_leak_probability" + end][0][:, np.newaxis] for end in ("_low", "_high")
    )
    p, q = share * differing / TRIALS, (1 - share) * differing / TRIALS
    of_more = np.asarray(binom.pmf(np.arange(most)[:, np.newaxis], TRIALS, p))
    of_fewer = binom.pmf(fewer[:, np.newaxis], TRIALS - more[:, np.newaxis], q / (1 - p))
    change = q - p  # the second is compared to the first
    return np.sum(of_more[more] * of_fewer * ((low <= change) & (change <= high)), axis=0)


def coverage_of_helped(worlds: int, share: np.ndarray) -> np.ndarray:
    """Coverage of the share of worlds helped, where trials leave no doubt which worlds those are.

    In a world helped the first architecture leaks in 40 trials of 40, in the others neither does.
    """
    helped = np.arange(worlds + 1)
    leakers = 40 * (np.arange(worlds) < helped[:, np.newaxis])
    none = np.zeros_like(leakers)
    sums = {
        "first": leakers,
        "second": none,
        "first_squared": leakers,
        "second_squared": none,
        "product": none,
        "first_clean": 40 - leakers,
        "second_clean": none + 40,
        "both_clean": 40 - leakers,
    }
    ends = ends_by_pair(Runs(40, none + 1, sums), ("worlds_helped",))["worlds_helped"]
    low, high = ends[:, :1], ends[:, 1:]
    chance = binom.pmf(helped[:, np.newaxis], worlds, share)
    return np.sum(chance * ((low <= share) & (share <= high)), axis=0)


@COUNTS
def test_leak_probability(record: Record) -> None:
    """Within the bar on average from 3 leakers expected on, and everywhere from 13 on."""
    for octave in OCTAVES:
        cover = coverage_of_leak_probability(within(octave))
        least, most = BAR if octave[0] >= 3 else (0.955, 1.0)
        record.between(
            f"{octave[0]:g} to {octave[1]:g} leakers expected: leak probability",
            least=least,
            most=most,
            estimated=float(cover.mean()),
            note=f"at every single number {cover.min():.3f} to {cover.max():.3f}",
        )
        assert cover.min() > (0.915 if octave[0] >= 2 else 0.955)
    everywhere = coverage_of_leak_probability(np.linspace(13, 60, 200))
    assert BAR[0] <= everywhere.min() <= everywhere.max() <= BAR[1]


@COUNTS
@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
def test_difference(share: float, record: Record) -> None:
    """Within the bar on average from 6 differing trials on, never far below it."""
    for octave in OCTAVES[2:-1]:
        cover = coverage_of_difference(within(octave), share)
        least, most = BAR if octave[0] >= 6 else (0.95, 1.0)
        record.between(
            f"{octave[0]:g} to {octave[1]:g} trials differ, {share:.0%} for the better: difference",
            least=least,
            most=most,
            estimated=float(cover.mean()),
            note=f"at every single number {cover.min():.3f} to {cover.max():.3f}",
        )
        assert cover.min() > 0.93


@COUNTS
@pytest.mark.parametrize("worlds", [5, 10, 20, 64])
def test_worlds_helped(worlds: int, record: Record) -> None:
    """Within the bar on average if 3 worlds or more are expected on either side."""
    for low, high in [(0.02, 0.05), (0.05, 0.15), (0.15, 0.35), (0.35, 0.65), (0.65, 0.85)]:
        cover = coverage_of_helped(worlds, np.linspace(low, high, POINTS))
        enough = worlds * min(low, 1 - high) >= 3
        least, most = BAR if enough else (0.95, 1.0)
        record.between(
            f"{low:.0%} to {high:.0%} of {worlds} worlds helped",
            least=least,
            most=most,
            estimated=float(cover.mean()),
            note=f"at every single share {cover.min():.3f} to {cover.max():.3f}",
        )
        assert cover.min() > 0.91


@COUNTS
def test_verdicts_on_equal_worlds(record: Record, seed: int) -> None:
    """Where joining changes nothing, a world is called helped or hurt 1 time in 20 at most: with a
    margin of none, since a margin leaves less to be called.

    2,000 worlds; with a chance of .05 the count exceeds the bound once in 30,000 seeds.
    """
    rng = np.random.default_rng(seed)
    cells = rng.multinomial(200, [0.1, 0.1, 0.8], size=2000)  # either leaks, or neither
    first, second = cells[:, 0], cells[:, 1]
    tally = as_classes(
        Runs(
            200,
            np.ones((1, 2000), np.int64),
            {
                "first": first[np.newaxis],
                "second": second[np.newaxis],
                "first_squared": first[np.newaxis],
                "second_squared": second[np.newaxis],
                "product": np.zeros((1, 2000), np.int64),
                "first_clean": 200 - first[np.newaxis],
                "second_clean": 200 - second[np.newaxis],
                "both_clean": 200 - (first + second)[np.newaxis],
            },
        )
    )
    found = estimate(tally, margin=0.0)
    wrong = float(found["worlds_helped"][0] + found["worlds_hurt"][0])
    record.between("no world differs: called helped or hurt", least=0.0, most=0.07, estimated=wrong)
    assert wrong > 0.02  # and the trials do decide


@COUNTS
def test_no_interval_of_a_count_covers_rare_leakers_within_the_bar(record: Record) -> None:
    """An interval holds a rate for the counts of some set, from one number to another.

    At these rates no such set has a probability within the bar, so no interval covers within it.
    """

    def best(rate: float) -> float:
        up_to = np.concatenate([[0.0], poisson.cdf(np.arange(120), rate)])
        every_set = up_to[np.newaxis, :] - up_to[:, np.newaxis]
        return float(every_set.flat[np.argmin(np.abs(every_set - 0.95))])

    for low, high in [
        (0.001, 0.035),
        (0.068, 0.29),
        (0.415, 0.705),
        (0.915, 1.21),
        (1.5, 1.77),
        (2.13, 2.38),
    ]:
        offs = [abs(best(rate) - 0.95) for rate in np.linspace(low, high, 50)]
        record.between(
            f"{low} to {high} leakers expected: from .95 to the nearest coverage possible",
            least=BAR[1] - 0.95,
            most=0.05,
            estimated=min(offs),
        )
    assert all(BAR[0] <= best(rate) <= BAR[1] for rate in np.linspace(2.5, 50, 500))
