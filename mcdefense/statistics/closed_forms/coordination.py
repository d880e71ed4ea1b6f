"""What coordination buys: random fire, even fire, cells, sectors, pooled stocks, fused pictures.

Assume equal threats, independent shots, and that every round can reach every threat of its share.
Random fire is the occupancy argument of firing theory (A. Washburn); compare D. Olwell and
A. Washburn, "Internetting of Fires", NPS-OR-02-003-PR, 2002. Pooling and cells are derived anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mcdefense.statistics.closed_forms import distribution


def random_fire(threats: int, rounds: int, kill: float) -> np.ndarray:
    """Leakers if each round goes to a threat picked at random, dead or alive.

    As a chain over the rounds: a round finds one of m survivors with probability m/W. Equal to
    C(W,m) sum_j (-1)^j C(W-m,j) (1 - k(m+j)/W)^B, which loses its digits when many are dead.
    """
    hit = kill * np.arange(threats + 1) / threats
    pmf = np.zeros(threats + 1)
    pmf[threats] = 1.0
    for _ in range(rounds):
        killed = pmf * hit
        pmf = pmf - killed
        pmf[:-1] += killed[1:]
    return pmf


def even_fire(threats: int, rounds: int, kill: float) -> np.ndarray:
    """Leakers if the rounds are spread evenly, as one fire control would do."""
    each, odd = divmod(rounds, threats)
    few = distribution.binomial(threats - odd, (1 - kill) ** each)
    return np.convolve(few, distribution.binomial(odd, (1 - kill) ** (each + 1)))


def cells_expected_leakers(threats: int, rounds: int, kill: float, cells: int) -> float:
    """E[X] = W [q^a (1 - k r/W)]^g for g cells that each spread B/g = aW + r rounds evenly.

    The odd rounds of each cell go to a random subset, drawn cell by cell. One cell is even fire,
    as many cells as rounds is random fire. Raises ValueError if the rounds can't be shared out.
    """
    if rounds % cells:
        raise ValueError(f"{rounds} rounds can't be shared evenly by {cells} cells")
    each, odd = divmod(rounds // cells, threats)
    return threats * ((1 - kill) ** each * (1 - kill * odd / threats)) ** cells


def pooled(threats: int, rounds: int, kill: float) -> np.ndarray:
    """Leakers max(0, W - Bin(M, k)) of one pooled stock with unlimited looks."""
    whole = np.zeros(threats + 1)
    whole[threats] = 1.0
    return distribution.excess(whole, distribution.binomial(rounds, kill))


def sectors(
    threats: int,
    stocks: Sequence[int],
    kill: float,
    shares: Sequence[float] | None = None,
    reserve: int = 0,
) -> np.ndarray:
    """Leakers if every threat falls at random into one sector with its own stock.

    `stocks` are the rounds of each sector, `shares` the chances of a threat to fall into it
    (default: equal), so that two missions are sectors too. Unlimited looks within each sector;
    what survives meets `reserve` rounds common to all. By exponential generating functions.
    """
    chances = [1 / len(stocks)] * len(stocks) if shares is None else list(shares)
    # joint[n, j]: coefficient for n threats so far of which j outlived their sector's stock
    joint = np.zeros((threats + 1, threats + 1))
    joint[0, 0] = 1.0
    for stock, chance in zip(stocks, chances, strict=True):
        following = np.zeros_like(joint)
        for n in range(threats + 1):
            left = pooled(n, stock, kill) * chance**n / math.factorial(n)
            for j, weight in enumerate(left):
                following[n:, j:] += weight * joint[: threats + 1 - n, : threats + 1 - j]
        joint = following
    survivors = joint[threats] * math.factorial(threats)
    return distribution.excess(survivors, distribution.binomial(reserve, kill))


def fused_track(own: Sequence[float]) -> float:
    """Probability 1 - prod(1 - d_i) that at least one sensor tracks, all independent."""
    return 1 - math.prod(1 - d for d in own)


def leak_own_tracks(own: Sequence[float], kill: float) -> float:
    """Leak probability if each shooter fires once on its own sensor's track alone."""
    return math.prod(1 - d * kill for d in own)


def leak_fused_track(own: Sequence[float], kill: float, shots: int = 1) -> float:
    """Leak probability if `shots` rounds are fired at whatever the fused picture tracks."""
    return 1 - fused_track(own) * (1 - (1 - kill) ** shots)


def network_break_even(threats: int, expected_sectors: float, expected_pooled: float) -> float:
    """Availability above which pooling pays in the mean, if losing the net means no defence."""
    return (threats - expected_sectors) / (threats - expected_pooled)
