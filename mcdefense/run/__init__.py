"""Runs: worlds in batches over devices, in shards, with checkpoints. JAX is imported when a name
that simulates is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.run.again import scenario_as_run
    from mcdefense.run.builders import processes_for
    from mcdefense.run.dask import Workers, simulate_on_dask, workers_of
    from mcdefense.run.identity import Identity
    from mcdefense.run.job import Interrupted, run_to_file
    from mcdefense.run.kept_programs import programs_kept
    from mcdefense.run.merge import merge_files, merge_to_file
    from mcdefense.run.monitor import UNWATCHED, Monitor, Progress
    from mcdefense.run.options import DEFAULT, RunOptions
    from mcdefense.run.output import (
        files_of_run,
        inputs_of,
        part_file,
        refuse_existing,
        refuse_inputs,
        refuse_other_run,
        result_at,
    )
    from mcdefense.run.part import Gathering, Part
    from mcdefense.run.provenance import combined, merged
    from mcdefense.run.simulation import Counter, counted_result, part_of, simulate
    from mcdefense.run.simulator import Phases, Simulator, axes_of
    from mcdefense.run.size import Precision, Shard, Size
    from mcdefense.run.slurm import Array, array_script
    from mcdefense.run.speed import Speed, measure

_HOME = {
    "Array": "mcdefense.run.slurm",
    "Counter": "mcdefense.run.simulation",
    "DEFAULT": "mcdefense.run.options",
    "Gathering": "mcdefense.run.part",
    "Identity": "mcdefense.run.identity",
    "Interrupted": "mcdefense.run.job",
    "Monitor": "mcdefense.run.monitor",
    "Part": "mcdefense.run.part",
    "Phases": "mcdefense.run.simulator",
    "Precision": "mcdefense.run.size",
    "Progress": "mcdefense.run.monitor",
    "RunOptions": "mcdefense.run.options",
    "Shard": "mcdefense.run.size",
    "Simulator": "mcdefense.run.simulator",
    "Size": "mcdefense.run.size",
    "Speed": "mcdefense.run.speed",
    "UNWATCHED": "mcdefense.run.monitor",
    "Workers": "mcdefense.run.dask",
    "array_script": "mcdefense.run.slurm",
    "axes_of": "mcdefense.run.simulator",
    "combined": "mcdefense.run.provenance",
    "counted_result": "mcdefense.run.simulation",
    "files_of_run": "mcdefense.run.output",
    "inputs_of": "mcdefense.run.output",
    "measure": "mcdefense.run.speed",
    "merged": "mcdefense.run.provenance",
    "merge_files": "mcdefense.run.merge",
    "merge_to_file": "mcdefense.run.merge",
    "part_file": "mcdefense.run.output",
    "part_of": "mcdefense.run.simulation",
    "programs_kept": "mcdefense.run.kept_programs",
    "processes_for": "mcdefense.run.builders",
    "refuse_existing": "mcdefense.run.output",
    "refuse_inputs": "mcdefense.run.output",
    "refuse_other_run": "mcdefense.run.output",
    "result_at": "mcdefense.run.output",
    "run_to_file": "mcdefense.run.job",
    "scenario_as_run": "mcdefense.run.again",
    "simulate": "mcdefense.run.simulation",
    "simulate_on_dask": "mcdefense.run.dask",
    "workers_of": "mcdefense.run.dask",
}

__all__ = [
    "DEFAULT",
    "UNWATCHED",
    "Array",
    "Counter",
    "Gathering",
    "Identity",
    "Interrupted",
    "Monitor",
    "Part",
    "Phases",
    "Precision",
    "Progress",
    "RunOptions",
    "Shard",
    "Simulator",
    "Size",
    "Speed",
    "Workers",
    "array_script",
    "axes_of",
    "combined",
    "counted_result",
    "files_of_run",
    "inputs_of",
    "measure",
    "merge_files",
    "merge_to_file",
    "merged",
    "part_file",
    "part_of",
    "processes_for",
    "programs_kept",
    "refuse_existing",
    "refuse_inputs",
    "refuse_other_run",
    "result_at",
    "run_to_file",
    "scenario_as_run",
    "simulate",
    "simulate_on_dask",
    "workers_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.run' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
