"""Two results side by side: what pairing by world is worth, exactly."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from mcdefense.statistics import (
    Result,
    Side,
    Tally,
    contrast,
    costs,
    estimate,
    estimates_anew,
    leakers,
)
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


def test_cost_is_paired_by_world() -> None:
    """Worlds of 50 trials fire 100, 300, 500 and 700 rounds of cost 3 apart, and 50, 50, 50 and 150
    fewer joined: 1, 1, 1 and 3 rounds a raid, which cost 3, 3, 3 and 9. Of their mean, 4.5, the
    standard error is 3 / 4^.5 = 1.5, and Student's t of 3 degrees 3.18245. The two imagined trials
    of 200 differ by the cost of one round: 1.96 x 2^.5 x 3 / 200."""
    base = result_of([1, 1, 1, 1], 1)
    apart = np.array([100, 300, 500, 700])
    fewer = np.array([50, 50, 50, 150])
    fired = base.tally["rounds_fired_by_world"].copy()
    fired[:, 0, 0, 0], fired[:, 1, 0, 0] = apart, apart - fewer
    rounds = base.tally["rounds_fired"].copy()
    rounds[:, 0, 0, 0] = fired[:, :, 0, 0].sum(axis=0)
    counts = {**base.tally.counts, "rounds_fired_by_world": fired, "rounds_fired": rounds}
    names = base.tally.axes.interceptor
    prices = json.dumps(dict.fromkeys(names, 3.0))
    known: dict[str, str | int | float] = {"seed": 1, "interceptor_costs": prices}
    made = replace(base, tally=Tally(base.tally.axes, counts), provenance=known)
    table = contrast(Side(made, 0), Side(made, 1), costs)
    assert table.paired
    assert table.labels == (("total",), (names[0],))
    half = np.hypot(3.182446 * 1.5, 1.959964 * 2**0.5 * 3 / 200)
    for place in (0, 1):
        assert table.baseline[0][place] == pytest.approx(3 * 1600 / 200)
        three = [end[place] for end in table.difference]
        assert three == pytest.approx([-4.5, -4.5 - half, -4.5 + half], abs=1e-5)
    spent = [made_anew(made)[f"expected_rounds_cost{end}"][0] for end in ("", "_low", "_high")]
    assert [end[0] for end in table.baseline] == spent
    assert costs(Side(replace(made, provenance={"seed": 1}), 0)) == {}


def made_anew(result: Result) -> dict[str, np.ndarray]:
    return estimates_anew(result.tally, result.plan, result.provenance)
