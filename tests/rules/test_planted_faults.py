"""Faults planted in the kernel, the draws and the schedule: each is found.

Every case has an exact answer. The engine as it is gives it; with the fault planted the same
comparison fails. Where chance plays a part the answer must lie within 4 standard errors, false
alarms 6e-5 a comparison; the faults move it by 10 and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from mcdefense.chance import chances
from mcdefense.contract import purposes
from mcdefense.contract.purposes import Purpose
from mcdefense.engine import block, sharing, state
from mcdefense.engine.draws import Luck
from mcdefense.engine.philox import multiply_high
from mcdefense.engine.rows import entry
from mcdefense.rules import belief, decision
from mcdefense.rules.sharing import lots
from mcdefense.schedule import listing, orders
from tests.support.opportunity_table import MANY, one_cell, replay, split

Patch = pytest.MonkeyPatch


@pytest.fixture
def own_programs() -> Iterator[None]:
    """Programs compiled with a fault in them are forgotten, and none from before is used."""
    jax.clear_caches()
    yield
    jax.clear_caches()


def _look_ignored(patch: Patch) -> None:
    """A cell fires again while its rounds are still in flight."""
    known = belief.believe

    def believe(situation: Any) -> Any:
        belief = known(situation)
        return belief._replace(look_open=belief.look_open & False)

    patch.setattr(decision, "believe", believe)


def _magazine_off_by_one(patch: Patch) -> None:
    """Every magazine holds a round more than was loaded."""
    known = state.start

    def start(*given: Any) -> Any:
        state = known(*given)
        return state._replace(stock=state.stock + 2)

    patch.setattr(block, "start", start)


def _shared_draw(patch: Patch) -> None:
    """All opportunities of a trial draw the same number."""
    known = Luck.four

    def four(self: Luck, purpose: Any, sub: Any, number: Any) -> Any:
        return (known(self, purpose, sub, number * 0)[0],) * 4

    patch.setattr(Luck, "four", four)


def _channel_freed_early(patch: Patch) -> None:
    """A channel is free one launch before its engagement ends."""
    known = listing.release_ranks
    patch.setattr(orders, "release_ranks", lambda *given: known(*given) - 1)


def _limit_overflows(patch: Patch) -> None:
    """A certain kill overflows 32 bits, and never happens."""

    def limit(probability: ArrayLike) -> NDArray[np.int32]:
        scaled = np.floor(np.asarray(probability) * 2.0**32).astype(np.uint64)
        return ((scaled.astype(np.uint32) >> 1).astype(np.int64) - 1).astype(np.int32)

    patch.setattr(chances, "limit", limit)


def _one_order_for_all_cells(patch: Patch) -> None:
    """Cells that choose at random all draw the same choice: by object alone."""

    def drawn(scene: Any, index: Any, count: Any) -> Any:
        word = scene.luck.word(Purpose.CHOICE, 0, entry(scene.sharing.object, index))
        return multiply_high(word, lots(count).astype(jnp.uint32)).astype(jnp.int32)

    patch.setattr(sharing, "_drawn", drawn)


@dataclass(frozen=True)
class Fault:
    """A fault, and a case whose exact answer it changes."""

    plant: Callable[[Patch], None]
    leakers: float  # exact mean
    most: int  # leakers at most: bounds the variance
    case: dict[str, Any] = field(default_factory=dict)

    def answers_rightly(self) -> bool:
        """Whether the mean number of leakers is the exact one, as far as chance allows."""
        seen = replay(trials=MANY, **self.case)
        error = (self.leakers * (self.most - self.leakers) / MANY) ** 0.5
        return abs(float(seen.mean_leakers()) - self.leakers) <= 4 * error


def _wave(count: int) -> dict[str, str]:
    return {"m": f'class = "m", count = {count}'}


FAULTS = {
    # The second launch comes while the first round flies, and is not taken.
    "look ignored": Fault(
        _look_ignored,
        0.5,
        1,
        {
            "shots": "m a x 0 10 0.5\nm a x 5 15 0.5",
            "raid": _wave(1),
            "battery": {"a": "magazine = {x = 9}"},
            "architecture": one_cell("a"),
        },
    ),
    # Two threats, one round that kills for certain.
    "magazine off by one": Fault(
        _magazine_off_by_one,
        1,
        2,
        {
            "shots": "m a x 0 10 1",
            "raid": _wave(2),
            "battery": {"a": "magazine = {x = 1}"},
            "architecture": one_cell("a"),
        },
    ),
    # Two independent shots leak a quarter; with one draw both miss together, and half leak.
    "shared draw": Fault(
        _shared_draw,
        0.25,
        1,
        {
            "shots": "m a x 0 10 0.5\nm a x 40 50 0.5",
            "raid": _wave(1),
            "battery": {"a": "magazine = {x = 9}"},
            "architecture": one_cell("a"),
        },
    ),
    # One channel, held to the first intercept: the second threat's launch finds it taken.
    "channel freed early": Fault(
        _channel_freed_early,
        1,
        2,
        {
            "shots": "m.0 a x 0 10 1\nm.1 a x 5 15 1\nm.0 a x 12 22 1",
            "raid": _wave(2),
            "battery": {"a": "magazine = {x = 9}, channels = 1"},
            "architecture": one_cell("a"),
        },
    ),
    "threshold overflow at p = 1": Fault(
        _limit_overflows,
        0,
        1,
        {
            "shots": "m a x 0 10 1",
            "raid": _wave(1),
            "battery": {"a": "magazine = {x = 9}"},
            "architecture": one_cell("a"),
        },
    ),
    # Two cells, a round each, each at one of two threats drawn by itself: W (1 - 1/W)^B = 1/2.
    "one order for all cells": Fault(
        _one_order_for_all_cells,
        0.5,
        2,
        {
            "shots": "m a x 0 10 1\nm b x 0 10 1",
            "raid": _wave(2),
            "battery": {"a": "magazine = {x = 1}", "b": "magazine = {x = 1}"},
            "architecture": split("a", "b"),
        },
    ),
}


@pytest.mark.usefixtures("own_programs")
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fault = FAULTS[name]
    assert fault.answers_rightly()
    fault.plant(monkeypatch)
    jax.clear_caches()
    assert not fault.answers_rightly()


def test_limits_of_certain_events_are_the_highest_draw() -> None:
    """What the planted overflow breaks: 2**31 - 1 succeeds at p = 1, nothing does at p = 0."""
    assert purposes.limit([0.0, 1.0]).tolist() == [-1, 2**31 - 1]
