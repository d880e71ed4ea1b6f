"""Independent shots with a track factor.

Assumes equal threats, shots independent given the track, and a track factor common to all shots at
one threat. Source: D. Wilkening, Science & Global Security 8(2):183-215, 1999.
"""

from __future__ import annotations

import math

import numpy as np

from mcdefense.statistics.closed_forms import distribution


def leak_probability(kill: float, shots: int, track: float = 1.0) -> float:
    """Leak probability L = 1 - t (1 - (1-k)^n) of a threat met by `shots` rounds."""
    return 1 - track * (1 - (1 - kill) ** shots)


def leakers(threats: int, kill: float, shots: int, track: float = 1.0) -> np.ndarray:
    """Distribution Bin(W, L) of the leakers."""
    return distribution.binomial(threats, leak_probability(kill, shots, track))


def shots_needed(threats: int, kill: float, p_no_leakers: float, track: float = 1.0) -> float:
    """Shots a threat (a real number, to be rounded up) for P(no leakers) >= `p_no_leakers`.

    Infinite if no number will do: t^W <= C.
    """
    rest = 1 - p_no_leakers ** (1 / threats) / track
    if track**threats <= p_no_leakers:
        return math.inf
    return math.log(rest) / math.log(1 - kill)


def shoot_look_shoot_rounds(
    threats: int, kill: float, salvos: tuple[int, ...], track: float = 1.0
) -> float:
    """Expected rounds when salvos follow each other until a perfect look shows the kill."""
    fired, expected = 0, 0.0
    for salvo in salvos:
        expected += threats * track * salvo * (1 - kill) ** fired
        fired += salvo
    return expected


def p_enough_for_two_looks(threats: int, kill: float, rounds: int) -> float:
    """P(a stock lasts) for one shot a threat and a second at each survivor (perfect look)."""
    survivors = distribution.binomial(threats, 1 - kill)
    return float(survivors[: max(0, rounds - threats + 1)].sum())


def p_no_leakers_with_track_coin(
    threats: int, kill: float, shots: int, track: float, *, once_per_raid: bool
) -> float:
    """P(no leakers) if the track factor is drawn once for the raid, or for each threat."""
    killed = 1 - (1 - kill) ** shots
    return track * killed**threats if once_per_raid else (track * killed) ** threats


def poisson_raid(expected_threats: float, leak: float, most: int) -> np.ndarray:
    """Leakers of a raid of Poisson size: Poisson(lambda L), cut off after `most`."""
    return distribution.poisson(expected_threats * leak, most)


def asset_survival(threats: int, leak: float, damage: float) -> float:
    """P(an asset is not damaged) = (1 - L p_d)^n by `threats` aimed at it, independently."""
    return (1 - leak * damage) ** threats


def zero_failure_bound(trials: int, confidence: float = 0.95) -> float:
    """Upper bound 1 - (1 - confidence)^(1/N) of a probability of which N trials showed none."""
    return -math.expm1(math.log(1 - confidence) / trials)
