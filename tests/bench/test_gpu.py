"""bench/gpu.py goes through, with this machine's processor in a GPU's place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gpu as bench_gpu
import pytest

from mcdefense.gpu.launching import Piece
from tests.gpu.host_card import HostCard

PROGRAM = Path(__file__).parents[2] / "bench" / "gpu.py"
SMALL = "quick_start"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> bench_gpu.Bench:
    monkeypatch.setattr(bench_gpu, "compiler_version", lambda: "g++")
    monkeypatch.setattr(bench_gpu, "BATCHES", {SMALL: (64, 128)})
    return bench_gpu.Bench(HostCard())


def test_rates_are_of_what_the_clock_says(bench: bench_gpu.Bench) -> None:
    rates = bench.rates()[SMALL]
    assert list(rates) == ["64", "128"]
    stated = bench_gpu.stated_of(bench_gpu.case(SMALL))
    for trials, one in rates.items():
        assert one["by_the_clock_g_per_s"] * one["seconds"] * 1e9 == pytest.approx(
            stated * int(trials)
        )
        assert sum(one["kernels_s"].values()) <= one["seconds"]
    assert bench.card.used == 0


def test_launches_in_parts_do_the_same_work(bench: bench_gpu.Bench) -> None:
    schedule = bench_gpu.case(SMALL)
    pieces = [Piece(schedule, first, 64) for first in (0, 64, 128)]
    found = bench.in_parts(bench.loaded(SMALL), pieces, 1e9, 2)
    assert found["by_the_clock_g_per_s"] == pytest.approx(1 / found["seconds"])
    assert bench.card.used == 0


def test_without_a_gpu_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], capture_output=True, text=True, timeout=300
    )
    if done.returncode != 2:
        pytest.skip("there is a GPU")
    assert "no NVIDIA GPU that cuda-core can use" in done.stderr
