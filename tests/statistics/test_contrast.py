"""Two results side by side: what pairing by world is worth, exactly."""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics import Result, Side, contrast, estimate, leakers
from tests.statistics.counted_by_hand import count


def result_of(levels: list[int], seed: int) -> Result:
    """Worlds in which every trial of 50 has so many leakers of ten."""
    x = np.repeat(np.array(levels), 50 * 2).reshape(len(levels), 50, 2, 1)
    tally = count(x, np.full((len(levels), 50, 1), 10))
    plan = np.full(len(levels), "all", object)
    return Result(tally, estimate(tally), plan=plan, provenance={"seed": seed})


LEVELS = [1, 3, 5, 7, 9, 2, 4, 6]


def width_of(other: Result) -> tuple[bool, float, float]:
    table = contrast(Side(result_of(LEVELS, 1), 0), Side(other, 1), leakers)
    place = table.labels.index(("total",))
    value, low, high = (float(end[place]) for end in table.difference)
    assert low <= value <= high
    return table.paired, value, high - low


def test_paired_worlds_that_differ_alike_leave_next_to_no_error() -> None:
    """Each world has one leaker fewer: the difference is -1 in all of them. Of two runs of other
    worlds the spread of the worlds, 2.7 leakers, counts twice: 2 x 2.36 x 2.67 / 8^.5 x 2^.5 = 6.3
    is about the width. Two imagined trials of 400 leave 2 x 1.96 x 2^.5 / 400 = .0139."""
    fewer = [level - 1 for level in LEVELS]
    paired, value, width = width_of(result_of(fewer, 1))
    assert paired
    assert value == pytest.approx(-1)
    assert width == pytest.approx(0.0139, abs=1e-4)
    paired, value, width = width_of(result_of(fewer, 2))
    assert not paired
    assert value == pytest.approx(-1)
    assert 4 < width < 9


def test_other_worlds_are_no_pairs() -> None:
    paired, _, width = width_of(result_of(LEVELS[:6], 1))
    assert not paired
    assert width > 4


def test_nothing_on_either_side_has_no_row() -> None:
    none = Side(result_of([0, 0], 1), 0)
    assert contrast(none, none, leakers).labels == ()
