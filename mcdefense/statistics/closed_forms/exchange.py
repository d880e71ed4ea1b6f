"""Salvo exchange, the defensive half.

Sources: W. Hughes, 1995, for the deterministic model; M. Armstrong, Operations Research 53(5),
2005, for the stochastic one.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from mcdefense.statistics.closed_forms import distribution


def deterministic_leakers(shots: int, hit: float, defenders: int, kill: float) -> float:
    """Leakers max(0, nx px - ny py) of the deterministic salvo model."""
    return max(0.0, shots * hit - defenders * kill)


def losses(
    attackers: float, shots_each: float, defenders: float, defence_each: float, stamina: float
) -> float:
    """Ships lost by the defender, (alpha A - b3 B)/b1, held within [0, B]."""
    lost = (shots_each * attackers - defence_each * defenders) / stamina
    return min(max(lost, 0.0), defenders)


def leakers(shots: int, hit: float, defenders: int, kill: float) -> np.ndarray:
    """Distribution of max(0, Bin(nx, px) - Bin(ny, py))."""
    return distribution.excess(
        distribution.binomial(shots, hit), distribution.binomial(defenders, kill)
    )


def normal_expected_leakers(shots: int, hit: float, defenders: int, kill: float) -> float:
    """E[X] in the normal approximation, mu Phi(mu/s) + s phi(mu/s)."""
    mu = shots * hit - defenders * kill
    sigma = math.sqrt(shots * hit * (1 - hit) + defenders * kill * (1 - kill))
    normal = NormalDist()
    return mu * normal.cdf(mu / sigma) + sigma * normal.pdf(mu / sigma)
