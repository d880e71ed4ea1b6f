"""A device whose memory is too small gets blocks in halves, with the same counts."""

from __future__ import annotations

import re
import threading
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
    assert asked[:6] == [200, 100, 50, 25, 12, 6]
    assert set(asked[6:]) <= {6}  # the next world may be tried before the first is told


def test_other_faults_of_a_device_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 0, "INTERNAL: the device is lost")
    with pytest.raises(jax.errors.JaxRuntimeError, match="the device is lost"):
        simulate(loads(TABLE), **SIZE)


class Card:
    """A GPU that uses XLA's program."""

    platform, device_kind = "gpu", "card"


def test_threads_that_fail_at_the_same_time_halve_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 16 blocks of 4,096 trials on 16 threads, of which a card holds half."""
    fleet = devices.Fleet([Card()] * 8, 1)
    together = threading.Barrier(16)

    def call(one: devices.Block, _: object) -> int:
        if one.trials > 2048:
            together.wait(30)
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory")
        return one.trials

    monkeypatch.setattr(fleet, "_compiled_call", call)
    monkeypatch.setattr(devices, "_sum", int.__add__)
    with fleet:
        for _ in range(16):
            fleet.submit(devices.Block(None, None, 0, 4096, 4096, 1))  # type: ignore[arg-type]
        outcomes = [outcome for _, outcome in fleet.finished(everything=True)]
    assert outcomes == [4096] * 16
    assert fleet.most_trials == 2048


def test_a_card_adds_up_no_more_than_32_bits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds left in a magazine of 16,000, of 262,144 trials: 4.2e9."""
    text = re.sub(r"magazine *= *\{ *(\w+) *= *\d+", r"magazine = { \1 = 16000", TABLE)
    assert text != TABLE
    size: dict[str, Any] = {"worlds": 1, "trials_per_world": 2**18, "devices": 1, "batch": 2**18}
    chunk_of, chunks = devices.chunk_of, list[int]()

    def of_card(one: devices.Block, _: object) -> int:
        chunks.append(chunk_of(one, Card()))
        return chunks[-1]

    whole = simulate(loads(text), **size)
    monkeypatch.setattr(devices, "chunk_of", of_card)
    parted = simulate(loads(text), **size)
    assert whole.tally["rounds_left"].max() > 2**31
    assert parted.tally.equals(whole.tally)
    assert chunks == [2**15]
