"""bench/gpu.py goes through, with the CPU in a GPU's place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jax
import pytest

PROGRAM = Path(__file__).parents[2] / "bench" / "gpu.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, timeout=300
    )


def test_the_stand_in_equals_the_cpu(tmp_path: Path) -> None:
    kept = tmp_path / "gpu.json"
    done = run("--stand-in", "small", "--repeats", "1", "--json", str(kept))
    assert done.returncode == 0, done.stderr
    case = json.loads(kept.read_text(encoding="utf-8"))["cases"]["small"]
    assert case["counts_equal_the_cpus"]
    assert case["pairings_per_s"]["4096"] > 0
    assert case["bytes_per_pairing"] > 0
    assert "counts equal the CPU's" in done.stdout


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="there is a GPU")
def test_without_a_gpu_it_says_so() -> None:
    done = run("small")
    assert done.returncode == 2
    assert "JAX finds no GPU here" in done.stderr
