"""Leak probabilities, expected leakers and P(no leakers) of each architecture."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.intervals import (
    NORMAL_CRITICAL,
    Interval,
    proportion_interval,
    rate_interval,
    spread_interval,
    zero_success_bound,
)
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import (
    SamplingError,
    safe_divide,
    sampling_error,
    spread_of_worlds,
    variance_by_trials,
)

Estimate = tuple[np.ndarray, np.ndarray, np.ndarray]
"""An estimate with the ends of its 95 % interval."""
Three = tuple[float, float, float]
"""The same of a single number."""

THINKABLE = 2.0
"""The variance of a mean is at least that of this many independent counts, such as leakers, over
all trials. With less, its interval would have no width where all trials or worlds are alike."""


def with_total(by_class: np.ndarray) -> np.ndarray:
    """Counts by class with their sum as a last entry."""
    return np.concatenate([by_class, by_class.sum(axis=-1, keepdims=True)], axis=-1)


def of_all_classes(estimate: Estimate) -> Estimate:
    """The total [...] of an estimate [..., C1] by class."""
    value, low, high = estimate
    return value[..., -1], low[..., -1], high[..., -1]


def of_each_class(estimate: Estimate) -> Estimate:
    """The same by class [..., C], without the total."""
    value, low, high = estimate
    return value[..., :-1], low[..., :-1], high[..., :-1]


def leak_probability(sample: Sample) -> tuple[Estimate, np.ndarray]:
    """Leakers per live threat [A, C1], and the design effect [A, C1] of its trials.

    The design effect is how many times larger the variance is than for as many independent
    threats. NaN where no threat was live.
    """
    live = with_total(sample["live"])[:, np.newaxis, :].astype(np.float64)
    leakers = sample["leaked"].astype(np.float64)
    squares = (
        sample["leakers_squared"].sum(axis=0, dtype=np.float64),
        sample["leakers_live"].sum(axis=0, dtype=np.float64),
        sample["live_squared"].sum(axis=0, dtype=np.float64)[np.newaxis, :],
    )
    x, n = leakers.sum(axis=0), live.sum(axis=0)
    trials = np.minimum(sample.trials, n)
    ratio = safe_divide(x, n)
    variance = variance_by_trials(ratio, n, squares, np.broadcast_to(trials, x.shape))
    variance = np.maximum(variance, _least_variance(x, n))
    counted = with_total(sample.counted["live"])
    # at most one live threat a trial: plainly binomial
    binary = counted.sum(axis=0) == sample.counted["live_squared"].sum(axis=0)
    binomial = safe_divide(ratio * (1 - ratio), n)
    variance = np.where(binary, binomial, variance)
    design_effect = safe_divide(variance, binomial)
    return _proportion(sample, (leakers, live), variance, trials, binary), design_effect


def leak_probability_of_part(
    sample: Sample, leakers: np.ndarray, live: np.ndarray, design_effect: np.ndarray
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
        np.isfinite(design_effect), design_effect, np.maximum(size / max(sample.trials, 1), 1.0)
    )
    variance = safe_divide(ratio * (1 - ratio), size) * effect
    return _proportion(sample, (x, n), variance, np.minimum(sample.trials, size), np.zeros(1, bool))


def p_no_leakers(sample: Sample) -> Estimate:
    """Probability [A, C1] that a trial has no leaker."""
    clean = sample["no_leakers"].astype(np.float64)
    trials = sample["trials"].astype(np.float64)[:, np.newaxis, np.newaxis]
    share = safe_divide(clean.sum(axis=0), trials.sum(axis=0))
    variance = safe_divide(share * (1 - share), trials.sum(axis=0))
    whole = trials.sum(axis=0)
    return _proportion(sample, (clean, trials), variance, whole, np.ones(1, bool))


def expected_leakers(sample: Sample, leak: Estimate) -> Estimate:
    """Leakers a trial [A, C1].

    Where every trial has the same number of live threats this is `leak` times that number.
    Otherwise the interval is that of a mean which differs between worlds or, in a single world,
    of an effective number of events (mean^2/variance). It ends where that of the live threats ends.
    """
    trials = sample["trials"].astype(np.float64)[:, np.newaxis, np.newaxis]
    live = with_total(sample["live"])[:, np.newaxis, :]
    leaked = sample["leaked"]
    count, total = trials.sum(axis=0), leaked.sum(axis=0, dtype=np.float64)
    mean, mean_live = (safe_divide(x.sum(axis=0), count) for x in (leaked, live))
    live_squared = sample["live_squared"][:, np.newaxis, :]
    live_error = _error_of_mean(live, live_squared, trials, sample.strata)
    error = _error_of_mean(leaked, sample["leakers_squared"], trials, sample.strata)
    least = safe_divide(np.minimum(THINKABLE, total), count**2)
    with np.errstate(invalid="ignore"):  # 0 x inf: no spread seen in a single trial
        most = mean_live + live_error.critical * np.sqrt(live_error.variance)
        variance = np.maximum(error.by_trials, least) * (error.critical / NORMAL_CRITICAL) ** 2
    some = error.trial_is_sample & (total > 0)
    low, high = events_interval(mean, np.where(some, variance, np.inf))
    high = np.where(total > 0, high, zero_success_bound(count) * mean_live)
    differ = ~error.trial_is_sample & (mean > 0)
    low, high = where_worlds_differ(differ, (mean, low, high), error, least, np.inf)
    high = np.fmin(high, most)
    constant = _is_constant(
        sample.counted.trials,
        with_total(sample.counted["live"]).sum(axis=0),
        sample.counted["live_squared"].sum(axis=0),
    )
    steady = constant & np.isfinite(leak[0])
    low = np.where(steady, leak[1] * mean_live, low)
    high = np.where(steady, leak[2] * mean_live, high)
    return mean, np.where(count > 0, low, np.nan), np.where(count > 0, high, np.nan)


def _error_of_mean(
    x: np.ndarray, squares: np.ndarray, trials: np.ndarray, strata: np.ndarray | None
) -> SamplingError:
    """Sampling error of the mean over trials of x, given its sums and sums of squares by world."""
    count, total = trials.sum(axis=0), x.sum(axis=0, dtype=np.float64)
    mean = safe_divide(total, count)
    sums = (squares.sum(axis=0, dtype=np.float64), total, count)
    return sampling_error(
        variance_by_trials(mean, count, sums, count),
        *spread_of_worlds(mean, x, trials, strata),
        count,
    )


def _proportion(
    sample: Sample,
    parts: tuple[np.ndarray, np.ndarray],
    by_trials: np.ndarray,
    trials: np.ndarray,
    binary: np.ndarray,
) -> Estimate:
    """Interval of sum(x)/sum(n) of the parts x and n, the world in front.

    In a single world it is that of an effective number of Bernoulli trials (E. L. Korn and B. I.
    Graubard, 1998, do the same with Clopper-Pearson's interval). With no success or no failure at
    all the trials are the sample, as nothing shows how threats cling.
    """
    x, n = parts
    size, total = n.sum(axis=0), x.sum(axis=0)
    ratio = safe_divide(total, size)
    binomial = ratio * (1 - ratio)
    error = sampling_error(by_trials, *spread_of_worlds(ratio, x, n, sample.strata), trials)
    critical = np.where(binary, NORMAL_CRITICAL, error.critical)
    with np.errstate(invalid="ignore"):  # 0 x inf: no spread seen in a single trial
        inflated = by_trials * (critical / NORMAL_CRITICAL) ** 2
    some = error.trial_is_sample & (binomial > 0)
    effective = np.where(some, safe_divide(binomial, inflated), trials)
    ends = proportion_interval(np.where(some, ratio, np.round(ratio)) * effective, effective)
    differ = ~error.trial_is_sample & (ratio > 0) & (ratio < 1)
    least = _least_variance(total, size)
    low, high = where_worlds_differ(differ, (ratio, *ends), error, least, 1.0)
    return ratio, np.where(size > 0, low, np.nan), np.where(size > 0, high, np.nan)


def where_worlds_differ(
    where: np.ndarray,
    estimate: Estimate,
    error: SamplingError,
    least: np.ndarray,
    top: np.ndarray | float,
) -> Interval:
    """The ends of the estimate, but `where` the world is the sample those of unlike worlds: with a
    variance of `least` or more, as of a mean that is `top` at most."""
    mean, low, high = (np.array(array) for array in estimate)
    floor = least * (NORMAL_CRITICAL / error.critical) ** 2
    variance = np.fmax(error.by_worlds, floor)
    most = np.broadcast_to(top, mean.shape)
    low[where], high[where] = spread_interval(
        mean[where], variance[where], error.by_trials[where], error.worlds[where], most[where]
    )
    return low, high


def _least_variance(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Variance of x/n with some leakers fewer or more, at most all of them."""
    return safe_divide(np.minimum(THINKABLE, np.minimum(x, n - x)), n**2)


def events_interval(mean: np.ndarray, variance: np.ndarray) -> Interval:
    """Interval of a mean, as of an effective number of events; from 0 without limit for none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        events = np.where(mean > 0, mean**2 / variance, 0.0)
        low, high = rate_interval(events)
        unit = np.where(events > 0, mean / events, np.inf)
        return np.where(events > 0, low * unit, 0.0), high * unit


def _is_constant(trials: int, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Whether a count with these sums was the same in every trial, in exact integers."""
    return np.array(
        [trials * int(s) == int(t) ** 2 for t, s in zip(total, squares, strict=True)], bool
    )
