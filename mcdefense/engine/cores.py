"""How many cores this process may use, and how XLA is to use each. Imports no JAX."""

from __future__ import annotations

import os
from pathlib import Path

from mcdefense.errors import Fault, InputError

LOOP_FLAG = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
"""Has XLA's CPU backend make a program's loops one machine-code function. Without it each of a
step's some 25 parts is started by itself, at 0.2 us each, which takes twice the time. No option
of a single compilation sets it."""


WIDE_FLAG = "--xla_cpu_prefer_vector_width=512"
"""Has XLA use the whole width of AVX-512, of which it takes half by itself. On an AMD EPYC of
family 25, model 17, a core got through `small`, the main example and `mass_raid` in 0.82 to 0.89
of the time."""
_WIDE_FEATURES = {"avx512f", "avx512bw", "avx512vl"}
"""What the engine's 16 and 32 bit integers need of a processor for it."""


def engine_flags(*, alone: bool = False) -> str:
    """XLA_FLAGS as the environment has it, with LOOP_FLAG unless such options are set or `alone`,
    and with WIDE_FLAG on a processor that has such vectors unless a width is set.

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
    if alone:
        return flags
    own = [] if "xla_backend_extra_options" in flags else [LOOP_FLAG]
    if has_wide_vectors() and "xla_cpu_prefer_vector_width" not in flags:
        own.append(WIDE_FLAG)
    return " ".join([*own, flags]).strip()


def has_wide_vectors(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether every core of this machine has AVX-512 for integers of 16 bits."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    cores = [set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")]
    return bool(cores) and all(features >= _WIDE_FEATURES for features in cores)


def usable_cores() -> int:
    """Cores of the process's affinity, or Slurm's --cpus-per-task if that is less."""
    cores = len(os.sched_getaffinity(0))
    granted = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return max(1, min(cores, int(granted))) if granted.isdigit() else cores
