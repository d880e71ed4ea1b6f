"""Exact: moving every start and arrival by the same time changes no count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.system.invariances.laydown import LAYDOWN
from tests.system.invariances.random_tables import few, random_tables
from tests.system.invariances.transforms import assert_same_counts, shifted, simulated


@few
@given(random_tables(), st.integers(1, 10_000_000).map(lambda ms: ms / 1000))
def test_all_times_later_change_nothing(seed: int, text: str, by_s: float) -> None:
    """Whole tallies; times are relative everywhere, up to some 3 hours."""
    later = simulated(shifted(text, by_s), seed).tally
    assert_same_counts(simulated(text, seed).tally, later, by_time=False)


@pytest.mark.parametrize("by_s", [3600.0, 0.001])
def test_all_arrivals_later_change_nothing(seed: int, by_s: float) -> None:
    """In a laydown flights are computed, and rounded to milliseconds after they are moved; by
    whole milliseconds this gives the same schedule, word for word."""
    one, other = simulated(LAYDOWN, seed), simulated(shifted(LAYDOWN, by_s), seed)
    by_hours = by_s % 3600 == 0
    assert_same_counts(one.tally, other.tally, by_time=by_hours)
    if by_hours:
        np.testing.assert_array_equal(one.tally.axes.time + by_s, other.tally.axes.time)
    np.testing.assert_array_equal(one.schedule_hash, other.schedule_hash)


def test_one_wave_later_is_another_raid(seed: int) -> None:
    later = LAYDOWN.replace("[1200, 1260]", "[1210, 1270]")
    one, other = simulated(LAYDOWN, seed), simulated(later, seed)
    assert one.schedule_hash.tolist() != other.schedule_hash.tolist()
