"""Fire-channel saturation: an engagement that finds no channel free is lost.

Source of the queueing form: Mathematical Problems in Engineering 2016, 5915918.
"""

from __future__ import annotations

import math

import numpy as np

from mcdefense.statistics.closed_forms import distribution


def erlang_b(channels: int, load: float) -> float:
    """Share blocked of Poisson arrivals, `load` = rate x mean service; any service law.

    B_c = a B_(c-1) / (c + a B_(c-1)), B_0 = 1.
    """
    blocked = 1.0
    for c in range(1, channels + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def regular_arrivals_blocked(channels: int, served_per_gap: float) -> float:
    """Share blocked of arrivals at equal gaps with exponential service (D/M/c/c).

    `served_per_gap` is mu tau, service rate times gap; 1/B = sum_k C(c,k) prod (1-f_j)/f_j.
    """
    total, product = 1.0, 1.0
    for k in range(1, channels + 1):
        served = math.exp(-k * served_per_gap)
        product *= (1 - served) / served
        total += math.comb(channels, k) * product
    return 1 / total


def regular_served(channels: int, gap: int, service: int, threats: int) -> int:
    """How many of `threats` at equal gaps are served if service is fixed (D/D/c/c).

    Times in any one whole unit; a channel that ends at t is free at t.
    """
    free_at: list[int] = [0] * channels
    served = 0
    for i in range(threats):
        first = min(range(channels), key=free_at.__getitem__)
        if free_at[first] <= i * gap:
            free_at[first] = i * gap + service
            served += 1
    return served


def regular_served_share(channels: int, gap: int, service: int) -> float:
    """Long-run share served of the same, min(1, c / ceil(S/tau))."""
    return min(1.0, channels / math.ceil(service / gap))


def leak_probability(blocked: float, leak_if_served: float) -> float:
    """Leak probability L = B + (1-B)(1-K) of a threat that must find a channel."""
    return blocked + (1 - blocked) * leak_if_served


def shots_in_window(channels: int, window: float, service: float) -> int:
    """Most shots c floor(T/S) that the channels can give in a window."""
    return channels * math.floor(window / service)


def simultaneous_raid(threats: int, channels: int, rounds_of_fire: int, kill: float) -> np.ndarray:
    """Leakers of a raid all at once: each round of fire, up to c survivors get one shot each."""
    pmf = np.zeros(threats + 1)
    pmf[threats] = 1.0
    for _ in range(rounds_of_fire):
        following = np.zeros(threats + 1)
        for alive, p in enumerate(pmf):
            for killed, chance in enumerate(distribution.binomial(min(channels, alive), kill)):
                following[alive - killed] += p * chance
        pmf = following
    return pmf
