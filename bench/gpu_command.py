"""The whole command on the flank of the benchmarks, as bench/gpu.py times it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cases import FLANK
from gpu_report import Found


def command() -> Found:
    """The whole command on the flank: seconds, and of them those in kernels."""
    from mcdefense.store import read

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "flank.h5"
        command = [sys.executable, "-m", "mcdefense", "run"]
        command += [str(FLANK), "-o", str(file), "--quiet"]
        environment = {k: v for k, v in os.environ.items() if k != "JAX_PLATFORMS"}
        begin = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        seconds = time.perf_counter() - begin
        if done.returncode:
            yield "failed", done.stderr[-2000:]
            return
        known = read(file).provenance
    yield from {"seconds": seconds, "device": known["device"], "said": done.stderr}.items()
    yield from ((k, v) for k, v in known.items() if str(k).startswith("seconds_"))
