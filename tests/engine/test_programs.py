"""A process that simulates many scenarios holds only so many compiled programs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mcdefense.engine import devices
from mcdefense.engine.block import simulate_block
from mcdefense.run import simulate
from mcdefense.scenario import loads
from tests.support.small_scenarios import TABLE

MOST = 2
PROGRAM: Any = simulate_block  # JAX has no public name for how many it holds


def test_programs_are_dropped_before_memory_has_too_many_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Blocks of other sizes are other programs; the first, compiled anew, counts what it did."""
    monkeypatch.setattr(devices, "MOST_PROGRAMS", MOST)
    scenario, held, leaked = loads(TABLE), [], []
    for batch in (128, 256, 384, 512, 640, 128):
        result = simulate(scenario, trials_per_world=700, batch=batch, devices=1)
        leaked.append(result.tally["leaked"])
        held.append(PROGRAM._cache_size())  # noqa: SLF001
    assert held[0] >= 1
    assert max(held) <= MOST
    assert len(set(held)) > 1  # dropped, and filled again
    assert all(np.array_equal(leaked[0], other) for other in leaked)
