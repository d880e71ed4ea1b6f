"""Decoys and imperfect discrimination: a = P(threat called a threat), b = P(decoy called one)."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from mcdefense.statistics.closed_forms import distribution


def unlimited_leak_probability(called: float, kill: float, shots: int) -> float:
    """Leak probability 1 - a(1 - q^n) if every object called a threat gets n shots."""
    return 1 - called * (1 - (1 - kill) ** shots)


def unlimited_rounds(
    threats: int, decoys: int, called: float, decoy_called: float, shots: int
) -> float:
    """Expected rounds n(aW + bD) if every object called a threat gets n shots."""
    return shots * (called * threats + decoy_called * decoys)


def finite_stock_leakers(
    threats: int, decoys: int, called: float, decoy_called: float, kill: float, rounds: int
) -> np.ndarray:
    """Leakers if the stock is split evenly over the objects called, odd rounds at random."""
    pmf = np.zeros(threats + 1)
    called_threats = distribution.binomial(threats, called)
    called_decoys = distribution.binomial(decoys, decoy_called)
    for h, p_threats in enumerate(called_threats):
        for d, p_decoys in enumerate(called_decoys):
            shot_at = np.ones(1) if h == 0 else _survivors(h, h + d, rounds, kill)
            leaked = slice(threats - h, threats - h + len(shot_at))
            pmf[leaked] += p_threats * p_decoys * shot_at
    return pmf


def binormal(separation: float, threshold: float) -> tuple[float, float]:
    """(a, b) of a binormal ROC: a = 1 - Phi(t - d'), b = 1 - Phi(t)."""
    normal = NormalDist()
    return 1 - normal.cdf(threshold - separation), 1 - normal.cdf(threshold)


def _survivors(threats: int, objects: int, rounds: int, kill: float) -> np.ndarray:
    """Threats surviving if `rounds` are spread evenly over `objects` among which they are."""
    each, odd = divmod(rounds, objects)
    pmf = np.zeros(threats + 1)
    for lucky, chance in enumerate(distribution.hypergeometric(objects, threats, odd)):
        if chance > 0:
            more = distribution.binomial(lucky, (1 - kill) ** (each + 1))
            pmf += chance * np.convolve(
                more, distribution.binomial(threats - lucky, (1 - kill) ** each)
            )
    return pmf
