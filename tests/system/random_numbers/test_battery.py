"""The streams that the battery judges are words of the page's counters."""

from __future__ import annotations

from itertools import islice

import pytest

from mcdefense.contract.purposes import Purpose
from tests.system.random_numbers import battery, philox_by_hand

Place = tuple[int, int, int, int, int, int]
"""Seed, world, trial, purpose, sub, entity."""


def _lists(index: int) -> Place:
    trial, entity = divmod(index, 4 * battery.BLOCKS)
    return (1, 0, trial, Purpose.KILL, 0, entity)


def _trials(index: int) -> Place:
    piece, rest = divmod(index, battery.ENTITIES * battery.ROW)
    entity, trial = divmod(rest, battery.ROW)
    return (1, 0, piece * battery.ROW + trial, Purpose.KILL, 0, entity)


def _keys(index: int) -> Place:
    rest, entity = divmod(index, 4)
    rest, trial = divmod(rest, battery.FEW_TRIALS)
    rest, sub = divmod(rest, battery.SUBS)
    rest, purpose = divmod(rest, len(Purpose))
    seed, world = divmod(rest, battery.WORLDS)
    return (seed, world, trial, purpose, sub, entity)


@pytest.mark.parametrize(
    ("name", "place"), [("lists", _lists), ("trials", _trials), ("keys", _keys)]
)
def test_a_stream_has_the_words_of_its_counters(name: str, place) -> None:  # type: ignore[no-untyped-def]
    """At the beginning and at scattered places of its first two pieces."""
    first, second = islice(battery.pieces(name), 2)
    size = first.size
    for index in (*range(20), *range(1009, 2 * size, size // 50 + 1), 2 * size - 1):
        word = first[index] if index < size else second[index - size]
        assert int(word) == philox_by_hand.word(*place(index))


def test_p_values_are_read_from_rows_alone() -> None:
    table = """
#=============================================================================#
        test_name   |ntup| tsamples |psamples|  p-value |Assessment
stdin_input_raw|  6.62e+06  |2306346650|
      diehard_operm5|   0|   1000000|     100|0.06833966|  PASSED
       diehard_craps|   0|    200000|     100|0.99950353|   WEAK
       diehard_craps|   0|    200000|     100|0.00000353|  FAILED
"""
    assert list(battery.p_values(table).values()) == [0.06833966, 0.99950353, 0.00000353]
