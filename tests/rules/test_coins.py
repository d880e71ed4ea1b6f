"""Rule 6: coins, their levels, effects and scopes."""

from __future__ import annotations

import pytest

from mcdefense.errors import InputError
from tests.support.opportunity_table import (
    MANY,
    assert_probability,
    one_cell,
    replay,
    split,
)

TWO_EACH = {"m": 'class = "m", count = 2', "n": 'class = "n", count = 2'}

AT_TWO_BATTERIES = "m a x 0 10 1\nn b y 0 10 1"
"""Threats m are met by battery a alone, threats n by battery b; every round is sure."""
BATTERIES = {"a": "magazine = {x = 9}", "b": "magazine = {y = 9}"}


@pytest.mark.parametrize(
    ("level", "leakers"),
    [
        ("raid", {0, 4}),
        ("cell", {0, 2, 4}),
        ("battery", {0, 2, 4}),
        ("interceptor", {0, 2, 4}),
        ("threat", {0, 1, 2, 3, 4}),
        ("pair", {0, 1, 2, 3, 4}),
        ("engagement", {0, 1, 2, 3, 4}),
    ],
)
def test_rule_06_a_coin_is_tossed_once_per_entity(level: str, leakers: set[int]) -> None:
    """Two threats at battery a with rounds x, two at b with y, every round sure, coin 1/2.
    Whoever shares the entity shares its fate: a raid coin lets all four leak or none; coins of
    cell, battery and interceptor two by two; the others one by one. A given threat leaks with
    1/2 at every level. (A number of leakers that never comes up: at most 4 * (15/16)**trials.)"""
    case = replay(
        trials=MANY,
        shots=AT_TWO_BATTERIES,
        raid={"m": 'class = "m", count = 2', "n": 'class = "m", count = 2'},
        battery=BATTERIES,
        architecture=split("a", "b"),
        more=f'coin.c = {{level = "{level}", probability = 0.5, effect = "kill", classes = ["m"]}}',
    )
    assert set(case.histogram()) == leakers
    assert case.rounds() == 4  # the effect "kill" fires in vain
    tosses = {2: 1, 3: 2, 5: 4}[len(leakers)]
    assert_probability(case.mean_leakers() / 4, 0.5, tosses * MANY)


