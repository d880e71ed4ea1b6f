"""Intervals against distributions summed up term by term."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcdefense.statistics.closed_forms.distribution import binomial, poisson
from mcdefense.statistics.closed_forms.shots import zero_failure_bound
from mcdefense.statistics.intervals import (
    proportion_interval,
    rate_interval,
    skewed_critical,
    spread_interval,
    t_critical,
    zero_success_bound,
)


@pytest.mark.parametrize(("successes", "trials"), [(1, 5), (3, 20), (7, 8), (40, 100), (1, 1000)])
def test_mid_p_ends_leave_a_fortieth_on_each_side(successes: int, trials: int) -> None:
    low, high = proportion_interval(successes, trials)
    at_low, at_high = binomial(trials, float(low)), binomial(trials, float(high))
    assert at_low[successes + 1 :].sum() + at_low[successes] / 2 == pytest.approx(0.025, abs=1e-9)
    assert at_high[:successes].sum() + at_high[successes] / 2 == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize("events", [1, 4, 30])
def test_mid_p_of_a_rate(events: int) -> None:
    low, high = rate_interval(events)
    at_low, at_high = (poisson(float(m), events)[: events + 1] for m in (low, high))
    assert 1 - at_low.sum() + at_low[events] / 2 == pytest.approx(0.025, abs=1e-9)
    assert at_high[:events].sum() + at_high[events] / 2 == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize("trials", [1, 5, 1000, 10**9])
def test_nothing_seen_gives_the_zero_failure_bound_and_its_mirror(trials: int) -> None:
    low, high = proportion_interval([0, trials], trials)
    bound = zero_failure_bound(trials)
    assert low == pytest.approx([0, 1 - bound], abs=1e-15)
    assert high == pytest.approx([bound, 1], rel=1e-12)
    assert zero_success_bound(trials) == pytest.approx(bound, rel=1e-12)


def test_no_trials_say_nothing_and_no_events_have_a_width() -> None:
    low, high = proportion_interval(0, 0)
    assert (low, high) == (0, 1)
    assert rate_interval(0) == (0, pytest.approx(-math.log(0.05)))


def test_large_counts_approach_the_normal_interval() -> None:
    n, p = 1e10, 0.3
    low, high = proportion_interval(p * n, n)
    half = 1.959964 * math.sqrt(p * (1 - p) / n)
    assert (high - low) / 2 == pytest.approx(half, rel=1e-4)
    assert (high + low) / 2 == pytest.approx(p, abs=1e-9)


def test_exact_coverage_of_the_proportion_is_near_nominal() -> None:
    """Summed up, not simulated: on average over p nearly .95, and above .91 for each (n=64)."""
    shares = np.linspace(0.02, 0.98, 97)
    low, high = proportion_interval(np.arange(65), 64)
    coverage = np.array([binomial(64, p)[(low <= p) & (p <= high)].sum() for p in shares])
    assert coverage.mean() == pytest.approx(0.95, abs=0.01)
    assert coverage.min() > 0.91


def test_student_critical_values_of_the_printed_tables() -> None:
    assert t_critical([1, 4, 30, 1e12]) == pytest.approx(
        [12.7062, 2.7764, 2.0423, 1.9600], abs=1e-4
    )
    assert t_critical(0) == math.inf


def test_a_skewed_sample_reaches_further_on_its_long_side() -> None:
    down, up = skewed_critical(2.0, [0.0, 1.0, -1.0], 20)
    assert (down[0], up[0]) == (2.0, 2.0)
    assert down[1] < 2 < up[1]
    assert (down[2], up[2]) == (pytest.approx(up[1]), pytest.approx(down[1]))
    bend = 1 / (3 * math.sqrt(20))
    t = -up[1]  # Hall's transformation, forwards
    assert t + bend * t**2 + bend**2 * t**3 / 3 + bend / 2 == pytest.approx(-2.0, abs=1e-12)


def test_equal_worlds_give_nearly_the_interval_of_the_count() -> None:
    """Three of 6,400 trials in 64 worlds: as many in one sample, by mid-P."""
    share, worlds = 3 / 6400, 64
    low, high = spread_interval(share, share / 6400, share / 6400, worlds, 1.0)
    as_count = proportion_interval(3, 6400)
    assert (low, high) == (pytest.approx(as_count[0], rel=0.1), pytest.approx(as_count[1], rel=0.1))


def test_unlike_worlds_lean_and_the_opposite_is_the_mirror_image() -> None:
    low, high = spread_interval([0.1, 0.9, 0.5], 0.002, 1e-5, 12, 1.0)
    assert high[0] - 0.1 > 2 * (0.1 - low[0])
    assert (low[1], high[1]) == (pytest.approx(1 - high[0]), pytest.approx(1 - low[0]))
    assert high[2] - 0.5 == pytest.approx(0.5 - low[2])
    assert np.all((low > 0) & (high < 1))


def test_a_mean_without_a_largest_value_is_a_small_share_of_a_large_one() -> None:
    worlds, mean, variance, chance = 8, 2.5, 0.3, 0.05
    bare = spread_interval(mean, variance, chance, worlds)
    of_many = spread_interval(mean / 1e6, variance / 1e12, chance / 1e12, worlds, 1.0)
    assert np.array(bare) == pytest.approx(np.array(of_many) * 1e6, rel=1e-4)


def test_little_spread_gives_students_interval() -> None:
    low, high = spread_interval(0.3, 1e-10, 1e-12, 5, 1.0)
    assert (low, high) == (
        pytest.approx(0.3 - 2.776445e-5, abs=1e-9),
        pytest.approx(0.3 + 2.776445e-5, abs=1e-9),
    )


def test_two_worlds_that_differ_much_leave_everything_open() -> None:
    assert spread_interval(0.1, 0.01, 1e-4, 2, 1.0)[1] == 1
    assert spread_interval(0.1, 0.01, 1e-4, 2)[1] == math.inf
