"""Rules 5 and 7 to 9: what is drawn when, presence, common luck, salvos."""

from __future__ import annotations

from tests.support.opportunity_table import (
    MANY,
    TRIALS,
    assert_probability,
    cells,
    one_cell,
    replay,
    split,
)


def test_rule_05_raid_and_parameters_are_drawn_once_a_world() -> None:
    """Count 1 or 3, single-shot kill probability 0 or 1, one draw of each per world: within a
    world all threats live in every trial, and all or none leak. Over 48 worlds each value must
    come up (one count missing: 3 * (2/3)**48)."""
    worlds = 48
    case = replay(
        worlds=worlds,
        shots="m a x 0 10",
        raid={"m": 'class = "m", count = [1, 3]'},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        more="""
            interceptor.x.against.m.sspk = 0.5
            uncertainty.k = {paths = ["interceptor.x.against.m.sspk"], as = "value", \
distribution = "choice", values = [0, 1]}
        """,
    )
    tally = case.result.tally
    kind = tally.axes.threat_class.index("m")
    live, squared = tally["live"][:, kind], tally["live_squared"][:, kind]
    assert (live % TRIALS == 0).all()
    assert (squared * TRIALS == live**2).all()
    assert set((live // TRIALS).tolist()) == {1, 2, 3}
    k = case.result.parameters["k"]
    assert set(k.tolist()) == {0.0, 1.0}
    assert tally["leaked"][:, 0, kind].tolist() == (live * (k == 0.0)).tolist()


def test_rule_07_an_absent_raid_counts_as_no_leakers_and_nowhere_else() -> None:
    """Reliability 0: no round is fired, nothing lives, every trial has no leakers, and the leak
    probability has no denominator (n lives and leaks)."""
    case = replay(
        shots="m a x 0 10 1\nn a x 0 10 0",
        raid={"m": 'class = "m", count = 2', "n": 'class = "n", count = 1'},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        more="threat.m.reliability = 0",
    )
    assert case.live("m") == 0
    assert case.rounds(kind="m") == 0
    assert case.leakers(kind="m") == 0
    assert case.outcome(kind="m") == {}
    tally = case.result.tally
    kind = tally.axes.threat_class.index("m")
    assert tally["no_leakers"][0, 0, kind] == TRIALS
    leak = case.result["leak_probability"][0]
    assert leak[kind] != leak[kind]
    assert leak[tally.axes.threat_class.index("n")] == 1.0


def test_rule_07_the_absent_draw_no_rounds() -> None:
    """Reliability 1/2, two threats, one round, sure: the round goes to whichever is present, so
    leakers are live less one, at least 0: one leaks only if both live (1/4)."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 1}"},
        architecture=one_cell("a"),
        more="threat.m.reliability = 0.5",
    )
    assert set(case.histogram()) == {0, 1}
    assert_probability(case.mean_leakers(), 0.25, MANY)
    assert_probability(case.live() / 2, 0.5, 2 * MANY)
    assert_probability(case.rounds(), 0.75, MANY)
    assert case.rounds() == case.live() - case.mean_leakers()


def test_rule_08_the_same_architecture_twice_has_the_same_luck() -> None:
    """Chance everywhere (kills, coins, presence, tracks, calling, errors, random fire): leakers
    of two architectures that differ in name alone agree trial by trial, that is their product
    sums to the square of either."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 0.5\nm b y 1 12 0.4\nm a x 30 40 0.6",
        raid={"m": 'class = "m", count = 4'},
        battery={
            "a": 'magazine = {x = 3}, channels = 2, sensors = ["own"]',
            "b": "magazine = {y = 2}",
        },
        tracks="own m 0 0.5\nown m 25 0.9\nother m 0 0.7",
        architecture=dict.fromkeys(
            ["first", "second", "third"],
            cells(
                one='batteries = ["a"]',
                two='batteries = ["b"], sensors = ["other"]',
            ),
        ),
        doctrine={
            "cells": 'cells = ["one", "two"], random = true',
            "all": "dead_called_alive = 0.3, live_called_dead = 0.2",
        },
        more="""
            sensor.own = {}
            sensor.other = {}
            interceptor.y.remote = "engage"
            threat.m.role = "live"
            threat.m.reliability = 0.9
            threat.m.called = 0.8
            coin.a = {level = "pair", probability = 0.9, classes = ["m"]}
            coin.b = {level = "cell", probability = 0.9, classes = ["m"]}
        """,
    )
    squared = case.both_leak("first", "first")
    assert len(case.histogram("first")) == 5
    assert case.both_leak("first", "second") == case.both_leak("first", "third") == squared
    assert case.histogram("first") == case.histogram("second") == case.histogram("third")
    assert case.rounds("first") == case.rounds("second")


def test_rule_08_another_architecture_leaves_the_luck_alone() -> None:
    """Leakers of the first architecture are the same in every trial whatever stands beside it:
    histograms agree exactly."""
    alone, beside = (
        replay(
            trials=MANY,
            shots="m a x 0 10 0.5\nm b y 1 12 0.4",
            raid={"m": 'class = "m", count = 4'},
            battery={"a": "magazine = {x = 3}", "b": "magazine = {y = 2}"},
            architecture=architectures,
        )
        for architectures in (
            {"apart": split("a", "b")},
            {"joined": one_cell("a", "b"), "apart": split("a", "b")},
        )
    )
    assert alone.histogram("apart") == beside.histogram("apart")
    assert beside.histogram("joined") != beside.histogram("apart")


def test_rule_09_a_larger_salvo_kills_whatever_a_smaller_one_does() -> None:
    """n = 1, 2, 3 rounds of k = 1/2 behind an engagement coin of 0.8 that kills in vain: one
    draw u < 0.8 (1 - 2**-n). So leak probabilities are 0.6, 0.4 and 0.3, and a threat that leaks
    the larger salvo leaks the smaller one: the product of leakers equals the larger salvo's."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 0.5",
        raid={"m": 'class = "m", count = 1'},
        battery={"a": "magazine = {x = 9}"},
        architecture={f"salvo{n}": one_cell("a", name=f"cell{n}") for n in (1, 2, 3)},
        doctrine={f"salvo{n}": f'cells = ["cell{n}"], salvo = [{n}]' for n in (1, 2, 3)},
        more='coin.c = {level = "engagement", probability = 0.8, batteries = ["a"]}',
    )
    for n, leak in ((1, 0.6), (2, 0.4), (3, 0.3)):
        assert case.rounds(f"salvo{n}") == n
        assert_probability(case.mean_leakers(f"salvo{n}"), leak, MANY)
    assert case.both_leak("salvo1", "salvo2") == case.mean_leakers("salvo2")
    assert case.both_leak("salvo1", "salvo3") == case.mean_leakers("salvo3")
    assert case.both_leak("salvo2", "salvo3") == case.mean_leakers("salvo3")
