"""The first and the last lines of a run's log: what one needs to know of a job that went wrong."""

from __future__ import annotations

import os
import platform
import socket
from importlib.metadata import version

from mcdefense.contract import MODEL_VERSION
from mcdefense.engine import usable_cores
from mcdefense.run.provenance import PACKAGES
from mcdefense.run.size import Shard, Size
from mcdefense.scenario import Scenario
from mcdefense.statistics import Result

_SLURM = ("JOB_ID", "ARRAY_JOB_ID", "ARRAY_TASK_ID", "RESTART_COUNT", "NODELIST", "MEM_PER_NODE")


def opening_lines(
    scenario: Scenario, size: Size, worlds: int, shard: Shard | None, device: str
) -> list[str]:
    """Versions, devices, threads, memory, Slurm's numbers, scenario, seed and size."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    lines = [
        f"{versions}, model {MODEL_VERSION}, Python {platform.python_version()}",
        f"{device}, {usable_cores()} threads, {memory()}, process {os.getpid()} "
        f"on {socket.gethostname()}",
    ]
    slurm = [f"{n}={v}" for n in _SLURM if (v := os.environ.get(f"SLURM_{n}", ""))]
    if slurm:
        lines.append(f"Slurm: {' '.join(slurm)}")
    part = "" if shard is None else f", shard {shard}"
    lines.append(
        f"scenario {scenario.sha256[:16]}, seed {size.seed}, {worlds:,} worlds "
        f"of {size.trials:,} trials{part}"
    )
    return lines


def memory() -> str:
    """Free and installed memory of the machine."""
    pages, free, size = (
        os.sysconf(name) for name in ("SC_PHYS_PAGES", "SC_AVPHYS_PAGES", "SC_PAGE_SIZE")
    )
    return f"{free * size / 2**30:.1f} of {pages * size / 2**30:.1f} GiB memory free"


def phases_line(result: Result) -> str:
    """Seconds by phase, over all sessions of the run."""
    return ", ".join(
        f"{name.removeprefix('seconds_')} {float(value):.1f} s"
        for name, value in result.provenance.items()
        if name.startswith("seconds_")
    )