@pytest.mark.parametrize(
    ("level", "leak"),
    [("engagement", 1 / 8), ("pair", 1 / 4), ("threat", 1 / 2), ("interceptor", 1 / 2)],
)
def test_rule_06_levels_part_repeated_shots(level: str, leak: float) -> None:
    """One threat, three sure rounds: two looks of battery a, one of b, coin 1/2 that kills in
    vain. One toss each: 1/8 leaks; one per (threat, battery): 1/4; one for the threat or for the
    type of round: 1/2. Rounds follow: the first always, the rest while it lives."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1\nm a x 20 30 1\nm b x 40 50 1",
        raid={"m": 'class = "m", count = 1'},
        battery={"a": "magazine = {x = 9}", "b": "magazine = {x = 9}"},
        architecture=one_cell("a", "b"),
        more=f'coin.c = {{level = "{level}", probability = 0.5, effect = "kill", classes = ["m"]}}',
    )
    assert_probability(case.mean_leakers(), leak, MANY)


def test_rule_06_effects_of_a_coin_that_always_fails() -> None:
    """Probability 0: "launch" fires nothing (unavailable), "kill" fires in vain (missed),
    "double" owes twice the salvo of 2 and kills; probability 1 changes nothing."""
    effects = {"launch": ("launch", 0), "kill": ("kill", 0), "double": ("double", 0)}
    coins = "\n".join(
        f'coin.{name} = {{level = "battery", probability = {p}, effect = "{effect}", '
        f'batteries = ["a"], architectures = ["{name}"]}}'
        for name, (effect, p) in effects.items()
    )
    coins += '\ncoin.sure = {level = "raid", probability = 1, architectures = ["plain"]}'
    case = replay(
        shots="m a x 0 10 1",
        raid={"m": 'class = "m", count = 1'},
        battery={"a": "magazine = {x = 9}"},
        architecture=dict.fromkeys(["launch", "kill", "double", "plain"], one_cell("a")),
        doctrine="salvo = [2]",
        more=coins,
    )
    assert {n: case.rounds(n) for n in effects} == {"launch": 0, "kill": 2, "double": 4}
    assert case.outcome("launch") == {"unavailable": 1}
    assert case.outcome("kill") == {"missed": 1}
    assert case.outcome("double") == {"killed": 1}
    assert (case.rounds("plain"), case.leakers("plain")) == (2, 0)


@pytest.mark.parametrize("level", ["engagement", "pair", "threat", "battery", "cell", "raid"])
def test_rule_06_double_owes_twice_at_every_level(level: str) -> None:
    """A dual track (coin 0) owes 2 * 2 rounds at the look, at whatever level it is tossed; the
    battery holds 9, so that the even share of a lone threat does not bind."""
    case = replay(
        shots="m a x 0 10 1",
        raid={"m": 'class = "m", count = 1'},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        doctrine="salvo = [2]",
        more=f'coin.c = {{level = "{level}", probability = 0, effect = "double", classes = ["m"]}}',
    )
    assert case.rounds() == 4


def test_rule_06_all_coins_must_hold() -> None:
    """Coins of 1/2 at raid and battery level: battery a may fire with probability 1/4, at both
    threats or at none."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        more="""
            coin.one = {level = "raid", probability = 0.5, classes = ["m"]}
            coin.two = {level = "battery", probability = 0.5, classes = ["m"]}
        """,
    )
    histogram = case.histogram()
    assert set(histogram) == {0, 2}
    assert_probability(histogram[0] / MANY, 0.25, MANY)
    assert case.rounds() == 2 - case.mean_leakers()


@pytest.mark.parametrize(
    ("level", "scope", "spared"),
    [
        ("threat", 'batteries = ["a"]', "n"),
        ("threat", 'interceptors = ["x"]', "n"),
        ("threat", 'classes = ["m"]', "n"),
        ("threat", 'cells = ["a"]', "n"),
        ("pair", 'batteries = ["a"]', "n"),
        ("pair", 'interceptors = ["x"]', "n"),
        ("pair", 'cells = ["a"]', "n"),
        ("engagement", 'batteries = ["a"]', "n"),
        ("engagement", 'interceptors = ["x"]', "n"),
        ("engagement", 'classes = ["m"]', "n"),
        ("engagement", 'cells = ["a"]', "n"),
        ("battery", 'interceptors = ["x"]', "n"),
        ("interceptor", 'batteries = ["a"]', "n"),
        ("cell", 'classes = ["m"]', "n"),
        ("raid", 'cells = ["b"]', "m"),
        ("raid", 'architectures = ["again1"]', "mn"),
    ],
)
def test_rule_06_scope_limits_a_coin(level: str, scope: str, spared: str) -> None:
    """A coin that always fails stops battery a against m, b against n; whoever is outside its
    scope is spared and killed."""
    case = replay(
        shots=AT_TWO_BATTERIES,
        raid=TWO_EACH,
        battery=BATTERIES,
        architecture=split("a", "b"),
        more=f'coin.c = {{level = "{level}", probability = 0, effect = "launch", {scope}}}',
    )
    assert "".join(kind for kind in "mn" if case.leakers(kind=kind) == 0) == spared


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("sensor", 'batteries = ["a"]'),
        ("sensor", 'classes = ["m"]'),
        ("sensor", 'effect = "kill"'),
        ("link", 'sensors = ["drill_own"]'),
        ("link", 'effect = "double"'),
        ("battery", 'sensors = ["drill_own"]'),
    ],
)
def test_rule_06_what_a_level_cannot_have_is_refused(level: str, words: str) -> None:
    """A scope or effect that would be left unheeded is a fault of the file."""
    with pytest.raises(InputError, match=r"expected it left out|expected 'launch'"):
        replay(
            shots=AT_TWO_BATTERIES,
            raid=TWO_EACH,
            battery=BATTERIES,
            architecture=split("a", "b"),
            more=f'coin.c = {{level = "{level}", probability = 0.5, {words}}}',
        )


def test_rule_06_sensor_coin() -> None:
    """The only sensor fails with probability 1/2: nothing is tracked, all three threats leak
    together, else none. With two independent sensors 1/4."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1",
        raid={"m": 'class = "m", count = 3'},
        battery={"a": 'magazine = {x = 9}, sensors = ["own"]'},
        tracks="own m 0 1\nother m 0 1",
        architecture={
            "one": one_cell("a"),
            "two": one_cell("a", more='sensors = ["other"]'),
        },
        more="""
            sensor.own = {}
            sensor.other = {}
            interceptor.x.remote = "engage"
            coin.c = {level = "sensor", probability = 0.5, sensors = ["own", "other"]}
        """,
    )
    for name, leak in (("one", 0.5), ("two", 0.25)):
        assert set(case.histogram(name)) == {0, 3}
        assert set(case.outcome(name)) == {"not_tracked", "killed"}
        assert_probability(case.histogram(name)[3] / MANY, leak, MANY)


def test_rule_06_merged_track_is_a_threat_coin_of_the_architectures_that_fuse() -> None:
    """A merged track of probability 1: the fused architecture engages nobody, the other all."""
    case = replay(
        shots=AT_TWO_BATTERIES,
        raid=TWO_EACH,
        battery=BATTERIES,
        architecture={"apart": split("a", "b"), "fused": one_cell("a", "b")},
        more='coin.merged = {level = "threat", probability = 0, architectures = ["fused"]}',
    )
    assert (case.leakers("apart"), case.leakers("fused")) == (0, 2)
    assert case.outcome("fused") == {"unavailable": 2}
