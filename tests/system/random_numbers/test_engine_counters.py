"""The counters that the compiled engine makes are those of the page, in every trial."""

from __future__ import annotations

import inspect
from functools import partial

import jax
import numpy as np
import pytest
from jax import Array

from mcdefense.contract.purposes import Purpose
from mcdefense.engine import draws
from mcdefense.engine.block import TrialRange, simulate_block
from mcdefense.engine.philox import philox4x32
from mcdefense.scenario import loads
from tests.support import every_chance
from tests.support.one_block import one_block

BY_OPPORTUNITY = (Purpose.KILL, Purpose.DEAD_CALLED_ALIVE, Purpose.LIVE_CALLED_DEAD, Purpose.COIN)
CHUNK = 16
"""Opportunities drawn for at once; those past the end of the list are never read."""


def test_the_engine_makes_the_counters_of_the_page_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every Philox call of a block of 2 worlds by 8 trials is recorded: counter words 0 and 1 are
    the blocks of four that hold the draws needed, words 2 and 3 the worlds and trials, all of
    them, and the key words the seed's halves."""
    made: set[tuple[int, int]] = set()
    identities: set[tuple[bytes, ...]] = set()

    def record(block: Array, label: Array, *identity: Array) -> None:
        made.add((int(block), int(label)))
        identities.add(tuple(np.asarray(part).tobytes() for part in identity))

    def recorded(
        counter: tuple[Array, Array, Array, Array], key: tuple[Array, Array]
    ) -> tuple[Array, Array, Array, Array]:
        jax.debug.callback(record, *counter, *key)
        return philox4x32(counter, key)

    monkeypatch.setattr(draws, "philox4x32", recorded)
    worlds, first, trials = (3, 70_000), 1_000_000, 8
    parts, shape = one_block(loads(every_chance.TEXT), trials, trials, skips=False)
    asked = TrialRange.of([11, 22], worlds, first, first + trials)
    jax.jit(partial(inspect.unwrap(simulate_block), shape=shape))(parts, asked)
    jax.effects_barrier()

    assert identities == {
        tuple(
            np.array(part, np.uint32).tobytes()
            for part in (worlds, range(first, first + trials), 11, 22)
        )
    }
    needed = {
        (entity // 4, purpose + 256 * sub)
        for purpose, sub, entity in every_chance.needed().values()
    }
    assert needed <= made
    beyond = {
        (block, label)
        for block, label in made - needed
        if not (label % 256 in BY_OPPORTUNITY and len(every_chance.LIST) <= 4 * block < CHUNK)
    }
    assert beyond == set()
