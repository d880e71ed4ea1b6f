"""Rules 14 to 16: the order of the tests, belief, looks."""

from __future__ import annotations

import pytest

from tests.support.opportunity_table import (
    MANY,
    assert_probability,
    one_cell,
    replay,
    split,
)

ONE = {"m": 'class = "m", count = 1'}

# Each failure makes the single opportunity of the threat fail one test of rule 14, in its order.
FAILURES = {
    "unavailable": {"more": 'coin.c = {level = "battery", probability = 0, batteries = ["a"]}'},
    "not_tracked": {"tracks": "own m 90 1"},
    "not_called": {"doctrine": "called = 0"},
    "held": {"doctrine": "looks_kept = 1"},
    "no_decision": {"cells": "decision_s = 60"},
    "no_channel": {"battery": "channels = 1"},
    "no_magazine": {"battery": "reserve = {x = {m = 9}}"},
}
ORDER = list(FAILURES)


def _first_reason(*failures: str) -> dict[str, int]:
    """Outcome of one opportunity at threat m, 50 s to 60 s, which fails all these tests.

    An earlier look of the same battery at threat n (40 to 80 s) keeps cell and channel busy. The
    dearer round x would be held for y at 70 s, which a battery that is never up would fire, where
    one look is enough: two are left, and y leaves one.
    """
    parts: dict[str, list[str]] = {key: [] for key in ("more", "doctrine", "cells", "battery")}
    tracks = "own m 0 1"
    for failure in failures:
        for key, text in FAILURES[failure].items():
            if key == "tracks":
                tracks = text
            else:
                parts[key].append(text)
    hold = "held" in failures
    battery = ", ".join(["magazine = {x = 9}", 'sensors = ["own"]', *parts["battery"]])
    case = replay(
        shots="n a x 40 80 1\nm a x 50 60 1" + ("\nm b y 70 85 1" if hold else ""),
        raid={"n": 'class = "n", count = 1', "m": 'class = "m", count = 1'},
        battery={"a": battery, "b": "magazine = {y = 9}"},
        tracks=f"own n 0 1\n{tracks}",
        architecture=one_cell("a", "b"),
        doctrine={
            "m": ", ".join(['classes = ["m"]', *parts["doctrine"]]),
            "all": ", ".join(['cells = ["all"]', *parts["cells"]]) if parts["cells"] else "",
        },
        more="\n".join(
            [
                "sensor.own = {}",
                'interceptor.y.remote = "engage"',
                'coin.never = {level = "battery", probability = 0, batteries = ["b"]}',
                *parts["more"],
            ]
        ),
    )
    return {name: int(count) for name, count in case.outcome().items()}


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_rule_14_the_first_test_that_fails_is_the_reason(place: int) -> None:
    """An opportunity that fails one test and all later ones counts for that one. (The reserve
    of 9 of 9 rounds leaves none available, but the even share is counted with it: rule 18.)

    Where the round is held, its cheap alternative is never up, which comes earlier in the list
    of causes: held remains.
    """
    assert _first_reason(*ORDER[place:]) == {ORDER[place]: 1}


@pytest.mark.parametrize("failure", ORDER)
def test_rule_14_each_test_alone(failure: str) -> None:
    """Each failure alone is the reason; none at all, and the sure round kills."""
    assert _first_reason(failure) == {failure: 1}
    assert _first_reason() == {"killed": 1}


def test_rule_14_judged_dead_comes_before_rounds_and_after_calling() -> None:
    """Battery a misses once and errs: believed dead. At 30 s its second opportunity would also
    find no rounds owed (salvo 1, 0), or an empty magazine: the reason is judged_dead."""
    case = replay(
        shots="m a x 0 10 0\nm a x 30 40 1\nn a x 0 10 0\nn a x 30 40 1",
        raid={"m": 'class = "m", count = 1', "n": 'class = "n", count = 1'},
        battery={"a": "magazine = {x = 2}"},
        architecture=one_cell("a"),
        doctrine="live_called_dead = 1, salvo = [1, 0]",
    )
    for kind in "mn":
        assert case.outcome(kind=kind) == {"judged_dead": 1}
    assert case.count("denied", "only", "a") == 0


def test_rule_14_nothing_owed_in_an_open_look_is_no_reason() -> None:
    """The salvo of 1 is fired at 0 s; at 5 s the look is open and full. The leaker's cause is
    the miss; nobody was denied anything."""
    case = replay(
        shots="m a x 0 10 0\nm a y 5 15 1",
        raid=ONE,
        battery={"a": "magazine = {x = 1, y = 0}"},
        architecture=one_cell("a"),
    )
    assert case.outcome() == {"missed": 1}
    assert case.count("denied", "only", "a") == 0


def test_rule_15_dead_called_alive_is_fired_at_again() -> None:
    """Each look errs: a sure kill at 10 s is followed by rounds at 30 s and 60 s, both wasted."""
    case = replay(
        shots="m a x 0 10 1\nm a x 30 40 1\nm a x 60 70 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        doctrine="dead_called_alive = 1",
    )
    assert case.leakers() == 0
    assert case.rounds() == 3
    assert case.rounds(what="rounds_wasted") == 2
    assert case.rounds(what="looks") == 3
    assert case.rounds(what="kills") == 1


