"""How many cores this process may use, and how XLA is to use each. Imports no JAX."""

from __future__ import annotations

import os

LOOP_FLAG = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
"""Has XLA's CPU backend make a program's loops one machine-code function. Without it each of a
step's some 25 parts is started by itself, at 0.2 us each, which takes twice the time. No option
of a single compilation sets it."""


def ask_for_one_loop() -> None:
    """Add LOOP_FLAG to XLA_FLAGS, unless such options are set; XLA reads it at its first use."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {LOOP_FLAG}".strip()


def usable_cores() -> int:
    """Cores of the process's affinity, or Slurm's --cpus-per-task if that is less."""
    cores = len(os.sched_getaffinity(0))
    granted = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return max(1, min(cores, int(granted))) if granted.isdigit() else cores
