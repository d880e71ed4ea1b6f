"""The bench of worlds as it is called: what it prints and writes; no times are judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_folder_against_itself_builds_the_same_worlds(tmp_path: Path) -> None:
    file = tmp_path / "worlds.json"
    done = subprocess.run(
        [
            sys.executable, "bench/worlds.py", "quick_start", "--against", str(ROOT),
            "--worlds=2", "--turns=2", "--json", str(file),
        ],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "of the other commit's; 0 worlds differ; worlds/s by processes 0:" in done.stdout
    case = json.loads(file.read_text(encoding="utf-8"))["cases"]["quick_start"]
    assert case["seconds_a_world"] > 0
    assert case["ratio"] > 0
    assert case["worlds_that_differ"] == []
    assert set(case["worlds_a_second"]) == {"0", "1", "2"}
