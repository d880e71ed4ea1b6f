"""Runs: worlds in batches over devices, in shards, with checkpoints. JAX is imported when a name
that simulates is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.run.again import scenario_as_run
    from mcdefense.run.dask import simulate_on_dask
    from mcdefense.run.job import run_to_file
    from mcdefense.run.merge import merge_files
    from mcdefense.run.simulation import Progress, simulate
    from mcdefense.run.size import Shard, Size
    from mcdefense.run.slurm import Array, array_script
    from mcdefense.run.speed import Speed, measure

_HOME = {
    "Array": "mcdefense.run.slurm",
    "Progress": "mcdefense.run.simulation",
    "Shard": "mcdefense.run.size",
    "Size": "mcdefense.run.size",
    "Speed": "mcdefense.run.speed",
    "array_script": "mcdefense.run.slurm",
    "measure": "mcdefense.run.speed",
    "merge_files": "mcdefense.run.merge",
    "run_to_file": "mcdefense.run.job",
    "scenario_as_run": "mcdefense.run.again",
    "simulate": "mcdefense.run.simulation",
    "simulate_on_dask": "mcdefense.run.dask",
}

__all__ = [
    "Array",
    "Progress",
    "Shard",
    "Size",
    "Speed",
    "array_script",
    "measure",
    "merge_files",
    "run_to_file",
    "scenario_as_run",
    "simulate",
    "simulate_on_dask",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.run' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
