"""What a peer counts, for worlds of one schedule."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from peers.orders import Problem

Counts = NDArray[np.int64]
COLUMNS = 6
"""Fired, wasted, engaged, remote, opened, killed: as the engine's sums by account."""
CODES = 11


@dataclass
class Outcome:
    """Integer sums over trials and worlds; damage by asset is left out, all else is counted."""

    live: Counts  # [N]
    leakers: Counts  # [A, N]
    outcome: Counts  # [A, N, 11]
    histogram: Counts  # [A, C+1, N+1] trials by number of leakers, by class and in all
    products: Counts  # [A+1, A+1] upper triangle: leakers by architecture, then live objects
    account_sums: Counts  # [A, accounts, masks, 6]
    emptied: Counts  # [A, magazines]
    denied: Counts  # [A, batteries]
    rounds_left: Counts  # [A, magazines]
    network_lost: Counts  # [A]

    def add(self, other: Outcome) -> None:
        """Add another's sums."""
        for field in fields(self):
            getattr(self, field.name).__iadd__(getattr(other, field.name))


def added(parts: list[Outcome]) -> Outcome:
    """Their sum, in the first of them."""
    for part in parts[1:]:
        parts[0].add(part)
    return parts[0]


def empty_outcome(problem: Problem) -> Outcome:
    """All zero."""
    sizes, features = problem.schedule.sizes, problem.schedule.features
    a, n, groups = features.architectures, sizes.objects, features.classes + 1
    slots = max(len(masks) for masks in problem.masks)

    def zeros(*shape: int) -> Counts:
        return np.zeros(shape, np.int64)

    return Outcome(
        live=zeros(n),
        leakers=zeros(a, n),
        outcome=zeros(a, n, CODES),
        histogram=zeros(a, groups, n + 1),
        products=zeros(a + 1, a + 1),
        account_sums=zeros(a, sizes.accounts, slots, COLUMNS),
        emptied=zeros(a, sizes.magazines),
        denied=zeros(a, sizes.batteries),
        rounds_left=zeros(a, sizes.magazines),
        network_lost=zeros(a),
    )


def account_totals(problem: Problem, outcome: Outcome) -> Counts:
    """Sums over all accounts by architecture [A, 6], the fallback's where its network was down."""
    sums = outcome.account_sums.sum(1)  # [A, masks, 6]
    totals = sums[:, 0].copy()
    for a, fallback in enumerate(problem.schedule.features.fallback):
        if fallback >= 0:
            totals[a] += sums[fallback, problem.masks[fallback].index(a)]
    return totals


def leak_probability(outcomes: list[Outcome], trials: int) -> tuple[NDArray, NDArray]:
    """Leak probability of live objects by architecture, and its standard error.

    `outcomes` are worlds of `trials` trials each. The trial is the sample: a ratio of sums over
    trials, with the variance of a ratio where the number of live objects varies.
    """
    products = np.sum([outcome.products for outcome in outcomes], axis=0)
    number = sum(outcome.live.sum() for outcome in outcomes)
    samples = trials * len(outcomes)
    p = sum(outcome.leakers.sum(-1) for outcome in outcomes) / number
    squared, crossed, lived = np.diag(products)[:-1], products[:-1, -1], products[-1, -1]
    scatter = np.maximum(squared - 2 * p * crossed + p * p * lived, 0.0)
    return p, np.sqrt(scatter / max(samples - 1, 1) / samples) / (number / samples)
