"""bench/gpu.py goes through, with this machine's processor in a GPU's place."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import gpu as bench_gpu
import pytest

from mcdefense.gpu import compiling
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


def test_each_launch_in_parts_has_tables_of_its_own(
    bench: bench_gpu.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As worlds of a run are in one launch each; else the same tables are sent several times."""
    monkeypatch.setattr(bench_gpu, "MOST_TABLES", 4)
    tables = [replace(bench_gpu.case(SMALL)) for _ in range(4)]
    pieces = [Piece(tables[z % 4], 0, 64) for z in range(12)]
    one, two = (bench.in_parts(bench.loaded(SMALL), pieces, 1e9, parts) for parts in (1, 2))
    assert two["sent_mb"] == pytest.approx(one["sent_mb"], rel=0.05)


@pytest.mark.parametrize("reports", [True, False])
def test_registers_are_known_where_the_assembler_reports_nothing(
    bench: bench_gpu.Bench, monkeypatch: pytest.MonkeyPatch, reports: bool
) -> None:
    bench.card.architecture = "sm_90"
    if not reports:
        monkeypatch.setattr(compiling, "used_in", lambda _: {})
    found = bench.traced_and_compiled(bench.program(SMALL, 64), "compare")
    assert 16 <= found["registers"] <= compiling.MOST_REGISTERS
    assert found["spilled_bytes"] == (0 if reports else None)


def test_without_a_gpu_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], capture_output=True, text=True, timeout=300
    )
    if done.returncode != 2:
        pytest.skip("there is a GPU")
    assert "no NVIDIA GPU that cuda-core can use" in done.stderr
