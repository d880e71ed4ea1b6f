"""How fast this machine is, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcdefense.report.numbers import duration, short

if TYPE_CHECKING:  # it would import JAX, which `check` can do without
    from mcdefense.run import Speed


def speed_lines(speed: Speed) -> str:
    """What `mcdefense bench` prints."""
    devices = speed.pairings_per_s / speed.workers
    return (
        f"{speed.devices}, built-in case: {speed.opportunities:,} opportunities,"
        f" {speed.architectures} architectures\n"
        f"  pairings judged:  {short(speed.pairings_per_s / 1e6)} million/s,"
        f" {short(devices / 1e6)} million/s a device\n"
        f"  compiling:        {duration(speed.compile_s)}\n"
        f"  a default run:    {duration(speed.default_run_s)}, estimated"
        f" ({speed.worlds:,} worlds of {speed.trials_per_world:,} trials)\n"
    )
