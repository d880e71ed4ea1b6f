"""The screen says what would make the intervals shorter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mcdefense.report.narrowing import few_worlds, what_narrows
from mcdefense.report.reading import read_result
from mcdefense.run import simulate
from mcdefense.scenario import loads
from tests.support.small_scenarios import TABLE


@pytest.mark.parametrize(
    ("within", "between", "said"),
    [
        (0.1, 1.0, "More worlds would narrow the intervals, more trials hardly. "),
        (1.0, 0.1, "Trials narrow the intervals, whether in more worlds or in the same. "),
        (1.0, 1.0, "More worlds would narrow the intervals most, more trials less. "),
        (1.0, np.nan, ""),
        (0.0, 0.0, ""),
    ],
)
def test_the_greater_part_of_the_error_is_what_can_be_narrowed(
    within: float, between: float, said: str
) -> None:
    result = simulate(loads(TABLE), devices=1)
    errors = {
        "sampling_error_within": np.full(2, within),
        "sampling_error_between": np.full(2, between),
    }
    reading = read_result(replace(result, estimates={**result.estimates, **errors}))
    assert what_narrows(reading, [0, 1]) == said


@pytest.mark.parametrize(("worlds", "is_few"), [(1, False), (2, True), (63, True), (64, False)])
def test_few_worlds_are_said_to_be_few(worlds: int, is_few: bool) -> None:
    said = "Intervals from so few worlds hold less often than 95 %: take 128. "
    assert few_worlds(worlds) == (said if is_few else "")
