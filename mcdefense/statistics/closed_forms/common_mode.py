"""Causes shared by a whole raid: a coin, a drawn leak probability, a drawn kill probability."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from mcdefense.statistics.closed_forms import distribution


def raid_coin(threats: int, leak: float, coin: float) -> np.ndarray:
    """Leakers if with probability 1 - `coin` nothing is fired in the whole raid."""
    pmf = coin * distribution.binomial(threats, leak)
    pmf[threats] += 1 - coin
    return pmf


def beta_leak(threats: int, a: float, b: float) -> np.ndarray:
    """Leakers (beta-binomial) if the leak probability ~ Beta(a, b) is shared by the raid."""

    def log_beta(x: float, y: float) -> float:
        return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)

    return np.array(
        [
            math.comb(threats, i) * math.exp(log_beta(i + a, threats - i + b) - log_beta(a, b))
            for i in range(threats + 1)
        ]
    )


def miss_moment(a: float, b: float, power: int) -> Fraction:
    """E[(1-p)^j] = (b)_j / (a+b)_j for p ~ Beta(a, b), rising factorials, exactly."""
    first, both = Fraction(str(b)), Fraction(str(a)) + Fraction(str(b))
    return math.prod(((first + i) / (both + i) for i in range(power)), start=Fraction(1))


def beta_kill_expected_leakers(threats: int, a: float, b: float, shots: int) -> float:
    """E[X] = W E[(1-p)^n] if the kill probability ~ Beta(a, b) is shared by all shots."""
    return float(threats * miss_moment(a, b, shots))


def beta_kill_p_no_leakers(threats: int, a: float, b: float, shots: int) -> float:
    """P(no leakers) = sum_j (-1)^j C(W,j) E[(1-p)^(nj)], in rationals as its terms alternate."""
    total = sum(
        (-1) ** j * math.comb(threats, j) * miss_moment(a, b, shots * j) for j in range(threats + 1)
    )
    return float(total)


def layers_behind_coin(leaks: tuple[float, ...], coin: float) -> float:
    """Leak probability of layers in a row that all fail together with probability 1 - `coin`."""
    return 1 - coin + coin * math.prod(leaks)
