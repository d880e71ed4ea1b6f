"""Exact: where networks, batteries, sensors and posts are lost during the raid, names, cuts of the
run and a shift of all times change no count either."""

from __future__ import annotations

import pytest

from mcdefense.contract import OUTCOMES
from mcdefense.engine.cores import usable_cores
from mcdefense.statistics import Result
from tests.support.toml_text import toml
from tests.system.invariances.transforms import (
    assert_same_counts,
    names_in,
    renamed,
    shifted,
    simulated,
)
from tests.system.reference.post_scenarios import post_scenario

TEXTS = {number: toml(post_scenario(number)) for number in (128, 179)}
"""Scenarios with losses, posts and onsets in a window."""


@pytest.fixture(scope="module")
def whole(seed: int) -> dict[int, Result]:
    return {number: simulated(text, seed) for number, text in TEXTS.items()}


def test_the_scenarios_lose_what_they_are_for(whole: dict[int, Result]) -> None:
    for result in whole.values():
        met = dict(zip(OUTCOMES, result.tally["outcome"].sum(axis=(0, 1)).tolist(), strict=True))
        assert met["lost"] > 0, met
        assert result.tally["network_lost"].any()
    assert all("onset_s = [" in text for text in TEXTS.values())
    assert all("post = " in text for text in TEXTS.values())


@pytest.mark.parametrize("number", TEXTS)
def test_names_change_nothing(whole: dict[int, Result], seed: int, number: int) -> None:
    names = [name for name in names_in(TEXTS[number]) if name != "decoy"]  # a role too
    new = {name: f"name_{len(names) - i:02}" for i, name in enumerate(names)}
    other = simulated(renamed(TEXTS[number], new), seed)
    assert_same_counts(whole[number].tally, other.tally)


@pytest.mark.parametrize("number", TEXTS)
def test_all_times_later_change_nothing(whole: dict[int, Result], seed: int, number: int) -> None:
    later = shifted(TEXTS[number], 1234.567)
    assert later != TEXTS[number]
    assert_same_counts(whole[number].tally, simulated(later, seed).tally)


@pytest.mark.parametrize("number", TEXTS)
def test_batches_cores_and_worlds_change_nothing(
    whole: dict[int, Result], seed: int, number: int
) -> None:
    text = TEXTS[number]
    cut = simulated(text, seed, batch=64, devices=min(2, usable_cores())).tally
    assert_same_counts(whole[number].tally, cut)
    first = simulated(text, seed, worlds=1).tally
    assert (first["leaked"] == whole[number].tally["leaked"][:1]).all()
