"""How many cores this process may use, and how XLA is to use each. Imports no JAX."""

from __future__ import annotations

import os
from pathlib import Path

from mcdefense.errors import Fault, InputError

LOOP_FLAG = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
"""Has XLA's CPU backend make a program's loops one machine-code function. Without it each of a
step's some 25 parts is started by itself, at 0.2 us each, which takes twice the time. No option
of a single compilation sets it."""


def one_loop_flags(*, alone: bool = False) -> str:
    """XLA_FLAGS as the environment has it, with LOOP_FLAG unless such options are set or `alone`.

    XLA takes text that does not begin with a `-` for the name of a file of flags; then they are
    the file's. Raises InputError if it cannot be read, where XLA would end the process.
    """
    flags = os.environ.get("XLA_FLAGS", "").strip()
    if flags and not flags.startswith("-"):
        try:
            flags = Path(flags).read_text(encoding="utf-8", errors="replace").strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"names a file of flags, '{flags}', that cannot be read: {reason}; unset it"
            raise InputError([Fault("XLA_FLAGS", "", message)]) from error
    if alone or "xla_backend_extra_options" in flags:
        return flags
    return f"{LOOP_FLAG} {flags}".strip()


def usable_cores() -> int:
    """Cores of the process's affinity, or Slurm's --cpus-per-task if that is less."""
    cores = len(os.sched_getaffinity(0))
    granted = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return max(1, min(cores, int(granted))) if granted.isdigit() else cores
