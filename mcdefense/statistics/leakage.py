"""Leak probabilities, expected leakers and P(no leakers) of each architecture."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.intervals import (
    NORMAL_CRITICAL,
    proportion_interval,
    rate_interval,
    zero_success_bound,
)
from mcdefense.statistics.sampling import (
    SamplingError,
    safe_divide,
    sampling_error,
    variance_by_trials,
    variance_by_worlds,
    worlds_with,
)
from mcdefense.statistics.tally import Tally

Estimate = tuple[np.ndarray, np.ndarray, np.ndarray]
"""An estimate with the ends of its 95 % interval."""


def with_total(by_class: np.ndarray) -> np.ndarray:
    """Counts by class with their sum as a last entry."""
    return np.concatenate([by_class, by_class.sum(axis=-1, keepdims=True)], axis=-1)


def leak_probability(tally: Tally) -> tuple[Estimate, np.ndarray]:
    """Leakers per live threat [A, C1], and the design effect [A, C1] of its trials.

    The design effect is how many times larger the variance is than for as many independent
    threats. NaN where no threat was live.
    """
    live = with_total(tally["live"])[:, np.newaxis, :].astype(np.float64)
    leakers = tally["leaked"].astype(np.float64)
    squares = (
        tally["leakers_squared"].sum(axis=0, dtype=np.float64),
        tally["leakers_live"].sum(axis=0, dtype=np.float64),
        tally["live_squared"].sum(axis=0, dtype=np.float64)[np.newaxis, :],
    )
    x, n = leakers.sum(axis=0), live.sum(axis=0)
    trials = np.minimum(tally.trials, n)
    ratio = safe_divide(x, n)
    variance = variance_by_trials(ratio, n, squares, np.broadcast_to(trials, x.shape))
    # Two leakers fewer or more must always be thinkable, even if every trial leaked alike.
    variance = np.maximum(variance, safe_divide(np.minimum(2.0, np.minimum(x, n - x)), n**2))
    binary = squares[2] == n  # at most one live threat a trial: plainly binomial
    binomial = safe_divide(ratio * (1 - ratio), n)
    variance = np.where(binary, binomial, variance)
    design_effect = safe_divide(variance, binomial)
    return _proportion(leakers, live, variance, trials, binary), design_effect


def leak_probability_of_part(
    leakers: np.ndarray, live: np.ndarray, design_effect: np.ndarray, trials: int
) -> Estimate:
    """Leakers per live threat among some of the threats, such as those with an opportunity.

    `leakers`, `live` [W, A, C] of that part; `design_effect` [A, C] of all live threats, which
    stands in for the part's own, of which no squares are kept.
    """
    x, n = leakers.astype(np.float64), live.astype(np.float64)
    size = n.sum(axis=0)
    ratio = safe_divide(x.sum(axis=0), size)
    # A design effect is undefined where all or no threats leaked: then the trial is the unit.
    effect = np.where(
        np.isfinite(design_effect), design_effect, np.maximum(size / max(trials, 1), 1.0)
    )
    variance = safe_divide(ratio * (1 - ratio), size) * effect
    return _proportion(x, n, variance, np.minimum(trials, size), np.zeros(1, bool))


def p_no_leakers(tally: Tally) -> Estimate:
    """Probability [A, C1] that a trial has no leaker."""
    clean = tally["no_leakers"].astype(np.float64)
    trials = tally["trials"].astype(np.float64)[:, np.newaxis, np.newaxis]
    share = safe_divide(clean.sum(axis=0), trials.sum(axis=0))
    variance = safe_divide(share * (1 - share), trials.sum(axis=0))
    return _proportion(clean, trials, variance, trials.sum(axis=0), np.ones(1, bool))


def expected_leakers(tally: Tally, leak: Estimate) -> Estimate:
    """Leakers a trial [A, C1].

    Where every trial has the same number of live threats this is `leak` times that number.
    Otherwise the interval is that of an effective number of events (mean^2/variance).
    """
    trials = tally["trials"].astype(np.float64)[:, np.newaxis, np.newaxis]
    leakers = tally["leaked"].astype(np.float64)
    count = trials.sum(axis=0)
    total = leakers.sum(axis=0)
    mean = safe_divide(total, count)
    live = with_total(tally["live"]).sum(axis=0)
    mean_live = safe_divide(live, count[0])
    error = expected_leakers_error(tally)
    floor = safe_divide(np.minimum(2.0, total), count**2)
    with np.errstate(invalid="ignore"):
        variance = np.maximum(error.variance, floor) * (error.critical / NORMAL_CRITICAL) ** 2
    some = total > 0
    events = safe_divide(mean**2, np.where(some, variance, 1.0))
    low, high = rate_interval(events)
    unit = safe_divide(mean, events)
    low = np.where(some & (events > 0), low * unit, 0.0)
    high = np.where(some, high * unit, zero_success_bound(count) * mean_live)
    high = np.where(some & ~(events > 0), np.inf, high)
    constant = _is_constant(tally.trials, live, tally["live_squared"].sum(axis=0))
    steady = constant & np.isfinite(leak[0])
    low = np.where(steady, leak[1] * mean_live, low)
    high = np.where(steady, leak[2] * mean_live, high)
    return mean, np.where(count > 0, low, np.nan), np.where(count > 0, high, np.nan)


def expected_leakers_error(tally: Tally) -> SamplingError:
    """Sampling error of the leakers a trial [A, C1]."""
    trials = tally["trials"].astype(np.float64)[:, np.newaxis, np.newaxis]
    leakers = tally["leaked"].astype(np.float64)
    count = trials.sum(axis=0)
    mean = safe_divide(leakers.sum(axis=0), count)
    squares = (
        tally["leakers_squared"].sum(axis=0, dtype=np.float64),
        leakers.sum(axis=0),
        count,
    )
    return sampling_error(
        variance_by_trials(mean, count, squares, count),
        variance_by_worlds(mean, leakers, trials),
        worlds_with(trials),
        count,
    )


def _proportion(
    x: np.ndarray, n: np.ndarray, by_trials: np.ndarray, trials: np.ndarray, binary: np.ndarray
) -> Estimate:
    """Interval of sum(x)/sum(n) (world in front), as of an effective number of Bernoulli trials.

    (E. L. Korn and B. I. Graubard, 1998, do the same with Clopper-Pearson's interval.) With no
    success or no failure at all the trials are the sample, as nothing shows how threats cling.
    """
    size = n.sum(axis=0)
    ratio = safe_divide(x.sum(axis=0), size)
    binomial = ratio * (1 - ratio)
    error = sampling_error(
        by_trials, variance_by_worlds(ratio, x, n), worlds_with(n), np.asarray(trials)
    )
    critical = np.where(binary & error.by_trials, NORMAL_CRITICAL, error.critical)
    with np.errstate(invalid="ignore"):  # 0 x inf: no spread seen in a single trial
        inflated = error.variance * (critical / NORMAL_CRITICAL) ** 2
    effective = np.where(binomial > 0, safe_divide(binomial, inflated), trials)
    low, high = proportion_interval(ratio * effective, effective)
    return ratio, np.where(size > 0, low, np.nan), np.where(size > 0, high, np.nan)


def _is_constant(trials: int, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Whether a count with these sums was the same in every trial, in exact integers."""
    return np.array(
        [trials * int(s) == int(t) ** 2 for t, s in zip(total, squares, strict=True)], bool
    )
