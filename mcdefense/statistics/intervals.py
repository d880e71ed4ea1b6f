"""95 % intervals of proportions, rates and means; every function works element by element.

*Counts.* `mid-P` intervals invert the exact distribution with half the weight of what was observed
(G. Berry and P. Armitage, "Mid-P confidence intervals: a brief review", The Statistician 44(4),
1995). At zero successes the upper end is 1 - .05^(1/n), the zero-failure bound. They cover .95 on
average from 3 expected events on, and .935 to .965 at every rate from 13 on. Up to 3 they cover
.955 to 1, and no interval that depends on the count alone can do much better: at .07 to .29 or
.42 to .70 expected events, say, every range of counts has a probability below .935 or above .965.
Rejected: Jeffreys, Wilson and likelihood ratio (down to .90, .84, .84 below 3 events),
Clopper-Pearson (.96 to .99 on average up to 25), and Stevens's randomised one, which is exact but
gives the same counts another interval with every toss.

*Worlds that differ.* `spread_interval` is Student's t on a scale without skewness.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

CONFIDENCE = 0.95
NORMAL_CRITICAL = 1.959963984540054
"""Standard normal quantile at .975."""

_TAIL = (1 - CONFIDENCE) / 2
_HALVINGS = 40

Interval = tuple[np.ndarray, np.ndarray]


def t_critical(degrees_of_freedom: ArrayLike) -> np.ndarray:
    """Quantile at .975 of Student's t; infinite for no degree of freedom, normal for endless."""
    from scipy.special import stdtrit

    degrees = np.asarray(degrees_of_freedom, np.float64)
    with np.errstate(invalid="ignore"):
        critical = stdtrit(np.clip(degrees, 1.0, 1e9), 1 - _TAIL)
    return np.where(degrees < 1, np.inf, critical)


def spread_interval(
    mean: ArrayLike,
    variance: ArrayLike,
    chance: ArrayLike,
    worlds: ArrayLike,
    most: ArrayLike = np.inf,
) -> Interval:
    """Interval of a mean over a sample of worlds, of which 0 < mean < `most` is known.

    `variance` of the mean as the worlds show it, `chance` the part of it that trials would cause
    in equal worlds, `most` the largest value possible: 1 for a proportion.

    It is Student's t for odds^power, odds = mean/(most - mean), and for log(odds) at power 0. The
    power is the one at which worlds drawn from a beta distribution, with binomial chance on top,
    leave no skewness: 1/3 near zero if the worlds are equal (Wilson and Hilferty's cube root of a
    count), -1/3 if they differ much. No more than `worlds` and two variances decide it, as the
    skewness of a few worlds says nothing of that of all. Rejected, with what they cover of 5
    worlds of Beta(.4, 1.6): Student's t (.86), Korn and Graubard's effective sample (.92), logit
    (.93), t with Hall's correction by the worlds' own skewness (.93).
    (P. Hall, "On the removal of skewness by transformation", J. Royal Stat. Soc. B 54(1), 1992.)
    """
    m, v, c, w, top = np.broadcast_arrays(*map(_floats, (mean, variance, chance, worlds, most)))
    share = m / top
    rest = 1 - share
    # chance/variance overstates its share by (w - 1)/(w - 3) on average
    by_chance = np.clip(c / v * np.maximum(w - 3, 0.0) / (w - 1), 0.0, 1.0)
    alike = np.clip(w * (v - c) / (m * rest * top), 0.0, 1.0)  # correlation within a world
    bend = 2 / 3 * (2 - by_chance * (1 - alike)) / (1 + alike)
    power = (1 - 2 * share) * (1 - bend)
    reach = t_critical(w - 1) * np.sqrt(v) / (m * rest)

    def odds_ratio(t: np.ndarray) -> np.ndarray:
        straight = np.abs(power) < 1e-9
        safe = np.where(straight, 1.0, power)
        with np.errstate(divide="ignore", over="ignore"):  # infinite odds are certainty, below
            bent: np.ndarray = np.maximum(1 + safe * t, 0.0) ** (1 / safe)
            return np.where(straight, np.exp(t), bent)

    low, high = odds_ratio(-reach), odds_ratio(reach)
    with np.errstate(invalid="ignore"):
        high = np.where(np.isinf(high), top, m * high / (rest + share * high))
    return m * low / (rest + share * low), high


