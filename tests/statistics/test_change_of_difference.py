"""What the difference between two architectures changes against the base of a study: known exactly
where it is counted by hand, and with its sign turned where the pair is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mcdefense.report import study_json, study_screen
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import Result, Study, StudyAxis, Tally, change_of_difference
from mcdefense.statistics.study_estimates import with_estimates
from tests.statistics.counted_by_hand import count

APART = [1, 3, 5, 7, 9, 2, 4, 6]


def point(fewer: list[int], apart: list[int], seed: int = 1) -> Result:
    """Worlds whose 50 trials leak so many apart, and so many fewer joined, of ten."""
    levels = np.stack([np.array(apart), np.array(apart) - np.array(fewer)], axis=1)
    x = np.repeat(levels[:, np.newaxis, :, np.newaxis], 50, axis=1)
    plan = np.full(len(apart), "all", object)
    tally = count(x, np.full((len(apart), 50, 1), 10))
    return Result(tally, {}, plan=plan, provenance={"seed": seed})


def study_of(*points: Result, **known: str) -> Study:
    axis = StudyAxis("scale", "raid.scale", tuple(float(n + 1) for n in range(len(points))))
    size: dict[str, str | int | float] = {"seed": 1, "worlds": 8, "trials_per_world": 50}
    return with_estimates(Study((axis,), points, 0, {}, {**size, **known}))


BASE = point([1] * 8, APART)
ALIKE = point([1] * 8, [level + 1 for level in APART])
MORE = point([2] * 8, [level + 2 for level in APART])
UNLIKE = point([1, 3] * 4, [level + 3 for level in APART])


def test_it_is_that_of_each_world() -> None:
    """Joined lets one leaker fewer through in each world of the base, and at the second point too,
    where more leaks under both: nothing is changed. At the third it lets two fewer through in each
    world: -1, known but for two imagined trials of 400. At the fourth it is one and three by turns:
    -1 in the mean of 0 and -2, with the standard error (8 / 7 / 8)^.5 and Student's t of 7 degrees,
    2.364624. What leaks itself differs by as much as 8 from world to world and plays no part."""
    study = study_of(BASE, ALIKE, MORE, UNLIKE)
    value, low, high = change_of_difference(study, 0, 1)
    assert value.tolist() == [0, 0, -1, -1]
    imagined = 1.959964 * 2**0.5 / 400
    spread = float(np.hypot(2.364624 / 7**0.5, imagined))
    half = [0, imagined, imagined, spread]
    assert high - value == pytest.approx(half, abs=1e-6)
    assert value - low == pytest.approx(half, abs=1e-6)


def test_the_other_way_round_it_has_the_other_sign() -> None:
    study = study_of(BASE, ALIKE, MORE, UNLIKE)
    value, low, high = change_of_difference(study, 0, 1)
    turned = change_of_difference(study, 1, 0)
    for one, other in zip(turned, (-value, -high, -low), strict=True):
        assert one == pytest.approx(other)
    reading = StudyReading(
        study_of(BASE, MORE, baseline="architecture_1", compare="architecture_0")
    )
    assert [one.value for one in reading.changes_of_gain] == [0, 1]


def test_of_other_worlds_it_is_as_of_independent_runs() -> None:
    value, low, high = change_of_difference(
        study_of(BASE, replace(MORE, provenance={"seed": 2})), 0, 1
    )
    base, more = (study.estimates for study in (study_of(BASE), study_of(MORE)))
    name = "difference_expected_leakers"
    reach = [
        float(np.hypot(*(one[f"{name}{end}"][0, 0] - one[name][0, 0] for one, end in ends)))
        for ends in (((more, "_low"), (base, "_high")), ((more, "_high"), (base, "_low")))
    ]
    assert value[1] == -1
    assert [value[1] - low[1], high[1] - value[1]] == pytest.approx(reach)


def test_a_point_without_trials_has_none() -> None:
    empty = replace(MORE, tally=Tally.zeros(MORE.tally.axes))
    value, low, high = change_of_difference(study_of(BASE, empty), 0, 1)
    assert np.isnan([value[1], low[1], high[1]]).all()
    assert value[0] == 0


def test_screen_and_json_have_it() -> None:
    study = study_of(BASE, ALIKE, MORE, UNLIKE)
    table = study_screen(study).partition("CHANGE TO THE BASE")[2].splitlines()
    assert table[0].split() == ["architecture_0", "architecture_1", "difference"]
    last = [" ".join(line.split()[-2:]) for line in table[1:5]]
    assert last == ["0 ±0", "0 ±0.007", "-1.000 ±0.007", "-1.0 ±0.9"]
    told = " ".join(" ".join(table[5:]).split())
    assert told == (
        "(difference: that of the point minus that of the base, by world; below zero where "
        "architecture_1 gains more, or loses less, than at the base)"
    )
    points = study_json(study)["points"]
    name = "change_difference_expected_leakers"
    pair = "architecture_1 - architecture_0"
    three = change_of_difference(study, 0, 1)
    for number, one in enumerate(points):
        for end, array in zip(("", "_low", "_high"), three, strict=True):
            assert one["estimates"][name + end] == {pair: array[number]}
