"""How much larger a raid one architecture withstands: exact where worlds are alike, paired where
they are not, and said where the grid does not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from mcdefense.report import study_screen
from mcdefense.statistics import (
    Criterion,
    Larger,
    Result,
    Study,
    StudyAxis,
    WithstoodAnswer,
    with_answer,
    with_estimates,
    withstood,
    withstood_more,
)
from tests.statistics.counted_by_hand import count

FEW = Criterion("expected_leakers", 2.5)
SIZES = (1.0, 2.0, 3.0, 4.0)
UNKNOWN = None


def study_of(leakers: Sequence[np.ndarray], sizes: Sequence[float] = SIZES) -> Study:
    """A point for each size, in whose worlds every trial of 50 has these leakers [W, A] of ten
    live threats a size."""
    points = []
    for size, levels in zip(sizes, leakers, strict=True):
        x = np.repeat(np.asarray(levels)[:, np.newaxis, :, np.newaxis], 50, axis=1)
        live = np.full((len(levels), 50, 1), int(10 * size))
        plan = np.full(len(levels), "all", object)
        points.append(Result(count(x, live), {}, plan=plan, provenance={"seed": 1}))
    axis = StudyAxis("scale", "raid.scale", tuple(sizes))
    known: dict[str, str | int | float] = {"seed": 1, "worlds": 8, "trials_per_world": 50}
    return with_estimates(Study((axis,), tuple(points), 0, {}, known))


def passing(base: int, compare: int) -> Study:
    """A study of which so many sizes from the smallest on pass clearly, and the others clearly
    fail."""
    limits = np.array([base, compare])
    return study_of([np.tile(np.where(place < limits, 1, 5), (8, 1)) for place in range(4)])


@pytest.mark.parametrize(
    ("base", "compare", "size", "told"),
    [
        (
            2,
            3,
            (UNKNOWN, 0, 2),
            "more than 0, less than +2; live threats a raid: more than 0, less than +20.0",
        ),
        (
            3,
            1,
            (UNKNOWN, -3, -1),
            "more than -3, less than -1; live threats a raid: more than -30.0, less than -10",
        ),
        (
            2,
            2,
            (UNKNOWN, -1, 1),
            "more than -1, less than +1; live threats a raid: more than -10.0, less than +10",
        ),
        (2, 4, (UNKNOWN, 1, UNKNOWN), "+1 or more, as sizes beyond the grid may pass"),
        (4, 3, (UNKNOWN, UNKNOWN, 0), "0 or less, as sizes beyond the grid may pass"),
        (4, 4, (UNKNOWN, UNKNOWN, UNKNOWN), "cannot be told, as sizes beyond the grid may pass"),
        (0, 2, (UNKNOWN, 1, 3), "more than +1, less than +3; live"),
        (0, 0, (UNKNOWN, -1, 1), "cannot be told: add smaller sizes LEAKERS A RAID"),
        (0, 1, (UNKNOWN, 0, 2), "more than 0, less than +2; live"),
    ],
)
def test_what_the_grid_tells(
    base: int, compare: int, size: tuple[float | None, ...], told: str
) -> None:
    study = passing(base, compare)
    (more,) = withstood_more(study, FEW)
    assert more.size == Larger(*size)
    assert more.threats == Larger(*(None if end is None else 10 * end for end in size))
    text = study_screen(with_answer(study, WithstoodAnswer(FEW)))
    lines = " ".join(text.split())
    assert f"LARGER THAN WHAT {more.baseline} WITHSTANDS BY {more.compare}: {told}" in lines
    assert ("no clear difference" in text) == (base == compare == 2)


def test_a_grid_that_begins_too_high_says_so() -> None:
    """Worlds of 1 and 5 leakers by turns at every size: by the estimates 3 of 3.5 are let through
    and every size passes, but none clearly, nor does any clearly fail. Of 2.9 not even
    the smallest passes by the estimate. Where all other sizes clearly fail that bounds it above."""
    worlds = np.tile([[1, 1], [5, 5]], (4, 1))
    criterion = Criterion("expected_leakers", 3.5)
    study = with_answer(study_of([worlds] * 4), WithstoodAnswer(criterion))
    text = " ".join(study_screen(study).split())
    told = "4 or more by the estimates; how much less cannot be told: add smaller sizes"
    assert f"architecture_0: {told} live threats" in text
    assert "WITHSTANDS BY architecture_1: cannot be told: add smaller sizes LEAKERS" in text
    below = Criterion("expected_leakers", 2.9)
    study = with_answer(study_of([worlds, *[worlds + 4] * 3]), WithstoodAnswer(below))
    text = " ".join(study_screen(study).split())
    why = "as the smallest neither clearly passes nor clearly fails"
    told = f"cannot be told: add smaller sizes, {why}"
    assert f"architecture_0: {told} architecture_1: {told}" in text
    study = with_answer(study_of([worlds, *[worlds + 4] * 3]), WithstoodAnswer(criterion))
    text = " ".join(study_screen(study).split())
    told = "at least 1, less than 2 by the estimates, 2 at most; how much less cannot be told"
    assert f"architecture_0: {told}: add smaller sizes live threats" in text


def test_each_size_has_the_difference_of_its_trials() -> None:
    """Worlds that leak 1 to 8 apart leak one fewer joined: -1 in every trial at every size, known
    but for two imagined trials of 400, and of the other estimate what the trials without a leaker
    are, one world of eight."""
    apart = np.arange(1, 9)
    levels = [np.stack([apart, apart - 1], axis=1)] * 4
    for criterion, told in (
        (Criterion("expected_leakers", 9.0), "-1.000 ±0.007"),
        (Criterion("p_no_leakers", 0.5), "+12"),
    ):
        text = study_screen(with_answer(study_of(levels), WithstoodAnswer(criterion)))
        rows = text.splitlines()[-5:-1]
        assert [line.split()[0] for line in rows] == ["1", "2", "3", "4"]
        assert all(told in line for line in rows)
        unit = ", in %-points" if criterion.estimate == "p_no_leakers" else ""
        last = f"(difference: architecture_1 minus architecture_0, paired{unit})"
        assert text.splitlines()[-1] == last


def test_whole_numbers_one_apart_are_told_exactly() -> None:
    """Of the counts 1, 2, 3 and 6 the baseline withstands 2 exactly, and compare 3 to 5."""
    sizes = (1.0, 2.0, 3.0, 6.0)
    levels = [np.tile([[1 + 4 * (n > 2), 1 + 4 * (n > 3)]], (8, 1)) for n in sizes]
    study = study_of(levels, sizes)
    axis = StudyAxis("count", "raid.salvo.count", sizes)
    study = replace(study, axes=(axis,))
    told = [(one.value, one.below, one.low, one.high) for one in withstood(study, FEW)]
    assert told == [(2, 3, 2, 2), (3, 6, 3, 5)]
    (more,) = withstood_more(study, FEW)
    assert more.size == Larger(None, 1, 3)
    assert more.threats == Larger(None, 10, 40)
    text = study_screen(with_answer(study, WithstoodAnswer(FEW)))
    shown = "  architecture_0: 2 (2 to 2)\n    live threats a raid: about 20.0\n"
    assert shown in text
    shown = "at least about 30.0, less than about 60.0\n"
    assert f"  architecture_1: 3 to 5 (3 to 5)\n    live threats a raid: {shown}" in text
    assert "  architecture_1: from +1 to +3; live threats a raid: from +10.0 to +40.0\n" in text


def test_what_moves_both_alike_leaves_their_difference() -> None:
    """Worlds leak 1 to 8 leakers at the size 2, under both architectures alike. Each withstands 1
    to less than 4, and the difference is 0 with certainty, but for the gap of the grid. Held
    against worlds in another order it is not."""
    levels = np.arange(1, 9)
    alike = [np.stack([size * levels / 2, size * levels / 2], axis=1) for size in SIZES]
    study = study_of([np.rint(x).astype(int) for x in alike])
    wide = Criterion("expected_leakers", 4.6)
    assert [(one.low, one.value, one.high) for one in withstood(study, wide)] == [(1, 2, 4)] * 2
    (more,) = withstood_more(study, wide)
    assert more.size == Larger(None, -1, 1)
    turned = [np.stack([x[:, 0], x[::-1, 1]], axis=1) for x in alike]
    (more,) = withstood_more(study_of([np.rint(x).astype(int) for x in turned]), wide)
    assert more.size.low is not None
    assert more.size.high is not None
    assert more.size.low < -1 < 1 < more.size.high


def test_the_order_of_the_sizes_does_not_matter() -> None:
    levels = [np.tile([[size, size + 1]], (8, 1)).astype(int) for size in range(4)]
    (forth,) = withstood_more(study_of(levels), FEW)
    (back,) = withstood_more(study_of(levels[::-1], SIZES[::-1]), FEW)
    assert forth == back
    assert forth.size == Larger(None, -2, 0)


def test_one_architecture_has_nothing_to_be_held_against() -> None:
    study = study_of([np.full((8, 1), place) for place in range(4)])
    assert withstood_more(study, FEW) == ()
    assert "LARGER" not in study_screen(with_answer(study, WithstoodAnswer(FEW)))
