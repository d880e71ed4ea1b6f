"""Do 95 % intervals hold the truth 95 times in 100? A small seeded study; a long one is elsewhere.

200 replications of 15 intervals: if all cover .95, one falls to `LEAST` with a chance of 4e-5 and
one covers in every replication with a chance of 5e-4.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from counted_by_hand import count

from mcdefense.statistics import estimate

SEED = int(os.environ.get("MCDEFENSE_TEST_SEED", "1"))
REPLICATIONS = 200
LEAST = 0.865
THREATS = 8


def leak_probabilities(rng: np.random.Generator, worlds: int, spread: bool) -> np.ndarray:
    """Leak probability [W, 2] of each world: .2 and .14, or 1 and .7 times a draw Beta(4, 16)."""
    first = rng.beta(4, 16, worlds) if spread else np.full(worlds, 0.2)
    return np.stack([first, 0.7 * first], axis=-1)


def covered(worlds: int, trials: int, spread: bool) -> dict[str, float]:
    """How often each interval holds its truth over the replications."""
    rng = np.random.default_rng([SEED, worlds, trials])
    exact = leak_probabilities(np.random.default_rng(0), 1_000_000 if spread else 1, spread)
    clean = ((1 - exact) ** THREATS).mean(axis=0)
    leak = exact.mean(axis=0)
    truth = {
        "leak_probability_total": leak[0],
        "expected_leakers": THREATS * leak[0],
        "p_no_leakers": clean[0],
        "difference_expected_leakers": THREATS * (leak[0] - leak[1]),
        "difference_p_no_leakers": clean[1] - clean[0],
    }
    hits = dict.fromkeys(truth, 0)
    live = np.full((worlds, trials, 1), THREATS)
    for _ in range(REPLICATIONS):
        p = leak_probabilities(rng, worlds, spread)
        luck = rng.random((worlds, trials, 1, THREATS))
        leakers = (luck < p[:, np.newaxis, :, np.newaxis]).sum(axis=-1)
        found = estimate(count(leakers[..., np.newaxis], live))
        for name, value in truth.items():
            low, high = found[name + "_low"].ravel()[0], found[name + "_high"].ravel()[0]
            hits[name] += bool(low <= value <= high)
    return {name: number / REPLICATIONS for name, number in hits.items()}


@pytest.mark.parametrize(
    ("worlds", "trials", "spread"), [(1, 200, False), (5, 60, True), (100, 1, True)]
)
def test_intervals_cover(worlds: int, trials: int, spread: bool) -> None:
    shares = covered(worlds, trials, spread)
    assert all(LEAST < share < 1 for share in shares.values()), shares


def test_the_study_can_fail() -> None:
    """Taking the 8 threats of unlike worlds as the sample covers far too seldom."""
    rng = np.random.default_rng(SEED)
    p = rng.beta(4, 16, (REPLICATIONS, 5))
    share = rng.binomial(60 * THREATS, p).mean(axis=1) / (60 * THREATS)
    half = 1.96 * np.sqrt(share * (1 - share) / (5 * 60 * THREATS))
    assert np.mean(np.abs(share - 0.2) <= half) < LEAST
