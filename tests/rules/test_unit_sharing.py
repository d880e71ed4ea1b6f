"""How a cell shares its rounds in a burst, by the rules' names, with plain integers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from mcdefense.contract import DOUBLE, NOT_CALLED, OUT_OF_PLAY, UNAVAILABLE
from mcdefense.rules import Number, Situation
from mcdefense.rules.sharing import (
    BurstCount,
    even_share,
    full_share,
    lots,
    nothing_counted,
    quotient,
    with_battery,
    with_magazine,
    with_object,
    with_test,
)

pytestmark = pytest.mark.usefixtures("strict_types")

Share = Callable[[BurstCount, Number, Number], tuple[Number, BurstCount]]
IN_TURN = 0
"""The number of every object if odd rounds go in turn."""


def counts(**given: int) -> BurstCount:
    """Counts of a burst in which all else is 0."""
    return BurstCount(0, 0, 0, 0, 0)._replace(**given)


def test_a_burst_begins_with_nothing() -> None:
    assert [int(n) for n in nothing_counted(7)] == [0] * 5


def test_rounds_of_a_battery_are_those_of_its_magazines() -> None:
    count = with_magazine(with_magazine(counts(), 3), 4)
    assert (count.rounds, count.battery_rounds) == (7, 7)


@pytest.mark.parametrize(
    ("rounds", "salvo", "free", "unlimited", "units"),
    [
        (7, 2, 9, False, 4),  # the last salvo is not a full one
        (6, 2, 9, False, 3),
        (7, 2, 3, False, 3),
        (7, 2, 0, True, 4),
        (7, 0, 9, False, 7),  # a class that gets nothing at its first look
        (0, 2, 9, False, 0),
    ],
)
def test_units(rounds: int, salvo: int, free: int, unlimited: bool, units: int) -> None:
    """Salvos that a battery can serve: channels free, or salvos of its rounds if fewer."""
    count = with_battery(counts(rounds=9, battery_rounds=rounds, units=5), free, unlimited, salvo)
    assert (count.units, count.battery_rounds, count.rounds) == (5 + units, 0, 9)


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, 2),
        ({"flags": DOUBLE}, 4),
        ({"flags": UNAVAILABLE}, 0),
        ({"flags": NOT_CALLED}, 0),
        ({"flags": OUT_OF_PLAY}, 0),
        ({"track": 1, "track_limit": 0}, 0),
        ({"last_intercept": 5, "look_limit": 4}, 0),
        ({"death": 5, "last_intercept": 5, "look_limit": 5}, 0),
        ({"busy": 1, "channels": 1, "rounds": 0}, 2),
    ],
)
def test_due_a_new_look(changes: dict[str, Any], due: int) -> None:
    """An object that the cell may fire at, believes alive and is not looking at; of batteries that
    have neither rounds nor channels the share says enough."""
    situation = Situation(salvo=(2,))._replace(**changes)
    assert with_test(counts(), situation).salvo == due
    assert with_test(counts(salvo=3), situation).salvo == max(3, due)


@pytest.mark.parametrize("salvo", [0, 3])
def test_an_object_counts_if_rounds_are_due(salvo: int) -> None:
    due, count = with_object(counts(due=4, salvo=salvo))
    assert (due, count.due, count.salvo) == (salvo, 4 + (salvo > 0), 0)


def shared(share: Share, count: BurstCount, due: list[int], numbers: list[int]) -> list[int]:
    """What each object gets, one after another."""
    given = []
    for rounds, number in zip(due, numbers, strict=True):
        got, count = share(count, rounds, number)
        given.append(int(got))
    return given


@pytest.mark.parametrize(
    ("rounds", "due", "given"),
    [
        (5, [4, 4, 4], [2, 2, 1]),  # the case of docs/explanation/rules
        (9, [2, 2, 2], [2, 2, 2]),
        (2, [4, 4, 4], [1, 1, 0]),
        (7, [1, 4, 4], [1, 3, 3]),
        (5, [4, 0, 4], [3, 0, 2]),
        (0, [4, 4], [0, 0]),
    ],
)
def test_sharing(rounds: int, due: list[int], given: list[int]) -> None:
    """Each in turn gets its salvo, or the rounds left by the objects left, rounded up."""
    count = counts(rounds=rounds, due=sum(n > 0 for n in due))
    assert shared(even_share, count, due, [IN_TURN] * len(due)) == given


def probabilities(share: Share, count: BurstCount, due: list[int]) -> list[Fraction]:
    """How often each object gets more than the least it gets, over all equally likely numbers."""
    every = [
        shared(share, count, due, list(numbers))
        for numbers in product(*(range(int(count.due) - i) for i in range(len(due))))
    ]
    return [Fraction(sum(given[i] > 0 for given in every), len(every)) for i in range(len(due))]


def test_random_sharing_of_odd_rounds() -> None:
    """Two rounds among three: each object gets one with probability 2/3, and both are used."""
    count = counts(rounds=2, due=3)
    assert probabilities(even_share, count, [4, 4, 4]) == [Fraction(2, 3)] * 3
    for numbers in product(range(3), range(2), range(1)):
        assert sum(shared(even_share, count, [4, 4, 4], list(numbers))) == 2


def test_random_sharing_first_come() -> None:
    """One unit for three objects: each is served with probability 1/3, with its full salvo."""
    count = counts(units=1, due=3)
    assert probabilities(full_share, count, [2, 2, 2]) == [Fraction(1, 3)] * 3
    assert shared(full_share, count, [2, 3, 4], [1, 0, 0]) == [0, 3, 0]


def test_lots_are_at_least_one() -> None:
    assert [lots(counts(due=n)) for n in (0, 1, 3)] == [1, 1, 3]


def test_quotients_are_exact() -> None:
    """At all edges of a division, where float32 rounds up or down."""
    divisors = np.array([1, 2, 3, 7, 15, 981, 1023, 32767], np.int32)[:, None]
    wholes = np.array([0, 1, 2, 5, 8, 255], np.int32)[None, :]
    for off in (-1, 0, 1):
        numbers = np.clip(divisors * wholes + off, 0, 2**23).astype(np.int32)
        assert (np.asarray(quotient(numbers, divisors)) == numbers // divisors).all()


def test_types_are_not_mixed_unasked() -> None:
    """The fixture holds: what the rules may not do is refused here as well."""
    with pytest.raises(ValueError, match="dtype promotion"):
        _ = jnp.zeros(2, jnp.int16) + jnp.zeros(2, jnp.int32)
