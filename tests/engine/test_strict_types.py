"""The engine mixes no types and no ranks: what it traces is refused where it would.

All tests run the engine so (tests/conftest.py). Here every feature is traced, which takes seconds.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from mcdefense.engine import settings
from mcdefense.engine.block import TrialRange, simulate_block
from mcdefense.engine.settings import own_settings
from mcdefense.scenario import Scenario, load, loads
from tests.support import every_chance
from tests.support.one_block import one_block
from tests.support.validation_store import ROOT


def traced(scenario: Scenario, *, skips: bool) -> Any:
    """The shapes and types of what a block counts, in the settings that tests run the engine in."""
    parts, shape = one_block(scenario, 32, 16, skips=skips)
    replay = partial(inspect.unwrap(simulate_block), shape=shape)
    with own_settings(jax.devices()[0]):
        return jax.eval_shape(replay, parts, TrialRange.of([1, 2], [0], 0, 32))


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("name", ["every_chance", "eastern_flank"])
def test_no_type_and_no_rank_is_mixed(name: str, *, skips: bool) -> None:
    assert (settings.MIXED_TYPES, settings.MIXED_RANKS) == ("strict", "raise")
    flank = load(ROOT / "configs" / "eastern_flank.toml")
    counts = traced(flank if name == "eastern_flank" else loads(every_chance.TEXT), skips=skips)
    assert {field.dtype for field in counts} == {jnp.dtype("int32")}


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        (lambda draw: draw.astype(jnp.int16), "dtype promotion"),
        (lambda draw: draw + jnp.zeros(1, jnp.int32), "rank_promotion"),
    ],
)
def test_a_mixture_is_refused(monkeypatch: pytest.MonkeyPatch, planted: Any, words: str) -> None:
    """A draw of another type, and one to which an array of fewer axes is added."""
    from mcdefense.engine import words as four_bits

    known = four_bits.under
    monkeypatch.setattr(
        "mcdefense.engine.planes.under", lambda d, limits: known(planted(d), limits)
    )
    with pytest.raises((TypeError, ValueError), match=words):
        traced(loads(every_chance.TEXT), skips=False)
