"""Runs: worlds in batches over devices, in shards, with checkpoints. JAX is imported when a name
that simulates is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.run.dask import simulate_on_dask
    from mcdefense.run.job import run_to_file
    from mcdefense.run.merge import merge_files
    from mcdefense.run.simulation import Progress, simulate
    from mcdefense.run.speed import measure

_HOME = {
    "Progress": "mcdefense.run.simulation",
    "measure": "mcdefense.run.speed",
    "merge_files": "mcdefense.run.merge",
    "run_to_file": "mcdefense.run.job",
    "simulate": "mcdefense.run.simulation",
    "simulate_on_dask": "mcdefense.run.dask",
}

__all__ = ["Progress", "measure", "merge_files", "run_to_file", "simulate", "simulate_on_dask"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.run' has no attribute {name!r}")
    import_module("mcdefense.engine.settings")  # JAX first, which names a setting that it refuses
    return getattr(import_module(_HOME[name]), name)
