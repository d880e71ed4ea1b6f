"""Exact: names are labels. What anything is called changes no count; its place in the file may."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.system.invariances.laydown import LAYDOWN
from tests.system.invariances.random_tables import few, random_tables
from tests.system.invariances.transforms import (
    assert_same_counts,
    names_in,
    renamed,
    shifted,
    simulated,
)

_NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)


@few
@given(random_tables(), st.data())
def test_names_change_nothing(seed: int, text: str, data: st.DataObject) -> None:
    """Whole tallies under random names, which sort in any order."""
    names = names_in(text)
    others = data.draw(st.lists(_NAMES, min_size=len(names), max_size=len(names)))
    new = {name: f"{other}_{i}" for i, (name, other) in enumerate(zip(names, others, strict=True))}
    assert_same_counts(simulated(text, seed).tally, simulated(renamed(text, new), seed).tally)


def test_names_in_a_laydown_change_nothing(seed: int) -> None:
    """Names that sort the other way round; organic radars take theirs from their batteries."""
    names = names_in(LAYDOWN)
    new = {name: f"name_{len(names) - i:02}" for i, name in enumerate(names)}
    one, other = simulated(LAYDOWN, seed), simulated(renamed(LAYDOWN, new), seed)
    assert_same_counts(one.tally, other.tally)
    assert one.tally.axes.battery == ("north", "south")
    assert other.tally.axes.battery == (new["north"], new["south"])
    assert one.schedule_hash.tolist() == other.schedule_hash.tolist()


def test_the_comparison_sees_one_thing_that_is_not_a_name(seed: int) -> None:
    one, other = simulated(LAYDOWN, seed), simulated(shifted(LAYDOWN, 0.0), seed)
    assert_same_counts(one.tally, other.tally)
    faster = simulated(LAYDOWN.replace("low = 0.8", "low = 0.7"), seed)
    with pytest.raises(AssertionError):
        assert_same_counts(one.tally, faster.tally)
