"""A device whose memory is too small gets blocks in halves, with the same counts."""

from __future__ import annotations

from typing import Any

import jax
import pytest

from mcdefense.engine import block, devices
from mcdefense.run import simulate
from mcdefense.scenario import loads
from tests.support.small_scenarios import TABLE

SIZE: dict[str, Any] = {"worlds": 2, "trials_per_world": 200, "devices": 1}


def limit(monkeypatch: pytest.MonkeyPatch, most: int, words: str) -> list[int]:
    """Stands in for a device that holds so many trials; returns what it is asked for."""
    asked: list[int] = []
    real = block.simulate_block

    def simulate_block(*arguments: Any, shape: block.BlockShape) -> Any:
        asked.append(shape.trials)
        if shape.trials > most:
            raise jax.errors.JaxRuntimeError(words)
        return real(*arguments, shape=shape)

    monkeypatch.setattr(devices, "simulate_block", simulate_block)
    return asked


def test_a_block_too_large_is_halved_and_so_are_those_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = simulate(loads(TABLE), **SIZE)
    asked = limit(monkeypatch, 60, "RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes.")
    cut = simulate(loads(TABLE), **SIZE)
    # Halved twice; 200 trials are four pieces, and each world runs in them from then on.
    assert asked == [200, 100, *[50] * 8]
    assert cut.tally.equals(whole.tally)
    assert cut.provenance["pairings"] == whole.provenance["pairings"]


def test_a_device_too_small_for_anything_is_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = limit(monkeypatch, 0, "RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes.")
    with pytest.raises(MemoryError):
        simulate(loads(TABLE), **SIZE)
    assert min(asked) >= 1


def test_other_faults_of_a_device_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 0, "INTERNAL: the device is lost")
    with pytest.raises(jax.errors.JaxRuntimeError, match="the device is lost"):
        simulate(loads(TABLE), **SIZE)