def test_rule_15_each_look_errs_anew() -> None:
    """Error 1/2 in each look at the dead threat: a second round with 1/2, a third with 1/4 (the
    third look opens only if the second did, and erred)."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1\nm a y 30 40 1\nm a z 60 70 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9, y = 9, z = 9}"},
        architecture=one_cell("a"),
        doctrine='dead_called_alive = 0.5, choice = "first"',
    )
    assert case.rounds(interceptor="x") == 1
    assert_probability(case.rounds(interceptor="y"), 0.5, MANY)
    assert_probability(case.rounds(interceptor="z"), 0.25, MANY)


def test_rule_15_live_called_dead_is_for_good() -> None:
    """The first look misses and errs: neither of the two later sure rounds is fired. With 1/2
    half of the threats leak so."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 0\nm a x 30 40 1\nm a x 60 70 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9}"},
        architecture={"sure": one_cell("a", name="sure"), "half": one_cell("a", name="half")},
        doctrine={
            "sure": 'cells = ["sure"], live_called_dead = 1',
            "half": 'cells = ["half"], live_called_dead = 0.5',
        },
    )
    assert case.outcome("sure") == {"judged_dead": 1}
    assert case.rounds("sure") == 1
    assert set(case.outcome("half")) == {"judged_dead", "killed"}
    assert_probability(case.mean_leakers("half"), 0.5, MANY)


def test_rule_15_belief_waits_for_the_look_to_be_over() -> None:
    """Killed at 10 s, assessment 20 s: at 25 s the look is open, so the round still owed by the
    salvo of 2 flies (battery b adds it), though the threat is dead; at 30 s the look is over and
    it is judged dead."""
    case = replay(
        shots="m a x 0 10 1\nm b y 25 28 1\nm b y 60 70 1",
        raid=ONE,
        battery={"a": "magazine = {x = 1}", "b": "magazine = {y = 9}"},
        architecture=one_cell("a", "b"),
        doctrine={
            "all": 'assessment_s = 20, salvo = [2], choice = "first"',
            "wide": 'cells = ["all"], burst_s = 26',
        },
    )
    assert case.rounds(battery="b") == 1
    assert case.rounds(what="looks") == 1
    assert case.rounds(what="rounds_wasted") == 0


def test_rule_15_an_error_at_a_live_threat_hides_it_from_its_cell_only() -> None:
    """Cell a errs and gives up; cell b never errs and kills at 40 s."""
    case = replay(
        shots="m a x 0 10 0\nm a x 20 25 1\nm b y 30 40 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9}", "b": "magazine = {y = 9}"},
        architecture=split("a", "b"),
        doctrine='cells = ["a"], live_called_dead = 1',
    )
    assert case.outcome() == {"killed": 1}
    assert (case.rounds(battery="a"), case.rounds(battery="b")) == (1, 1)


def test_rule_15_errors_belong_to_the_looks_first_opportunity() -> None:
    """The look is opened by a at 0 s; with a salvo of 2 it is filled by b at 2 s; both miss, and
    the look errs with 1/2, else the round at 40 s kills. Whether b fills it or not, the draw is
    that of the first opportunity: the same trials leak."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 0\nm b x 2 12 0\nm a z 40 50 1",
        raid=ONE,
        battery={"a": "magazine = {x = 1, z = 9}", "b": "magazine = {x = 1}"},
        architecture={n: one_cell("a", "b", name=n) for n in ("filled", "alone")},
        doctrine={
            "all": "live_called_dead = 0.5, salvo = [2, 1]",
            "alone": 'cells = ["alone"], salvo = [1]',
            "wide": 'cells = ["filled", "alone"], burst_s = 5',
        },
    )
    assert (case.rounds("filled", interceptor="x"), case.rounds("alone", interceptor="x")) == (2, 1)
    assert_probability(case.mean_leakers("alone"), 0.5, MANY)
    assert case.both_leak("filled", "alone") == case.mean_leakers("filled")
    assert case.histogram("filled") == case.histogram("alone")


def test_rule_16_an_open_look_is_filled_by_any_battery_of_the_cell() -> None:
    """Salvo 2 with one round in each battery: joined, b adds its round at 2 s to the look that a
    opened. Apart, each cell opens a look of its own with the one round it has."""
    case = replay(
        shots="m a x 0 10 0\nm b x 2 12 1",
        raid=ONE,
        battery={"a": "magazine = {x = 1}", "b": "magazine = {x = 1}"},
        architecture={"joined": one_cell("a", "b"), "apart": split("a", "b")},
        doctrine={"all": "salvo = [2]", "wide": 'cells = ["all"], burst_s = 5'},
    )
    assert case.rounds("joined") == case.rounds("apart") == 2
    assert case.rounds("joined", what="looks") == 1
    assert case.rounds("apart", what="looks") == 2
    assert case.leakers("joined") == 0


def test_rule_16_a_look_lasts_until_its_latest_intercept() -> None:
    """The look opened at 0 s (intercept 10 s) is filled at 5 s with an intercept at 40 s: it ends
    at 50 s, not at 20 s. A launch at 45 s finds it open and full; one at 50 s opens another."""
    case = replay(
        shots="m a x 0 10 0\nm b x 5 40 0\nm a y 43 60 1\nm a z 50 65 1",
        raid=ONE,
        battery={"a": "magazine = {x = 1, y = 9, z = 9}", "b": "magazine = {x = 1}"},
        architecture=one_cell("a", "b"),
        doctrine={"all": "salvo = [2, 1]", "wide": 'cells = ["all"], burst_s = 6'},
    )
    assert case.rounds(interceptor="x") == 2
    assert (case.rounds(interceptor="y"), case.rounds(interceptor="z")) == (0, 1)
    assert case.rounds(what="looks") == 2


def test_rule_16_cells_ignore_each_others_rounds() -> None:
    """Two cells fire at the same threat at once; one cell of both fires once."""
    case = replay(
        shots="m a x 0 10 1\nm b x 0 10 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9}", "b": "magazine = {x = 9}"},
        architecture={"joined": one_cell("a", "b"), "apart": split("a", "b")},
    )
    assert (case.rounds("joined"), case.rounds("apart")) == (1, 2)
