"""Runs in environments drawn at random: the usual counts, or one line and exit code 2.

python -m tests.system.faults.reliability --environment-minutes 10
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.small_scenarios import TABLE

SETTINGS: dict[str, tuple[str, ...]] = {
    "JAX_ENABLE_X64": ("1", "0", "perhaps"),
    "JAX_NUMPY_DTYPE_PROMOTION": ("strict", "standard", "none"),
    "JAX_NUMPY_RANK_PROMOTION": ("raise", "warn", "allow"),
    "JAX_TRANSFER_GUARD": ("disallow", "log", "disallow_explicit"),
    "JAX_DISABLE_JIT": ("1",),
    "JAX_DEBUG_NANS": ("1",),
    "JAX_DEBUG_INFS": ("1",),
    "JAX_CHECK_TRACER_LEAKS": ("1",),
    "JAX_NO_TRACING": ("1",),
    "JAX_LOG_COMPILES": ("1",),
    "JAX_EXPLICIT_X64_DTYPES": ("error", "allow"),
    "JAX_DEFAULT_DEVICE": ("cpu",),
    "JAX_NUM_CPU_DEVICES": ("3",),
    "JAX_PLATFORMS": ("cpu", "cuda", "abacus"),
    "JAX_PLATFORM_NAME": ("cpu", "cuda"),
    "JAX_TRACEBACK_FILTERING": ("off",),
    "XLA_FLAGS": ("flags.txt", "nowhere.txt", " --xla_cpu_enable_fast_math=false"),
    "PYTHONIOENCODING": ("latin-1", "ascii:strict", "utf-16"),
    "PYTHONWARNINGS": ("error", "ignore"),
    "PYTHONUTF8": ("0", "1"),
    "PYTHONOPTIMIZE": ("1",),
    "LC_ALL": ("C", "C.UTF-8"),
    "HOME": ("/nowhere", ""),
    "TMPDIR": ("/nowhere",),
    "TZ": ("Asia/Kathmandu", "nonsense"),
    "COLUMNS": ("1", "nonsense"),
    "NO_COLOR": ("1",),
    "SLURM_CPUS_PER_TASK": ("1", "0", "many"),
    "HDF5_USE_FILE_LOCKING": ("TRUE", "FALSE", "nonsense"),
    "MCDEFENSE_COMPILE_CACHE": ("/proc/nowhere",),
}
"""What an environment may say; most of it is none of the product's business."""
STREAMS = ("", "", "<&-", ">&-", "2>/dev/full", ">/dev/full", "</dev/null")
_HARMLESS = 0.8
"""Chance that a setting is drawn among those that must not stop a run."""
REFUSED = {
    *(("JAX_ENABLE_X64", "perhaps"), ("JAX_NUMPY_DTYPE_PROMOTION", "none")),
    *(("JAX_PLATFORMS", "cuda"), ("JAX_PLATFORMS", "abacus"), ("JAX_PLATFORM_NAME", "cuda")),
    *(("XLA_FLAGS", "nowhere.txt"), ("MCDEFENSE_COMPILE_CACHE", "/proc/nowhere")),
}
"""Settings that nothing can be computed under; with any of them a run is refused."""


class Environments:
    """A scenario in a folder, its usual counts, and what became of every environment so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: Counter[str] = Counter()
        (folder / "table.toml").write_text(TABLE, encoding="utf-8")
        (folder / "flags.txt").write_text("--xla_cpu_enable_fast_math=false\n", encoding="utf-8")
        done, self.usual = self.ran({}, "")
        assert done.returncode == 0, done.stderr
        assert self.usual

    def ran(
        self, environment: dict[str, str], streams: str
    ) -> tuple[subprocess.CompletedProcess[bytes], str]:
        """A run under these settings, and its counts as text, "" if it left no file."""
        output = self.folder / "x.h5"
        words = "run table.toml -o x.h5 --quiet --devices 1 --force"
        kept = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "JAX_COMPILATION_CACHE_DIR")
        done = subprocess.run(
            ["bash", "-c", f'"$0" -m mcdefense {words} {streams}', sys.executable],
            cwd=self.folder,
            env={
                "PYTHONPATH": str(Path(__file__).parents[3]),
                "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
                **{name: os.environ[name] for name in kept if name in os.environ},
                **environment,
            },
            capture_output=True,
            check=False,
            timeout=300,
        )
        if not output.exists():
            return done, ""
        # Imported late: this module is imported where nothing may have started JAX yet.
        from mcdefense.store import read

        tally = read(output).tally
        output.unlink()
        return done, json.dumps({name: tally[name].tolist() for name in sorted(tally.counts)})

    def tried(self, number: int) -> None:
        """The environment of this number, judged and counted; AssertionError if it misleads."""
        environment, streams = drawn(number)
        done, counts = self.ran(environment, streams)
        case = f"environment {number}: {environment} {streams}\n{done.stderr.decode()}"
        assert b"Traceback" not in done.stderr, case
        if REFUSED & set(environment.items()):
            assert (done.returncode, counts) == (2, ""), case
            if "2>" not in streams:
                assert done.stderr.count(b"\n") == 1, case
                assert done.stderr.startswith(b"mcdefense: "), case
            self.counts["refused"] += 1
        else:
            assert (done.returncode, counts) == (0, self.usual), case
            self.counts["accepted"] += 1


def drawn(number: int) -> tuple[dict[str, str], str]:
    """The environment of this number, and what its shell does with the standard streams."""
    draw, environment = random.Random(number), {}
    for name in draw.sample(sorted(SETTINGS), draw.randint(1, 8)):
        values = SETTINGS[name]
        fine = [value for value in values if (name, value) not in REFUSED]
        environment[name] = draw.choice(fine if fine and draw.random() < _HARMLESS else values)
    return environment, draw.choice(STREAMS)


def environments_tried(minutes: float, first: int) -> dict[str, int]:
    """Environments from number `first` on for so long; counts of accepted and refused."""
    with tempfile.TemporaryDirectory(prefix="mcdefense-environments-") as name:
        trying = Environments(Path(name))
        end, number = time.monotonic() + 60 * minutes, first
        while time.monotonic() < end:
            trying.tried(number)
            number += 1
        return dict(trying.counts)
