"""How many cores this process may use, and how XLA is to use each. Imports no JAX."""

from __future__ import annotations

import os

LOOP_FLAG = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true"
"""Has XLA's CPU backend change all rows of a step in one loop. Without it a block takes 2 to 20
times as long, since arrays of state are copied. No option of a single compilation sets it."""


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
