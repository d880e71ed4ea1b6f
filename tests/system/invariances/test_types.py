"""Statistical: rounds split over two identical types are as good as rounds of one type, where
fire channels don't count engagements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.support import consistency
from tests.support.opportunity_table import Replay, one_cell, split
from tests.system.invariances.one_program import replayed
from tests.system.invariances.two_samples import assert_same_distribution, differs

TRIALS = 256 * 32


class Defence(NamedTuple):
    """Rounds of x by battery, and how they are split over x and y; and who commands them."""

    rounds: Mapping[str, int]
    halves: Mapping[str, tuple[int, int]]
    architecture: str
    doctrine: str


DEFENCES = {
    "short of rounds": Defence({"a": 5}, {"a": (2, 3)}, one_cell("a"), "salvo = [2, 1]"),
    "spend the rest": Defence(
        {"a": 4, "b": 4},
        {"a": (1, 3), "b": (4, 0)},
        one_cell("a", "b"),
        'salvo = [1], last_salvo = "rest", dead_called_alive = 0.2, live_called_dead = 0.2',
    ),
    "cells at random": Defence(
        {"a": 3, "b": 4},
        {"a": (2, 1), "b": (1, 3)},
        split("a", "b"),
        "salvo = [2], burst_s = 15, others_kills_s = 3",
    ),
}


def played(defence: Defence, *, types: str, sspk_y: float = 0.6) -> Replay:
    """Three threats of one wave and one more, each with two or three looks."""
    if types == "x":
        magazines = {name: {"x": n} for name, n in defence.rounds.items()}
    else:
        magazines = {name: {"x": x, "y": y} for name, (x, y) in defence.halves.items()}
    kill = {"x": 0.6, "y": sspk_y}
    shots = [
        f"{wave} {battery} {kind} {launch} {launch + 8} {kill[kind]}"
        for wave, launches in (("m", (0, 20, 40)), ("late", (7, 27)))
        for battery in magazines
        for kind in types
        for launch in launches
    ]
    return replayed(
        trials=TRIALS,
        shots="\n".join(shots),
        raid={"m": 'class = "m", count = 3', "late": 'class = "n", count = 1'},
        battery={
            name: f"magazine = {{{', '.join(f'{k} = {n}' for k, n in some.items())}}}"
            for name, some in magazines.items()
        },
        architecture=defence.architecture,
        doctrine=f"assessment_s = 5, {defence.doctrine}",
    )


@pytest.mark.parametrize("name", DEFENCES)
def test_rounds_of_two_identical_types_are_as_good_as_of_one(name: str) -> None:
    """Leakers by class and in total; and rounds fired, whose standard error is at most that of
    a count that is always 0 or all (Bhatia and Davis). False alarm 6e-5 for each of some 12
    comparisons. The luck differs: each type has opportunities of its own."""
    defence = DEFENCES[name]
    one, two = played(defence, types="x"), played(defence, types="xy")
    assert one.histogram() != two.histogram()
    assert_same_distribution(one.result, two.result)
    loaded = sum(defence.rounds.values())
    fired = float(one.rounds()), float(two.rounds())
    variance = fired[0] * (loaded - fired[0]) + fired[1] * (loaded - fired[1])
    assert abs(fired[0] - fired[1]) <= consistency.MOST_STANDARD_ERRORS * (variance / TRIALS) ** 0.5
    assert 0 < fired[0] < loaded + 1e-9


def test_types_that_are_not_identical_are_told_apart() -> None:
    """A second type of .55 for .6."""
    defence = DEFENCES["short of rounds"]
    one, two = played(defence, types="x"), played(defence, types="xy", sspk_y=0.55)
    assert differs(one.result, two.result)


def test_with_fire_channels_two_types_are_worse() -> None:
    """An engagement holds a channel whatever its rounds (rule 23): two rounds of x are one
    engagement, a round of x and one of y are two. With one channel the second is not fired."""
    fired = []
    for magazine in ("x = 2", "x = 1, y = 1"):
        case = replayed(
            shots="\n".join(f"m a {kind} 0 10 0.5" for kind in "xy" if kind in magazine),
            raid={"m": 'class = "m", count = 1'},
            battery={"a": f"magazine = {{{magazine}}}, channels = 1"},
            architecture=one_cell("a"),
            doctrine="salvo = [2]",
        )
        fired.append(case.rounds())
    assert fired == [2, 1]
