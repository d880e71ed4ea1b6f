"""The bench as it is called: what it prints, what it writes; no times are judged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from run import Disagreement, largest_z

ROOT = Path(__file__).parents[2]


def test_the_json_has_what_was_promised(tmp_path: Path) -> None:
    engines = ["mcdefense", "numpy", *(["c_vector"] if shutil.which("gcc") else [])]
    file = tmp_path / "bench.json"
    done = subprocess.run(
        [
            sys.executable, "bench/run.py", "small", "--trials", "2048", "--repeats", "1",
            "--json", str(file), "--engines", *engines,
        ],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "pairings/s" in done.stdout
    report = json.loads(file.read_text(encoding="utf-8"))
    assert {"machine", "date", "versions", "commit", "cases"} <= report.keys()
    assert {"cpu", "cores", "simd", "load_before", "load_after"} <= report["machine"].keys()
    case = report["cases"]["small"]
    assert [engine["name"] for engine in case["engines"]] == engines
    for engine in case["engines"]:
        assert engine["pairings_per_s"] > 0
        assert engine["peak_bytes"] > 2**20
        assert engine["compile_s"] >= 0
        assert engine["largest_z"] <= 4
        assert set(engine["leak_probability"]) == {"sectors", "integrated"}
        assert all(0 < p < 1 for p in engine["leak_probability"].values())
        assert all(se > 0 for se in engine["leak_probability_se"].values())


def test_a_peer_that_disagrees_is_an_error() -> None:
    right = {"leak_probability": [0.5, 0.1], "leak_probability_se": [0.01, 0.01]}
    wrong = {"leak_probability": [0.5, 0.2], "leak_probability_se": [0.01, 0.01]}
    assert largest_z(right, right) == 0
    assert largest_z(right, wrong) == pytest.approx(0.1 / 0.01 / 2**0.5)
    never = {"leak_probability": [0.5], "leak_probability_se": [0.0]}
    assert largest_z(never, {**never, "leak_probability": [0.6]}) == float("inf")
    assert issubclass(Disagreement, Exception)


def test_a_case_that_is_none_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "bench/run.py", "tiny"], cwd=ROOT, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "got tiny, expected some of small, flank, mass_raid, many_worlds" in done.stderr
