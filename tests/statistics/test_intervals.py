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
