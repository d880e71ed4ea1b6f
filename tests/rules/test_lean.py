"""The drill changes nothing, and these tests can fail: bent rules are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mcdefense.chance import chances
from mcdefense.contract import purposes
from mcdefense.firecontrol import control as fire_control
from tests.support.opportunity_table import MANY, one_cell, replay, split

CASES: dict[str, dict[str, Any]] = {
    "plain": {
        "shots": "m a x 0 10 0.5\nm a x 20 30 0.6\nn a x 20 31 0.7",
        "battery": {"a": "magazine = {x = 9}"},
        "architecture": one_cell("a"),
    },
    "scarce": {
        "shots": "m a x 0 10 0.5\nn b y 0 10 0.4\nm b y 20 30 0.6\nn b y 20 31 0.7",
        "battery": {"a": "magazine = {x = 3}, channels = 2", "b": "magazine = {y = 2}"},
        "architecture": {"joined": one_cell("a", "b"), "apart": split("a", "b")},
        "doctrine": "salvo = [2, 1], live_called_dead = 0.3",
        "more": "threat.m.called = 0.8",
    },
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_drill_changes_nothing(name: str) -> None:
    """With and without the drill (so with and without the features it switches on) every case
    has the same leakers, rounds and causes. Its luck is that of the list and the objects, and
    the drill stands at the end of both."""
    case = CASES[name]
    raid = {"m": 'class = "m", count = 3', "n": 'class = "n", count = 2'}
    full = replay(trials=MANY, raid=raid, **case)
    lean = replay(trials=MANY, raid=raid, lean=True, **case)
    for architecture in lean.result.tally.axes.architecture:
        for kind in "mn":
            assert full.histogram(architecture, kind) == lean.histogram(architecture, kind)
            assert full.outcome(architecture, kind) == lean.outcome(architecture, kind)
            for what in ("rounds_fired", "rounds_wasted", "kills", "looks"):
                of = (architecture, None, None, kind, what)
                assert full.rounds(*of) == lean.rounds(*of)
    assert len(lean.histogram(lean.result.tally.axes.architecture[0])) > 1


def _times_end_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends at t is over 1 ms after t."""
    known = fire_control.durations_ms
    monkeypatch.setattr(
        fire_control, "durations_ms", lambda s: known(s) + (np.asarray(s) > 0).astype(np.int64)
    )


def _independent_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A salvo kills no better than one round."""
    monkeypatch.setattr(chances, "limit", lambda p: purposes.limit(np.minimum(p, 0.5)))


def _fire_twice(case: dict[str, Any]) -> list[float]:
    seen = replay(
        trials=MANY,
        raid={"m": 'class = "m", count = 1'},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        **case,
    )
    return [float(seen.mean_leakers()), float(seen.rounds())]


@pytest.mark.parametrize(
    ("bend", "case", "right"),
    [
        (_times_end_late, {"shots": "m a x 0 10 0\nm a x 20 30 1"}, [0.0, 2.0]),
        (_independent_rounds, {"shots": "m a x 0 10 0.5", "doctrine": "salvo = [3]"}, [0.125, 3.0]),
    ],
)
def test_a_bent_rule_is_found(
    monkeypatch: pytest.MonkeyPatch,
    bend: Callable[[pytest.MonkeyPatch], None],
    case: dict[str, Any],
    right: list[float],
) -> None:
    """The same case, right first, then with a rule bent: the answer moves by more than any
    tolerance used here (4 standard errors of 0.125 over these trials: 0.011)."""
    assert np.allclose(_fire_twice(case), right, atol=0.011)
    bend(monkeypatch)
    assert not np.allclose(_fire_twice(case), right, atol=0.011)
