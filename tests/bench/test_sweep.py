"""The bench of studies as it is called: what it prints and writes; no times are judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_a_study_is_measured_against_a_run(tmp_path: Path) -> None:
    file = tmp_path / "sweep.json"
    done = subprocess.run(
        [
            *(sys.executable, "bench/sweep.py", "--worlds=1", "--turns=1", "--json", str(file)),
            *("--over", "raid.cruise.count=10,12"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "the study" in done.stdout
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["axes"] == ["raid.cruise.count=10,12"]
    (turn,) = found["turns"]
    assert found["by_clock"] == pytest.approx(turn["study"][0] / turn["run"][0])
    assert found["of_cores"] == pytest.approx(turn["study"][1] / turn["run"][1])
