"""Runs: worlds in batches over devices, in shards, with checkpoints. JAX is imported when a name
that simulates is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.run.again import scenario_as_run
    from mcdefense.run.builders import processes_for
    from mcdefense.run.dask import simulate_on_dask
    from mcdefense.run.identity import Identity
    from mcdefense.run.job import run_to_file
    from mcdefense.run.merge import merge_files, merge_to_file
    from mcdefense.run.monitor import Monitor, Progress
    from mcdefense.run.options import RunOptions
    from mcdefense.run.output import (
        files_of_run,
        inputs_of,
        refuse_existing,
        refuse_inputs,
        refuse_other_run,
        result_at,
    )
    from mcdefense.run.simulation import simulate
    from mcdefense.run.size import Precision, Shard, Size
    from mcdefense.run.slurm import Array, array_script
    from mcdefense.run.speed import Speed, measure

_HOME = {
    "Array": "mcdefense.run.slurm",
    "Identity": "mcdefense.run.identity",
    "Monitor": "mcdefense.run.monitor",
    "Precision": "mcdefense.run.size",
    "Progress": "mcdefense.run.monitor",
    "RunOptions": "mcdefense.run.options",
    "Shard": "mcdefense.run.size",
    "Size": "mcdefense.run.size",
    "Speed": "mcdefense.run.speed",
    "array_script": "mcdefense.run.slurm",
    "files_of_run": "mcdefense.run.output",
    "inputs_of": "mcdefense.run.output",
    "measure": "mcdefense.run.speed",
    "merge_files": "mcdefense.run.merge",
    "merge_to_file": "mcdefense.run.merge",
    "processes_for": "mcdefense.run.builders",
    "refuse_existing": "mcdefense.run.output",
    "refuse_inputs": "mcdefense.run.output",
    "refuse_other_run": "mcdefense.run.output",
    "result_at": "mcdefense.run.output",
    "run_to_file": "mcdefense.run.job",
    "scenario_as_run": "mcdefense.run.again",
    "simulate": "mcdefense.run.simulation",
    "simulate_on_dask": "mcdefense.run.dask",
}

__all__ = [
    "Array",
    "Identity",
    "Monitor",
    "Precision",
    "Progress",
    "RunOptions",
    "Shard",
    "Size",
    "Speed",
    "array_script",
    "files_of_run",
    "inputs_of",
    "measure",
    "merge_files",
    "merge_to_file",
    "processes_for",
    "refuse_existing",
    "refuse_inputs",
    "refuse_other_run",
    "result_at",
    "run_to_file",
    "scenario_as_run",
    "simulate",
    "simulate_on_dask",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.run' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
