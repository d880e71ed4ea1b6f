"""The screen says what would make the intervals shorter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mcdefense.report.narrowing import few_worlds, what_narrows
from mcdefense.report.reading import read_result
from mcdefense.report.warned import warnings_of
from mcdefense.run import simulate
from mcdefense.scenario import loads
from mcdefense.statistics import Result
from tests.support.raid_result import raid_result
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


FEW = "Intervals from so few worlds hold less often than 95 %: take 128. "
HARDLY = "few worlds (2): the spread of the inputs is hardly seen"


@pytest.mark.parametrize(("worlds", "is_few"), [(1, False), (2, True), (63, True), (64, False)])
def test_few_worlds_are_said_to_be_few(worlds: int, is_few: bool) -> None:
    reading = read_result(raid_result(worlds=worlds, trials=2))
    assert few_worlds(reading) == (FEW if is_few else "")


@pytest.fixture(scope="module")
def fixed() -> Result:
    return simulate(loads(TABLE), devices=1)


UNCERTAIN = """[uncertainty.kill]
paths = ["interceptor.round.against.warhead.sspk"]
as = "value"
distribution = "uniform"
low = 0.6
high = 0.9
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("count   = 4", "count   = [3, 4]"),
        ("count   = 4", "count   = { poisson = 4 }"),
        ("start_s = 0\n", "start_s = [0, 9]\n"),
        ("start_s = 0\n", 'start_s = 0\nasset = ["here", "there"]\n'),
        (
            "[raid.salvo]",
            "[plan.day]\nwaves = ['salvo']\n[plan.night]\nwaves = ['salvo']\n[raid.salvo]",
        ),
        ("[architecture.alone]", f"{UNCERTAIN}[architecture.alone]"),
        (
            "[architecture.alone]",
            "[architecture.alone]\nnetwork = { onset_s = [0, 9], availability = 0.5 }",
        ),
    ],
)
def test_worlds_that_draw_nothing_are_not_said_to_be_few(fixed: Result, old: str, new: str) -> None:
    reading = read_result(fixed)
    assert few_worlds(reading) == ""
    assert HARDLY not in warnings_of(reading)
    assert old in TABLE
    text = TABLE.replace(old, new)
    text += "[asset.here]\n[asset.there]\n" * ("asset" in new)
    drawn = read_result(replace(fixed, scenario_text=text))
    assert loads(text).raid
    assert few_worlds(drawn) == FEW
    assert HARDLY in warnings_of(drawn)
