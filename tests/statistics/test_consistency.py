"""The test rule passes what is right and fails what is wrong."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest

from mcdefense.statistics.closed_forms.distribution import binomial
from tests.support.consistency import chi_square, z_of_mean, z_of_share, z_score

SEED = int(os.environ.get("MCDEFENSE_TEST_SEED", "1"))


def test_z_scores_by_hand() -> None:
    assert z_score(1.2, 1.0, 0.1) == pytest.approx(2)
    assert z_score(1.0, 1.0, 0.0) == 0
    assert z_score(0.9, 1.0, 0.0) == -math.inf
    assert z_of_share(60, 100, 0.5) == pytest.approx(2)
    assert z_of_mean([40, 60], [0.5, 0.5]) == pytest.approx(2)
    assert z_of_mean([0, 100], [0, 1]) == 0
    assert z_of_mean([1, 99], [0.0, 1.0]) == -math.inf


def test_chi_square_by_hand() -> None:
    fit = chi_square([40, 60], [0.5, 0.5])
    assert fit.chi_square == pytest.approx(4)
    assert (fit.degrees_of_freedom, fit.p_value) == (1, pytest.approx(0.0455002639))


def test_cells_of_few_are_pooled_with_their_neighbours() -> None:
    # expected 1, 3, 6, 88, 2: the first three make 10, the last joins the fourth
    fit = chi_square([0, 5, 5, 90, 0], [0.01, 0.03, 0.06, 0.88, 0.02])
    assert fit == (0.0, 1, 1.0)


def test_what_cannot_be_has_no_chance() -> None:
    assert chi_square([99, 0, 1], [0.9, 0.1, 0.0]).p_value == 0
    assert chi_square([99, 0, 1], [0.9, 0.1]).p_value == 0
    with pytest.raises(ValueError, match="add up to"):
        chi_square([1], [0.9])
    with pytest.raises(ValueError, match="without trials"):
        chi_square([0], [1.0])


def test_the_rule_accepts_the_truth_and_rejects_a_neighbour() -> None:
    """False alarm 1e-4 + 6e-5; the neighbour is 15 standard errors off."""
    seen = np.bincount(np.random.default_rng(SEED).binomial(10, 0.2, 100_000), minlength=11)
    assert chi_square(seen, binomial(10, 0.2)).p_value > 1e-4
    assert abs(z_of_mean(seen, binomial(10, 0.2))) < 4
    assert chi_square(seen, binomial(10, 0.206)).p_value < 1e-4
    assert z_of_mean(seen, binomial(10, 0.206)) < -4