def skewed_critical(critical: ArrayLike, skewness: ArrayLike, size: ArrayLike) -> Interval:
    """How many standard errors an interval of a mean reaches down and up if the sample is skewed.

    `skewness` of the sample of `size`; without it both are `critical`. Student's t leaves out the
    mean of 5 skewed worlds one time in ten, this one in fifteen.
    (P. Hall's transformation T + a T^2 + a^2 T^3/3 + a/2, a = skewness/(3 sqrt n), inverted.)
    """
    reach, skew, number = np.broadcast_arrays(*map(_floats, (critical, skewness, size)))
    bend = skew / (3 * np.sqrt(np.maximum(number, 1.0)))
    bent = np.abs(bend) > 1e-9
    safe = np.where(bent, bend, 1.0)
    finite = np.where(bent, reach, 0.0)

    def back(t: np.ndarray) -> np.ndarray:
        return (np.cbrt(1 + 3 * safe * (t - safe / 2)) - 1) / safe

    return np.where(bent, back(finite), reach), np.where(bent, -back(-finite), reach)


def proportion_interval(successes: ArrayLike, trials: ArrayLike) -> Interval:
    """Mid-P interval of a binomial proportion.

    Both may be fractions of a count (an effective sample); no trials at all give 0 and 1.
    """
    from scipy.special import betainc, betaincc, betainccinv, betaincinv

    x, n = (np.array(a) for a in np.broadcast_arrays(*map(_floats, (successes, trials))))
    x = np.clip(x, 0.0, n)
    empty = ~(n > 0)
    bound = _zero_bound(n)
    low = _where_defined(
        (x > 0) & (x < n),
        lambda x, n: _root(
            lambda p: betainc(x, n - x + 1, p) + betainc(x + 1, n - x, p) - 2 * _TAIL,
            betaincinv(x, n - x + 1, _TAIL),
            betaincinv(x + 1, n - x, _TAIL),
        ),
        x,
        n,
    )
    high = _where_defined(
        (x > 0) & (x < n),
        lambda x, n: _root(
            lambda p: 2 * _TAIL - betaincc(x, n - x + 1, p) - betaincc(x + 1, n - x, p),
            betainccinv(x, n - x + 1, _TAIL),
            betainccinv(x + 1, n - x, _TAIL),
        ),
        x,
        n,
    )
    low = np.where(empty | (x <= 0), 0.0, np.where(x >= n, 1 - bound, low))
    high = np.where(empty | (x >= n), 1.0, np.where(x <= 0, bound, high))
    return low, high


def rate_interval(events: ArrayLike) -> Interval:
    """Mid-P interval of a Poisson mean of which `events` (may be a fraction) were seen."""
    from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

    k = _floats(events)
    low = _where_defined(
        k > 0,
        lambda k: _root(
            lambda m: gammainc(k, m) + gammainc(k + 1, m) - 2 * _TAIL,
            np.asarray(gammaincinv(k, _TAIL)),
            np.asarray(gammaincinv(k + 1, _TAIL)),
        ),
        k,
    )
    high = _where_defined(
        k > 0,
        lambda k: _root(
            lambda m: 2 * _TAIL - gammaincc(k, m) - gammaincc(k + 1, m),
            np.asarray(gammainccinv(k, _TAIL)),
            np.asarray(gammainccinv(k + 1, _TAIL)),
        ),
        k,
    )
    return np.where(k > 0, low, 0.0), np.where(k > 0, high, -np.log(2 * _TAIL))


def zero_success_bound(trials: ArrayLike) -> np.ndarray:
    """Upper end, 1 - .05^(1/trials), when `trials` showed no success; 1 for no trials."""
    return _zero_bound(_floats(trials))


def _floats(values: ArrayLike) -> np.ndarray:
    return np.asarray(values, np.float64)


def _zero_bound(n: np.ndarray) -> np.ndarray:
    safe = np.where(n > 0, n, 1.0)
    return np.where(n > 0, -np.expm1(np.log(2 * _TAIL) / safe), 1.0)


def _where_defined(
    defined: np.ndarray, function: Callable[..., np.ndarray], *arguments: np.ndarray
) -> np.ndarray:
    """`function` of the elements where `defined`, NaN elsewhere."""
    answer = np.full(defined.shape, np.nan)
    if np.any(defined):
        answer[defined] = function(*(argument[defined] for argument in arguments))
    return answer


def _root(
    rising: Callable[[np.ndarray], np.ndarray], below: np.ndarray, above: np.ndarray
) -> np.ndarray:
    """Root of a rising function between two arrays of bounds, by halving."""
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        rises = rising(middle) > 0
        above = np.where(rises, middle, above)
        below = np.where(rises, below, middle)
    root: np.ndarray = (below + above) / 2
    return root
