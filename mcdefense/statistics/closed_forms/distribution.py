"""Distributions of counts as arrays: P(X = i) at position i."""

from __future__ import annotations

import math

import numpy as np


def binomial(count: int, probability: float) -> np.ndarray:
    """Distribution of successes in `count` independent tosses, by adding one toss at a time."""
    pmf = np.zeros(count + 1)
    pmf[0] = 1.0
    for _ in range(count):
        pmf[1:] = pmf[1:] * (1 - probability) + pmf[:-1] * probability
        pmf[0] *= 1 - probability
    return pmf


def poisson(mean: float, most: int) -> np.ndarray:
    """Distribution of a Poisson count, cut off after `most`."""
    pmf = np.full(most + 1, math.exp(-mean))
    for i in range(1, most + 1):
        pmf[i] = pmf[i - 1] * mean / i
    return pmf


def hypergeometric(population: int, marked: int, drawn: int) -> np.ndarray:
    """Distribution of the marked ones among `drawn` out of `population`, without replacement."""
    ways = math.comb(population, drawn)
    return np.array(
        [
            math.comb(marked, i) * math.comb(population - marked, drawn - i) / ways
            if drawn - i >= 0
            else 0.0
            for i in range(marked + 1)
        ]
    )


def mean(pmf: np.ndarray) -> float:
    """Mean of a distribution."""
    return float(np.arange(len(pmf)) @ pmf)


def variance(pmf: np.ndarray) -> float:
    """Variance of a distribution."""
    return float((np.arange(len(pmf)) - mean(pmf)) ** 2 @ pmf)


def excess(pmf: np.ndarray, killed: np.ndarray) -> np.ndarray:
    """Distribution of max(0, X - K) for independent X ~ pmf and K ~ killed."""
    left = np.zeros(len(pmf))
    for i, p in enumerate(pmf):
        for j, r in enumerate(killed):
            left[max(0, i - j)] += p * r
    return left
