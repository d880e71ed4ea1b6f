"""bench/gpu.py goes through, with this machine's processor in a GPU's place."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import gpu as bench_gpu
import gpu_counts
import pytest

from mcdefense.gpu import compiling
from mcdefense.gpu.launching import Piece, Slot
from tests.gpu.host_card import HostCard

PROGRAM = Path(__file__).parents[2] / "bench" / "gpu.py"
SMALL = "quick_start"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> bench_gpu.Bench:
    monkeypatch.setattr(bench_gpu, "compiler_version", lambda: "g++")
    monkeypatch.setattr(bench_gpu, "BATCHES", {SMALL: (64, 128)})
    return bench_gpu.Bench(HostCard())


def test_rates_are_of_what_the_clock_says(bench: bench_gpu.Bench) -> None:
    ((name, rates),) = bench.rates()
    assert name == SMALL
    assert list(rates) == ["64", "128"]
    stated = bench_gpu.stated_of(bench_gpu.case(SMALL))
    for trials, one in rates.items():
        assert one["by_the_clock_g_per_s"] * one["seconds"] * 1e9 == pytest.approx(
            stated * int(trials)
        )
        assert sum(one["kernels_s"].values()) <= one["seconds"]
        assert list(one["transfers_s"]) == ["send", "clear", "fetch"]
    assert bench.card.used == 0


@pytest.mark.parametrize("launches", [1, 2])
def test_what_the_host_does_with_counts_is_apart_however_many_launches(
    bench: bench_gpu.Bench, monkeypatch: pytest.MonkeyPatch, launches: int
) -> None:
    def slowly(slot: Slot, started: Any) -> list[Any]:
        time.sleep(0.2)
        return made(slot, started)

    made = Slot.outcomes
    monkeypatch.setattr(Slot, "outcomes", slowly)
    schedule = bench_gpu.case(SMALL)
    pieces = [Piece(schedule, first, 64) for first in (0, 64, 128)]
    loaded = bench.loaded(SMALL)
    found = bench.timed(loaded, bench_gpu.in_parts(pieces, launches), 1e9)
    assert found["by_the_clock_g_per_s"] == pytest.approx(1 / found["seconds"])
    assert found["outcomes_s"] >= 0.2 * launches
    assert found["seconds"] < 0.2
    assert bench.card.used == 0


def test_each_launch_in_parts_has_tables_of_its_own(
    bench: bench_gpu.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As worlds of a run are in one launch each; else the same tables are sent several times."""
    monkeypatch.setattr(gpu_counts, "MOST_TABLES", 4)
    tables = [replace(bench_gpu.case(SMALL)) for _ in range(4)]
    pieces = [Piece(tables[z % 4], 0, 64) for z in range(12)]
    one, two = (
        bench.timed(bench.loaded(SMALL), bench_gpu.in_parts(pieces, parts), 1e9) for parts in (1, 2)
    )
    assert two["sent_mb"] == pytest.approx(one["sent_mb"], rel=0.05)


def test_many_worlds_are_measured_in_launches_and_through_a_fleet(
    bench: bench_gpu.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds = [bench_gpu.case(SMALL)] * 2
    monkeypatch.setattr(bench_gpu, "WORLDS", {SMALL: (16, 4)})
    monkeypatch.setattr(gpu_counts, "MOST_TABLES", 8)
    monkeypatch.setattr(bench_gpu, "worlds_of", lambda _: worlds)
    (key, found) = list(bench.worlds())[-1]
    assert key == "16 x 4"
    assert list(found["in_parts"]) == ["2", "4", "8"]
    halves = found["of_64_bits"]["1"]
    assert (found["bits"], halves["bits"]) == (32, 64)
    assert 2 * found["fetched_mb"] == halves["fetched_mb"]
    ((_, whole),) = bench.fleet()
    assert whole["seconds"] >= max(whole["kernels_s"], whole["submitted_s"])
    assert bench.card.used == 0


def test_registers_and_spills_need_no_report_of_the_assembler(
    bench: bench_gpu.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.card.architecture = "sm_90"
    monkeypatch.setattr(compiling, "used_in", lambda _: {})
    found = bench.traced_and_compiled(bench.program(SMALL, 64), "compare")
    assert 16 <= found["registers"] <= compiling.MOST_REGISTERS
    assert found["spilled_bytes"] == found["stack_bytes"] == 0


def test_what_was_found_before_a_failure_is_kept(tmp_path: Path) -> None:
    def coming() -> Any:
        yield "small", {"seconds": 0.25}
        raise RuntimeError("the card is gone")

    file, kept = tmp_path / "gpu.json", {"card": "none"}
    assert not bench_gpu.measured(kept, "worlds", coming(), file)
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["worlds"]["small"] == {"seconds": 0.25}
    assert "the card is gone" in written["worlds"]["failed"]


@pytest.mark.skipif(Path("/proc/driver/nvidia").exists(), reason="there is a GPU")
def test_without_a_gpu_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 2
    assert "no NVIDIA GPU that cuda-core can use" in done.stderr
