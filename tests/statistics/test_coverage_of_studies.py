"""How often intervals of a study's changes, and of rounds that joining is worth, hold the truth.

Worlds differ in how likely threats leak and in how much an option helps; the trials of two points
are drawn apart from each other within a world. Seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics import Result, StudyAxis, rounds_worth, saved, with_estimates
from mcdefense.statistics.study import Study
from tests.statistics.counted_by_hand import count

STUDIES = 200


def result_of(rng: np.random.Generator, leaks: np.ndarray, trials: int) -> Result:
    """Raids of four threats in worlds with these leak probabilities [W, A]."""
    worlds, architectures = leaks.shape
    shape = (worlds, trials, architectures, 1)
    leakers = rng.binomial(4, leaks[:, np.newaxis, :, np.newaxis], size=shape)
    tally = count(leakers, np.full((worlds, trials, 1), 4))
    return Result(tally, {}, plan=np.full(worlds, "all", object), provenance={"seed": 1})


@pytest.mark.parametrize("worlds", [8, 32])
def test_changes_hold_the_truth(worlds: int) -> None:
    """An option lets .5 or .9 of what leaked before through, world by world: it saves 4 x .375 x .3
    leakers. Of 200 intervals 93 to 97 % hold that: fewer than 174 come with 1e-3 at 93 %, and
    200 with 2e-3 at 97 %. So do those of a study's change of P(no leaker)."""
    rng = np.random.default_rng(worlds)
    truth = 4 * 3 / 8 * 0.3
    p, dp = np.polynomial.legendre.leggauss(60)
    p, dp = (p + 1) / 2, dp / 2
    density = 105 * p**2 * (1 - p) ** 4  # of a Beta(3, 5)
    clean = float(dp @ (density * ((1 - 0.5 * p) ** 4 + (1 - 0.9 * p) ** 4) / 2))
    clean -= float(dp @ (density * (1 - p) ** 4))
    held = np.zeros(2, int)
    for _ in range(STUDIES):
        before = rng.beta(3, 5, worlds)
        after = before * rng.choice([0.5, 0.9], worlds)
        base, option = (result_of(rng, x[:, np.newaxis], 40) for x in (before, after))
        axis = StudyAxis("case", "", ("base", "option"))
        study = with_estimates(Study((axis,), (base, option), 0))
        _, low, high = saved(study, 1, 0)
        held[0] += low <= truth <= high
        low, high = (study.estimates[f"change_p_no_leakers_{end}"][1, 0] for end in ("low", "high"))
        held[1] += low <= clean <= high
    assert np.all(held >= 174), held
    assert np.all(held <= 199), held


def test_rounds_hold_the_truth() -> None:
    """Apart 2, 1.75, 1.5, 1.25 and 1 leakers with 0 to 4 more rounds, joined 1.1: four is true.
    Of 200 intervals 93 % or more hold that, and fewer than 174 come with 1e-3 at 93 %. The numbers
    are whole, so that more may."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(STUDIES):
        factor = rng.uniform(0.7, 1.3, 16)
        points = []
        for more in range(6):
            apart = (2 - 0.25 * more) / 4 * factor
            joined = 1.1 / 4 * factor
            points.append(result_of(rng, np.stack([apart, joined], axis=1), 30))
        axis = StudyAxis("more", "", tuple(range(6)))
        study = with_estimates(Study((axis,), tuple(points), 0))
        found = rounds_worth("shot", tuple(range(6)), study, (0, 1))
        low = 99 if found.low is None else found.low
        high = 99 if found.high is None else found.high
        held += low <= 4 <= high
    assert held >= 174, held
